"""Rows of a ledger on a terminal: no cell is cut away, however many columns there are."""

from __future__ import annotations

import io

from rich.console import Console

from qingce.cli.show_records import records

HEADINGS = {"loan_no": "借据号", "balance": "贷款余额", "note": "备注"}


def printed(rows: list[dict[str, str]], width: int) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(records(rows, HEADINGS, width))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_rows_that_fit_are_a_table():
    lines = printed([{"loan_no": "L1", "balance": "10.00"}, {"loan_no": "L2", "balance": "7.50"}], 40).splitlines()
    assert [line.split() for line in lines] == [["借据号", "贷款余额"], ["L1", "10.00"], ["L2", "7.50"]]


def test_rows_too_wide_stand_alone_with_every_filled_cell_whole():
    row = {"loan_no": "L0000000001", "balance": "1234567.89", "note": ""} | {f"c{n}": f"value{n}" for n in range(30)}
    told = " ".join(printed([row, row], 80).split())
    assert told.count("借据号 L0000000001") == told.count("贷款余额 1234567.89") == told.count("c29 value29") == 2
    assert "…" not in told
    assert "备注" not in told, "an empty cell takes no room"


def test_nothing_in_a_value_acts_on_the_terminal():
    told = printed([{"note": "a\x1b[31mb [red]c[/]"}], 80)
    assert "\x1b" not in told
    assert "[red]c[/]" in told
