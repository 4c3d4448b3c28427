"""Press: a second process that sets the PDF, binds the databook and reads editions back beside this one.

Orders are done one after another in the order given. What the second process cannot do, because it cannot
be started, ends or fails, a thread of this process does, with the same result, or says why not.
"""

from __future__ import annotations

import gc
import os
import pickle
import select
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from qingce.services.cache import TextCache
from qingce.services.orders import Order, was_ready
from qingce.services.rubbish import seldom_sought
from qingce.services.second import cores, second

if TYPE_CHECKING:
    from qingce.core.page import Document

Answer = TypeVar("Answer")
Given = TypeVar("Given")


class Press:
    """Takes orders; use it as a context, at whose end the process ends.

    Args:
        cache: where charts and answers are kept; both processes use it.
        clock: times the steps of orders.
        pdf: whether a PDF will be set. Where one was set before, the process is then started at once: it prepares
            while this one computes. Else it is started with the first order.
    """

    def __init__(
        self, cache: TextCache, clock: Callable[[str], AbstractContextManager[None]], *, pdf: bool = True
    ) -> None:
        self._cache = cache
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._sent: list[Document] = []
        self._hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="press")
        self._tried = False
        if pdf and was_ready(cache):
            self._start()

    def give(self, order: Order[Answer]) -> Future[Answer]:
        """Hand over an order; its answer comes, or the error that doing it raised."""
        self._start()
        return self._hand.submit(self._done, order)

    def then(self, first: Future[Given], make: Callable[[Given], Order[Answer]]) -> Future[Answer]:
        """Hand over an order that needs the answer of an earlier one; where that failed, this fails alike."""
        return self._hand.submit(lambda: self._done(make(first.result())))

    def here(self, order: Order[Answer]) -> Answer:
        """Do an order at once, in this process and thread; errors are those of doing it."""
        with self._clock(order.step):
            return order.do(self._cache)

    def __enter__(self) -> Press:
        return self

    def __exit__(self, *args: object) -> None:
        """End the process; orders that are not done are dropped."""
        self._closed = True
        if self._process is not None:
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()
        self._hand.shutdown(wait=True, cancel_futures=True)
        for pipe in (self._process.stdin, self._process.stdout) if self._process is not None else ():
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _start(self) -> None:
        if not self._tried and cores() > 1:
            code = "from qingce.services.press import work; work(sys.argv[2])"
            self._process = second(code, str(self._cache.folder), fed=True, heard=True)
        self._tried = True

    def _done(self, order: Order[Answer]) -> Answer:
        with self._clock(order.step):
            answer = self._asked(order)
            if answer is None:
                if self._closed:
                    raise OSError("the press was stopped")
                return order.do(self._cache)
            return cast("Answer", answer[0])

    def _asked(self, order: Order[Any]) -> tuple[Any] | None:
        """What the second process answers, in a tuple; nothing where it does not."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        try:
            process.stdin.write(self._packed(order))
            process.stdin.flush()
            return (pickle.load(process.stdout),)
        except (OSError, EOFError, ValueError, pickle.PickleError, AttributeError, TypeError):
            self._process = None  # it has ended, or what it says can no longer be told apart
            with suppress(OSError):
                process.kill()
            process.wait()
            return None

    def _packed(self, order: Order[Any]) -> bytes:
        """An order as it is sent: its document goes along only the first time, afterwards its number does."""
        document: Document | None = getattr(order, "document", None)
        if document is None:
            return pickle.dumps((order, 0, None), protocol=5)
        bare = replace(cast("Any", order), document=None)
        for number, known in enumerate(self._sent):
            if known is document:
                return pickle.dumps((bare, number, None), protocol=5)
        self._sent.append(document)
        return pickle.dumps((bare, len(self._sent) - 1, document), protocol=5)


def _received(message: tuple[Order[Any], int, Document | None], documents: list[Document]) -> Order[Any]:
    """An order as it was given; a document that comes along is added to those received before."""
    order, number, document = message
    if document is not None:
        documents.append(document)
    return replace(cast("Any", order), document=documents[number]) if hasattr(order, "document") else order


def _waits() -> bool:
    """Whether an order has come; where the system cannot tell, none has."""
    with suppress(OSError, ValueError):
        return bool(select.select([sys.stdin], [], [], 0)[0])
    return False


def work(folder: str) -> None:
    """What the second process does: take orders from standard input, do them, answer on standard output."""
    from qingce.services.orders import make_ready

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not spoil the answers
    cache = TextCache(Path(folder))
    make_ready(cache, _waits)
    gc.freeze()  # what is loaded stays: looking through it for rubbish again and again costs a tenth of the time
    documents: list[Document] = []
    with seldom_sought():
        while True:
            try:
                order = _received(pickle.load(sys.stdin.buffer), documents)
            except EOFError:
                return
            pickle.dump(order.do(cache), answers, protocol=5)
            answers.flush()
