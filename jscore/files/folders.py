"""A report's folder of results: locked while it is worked on, and exchanged whole.

What is not finished has a hidden name that begins with the report's key: ``.<key>.lock`` is held by the run that works on
the report, ``.<key>.<run>.part`` is what it has made so far, ``.<key>.old`` the folder that its result replaces.  Whoever
holds the lock may clear up the rest: its maker is gone.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path

_HIDDEN = re.compile(r"\.(?P<key>[0-9a-f]{12})\.(?P<what>lock|old|[0-9a-f]{8}\.part)")
#: Seconds that a reader waits for a run that is just exchanging a folder.
PATIENCE = 1.0


def key(folder: Path) -> str:
    """What the hidden names of ``folder``'s report begin with: short, however long its name is."""
    return sha256(folder.name.encode("utf-8", "surrogateescape")).hexdigest()[:12]


@contextmanager
def locked(folder: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock of ``folder``'s report, which the system lets go of when a process ends, however it ends.

    The folder around it is made if need be.  If another run holds the lock, ``waiting`` is called and then waited.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _lock(folder.parent, key(folder), waiting):
        _settle(folder)
        yield


def locked_if_free(folder: Path) -> AbstractContextManager[bool]:
    """Hold the lock of ``folder``'s report, or give False if another run has it."""
    return _lock_if_free(folder.parent, key(folder))


@contextmanager
def _lock(parent: Path, key: str, waiting: Callable[[], None]) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(parent / f".{key}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        with suppress(OSError):
            Path(
                lock.lock_file
            ).unlink()  # while it is held: who waits for it sees that it is gone, and makes a new one
        lock.release()


@contextmanager
def _lock_if_free(parent: Path, key: str) -> Iterator[bool]:
    class Held(Exception):
        pass

    def give_up() -> None:
        raise Held

    with ExitStack() as stack:
        try:
            stack.enter_context(_lock(parent, key, give_up))
        except Held:
            yield False
        else:
            yield True


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A new folder to fill, which takes the place of ``target`` when the block ends without an error.

    The lock of the report (``locked``) must be held.  The folder that was there is renamed aside and the new one
    renamed in: a process killed in between leaves the old one under its hidden name, and ``put_back``, which whoever
    reads or runs next calls, gives it its name again.  Temporary files of the block lie in the new folder, too, and go
    with it.
    """
    part = target.with_name(f".{key(target)}.{uuid.uuid4().hex[:8]}.part")
    before = tempfile.tempdir
    try:
        temporary = part / ".temporary"
        temporary.mkdir(parents=True)
        tempfile.tempdir = str(temporary)
        yield part
        shutil.rmtree(temporary, ignore_errors=True)
        with suppress(FileNotFoundError):
            target.rename(_aside(target))
        part.rename(target)
    finally:
        tempfile.tempdir = before
        shutil.rmtree(part, ignore_errors=True)
        _settle(target)


def put_back(folder: Path) -> bool:
    """Whether ``folder``, which is not there, came back: a run was just exchanging it, or was killed while it did."""
    until = time.monotonic() + PATIENCE
    while not folder.exists():
        if not _aside(folder).exists() or time.monotonic() > until:
            return folder.exists()
        with suppress(OSError), locked_if_free(folder) as free:
            if free:
                _settle(folder)
        time.sleep(0.005)
    return True


def _settle(folder: Path) -> None:
    """End an exchange that was broken off; the lock must be held."""
    if folder.exists():
        shutil.rmtree(_aside(folder), ignore_errors=True)
    else:
        with suppress(FileNotFoundError):
            _aside(folder).rename(folder)


def listed(out: Path) -> tuple[list[Path], list[Path]]:
    """The folders in ``out`` by name, and those that stand under their hidden names alone, as they do while they are exchanged.

    Both are of one look at ``out``: a folder that is exchanged between two looks would be in neither.
    """
    paths = _listed(out)
    named = [path for path in paths if not path.name.startswith(".")]
    keys = {key(path) for path in named}
    hidden = [(path, _HIDDEN.fullmatch(path.name)) for path in paths]
    return named, [path for path, name in hidden if name and name["what"] == "old" and name["key"] not in keys]


def clear(out: Path, name_of: Callable[[Path], str | None]) -> None:
    """Remove from ``out`` what runs that were killed left behind, never what a live one is making.

    ``name_of(folder)`` is the name that a finished folder has to have; one that lost it gets it back.
    """
    for path in listed(out)[1]:
        name = name_of(path)
        if name:
            put_back(out / name)
    for path in _listed(out):
        hidden = _HIDDEN.fullmatch(path.name)
        if hidden is None or not path.exists():
            continue
        with _lock_if_free(out, hidden["key"]) as free:
            if free and hidden["what"] != "lock":
                shutil.rmtree(path, ignore_errors=True)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{key(folder)}.old")


def _listed(out: Path) -> list[Path]:
    return sorted(out.iterdir(), key=lambda path: path.name) if out.is_dir() else []
