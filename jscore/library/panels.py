"""The panel: one frame of all processed reports, read column by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from jscore import schema
from jscore.errors import ReadError, first_line
from jscore.files.folders import put_back
from jscore.library.selection import chosen, processed_reports
from jscore.library.store import frame_file, processed_folder

#: The first columns of every panel, from the report's report.json.
KEYS = ("report_id", "year", "department")
#: What a panel calls a column of a frame that has the name of one of ``KEYS``.
ON_FORM = "{}_on_form"
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
    processed: str | Path | None = None,
) -> pd.DataFrame:
    """Frame ``frame`` of every processed report, with report_id, year and department as first columns.

    ``columns`` are those wanted, in that order; only they are read from the files.  Without it all of the frame, and
    after those of a frame with codes ``latest_name``: the name that the code has in the last year it is printed in,
    so that a code renamed between years stays one line.  It can also be asked for by name.  ``department`` and
    ``year`` (one or several) leave out other reports; a department is known with and without its province.  The frame
    ``overall`` has a department of its own: here ``department_on_form``.  Every column has one dtype, whatever the
    reports hold; amounts are in 万元.

    Two reports of one department and year are both there: ``years.reports`` says which one counts.  Raises ReadError,
    with one line for the user, for a frame, column, department or year that is not there.
    """
    wanted = _wanted(frame, columns)
    parts = list(parts_of(frame, wanted, department=department, year=year, processed=processed))
    found = pd.concat(parts, ignore_index=True)
    asked = wanted if columns is not None else [*wanted, *([LATEST] if _code_of(frame) else [])]
    if LATEST in asked:
        names = CODES[str(_code_of(frame))]
        found[LATEST] = latest_names(found, str(_code_of(frame))).fillna(found[names])
    return found[[*KEYS, *(name for name in asked if name not in KEYS)]]


def parts_of(
    frame: str,
    columns: Sequence[str],
    *,
    department: str | Iterable[str] | None = None,
    year: int | Iterable[int] | None = None,
    processed: str | Path | None = None,
) -> Iterator[pd.DataFrame]:
    """The parts of a panel, report by report, so that one report at a time is in memory.

    Columns: ``KEYS``, then ``columns`` of frame ``frame``.  Raises as ``panel`` does.
    """
    spec = _spec(frame)
    own = {ON_FORM.format(name) if name in KEYS else name: name for name in spec.names}
    needed = [name for name in columns if name in own]
    if LATEST in columns:
        code = str(_code_of(frame))
        needed += [name for name in (code, CODES[code]) if name not in needed]
    dtypes = {name: schema.DTYPES[c.kind] for name, c in zip(own, spec.columns, strict=True) if name in needed}
    any_report = False
    root = processed_folder(processed)
    for folder, info in chosen(processed_reports(root), department, year):
        path = frame_file(folder, frame)
        if path is None:
            continue
        any_report = True
        part = read_columns(path, [own[name] for name in needed]).set_axis(needed, axis="columns").astype(dtypes)
        for place, name in enumerate(KEYS):
            part.insert(place, name, info[name])
        yield part.astype({"report_id": "str", "year": "Int64", "department": "str"})
    if not any_report:
        raise ReadError(f"{root}: no processed report has a frame {frame!r}; run `jscore run` first")


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
    names = [ON_FORM.format(name) if name in KEYS else name for name in _spec(frame).names]
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

    put_back(path.parent)
    try:
        with ParquetFile(path) as file:
            there = [name for name in columns if name in file.schema_arrow.names]
            rows = file.metadata.num_rows
            table = file.read(columns=there) if there else None
    except (ArrowInvalid, OSError) as error:
        raise ReadError(f"{path}: not readable ({first_line(error)}); run `jscore run --force`") from None
    found = pd.DataFrame(index=range(rows)) if table is None else table.to_pandas()
    return found.reindex(columns=list(columns))
