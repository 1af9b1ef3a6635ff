"""Processed reports on disk: the files of a report's folder, written and read back.

pandas is imported where frames are, so that what needs report.json alone starts at once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jscore.errors import ReadError
from jscore.files import addresses, folders
from jscore.files.whole import whole_file

if TYPE_CHECKING:
    import pandas as pd

    from jscore.report import Report

INFO = "report.json"
#: Environment variable that names the folder of processed reports.
PROCESSED = "JSCORE_PROCESSED"
#: How often a folder is looked for that other runs are exchanging meanwhile.
_LOOKS = 20


def processed_folder(folder: str | Path | None = None) -> Path:
    """The folder of processed reports: ``folder``, $JSCORE_PROCESSED, or data/processed here or in a folder above.

    Both can be an address (``s3://bucket/processed``); raises ReadError for one that nothing installed here can open.
    """
    named = folder or os.environ.get(PROCESSED)
    if named:
        return addresses.path_of(named)
    here = Path.cwd()
    for above in (here, *here.parents):
        if (above / "data" / "processed").is_dir():
            return above / "data" / "processed"
    return Path("data/processed")


def write(report: Report, folder: Path) -> None:
    """``report``'s frames as parquet and its ``info`` as report.json, into ``folder``."""
    for name, frame in report.frames.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    info = dict(report.info)
    if report.path is not None and "pdf" not in info:
        info["pdf"] = Path(os.path.relpath(report.path.resolve(), folder.resolve())).as_posix()
    if report.path is not None:
        info["pdf_size"] = report.path.stat().st_size
    write_info(info, folder)


def write_info(info: dict[str, Any], folder: Path) -> None:
    """``info`` as ``folder``'s report.json; one that is there is replaced in one step."""
    whole_file(folder / INFO, (json.dumps(info, ensure_ascii=False, indent=1) + "\n").encode())


def seal(folder: Path, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Write into the report.json of a folder that is done when that was, how long each file is, and ``more``; its content."""
    info = {**(read_info(folder) or {}), **(more or {})}
    info["processed"] = datetime.now().astimezone().isoformat(timespec="seconds")
    info.setdefault("same_year", [])
    info["files"] = {name: size for name, size in sorted(sizes(folder).items()) if name != INFO}
    write_info(info, folder)
    return info


def sizes(folder: Path) -> dict[str, int]:
    """How long each file of a report's folder is, by its name from there."""
    files = (path for path in folder.rglob("[!.]*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def is_whole(info: Mapping[str, Any], sizes: Mapping[str, int]) -> bool:
    """Whether every file of a finished folder is there, and the frames are as long as they were when they were written.

    The workbook and the pages are for people, who may have written in them: they need only be there.
    """
    files = info.get("files") or {}
    frames = {name: size for name, size in files.items() if name.endswith(".parquet")}
    return bool(files) and files.keys() <= sizes.keys() and frames.items() <= sizes.items()


def read_info(folder: Path) -> dict[str, Any] | None:
    """The content of a processed report's report.json; None if there is none."""
    for _ in range(_LOOKS):
        try:
            return info_in((folder / INFO).read_bytes())
        except FileNotFoundError:
            if not addresses.is_here(folder) or not folders.put_back(folder):
                return None
        except OSError:
            return None
    return None


def info_in(data: bytes | None) -> dict[str, Any] | None:
    """The content of a report.json; None for what is none."""
    try:
        info = json.loads(data or b"")
    except ValueError:
        return None
    return info if isinstance(info, dict) and "report_id" in info else None


def sealed(processed: Path) -> dict[str, dict[str, addresses.Version]]:
    """The reports at the address ``processed`` whose report.json is there, by name, each with its files."""
    files_of: dict[str, dict[str, addresses.Version]] = {}
    for name, version in sorted(addresses.versions(processed).items()):
        report, _, file = name.partition("/")
        if file and not report.startswith("."):
            files_of.setdefault(report, {})[file] = version
    return {report: files for report, files in files_of.items() if INFO in files}


def reports(processed: Path) -> list[Path]:
    """The folders of processed reports, by name; one that is just exchanged, or lost its name in that, is among them."""
    if not addresses.is_here(processed):
        return [processed / name for name in sealed(processed)]
    for _ in range(_LOOKS):
        named, aside = folders.listed(processed)
        if not aside:
            break
        for path in aside:
            if info := read_info(path):
                folders.put_back(processed / info["report_id"])
    return [path for path in named if (path / INFO).is_file() or read_info(path)]


def frame_file(folder: Path, frame: str) -> Path | None:
    """The file of ``frame`` in a report's folder; None where the report has none."""
    path = folder / f"{frame}.parquet"
    if not addresses.is_here(folder):
        return path if path.exists() else None
    return path if path.is_file() or (folders.put_back(folder) and path.is_file()) else None


def load(report_id: str, processed: str | Path | None = None) -> Report:
    """The processed report ``report_id``.

    ``processed`` is the folder of processed reports (``processed_folder``).  Raises
    ReadError, with one line for the user, if the report has not been processed.
    """
    from jscore.report import Report

    root = processed_folder(processed)
    folder = root / report_id
    info = read_info(folder) if folder.name == report_id != ".." else None
    if info is None:
        from jscore.library.selection import instead_of

        near = instead_of(report_id, [path.name for path in reports(root)])
        raise ReadError(f"{report_id}: not in {root} ({near}); run `jscore run` with its PDF in data/raw")
    info, frames = _frames(folder, info)
    return Report(pdf_of(folder, info), frames, info)


def pdf_of(folder: Path, info: Mapping[str, Any]) -> Path | None:
    """The PDF that a report's folder was made from; None where that is not known, or is in no folder of this machine."""
    pdf = info.get("pdf")
    return folder / pdf if pdf and addresses.is_here(folder) and not addresses.is_address(pdf) else None


def _frames(folder: Path, info: dict[str, Any]) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """The report.json and the frames of ``folder``, all of one run, even if another exchanges it meanwhile."""
    import pandas as pd

    for _ in range(5):
        try:
            with ExitStack() as stack:
                place = folder
                if not addresses.is_here(folder):
                    place = Path(stack.enter_context(TemporaryDirectory(prefix="jscore-")))
                    addresses.fetch(folder, place, [n for n in addresses.sizes(folder) if n.endswith(".parquet")])
                frames = {path.stem: pd.read_parquet(path) for path in sorted(place.glob("*.parquet"))}
        except FileNotFoundError:
            frames = {}
        before, info = info, read_info(folder) or info
        if frames and all(before.get(name) == info.get(name) for name in ("processed", "files")):
            break
    return info, frames
