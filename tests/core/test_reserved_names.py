"""The list of names that a column must not have is the one of the installed Ibis."""

from __future__ import annotations

import ibis.expr.types as ir

from qingce.core.dataset import reserved_names


def test_the_list_is_that_of_an_ibis_table():
    assert reserved_names() == {name for name in dir(ir.Table) if not name.startswith("_")}
