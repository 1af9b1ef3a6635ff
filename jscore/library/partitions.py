"""The library: the frames of all reports in few files, ``library/<frame>/year=.../region=.../part-NNNN.parquet``.

It stands beside the reports' folders and holds nothing that they do not.  A part has the rows of up to ``REPORTS`` reports,
takes its place whole, and says of each report which files its rows are from (``mark``): rows are used only while those
are the files in the report's folder, so that a part that is old, or that a killed run left, costs time and never a
figure.  ``reports.json``, written last, says which reports there are, what panels ask of each, and its part.

At an address (``s3://bucket/processed``) it is the same: what a file there is, is told by its digest in the store, or by
when it was stored, all of one look; parts are made here and stored.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jscore.errors import ReadError
from jscore.files import addresses, folders
from jscore.files.whole import replaced, whole_file
from jscore.library.store import INFO, info_in, read_info, reports, sealed

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
#: When a file was changed, or what its store tells it by.
Stamp = int | str
#: The stamps of a report and of the frame's file there, and how long that is.
Mark = list[Stamp]
#: Report.json files that are in memory at once.
AT_ONCE = 100


def processed_reports(processed: Path) -> list[Listed]:
    """The folder of every processed report with ``KEPT`` of its report.json: from the index where that still fits, else from the file.

    ``report_id`` is the folder's name, ``stamp`` tells its report.json, ``part`` is there where the index has it; at an
    address ``files`` are those of the report (``addresses.Version``).
    """
    return _reports(processed, _look(processed), _index(processed))


def _look(processed: Path) -> dict[str, dict[str, Any]]:
    """The reports that there are, by name: the ``stamp`` of each, and, at an address, its ``files``."""
    if addresses.is_here(processed):
        return {folder.name: {"stamp": _stamp(folder)} for folder in reports(processed)}
    return {name: {"stamp": _digest(files), "files": files} for name, files in sealed(processed).items()}


def _digest(files: Mapping[str, addresses.Version]) -> str:
    """What tells a report at an address: the versions of its report.json and of its frames."""
    told = sorted((name, *version) for name, version in files.items() if name == INFO or name.endswith(".parquet"))
    return sha256(repr(told).encode()).hexdigest()[:16]


def _reports(
    processed: Path, look: Mapping[str, Mapping[str, Any]], index: Mapping[str, Mapping[str, Any]]
) -> list[Listed]:
    new = [name for name, seen in look.items() if index.get(name, {}).get("stamp") != seen["stamp"]]
    infos = {
        name: {"report_id": name, **{each: info.get(each) for each in KEPT}} for name, info in _infos(processed, new)
    }
    return [
        (processed / name, {**(infos[name] if name in infos else index[name]), **seen})
        for name, seen in look.items()
        if name in infos or name not in new
    ]


def _infos(processed: Path, names: list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The report.json of those called ``names`` that have one."""
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        if addresses.is_here(processed):
            infos = [read_info(processed / name) for name in some]
        else:
            infos = [info_in(data) for data in addresses.contents([processed / name / INFO for name in some])]
        yield from ((name, info) for name, info in zip(some, infos, strict=True) if info is not None)


def _stamp(folder: Path) -> int:
    """When the report.json of a report's folder was changed; 0 while another run exchanges it."""
    try:
        return (folder / INFO).stat().st_mtime_ns
    except OSError:
        return 0


def _index(processed: Path) -> dict[str, dict[str, Any]]:
    try:
        index = json.loads((processed / FOLDER / INDEX).read_bytes())
    except (OSError, ValueError):
        return {}
    return index["reports"] if isinstance(index, dict) and index.get("format") == FORMAT else {}


def in_panel(column: str) -> str:
    """What a panel calls a column of a frame: one that has the name of one of ``KEYS`` is on the form."""
    return f"{column}_on_form" if column in KEYS else column


def part_of(processed: Path, frame: str, info: Mapping[str, Any]) -> Path | None:
    """The file with the rows of ``frame`` of a report (of ``processed_reports``); None where the library has none."""
    return _file(processed, frame, _place(info)) if "part" in info else None


def mark(folder: Path, frame: str, info: Mapping[str, Any]) -> Mark | None:
    """Which file of ``frame`` a report (of ``processed_reports``) has now, beside its report.json; None without one."""
    name = f"{frame}.parquet"
    if "files" in info:
        return [info["stamp"], *info["files"][name]] if name in info["files"] else None
    try:
        file = (folder / name).stat()
    except OSError:
        return None
    return [info["stamp"], file.st_mtime_ns, file.st_size]


def marks(part: ParquetFile) -> dict[str, Mark]:
    """The reports whose rows are in a part, and which file each was made from."""
    return json.loads((part.metadata.metadata or {}).get(MARKS, b"{}"))


# --- bringing it up to date ------------------------------------------------------------


def update(processed: Path, alone: Callable[[], AbstractContextManager[object]] = nullcontext) -> bool:
    """Bring the library up to date with the reports' folders; whether anything had to be written.

    Only parts of reports that are new, changed or gone are written; another run that does the same is waited for: in a
    folder by a lock there, at an address by ``alone``.  Raises ReadError where a report of an older version stands in
    the library's place.
    """
    if _stamps(_look(processed)) == _stamps(_index(processed)):
        return False
    root, here = processed / FOLDER, addresses.is_here(processed)
    if (root / INFO).exists():
        raise ReadError(
            f"{root}: a report stands where the library of all reports goes; rename its PDF and move it away"
        )
    with folders.locked(root) if here else alone():
        before = _index(processed)
        after, touched = _placed(_reports(processed, _look(processed), before), before)
        for leftover in root.glob("*/*/*/.*.part") if here else ():
            leftover.unlink(missing_ok=True)
        there = frozenset() if here else frozenset(addresses.versions(root))
        for place in sorted(touched):
            members = {name: info for name, info in sorted(after.items()) if _place(info) == place}
            if here:
                _write_parts(processed, place, members)
            else:
                _write_parts_at(processed, place, members, there)
        kept = {name: {key: value for key, value in info.items() if key != "files"} for name, info in after.items()}
        data = json.dumps({"format": FORMAT, "reports": kept}, ensure_ascii=False, separators=(",", ":")).encode()
        if here:
            root.mkdir(exist_ok=True)
            whole_file(root / INDEX, data)
        else:
            (root / INDEX).write_bytes(data)
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


def _write_parts_at(
    processed: Path, place: Place, members: Mapping[str, Mapping[str, Any]], there: frozenset[str]
) -> None:
    """``_write_parts`` at an address, whose library has the files ``there``: what it takes is fetched, what it gives stored."""
    from jscore import schema

    with TemporaryDirectory(prefix="jscore-") as scratch:
        copy = Path(scratch)
        parts = {frame: _file(copy, frame, place) for frame in schema.FRAMES}
        names = {frame: path.relative_to(copy / FOLDER).as_posix() for frame, path in parts.items()}
        old = sorted(there.intersection(names.values()))
        addresses.fetch(processed / FOLDER, copy / FOLDER, old)
        marked = {frame: _old_marks(path, _columns(frame)) for frame, path in parts.items()}
        for name, info in members.items():
            new = [
                f"{frame}.parquet"
                for frame, values in marked.items()
                if mark(processed / name, frame, info) not in (None, values.get(name))
            ]
            with suppress(FileNotFoundError):  # another run exchanges it: its stamp will be another, too
                addresses.fetch(processed / name, copy / name, new)
        _write_parts(copy, place, members)
        left = {frame for frame, path in parts.items() if path.exists()}
        gone = [name for frame, name in names.items() if name in there and frame not in left]
        addresses.bring(copy / FOLDER, processed / FOLDER, [names[frame] for frame in parts if frame in left], gone)


def _write_parts(processed: Path, place: Place, members: Mapping[str, Mapping[str, Any]]) -> None:
    """Write one part of every frame: what the old one has and still holds, then what is in the reports' folders."""
    from pyarrow.parquet import ParquetWriter

    from jscore import schema

    for frame in schema.FRAMES:
        path = _file(processed, frame, place)
        wanted = _wanted(processed, frame, members)
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


def _wanted(processed: Path, frame: str, members: Mapping[str, Mapping[str, Any]]) -> dict[str, Mark]:
    current = {name: mark(processed / name, frame, info) for name, info in members.items()}
    return {name: value for name, value in current.items() if value is not None}


def _old_marks(path: Path, columns: pa.Schema) -> dict[str, Mark]:
    """``marks`` of a part that has these columns; none of another, or of what is no part."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    with suppress(OSError, pa.ArrowInvalid), ParquetFile(path) as old:
        return marks(old) if old.schema_arrow.equals(columns) else {}
    return {}


def _columns(frame: str) -> pa.Schema:
    import pyarrow as pa

    from jscore import schema

    types = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64()}
    spec = schema.FRAMES[frame]
    of_frame = [(in_panel(column.name), types[column.kind]) for column in spec.columns]
    return pa.schema([("report_id", pa.string()), ("department", pa.string()), *of_frame])


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

    old_marks = _old_marks(path, columns)
    kept = {name: value for name, value in wanted.items() if old_marks.get(name) == value}
    with suppress(OSError, pa.ArrowInvalid), ParquetFile(path) as old:
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
    by_name = {in_panel(name): table[name] for name in table.column_names}
    by_name |= {
        "report_id": pa.array([report_id] * len(table), pa.string()),
        "department": pa.array([department] * len(table), pa.string()),
    }
    return pa.table(
        [
            by_name[field.name].cast(field.type) if field.name in by_name else pa.nulls(len(table), field.type)
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
