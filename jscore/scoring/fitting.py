"""Which rule set the scores of a report were given by: the one that reproduces most of them, if it reproduces enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jscore import schema
from jscore.language import sign, tr
from jscore.language.words import word
from jscore.scoring.computed import Project, Scored, computed, decimal, scored
from jscore.scoring.department_forms import Department, departments
from jscore.scoring.rule_sets import RULE_SETS, RuleSet

#: A set fits that misses at most one of so many of the scores that tell rules apart, or one in all.
MISSES = 3
#: Parts of a form in words.


@dataclass(frozen=True)
class Tried:
    """A rule set on the scores of a report: how many it was tested on, how many of them tell rules apart, which it misses."""

    rule_set: RuleSet
    tested: int
    telling: int
    missed: tuple[str, ...]
    #: Whether the forms print what forms of this rule do, by which rules that score alike are told apart.
    printed: bool = False

    @property
    def reproduced(self) -> int:
        return self.tested - len(self.missed)

    @property
    def fits(self) -> bool:
        return self.tested > 0 and len(self.missed) <= max(1, self.telling // MISSES)


@dataclass(frozen=True)
class Fit:
    """The rule set of a report by the evidence of its scores, None where none is known to fit, and all that were tried."""

    rule_set: RuleSet | None
    tried: tuple[Tried, ...]

    @property
    def best(self) -> Tried | None:
        """The set that reproduces most; of several the one whose forms these are, else the first."""
        return max(self.tried, key=lambda tried: (tried.reproduced, tried.printed), default=None)

    @property
    def ties(self) -> tuple[str, ...]:
        """The names of the sets that reproduce as many scores as the chosen one: the scores do not tell them apart."""
        return tuple(rules.name for rules in self._alike)

    @property
    def _alike(self) -> list[RuleSet]:
        best = self.best if self.rule_set else None
        return [
            tried.rule_set for tried in self.tried if best and tried is not best and tried.reproduced == best.reproduced
        ]

    @property
    def why(self) -> str:
        """What the choice rests on, in a sentence."""
        best = self.best
        if best is None or not best.tested:
            return tr("自评表没有可以检验的得分")
        counted = tr(
            "按“{rule}”的规则复算，{tested}个得分中有{reproduced}个相符", rule=best.rule_set.called,
            tested=best.tested, reproduced=best.reproduced,
        )  # fmt: skip
        if self.rule_set is None:
            return tr(
                "没有已知的规则符合：{counted}，而在能区分规则的{telling}个中有{missed}个不符", counted=counted,
                telling=best.telling, missed=len(best.missed),
            )  # fmt: skip
        if self.ties:
            others = sign("、").join(f"“{rules.called}”" for rules in self._alike)
            counted += tr("；{others}的规则相符的一样多", others=others)
            counted += tr("，而自评表印有前者的表所印各栏") if best.printed else ""
        if not best.missed:
            return counted
        names = sign("、").join(best.missed[:6])
        return counted + (
            tr("；不符的有{names}等", names=names) if len(best.missed) > 6 else tr("；不符的有{names}", names=names)
        )

    def table(self) -> pd.DataFrame:
        """A row a rule set: rule_set, title, tested, reproduced, telling (scores that tell rules apart), not_reproduced, chosen
        (yes, no, or tie: it reproduces as many)."""
        rows = [
            {
                "rule_set": tried.rule_set.name, "title": tried.rule_set.called, "tested": tried.tested,
                "reproduced": tried.reproduced, "telling": tried.telling, "not_reproduced": sign("、").join(tried.missed),
                "chosen": "yes" if tried.rule_set is self.rule_set else "tie" if tried.rule_set.name in self.ties else "no",
            }
            for tried in self.tried
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def as_dict(self) -> dict[str, Any]:
        """For report.json: the name (None: none is known to fit), how many scores it reproduces and which it does not, the sets
        that reproduce as many, and why."""
        best = self.best if self.rule_set else None
        return {
            "name": self.rule_set.name if self.rule_set else None, "tested": best.tested if best else 0,
            "reproduced": best.reproduced if best else 0, "not_reproduced": list(best.missed) if best else [],
            "ties": list(self.ties), "why": self.why,
        }  # fmt: skip


def fit(
    projects: pd.DataFrame, indicators: pd.DataFrame, overall: pd.DataFrame | None = None,
    tasks: pd.DataFrame | None = None, *, rule_sets: Iterable[RuleSet] | None = None,
) -> Fit:  # fmt: skip
    """The rule set, of ``rule_sets`` (default: all that are registered), that the scores of one report were given by.

    Frames of the contract; ``overall`` and ``tasks`` are the department's own form, where there is one.  Tested are the scores
    of indicators, of execution and the totals; of sets that reproduce as many the one is taken whose forms print what
    these do, else the one registered first.
    """
    department = (
        schema.empty("overall") if overall is None else overall,
        schema.empty("tasks") if tasks is None else tasks,
    )
    sets = RULE_SETS.values() if rule_sets is None else rule_sets
    if projects.empty and indicators.empty and department[0].empty:
        return Fit(None, tuple(Tried(rules, 0, 0, (), False) for rules in sets))
    tried = tuple(_try(rules, projects, indicators, department) for rules in sets)
    best = Fit(None, tried).best
    return Fit(best.rule_set if best is not None and best.fits else None, tried)


def _prints(rules: RuleSet, projects: pd.DataFrame, indicators: pd.DataFrame) -> bool:
    """Whether all forms print the columns that forms of the rule do, most of their lines at least."""
    of_projects = indicators[indicators["scope"] == "项目"]
    shares = [(projects if name in projects else of_projects)[name].notna().mean() for name in rules.prints]
    return bool(shares) and min(shares) > 0.5


def _try(
    rules: RuleSet, projects: pd.DataFrame, indicators: pd.DataFrame, department: tuple[pd.DataFrame, pd.DataFrame]
) -> Tried:
    marks = [
        indicator
        for indicator in scored(indicators, rules)
        if indicator.reported is not None and indicator.points is not None
    ]
    parts = [_Part(_name(indicator), indicator.differs, indicator.telling or indicator.differs) for indicator in marks]
    parts += [part for form in computed(projects, indicators, rules) for part in _of_project(form)]
    parts += [
        part for form in departments(*department, indicators, rules, True) for part in _of_department(form, rules)
    ]
    missed = tuple(part.name for part in parts if part.missed)
    return Tried(rules, len(parts), sum(part.telling for part in parts), missed, _prints(rules, projects, indicators))


@dataclass(frozen=True)
class _Part:
    """A score of a report: what it is of, whether the rule misses it, whether it tells rules apart."""

    name: str
    missed: bool
    telling: bool


def _of_project(form: Project) -> Iterator[_Part]:
    for part, points in (("execution_score", form.execution), ("total_score", form.from_parts.points)):
        if form.reported[part] is None or points is None:
            continue
        given = form.rules.execution_weight if form.rules else None
        full = part == "execution_score" and points == given == form.reported[part]
        telling = not full and (part == "execution_score" or form.total.cap is not None)
        yield _Part(
            tr("项目{number}{part}", number=form.line["project_no"], part=word(part)), part in form.departs, telling
        )


def _of_department(form: Department, rules: RuleSet) -> Iterator[_Part]:
    execution, total = form.execution, form.total(rules.subtotal_places, printed=True)
    if execution.rate is not None and execution.reported is not None and execution.points is not None:
        missed = abs(execution.reported - execution.points) > execution.rounding
        full = execution.reported == execution.points == execution.weight
        yield _Part(tr("部门{part}", part=word("execution_score")), missed, not full)
    printed = decimal(form.line["total_score"])
    if printed is not None and total is not None:
        yield _Part(tr("部门{part}", part=word("total_score")), abs(printed - total) > form.bound(total), False)


def _name(indicator: Scored) -> str:
    part = tr("指标{number}", number=indicator.line["indicator_no"])
    if indicator.line["scope"] == "部门":
        return tr("部门{part}", part=part)
    return tr("项目{number}{part}", number=indicator.line["project_no"], part=part)
