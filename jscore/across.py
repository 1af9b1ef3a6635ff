"""What a run leaves beside the reports' folders: the data package of all of them.

Belongs here: what is made once a run, from all processed reports.  Does not: what one report's folder holds
(``pipeline``).
"""

from __future__ import annotations

from pathlib import Path

from jscore import datapackage


def finish(processed: Path) -> list[str]:
    """Bring what stands in ``processed`` beside the reports up to date; a line for the user for each failure."""
    if not processed.is_dir():
        return []
    try:
        datapackage.write(processed)
    except OSError as error:
        return [f"{processed / datapackage.FILE}: {error.strerror or error}"]
    return []
