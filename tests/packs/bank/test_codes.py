"""Code lists of the bank hang together: every parent exists, and the cuts that metrics make exist in them."""

from __future__ import annotations

import ibis.expr.operations as ops
import pytest

from qingce.engine.compile import Tables, reduction
from qingce.packs.bank import records
from qingce.packs.economy.metrics import HIGH_END, NON_PERFORMING
from qingce.packs.green.label_checks import CATALOGUES, CHAPTERS, SECTIONS


def codes(content, name):
    """The codes of a list."""
    return [value.code for value in content.codes[name].values]


@pytest.mark.parametrize(
    ("name", "above", "count"),
    [("industry_division", "industry_section", 97), ("county", "city", 88), ("key_county", "city", 23)],
)
def test_every_code_has_the_parent_its_digits_say(content, name, above, count):
    known = codes(content, above)
    values = content.codes[name].values
    assert len(values) == count
    assert [v.code for v in values if v.parent not in known or not v.code.startswith(v.parent)] == []


def test_green_items_hang_below_a_chapter_of_their_catalogue(content):
    items = content.codes["green_item"].values
    known = {v.code for v in items} | set(codes(content, "green_catalogue"))
    assert [v.code for v in items if v.parent not in known or v.code[:4] != v.parent[:4]] == []
    assert {v.trust for v in items} == {"verified", "unconfirmed"}
    chapters = [sum(v.parent == edition for v in items) for edition in ("2019", "2021", "2024", "2025")]
    assert chapters == [6, 6, 7, 9]


def test_rules_and_metrics_use_codes_that_exist(content):
    assert set(HIGH_END) <= set(codes(content, "industry_division"))
    assert set(NON_PERFORMING) <= set(codes(content, "five_class"))
    assert list(CATALOGUES) == codes(content, "green_catalogue")
    assert set(CHAPTERS) == set(SECTIONS) == set(codes(content, "green_use"))
    assert set(CHAPTERS.values()) <= set(codes(content, "green_item"))
    assert set("".join(SECTIONS.values())) <= set(codes(content, "industry_section"))


def test_key_counties_are_counties(content):
    assert set(codes(content, "key_county")) <= set(codes(content, "county"))
    assert {v.trust for v in content.codes["key_county"].values} == {"unconfirmed"}


def compared(content):
    """Metric, table, column and text of every comparison of a column with a text in a metric's condition."""
    tables = Tables(content)
    for metric in content.metrics.values():
        if not content.computed(metric):
            continue
        method = metric.methods[0]
        editions = {p: content.factors[p].editions[-1] for p in method.params if p in content.factors}
        where = reduction(metric, method, tables, editions).where
        for test in where.op().find((ops.Equals, ops.InValues)) if where is not None else ():
            field = test.left if isinstance(test, ops.Equals) else test.value
            said = [test.right] if isinstance(test, ops.Equals) else test.options
            for literal in said:
                if isinstance(field, ops.Field) and isinstance(literal, ops.Literal):
                    yield metric.name, method.params[0], field.name.removeprefix("customer_"), literal.value


def test_texts_in_conditions_are_codes_of_their_column(content):
    """``loan.product == "quik"`` would silently count nothing."""
    lists = {
        (table.name, name): column.of for table in content.datasets.values()
        for name, column in table.columns.items() if column.of
    }
    strange, tried = [], 0
    for metric, table, column, text in compared(content):
        # a view's column may come from any of its tables, so any list of a column of that name will do
        names = [
            of for (owner, name), of in lists.items()
            if name == column and table in (owner, *content.views)
        ]
        tried += bool(names)
        if names and not any(text in codes(content, of) for of in names):
            strange.append(f"{metric}: {column} = {text}")
    assert strange == []
    assert tried > 60


def test_ledgers_keep_codes_as_text():
    types = records.loan.table.schema()
    assert all(types[column].is_string() for column in ("county", "city", "division", "loan_no"))
