"""Tables whose amounts stand a row too high or too low beside their lines: many sums fail, and one thing is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import isnan, nan

from jscore.relations.arithmetic import Line
from jscore.relations.figures import REVENUE_LINES, figures_of_tables
from jscore.relations.source import TABLES, Source
from jscore.text.names import table_label
from jscore.text.numbers import NOISE

#: A table has slipped if of so many sums less than half hold, and put back by a row this share of those that do not need the
#: amount that was pushed out, among them so many that did not hold before.
SUMS, SHARE, MENDED = 4, 0.9, 2
#: Forms whose amounts belong to codes: each of their columns adds up by itself.
_CODED = ("02", "03", "05", "07", "08")

#: Where an amount is: frame, row (index label), column.
Place = tuple[str, Hashable, str]


@dataclass(frozen=True)
class Slipped:
    """The amounts ``places`` of ``table`` (公开05表, 公开01表支出) stand a row beside their lines; ``rows`` of them in a column."""

    table: str
    rows: int
    places: frozenset[Place]


@dataclass
class _Amounts:
    """Amounts, blanks as 0, and what holds them together.

    ``rows`` rank the printed rows that they stand in.  ``sums`` are a whole and its parts, ``known`` what another table prints
    of one, all by position; ``columns`` are those that may have slipped together: the positions in each, in printed order.
    """

    values: list[float] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    sums: list[tuple[int, list[int]]] = field(default_factory=list)
    known: list[tuple[int, float]] = field(default_factory=list)
    columns: list[list[list[int]]] = field(default_factory=list)

    def right(self, values: Sequence[float], half: float) -> list[bool | None]:
        """Whether each sum and known amount is right with ``values``; None where it needs one that is not known, or is of nothing."""
        made = [(whole, [values[part] for part in parts]) for whole, parts in self.sums]
        made += [(position, [amount]) for position, amount in self.known]
        return [_equal(values[whole], parts, half) for whole, parts in made]


def _equal(whole: float, parts: Sequence[float], half: float) -> bool | None:
    off = whole - sum(parts)
    if isnan(off) or not whole and not any(parts):
        return None
    return abs(off) <= half * (len(parts) + 1) + NOISE


def slipped(source: Source) -> list[Slipped]:
    """The tables of a report whose amounts have slipped by a row, each once.

    02, 03, 05, 06, 07, 08 and 09 are known by their own sums; 01 and 04, which have two or three a side, also by what
    other tables print of their lines.
    """
    blanks_as_zero = {name: source.frames[name].fillna(dict.fromkeys(columns, 0.0)) for name, columns in TABLES.items()}
    lines = figures_of_tables(replace(source, frames={**source.frames, **blanks_as_zero}))
    by_table: dict[str, list[Slipped]] = defaultdict(list)
    for table, amounts in _tables(lines, source):
        if slip := _moved(table, amounts, source.half):
            by_table[table].append(slip)
    return [
        Slipped(table, max(slip.rows for slip in slips), frozenset().union(*(slip.places for slip in slips)))
        for table, slips in by_table.items()
    ]


def _moved(table: str, amounts: _Amounts, half: float) -> Slipped | None:
    before = amounts.right(amounts.values, half)
    known = [right for right in before if right is not None]
    if len(known) < SUMS or 2 * sum(known) >= len(known):
        return None
    best: tuple[int, Slipped] | None = None
    for columns in amounts.columns:
        for start in sorted({amounts.rows[position] for column in columns for position in column}):
            below = [[position for position in column if amounts.rows[position] >= start] for column in columns]
            for down in (True, False):
                values = list(amounts.values)
                for column in below:
                    _put_back(values, column, down)
                after = amounts.right(values, half)
                mended = sum(now is True and was is not True for now, was in zip(after, before, strict=True))
                sure = mended >= MENDED and sum(map(bool, after)) >= SHARE * sum(right is not None for right in after)
                if sure and (best is None or sum(map(bool, after)) > best[0]):
                    places = frozenset(amounts.places[position] for column in below for position in column)
                    best = sum(map(bool, after)), Slipped(table, max(map(len, below)), places)
    return best[1] if best else None


def _put_back(values: list[float], column: Sequence[int], down: bool) -> None:
    """Move the amounts of ``column`` back by a row: up if they slipped ``down``; the one that was pushed out is not known."""
    moved = [values[position] for position in column]
    back = [*moved[1:], nan] if down else [nan, *moved[:-1]]
    for position, value in zip(column, back[: len(column)], strict=True):
        values[position] = value


# --- what holds the amounts of a table together ----------------------------------------------------


def _tables(lines: Sequence[Line], source: Source) -> Iterator[tuple[str, _Amounts]]:
    """The amounts that add up among themselves, with the table (of 01 and 04 the side) that they stand in."""
    forms: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        forms[line["form"]].append(line)
    for form, form_lines in forms.items():
        if form in ("01", "04"):
            for (side,), of_side in _by(form_lines, "side").items():
                yield table_label(form) + side, _of_a_side(of_side, lines)
        elif form in _CODED:
            for column in _by(form_lines, "column").values():
                yield table_label(form), _by_lines(column, _together(column))
        elif form == "06":
            printed_columns = [source.rows_of("economic")[line["figure"].row].get("col") for line in form_lines]
            yield "公开06表", _by_lines(form_lines, _apart(printed_columns))
        else:
            yield table_label(form), _by_lines(form_lines, _together(form_lines))


def _apart(names: Sequence[Hashable]) -> list[list[list[int]]]:
    """The positions in each printed column, which may have slipped alone or with the others."""
    columns: dict[Hashable, list[int]] = defaultdict(list)
    for position, name in enumerate(names):
        columns[name].append(position)
    return [*([column] for column in columns.values()), list(columns.values())]


def _together(lines: Sequence[Line]) -> list[list[list[int]]]:
    """The positions in each printed column, all of which have slipped if one has."""
    return _apart([line["column"] for line in lines])[-1:]


def _by(lines: Sequence[Line], *names: str) -> dict[tuple[str, ...], list[Line]]:
    groups: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in lines:
        groups[tuple(line[name] for name in names)].append(line)
    return groups


def _amounts(lines: Sequence[Line]) -> _Amounts:
    printed = [line["figure"] for line in lines]
    ranks: dict[Hashable, int] = {}
    rows = [ranks.setdefault(line["row"], len(ranks)) for line in lines]
    return _Amounts([figure.value for figure in printed], [(f.frame, f.row, f.column) for f in printed], rows)


def _by_lines(lines: Sequence[Line], columns: list[list[list[int]]]) -> _Amounts:
    """Lines that are the sum of those below them."""
    amounts = _amounts(lines)
    below: dict[tuple[str | None, str], list[int]] = defaultdict(list)
    for position, line in enumerate(lines):
        if line["up"] is not None:
            below[line["column"], line["up"]].append(position)
    amounts.sums = [
        (position, parts) for position, line in enumerate(lines) if (parts := below.get((line["column"], line["line"])))
    ]
    amounts.columns = columns
    return amounts


def _of_a_side(lines: Sequence[Line], every: Sequence[Line]) -> _Amounts:
    """A side of 01 or 04: in each column lines, the year's sum, balances, the total; and what other tables print of the lines."""
    amounts = _amounts(lines)
    amounts.columns = _together(lines)
    elsewhere = _elsewhere(every)
    amounts.known = [
        (position, amount) for position, line in enumerate(lines) if (amount := elsewhere.get(_also(line)))
    ]
    for column in amounts.columns[0]:
        parts: dict[str, list[int]] = defaultdict(list)
        for position in column:
            line = lines[position]
            if line["part"] != "line" or line["side"] == "支出" or line["line"] in REVENUE_LINES:
                parts[line["part"]].append(position)
        opening = [position for position in parts["balance"] if lines[position]["line"].startswith("年初")]
        wholes = (
            (parts["year"], parts["line"]),
            (parts["total"], [*parts["year"], *parts["balance"]]),
            (opening[:1], parts["fund"]),
        )
        amounts.sums += [(whole[0], made_of) for whole, made_of in wholes if whole and made_of]
    return amounts


def _also(line: Line) -> tuple[str, str | None] | None:
    """Which table prints a line of 01 or 04, too, and as what."""
    if line["side"] == "支出":
        return (
            (line["table"], line["code"])
            if line["code"] and (line["form"] == "01") == (line["table"] == "03")
            else None
        )
    if line["form"] == "04":
        return ("01", line["fund"]) if line["part"] == "line" else None
    return ("02", line["source"]) if line["source"] and not line["fund"] else None


def _elsewhere(every: Sequence[Line]) -> dict[tuple[str, str | None] | None, float]:
    """The amounts by which lines of 01 and 04 are known."""
    amounts: dict[tuple[str, str | None] | None, float] = {}
    for line in every:
        if line["form"] == "02" and line["line"] == "":
            amounts["02", line["source"]] = line["figure"].value
        elif line["form"] == "01" and line["part"] == "line" and line["fund"]:
            amounts["01", line["fund"]] = line["figure"].value
        elif line["form"] in ("03", "05", "07", "08") and line["whole"] and line["level"] == 1:
            amounts[line["form"], line["code"]] = line["figure"].value
    return amounts
