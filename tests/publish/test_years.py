"""The sheet of years side by side: formulas are ours alone, and give what the report would print in each unit."""

from __future__ import annotations

import re
from decimal import Decimal as D

import pytest

from qingce.core.amount import ABSENT
from qingce.core.unit import MONEY_UNITS, unit
from qingce.publish.xlsx import render_book
from tests.publish.test_xlsx import HOSTILE, book, cells, opened, row

VALUES = (D("4862.845"), D("4532.3366"), D("0.00500001"))
OURS = re.compile(
    r'=[A-Z]+\d+/IF\(\$G\$1="亿元",100000000,IF\(\$G\$1="万元",10000,IF\(\$G\$1="元",1,[A-Z]+\d+\)\)\)'
    r'|=IF\(\$G\$1="原单位","(?:亿|万)?元",\$G\$1\)')


def years(made):
    return opened(made)["三年对照"]


def test_one_cell_offers_the_units_and_begins_with_the_rows_own():
    sheet = years(book(row()))
    (choice,) = sheet.data_validations.dataValidation
    assert (str(choice.sqref), choice.formula1) == ("G1", '"原单位,亿元,万元,元"')
    assert (sheet["F1"].value, sheet["G1"].value) == ("金额单位", "原单位")


@pytest.mark.parametrize("name", MONEY_UNITS)
def test_the_shown_cells_give_what_the_report_prints_in_the_chosen_unit(name):
    line = cells(years(book(row(values=VALUES, places=2))))
    for period, value in zip(("2024", "2023", "2022"), VALUES, strict=True):
        stored, shown = line[f"{period} 存储值（元）"], line[period]
        assert D(str(stored.value)) == unit("亿元").to(unit("元"), value)
        assert shown.value.startswith(f"={stored.coordinate}/")
        divisor = D(re.search(rf'"{name}",(\d+)', shown.value)[1])
        assert unit(name).print(D(str(stored.value)) / divisor) == unit(name).print(unit("亿元").to(unit(name), value))


def test_all_years_of_a_row_are_rounded_alike():
    """0 places as the report prints the row; 2 places for every row once a unit is chosen."""
    sheet = years(book(row(values=VALUES, places=0)))
    line = cells(sheet)
    assert {line[period].number_format for period in ("2024", "2023", "2022")} == {"#,##0;-#,##0"}
    ((where, (rule,)),) = sheet.conditional_formatting._cf_rules.items()
    assert (str(where.sqref), rule.formula) == ("F5:H5", ['AND($G$1<>"原单位",ISNUMBER($I5))'])
    assert rule.dxf.numFmt.formatCode == "#,##0.00;-#,##0.00"


def test_what_is_no_money_keeps_its_unit_and_has_no_formula():
    line = cells(years(book(row(unit="%", values=(D("8.63"), ABSENT, D("1"))))))
    assert (line["单位"].value, line["2024"].value, line["2023"].value) == ("%", 0.0863, "—")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_the_book_enters_a_formula(text):
    made = opened(book(row(label=text, dims=text, org=text, pack=text, metric=text), title=text, organisation=text))
    formulas = [(sheet.title, c.value) for sheet in made for line in sheet.iter_rows() for c in line
                if c.data_type == "f"]
    assert len(formulas) == 2
    assert all(title == "三年对照" and OURS.fullmatch(formula) for title, formula in formulas)


def test_the_same_book_gives_the_same_bytes():
    made = book(row(values=VALUES), row(unit="万元"))
    assert render_book(made) == render_book(made)
