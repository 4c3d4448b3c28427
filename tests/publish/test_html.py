"""The web edition as files: what they hold, that nothing foreign runs, that they can be cached."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from qingce.core.page import (
    Box,
    Chart,
    Document,
    Form,
    Heading,
    Index,
    IndexRow,
    Kpi,
    Kpis,
    Number,
    Page,
    Paragraph,
    Question,
    Said,
    Table,
    Text,
)
from qingce.publish.html import (
    FactorCard,
    FigureCard,
    FileCard,
    MetricCard,
    OperandCard,
    Site,
    StandardCard,
    fingerprint,
    render_html,
    render_page,
)
from qingce.publish.html.address import metric_path, page_path, stem
from qingce.publish.html.payload import embedded
from qingce.publish.html.search import index, page_entries, pieces
from qingce.publish.html.site import metric_fingerprint
from tests.publish import html_case as case

VOID = {"meta", "link", "br", "input", "img", "path", "circle"}


class Tree(HTMLParser):
    """Tags with their attributes and text; complains of tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of that name."""
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def text(self) -> str:
        """All words."""
        return " ".join("".join(self.words).split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case, written once."""
    return case.written(tmp_path_factory.mktemp("edition"))


def html_files(folder: Path) -> Iterator[tuple[Path, Tree]]:
    """Every page of a folder."""
    for path in sorted(folder.rglob("*.html")):
        yield path, Tree(path.read_text(encoding="utf-8"))


def page(slug: str = "green-loans") -> Tree:
    """One page of the case."""
    site = case.site()
    found = site.document.page(slug)
    assert found is not None
    return Tree(render_page(found, site))


# -- what a page holds ----------------------------------------------------------------------------


def test_a_number_is_a_data_element_that_links_to_its_figure() -> None:
    text = render_page(case.document().pages[1], case.site())
    assert '<data value="15218000000.00"><a class="n" href="../metrics/green_loan_balance.html#f-' in text
    assert 'data-figure="green_loan_balance/QCB/2024"' in text


def test_a_number_of_two_figures_names_the_other_one() -> None:
    others = {attrs["data-others"] for attrs in page().all("a") if "data-others" in attrs}
    assert others == {case.BEFORE}


def test_a_number_without_a_card_is_still_data_but_no_link() -> None:
    site = replace(case.site(), figures={})
    tree = Tree(render_page(site.document.pages[1], site))
    assert {attrs["value"] for attrs in tree.all("data")} >= {"15218000000.00", "19.21"}
    assert not [attrs for attrs in tree.all("a") if attrs.get("class") == "n"]


def test_a_quoted_number_says_its_source() -> None:
    assert "41 个（引自年报第 12 页）" in page().text


def test_table_cells_have_scopes_and_the_sum_is_marked() -> None:
    scopes = [attrs.get("scope") for attrs in page().all("th")]
    assert scopes.count("col") >= 3
    assert None not in scopes
    assert [attrs["class"] for attrs in page().all("tr") if "class" in attrs] == ["total"]


def test_a_chart_has_its_sentence_its_picture_its_spec_and_its_table() -> None:
    tree = page()
    sentences = [attrs["aria-label"] for attrs in tree.all("div") if attrs.get("class") == "chart-live"]
    assert sentences[0].startswith("绿色贷款余额（按用途）：节能环保产业 2024 年末 5.20 亿元")
    assert len([a for a in tree.all("script") if a.get("type") == "application/json"]) == 5
    assert len([a for a in tree.all("details") if a["class"] == "chart-data"]) == 5


def test_pictures_stand_on_the_page_only_where_they_were_drawn(folder: Path, tmp_path: Path) -> None:
    assert 'src="../charts/green-bar.svg"' in (folder / "pages/green-loans.html").read_text()
    assert (folder / "charts/green-bar.svg").is_file()
    render_html(case.site(), tmp_path)
    assert "<img" not in (tmp_path / "pages/green-loans.html").read_text()
    assert not (tmp_path / "charts").exists()


def test_the_index_links_pages_with_their_pdf_pages_metrics_and_omissions() -> None:
    tree = page("gri")
    assert "聚焦重点领域，精耕绿色金融（PDF 第 12 页）" in tree.text
    assert "不适用：均为市政供水" in tree.text
    hrefs = {attrs["href"] for attrs in tree.all("a")}
    assert {"../pages/green-loans.html", "../metrics/green_loan_balance.html"} <= hrefs


def test_an_index_without_pdf_pages_says_none() -> None:
    site = replace(case.site(), pdf_pages={})
    gri = site.document.page("gri")
    assert gri is not None
    assert "PDF 第" not in render_page(gri, site)


def test_the_form_asks_six_questions_of_three_answers_and_one_for_words() -> None:
    tree = page("feedback")
    assert len(tree.all("fieldset")) == len(tree.all("legend")) == 6
    assert len([a for a in tree.all("input") if a["type"] == "radio"]) == 18
    assert len(tree.all("textarea")) == 1
    assert "未启用脚本" in tree.text


def test_scripts_for_charts_and_forms_are_loaded_only_where_they_are_needed() -> None:
    def scripts(slug: str) -> str:
        return " ".join(attrs.get("src", "") for attrs in page(slug).all("script"))

    assert "vega-embed.bundle.js" in scripts("green-loans")
    assert "form.js" not in scripts("green-loans")
    assert "form.js" in scripts("feedback")
    assert "vega" not in scripts("feedback")


def test_previous_and_next_run_through_the_whole_report() -> None:
    pages = case.document().pages
    for before, after in pairwise(pages):
        links = {attrs.get("rel"): attrs["href"] for attrs in page(before.slug).all("a") if "rel" in attrs}
        assert links["next"] == f"../{page_path(after.slug)}"
        back = {attrs.get("rel"): attrs["href"] for attrs in page(after.slug).all("a") if "rel" in attrs}
        assert back["prev"] == f"../{page_path(before.slug)}"


def test_the_front_page_shows_headline_contents_by_part_and_downloads(folder: Path) -> None:
    tree = Tree((folder / "index.html").read_text())
    assert "2024 年主要数据" in tree.text
    assert "环境篇践行绿色金融" in tree.text
    assert "PDF 第 12 页" in tree.text
    assert ("../report.pdf", True) in {(a["href"], "download" in a) for a in tree.all("a")}


def test_a_metric_card_tells_everything_without_a_script(folder: Path) -> None:
    text = Tree((folder / "metrics/scope2_electricity.html").read_text()).text
    for words in (
        "外购电量与电网平均排放因子之积。",
        "用电量 × 电网平均排放因子",
        "4,262.21 吨CO2",
        "存储值 4262.21 吨CO2",
        "第 2 版",
        "更正一处抄表",
        "0.5857 kgCO2/kWh 来源已核实",
        "0.73 kg/L 来源待核实",
        "生态环境部公告",
        "聚焦重点领域，精耕绿色金融",
        "7,277,121.39 千瓦时",
        "无卡数值",
    ):
        assert words in text
    loans = Tree((folder / "metrics/green_loan_balance.html").read_text()).text
    for words in (
        "GRI 2021 201-1",
        case.HASH,
        "合成 synthetic",
        case.SQL,
        "SELECT * FROM loan",
        "127.66 亿元",
    ):
        assert words in loans


# -- the folder as a whole ------------------------------------------------------------------------


def test_every_address_leads_to_a_file_or_an_element_of_the_folder(folder: Path) -> None:
    missing = []
    for path, tree in html_files(folder):
        for tag, attrs in tree.tags:
            address = attrs.get("src") or attrs.get("href") or ""
            if not address or (tag == "a" and "download" in attrs):
                continue
            assert not re.match(r"[a-z]+:|//", address), (path, address)
            file, _, fragment = address.partition("#")
            target = (path.parent / unquote(file)).resolve() if file else path
            if not target.is_file() or (fragment and f'id="{fragment}"' not in target.read_text()):
                missing.append((path.name, address))
    assert missing == []


def test_ids_are_unique_and_named_ids_exist(folder: Path) -> None:
    for path, tree in html_files(folder):
        ids = [attrs["id"] for _, attrs in tree.tags if "id" in attrs]
        assert len(ids) == len(set(ids)), path
        for _, attrs in tree.tags:
            for name in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
                assert set(attrs.get(name, "").split()) <= set(ids), (path, attrs)


def test_every_page_has_language_landmarks_one_title_and_a_way_past_the_contents(folder: Path) -> None:
    for path, tree in html_files(folder):
        assert tree.all("html")[0]["lang"] == "zh-CN", path
        assert len(tree.all("main")) == len(tree.all("h1")) == len(tree.all("title")) == 1, path
        assert {nav["aria-label"] for nav in tree.all("nav")} >= {"目录"}, path
        assert tree.all("a")[0] == {"class": "skip", "href": "#main"}, path


def test_headings_never_skip_a_level(folder: Path) -> None:
    for path, tree in html_files(folder):
        levels = [int(tag[1]) for tag, _ in tree.tags if re.fullmatch(r"h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in pairwise(levels)), (
            path,
            levels,
        )


def test_nothing_runs_or_is_styled_inline_and_the_policy_forbids_it(folder: Path) -> None:
    for path, tree in html_files(folder):
        policy = next(
            a["content"] for a in tree.all("meta") if a.get("http-equiv") == "Content-Security-Policy"
        )
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for tag, attrs in tree.tags:
            assert not [name for name in attrs if name.startswith("on") or name == "style"], (
                path,
                tag,
                attrs,
            )
            assert tag != "style", path
            assert tag != "script" or "src" in attrs or attrs["type"] == "application/json", path


def test_figures_for_the_dialog_hold_every_fact_and_repeated_texts_once(folder: Path) -> None:
    script = (folder / "data/figures/green_loan_balance.js").read_text()
    assert script.count(json.dumps(case.SQL)[1:-1].replace("<", "\\u003c")) == 1
    data = json.loads(script.removeprefix("QingceFigures(").removesuffix(");\n"))
    card = data["figures"][case.BEFORE]
    assert data["texts"][card["sql"]] == case.SQL
    assert card["synthetic"] is True
    assert card["href"].startswith("metrics/green_loan_balance.html#f-")


def test_only_files_whose_bytes_changed_are_written(tmp_path: Path) -> None:
    first = render_html(case.site(), tmp_path)
    assert first.kept == []
    again = render_html(case.site(), tmp_path)
    assert again.written == []
    assert sorted(again.kept) == sorted(first.written)
    figures = case.figures()
    figures[case.BEFORE] = replace(figures[case.BEFORE], text="127.67 亿元")
    changed = render_html(replace(case.site(), figures=figures), tmp_path)
    assert set(changed.written) == {
        "data/figures/green_loan_balance.js",
        "metrics/green_loan_balance.html",
    }


# -- caching --------------------------------------------------------------------------------------


def changes(other: Site) -> set[str]:
    """Slugs of pages whose fingerprint differs from the case's; their HTML must differ exactly there."""
    site = case.site()
    told = {
        p.slug
        for p in other.document.pages
        if fingerprint(p, other) != fingerprint(site.document.page(p.slug) or p, site)
    }
    drawn = {
        p.slug
        for p in other.document.pages
        if render_page(p, other) != render_page(site.document.page(p.slug) or p, site)
    }
    assert drawn <= told
    return told


def test_the_same_page_has_the_same_fingerprint_and_the_same_html() -> None:
    assert changes(case.site()) == set()


def test_a_changed_number_changes_only_its_page() -> None:
    document = case.document()
    pages = [
        replace(p, blocks=(*p.blocks, case.para("完"))) if p.slug == "board" else p for p in document.pages
    ]
    assert changes(replace(case.site(), document=replace(document, pages=tuple(pages)))) == {"board"}


def test_a_changed_title_changes_every_page() -> None:
    document = case.document()
    pages = [replace(p, title="新题") if p.slug == "board" else p for p in document.pages]
    assert len(changes(replace(case.site(), document=replace(document, pages=tuple(pages))))) == len(pages)


def test_page_numbers_of_the_pdf_change_only_the_index() -> None:
    assert changes(replace(case.site(), pdf_pages={"green-loans": 13})) == {"gri"}


def test_a_card_that_goes_missing_changes_the_pages_that_linked_it() -> None:
    figures = {key: card for key, card in case.figures().items() if key != case.TONNES}
    assert changes(replace(case.site(), figures=figures)) == {"green-loans"}


def test_what_a_cache_holds_is_not_made_again(tmp_path: Path) -> None:
    cache: dict[str, str] = {}
    render_html(case.site(), tmp_path / "a", cache=cache)
    assert len(cache) == len(case.document().pages) + 2 * len(case.metrics())
    kept = dict(cache)
    figures = case.figures() | {case.BEFORE: replace(case.figures()[case.BEFORE], text="127.67 亿元")}
    render_html(replace(case.site(), figures=figures), tmp_path / "b", cache=cache)
    assert len(cache.keys() - kept.keys()) == 2
    render_html(case.site(), tmp_path / "c", cache=dict.fromkeys(kept, "from the cache"))
    assert (tmp_path / "c/pages/board.html").read_text() == "from the cache"


def test_with_and_without_a_cache_the_folder_is_the_same(tmp_path: Path) -> None:
    def contents(folder: Path) -> dict[str, bytes]:
        return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    cache: dict[str, str] = {}
    for name in ("a", "b"):
        render_html(case.site(), tmp_path / name, cache=cache)
    render_html(case.site(), tmp_path / "c")
    assert contents(tmp_path / "a") == contents(tmp_path / "b") == contents(tmp_path / "c")


def test_a_metric_is_made_again_when_an_operand_loses_its_card() -> None:
    site, poorer = case.site(), replace(case.site(), figures={case.TONNES: case.figures()[case.TONNES]})
    card = site.metrics["scope2_electricity"]
    assert metric_fingerprint(card, site) != metric_fingerprint(card, poorer)


# -- hostile text ---------------------------------------------------------------------------------


def hostile_site() -> Site:
    """Every text field of every node and card is an attack."""
    bad = case.HOSTILE
    table = Table(((Text(bad),),), (((Text(bad),),),), ("left",), bad, bad, id="t")
    spec = {"mark": "bar", "data": {"values": [{"a": bad}]}}
    key = "m/QCB/2024"
    number = Number(bad, (key,), bad, "m", bad, bad)
    blocks = (
        Heading(2, (Text(bad, strong=True, em=True),), "h"),
        Paragraph(
            (
                number,
                Said(bad, bad),
                Text(bad, href="javascript:alert(1)"),
                Text("x", href='https://x/"onclick="y'),
            )
        ),
        table,
        Chart("c", spec, bad, bad, table),
        Kpis((Kpi(bad, (number,), (Text(bad),)),)),
        Box("case", bad, (Paragraph((Text(bad),)),)),
        Index("s", bad, bad, (IndexRow(bad, bad, bad, ("../up",), ("m",), bad),)),
        Form("f", bad, (Question("q", bad, (bad,)), Question("w", bad)), (bad,)),
    )
    pages = (Page("../up", bad, blocks, bad, bad, bad),)
    figure = FigureCard(
        key,
        "m",
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        (FactorCard(bad, bad, bad, bad, bad, bad, bad, bad, bad, bad),),
        (OperandCard(key, bad, bad),),
        (FileCard(bad, bad, bad, True, bad),),
    )
    metric = MetricCard("m", bad, bad, bad, bad, bad, bad, bad, (StandardCard(bad, bad, bad),), ("m",))
    return Site(Document(bad, bad, bad, bad, "zh-CN", pages), {key: figure}, {"m": metric})


def test_hostile_text_stays_text_everywhere(tmp_path: Path) -> None:
    render_html(hostile_site(), tmp_path, still=lambda chart: "<svg/>")
    for path, tree in html_files(tmp_path):
        for tag, attrs in tree.tags:
            assert not [name for name in attrs if name.startswith("on")], (path, tag, attrs)
            assert not attrs.get("href", "").startswith("javascript"), path
            assert tag != "script" or "src" in attrs or attrs.get("type") == "application/json", path
    for path in tmp_path.glob("data/**/*.js"):
        text = path.read_text()
        assert "<" not in text, path
        assert "alert" in text


def test_hostile_names_never_leave_the_folder(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    render_html(hostile_site(), out)
    assert [path for path in tmp_path.rglob("*.html") if out not in path.parents] == []
    assert (out / page_path("../up")).is_file()


@pytest.mark.parametrize(
    "name", ["..", "../x", "a/b", "C:\\x", "con?", "绿色", "a b", "%2e%2e", "A", "", "x" * 500]
)
def test_file_names_are_plain_and_never_collide(name: str) -> None:
    made = stem(name)
    assert re.fullmatch(r"[\w-]{1,80}", made)
    assert made != stem(name + "-")
    assert stem("A") != stem("a")
    assert metric_path(name).count("/") == 1


@pytest.mark.parametrize("text", ["</script>", "<!--", "\u2028", "&", "]]>"])
def test_data_for_scripts_cannot_end_the_script(text: str) -> None:
    made = embedded({text: [text]})
    assert not set(made) & set("<>&\u2028")
    assert json.loads(made) == {text: [text]}


def test_a_float_that_is_no_number_is_refused_in_data() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        embedded({"plot": float("nan")})


# -- search ---------------------------------------------------------------------------------------


def search(folder: Path, words: str) -> list[str]:
    """Titles of the entries that hold every piece of the words, as the script finds them."""
    script = (folder / "data/search.js").read_text()
    made: dict[str, Any] = json.loads(script.removeprefix("QingceIndex(").removesuffix(");\n"))
    hits = [set(made["grams"].get(piece, [])) for piece in pieces(words)]
    return [made["entries"][n][1] for n in sorted(set.intersection(*hits))]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("风光储一体化", "用途与结构"),
        ("宣教受众", "用途与结构"),
        ("152.18 亿元", "聚焦重点领域，精耕绿色金融"),
        ("按季", "用途与结构"),
        ("gri 201", "GRI 内容索引"),
        ("版式是否清楚", "读者反馈"),
        ("scope2", "外购电力排放"),
        ("十三位", "优化治理结构"),
    ],
)
def test_search_finds_text_numbers_tables_charts_boxes_forms_and_metrics(
    folder: Path, words: str, title: str
) -> None:
    assert title in search(folder, words)


def test_search_finds_nothing_for_words_that_do_not_occur(folder: Path) -> None:
    assert search(folder, "月球基地") == []


def test_full_width_and_upper_case_are_found_as_plain() -> None:
    assert pieces("ＥＳＧ") == pieces("esg") == {"es", "sg"}


def test_sections_are_entries_of_their_own() -> None:
    entries = page_entries(case.document().pages[1], "环境篇")
    assert [entry.href for entry in entries] == ["pages/green-loans.html", "pages/green-loans.html#use"]


def test_the_index_lists_each_entry_once_for_a_piece() -> None:
    entries = page_entries(Page("p", "贷款", (case.para("贷款贷款"),)), "")
    assert index(entries)["grams"]["贷款"] == [0]
