"""The narrative on the year before: changes, their rates and directions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jscore.narrative.paragraphs import normal
from jscore.narrative.wording import tidy
from jscore.relations.completeness import words_at
from jscore.relations.model import Figure, Result, Tests, change_rate, cut_off, in_words
from jscore.relations.printed import Sum
from jscore.relations.source import Source
from jscore.relations.statements import (
    ON_A_PAR,
    Statement,
    amounts_of,
    beside,
    by_row,
    by_subject,
    final_amount,
    printed_text,
    statements,
    whole_of,
)
from jscore.text.numbers import NOISE

TESTS = Tests()


def change(source: Source, rate: Statement) -> Iterator[Sum]:
    """The change in money beside a rate of change, and the final amount, where both are of one direction."""
    moved, final = _change_beside(source, rate), final_amount(source, rate)
    if moved and final and rate.value * moved.value >= 0:
        yield moved.figure, final


def last_year(source: Source, rate: Statement) -> Iterator[Sum]:
    """The final amount and that of the year before, where the sentence states this, and no change."""
    before, final = beside(source, rate, "amount", "上年"), final_amount(source, rate)
    if before and final and not rate.role and before.sentence == rate.sentence and not _change_beside(source, rate):
        yield final, before.figure


def _change_beside(source: Source, rate: Statement) -> Statement | None:
    moved = beside(source, rate, "yoy_change", rate.role)
    return moved if moved and moved.sentence == rate.sentence else None


def _of_whole(source: Source, of_itself: Result) -> Result | None:
    """The rate of change that fits no change of its own subject, beside that of its whole, where it fits this."""
    (figure,), (moved, _) = of_itself.actual_figures, of_itself.expected_figures
    whole = None if of_itself.holds else whole_of(source.derived(by_row)[figure.row])
    wholes = [amount for amount in amounts_of(source, whole) if amount.value] if whole else []
    results = [change_rate(of_itself.subject, figure, moved, amount) for amount in wholes]
    return next((result for result in results if result and result.holds), None)


@TESTS.of("narrative.yoy")
def yoy(source: Source, results: Sequence[Result]) -> list[Result]:
    return [result for result in results if not cut_off(result) and not _of_whole(source, result)]


@TESTS.of("narrative.yoy-of-whole")
def yoy_of_whole(source: Source, results: Sequence[Result]) -> Iterator[Result]:
    for of_itself in results:
        whole = _of_whole(source, of_itself)
        if of_itself.holds or whole:
            message = f"{of_itself.actual_figures[0].label}不合于本项金额，而合于总额的增减"
            yield replace(of_itself, message=message)


#: Words that there was nothing in the year before.
_NONE_BEFORE = re.compile(
    r"(?:上一?年度?|去年|20\d\d年度?)(?:同期)?(?:的|决算|支出|收入|实际|数|为|是|均)*(?:未发生|未安排|没有|无|零|0(?:\.0+)?(?:万?元)?(?![.\d]))"
)


@TESTS.of("narrative.rate-of-zero")
def rate_of_zero(source: Source) -> Iterator[Result]:
    for rate in statements(source):
        if rate.measure != "yoy_rate" or rate.role:
            continue
        before, moved = beside(source, rate, "amount", "上年"), _change_beside(source, rate)
        final = final_amount(source, rate)
        rose = moved and final and abs((final.value or 0.0) - moved.value) <= NOISE
        told = rate.value == 1 and _NONE_BEFORE.search(rate.text)
        zero = not before.value if before else rose or told
        if zero and final and final.value:
            words = f"{rate.figure.label}印为{rate.value:.2%}，而上年为零，没有增减率"
            figures = [before.figure] if before else [moved.figure, final] if moved else [final]
            yield in_words(rate.subject, not rate.value, words, [rate.figure], figures)


_REASON = re.compile(
    r"(?P<about>[^，。；：]{0,40}?)(?P<more>增加|增长|上升)?(?(more)|(?P<less>减少|下降|降低))(?:较[多大]|幅度较大)?的?主要原因(?!和|与)"
)


_THAN_LAST = re.compile(r"[比较与同](?:上一?年度?|去年|20\d\d年度?)(?:决算数?|相比)?|决算数?")


@TESTS.of("narrative.reason")
def reason(source: Source) -> Iterator[Result]:
    moved = [x for x in statements(source) if x.measure in ("yoy_change", "yoy_rate") and not x.role and x.value]
    for paragraph in source.paragraphs if moved else ():
        of_it = [x for x in moved if x.text and x.text in paragraph.text and _of_one_direction(x, moved)]
        for words in _REASON.finditer(paragraph.text) if paragraph.accounts and of_it else ():
            if "预算" in re.sub("公共预算|基金预算|经营预算", "", words["about"]):
                continue
            before = paragraph.text[: words.start("more") if words["more"] else words.start("less")]
            near = [(before.rfind(normal(printed_text(source, x))), x) for x in of_it]
            named, _ = tidy(_THAN_LAST.sub("", words["about"]), source.info.get("year"))
            near = [pair for pair in near if pair[0] >= 0 and (not named or _same_subject(named, pair[1]))]
            if near:
                place, statement = max(near, key=lambda pair: pair[0])
                at = words_at(f"“{words.group()}”", paragraph.line_at(words.start()), words.group())
                message = f"情况说明写“{words.group()}”，而{statement.figure.label}为{printed_text(source, statement)}的{'增加' if statement.value > 0 else '减少'}"
                yield in_words(
                    statement.subject, (statement.value > 0) == bool(words["more"]), message, [at], [statement.figure]
                )


def _of_one_direction(statement: Statement, moved: Sequence[Statement]) -> bool:
    of_it = (x.value > 0 for x in moved if (x.section, x.path) == (statement.section, statement.path))
    return len(set(of_it)) == 1


def _same_subject(named: str, statement: Statement) -> bool:
    """Whether ``named`` is the subject of ``statement``, in other words perhaps."""
    unquoted = re.sub("[“”]|支出|决算|数$", "", named)
    return unquoted in re.sub("[“”]|支出|决算", "", statement.path[-1]) or not unquoted


_MOVED_AND_SAME = re.compile(
    r"(?:增加|增长|减少|下降|降低)(?:了|为|到)?\d[\d,.]*[亿万]?元，?(?:基本)?[与和同较比](?![^，。；]{0,12}预算)[^，。；]{0,12}(?:基本)?持平"
)
#: A change that is none on the year before.
_AGAINST_BUDGET = re.compile(r"[比较与同][^，。；]{0,10}(?<!公共)(?<!基金)(?<!经营)预算[^，。；]{0,16}$")


#: The year before, in the words that stand between it and its figure, or between it and 持平.
_LAST = r"(?:上一?年度?|去年|20\d\d年度?)(?:同期)?(?:的|决算|支出|收入|实际|数|为|是)*"
#: A figure of the year before, and a rate of change on it, right beside the word that there was none (基本持平 leaves it open).
_SAME_BESIDE = {
    "amount": rf"{_LAST}（?{{figure}}）?(?:相比|比较)?持平|{_LAST}(?:相比|比较)?持平[，（]{_LAST}{{figure}}",
    "yoy_rate": rf"{_LAST}(?:相比|比较)?持平[，（](?:增长|上升|下降|降低)(?:率|幅度)?(?:为|了)?{{figure}}",
}


def _said_to_be_the_same(source: Source) -> Iterator[tuple[Statement, Figure]]:
    """The figures of the year before, and rates of change, that are said to be no change; with the amount of the year."""
    for statement in statements(source):
        role = "上年" if statement.measure == "amount" else ""
        if statement.measure not in _SAME_BESIDE or statement.role != role or "持平" not in statement.text:
            continue
        final = beside(source, statement, "amount", "")
        if _of_budget(source, statement):
            continue
        printed = re.escape(normal(printed_text(source, statement)))
        if (
            final
            and final.sentence == statement.sentence
            and re.search(_SAME_BESIDE[statement.measure].format(figure=printed), statement.text)
        ):
            yield statement, final.figure


def _of_budget(source: Source, statement: Statement) -> bool:
    """Whether the amount stated right before ``statement`` of its subject is a budget, with which that is compared."""
    alike = source.derived(by_subject)[(statement.section, statement.path)]
    at = next(place for place, other in enumerate(alike) if other.row == statement.row)
    return at > 0 and alike[at - 1].role.endswith("预算")


@TESTS.of("narrative.unchanged")
def unchanged(source: Source) -> Iterator[Result]:
    for statement, final in _said_to_be_the_same(source):
        now = final.value or 0.0
        off = abs(now - statement.value) if statement.role else abs(statement.value * now)
        same = off <= max(ON_A_PAR * abs(now), final.half + statement.figure.half + NOISE)
        message = f"情况说明写与上年持平，而{statement.figure.label}为{printed_text(source, statement)}"
        yield in_words(statement.subject, same, message, [statement.figure], [final])
    for paragraph in source.paragraphs:
        for words in _MOVED_AND_SAME.finditer(paragraph.text) if paragraph.accounts else ():
            if _AGAINST_BUDGET.search(paragraph.text[max(0, words.start() - 40) : words.start()]):
                continue
            at = words_at(f"“{words.group()}”", paragraph.line_at(words.start()), words.group())
            yield in_words(words.group(), False, f"既写增减又写持平：“{words.group()}”", [at])


@TESTS.of("narrative.direction")
def direction(source: Source) -> Iterator[Result]:
    for rate in statements(source):
        moved = _change_beside(source, rate) if rate.measure == "yoy_rate" else None
        if moved:
            words = f"情况说明“{rate.subject}”的增减额与增减率方向相反"
            yield in_words(rate.subject, rate.value * moved.value >= 0, words, [rate.figure], [moved.figure])


def year_before(source: Source, final: Statement) -> Iterator[Sum]:
    """The amount of the year before that is stated of the subject of a final amount, and the change between them."""
    prior, moved = beside(source, final, "amount", "上年"), beside(source, final, "yoy_change", "")
    if prior and moved:
        yield prior.figure, moved.figure
