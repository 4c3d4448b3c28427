"""Where a project's queries run: on this machine, or on the cluster that its settings name."""

from __future__ import annotations

from collections.abc import Mapping

from qingce.core.registry import Registry
from qingce.engine.backend import Backend, DuckDB, Source
from qingce.services.settings import Settings


def backend_of(settings: Settings, registry: Registry, tables: Mapping[str, Source]) -> Backend:
    """The backend that the settings name, over these tables.

    Raises:
        ProjectError: the cluster cannot be reached, or what it needs is not installed.
    """
    if settings.engine == "duckdb":
        return DuckDB(registry, tables)
    from qingce.engine.spark import Spark  # loading it takes long, and only a cluster needs it

    return Spark(registry, tables, settings.engine, settings.spark)
