"""A file written whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """A new file to write, which takes the place of ``target`` when the block ends without an error."""
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def whole_file(target: Path, data: bytes) -> None:
    """Write ``data`` to ``target``, all of it or, where that fails (OSError), nothing: what was there stays."""
    with replaced(target) as part:
        part.write_bytes(data)
