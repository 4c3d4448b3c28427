"""Static files: addressed by the hash of their content, so that a browser may keep them for ever.

``/static/desk.0f3a9c…css`` is the file ``desk.css`` as it stands; another content has another
address. The charts' JavaScript and the fonts are the report's own and are served from there.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
    ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".png": "image/png",
}
PACKED = frozenset({".css", ".js", ".svg", ".txt"})
FOR_EVER = "public, max-age=31536000, immutable"
_HASHED = re.compile(r"^(?P<stem>.+)\.(?P<hash>[0-9a-f]{16})(?P<ending>\.[a-z0-9]+)$")
_FOLDS = ((rb"/\*.*?\*/", b""), (rb"\s+", b" "), (rb" ?([{};]) ?", rb"\1"), (rb"([:,]) ", rb"\1"), (rb";}", b"}"))
_URL = re.compile(rb'url\("([\w./-]+)"\)')


def folded(css: bytes) -> bytes:
    """A stylesheet without comments and blanks; the desk's own writes no strings that hold either.

    >>> folded(b"a :hover, b { /* why */ color: red; margin: 0 1px; }")
    b'a :hover,b{color:red;margin:0 1px}'
    """
    for pattern, put in _FOLDS:
        css = re.sub(pattern, put, css, flags=re.DOTALL)
    return css.strip()


@dataclass
class Asset:
    """One file: its bytes, their hash and, where it pays, the bytes packed."""

    name: str
    body: bytes

    @cached_property
    def hash(self) -> str:
        """Sixteen hex digits of the content's SHA-256."""
        return hashlib.sha256(self.body).hexdigest()[:16]

    @cached_property
    def packed(self) -> bytes | None:
        """The bytes under gzip, the same in every run; nothing for what is packed already."""
        return gzip.compress(self.body, 9, mtime=0) if Path(self.name).suffix in PACKED else None

    @cached_property
    def url(self) -> str:
        """The address that stands for exactly these bytes."""
        stem, dot, ending = self.name.rpartition(".")
        return f"/static/{stem}.{self.hash}{dot}{ending}"


class Assets:
    """All static files of the desk."""

    def __init__(self) -> None:
        publish = Path(str(resources.files("qingce.publish")))
        own = Path(str(resources.files("qingce.web"))) / "static"
        files = {path.relative_to(own).as_posix(): path for path in own.rglob("*") if path.is_file()}
        files |= {f"fonts/{path.name}": path for path in (publish / "fonts").glob("*.woff2")}
        shared = publish / "html" / "static"
        files |= {f"vendor/{path.name}": path for path in (shared / "vendor").iterdir()}
        files |= {name: shared / name for name in ("charts.js", "mark.svg")}
        self._files = {name: path for name, path in files.items() if path.suffix in TYPES}
        self._made: dict[str, Asset] = {}

    def __getitem__(self, name: str) -> Asset:
        """The file of a name; a ``KeyError`` names the nearest ones, since a page asked for it."""
        if name not in self._made:
            if name not in self._files:
                raise KeyError(f"no static file {name!r}; there are {sorted(self._files)}")
            body = self._files[name].read_bytes()
            if name.endswith(".css"):
                body = folded(_URL.sub(lambda found: f'url("{self[found[1].decode()].url}")'.encode(), body))
            self._made[name] = Asset(name, body)
        return self._made[name]

    def url(self, name: str) -> str:
        """The address of a file for templates."""
        return self[name].url

    def answer(self, request: Request, path: str) -> Response | None:
        """The response for ``/static/<path>``, or nothing when there is no such content."""
        found = _HASHED.match(path)
        name = f"{found['stem']}{found['ending']}" if found else path
        if found is None or name not in self._files or self[name].hash != found["hash"]:
            return None
        asset = self[name]
        headers = {"cache-control": FOR_EVER, "vary": "accept-encoding", "etag": f'"{asset.hash}"'}
        body = asset.body
        if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["content-encoding"] = asset.packed, "gzip"
        return Response(body, headers=headers, media_type=TYPES[Path(name).suffix])


@cache
def assets() -> Assets:
    """The static files, read once: they are part of the program."""
    return Assets()
