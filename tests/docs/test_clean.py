"""Nothing in the repository speaks of the machine or the tools it was written with.

The patterns are put together from pieces, so that this file does not match itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.reading import ROOT, tracked

BINARY = {".ttf", ".woff2", ".png", ".jpg", ".ico", ".pdf", ".xlsx", ".parquet"}
VENDORED = (ROOT / "src/qingce/publish/html/static/vendor", ROOT / "src/qingce/web/static/vendor")
LOCK = ROOT / "uv.lock"


def _any(*pieces: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile("|".join(pieces), flags)


MACHINE = _any(rf"(?<![\w.])/(?:{'wo' + 'rk'}|{'tm' + 'p'}|{'ro' + 'ot'}|{'ho' + 'me'})/\w", flags=re.NOFLAG)
REGISTRY = _any("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(?:org|com)", r"crates" + r"\.io")
TOOLS = _any(
    r"\bag" + r"ent(?:s|ic)?\b", r"\bL" + r"LMs?\b", "language " + "model", "chat" + "bot", "Co" + "pilot",
    r"\bCla" + r"ude\b", r"\bAnth" + "ropic", r"\bChat" + "GPT", r"\bOpen" + r"AI\b",
    r"\b(?:ai|coding|chat|working) " + r"sessions?\b",
)
SECRET = _any("PRIVATE" + " KEY-----", r"\bgh[pousr]_\w{30,}", r"\bAKIA[0-9A-Z]{16}\b", flags=re.NOFLAG)
UNFINISHED = _any(r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bXX" + r"X\b", flags=re.NOFLAG)
HISTORY = _any(
    r"\bre" + "factored", r"\bprev" + "iously", r"\bform" + r"erly\b", r"\bwas re" + "named",
    r"\bissue " + r"#?\d",
)


def found(pattern: re.Pattern[str], paths: list[Path]) -> Iterator[str]:
    """Each place at which the pattern stands, with what stands there."""
    for path in paths:
        text = path.read_text(encoding="utf-8", errors="replace")
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path.relative_to(ROOT).as_posix()}:{line}: {match[0]}"


TEXTS = [p for p in tracked() if p.suffix not in BINARY and not any(map(p.is_relative_to, VENDORED)) and p != LOCK]
CODE = [p for p in TEXTS if p.suffix in (".py", ".js", ".css", ".typ", ".j2", ".toml", ".yaml", ".sql")]


@pytest.mark.parametrize(("pattern", "paths"), [
    (MACHINE, TEXTS), (REGISTRY, TEXTS), (TOOLS, TEXTS), (SECRET, [*TEXTS, LOCK]), (UNFINISHED, CODE),
    (HISTORY, CODE),
], ids=["machine", "registry", "tools", "secret", "unfinished", "history"])
def test_nothing_of_the_kind_is_said(pattern: re.Pattern[str], paths: list[Path]):
    assert list(found(pattern, paths)) == []


def test_the_lock_file_names_the_public_index_only():
    hosts = set(re.findall(r"https?://([^/\"\s]+)", LOCK.read_text(encoding="utf-8")))
    assert len(hosts) <= 2
    assert all(REGISTRY.search(host) for host in hosts)


@pytest.mark.parametrize(("pattern", "text"), [
    (MACHINE, "see " + "/wo" + "rk/main"), (MACHINE, "open('/tm" + "p/x')"),
    (TOOLS, "an ag" + "ent wrote it"), (TOOLS, "an L" + "LM"), (REGISTRY, "https://py" + "pi.org/simple"),
    (UNFINISHED, "# TO" + "DO later"),
])
def test_what_is_forbidden_is_found(pattern: re.Pattern[str], text: str):
    assert pattern.search(text)


@pytest.mark.parametrize("text", ["framework/main", "https://example.org/home/x", "a training session"])
def test_what_is_meant_is_left_alone(text: str):
    assert not any(pattern.search(text) for pattern in (MACHINE, TOOLS, REGISTRY))
