"""Dataset (台账): a declared table of records, and views made of datasets.

One declaration feeds the schema check of what people deliver, the data dictionary, the engine's
table and the templates. Columns are Chinese-labelled; codes are text, money is ``decimal(18,2)``.
"""

from __future__ import annotations

import importlib.resources
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from qingce.core.errors import DeclarationError, did_you_mean

if TYPE_CHECKING:
    import ibis.expr.types as ir


IDENTITY = r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
"""The number of a resident's identity card by GB 11643: place, day of birth, sequence and check digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: a Chinese label, whether it may be empty, and what values it takes.

    Args:
        label: the Chinese heading, also accepted as heading in delivered files.
        optional: an empty cell is allowed and means "not recorded".
        doc: one more sentence for the data dictionary.
        pseudonym: it stands for a person under a number that the bank gave, of any form; a text that holds the number
            of an identity card is refused.
        tacit: deliveries from before the column was asked for lack it, and nothing need be said about that.
    """

    label: str = field(kw_only=False)
    optional: bool = False
    doc: str = ""
    tacit: bool = False
    of: str = ""
    low: str | None = None
    high: str | None = None
    places: int = 2
    unit: str = ""
    pattern: str = ""
    pseudonym: bool = False
    type: ClassVar[str] = "text"

    @property
    def dtype(self) -> str:
        """The Ibis type."""
        return _DTYPES[self.type].format(places=self.places)


class Text(Column):
    """Free text or a code without a list; ``pattern`` is a regular expression it must match whole."""

    type = "text"


class Date(Column):
    """A day that exists, written 2024-12-31."""

    type = "date"


class OrgCode(Column):
    """The code of an org of the project's tree."""

    type = "org"


class Money(Column):
    """元, two places, never a float."""

    type = "money"


class Qty(Column):
    """A measured quantity, ``places`` digits behind the point; ``unit`` says of what."""

    type = "qty"


class Rate(Column):
    """A rate in percent, six places; as wide as money, for Ibis multiplies only types one of which holds the other."""

    type = "rate"


class Whole(Column):
    """A whole number of things; ``unit`` says of what."""

    type = "whole"


class Code(Column):
    """A code of the code list named by ``of``."""

    type = "code"


class Flag(Column):
    """是 or 否."""

    type = "flag"


_DTYPES = {
    "text": "string",
    "date": "date",
    "org": "string",
    "code": "string",
    "money": "decimal(18,2)",
    "qty": "decimal(18,{places})",
    "rate": "decimal(18,6)",
    "whole": "int64",
    "flag": "boolean",
}


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A record table as declared.

    Attributes:
        grain: the columns that identify a row.
        time: the date column that places a row in time, or ``""`` for timeless tables.
        org: the column with the org's code, or ``""`` when all rows belong to the root.
        estimate: the flag that marks a row's numbers as estimated, or ``""`` where rows do not say.
    """

    name: str
    label: str
    owner: str
    grain: tuple[str, ...]
    columns: Mapping[str, Column]
    time: str
    org: str
    doc: str
    module: str = ""
    estimate: str = ""

    @cached_property
    def table(self) -> ir.Table:
        """The unbound Ibis table that metrics are written against."""
        import ibis

        return ibis.table({name: c.dtype for name, c in self.columns.items()}, name=self.name)


@dataclass(frozen=True, kw_only=True)
class View:
    """A table made of datasets by a function of Ibis tables; metrics use it like a dataset.

    Attributes:
        labels: Chinese headings of the columns that it makes; those it takes over keep theirs.
    """

    name: str
    label: str
    params: tuple[str, ...]
    body: Callable[..., ir.Table]
    doc: str
    time: str = ""
    org: str = ""
    module: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@cache
def reserved_names() -> frozenset[str]:
    """Attributes of an Ibis table, which a column of the same name would be hidden by.

    They are a list beside this file, for declaring a dataset needs no Ibis and loading Ibis takes longer
    than all declarations; a test holds the list against the installed version.
    """
    listed = importlib.resources.files("qingce.core").joinpath("reserved_names.txt").read_text(encoding="utf-8")
    return frozenset(listed.split())


_Class = TypeVar("_Class")


def dataset(
    *, label: str, owner: str, grain: tuple[str, ...], time: str | None = None, estimate: str = ""
) -> Callable[[type[Any]], Dataset]:
    """Declare a record table from a class body of columns.

    Args:
        label: Chinese name.
        owner: the department that answers for it.
        grain: columns that identify a row.
        time: the date column that places a row in time; by default the first ``Date``.
        estimate: the ``Flag`` that says of a row that its numbers are estimated: the estimated share of every figure
            computed from the table is then known.

    Raises:
        DeclarationError: no docstring, an unknown grain column, or a reserved column name; ``estimate`` is no flag.
    """

    def declare(body: type[Any]) -> Dataset:
        name = body.__name__
        columns = {key: value for key, value in vars(body).items() if isinstance(value, Column)}
        for column in columns:
            if column in reserved_names():
                raise DeclarationError(
                    f"dataset {name!r}: column {column!r} hides an Ibis table method; "
                    f"pick another name, for example {name + '_' + column!r}."
                )
        _known(name, columns, (*grain, *([time] if time else []), *([estimate] if estimate else [])))
        if estimate and columns[estimate].type != "flag":
            raise DeclarationError(f"dataset {name!r}: {estimate!r} marks estimates and must be a Flag.")
        dates = [key for key, value in columns.items() if value.type == "date"]
        orgs = [key for key, value in columns.items() if value.type == "org"]
        return Dataset(
            name=name, label=label, owner=owner, grain=tuple(grain), columns=columns,
            time=time if time is not None else (dates[0] if dates else ""),
            org=orgs[0] if orgs else "", doc=_doc(body, f"dataset {name!r}"), module=body.__module__,
            estimate=estimate,
        )

    return declare


def _known(name: str, columns: Mapping[str, Column], wanted: tuple[str, ...]) -> None:
    for column in wanted:
        if column not in columns:
            raise DeclarationError(
                f"dataset {name!r}: {column!r} is not one of its columns.{did_you_mean(column, columns)}"
            )


def view(
    label: str, *, time: str = "", org: str = "", labels: Mapping[str, str] | None = None
) -> Callable[[Callable[..., ir.Table]], View]:
    """Declare a table made of other tables; ``time`` and ``org`` default to the first parameter's.

    Args:
        labels: Chinese headings of the columns that the view makes.
    """

    def declare(body: Callable[..., ir.Table]) -> View:
        return View(
            name=body.__name__, label=label, params=tuple(inspect.signature(body).parameters),
            body=body, doc=_doc(body, f"view {body.__name__!r}"), time=time, org=org,
            module=body.__module__, labels=labels or {},
        )

    return declare


def weighted(amount: ir.DecimalValue, rate: ir.DecimalValue) -> ir.DecimalValue:
    """An amount times a rate, wide enough that no sum of money overflows and no digit is lost.

    Databases keep the product of two 18-digit decimals in 18 digits, which a loan of 30 亿元 at 4.3 %
    overflows. The operands are widened so that the product has 37 digits, 12 of them decimals, in
    every dialect.
    """
    return amount.cast("decimal(22,6)") * rate.cast("decimal(15,6)")


def _doc(thing: object, who: str) -> str:
    doc = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    if not doc:
        raise DeclarationError(f"{who} has no docstring; it is printed in the data dictionary.")
    return doc
