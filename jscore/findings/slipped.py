"""Tables whose amounts stand a row too high or too low beside their lines: many relations fail, and one thing is wrong.

The amounts of some columns, from one row to another, are put back by a row on trial.  They have slipped if nearly all relations
that did not hold then do, and nothing that held breaks.  The amount that was pushed out is what its relations make of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import copysign, isnan, nan
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from jscore import schema
from jscore.findings.choose import OF_TABLES
from jscore.relations.catalogue import CATALOGUE
from jscore.relations.engine import run_checks
from jscore.relations.figures import SANGONG_COLUMNS
from jscore.relations.source import FORM_OF, TABLES, Source
from jscore.text.numbers import NOISE

#: Where an amount is: frame, row (index label), column.
Place = tuple[str, Hashable, str]
Record = Mapping[Any, Any]
Floats = npt.NDArray[np.float64]
#: The groups of relations that amounts of the tables are in.
MONEY = (*OF_TABLES, "narrative")
#: The roles of a relation's figures: how they count in what must be nought.
_SIDES = {"actual": 1.0, "expected": -1.0}

#: So many relations are mended at least (a total that has slipped with its parts is worth two), by so many amounts that are told
#: apart, and this share of those that are touched.
_MENDED, _AMOUNTS, _SHARE = 2, 2, 0.8
#: A relation that breaks weighs as many that are mended.
_BROKEN = 3
#: Ways to put a table back that are looked at closely, tables that may have slipped in several parts, columns that may slip by twos.
_CLOSELY, _PARTS, _BY_TWOS = 12, 6, 5
#: In a table of more rows all those below one have slipped, or none.
_LONGEST = 150
#: What tells the printed columns of a frame apart, the last being its name (of 06 the group of its lines).
_COLUMNS = {
    "totals": ("form", "side", "fund"), "revenue": ("source",), "expenditure": ("form", "component"),
    "economic": ("col",), "sangong": (),
}  # fmt: skip


@dataclass(frozen=True)
class Slipped:
    """The amounts of ``columns`` of table ``form``, row by row: which must stand where.

    ``columns`` are terms, with the side in 01 and 04; none if all of the table's have slipped.  ``down`` says that the
    amounts stand a row below their lines, ``places`` are theirs from the first line to the last, in each column, and
    ``right`` what they must be, NaN where it is not known.
    """

    form: str
    columns: tuple[str, ...]
    down: bool
    places: tuple[tuple[Place, ...], ...]
    right: Mapping[Place, float]

    def corrected(self, source: Source) -> Source:
        """The report as it would be with the amounts beside their lines."""
        frames = {name: source.frames[name].copy() for name in {place[0] for place in self.right}}
        for (name, row, column), value in self.right.items():
            frames[name].loc[row, column] = value
        return replace(source, frames={**source.frames, **frames})


@dataclass(frozen=True)
class _Relation:
    """A sum: the amounts of ``signs``, each with its sign, and others make ``off``, which must be nought."""

    off: float
    tolerance: float
    limit: bool
    signs: Mapping[Place, float]

    @property
    def holds(self) -> bool:
        return (self.off if self.limit else abs(self.off)) <= self.tolerance + NOISE

    def put_right(self, right: Mapping[Place, float], printed: Mapping[Place, float]) -> _Relation | None:
        """The relation if the places of ``right``, which are ``printed`` as they are, were so; None where one is not known."""
        moved = sum(sign * (right[place] - printed[place]) for place, sign in self.signs.items() if place in right)
        return None if isnan(moved) else replace(self, off=self.off + moved)


@dataclass(frozen=True)
class _Column:
    """A printed column: its amounts by printed row, blanks as 0."""

    name: str
    side: str
    rows: list[int] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


#: How sure it is that amounts have slipped, and which.
_Looked = tuple[float, Slipped]


@dataclass(frozen=True)
class _Trial:
    """The amounts of ``columns`` from row ``first`` to ``last`` put back by a row; the best has the highest ``score``."""

    score: tuple[int, ...]
    columns: Sequence[_Column]
    first: int
    last: int
    down: bool


def slipped(source: Source) -> list[Slipped]:
    """The amounts of a report that have slipped by a row, the surest first.

    The relations are tested anew with blanks as 0: an amount that slipped has left one.
    """
    blanks_as_zero = {name: source.frames[name].fillna(dict.fromkeys(columns, 0.0)) for name, columns in TABLES.items()}
    filled = replace(source, frames={**source.frames, **blanks_as_zero})
    tables = _tables(filled)
    amounts: dict[Place, float] = {
        place: value
        for table in tables.values()
        for column in table
        for place, value in zip(column.places, column.values, strict=True)
    }
    tested = run_checks(filled, [relation for relation in CATALOGUE if relation.group in MONEY])
    relations = list(_relations(*tested, amounts, source.half))
    parts: list[Slipped] = []
    while len(parts) < _PARTS:
        moved = [part for form, table in tables.items() if (part := _moved(form, table, relations))]
        if not moved:
            break
        _, surest = max(moved, key=lambda part: part[0])
        parts.append(surest)
        relations = [changed for relation in relations if (changed := relation.put_right(surest.right, amounts))]
        amounts |= surest.right
        for column in tables[surest.form]:
            column.values[:] = [0.0 if isnan(amounts[place]) else amounts[place] for place in column.places]
        tables = {part.form: tables[part.form] for _, part in moved}
    return parts


def _relations(
    checks: pd.DataFrame, figures: pd.DataFrame, amounts: Mapping[Place, float], half: float
) -> Iterator[_Relation]:
    """The relations of ``amounts`` that are sums of their figures; ``half`` is half the last digit of one."""
    tested = checks[checks["unit"].eq("万元") & checks["difference"].notna() & checks["status"].ne("skipped")]
    of_check: dict[int, list[dict[Any, Any]]] = defaultdict(list)
    for line in schema.rows(figures[figures["check_no"].isin(tested["check_no"])].dropna(subset=["value"])):
        of_check[line["check_no"]].append(line)
    for check in schema.rows(tested):
        sides = {role: [line for line in of_check[check["check_no"]] if line["role"] == role] for role in _SIDES}
        if not check["expected"] and check["tolerance"] + NOISE < half * sum(map(len, sides.values())):
            sides["expected"] = []  # must be nothing, whatever they are
        signs: dict[Place, float] = defaultdict(float)
        for role, turned in _SIDES.items():
            for line in sides[role]:
                place = (line["frame"], line["frame_row"], line["column"])
                if place in amounts:
                    signs[place] += turned * (copysign(1.0, line["value"]) * copysign(1.0, amounts[place]))
        made = sum(turned * line["value"] for role, turned in _SIDES.items() for line in sides[role])
        if signs and abs(made - check["difference"]) <= NOISE:
            yield _Relation(check["difference"], check["tolerance"], bool(check["limit"]), signs)


def _tables(source: Source) -> dict[str, list[_Column]]:
    """The printed columns of each of the nine tables."""
    tables: dict[str, list[_Column]] = defaultdict(list)
    for frame, names in _COLUMNS.items():
        lines: dict[Hashable, dict[str, Any]] = source.rows_of(frame)
        at = {key: rank for rank, key in enumerate(sorted({_printed_row(line) for line in lines.values()}))}
        columns: dict[tuple[Any, ...], _Column] = {}
        for row, line in sorted(lines.items(), key=lambda item: at[_printed_row(item[1])]):
            for column in TABLES[frame]:
                form = str(line.get("form", FORM_OF.get(frame)))
                key = (form, column, *(line.get(name) for name in names))
                if key not in columns:
                    name = SANGONG_COLUMNS.get(column) or str(line.get("group", key[-1]))
                    columns[key] = _Column(name, str(line.get("side", "")))
                    tables[form].append(columns[key])
                columns[key].rows.append(at[_printed_row(line)])
                columns[key].places.append((frame, row, column))
                columns[key].values.append(float(line[column]))
    return tables


def _printed_row(line: Record) -> tuple[Any, ...]:
    return line["page"], line["table_id"], line["row"]


# --- which amounts ---------------------------------------------------------------------------------


def _moved(form: str, table: Sequence[_Column], relations: Sequence[_Relation]) -> _Looked | None:
    """The amounts of a table that are most surely a row from their lines, and how sure that is."""
    own = {place for column in table for place in column.places}
    touching = [relation for relation in relations if not own.isdisjoint(relation.signs)]
    if sum(not relation.holds for relation in touching) < _MENDED:
        return None
    trials = [trial for columns in _together(table) for trial in _trials(columns, touching)]
    best: _Looked | None = None
    for trial in sorted(trials, key=lambda trial: trial.score, reverse=True)[:_CLOSELY]:
        if (looked := _looked_at(form, table, trial, touching)) and (best is None or looked[0] > best[0]):
            best = looked
    return best


def _together(table: Sequence[_Column]) -> Iterator[Sequence[_Column]]:
    """Columns that may have slipped together: all, those of a side, two, one."""
    sides = {side: [column for column in table if column.side == side] for side in {column.side for column in table}}
    filled = [column for column in table if sum(map(bool, column.values)) >= _AMOUNTS]
    sets = [table, *sides.values(), *([column] for column in filled)]
    if len(filled) <= _BY_TWOS:
        sets += map(list, combinations(filled, 2))
    seen: set[frozenset[int]] = set()
    for columns in sets:
        key = frozenset(map(id, columns))
        if key not in seen:
            seen.add(key)
            yield columns


def _trials(columns: Sequence[_Column], touching: Sequence[_Relation]) -> Iterator[_Trial]:
    """Ways to put amounts of ``columns`` back by a row that more relations ask for than forbid."""
    own = {place for column in columns for place in column.places}
    relations = [relation for relation in touching if not own.isdisjoint(relation.signs)]
    failed = [relation for relation in relations if not relation.holds]
    if len(failed) < _MENDED:
        return
    held = [relation for relation in relations if relation.holds]
    rows = np.array(sorted({row for column in columns for row in column.rows}))
    for down in (True, False):
        asking, forbidding = _Sums(failed, columns, rows, down), _Sums(held, columns, rows, down)
        for start in range(len(rows) - 1):
            ends = np.arange(start + 1, len(rows)) if len(rows) <= _LONGEST else np.array([len(rows) - 1])
            ends = ends[asking.changed(start, ends) >= _AMOUNTS]
            mended, still = asking.put_back(start, ends)
            promising = mended - still >= 1
            ends, score = ends[promising], (mended - still)[promising]
            if len(ends):
                score = score - _BROKEN * forbidding.put_back(start, ends)[1]
                for end, sure, changed in zip(ends, score, asking.changed(start, ends), strict=True):
                    if sure >= 1:
                        order = (int(sure), -int(changed), -len(columns), -int(end))
                        yield _Trial(order, columns, int(rows[start]), int(rows[end]), down)


class _Sums:
    """What ``relations`` come to if the amounts of ``columns`` are put back by a row, from any row to any other.

    ``rows`` are the printed rows; amounts have slipped ``down``, or up.
    """

    def __init__(self, relations: Sequence[_Relation], columns: Sequence[_Column], rows: Any, down: bool) -> None:
        self._off = np.array([relation.off for relation in relations])[:, None]
        self._bound = np.array([relation.tolerance + NOISE for relation in relations])[:, None]
        self._limit = np.array([relation.limit for relation in relations], dtype=bool)[:, None]
        self._down = down
        self._columns: list[tuple[Any, Floats, Any, Any, Any]] = []
        for column in columns:
            at = {place: index for index, place in enumerate(column.places)}
            signs = np.zeros((len(relations), len(at)))
            for index, relation in enumerate(relations):
                for place in relation.signs.keys() & at.keys():
                    signs[index, at[place]] = relation.signs[place]
            steps = np.diff(column.values) * (1 if down else -1)
            moves = np.cumsum((signs[:, :-1] if down else signs[:, 1:]) * steps, axis=1)
            firsts = np.searchsorted(column.rows, rows)
            lasts = np.searchsorted(column.rows, rows, side="right") - 1
            changes = np.concatenate([[0], np.cumsum(np.abs(steps) > NOISE)])
            self._columns.append((signs != 0, np.pad(moves, ((0, 0), (1, 0))), changes, firsts, lasts))

    def changed(self, start: int, ends: Any) -> Any:
        """How many amounts come to stand elsewhere, from the row at ``start`` to each of ``ends``."""
        number = np.zeros(len(ends), dtype=int)
        for _, _, changes, firsts, lasts in self._columns:
            last = lasts[ends]
            number += np.where(last > firsts[start], changes[last] - changes[min(firsts[start], len(changes) - 1)], 0)
        return number

    def put_back(self, start: int, ends: Any) -> tuple[Any, Any]:
        """How many relations hold then and how many do not; of the latter those that changed, without those of what was pushed out."""
        after = np.repeat(self._off, len(ends), axis=1)
        unknown = np.zeros(after.shape, dtype=bool)
        for used, moves, _, firsts, lasts in self._columns:
            first, last = firsts[start], lasts[ends]
            inside = last >= first
            if inside.any():
                last = np.where(inside, last, first)
                after += np.where(inside, moves[:, last] - moves[:, [first]], 0.0)
                unknown |= inside & (used[:, last] if self._down else used[:, [first]])
        hold = np.where(self._limit, after, np.abs(after)) <= self._bound
        moved = np.abs(after - self._off) > NOISE
        return (hold & ~unknown).sum(axis=0), (~hold & moved & ~unknown).sum(axis=0)


# --- a way to put them back, looked at closely -----------------------------------------------------


def _looked_at(form: str, table: Sequence[_Column], trial: _Trial, touching: Sequence[_Relation]) -> _Looked | None:
    printed: dict[Place, float] = {}
    right: dict[Place, float] = {}
    vacated: dict[Place, tuple[float, bool]] = {}
    for column in trial.columns:
        inside = [index for index, row in enumerate(column.rows) if trial.first <= row <= trial.last]
        if inside:
            own, values = [column.places[index] for index in inside], [column.values[index] for index in inside]
            printed |= zip(own, values, strict=True)
            right |= zip(own, [*values[1:], nan] if trial.down else [nan, *values[:-1]], strict=True)
            left = values if trial.down else values[::-1]
            vacated[own[-1 if trial.down else 0]] = left[0], left[0] in (0.0, *left[1:2])
    guessed: set[Place] = set()
    for place, (value, empty) in vacated.items():
        right[place] = _made_of_others(place, value, right, printed, touching)
        if not empty and right[place] != value:
            return None  # what stands where nothing may stand has come from nowhere
        if not isnan(right[place]) and right[place] != value:
            guessed.add(place)
    before = [relation for relation in touching if not relation.signs.keys().isdisjoint(right)]
    after = [relation.put_right(right, printed) for relation in before]
    known = [(was, now) for was, now in zip(before, after, strict=True) if now]
    mended = [now for was, now in known if now.holds and not was.holds]
    broken = sum(was.holds and not now.holds for was, now in known)
    still = sum(not was.holds and not now.holds and was.off != now.off for was, now in known)
    changed = {place for place in right if right[place] != printed[place]}
    told = {
        value for now in mended for place in now.signs if place in changed for value in (right[place], printed[place])
    }
    borne_out = sum(1 + _whole(now, changed, guessed, right) for now in mended) - len(guessed)
    sure = borne_out - _BROKEN * broken - still
    if borne_out < _MENDED or len(told - {0.0}) < _AMOUNTS or len(mended) < _SHARE * (len(mended) + broken + still):
        return None
    moved = [
        row
        for column in trial.columns
        for row, place in zip(column.rows, column.places, strict=True)
        if place in changed
    ]
    places = (
        tuple(p for row, p in zip(column.rows, column.places, strict=True) if min(moved) <= row <= max(moved))
        for column in trial.columns
    )
    return sure, Slipped(form, _names(trial.columns, table), trial.down, tuple(filter(None, places)), right)


def _whole(relation: _Relation, changed: Set[Place], guessed: Set[Place], right: Mapping[Place, float]) -> bool:
    """Whether the total and the parts of a relation have all come from other rows, three amounts or more that are told apart."""
    of_relation = relation.signs.keys() & changed
    signs = {relation.signs[place] > 0 for place in of_relation if right[place]}
    amounts = {right[place] for place in of_relation} - {0.0}
    return len(signs) == 2 and len(amounts) > _AMOUNTS and of_relation.isdisjoint(guessed)


def _names(columns: Sequence[_Column], table: Sequence[_Column]) -> tuple[str, ...]:
    """What ``columns`` of a table are called; nothing where they are all of it, their side where they are all of that."""
    if len(columns) == len(table):
        return ()
    sides = {column.side for column in columns}
    if all(any(column is other for other in columns) for column in table if column.side in sides):
        return tuple(sides)
    return tuple(dict.fromkeys(f"{column.side}{column.name}" for column in columns))


def _made_of_others(
    place: Place,
    vacated: float,
    right: Mapping[Place, float],
    printed: Mapping[Place, float],
    touching: Sequence[_Relation],
) -> float:
    """What most relations make of the amount that was pushed out of ``place``; ``vacated`` if that is it, NaN if none tells."""
    made: list[tuple[float, float]] = []
    for relation in touching:
        if relation.signs.get(place) and not relation.limit:
            there = relation.put_right({**right, place: 0.0}, printed)
            if there:
                made.append((-there.off / relation.signs[place], relation.tolerance + NOISE))
    agreeing = [(sum(abs(value - other) <= bound for other, bound in made), -bound, value) for value, bound in made]
    if all(abs(value - vacated) <= bound for value, bound in made):
        return vacated if made or vacated else nan
    return round(max(agreeing)[-1], 6)
