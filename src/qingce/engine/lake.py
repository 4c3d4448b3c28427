"""Object storage for DuckDB on this machine: S3 addresses read through Arrow's own client.

DuckDB reads S3 with an extension that has to be downloaded. Arrow brings a client in its wheel, and
DuckDB takes any file system that speaks fsspec; so an address goes into ``read_parquet`` as it stands,
and only the columns and row groups that a query needs are fetched.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from qingce.core.errors import ProjectError

SCHEMES = ("s3", "s3a", "s3n")


def in_lake(url: str) -> bool:
    """Whether an address names an object in S3 or storage that speaks its language.

    >>> in_lake("s3a://bank-lake/esg/loan/"), in_lake("file:///data/loan.parquet")
    (True, False)
    """
    return url.partition("://")[0] in SCHEMES


def attach(connection: Any, environment: Mapping[str, str] = os.environ) -> None:
    """Teach a DuckDB database to read S3 addresses; once is enough for all its cursors.

    The key is found as Amazon's tools find it: environment, profile, or the machine's role. Storage
    that is not Amazon's is named by ``AWS_ENDPOINT_URL``.

    Raises:
        ProjectError: this build of Arrow has no S3 client, or the endpoint is not an address.
    """
    if connection.filesystem_is_registered(SCHEMES[0]):
        return
    try:
        from pyarrow.fs import S3FileSystem
    except ImportError as exc:
        raise ProjectError("This build of pyarrow reads no S3; install the wheel from PyPI.") from exc

    options: dict[str, Any] = {}
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL")
    if endpoint:
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ProjectError(f"AWS_ENDPOINT_URL: {endpoint!r} is not http://host:port or https://host.")
        options = {"endpoint_override": parts.netloc, "scheme": parts.scheme}
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if region or endpoint:
        # without one the client asks Amazon where the bucket lies
        options["region"] = region or "us-east-1"
    lake = S3FileSystem(**options)
    for scheme in SCHEMES:
        connection.register_filesystem(_spoken(lake, scheme))


def _spoken(lake: Any, scheme: str) -> Any:
    """The file system under one scheme; paths lose the scheme on the way in and get it back on the way out."""
    from fsspec.implementations.arrow import ArrowFSWrapper

    class Spoken(ArrowFSWrapper):  # type: ignore[misc]
        """S3 under the name that addresses use."""

        protocol = scheme
        cachable = False

        @classmethod
        def _strip_protocol(cls, path: str) -> str:
            return path.partition("://")[2] if "://" in path else path

        def glob(self, path: str, **given: Any) -> list[str]:
            return [f"{scheme}://{found}" for found in super().glob(path, **given)]

    return Spoken(lake)
