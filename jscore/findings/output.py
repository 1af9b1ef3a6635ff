"""Writing a file whole or not at all, and whether a PDF is still the one that was read.

Belongs here: the exchange of one file, its content's sum.  Does not: what is in it (``exports``, ``annotate``), folders of
reports (``store``).
"""

from __future__ import annotations

import uuid
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jscore.report import Report


def whole_file(target: Path, data: bytes) -> None:
    """Write ``data`` to ``target``, all of it or, where that fails (OSError), nothing: what was there stays."""
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def has_changed(report: Report) -> bool:
    """Whether the PDF of ``report`` is there and another than the one that the report was read from."""
    path = report.path
    return path is not None and path.is_file() and sha256(path.read_bytes()).hexdigest() != report.info["sha256"]
