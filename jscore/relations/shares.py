"""Shares that the narrative states (占收入总计的…%), and percentages whose digits were cut off."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence

from jscore.narrative.paragraphs import normal
from jscore.narrative.terms import about
from jscore.relations.model import Figure, Result, Tests, cut_off, in_words
from jscore.relations.printed import Sum, table_lines
from jscore.relations.source import Source
from jscore.relations.statements import (
    Statement,
    amounts_of,
    final_amount,
    printed_text,
    stated_amount,
    stated_amounts,
    statements,
    whole_of,
)

TESTS = Tests()


def of_named(source: Source, statement: Statement) -> Iterator[Sum]:
    """The amount of a share, and what its sentence says that it is of."""
    if words := source.derived(_words_of_wholes).get(statement.row):
        yield from _of(source, statement, words)


def of_implied(source: Source, statement: Statement) -> Iterator[Sum]:
    """The amount of a share, and what it may be of where its sentence does not say."""
    if source.derived(_words_of_wholes).get(statement.row) == "":
        yield from _of(source, statement, "")


def _of(source: Source, statement: Statement, words: str) -> Iterator[Sum]:
    part = final_amount(source, statement)
    return ((part, whole) for whole in _wholes(source, statement, words) if part)


def _words_of_wholes(source: Source) -> dict[Hashable, str]:
    """What sentences call that of which they state a share, by the share's row; "" where they do not say."""
    words: dict[Hashable, str] = {}
    since: dict[str, int] = {}
    for statement in statements(source):
        if statement.measure != "share" or statement.role:
            continue
        pattern = rf"占(?P<whole>[^，。；占]{{0,30}}?)(?:[\d.,]+[万亿]?元)?的?(?:比例|比重|比)?的?(?:为|是|达)?{re.escape(normal(printed_text(source, statement)))}"
        match = re.compile(pattern).search(statement.text, since.get(statement.sentence, 0))
        if match:
            since[statement.sentence] = match.end()
            words[statement.row] = match["whole"]
    return words


def _wholes(source: Source, statement: Statement, words: str) -> Iterator[Figure]:
    """What ``statement`` may be a share of: the total of that name as the narrative states it, or as the tables print it."""
    if not words:
        above = stated_amount(source, statement, statement.path[:-1])
        yield from (above,) if above else ()
        if statement.path[-1].startswith("授予"):
            near = [x for x in stated_amounts(source) if x.section == statement.section]
            yield from (x.figure for x in near if _PROCURED.fullmatch(x.path[-1]))
        wanted = [term for term in (whole_of(statement),) if term]
    else:
        name = _unquoted(words)
        near = [x for x in stated_amounts(source) if x.section == statement.section]
        alike = [x for x in near if _unquoted(x.path[-1]) == name]
        alike = alike or [x for x in near if _plain(x.path[-1]) == _plain(name) != ""]
        yield from (other.figure for other in alike)
        wanted = about(words, statement.section, source.derived(table_lines))
        wanted = [term for term in wanted if term != statement.term]  # 占本年支出合计的, under a heading of one fund
    for term in wanted:
        yield from amounts_of(source, term)


def _unquoted(words: str) -> str:
    return re.sub("[“”]", "", words)


def _plain(words: str) -> str:
    """``words`` without what only says that they name an amount: 政府采购总额 is 政府采购支出总额."""
    return re.sub(r"支出|决算|财政拨款|[总金]额|总计|合计|总数", "", _unquoted(words))


#: All that was procured, which contracts are a share of where no more is said.
_PROCURED = re.compile(r"政府采购(?:支出|合同)?(?:总额|总金额|金额|合计)?")
_OF_OTHER = re.compile("预算|计划|任务|目标|上年|去年|20\\d\\d年")


@TESTS.of("narrative.share-limit")
def share_limit(source: Source) -> Iterator[Result]:
    of = source.derived(_words_of_wholes)
    for statement in statements(source):
        if statement.row in of and not _OF_OTHER.search(of[statement.row]):
            message = f"{statement.figure.label}印为{statement.value:.2%}，大于100%"
            yield in_words(statement.subject, statement.value <= 1 + statement.figure.half, message, [statement.figure])


@TESTS.of(
    "narrative.completion",
    "narrative.completion-09",
    "narrative.budget-change",
    "narrative.shares",
    "narrative.shares-implied",
)
def unless_cut_off(_: Source, results: Sequence[Result]) -> list[Result]:
    return [result for result in results if not cut_off(result)]


@TESTS.of("narrative.cut-off")
def cut_off_percentages(_: Source, results: Sequence[Result]) -> Iterator[Result]:
    off = [result for result in results if cut_off(result)]
    yield from off
    if results and not off:
        yield in_words("各百分比", True, "")
