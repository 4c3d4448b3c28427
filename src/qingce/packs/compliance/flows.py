"""Flows of cases: what becomes of a shortcoming that a review found."""

from qingce.core.case import Flow

RECTIFICATION = Flow(
    "rectification", "检查整改", "found",
    {"found": ("mended", "withdrawn"), "mended": ("closed", "found")},
    words={"found": "待整改", "mended": "待验收", "closed": "已验收", "withdrawn": "已撤销"},
    posts={"found": "data_owner", "mended": "reviewer"},
    days=30,
)
"""A shortcoming is mended by the org that has it and accepted by somebody else."""
