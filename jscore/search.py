"""Finding a figure or words in a report: in the cells of its tables and forms, and in its text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property, lru_cache
from itertools import accumulate, groupby
from typing import Any

import pandas as pd

from jscore import schema
from jscore.errors import ReadError
from jscore.narrative.paragraphs import sentences
from jscore.schema import BOX
from jscore.text.names import table_label
from jscore.text.numbers import NOISE, PARTED, UNITS, half_of

#: Columns of frames whose names may be meant by what is not found.
NAMES = ("item", "function_name", "economic_name", "project", "task", "level3", "subject")
#: Columns of what was found.
COLUMNS = (
    "page", "where", "label", "printed", "value", "unit", "kind", "match", "frame", "frame_row", "column", "table_id",
    "row", "col", *BOX,
)  # fmt: skip
_MATCHES = ("equal", "rounded", "contains")
#: Frames of the tables of accounts, with what names a row.
_NAMES = {
    "revenue": ("function_code", "function_name"), "expenditure": ("function_code", "function_name"),
    "economic": ("economic_code", "economic_name"), "sangong": ("item",),
}  # fmt: skip
_UNKNOWN = "unknown"
_WHOLE_NUMBERS = ("page", "frame_row", "row", "col")
#: Of a figure that was rounded by no more than this share of it, more are shown beside those that are equal.
_FINE = Decimal("0.001")
#: A number from this on may be meant in 元, where the report prints 万元.
_IN_YUAN = 1000
#: Characters of a long sentence that are shown before and after what was found.
_AROUND = 45
#: Characters of words that name a cell.
_LABEL = 20

_QUOTES = str.maketrans(dict.fromkeys("“”‘’'「」", '"'))
_DIGITS = rf"{PARTED}(?:\.\d+)?|\d+(?:\.\d+)?"
_UNIT = "|".join((*UNITS, "亿", "万", "%", "百分点"))
_NUMBER = re.compile(rf"(?<![\d.])(?P<digits>{_DIGITS})(?P<unit>{_UNIT})?")
_ASKED = re.compile(rf"[-+]?¥?(?P<digits>{_DIGITS})(?P<unit>{_UNIT})?")


@dataclass(frozen=True)
class Number:
    """A printed or asked number: its digits, and its unit: of money, ``%`` or none."""

    digits: str
    unit: str

    @property
    def value(self) -> Decimal:
        return Decimal(self.digits)

    def money(self) -> Decimal | None:
        """In 万元; None where it is no money."""
        return self.value.scaleb(UNITS[self.unit]) if self.unit in UNITS else None

    @property
    def half(self) -> Decimal:
        """Half its last digit, money in 万元."""
        return half_of(len(self.digits.partition(".")[2]), self.unit)


@dataclass(frozen=True)
class Printed:
    """Something printed that was found: the characters ``at`` of it, the number they are, and how that agrees."""

    at: int
    match: str
    number: Number | None = None


def find(frames: Mapping[str, pd.DataFrame], info: Mapping[str, Any], text: str) -> pd.DataFrame:
    """Where a report prints ``text``: a number, with or without its unit, or words; ``COLUMNS``, in the order of pages.

    Thousands separators, full-width characters, blanks and line breaks make no difference.  A number without a unit is
    the number as printed, and the amount that it is in 万元 or 元; one with a unit of money is that amount, whatever
    the table's unit.  ``match`` is ``equal``, ``rounded`` (the one rounds to the other) or ``contains`` (words, and a
    number that a longer one begins with, where there is no equal).  Amounts in ``value`` are in 万元, percentages fractions.
    A row can be given to ``report.show("cells", row)``.  Raises ReadError for a text without a character.
    """
    wanted = searchable(text)
    if not wanted:
        raise ReadError("nothing to look for: give a number or words")
    asked = _ASKED.fullmatch(wanted)
    pattern = _pattern(wanted)

    def search(printed: str, unit: str = "") -> list[Printed]:
        if asked is None:
            return [Printed(each.start(), "contains") for each in pattern.finditer(printed)]
        return list(_numbers(_number(asked), printed, unit))

    rows = [*_in_cells(frames, info, search), *_in_prose(frames, search)]
    order = {match: place for place, match in enumerate(_best(rows, asked))}
    kept = sorted((row for row in rows if row["match"] in order), key=lambda row: (order[row["match"]], row["page"]))
    places = pd.DataFrame.from_records(kept, columns=list(COLUMNS))
    places["match"] = places["match"].replace("coarse", "rounded")
    return places.astype(dict.fromkeys(_WHOLE_NUMBERS, "Int64") | dict.fromkeys(("value", *BOX), "float64"))


def near(frames: Mapping[str, pd.DataFrame], text: str) -> list[str]:
    """The names in ``frames`` that are most like ``text``, three at most: what may be meant where it is not printed."""
    columns = [frame[name] for frame in frames.values() for name in NAMES if name in frame]
    names = {str(value) for values in columns for value in values.dropna()}
    return get_close_matches(text, sorted(names), cutoff=0.6)


def _best(rows: Iterable[Mapping[str, Any]], asked: re.Match[str] | None) -> tuple[str, ...]:
    """The kinds of match that are shown: what is equal, or nearly, hides what is less."""
    there = {row["match"] for row in rows}
    if asked is None:
        return _MATCHES
    for kinds in (("equal", "rounded"), ("coarse",), ("contains",)):
        if there & set(kinds):
            return kinds
    return ()


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    return frame.itertuples()


# --- one writing ----------------------------------------------------------------------------


@lru_cache(maxsize=1 << 13)
def _plain_character(character: str) -> str:
    return "".join(unicodedata.normalize("NFKC", character).split()).casefold().translate(_QUOTES)


def searchable(text: str) -> str:
    """``text`` in one writing, character by character: half-width, small letters, one kind of quotes, no blanks."""
    return "".join(map(_plain_character, text))


def _pattern(wanted: str) -> re.Pattern[str]:
    """``wanted`` with or without thousands separators, not cut out of a longer number."""
    letters = re.sub(r"(?<=\d),(?=\d{3})", "", wanted)
    words = re.sub(r"(?<=\d)(?=\d)", ",?", re.escape(letters))
    before = r"(?<!\d)(?<!\d[.,])" if letters[0].isdigit() else ""
    after = r"(?![.,]?\d)" if letters[-1].isdigit() else ""
    return re.compile(before + words + after)


def _number(match: re.Match[str], unit: str = "") -> Number:
    full_unit = match["unit"] or unit
    full_unit = "%" if full_unit == "百分点" else full_unit + "元" if full_unit in ("亿", "万") else full_unit
    return Number(match["digits"].replace(",", ""), full_unit)


def _numbers(asked: Number, printed: str, unit: str) -> Iterator[Printed]:
    """The numbers of ``printed`` that ``asked`` may mean; ``unit`` is that of a cell that is a number and nothing else."""
    tokens = list(_NUMBER.finditer(printed))
    alone = len(tokens) == 1 and tokens[0].group() == printed.strip("-+()¥△▲−")
    for token in tokens:
        number = _number(token, unit if alone else "")
        if match := _agreement(asked, number):
            yield Printed(token.start(), match, number)


def _agreement(asked: Number, number: Number) -> str:
    """How a printed number agrees with the asked one: ``equal``, ``rounded``, ``coarse`` (rounded much), ``contains``; "" not at all."""
    if asked.value == number.value and asked.unit in ("", number.unit):
        return "equal"
    money = number.money()
    if money is not None and asked.unit in ("", *UNITS):
        for unit in (asked.unit,) if asked.unit else ("万元", "元") if asked.value >= _IN_YUAN else ("万元",):
            meant = replace(asked, unit=unit)
            amount = meant.money() or Decimal(0)
            half = max(meant.half, number.half)
            if abs(amount - money) <= Decimal(NOISE):
                return "equal"
            fine = half <= _FINE * abs(money)
            if unit != number.unit and abs(amount - money) <= half and (fine or asked.unit):
                return "rounded" if fine else "coarse"
    return "contains" if not asked.unit and number.digits.startswith(asked.digits) else ""


# --- tables and forms -------------------------------------------------------------------------


def _in_cells(frames: Mapping[str, pd.DataFrame], info: Mapping[str, Any], search: Any) -> Iterator[dict[str, Any]]:
    figures = _figures(frames)
    names = _form_names(frames, info)
    beside = _Beside(frames)
    units = info.get("money_units") or {}
    for cell in _rows(frames["cells"].dropna(subset=["text"])):
        place = (cell.table_id, cell.row, cell.col)
        figure = figures.get(place)
        is_money = figure["unit"] == "万元" if figure else cell.form == _UNKNOWN and bool(re.search("[.,]", cell.text))
        unit = str(units.get(cell.form) or info.get("money_unit") or "") if is_money else ""
        hits = search(searchable(cell.text), unit)
        if not hits:
            continue
        best = min(hits, key=lambda hit: (*_MATCHES, "coarse").index(hit.match))
        where = names.get(cell.table_id) or names.get(cell.form) or "其他表"
        known = {name: figure[name] for name in ("frame", "frame_row", "column")} if figure else {}
        label = figure["label"] if figure else beside.label(place, cell.text)
        yield {
            "page": cell.page, "where": where, "label": label.removeprefix(where).strip(), "printed": cell.text,
            "match": best.match, "kind": "form" if cell.form in ("overall", "project") else "table", **known, **_valued(best.number), "table_id": cell.table_id, "row": cell.row, "col": cell.col,
            **{edge: getattr(cell, edge) for edge in BOX},
        }  # fmt: skip


def _valued(number: Number | None) -> dict[str, Any]:
    if number is None:
        return {}
    money = number.money()
    if money is not None:
        return {"value": float(money), "unit": "万元"}
    if number.unit == "%":
        return {"value": float(number.value / 100), "unit": "fraction"}
    return {"value": float(number.value), "unit": None}


def _figures(frames: Mapping[str, pd.DataFrame]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """What is known of a printed figure (label, unit, frame, row and column there), by its cell."""
    tested = frames["check_figures"].dropna(subset=["table_id", "row", "col", "value"])
    tested = tested.drop_duplicates(["table_id", "row", "col"])
    wanted = ["table_id", "row", "col", "label", "unit", "frame", "frame_row", "column"]
    rows = schema.records_of(tested, *wanted)
    for row in rows:
        row["label"] = re.sub(r"^公开\d\d表 ", "", row["label"])
    return {(row["table_id"], row["row"], row["col"]): {str(key): value for key, value in row.items()} for row in rows}


def _form_names(frames: Mapping[str, pd.DataFrame], info: Mapping[str, Any]) -> dict[str, str]:
    """What a table is called: by its form, and a project's form by its table."""
    forms = info.get("forms") or {}
    names = {
        key: f"{table_label(key)} {form['title']}" if key.isdigit() else form["title"] for key, form in forms.items()
    }
    for table in (*(info.get("other_tables") or ()), *(info.get("unknown_tables") or ())):
        names[table["table_id"]] = table.get("title") or ""
    projects = frames["projects"]
    for number, table, project in zip(projects["project_no"], projects["table_id"], projects["project"], strict=True):
        names[table] = f"自评表{number}“{project}”"
    return {key: name for key, name in names.items() if name}


class _Beside:
    """What names a cell that no relation was tested on: the line of the accounts, or the words before and over it."""

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        self._cells = frames["cells"].dropna(subset=["text"])
        self._frames = frames
        self._words: dict[str, list[Any]] = {}

    @cached_property
    def _lines(self) -> dict[tuple[str, int], str]:
        named = (self._frames[name][["table_id", "row", *keys]] for name, keys in _NAMES.items())
        return {
            (table, row): " ".join(word for word in words if isinstance(word, str))
            for frame in named
            for table, row, *words in frame.drop_duplicates().itertuples(index=False)
        }

    def label(self, place: tuple[Any, ...], text: str) -> str:
        """Its line; else the nearest words before it in its row and, for a figure, the nearest over it."""
        table, row, col = place
        if (table, row) in self._lines:
            return self._lines[table, row]
        words = self._words_of(table)
        before = [each.text for each in words if each.row <= row < each.row + each.rowspan and each.col < col]
        over = [each.text for each in words if each.row < row and each.col <= col < each.col + each.colspan]
        named = [*before[-1:], *(over[-1:] if _NUMBER.match(searchable(text)) else [])]
        return " ".join(word if len(word) <= _LABEL else f"{word[:_LABEL]}…" for word in named)

    def _words_of(self, table: str) -> list[Any]:
        """The cells of a table that are words, in the order of rows."""
        if table not in self._words:
            cells = self._cells[self._cells["table_id"] == table].sort_values(["row", "col"], kind="stable")
            self._words[table] = [each for each in _rows(cells) if not _NUMBER.fullmatch(searchable(each.text))]
        return self._words[table]


# --- the text -------------------------------------------------------------------------------------


def _in_prose(frames: Mapping[str, pd.DataFrame], search: Any) -> Iterator[dict[str, Any]]:
    facts = list(_rows(frames["narrative"]))
    lines = frames.get("prose", schema.empty("prose"))
    for _, group in groupby(_rows(lines), key=lambda line: line.paragraph_no):
        paragraph = list(group)
        printed = "".join(line.text for line in paragraph)
        hits = search(searchable(printed))
        if not hits:
            continue
        origin = [at for at, character in enumerate(printed) for _ in _plain_character(character)]
        ends = list(accumulate(len(line.text) for line in paragraph))
        shown: set[tuple[str, str]] = set()
        for hit in hits:
            at = origin[hit.at]
            line = next(line for line, end in zip(paragraph, ends, strict=True) if at < end)
            excerpt = _excerpt(printed, at)
            if (excerpt, hit.match) in shown:
                continue
            shown.add((excerpt, hit.match))
            valued = _valued(hit.number)
            yield {
                "page": line.page, "where": schema.FRAMES["prose"].label, "label": line.section, "printed": excerpt, "match": hit.match,
                "kind": "prose", **valued, **{edge: getattr(line, edge) for edge in BOX},
                **_fact(facts, valued, line.page, printed),
            }  # fmt: skip


def _excerpt(printed: str, at: int) -> str:
    """The sentence around character ``at``, as printed; a long one is cut."""
    start, end = next((span for span in sentences(printed) if span[0] <= at < span[1]), (0, len(printed)))
    first, last = max(start, at - _AROUND), min(end, at + _AROUND)
    return ("…" if first > start else "") + printed[first:last].strip() + ("…" if last < end else "")


def _fact(facts: Iterable[Any], valued: Mapping[str, Any], page: int, printed: str) -> dict[str, Any]:
    """The row of ``narrative`` that a figure of a paragraph is, where there is one."""
    if "value" not in valued:
        return {}
    for fact in facts:
        if (
            fact.page in (page, page - 1)
            and abs(abs(fact.value) - valued["value"]) <= NOISE
            and searchable(fact.sentence) in searchable(printed)
        ):
            return {"label": fact.subject, "frame": "narrative", "frame_row": fact.Index, "column": "value"}
    return {}
