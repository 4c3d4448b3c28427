"""Let atheris look for bytes that break the readers or the audit, guided by the code that they reach.

Run: ``python -m tests.audit.fuzz_guided -max_total_time=60``; the options are libFuzzer's. An input that raises
anything but an UnreadableError ends the run and is kept as ``crash-…`` where libFuzzer says.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["qingce.audit"]):
    from qingce.audit import UnreadableError, audit, read_text
    from qingce.audit.show import FORMATS

from tests.audit.fuzz import seeds


def tried(data: bytes, path: Path) -> None:
    """Read and audit these bytes as a file, and write what was found in every format."""
    path.write_bytes(data)
    try:
        report = audit(read_text(path))
    except UnreadableError:
        return
    for write in FORMATS.values():
        write([report])


def main() -> None:
    """Begin from whole files of every kind."""
    with tempfile.TemporaryDirectory() as room:
        corpus, path = Path(room, "corpus"), Path(room, "input")
        corpus.mkdir()
        for number, whole in enumerate(seeds()):
            (corpus / str(number)).write_bytes(whole)
        options = [sys.argv[0], str(corpus), "-rss_limit_mb=1500", "-timeout=20", *sys.argv[1:]]
        atheris.Setup(options, lambda data: tried(data, path))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
