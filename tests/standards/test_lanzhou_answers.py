"""The example's answers name clauses, pages and metrics that exist, and leave nothing out silently."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
import yaml

import qingce.packs
from qingce.core.disclosure import Answer, Omission, read_answers, read_standard
from qingce.core.metric import Metric

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/lanzhou_2024"
REPORTED_BY_STANDARD = {
    2: (1, 2, 3, 4, 6, 7, 9, 10, 11, 12, 13, 14, 16, 17, 22, 26, 27, 29), 3: (1, 2, 3), 201: (1, 2, 3),
    203: (1, 2), 205: (2,), 301: (2, 3), 302: (1, 2, 3, 4, 5), 303: (1, 5), 304: (2,),
    305: (1, 2, 3, 4, 5), 306: (2, 3), 401: (1, 2), 403: (1, 3, 4, 6, 10), 404: (1, 2, 3), 405: (1,),
    406: (1,), 413: (1,), 414: (1,), 417: (1,),
}
"""The disclosures that the 2024 report's own index lists."""


@pytest.fixture(scope="module")
def answers() -> dict[str, Answer]:
    path = EXAMPLE / "standards/gri_2021.yaml"
    return read_answers(yaml.safe_load(path.read_text("utf-8")), "standards/gri_2021.yaml")


def declared() -> set[str]:
    names: set[str] = set()
    for pack in pkgutil.iter_modules(qingce.packs.__path__, "qingce.packs."):
        package = importlib.import_module(pack.name)
        for module in pkgutil.iter_modules(package.__path__, f"{pack.name}."):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, Metric):
                    names.add(value.name or name)
    return names


def test_every_code_of_the_reports_own_index_is_answered(answers: dict[str, Answer]) -> None:
    assert list(answers) == [f"{gri}-{n}" for gri, numbers in REPORTED_BY_STANDARD.items() for n in numbers]


def test_codes_pages_and_metrics_exist(answers: dict[str, Answer]) -> None:
    path = ROOT / "src/qingce/standards/gri_2021/disclosures.yaml"
    standard = read_standard("gri_2021", yaml.safe_load(path.read_text("utf-8")), path.name)
    texts = [page.read_text("utf-8") for page in (EXAMPLE / "pages").glob("*.md")]
    slugs = {found[1] for text in texts if (found := re.search(r"^slug: *(\S+)", text, re.MULTILINE))}
    assert set(answers) <= {clause.code for clause in standard.disclosures}
    assert {slug for answer in answers.values() for slug in answer.pages} <= slugs
    assert {name for answer in answers.values() for name in answer.figures} <= declared()


def test_what_the_report_does_not_answer_is_said(answers: dict[str, Answer]) -> None:
    silent = [a.code for a in answers.values() if not a.pages and not a.omission]
    assert not silent
    for code in ("302-2", "305-3", "306-3", "401-1", "406-1"):
        assert answers[code].omission == Omission.NOT_AVAILABLE
        assert not answers[code].figures
