"""The panel: one frame of all processed reports, read column by column from the library, or from a report's folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from jscore import schema
from jscore.errors import ReadError, first_line
from jscore.files.addresses import is_here, to_read
from jscore.files.folders import put_back
from jscore.library.partitions import FOLDER, KEYS, Listed, in_panel, mark, marks, part_of, processed_reports
from jscore.library.selection import chosen
from jscore.library.store import frame_file, processed_folder

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

#: The name that a code has in the last year, beside the name as printed: one name for one code in all years.
LATEST = "latest_name"
#: Columns with a code, and those with its name.
CODES = {"function_code": "function_name", "economic_code": "economic_name"}


def panel(
    frame: str,
    columns: Iterable[str] | None = None,
    *,
    department: str | Iterable[str] | None = None,
    year: int | Iterable[int] | None = None,
    region: str | Iterable[str] | None = None,
    processed: str | Path | None = None,
) -> pd.DataFrame:
    """Frame ``frame`` of every processed report, with report_id, year and department as first columns.

    ``columns`` are those wanted, in that order; only they are read from the files.  Without it all of the frame, and
    after those of a frame with codes ``latest_name``: the name that the code has in the last year it is printed in,
    so that a code renamed between years stays one line.  It can also be asked for by name.  ``department``,
    ``year`` and ``region`` (one or several) leave out other reports; a department is known with and without its
    province, a region has what lies in it.  The frame ``overall`` has a department of its own: here
    ``department_on_form``.  Every column has one dtype, whatever the
    reports hold; amounts are in 万元.

    Two reports of one department and year are both there: ``years.reports`` says which one counts.  Raises ReadError,
    with one line for the user, for a frame, column, department, year or region that is not there.
    """
    wanted = _wanted(frame, columns)
    root = processed_folder(processed)
    listed = chosen(processed_reports(root), department, year, region)
    code = _code_of(frame)
    asked = [*wanted, LATEST] if columns is None and code else wanted
    needed = [name for name in asked if name not in (*KEYS, LATEST)]
    if code and LATEST in asked:
        needed += [name for name in (code, CODES[code]) if name not in needed]
    rows = rows_of(frame, needed, listed, root)
    if rows.empty and not any(frame_file(folder, frame) for folder, _ in listed):
        raise _nothing(root, frame)
    infos = {folder.name: info for folder, info in listed}
    for name in KEYS[1:]:
        rows[name] = rows["report_id"].map({report: info[name] for report, info in infos.items()})
    rows = rows.astype({"year": "Int64", "department": "str"})
    if code and LATEST in asked:
        rows[LATEST] = latest_names(rows, code).fillna(rows[CODES[code]])
    return rows[[*KEYS, *(name for name in asked if name not in KEYS)]]


def dataset(
    frame: str,
    *,
    department: str | Iterable[str] | None = None,
    year: int | Iterable[int] | None = None,
    region: str | Iterable[str] | None = None,
    processed: str | Path | None = None,
) -> Dataset:
    """Frame ``frame`` of every processed report as a ``pyarrow.dataset``, for what is more than memory holds.

    It is read from the library part by part.  Columns: report_id, department, those of ``panel``, year and region; the
    arguments leave out other reports as there.  Raises ReadError, with one line for the user, as ``panel`` does, and
    where the library is behind the reports.
    """
    import pyarrow as pa
    import pyarrow.dataset as ds
    from pyarrow.parquet import ParquetFile

    _spec(frame)
    root = processed_folder(processed)
    listed = chosen(processed_reports(root), department, year, region)
    wanted = {folder.name: now for folder, info in listed if (now := mark(folder, frame, info))}
    parts = {str(part): part for _, info in listed if (part := part_of(root, frame, info))}
    if not wanted:
        raise _nothing(root, frame)
    there: dict[str, Any] = {}
    files = []
    for _, path in sorted(parts.items()):
        with suppress(FileNotFoundError), path.open("rb") as file:
            there |= marks(ParquetFile(file))
            files.append(path if is_here(path) else path.path)  # type: ignore[attr-defined]
    if behind := [name for name, now in wanted.items() if there.get(name) != now]:
        raise ReadError(f"{root}: its library is behind {len(behind)} reports ({behind[0]} ...); run `jscore run`")
    hive = ds.partitioning(pa.schema([("year", pa.int32()), ("region", pa.string())]), flavor="hive")
    base, store = root / FOLDER / frame, None
    if not is_here(base):
        base, store = base.path, base.fs  # type: ignore[attr-defined]
    whole = ds.dataset(list(map(str, files)), filesystem=store, partitioning=hive, partition_base_dir=str(base))
    return whole.filter(ds.field("report_id").isin(sorted(wanted)))


def rows_of(frame: str, columns: Sequence[str], listed: Sequence[Listed], processed: Path) -> pd.DataFrame:
    """``columns`` of ``frame`` of the reports in ``listed``, report by report, with ``report_id`` first, all typed.

    From the library where its rows are those of the report's folder, else from the folder.  Raises ReadError for a
    file that is damaged.
    """
    kinds = {in_panel(column.name): column.kind for column in _spec(frame).columns}
    dtypes = {name: schema.DTYPES[kinds[name]] for name in columns}
    parts = list(_from_library(frame, columns, listed, processed))
    there = {report for _, reports in parts for report in reports}
    frames = [part.astype(dtypes) for part, _ in parts]
    in_frame = {in_panel(name): name for name in _spec(frame).names}
    for folder, _ in listed:
        path = None if folder.name in there else frame_file(folder, frame)
        if path is not None:
            part = read_columns(path, [in_frame[name] for name in columns]).set_axis(list(columns), axis="columns")
            part.insert(0, "report_id", folder.name)
            frames.append(part.astype(dtypes))
    none = pd.DataFrame(columns=["report_id", *columns]).astype(dtypes)
    rows = pd.concat(frames or [none], ignore_index=True).astype({"report_id": "str"})
    places = rows["report_id"].map({folder.name: place for place, (folder, _) in enumerate(listed)})
    return rows if places.is_monotonic_increasing else rows.iloc[places.argsort(kind="stable")].reset_index(drop=True)


def _from_library(
    frame: str, columns: Sequence[str], listed: Sequence[Listed], processed: Path
) -> Iterator[tuple[pd.DataFrame, set[str]]]:
    """The rows of ``listed`` that parts of the library hold as they are in the reports' folders, and of which reports."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow.parquet import ParquetFile

    wanted: dict[Path, dict[str, Any]] = {}
    for folder, info in listed:
        path = part_of(processed, frame, info)
        if path is not None:
            wanted.setdefault(path, {})[folder.name] = mark(folder, frame, info)
    for path, now in wanted.items():
        try:
            with ParquetFile(to_read(path)) as part:
                holds: Mapping[str, Any] = marks(part)
                there = {name for name, value in now.items() if value is not None and holds.get(name) == value}
                if not there or any(name not in part.schema_arrow.names for name in columns):
                    continue
                table = part.read(columns=["report_id", *columns])
        except (pa.ArrowInvalid, OSError):
            continue
        if there != holds.keys():
            table = table.filter(pc.is_in(table["report_id"], pa.array(sorted(there))))
        yield table.to_pandas(), there


def _nothing(root: Path, frame: str) -> ReadError:
    return ReadError(f"{root}: no processed report has a frame {frame!r}; run `jscore run` first")


def latest_names(panel: pd.DataFrame, code: str) -> pd.Series[str]:
    """For each row of ``panel`` (year, ``code`` and its name) the name of its code in the last year; missing without one.

    Where departments print different names in one year, the one that most rows have.
    """
    names = panel.dropna(subset=[code])[[code, CODES[code], "year"]]
    names = names.assign(year=names["year"].fillna(0))
    last = names[names["year"] == names.groupby(code)["year"].transform("max")]
    counted = last.groupby([code, CODES[code]], sort=True).size().reset_index(name="rows")
    best = counted.sort_values("rows", ascending=False, kind="stable").drop_duplicates(code).set_index(code)
    return panel[code].map(best[CODES[code]])


def _spec(frame: str) -> schema.Frame:
    if frame not in schema.FRAMES:
        raise ReadError(f"no frame {frame!r}; there are {', '.join(schema.FRAMES)}")
    return schema.FRAMES[frame]


def _code_of(frame: str) -> str | None:
    return next((name for name in schema.FRAMES[frame].names if name in CODES), None)


def _wanted(frame: str, columns: Iterable[str] | None) -> list[str]:
    """The columns asked for, by the names that the panel gives them."""
    names = [in_panel(name) for name in _spec(frame).names]
    if columns is None:
        return names
    if isinstance(columns, str | Path):
        raise ReadError(f"columns: {str(columns)!r} is no list of names; the folder is processed=...")
    asked = list(dict.fromkeys(columns))
    known = [*KEYS, *names, *([LATEST] if _code_of(frame) else [])]
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise ReadError(f"frame {frame!r} has no column {', '.join(map(repr, unknown))}; it has {', '.join(known)}")
    return asked


def read_columns(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """``columns`` of a parquet file and nothing else of it; one that an older version did not write is missing.

    Raises ReadError for a file that is damaged.
    """
    from pyarrow import ArrowInvalid
    from pyarrow.parquet import ParquetFile

    if is_here(path):
        put_back(path.parent)
    try:
        with ParquetFile(to_read(path)) as file:
            there = [name for name in columns if name in file.schema_arrow.names]
            rows = file.metadata.num_rows
            table = file.read(columns=there) if there else None
    except (ArrowInvalid, OSError) as error:
        raise ReadError(f"{path}: not readable ({first_line(error)}); run `jscore run --force`") from None
    frame = pd.DataFrame(index=range(rows)) if table is None else table.to_pandas()
    return frame.reindex(columns=list(columns))
