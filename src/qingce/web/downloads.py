"""Files that go out: always to be saved, never shown in the desk's own name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

CHUNK = 1 << 18


def attachment(name: str, kind: str, content: BinaryIO | bytes, *, size: int | None = None, etag: str = "") -> Response:
    """A download.

    Args:
        name: as the reader's disk will call it; the header carries it in percent-encoding, so that no character
            of it can end the header or begin another.
        kind: its content type; a browser is told not to guess another.
    """
    headers = {
        "content-disposition": f"attachment; filename=\"download\"; filename*=UTF-8''{quote(name, safe='')}",
        "x-content-type-options": "nosniff", "cache-control": "private, no-store",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    if etag:
        headers["etag"] = f'"{etag}"'
    if isinstance(content, bytes):
        return Response(content, media_type=kind, headers=headers)
    if size is not None:
        headers["content-length"] = str(size)
    return StreamingResponse(_pieces(content), media_type=kind, headers=headers)


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    with content:
        while piece := content.read(CHUNK):
            yield piece
