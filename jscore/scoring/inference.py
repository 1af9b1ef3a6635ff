"""The parameters of a scoring rule from the forms alone: which values reproduce every reported score.

A parameter is put where most clues meet; a form whose clue does not reach there contradicts it.  Frames are those of one
report, or ``jscore.panel``'s of any number of them (with ``report_id``), which are then taken together.  ``base`` (default:
the set that fits the report, else the national one) has the values of what the forms leave open.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pandas as pd

from jscore.language import sign, tr
from jscore.schema import PLACE
from jscore.scoring.computed import Record
from jscore.scoring.evidence import Clue, clues
from jscore.scoring.fitting import fit
from jscore.scoring.intervals import INFINITY, Span, chosen, meeting
from jscore.scoring.rule_sets import PARAMETERS, Cap, RuleSet, Source, in_words, number_text, percent, rule_set
from jscore.scoring.scores import REPORT, score_indicators, score_projects


def base_of(projects: pd.DataFrame, indicators: pd.DataFrame, base: RuleSet | None = None) -> RuleSet:
    """``base``, else the rule set that fits, else the national one."""
    if base is None and REPORT not in projects:
        base = fit(projects, indicators).rule_set
    return base or rule_set("national")


def evidence(projects: pd.DataFrame, indicators: pd.DataFrame, base: RuleSet | None = None) -> pd.DataFrame:
    """Every clue, a row each: parameter, project_no, indicator_no, interval (text), low, high (missing: no bound), why,
    agrees (yes or no, with where most clues meet), page, table_id, row.
    """
    rows = []
    base = base_of(projects, indicators, base)
    for parameter, parameter_clues in _by_parameter(clues(projects, indicators, base), base).items():
        span = meeting([clue.span for clue in parameter_clues], _default(parameter, base))
        rows += [
            {"parameter": parameter, **clue.form, "interval": clue.span.words(parameter), "why": clue.why,
             "low": float(clue.span.low), "high": float(clue.span.high) if clue.span.high < INFINITY else None,
             "agrees": "yes" if _reaches(clue.span, span) else "no"}
            for clue in parameter_clues
        ]  # fmt: skip
    keys = [REPORT] if REPORT in projects else []
    columns = ["parameter", *keys, "project_no", "indicator_no", "interval", "low", "high", "why", "agrees", *PLACE]
    kinds = {name: "Int64" if name in ("project_no", "indicator_no", "page", "row") else "str" for name in columns}
    kinds |= {"low": "float64", "high": "float64"}
    return pd.DataFrame.from_records(rows).reindex(columns=columns).astype(kinds)


def _by_parameter(all_clues: Iterable[Clue], base: RuleSet) -> dict[str, list[Clue]]:
    """Clues by parameter, those that a rule set has in its order, caps last."""
    by: dict[str, list[Clue]] = {
        name: [] for name in PARAMETERS if name not in ("caps", "department_total", "bare_target", "parts")
    }
    levels = {_level(clue.parameter) for clue in all_clues if _level(clue.parameter)}
    for level in sorted(levels | {cap.total for cap in base.caps}):
        by |= {f"cap {number_text(level)}: total": [], f"cap {number_text(level)}: below": []}
    for clue in all_clues:
        by[clue.parameter].append(clue)
    return by


def _level(parameter: str) -> Decimal:
    """The total that a parameter of a cap belongs to (``cap 59: below``); 0 for other parameters."""
    return Decimal(parameter.split()[1].rstrip(":")) if parameter.startswith("cap ") else Decimal(0)


def _default(parameter: str, base: RuleSet) -> Decimal | None:
    """The base's value; one that is never reached stands for none."""
    value = base[parameter] if parameter in PARAMETERS else None
    if value is None and parameter in PARAMETERS and PARAMETERS[parameter]["unit"] in ("places", "fraction"):
        return INFINITY
    return value if isinstance(value, Decimal) else None


def _reaches(clue: Span, common: Span) -> bool:
    """Whether ``common``, where most clues meet, lies within ``clue``."""
    low = clue.low < common.low or clue.low == common.low and (not clue.low_open or common.low_open)
    return low and (clue.high > common.high or clue.high == common.high and (not clue.high_open or common.high_open))


# --- answers ----------------------------------------------------------------------------


def infer(projects: pd.DataFrame, indicators: pd.DataFrame, base: RuleSet | None = None) -> pd.DataFrame:
    """A row a parameter: what the forms say its value is.

    Columns: parameter, label, interval (text), low and high (missing: no bound), forms (how many say something),
    contradicting (how many of them something else), verdict (exact, interval, one-sided or not identified), chosen (the
    value of ``best_rule_set``), default (that of the base), pinned_by (the forms that set the ends).
    """
    base = base_of(projects, indicators, base)
    all_clues = clues(projects, indicators, base)
    best = _chosen(all_clues, base)
    rows = [
        _answer(parameter, parameter_clues, best, base)
        for parameter, parameter_clues in _by_parameter(all_clues, base).items()
    ]
    kinds = {"low": "float64", "high": "float64", "forms": "Int64", "contradicting": "Int64"}
    texts = ["parameter", "label", "interval", "verdict", "chosen", "default", "pinned_by"]
    columns = [
        "parameter",
        "label",
        "interval",
        "low",
        "high",
        "forms",
        "contradicting",
        "verdict",
        "chosen",
        "default",
        "pinned_by",
    ]
    return pd.DataFrame.from_records(rows, columns=columns).astype(kinds | dict.fromkeys(texts, "str"))


def _answer(parameter: str, parameter_clues: list[Clue], best: RuleSet, base: RuleSet) -> Record:
    name = parameter if parameter in PARAMETERS else "caps"
    label = PARAMETERS[name]["label"]
    span = meeting([clue.span for clue in parameter_clues], _default(parameter, base))
    verdict = _verdict(span) if parameter_clues else "not identified"
    ratio = parameter == "over_limit" and bool(parameter_clues)
    ends = {clue.why: None for clue in parameter_clues if _sets(clue.span, span)}
    return {
        "parameter": parameter, "label": tr(label),
        "interval": ("ratio" if span.low else "zero") if ratio else span.words(parameter) if parameter_clues else "not identified",
        "low": float(span.low) if parameter_clues else None, "high": float(span.high) if parameter_clues and span.high < INFINITY else None,
        "forms": len(parameter_clues), "contradicting": sum(not _reaches(clue.span, span) for clue in parameter_clues), "verdict": verdict,
        "chosen": _value(parameter, best), "default": _value(parameter, base),
        "pinned_by": sign("；").join(list(ends)[:3]) + (tr("；另有{number}条", number=len(ends) - 3) if len(ends) > 3 else ""),
    }  # fmt: skip


def _value(parameter: str, rule_set: RuleSet) -> str:
    """The value of a parameter in a rule set, in words."""
    if not _level(parameter):
        return in_words(parameter, rule_set[parameter])
    cap = next((cap for cap in rule_set.caps if cap.total == _level(parameter)), None)
    if cap is None:
        return tr("无")
    return number_text(cap.total) if parameter.endswith("total") else percent(cap.below)


def _verdict(span: Span) -> str:
    if span.low == span.high:
        return "exact"
    if span.high == INFINITY:
        return "not identified" if span.low == 0 and not span.low_open else "one-sided"
    return "one-sided" if span.low == 0 else "interval"


def _sets(clue: Span, common: Span) -> bool:
    """Whether a clue sets an end of ``common``, where most clues meet."""
    return common.low > 0 and clue.low == common.low or common.high < INFINITY and clue.high == common.high


def best_rule_set(projects: pd.DataFrame, indicators: pd.DataFrame, base: RuleSet | None = None) -> RuleSet:
    """The rule set that most forms agree with: ``base``'s value where the forms allow it, else the roundest they allow."""
    base = base_of(projects, indicators, base)
    return _chosen(clues(projects, indicators, base), base)


def _chosen(all_clues: list[Clue], base: RuleSet) -> RuleSet:
    by = _by_parameter(all_clues, base)
    changes: dict[str, Any] = {}
    for name in (name for name in by if name in PARAMETERS and by[name]):
        spans = [clue.span for clue in by[name]]
        value: Any = chosen(spans, _default(name, base) or Decimal(1))
        value = value if name != "over_limit" else "ratio" if value else "zero"
        value = None if value == INFINITY else value
        changes |= {name: value} if value != base[name] else {}
    caps = _chosen_caps(by, base)
    changes |= {"caps": caps} if caps != base.caps else {}
    source = Source("inferred", "由这里的自评表推得", "inferred from the forms here")
    return base.replace("best fit", dict.fromkeys(changes, source), **changes) if changes else base


def _chosen_caps(by: dict[str, list[Clue]], base: RuleSet) -> tuple[Cap, ...]:
    """The caps that forms are brought down to, and those of ``base`` that the forms allow and that still matter."""
    caps = []
    for name in (name for name in by if name.endswith(": below")):
        level, spans = _level(name), [clue.span for clue in by[name]]
        usual = next((cap.below for cap in base.caps if cap.total == level), Decimal(0))
        reached = bool(by[name.replace("below", "total")])
        if reached or meeting(spans, usual).holds(usual):
            caps.append(Cap(chosen(spans, usual), level))
    return tuple(cap for cap in sorted(caps) if cap.below > 0 and not any(_covers(other, cap) for other in caps))


def _covers(other: Cap, cap: Cap) -> bool:
    """Whether ``cap`` makes no difference beside ``other``."""
    return other != cap and other.below >= cap.below and other.total <= cap.total


def contradictions(projects: pd.DataFrame, indicators: pd.DataFrame, rules: RuleSet | None = None) -> pd.DataFrame:
    """The scores that ``rules``, without one the best, does not reproduce: indicators first, then projects' totals.

    Columns: project_no, indicator_no (missing: the project's total or a part of it), reported, recomputed, difference,
    departs, rule, page, table_id, row.
    """
    rules = rules or best_rule_set(projects, indicators)
    of_indicators = score_indicators(indicators, rules)
    of_projects = score_projects(projects, indicators, rules)
    keys = [REPORT] if REPORT in projects else []
    columns = [*keys, "project_no", "indicator_no", "reported", "recomputed", "difference", "departs", "rule", *PLACE]
    failed = [
        frame[frame["status"] == "fail"].reindex(columns=columns).astype({"indicator_no": "Int64", "departs": "str"})
        for frame in (of_indicators, of_projects)
    ]
    return pd.concat(failed, ignore_index=True)
