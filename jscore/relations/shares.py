"""Shares that the narrative states (占收入总计的…%), and percentages whose digits were cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jscore.narrative.paragraphs import normal
from jscore.narrative.terms import about
from jscore.relations.changes import year_on_year
from jscore.relations.completions import completed, completed_sangong
from jscore.relations.model import Figure, Result, Tests, cut_off, in_words, ratio
from jscore.relations.printed import table_lines
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


@TESTS.of("narrative.shares")
def shares(source: Source) -> Iterator[Result]:
    return (result for stated, result in source.derived(_shares) if stated and not cut_off(result))


@TESTS.of("narrative.shares-implied")
def shares_implied(source: Source) -> Iterator[Result]:
    return (result for stated, result in source.derived(_shares) if not stated and not cut_off(result))


def _shares(source: Source) -> list[tuple[bool, Result]]:
    """Shares, each with whether the sentence says of what."""
    made: list[tuple[bool, Result]] = []
    since: dict[str, int] = {}
    for statement in statements(source):
        if statement.measure != "share" or statement.role:
            continue
        pattern = rf"占(?P<whole>[^，。；占]{{0,30}}?)的?(?:比例|比重|比)?的?(?:为|是|达)?{re.escape(normal(printed_text(source, statement)))}"
        match = re.compile(pattern).search(statement.text, since.get(statement.sentence, 0))
        if not match:
            continue
        since[statement.sentence] = match.end()
        part = final_amount(source, statement)
        results = [
            ratio(statement.subject, statement.figure, part, whole)
            for whole in _wholes(source, statement, match["whole"])
            if part
        ]
        if tried := [result for result in results if result]:
            best = next((result for result in tried if result.holds), None) or next(filter(cut_off, tried), tried[0])
            made.append((bool(match["whole"]), best))
    return made


def _wholes(source: Source, statement: Statement, words: str) -> Iterator[Figure]:
    """What ``statement`` may be a share of: the total of that name as the narrative states it, or as the tables print it."""
    if not words:
        above = stated_amount(source, statement, statement.path[:-1])
        yield from (above,) if above else ()
        wanted = [term for term in (whole_of(statement),) if term]
    else:
        name = _unquoted(words)
        near = (x for x in stated_amounts(source) if x.section == statement.section and _unquoted(x.path[-1]) == name)
        yield from (other.figure for other in near)
        wanted = about(words, statement.section, source.derived(table_lines))
    for term in wanted:
        yield from amounts_of(source, term)


def _unquoted(words: str) -> str:
    return re.sub("[“”]", "", words)


@TESTS.of("narrative.cut-off")
def cut_off_percentages(source: Source) -> Iterator[Result]:
    every = [of_itself for of_itself, _ in source.derived(year_on_year)]
    every += [result for make in (completed, completed_sangong) for result in source.derived(make)]
    every += [result for _, result in source.derived(_shares)]
    off = [result for result in every if cut_off(result)]
    yield from off
    if every and not off:
        yield in_words("各百分比", True, "")
