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


def killed(begin: Callable[[], Callable[[int], None]], *, first: int, longest: float, seed: int) -> list[int]:
    """Let a child do ``act(n)`` for n = first, first + 1 … and kill it; returns the acknowledged ones.

    Args:
        begin: opens what the child needs and gives the act; not part of the time in which it is killed.
        longest: seconds after which the child is killed at the latest.
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
    assert ACT.unpack(os.read(reader, ACT.size)) == (_READY,), "the child could not begin"
    time.sleep(random.Random(seed).uniform(0, longest))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child ended by itself: an act failed"
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    return [number for (number,) in ACT.iter_unpack(said)]
