"""Spark as backend: the same declarations on a cluster, to the same digit.

Declarations are compiled by Ibis to Spark's SQL; what is pushed down (sums, counts, distinct values,
extremes) is exact in any engine, and everything finer happens here in ``Decimal``, so a figure does
not depend on where its rows were counted. Three session settings are part of that promise and
cannot be changed by a project: see ``EXACT``.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from qingce.core.errors import ProjectError
from qingce.core.registry import Registry
from qingce.engine.backend import Backend, Source, Stamp, type_name

EXACT: Mapping[str, str] = {
    # a month begins at the same moment everywhere
    "spark.sql.session.timeZone": "UTC",
    # what overflows or cannot be cast is an error, never NULL
    "spark.sql.ansi.enabled": "true",
    # a product too wide for 38 digits is an error; by default Spark drops digits behind the point
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
}
DEFAULTS: Mapping[str, str] = {
    "spark.app.name": "qingce", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_REACH_SECONDS = 5
_GRANT_SECONDS = 90
_CONNECT_TRIES = 4


class Spark(Backend):
    """The project's tables on a Spark cluster.

    Args:
        engine: ``spark://host:port`` of a standalone master (several: ``spark://a:7077,b:7077``) or
            ``sc://host:port`` of a Spark Connect server.
        settings: Spark's own settings, as in ``[spark]`` of ``qingce.toml``.
    """

    dialect = "pyspark"
    near = False

    def __init__(
        self, registry: Registry, parquet: Mapping[str, Source], engine: str,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(registry, parquet)
        self.engine = engine
        self.settings = dict(settings or {})
        self._session: Any = None
        self._known: set[str] = set()

    @property
    def session(self) -> Any:
        """The session, opened when first needed.

        Raises:
            ProjectError: no PySpark, no Java, nothing listens there, or the cluster grants nothing.
        """
        if self._session is None:
            opened = _connect if self.engine.startswith("sc://") else _submit
            self._session = opened(self.engine, self.settings)
            for name, value in EXACT.items():
                self._session.conf.set(name, value)
        return self._session

    def arrow(self, sql: str) -> pa.Table:
        """Run a query on the cluster.

        Raises:
            ProjectError: the cluster refuses it or is lost.
        """
        session = self.session
        try:
            for name in self.registry.datasets:
                if name not in self._known and self.quote(name) in sql:
                    self._register(session, name)
            return session.sql(sql).toArrow()
        except Exception as exc:
            place, reason = _shown(self.engine), _first_line(exc)
            raise ProjectError(f"Spark at {place} could not run a query: {reason}") from exc

    def _register(self, session: Any, name: str) -> None:
        source = self.parquet.get(name)
        if isinstance(source, Path | tuple):
            files = source if isinstance(source, tuple) else (source,)
            # accepted files have the declared types: naming them saves a job that reads its footer
            columns = self.registry.datasets[name].columns.items()
            schema = ", ".join(f"{self.quote(column)} {type_name(declared)}" for column, declared in columns)
            session.read.schema(schema).parquet(*map(local_url, files)).createOrReplaceTempView(name)
        else:
            session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {self.quote(name)} AS {self.selection(name)}")
        self._known.add(name)

    def table_at(self, url: str) -> str:
        """The Parquet under a URL as a table."""
        return f"parquet.{self.quote(url)}"

    def stamps(self, url: str) -> list[Stamp]:
        """Path, size and time of change of every Parquet file under a URL that holds rows."""
        found = self.columns(
            "SELECT DISTINCT _metadata.file_path AS f, _metadata.file_size AS s, "
            f"unix_micros(_metadata.file_modification_time) AS m FROM {self.table_at(url)}"
        )
        return sorted(zip(found["f"], found["s"], found["m"], strict=True))

    def quote(self, name: str) -> str:
        """A column's name between backticks."""
        return "`" + name.replace("`", "``") + "`"

    def text(self, value: str) -> str:
        """A text between single quotes; a backslash is an escape here."""
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def close(self) -> None:
        """Give back what the cluster granted; the next query opens a session again."""
        if self._session is not None:
            self._session.stop()
            self._session = None
            self._known.clear()


def local_url(path: Path) -> str:
    """A file of this machine as Spark reads it: no character is a wildcard or an escape.

    >>> local_url(Path("/data/台账[1]/loan.parquet"))
    'file:///data/台账\\\\[1\\\\]/loan.parquet'
    """
    return "file://" + re.sub(r"([*?{}\[\]\\])", r"\\\1", str(path.resolve()))


def _connect(engine: str, settings: Mapping[str, str]) -> Any:
    """A session of its own on a Spark Connect server."""
    _reach(engine)
    try:
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession
    except ImportError as exc:
        raise ProjectError(_install(exc)) from exc
    try:
        session = SparkSession.builder.remote(engine).create()
        patient = session.client.get_retry_policies()
        session.client.set_retry_policies([DefaultPolicy(max_retries=_CONNECT_TRIES)])
        session.version  # noqa: B018  # the first call: a wrong port or key shows here, not after ten minutes
        session.client.set_retry_policies(patient)
        for name, value in settings.items():
            session.conf.set(name, value)
    except Exception as exc:
        raise ProjectError(f"Spark Connect at {_shown(engine)} does not answer: {_first_line(exc)}") from exc
    return session


def _submit(engine: str, settings: Mapping[str, str]) -> Any:
    """A session of its own of an application on a standalone cluster."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as exc:
        raise ProjectError(_install(exc)) from exc
    _java()
    hosts = _reach(engine)
    wanted = {**DEFAULTS, **settings}
    if all(host in _LOOPBACK for host, _ in hosts):
        for name in ("spark.driver.host", "spark.driver.bindAddress"):
            wanted.setdefault(name, "127.0.0.1")
    builder = SparkSession.builder.master(engine)
    for name, value in {**wanted, **EXACT}.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as exc:
        raise ProjectError(f"Spark at {engine} takes no application: {_first_line(exc)}") from exc
    if session.sparkContext.master != engine:
        raise ProjectError(
            f"This process already works with Spark at {session.sparkContext.master}; "
            f"{engine} needs a process of its own."
        )
    _granted(session, engine)
    own = session.newSession()  # other projects of this process have views of the same names
    for name, value in settings.items():
        if name.startswith("spark.sql.") and own.conf.isModifiable(name):
            own.conf.set(name, value)
    return own


def _granted(session: Any, engine: str) -> None:
    """Wait until an executor works for us: a job without one would wait for ever."""
    tracker = session.sparkContext._jsc.sc().statusTracker()
    end = time.monotonic() + _GRANT_SECONDS
    while len(tracker.getExecutorInfos()) < 2:  # the driver counts as one
        if time.monotonic() > end:
            session.stop()
            raise ProjectError(
                f"Spark at {engine} granted no executor within {_GRANT_SECONDS} seconds. Are workers "
                "registered, and does each offer what [spark] executor.memory asks for (default 1g)?"
            )
        time.sleep(0.1)


def _reach(engine: str) -> list[tuple[str, int]]:
    """The hosts of a URL, after seeing that one of them listens; Spark itself would wait a minute."""
    places = []
    for place in _shown(engine).partition("://")[2].split(","):
        host, _, port = place.rpartition(":")
        if not host or not port.isdigit():
            raise ProjectError(f"engine: {place!r} is not host:port.")
        places.append((host.strip("[]"), int(port)))
    for listening in places:
        try:
            socket.create_connection(listening, timeout=_REACH_SECONDS).close()
            return places
        except (OSError, OverflowError):
            continue
    raise ProjectError(f"Nothing listens at {_shown(engine)}. Is the cluster running and its port open?")


def _java() -> None:
    home = os.environ.get("JAVA_HOME", "")
    if not (shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")):
        where = f"JAVA_HOME = {home} has no bin/java" if home else "there is no java on the PATH"
        raise ProjectError(
            f"Spark needs Java 17 and {where}. Install it from the system's packages, "
            "for example openjdk-17-jre-headless."
        )


def _install(exc: ImportError) -> str:
    return f"This engine needs PySpark, which is not here ({exc}): pip install 'qingce[spark]'"


def _shown(engine: str) -> str:
    """The URL without what may follow the address: a token stands there."""
    scheme, _, rest = engine.partition("://")
    return f"{scheme}://{re.split('[/;]', rest, maxsplit=1)[0]}"


def _first_line(exc: BaseException) -> str:
    """What went wrong in one line, without the Java stack."""
    lines = [line.strip() for line in str(exc).splitlines() if line.strip()]
    return (lines[0] if lines else type(exc).__name__)[:300]
