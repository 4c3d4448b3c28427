"""figures.json is stable to the byte, exact to the digit and as its schema says."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from qingce.core.amount import ABSENT
from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.errors import ProjectError
from qingce.core.figure import Answered, Figure, FigureKey, Qualifier
from qingce.core.metric import STOCK, filed, metric
from qingce.core.unit import unit
from qingce.publish.figures_json import FigureFile, MetricCard, PublishedFigure, render_figures, schema

LOANS = filed(
    "绿色贷款余额", unit="元", shown="亿元", kind=STOCK, by=("use",), owner="公司金融部"
).named("loans")


@metric("绿色贷款占比", unit="%")
def share(loans, total):  # type: ignore[no-untyped-def]
    """绿色贷款余额 ÷ 各项贷款余额。"""
    return loans / total


def figure(value: D | None, period: str = "2024", **more: Any) -> PublishedFigure:
    dims = more.pop("dims", ())
    key = FigureKey("loans", "LZB", period, dims)
    made = Figure(key, ABSENT if value is None else value, unit("元"), **more)
    return PublishedFigure(made, "152.18 亿元", ("green-finance",))


FILE = FigureFile(
    title="2024 年报告", organisation="某银行", period="2024", edition="2024-1", hash="ab12",
    orgs={"LZB": "某银行"},
    metrics=(
        MetricCard(LOANS, "green", "绿色金融", ("gri_2021:203-2",), {"use": {"infra": "基础设施"}}),
        MetricCard(share, "green", "绿色金融"),
    ),
    figures=(
        figure(D("15218000000.00"), lineage="aa11", slack=D("500000")),
        figure(D("9E+9"), dims=(("use", "infra"),), qualifier=Qualifier.OVER, revision=2),
        figure(None, "2022", answered=Answered.NOT_AVAILABLE, reason="尚未统计"),
        PublishedFigure(Figure(FigureKey("share", "LZB", "2024"), D(1) / D(3), unit("%"))),
    ),
    lineage={"aa11": {
        "metric": "loans", "factor": D("0.58570"), "from": dt.date(2024, 1, 1), "status": Status.PASS,
        "inputs": ({"path": "records/loan.csv", "rows": 12, "synthetic": True},), "none": None, "gap": ABSENT,
    }},
    checks=(Finding("parts_add_up", Status.FAIL, Severity.WARNING, "不等", 6, 5, ({"use": "infra"},),
                    Place("a.csv", row=3)),),
    sentences={"parts_add_up": "各用途之和等于合计。"},
)


def loaded(file: FigureFile) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render_figures(file))
    return document


def valid(document: object) -> bool:
    return Draft202012Validator(schema()).is_valid(document)


def test_the_schema_is_itself_valid_and_the_file_is_as_it_says() -> None:
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(loaded(FILE))


def test_an_empty_report_is_valid_too() -> None:
    assert valid(loaded(FigureFile("t", "o", "2024")))


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("format",), "qingce/figures/2"), (("figures", 0, "value"), 1.5), (("figures", 0, "value"), "1E+9"),
        (("figures", 0, "value"), "NaN"), (("figures", 0, "value"), "1.50"), (("figures", 0, "revision"), 0),
        (("figures", 0, "period"), "2024Q5"), (("figures", 0, "extra"), 1),
        (("checks", 0, "status"), "passed"), (("metrics", "loans", "kind"), "level"),
        (("figures", 1, "answered"), "not_available"),
    ],
)
def test_the_schema_refuses_what_a_reader_could_not_rely_on(where: tuple[Any, ...], value: object) -> None:
    document = loaded(FILE)
    place: Any = document
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    assert not valid(document)


def test_the_same_figures_give_the_same_bytes_in_whatever_order_they_come() -> None:
    figures, cards = list(FILE.figures), list(FILE.metrics)
    random.Random(7).shuffle(figures)
    other = replace(
        FILE, figures=figures, metrics=cards[::-1],
        lineage={key: dict(reversed(record.items())) for key, record in FILE.lineage.items()},
    )
    assert render_figures(other) == render_figures(FILE)


def test_figures_stand_in_the_order_of_their_keys_and_one_a_line() -> None:
    text = render_figures(FILE).decode()
    ids = [f["id"] for f in json.loads(text)["figures"]]
    assert ids == ["loans/LZB/2022", "loans/LZB/2024", "loans/LZB/2024/use=infra", "share/LZB/2024"]
    for key in ids:
        assert sum(f'"id":"{key}",' in line for line in text.splitlines()) == 1
    assert text.endswith("}\n")


def test_a_changed_figure_changes_one_line() -> None:
    figures = list(FILE.figures)
    figures[0] = figure(D("15218000000.01"), lineage="aa11", slack=D("500000"))
    before = render_figures(FILE).decode().splitlines()
    after = render_figures(replace(FILE, figures=figures)).decode().splitlines()
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_values_are_exact_decimal_strings_and_absent_is_null() -> None:
    by_id = {f["id"]: f for f in loaded(FILE)["figures"]}
    assert by_id["loans/LZB/2024"]["value"] == "15218000000"
    assert by_id["loans/LZB/2024/use=infra"]["value"] == "9000000000"
    assert by_id["share/LZB/2024"]["value"] == str(D(1) / D(3))
    assert by_id["loans/LZB/2022"]["value"] is None
    assert by_id["loans/LZB/2022"]["reason"] == "尚未统计"


def test_every_figure_leads_to_its_metric_and_its_lineage() -> None:
    document = loaded(FILE)
    for item in document["figures"]:
        assert item["metric"] in document["metrics"]
        assert item["lineage"] is None or item["lineage"] in document["lineage"]
    record = document["lineage"]["aa11"]
    assert (record["factor"], record["from"], record["status"], record["gap"]) == (
        "0.5857", "2024-01-01", "pass", None,
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"figures": [figure(D(1)), figure(D(2))]}, "stands twice"),
        ({"figures": [figure(D(1), lineage="zz")]}, "has lineage 'zz', which is not given"),
        ({"metrics": ()}, "which is not given"),
        ({"figures": [figure(D("NaN"))]}, "not a number"),
        ({"figures": [figure(D("sNaN"))]}, "not a number"),
        ({"figures": [figure(D("-Infinity"))]}, "not a number"),
        ({"figures": [figure(D("1E+4000000"))]}, "not a number"),
        ({"lineage": {"aa11": {"value": 0.1}}}, "holds 0.1 of type float"),
        ({"lineage": {"aa11": {"inputs": [{"rows": {1, 2}}]}}}, "of type set"),
    ],
)
def test_what_json_cannot_carry_exactly_is_refused_by_name(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ProjectError, match=message):
        render_figures(replace(FILE, **change))


@pytest.mark.parametrize(
    "hostile", ["</script><b>", "\x00\x1f", "\ud800 lone", 'quote " \\ \u2028', "名\n称"]
)
def test_hostile_text_stays_text(hostile: str) -> None:
    raw = render_figures(replace(FILE, title=hostile))
    title = json.loads(raw.decode("utf-8"))["title"]
    assert title == hostile.replace("\ud800", "\ufffd")


def test_the_reference_page_names_every_key_of_the_schema() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/figures.schema.md").read_text("utf-8")

    def keys(part: Any) -> set[str]:
        if isinstance(part, list):
            return set().union(*map(keys, part))
        if not isinstance(part, dict):
            return set()
        own = set(part["properties"]) if isinstance(part.get("properties"), dict) else set()
        return own.union(*(keys(value) for value in part.values()))

    missing = {key for key in keys(schema()) if f"`{key}`" not in page}
    assert not missing
