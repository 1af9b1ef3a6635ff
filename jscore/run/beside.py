"""A function that is called in a process beside this one, which imports what it needs while this one is still at work.

Belongs here: how such a process is made, given its call and ended.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, NoReturn


class Beside:
    """A function, ``module.name``, called once: by a process beside this one, or by this one where that is all there is.

    A context: the process is forked when it is entered, imports ``module`` and ``modules``, and ends with it.
    """

    def __init__(self, apart: bool, module: str, name: str, modules: Sequence[str] = ()) -> None:
        self.apart = apart and sys.platform.startswith("linux")
        self.module, self.name, self.modules = module, name, modules
        self._arguments: tuple[Any, ...] = ()
        self._channel: Connection | None = None
        self._process = 0

    def __enter__(self) -> Beside:
        if self.apart:
            self._channel, theirs = Pipe()
            self._process = os.fork()
            if self._process == 0:
                self._channel.close()
                self._serve(theirs)
            theirs.close()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it is at."""
        if self._channel is not None:
            with suppress(OSError):
                os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._channel.close()
            self._channel = None

    def begin(self, *arguments: Any) -> None:
        """Have the function called with ``arguments``: at once by a process beside this one, else by ``end``."""
        if self._channel is None:
            self._arguments = arguments
        else:
            with suppress(OSError):  # it has ended: ``end`` will see
                self._channel.send((tempfile.tempdir, arguments))

    def end(self) -> None:
        """Wait for the call.  Raises what it raised, and ChildProcessError with its name if its process crashed."""
        if self._channel is None:
            self._call(self._arguments)
            return
        try:
            error = self._channel.recv()
        except (EOFError, OSError):
            raise ChildProcessError(f"{self.module}.{self.name}") from None
        if error is not None:
            raise error

    def _serve(self, channel: Connection) -> NoReturn:
        """In the process beside: import, wait for the arguments, call; nobody is left waiting when its maker is killed."""
        try:
            for name in (self.module, *self.modules):
                import_module(name)
            tempfile.tempdir, arguments = channel.recv()
            self._call(arguments)
            channel.send(None)
        except Exception as error:
            with suppress(Exception):  # it may not survive the way
                channel.send(error)
        finally:
            os._exit(0)

    def _call(self, arguments: tuple[Any, ...]) -> None:
        getattr(import_module(self.module), self.name)(*arguments)
