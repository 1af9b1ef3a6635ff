"""Where the tables print what a term of the narrative names."""

from __future__ import annotations

from collections.abc import Iterator

from jscore.narrative import terms
from jscore.narrative.terms import (
    ALL_MONEY,
    APPROPRIATED,
    CLASS,
    ECONOMIC,
    GENERAL,
    ITEM,
    SANGONG,
    Lines,
    Term,
    code_of,
)
from jscore.relations.figures import ALL, SOURCES, TABLE_FUNDS, TOTALS, appropriation, appropriations, basic_parts, line
from jscore.relations.model import Figure
from jscore.relations.source import Source, unique
from jscore.schema import COMPONENTS
from jscore.text.classification import plain_name
from jscore.text.numbers import NOISE

#: Table → the fund whose spending it lists.
#: Figures to be added up.
Sum = tuple[Figure, ...]

OPENING = ("年初结转和结余", "上年结转和结余", "年初结转结余")
CLOSING = ("年末结转和结余", "年末结转结余")


def table_lines(source: Source) -> Lines:
    """The lines that the report's tables list."""
    return terms.listed_lines(source.frames)


def printed(term: Term, source: Source) -> list[Sum]:
    """Every printed figure, or sum of figures, that ``term`` must be equal to, the most direct first."""
    return [tuple(figures) for figures in _printed(term, source) if figures and all(figures)]


def _printed(term: Term, source: Source) -> Iterator[list[Figure]]:
    if term.name == SANGONG:
        yield _as_list(unique(source.amounts("sangong", "item", column="final").get((term.what,))))
    elif term.name == ECONOMIC:
        yield from _economic(term, source)
    elif term.name in (CLASS, ITEM):
        code = code_of(term, source.derived(table_lines))
        if code:
            yield from spending(source, term.scope, "合计", code)
    elif term.name in ("人员经费", "公用经费"):
        levels = source.amounts("economic", "group", "level")
        yield levels.get((term.name, 0)) or levels.get((term.name, 1), [])
    elif term.name in ("基本支出", "项目支出", *COMPONENTS[3:6]):
        yield from spending(source, term.scope, term.name, ALL)
        if term.name == "基本支出" and term.scope == GENERAL:
            yield basic_parts(source)
    elif term.name in ("收入总计", "支出总计", "收支总计"):
        yield from _totals(term, source)
    else:
        yield from _year(term, source)


def _as_list(figure: Figure | None) -> list[Figure]:
    return [figure] if figure else []


def _totals(term: Term, source: Source) -> Iterator[list[Figure]]:
    form = {ALL_MONEY: "01", APPROPRIATED: "04"}.get(term.scope)
    sides = {"收入总计": ("收入",), "支出总计": ("支出",)}.get(term.name, ("收入", "支出"))
    for side in sides if form else ():
        yield _as_list(line(source, form or "", side, *TOTALS))


def _year(term: Term, source: Source) -> Iterator[list[Figure]]:
    """Revenue, spending and balances of the year."""
    if term.name == "支出":
        yield from spending(source, term.scope, "合计", ALL)
    elif term.name == "收入":
        yield from _revenue(term.scope, source)
    elif term.name == "年初结转和结余":
        yield from _balance(term.scope, source, "收入", OPENING, "年初财政拨款结转和结余")
    elif term.name == "年末结转和结余":
        yield from _balance(term.scope, source, "支出", CLOSING, "年末财政拨款结转和结余")
    elif term.name in ("总收入", "总支出"):  # of the year, or with what was left of the year before
        side = term.name[1:]
        yield from _totals(Term(f"{side}总计", "", term.scope), source)
        yield from _year(Term(side, "", term.scope), source)
    elif term.name in SOURCES:
        yield _as_list(line(source, "01", "收入", term.name))
        yield _as_list(unique(source.amounts("revenue", "source", "function_code").get((term.name, ALL))))
    elif term.name == "使用非财政拨款结余":
        yield _as_list(
            line(
                source, "01", "收入", "使用非财政拨款结余（含专用结余）", "使用非财政拨款结余", "用事业基金弥补收支差额"
            )
        )
    elif term.name == "结余分配":
        yield _as_list(line(source, "01", "支出", "结余分配"))


def _revenue(scope: str, source: Source) -> Iterator[list[Figure]]:
    if scope == ALL_MONEY:
        yield _as_list(line(source, "01", "收入", "本年收入合计"))
        yield _as_list(unique(source.amounts("revenue", "source", "function_code").get(("本年收入合计", ALL))))
    elif scope == APPROPRIATED:
        yield appropriations(source, "01")
        yield _as_list(unique(source.amounts("revenue", "source", "function_code").get(("财政拨款收入", ALL))))
        yield _as_list(line(source, "04", "收入", "本年收入合计"))
    elif scope in TABLE_FUNDS:
        yield from (_as_list(appropriation(source, form, TABLE_FUNDS[scope])) for form in ("01", "04"))


def _balance(scope: str, source: Source, side: str, items: tuple[str, ...], of_04: str) -> Iterator[list[Figure]]:
    if scope == ALL_MONEY:
        yield _as_list(line(source, "01", side, *items))
    elif scope == APPROPRIATED:
        yield _as_list(line(source, "04", side, of_04))
    elif scope in TABLE_FUNDS:
        by = source.amounts("expenditure", "form", "component", "function_code")
        yield _as_list(unique(by.get((scope, items[0], ALL))))
        yield _as_list(line(source, "04", side, of_04, fund=TABLE_FUNDS[scope]) if side == "支出" else None)


def spending(source: Source, scope: str, component: str, code: str) -> Iterator[list[Figure]]:
    """A column of the spending of ``scope`` for ``code`` (ALL: in total), from every table that lists it."""
    by = source.amounts("expenditure", "form", "component", "function_code")
    if scope in TABLE_FUNDS:
        yield _as_list(unique(by.get((scope, component, code))))
        if component == "合计" and code == ALL:
            yield _as_list(line(source, "04", "支出", "本年支出合计", fund=TABLE_FUNDS[scope]))
    elif scope == APPROPRIATED:
        if component == "合计":
            yield _as_list(line(source, "04", "支出", "本年支出合计")) if code == ALL else []
        if tables := _whole(source, line(source, "04", "支出", "本年支出合计")):
            yield [f for table in tables for f in by.get((table, component, code), ())]
    elif scope == ALL_MONEY:
        if component == "合计" and code == ALL:
            yield _as_list(line(source, "01", "支出", "本年支出合计"))
        yield _as_list(unique(by.get(("03", component, code))))
        if not source.has("03") and (tables := _whole(source, line(source, "01", "支出", "本年支出合计"))):
            yield [f for table in tables for f in by.get((table, component, code), ())]


def _whole(source: Source, total: Figure | None) -> list[str]:
    """The tables by fund, if together they list all of the spending ``total``."""
    by = source.amounts("expenditure", "form", "component", "function_code")
    parts = {table: f for table in TABLE_FUNDS if (f := unique(by.get((table, "合计", ALL))))}
    if not total or not parts or total.value is None:
        return []
    gap = abs(sum(f.value or 0.0 for f in parts.values()) - total.value)
    return list(parts) if gap <= total.half + sum(f.half for f in parts.values()) + NOISE else []


def _economic(term: Term, source: Source) -> Iterator[list[Figure]]:
    """A class of 06, where all basic spending of ``term``'s scope is listed there."""
    basic = next((column for column in spending(source, term.scope, "基本支出", ALL) if column), [])
    listed = basic_parts(source)
    gap = abs(sum(f.value or 0.0 for f in basic) - sum(f.value or 0.0 for f in listed))
    if basic and listed and gap <= sum(f.half for f in (*basic, *listed)) + NOISE:
        lines = source.amounts("economic", "level", "economic_name")
        yield [
            f
            for (level, name), figures in lines.items()
            if level == 1 and plain_name(name) == term.what
            for f in figures
        ]
