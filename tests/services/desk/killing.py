"""A child process that does one act after another and says so, until it is killed at a random moment.

The child is forked, so that a kill costs milliseconds and hundreds of moments can be tried. What the
child reported through the pipe was acknowledged: it has to be there afterwards, once.
"""

from __future__ import annotations

import os
import random
import signal
import struct
import time
from collections.abc import Callable

ACT = struct.Struct("<q")
_READY = -1
_LEAST = 0.05
"""Seconds: where an act takes a moment only, a child that is started late would be killed before all of them."""
_TRIES = 5


def killed(begin: Callable[[], Callable[[int], None]], *, first: int, longest: float, seed: int) -> list[int]:
    """Let a child do ``act(n)`` for n = first, first + 1 … and kill it; returns the acknowledged ones.

    Args:
        begin: opens what the child needs and gives the act; not part of the time in which it is killed.
        longest: seconds after which the child is killed at the latest; at least some hundredths.
    """
    reader, child = next(born for born in (_born(begin, first) for _ in range(_TRIES)) if born is not None)
    time.sleep(random.Random(seed).uniform(0, max(longest, _LEAST)))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child ended by itself: an act failed"
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    return [number for (number,) in ACT.iter_unpack(said)]


def _born(begin: Callable[[], Callable[[int], None]], first: int) -> tuple[int, int] | None:
    """The pipe and the number of a child that has begun.

    Nothing where it fell before: a fork of a process in which libraries of other tests left threads may not live,
    and that is no part of the case.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            act, number = begin(), first
            os.write(writer, ACT.pack(_READY))
            while True:
                act(number)
                os.write(writer, ACT.pack(number))
                number += 1
        finally:
            os._exit(1)
    os.close(writer)
    if os.read(reader, ACT.size) == ACT.pack(_READY):
        return reader, child
    os.close(reader)
    os.waitpid(child, 0)
    return None
