"""Relations within the projects' self-evaluation forms: money and points.

Forms differ between regions: the points for the execution rate are taken from the report's own forms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from jscore.relations.forms import Project, Scored, every
from jscore.relations.model import Figure, Result, Tests, in_words, ratio, total, within
from jscore.relations.source import Source

TESTS = Tests()

#: Points that an execution rate earns where no form says otherwise.
EXECUTION = 10.0
FULL = 100.0
#: The part of a report's scores that the known rule must reproduce before what it does not is called a finding.
KNOWN_RULE, ENOUGH = 0.8, 3


# --- points ------------------------------------------------------------------------------


@TESTS.of("evaluation.weights")
def weights(source: Source) -> Iterator[Result]:
    forms = source.evaluations.projects
    apart = execution_weight(forms)
    for form in forms:
        parts = every(form.indicators, "weight")
        if parts:
            yield points_in_all(form.label, parts, FULL - apart if apart else None)


def points_in_all(subject: str, parts: Sequence[Figure], whole: float | None) -> Result:
    """Weights, which are given and not rounded, add up to ``whole`` exactly; to 90 or 100 where that is not known."""
    added = round(sum(figure.value or 0 for figure in parts), 6)
    allowed = [whole] if whole is not None else [FULL, FULL - EXECUTION]
    nearest = min(allowed, key=lambda points: abs(points - added))
    message = f"{subject}各项分值合计{added:g}分，应为{nearest:g}分"
    return Result(subject, added in allowed, added, nearest, 0.0, "分", tuple(parts), message=message)


def execution_weight(forms: Sequence[Project]) -> float | None:
    """The points for a full execution rate by the forms' own scores; None where they print none."""
    scores = [(f.figures["execution_score"], rate_of(f.figures)) for f in forms]
    printed = [(score.value, at) for score, at in scores if score and score.value is not None]
    if not printed:
        return None
    seen = Counter(round(points / at[0]) for points, at in printed if at and at[0] > 0.05)
    if not seen:
        return EXECUTION
    weight, times = seen.most_common(1)[0]
    return float(weight) if 2 * times > sum(seen.values()) else None


def rate_of(figures: Mapping[str, Figure | None]) -> tuple[float, float, tuple[Figure, ...]] | None:
    """A form's execution rate, what rounding may make of it, the figures that it is of: the amounts, else the printed one."""
    stated, done, budget = figures["execution_rate"], figures["executed"], figures["budget"]
    result = ratio("", stated or done, done, budget) if done and budget else None
    if result and done and budget:
        assert result.expected is not None and result.tolerance is not None
        spread = result.tolerance - (stated or done).half
        return min(result.expected, 1.0), spread, (done, budget)
    return (min(stated.value, 1.0), stated.half, (stated,)) if stated and stated.value is not None else None


@TESTS.of("evaluation.range")
def points_range(source: Source) -> Iterator[Result]:
    evaluations = source.evaluations
    wholes = [
        f.figures[name]
        for f in evaluations.projects
        for name in ("indicator_subtotal", "execution_weight", "execution_score", "total_score")
    ]
    wholes += [evaluations.department[name] for name in ("execution_weight", "execution_score", "total_score")]
    parts = [
        line.figures[name] for line in (*evaluations.indicators, *evaluations.tasks) for name in ("weight", "score")
    ]
    off = [f for f in (*wholes, *parts) if f and f.value is not None and not 0 <= f.value <= FULL]
    for figure in off:
        yield Result(
            figure.label,
            False,
            figure.value,
            unit="分",
            actual_figures=(figure,),
            message=f"{figure.label}印为{figure.value:g}分，应在0至100分之间",
        )
    if not off and any((*wholes, *parts)):
        yield in_words("自评表", True, "")


@TESTS.of("evaluation.execution-score")
def execution_score(source: Source) -> Iterator[Result]:
    forms = source.evaluations.projects
    weight = execution_weight(forms)
    results = [
        (at, within(form.label, score, round(weight * at[0], 6), score.half + weight * at[1], at[2], "分"))
        for form in forms
        if weight and (score := form.figures["execution_score"]) and (at := rate_of(form.figures))
    ]
    telling = [result.holds for at, result in results if 0 < at[0] < 0.995]
    if telling and (unknown := unknown_rule(telling, "执行率得分", 1)):
        yield unknown  # elsewhere the score goes by steps of the rate
    else:
        yield from (result for _, result in results)


def unknown_rule(telling: Sequence[bool], what: str, enough: int = ENOUGH) -> Result | None:
    """A skipped result where the rule has too little to say, or says otherwise than most of the report.

    Two scores that are the rule's to the digit are no chance: a third that is not is a finding.
    """
    missed = len(telling) - sum(telling)
    if len(telling) >= enough and (missed <= (1 - KNOWN_RULE) * len(telling) or missed == 1 < sum(telling)):
        return None
    reason = f"{len(telling)}处{what}可供推断评分规则，已知规则符合{sum(telling)}处，不作判断"
    return Result("", False, skipped=reason)


@TESTS.of("evaluation.total")
def total_score(source: Source) -> Iterator[Result]:
    forms = source.evaluations.projects
    apart = execution_weight(forms)
    results = [result for form in forms if (result := total_of(form, apart))]
    yield from unless_most_fail(results, "总得分")


def total_of(form: Project, apart: float | None) -> Result | None:
    """The total of a form beside its parts; None where a part is blank, that for the execution rate too if it is given."""
    printed, subtotal_, execution, deduction = (
        form.figures[name] for name in ("total_score", "indicator_subtotal", "execution_score", "deduction")
    )
    parts = [subtotal_] if subtotal_ else every(form.indicators, "score")
    if not printed or not parts or (apart and not execution):
        return None
    less = [deduction.times(-1 if (deduction.value or 0) > 0 else 1)] if deduction else []
    return total(form.label, printed, [*parts, *([execution] if execution else []), *less], "分")


# --- what is left of the results of rows ---------------------------------------------------


def unless_most_fail(results: Sequence[Result], what: str) -> Iterable[Result]:
    """``results``; where most fail, the forms have a part that is not known, and one result says that none was judged."""
    if len(results) >= ENOUGH and 2 * sum(result.holds for result in results) < len(results):
        return [Result("", False, skipped=f"多数自评表的{what}另有组成部分，不作判断")]
    return results


def unless_lost(result: Result, lines: Sequence[Scored], whole: float | None) -> Result:
    """``result`` of a sum of scores; skipped where it fails and the weights do not add up: a line may not have been read."""
    parts = every(lines, "weight")
    if result.holds or not parts or points_in_all("", parts, whole).holds:
        return result
    return replace(result, skipped="分值合计不符规定，可能有未能识读的指标，不作判断")


@TESTS.of("evaluation.rate", "department.task-rate")
def capped(_: Source, results: Sequence[Result]) -> Iterable[Result]:
    """Execution rates; one of more than 100% may be printed as 100%."""
    for result in results:
        over = result.actual == 1 and (result.expected or 0) > 1
        yield in_words(result.subject, True, "", result.actual_figures, result.expected_figures) if over else result


@TESTS.of("evaluation.subtotal")
def subtotals(source: Source, results: Sequence[Result]) -> Iterable[Result]:
    forms = {form.label: form for form in source.evaluations.projects}
    apart = execution_weight(source.evaluations.projects)
    whole = FULL - apart if apart else None
    judged = [unless_lost(result, forms[result.subject].indicators, whole) for result in results]
    return unless_most_fail(judged, "小计")
