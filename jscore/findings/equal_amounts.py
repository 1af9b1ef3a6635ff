"""Which printed amount, or which two, a difference is equal to, where that is no coincidence.

Among many amounts one is soon equal to any difference, a round one sooner.  How many would be by chance is reckoned from how
close together the amounts near the difference stand: within half of it and twice as much, so many a 万元, times what rounding
leaves open (of a round difference what it is rounded to: 10 万元 for 370.00).  It is named only where fewer than ``CHANCE``
would be expected, and where the amounts that are equal are of one line of the accounts.  The sum of two is named only where no
single amount is equal, and only of two amounts of one column, on one level, of a table in which the relation has a figure.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isnan
from typing import Any

from jscore.findings.spoken import spoken_label
from jscore.language import tr
from jscore.relations.source import TABLES, Source
from jscore.text.classification import CLASS_CODES, plain_name
from jscore.text.numbers import NOISE

#: So many equal amounts may be expected by chance.
CHANCE = 0.01
#: Columns with more lines on one level than this are not searched for pairs.
_LONGEST = 120

Check = Mapping[Any, Any]
#: A column of a table on one level: frame, form, column, level.
Family = tuple[Any, ...]


@dataclass(frozen=True)
class _Amount:
    """A printed amount: what it is, of which line (codes, so that a line's parts begin as it does), in which column."""

    label: str
    value: float
    line: str
    family: Family


def equal_amounts(check: Check, figures: Sequence[Check], source: Source) -> str:
    """What the difference of ``check``, whose figures are ``figures``, is equal to, in words; "" if nothing can be said."""
    if check["unit"] != "万元" or isnan(check["difference"]) or not check["difference"]:
        return ""
    gap, tolerance = abs(check["difference"]), check["tolerance"] or 0.0
    if min(gap, abs(check["actual"]), abs(check["expected"])) <= tolerance:
        return ""  # no more than rounding, or the difference is the other amount itself
    for amounts in source.derived(_printed):
        off = min((abs(amount.value - gap) for amount in amounts), default=gap)
        if off <= tolerance + NOISE:
            values = sorted({amount.value for amount in amounts})
            equal = [amount for amount in amounts if abs(amount.value - gap) <= off + NOISE]
            sure = _one_line(equal) and _expected(values, gap, off + source.half) < CHANCE
            return tr("；差额与{label}相同", label=spoken_label(_most_telling(equal).label)) if sure else ""
    pair = _pair(gap, tolerance, [line for line in figures if line["frame"] in TABLES], source)
    return (
        tr("；差额等于{first}与{second}之和", first=spoken_label(pair[0].label), second=spoken_label(pair[1].label))
        if pair
        else ""
    )


def _expected(values: Sequence[float], gap: float, reach: float) -> float:
    """How many of ``values`` (sorted) would be equal to ``gap``, up to ``reach``, by chance."""
    near = bisect_right(values, 2 * gap) - bisect_left(values, gap / 2)
    return near * max(2 * reach, grain(gap)) / (1.5 * gap)


def grain(value: float) -> float:
    """The power of ten that ``value`` (in 万元, of at most six decimals) is a multiple of."""
    step = 1e-6
    whole = round(abs(value) / step)
    while whole and whole % 10 == 0:
        whole //= 10
        step *= 10
    return step


def _one_line(amounts: Iterable[_Amount]) -> bool:
    """Whether all are of one line of the accounts, or of one that is all of another: 205, 20508 and 2050803."""
    lines = sorted({amount.line for amount in amounts}, key=len)
    return all(longer.startswith(shorter) for shorter, longer in zip(lines, lines[1:], strict=False))


def _most_telling(amounts: Iterable[_Amount]) -> _Amount:
    """Of amounts of one line that of its most detailed line, in a table of spending rather than of revenue."""
    return max(amounts, key=lambda amount: (len(amount.line), amount.family[0] == "expenditure"))


def _pair(gap: float, tolerance: float, figures: Sequence[Check], source: Source) -> tuple[_Amount, _Amount] | None:
    """The two amounts that add up to ``gap``, if in the columns that ``figures`` stand in these are the only ones."""
    columns = {_column(source, line["frame"], line["frame_row"], line["column"]) for line in figures}
    families: dict[Family, list[_Amount]] = defaultdict(list)
    for amount in source.derived(_printed)[0]:
        if amount.family[:-1] in columns and amount.value > 0:
            families[amount.family].append(amount)
    sums = [
        (amount.value + other.value, (amount, other))
        for family in families.values()
        if len(family) <= _LONGEST
        for amount, other in combinations(family, 2)
    ]
    equal = [(value, pair) for value, pair in sums if abs(value - gap) <= tolerance + NOISE]
    if len(equal) != 1:
        return None
    value, pair = equal[0]
    values = sorted(value for value, _ in sums)
    return pair if _expected(values, gap, abs(value - gap) + 2 * source.half) < CHANCE else None


def _printed(source: Source) -> tuple[list[_Amount], list[_Amount], list[_Amount]]:
    """The amounts of the nine tables, of the self-evaluations, of the narrative: those that are nearer to the accounts first."""
    return list(_of_tables(source)), list(_of_forms(source)), list(_of_narrative(source))


def _of_tables(source: Source) -> Iterator[_Amount]:
    for frame, columns in TABLES.items():
        rows = source.rows_of(frame)
        for column in columns:
            for row, figure in source.figures(frame, column).items():
                if figure.value:
                    family = (*_column(source, frame, row, column), rows[row].get("level"))
                    yield _Amount(figure.label, abs(figure.value), _line(frame, rows[row]), family)


def _column(source: Source, frame: str, row: Any, column: str) -> Family:
    """The printed column of an amount, apart from the table's pages."""
    line = source.rows_of(frame)[row]
    return (frame, *(line.get(name) for name in ("form", "side", "fund", "source", "component")), column)


def _line(frame: str, line: Mapping[Any, Any]) -> str:
    """The line of the accounts: codes begin with those that they are parts of."""
    code, item = line.get("function_code"), line.get("item")
    if isinstance(item, str):
        return (
            f"f{CLASS_CODES[plain_name(item)]}" if frame == "totals" and plain_name(item) in CLASS_CODES else f"i{item}"
        )
    if frame == "economic":
        economic = line["economic_code"]
        return f"e{economic if isinstance(economic, str) else line['group']}"
    return f"f{code if isinstance(code, str) else ''}"


def _of_forms(source: Source) -> Iterator[_Amount]:
    evaluations = source.evaluations
    lines = [(form.figures, ("budget", "executed"), f"p{form.number}-") for form in evaluations.projects]
    lines += [(task.figures, ("allocated", "executed"), f"t{task.row}-") for task in evaluations.tasks]
    for figures, columns, line in lines:
        for column in columns:
            figure = figures[column]
            if figure and figure.value:
                yield _Amount(figure.label, figure.value, line, (figure.frame, column))


def _of_narrative(source: Source) -> Iterator[_Amount]:
    for row, line in source.evaluations.records("narrative"):
        if line["unit"] == "万元" and line["value"]:
            figure = source.fact(row)
            yield _Amount(figure.label, abs(line["value"]), f"n{line['subject']}-", ("narrative",))
