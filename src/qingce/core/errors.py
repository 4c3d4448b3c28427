"""Errors that say what we got, what was expected and what to try.

Only programming and declaration mistakes raise. People's data never does: it becomes a
:class:`qingce.core.check.Finding`.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable, Mapping

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system answers for a disk without room."""
READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
"""What it answers where nothing may be written."""


_FAILED = {errno.ENOENT: "上级文件夹不存在", errno.ENOTDIR: "上级不是文件夹", errno.EISDIR: "这是一个文件夹",
           errno.ENAMETOOLONG: "名称太长", errno.EEXIST: "已经存在"}


class QingceError(Exception):
    """Root of every error that Qingce raises on purpose; doors print it without a traceback."""


class DeclarationError(QingceError):
    """A pack, factor, page or standard is declared wrongly."""


class Undeclared(DeclarationError):
    """A declaration asks for a name that nobody declares."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class UnitError(QingceError):
    """Two quantities of different measure were mixed."""


class PeriodError(QingceError):
    """A text is not a period, or a period was used where it makes no sense."""


class BindingError(QingceError):
    """A page or a caller asks for a figure in a way that cannot be answered."""


class ProjectError(QingceError):
    """A project folder cannot be opened or used as asked."""


class Unkept(ProjectError):
    """The disk or the database cannot keep or give what it should; nothing was changed.

    Args:
        text: one Chinese sentence: what is wrong and what to do.
        full: it is for want of room.
        newer: the database belongs to a later version of the program.
    """

    def __init__(self, text: str, *, full: bool = False, newer: bool = False) -> None:
        super().__init__(text)
        self.full, self.newer = full, newer


class Denied(QingceError):
    """The person may not do this; nothing was changed."""


class SignInNeeded(Denied):
    """Nobody is signed in, or not any more."""


class Missing(QingceError):
    """What was asked for does not exist, or not for this person."""


class Stale(QingceError):
    """Somebody else changed it since it was read.

    Args:
        text: one Chinese sentence.
        base, mine, theirs: what was read, what was given now and what stands, by field, as text.
        merged: both changes together, where they do not clash.
        clashes: fields that both changed.
        version: of what stands.
    """

    def __init__(
        self, text: str, *, base: Mapping[str, str] | None = None, mine: Mapping[str, str] | None = None,
        theirs: Mapping[str, str] | None = None, merged: Mapping[str, str] | None = None,
        clashes: Iterable[str] = (), version: int = 0,
    ) -> None:
        super().__init__(text)
        self.base, self.mine, self.theirs = dict(base or {}), dict(mine or {}), dict(theirs or {})
        self.merged, self.clashes, self.version = dict(merged or {}), tuple(clashes), version


class Refused(QingceError):
    """What a person gave cannot be taken.

    Args:
        text: one Chinese sentence: what is wrong and what to do.
        findings: the places, where there are several (:class:`qingce.core.check.Finding`).
    """

    def __init__(self, text: str, findings: Iterable[object] = ()) -> None:
        super().__init__(text)
        self.findings = tuple(findings)


def closest(word: str, known: Iterable[str], alike: float = 0.6) -> str:
    """The known word that somebody most likely meant, or nothing.

    >>> closest("loans", ["loan", "meter"]), closest("qqq", ["loan", "meter"])
    ('loan', '')
    """
    return next(iter(difflib.get_close_matches(word[:200], list(known), n=1, cutoff=alike)), "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that ends an error sentence, or nothing.

    >>> did_you_mean("loans", ["loan", "meter"])
    " Did you mean 'loan'?"
    >>> did_you_mean("qqq", ["loan", "meter"])
    ''
    """
    near = closest(word, known)
    return f" Did you mean {near!r}?" if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The same hint for what people give, in their language.

    >>> nearest("loans", ["loan", "meter"]), nearest("qqq", ["loan", "meter"])
    ('是不是“loan”？', '')
    """
    near = closest(word, known)
    return f"是不是“{near}”？" if near else ""


def unwritten(place: object, failed: OSError) -> str:
    """One Chinese sentence on a file or folder that could not be written.

    >>> unwritten("out", OSError(errno.ENOSPC, "No space left on device"))
    '不能写入 out：磁盘已满。'
    """
    why = "磁盘已满" if failed.errno in FULL else "没有权限或磁盘只读" if failed.errno in READ_ONLY else ""
    return f"不能写入 {place}：{why or _FAILED.get(failed.errno or 0) or failed.strerror or failed}。"
