"""The script: everything that declarations alone decide, worked out once and kept as plain text.

Queries, formulas and the shape of each scan change only when a declaration changes. Kept under the
hash of all declarations, they let a run answer every figure without building an Ibis expression.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from qingce.core.metric import Kind
from qingce.engine.cells import TermShape


@dataclass(frozen=True, slots=True)
class CrowdText:
    """The query of one kind of identity as text.

    Attributes:
        sql: gives ``cells``, a list of structs of the scan's keys and one flag a term, and ``n``.
        terms: the distinct terms it answers; the first by the flag ``m0``.
    """

    sql: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermText:
    """One term as columns of the row select.

    Attributes:
        id: a name that is the same wherever aggregate, argument and condition are the same.
        how: ``sum``, ``count``, ``distinct``, ``min`` or ``max``.
        condition: the column that says whether a row counts, ``""`` where every row does.
        value: the column summed, compared, or told apart; ``""`` where rows are counted.
    """

    name: str
    id: str
    how: str
    condition: str
    value: str


@dataclass(frozen=True, slots=True)
class RowText:
    """The row select of a table.

    Attributes:
        keys: the key columns it begins with.
        shape: a name that changes when the keys or the table behind them change.
        fact: the dataset whose files may be passed over one by one, ``""`` where the table has to be
            taken as a whole.
        unfit: why the pass at size cannot be used, ``""`` where it can.
        filed: the row select with the column ``_file``, for a table that is a dataset: all its files can
            be read at once and their rows told apart.
    """

    sql: str
    keys: tuple[str, ...]
    shape: str
    fact: str
    terms: tuple[TermText, ...]
    unfit: str = ""
    filed: str = ""


@dataclass(frozen=True, slots=True)
class ScanText:
    """A scan as text.

    Attributes:
        time, org: the table's own column names, ``""`` where it has none.
        datasets: what the table is made of.
        keys: what the cells are grouped by, and ``crowds`` the queries of distinct counts, where lists of
            identities are not brought here.
    """

    sql: str
    dims: tuple[str, ...]
    grain: str
    epochs: tuple[dt.date, ...]
    shapes: tuple[TermShape, ...]
    time: str
    org: str
    datasets: tuple[str, ...]
    keys: tuple[str, ...] = ()
    crowds: tuple[CrowdText, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule on records as text: the query of bad rows and the one that counts all rows."""

    sql: str
    count: str
    datasets: tuple[str, ...]


@dataclass
class Script:
    """What was worked out so far; ``fresh`` tells that something was added."""

    scans: dict[str, ScanText] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    formulas: dict[str, str] = field(default_factory=dict)
    rules: dict[str, RuleText] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    passes: dict[str, RowText] = field(default_factory=dict)
    fresh: bool = False

    def dump(self) -> str:
        """As JSON."""
        body = asdict(self)
        body.pop("fresh")
        return json.dumps(body, ensure_ascii=False, default=str)

    @classmethod
    def load(cls, text: str) -> Script:
        """From JSON; raises ValueError, KeyError or TypeError where it is not one."""
        raw: dict[str, Any] = json.loads(text)
        scans = {
            name: ScanText(
                s["sql"], tuple(s["dims"]), s["grain"], tuple(dt.date.fromisoformat(d) for d in s["epochs"]),
                tuple(TermShape(t["name"], t["how"], Kind(t["kind"]), t["counted"]) for t in s["shapes"]),
                s["time"], s["org"], tuple(s["datasets"]), tuple(s["keys"]),
                tuple(CrowdText(c["sql"], tuple(c["terms"])) for c in s["crowds"]),
            )
            for name, s in raw["scans"].items()
        }
        rules = {n: RuleText(r["sql"], r["count"], tuple(r["datasets"])) for n, r in raw["rules"].items()}
        passes = {
            n: RowText(p["sql"], tuple(p["keys"]), p["shape"], p["fact"],
                       tuple(TermText(**term) for term in p["terms"]), p["unfit"], p["filed"])
            for n, p in raw["passes"].items()
        }
        return cls(scans, dict(raw["rows"]), dict(raw["formulas"]), rules, dict(raw["codes"]), passes)
