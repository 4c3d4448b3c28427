"""Metrics of pension finance."""

from qingce.core.metric import STOCK, filed, metric

senior_activity_modules = filed("适老活动模块数", unit="个", kind=STOCK, owner="个人业务部")


@metric("登记的适老活动模块数", unit="个", kind=STOCK)
def registered_senior_modules(senior_module):
    """期末适老活动模块登记中按编号去重的模块个数。"""
    return senior_module.module_no.nunique()
