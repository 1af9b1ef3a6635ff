"""Processed reports on disk: one folder a report, written whole or not at all, and read back.

Belongs here: file names, parquet and report.json, the swap of folders.  Does not: making
frames (``reading``), the order of a run (``pipeline``).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from jscore.errors import ReadError
from jscore.report import Report

INFO = "report.json"
#: Environment variable that names the folder of processed reports.
PROCESSED = "JSCORE_PROCESSED"


def processed_folder(folder: str | Path | None = None) -> Path:
    """The folder of processed reports: ``folder``, $JSCORE_PROCESSED, or data/processed here or in a folder above."""
    named = folder or os.environ.get(PROCESSED)
    if named:
        return Path(named)
    here = Path.cwd()
    for above in (here, *here.parents):
        if (above / "data" / "processed").is_dir():
            return above / "data" / "processed"
    return Path("data/processed")


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A new folder to fill, which takes the place of ``target`` when the block ends without an error."""
    if target.exists() and any(target.iterdir()) and read_info(target) is None:
        raise ReadError(f"{target}: not a folder that jscore made; move it away, or choose another --out")
    target.parent.mkdir(parents=True, exist_ok=True)
    _mend(target)
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    part.mkdir()
    try:
        yield part
        old = target.with_name(part.name.replace(".part", ".old"))
        if target.exists():
            target.rename(old)
        part.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _mend(target: Path) -> None:
    """Undo what a run that was killed between its last two steps left behind."""
    left = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{8}}\.old")
    for old in [path for path in target.parent.iterdir() if left.fullmatch(path.name)]:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(target)


def write(report: Report, folder: Path) -> None:
    """``report``'s frames as parquet and its ``info`` as report.json, into ``folder``."""
    for name, frame in report.frames.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    info = dict(report.info)
    if report.path is not None:
        info["pdf"] = Path(os.path.relpath(report.path.resolve(), folder.resolve())).as_posix()
    (folder / INFO).write_text(json.dumps(info, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_info(folder: Path) -> dict[str, Any] | None:
    """The content of a processed report's report.json; None if there is none."""
    try:
        info = json.loads((folder / INFO).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return info if isinstance(info, dict) and "report_id" in info else None


def reports(processed: Path) -> list[Path]:
    """The folders of processed reports, by name."""
    return sorted(path.parent for path in processed.glob(f"*/{INFO}") if not path.parent.name.startswith("."))


def load(report_id: str, processed: str | Path | None = None) -> Report:
    """The processed report ``report_id``.

    ``processed`` is the folder of processed reports (``processed_folder``).  Raises
    ReadError, with one line for the user, if the report has not been processed.
    """
    root = processed_folder(processed)
    folder = root / report_id
    info = read_info(folder)
    if info is None:
        known = ", ".join(path.name for path in reports(root)) or "none"
        raise ReadError(f"{report_id}: not in {root} (there: {known}); run `jscore run` with its PDF in data/raw")
    frames = {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
    pdf = folder / info["pdf"] if "pdf" in info else None
    return Report(pdf, frames, info)
