"""The command ``qingce audit``: what it was asked, and where its answer goes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qingce.audit.readers import LIMITS
from qingce.audit.show import FORMATS
from qingce.core.errors import ProjectError, nearest, unwritten

if TYPE_CHECKING:
    from qingce.services.built import Built


def audit(
    files: Sequence[str], form: str, out: str, against: str, compare: str, limit: float, workers: int
) -> int:
    """Audit and show; the exit code: 1 where an error stands.

    Raises:
        ProjectError: a format, limit or output that cannot be used; nothing is read then.
        UnreadableError: last year's text cannot be read.
    """
    from qingce.services.audit import audit_files
    from qingce.services.project import Project

    if form not in FORMATS:
        raise ProjectError(f"没有“{form}”这种格式；可选 {'、'.join(FORMATS)}。{nearest(form, FORMATS)}")
    if not 0 < limit <= 1000:
        raise ProjectError(f"--limit 大于 0，不超过 1000，不能是 {limit:g}。")
    if workers < 0:
        raise ProjectError(f"--workers 不小于 0，不能是 {workers}。")
    if out and any(Path(out).resolve() == Path(name).resolve() for name in (*files, compare) if name):
        raise ProjectError(f"{out} 是要审读的文件；请用 --out 另写一个。")
    project = Project(against) if against else None
    done = audit_files(files, limits=LIMITS.times(limit), workers=workers, against=project, compare=compare)
    _put(FORMATS[form](done.reports), out)
    if form != "text" or out:
        for report in done.reports:
            if report.text.file in done.unread:
                print(f"qingce: {report.text.file}: {report.findings[0].message}", file=sys.stderr)
    return 1 if done.wrong else 0


def audit_own(built: Built) -> None:
    """Audit the PDF of a build like a stranger's: one line for what was read and tied, then what does not hold."""
    from qingce.audit.show.plain import WORDS, clean, headline, place
    from qingce.audit.show.records import in_order
    from qingce.cli.show import say
    from qingce.services.audit import audit_files

    for path in built.files:
        if path.suffix == ".pdf" and "PDF" in built.gates:
            report = audit_files([str(path)]).reports[0]
            gate = built.gates["PDF"]
            say(f"审读 {path.name}：{headline(report)}")
            for finding in in_order(report):
                say(f"  {WORDS[finding.severity]} {place(finding)}  {clean(finding.message)}")
            say(f"{path.name} 共 {gate.shown:,} 个数字，{gate.tied:,} 个对到绑定、引用、页面文字或索引。")


def _put(text: str, out: str) -> None:
    if not out:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.flush()
        return
    try:
        Path(out).write_text(text, encoding="utf-8", errors="replace", newline="\n")
    except OSError as exc:
        raise ProjectError(unwritten(out, exc)) from exc


