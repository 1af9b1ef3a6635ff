"""The narrative against the tables: every amount that both print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jscore.narrative.terms import ALL_MONEY, CLASS, ECONOMIC, ITEM, SANGONG, code_of
from jscore.relations.figures import SOURCES
from jscore.relations.model import Figure, Result, Tests, at_most, said, total
from jscore.relations.printed import FUNDS, printed, spending, table_lines
from jscore.relations.source import Source, only
from jscore.relations.statements import Statement, finals, stated_amounts, statements
from jscore.schema import COMPONENTS
from jscore.text.classification import plain

TESTS = Tests()

_CLASSED = (CLASS, ITEM, SANGONG, ECONOMIC, "人员经费", "公用经费", "机关运行经费")
#: A figure this near to another that it may be below of was meant to be it.
_NEAR = 0.01


def _against_tables(source: Source, found: Iterable[Statement]) -> Iterator[Result]:
    """Each amount beside what the tables print of it; where several tables do, agreement with one is enough.

    A sum, which rounding leaves more room, counts only where no table prints the figure itself.
    """
    for one in found:
        assert one.term
        listed = printed(one.term, source)
        single = [figures for figures in listed if len(figures) == 1]
        results = [_agrees(one, figures) for figures in single or listed]
        if results:
            yield next((result for result in results if result.holds), results[0])


def _agrees(one: Statement, figures: tuple[Figure, ...]) -> Result:
    return total(one.subject, one.figure, figures)


@TESTS.of("narrative.totals")
def totals(source: Source) -> Iterator[Result]:
    found = (one for one in stated_amounts(source) if one.term and one.term.name not in _CLASSED)
    yield from _against_tables(source, found)


@TESTS.of("narrative.classes")
def classes(source: Source) -> Iterator[Result]:
    yield from _against_tables(source, finals(source, CLASS))


@TESTS.of("narrative.items")
def items(source: Source) -> Iterator[Result]:
    yield from _against_tables(source, finals(source, ITEM))


@TESTS.of("narrative.item-parts")
def item_parts(source: Source) -> Iterator[Result]:
    for one in stated_amounts(source):
        if one.of and one.of.name in (CLASS, ITEM):
            code = code_of(one.of, source.derived(table_lines)) if one.path[-1] in ("基本支出", "项目支出") else None
            figures = next(filter(None, spending(source, one.of.scope, one.path[-1], code)), []) if code else []
            if figures:
                yield _agrees(one, tuple(figures))


@TESTS.of("narrative.basic")
def basic(source: Source) -> Iterator[Result]:
    yield from _against_tables(source, finals(source, "人员经费", "公用经费", ECONOMIC))


@TESTS.of("narrative.sangong")
def sangong(source: Source) -> Iterator[Result]:
    yield from _against_tables(source, finals(source, SANGONG))


@TESTS.of("narrative.blank")
def blank(source: Source) -> Iterator[Result]:
    for one in finals(source, *_TABLE_OF):
        assert one.term
        form = _TABLE_OF[one.term.name]
        if (
            source.has(form)
            and one.term.scope in _LISTED.get(one.term.name, (ALL_MONEY,))
            and not printed(one.term, source)
        ):
            message = f"{one.figure.label}印为{one.value:,.2f}万元，而公开{form}表该项没有数"
            yield said(one.subject, not one.value, message, [one.figure], _blank_cell(source, one))


#: Terms that a table lists each on a line of its own → the table; and of whose money it does.
_TABLE_OF = {
    **dict.fromkeys(("收入", *SOURCES, "使用非财政拨款结余", "年初结转和结余"), "01"),
    **dict.fromkeys(COMPONENTS[3:6], "03"), SANGONG: "09",
}  # fmt: skip
_LISTED = {"收入": tuple(FUNDS)}


def _blank_cell(source: Source, one: Statement) -> list[Figure]:
    held = source.frames["sangong"]
    rows = held.index[held["item"].eq(one.term.what if one.term else "")]
    return [Figure(f"公开09表 {one.path[-1]}", None, frame="sangong", row=row, column="final") for row in rows[:1]]


@TESTS.of("narrative.sangong-budget")
def sangong_budget(source: Source) -> Iterator[Result]:
    budgets = source.amounts("sangong", "item", column="budget")
    adjusted = any("全年预算" in p.text or "调整后" in p.text for p in source.paragraphs if p.text.startswith("注"))
    for one in statements(source):
        if one.measure == "amount" and one.role.endswith("预算") and one.term and one.term.name == SANGONG:
            listed = only(budgets.get((one.term.what,)))
            result = total(one.subject, one.figure, (listed,)) if listed else None
            if result and (result.holds or not (adjusted and one.role.startswith("年初"))):
                yield result


@TESTS.of("narrative.operating")
def operating(source: Source) -> Iterator[Result]:
    levels = source.amounts("economic", "group", "level")
    parts = levels.get(("公用经费", 0)) or levels.get(("公用经费", 1), [])
    limit = sum(part.value or 0.0 for part in parts)
    for one in finals(source, "机关运行经费"):
        if not parts:
            continue
        same = total(one.subject, one.figure, parts)
        below = one.value < limit and abs(one.value - limit) > _NEAR * limit
        whole = parts[0] if len(parts) == 1 else limit
        yield at_most(one.subject, one.figure, whole, parts) if below or same.holds else same


# --- items by name --------------------------------------------------------------------------


@TESTS.of("narrative.item-known")
def item_known(source: Source) -> Iterator[Result]:
    for one in _each_item(source):
        if one.term and one.value and any(_lists(source, one.term.scope)):
            known = code_of(one.term, source.derived(table_lines)) is not None
            near = [] if known else _nearest(source, one)
            alike = f"；金额最近的是{near[0].label}的{near[0].value:,.2f}万元" if near else ""
            message = f"情况说明所述“{one.path[-1]}”在决算表中没有同名的科目{alike}"
            yield said(one.subject, known, message, [one.figure], near)


def _each_item(source: Source) -> Iterator[Statement]:
    """The first statement of every item with an amount."""
    return iter({(one.term, one.subject): one for one in reversed(list(finals(source, ITEM)))}.values())


def _nearest(source: Source, one: Statement) -> list[Figure]:
    """The item of a table of ``one``'s money whose amount is that of ``one`` or all but that."""
    by = source.amounts("expenditure", "form", "component", "function_code")
    tables = set(_lists(source, one.term.scope)) if one.term else set()
    items = [f for (form, column, code), figures in by.items()
             if form in tables and column == "合计" and len(code) == 7 for f in figures]  # fmt: skip
    near = min(items, key=lambda figure: abs((figure.value or 0.0) - one.value), default=None)
    return [near] if near and abs((near.value or 0.0) - one.value) <= _NEAR * one.value else []


@TESTS.of("narrative.item-name")
def item_name(source: Source) -> Iterator[Result]:
    for one in _each_item(source):
        code = code_of(one.term, source.derived(table_lines)) if one.term else None
        if not one.term or not code:
            continue
        stated, listed = one.term.what.split("/"), source.derived(table_lines).printed[code]
        off = [(a, b) for a, b in zip(stated, listed, strict=False) if b and plain(a) != plain(b)]
        words = "、".join(f"“{a}”，表中为“{b}”" for a, b in off)
        row = _name_row(source, code)
        yield said(one.subject, not off, f"情况说明中编码{code}的科目写作{words}", [one.figure], row)


@TESTS.of("narrative.items-all")
def items_all(source: Source) -> Iterator[Result]:
    told = {
        code_of(one.term, source.derived(table_lines))
        for one in statements(source)
        if one.term and one.term.name == ITEM
    }
    by = source.amounts("expenditure", "form", "component", "function_code")
    spent = {code: only(f) for (form, column, code), f in by.items() if (form, column, len(code)) == ("05", "合计", 7)}
    held = {code: figure for code, figure in spent.items() if figure and figure.value}
    if held and len(told & held.keys()) > len(held) / 2:
        for code, figure in held.items():
            yield said(code, code in told, f"{figure.label}有支出，情况说明没有说到", [figure])


def _lists(source: Source, scope: str) -> Iterator[str]:
    """The tables with figures that list spending of ``scope``."""
    wanted = {"01": ("03", "05", "07", "08"), "04": ("05", "07", "08")}.get(scope, (scope,))
    return (table for table in wanted if table and source.has(table))


def _name_row(source: Source, code: str) -> list[Figure]:
    by = source.amounts("expenditure", "form", "component", "function_code")
    found = next((f for (_, column, own), f in by.items() if own == code and column == "合计"), [])
    return [
        Figure(figure.label, None, frame=figure.frame, row=figure.row, column="function_name") for figure in found[:1]
    ]
