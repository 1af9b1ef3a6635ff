"""Parts that the narrative lists under a whole, and figures that it states twice."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence

from jscore.narrative.terms import Term
from jscore.relations.model import Result, Tests
from jscore.relations.printed import Sum, printed
from jscore.relations.source import Source
from jscore.relations.statements import Statement, by_subject, not_above, stated_amounts, statements

TESTS = Tests()


#: Parts that make up their whole: wordings of the parts, of which all must be there, then those that may be.
_MADE_OF: tuple[tuple[tuple[str, ...], str], ...] = (
    (("一般公共预算.*", "政府性基金.*", "国有资本经营.*"), ""),
    (("基本支出", "项目支出"), "上缴上级支出|经营支出|对附属单位补助支出"),
    (("人员经费(?:支出)?", "(?:日常)?公用经费(?:支出)?"), ""),
    (("因公出国.*", "公务接待费?.*", "公务用车购置[及和与].*"), ""),
    (("公务用车购置(?:费|支出|费支出)?", "公务用车运行.*"), ""),
    ((".*货物.*", ".*工程.*", ".*服务.*"), ""),
    ((".*为优.*", ".*为良.*"), ".*为中.*|.*为差.*|.*为(?:不|基本)?合格.*|.*为一般.*|.*为较差.*"),
)
#: Projects of one grade: 绩效评级为“优”的项目.
_GRADED = re.compile("(?:评级|等级|评价|结果)为“?[优良中差较一合基不]")
#: What is added to or taken off a budget is no part of what was spent.
_ADJUSTMENT = re.compile("[调核压削缩]减|调[增整]|追加|增加|减少|收回|退回|结余|节约")


def complete_parts(source: Source, whole: Statement) -> Iterator[Sum]:
    """The parts that are listed under a whole and known to make it up."""
    listed = source.derived(_lists).get(whole.row)
    if listed and _complete(listed[1]):
        yield tuple(statement.figure for statement in listed[1])


def first_stated(source: Source, statement: Statement) -> Iterator[Sum]:
    """Where the narrative first states the amount of a term that no table prints."""
    first = source.derived(_first_of_terms).get(statement.term)
    if first and first.row != statement.row and statement.term and not printed(statement.term, source):
        yield (first.figure,)


def _first_of_terms(source: Source) -> dict[Term | None, Statement]:
    return {statement.term: statement for statement in reversed(stated_amounts(source))}


@TESTS.of("narrative.parts-limit")
def parts_limit(source: Source) -> Iterator[Result]:
    for whole, listed in source.derived(_lists).values():
        if whole.measure == "amount" and not _complete(listed):
            yield not_above(whole, [statement.figure for statement in listed])


def _lists(source: Source) -> dict[Hashable, tuple[Statement, list[Statement]]]:
    """Wholes, by their row, with the parts that the first sentence to list any states under them."""
    groups: dict[tuple[str, tuple[str, ...], str, str], list[Statement]] = {}
    for statement in statements(source):
        # The money and number of evaluated projects is a matter of ``summaries``, that of each grade is not.
        is_part = len(statement.path) > 1 and not statement.role
        is_part = is_part and ("绩效" not in statement.section or bool(_GRADED.search(statement.path[-1])))
        is_part = is_part and not _ADJUSTMENT.search(statement.path[-1])
        # What contracts of some suppliers were worth stands beside the kinds of what was bought.
        is_part = is_part and not ("授予" in statement.path[-1] and "授予" not in statement.path[-2])
        if is_part and statement.measure in ("amount", "count"):
            groups.setdefault((statement.section, statement.path[:-1], statement.measure, statement.unit), []).append(
                statement
            )
    subjects = source.derived(by_subject)
    lists: dict[Hashable, tuple[Statement, list[Statement]]] = {}
    for (section, path, measure, unit), listed_parts in groups.items():
        listed = {
            statement.path: statement for statement in listed_parts if statement.sentence == listed_parts[0].sentence
        }
        whole = next(
            (x for x in subjects.get((section, path), ()) if (x.measure, x.unit, x.role) == (measure, unit, "")), None
        )
        if whole:
            lists[whole.row] = whole, list(listed.values())
    return lists


def _complete(listed: Sequence[Statement]) -> bool:
    """Whether the parts are known to make up their whole."""
    names = [re.sub(r"[“”]", "", statement.path[-1]) for statement in listed]
    for needed, more in _MADE_OF:
        if all(any(re.fullmatch(words, name) for name in names) for words in needed):
            allowed = "|".join((*needed, more)) if more else "|".join(needed)
            return all(re.fullmatch(allowed, name) for name in names)
    return False
