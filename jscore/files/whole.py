"""A file written whole or not at all.

Belongs here: the exchange of one file.  Does not: what is in it, folders of reports (``folders``).
"""

from __future__ import annotations

import uuid
from pathlib import Path


def whole_file(target: Path, data: bytes) -> None:
    """Write ``data`` to ``target``, all of it or, where that fails (OSError), nothing: what was there stays."""
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
