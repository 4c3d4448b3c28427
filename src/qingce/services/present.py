"""Presenting figures: what each format says of a figure, filled from the engine and the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from qingce.core.check import Finding, Status
from qingce.core.figure import Dims, Figure, FigureKey, Qualifier, Reading
from qingce.core.period import Period
from qingce.core.registry import Registry
from qingce.engine.lineage import Input, Lineage
from qingce.publish import figures_json, html, xlsx
from qingce.services.cards import card
from qingce.services.feed import topics_of_desk
from qingce.services.project import Project
from qingce.services.quality.sheet import quality_facts, quality_sheet, scale_facts

QUALIFIERS = {Qualifier.OVER: "不少于所示", Qualifier.NEARLY: "接近所示", Qualifier.ABOUT: "约数"}


@dataclass(frozen=True)
class Presented:
    """All figures of an edition with everything the formats need to say about them.

    Args:
        figures: with their revisions.
        printed: slugs of the pages that print a figure.
    """

    project: Project
    figures: Sequence[Figure]
    printed: Mapping[FigureKey, tuple[str, ...]]
    checks: Sequence[Finding]

    @cached_property
    def by_key(self) -> dict[FigureKey, Figure]:
        """Figures by key."""
        return {figure.key: figure for figure in self.figures}

    @cached_property
    def lineages(self) -> dict[str, Lineage]:
        """Lineage records by id."""
        return {f.lineage: self.project.lineage(f) for f in self.figures if f.lineage}

    @cached_property
    def status(self) -> dict[str, Status]:
        """For each metric the worst result of the checks that touch it."""
        return worst_results(self.project.registry, self.checks)

    @cached_property
    def serves(self) -> dict[str, list[tuple[str, str, str]]]:
        """For each metric the clauses it serves: standard's title, code, clause's title."""
        return clauses_served(self.project.registry)

    def reading(self, key: FigureKey) -> Reading:
        """The figure as a page would read it."""
        return Reading(self.project.computation, self.project.registry.metrics[key.metric], key)

    @cached_property
    def texts(self) -> dict[FigureKey, str]:
        """Every figure as printed with its unit."""
        return {figure.key: self.reading(figure.key).text for figure in self.figures}

    def member(self, key: FigureKey) -> str:
        """The member in words."""
        reading = self.reading(key)
        return "、".join(reading.source.label(reading.metric, d, c) for d, c in key.dims)

    def _org(self, code: str) -> str:
        return self.project.records.tree.name(code)

    # -- web ----------------------------------------------------------------------------------
    def figure_cards(self) -> dict[str, html.FigureCard]:
        """One card a figure, by key."""
        return {str(figure.key): self._figure_card(figure) for figure in self.figures}

    def _figure_card(self, figure: Figure) -> html.FigureCard:
        key, record = figure.key, self.lineages[figure.lineage]
        metric = self.project.registry.metrics[key.metric]
        member = self.member(key)
        return html.FigureCard(
            key=str(key), metric=key.metric, label=metric.label + (f"（{member}）" if member else ""), member=member,
            text=self.texts[key], value="" if figure.amount.absent else f"{figure.value:f}",
            unit=figure.unit.name, org=self._org(key.org), period=period_words(key.period),
            revision=f"第 {figure.revision} 版", origin=record.origin, definition=record.definition,
            formula=record.formula, qualifier=QUALIFIERS.get(figure.qualifier, ""), reason=figure.reason,
            estimate=self.project.quality_note(key), quality="；".join(self.project.quality_words(key)),
            source=figure.source, sql=record.sql, rows_sql=record.rows_sql, lineage=figure.lineage,
            factors=tuple(html.FactorCard(f.label, f.value, f.unit, f.source, f.trust, f.edition, f.region, f.vintage,
                                          f.published, f.note) for f in record.factors),
            operands=tuple(self._operand(FigureKey.parse(text)) for text in record.operands),
            files=tuple(html.FileCard(i.path, i.sha256, f"{i.rows:,}", i.synthetic, self._dataset(i))
                        for i in record.inputs),
        )

    def _operand(self, key: FigureKey) -> html.OperandCard:
        member = self.member(key)
        label = self.project.registry.metrics[key.metric].label + (f"（{member}）" if member else "")
        if key.period != str(self.project.settings.period):
            label += f"，{period_words(key.period)}"
        text = self.texts.get(key)
        return html.OperandCard(str(key), label, self.reading(key).text if text is None else text)

    def _dataset(self, file: Input) -> str:
        dataset = self.project.registry.datasets.get(file.dataset)
        return dataset.label if dataset else "填报表"

    def metric_cards(self) -> dict[str, html.MetricCard]:
        """One card a metric that has a figure."""
        registry = self.project.registry
        names = dict.fromkeys(f.key.metric for f in self.figures)
        found = {}
        for name in names:
            made = card(registry, registry.metrics[name], self.project.computation.asked.formula)
            found[name] = html.MetricCard(
                name, made.label, made.definition, made.unit, made.kind, made.owner, made.pack, made.formula,
                tuple(html.StandardCard(*clause) for clause in self.serves.get(name, ())),
                tuple(p for p in made.needs if p in registry.metrics),
            )
        return found

    # -- Excel --------------------------------------------------------------------------------
    def book(self, digest: str) -> xlsx.Book:
        """The databook; it names pages by their slugs."""
        settings, registry = self.project.settings, self.project.registry
        periods = tuple(str(p) for p in settings.periods[:3])
        series = series_of(self.figures, periods)
        first = list(dict.fromkeys(registry.pack_of[key.metric] for key in self.printed))
        ranks = {pack: rank for rank, pack in enumerate(first)}
        # packs stand in the order in which the report first speaks of them
        ordered = sorted(series, key=lambda at: ranks.get(registry.pack_of[at[0]], len(ranks)))
        rows = tuple(self._book_row(at, series[at], periods) for at in ordered)
        sentences = {c.name: c.doc for c in registry.checks.values()}
        return xlsx.Book(
            title=settings.title, organisation=settings.organisation, period=str(settings.period),
            periods=tuple(period_words(p) for p in periods), issued=issued(settings.period), edition=settings.name,
            hash=digest, rows=rows, checks=tuple(self.checks), sentences=sentences, factors=self._book_factors(),
            sources=self._book_sources(), quality=quality_sheet(self.project, self.figures, self._org),
            topics=topics_of_desk(self.project.folder, self.project.feed),
        )

    def _book_row(
        self, at: tuple[str, str, tuple[tuple[str, str], ...]], found: Mapping[str, Figure], periods: Sequence[str],
    ) -> xlsx.BookRow:
        name, org, dims = at
        registry = self.project.registry
        current = FigureKey(name, org, periods[0], dims)
        record = self.lineages[next(iter(found.values())).lineage]
        files = "、".join(dict.fromkeys(self._dataset(i) for i in record.inputs))
        row = xlsx.book_row(
            registry.metrics[name],
            found,
            [period_words(p) for p in periods],
            org=self._org(org),
            dims=self.member(current),
            pack=registry.packs[registry.pack_of[name]].label,
            standards=tuple(
                f"GRI {code}" if title.startswith(("GRI", "全球")) else code
                for title, code, _ in self.serves.get(name, ())
            ),
            check=self.status.get(name),
            source=sourced(record, files, any(self.project.made_up(f.key) for f in found.values())),
            pages=tuple(self.printed.get(current, ())),
        )
        return noted(row, filter(None, (self.project.footnote(f.key) for f in found.values())))

    def _book_factors(self) -> tuple[xlsx.BookFactor, ...]:
        registry = self.project.registry
        used: dict[str, list[str]] = {}
        for record in self.lineages.values():
            for entry in record.factors:
                used.setdefault(f"{entry.name}\0{entry.edition}", []).append(registry.metrics[record.metric].label)
        made = []
        for name_edition, metrics in sorted(used.items()):
            name, _, edition_id = name_edition.partition("\0")
            factor = registry.factors[name]
            edition = next(e for e in factor.editions if e.id == edition_id)
            made.append(xlsx.BookFactor(factor, edition, registry.sources.get(edition.source),
                                        tuple(dict.fromkeys(metrics))))
        return tuple(made)

    def _book_sources(self) -> tuple[xlsx.BookSource, ...]:
        registry = self.project.registry
        made = []
        for name, inputs in self.project.records.inputs.items():
            dataset = registry.datasets.get(name)
            for i in inputs:
                made.append(xlsx.BookSource(i.path, dataset.label if dataset else "填报表", i.sha256, i.rows,
                                            i.synthetic, dataset.owner if dataset else ""))
        return tuple(sorted(made, key=lambda s: s.file))

    # -- JSON ---------------------------------------------------------------------------------
    def figure_file(self, digest: str) -> figures_json.FigureFile:
        """Everything for figures.json."""
        settings, registry = self.project.settings, self.project.registry
        cards = []
        for name in dict.fromkeys(f.key.metric for f in self.figures):
            metric, pack = registry.metrics[name], registry.pack_of[name]
            members = {
                d: {code: self.project.computation.label(metric, d, code)
                    for code in self.project.computation.members(metric, d)} for d in metric.by
            }
            standards = tuple(f"{s.name}:{code}" for s in registry.standards.values()
                              for code, a in s.answers.items() if name in a.figures)
            cards.append(figures_json.MetricCard(metric, pack, registry.packs[pack].label, standards, members))
        return figures_json.FigureFile(
            title=settings.title, organisation=settings.organisation, period=str(settings.period),
            edition=settings.name, hash=digest,
            orgs={code: self._org(code) for code in sorted({f.key.org for f in self.figures})},
            metrics=cards,
            figures=[figures_json.PublishedFigure(f, self.texts[f.key], self.printed.get(f.key, ()),
                                                  self.project.footnote(f.key), quality_facts(self.project, f.key))
                     for f in self.figures],
            lineage={i: self.project.computation.traces.texts[i] for i in self.lineages}, checks=self.checks,
            sentences={c.name: c.doc for c in registry.checks.values()}, scale=scale_facts(self.project.quality.scale),
        )


def worst_results(registry: Registry, findings: Sequence[Finding]) -> dict[str, Status]:
    """For each metric the worst result of the checks that touch it."""
    rank = {Status.FAIL: 0, Status.PASS: 1, Status.NOT_APPLICABLE: 2}
    found: dict[str, Status] = {}
    results = {f.rule: f.status for f in findings}
    for check in registry.checks.values():
        result = results.get(check.name)
        if result is None:
            continue
        for param in check.params:
            if param not in found or rank[result] < rank[found[param]]:
                found[param] = result
    return found


def series_of(
    figures: Iterable[Figure], periods: Sequence[str]
) -> dict[tuple[str, str, Dims], dict[str, Figure]]:
    """Figures of those periods by metric, org and member, each by its period in words."""
    found: dict[tuple[str, str, Dims], dict[str, Figure]] = {}
    for figure in figures:
        key = figure.key
        if key.period in periods:
            found.setdefault((key.metric, key.org, key.dims), {})[period_words(key.period)] = figure
    return found


def clauses_served(registry: Registry) -> dict[str, list[tuple[str, str, str]]]:
    """For each metric the clauses it serves: standard's title, code, clause's title."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for standard in registry.standards.values():
        for code, answer in standard.answers.items():
            clause = standard.disclosure(code)
            for name in answer.figures if clause else ():
                assert clause is not None
                found.setdefault(name, []).append((standard.title, code, clause.title))
    return found


def noted(row: xlsx.BookRow, footnotes: Iterable[str]) -> xlsx.BookRow:
    """A row of the databook with the footnotes of its figures, each once."""
    found = dict.fromkeys(footnotes)
    if not found:
        return row
    return replace(row, note="；".join(part for part in (row.note, *found) if part), marked=True)


def sourced(record: Lineage, files: str, made_up: bool) -> str:
    """Where the values of a row come from, in words; of filed ones, what was filed says it."""
    if record.origin == "filed":
        return ""
    return f"{html.cards.ORIGINS[record.origin]}{files and '：'}{files}{'（示例数据）' if made_up else ''}"


@cache
def period_words(period: str) -> str:
    """A period as a Chinese reader writes it: 2024 年."""
    parsed = Period.parse(period)
    return f"{period} 年" if parsed.kind == "year" else period


def issued(period: Period) -> dt.date:
    """The date that files carry: the day after the period, so that the same input gives the same bytes."""
    return period.end + dt.timedelta(days=1)
