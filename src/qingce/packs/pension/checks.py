"""Checks of pension finance."""

from qingce.core.check import check


@check(cites="报告第 1010 行")
def every_senior_module_is_registered(senior_activity_modules, registered_senior_modules):
    """对外公布的适老活动模块数应等于登记在册的模块数。"""
    return senior_activity_modules == registered_senior_modules
