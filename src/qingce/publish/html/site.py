"""The folder as a whole: what goes in, which files come out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

from qingce.core.page import Chart, Document, Form, Index, Kpis, Number, Page, numbers, walk
from qingce.publish.fixed import say
from qingce.publish.html import address, payload, search
from qingce.publish.html.assets import Before, Writer, english_scripts, static_files
from qingce.publish.html.cards import FigureCard, MetricCard
from qingce.publish.html.template import environment, version
from qingce.publish.notes import notes_of
from qingce.publish.units import page_switches


@dataclass(frozen=True, slots=True)
class Download:
    """Another format of the edition; ``href`` is relative to ``index.html``, ``size`` in words."""

    label: str
    href: str
    size: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a metric is printed: a page, the words printed, and what the page bound."""

    slug: str
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Twins:
    """The same edition in another language.

    Attributes:
        language: of the other edition; ``name`` how its readers call it, ``label`` the same in short.
        root: where the other edition lies, from the root of this one.
        paths: the pages that it has, from its root; other pages lead to its cover.
    """

    language: str
    name: str
    label: str
    root: str
    paths: frozenset[str]


@dataclass(frozen=True)
class Site:
    """Everything the web edition is made of.

    Attributes:
        figures: cards by key; a number whose figure has no card is printed without a link.
        metrics: cards by name.
        pdf_pages: the page of the PDF on which a page (by slug) begins; may be empty.
        headline: figures for the front page; default the first row of headline figures in the document.
        stills: whether every chart has a picture under ``charts/`` (set by :func:`render_html`).
        twins: the edition in the other language, where there is one.
        shared: where style sheets, fonts and libraries lie, from the root; empty where they are the site's own.
    """

    document: Document
    figures: Mapping[str, FigureCard] = field(default_factory=dict)
    metrics: Mapping[str, MetricCard] = field(default_factory=dict)
    pdf_pages: Mapping[str, int] = field(default_factory=dict)
    downloads: tuple[Download, ...] = ()
    headline: Kpis | None = None
    stills: bool = False
    twins: Twins | None = None
    shared: str = ""

    def twin(self, path: str) -> str:
        """Where a page of this site has its twin, from the root."""
        assert self.twins is not None
        return self.twins.root + (path if path in self.twins.paths else "index.html")

    @cached_property
    def slugs(self) -> frozenset[str]:
        """The slugs of all pages."""
        return frozenset(page.slug for page in self.document.pages)

    @cached_property
    def parts(self) -> tuple[tuple[str, str, tuple[Page, ...]], ...]:
        """Runs of pages of one part in reading order: the part's name, its title, its pages."""
        runs: list[tuple[str, str, list[Page]]] = []
        for page in self.document.pages:
            if runs and runs[-1][0] == page.part:
                runs[-1][2].append(page)
            else:
                runs.append((page.part, page.part_title, [page]))
        return tuple((part, title, tuple(pages)) for part, title, pages in runs)

    @cached_property
    def accents(self) -> Mapping[str, int]:
        """A number from 1 for each named part; 0 stands for front and back matter."""
        named = [part for part, _, _ in self.parts if part]
        return {part: n for n, part in enumerate(dict.fromkeys(named), start=1)}

    @cached_property
    def by_metric(self) -> Mapping[str, tuple[FigureCard, ...]]:
        """The cards of each metric's figures, in the order given."""
        groups: dict[str, list[FigureCard]] = {}
        for figure in self.figures.values():
            groups.setdefault(figure.metric, []).append(figure)
        return {name: tuple(cards) for name, cards in groups.items()}

    @cached_property
    def spots(self) -> Mapping[str, tuple[Spot, ...]]:
        """Where each metric is printed, in reading order, each wording once a page."""
        found: dict[str, dict[Spot, None]] = {}
        for page in self.document.pages:
            for number in numbers(page):
                spot = Spot(page.slug, number.text, number.label)
                found.setdefault(number.metric, {})[spot] = None
        return {name: tuple(spots) for name, spots in found.items()}

    @cached_property
    def front(self) -> Kpis | None:
        """The headline figures of the front page."""
        if self.headline is not None:
            return self.headline
        blocks = (block for page in self.document.pages for block in walk(page.blocks))
        return next((block for block in blocks if isinstance(block, Kpis)), None)

    @cached_property
    def skeleton(self) -> str:
        """A hash of what every page shows of the others: titles, parts, downloads, the report's own names."""
        document = self.document
        shown = (
            [(p.slug, p.title, p.part, p.part_title, p.number) for p in document.pages],
            document.title,
            document.subtitle,
            document.organisation,
            document.period,
            document.language,
            sorted(document.meta.items()),
            [(d.label, d.href) for d in self.downloads],
            self.stills,
            self.shared,
            self.twins and (self.twins.language, self.twins.label, self.twins.root, sorted(self.twins.paths)),
        )
        return hashlib.sha256(repr(shown).encode()).hexdigest()

    def linked(self, number: Number) -> FigureCard | None:
        """The card that a number opens: that of the first of its figures that has one."""
        return next((self.figures[key] for key in number.figures if self.opens(key)), None)

    def opens(self, key: str) -> bool:
        """Whether the figure and its metric both have cards."""
        return key in self.figures and self.figures[key].metric in self.metrics


def fingerprint(page: Page, site: Site) -> str:
    """A hash that changes whenever :func:`render_page` would give something else."""
    keys = [key for number in numbers(page) for key in number.figures if site.opens(key)]
    linked = [(key, site.figures[key].metric) for key in keys]
    rows = [row for block in walk(page.blocks) if isinstance(block, Index) for row in block.rows]
    indexed = [(slug, site.pdf_pages.get(slug)) for row in rows for slug in row.pages]
    named = [(name, site.metrics[name].label) for row in rows for name in row.figures if name in site.metrics]
    told = repr((page, site.skeleton, linked, indexed, named, version()))
    return hashlib.sha256(told.encode()).hexdigest()


def metric_fingerprint(card: MetricCard, site: Site) -> str:
    """A hash that changes whenever a metric's card or its figures for the dialog would differ."""
    figures = site.by_metric.get(card.name, ())
    operands = [o.key for figure in figures for o in figure.operands if site.opens(o.key)]
    opened = [(key, site.figures[key].metric) for key in operands]
    named = [(name, site.metrics[name].label) for name in card.needs if name in site.metrics]
    shown = [figure.told for figure in figures]
    told = json.dumps((repr((card, site.spots.get(card.name))), shown, opened, named, site.skeleton, version()))
    return hashlib.sha256(told.encode()).hexdigest()


def render_page(page: Page, site: Site) -> str:
    """One page as HTML; the same page and site always give the same text."""
    pages = site.document.pages
    here = next(n for n, other in enumerate(pages) if other.slug == page.slug)
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            site=site,
            document=site.document,
            page=page,
            root="../",
            current=page.slug,
            path=address.page_path(page.slug),
            title=page.title,
            before=pages[here - 1] if here else None,
            after=pages[here + 1] if here + 1 < len(pages) else None,
            charts=any(isinstance(block, Chart) for block in walk(page.blocks)),
            forms=any(isinstance(block, Form) for block in walk(page.blocks)),
            notes=notes_of(page),
            units=page_switches(page),
        )
    )


def render_front(site: Site) -> str:
    """The cover with the headline figures and the contents."""
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            site=site,
            document=site.document,
            root="",
            current="",
            path="index.html",
            title="",
            notes=_front_notes(site),
        )
    )


def _front_notes(site: Site) -> tuple[str, ...]:
    shown = (site.front,) if site.front is not None else ()
    return notes_of(Page("", "", shown))


def render_metric(card: MetricCard, site: Site) -> str:
    """The card of a metric: 口径, formula, values, where it is printed, the standards it serves, lineage."""
    return (
        environment()
        .get_template("metric.html.j2")
        .render(
            site=site,
            document=site.document,
            root="../",
            current="",
            path=address.metric_path(card.name),
            title=card.label,
            card=card,
            figures=site.by_metric.get(card.name, ()),
            spots=site.spots.get(card.name, ()),
        )
    )


def render_metrics(site: Site) -> str:
    """The list of all metrics by pack."""
    packs: dict[str, list[MetricCard]] = {}
    for card in site.metrics.values():
        packs.setdefault(card.pack or say(site.document.language, "其他"), []).append(card)
    return (
        environment()
        .get_template("metrics.html.j2")
        .render(
            site=site,
            document=site.document,
            root="",
            current="",
            path="metrics.html",
            title=say(site.document.language, "指标一览"),
            packs=packs,
        )
    )


def render_html(
    site: Site,
    out: Path,
    *,
    still: Callable[[Chart], str] | None = None,
    cache: MutableMapping[str, str] | None = None,
) -> Writer:
    """Write the web edition into a folder, made where it is not there.

    Args:
        still: draws a chart as SVG text; without it charts have no picture, only their table.
        cache: texts by the hash of what they were made from; what it holds is not made again, what
            it lacks is put in. Any mapping will do, one on disk for example.

    Returns:
        The writer, which tells the files that changed and those that did not. Files of an earlier
        edition that no longer belong are left: write to a fresh folder to be rid of them.
    """
    writing = SiteWriter(site, out, stills=still is not None, cache=cache)
    writing.metrics()
    writing.pages(writing.site, still)
    writing.front(writing.site)
    return writing.writer


class SiteWriter:
    """The web edition in three steps, for the later ones quote other formats that may not be there yet.

    Args:
        stills, cache: as in :func:`render_html`.
        before: an edition from before, whose files are taken where they would be the same; only for a fresh folder.
    """

    def __init__(
        self, site: Site, out: Path, *, stills: bool = False, cache: MutableMapping[str, str] | None = None,
        before: Before | None = None,
    ) -> None:
        self.site = replace(site, stills=stills)
        self.writer = Writer(out, before)
        self._known = {} if cache is None else cache

    def _write(self, path: str, key: str, make: Callable[[], str]) -> None:
        def text() -> str:
            if key not in self._known:
                self._known[key] = make()
            return self._known[key]

        self.writer.made(path, key, text)

    def metrics(self) -> None:
        """What stands as it is, the cards of metrics, and the search index."""
        site = self.site
        for path, content in (english_scripts() if site.shared else static_files()).items():
            self.writer.write(path, content)
        for card in site.metrics.values():
            key = metric_fingerprint(card, site)
            self._write(address.metric_path(card.name), f"{key}-card", partial(render_metric, card, site))
            self._write(address.data_path(card.name), f"{key}-data", partial(_figures, card, site))
        if site.metrics:
            self.writer.write("metrics.html", render_metrics(site))
        self.writer.write("data/search.js", _search(site))

    def pages(self, site: Site, still: Callable[[Chart], str] | None = None) -> None:
        """The chapters.

        Args:
            site: the same, with the pages of the PDF.
        """
        for page in site.document.pages:
            self._write(address.page_path(page.slug), fingerprint(page, site), partial(render_page, page, site))
            for block in walk(page.blocks):
                if still is not None and isinstance(block, Chart):
                    self.writer.write(address.still_path(block.id), still(block))

    def front(self, site: Site) -> None:
        """The front page.

        Args:
            site: the same, with the pages of the PDF and the sizes of downloads.
        """
        self.writer.write("index.html", render_front(site))


def _figures(card: MetricCard, site: Site) -> str:
    return payload.figures_script(site.by_metric.get(card.name, ()), site.figures, site.opens, site.document.language)


def _search(site: Site) -> str:
    entries = [
        entry
        for page in site.document.pages
        for entry in search.page_entries(page, f"{page.part} · {page.title}" if page.part else page.title)
    ]
    entries += search.metric_entries(site.metrics.values(), say(site.document.language, "指标"))
    return payload.called("QingceIndex", search.index(entries))
