"""Languages: Chinese is the language of the source, English comes from a catalogue for each area.

``locale/en/AREA.po`` holds the messages of ``templates/AREA`` and ``pages/AREA.py``; what belongs to
the shell stands in ``shell.po``. Catalogues are read when the desk starts, so nothing is compiled
and nothing can be out of date. ``make messages`` renews them.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from starlette.requests import Request

LOCALE = Path(__file__).parent / "locale"
SOURCE = "zh_CN"
LANGUAGES = {"zh_CN": "中文", "en": "English"}
TAGS = {"zh_CN": "zh-CN", "en": "en"}
COOKIE = "qc_lang"


def marked(message: str) -> str:
    """The message itself, marked so that ``make messages`` finds it; it is translated where it is shown."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """All catalogues of a language as one; an unknown message stays Chinese."""
    if language == SOURCE:
        return NullTranslations()
    merged: Translations | None = None
    for path in sorted((LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        packed = BytesIO()
        write_mo(packed, catalogue)
        packed.seek(0)
        made = Translations(packed)
        merged = made if merged is None else merged.merge(made)
    return merged or NullTranslations()


def language_of(request: Request, account: str | None = None) -> str:
    """The language of a request: the one chosen in this browser, the account's, or the browser's first."""
    chosen = request.cookies.get(COOKIE) or account
    if chosen in LANGUAGES:
        return str(chosen)
    wanted = []
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, quality = part.partition(";q=")
        try:
            wanted.append((-float(quality or 1), tag.strip().replace("-", "_")))
        except ValueError:
            continue
    tags = [tag for weight, tag in sorted(wanted, key=lambda each: each[0]) if weight < 0]
    aliases = {"zh": "zh_CN", "zh_TW": "zh_CN", "zh_HK": "zh_CN", "zh_SG": "zh_CN"}
    return negotiate_locale([aliases.get(tag, tag) for tag in tags], list(LANGUAGES)) or SOURCE
