"""The frames of recomputed scores, by the rule set that fits a report or by a given one.

All functions are pure.  They take frames of one report, or ``jscore.panel``'s of several: then the result has
``report_id`` first as well, and every report is scored by itself.  Nothing raises for what a form may print.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from jscore import schema
from jscore.language import N_
from jscore.scoring.computed import Project, computed, indicator_record, scored
from jscore.scoring.fitting import Fit, fit
from jscore.scoring.rule_sets import RuleSet

REPORT = "report_id"
#: What says by which rule to score: a set, the answer of ``fit``, or None for the one that fits.
Rules = RuleSet | Fit | None


def chosen(
    rules: Rules, projects: pd.DataFrame, indicators: pd.DataFrame, *department: pd.DataFrame
) -> tuple[RuleSet | None, str]:
    """The rule set to score one report by, None where none is known to fit, and why; ``department``: ``overall`` and ``tasks``."""
    if isinstance(rules, RuleSet):
        return rules, ""
    fitted = fit(projects, indicators, *department) if rules is None else rules
    return fitted.rule_set, fitted.why


def by_report(
    score: Callable[..., pd.DataFrame], frames: tuple[pd.DataFrame, ...], rules: Rules
) -> pd.DataFrame | None:
    """``score`` of every report of a panel, one under the other; None where the frames are one report's."""
    if REPORT not in frames[0]:
        return None
    parts = []
    for name in [*dict.fromkeys(frames[0][REPORT])] or [None]:
        part = score(*(frame[frame[REPORT] == name].drop(columns=REPORT) for frame in frames), rules)
        part.insert(0, REPORT, pd.Series(name, part.index, "str"))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def score_indicators(indicators: pd.DataFrame, rules: Rules = None) -> pd.DataFrame:
    """Frame ``indicator_scores`` of frame ``indicators``: a row an indicator, in its order.

    Without ``rules`` the set that fits the indicators alone is taken; where none is known to fit, ``recomputed`` is missing
    and ``rule`` says why.
    """
    panel = by_report(score_indicators, (indicators,), rules)
    if panel is not None:
        return panel
    rule_set, why = chosen(rules, schema.empty("projects"), indicators)
    return schema.from_records("indicator_scores", map(indicator_record, scored(indicators, rule_set, why)))


def score_projects(projects: pd.DataFrame, indicators: pd.DataFrame, rules: Rules = None) -> pd.DataFrame:
    """Frame ``project_scores`` of frames ``projects`` and ``indicators``: a row a project.

    ``recomputed`` follows the rule all the way from targets, actuals and amounts.  ``departs`` names the printed figures
    that the printed figures they are made of do not give, so that an error is named where it is and not where it leads.
    Without ``rules`` the set that fits is taken; where none is known to fit, ``recomputed`` is missing and ``rule`` says why.
    """
    panel = by_report(score_projects, (projects, indicators), rules)
    if panel is not None:
        return panel
    forms = computed(projects, indicators, *chosen(rules, projects, indicators)) if len(projects) else ()
    return schema.from_records("project_scores", map(Project.record, forms))


# --- another rule set -------------------------------------------------------------------


def what_if(projects: pd.DataFrame, indicators: pd.DataFrame, rule_set: RuleSet, base: Rules = None) -> pd.DataFrame:
    """What ``rule_set`` gives every project beside ``base``: project_no, project, reported, base, changed, change, rule."""
    before = score_projects(projects, indicators, base)
    after = score_projects(projects, indicators, rule_set)
    keys = [REPORT] if REPORT in before else []
    changed = before[[*keys, "project_no", "project", "reported", "recomputed"]].rename(columns={"recomputed": "base"})
    change = (after["recomputed"] - before["recomputed"]).round(6)
    return changed.assign(changed=after["recomputed"], change=change, rule=after["rule"])


def where_points_go(projects: pd.DataFrame, indicators: pd.DataFrame, rules: Rules = None) -> pd.DataFrame:
    """How the full score comes down to the total by the rule, on the average of the projects that have one.

    Columns: step, points (signed; the first and the last are levels), left (what is left after the step).
    """
    if rules is None and REPORT not in projects:
        rules = fit(projects, indicators)
    scores = score_projects(projects, indicators, rules).dropna(subset=["recomputed", "uncapped"])
    scores = scores[scores["weights"] > 0]
    of_projects = score_indicators(indicators[indicators["scope"] == "项目"], rules)
    of_projects = of_projects[of_projects["project_no"].isin(scores["project_no"])]
    if scores.empty:
        return pd.DataFrame({"step": pd.Series(dtype="str"), "points": [], "left": []})
    far = (of_projects["weight"] * of_projects["completion"] - of_projects["recomputed"]).clip(lower=0).sum()
    weights, execution = scores["weights"].sum(), (100 - scores["weights"]).clip(lower=0).sum()
    by_rate = scores["execution_score_recomputed"].fillna(scores["execution_score_reported"]).fillna(0.0)
    earned = scores["uncapped"] - by_rate
    lost = {
        N_("未完成目标"): weights - earned.sum() - far,
        N_("超额或偏离扣分"): far,
        "预算执行率": execution - (scores["uncapped"] - earned).sum(),
        N_("总分封顶"): (scores["uncapped"] - scores["recomputed"]).sum(),
    }
    steps = {N_("满分"): weights + execution, **{name: -points for name, points in lost.items()}}
    flow = pd.DataFrame({"step": list(steps), "points": list(steps.values())})
    flow["left"] = flow["points"].cumsum()
    flow.loc[len(flow)] = [N_("复算得分"), flow["left"].iloc[-1], flow["left"].iloc[-1]]
    return flow.assign(points=(flow["points"] / len(scores)).round(6), left=(flow["left"] / len(scores)).round(6))
