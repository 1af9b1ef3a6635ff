"""What a check is made of: the figures it compares, the relation it declares, one result of it.

Tolerance: a printed figure stands for anything within half its last digit.  A sum of n printed amounts with two
decimals may so differ from the printed total by 0.005 × (n + 1) of the printed unit and no more; a printed rate differs
from that of two printed amounts by what those may stand for and half its own last digit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from jscore.pdf.boxes import Box
from jscore.text.normal import nfkc
from jscore.text.numbers import NOISE, amount
from jscore.text.signs import VEILED

Group = Literal["table", "cross-table", "narrative", "self-evaluation", "completeness"]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Figure:
    """Something printed: the value of ``column`` in row ``row`` (index label) of ``frame``.

    ``value`` is in the column's unit, None for words; ``half`` is half the last printed digit in that unit.
    Text outside the tables has no frame but ``page`` and ``box``.  ``label`` says what it is, for messages.
    """

    label: str
    value: float | None
    half: float = 0.0
    frame: str = ""
    row: Hashable = None
    column: str = ""
    page: int | None = None
    box: Box | None = None
    text: str = ""

    def times(self, factor: float) -> Figure:
        """The figure with its value taken ``factor`` times: -1 in a difference."""
        return replace(self, value=None if self.value is None else self.value * factor, half=self.half * abs(factor))


@dataclass(frozen=True, slots=True)
class Result:
    """A relation tested on one subject.

    ``actual`` is the printed figure under test, ``expected`` what the others make of it, both in ``unit``; None where
    words are compared.  ``message`` is what is said if it does not hold; "" lets the engine say it from the figures.
    ``skipped`` is the reason why the relation could not be tested after all, ``limit`` says that ``expected`` is the most
    that ``actual`` may be.
    """

    subject: str
    holds: bool
    actual: float | None = None
    expected: float | None = None
    tolerance: float | None = None
    unit: str = "万元"
    actual_figures: tuple[Figure, ...] = ()
    expected_figures: tuple[Figure, ...] = ()
    message: str = ""
    skipped: str = ""
    limit: bool = False

    @property
    def difference(self) -> float | None:
        """Actual less expected, without the noise of binary fractions."""
        if self.actual is None or self.expected is None:
            return None
        return round(self.actual - self.expected, 9) + 0.0

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (*self.actual_figures, *self.expected_figures)


#: Takes the report as a Source; of a relation that has rows, what came of these too.
Test = Callable[..., Iterable[Result]]


@dataclass(frozen=True, slots=True)
class Check:
    """A relation that must hold, as catalogue.toml declares it.

    ``check_id`` names it for good, ``title`` is its Chinese name, ``title_en`` its English one, ``rule`` what must hold, in a sentence, with the
    source where it is not arithmetic.  ``needs`` are forms (``01`` to ``09``, ``overall``, ``project``) or
    ``narrative``: without one of them the check is skipped; ``05|07`` needs either.
    """

    check_id: str
    title: str
    title_en: str
    group: Group
    severity: Severity
    rule: str
    needs: tuple[str, ...]
    test: Test = field(repr=False)
    tolerance: str = ""


class Tests(dict[str, Test]):
    """The functions of a module by the ``check_id`` of the relation that each tests."""

    def of(self, *check_ids: str) -> Callable[[Test], Test]:
        """Decorates the function that tests the relations ``check_ids``.

        It takes the Source and gives a Result for everything that it can be tested on; of a relation with rows it takes
        their results, too, and gives what is left of them.
        """

        def add(test: Test) -> Test:
            self.update(dict.fromkeys(check_ids, test))
            return test

        return add


# --- ways to compare ---------------------------------------------------------------------


def total(subject: str, actual: Figure, parts: Sequence[Figure], unit: str = "万元", message: str = "") -> Result:
    """``actual`` must be the sum of ``parts`` (those of a difference negative)."""
    expected = round(sum(part.value or 0.0 for part in parts), 9)
    bound = actual.half + sum(part.half for part in parts)
    return within(subject, actual, expected, bound, parts, unit, message)


def equal(subject: str, actual: Figure, expected: Figure, unit: str = "万元", message: str = "") -> Result:
    """Two printed figures must be one, within what each may stand for."""
    return total(subject, actual, (expected,), unit, message)


def within(
    subject: str,
    actual: Figure,
    expected: float,
    tolerance: float,
    made_of: Sequence[Figure],
    unit: str = "万元",
    message: str = "",
) -> Result:
    """``actual`` must be ``expected``, which was made of the printed figures ``made_of``, within ``tolerance``."""
    assert actual.value is not None
    holds = abs(actual.value - expected) <= tolerance + NOISE
    return Result(
        subject, holds, actual.value, expected, round(tolerance, 12), unit, (actual,), tuple(made_of), message
    )


def at_most(
    subject: str,
    actual: Figure,
    limit: Figure | float,
    made_of: Sequence[Figure] = (),
    unit: str = "万元",
    message: str = "",
) -> Result:
    """``actual`` must not be above ``limit``."""
    assert actual.value is not None
    bound = limit.value if isinstance(limit, Figure) else limit
    assert bound is not None
    tolerance = actual.half + (limit.half if isinstance(limit, Figure) else 0.0)
    holds = actual.value <= bound + tolerance + NOISE
    figures = (limit,) if isinstance(limit, Figure) else tuple(made_of)
    return Result(subject, holds, actual.value, bound, tolerance, unit, (actual,), figures, message, limit=True)


def ratio(subject: str, actual: Figure, part: Figure, whole: Figure, message: str = "") -> Result | None:
    """The printed fraction ``actual`` must be ``part`` of ``whole``; None where ``whole`` may be zero or less.

    The bound is what the two amounts may stand for, at the worst, and half the last digit of the fraction.
    """
    assert part.value is not None and whole.value is not None
    if whole.value - whole.half <= 0:
        return None
    expected = part.value / whole.value
    ends = [(part.value + a * part.half) / (whole.value + b * whole.half) for a in (-1, 1) for b in (-1, 1)]
    tolerance = max(abs(end - expected) for end in ends) + actual.half
    return within(subject, actual, expected, tolerance, (part, whole), "fraction", message)


def change_rate(subject: str, actual: Figure, change: Figure, final: Figure, message: str = "") -> Result | None:
    """The printed fraction ``actual`` must be ``change`` of ``final`` less ``change``; None where that may be zero or less."""
    assert change.value is not None and final.value is not None

    def rate(a: int, b: int) -> float:
        moved, now = change.value + a * change.half, final.value + b * final.half  # type: ignore[operator]
        return moved / (now - moved)

    if final.value - change.value - final.half - change.half <= 0:
        return None
    expected = rate(0, 0)
    tolerance = max(abs(rate(a, b) - expected) for a in (-1, 1) for b in (-1, 1)) + actual.half
    return within(subject, actual, expected, tolerance, (change, final), "fraction", message)


def excess(subject: str, actual: Figure, part: Figure, whole: Figure, message: str = "") -> Result | None:
    """The printed fraction ``actual`` must be what ``part`` is above ``whole``, of ``whole``; None where that may be zero or less."""
    assert actual.value is not None
    result = ratio(subject, replace(actual, value=1 + actual.value), part, whole, message)
    if result is None or result.expected is None:
        return None
    return replace(result, actual=actual.value, expected=result.expected - 1, actual_figures=(actual,))


def cut_off(result: Result) -> bool:
    """Whether a percentage that does not hold would if its digits had been cut off instead of rounded."""
    if result.holds or result.unit != "fraction" or result.actual is None or result.expected is None:
        return False
    if result.actual * result.expected < 0:
        return False
    half = result.actual_figures[0].half
    short = abs(result.expected) - abs(result.actual)
    return 0 < short < half + (result.tolerance or 0.0)


_AMOUNT = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
#: Of so many sums that figures beside a relation may make, one is like any difference.
_MOST_SUMS = 3**7


def lacks(result: Result, beside: Sequence[str], unit: str) -> bool:
    """Whether a sum of amounts may lack some of those that the texts ``beside`` it print in ``unit``, or one out of sight."""
    if result.difference is None or result.unit != "万元":
        return False
    sums = {0.0}
    for text in map(nfkc, " ".join(beside).split()):
        if VEILED in text or "##" in text:
            return True
        for part in _AMOUNT.findall(text):
            value = amount(part, unit) or 0.0
            sums = {one + sign * value for one in sums for sign in (-1, 0, 1)}
            if len(sums) > _MOST_SUMS:
                return True
    bound = (result.tolerance or 0.0) + NOISE
    if result.limit:
        return max(sums) >= result.difference - bound
    return any(abs(one - result.difference) <= bound for one in sums)


def in_words(
    subject: str, holds: bool, message: str, actual: Iterable[Figure] = (), expected: Iterable[Figure] = ()
) -> Result:
    """A relation of words, or one that is no comparison of two numbers; ``message`` is said where it does not hold."""
    return Result(subject, holds, message=message, actual_figures=tuple(actual), expected_figures=tuple(expected))
