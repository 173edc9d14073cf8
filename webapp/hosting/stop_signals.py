"""The signals that ask a launcher to stop: the first one ends its work, the next ones do not disturb that."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopSignals:
    """Turns the first of Ctrl-C, SIGTERM and SIGHUP into KeyboardInterrupt, once."""

    def __init__(self) -> None:
        self._held = False
        self._asked = False
        self._told = False

    def install(self) -> None:
        """Take the signals over.

        SIGINT too: a shell without a terminal starts background work with it ignored. Only nohup's wish
        is respected.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._receive)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._receive)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let them wait until the end of the block.

        A mask would not do: libraries run threads of their own, which take a signal that this one refuses.
        """
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._asked:
            self._tell()

    def _receive(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
        if not self._held:
            self._tell()

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            raise KeyboardInterrupt
