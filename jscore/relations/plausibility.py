"""What a self-evaluation contradicts or gives away without breaking arithmetic: grades, copies, counts, work that was not done."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

import pandas as pd

from jscore.relations.completeness import words_at
from jscore.relations.evaluations import EXECUTION, FULL
from jscore.relations.forms import Project, Scored
from jscore.relations.model import Figure, Result, Tests, in_words
from jscore.relations.source import Source
from jscore.relations.targets import rules_of
from jscore.scoring import doubts, marks
from jscore.scoring.rule_sets import percent
from jscore.text.normal import nfkc

TESTS = Tests()

#: Prose that says that a work was not done.
_NOT_DONE = re.compile(
    r"(?<![无如若])(未|没有|尚未|未能)(能)?(组织|按期|按计划|如期)?(?:(?:开展|实施|启动|举办|召开)(?!的|违)|进行(?=[,，。;；]|$))"
)
#: What the name of an indicator has beside the work that it counts.
_COUNTS = re.compile(r"^指标\d*:?|数量|次数|场次|个数|人数|完成率|完成情况|率$|数$")
#: Names shorter than this stand in sentences about other things.
_LONG_NAME = 5
#: So many indicators, projects, are no chance where all are alike.
_ENOUGH_INDICATORS, _ENOUGH_PROJECTS = 10, 3


@TESTS.of("evaluation.grade")
def grade(source: Source) -> Iterator[Result]:
    evaluations = source.evaluations
    contrary = {
        (name, line["table_id"]): line["due"] for name in ("projects", "overall")
        for line in doubts.grades_against_scores(source.frames[name]).to_dict("records")
    }  # fmt: skip
    forms = [(form.label, "projects", form.line, form.figures["total_score"]) for form in evaluations.projects]
    if evaluations.department["total_score"]:
        line = evaluations.records("overall")[0][1]
        forms.append(("部门整体自评表", "overall", line, evaluations.department["total_score"]))
    for label, frame, line, score in forms:
        if line["grade"] and score:
            due = contrary.get((frame, line["table_id"]))
            message = f"{label}评价等级为“{line['grade']}”，而总得分{score.value:g}分，应为“{due}”"
            yield in_words(label, due is None, message, [score])


@TESTS.of("evaluation.band")
def bands(source: Source) -> Iterator[Result]:
    contrary = doubts.bands_against_targets(source.frames["projects"], source.frames["indicators"])
    off = {(line["project_no"], line["indicator_no"]) for line in contrary.to_dict("records")}
    for form in source.evaluations.projects:
        for indicator in form.indicators:
            score, line = indicator.figures["score"], indicator.line
            if score and marks.band(line["actual"] or ""):
                target = f"{line['operator'] or ''}{line['target'] or ''}{line['unit'] or ''}"
                message = f"{indicator.label}指标值{target}，完成值只是等级“{line['actual']}”，不能说明已达到，仍得满分{score.value:g}分"
                agrees = (form.number, line["indicator_no"]) not in off
                yield in_words(indicator.label, agrees, message, [score])


@TESTS.of("evaluation.to-the-digit")
def to_the_digit(source: Source) -> Iterator[Result]:
    even = source.derived(_evenness)
    if even["indicators"] >= _ENOUGH_INDICATORS:
        message = f"{even['projects']:.0f}个项目的{even['indicators']:.0f}个指标，完成值无一例外等于指标值"
        yield in_words("项目自评表", even["to_the_digit"] < even["indicators"], message, _totals(source))


@TESTS.of("evaluation.evenness")
def evenness(source: Source) -> Iterator[Result]:
    even = source.derived(_evenness)
    if even["projects"] >= _ENOUGH_PROJECTS:
        message = f"{even['projects']:.0f}个项目的总得分都在{even['lowest']:g}至{even['highest']:g}分之间，相差不超过1分，分不出优劣"
        yield in_words("项目自评表", even["spread"] > 1, message, _totals(source))


def _evenness(source: Source) -> pd.Series:
    return doubts.evenness(source.frames["projects"], source.frames["indicators"]).iloc[0]


def _totals(source: Source) -> list[Figure]:
    return [score for form in source.evaluations.projects if (score := form.figures["total_score"])]


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
    if source.derived(rules_of) is None:
        yield from _equal_attainment(source)


def _equal_attainment(source: Source) -> Iterator[Result]:
    """Numbers attained to the same part, of one weight, where no rule is known that would say what each earns."""
    alike: dict[tuple[str, Decimal, float], list[Scored]] = defaultdict(list)
    for indicator in source.evaluations.indicators:
        weight, score = indicator.figures["weight"], indicator.figures["score"]
        if indicator.rate is not None and 0 < indicator.rate < 1 and weight and score:
            alike[indicator.operator, indicator.rate, weight.value or 0.0].append(indicator)
    for (_, rate, weight_), group in alike.items():
        if len(group) > 1:
            scores = [score for indicator in group if (score := indicator.figures["score"])]
            told = "、".join(f"{i.label}{f.value:g}分" for i, f in zip(group, scores, strict=True))
            message = f"分值同为{weight_:g}、同样完成{percent(rate)}的指标得分不同：{told}"
            yield in_words(group[0].label, len({score.value for score in scores}) == 1, message, scores)


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
    costs = doubts.unit_costs(source.frames["projects"], source.frames["indicators"])
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
    for form in source.evaluations.projects:
        for label, text, figure in _told_of(source, form):
            denied = _NOT_DONE.search(text)
            scored = [i for i in form.indicators if i.figures["score"]]
            if not denied or not scored:
                continue
            full = [i for i in scored if _full(i) and _named_in(i.line["level3"] or "", text)]
            what = "、".join(f"指标“{i.line['level3']}”" for i in full)
            if _all_full(form, scored):
                full, what = scored, "各项指标均"
            message = f"{label}称“{denied.group(0)}”，而{form.label}{what}得满分"
            figures = [score for i in full or scored if (score := i.figures["score"])]
            yield in_words(form.label, not full, message, figures, [figure])


def _told_of(source: Source, form: Project) -> Iterator[tuple[str, str, Figure]]:
    """What is said of a project: who says it, the text, where; its paragraph, other sentences that name it, the form's outcome."""
    for told in (told for told, of, _ in source.evaluations.pairs if of is form):
        quoted = re.compile(rf"[“\"「]{re.escape(told.name)}[”\"」]")
        text = next((p.text for p in source.paragraphs if quoted.search(p.text) and "自评" in p.text), "")
        yield told.label, nfkc(text), told.named()
    name = nfkc(re.sub(r"^[\dA-Za-z]{6,}[-—－]", "", form.name))
    for paragraph in source.paragraphs if len(name) >= _LONG_NAME else ():
        if paragraph.accounts and name in nfkc(paragraph.text) and "自评综述" not in paragraph.text:
            sentence = next((part for part in re.split("[。;]", nfkc(paragraph.text)) if name in part), "")
            yield "情况说明", sentence, words_at(f"情况说明“{form.name}”", paragraph.lines[0], sentence)
    if form.line["outcome"]:
        yield f"{form.label}完成情况", nfkc(form.line["outcome"]), form.named("outcome")


def _full(indicator: Scored) -> bool:
    score, weight = indicator.figures["score"], indicator.figures["weight"]
    return bool(score and weight and weight.value and score.value == weight.value)


def _all_full(form: Project, scored: Sequence[Scored]) -> bool:
    """Whether the indicators have all their points; of a form without weights its total tells."""
    if any(indicator.figures["weight"] for indicator in form.indicators):
        return len(scored) == len(form.indicators) and all(map(_full, scored))
    total_score, execution = form.figures["total_score"], form.figures["execution_score"]
    whole = FULL - float(form.line["execution_weight"] or EXECUTION)
    return bool(total_score and execution and (total_score.value or 0) - (execution.value or 0) >= whole)


def _named_in(name: str, text: str) -> bool:
    """Whether a text speaks of what an indicator counts: most of its name stands there."""
    name = _COUNTS.sub("", nfkc(name))
    same = difflib.SequenceMatcher(None, name, text, autojunk=False).find_longest_match()
    return same.size >= 4 and 2 * same.size >= len(name)
