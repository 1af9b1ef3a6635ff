"""Whether a PDF is still the one that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jscore.files.raw_pdfs import content_hash

if TYPE_CHECKING:
    from jscore.report import Report


def has_changed(report: Report) -> bool:
    """Whether the PDF of ``report`` is there and another than the one that the report was read from."""
    path = report.path
    return path is not None and path.is_file() and content_hash(path) != report.info["sha256"]
