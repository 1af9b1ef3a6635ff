"""Relations of the department's own self-evaluation form (部门整体绩效自评表), within it and with the accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jscore.relations.arithmetic import Relation, Row
from jscore.relations.evaluations import FULL, capped, points_in_all, unless_lost
from jscore.relations.figures import figures, line
from jscore.relations.forms import Scored, every, finest
from jscore.relations.model import Catalogue, Figure, Result, equal, ratio, said, total
from jscore.relations.source import Source, only
from jscore.scoring import marks
from jscore.scoring.department_scores import EXECUTION
from jscore.text import names
from jscore.text.numbers import NOISE, half_of

CHECKS = Catalogue()

#: The whole of a department's spending as the narrative words it; completions of these are the department's own.
_SPENDING = re.compile(r"(?:本年|财政拨款|一般公共预算财政拨款|部门)?(?:支出|收支|收入支出)(?:总计|合计|决算|总额)?")
_EVALUATED = re.compile(r"整体(?:支出)?(?:绩效)?自评")
_BASIC = re.compile(r"^基本支出|^(?:人员|公用)经费")


@CHECKS.declare(
    "department.weights", "任务与指标分值之和为100", "self-evaluation", "warning",
    "部门整体绩效自评表：各任务分值、各指标分值之和，加单列的预算执行率分值，为100分", ("overall",),
)  # fmt: skip
def weights(source: Source) -> Iterator[Result]:
    parts = every(_earning(source), "weight")
    score, weight = _execution(source)
    if parts and source.evaluations.of_department:
        yield points_in_all(
            "部门整体自评表", [*parts, *([weight] if weight else [])], FULL if weight or not score else None
        )


@CHECKS.declare(
    "department.total", "部门总得分等于任务与指标得分之和", "self-evaluation", "error",
    "部门整体绩效自评表：总评价得分等于各任务得分与各指标得分之和，加单列的预算执行率得分", ("overall",),
)  # fmt: skip
def total_score(source: Source) -> Iterator[Result]:
    lines = _earning(source)
    printed, parts = source.evaluations.department["total_score"], every(lines, "score")
    score, weight = _execution(source)
    if not printed or not parts or not source.evaluations.of_department or (weight and not score):
        return
    whole = FULL - (weight.value or 0) if weight else None if score else FULL
    yield unless_lost(total("部门整体自评表", printed, [*parts, *([score] if score else [])], "分"), lines, whole)


def _earning(source: Source) -> list[Scored]:
    """The form's indicators, and its tasks where they earn points."""
    held = source.evaluations
    points = [task.figures[name] for task in held.tasks for name in ("weight", "score")]
    return [*(held.tasks if any(points) else []), *held.of_department]


def _execution(source: Source) -> tuple[Figure | None, Figure | None]:
    """Score and weight of the budget's execution, where the form gives it points beside those of its lines."""
    lines, department = _earning(source), source.evaluations.department
    given = every(lines, "weight")
    if given:
        beside = not points_in_all("", given, FULL).holds
    else:
        beside = not any(EXECUTION.fullmatch(one.line.get("level3") or "") for one in lines)
    return (department["execution_score"], department["execution_weight"]) if beside else (None, None)


@CHECKS.declare(
    "department.task-score", "未执行完的任务不得满分", "self-evaluation", "warning",
    "部门整体绩效自评表：执行率（按整百分点）不足100%的任务，得分低于分值", ("overall",),
)  # fmt: skip
def task_score(source: Source) -> Iterator[Result]:
    for task in source.evaluations.tasks:
        rate, score, weight = (task.figures[name] for name in ("execution_rate", "score", "weight"))
        if rate and score and weight and rate.value is not None and rate.value < 0.995:
            message = f"{task.label}执行率{rate.value:.2%}，仍得满分{weight.value or 0:g}分"
            yield said(task.label, (score.value or 0) < (weight.value or 0), message, [score], [weight, rate])


@CHECKS.declare(
    "department.task-twice", "同一任务不重复列示", "self-evaluation", "warning",
    "部门整体绩效自评表：没有两个同名的任务", ("overall",),
)  # fmt: skip
def task_twice(source: Source) -> Iterator[Result]:
    seen: dict[str, Figure] = {}
    for task in source.evaluations.tasks:
        own = Figure(task.label, None, frame="tasks", row=task.row, column="task")
        first = seen.setdefault(names.normal_name(task.line["task"]), own)
        yield said(task.label, first is own, f"{task.label}列了两次", [own], [] if first is own else [first])


@CHECKS.declare(
    "department.basic-groups", "人员、公用经费任务与06表一致", "self-evaluation", "info",
    "部门整体绩效自评表：基本支出任务按名称分的人员经费、公用经费执行金额与 06 表人员经费、公用经费合计相同；"
    "预算把公务交通补贴等列为人员经费而决算列为公用经费的会不同", ("overall", "06"),
)  # fmt: skip
def basic_groups(source: Source) -> Iterator[Result]:
    levels = source.amounts("economic", "group", "level")
    results = []
    for group in ("人员经费", "公用经费"):
        tasks = [
            task for task in source.evaluations.tasks if _BASIC.search(task.line["task"]) and group in task.line["task"]
        ]
        parts, printed = every(tasks, "executed"), only(levels.get((group, 0)))
        if printed and parts:
            results.append(total(group, printed, parts))
    yield from [_moved(*results)] if _mirrored(results) else results


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


@CHECKS.declare(
    "department.evaluated-money", "情况说明所述整体自评金额与自评表一致", "self-evaluation", "warning",
    "情况说明整体绩效自评涉及的各项预算支出之和等于部门整体绩效自评表的年初预算支出", ("overall", "narrative"),
)  # fmt: skip
def evaluated_money(source: Source) -> Iterator[Result]:
    printed = source.evaluations.department["expenditure_budget"]
    parts = [
        source.fact(row)
        for row, held in source.evaluations.records("narrative")
        if held["measure"] == "amount"
        and _EVALUATED.search(held["subject"])
        and re.search("预算支出|资金|支出$", held["subject"])
    ]
    if printed and parts:
        yield total("整体绩效自评", printed, finest(parts))


@CHECKS.declare(
    "department.opening-budget", "年初预算支出与情况说明的预算完成率相符", "self-evaluation", "warning",
    "情况说明的支出决算数 ÷ 部门整体绩效自评表的年初预算支出等于情况说明所述完成年初预算的比例", ("overall", "narrative"),
)  # fmt: skip
def opening_budget(source: Source) -> Iterator[Result]:
    budget, found = source.evaluations.department["expenditure_budget"], own_completion(source)
    if not (budget and budget.value and found and found[1]):
        return
    stated, spent = found[0], found[1]
    every_fund = line(source, "01", "支出", "本年支出合计")
    if every_fund and not equal("", spent, every_fund).holds:
        return  # the completion of appropriations, and a budget of all funds
    message = (
        f"情况说明称支出{spent.value:,.2f}万元、完成年初预算的{stated.value:.2%}，"
        f"而部门整体自评表年初预算支出为{budget.value:,.2f}万元，支出是其{(spent.value or 0) / budget.value:.2%}"
    )
    if result := ratio(stated.label, stated, spent, budget, message):
        yield result


@CHECKS.declare(
    "department.execution-rate", "部门预算执行率与决算的预算完成率一致", "self-evaluation", "warning",
    "部门整体绩效自评表预算执行率的完成值与情况说明所述支出完成预算的比例一致（超过100%的以100%论）；"
    "预算经调整的，情况说明应有说明", ("overall", "narrative"),
)  # fmt: skip
def execution_rate(source: Source) -> Iterator[Result]:
    stated = own_completion(source)
    for one in source.evaluations.of_department:
        actual = marks.number(one.line["actual"] or "", one.line["unit"] or "")
        if stated and actual is not None and EXECUTION.fullmatch(one.line["level3"] or ""):
            places = -int(actual.as_tuple().exponent)
            figure = Figure(
                f"{one.label}完成值", float(actual) / 100, float(half_of(places, "%")), "indicators", one.row, "actual"
            )
            over = (figure.value or 0) >= 1 and (stated[0].value or 0) >= 1
            yield (
                said(one.label, True, "", [figure], [stated[0]])
                if over
                else equal(one.label, figure, stated[0], "fraction")
            )


def own_completion(source: Source) -> tuple[Figure, Figure | None] | None:
    """The completion of the budget that the narrative states of all spending, and the spending; None without one."""
    found: tuple[Figure, Figure | None] | None = None
    amounts: dict[str, Figure] = {}
    for row, held in source.evaluations.records("narrative"):
        subject = held["subject"]
        if not _SPENDING.fullmatch(subject):
            continue
        if held["measure"] == "amount":
            amounts.setdefault(subject, source.fact(row))
        elif held["measure"] == "budget_completion" and found is None:
            found = source.fact(row), amounts.get(subject)
    return found


# --- rows of the table -----------------------------------------------------------------------


CHECKS += (relation.check(figures, {}) for relation in (
    Relation(
        "department.task-rate", "任务执行率等于执行金额除以下达金额", "self-evaluation", "error",
        "部门整体绩效自评表：任务执行率 = 执行金额 ÷ 下达金额（超过100%的可印为100%）", ("overall",),
        (Row("ratio", "{name}", "row", "kind == 'task' and column == 'execution_rate'", "kind == 'task' and column == 'executed'",
             whole="kind == 'task' and column == 'allocated'"),), capped),
    Relation(
        "department.basic", "基本支出任务与05表基本支出一致", "self-evaluation", "warning",
        "部门整体绩效自评表：名为基本支出（人员经费、公用经费）的任务执行金额之和等于 05 表基本支出合计", ("overall", "05"),
        (Row("total", "基本支出", "", "form == '05' and line == '' and column == '基本支出'",
             "kind == 'task' and top and column == 'executed'"),)),
    Relation(
        "department.project-money", "同名任务与项目的金额一致", "self-evaluation", "warning",
        "部门整体绩效自评表的任务与项目自评表同名的，下达金额等于项目预算数，执行金额等于项目执行数", ("overall", "project"),
        tuple(Row("equal", "{name} {column}", "number", f"kind == 'task' and column == '{of_task}'",
                  f"kind == 'project' and column == '{of_project}'")
              for of_task, of_project in (("allocated", "budget"), ("executed", "executed")))),
    Relation(
        "department.balance", "年初预算收入等于年初预算支出", "self-evaluation", "warning",
        "部门整体绩效自评表：年初预算收入等于年初预算支出（部门预算收支平衡，预算法第三十二条）", ("overall",),
        (Row("equal", "{name}", "kind", "kind == 'department' and column == 'revenue_budget'",
             "kind == 'department' and column == 'expenditure_budget'"),)),
))  # fmt: skip
