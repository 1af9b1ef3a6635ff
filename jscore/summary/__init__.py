"""A report in brief: its facts, sentences that tell them, and the one page that is handed over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jscore.files.whole import whole_file

if TYPE_CHECKING:
    from jscore.schema import Info
    from jscore.summary.facts import Summary

#: The files of the one page in a report's folder.
FILES = ("summary.html", "summary.pdf")


def write_summary(facts: Summary, info: Info, folder: Path) -> None:
    """Write the one page of a report into ``folder``, as HTML and as PDF, each whole or not at all (OSError)."""
    from jscore.summary.page import html_of, page_of
    from jscore.summary.pdf import pdf_of

    page = page_of(facts, info)
    whole_file(folder / FILES[0], html_of(page).encode("utf-8", "replace"))
    whole_file(folder / FILES[1], pdf_of(page))
