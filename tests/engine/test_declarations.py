"""A wrong declaration is told at load: what we got, what was expected, what to try."""

from __future__ import annotations

from types import ModuleType

import pytest

from qingce.core.check import check
from qingce.core.dataset import Date, Money, OrgCode, Text, dataset
from qingce.core.errors import DeclarationError
from qingce.core.metric import STOCK, filed, metric
from qingce.core.registry import Pack, Registry
from qingce.engine.compile import Tables, dry_build


@dataset(label="贷款台账", owner="计划财务部", grain=("loan_no", "as_of"))
class loan:
    """每笔贷款每个月末一行。"""

    loan_no = Text("借据号")
    as_of = Date("数据日期")
    org = OrgCode("经办机构")
    balance = Money("贷款余额")


def module(**declared):
    """A module that holds these declarations; its name is that of this file, where they were made."""
    made = ModuleType(__name__)
    vars(made).update(declared)
    return made


def load(**declared):
    registry = Registry()
    registry.add_pack(Pack("p", "样例", "", ""), [module(loan=loan, **declared)])
    registry.verify()
    dry_build(registry, Tables(registry))
    return registry


def test_a_misspelt_dataset_is_named_with_the_nearest():
    @metric("余额", unit="元", kind=STOCK)
    def x(loans):
        """余额。"""
        return loans.balance.sum()

    with pytest.raises(DeclarationError, match=r"metric 'x' asks for 'loans'.*Did you mean 'loan'\?"):
        load(x=x)


def test_an_unknown_column_lists_what_there_is():
    @metric("余额", unit="元", kind=STOCK)
    def x(loan):
        """余额。"""
        return loan.ballance.sum()

    with pytest.raises(DeclarationError, match="loan_no, as_of, org, balance"):
        load(x=x)


def test_a_column_that_hides_a_table_method_is_refused():
    with pytest.raises(DeclarationError, match="column 'limit' hides an Ibis table method"):
        @dataset(label="授信", owner="", grain=("no",))
        class credit:
            """授信。"""

            no = Text("号")
            limit = Money("额度")


def test_a_ratio_in_a_computed_body_is_refused():
    @metric("占比", unit="%")
    def x(loan):
        """占比。"""
        return loan.balance.sum() / loan.count()

    with pytest.raises(DeclarationError, match="one sum, count, nunique, min or max"):
        load(x=x)


def test_a_mean_is_refused():
    @metric("均值", unit="元")
    def x(loan):
        """均值。"""
        return loan.balance.mean()

    with pytest.raises(DeclarationError, match="returns Mean"):
        load(x=x)


def test_a_derived_metric_of_the_wrong_measure_is_refused():
    a = filed("余额", unit="元", kind=STOCK)
    b = filed("户数", unit="户", kind=STOCK)

    @metric("户均", unit="%")
    def x(a, b):
        """余额 ÷ 户数。"""
        return a / b

    with pytest.raises(DeclarationError, match=r"metric 'x'.*不是同一种量"):
        load(a=a, b=b, x=x)


def test_a_circle_is_shown():
    @metric("甲", unit="%")
    def a(b):
        """甲。"""
        return b

    @metric("乙", unit="%")
    def b(a):
        """乙。"""
        return a

    with pytest.raises(DeclarationError, match=r"a → b → a"):
        load(a=a, b=b)


def test_a_metric_without_docstring_is_refused():
    with pytest.raises(DeclarationError, match="has no docstring"):
        @metric("余额", unit="元")
        def x(loan):
            return loan.balance.sum()


def test_a_family_by_a_column_that_is_not_there_is_refused():
    @metric("余额", unit="元", kind=STOCK, by=("region",))
    def x(loan):
        """余额。"""
        return loan.balance.sum()

    with pytest.raises(DeclarationError, match="by='region' is not a column of 'loan'"):
        load(x=x)


def test_a_check_of_unknown_names_is_refused():
    @check()
    def holds(loan_balances):
        """成立。"""
        return loan_balances == 1

    with pytest.raises(DeclarationError, match="asks for 'loan_balances'"):
        load(holds=holds)


def test_the_same_name_in_two_packs_is_refused():
    registry = load()
    other = filed("又一个", unit="元")
    registry.add_pack(Pack("p", "甲", "", ""), [module(total=other)])
    with pytest.raises(DeclarationError, match="'total' of pack 'q' is already declared by pack 'p'"):
        registry.add_pack(Pack("q", "乙", "", ""), [module(total=filed("另一个", unit="元"))])
