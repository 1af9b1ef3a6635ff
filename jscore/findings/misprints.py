"""Printed figures that several relations fail for: were another one printed there, all of them would hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jscore.relations.model import Figure, Result, change_rate, excess, ratio
from jscore.text.numbers import NOISE, half_digit

#: A row of frame ``checks``, and one of ``check_figures``.
Check = Mapping[Any, Any]
Line = Mapping[Any, Any]
#: Half the last digit of an amount in a table, in 万元.
_HALF = 0.005


@dataclass(frozen=True)
class Misprint:
    """The figure ``line``, for which ``checks`` fail.

    ``value`` is what it must be instead for all of them to hold, None where that is open or all differ by one amount.
    """

    line: Line
    checks: list[Check]
    value: float | None = None


@dataclass(frozen=True)
class _Correction:
    """What a figure must be for one relation to hold, give or take ``slack``, as its rate is rounded."""

    value: float
    slack: float


def key(line: Line) -> tuple[Any, ...]:
    """Where a figure is: frame, row, column."""
    return line["frame"], line["frame_row"], line["column"]


def same_size(check: Check, other: Check) -> bool:
    """Whether two relations fail by the same amount, within what rounding may make of both."""
    gap = abs(abs(check["difference"]) - abs(other["difference"]))
    return bool(gap <= check["tolerance"] + other["tolerance"] + NOISE)


def of_money(check: Check) -> bool:
    return bool(check["unit"] == "万元" and pd.notna(check["difference"]))


def misprints(failed: Sequence[Check], figures: Mapping[int, Sequence[Line]]) -> list[Misprint]:
    """The figures that two relations or more fail for, those with most of them first; a relation belongs to one."""
    left = list(failed)
    chosen: list[Misprint] = []
    while True:
        sharing: dict[Any, list[Check]] = defaultdict(list)
        for check in left:
            lines = [line for line in figures[check["check_no"]] if pd.notna(line["frame_row"])]
            for place in dict.fromkeys(key(line) for line in lines if pd.notna(line["value"])):
                sharing[place].append(check)
        candidates = (
            candidate
            for place, checks in sharing.items()
            if len(checks) > 1
            for candidate in _candidates(place, checks, figures)
        )
        best = max(candidates, key=_weight, default=None)
        if best is None or len(best.checks) < 2:
            return chosen
        chosen.append(best)
        numbers = {check["check_no"] for check in best.checks}
        left = [check for check in left if check["check_no"] not in numbers]


def _weight(candidate: Misprint) -> tuple[int, int]:
    """How many relations a figure fails for, those of amounts before those of words."""
    of_amounts = [check for check in candidate.checks if pd.notna(check["difference"])]
    return len(of_amounts), len(candidate.checks)


def _candidates(place: Any, checks: Sequence[Check], figures: Mapping[int, Sequence[Line]]) -> Iterator[Misprint]:
    """The figure at ``place`` as a misprint, by each of the ``checks`` that tell what it must be."""
    lines = {
        check["check_no"]: next(line for line in figures[check["check_no"]] if key(line) == place) for check in checks
    }
    for check in checks:
        line = lines[check["check_no"]]
        correction = _correction(check, figures[check["check_no"]], line)
        equal, mended = [], []
        for other in checks:
            if other is check or (of_money(check) and of_money(other) and same_size(check, other)):
                equal.append(other)
            elif correction and _holds(other, figures[other["check_no"]], lines[other["check_no"]], line, correction):
                mended.append(other)
        exact = correction is not None and correction.slack <= _HALF and not check["limit"]
        value = abs(correction.value) if correction and mended and exact else None
        yield Misprint(line, equal + mended, value)


def _correction(check: Check, lines: Sequence[Line], line: Line) -> _Correction | None:
    if pd.isna(check["difference"]):
        return None
    if _adds_up(check, lines):
        off = check["difference"] if line["role"] == "expected" else -check["difference"]
        return _Correction(line["value"] + off, 0.0)
    made = _rate_of(check, lines)
    if made is None:
        return None
    if line["role"] == "actual":
        return _Correction(check["expected"], 0.0)
    if not check["actual"]:
        return None
    (part, whole), way = made, _way(check, made)
    rate = check["actual"] + (1 if way is excess else 0)
    half = half_digit(str(next(other["printed"] for other in lines if other["role"] == "actual")))
    if line is part and way is not change_rate:
        return _Correction(rate * whole["value"], half * whole["value"])
    if line is whole and rate:
        value = part["value"] / rate + (part["value"] if way is change_rate else 0.0)
        return _Correction(value, abs(part["value"] / rate) * half / abs(rate))
    return None


def _holds(check: Check, lines: Sequence[Line], line: Line, corrected: Line, correction: _Correction) -> bool:
    """Whether ``check`` would hold with the correction of the figure ``corrected``, which is its ``line``.

    What words say is mended where the figure comes to stand on the other side of zero, a rate on that of 100%.
    """
    turned = -1 if line["value"] * corrected["value"] < 0 else 1  # subtracted here
    value = turned * correction.value
    if pd.isna(check["difference"]):
        sides = (0.0, 1.0) if line["unit"] == "fraction" else (0.0,)
        return any(_side(line["value"] - middle) != _side(value - middle) for middle in sides)
    if _adds_up(check, lines):
        moved = value - line["value"]
        off = check["difference"] + (moved if line["role"] == "actual" else -moved)
        return bool((off if check["limit"] else abs(off)) <= check["tolerance"] + correction.slack + NOISE)
    made = _rate_of(check, lines)
    if made is None:
        return False
    part, whole = (Figure("", value, _HALF) if other is line else _figure(other) for other in made)
    rate = next(other for other in lines if other["role"] == "actual")
    printed = Figure("", value if rate is line else rate["value"], half_digit(str(rate["printed"])))
    result = _way(check, made)("", printed, part, whole)
    return bool(result and result.holds)


def _side(value: float) -> int:
    return (value > NOISE) - (value < -NOISE)


def _adds_up(check: Check, lines: Sequence[Line]) -> bool:
    """Whether both sides of a relation are the sums of their figures; what words make of ``expected`` (so many forms) is its own."""
    for role in ("actual", "expected"):
        values = [line["value"] for line in lines if line["role"] == role and pd.notna(line["value"])]
        if (values or role == "actual") and abs(sum(values) - check[role]) > NOISE:
            return False
    return True


def _rate_of(check: Check, lines: Sequence[Line]) -> tuple[Line, Line] | None:
    """The two amounts that a rate is made of."""
    made = [line for line in lines if line["role"] == "expected" and pd.notna(line["value"])]
    return (made[0], made[1]) if check["unit"] == "fraction" and len(made) == 2 else None


def _way(check: Check, made: tuple[Line, Line]) -> Callable[..., Result | None]:
    """How a rate is made of two amounts."""
    part, whole = (line["value"] for line in made)
    rest = whole - part
    off = {ratio: part - check["expected"] * whole, change_rate: part - check["expected"] * rest}
    off[excess] = -rest - check["expected"] * whole
    return min(off, key=lambda way: abs(off[way]))


def _figure(line: Line) -> Figure:
    half = half_digit(str(line["printed"])) if line["frame"] == "narrative" else _HALF
    return Figure("", line["value"], half)
