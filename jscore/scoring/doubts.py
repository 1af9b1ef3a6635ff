"""What self-evaluations give away, with the printed evidence: claims without money, easy targets, copied goals, impossible counts.

One function a question, each giving a frame whose rows are printed lines: ``report.show("indicators", row)`` shows the one that a
row is about.  None of these is an error of the form: a row is a reason to ask.  All take frames of the contract, also empty ones.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from itertools import compress
from typing import Any

import pandas as pd

from jscore.schema import PLACE, records_of
from jscore.scoring.computed import Record, as_float, decimal, scored
from jscore.scoring.grades import grade_of, printed_grade
from jscore.scoring.marks import ONE, ZERO, Mark, band, comparison, in_one_unit, number, quantity
from jscore.scoring.rule_sets import rule_set as named
from jscore.scoring.scores import Rules, chosen, score_projects
from jscore.text.normal import nfkc

_PROJECT = ("project_no", "project", "budget", "executed", "total_score")
_INDICATOR = ("indicator_no", "level1", "level2", "level3", "operator", "target", "unit", "actual")
_CLAIM = (*_PROJECT, *_INDICATOR, "completion", "weight", "score", *PLACE)
_NUMBERS = ("budget", "executed", "total_score", "completion", "weight", "score")

#: Kinds of indicators that say what was done and what came of it (财预〔2020〕10号), satisfaction left out.
DONE = re.compile(r"(?!.*满意)(?:.*)(?:产出|数量|质量|时效|成本|效益|可持续|社会|经济|生态)")
_MONEY = r"(?:资金|补助|补贴|奖金|奖励|奖补|津贴|经费|款项?|物资)"
_PAID = r"(?:发放|拨付|到位|兑付|兑现|支付|领取|拨款)"
PAYMENT = re.compile(rf"{_MONEY}.{{0,8}}{_PAID}|{_PAID}.{{0,8}}{_MONEY}")
#: An actual over its target by this share of it is far over.
FAR = 0.3
#: Names of rates that may go beyond 100%.
_BEYOND = re.compile(r"变动|变化|增长|增加|提高|提升|下降|降低|减少|控制|调整|偏差|差异")


def _typed(records: Iterable[Record], columns: Iterable[str], numbers: Iterable[str] = ()) -> pd.DataFrame:
    whole = {"project_no", "indicator_no", "page", "row", "form_page", "other_no", "count"}
    columns, numbers = list(columns), set(numbers)
    kinds = {name: "Int64" if name in whole else "float64" if name in numbers else "str" for name in columns}
    records = list(records)
    if not records:
        return _empty(tuple(kinds.items())).copy()
    return pd.DataFrame.from_records(records).reindex(columns=columns).astype(kinds)


@cache
def _empty(kinds: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    return pd.DataFrame(columns=[name for name, _ in kinds]).astype(dict(kinds))


def _claimed(projects: pd.DataFrame, indicators: pd.DataFrame) -> list[Record]:
    """Every indicator of a project with its project's line."""
    by_no = {line["project_no"]: line for line in records_of(projects, *_PROJECT)}
    columns = ("project_no", *_INDICATOR, "completion", "weight", "score", *PLACE)
    of_projects = indicators["scope"].eq("项目").tolist()
    records = compress(records_of(indicators, *columns), of_projects)
    return [{**by_no[line["project_no"]], **line} for line in records if line["project_no"] in by_no]


def _claims(projects: pd.DataFrame, indicators: pd.DataFrame, rules: Rules = None) -> list[tuple[Record, Mark]]:
    """Every indicator of a project with its project's line, and its score by the rule."""
    # Completion and excess are arithmetic, whichever rule the scores follow.
    rule_set = chosen(rules, projects, indicators)[0] or named("national")
    numbers = {line["project_no"] for line in records_of(projects, "project_no")}
    of_projects = indicators[indicators["scope"] == "项目"]
    # A form without weights has completions all the same.
    weighed = of_projects.assign(weight=of_projects["weight"].fillna(1.0))
    marks = [indicator.mark for indicator in scored(weighed, rule_set) if indicator.line["project_no"] in numbers]
    return list(zip(_claimed(projects, indicators), marks, strict=True))


def _idle(claim: Record, at_most: float) -> bool:
    """Whether a project spent at most the part ``at_most`` of its budget."""
    budget, executed = claim["budget"], claim["executed"]
    return executed is not None and (executed <= 0 if not at_most or not budget else executed <= at_most * budget)


# --- claims without money ---------------------------------------------------------------


def complete_without_money(
    projects: pd.DataFrame, indicators: pd.DataFrame, at_most: float = 0.0, rules: Rules = None
) -> pd.DataFrame:
    """Outputs and benefits (产出, 效益) that projects without execution report as complete, a row an indicator.

    ``at_most`` is the execution rate up to which a project counts (0: nothing was spent), ``rules`` what completion is
    reckoned by (default: the set that fits).  Columns: project_no, project,
    budget, executed, total_score, the indicator as in ``indicators``, page, table_id, row.
    """
    claims = (
        claim
        for claim, mark in _claims(projects, indicators, rules)
        if _idle(claim, at_most)
        and DONE.match(f"{claim['level1'] or ''}{claim['level2'] or ''}")
        and (mark.completion if mark.completion is not None else decimal(claim["completion"]) or ZERO) >= 1
        and (claim["score"] or 0) > 0
    )
    return _typed(claims, _CLAIM, _NUMBERS)


def paid_without_money(projects: pd.DataFrame, indicators: pd.DataFrame, at_most: float = 0.0) -> pd.DataFrame:
    """Indicators about money paid out (资金发放率, 拨付到位率 …) that score points where nothing was executed.

    Told by the indicator's name.  Arguments and columns as in ``complete_without_money``; completion may be below 1.
    """
    claims = (
        claim
        for claim in _claimed(projects, indicators)
        if _idle(claim, at_most) and PAYMENT.search(nfkc(claim["level3"] or "")) and (claim["score"] or 0) > 0
    )
    return _typed(claims, _CLAIM, _NUMBERS)


# --- targets ----------------------------------------------------------------------------


def easy_targets(projects: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Indicators whose target (almost) any actual meets, a row each, with the points that they carry.

    ``met_by`` is what meets it: ``any actual`` (>= 0, or a share of at most 100%), ``anything but none`` (>= 1 of what is
    counted in whole units), ``doing nothing`` (<= or = 0 of what the project causes: costs, complaints, days) or ``no
    target`` (a grade without a target to compare it with).  Columns else as in ``complete_without_money``.
    """
    claims = [{**claim, "met_by": met_by} for claim in _claimed(projects, indicators) if (met_by := _met_by(claim))]
    return _typed(claims, (*_CLAIM[: -len(PLACE)], "met_by", *PLACE), _NUMBERS)


def _met_by(claim: Record) -> str:
    target, unit = claim["target"] or "", nfkc(claim["unit"] or "")
    goal, operator = number(target, unit), comparison(claim["operator"] or "", target)
    if goal is None:
        return "" if target else "no target"
    share = unit == "%" and not _BEYOND.search(claim["level3"] or "")
    if operator == ">=" and goal <= 0 or operator == "<=" and share and goal >= 100:
        return "any actual"
    if operator == ">=" and goal == 1 and unit != "%":
        return "anything but none"
    return "doing nothing" if operator == "<=" or operator == "=" and goal == 0 else ""


def overshoots(
    projects: pd.DataFrame, indicators: pd.DataFrame, rules: Rules = None, at_least: float = 0.1
) -> pd.DataFrame:
    """Actuals over their target by ``at_least`` of it, farthest first: a sign of a target set too low.

    Columns as in ``complete_without_money``, and excess (fraction of the target), penalty (what ``rules`` takes off).
    """
    claims = [
        {**claim, "excess": float(mark.excess), "penalty": as_float(mark.penalty)}
        for claim, mark in _claims(projects, indicators, rules)
        if mark.excess is not None and mark.excess >= Decimal(str(at_least)) and mark.completion == ONE
        and comparison(claim["operator"] or "", claim["target"] or "") != "<="
    ]  # fmt: skip
    frame = _typed(claims, (*_CLAIM[: -len(PLACE)], "excess", "penalty", *PLACE), (*_NUMBERS, "excess", "penalty"))
    return frame.sort_values("excess", ascending=False, kind="stable", ignore_index=True)


def band_share(projects: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """The part of every project's reported points that rests on grade bands or on the form's own word, not on numbers.

    Columns: project_no, project, points (of its indicators), band_points, band_share (fraction), to_the_digit (indicators
    whose actual is the very figure of the target), numeric (indicators with both), page, table_id, row.
    """
    totals: dict[Any, Record] = {}
    for claim, mark in _claims(projects, indicators):
        project_sums = totals.setdefault(
            claim["project_no"], {"points": ZERO, "band_points": ZERO, "to_the_digit": 0, "numeric": 0}
        )
        points = decimal(claim["score"]) or ZERO
        project_sums["points"] += points
        project_sums["band_points"] += ZERO if mark.basis == "numbers" else points
        project_sums["numeric"] += mark.basis == "numbers"
        project_sums["to_the_digit"] += mark.basis == "numbers" and (mark.excess == 0 or _same(claim))
    rows = [
        {
            **line,
            **its_sums,
            "band_share": float(its_sums["band_points"] / its_sums["points"]) if its_sums["points"] else None,
        }
        for line in records_of(projects, "project_no", "project", *PLACE)
        if (its_sums := totals.get(line["project_no"]))
    ]
    measures = ("points", "band_points", "band_share", "to_the_digit", "numeric")
    return _typed(rows, ("project_no", "project", *measures, *PLACE), measures)


def _same(claim: Record) -> bool:
    goal, done, _ = in_one_unit(claim["target"] or "", claim["actual"] or "", claim["unit"] or "")
    return goal is not None and goal == done


# --- the cap ----------------------------------------------------------------------------


def uncapped(projects: pd.DataFrame, indicators: pd.DataFrame, rules: Rules = None) -> pd.DataFrame:
    """The reported totals beside what they would be without a cap, the largest loss first.

    Columns: project_no, project, execution_rate, cap, reported, uncapped (by ``rules``), lost_to_cap, page, table_id, row.
    """
    scores = score_projects(projects, indicators, rules)
    totals = scores.rename(columns={"execution_rate_recomputed": "execution_rate", "cap_recomputed": "cap"})
    totals = totals.assign(lost_to_cap=(totals["uncapped"] - totals["recomputed"]).round(6))
    columns = ["project_no", "project", "execution_rate", "cap", "reported", "uncapped", "lost_to_cap", *PLACE]
    return totals[columns].sort_values("lost_to_cap", ascending=False, kind="stable", ignore_index=True)


# --- all of it --------------------------------------------------------------------------


def summary(
    projects: pd.DataFrame, indicators: pd.DataFrame, otherwise: pd.DataFrame, rules: Rules = None
) -> pd.DataFrame:
    """Every project with what its score hides, a column a question, most flags first.

    ``otherwise`` are the figures of projects that the narrative states otherwise (``relations.summaries.told_otherwise``).
    Columns: project_no, project, execution_rate, reported, uncapped, cap, complete_without_money, paid_without_money,
    easy_targets, overshoots (how many indicators), easy_share, band_share (of its points), narrative (figures that the
    narrative states otherwise), flags (how many of these questions have an answer), page, table_id, row.
    """
    table = uncapped(projects, indicators, rules)
    easy = easy_targets(projects, indicators)
    counted = {
        "complete_without_money": complete_without_money(projects, indicators),
        "paid_without_money": paid_without_money(projects, indicators),
        "easy_targets": easy,
        "overshoots": overshoots(projects, indicators, rules, FAR),
        "narrative": otherwise,
    }
    numbers = table["project_no"]
    for name, frame in counted.items():
        table[name] = numbers.map(frame["project_no"].value_counts()).fillna(0).astype("Int64")
    bands = band_share(projects, indicators).set_index("project_no")
    table["band_share"] = numbers.map(bands["band_share"]).astype("float64")
    table["easy_share"] = numbers.map(easy.groupby("project_no")["score"].sum()).fillna(0.0) / numbers.map(
        bands["points"]
    )
    asked = ["complete_without_money", "paid_without_money", "overshoots", "narrative"]
    table["flags"] = (table[asked] > 0).sum(axis=1).astype("Int64")
    columns = [
        "project_no", "project", "execution_rate", "reported", "uncapped", "cap", "complete_without_money",
        "paid_without_money", "easy_targets", "easy_share", "overshoots", "band_share", "narrative", "flags", *PLACE,
    ]  # fmt: skip
    return table[columns].sort_values(["flags", "reported"], ascending=[False, False], kind="stable", ignore_index=True)


# --- what forms of any region give away ---------------------------------------------------

#: From this likeness on an outcome is taken for a copy of its goal.
COPIED = 0.96
#: Counted by these, an amount of less than ``LEAST`` yuan each is hardly possible.
_COUNTED = re.compile(r"(万|千|百)?(户|人|人次|家|名|个企业|户次|家次)")
_SCALE = {"万": 10_000, "千": 1_000, "百": 100}
LEAST = 1.0


def copied_goals(projects: pd.DataFrame, at_least: float = COPIED) -> pd.DataFrame:
    """Outcomes that are the goal over again, a row a project.

    Columns: project_no, project, likeness (fraction of the text, of at least ``at_least``), goal, outcome, page, table_id, row.
    """
    rows = []
    for line in records_of(projects, "project_no", "project", "goal", "outcome", *PLACE):
        goal, outcome = _name(line["goal"] or ""), _name(line["outcome"] or "")
        likeness = difflib.SequenceMatcher(None, goal, outcome, autojunk=False).ratio() if goal and outcome else 0.0
        if likeness >= at_least:
            rows.append({**line, "likeness": round(likeness, 4)})
    return _typed(rows, ("project_no", "project", "likeness", "goal", "outcome", *PLACE), ("likeness",))


def _name(text: str) -> str:
    """A text for comparing: letters, digits and characters only."""
    return "".join(char for char in nfkc(text) if char.isalnum())


def same_indicators(projects: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Projects whose indicators are, name and target, those of an earlier one.

    Columns: project_no, project, other_no, other (the earlier project), count (of indicators), page, table_id, row.
    """
    sets: dict[Any, list[tuple[str, str]]] = {}
    for line in records_of(indicators[indicators["scope"] == "项目"], "project_no", "level3", "target"):
        sets.setdefault(line["project_no"], []).append((_name(line["level3"] or ""), nfkc(line["target"] or "")))
    first: dict[tuple[tuple[str, str], ...], Record] = {}
    rows = []
    for line in records_of(projects, "project_no", "project", *PLACE):
        key = tuple(sorted(sets.get(line["project_no"], [])))
        if len(key) < 3:
            continue
        other = first.setdefault(key, line)
        if other is not line:
            rows.append({**line, "other_no": other["project_no"], "other": other["project"], "count": len(key)})
    return _typed(rows, ("project_no", "project", "other_no", "other", "count", *PLACE))


def unit_costs(projects: pd.DataFrame, indicators: pd.DataFrame, below: float = LEAST) -> pd.DataFrame:
    """Counts of people, households or firms for which the money spent is less than ``below`` yuan each.

    Columns: as in ``complete_without_money``, and each (yuan).  Projects that spent nothing are ``complete_without_money``'s.
    """
    rows = []
    for claim in _claimed(projects, indicators):
        count, unit = quantity(claim["actual"] or "", claim["unit"] or "")
        counted = _COUNTED.fullmatch(unit)
        if counted and count and count > 0 and (claim["executed"] or 0) > 0:
            each = claim["executed"] * 10_000 / (float(count) * _SCALE.get(counted.group(1) or "", 1))
            if each < below:
                rows.append({**claim, "each": round(each, 4)})
    return _typed(rows, (*_CLAIM[: -len(PLACE)], "each", *PLACE), (*_NUMBERS, "each"))


def grades_against_scores(projects: pd.DataFrame) -> pd.DataFrame:
    """Printed grades (优, 良, 中, 差) that the total score does not bear out: project_no, project, grade, total_score, due, place.

    Frame ``projects``, or ``overall``, which has neither project_no nor project.
    """
    keys = [name for name in ("project_no", "project") if name in projects]
    rows = []
    for line in records_of(projects, *keys, "grade", "total_score", *PLACE):
        printed, due = printed_grade(line["grade"] or ""), grade_of(line["total_score"])
        if printed and due and printed != due:
            rows.append({**line, "due": due})
    return _typed(rows, (*keys, "grade", "total_score", "due", *PLACE), ("total_score",))


def bands_against_targets(projects: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Indicators with a number for a target whose actual is but a grade band that lies, or begins, below it, and that earn full points.

    全部或基本达成预期指标100%-80% does not say that ≥95% was met.  Columns: as in ``complete_without_money``, and band_low,
    band_high, asked (fractions: what of the target's share the band must reach).
    """
    rows = []
    for claim in _claimed(projects, indicators):
        graded, asked = band(claim["actual"] or ""), _asked(claim)
        full = claim["score"] is not None and claim["weight"] is not None and 0 < claim["weight"] <= claim["score"]
        if graded and asked and full and graded[0] < asked:
            low, high = map(float, graded)
            rows.append({**claim, "band_low": low, "band_high": high, "asked": float(asked)})
    measures = ("band_low", "band_high", "asked")
    return _typed(rows, (*_CLAIM[: -len(PLACE)], *measures, *PLACE), (*_NUMBERS, *measures))


def _asked(claim: Record) -> Decimal | None:
    """The share that a numeric target asks for: 0.95 of ≥95%, all of ≥3个; None where it is no such target."""
    goal, unit = quantity(claim["target"] or "", claim["unit"] or "")
    if goal is None or goal <= 0 or comparison(claim["operator"] or "", claim["target"] or "") == "<=":
        return None
    return min(goal / 100, ONE) if unit == "%" else ONE


def exact_actuals(projects: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Indicators whose actual is their very target, the same words or the same number; columns as in ``complete_without_money``."""
    return _typed((claim for claim in _claimed(projects, indicators) if _exact(claim)), _CLAIM, _NUMBERS)


def _exact(claim: Record) -> bool:
    return bool(claim["target"]) and (nfkc(claim["target"]) == nfkc(claim["actual"] or "") or _same(claim))


def evenness(projects: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """How alike a report's scores are, one row: projects, lowest, highest, spread (points), to_the_digit (indicators whose actual
    is the very target), indicators (with target and actual), share (fraction).
    """
    totals = projects["total_score"].dropna()
    claims = [claim for claim in _claimed(projects, indicators) if claim["target"] and claim["actual"]]
    same = sum(map(_exact, claims))
    row = {
        "projects": len(totals), "lowest": totals.min(), "highest": totals.max(), "spread": totals.max() - totals.min(),
        "to_the_digit": same, "indicators": len(claims), "share": same / len(claims) if claims else None,
    }  # fmt: skip
    return pd.DataFrame([row]).astype(
        {"lowest": "float64", "highest": "float64", "spread": "float64", "share": "float64"}
    )
