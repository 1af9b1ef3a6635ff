"""Shares that the narrative states (占收入总计的…%), and percentages whose digits were cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jscore.narrative.paragraphs import normal
from jscore.narrative.terms import about
from jscore.relations.changes import year_on_year
from jscore.relations.completions import completed, completed_sangong
from jscore.relations.model import Figure, Result, Tests, cut_off, ratio, said
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
    for one in statements(source):
        if one.measure != "share" or one.role:
            continue
        pattern = rf"占(?P<whole>[^，。；占]{{0,30}}?)的?(?:比例|比重|比)?的?(?:为|是|达)?{re.escape(normal(printed_text(source, one)))}"
        found = re.compile(pattern).search(one.text, since.get(one.sentence, 0))
        if not found:
            continue
        since[one.sentence] = found.end()
        part = final_amount(source, one)
        results = [
            ratio(one.subject, one.figure, part, whole) for whole in _wholes(source, one, found["whole"]) if part
        ]
        if tried := [result for result in results if result]:
            best = next((result for result in tried if result.holds), None) or next(filter(cut_off, tried), tried[0])
            made.append((bool(found["whole"]), best))
    return made


def _wholes(source: Source, one: Statement, words: str) -> Iterator[Figure]:
    """What ``one`` may be a share of: the total of that name as the narrative states it, or as the tables print it."""
    if not words:
        above = stated_amount(source, one, one.path[:-1])
        yield from (above,) if above else ()
        wanted = [term for term in (whole_of(one),) if term]
    else:
        name = _unquoted(words)
        near = (x for x in stated_amounts(source) if x.section == one.section and _unquoted(x.path[-1]) == name)
        yield from (other.figure for other in near)
        wanted = about(words, one.section, source.derived(table_lines))
    for term in wanted:
        yield from amounts_of(source, term)


def _unquoted(words: str) -> str:
    return re.sub("[“”]", "", words)


@TESTS.of("narrative.cut-off")
def cut_off_percentages(source: Source) -> Iterator[Result]:
    every = [own for own, _ in source.derived(year_on_year)]
    every += [result for make in (completed, completed_sangong) for result in source.derived(make)]
    every += [result for _, result in source.derived(_shares)]
    off = [result for result in every if cut_off(result)]
    yield from off
    if every and not off:
        yield said("各百分比", True, "")
