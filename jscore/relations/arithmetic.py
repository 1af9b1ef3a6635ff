"""Arithmetic relations as rows of a table: which figures are selected, by what they belong together, what they must be."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import compress, repeat
from types import CodeType
from typing import Any, Literal

from jscore.relations.model import Figure, Result, at_most, change_rate, cut_off, excess, ratio, total, within

Way = Literal["total", "equal", "at_most", "ratio", "change", "excess", "nothing"]
#: Words for sets of terms in the conditions of rows.
Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One way in which figures of the frame of figures must agree.

    ``actual`` selects the figures under test, ``parts`` what each is held against, both as conditions in Python over the
    columns of figures and the words for sets of terms; figures belong together that have the same values in the columns ``each`` (``line=up``: the ``line`` of the one
    is the ``up`` of the other).  ``less`` selects what is subtracted, ``maybe`` parts that may count or not.  A figure with
    fewer than ``least`` parts is not tested, nor one whose key is printed twice, nor one of whose parts is blank.
    ``beside`` names instead what finds the parts of one figure, in several ways perhaps, of which one that fits is enough.

    ``way`` is what must hold: the sum (``total``), the one figure (``equal``), no more than it (``at_most``), parts over
    ``whole`` (``ratio``), the first part over the second less the first (``change``), the first less the second over the
    second (``excess``), or 0, the parts being only what says
    so (``nothing``).  ``first`` says that of figures with one key the first is meant, ``added`` that figures under test and
    parts are each added up, blank ones and those printed twice left out.
    ``subject``, ``unit`` and ``message`` are templates over the columns of the figure under test, and ``actual`` and
    ``expected``, the figures, and ``other``, the columns of the second.
    """

    way: Way
    subject: str
    actual: str
    each: str = ""
    parts: str = ""
    beside: str = ""
    less: str = ""
    maybe: str = ""
    whole: str = ""
    least: int = 1
    first: bool = False
    added: bool = False
    unit: str = "万元"
    message: str = ""


#: A figure with what is known of it.
Line = Mapping[Any, Any]
#: Finds, by the name ``beside`` of a row, the ways to make up the figure of a line from others, the most direct first.
Beside = Callable[[str, Line], Iterable[Sequence[Figure]]]


@cache
def _condition(text: str) -> tuple[tuple[str, ...], CodeType]:
    """The names in a condition, and the condition on one line after the other of the columns so called."""
    names = tuple(sorted({node.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name)}))
    return names, compile(f"[{text} for {', '.join(names)}, in lines]", text, "eval")


class Figures:
    """The figures of a report as records, to select from."""

    def __init__(self, records: Sequence[Line]) -> None:
        self.lines = records
        self._columns: dict[str, list[Any]] = {}

    def _column(self, name: str) -> list[Any]:
        if name not in self._columns:
            self._columns[name] = [line[name] for line in self.lines]
        return self._columns[name]

    def meeting(self, condition: str, words: Words) -> list[Line]:
        """The rows that meet ``condition``; none where there is none."""
        if not condition:
            return []
        names, code = _condition(condition)
        # a word is the same for all lines
        values = zip(*(repeat(words[name]) if name in words else self._column(name) for name in names), strict=False)
        chosen: list[object] = eval(code, {"__builtins__": {}, "lines": values})  # declared in catalogue.toml
        return list(compress(self.lines, chosen))

    def select(self, condition: str, words: Words, columns: Sequence[str]) -> dict[tuple[Any, ...], list[Line]]:
        """The rows that meet ``condition`` by their values in ``columns``; without one of these they belong to nothing."""
        selected: dict[tuple[Any, ...], list[Line]] = {}
        for line in self.meeting(condition, words):
            key = tuple([line[name] for name in columns])
            if None not in key:
                selected.setdefault(key, []).append(line)
        return selected


#: The tolerance of each way, in words.
TOLERANCES: dict[Way, str] = {
    "total": "n + 1 half digits",
    "equal": "2 half digits",
    "at_most": "2 half digits, upwards",
    "ratio": "what both amounts may stand for, and a half digit of the rate",
    "change": "what both amounts may stand for, and a half digit of the rate",
    "excess": "what both amounts may stand for, and a half digit of the rate",
    "nothing": "1 half digit",
}


def tolerance_of(rows: Iterable[Row]) -> str:
    """The tolerances of ``rows``, in words."""
    return "; ".join(dict.fromkeys(TOLERANCES[row.way] for row in rows))


def evaluate(row: Row, figures: Figures, words: Words, beside: Beside) -> Iterable[Result]:
    """What comes of a row of the table on everything that it can be tested on."""
    if row.beside:
        return _beside_each(row, figures, words, beside)
    return _added(row, figures, words) if row.added else _by_key(row, figures, words)


def _by_key(row: Row, figures: Figures, words: Words) -> Iterator[Result]:
    """Single figures beside the parts of the same key."""
    keys = [key.partition("=") for key in row.each.split()]
    keys_of_actual, keys_of_parts = [key for key, _, _ in keys], [other or key for key, _, other in keys]
    made = figures.select(row.parts, words, keys_of_parts)
    less = {
        key: [line["figure"].times(-1) for line in lines]
        for key, lines in figures.select(row.less, words, keys_of_parts).items()
    }
    maybe, wholes = figures.select(row.maybe, words, keys_of_parts), figures.select(row.whole, words, keys_of_parts)
    told_apart = [] if row.first else sorted({"form", "line"} - set(keys_of_actual))
    for lines in figures.select(row.actual, words, [*keys_of_actual, *told_apart]).values():
        if (len(lines) > 1 and not row.first) or lines[0]["figure"] is None:
            continue
        actual = lines[0]
        key = tuple(actual[name] for name in keys_of_actual)
        others = made.get(key, [])[: 1 if row.first else None]
        parts = _printed(others)
        whole = _printed(wholes.get(key, ()))
        if not parts or len(parts) + len(less.get(key, ())) < row.least or (row.whole and not whole):
            continue
        actual = {**actual, "other": others[0]}
        result = _compare(row, actual, [*parts, *less.get(key, ()), *whole])
        if result and not result.holds and (perhaps := [f for f in _printed(maybe.get(key, ())) or () if f.value]):
            with_them = _compare(row, actual, [*parts, *perhaps])
            result = with_them if with_them and with_them.holds else result
        if result:
            yield result


def _beside_each(row: Row, figures: Figures, words: Words, beside: Beside) -> Iterator[Result]:
    """Figures beside what is found for each; of several ways to make it up one that fits is enough."""
    for line in figures.meeting(row.actual, words):
        results = [result for parts in beside(row.beside, line) if (result := _compare(row, line, parts))]
        if results:
            fitting = next((result for result in results if result.holds), None)
            yield fitting or next((result for result in results if cut_off(result)), results[0])


def _added(row: Row, figures: Figures, words: Words) -> Iterator[Result]:
    """Sums beside sums."""
    keys = row.each.split()
    made = figures.select(row.parts, words, keys)
    for key, lines in figures.select(row.actual, words, keys).items():
        figures_of, parts = _once(lines), _once(made.get(key, ()))
        if figures_of and parts:
            result = _compare(row, {**lines[0], "figure": _sum(figures_of)}, [_sum(parts)])
            if result:
                yield replace(result, actual_figures=tuple(figures_of), expected_figures=tuple(parts))


def _once(lines: Sequence[Line]) -> list[Figure]:
    """The printed figures of ``lines`` that have each a place of their own."""
    by_place: dict[tuple[Any, ...], list[Figure]] = {}
    for line in lines:
        if line["figure"]:
            by_place.setdefault((line["form"], line["line"], line["column"]), []).append(line["figure"])
    return [same[0] for same in by_place.values() if len(same) == 1]


def _sum(figures: Sequence[Figure]) -> Figure:
    return Figure("", round(sum(figure.value or 0.0 for figure in figures), 6), sum(figure.half for figure in figures))


def _printed(lines: Sequence[Line]) -> list[Figure]:
    """The figures of ``lines``; none where one of them is blank."""
    figures = [line["figure"] for line in lines]
    return [] if None in figures else figures


_RATES = {"ratio": ratio, "change": change_rate, "excess": excess}


def _compare(row: Row, line: Line, parts: Sequence[Figure]) -> Result | None:
    actual: Figure = line["figure"]
    subject, unit = row.subject.format(**line), row.unit.format(**line)
    message = row.message and row.message.format(**{**line, "actual": actual, "expected": parts[0]})
    if row.way == "total":
        return total(subject, actual, parts, unit, message)
    if row.way == "nothing":
        return within(subject, actual, 0.0, actual.half, parts, unit, message)
    if rate := _RATES.get(row.way):
        return rate(subject, actual, parts[0], parts[1], message) if len(parts) == 2 else None
    if len(parts) > 1:
        return None
    if row.way == "at_most":
        return at_most(subject, actual, parts[0], unit=unit, message=message)
    return total(subject, actual, parts, unit, message)
