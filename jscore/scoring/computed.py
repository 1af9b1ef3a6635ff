"""Every self-evaluation by a rule set, or by none: what each part scores, beside what the form reports.

A difference is reported less recomputed.  It is a finding (``status`` fail) if it is more than the rounding of the
printed figures explains: half of the last digit of the score's column, and what the rounding of amounts and rates that
it is made of may make of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Any

import pandas as pd

from jscore.language import sign, tr
from jscore.language.words import word
from jscore.schema import PLACE, records_of
from jscore.scoring.marks import (
    ONE,
    ZERO,
    Mark,
    Printed,
    Total,
    execution_rate,
    mark_execution,
    mark_indicator,
    mark_total,
    rounded,
)
from jscore.scoring.rule_sets import RuleSet, exactly, number_text, percent
from jscore.text.numbers import half_of_column

#: Words of ``departs``: which printed figure is not what the printed figures that it is made of give.
PARTS = ("indicators", "indicator_subtotal", "execution_rate", "execution_score", "deduction", "total_score")

Record = dict[str, Any]


# --- figures ----------------------------------------------------------------------------


def decimal(value: Any) -> Decimal | None:
    """A number of a frame as printed; None for one that is missing or infinite."""
    return _exactly(float(value)) if value is not None and value is not pd.NA and isfinite(value) else None


@lru_cache(maxsize=1 << 14)
def _exactly(value: float) -> Decimal:
    return exactly(value)


def slack(value: Decimal | None, half: Decimal) -> Decimal:
    """What rounding to the places that ``half`` is half a digit of may make of ``value``: nothing if it fits in them."""
    if value is None or value == rounded(value, -half.adjusted() - 1):
        return ZERO
    return half


def as_float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def weights_differ(weights: Decimal, due: Decimal) -> str:
    """That weights do not add up to what the rule says."""
    return tr("分值合计{weights}，不是{due}", weights=number_text(weights), due=number_text(due))


def compared(reported: Decimal | None, recomputed: Decimal | None, tolerance: Decimal) -> Record:
    """The columns that stand at the end of every comparison."""
    difference = None if reported is None or recomputed is None else reported - recomputed
    status = "skipped" if difference is None else "pass" if abs(difference) <= tolerance else "fail"
    return {
        "reported": as_float(reported), "recomputed": as_float(recomputed), "difference": as_float(difference),
        "tolerance": as_float(tolerance), "status": status,
    }  # fmt: skip


# --- indicators -------------------------------------------------------------------------

_KEYS = ("scope", "project_no", "indicator_no", "level1", "level2", "level3", "weight")
_PRINTED = ("operator", "target", "unit", "actual", "completion", "score")


@dataclass(frozen=True)
class Scored:
    """An indicator's line, its score as reported and by the rule, and what rounding explains between the two."""

    line: Record
    reported: Decimal | None
    mark: Mark
    half: Decimal

    @property
    def points(self) -> Decimal | None:
        return self.mark.near(self.reported)

    @property
    def tolerance(self) -> Decimal:
        return slack(self.points, self.half)

    @property
    def compared(self) -> Record:
        return compared(self.reported, self.points, self.tolerance)

    @property
    def counted(self) -> Decimal | None:
        """The points by the rule, or those reported where the rule does not reach."""
        return self.reported if self.points is None else self.points

    @property
    def differs(self) -> bool:
        """Whether the score reported is not that of the rule."""
        return (
            self.points is not None and self.reported is not None and abs(self.reported - self.points) > self.tolerance
        )

    @property
    def telling(self) -> bool:
        """Whether the score tells rules apart: it is fixed by numbers, and not just all points for a target met."""
        fixed = self.reported is not None and self.mark.points is not None and self.mark.basis == "numbers"
        full = self.reported == self.mark.points == decimal(self.line["weight"])
        return fixed and not full

    @property
    def gap(self) -> str:
        """The departure from the rule in words, "" without one."""
        if self.reported is None or self.points is None or not self.differs:
            return ""
        over = self.reported - self.points
        told = tr("第{number}项自评比规则高{points}分") if over > 0 else tr("第{number}项自评比规则低{points}分")
        return told.format(number=self.line["indicator_no"], points=number_text(abs(over)))


def scored(indicators: pd.DataFrame, rules: RuleSet | None, why: str = "") -> list[Scored]:
    """Every indicator (frame ``indicators``) by the rule, in the frame's order; unscored, for the reason ``why``, without a rule."""
    records = records_of(indicators, *_KEYS, *_PRINTED, *PLACE)
    marks = [
        mark_indicator(_printed(line), rules) if rules else Mark(None, "none", tr("未复算：{why}", why=why))
        for line in records
    ]
    half = half_of_scores([decimal(line["score"]) for line in records], [mark.points for mark in marks])
    scores = [Scored(line, decimal(line["score"]), mark, half) for line, mark in zip(records, marks, strict=True)]
    return with_weights_worked_out(scores, rules) if rules else scores


def _printed(line: Record) -> Printed:
    texts = {name: line[name] or "" for name in ("operator", "target", "unit", "actual")}
    kind = f"{line['level1'] or ''}{line['level2'] or ''}"
    return Printed(weight=decimal(line["weight"]), completion=decimal(line["completion"]), kind=kind, **texts)


def half_of_scores(reported: Iterable[Decimal | None], by_rule: Iterable[Decimal | None]) -> Decimal:
    """Half the last digit of a column of scores: of the second decimal, or of an earlier one that its scores are rounded to."""
    pairs = [(r, p) for r, p in zip(reported, by_rule, strict=True) if r is not None]
    half = half_of_column(r for r, _ in pairs)
    places = max((-int(r.normalize().as_tuple().exponent) for r, _ in pairs), default=2)
    cut = [(r, p) for r, p in pairs if p is not None and p != rounded(p, max(places, 0))]
    if places < 2 and cut and 2 * sum(r == rounded(p, max(places, 0)) for r, p in cut) > len(cut):
        return Decimal(5).scaleb(-max(places, 0) - 1)
    return half


#: Weights that a form does not print are taken for multiples of this.
_STEP = Decimal("0.5")


def with_weights_worked_out(indicators: list[Scored], rules: RuleSet) -> list[Scored]:
    """Forms that print no weights: a score below full is the completion of a weight, which on these forms is a round number."""
    worked = {i: made for i, indicator in enumerate(indicators) if (made := _worked_out(indicator, rules)) is not None}
    fitting = sum(not made.differs for made in worked.values())
    return (
        [worked.get(i, indicator) for i, indicator in enumerate(indicators)]
        if 3 * fitting >= 2 * len(worked)
        else indicators
    )


def _worked_out(indicator: Scored, rules: RuleSet) -> Scored | None:
    if indicator.line["weight"] is not None or indicator.reported is None or indicator.reported <= 0:
        return None
    mark = mark_indicator(Printed(**{**vars(_printed(indicator.line)), "weight": ONE}), rules)
    if mark.points is None or mark.basis != "numbers" or not 0 < mark.points < 1:
        return None
    weight = max(rounded(indicator.reported / mark.points / _STEP, 0) * _STEP, _STEP)
    points = weight * mark.points
    sum_ = f"{number_text(weight)} × {percent(mark.points)} = {number_text(rounded(points, 4))}"
    words = tr("没有印分值：完成{completion}，{sum}", completion=percent(mark.points), sum=sum_)
    return Scored(indicator.line, indicator.reported, Mark(points, "numbers", words, mark.completion), indicator.half)


def indicator_record(indicator: Scored) -> Record:
    """The row of frame ``indicator_scores``."""
    keys = ("scope", "project_no", "indicator_no", "level3", "weight")
    return {
        **{name: indicator.line[name] for name in (*keys, *PLACE)},
        "completion_reported": indicator.line["completion"], "completion": as_float(indicator.mark.completion),
        "excess": as_float(indicator.mark.excess), "penalty": None if indicator.mark.points is None else as_float(indicator.mark.penalty),
        **indicator.compared, "basis": indicator.mark.basis, "rule": indicator.mark.rule,
    }  # fmt: skip


@dataclass(frozen=True)
class Sums:
    """The indicators of one form: sums by the rule and as reported, what rounding explains, what departs."""

    exact: Decimal | None
    reported: Decimal | None
    weights: Decimal
    rounding: Decimal
    gaps: tuple[str, ...]
    unscored: tuple[str, ...]

    @classmethod
    def of(cls, indicators: Iterable[Scored]) -> Sums:
        indicators = list(indicators)
        return cls(
            total_of(indicator.counted for indicator in indicators),
            total_of(indicator.reported for indicator in indicators),
            total_of(decimal(indicator.line["weight"]) for indicator in indicators) or ZERO,
            total_of(indicator.tolerance for indicator in indicators) or ZERO,
            tuple(indicator.gap for indicator in indicators if indicator.gap),
            tuple(str(indicator.line["indicator_no"]) for indicator in indicators if indicator.points is None),
        )


def total_of(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is there; None if nothing is."""
    present = [value for value in values if value is not None]
    return sum(present, ZERO) if present else None


# --- projects ---------------------------------------------------------------------------

#: The points of a form, whatever its rule.
FULL = Decimal(100)
_POINTS = ("indicator_subtotal", "execution_score", "deduction", "total_score")
_MONEY = ("budget", "executed", "execution_rate")


def computed(projects: pd.DataFrame, indicators: pd.DataFrame, rules: RuleSet | None, why: str = "") -> list[Project]:
    """Every project by the rule, in the frame's order; without a rule by its printed parts alone."""
    of_project: dict[Any, list[Scored]] = {}
    for indicator in scored(indicators[indicators["scope"] == "项目"], rules, why):
        of_project.setdefault(indicator.line["project_no"], []).append(indicator)
    halves = Halves.of(projects)
    return [
        Project(
            line,
            Sums.of(of_project.get(line["project_no"], [])),
            halves,
            rules.of_form(decimal(line["execution_weight"])) if rules else None,
            why,
        )
        for line in records_of(projects, "project_no", "project", *_MONEY, *_POINTS, "execution_weight", *PLACE)
    ]


@dataclass(frozen=True)
class Halves:
    """Half the last printed digit of a report's amounts, rates and points."""

    amount: Decimal
    rate: Decimal
    points: Mapping[str, Decimal]

    @classmethod
    def of(cls, projects: pd.DataFrame) -> Halves:
        return cls(
            half_of_column([*projects["budget"], *projects["executed"]]),
            half_of_column(projects["execution_rate"], least=rate_places(projects["execution_rate"])),
            {name: half_of_column(projects[name]) for name in _POINTS},
        )


def rate_places(rates: pd.Series[float]) -> int:
    """The decimals that rates (fractions) have at least: those of whole per cent, of a hundredth where all are 0 or 1."""
    return 4 if all(rate in (0, 1) for rate in rates if rate == rate) else 2


class Project:
    """A project's form on its way to a row of ``project_scores``."""

    def __init__(self, line: Record, sums: Sums, halves: Halves, rules: RuleSet | None, why: str = "") -> None:
        self.line, self.sums, self.halves, self.rules, self.why = line, sums, halves, rules, why
        self.reported = {name: decimal(line[name]) for name in ("execution_rate", *_POINTS)}
        amounts = decimal(line["budget"]), decimal(line["executed"])
        self.rate = execution_rate(*amounts, self.reported["execution_rate"], halves.amount, halves.rate)
        self.execution = mark_execution(self.rate, rules) if rules and not self.without_execution else None
        self.total = self._total(sums.exact)
        self.bounds = self._bounds()

    @property
    def without_execution(self) -> bool:
        """Whether the form gives its execution rate no points: none are printed, and the indicators carry all of them."""
        return self.reported["execution_score"] is None and self.sums.weights == FULL

    def _total(self, exact: Decimal | None) -> Total:
        if self.rules is None:
            return self._sum_of_parts(exact)
        counted = self.reported["execution_score"] if self.execution is None else self.execution
        if self.without_execution:
            return mark_total(exact, None, ZERO, self.rules)
        return mark_total(exact, self.rate, counted, self.rules)

    def _sum_of_parts(self, exact: Decimal | None) -> Total:
        """The total that the printed parts give whatever the rule."""
        execution, off = self.reported["execution_score"], self.reported["deduction"] or ZERO
        if exact is None or execution is None and not self.without_execution:
            return Total(None, None, None, None, None, None, tr("没有总分：{why}", why=self.why))
        points = exact + (execution or ZERO) - off
        return Total(exact, None, None, None, off, points, tr("未复算：{why}", why=self.why))

    def record(self) -> Record:
        departs = self.departs
        points = self.total.points if self.rules else None
        beside = compared(self.reported["total_score"], points, self.bounds["total_score"])
        by_rule = {
            "indicator_subtotal": self.total.subtotal, "execution_rate": self.rate.value if self.rate else None,
            "execution_score": self.execution, "deduction": self.total.deduction if self.rules else None, "cap": self.total.cap,
        }  # fmt: skip
        capped = (self.reported["deduction"] or ZERO) > 0
        reported = {**self.reported, "cap": self.reported["total_score"] if capped else None}
        return {
            **{name: self.line[name] for name in ("project_no", "project", *PLACE)}, "weights": as_float(self.sums.weights),
            **{f"{name}_recomputed": as_float(value) for name, value in by_rule.items()},
            **{f"{name}_reported": as_float(reported[name]) for name in by_rule},
            "uncapped": as_float(self.total.uncapped), **beside,
            "status": "fail" if departs and beside["status"] != "fail" else beside["status"],
            "departs": "、".join(departs), "rule": self._rule(departs),
        }  # fmt: skip

    def _bounds(self) -> dict[str, Decimal]:
        """The difference that rounding explains, of every part."""
        half, sums = self.halves.points, self.sums
        subtotal = sums.rounding + slack(sums.exact, half["indicator_subtotal"])
        execution = spread = ZERO
        if self.rate is not None and self.rules is not None and not self.without_execution:
            weight, places = self.rules.execution_weight, self.rules.execution_places
            at = [rounded(weight * x, places) for x in (self.rate.low, self.rate.value, self.rate.high)]
            execution = max(at[2] - at[1], at[1] - at[0])
            spread = weight * max(self.rate.high - self.rate.used, self.rate.used - self.rate.low)
        capped = self.total.cap is not None and self.total.points == self.total.cap
        return {
            "indicator_subtotal": subtotal,
            "execution_score": execution + slack(self.execution, half["execution_score"]),
            "deduction": half["deduction"] + sums.rounding + spread if self.total.deduction else ZERO,
            "total_score": slack(self.total.points, half["total_score"]) + (ZERO if capped else subtotal + execution),
        }

    @property
    def from_parts(self) -> Total:
        """The total that the rule makes of the printed scores of the indicators."""
        printed = self.sums.reported
        return self._total(self.reported["indicator_subtotal"] if printed is None else printed)

    @property
    def departs(self) -> list[str]:
        """Which of ``PARTS`` are not what the printed figures that they are made of give."""
        parts = self.from_parts
        expected = {
            "indicator_subtotal": self.sums.reported, "execution_score": self.execution, "deduction": parts.deduction,
            "total_score": parts.points,
        }  # fmt: skip
        pairs = {name: (self.reported[name], value) for name, value in expected.items()}
        off = {n for n, (a, b) in pairs.items() if a is not None and b is not None and abs(a - b) > self.bounds[n]}
        off |= {"indicators"} if self.sums.gaps else set()
        off |= {"execution_rate"} if self.rate is not None and not self.rate.agrees else set()
        return [name for name in PARTS if name in off]

    def _rule(self, departs: list[str]) -> str:
        """The rule in words, what was scored only in part, and what departs."""
        sums, sentences = self.sums, [self.total.rule]
        if self.rules and self.without_execution:
            sentences.append(tr("自评表没有单给执行率分值"))
        elif self.rules and sums.weights and sums.exact is not None and sums.weights != self.rules.indicator_total:
            sentences.append(weights_differ(sums.weights, self.rules.indicator_total))
        if self.rules and sums.unscored:
            sentences.append(tr("规则算不出第{numbers}项，按自评计", numbers=", ".join(sums.unscored)))
        sentences += sums.gaps
        if self.rate is not None and not self.rate.agrees:
            sentences.append(tr("所印执行率不是{how}＝{rate}", how=self.rate.how, rate=percent(self.rate.value)))
        named = [name for name in departs if name not in ("indicators", "execution_rate")]
        if named:
            parts = word("、".join(named))
            sentences.append(tr("{parts}与所印各部分算得的不同", parts=parts))
        if self.reported["total_score"] is None:
            sentences.append(tr("没有印总分"))
        return sign("；").join(sentences)
