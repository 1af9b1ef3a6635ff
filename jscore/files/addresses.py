"""Files at an address (``s3://bucket/raw``), in no folder of this machine: named as paths are, fetched, and stored whole.

An address is any that fsspec knows; the path of one has the methods of ``Path`` (``universal_pathlib``).  A store of
objects renames nothing, so a report's folder is sealed: its report.json is there last and goes first.
"""

from __future__ import annotations

import re
import uuid
import warnings
from collections.abc import Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from jscore.errors import ReadError, first_line
from jscore.files.folders import key

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://")
#: What stores call what changes with a file: its content's digest where there is one, else when it was written.
_MARKS = ("ETag", "etag", "md5", "generation", "mtime", "LastModified", "last_modified", "modificationTime", "created")
#: What changes with a file, in short, and how long it is.
Version = tuple[str, int]


def is_address(text: str | Path) -> bool:
    """Whether ``text`` is written as an address, ``s3://bucket/raw``, not as a path."""
    return _SCHEME.match(str(text)) is not None


def path_of(text: str | Path) -> Path:
    """The path that ``text`` names, be it an address; one of ``file://`` is a path of this machine.

    Raises ReadError, with one line for the user, for an address that nothing installed here can open.
    """
    if not is_address(text):
        return Path(text)
    try:
        from upath import UPath

        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "UPath .* not explicitly implemented")
            path: Any = UPath(text)
        if path.protocol in ("file", "local"):
            return Path(path.path)
        path.fs  # noqa: B018  opens it
    except ImportError as error:
        raise ReadError(
            f"{text}: {first_line(error, type(error).__name__)}; pip install 'jscore[cluster]', and s3fs for s3://"
        ) from None
    except (ValueError, OSError) as error:
        raise ReadError(
            f"{text}: {first_line(error, type(error).__name__)}; name a folder, or an address that fsspec knows"
        ) from None
    return path


def is_here(path: Path) -> bool:
    """Whether ``path`` is a path of this machine, no address."""
    return isinstance(path, Path)


def named(path: Path) -> str:
    """``path`` as whoever is elsewhere finds it."""
    return str(path.absolute() if is_here(path) else path)


def fetch(source: Path, target: Path, names: Sequence[str] = ("",)) -> None:
    """Copy the file at the address ``source``, or those called ``names`` below it, to ``target`` here."""
    fs, place = _store(source)
    here = [target / name if name else target for name in names]
    for path in here:
        path.parent.mkdir(parents=True, exist_ok=True)
    fs.get([f"{place}/{name}" if name else place for name in names], list(map(str, here)))


def versions(folder: Path) -> dict[str, Version]:
    """Each file below the address ``folder``, by its name from there, as it is in one look at all of them."""
    fs, place = _store(folder)
    fs.invalidate_cache()
    return {name[len(place) + 1 :]: _version(seen) for name, seen in fs.find(place, detail=True).items()}


def _version(seen: Mapping[str, Any]) -> Version:
    mark = next((seen[name] for name in _MARKS if seen.get(name)), seen)
    return sha256(str(mark).encode()).hexdigest()[:16], seen["size"]


def sizes(folder: Path) -> dict[str, int]:
    """How long each file below the address ``folder`` is, by its name from there."""
    return {name: size for name, (_, size) in versions(folder).items()}


def contents(paths: Sequence[Path]) -> list[bytes | None]:
    """What is in the files at these addresses of one store, asked for at once; None for one that is not there."""
    if not paths:
        return []
    fs, _ = _store(paths[0])
    read = fs.cat([path.path for path in paths], on_error="return")  # type: ignore[attr-defined]
    by_name = {fs._strip_protocol(name): data for name, data in read.items()}
    data = [by_name.get(fs._strip_protocol(path.path)) for path in paths]  # type: ignore[attr-defined]
    return [each if isinstance(each, bytes) else None for each in data]


def to_read(path: Path) -> Any:
    """What Arrow reads a file from: its path, or all that is at its address, asked for once: it may be exchanged meanwhile."""
    return path if is_here(path) else BytesIO(path.read_bytes())


def bring(folder: Path, target: Path, names: Sequence[str], gone: Sequence[str] = ()) -> None:
    """Copy files of ``folder`` to the address ``target``, where those called ``gone`` are removed.

    In a store of objects each is there whole, in place of the one before, or not at all.
    """
    fs, place = _store(target)
    if names:
        fs.put([str(folder / name) for name in names], [f"{place}/{name}" for name in names])
    if gone:
        fs.rm([f"{place}/{name}" for name in gone])
    fs.invalidate_cache()


def store_whole(folder: Path, target: Path, seal: str) -> None:
    """Copy ``folder`` to the address ``target``, in place of what is there: all of it or, where that fails, nothing.

    What is there lacks the file ``seal`` until all else is there.  Everything is first stored beside it under a hidden
    name; whoever stores there must be the only one who does, so that what others left unfinished can go.
    """
    fs, place = _store(target)
    beside = place.rpartition("/")[0] + f"/.{key(target)}."
    part = f"{beside}{uuid.uuid4().hex[:8]}.part"
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    names = [*(name for name in names if name != seal), seal]
    try:
        fs.put([str(folder / name) for name in names], [f"{part}/{name}" for name in names])
        old = sizes(target)
        for gone in ([seal] if seal in old else [], sorted(old.keys() - set(names))):
            if gone:
                fs.rm([f"{place}/{name}" for name in gone])
        for new in (names[:-1], names[-1:]):
            fs.copy([f"{part}/{name}" for name in new], [f"{place}/{name}" for name in new])
    finally:
        fs.invalidate_cache()
        left = fs.glob(f"{beside}*.part")
        if left:
            fs.rm(left, recursive=True)


def _store(path: Path) -> tuple[Any, str]:
    """The file system of an address, and the place in it."""
    address: Any = path
    return address.fs, address.path.rstrip("/")
