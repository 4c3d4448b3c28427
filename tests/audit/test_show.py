"""What an audit gives, held against a report made by hand: every format, escaped, self-contained, documented."""

from __future__ import annotations

import html
import json
import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from jsonschema import Draft202012Validator

from qingce.audit.model import Finding, Kind, Qualifier, Quantity, Relation, Report, Span, Text
from qingce.audit.readers import assembled
from qingce.audit.readers.parts import Grid, GridCell, Words
from qingce.audit.show import FORMATS
from qingce.audit.show.reading import CONTRADICTED, TIES, UNCHECKED, standing
from qingce.audit.show.records import schema
from qingce.core.check import Severity

NASTY = '<script>alert("x")</script>&\u202e'


def quantity(text: Text, line: int, words: str, index: int) -> Quantity:
    start = text.lines[line - 1].text.index(words)
    span = Span(line, start, start + len(words), text.lines[line - 1].page)
    value = Decimal(words.rstrip("亿元%"))
    return Quantity(words, value, value, None, "亿元", "money", Decimal(1), Decimal(0), Qualifier.EXACT, Kind.AMOUNT, 0,
                    "", span, span, index)


@pytest.fixture
def report() -> Report:
    """
    第 7 页: 余额 100亿元，其中甲 60亿元、乙 50亿元，另有 9亿元  (100 ≠ 60 + 50; 9 takes part in nothing)
    a table: 丙 | 5亿元 over two columns                     (5 ties to the 5 below)
    <script> 5亿元
    """
    text = assembled(f"{NASTY}.pdf", [
        Words("余额 100亿元，其中甲 60亿元、乙 50亿元，另有 9亿元", page=7),
        Grid(((GridCell(0, 1, "丙"), GridCell(1, 2, "5亿元")), (GridCell(2, 1, NASTY),)), page=8),
        Words(f"{NASTY} 5亿元", page=8),
    ], title=NASTY, pages=9)
    q = [quantity(text, *at) for at in (
        (1, "100亿元", 0), (1, "60亿元", 1), (1, "50亿元", 2), (1, "9亿元", 3), (2, "5亿元", 4), (4, "5亿元", 5))]
    relations = (Relation("sum", False, tuple(q[:3]), "60 + 50 = 110"), Relation("repeat", True, (q[4], q[5])))
    findings = (
        Finding(text.file, 4, 8, "odd", Severity.NOTE, f"提示{NASTY}", (), spans=(Span(4, 0, 8, 8),)),
        Finding(text.file, 1, 7, "sum", Severity.ERROR, "总数与各项之和不符。", tuple(q[:3]), "60 + 50 = 110", 0.9,
                "核对。"),
    )
    return Report(text, tuple(q), (), relations, findings)


def test_a_number_ties_is_contradicted_or_takes_part_in_nothing(report):
    assert standing(report) == [CONTRADICTED, CONTRADICTED, CONTRADICTED, UNCHECKED, TIES, TIES]


def test_every_line_of_jsonl_is_a_finding_as_documented(report):
    rows = [json.loads(row) for row in FORMATS["jsonl"]([report]).splitlines()]
    for row in rows:
        Draft202012Validator(schema()).validate(row)
    assert [(r["line"], r["severity"], len(r["quantities"])) for r in rows] == [(1, "error", 3), (4, "note", 0)]
    assert rows[0]["quantities"][0] | {"low": "", "high": ""} == {
        "text": "100亿元", "value": "100", "unit": "亿元", "low": "", "high": "", "qualifier": "exact",
        "kind": "amount", "line": 1, "start": 3, "end": 8, "page": 7}


def test_the_schema_knows_every_key_and_refuses_others(report):
    row = json.loads(FORMATS["jsonl"]([report]).splitlines()[0])
    assert set(row) == set(schema()["required"]) == set(schema()["properties"])
    assert not Draft202012Validator(schema()).is_valid(row | {"severity": "fatal"})
    assert not Draft202012Validator(schema()).is_valid(row | {"more": 1})


def test_json_tells_coverage_and_counts(report):
    told = json.loads(FORMATS["json"]([report]))["reports"][0]
    assert (told["quantities"], told["covered"], told["coverage"], told["relations"], told["holding"]) == (
        6, 5, "0.8333", 2, 1)
    assert told["counts"] == {"error": 1, "warning": 0, "note": 1}
    assert [f["rule"] for f in told["findings"]] == ["sum", "odd"]


def test_sarif_points_at_characters_counted_from_one(report):
    told = json.loads(FORMATS["sarif"]([report]))
    assert (told["version"], len(told["runs"])) == ("2.1.0", 1)
    run = told["runs"][0]
    result = run["results"][0]
    assert (result["ruleId"], result["level"], run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]) == (
        "sum", "error", "sum")
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 1, "startColumn": 4, "endColumn": 9}
    assert re.fullmatch(r"[\w%./-]+", place["artifactLocation"]["uri"])
    assert len(result["relatedLocations"]) == 2


def test_the_summary_groups_by_severity_and_shows_the_arithmetic(report):
    told = FORMATS["text"]([report])
    assert told.index("错误 1") < told.index("提示 1") < told.index("错误 1，关注 0，提示 1")
    for words in ("第 7 页 第 1 行  总数与各项之和不符。", "算式：60 + 50 = 110", "→ 核对。",
                  "数字 6 个，参与勾稽 5 个（83.3%）"):
        assert words in told
    assert "\u202e" not in told


class Seen(HTMLParser):
    """Elements, ids and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_reading_copy_is_escaped_whole_and_loads_nothing(report):
    page = FORMATS["html"]([report, report])
    seen = Seen(page)
    assert not seen.open, "every element is closed in its order"
    assert [tag for tag, _ in seen.tags].count("script") == 1
    assert html.escape(NASTY) in page
    for _, attrs in seen.tags:
        assert not {"src", "onclick", "style", "action"} & set(attrs)
        assert all(v.startswith("#") for k, v in attrs.items() if k == "href")
    ids = [attrs["id"] for _, attrs in seen.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["href"][1:] for _, attrs in seen.tags if "href" in attrs} <= set(ids)


def test_the_reading_copy_allows_its_own_style_and_script_only(report):
    import base64
    import hashlib

    page = FORMATS["html"]([report])
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1])
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_the_reading_copy_colours_every_number_and_leads_to_its_relations(report):
    page = FORMATS["html"]([report])
    marks = {a["id"]: a for tag, a in Seen(page).tags if tag == "a" and (a.get("class") or "").startswith("q ")}
    assert [m["class"] for m in marks.values()] == [
        "q contradicted", "q contradicted", "q contradicted", "q unchecked", "q ties", "q ties"]
    assert marks["d0-q0"]["data-r"] == "d0-f0 d0-r0"
    assert "data-r" not in marks["d0-q3"]
    assert "覆盖率 83.3%" in page
    assert '<td colspan="2"><a class="q ties"' in page
    assert "<td></td><td></td><td>&lt;script&gt;" in page


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_without_numbers_is_shown(form):
    assert isinstance(FORMATS[form]([Report(Text.of("没有数字。", "空.txt"))]), str)
    assert isinstance(FORMATS[form]([]), str)
