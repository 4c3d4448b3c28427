"""Composing: pages bound to figures, indexes filled, and everything wrong with them found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.disclosure import Standard
from qingce.core.errors import DeclarationError
from qingce.core.figure import FigureKey
from qingce.core.page import Block, Document, Index, Page, numbers, walk
from qingce.publish.bind import Binder
from qingce.publish.blocks import Blocks, filled
from qingce.publish.glyphs import missing
from qingce.publish.index import content_index
from qingce.publish.pages import PageReader
from qingce.services.content import read_yaml
from qingce.services.project import Project


@dataclass(frozen=True)
class Composed:
    """A bound document with what was found wrong with it.

    Attributes:
        printed: for each figure's key, the slugs of the pages that print it.
    """

    document: Document
    findings: tuple[Finding, ...]
    printed: dict[FigureKey, tuple[str, ...]]


def compose(project: Project, checks: Callable[[], Sequence[Finding]]) -> Composed:
    """Read and bind every page of a project.

    Args:
        checks: results of the checks, for pages that print them.
    """
    settings = project.settings
    binder = Binder(project.computation, settings.org, str(settings.period))
    forms = _forms(project)
    blocks = Blocks(forms, checks, tuple(project.registry.standards))
    reader = PageReader(binder, blocks)
    pages = []
    for path in sorted((project.folder / "pages").glob("*.md")):
        page = reader.read(path, path.relative_to(project.folder).as_posix())
        if page is not None:
            pages.append(page)
    findings = [*reader.findings, *_doubles(pages)]
    document = Document(
        settings.title, settings.subtitle, settings.organisation, str(settings.period), settings.language,
        tuple(pages), {"short_name": settings.short_name},
    )
    document, indexed = _with_indexes(project, document)
    findings += [*indexed, *missing(document)]
    printed: dict[FigureKey, list[str]] = {}
    for page in document.pages:
        for node in numbers(page):
            for key in map(FigureKey.parse, node.figures):
                if page.slug not in printed.setdefault(key, []):
                    printed[key].append(page.slug)
    return Composed(document, tuple(findings), {key: tuple(slugs) for key, slugs in printed.items()})


def _forms(project: Project) -> dict[str, dict[str, object]]:
    path = project.folder / "forms.yaml"
    if not path.is_file():
        return {}
    raw = read_yaml(path)
    for name, body in raw.items():
        if not isinstance(body, dict) or "title" not in body or not isinstance(body.get("questions"), list):
            raise DeclarationError(f"forms.yaml: form {name!r} needs a title and a list of questions.")
        for question in body["questions"]:
            if not isinstance(question, dict) or "id" not in question or "text" not in question:
                raise DeclarationError(f"forms.yaml: a question of {name!r} lacks its id or text.")
    return {str(name): body for name, body in raw.items()}


def _doubles(pages: Sequence[Page]) -> list[Finding]:
    seen: dict[str, Page] = {}
    found = []
    for page in pages:
        if page.slug in seen:
            found.append(Finding(
                "page_slug", Status.FAIL, Severity.ERROR, f"slug {page.slug!r} 已用于 {seen[page.slug].file}。",
                place=Place(file=page.file, row=1, value=page.slug), advice="每页的 slug 各不相同。",
            ))
        seen.setdefault(page.slug, page)
    return found


def _with_indexes(project: Project, document: Document) -> tuple[Document, list[Finding]]:
    """The document with each standard's index in the place a page keeps for it."""
    wanted = {b.standard for p in document.pages for b in walk(p.blocks) if isinstance(b, Index)}
    indexes: dict[str, Index] = {}
    findings: list[Finding] = []
    for name in sorted(wanted | set(project.settings.standards)):
        standard: Standard | None = project.registry.standards.get(name)
        if standard is None:
            continue
        indexes[name], found = content_index(standard, document, project.registry.metrics)
        findings += found
    pages = tuple(replace(p, blocks=_filled(p.blocks, indexes)) for p in document.pages)
    return replace(document, pages=pages), findings


def _filled(blocks: tuple[Block, ...], indexes: dict[str, Index]) -> tuple[Block, ...]:
    return filled(blocks, indexes)
