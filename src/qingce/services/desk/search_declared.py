"""What a project declares, computes and prints, as entries to be found; none of it needs the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from qingce.core.check import Finding, Severity, Status
from qingce.core.figure import Figure, FigureKey
from qingce.core.page import Block, Box, Bullets, Chart, Document, Heading, Kpis, Page, Paragraph, Table
from qingce.services.desk.desk import Desk
from qingce.services.desk.figurepage import figure_text
from qingce.services.desk.labels import metric_label, org_name, pack_label, ranking
from qingce.services.desk.paragraphs import paragraphs, words
from qingce.services.search.entry import Entry, Kind, entry

STATUS_LABELS: Mapping[Status, str] = {
    Status.PASS: "相符", Status.FAIL: "不符", Status.NOT_APPLICABLE: "不适用",
}
SEVERITY_LABELS: Mapping[Severity, str] = {
    Severity.ERROR: "错误", Severity.WARNING: "关注", Severity.NOTE: "提示",
}


def metrics(desk: Desk) -> Iterator[Entry]:
    """Metrics by name and label, with their 口径."""
    # of those that begin alike the shortest is what was meant
    for place, metric in enumerate(sorted(desk.registry.metrics.values(), key=lambda m: len(m.label))):
        pack = desk.registry.pack_of.get(metric.name, "")
        owner = metric.owner or (desk.registry.packs[pack].owner if pack in desk.registry.packs else "")
        beside = (pack_label(desk, pack), metric.shown.name or metric.shown.text, owner, metric.name)
        yield entry(
            Kind.METRIC, metric.name, metric.label, f"/figures/{metric.name}", names=(metric.label, metric.name),
            where=" · ".join(part for part in beside if part), text=metric.doc, pack=pack, place=place)


def disclosures(desk: Desk) -> Iterator[Entry]:
    """The clauses of every standard."""
    place = 0
    for standard in desk.registry.standards.values():
        for clause in standard.disclosures:
            place += 1
            code = f"{standard.title} {clause.code}"
            # GRI 302-1 is what people say, whatever the edition of the standards is called in full
            short = f"{standard.name.split('_')[0].upper()} {clause.code}"
            yield entry(
                Kind.DISCLOSURE, f"{standard.name}/{clause.code}", f"{clause.code} {clause.title}",
                f"/standards/{quote(standard.name)}#c-{quote(clause.code)}",
                names=(f"{clause.code} {clause.title}", clause.code, short, code, clause.title), where=standard.title,
                text=" ".join(part for part in (clause.group, clause.title_en, clause.note) if part), place=place)


def checks(desk: Desk, found: Iterable[Finding]) -> Iterator[Entry]:
    """Every rule with what came of it, then what else the latest build found."""
    tried = list(found)
    last = {finding.rule: finding for finding in tried}
    for place, check in enumerate(desk.registry.checks.values()):
        finding = last.get(check.name)
        state = "" if finding is None else STATUS_LABELS[finding.status]
        beside = (SEVERITY_LABELS[check.severity], state, check.cites, check.name)
        said = "" if finding is None or finding.status is Status.PASS else f"{finding.reason} {finding.advice}"
        yield entry(
            Kind.CHECK, check.name, check.doc.split("\n")[0], "/findings?sort=check", names=(check.name, check.doc),
            where=" · ".join(part for part in beside if part), text=said if said.strip() != check.doc else "",
            place=place)
    for place, finding in enumerate(tried, len(desk.registry.checks)):
        if finding.rule not in desk.registry.checks and finding.status is Status.FAIL:
            where = f"{SEVERITY_LABELS[finding.severity]} · {finding.rule} {finding.place}".strip()
            yield entry(Kind.CHECK, f"{finding.rule}/{finding.content}", finding.reason, "/findings?sort=check",
                        names=(finding.reason,), where=where, text=finding.advice,
                        place=place)


def figures(desk: Desk, stored: Mapping[FigureKey, Figure]) -> Iterator[Entry]:
    """Figures of the latest build, by what they are called and by what is printed of them."""
    declared = desk.registry.metrics
    own, rank = desk.settings.org, ranking(desk)
    labels = {key: metric_label(desk, key.metric, key.dims) for key in stored}
    # the report's own org and totals first: that is what people mean who name no org and no member
    order = sorted(stored, key=lambda k: (k.org != own, len(k.dims), len(labels[k]), rank(k)))
    for place, key in enumerate(order):
        metric = declared.get(key.metric)
        if metric is None:
            continue
        label, org = labels[key], org_name(desk, key.org)
        text = figure_text(metric, stored[key])
        yield entry(
            Kind.FIGURE, str(key), label, f"/figures/{quote(str(key), safe='/')}", names=(label, str(key), text),
            where=f"{org} · {key.period}", text=text, org=key.org, pack=desk.registry.pack_of.get(key.metric, ""),
            place=place)


# -- pages ------------------------------------------------------------------------------------------
def pages(document: Document) -> Iterator[Entry]:
    """Pages, and the paragraphs, tables and charts on them, each with the place at which the preview shows it."""
    place = 0
    for page in document.pages:
        title = f"{page.number} {page.title}".strip()
        yield entry(Kind.PARAGRAPH, page.slug, title, f"/preview/{quote(page.slug)}", where=page.part,
                    names=(page.title, title, page.slug), place=place)
        seen: dict[str, int] = {}
        for number, heading, text in _placed(page):
            place += 1
            seen[str(number)] = seen.get(str(number), 0) + 1
            key = f"{page.slug}#{number}" + (f".{seen[str(number)]}" if seen[str(number)] > 1 else "")
            anchor = f"#p{number}" if number else ""
            yield entry(Kind.PARAGRAPH, key, title, f"/preview/{quote(page.slug)}{anchor}", where=heading, text=text,
                        place=place)


def _placed(page: Page) -> Iterator[tuple[int, str, str]]:
    """Number of the paragraph, heading above it, and text; what is no paragraph has the number of the one before."""
    number, heading = 0, ""
    for block in _flow(page.blocks):
        match block:
            case Heading(line=line):
                heading = words(line)
            case Paragraph(line=line):
                number += 1
                yield number, heading, words(line)
            case Box(title=title):
                heading = title or heading
            case _:
                text = " ".join(paragraphs(Page(page.slug, page.title, (block,))))
                if text.strip():
                    yield number, heading, text


def _flow(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks in the order in which the preview numbers its paragraphs."""
    for block in blocks:
        match block:
            case Bullets(items=items):
                for item in items:
                    yield from _flow(item)
            case Box(blocks=inner):
                yield block
                yield from _flow(inner)
            case Heading() | Paragraph() | Table() | Chart() | Kpis():
                yield block
            case _:
                pass
