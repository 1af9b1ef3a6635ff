"""Where every figure of a table went: into a row of a frame, or among those that are said to be in none.

The cells of a table of the nine are read through its ledger, so that in the end each cell with a figure has exactly
one home.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from jscore.language import tr
from jscore.pdf.grids import Cell
from jscore.tables.headings import Row
from jscore.tables.rows import Columns, Entry, spans
from jscore.tables.table import Table
from jscore.tables.terms import NUMBERS, PARTS, PLAIN_BEGIN, heading_key
from jscore.text import numbers
from jscore.text.figures import has_words, is_amount, prints_figure
from jscore.text.normal import nfkc
from jscore.text.numbers import APART
from jscore.text.signs import VEILED

Record = dict[str, Any]

#: Columns that say what a row is.
NAMES = ("code", *PARTS, "name", "item", "line")
#: An amount as no code, line number or name is printed.
_AMOUNT = r"-?\d[\d,]*\.\d\d"
#: How amounts are printed beside words: with decimals, or their thousands parted.
_BESIDE_WORDS = rf"\d[\d,]*\.\d+|{numbers.PARTED}"
#: An amount of the column before that stands before an item, which may have an ordinal.
AMOUNT_BEFORE = re.compile(
    rf"^[(（]?[-−]?(?:(?:{_BESIDE_WORDS}"
    rf"|(?!20\d\d年)\d+(?=[)）]?\s*(?:[一二三四五六七八九十]+、|{PLAIN_BEGIN})))[)）]?(?=\s*[\u4e00-\u9fff])"
    rf"|(?:\d[\d,]+\.\d\d?|\d\.\d\d|{numbers.PARTED})(?=\s*(?:\d[.、．]|[(（][一二三四五六七八九十\d][)）])\s*[\u4e00-\u9fff])"
    r"|\d+(?=\s*[(（][一二三四五六七八九十][)）]\s*[\u4e00-\u9fff]))"
)
#: What a name ends with, and a Latin letter before a blank or an amount: R&D 30 has a figure behind it, PM2.5 and G20 have none.
_NAME_END = "(?<=[\u4e00-\u9fff)）”’\"'」』》】〕\\]])"
_LATIN_END = rf"(?<=[A-Za-z])(?=\s|[-−]?(?:\d[\d,]*\.\d\d|{numbers.PARTED}))"
#: Figures behind the words of an item, be part of them out of sight, and no year.
FIGURES_BEHIND = re.compile(
    rf"(?:{_NAME_END}|{_LATIN_END})\s*[-−]?(?!(?:19|20)\d\d$)\d[\d,{VEILED}]*(?:\.[\d{VEILED}]*)?(?:\s+[-−]?[\d,.{VEILED}]+)*$"
)
#: A number before words, as no name begins that has its code in another column, or none.
_NUMBER_BEFORE = re.compile(r"^[-−]?(?!20\d\d年)(\d{3,})(?=\s*(?:\d?[.、．]\s*)?[\u4e00-\u9fff])")
#: What says in the column before or behind that there is no amount, where no rule parts it from a name.
_NONE_BESIDE = re.compile(r"^[—–-]+ *(?=[（(]?[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff)）]) *[—–-]+$")
#: Figures that are no codes: 201.03 is one with a dot, 2080101.00 one that a spreadsheet shows as a number, 210,394,100.00 none.
_NO_CODE = re.compile(r"(?!\d{3}\.\d\d$)[\d,]+\.\d*[1-9]\d*|(?![235](,?\d){2}((,?\d){2}){0,2}\.)[1-9][\d,]*\.0+")
#: A figure behind the words of a name (a code may stand before them), or a number before a total's, which have no ordinal.
_FIGURE_IN_NAME = re.compile(
    rf"{_NAME_END}(?:-?(?:\d[\d,]*\d(?:\.\d+)?|\d\.\d+|\d$)|[−(](?:{_BESIDE_WORDS}))(?![\d.,年月日级类款项])"
    rf"|(?<=[A-Za-z])[−(](?:{_BESIDE_WORDS})|^\d+(?=[\u4e00-\u9fff]{{0,6}}[合总]计$)"
)
#: What is no amount, beside one: a number of things, people or times, a share, a year, a page, the mark of a note; a count,
#: an ordinal or the number of a page.
_COUNT = re.compile(
    r"[(]?\d{1,4}(?:人次|批次|[辆人批个台次项户件])[)]?|[(]?-?\d{1,3}(?:\.\d+)?%[)]?|(?<!\d)20\d\d年度?"
    r"|第\d{1,3}页|-\d{1,3}-|(?<!\d)\d{1,3}/\d{1,3}(?!\d)|[\[(]?注\d{0,2}[\])]?|(?<=\d)[*]+$"
)
_MARK = re.compile(r"[(]?\d{1,5}[).、]?")
#: A figure with blanks between its thousands, which are no wider than so much of a digit.
_BLANKS = re.compile(r"[-(]?\d{1,3}(\s\d{3})+(\.\d+)?\)?")
WIDEST_BLANK = 1.1
#: Figures of a column end within so much of each other; a text that ends so far left of it is none of them (points).
ALIGNED, FAR = 1.0, 12.0
#: So many rows in which the parts do not make the total, and more than half of all, are no slip of the pen.
ROWS = 3


def words_of(name: str, coded: bool = False) -> str:
    """A name without a figure, or a dash for none, that is printed before or behind it in its cell; ``coded`` has its code in another one."""
    name = AMOUNT_BEFORE.sub("", FIGURES_BEHIND.sub("", _NONE_BESIDE.sub("", name.strip()))).strip()
    return _NUMBER_BEFORE.sub("", name).strip() if coded else name


@dataclass(frozen=True)
class Lost:
    """A cell whose figure stands in no frame, or may be wrong there, why, and what its row is called."""

    cell: Cell
    why: str
    label: str = ""


@dataclass
class Ledger:
    """The reading of one table whose amounts are printed in ``unit`` ("": not known)."""

    table: Table
    unit: str
    #: What the figures of a column that all stand in brackets are: 1 or -1 times what is printed in them; 0 is not known.
    brackets: int = 0
    unread: list[Lost] = field(default_factory=list)
    doubtful: list[Lost] = field(default_factory=list)
    _named: set[int] = field(default_factory=set)
    _worded: set[int] = field(default_factory=set)
    _same: set[tuple[int, int]] = field(default_factory=set)

    def columns(self, labels: Sequence[Hashable | None]) -> Columns:
        """The table's columns under their names, given a name (or None) for each; those that name rows are noted."""
        named = {c for c, label in enumerate(labels) if _last(label) in NAMES}
        self._named |= named
        self._worded |= {c for c in named if _last(labels[c]) in ("item", "name")}
        return spans(list(labels), self.table.head_cells)

    def place(self, entry: Entry, cell: Cell | None = None) -> Record:
        """Where ``cell`` (or the first of ``entry``) is printed: page, table_id, row, col."""
        cell = cell or next(iter(entry.cells.values()))
        return {"page": cell.page, "table_id": self.table.table_id, "row": cell.row, "col": cell.col}

    def amount(self, entry: Entry, name: Hashable, label: str = "") -> float | None:
        """The amount under ``name`` in 万元; a cell that states something else, and no nothing, is unread."""
        cell = entry.cells.get(name)
        return None if cell is None else self.amount_in(cell, entry[name], label)

    def amount_in(self, cell: Cell, text: str, label: str = "") -> float | None:
        """The amount that ``text`` of ``cell`` is, in 万元: by the unit of its row, its column, or the table."""
        if numbers.is_blank(text):
            return None
        unit = numbers.bracketed_unit(label) or self.table.column_units[cell.col] or self.unit
        grouped = text == cell.text and cell.place in self._grouped
        if grouped and _are_near(cell):
            text = "".join(text.split())
        value = None if _several(cell) else numbers.amount(text, unit)
        if value is None and unit and text == cell.text and not grouped and (chosen := self._amount_among(cell)):
            why = tr("一格中有几段文字，取了“{text}”：{reason}", text=chosen[0], reason=chosen[1])
            self.doubtful.append(Lost(cell, why, label_of(self.table.rows[cell.row])))
            self._same.add(cell.place)
            return numbers.amount(chosen[0], unit)
        why = ""
        if value is None:
            two = _several(cell) or "¦" in text
            no_figure = tr("不是数字") if unit else tr("不知其金额单位")
            why = tr("一格中有两个数字") if two else no_figure
        elif value < 0 and cell.col in self.in_brackets:
            value = self.brackets * abs(value)
            if value:
                read_as = tr("正数") if value > 0 else tr("负数")
                told = tr("整列数字都在括号里，按各行合计读作{sign}", sign=read_as)
                self.doubtful.append(Lost(cell, told, label_of(self.table.rows[cell.row])))
            else:
                why = tr("整列数字都在括号里，正负不明")
        elif cell.col in self._heading_of_another:
            why = tr("旁边一列数字更多而没有表头，表头可能是那一列的")
        if why:
            self.unread.append(Lost(cell, why, label_of(self.table.rows[cell.row])))
            return None
        return value

    @cached_property
    def _heading_of_another(self) -> set[int]:
        """Of a table without rules the columns whose heading may be that of one beside them with more figures and none."""
        if not self.table.without_rules:
            return set()
        figures = Counter(
            cell.col for row in self.table.data_rows for cell in row.cells if numbers.decimal(cell.text) is not None
        )
        headed = [bool(stack) for stack in self.table.stacks]
        beside: set[int] = set()
        for col in (col for col, number in figures.items() if number >= ROWS and not headed[col]):
            left = next((c for c in range(col - 1, -1, -1) if headed[c]), col)
            right = next((c for c in range(col + 1, len(headed)) if headed[c]), col)
            beside |= {c for c in (left, right) if figures[c] < figures[col]}
        return beside

    @cached_property
    def in_brackets(self) -> set[int]:
        """The columns whose figures all stand in brackets but for zeros: a whole column of negative amounts there is not."""
        printed: dict[int, list[bool]] = {}
        for row in self.table.data_rows:
            for cell in row.cells:
                if numbers.decimal(cell.text):
                    printed.setdefault(cell.col, []).append(nfkc(cell.text).startswith("("))
        return {col for col, brackets in printed.items() if len(brackets) >= ROWS and all(brackets)}

    @cached_property
    def _grouped(self) -> dict[tuple[int, int], Cell]:
        """Of a table that parts thousands by blanks and nowhere else the cells with such figures."""
        cells = [cell for row in self.table.data_rows for cell in row.cells if not self._names(cell)]
        grouped = {cell.place: cell for cell in cells if len(cell.lines) == 1 and _BLANKS.fullmatch(cell.text)}
        others = (nfkc(cell.text) for cell in cells if cell.place not in grouped)
        return grouped if len(grouped) >= ROWS and not any(re.search(r"\d,\d|\d{4}", text) for text in others) else {}

    def _amount_among(self, cell: Cell) -> tuple[str, str] | None:
        """Of several texts of figures in a cell the amount, and what tells it from a count, an ordinal or a page number."""
        for stretches in (
            [text for line in cell.lines for text in line.split(APART)],
            [text for *_, text in cell.pieces],
        ):
            counts = [count for text in stretches for count in _COUNT.findall(nfkc(text))]
            texts = [part for text in stretches for part in _COUNT.sub(APART, nfkc(text)).split(APART) if part]
            if counts and len(texts) == 1 and numbers.decimal(texts[0]) is not None:
                return texts[0], tr("“{count}”不是金额", count=counts[0])
        marks = [text for text in texts if _MARK.fullmatch(text)]
        others = [text for text in texts if text not in marks]
        if len(texts) == 2 and len(others) == 1 and numbers.decimals(others[0]) and self._prints_decimals:
            return others[0], tr("全表金额都有小数")
        return self._aligned(cell) if len(texts) == 2 and marks else None

    @cached_property
    def _prints_decimals(self) -> bool:
        """Whether all amounts of the table but zeros have decimals."""
        texts = [
            text
            for row in self.table.data_rows
            for cell in row.cells
            if not self._names(cell)
            for _, _, text in cell.pieces
            if len(cell.pieces) == 1 or not _MARK.fullmatch(nfkc(text))
        ]
        amounts = [value for value in map(numbers.decimal, texts) if value]
        exponents = [value.as_tuple().exponent for value in amounts]
        return len(amounts) >= ROWS and all(isinstance(exponent, int) and exponent < 0 for exponent in exponents)

    def _aligned(self, cell: Cell) -> tuple[str, str] | None:
        """Of two texts of a cell the one that ends where all other figures of its column do, if the other is well apart."""
        ends = [
            other.pieces[0][1]
            for row in self.table.data_rows
            for other in row.cells
            if other.span == cell.span and len(other.pieces) == 1 and numbers.decimal(other.text) is not None
        ]
        if len(ends) < ROWS or max(ends) - min(ends) > ALIGNED or len(cell.pieces) != 2:
            return None
        at = [text for _, x1, text in cell.pieces if abs(x1 - ends[0]) <= ALIGNED]
        far = [text for _, x1, text in cell.pieces if ends[0] - x1 > FAR and _MARK.fullmatch(nfkc(text))]
        figure = len(at) == len(far) == 1 and numbers.decimal(at[0]) is not None
        return (at[0], tr("与本列其他数字对齐")) if figure else None

    def lose(self, cells: Iterable[Cell], why: str) -> None:
        """Say of those of ``cells`` that print figures that they are unread."""
        rows = self.table.rows
        self.unread += [
            Lost(cell, why, label_of(rows[cell.row]))
            for cell in cells
            if prints_figure(cell.text) and not self._names(cell)
        ]

    def _names(self, cell: Cell) -> bool:
        return all(c in self._named for c in range(*cell.span))

    def homeless(self, records: Sequence[Record]) -> list[Lost]:
        """The cells with figures that are in none of ``records`` and not unread."""
        homes = places(records)
        columns = {col for _, col in homes}
        unread = {lost.cell.place for lost in self.unread}
        inside = [
            Lost(cell, self._why(cell, columns), label_of(row))
            for row in self._rows_of_figures()
            for cell in row.cells
            if cell.place not in unread | self._same
            and not self._names(cell)
            and figures_in(cell) > homes[cell.row, cell.col]
        ]
        in_names = [
            Lost(cell, tr("数字与行名印在一格，可能属于另一列"), label_of(row))
            for row in self.table.data_rows
            for cell in row.cells
            if self._names(cell)
            and (
                _holds_figure(cell)
                or _NO_CODE.fullmatch(nfkc(cell.text))
                or cell.col in self._worded
                and (any(map(is_amount, cell.text.split())) or self._follows_number(cell, row))
            )
        ]
        return inside + in_names + beside(self.table)

    def _follows_number(self, name: Cell, row: Row) -> bool:
        """Whether a number that is not its code stands before a name."""
        number = _NUMBER_BEFORE.match(name.text.strip())
        codes = "".join(nfkc(cell.text) for cell in row.cells if self._names(cell) and cell.col < name.col)
        if number is None or number[1] in codes:
            return False
        return len(number[1]) not in (3, 5, 7) or any(map(str.isdigit, codes))

    def same(self, cells: Iterable[Cell]) -> None:
        """Note cells that print a row's figure once more, or nothing beside it."""
        self._same |= {cell.place for cell in cells}

    def _rows_of_figures(self) -> list[Row]:
        heads = self.table.heading_rows
        return [row for row in self.table.rows if row.index not in heads or not all(map(NUMBERS.fullmatch, row.texts))]

    def _why(self, cell: Cell, columns: set[int]) -> str:
        if cell.col in columns:
            return tr("所在的行不在数据框中")
        over = " ".join(dict.fromkeys(heading_key(head.text)[:20] for head in self.table.head_cells[cell.col]))
        return tr("数据框中没有“{column}”一列", column=over) if over else tr("所在的列没有表头")

    def twice(self, records: Sequence[Record]) -> list[Lost]:
        """The cells that stand in more places of a frame than they print figures."""
        counts = places(records)
        return [
            Lost(cell, tr("读入了数据框的{number}行", number=counts[cell.row, cell.col]))
            for row in self.table.rows
            for cell in row.cells
            if counts[cell.row, cell.col] > max(1, figures_in(cell))
        ]


def beside(table: Table) -> list[Lost]:
    """The figures that stand left or right of a table at the height of a row: in none of its cells."""
    return [
        Lost(
            Cell(row, len(table.xs) - 1, 1, 1, line.page, line.box, (line.text,), line.pieces),
            tr("印在表旁，不在任何一格中"),
            label_of(table.rows[row]),
        )
        for row, line in table.beside
        if any(prints_figure(text) for _, _, text in line.pieces)
    ]


def _last(label: Hashable | None) -> Hashable | None:
    return label[-1] if isinstance(label, tuple) else label


def label_of(row: Row) -> str:
    """What a row is called: its first text with a word in it."""
    return next((cell.text for cell in row.cells if has_words(cell.text)), "")


def places(records: Iterable[Record]) -> Counter[tuple[int, int]]:
    """How many values of ``records`` are printed in each cell (row, col)."""
    return Counter(
        place
        for record in records
        for place in (record["at"].values() if record.get("at") else [(record["row"], record["col"])])
    )


def _holds_figure(name: Cell) -> bool:
    """Whether a figure of another column is printed in the cell of a code, a line number or a name."""
    parts = name.text.split()
    code_behind = all(map(str.isdigit, parts)) and any(len(part) > 2 for part in parts[1:])
    if code_behind or APART in name.text and re.search(rf"\d\.\d|{VEILED}", name.text):
        return True
    texts = [nfkc(text) for _, _, piece in name.pieces for text in piece.split(APART)]
    amounts = [text for text in texts if re.fullmatch(_AMOUNT, text)]
    printed = nfkc(name.text)
    if AMOUNT_BEFORE.match(printed) or _FIGURE_IN_NAME.search(printed) or FIGURES_BEHIND.search(name.text.strip()):
        return True
    return 0 < len(amounts) < len(texts)


def figures_in(cell: Cell) -> int:
    """How many figures a cell prints: more than one where no rule parts columns."""
    apart = sum(prints_figure(text) for _, _, text in cell.pieces)
    if not prints_figure(cell.text):
        over_words = sum(map(prints_figure, cell.text.split(APART)))
        return max(apart if len(cell.pieces) > 1 else 0, over_words)
    return apart if len(cell.lines) == 1 and apart == len(cell.pieces) > 1 else 1


def _several(cell: Cell) -> bool:
    """Whether a cell prints whole numbers on lines of their own: none of them fills the cell, so none is wrapped."""
    width = cell.box[2] - cell.box[0]
    return (
        len(cell.lines) > 1
        and all(line.isdigit() for line in cell.lines)
        and all(x1 - x0 < 0.7 * width for x0, x1, _ in cell.pieces)
    )


def _are_near(cell: Cell) -> bool:
    """Whether the parts of a figure stand no further apart than a digit and a bit."""
    digit = max((x1 - x0) / len(text) for x0, x1, text in cell.pieces)
    gaps = (right[0] - left[1] for left, right in zip(cell.pieces, cell.pieces[1:], strict=False))
    return all(gap <= WIDEST_BLANK * digit for gap in gaps)


# --- sums --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sum:
    """What adds up in each row of a frame: the values of ``column`` that are ``parts`` make the one that is ``total``."""

    frame: str
    column: str
    value: str
    total: str
    parts: tuple[str, ...]
    forms: tuple[str, ...] = ()


_SPENT = ("基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出")
_RECEIVED = ("财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入")
_OF_FUNDS = ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
SUMS = (
    Sum("expenditure", "component", "amount", "合计", _SPENT),
    Sum("revenue", "source", "amount", "本年收入合计", _RECEIVED),
    Sum("totals", "fund", "amount", "合计", _OF_FUNDS, ("04",)),
)


def doubtful_rows(frame: str, form: str, records: Sequence[Record], unit: str) -> list[list[Record]]:
    """Rows of a table whose parts do not make their total, where that is so in most: a column may be another's."""
    tested, failed = summed_rows(frame, form, records, unit)
    enough = len(failed) >= ROWS and 2 * len(failed) > len(tested)
    return failed if enough else []


def summed_rows(
    frame: str, form: str, records: Sequence[Record], unit: str
) -> tuple[list[list[Record]], list[list[Record]]]:
    """The rows of a table that have a total and parts, and those of them whose parts do not make it."""
    rule = next((rule for rule in SUMS if rule.frame == frame and (not rule.forms or form in rule.forms)), None)
    if rule is None:
        return [], []
    lines: dict[tuple[Any, ...], dict[str, Record]] = {}
    for record in records:
        key = (record["row"], record.get("side"))
        lines.setdefault(key, {})[record[rule.column]] = record
    tested = [line for line in lines.values() if _amount(line, rule.total, rule) and _parts(line, rule)]
    failed = [line for line in tested if not _adds_up(line, rule, unit)]
    return [list(line.values()) for line in tested], [list(line.values()) for line in failed]


def _amount(line: Mapping[str, Record], name: str, rule: Sum) -> float:
    return float(line[name][rule.value] or 0) if name in line else 0.0


def _parts(line: Mapping[str, Record], rule: Sum) -> list[float]:
    return [value for part in rule.parts if (value := _amount(line, part, rule))]


def _adds_up(line: Mapping[str, Record], rule: Sum, unit: str) -> bool:
    parts, total = _parts(line, rule), _amount(line, rule.total, rule)
    unit_value = float(Decimal(1).scaleb(numbers.UNITS.get(unit, 0)))
    whole = all(abs(value / unit_value - round(value / unit_value)) < 1e-6 for value in (total, *parts))
    return abs(sum(parts) - total) <= unit_value * (0.5 if whole else 0.005) * (len(parts) + 1) + 1e-9
