"""Every self-evaluation recomputed by a rule set, beside what the form reports.

Belongs here: the frames ``indicator_scores`` and ``project_scores``, the same for the department's own form, and what
another rule set would change.  Does not: the rule of one score (``marking``), its parameters (``rule_sets``), finding
them (``inference``), what a score hides (``hidden``).

All functions are pure.  They take frames of one report, or ``jscore.panel``'s of several: then the result has
``report_id`` first as well, and every report is scored by itself.  Nothing raises for what a form may print.

A difference is reported less recomputed.  It is a finding (``status`` fail) if it is more than the rounding of the
printed figures explains: half of the last digit of the score's column (of the second decimal at least), and what the
rounding of amounts and rates that it is made of may make of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

import pandas as pd

from jscore import schema
from jscore.scoring.marking import (
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
from jscore.scoring.rule_sets import DEFAULT, RuleSet, exactly, percent, plain
from jscore.text.numbers import half_of_column

REPORT = "report_id"
PLACE = tuple(column.name for column in schema.PLACE)
#: Words of ``departs``: which printed figure is not what the printed figures that it is made of give.
PARTS = ("indicators", "indicator_subtotal", "execution_rate", "execution_score", "deduction", "total_score")

Record = dict[str, Any]


# --- figures ----------------------------------------------------------------------------


def decimal(value: Any) -> Decimal | None:
    """A number of a frame as printed; None for one that is missing or infinite."""
    return exactly(float(value)) if value is not None and value is not pd.NA and isfinite(value) else None


def slack(value: Decimal | None, half: Decimal) -> Decimal:
    """What rounding to the places that ``half`` is half a digit of may make of ``value``: nothing if it fits in them."""
    if value is None or value == rounded(value, -half.adjusted() - 1):
        return ZERO
    return half


def lines(frame: pd.DataFrame, *columns: str) -> list[Record]:
    """``columns`` of a frame as a record a row, missing values None."""
    held = [frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in columns]
    return [dict(zip(columns, values, strict=True)) for values in zip(*held, strict=True)]


def as_float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def compared(reported: Decimal | None, recomputed: Decimal | None, tolerance: Decimal) -> Record:
    """The columns that stand at the end of every comparison."""
    difference = None if reported is None or recomputed is None else reported - recomputed
    status = "skipped" if difference is None else "pass" if abs(difference) <= tolerance else "fail"
    return {
        "reported": as_float(reported), "recomputed": as_float(recomputed), "difference": as_float(difference),
        "tolerance": as_float(tolerance), "status": status,
    }  # fmt: skip


def by_report(
    score: Callable[..., pd.DataFrame], frames: tuple[pd.DataFrame, ...], rule_set: RuleSet
) -> pd.DataFrame | None:
    """``score`` of every report of a panel, one under the other; None where the frames are one report's."""
    if REPORT not in frames[0]:
        return None
    parts = []
    for name in [*dict.fromkeys(frames[0][REPORT])] or [None]:
        part = score(*(frame[frame[REPORT] == name].drop(columns=REPORT) for frame in frames), rule_set)
        part.insert(0, REPORT, pd.Series(name, part.index, "str"))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


# --- indicators -------------------------------------------------------------------------

_KEYS = ("scope", "project_no", "indicator_no", "level3", "weight")
_PRINTED = ("operator", "target", "unit", "actual", "completion", "score")


@dataclass(frozen=True)
class Scored:
    """An indicator's line, its score as reported and by the rule, and what rounding explains between the two."""

    line: Record
    reported: Decimal | None
    mark: Mark
    tolerance: Decimal

    @property
    def compared(self) -> Record:
        return compared(self.reported, self.mark.points, self.tolerance)

    @property
    def counted(self) -> Decimal | None:
        """The points by the rule, or those reported where the rule does not reach."""
        return self.reported if self.mark.points is None else self.mark.points

    @property
    def gap(self) -> str:
        """The departure from the rule in words, "" without one."""
        if self.reported is None or self.mark.points is None:
            return ""
        over = self.reported - self.mark.points
        where = "above" if over > 0 else "below"
        number = self.line["indicator_no"]
        return (
            f"indicator {number} is reported {plain(abs(over))} {where} the rule" if abs(over) > self.tolerance else ""
        )


def scored(indicators: pd.DataFrame, rule_set: RuleSet) -> list[Scored]:
    """Every indicator (frame ``indicators``) by the rule, in the frame's order."""
    half = half_of_column(indicators["score"])
    found = []
    for line in lines(indicators, *_KEYS, *_PRINTED, *PLACE):
        texts = {name: line[name] or "" for name in ("operator", "target", "unit", "actual")}
        printed = Printed(weight=decimal(line["weight"]), completion=decimal(line["completion"]), **texts)
        mark = mark_indicator(printed, rule_set)
        found.append(Scored(line, decimal(line["score"]), mark, slack(mark.points, half)))
    return found


def score_indicators(indicators: pd.DataFrame, rule_set: RuleSet = DEFAULT) -> pd.DataFrame:
    """Frame ``indicator_scores`` of frame ``indicators``: a row an indicator, in its order, points by ``rule_set``."""
    panel = by_report(score_indicators, (indicators,), rule_set)
    if panel is not None:
        return panel
    return schema.from_records("indicator_scores", [
        {
            **{name: one.line[name] for name in (*_KEYS, *PLACE)},
            "completion_reported": one.line["completion"], "completion": as_float(one.mark.completion),
            "excess": as_float(one.mark.excess), "penalty": None if one.mark.points is None else as_float(one.mark.penalty),
            **one.compared, "basis": one.mark.basis, "rule": one.mark.rule,
        }
        for one in scored(indicators, rule_set)
    ])  # fmt: skip


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
    def of(cls, found: Iterable[Scored]) -> Sums:
        found = list(found)
        return cls(
            total_of(one.counted for one in found),
            total_of(one.reported for one in found),
            total_of(decimal(one.line["weight"]) for one in found) or ZERO,
            total_of(one.tolerance for one in found) or ZERO,
            tuple(one.gap for one in found if one.gap),
            tuple(str(one.line["indicator_no"]) for one in found if one.mark.points is None),
        )


def total_of(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is there; None if nothing is."""
    found = [value for value in values if value is not None]
    return sum(found, ZERO) if found else None


# --- projects ---------------------------------------------------------------------------

_POINTS = ("indicator_subtotal", "execution_score", "deduction", "total_score")
_MONEY = ("budget", "executed", "execution_rate")


def score_projects(projects: pd.DataFrame, indicators: pd.DataFrame, rule_set: RuleSet = DEFAULT) -> pd.DataFrame:
    """Frame ``project_scores`` of frames ``projects`` and ``indicators``: a row a project, points by ``rule_set``.

    ``recomputed`` follows the rule all the way from targets, actuals and amounts.  ``departs`` names the printed figures
    that the printed figures they are made of do not give, so that an error is named where it is and not where it leads.
    """
    panel = by_report(score_projects, (projects, indicators), rule_set)
    if panel is not None:
        return panel
    of_project: dict[Any, list[Scored]] = {}
    for one in scored(indicators[indicators["scope"] == "项目"], rule_set):
        of_project.setdefault(one.line["project_no"], []).append(one)
    halves = Halves.of(projects)
    return schema.from_records("project_scores", [
        Project(line, Sums.of(of_project.get(line["project_no"], [])), halves, rule_set).record()
        for line in lines(projects, "project_no", "project", *_MONEY, *_POINTS, *PLACE)
    ])  # fmt: skip


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
    return 4 if rates.dropna().isin([0, 1]).all() else 2


class Project:
    """A project's form on its way to a row of ``project_scores``."""

    def __init__(self, line: Record, sums: Sums, halves: Halves, rule_set: RuleSet) -> None:
        self.line, self.sums, self.halves, self.rule_set = line, sums, halves, rule_set
        self.reported = {name: decimal(line[name]) for name in ("execution_rate", *_POINTS)}
        amounts = decimal(line["budget"]), decimal(line["executed"])
        self.rate = execution_rate(*amounts, self.reported["execution_rate"], halves.amount, halves.rate)
        self.execution = mark_execution(self.rate, rule_set)
        self.total = self._total(sums.exact)
        self.bounds = self._bounds()

    def _total(self, exact: Decimal | None) -> Total:
        counted = self.reported["execution_score"] if self.execution is None else self.execution
        return mark_total(exact, self.rate, counted, self.rule_set)

    def record(self) -> Record:
        departs = self._departs()
        beside = compared(self.reported["total_score"], self.total.points, self.bounds["total_score"])
        by_rule = {
            "indicator_subtotal": self.total.subtotal, "execution_rate": self.rate.value if self.rate else None,
            "execution_score": self.execution, "deduction": self.total.deduction, "cap": self.total.cap,
        }  # fmt: skip
        capped = (self.reported["deduction"] or ZERO) > 0
        reported = {**self.reported, "cap": self.reported["total_score"] if capped else None}
        return {
            **{name: self.line[name] for name in ("project_no", "project", *PLACE)}, "weights": as_float(self.sums.weights),
            **{f"{name}_recomputed": as_float(value) for name, value in by_rule.items()},
            **{f"{name}_reported": as_float(reported[name]) for name in by_rule},
            "uncapped": as_float(self.total.uncapped), **beside,
            "status": "fail" if departs and beside["status"] == "pass" else beside["status"],
            "departs": "、".join(departs), "rule": self._rule(departs),
        }  # fmt: skip

    def _bounds(self) -> dict[str, Decimal]:
        """The difference that rounding explains, of every part."""
        half, sums, weight = self.halves.points, self.sums, self.rule_set.execution_weight
        subtotal = sums.rounding + slack(sums.exact, half["indicator_subtotal"])
        execution = spread = ZERO
        if self.rate is not None:
            at = [
                rounded(weight * x, self.rule_set.execution_places)
                for x in (self.rate.low, self.rate.value, self.rate.high)
            ]
            execution = max(at[2] - at[1], at[1] - at[0])
            spread = weight * max(self.rate.high - self.rate.used, self.rate.used - self.rate.low)
        capped = self.total.cap is not None and self.total.points == self.total.cap
        return {
            "indicator_subtotal": subtotal,
            "execution_score": execution + slack(self.execution, half["execution_score"]),
            "deduction": half["deduction"] + sums.rounding + spread if self.total.deduction else ZERO,
            "total_score": slack(self.total.points, half["total_score"]) + (ZERO if capped else subtotal + execution),
        }

    def _departs(self) -> list[str]:
        """Which of ``PARTS`` are not what the printed figures that they are made of give."""
        printed = self.sums.reported
        own = self._total(self.reported["indicator_subtotal"] if printed is None else printed)
        expected = {
            "indicator_subtotal": printed, "execution_score": self.execution, "deduction": own.deduction,
            "total_score": own.points,
        }  # fmt: skip
        pairs = {name: (self.reported[name], value) for name, value in expected.items()}
        off = {n for n, (a, b) in pairs.items() if a is not None and b is not None and abs(a - b) > self.bounds[n]}
        off |= {"indicators"} if self.sums.gaps else set()
        off |= {"execution_rate"} if self.rate is not None and not self.rate.agrees else set()
        return [name for name in PARTS if name in off]

    def _rule(self, departs: list[str]) -> str:
        """The rule in words, what was scored only in part, and what departs."""
        sums, said = self.sums, [self.total.rule]
        if sums.exact is not None and sums.weights != self.rule_set.indicator_total:
            said.append(f"weights add up to {plain(sums.weights)}, not {plain(self.rule_set.indicator_total)}")
        if sums.unscored:
            said.append(f"the rule does not reach indicator {', '.join(sums.unscored)}: counted as reported")
        said += sums.gaps
        if self.rate is not None and not self.rate.agrees:
            said.append(f"the printed execution rate is not {self.rate.how} = {percent(self.rate.value)}")
        named = [name for name in departs if name not in ("indicators", "execution_rate")]
        if named:
            said.append(f"{', '.join(named)} {'is' if len(named) == 1 else 'are'} not what the printed parts give")
        if self.reported["total_score"] is None:
            said.append("no total is printed")
        return "; ".join(said)


# --- another rule set -------------------------------------------------------------------


def what_if(
    projects: pd.DataFrame, indicators: pd.DataFrame, rule_set: RuleSet, base: RuleSet = DEFAULT
) -> pd.DataFrame:
    """What ``rule_set`` gives every project beside ``base``: project_no, project, reported, base, changed, change, rule."""
    before = score_projects(projects, indicators, base)
    after = score_projects(projects, indicators, rule_set)
    keys = [REPORT] if REPORT in before else []
    found = before[[*keys, "project_no", "project", "reported", "recomputed"]].rename(columns={"recomputed": "base"})
    change = (after["recomputed"] - before["recomputed"]).round(6)
    return found.assign(changed=after["recomputed"], change=change, rule=after["rule"])


def where_points_go(projects: pd.DataFrame, indicators: pd.DataFrame, rule_set: RuleSet = DEFAULT) -> pd.DataFrame:
    """How the full score comes down to the total by the rule, on the average of the projects that have one.

    Columns: step, points (signed; the first and the last are levels), left (what is left after the step).
    """
    scores = score_projects(projects, indicators, rule_set).dropna(subset=["recomputed", "uncapped"])
    own = score_indicators(indicators[indicators["scope"] == "项目"], rule_set)
    own = own[own["project_no"].isin(scores["project_no"])]
    if scores.empty:
        return pd.DataFrame({"step": pd.Series(dtype="str"), "points": [], "left": []})
    far = (own["weight"] * own["completion"] - own["recomputed"]).clip(lower=0).sum()
    weights, execution = scores["weights"].sum(), float(rule_set.execution_weight) * len(scores)
    earned = scores["uncapped"] - scores["execution_score_recomputed"].fillna(scores["execution_score_reported"])
    lost = {
        "未完成目标": weights - earned.sum() - far,
        "超额或偏离扣分": far,
        "预算执行率": execution - (scores["uncapped"] - earned).sum(),
        "总分封顶": (scores["uncapped"] - scores["recomputed"]).sum(),
    }
    steps = {"满分": weights + execution, **{name: -points for name, points in lost.items()}}
    flow = pd.DataFrame({"step": list(steps), "points": list(steps.values())})
    flow["left"] = flow["points"].cumsum()
    flow.loc[len(flow)] = ["复算得分", flow["left"].iloc[-1], flow["left"].iloc[-1]]
    return flow.assign(points=(flow["points"] / len(scores)).round(6), left=(flow["left"] / len(scores)).round(6))
