"""The sheets of the nine tables: printed figures a row a printed line, with sums, differences and shares as formulas.

Belongs here: 收入, 支出（功能分类）, 支出（经济分类）, 三公, 收支总表.  Does not: the relations between tables (``relations``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from jscore import schema
from jscore.excel.columns import SHARE, Sum, added, against, ratios
from jscore.excel.fields import Field, Placed, Value, plain
from jscore.excel.sheets import Book
from jscore.schema import Column
from jscore.text.numbers import half_of

Info = Mapping[str, Any]

#: What 三公 items are made of.
SANGONG_PARTS = {
    schema.SANGONG[0]: schema.SANGONG[1:4],
    schema.SANGONG[3]: schema.SANGONG[4:6],
}
#: The column that names a line.
NAMES = ("function_name", "economic_name", "item")
BELOW = "sum of the lines one level below"


@dataclass(frozen=True)
class Lines:
    """A long frame with a printed line a row: its keys and places, and an amount a column."""

    name: str
    keys: pd.DataFrame
    amounts: dict[str, list[float | None]]
    #: Line and column of each row of the frame.
    at: list[tuple[int, str]]

    @classmethod
    def of(cls, name: str, frame: pd.DataFrame, by: str, columns: Sequence[str], keys: Sequence[str]) -> Lines:
        """The lines of ``frame``; a line that has two amounts under one column becomes two."""
        places = [column.name for column in schema.PLACE]
        line = frame.groupby([*keys, *places], sort=False, dropna=False).ngroup()
        again = frame.groupby([line, frame[by]], sort=False).cumcount()
        number, first = pd.factorize(pd.MultiIndex.from_arrays([line, again]))
        held = frame.assign(line=number).drop_duplicates("line")[[*keys, *places]].reset_index(drop=True)
        amounts: dict[str, list[float | None]] = {column: [None] * len(first) for column in columns}
        at = list(zip(number.tolist(), frame[by].tolist(), strict=True))
        for (place, column), amount in zip(at, plain(frame["amount"]), strict=True):
            amounts[column][place] = amount
        return cls(name, held, amounts, at)

    def fields(self, *names: str) -> list[Field]:
        described = {column.name: column for column in schema.FRAMES[self.name].columns}
        return [Field(described[name], plain(self.keys[name], described[name].kind)) for name in names]

    def columns(self) -> list[Field]:
        return [
            Field(Column(name, "number", name, "as printed", "万元"), values) for name, values in self.amounts.items()
        ]

    @property
    def places(self) -> list[Field]:
        return self.fields(*(column.name for column in schema.PLACE))

    def register(self, book: Book, placed: Placed) -> None:
        """Tell where each figure of the frame stands."""
        for row, (line, column) in enumerate(self.at):
            book.figures[self.name, row, "amount"] = placed.cell(column, line)


@dataclass(frozen=True)
class Tree:
    """Codes and levels of lines, and which lines are one level below another."""

    codes: list[str]
    levels: list[int]
    groups: list[str]

    def below(self, row: int, within: str | None) -> list[int]:
        """The lines one level below ``row``, of the same group where ``within`` is a column."""
        return [
            other
            for other, code in enumerate(self.codes)
            if code and code.startswith(self.codes[row]) and self.levels[other] == self.levels[row] + 1
            and (within is None or self.groups[other] == self.groups[row])
        ]  # fmt: skip

    def whole(self, row: int) -> int:
        """The level whose lines add up to the whole of the row's group."""
        return min(level for level, group in zip(self.levels, self.groups, strict=True) if group == self.groups[row])


def _of_below(
    book: Book, tree: Tree, code: str, total: str, totals: list[float | None], within: str | None, halves: list[float]
) -> list[Field]:  # fmt: skip
    """The sum of the lines one level below, held against the printed ``total``."""
    criteria = f'[{code}:],[{code}]&"*",[level:],[level]+1' + (f",[{within}:],[{within}]" if within else "")
    counting = f'COUNTIFS({criteria},[{total}:],"<>")'
    formula = f'IF({counting}=0,"",SUMIFS([{total}:],{criteria}))'
    rows = [[totals[other] for other in tree.below(row, within)] for row in range(len(totals))]
    return against(book, total, totals, _sum_of("below", "下级合计", BELOW, rows, formula, counting), halves)


def _sum_of(
    name: str, label: str, meaning: str, rows: list[list[float | None]], formula: str, counting: str
) -> Sum:  # fmt: skip
    """The sum of each row's own figures, by one formula for all rows."""
    counts = [sum(value is not None for value in values) for values in rows]
    return Sum(name, label, meaning, [added(v) for v in rows], [formula] * len(rows), counts, [counting] * len(rows))


def _of_parts(
    book: Book, lines: Lines, total: str, parts: Sequence[str], halves: list[float], rows: Sequence[bool] | None = None
) -> list[Field]:
    """The sum of a row's parts, which stand side by side, held against its ``total``."""
    shown = rows or [True] * len(halves)
    values = zip(*(lines.amounts[part] for part in parts), strict=True)
    own = [list(row) if at else [] for row, at in zip(values, shown, strict=True)]
    span = f"[{parts[0]}]:[{parts[-1]}]"
    made = _sum_of(
        "parts", "各栏合计", "sum of the row's parts", own, f'IF(COUNT({span})=0,"",SUM({span}))', f"COUNT({span})"
    )
    formulas = [formula if at else None for formula, at in zip(made.formulas, shown, strict=True)]
    return against(book, total, lines.amounts[total], replace(made, formulas=formulas), halves)


def _share(tree: Tree, total: str, totals: list[float | None], within: str | None) -> Field:
    """Each line's part of the whole table."""
    criteria = f",[{within}:],[{within}]" if within else ""
    formulas, wholes = [], []
    for row in range(len(totals)):
        level = tree.whole(row)
        formulas.append(f'IF([{total}]="","",IFERROR([{total}]/SUMIFS([{total}:],[level:],{level}{criteria}),""))')
        own = [r for r, at in enumerate(tree.levels) if at == level and tree.groups[r] == tree.groups[row]]
        wholes.append(added([totals[r] for r in own]))
    return Field(SHARE, ratios(totals, wholes), formulas)


def _finish(book: Book, key: str, fields: list[Field], levels: Sequence[int | None] = ()) -> Placed:
    """Write the sheet; flags are coloured."""
    sheet = book.add(book.say(key))
    names = [one.name for one in fields]
    placed = sheet.list(fields, levels, next((name for name in NAMES if name in names), ""))
    for one in fields:
        if one.name.endswith("_agree"):
            sheet.flag(placed, one.name, list(one.values))
    return placed


def _tree(lines: Lines, code: str, group: str | None = None) -> Tree:
    codes = ["" if pd.isna(value) else str(value) for value in lines.keys[code]]
    groups = [""] * len(codes) if group is None else [str(value) for value in lines.keys[group]]
    return Tree(codes, [int(level) for level in lines.keys["level"]], groups)


def revenue_sheet(book: Book, revenue: pd.DataFrame, info: Info) -> Placed:
    """收入: 02, a line a 功能分类 code, a column a source."""
    held = set(revenue["source"].dropna())
    sources = [name for name in schema.SOURCES if name in held or name == schema.SOURCES[0]]
    lines = Lines.of("revenue", revenue, "source", sources, ("function_code", "function_name", "level"))
    tree = _tree(lines, "function_code")
    total, totals = sources[0], lines.amounts[sources[0]]
    halves = [_half(_unit(info, "02"))] * len(totals)
    parts = _of_parts(book, lines, total, sources[1:], halves) if len(sources) > 1 else []
    fields = [
        *lines.fields("function_code", "function_name", "level"), *lines.columns(), _share(tree, total, totals, None),
        *parts, *_of_below(book, tree, "function_code", total, totals, None, halves), *lines.places,
    ]  # fmt: skip
    placed = _finish(book, "revenue", fields, tree.levels)
    lines.register(book, placed)
    return placed


def expenditure_sheet(book: Book, expenditure: pd.DataFrame, info: Info) -> Placed:
    """支出（功能分类）: 03, 05, 07 and 08, one under the other, a line a code, a column a component."""
    held = set(expenditure["component"].dropna())
    columns = [name for name in schema.COMPONENTS if name in held or name == schema.COMPONENTS[0]]
    lines = Lines.of(
        "expenditure", expenditure, "component", columns, ("form", "function_code", "function_name", "level")
    )
    tree = _tree(lines, "function_code", "form")
    total, totals = columns[0], lines.amounts[columns[0]]
    halves = [_half(_unit(info, form)) for form in tree.groups]
    spent = [name for name in columns if name in schema.COMPONENTS[1:6]]
    parts = _of_parts(book, lines, total, spent, halves) if spent else []
    fields = [
        *lines.fields("form", "function_code", "function_name", "level"), *lines.columns(),
        _share(tree, total, totals, "form"), *parts,
        *_of_below(book, tree, "function_code", total, totals, "form", halves), *lines.places,
    ]  # fmt: skip
    placed = _finish(book, "expenditure", fields, tree.levels)
    lines.register(book, placed)
    return placed


def economic_sheet(book: Book, economic: pd.DataFrame, info: Info) -> Placed:
    """支出（经济分类）: 06, sorted by code, the two totals first."""
    order = economic.reset_index().assign(line=economic["level"].gt(0).to_numpy())
    order = order.sort_values(["line", "economic_code"], kind="stable")
    described = {column.name: column for column in schema.FRAMES["economic"].columns}
    keys = ("economic_code", "economic_name", "level", "group", "amount")
    codes = ["" if pd.isna(code) else str(code) for code in order["economic_code"]]
    tree = Tree(codes, [int(level) for level in order["level"]], [str(group) for group in order["group"]])
    totals = plain(order["amount"])
    halves = [_half(_unit(info, "06"))] * len(totals)
    fields = [
        *(Field(described[name], plain(order[name], described[name].kind)) for name in keys),
        _whole_share(tree, totals),
        *_of_below(book, tree, "economic_code", "amount", totals, "group", halves),
        *(Field(column, plain(order[column.name], column.kind)) for column in schema.LONG),
    ]
    placed = _finish(book, "economic", fields, tree.levels)
    for row, index in enumerate(order["index"]):
        book.figures["economic", int(index), "amount"] = placed.cell("amount", row)
    return placed


def _whole_share(tree: Tree, totals: list[float | None]) -> Field:
    """Each line's part of 基本支出: of the two printed totals, or of all 类 where they are not printed."""
    level = min(tree.levels, default=0)
    whole = added([value for value, at in zip(totals, tree.levels, strict=True) if at == level])
    formula = f'IF([amount]="","",IFERROR([amount]/SUMIFS([amount:],[level:],{level}),""))'
    return Field(SHARE, ratios(totals, [whole] * len(totals)), formula)


def sangong_sheet(book: Book, sangong: pd.DataFrame, info: Info) -> Placed:
    """三公: 09 with what was left, the part of the budget spent, shares, and the sums of its items."""
    described = {column.name: column for column in schema.FRAMES["sangong"].columns}
    items = [str(item) for item in sangong["item"]]
    amounts = {name: plain(sangong[name]) for name in ("budget", "final")}
    left = [
        None if budget is None or final is None else round(final - budget, 9)
        for budget, final in zip(amounts["budget"], amounts["final"], strict=True)
    ]
    first = items.index(schema.SANGONG[0]) if schema.SANGONG[0] in items else None
    whole = None if first is None else amounts["final"][first]
    share = f'IF(OR([final]="",N([final@{first}])=0),"",[final]/[final@{first}])' if first is not None else None
    fields = [
        Field(described["item"], items),
        *(Field(described[name], values) for name, values in amounts.items()),
        Field(Column("final_difference", "number", "决算减预算", "final accounts less budget", "万元"), left,
              'IF(OR([budget]="",[final]=""),"",ROUND([final]-[budget],9))'),
        Field(Column("used", "number", "决算占预算", "final accounts of the budget", "fraction"),
              ratios(amounts["final"], amounts["budget"]), 'IF(OR([final]="",N([budget])=0),"",[final]/[budget])'),
        Field(SHARE, ratios(amounts["final"], [whole] * len(items)), [share] * len(items)),
        *_items(book, items, "budget", amounts["budget"], _half(_unit(info, "09"))),
        *_items(book, items, "final", amounts["final"], _half(_unit(info, "09"))),
        *(Field(column, plain(sangong[column.name], column.kind)) for column in schema.LONG),
    ]  # fmt: skip
    placed = _finish(book, "sangong", fields, [0 if item in SANGONG_PARTS else None for item in items])
    for row in range(len(items)):
        for name in amounts:
            book.figures["sangong", row, name] = placed.cell(name, row)
    return placed


def _items(book: Book, items: list[str], name: str, values: list[float | None], digit: float) -> list[Field]:
    """The sum of the items that an item is made of, held against its amount in column ``name``."""
    rows = [[items.index(part) for part in SANGONG_PARTS.get(item, ()) if part in items] for item in items]
    held = [[values[part] for part in parts] for parts in rows]
    cells = [",".join(f"[{name}@{part}]" for part in parts) for parts in rows]
    label = {"budget": "预算下级合计", "final": "决算下级合计"}[name]
    made = Sum(
        f"{name}_below", label, BELOW, [added(own) for own in held],
        [f'IF(COUNT({c})=0,"",SUM({c}))' if c else None for c in cells],
        [sum(value is not None for value in own) for own in held], [f"COUNT({c})" for c in cells],
    )  # fmt: skip
    return against(book, name, values, made, [digit] * len(items))


def totals_sheet(book: Book, totals: pd.DataFrame, info: Info) -> Placed:
    """收支总表: 01 and 04, a line a printed line and side, a column a kind of money."""
    held = set(totals["fund"].dropna())
    funds = [name for name in schema.FUNDS if name in held or name == schema.FUNDS[0]]
    revenue_last = totals["side"].ne("收入")
    order = totals.reset_index().assign(last=revenue_last.to_numpy()).sort_values(["form", "last"], kind="stable")
    keys = ("form", "side", "line_no", "item")
    lines = Lines.of("totals", order.reset_index(drop=True), "fund", funds, keys)
    halves = [_half(_unit(info, form)) for form in lines.keys["form"]]
    split = [
        bool(form == "04" and side == "支出") for form, side in zip(lines.keys["form"], lines.keys["side"], strict=True)
    ]
    parts = _of_parts(book, lines, funds[0], funds[1:], halves, split) if len(funds) > 1 else []
    fields = [*lines.fields(*keys), *lines.columns(), *parts, *lines.places]
    sums = [0 if str(item).endswith(("总计", "合计")) else None for item in lines.keys["item"]]
    placed = _finish(book, "totals", fields, sums)
    for index, (line, column) in zip(order["index"], lines.at, strict=True):
        book.figures["totals", int(index), "amount"] = placed.cell(column, line)
    return placed


def _half(unit: str | None) -> float:
    """Half the last printed digit of an amount, in 万元, where amounts are printed in ``unit`` with two decimals."""
    return float(half_of(2, unit or "万元"))


def _unit(info: Info, form: str) -> str | None:
    """The money unit that form ``form`` is printed in."""
    unit: Value = (info.get("money_units") or {}).get(form) or info.get("money_unit")
    return str(unit) if unit else None
