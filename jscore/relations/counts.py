"""What the narrative counts: trips, guests, cars; against each other and against the money spent on them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jscore.narrative.terms import SANGONG
from jscore.relations.model import Figure, Result, Tests, in_words
from jscore.relations.source import Source, unique
from jscore.relations.statements import FOREIGN, Statement, counted, finals, statements

TESTS = Tests()


def _counts(source: Source, *names: str) -> list[Statement]:
    return [statement for statement in statements(source) if counted(statement) in names]


@TESTS.of("counts.guests-told")
def guests_told(source: Source) -> Iterator[Result]:
    spent = [
        statement for statement in finals(source, SANGONG) if statement.term and statement.term.what == "公务接待费"
    ]
    foreign = [
        statement
        for statement in statements(source)
        if statement.measure == "count"
        and "三公" in statement.section + statement.subject
        and FOREIGN.search(statement.path[-1])
    ]
    told = _counts(source, "receptions", "guests")
    others = told or _counts(source, "trips", "travellers", "cars bought", "cars kept")
    if spent and (foreign or others and any(statement.value for statement in spent)):
        message = "情况说明有公务接待费，而没有国内公务接待的批次、人次"
        yield in_words(
            "公务接待费", bool(told), message, [spent[0].figure], [statement.figure for statement in (told or foreign)]
        )


#: Item of 三公 → what is counted of it.
_COUNTED = {"因公出国（境）费": "trips", "公务接待费": "receptions", "公务用车购置费": "cars bought"}
#: What others paid for, or what cost nothing.
_PAID_ELSEWHERE = re.compile(
    r"承担|由[^，。；]{1,16}(?:支付|负担|列支|安排)|未(?:发生|产生|使用|列支)|非财政|无偿|免费|划拨|调[入拨]|[无没]有?[^，。；]{0,6}费用"
)


@TESTS.of("counts.money")
def money(source: Source) -> Iterator[Result]:
    amounts: dict[str, Statement] = {}
    for statement in finals(source, SANGONG):
        assert statement.term
        amounts.setdefault(statement.term.what, statement)
    for item, name in _COUNTED.items():
        counts = _counts(source, name)[:1]
        spent = amounts[item].figure if item in amounts else _listed(source, item)
        if spent and spent.value is not None and counts and not _PAID_ELSEWHERE.search(counts[0].text):
            count = counts[0]
            message = f"{item}为{spent.value:,.2f}万元，而情况说明的数量为{count.value:g}{count.unit}"
            yield in_words(item, bool(spent.value) == bool(count.value), message, [count.figure], [spent])


def _listed(source: Source, item: str) -> Figure | None:
    """What 09 prints of an item; 0 where that is blank and the whole is printed."""
    by = source.amounts("sangong", "item", column="final")
    whole = unique(by.get(("合计",)))
    listed = unique(by.get((item,)))
    return listed or (Figure(f"公开09表 {item} 决算数", 0.0) if whole and not by.get((item,)) else None)


@TESTS.of("counts.cars-running")
def cars_running(source: Source) -> Iterator[Result]:
    spent = [
        statement
        for statement in finals(source, SANGONG)
        if statement.term and statement.term.what == "公务用车运行维护费"
    ]
    for statement, other in zip(spent[:1], _counts(source, "cars kept")[:1], strict=False):
        message = f"公务用车运行维护费为{statement.value:,.2f}万元，而公务用车保有量为0辆"
        yield in_words(
            statement.subject, bool(other.value) or not statement.value, message, [other.figure], [statement.figure]
        )
