"""From the plan of a table to its text: the fused query with everything that is needed to read its result."""

from __future__ import annotations

from qingce.engine.backend import Backend
from qingce.engine.cells import TermShape
from qingce.engine.compile import Tables
from qingce.engine.crowds import crowds, lean
from qingce.engine.plan import Scan
from qingce.engine.script import CrowdText, ScanText


def scan_text(tables: Tables, scan: Scan, backend: Backend) -> ScanText:
    """The text of a scan; lists of identities are asked for only where they may come back from the backend."""
    columns = scan.expr.columns
    shapes = tuple(TermShape(t.name, t.reduction.how, t.kind, f"{t.name}__n" in columns) for t in scan.terms)
    sql, near = backend.sql, backend.near
    apart = () if near else tuple(CrowdText(sql(e), t) for e, t in crowds(tables, scan))
    return ScanText(
        sql(scan.expr if near else lean(scan)), scan.dims, scan.time, scan.epochs, shapes,
        *tables.keys(scan.table), tables.datasets_of(scan.table), tuple(scan.keys), apart,
    )
