"""Composing: pages bound to figures, indexes filled, and everything wrong with them found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.disclosure import Standard
from qingce.core.errors import DeclarationError, ProjectError, QingceError, nearest
from qingce.core.figure import FigureKey
from qingce.core.metric import Kind
from qingce.core.page import Document, Index, Inline, Kpi, Kpis, Number, Page, Text, numbers, walk
from qingce.publish.bind import Binder, number
from qingce.publish.blocks import Blocks
from qingce.publish.glyphs import missing
from qingce.publish.index import content_index, fill_indexes
from qingce.publish.notes import noted, with_estimates, with_notes
from qingce.publish.pages import PageReader
from qingce.publish.voice import CHINESE, Voice
from qingce.services.feed import topics_of_desk
from qingce.services.project import Project
from qingce.services.quality.findings import by_name, missed, unmarked
from qingce.services.quality.notes import estimate_notes
from qingce.services.quality.targets import read_targets
from qingce.services.undelivered import undelivered
from qingce.services.yamlfile import read_yaml


@dataclass(frozen=True)
class Composed:
    """A bound document with what was found wrong with it.

    Attributes:
        printed: for each figure's key, the slugs of the pages that print it.
        headline: the figures of the front page; nothing leaves the choice to the format.
    """

    document: Document
    findings: tuple[Finding, ...]
    printed: dict[FigureKey, tuple[str, ...]]
    headline: Kpis | None = None


def compose(project: Project, checks: Callable[[], Sequence[Finding]]) -> Composed:
    """Read and bind every page of a project.

    Args:
        checks: results of the checks, for pages that print them.
    """
    settings = project.settings
    binder = Binder(project.computation, settings.org, str(settings.period))
    forms = forms_of(project)
    blocks = Blocks(forms, checks, tuple(project.registry.standards),
                    lambda: topics_of_desk(project.folder, project.feed))
    reader = PageReader(binder, blocks)
    pages = []
    for path in sorted((project.folder / "pages").glob("*.md")):
        page = reader.read(path, path.relative_to(project.folder).as_posix())
        if page is not None:
            pages.append(page)
    headline, wrong = headline_of(project, binder)
    findings = [*reader.findings, *_doubles(pages), *wrong]
    document = Document(
        settings.title, settings.subtitle, settings.organisation, str(settings.period), settings.language,
        tuple(pages), {"short_name": settings.short_name},
    )
    document, indexed = _with_indexes(project, document)
    document = with_notes(document, project.notes)
    headline = noted(headline, project.notes) if headline else None
    printed = printed_in(document)
    estimates = estimated_in(project, printed, headline)
    document = with_estimates(document, estimates)
    headline = noted(headline, estimates, estimates=True) if headline else None
    findings += [*indexed, *missing(document), *unmarked(document, estimates), *_targets(project)]
    findings += undelivered(project, _standards(project, document))
    return Composed(document, tuple(findings), printed, headline)


def estimated_in(project: Project, printed: Iterable[FigureKey], headline: Kpis | None) -> dict[str, str]:
    """The footnotes of those figures on the pages and in the headline that are estimates, by key as text."""
    shown = {FigureKey.parse(key) for item in headline.items for node in (*item.number, *item.note)
             if isinstance(node, Number) for key in node.figures} if headline else set()
    return estimate_notes(project.quality, project.called, [*printed, *sorted(shown)])


def _targets(project: Project) -> list[Finding]:
    """Targets of data quality that the report's figures miss; without targets nothing is computed."""
    targets = read_targets(project.folder, project.registry)
    if not targets:
        return []
    period, registry = project.settings.period, project.registry
    named = {t.name for t in targets}
    wanted = [m.name for m in registry.metrics.values() if {m.name, registry.pack_of.get(m.name, "")} & named]
    measured = by_name(registry, project.quality, project.figures(wanted, periods=[period]), period)
    labels = {name: pack.label for name, pack in registry.packs.items()} | {
        name: metric.label for name, metric in registry.metrics.items() if name in named}
    return missed(targets, period.end.year, measured, labels)


def printed_in(document: Document) -> dict[FigureKey, tuple[str, ...]]:
    """For each figure's key, the slugs of the pages that print it."""
    printed: dict[FigureKey, list[str]] = {}
    for page in document.pages:
        for node in numbers(page):
            for key in map(FigureKey.parse, node.figures):
                if page.slug not in printed.setdefault(key, []):
                    printed[key].append(page.slug)
    return {key: tuple(slugs) for key, slugs in printed.items()}


def forms_of(project: Project) -> dict[str, dict[str, object]]:
    """The reader's forms by name.

    Raises:
        DeclarationError: a form without title, questions, or a question without id and text.
    """
    path = project.folder / "forms.yaml"
    if not path.is_file():
        return {}
    raw = read_yaml(path)
    for name, body in raw.items():
        if not isinstance(body, dict) or "title" not in body or not isinstance(body.get("questions"), list):
            raise DeclarationError(f"forms.yaml：反馈表“{name}”要有 title 和 questions 列表。")
        for question in body["questions"]:
            if not isinstance(question, dict) or "id" not in question or "text" not in question:
                raise DeclarationError(f"forms.yaml：反馈表“{name}”有一题缺 id 或 text。")
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
    indexes: dict[str, Index] = {}
    findings: list[Finding] = []
    for name in _standards(project, document):
        standard: Standard | None = project.registry.standards.get(name)
        if standard is None:
            raise ProjectError(
                f"qingce.toml：“{name}”不是已加载的标准。{nearest(name, project.registry.standards)}"
            )
        indexes[name], found = content_index(standard, document, project.registry.metrics)
        findings += found
    return fill_indexes(document, indexes), findings


def _standards(project: Project, document: Document) -> list[str]:
    """The standards of which the report prints an index or says that it follows them."""
    wanted = {b.standard for p in document.pages for b in walk(p.blocks) if isinstance(b, Index)}
    return sorted(wanted | set(project.settings.standards))


def headline_of(
    project: Project, binder: Binder, voice: Voice = CHINESE
) -> tuple[Kpis | None, list[Finding]]:
    """The figures of the front page, from the bindings in the settings."""
    items, findings = [], []
    for binding in project.settings.headline:
        try:
            reading = binder.reading(binding)
            bound = number(reading, binding, voice=voice)
        except QingceError as exc:
            findings.append(Finding(
                "page_binding", Status.FAIL, Severity.ERROR, f"首页数字 {binding!r}：{exc}",
                place=Place(file="qingce.toml", column="headline", value=binding), advice="改正 [report] headline。",
            ))
            continue
        note: list[Inline] = []
        growth = reading.growth if reading.aspect == "value" and reading.metric.kind is not Kind.RATE else None
        if growth is not None and not growth.absent:
            word = "较年初" if reading.metric.kind is Kind.STOCK else "较上年"
            grown = number(growth.trend, f"{binding}.growth.trend", voice=voice)
            note = [Text(word), grown] if voice is CHINESE else [grown, Text(f" {voice.say(word)}")]
        items.append(Kpi(voice.label(reading), (bound,), tuple(note)))
    return (Kpis(tuple(items)) if items else None), findings
