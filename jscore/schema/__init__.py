"""What every frame and column is, as ``columns.toml`` declares it, and frames that are held to it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from jscore.language import Lang, current

if TYPE_CHECKING:  # what is declared is asked for where no frame is, and pandas takes long to start
    import pandas as pd
    import pandera.pandas as pa

Kind = Literal["text", "number", "integer"]
#: The frames of a report by name, and what report.json says of it.
Frames: TypeAlias = "Mapping[str, pd.DataFrame]"
Info = Mapping[str, Any]

#: The columns of a place on a page: points from its lower left corner.
BOX = ("x0", "y0", "x1", "y1")

#: What pandas holds a column of each kind in.
DTYPES: dict[Kind, str] = {"text": "str", "number": "float64", "integer": "Int64"}

_DECLARED = tomllib.loads((resources.files(__name__) / "columns.toml").read_text(encoding="utf-8"))
#: The report's terms in English.
TERMS: dict[str, str] = _DECLARED["terms"]


@dataclass(frozen=True)
class Column:
    """One column of a frame.

    ``label`` and ``english`` are its headings, ``meaning`` and ``meaning_zh`` what it is, ``unit`` what its numbers
    count, ``values`` the terms it may hold, ``required`` whether it must never be missing.
    """

    name: str
    kind: Kind
    label: str
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()
    required: bool = False
    english: str = ""
    meaning_zh: str = ""

    def heading(self, lang: Lang | None = None) -> str:
        """Its heading, without the unit, in the language that is spoken if not in ``lang``."""
        if current(lang) == "zh":
            return self.label
        return self.english or TERMS.get(self.name) or self.name.replace("_", " ").capitalize()

    def explained(self, lang: Lang | None = None) -> str:
        """What it means; in English where that is not known in Chinese."""
        return (self.meaning_zh if current(lang) == "zh" else "") or self.meaning


@dataclass(frozen=True)
class Frame:
    """One frame: what a row is, its columns in order, and its keys.

    ``foreign_keys`` are the columns that point at a row of another frame of the same report, by that frame's name.
    """

    name: str
    label: str
    english: str
    row_is: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    foreign_keys: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def heading(self, lang: Lang | None = None) -> str:
        """Its label."""
        return self.label if current(lang) == "zh" else self.english


def _column(name: str, declared: Mapping[str, Any], required: bool = False) -> Column:
    return Column(
        name=name,
        kind=declared["type"],
        label=declared["zh"],
        meaning=declared["meaning"],
        unit=declared.get("unit", ""),
        values=tuple(declared.get("values", ())),
        required=required,
        english=declared["en"],
        meaning_zh=declared.get("meaning_zh", ""),
    )


def _frame(name: str, declared: Mapping[str, Any]) -> Frame:
    differing = declared.get("fields", {})
    return Frame(
        name=name,
        label=declared["zh"],
        english=declared["en"],
        row_is=declared["row_is"],
        columns=tuple(
            _column(key, _DECLARED["fields"].get(key, {}) | differing.get(key, {}), key in declared["required"])
            for key in declared["columns"]
        ),
        primary_key=tuple(declared.get("primary_key", ())),
        foreign_keys={frame: tuple(keys) for frame, keys in declared.get("foreign_keys", {}).items()},
    )


#: The frames of a report, by name.
FRAMES: dict[str, Frame] = {name: _frame(name, declared) for name, declared in _DECLARED["frames"].items()}
#: Columns by name, wherever a frame or view does not say otherwise.
FIELDS: dict[str, Column] = {name: _column(name, declared) for name, declared in _DECLARED["fields"].items()}
#: Columns that are computed for reading, by view (``notebooks``, ``years``, ``workbook``) and name.
VIEWS: dict[str, dict[str, Column]] = {
    view: {name: _column(name, _DECLARED["fields"].get(name, {}) | overrides) for name, overrides in columns.items()}
    for view, columns in _DECLARED["views"].items()
}


def _values(frame: str, name: str) -> tuple[str, ...]:
    return next(column.values for column in FRAMES[frame].columns if column.name == name)


FUNDS = _values("totals", "fund")
SOURCES = _values("revenue", "source")
COMPONENTS = _values("expenditure", "component")
GROUPS = _values("economic", "group")
SANGONG = _values("sangong", "item")
CHECK_GROUPS = _values("checks", "group")
#: The most severe first.
SEVERITIES = _values("checks", "severity")
#: Causes of a deviation that a form offers to be ticked; several are joined by 、.
CAUSES = ("经费保障", "制度保障", "人员保障", "硬件条件保障", "其他")
#: Where every row is printed.
PLACE = ("page", "table_id", "row")


def column(name: str, of: str = "") -> Column:
    """What column ``name`` is: in frame or view ``of`` where that has it, else in notebooks, else anywhere.

    A name that is declared nowhere, such as a term or a year, heads amounts in 万元.
    """
    declared = {each.name: each for each in FRAMES[of].columns} if of in FRAMES else VIEWS.get(of, {})
    for columns in (declared, VIEWS["notebooks"], FIELDS):
        if name in columns:
            return columns[name]
    return Column(name, "number", name, "", "万元")


def empty(name: str) -> pd.DataFrame:
    """Frame ``name`` without rows, its columns typed."""
    return _empty(name).copy(deep=False)  # what is written to it is its own, as with any copy of pandas


@cache
def _empty(name: str) -> pd.DataFrame:
    import pandas as pd

    return typed(name, pd.DataFrame(columns=FRAMES[name].names))


def typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with exactly the columns of frame ``name``, in order and in their types; what it has not is missing."""
    spec = FRAMES[name]
    frame = frame.reindex(columns=spec.names)
    return frame.astype({column.name: DTYPES[column.kind] for column in spec.columns})


def from_records(name: str, records: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Frame ``name`` of ``records`` (a dict a row), typed; empty text becomes missing."""
    import pandas as pd

    records = list(records)
    if not records:
        return empty(name)
    columns: dict[str, Any] = {}
    for column in FRAMES[name].columns:
        if column.kind == "text":
            values = [record.get(column.name) or None for record in records]
        else:
            values = [record.get(column.name) for record in records]
        columns[column.name] = pd.array(values, dtype=_dtypes(name)[column.name])
    return pd.DataFrame(columns, index=pd.RangeIndex(len(records)), copy=False)


def records_of(frame: pd.DataFrame, *columns: str) -> list[dict[str, Any]]:
    """The rows of a frame, or these ``columns`` of them, missing values None."""
    import pandas as pd

    if frame.empty:
        return []
    names = columns or tuple(map(str, frame))
    values_by_column = [  # tolist and a look at each: five times as fast as to_numpy with a value for what is missing
        [None if value is pd.NA or value != value else value for value in frame[name].tolist()] for name in names
    ]
    return [dict(zip(names, values, strict=True)) for values in zip(*values_by_column, strict=True)]


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, as pandas' ``to_dict("records")`` gives them, column after column."""
    if frame.empty:
        return []
    columns = [frame[name].to_numpy(dtype=object).tolist() for name in frame]
    names = list(map(str, frame))
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


@cache
def pandera_schema(name: str) -> pa.DataFrameSchema:
    """The pandera schema of frame ``name``."""
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                DTYPES[column.kind],
                checks=pa.Check.isin(column.values) if column.values else None,
                nullable=not column.required,
                title=column.label,
                description=column.meaning,
            )
            for column in FRAMES[name].columns
        },
        strict=True,
        ordered=True,
        name=name,
        title=FRAMES[name].label,
    )


def validate(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` if it fits the schema of ``name``; raises pandera's SchemaErrors if not.

    pandera, which takes a second to start, is asked for what is wrong where something is.
    """
    return frame if _fits(name, frame) else pandera_schema(name).validate(frame, lazy=True)


def _fits(name: str, frame: pd.DataFrame) -> bool:
    """Whether a frame has the columns of ``name``, in order and in their types, with nothing missing and no term beyond them."""
    expected = _dtypes(name)
    if frame.columns.tolist() != [*expected] or frame.dtypes.tolist() != [*expected.values()]:
        return False
    for column in FRAMES[name].columns if len(frame) else ():
        if column.required and frame[column.name].array.isna().any():
            return False
        if column.values and not {term for term in frame[column.name].tolist() if term == term} <= {*column.values}:
            return False
    return True


@cache
def _dtypes(name: str) -> dict[str, Any]:
    from pandas.api.types import pandas_dtype

    return {column.name: pandas_dtype(DTYPES[column.kind]) for column in FRAMES[name].columns}


def dictionary() -> str:
    """The data dictionary, in Markdown."""
    parts = []
    for frame in FRAMES.values():
        lines = [
            f"## `{frame.name}` {frame.label}",
            "",
            f"One row is {frame.row_is}.",
            "",
            "| column | type | unit | 中文 | meaning | 含义 |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for column in frame.columns:
            values = f": {'、'.join(column.values)}" if column.values else ""
            lines.append(
                f"| `{column.name}` | {column.kind} | {column.unit} | {column.label} "
                f"| {column.meaning}{values} | {column.meaning_zh} |"
            )
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
