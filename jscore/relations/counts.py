"""What the narrative counts: trips, guests, cars; against each other and against the money spent on them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jscore.narrative.terms import SANGONG
from jscore.relations.model import Result, Tests, at_most, equal, in_words, total
from jscore.relations.source import Source
from jscore.relations.statements import Statement, finals, statements

TESTS = Tests()

_TRIPS = re.compile("出国")
_GUESTS = re.compile("接待")
_BOUGHT = re.compile("(?:购置|新购|更新|购买)[^，]*(?:车辆?|公务用车)")
_OWNED = re.compile("保有量")
_FOREIGN = re.compile("外事|外宾")


def _counts(source: Source, subject: re.Pattern[str], units: str) -> list[Statement]:
    """Counts in ``units`` under the headings of 三公 whose subject is as given; foreign guests are a part of all."""
    return [
        statement
        for statement in statements(source)
        if statement.measure == "count" and re.fullmatch(units, statement.unit) and "三公" in statement.section + statement.subject
        and subject.search(statement.path[-1]) and not _FOREIGN.search(statement.path[-1]) and not statement.role
    ]  # fmt: skip


@TESTS.of("counts.cars-used")
def cars_used(source: Source) -> Iterator[Result]:
    cars_run = [
        statement for statement in _counts(source, re.compile("^(?:公务用?车辆?|车辆)$"), "辆|台") if statement.value
    ]
    owned = _counts(source, _OWNED, "辆|台")
    for statement, kept in zip(cars_run[:1], owned[:1], strict=False):
        message = f"情况说明称运行维护费用于{statement.value:g}辆公务用车，又称公务用车保有量为{kept.value:g}辆"
        yield equal(statement.subject, statement.figure, kept.figure, "辆", message)


@TESTS.of("counts.cars-owned")
def cars_owned(source: Source) -> Iterator[Result]:
    fleet = [
        statement
        for statement in statements(source)
        if statement.path == ("车辆",) and statement.measure == "count" and not statement.role
    ]
    for statement in _counts(source, _OWNED, "辆|台")[:1]:
        for other in fleet[:1]:
            message = f"公务用车保有量为{statement.value:g}辆，而国有资产占用情况中车辆共{other.value:g}辆"
            yield at_most(statement.subject, statement.figure, other.figure, unit="辆", message=message)


@TESTS.of("counts.cars-kinds")
def cars_kinds(source: Source) -> Iterator[Result]:
    every = [
        statement
        for statement in statements(source)
        if statement.measure == "count" and statement.unit in ("辆", "台") and not statement.role
    ]
    for whole in (statement for statement in every if statement.path == ("车辆",)):
        kinds = [
            statement
            for statement in every
            if statement.path[:-1] == whole.path and statement.sentence == whole.sentence
        ]
        if len(kinds) >= 3:
            yield total(whole.subject, whole.figure, [statement.figure for statement in kinds], "辆")


@TESTS.of("counts.people")
def people(source: Source) -> Iterator[Result]:
    for subject, groups in ((_TRIPS, "个|批次?|批（次）|次"), (_GUESTS, "批次?|批（次）|次")):
        groups_counted, persons_counted = (
            _counts(source, subject, groups)[:1],
            _counts(source, subject, "人次?|人（次）")[:1],
        )
        for group, persons in zip(groups_counted, persons_counted, strict=False):
            message = f"情况说明“{group.subject}”{group.value:g}{group.unit}，而只有{persons.value:g}{persons.unit}"
            yield at_most(group.subject, group.figure, persons.figure, unit=group.unit, message=message)


@TESTS.of("counts.guests-told")
def guests_told(source: Source) -> Iterator[Result]:
    spent = [
        statement for statement in finals(source, SANGONG) if statement.term and statement.term.what == "公务接待费"
    ]
    foreign = [
        statement for statement in statements(source)
        if statement.measure == "count" and "三公" in statement.section + statement.subject and _FOREIGN.search(statement.path[-1])
    ]  # fmt: skip
    told = _counts(source, _GUESTS, "批次?|批（次）|次|人次?|人（次）")
    counted = told or _counts(source, re.compile(f"{_TRIPS.pattern}|{_BOUGHT.pattern}|{_OWNED.pattern}"), ".+")
    if spent and (foreign or counted and any(statement.value for statement in spent)):
        message = "情况说明有公务接待费，而没有国内公务接待的批次、人次"
        yield in_words(
            "公务接待费", bool(told), message, [spent[0].figure], [statement.figure for statement in (told or foreign)]
        )


#: Item of 三公 → what is counted of it.
_COUNTED = {
    "因公出国（境）费": (_TRIPS, "个|批次?|次|批（次）"),
    "公务接待费": (_GUESTS, "批次?|批（次）|次"),
    "公务用车购置费": (_BOUGHT, "辆|台"),
}


@TESTS.of("counts.money")
def money(source: Source) -> Iterator[Result]:
    amounts: dict[str, Statement] = {}
    for statement in finals(source, SANGONG):
        assert statement.term
        amounts.setdefault(statement.term.what, statement)
    for item, (subject, units) in _COUNTED.items():
        spent, counted = amounts.get(item), _counts(source, subject, units)[:1]
        if spent and counted:
            count = counted[0]
            message = f"{item}为{spent.value:,.2f}万元，而情况说明的数量为{count.value:g}{count.unit}"
            yield in_words(item, bool(spent.value) == bool(count.value), message, [count.figure], [spent.figure])


@TESTS.of("counts.cars-running")
def cars_running(source: Source) -> Iterator[Result]:
    spent = [
        statement
        for statement in finals(source, SANGONG)
        if statement.term and statement.term.what == "公务用车运行维护费"
    ]
    for statement, other in zip(spent[:1], _counts(source, _OWNED, "辆|台")[:1], strict=False):
        message = f"公务用车运行维护费为{statement.value:,.2f}万元，而公务用车保有量为0辆"
        yield in_words(
            statement.subject, bool(other.value) or not statement.value, message, [other.figure], [statement.figure]
        )
