"""A report's folder of results: locked while it is worked on, and exchanged whole.

Belongs here: the lock of a report, the unfinished folder beside the finished one, their
exchange, what killed runs left behind.  Does not: which files a folder holds (``store``).

Everything that is not finished has a hidden name beginning with the report's key:
``.<key>.lock`` is held by the run that works on the report, ``.<key>.<run>.part`` is what
it has made so far, ``.<key>.<run>.old`` what it is about to remove.  Whoever holds the
lock may remove the rest: its maker is gone.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from hashlib import sha256
from pathlib import Path

_HIDDEN = re.compile(r"\.(?P<key>[0-9a-f]{12})\.(lock|(?P<run>[0-9a-f]{8})\.(part|old))")
#: Errors of file systems that have no locks; a run on one of them goes without.
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


def key(folder: Path) -> str:
    """What the hidden names of ``folder``'s report begin with: short, however long its name is."""
    return sha256(folder.name.encode("utf-8", "surrogateescape")).hexdigest()[:12]


# --- the lock ---------------------------------------------------------------------------


@contextmanager
def locked(folder: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock of ``folder``'s report; the folder around it is made if need be.

    If another run holds it, ``waiting`` is called and then waited.  The system lets go of
    it when a process ends, however it ends.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    path = folder.with_name(f".{key(folder)}.lock")
    file = _acquire(path)
    if file is None:
        waiting()
    while file is None:
        time.sleep(0.05)
        file = _acquire(path)
    try:
        yield
    finally:
        _release(path, file)


def locked_if_free(folder: Path) -> AbstractContextManager[bool]:
    """Hold the lock of ``folder``'s report, or give False if another run has it."""
    return _held(folder.with_name(f".{key(folder)}.lock"))


@contextmanager
def _held(path: Path) -> Iterator[bool]:
    file = _acquire(path)
    try:
        yield file is not None
    finally:
        if file is not None:
            _release(path, file)


def _acquire(path: Path) -> int | None:
    """The open, locked file at ``path``; None if another process has it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    with suppress(OSError):
        # its holder before may have removed the file: then the lock is one that nobody else sees
        if _try(file) and (sys.platform == "win32" or os.stat(path).st_ino == os.fstat(file).st_ino):
            return file
    os.close(file)
    return None


def _release(path: Path, file: int) -> None:
    with suppress(OSError):
        path.unlink()  # on Windows after closing only
    os.close(file)
    if sys.platform == "win32":
        with suppress(OSError):
            path.unlink()


if sys.platform == "win32":
    import msvcrt

    def _try(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno in _NO_LOCKS
        return True


# --- the exchange -----------------------------------------------------------------------


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A new folder to fill, which takes the place of ``target`` when the block ends without an error.

    The lock of the report (``locked``) must be held.  Where the system can exchange two
    folders at once (Linux, macOS), there is no moment without a whole ``target``; elsewhere
    a process killed between two renames leaves it under its hidden name, and the next run
    puts it back.
    """
    part = target.with_name(f".{key(target)}.{uuid.uuid4().hex[:8]}.part")
    part.mkdir()
    try:
        yield part
        if target.exists() and not _exchange(part, target):
            old = part.with_suffix(".old")
            target.rename(old)
            part.rename(target)
            shutil.rmtree(old, ignore_errors=True)
        elif not target.exists():
            part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system or the file system cannot."""
    import ctypes

    call, code = {"linux": ("renameat2", -100), "darwin": ("renameatx_np", -2)}.get(sys.platform, ("", 0))
    function = getattr(ctypes.CDLL(None), call, None) if call else None
    if function is None:
        return False
    at, swap = ctypes.c_int(code), ctypes.c_uint(2)  # AT_FDCWD; RENAME_EXCHANGE and RENAME_SWAP are both 2
    return bool(function(at, os.fsencode(one), at, os.fsencode(other), swap) == 0)


@contextmanager
def scratch(part: Path) -> Iterator[Path]:
    """A folder for temporary files while ``part`` is made, named after it, so that a later run can remove it."""
    folder = _scratch(part)
    before = tempfile.tempdir
    folder.mkdir(mode=0o700)
    tempfile.tempdir = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


def _scratch(part: Path) -> Path:
    return Path(tempfile.gettempdir()) / f"jscore-{part.suffixes[-2][1:]}"


# --- what killed runs left --------------------------------------------------------------


def clear(out: Path, name_of: Callable[[Path], str | None]) -> None:
    """Remove from ``out`` what runs that were killed left behind, never what a live one is making.

    ``name_of(folder)`` is the name that a finished folder has to have; one that lost it in
    the middle of an exchange gets it back.
    """
    keys = {match["key"] for path in _listed(out) if (match := _HIDDEN.fullmatch(path.name))}
    for each in keys:
        with _held(out / f".{each}.lock") as free:
            for path in _listed(out) if free else []:
                match = _HIDDEN.fullmatch(path.name)
                if match and match["key"] == each and match["run"]:
                    _remove(path, name_of(path) if path.suffix == ".old" else None)


def _listed(out: Path) -> list[Path]:
    return sorted(out.iterdir()) if out.is_dir() else []


def _remove(path: Path, name: str | None) -> None:
    if name and not path.with_name(name).exists():
        path.rename(path.with_name(name))
        return
    shutil.rmtree(_scratch(path), ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)
