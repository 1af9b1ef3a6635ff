"""The sheets of the nine tables: printed figures, a row a printed line, with sums, differences and shares as formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from jscore import schema
from jscore.excel.book import Book
from jscore.excel.fields import Field, Placed, Value, cell_values, of_frame
from jscore.excel.words import computed
from jscore.language import tr
from jscore.schema import PLACE, Column, Info
from jscore.text.numbers import NOISE, UNITS, half_of_column

#: What 三公 items are made of.
SANGONG_PARTS = {schema.SANGONG[0]: schema.SANGONG[1:4], schema.SANGONG[3]: schema.SANGONG[4:6]}
#: The column that names a line.
NAMES = ("function_name", "economic_name", "item")


# --- a sum beside a printed total -----------------------------------------------------------


@dataclass(frozen=True)
class Parts:
    """What is added up in each row: the parts' values (None: no sum in this row), and templates of their sum and number."""

    name: str
    values: Sequence[Sequence[float | None] | None]
    adding: Sequence[str] | str
    counting: Sequence[str] | str

    def formulas(self, row: int) -> tuple[str, str]:
        adding = self.adding if isinstance(self.adding, str) else self.adding[row]
        return adding, self.counting if isinstance(self.counting, str) else self.counting[row]


def held_against(total: str, totals: Sequence[float | None], parts: Parts, half: Sequence[float]) -> list[Field]:
    """Three fields: the sum of the parts, the printed ``total`` less it, and whether rounding explains the difference.

    ``half`` is half of the last printed digit in each row; n figures and their total may differ by n + 1 of it.
    """
    yes, no = tr("相符"), tr("不符")
    name = parts.name
    rows: list[tuple[tuple[Value, str | None], ...]] = []
    for row, (printed, amounts) in enumerate(zip(totals, parts.values, strict=True)):
        if amounts is None:
            rows.append(((None, None),) * 3)
            continue
        adding, counting = parts.formulas(row)
        made = added(amounts)
        off = None if printed is None or made is None else round(printed - made, 9) + 0.0
        bound = half[row] * (sum(value is not None for value in amounts) + 1) + NOISE
        verdict = None if off is None else yes if abs(off) <= bound else no
        either = f'OR([{total}]="",[{name}]="")'
        within = f"ABS([{name}_difference])<={half[row]:.10g}*({counting}+1)+1E-9"
        rows.append((
            (made, f'IF({counting}=0,"",{adding})'),
            (off, f'IF({either},"",ROUND([{total}]-[{name}],9))'),
            (verdict, f'IF({either},"",IF({within},"{yes}","{no}"))'),
        ))  # fmt: skip
    names = (name, f"{name}_difference", f"{name}_agree")
    return [
        Field(computed(column), [row[place][0] for row in rows], [row[place][1] for row in rows])
        for place, column in enumerate(names)
    ]


def added(values: Sequence[float | None]) -> float | None:
    """The sum of what is there; None if nothing is."""
    there = [value for value in values if value is not None]
    return round(sum(there), 9) if there else None


def ratios(parts: Sequence[float | None], wholes: Sequence[float | None]) -> list[float | None]:
    """Each part of its whole; None where there is no such share."""
    return [None if part is None or not whole else part / whole for part, whole in zip(parts, wholes, strict=True)]


def printed_half(amounts: Sequence[float | None], info: Info, form: str) -> float:
    """Half of the last digit that the amounts of ``form`` are printed with, in 万元."""
    unit = (info.get("money_units") or {}).get(form) or info.get("money_unit") or "万元"
    return float(half_of_column(amounts, least=-UNITS[unit]))


# --- lines of a long frame --------------------------------------------------------------------


@dataclass(frozen=True)
class Lines:
    """A long frame with a printed line a row: its keys and places, and an amount a column."""

    name: str
    keys: pd.DataFrame
    amounts: dict[str, list[float | None]]
    #: Line and column of each row of the frame, and the row's label.
    at: list[tuple[int, str, int]]

    @classmethod
    def of(cls, name: str, frame: pd.DataFrame, by: str, known: Sequence[str], keys: Sequence[str]) -> Lines:
        """The lines of ``frame``, its amounts in columns ``by``; a line with two amounts under one column becomes two."""
        columns = set(frame[by].dropna())
        line = frame.groupby([*keys, *PLACE], sort=False, dropna=False).ngroup()
        again = frame.groupby([line, frame[by]], sort=False).cumcount()
        number, first = pd.factorize(pd.MultiIndex.from_arrays([line, again]))
        key_columns = frame.assign(line=number).drop_duplicates("line")[[*keys, *PLACE]].reset_index(drop=True)
        amounts: dict[str, list[float | None]] = {
            column: [None] * len(first) for column in known if column in columns or column == known[0]
        }
        at = list(zip(number.tolist(), frame[by].tolist(), frame.index.tolist(), strict=True))
        for (place, column, _), amount in zip(at, cell_values(frame["amount"]), strict=True):
            amounts[column][place] = amount
        return cls(name, key_columns, amounts, at)

    def fields(self, *names: str) -> list[Field]:
        return of_frame(self.name, self.keys, names)

    def columns(self) -> list[Field]:
        return [Field(Column(name, "number", name, "", "万元"), values) for name, values in self.amounts.items()]

    def halves(self, info: Info, form: str = "") -> list[float]:
        """Half of the last printed digit of each line, by the form that it stands in."""
        forms = [form] * len(self.keys) if form else [str(each) for each in self.keys["form"]]
        lines = list(zip(*self.amounts.values(), strict=True))
        by_form = {
            key: printed_half([v for line, of in zip(lines, forms, strict=True) if of == key for v in line], info, key)
            for key in set(forms)
        }
        return [by_form[key] for key in forms]

    def side_by_side(self, parts: Sequence[str], shown: Sequence[bool] | None = None) -> Parts:
        """The parts that stand side by side in each row, where they are ``shown`` (everywhere without it)."""
        rows = zip(*(self.amounts[part] for part in parts), strict=True)
        span = f"[{parts[0]}]:[{parts[-1]}]"
        values = [list(row) if at else None for row, at in zip(rows, shown or [True] * len(self.keys), strict=True)]
        return Parts("parts", values, f"SUM({span})", f"COUNT({span})")

    def finish(self, book: Book, title: str, fields: list[Field], levels: Sequence[int | None]) -> Placed:
        """Write the sheet, and tell where each figure of the frame stands."""
        placed = _finish(book, title, fields, levels)
        for line, column, row in self.at:
            book.figures[self.name, row, "amount"] = placed.cell(column, line)
        return placed


@dataclass(frozen=True)
class Tree:
    """Codes, levels and groups of lines, one a row."""

    codes: list[str]
    levels: list[int]
    groups: list[str]

    @classmethod
    def of(cls, keys: pd.DataFrame, code: str, group: str | None = None) -> Tree:
        codes = ["" if pd.isna(value) else str(value) for value in keys[code]]
        groups = [""] * len(codes) if group is None else [str(value) for value in keys[group]]
        return cls(codes, [int(level) for level in keys["level"]], groups)

    def below(self, code: str, total: str, totals: Sequence[float | None], within: str | None = None) -> Parts:
        """The lines one level below each row, of the same group where ``within`` is a column."""
        rows = []
        for prefix, level, group in zip(self.codes, self.levels, self.groups, strict=True):
            at = [
                row
                for row, other in enumerate(self.codes)
                if other and other.startswith(prefix) and self.levels[row] == level + 1 and self.groups[row] == group
            ]
            rows.append([totals[row] for row in at])
        criteria = f'[{code}:],[{code}]&"*",[level:],[level]+1' + (f",[{within}:],[{within}]" if within else "")
        return Parts("below", rows, f"SUMIFS([{total}:],{criteria})", f'COUNTIFS({criteria},[{total}:],"<>")')

    def share(self, total: str, totals: Sequence[float | None], within: str | None = None) -> Field:
        """Each line's part of the whole table: of its lines of the lowest level."""
        criteria = f",[{within}:],[{within}]" if within else ""
        formulas, wholes = [], []
        for group in self.groups:
            rows = [row for row, other in enumerate(self.groups) if other == group or not within]
            level = min(self.levels[row] for row in rows)
            wholes.append(added([totals[row] for row in rows if self.levels[row] == level]))
            formulas.append(f'IF([{total}]="","",IFERROR([{total}]/SUMIFS([{total}:],[level:],{level}{criteria}),""))')
        return Field(computed("share"), ratios(totals, wholes), formulas)


def _finish(book: Book, title: str, fields: list[Field], levels: Sequence[int | None]) -> Placed:
    sheet = book.sheet(title)
    names = [field.name for field in fields]
    placed = sheet.whole(fields, levels, next((name for name in NAMES if name in names), ""))
    for field in fields:
        if field.name.endswith("_agree"):
            sheet.flag(placed, field)
    return placed


# --- the sheets -------------------------------------------------------------------------------


def revenue_sheet(book: Book, title: str, revenue: pd.DataFrame, info: Info) -> Placed:
    """收入: 02, a line a 功能分类 code, a column a source."""
    keys = ("function_code", "function_name", "level")
    lines = Lines.of("revenue", revenue, "source", schema.SOURCES, keys)
    return _by_code(book, title, lines, list(lines.amounts)[1:], lines.halves(info, "02"))


def expenditure_sheet(book: Book, title: str, expenditure: pd.DataFrame, info: Info) -> Placed:
    """支出（功能分类）: 03, 05, 07 and 08, one under the other, a line a code, a column a component."""
    keys = ("form", "function_code", "function_name", "level")
    lines = Lines.of("expenditure", expenditure, "component", schema.COMPONENTS, keys)
    spent = [name for name in lines.amounts if name in schema.COMPONENTS[1:6]]
    return _by_code(book, title, lines, spent, lines.halves(info), "form")


def _by_code(
    book: Book, title: str, lines: Lines, parts: Sequence[str], halves: Sequence[float], within: str | None = None
) -> Placed:
    """A sheet of lines by 功能分类: the ``parts`` of each total beside it, the lines below it, its share of the table ``within``."""
    tree, total = Tree.of(lines.keys, "function_code", within), next(iter(lines.amounts))
    totals = lines.amounts[total]
    fields = [
        *lines.fields(*(str(name) for name in lines.keys if name not in PLACE)),
        *lines.columns(),
        tree.share(total, totals, within),
        *(held_against(total, totals, lines.side_by_side(parts), halves) if parts else []),
        *held_against(total, totals, tree.below("function_code", total, totals, within), halves),
        *lines.fields("page"),
    ]
    return lines.finish(book, title, fields, tree.levels)


def totals_sheet(book: Book, title: str, totals: pd.DataFrame, info: Info) -> Placed:
    """收支总表: 01 and 04, a line a printed line and side, a column a kind of money."""
    order = totals.assign(last=totals["side"].ne("收入")).sort_values(["form", "last"], kind="stable")
    keys = ("form", "side", "line_no", "item")
    lines = Lines.of("totals", order, "fund", schema.FUNDS, keys)
    split = [form == "04" and side == "支出" for form, side in zip(lines.keys["form"], lines.keys["side"], strict=True)]
    total, parts = schema.FUNDS[0], list(lines.amounts)[1:]
    by_fund = lines.side_by_side(parts, split) if parts else None
    fields = [
        *lines.fields(*keys),
        *lines.columns(),
        *(held_against(total, lines.amounts[total], by_fund, lines.halves(info)) if by_fund else []),
        *lines.fields("page"),
    ]
    sums = [0 if str(item).endswith(("总计", "合计")) else None for item in lines.keys["item"]]
    return lines.finish(book, title, fields, sums)


def economic_sheet(book: Book, title: str, economic: pd.DataFrame, info: Info) -> Placed:
    """支出（经济分类）: 06, sorted by code, the two totals first."""
    order = economic.assign(line=economic["level"].gt(0)).sort_values(["line", "economic_code"], kind="stable")
    tree, totals = Tree.of(order, "economic_code", "group"), cell_values(order["amount"])
    halves = [printed_half(totals, info, "06")] * len(totals)
    fields = [
        *of_frame("economic", order, ("economic_code", "economic_name", "level", "group", "amount")),
        tree.share("amount", totals),
        *held_against("amount", totals, tree.below("economic_code", "amount", totals, "group"), halves),
        *of_frame("economic", order, ("page",)),
    ]  # fmt: skip
    placed = _finish(book, title, fields, tree.levels)
    book.locate("economic", order, placed, ["amount"])
    return placed


def sangong_sheet(book: Book, title: str, sangong: pd.DataFrame, info: Info) -> Placed:
    """三公: 09 with what was left, the part of the budget spent, shares, and the sums of its items."""
    items = [str(item) for item in sangong["item"]]
    budget, final = cell_values(sangong["budget"]), cell_values(sangong["final"])
    left = [None if b is None or f is None else round(f - b, 9) for b, f in zip(budget, final, strict=True)]
    first = items.index(schema.SANGONG[0]) if schema.SANGONG[0] in items else None
    whole = None if first is None else final[first]
    share = None if first is None else f'IF(OR([final]="",N([final@{first}])=0),"",[final]/[final@{first}])'
    fields = [
        *of_frame("sangong", sangong, ("item", "budget", "final")),
        Field(computed("final_difference"), left, 'IF(OR([budget]="",[final]=""),"",ROUND([final]-[budget],9))'),
        Field(computed("used"), ratios(final, budget), 'IF(OR([final]="",N([budget])=0),"",[final]/[budget])'),
        Field(computed("share"), ratios(final, [whole] * len(items)), [share] * len(items)),
        *held_against("budget", budget, _items(items, "budget", budget), [printed_half(budget, info, "09")] * len(items)),
        *held_against("final", final, _items(items, "final", final), [printed_half(final, info, "09")] * len(items)),
        *of_frame("sangong", sangong, ("page",)),
    ]  # fmt: skip
    placed = _finish(book, title, fields, [0 if item in SANGONG_PARTS else None for item in items])
    book.locate("sangong", sangong, placed, ["budget", "final"])
    return placed


def _items(items: Sequence[str], name: str, values: Sequence[float | None]) -> Parts:
    """The items that each item is made of, in column ``name``."""
    rows = [[items.index(part) for part in SANGONG_PARTS.get(item, ()) if part in items] for item in items]
    cells = [",".join(f"[{name}@{part}]" for part in parts) for parts in rows]
    amounts = [[values[part] for part in parts] if parts else None for parts in rows]
    return Parts(f"{name}_below", amounts, [f"SUM({cell})" for cell in cells], [f"COUNT({cell})" for cell in cells])
