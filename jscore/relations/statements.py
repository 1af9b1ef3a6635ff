"""The figures that the narrative states, each with its term, and the amounts that belong together."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from jscore.narrative import terms
from jscore.narrative.terms import ALL_MONEY, CLASS, ITEM, SANGONG, Term, code_of, scope_of
from jscore.relations.arithmetic import Figures
from jscore.relations.figures import figures_of_forms, figures_of_tables, with_columns
from jscore.relations.model import Figure, Result, at_most
from jscore.relations.printed import Sum, printed, spending, table_lines
from jscore.relations.source import Source
from jscore.schema import COMPONENTS

_UNIT = {"amount": "万元", "yoy_change": "万元"}
_GROUPS, _PERSONS, _CARS = "个|批次?|批（次）|次", "人次?|人（次）", "辆|台"
#: What the narrative counts under the headings of 三公: its name here, what it is called, its units.
_COUNTED = (
    ("cars kept", re.compile("保有量"), _CARS),
    ("cars run", re.compile("^(?:公务用?车辆?|车辆)$"), _CARS),
    ("cars bought", re.compile("(?:购置|新购|更新|购买)[^，]*(?:车辆?|公务用车)"), _CARS),
    ("trips", re.compile("出国"), _GROUPS),
    ("travellers", re.compile("出国"), _PERSONS),
    ("receptions", re.compile("接待"), _GROUPS.removeprefix("个|")),
    ("receptions", re.compile("接待(?:批次|.{0,6}团组)"), "个"),
    ("guests", re.compile("接待"), _PERSONS),
)
#: Amounts that differ by less than this share are on a par.
ON_A_PAR = 0.005
FOREIGN = re.compile("外事|外宾|国（?境）?外|境外")


@dataclass(frozen=True)
class Statement(terms.Statement):
    """A statement of the narrative with its figure."""

    figure: Figure


def statements(source: Source) -> list[Statement]:
    """The figures of the narrative in order, each with its term."""
    return source.derived(_statements)


def _statements(source: Source) -> list[Statement]:
    stated = terms.statements(source.frames["narrative"], source.derived(table_lines))
    return [Statement(**vars(statement), figure=source.fact(statement.row)) for statement in stated]


def counted(statement: Statement) -> str | None:
    """What ``statement`` counts of trips, guests and cars; foreign guests are a part of all, and no car ran where none did."""
    last = statement.path[-1]
    if statement.measure != "count" or statement.role or "三公" not in statement.section + statement.subject:
        return None
    for name, called, units in _COUNTED:
        if called.search(last) and re.fullmatch(units, statement.unit) and (statement.value or name != "cars run"):
            return f"foreign {name}" if FOREIGN.search(last) else name
    return None


def _up(source: Source) -> dict[object, str]:
    """The row of a part that is counted → that of what its sentence lists it under."""
    counts = [statement for statement in statements(source) if statement.measure == "count"]
    wholes: dict[tuple[str, tuple[str, ...]], str] = {}
    for statement in counts:
        wholes.setdefault((statement.sentence, statement.path), str(statement.row))
    parts = ((statement.row, wholes.get((statement.sentence, statement.path[:-1]))) for statement in counts)
    return {row: whole for row, whole in parts if whole}


def figures(source: Source) -> Figures:
    """Every figure of a report that rows of the catalogue may select: of the tables, the forms and the narrative."""
    up = _up(source)
    stated = (
        {
            "form": "narrative",
            "kind": "stated",
            "row": statement.row,
            "line": str(statement.row),
            "name": statement.subject,
            "column": statement.measure,
            "role": statement.role,
            "figure": statement.figure,
            "statement": statement,
            "term": statement.term.name if statement.term else None,
            "unit": statement.unit,
            "counted": counted(statement),
            "up": up.get(statement.row),
            "sentence": statement.sentence,
            "item": statement.term.what if statement.term and statement.term.name == SANGONG else None,
        }
        for statement in statements(source)
    )
    records = [*source.derived(figures_of_tables), *figures_of_forms(source), *with_columns(stated)]
    return Figures(records)


def listed(source: Source, statement: Statement) -> list[Sum]:
    """What the tables print of the term of ``statement``; a sum, which rounding leaves more room, only where none prints the figure."""
    sums = printed(statement.term, source) if statement.term else []
    whole = statement.path[-1]
    if statement.term and f"占{whole}" in statement.text and not statement.role and scope_of((whole,), "") == ALL_MONEY:
        # 占本年支出合计215.21万元的79.02%, under a heading of one fund: all of the money, unless it is that of the fund.
        sums = [*printed(replace(statement.term, scope=ALL_MONEY), source), *sums]
    return [parts for parts in sums if len(parts) == 1] or sums


def listed_in_whole(source: Source, statement: Statement) -> list[Sum]:
    """The column of a class's or item's spending that ``statement``, a part of it, names."""
    whole, column = statement.of, statement.path[-1]
    if not whole or whole.name not in (CLASS, ITEM) or column not in ("基本支出", "项目支出"):
        return []
    code = code_of(whole, source.derived(table_lines))
    sums = filter(None, spending(source, whole.scope, column, code)) if code else ()
    return [tuple(parts) for parts in sums][:1]


def by_row(source: Source) -> dict[Hashable, Statement]:
    """The figures of the narrative by their row in the frame."""
    return {statement.row: statement for statement in statements(source)}


def beside(source: Source, statement: Statement, measure: str, *roles: str) -> Statement | None:
    """The figure of ``measure`` and role of the same subject under the same heading: the last before ``statement``, or the next."""
    alike = source.derived(by_subject)[(statement.section, statement.path)]
    place_of_it = next(place for place, other in enumerate(alike) if other.row == statement.row)
    near = (*reversed(alike[:place_of_it]), *alike[place_of_it + 1 :])
    return next(
        (x for x in near if x.measure == measure and x.role in roles and x.unit == _UNIT.get(measure, x.unit)), None
    )


def by_subject(source: Source) -> dict[tuple[str, tuple[str, ...]], list[Statement]]:
    """The figures of the narrative by heading and subject, whatever their role."""
    groups: dict[tuple[str, tuple[str, ...]], list[Statement]] = {}
    for statement in statements(source):
        groups.setdefault((statement.section, statement.path), []).append(statement)
    return groups


def final_amount(source: Source, statement: Statement) -> Figure | None:
    """The final amount of ``statement``'s subject: as the narrative states it, or as the tables print it."""
    if stated := beside(source, statement, "amount", ""):
        return stated.figure
    figures = next(iter(printed(statement.term, source)), ()) if statement.term else ()
    return figures[0] if len(figures) == 1 else None


def final_of_change(source: Source, statement: Statement) -> Iterator[Sum]:
    """The final amount of the subject of a change, where that is the first that is stated of it and its sentence names it."""
    changes = (x for x in source.derived(by_subject)[(statement.section, statement.path)] if x.measure == "yoy_change")
    final = final_amount(source, statement)
    if (
        final
        and next(changes).row == statement.row
        and re.sub("[“”]", "", statement.path[-1]) in re.sub("[“”]", "", statement.text)
    ):
        yield (final,)


def stated_amounts(source: Source) -> list[Statement]:
    """The final amounts that the narrative states."""
    return source.derived(_final_amounts)


def _final_amounts(source: Source) -> list[Statement]:
    return [statement for statement in statements(source) if statement.measure == "amount" and not statement.role]


def finals(source: Source, *names: str) -> Iterator[Statement]:
    """The final amounts that the narrative states of the terms ``names``."""
    return (statement for statement in stated_amounts(source) if statement.term and statement.term.name in names)


def stated_amount(source: Source, statement: Statement, path: tuple[str, ...]) -> Figure | None:
    """The final amount of subject ``path`` that is stated under the heading of ``statement``."""
    return next((x.figure for x in stated_amounts(source) if x.section == statement.section and x.path == path), None)


def amounts_of(source: Source, term: Term) -> Iterator[Figure]:
    """The final amounts of ``term``, as the narrative states and as the tables print them."""
    yield from (other.figure for other in stated_amounts(source) if other.term == term)
    yield from (figures[0] for figures in printed(term, source) if len(figures) == 1)


def whole_of(statement: Statement) -> Term | None:
    """What ``statement`` is a part of: 三公 in all of one of its items, all spending of a class or of 基本支出, else what it is listed under."""
    if statement.term and statement.term.name == SANGONG:
        return Term(SANGONG, "合计") if statement.term.what != "合计" else None
    if statement.term and statement.term.name in (CLASS, *COMPONENTS[1:6]):
        return Term("支出", "", statement.term.scope)
    return statement.of


def printed_text(source: Source, statement: Statement) -> str:
    """The figure of ``statement`` with its unit, as printed."""
    return str(source.place(statement.figure)["printed"] or "")


def not_above(whole: Statement, parts: Sequence[Figure], called: str = "各部分") -> Result:
    """``parts`` of the amount ``whole``, which need not be all, must not add up to more than it.  ``called`` names them."""
    added = Figure("", round(sum(part.value or 0.0 for part in parts), 9), sum(part.half for part in parts))
    message = f"{whole.figure.label}印为{whole.value:,.2f}万元，而所列{called}相加为{added.value:,.2f}万元"
    result = at_most(whole.subject, added, whole.figure, unit=whole.unit, message=message)
    return replace(result, actual_figures=tuple(parts))
