"""A small source of figures for pages to read."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest

from qingce.core.amount import ABSENT
from qingce.core.check import Finding
from qingce.core.errors import BindingError, did_you_mean
from qingce.core.figure import Figure, FigureKey
from qingce.core.metric import STOCK, Metric, filed
from qingce.core.page import Page
from qingce.publish.bind import Binder
from qingce.publish.blocks import Blocks
from qingce.publish.pages import PageReader
from tests.publish.draft_case import Drafted, drafted

USES = {"infra": "基础设施", "clean": "清洁能源", "svc": "绿色服务"}
VALUES = {
    ("green", "2024", ()): "15218000000", ("green", "2023", ()): "12766000000",
    ("green", "2024", (("use", "infra"),)): "9000000000", ("green", "2023", (("use", "infra"),)): "8000000000",
    ("green", "2024", (("use", "clean"),)): "6218000000", ("green", "2023", (("use", "clean"),)): "4766000000",
    ("green", "2024", (("use", "svc"),)): "0", ("green", "2023", (("use", "svc"),)): "0",
    ("staff", "2024", ()): "4280",
}


class Figures:
    """Answers from a table; everything else is absent."""

    metrics: ClassVar[dict[str, Metric]] = {
        "green": filed("绿色贷款余额", unit="元", shown="亿元", kind=STOCK, by=("use",)).named("green"),
        "staff": filed("员工总数", unit="人", kind=STOCK).named("staff"),
    }

    def figure(self, key: FigureKey) -> Figure:
        metric = self.metric(key.metric)
        raw = VALUES.get((key.metric, key.period, key.dims)) if key.org == "LZB" else None
        return Figure(key, Decimal(raw) if raw is not None else ABSENT, metric.unit)

    def metric(self, name: str) -> Metric:
        if name not in self.metrics:
            raise BindingError(f"{name!r} is not a metric.{did_you_mean(name, self.metrics)}")
        return self.metrics[name]

    def resolve(self, metric: Metric, dimension: str, word: str) -> str:
        for code, label in USES.items():
            if word in (code, label):
                return code
        raise BindingError(f"{word!r} is not in the list.")

    def label(self, metric: Metric, dimension: str, code: str) -> str:
        return USES[code]

    def members(self, metric: Metric, dimension: str) -> list[str]:
        return list(USES)


@pytest.fixture
def binder() -> Binder:
    return Binder(Figures(), "LZB", "2024")


@pytest.fixture
def read(binder: Binder, tmp_path: Path) -> Callable[[str], tuple[Page | None, list[Finding]]]:
    """``read(markdown)``: the page of a body (front matter is added) and the findings."""

    def reading(body: str) -> tuple[Page | None, list[Finding]]:
        path = tmp_path / "10-page.md"
        text = body if body.startswith("---") else f"---\ntitle: 标题\nslug: page\n---\n\n{body}"
        path.write_text(text, encoding="utf-8")
        forms = {"ask": {"title": "问卷", "questions": [{"id": "a", "text": "满意吗？", "answers": ["是", "否"]}]}}
        reader = PageReader(binder, Blocks(forms, list, ("gri_2021",)))
        return reader.read(path, "pages/10-page.md"), reader.findings

    return reading


@pytest.fixture
def draft(read: Callable[[str], tuple[Page | None, list[Finding]]], tmp_path: Path) -> Drafted:
    """A page that went out as a Word draft."""
    return drafted(read, tmp_path)
