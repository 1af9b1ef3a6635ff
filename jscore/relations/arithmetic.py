"""Arithmetic relations as rows of a table: which figures are selected, by what they belong together, what they must be."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress, repeat
from types import CodeType
from typing import Any, Literal

from jscore.relations.model import Figure, Result, at_most, ratio, total, within

Way = Literal["total", "equal", "at_most", "ratio", "nothing", "listed"]
#: Words for sets of terms in the conditions of rows.
Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One way in which figures of the frame of figures must agree.

    ``actual`` selects the figures under test, ``parts`` what each is held against, both as conditions in Python over the
    columns of figures and the words for sets of terms; figures belong together that have the same values in the columns ``each`` (``line=up``: the ``line`` of the one
    is the ``up`` of the other).  ``less`` selects what is subtracted, ``maybe`` parts that may count or not.  A figure with
    fewer than ``least`` parts is not tested, nor one whose key is printed twice, nor one of whose parts is blank.

    ``way`` is what must hold: the sum (``total``), the one figure (``equal``), no more than it (``at_most``), parts over
    ``whole`` (``ratio``), 0, the parts being only what says so (``nothing``), or what the tables list of the term of which the
    narrative states the figure (``listed``, without parts).  ``first`` says that of figures with one key the first is meant.
    ``subject``, ``unit`` and ``message`` are templates over the columns of the figure under test, and ``actual`` and
    ``expected``, the figures, and ``other``, the columns of the second.
    """

    way: Way
    subject: str
    each: str
    actual: str
    parts: str = ""
    less: str = ""
    maybe: str = ""
    whole: str = ""
    least: int = 1
    first: bool = False
    unit: str = "万元"
    message: str = ""


#: A figure with what is known of it.
Line = Mapping[Any, Any]
#: Gives the figures, or those to be added up, that the tables print of the term of a line, the most direct first.
Listed = Callable[[Line], Sequence[Sequence[Figure]]]


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

    def select(self, condition: str, words: Words, columns: Sequence[str]) -> dict[tuple[Any, ...], list[Line]]:
        """The rows that meet ``condition`` by their values in ``columns``; without one of these they belong to nothing."""
        selected: dict[tuple[Any, ...], list[Line]] = {}
        if not condition:
            return selected
        names, code = _condition(condition)
        # a word is the same for all lines
        values = zip(*(repeat(words[name]) if name in words else self._column(name) for name in names), strict=False)
        chosen: list[object] = eval(code, {"__builtins__": {}, "lines": values})  # declared in catalogue.toml
        for line in compress(self.lines, chosen):
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
    "nothing": "1 half digit",
    "listed": "n + 1 half digits",
}


def tolerance_of(rows: Iterable[Row]) -> str:
    """The tolerances of ``rows``, in words."""
    return "; ".join(dict.fromkeys(TOLERANCES[row.way] for row in rows))


def evaluate(row: Row, figures: Figures, words: Words, listed: Listed) -> Iterator[Result]:
    """What comes of a row of the table on everything that it can be tested on."""
    if row.way == "listed":
        yield from _as_listed(row, figures, words, listed)
        return
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
        beside = made.get(key, [])[: 1 if row.first else None]
        parts = _printed(beside)
        whole = _printed(wholes.get(key, ()))
        if not parts or len(parts) + len(less.get(key, ())) < row.least or (row.whole and not whole):
            continue
        actual = {**actual, "other": beside[0]}
        result = _compare(row, actual, [*parts, *less.get(key, ())], whole)
        if result and not result.holds and (perhaps := [f for f in _printed(maybe.get(key, ())) or () if f.value]):
            with_them = _compare(row, actual, [*parts, *perhaps], whole)
            result = with_them if with_them and with_them.holds else result
        if result:
            yield result


def _as_listed(row: Row, figures: Figures, words: Words, listed: Listed) -> Iterator[Result]:
    """Figures of prose beside what the tables list of them; where several tables do, agreement with one is enough.

    A sum, which rounding leaves more room, counts only where no table prints the figure itself.
    """
    for (line,) in figures.select(row.actual, words, ("kind", "line")).values():
        sums = listed(line)
        single = [parts for parts in sums if len(parts) == 1]
        results = [total(row.subject.format(**line), line["figure"], parts, row.unit) for parts in single or sums]
        if results:
            yield next((result for result in results if result.holds), results[0])


def _printed(lines: Sequence[Line]) -> list[Figure]:
    """The figures of ``lines``; none where one of them is blank."""
    figures = [line["figure"] for line in lines]
    return [] if None in figures else figures


def _compare(row: Row, line: Line, parts: Sequence[Figure], whole: Sequence[Figure]) -> Result | None:
    actual: Figure = line["figure"]
    subject, unit = row.subject.format(**line), row.unit.format(**line)
    message = row.message and row.message.format(**{**line, "actual": actual, "expected": parts[0]})
    if row.way == "total":
        return total(subject, actual, parts, unit, message)
    if row.way == "nothing":
        return within(subject, actual, 0.0, actual.half, parts, unit, message)
    if len(parts) > 1:
        return None
    if row.way == "ratio":
        return ratio(subject, actual, parts[0], whole[0], message)
    if row.way == "at_most":
        return at_most(subject, actual, parts[0], unit=unit, message=message)
    return total(subject, actual, parts, unit, message)
