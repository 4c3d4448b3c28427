"""Qingce (青册): from a bank's own records to a checked, traceable, published ESG report.

>>> import qingce
>>> p = qingce.open("examples/lanzhou_2024")                       # doctest: +SKIP
>>> p.figure("green_loan_balance", period=2024).growth.text        # doctest: +SKIP
'19.21%'
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qingce.services.project import Project

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(folder: str | Path) -> Project:
    """Open a project folder.

    Raises:
        qingce.core.errors.ProjectError: it is not a project, or its settings cannot be used.
        qingce.core.errors.DeclarationError: a declaration of one of its packs cannot stand.
    """
    from qingce.services.project import Project

    return Project(folder)
