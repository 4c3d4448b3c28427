"""Renew the message catalogues of the desk: ``make messages``.

Chinese is the language of the source. Every message of the templates and modules of an area stands
in ``src/qingce/web/locale/en/AREA.po``; what belongs to no area stands in ``shell.po``. What is new
appears there with an empty translation, which ``tests/web/test_language.py`` does not let pass.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "src" / "qingce" / "web"
LOCALE = WEB / "locale" / "en"
SHELL = "shell"
SAMPLES = frozenset({"gallery.py", "gallery_case.py", "gallery.html.j2"})
"""The gallery shows samples, which nobody translates."""
OPTIONS = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "trimmed": "true", "silent": "false"}


def area_of(path: Path) -> str:
    """The catalogue in which a file's messages stand.

    >>> area_of(WEB / "templates" / "tasks" / "list.html.j2"), area_of(WEB / "pages" / "tasks.py")
    ('tasks', 'tasks')
    >>> area_of(WEB / "show.py")
    'shell'
    """
    steps = path.relative_to(WEB).parts
    if steps[0] not in ("templates", "pages", "api") or len(steps) < 2:
        return SHELL
    if steps[0] == "templates":
        return steps[1] if len(steps) > 2 else SHELL
    return steps[1].removesuffix(".py")


def extracted() -> dict[str, Catalog]:
    """All messages of the source, by area."""
    found: dict[str, Catalog] = defaultdict(lambda: Catalog(locale="en", fuzzy=False))
    for path in sorted([*WEB.rglob("*.py"), *WEB.rglob("*.j2")]):
        if path.name in SAMPLES:
            continue
        method = "jinja2" if path.suffix == ".j2" else "python"
        for _, message, comments, context in extract_from_file(method, path, options=dict(OPTIONS)):
            place = (path.relative_to(ROOT).as_posix(), 0)
            found[area_of(path)].add(message, locations=[place], auto_comments=comments, context=context)
    return dict(found)


def main() -> None:
    """Bring every catalogue in line with the source; translations that are there stay."""
    LOCALE.mkdir(parents=True, exist_ok=True)
    source = extracted()
    for area, messages in source.items():
        path = LOCALE / f"{area}.po"
        catalogue = Catalog(locale="en", fuzzy=False)
        if path.is_file():
            with path.open("rb") as file:
                catalogue = read_po(file, locale="en")
        # a message that merely resembles an old one gets no translation by likeness
        catalogue.update(messages, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        for message in catalogue:
            message.flags.discard("fuzzy")
        with path.open("wb") as file:
            write_po(file, catalogue, omit_header=True, include_lineno=False, sort_output=True, width=110)
        missing = sum(1 for m in catalogue if m.id and not m.string)
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {missing} without a translation")
    for path in LOCALE.glob("*.po"):
        if path.stem not in source:
            path.unlink()


if __name__ == "__main__":
    main()
