"""A report in brief: its facts, sentences that tell them, and the one page that is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jscore.files.whole import whole_file
from jscore.language import using

if TYPE_CHECKING:
    import pandas as pd

    from jscore.language import Lang

#: The files of the one page in a report's folder.
FILES = ("summary.html", "summary.pdf")


def write_summary(
    frames: Mapping[str, pd.DataFrame],
    info: Mapping[str, Any],
    folder: Path,
    lang: Lang | None = None,
    findings: pd.DataFrame | None = None,
) -> None:
    """Write the one page of a report into ``folder``, as HTML and as PDF, each whole or not at all (OSError).

    ``findings`` are its ``facts.findings_of``, where they are known already.
    """
    from jscore.summary.page import html_of, page_of
    from jscore.summary.pdf import pdf_of

    with using(lang):
        page = page_of(frames, info, findings)
        whole_file(folder / FILES[0], html_of(page).encode("utf-8", "replace"))
        whole_file(folder / FILES[1], pdf_of(page))
