"""Relations of the department's own self-evaluation form (部门整体绩效自评表), within it and with the accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jscore.relations.evaluations import FULL, points_in_all, rate_of, unless_lost
from jscore.relations.figures import line
from jscore.relations.forms import Scored, every, with_equal_digits
from jscore.relations.model import Figure, Result, Tests, equal, in_words, ratio, total, within
from jscore.relations.source import Source
from jscore.scoring.department_forms import EXECUTION
from jscore.text import names
from jscore.text.numbers import NOISE

TESTS = Tests()

#: The whole of a department's spending as the narrative words it; completions of these are the department's own.
_SPENDING = re.compile(r"(?:本年|财政拨款|一般公共预算财政拨款|部门)?(?:支出|收支|收入支出)(?:总计|合计|决算|总额)?")
_EVALUATED = re.compile(r"整体(?:支出)?(?:绩效)?自评")


@TESTS.of("department.weights")
def weights(source: Source) -> Iterator[Result]:
    parts = every(_earning(source), "weight")
    score, weight = _execution(source)
    if parts and source.evaluations.of_department:
        yield points_in_all(
            "部门整体自评表", [*parts, *([weight] if weight else [])], FULL if weight or not score else None
        )


@TESTS.of("department.total")
def total_score(source: Source) -> Iterator[Result]:
    lines = _earning(source)
    printed, parts = source.evaluations.department["total_score"], every(lines, "score")
    score, weight = _execution(source)
    if not printed or not parts or not source.evaluations.of_department or (weight and not score):
        return
    whole = FULL - (weight.value or 0) if weight else None if score else FULL
    yield unless_lost(total("部门整体自评表", printed, [*parts, *([score] if score else [])], "分"), lines, whole)


@TESTS.of("department.execution-score")
def execution_score(source: Source) -> Iterator[Result]:
    department = source.evaluations.department
    score, weight, at = department["execution_score"], department["execution_weight"], _rate(source)
    given = None if weight else every(_earning(source), "weight")
    points = weight.value if weight else FULL - sum(figure.value or 0 for figure in given) if given else None
    if not score or not points or not at:
        return
    parts: Sequence[Figure] = [weight] if weight else given or []
    made_of = [*parts, *at[2]]
    result = within("部门整体自评表", score, round(points * at[0], 6), score.half + points * at[1], made_of, "分")
    steps = not result.holds and score.value == points
    yield replace(result, skipped="执行率不足100%而得满分，或为按档计分，不作判断" if steps else "")


def _rate(source: Source) -> tuple[float, float, tuple[Figure, ...]] | None:
    """The form's execution rate, else that of its tasks together, as ``rate_of`` gives it."""
    tasks = source.evaluations.tasks
    done, budget = (every(tasks, name) for name in ("executed", "allocated"))
    of_all = rate_of(source.evaluations.department)
    if of_all or not done or not budget:
        return of_all
    spent, whole = (sum(figure.value or 0 for figure in parts) for parts in (done, budget))
    if whole <= 0:
        return None
    spread = sum(figure.half for figure in (*done, *budget)) / whole
    return min(spent / whole, 1.0), spread, (*done, *budget)


def _earning(source: Source) -> list[Scored]:
    """The form's indicators, and its tasks where they earn points."""
    evaluations = source.evaluations
    points = [task.figures[name] for task in evaluations.tasks for name in ("weight", "score")]
    return [*(evaluations.tasks if any(points) else []), *evaluations.of_department]


def _execution(source: Source) -> tuple[Figure | None, Figure | None]:
    """Score and weight of the budget's execution, where the form gives it points beside those of its lines."""
    lines, department = _earning(source), source.evaluations.department
    given = every(lines, "weight")
    if given:
        beside = not points_in_all("", given, FULL).holds
    else:
        beside = not any(EXECUTION.fullmatch(indicator.line.get("level3") or "") for indicator in lines)
    return (department["execution_score"], department["execution_weight"]) if beside else (None, None)


@TESTS.of("department.task-score")
def task_score(source: Source) -> Iterator[Result]:
    for task in source.evaluations.tasks:
        rate, score, weight = (task.figures[name] for name in ("execution_rate", "score", "weight"))
        if rate and score and weight and rate.value is not None and rate.value < 0.995:
            message = f"{task.label}执行率{rate.value:.2%}，仍得满分{weight.value or 0:g}分"
            yield in_words(task.label, (score.value or 0) < (weight.value or 0), message, [score], [weight, rate])


@TESTS.of("department.task-twice")
def task_twice(source: Source) -> Iterator[Result]:
    seen: dict[str, Figure] = {}
    for task in source.evaluations.tasks:
        task_name = Figure(task.label, None, frame="tasks", row=task.row, column="task")
        first = seen.setdefault(names.normal_name(task.line["task"]), task_name)
        yield in_words(
            task.label, first is task_name, f"{task.label}列了两次", [task_name], [] if first is task_name else [first]
        )


@TESTS.of("department.basic-groups")
def basic_groups(_: Source, results: Sequence[Result]) -> Sequence[Result]:
    return [_moved(*results)] if _mirrored(results) else results


def _mirrored(results: Sequence[Result]) -> bool:
    """Whether what one group lacks is what the other has too much."""
    failed = [result for result in results if not result.holds]
    off = sum(result.difference or 0.0 for result in failed)
    return len(failed) == 2 and abs(off) <= sum(result.tolerance or 0.0 for result in failed) + NOISE


def _moved(staff: Result, running: Result) -> Result:
    """The two differences of one amount that stands in another group as one result."""
    message = (
        f"自评表任务与公开06表的划分不同：约{abs(running.difference or 0.0):,.2f}万元在一处列为人员经费，在另一处列为公用经费"
        f"（人员经费{staff.expected:,.2f}万元与{staff.actual:,.2f}万元，公用经费{running.expected:,.2f}万元与{running.actual:,.2f}万元）"
    )
    return replace(
        staff, subject="人员经费与公用经费", message=message,
        actual_figures=(*staff.actual_figures, *running.actual_figures),
        expected_figures=(*staff.expected_figures, *running.expected_figures),
    )  # fmt: skip


# --- with the narrative ----------------------------------------------------------------------


@TESTS.of("department.evaluated-money")
def evaluated_money(source: Source) -> Iterator[Result]:
    printed = source.evaluations.department["expenditure_budget"]
    parts = [
        source.fact(row)
        for row, fact in source.evaluations.records("narrative")
        if fact["measure"] == "amount"
        and _EVALUATED.search(fact["subject"])
        and re.search("预算支出|资金|支出$", fact["subject"])
    ]
    if printed and parts:
        yield total("整体绩效自评", printed, with_equal_digits(parts))


@TESTS.of("department.opening-budget")
def opening_budget(source: Source) -> Iterator[Result]:
    budget, completion = source.evaluations.department["expenditure_budget"], own_completion(source)
    if not (budget and budget.value and completion and completion[1]):
        return
    stated, spent = completion[0], completion[1]
    every_fund = line(source, "01", "支出", "本年支出合计")
    if every_fund and not equal("", spent, every_fund).holds:
        return  # the completion of appropriations, and a budget of all funds
    message = (
        f"情况说明称支出{spent.value:,.2f}万元、完成年初预算的{stated.value:.2%}，"
        f"而部门整体自评表年初预算支出为{budget.value:,.2f}万元，支出是其{(spent.value or 0) / budget.value:.2%}"
    )
    if result := ratio(stated.label, stated, spent, budget, message):
        yield result


@TESTS.of("department.execution-rate")
def execution_rate(source: Source) -> Iterator[Result]:
    stated = own_completion(source)
    for indicator in source.evaluations.of_department:
        figure = indicator.number("actual", "%")
        if stated and figure and EXECUTION.fullmatch(indicator.line["level3"] or ""):
            over = (figure.value or 0) >= 1 and (stated[0].value or 0) >= 1
            yield (
                in_words(indicator.label, True, "", [figure], [stated[0]])
                if over
                else equal(indicator.label, figure, stated[0], "fraction")
            )


def own_completion(source: Source) -> tuple[Figure, Figure | None] | None:
    """The completion of the budget that the narrative states of all spending, and the spending; None without one."""
    completion: tuple[Figure, Figure | None] | None = None
    amounts: dict[str, Figure] = {}
    for row, fact in source.evaluations.records("narrative"):
        subject = fact["subject"]
        if not _SPENDING.fullmatch(subject):
            continue
        if fact["measure"] == "amount":
            amounts.setdefault(subject, source.fact(row))
        elif fact["measure"] == "budget_completion" and completion is None:
            completion = source.fact(row), amounts.get(subject)
    return completion
