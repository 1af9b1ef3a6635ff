"""The narrative beside the self-evaluation forms: a project's paragraph, how many projects, what was spent on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

import pandas as pd

from jscore.relations.forms import Project, Record, with_equal_digits
from jscore.relations.model import Figure, Result, Tests, in_words, total, within
from jscore.relations.source import Source
from jscore.schema import BOX
from jscore.text import names

TESTS = Tests()

#: How the narrative names all self-evaluated projects of a department.
_ALL_PROJECTS = re.compile(
    r"(?:本年度?)?(?:部门)?(?:预算)?(?:支出|绩效自评|自评)?项目(?:支出)?(?:(?:进行|开展|实施)了?)?(?:绩效)?(?:自评)?"
)
_FUNDS_OF_ALL = " > 涉及资金"
#: Words that prose puts behind the name of what money was spent on.
_TAIL = re.compile(r"(?:相关|专项|资金|经费|支出|费用|款项?|项目|资助|补助|补贴|奖励|奖金|等|类)$")
#: Names shorter than this are no sign of the same project.
_SHORTEST = 4
#: The part of a name's characters that a project's name must have, in order and with nothing put in their place.
_MOST = 0.7


# --- a project's paragraph --------------------------------------------------------------------


@TESTS.of("summary.name")
def name(source: Source) -> Iterator[Result]:
    for told, form, how in source.evaluations.pairs:
        message = f"情况说明称“{told.name}”，自评表{form.number}称“{form.name}”"
        yield in_words(form.label, how in ("exact", "punctuation"), message, [told.named()], [form.named()])


@TESTS.of("summary.complete")
def complete(source: Source) -> Iterator[Result]:
    for told, form, _ in source.evaluations.pairs:
        for what, stated in told.figures.items():
            if what.endswith("指标完成") and stated.value == 1:
                kind = what.removesuffix("指标完成")
                of_kind = [
                    indicator
                    for indicator in form.indicators
                    if kind in f"{indicator.line['level1'] or ''}{indicator.line['level2'] or ''}"
                ]
                done = [figure for indicator in of_kind if (figure := indicator.figures["completion"])]
                below = [figure for figure in done if (figure.value or 0) < 1]
                if done:
                    first = f"，如{below[0].label}{below[0].value:.0%}" if below else ""
                    message = (
                        f"{told.label}称{kind}指标完成100%，自评表{form.number}有{len(below)}个{kind}指标未完成{first}"
                    )
                    yield in_words(f"{form.label} {kind}", not below, message, [told.titled(what)], below or done)


# --- all projects -----------------------------------------------------------------------------


def _of_all(source: Source, measure: str) -> tuple[Any, Record] | None:
    """The narrative's fact of all self-evaluated projects: their number (``count``) or their money (``amount``)."""
    for row, line in source.evaluations.records("narrative"):
        subject = line["subject"].removesuffix(_FUNDS_OF_ALL)
        money_of = measure == "count" or subject != line["subject"] or "自评" in subject
        about = "自评" in line["sentence"] + (line["section"] or "")
        if line["measure"] == measure and about and money_of and _ALL_PROJECTS.fullmatch(subject):
            return row, line
    return None


@TESTS.of("summary.count")
def count(source: Source) -> Iterator[Result]:
    forms = source.evaluations.projects
    yield from _counted(source, len(forms), "项目自评表有{}张", [form.named() for form in forms])


@TESTS.of("summary.told-count")
def told_count(source: Source) -> Iterator[Result]:
    told = source.evaluations.told
    yield from _counted(source, len(told), "项目自评综述有{}篇", [paragraph.named() for paragraph in told])


def _counted(source: Source, number: int, words: str, figures: Sequence[Figure]) -> Iterator[Result]:
    stated = _of_all(source, "count")
    if stated and 2 * number > stated[1]["value"]:  # else what is printed is a choice of a few
        printed = source.fact(stated[0])
        message = f"情况说明称自评项目{printed.value:g}个，而{words.format(number)}"
        yield within("自评项目", printed, float(number), 0.0, figures, stated[1]["unit"], message)


@TESTS.of("summary.money")
def money(source: Source) -> Iterator[Result]:
    forms, number = source.evaluations.projects, _of_all(source, "count")
    stated = _of_all(source, "amount")
    parts = [figure for form in forms if (figure := form.figures["budget"])]
    if stated and number and number[1]["value"] == len(forms) == len(parts):
        yield total("自评项目涉及资金", source.fact(stated[0]), parts)


@TESTS.of("summary.funds")
def funds(source: Source) -> Iterator[Result]:
    for measure in ("count", "amount"):
        whole = _of_all(source, measure)
        if not whole:
            continue
        subject = whole[1]["subject"] + " > "
        parts = [
            source.fact(row)
            for row, line in source.evaluations.records("narrative")
            if line["subject"].startswith(subject)
            and " > " not in line["subject"].removeprefix(subject)
            and line["measure"] == measure
            and re.search("一般公共预算|政府性基金|国有资本", line["subject"])
        ]
        if parts:
            yield total(
                f"自评项目{'个数' if measure == 'count' else '资金'}", source.fact(whole[0]), parts, whole[1]["unit"]
            )


@TESTS.of("summary.coverage")
def coverage(source: Source, results: Sequence[Result]) -> Iterator[Result]:
    covered = [
        source.fact(row)
        for row, line in source.evaluations.records("narrative")
        if line["measure"] == "share" and line["subject"].endswith("自评覆盖率") and line["value"] == 1
    ]
    for result in results if covered else ():
        yield replace(result, actual_figures=(covered[0], *result.actual_figures))


# --- what was spent on a project ----------------------------------------------------------------


@TESTS.of("summary.spent")
def spent(source: Source) -> Iterator[Result]:
    stated: dict[str, Figure] = {}
    for row, line in source.evaluations.records("narrative"):
        whole, _, part = line["subject"].rpartition(" > ")
        if line["measure"] == "amount" and whole.endswith("项目支出") and " " not in part:
            stated[part] = source.fact(row)
    for part, figure in zip(stated, with_equal_digits(list(stated.values())), strict=True):
        alike = [form for form in projects_named(part, source.evaluations.projects) if form.figures["executed"]]
        done = [spent_ for form in alike if (spent_ := form.figures["executed"])]
        if done:
            yield _spent(part, figure, alike, done)


def _spent(part: str, stated: Figure, alike: Sequence[Project], done: Sequence[Figure]) -> Result:
    """One of ``alike`` was executed as stated, or all of them together."""
    sums = [[figure] for figure in done] + ([list(done)] if len(done) > 1 else [])
    assert stated.value is not None
    near = min(sums, key=lambda figures: abs(stated.value - sum(f.value or 0 for f in figures)))  # type: ignore[operator]
    expected = round(sum(figure.value or 0 for figure in near), 6)
    beside = "、".join(f"{form.label}执行数{figure.value:,.2f}万元" for form, figure in zip(alike, done, strict=True))
    message = f"情况说明称{part}支出{stated.value:,.2f}万元，而{beside}"
    bound = stated.half + sum(figure.half for figure in near)
    return within(part, stated, expected, bound, tuple(done), "万元", message)


def projects_named(part: str, forms: Sequence[Project]) -> list[Project]:
    """The projects that money was spent on by what prose calls them: of that name, else with it, else much alike."""
    called = names.normal_name(part)
    by_name = [(form, names.normal_name(form.name)) for form in forms]
    while len(called) >= _SHORTEST:
        same = [form for form, other in by_name if other == called] or [
            form for form, other in by_name if called in other
        ]
        if same:
            return same
        shorter = _TAIL.sub("", called)
        if shorter == called:
            return [form for form, other in by_name if _much_alike(called, other)]
        called = shorter
    return []


def _much_alike(called: str, other: str) -> bool:
    """Whether ``other`` has all words of ``called`` in order, others only put in between, but for a single character.

    城乡居民养老保险 and 城乡居民医疗保险 are two projects, and so are 科技优才 and 优才: a word tells them apart.
    """
    codes = SequenceMatcher(None, called, other, autojunk=False).get_opcodes()
    matched = [code for code in codes if code[0] == "equal" and code[2] - code[1] > 1]
    enough = sum(code[2] - code[1] for code in matched) >= _MOST * len(called)
    return enough and all(kind != "replace" and (kind != "delete" or end - start < 2) for kind, start, end, *_ in codes)


# --- all that prose states otherwise -----------------------------------------------------------

#: Relations of one figure of a project in prose with its form, and what of the form they are about.
_OF_A_FORM = {
    "summary.score": "total_score", "summary.budget": "budget", "summary.executed": "executed",
    "summary.rate": "execution_rate", "summary.spent": "executed",
}  # fmt: skip
_OTHERWISE = {
    "project_no": "Int64", "project": "str", "what": "str", "stated": "float64", "on_form": "float64", "difference": "float64",
    "subject": "str", "sentence": "str", "message": "str", "form_page": "Int64", "page": "Int64", **dict.fromkeys(BOX, "float64"),
}  # fmt: skip


def told_otherwise(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Figures of projects that the narrative states otherwise than the form does, a row each: what ``checks`` found.

    Columns: project_no, project (the form's), what (total_score, budget, executed or execution_rate), stated, on_form,
    difference (stated less form), subject, sentence, message (what may explain it, too), form_page, page and box of the sentence.  ``frames`` are those of
    the contract; amounts are in 万元.
    """
    checks, figures = frames["checks"], frames["check_figures"]
    failed = checks[(checks["status"] == "fail") & checks["check_id"].isin(_OF_A_FORM)]
    rows = []
    for check in failed.to_dict("records"):
        its_figures = figures[figures["check_no"] == check["check_no"]]
        stated, form = (its_figures[(its_figures["frame"] == name)].head(1) for name in ("narrative", "projects"))
        if len(stated) and len(form):
            fact = frames["narrative"].loc[stated["frame_row"].iloc[0]]
            project = frames["projects"].loc[form["frame_row"].iloc[0]]
            rows.append({
                "project_no": project["project_no"], "project": project["project"], "what": _OF_A_FORM[check["check_id"]],
                "stated": check["actual"], "on_form": check["expected"], "difference": check["difference"],
                "message": check["message"], "form_page": form["page"].iloc[0], **{name: fact[name] for name in ("subject", "sentence", "page", *BOX)},
            })  # fmt: skip
    return pd.DataFrame(rows, columns=list(_OTHERWISE)).astype(_OTHERWISE)
