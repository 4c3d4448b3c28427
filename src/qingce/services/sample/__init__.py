"""A made-up bank with the printed totals of a real one."""

from qingce.services.sample.ensure import ensure_sample
from qingce.services.sample.make import Made, make_sample

__all__ = ["Made", "ensure_sample", "make_sample"]
