"""The library: the frames of all reports in few files, ``library/<frame>/year=.../region=.../part-NNNN.parquet``.

It stands beside the reports' folders and holds nothing that they do not.  A part has the rows of up to ``REPORTS`` reports,
is renamed in whole, and says of each report which files its rows are from (``mark``): rows are used only while those
are the files in the report's folder, so that a part that is old, or that a killed run left, costs time and never a
figure.  ``reports.json``, written last, says which reports there are, what panels ask of each, and its part.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jscore.errors import ReadError
from jscore.files import folders
from jscore.files.whole import replaced, whole_file
from jscore.library.store import INFO, read_info, reports

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

FOLDER = "library"
INDEX = "reports.json"
#: The format of the index; counted up when it says something else.
FORMAT = 1
#: Reports in a part, and rows that are in memory at once while it is written.
REPORTS = 100
ROWS = 50_000
#: What the index keeps of each report.json, so that nobody has to open ten thousand of them.
KEPT = ("department", "year", "region", "sha256", "same_year", "money_unit", "money_units")
#: What a part says of the files that it was made from, in its metadata.
MARKS = b"jscore"

#: The first columns of every panel, from the report's report.json.
KEYS = ("report_id", "year", "department")

Listed = tuple[Path, Mapping[str, Any]]
#: Partition and number of a part.
Place = tuple[str, int]
#: The change of a report's report.json and of the frame's file there, and how long that is.
Mark = list[int]


def processed_reports(processed: Path) -> list[Listed]:
    """The folder of every processed report with ``KEPT`` of its report.json: from the index where that still fits, else from the file.

    ``report_id`` is the folder's name, ``stamp`` when its report.json was changed, ``part`` where the index has it.
    """
    index = _index(processed)
    found = ((folder, _brief(folder, index.get(folder.name))) for folder in reports(processed))
    return [(folder, info) for folder, info in found if info is not None]


def _brief(folder: Path, entry: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    stamp = _stamp(folder)
    if entry is not None and entry["stamp"] == stamp:
        return entry
    info = read_info(folder)
    if info is None:
        return None
    return {"report_id": folder.name, "stamp": stamp, **{name: info.get(name) for name in KEPT}}


def _stamp(folder: Path) -> int:
    """When the report.json of a report's folder was changed; 0 while another run exchanges it."""
    try:
        return (folder / INFO).stat().st_mtime_ns
    except OSError:
        return 0


def _index(processed: Path) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads((processed / FOLDER / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found["reports"] if isinstance(found, dict) and found.get("format") == FORMAT else {}


def in_panel(column: str) -> str:
    """What a panel calls a column of a frame: one that has the name of one of ``KEYS`` is on the form."""
    return f"{column}_on_form" if column in KEYS else column


def part_of(processed: Path, frame: str, info: Mapping[str, Any]) -> Path | None:
    """The file with the rows of ``frame`` of a report (of ``processed_reports``); None where the library has none."""
    return _file(processed, frame, _place(info)) if "part" in info else None


def mark(folder: Path, frame: str, stamp: int) -> Mark | None:
    """Which file of ``frame`` a report's folder has now, beside a report.json of this ``stamp``; None without one."""
    try:
        file = (folder / f"{frame}.parquet").stat()
    except OSError:
        return None
    return [stamp, file.st_mtime_ns, file.st_size]


def marks(part: ParquetFile) -> dict[str, Mark]:
    """The reports whose rows are in a part, and which file each was made from."""
    return json.loads((part.metadata.metadata or {}).get(MARKS, b"{}"))


# --- bringing it up to date ------------------------------------------------------------


def update(processed: Path) -> bool:
    """Bring the library up to date with the reports' folders; whether anything had to be written.

    Only parts of reports that are new, changed or gone are written; another run that does the same is waited for.
    Raises ReadError where a report of an older version stands in the library's place.
    """
    if {folder.name: _stamp(folder) for folder in reports(processed)} == _stamps(_index(processed)):
        return False
    root = processed / FOLDER
    if (root / INFO).exists():
        raise ReadError(
            f"{root}: a report stands where the library of all reports goes; rename its PDF and move it away"
        )
    with folders.locked(root):
        before = _index(processed)
        after, touched = _placed(processed_reports(processed), before)
        for leftover in root.glob("*/*/*/.*.part"):
            leftover.unlink(missing_ok=True)
        for place in sorted(touched):
            names = sorted(name for name, info in after.items() if _place(info) == place)
            _write_parts(processed, place, {name: after[name] for name in names})
        root.mkdir(exist_ok=True)
        text = json.dumps({"format": FORMAT, "reports": after}, ensure_ascii=False, separators=(",", ":"))
        whole_file(root / INDEX, text.encode())
    return True


def _stamps(index: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    return {name: info["stamp"] for name, info in index.items()}


def _placed(
    listed: Iterable[Listed], before: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, dict[str, Any]], set[Place]]:
    """The new index, and the parts to be written: a report stays in its part while its year and region do."""
    after = {folder.name: dict(info) for folder, info in listed}
    touched = set()
    for name, old in before.items():
        new = after.get(name)
        if new is None or new["stamp"] != old["stamp"]:
            touched.add(_place(old))
        if new is not None and _partition(new) == _partition(old):
            new["part"] = old["part"]
    members = Counter(_place(info) for info in after.values() if "part" in info)
    for info in after.values():
        if "part" not in info:
            info["part"] = 0
            while members[_place(info)] >= REPORTS:
                info["part"] += 1
            members[_place(info)] += 1
            touched.add(_place(info))
    return after, touched


def _partition(info: Mapping[str, Any]) -> str:
    """Where the reports of a year and region are, as Hive, DuckDB and Arrow have it."""
    region = re.sub(r"\W", "_", info["region"] or "unknown")
    return f"year={info['year'] or '__HIVE_DEFAULT_PARTITION__'}/region={region}"


def _place(info: Mapping[str, Any]) -> Place:
    return _partition(info), info["part"]


def _file(processed: Path, frame: str, place: Place) -> Path:
    return processed / FOLDER / frame / place[0] / f"part-{place[1]:04}.parquet"


def _write_parts(processed: Path, place: Place, members: Mapping[str, Mapping[str, Any]]) -> None:
    """Write one part of every frame: what the old one has and still holds, then what is in the reports' folders."""
    from pyarrow.parquet import ParquetWriter

    from jscore import schema

    for frame in schema.FRAMES:
        path = _file(processed, frame, place)
        current = {name: mark(processed / name, frame, info["stamp"]) for name, info in members.items()}
        wanted = {name: value for name, value in current.items() if value is not None}
        if not wanted:
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        written: dict[str, Mark] = {}
        columns = _columns(frame)
        with replaced(path) as new, ParquetWriter(new, columns, compression="zstd") as writer:
            for table in _gathered(_all_rows(processed, path, columns, wanted, members, written)):
                writer.write_table(table)
            writer.add_key_value_metadata({MARKS.decode(): json.dumps(written)})


def _columns(frame: str) -> pa.Schema:
    import pyarrow as pa

    from jscore import schema

    types = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64()}
    spec = schema.FRAMES[frame]
    own = [(in_panel(column.name), types[column.kind]) for column in spec.columns]
    return pa.schema([("report_id", pa.string()), ("department", pa.string()), *own])


def _all_rows(
    processed: Path,
    path: Path,
    columns: pa.Schema,
    wanted: Mapping[str, Mark],
    members: Mapping[str, Mapping[str, Any]],
    written: dict[str, Mark],
) -> Iterator[pa.Table]:
    """The rows of the reports in ``wanted``, from the old part or from their folders; each is put into ``written``.

    A file that is damaged is left out: whoever asks for it is told by the report's folder.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow.parquet import ParquetFile

    with suppress(OSError, pa.ArrowInvalid), ParquetFile(path) as old:
        old_marks = marks(old) if old.schema_arrow.equals(columns) else {}
        kept = {name: value for name, value in wanted.items() if old_marks.get(name) == value}
        for group in range(old.num_row_groups if kept else 0):
            table = old.read_row_group(group, use_threads=False)
            yield table.filter(pc.is_in(table["report_id"], pa.array(kept))).replace_schema_metadata()
        written |= kept
    for name in wanted.keys() - written.keys():
        with suppress(OSError, pa.ArrowInvalid):
            yield _rows(processed / name / f"{path.parts[-4]}.parquet", columns, name, members[name]["department"])
            written[name] = wanted[name]


def _rows(file: Path, columns: pa.Schema, report_id: str, department: str | None) -> pa.Table:
    """The rows of a frame of one report, in the columns of a part; one that an older version did not write is missing."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    with ParquetFile(file) as opened:
        table = opened.read(use_threads=False)
    own = {in_panel(name): table[name] for name in table.column_names}
    own |= {
        "report_id": pa.array([report_id] * len(table), pa.string()),
        "department": pa.array([department] * len(table), pa.string()),
    }
    return pa.table(
        [
            own[field.name].cast(field.type) if field.name in own else pa.nulls(len(table), field.type)
            for field in columns
        ],
        schema=columns,
    )


def _gathered(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """``tables`` put together to about ``ROWS`` rows each."""
    import pyarrow as pa

    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(map(len, waiting)) >= ROWS:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)
