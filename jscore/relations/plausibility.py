"""What a self-evaluation contradicts or gives away without breaking arithmetic: grades, copies, counts, work that was not done."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from jscore.relations.forms import Scored, printed
from jscore.relations.model import Figure, Result, Tests, in_words, total
from jscore.relations.source import Source
from jscore.relations.targets import rules_of
from jscore.scoring import RULE_SETS, doubts
from jscore.tables import evaluation_terms as terms
from jscore.text.numbers import half_of_column

TESTS = Tests()

#: Prose that says that a work was not done.
_NOT_DONE = re.compile(r"(未|没有|尚未|未能)(组织|按期|按计划|如期)?(开展|实施|启动|举办|进行)")


@TESTS.of("evaluation.grade")
def grade(source: Source) -> Iterator[Result]:
    contrary = {
        line["project_no"]: line for line in doubts.grades_against_scores(source.frames["projects"]).to_dict("records")
    }
    for form in source.evaluations.projects:
        score = form.figures["total_score"]
        if form.line["grade"] and score:
            due = contrary.get(form.number, {}).get("due")
            message = f"{form.label}评价等级为“{form.line['grade']}”，而总得分{score.value:g}分，应为“{due}”"
            yield in_words(form.label, due is None, message, [score])


@TESTS.of("evaluation.same-score")
def same_score(source: Source) -> Iterator[Result]:
    for form in source.evaluations.projects:
        alike: dict[tuple[str, str, float], list[Scored]] = defaultdict(list)
        for indicator in form.indicators:
            weight, score = indicator.figures["weight"], indicator.figures["score"]
            if weight and score and indicator.line["target"] and indicator.line["actual"]:
                key = (
                    f"{indicator.line['operator'] or ''}{indicator.line['target']}",
                    indicator.line["actual"],
                    weight.value or 0.0,
                )
                alike[key].append(indicator)
        for (target, actual, _), group in alike.items():
            if len(group) > 1:
                scores = [score for indicator in group if (score := indicator.figures["score"])]
                message = f"{form.label}有{len(group)}个指标的指标值同为{target}、完成值同为{actual}，而得分不同"
                yield in_words(form.label, len({score.value for score in scores}) == 1, message, scores)


@TESTS.of("evaluation.copied-goal")
def copied_goal(source: Source) -> Iterator[Result]:
    copied = set(doubts.copied_goals(source.frames["projects"])["project_no"])
    for form in source.evaluations.projects:
        if form.line["goal"] and form.line["outcome"]:
            message = f"{form.label}的完成情况与年初目标文字基本相同，未说明实际做了什么"
            yield in_words(
                form.label, form.number not in copied, message, [form.named("outcome")], [form.named("goal")]
            )


@TESTS.of("evaluation.same-indicators")
def same_indicators(source: Source) -> Iterator[Result]:
    twins = doubts.same_indicators(source.frames["projects"], source.frames["indicators"]).set_index("project_no")
    for form in source.evaluations.projects:
        if len(form.indicators) >= 3:
            twin = twins.loc[form.number, "other_no"] if form.number in twins.index else None
            yield in_words(
                form.label, twin is None, f"{form.label}的指标名称、指标值与自评表{twin!s}全同", [form.named()]
            )


@TESTS.of("evaluation.unit-cost")
def unit_cost(source: Source) -> Iterator[Result]:
    frames, rules = source.frames, source.derived(rules_of) or RULE_SETS["national"]
    costs = doubts.unit_costs(frames["projects"], frames["indicators"], rules=rules)
    of_form = {(line["project_no"], line["indicator_no"]): line for line in costs.to_dict("records")}
    for form in source.evaluations.projects:
        done = form.figures["executed"]
        for indicator in form.indicators:
            line = of_form.get((form.number, indicator.line["indicator_no"]))
            if line and done:
                claimed = f"{indicator.line['actual']}{indicator.line['unit'] or ''}"
                message = f"{form.label}执行{done.value:,.2f}万元，而指标“{indicator.line['level3']}”完成{claimed}，合每个{line['each']:.2f}元"
                yield in_words(
                    indicator.label, False, message, [figure for figure in (indicator.figures["score"], done) if figure]
                )


@TESTS.of("evaluation.not-done")
def not_done(source: Source) -> Iterator[Result]:
    for told, form, _ in source.evaluations.pairs:
        quoted = re.compile(rf"[“\"「]{re.escape(told.name)}[”\"」]")
        text = next((p.text for p in source.paragraphs if quoted.search(p.text) and "自评" in p.text), "")
        denied = _NOT_DONE.search(text)
        scores = [(indicator.figures["score"], indicator.figures["weight"]) for indicator in form.indicators]
        if denied and scores and all(score and weight for score, weight in scores):
            full = all(score.value == weight.value for score, weight in scores if score and weight)
            message = f"{told.label}称“{denied.group(0)}”，而{form.label}各项指标均得满分"
            yield in_words(form.label, not full, message, [score for score, _ in scores if score], [told.named()])


@TESTS.of("evaluation.funding")
def funding(source: Source) -> Iterator[Result]:
    frame = source.frames["project_funding"]
    columns = ("opening_budget", "budget", "executed")
    halves = {name: float(half_of_column(frame[name])) for name in columns}
    tables: dict[str, list[dict[str, Figure | None]]] = defaultdict(list)
    for row, line in source.evaluations.records("project_funding"):
        label = "部门整体自评表" if line["scope"] == "部门" else f"自评表{line['project_no']}"
        figures = printed("project_funding", row, line, f"{label}{line['source'] or ''}", halves)
        parts = tables[line["table_id"]]
        if not parts or line["source"] and terms.source(line["source"]) != "total":
            parts.append(figures)
    for whole, *parts in tables.values():
        for name in columns:
            stated = [part for part in parts if any(part.values())]
            printed_parts = [figure for part in stated if (figure := part[name])]
            if (sum_ := whole[name]) and printed_parts and len(printed_parts) == len(stated):
                yield total(sum_.label, sum_, printed_parts)
