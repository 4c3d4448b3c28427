"""The rule on announced modules, held against cases that pass, fail and do not apply."""

import datetime as dt

import pytest

from qingce.packs.pension import checks, metrics, records


@pytest.mark.parametrize(
    ("announced", "registered", "verdict"),
    [("3 个", "3 个", "pass"), ("3 个", "2 个", "fail"), ("3 个", "— 个", "not applicable")],
)
def test_every_senior_module_is_registered(judge, announced, registered, verdict):
    assert judge(checks.every_senior_module_is_registered, announced, registered) == verdict


def test_a_module_is_counted_once_however_often_it_is_written(table_of, outcome):
    """
    module_no | title
    SL1       | 健康关怀
    SL1       | 健康关怀
    SL2       | 金融课堂
    """
    day = dt.date(2024, 12, 31)
    rows = [{"module_no": no, "as_of": day, "title": "模块"} for no in ("SL1", "SL1", "SL2")]
    register = table_of(records.senior_module, *rows)
    assert outcome(metrics.registered_senior_modules.methods[0].body(register)) == 2
