"""Relations within the projects' self-evaluation forms: money and points.

Forms differ between regions: the points for the execution rate are taken from the report's own forms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from jscore.relations.arithmetic import Relation, Row
from jscore.relations.figures import figures
from jscore.relations.forms import Project, Scored, every
from jscore.relations.model import Catalogue, Figure, Result, ratio, said, total, within
from jscore.relations.source import Source, only

CHECKS = Catalogue()

#: Points that an execution rate earns where no form says otherwise.
EXECUTION = 10.0
FULL = 100.0
#: The part of a report's scores that the known rule must reproduce before what it does not is called a finding.
KNOWN_RULE, ENOUGH = 0.8, 3


# --- money ------------------------------------------------------------------------------


@CHECKS.declare(
    "evaluation.project-spending", "各项目执行数之和不大于项目支出", "self-evaluation", "warning",
    "各项目自评表执行数之和不大于项目支出决算数（03 表；无 03 表的为 05、07、08 表之和）", ("project", "03|05|07|08"),
)  # fmt: skip
def project_spending(source: Source) -> Iterator[Result]:
    by = source.amounts("expenditure", "form", "component", "level")
    forms = ("03",) if source.has("03") else ("05", "07", "08")
    limits = [f for form in forms if (f := only(by.get((form, "项目支出", 0))))]
    done = [form.figures["executed"] for form in source.evaluations.projects]
    parts = [figure for figure in done if figure]
    if limits and parts:
        spent, limit = sum(f.value or 0 for f in parts), sum(f.value or 0 for f in limits)
        tolerance = sum(f.half for f in (*parts, *limits))
        message = f"各项目自评表执行数合计{spent:,.2f}万元，大于项目支出决算数{limit:,.2f}万元"
        yield Result(
            "项目支出", spent <= limit + tolerance, round(spent, 6), round(limit, 6), tolerance, "万元",
            tuple(parts), tuple(limits), message,
        )  # fmt: skip


# --- points ------------------------------------------------------------------------------


@CHECKS.declare(
    "evaluation.weights", "指标分值之和符合规定", "self-evaluation", "warning",
    "项目自评表：各指标分值之和加预算执行率分值为100分；预算执行率分值由各表执行率得分与执行率推得，"
    "一般为10分（财预〔2020〕10号）", ("project",),
)  # fmt: skip
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
    scores = [(f.figures["execution_score"], _rate(f)) for f in forms]
    printed = [(score.value, at) for score, at in scores if score and score.value is not None]
    if not printed:
        return None
    seen = Counter(round(points / at[0]) for points, at in printed if at and at[0] > 0.05)
    if not seen:
        return EXECUTION
    weight, times = seen.most_common(1)[0]
    return float(weight) if 2 * times > sum(seen.values()) else None


def _rate(form: Project) -> tuple[float, float, tuple[Figure, ...]] | None:
    """The execution rate, what rounding may make of it, the figures that it is of: the amounts, else the printed one."""
    stated, done, budget = form.figures["execution_rate"], form.figures["executed"], form.figures["budget"]
    result = ratio("", stated or done, done, budget) if done and budget else None
    if result and done and budget:
        assert result.expected is not None and result.tolerance is not None
        spread = result.tolerance - (stated or done).half
        return min(result.expected, 1.0), spread, (done, budget)
    return (min(stated.value, 1.0), stated.half, (stated,)) if stated and stated.value is not None else None


@CHECKS.declare(
    "evaluation.range", "分数在0至100之间", "self-evaluation", "warning",
    "自评表：分值、得分、小计、总分不为负，不大于100", ("project|overall",),
)  # fmt: skip
def points_range(source: Source) -> Iterator[Result]:
    held = source.evaluations
    wholes = [
        f.figures[name] for f in held.projects for name in ("indicator_subtotal", "execution_score", "total_score")
    ]
    wholes.append(held.department["total_score"])
    parts = [one.figures[name] for one in (*held.indicators, *held.tasks) for name in ("weight", "score")]
    off = [f for f in (*wholes, *parts) if f and f.value is not None and not 0 <= f.value <= FULL]
    for figure in off:
        yield Result(
            figure.label, False, figure.value, unit="分", actual_figures=(figure,),
            message=f"{figure.label}印为{figure.value:g}分，应在0至100分之间",
        )  # fmt: skip
    if not off and any((*wholes, *parts)):
        yield said("自评表", True, "")


@CHECKS.declare(
    "evaluation.execution-score", "预算执行率得分与执行率相符", "self-evaluation", "warning",
    "项目自评表：预算执行率得分 = 预算执行率分值 × 执行率（最高100%）；分值由各表推得", ("project",),
)  # fmt: skip
def execution_score(source: Source) -> Iterator[Result]:
    forms = source.evaluations.projects
    weight = execution_weight(forms)
    found = [
        (at, within(form.label, score, round(weight * at[0], 6), score.half + weight * at[1], at[2], "分"))
        for form in forms
        if weight and (score := form.figures["execution_score"]) and (at := _rate(form))
    ]
    telling = [result.holds for at, result in found if 0 < at[0] < 0.995]
    if telling and (unknown := unknown_rule(telling, "执行率得分", 1)):
        yield unknown  # elsewhere the score goes by steps of the rate
    else:
        yield from (result for _, result in found)


def unknown_rule(telling: Sequence[bool], what: str, enough: int = ENOUGH) -> Result | None:
    """A skipped result where the rule has too little to say, or says otherwise than most of the report."""
    if len(telling) >= enough and sum(telling) >= KNOWN_RULE * len(telling):
        return None
    reason = f"{len(telling)}处{what}可供推断评分规则，已知规则符合{sum(telling)}处，不作判断"
    return Result("", False, skipped=reason)


@CHECKS.declare(
    "evaluation.total", "总得分等于小计加执行率得分减减分项", "self-evaluation", "error",
    "项目自评表：自评总得分 = 指标自评得分小计（无小计的为各指标得分之和）+ 预算执行率得分 − 减分项", ("project",),
)  # fmt: skip
def total_score(source: Source) -> Iterator[Result]:
    forms = source.evaluations.projects
    apart = execution_weight(forms)
    found = [result for form in forms if (result := total_of(form, apart))]
    yield from unless_most_fail(found, "总得分")


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


# --- rows of the table ---------------------------------------------------------------------


def unless_most_fail(found: Sequence[Result], what: str) -> Iterable[Result]:
    """``found``; where most fail, the forms have a part that is not known, and one result says that none was judged."""
    if len(found) >= ENOUGH and 2 * sum(result.holds for result in found) < len(found):
        return [Result("", False, skipped=f"多数自评表的{what}另有组成部分，不作判断")]
    return found


def unless_lost(result: Result, lines: Sequence[Scored], whole: float | None) -> Result:
    """``result`` of a sum of scores; skipped where it fails and the weights do not add up: a line may not have been read."""
    parts = every(lines, "weight")
    if result.holds or not parts or points_in_all("", parts, whole).holds:
        return result
    return replace(result, skipped="分值合计不符规定，可能有未能识读的指标，不作判断")


def capped(_: Source, found: Sequence[Result]) -> Iterable[Result]:
    """Execution rates; one of more than 100% may be printed as 100%."""
    for result in found:
        over = result.actual == 1 and (result.expected or 0) > 1
        yield said(result.subject, True, "", result.actual_figures, result.expected_figures) if over else result


def _subtotals(source: Source, found: Sequence[Result]) -> Iterable[Result]:
    forms = {form.label: form for form in source.evaluations.projects}
    apart = execution_weight(source.evaluations.projects)
    whole = FULL - apart if apart else None
    judged = [unless_lost(result, forms[result.subject].indicators, whole) for result in found]
    return unless_most_fail(judged, "小计")


CHECKS += (relation.check(figures, {}) for relation in (
    Relation(
        "evaluation.rate", "执行率等于执行数除以预算数", "self-evaluation", "error",
        "项目自评表：执行率 = 全年执行数 ÷ 预算数（超过100%的可印为100%）", ("project",),
        (Row("ratio", "{name}", "number", "kind == 'project' and column == 'execution_rate'",
             "kind == 'project' and column == 'executed'", whole="kind == 'project' and column == 'budget'"),), capped),
    Relation(
        "evaluation.overspent", "执行数不大于预算数", "self-evaluation", "warning", "项目自评表：全年执行数不大于全年预算数",
        ("project",),
        (Row("at_most", "{name}", "number", "kind == 'project' and column == 'executed'", "kind == 'project' and column == 'budget'",
             message="{actual.label}为{actual.value:,.2f}万元，大于预算数{expected.value:,.2f}万元"),)),
    Relation(
        "evaluation.score-limit", "得分不大于分值", "self-evaluation", "error", "自评表：指标（任务）得分不大于其分值",
        ("project|overall",),
        (Row("at_most", "{name}", "kind row", "kind in ['indicator', 'task'] and column == 'score'", "column == 'weight'",
             unit="分", message="{actual.label}为{actual.value:g}分，大于分值{expected.value:g}分"),)),
    Relation(
        "evaluation.subtotal", "指标得分之和等于小计", "self-evaluation", "error",
        "项目自评表：指标自评得分小计等于各指标得分之和", ("project",),
        (Row("total", "{name}", "form number", "kind == 'project' and column == 'indicator_subtotal'",
             "kind == 'indicator' and column == 'score'", unit="分"),), _subtotals),
))  # fmt: skip
