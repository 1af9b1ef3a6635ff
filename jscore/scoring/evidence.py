"""What each self-evaluation form says about each parameter of a scoring rule: an indicator 75% over its target that lost points
says that the overshoot threshold is at most 75%.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from jscore.language import tr
from jscore.schema import PLACE, records_of
from jscore.scoring.computed import Record, decimal, rate_places, total_of
from jscore.scoring.intervals import INFINITY, Span, chosen
from jscore.scoring.marks import ONE, ZERO, Rate, attained, beside, comparison, execution_rate, in_one_unit, rounded
from jscore.scoring.rule_sets import RuleSet, number_text, percent
from jscore.scoring.scores import REPORT
from jscore.text.numbers import half_of_column

#: Decimals that places are looked for in.
PLACES = range(7)


def at_places(value: Decimal, places: Decimal) -> Decimal:
    """``value`` rounded half up, or as it is where the places are without end."""
    return rounded(value, places) if places.is_finite() else value


@dataclass(frozen=True)
class Clue:
    """What one form says about a parameter, and why; ``form`` is its key and place."""

    parameter: str
    span: Span
    why: str
    form: Record


def clues(projects: pd.DataFrame, indicators: pd.DataFrame, base: RuleSet) -> list[Clue]:
    """Every clue of the forms of one report or of a panel; what they do not say is taken from ``base``."""
    of_projects = indicators[indicators["scope"] == "项目"]
    if REPORT not in projects:
        return _of_report(projects, of_projects, None, base)
    names = dict.fromkeys([*projects[REPORT], *of_projects[REPORT]])
    return [
        clue
        for name in names
        for clue in _of_report(projects[projects[REPORT] == name], of_projects[of_projects[REPORT] == name], name, base)
    ]


def _of_report(projects: pd.DataFrame, indicators: pd.DataFrame, name: Any, base: RuleSet) -> list[Clue]:
    forms = _forms(projects, indicators)
    report_clues = [*_indicator_clues(indicators, base), *_project_clues(forms, base), *_cap_clues(forms, base)]
    return (
        report_clues
        if name is None
        else [Clue(c.parameter, c.span, c.why, {REPORT: name, **c.form}) for c in report_clues]
    )


# --- what indicators say ----------------------------------------------------------------


def _indicator_clues(indicators: pd.DataFrame, base: RuleSet) -> Iterator[Clue]:
    """The clues of a report's indicators: rounding of completion first, as the others rest on it."""
    half = half_of_column(indicators["score"])
    columns = (
        "scope",
        "project_no",
        "indicator_no",
        "level3",
        "operator",
        "target",
        "unit",
        "actual",
        "weight",
        "score",
    )
    numeric = [
        indicator
        for line in records_of(indicators, *columns, *PLACE)
        if (indicator := _Numbers.of(line, half)) is not None
    ]
    rounding = [clue for indicator in numeric for clue in indicator.rounding()]
    yield from rounding
    places = chosen(
        [clue.span for clue in rounding], INFINITY if base.completion_places is None else base.completion_places
    )
    for indicator in numeric:
        yield from indicator.clues(places)


@dataclass(frozen=True)
class _Numbers:
    """An indicator whose target, actual, weight and score are numbers."""

    operator: str
    goal: Decimal
    done: Decimal
    weight: Decimal
    score: Decimal
    half: Decimal
    line: Record

    @classmethod
    def of(cls, line: Record, half: Decimal) -> _Numbers | None:
        goal, done, _ = in_one_unit(line["target"] or "", line["actual"] or "", line["unit"] or "")
        weight, score = decimal(line["weight"]), decimal(line["score"])
        operator = comparison(line["operator"] or "", line["target"] or "")
        if goal is None or done is None or weight is None or score is None or not operator:
            return None
        return cls(operator, goal, done, weight, score, half, line) if goal > 0 and weight > half else None

    def clue(self, parameter: str, span: Span, why: str) -> Clue:
        form = {name: self.line.get(name) for name in ("project_no", "indicator_no", *PLACE)}
        scored = tr(
            "{compared}，得{score}/{weight}分", compared=beside(self.operator, self.done, self.goal), score=number_text(self.score),
            weight=number_text(self.weight),
        )  # fmt: skip
        return Clue(parameter, span, tr("{scored}：{why}", scored=scored, why=why), form)

    def rounding(self) -> Iterator[Clue]:
        """Which places of a missed ``>=`` target's completion give its score."""
        if self.operator != ">=" or not 0 <= self.done < self.goal:
            return
        ratio = self.done / self.goal
        fits = [p for p in PLACES if abs(self.weight * rounded(ratio, p) - self.score) <= self.half]
        if fits and len(fits) < len(PLACES):
            high = INFINITY if fits[-1] == PLACES[-1] else Decimal(fits[-1])
            yield self.clue(
                "completion_places",
                Span(Decimal(fits[0]), high),
                tr("完成{completion}", completion=percent(self.score / self.weight)),
            )

    def clues(self, places: Decimal) -> Iterator[Clue]:
        """What it says about thresholds and penalties."""
        excess = (self.done - self.goal) / self.goal
        if self.operator == "<=":
            yield from self._limit(places)
        elif excess > 0:
            yield from self._far("overshoot", excess, self.weight)
        elif excess < 0 and self.operator == "=":
            yield from self._far("miss", -excess, self.weight * at_places(max(self.done / self.goal, ZERO), places))

    def _far(self, which: str, far: Decimal, earned: Decimal) -> Iterator[Clue]:
        """``earned`` is what the completion alone gives; what the score has less is the penalty."""
        lost = earned - self.score
        if earned <= self.half or lost < -self.half:
            return
        if lost <= self.half:
            yield self.clue(f"{which}_threshold", Span(far, low_open=True), tr("偏离{far}不扣分", far=percent(far)))
            return
        yield self.clue(
            f"{which}_threshold",
            Span(ZERO, far, low_open=True),
            tr("偏离{far}扣{points}分", far=percent(far), points=number_text(lost)),
        )
        exact = self.score > self.half
        span = Span(lost - self.half, lost + self.half) if exact else Span(lost - self.half)
        costs = (
            tr("扣{points}分", points=number_text(lost))
            if exact
            else tr("扣{points}分或更多，扣到0", points=number_text(lost))
        )
        yield self.clue(f"{which}_penalty", span, costs)

    def _limit(self, places: Decimal) -> Iterator[Clue]:
        """A missed ``<=`` target: whether its score is by the ratio (1) or none (0)."""
        if self.done <= self.goal:
            return
        by_ratio = at_places(attained("<=", self.goal, self.done) or ZERO, places) * self.weight
        fits = [value for value, points in ((ONE, by_ratio), (ZERO, ZERO)) if abs(points - self.score) <= self.half]
        if len(fits) == 1:
            yield self.clue("over_limit", Span(fits[0], fits[0]), tr("按比例得分") if fits[0] else tr("超过上限不得分"))


# --- what projects say ------------------------------------------------------------------


@dataclass(frozen=True)
class _Form:
    """A project's form: what the cap and the execution score show in."""

    line: Record
    rate: Rate | None
    weights: Decimal | None
    exact: Decimal | None
    half: Decimal

    def get(self, name: str) -> Decimal | None:
        return decimal(self.line[name])

    def clue(self, parameter: str, span: Span, why: str) -> Clue:
        return Clue(
            parameter, span, why, {"indicator_no": None, **{n: self.line.get(n) for n in ("project_no", *PLACE)}}
        )

    @property
    def sum(self) -> Decimal | None:
        """Indicators and execution rate, before a cap."""
        indicators = self.get("indicator_subtotal") if self.exact is None else self.exact
        execution = self.get("execution_score")
        return None if indicators is None or execution is None else indicators + execution

    @property
    def capped(self) -> bool:
        """Whether points were taken off to come down to the total."""
        total, off = self.get("total_score"), self.get("deduction")
        if total is None or self.sum is None:
            return False
        # Where no deduction is printed, a total that is only rounded is none that was brought down.
        return self.sum - total > Decimal("0.01") if off is None else off > 0 and self.sum > total


def _forms(projects: pd.DataFrame, indicators: pd.DataFrame) -> list[_Form]:
    amounts = half_of_column([*projects["budget"], *projects["executed"]])
    rates = half_of_column(projects["execution_rate"], least=rate_places(projects["execution_rate"]))
    half = half_of_column(projects["execution_score"])
    points = ("indicator_subtotal", "execution_score", "deduction", "total_score")
    weights, scores = (_sums(indicators, name) for name in ("weight", "score"))
    forms = []
    for line in records_of(projects, "project_no", "project", "budget", "executed", "execution_rate", *points, *PLACE):
        budget, executed, printed = (decimal(line[name]) for name in ("budget", "executed", "execution_rate"))
        rate = execution_rate(budget, executed, printed, amounts, rates)
        number_ = line["project_no"]
        forms.append(_Form(line, rate, weights.get(number_), scores.get(number_), half))
    return forms


def _sums(indicators: pd.DataFrame, column: str) -> dict[Any, Decimal]:
    by_project: dict[Any, list[Decimal | None]] = {}
    for line in records_of(indicators, "project_no", column):
        by_project.setdefault(line["project_no"], []).append(decimal(line[column]))
    return {name: total for name, values in by_project.items() if (total := total_of(values)) is not None}


def _project_clues(forms: Sequence[_Form], base: RuleSet) -> Iterator[Clue]:
    """The clues of projects' forms, caps aside."""
    for form in forms:
        if form.weights is not None:
            yield form.clue(
                "indicator_total",
                Span(form.weights, form.weights),
                tr("分值合计{weights}", weights=number_text(form.weights)),
            )
        subtotal = form.get("indicator_subtotal")
        if form.exact is not None and subtotal is not None:
            fits = [p for p in PLACES if rounded(form.exact, p) == subtotal]
            yield from _place_clue(
                form,
                "subtotal_places",
                fits,
                tr("{exact}印为{printed}", exact=number_text(form.exact), printed=number_text(subtotal)),
            )
    executed = [
        (form, form.rate, score) for form in forms if form.rate and (score := form.get("execution_score")) is not None
    ]
    weights = []
    for form, rate, score in executed:
        if rate.low > 0:
            span = Span(max(score - form.half, ZERO) / rate.high, (score + form.half) / rate.low)
            weights.append(form.clue("execution_weight", span, _executed(rate, score)))
    yield from weights
    weight = chosen([clue.span for clue in weights], base.execution_weight)
    for form, rate, score in executed:
        ends = [(rounded(weight * rate.low, p), rounded(weight * rate.high, p)) for p in PLACES]
        fits = [p for p, (low, high) in zip(PLACES, ends, strict=True) if low <= score <= high]
        yield from _place_clue(form, "execution_places", fits, _executed(rate, score))


def _executed(rate: Rate, score: Decimal) -> str:
    return tr("执行{rate}，得{points}分", rate=percent(rate.value), points=number_text(score))


def _place_clue(form: _Form, parameter: str, fits: list[int], why: str) -> Iterator[Clue]:
    if fits and len(fits) < len(PLACES):
        high = INFINITY if fits[-1] == PLACES[-1] else Decimal(fits[-1])
        yield form.clue(parameter, Span(Decimal(fits[0]), high), why)


def _cap_clues(forms: Sequence[_Form], base: RuleSet) -> Iterator[Clue]:
    """The totals that forms are capped at, those of the base too, and the rates below which they are."""
    # A total of nothing is no level that totals are brought down to.
    seen = {total for form in forms if form.capped and (total := form.get("total_score"))}
    for level in sorted(seen | {cap.total for cap in base.caps}):
        for form in forms:
            total, rate = form.get("total_score"), form.rate
            if total is None or rate is None or form.sum is None or form.sum <= level:
                continue
            told = tr(
                "执行{rate}：各部分合计{points}分，总分{total}", rate=percent(rate.value), points=number_text(round(form.sum, 3)),
                total=number_text(total),
            )  # fmt: skip
            if form.capped and total == level:
                yield form.clue(f"cap {number_text(level)}: total", Span(level, level), told)
            if form.capped and total <= level:
                yield form.clue(f"cap {number_text(level)}: below", Span(rate.value, low_open=True), told)
            elif total > level:
                yield form.clue(f"cap {number_text(level)}: below", Span(ZERO, rate.value), told)
