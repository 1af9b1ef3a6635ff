"""Sheets of tables whose columns are declared: printed figures, formulas over them, flags.

Belongs here: cells, formats, widths, page set-up, where a figure of a frame stands in the workbook.  Does not: what a
sheet holds, and what a field is (``fields``).

A formula carries the value that the package makes of it, which is written beside it: a viewer that does not compute
(a mail's preview, a phone, Excel's protected view) shows the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from jscore import schema
from jscore.excel.fields import Field, Formula, Link, Placed, Value, quoted
from jscore.excel.meanings import meaning
from jscore.excel.words import unit_word, word
from jscore.fonts import width
from jscore.schema import Column, Lang

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

FORMATS = {"万元": "#,##0.00", "fraction": "0.00%", "points": "0.00##", "difference": "#,##0.00####;-#,##0.00####;0.00"}

#: Widths of columns of text, a Chinese character counting 2: what is longer than NARROW wraps, into LINES lines if
#: WIDE does for that.
NARROW, WIDE, LINES = 30, 60, 4
LINE_HEIGHT, HIGHEST = 14.0, 409.0
#: Characters that an A4 page across holds before print is too small to read.
PAGE_WIDTH = 250

#: Figures that the package computed, which are neither printed nor formulas.
PACKAGE = ("tolerance", "by_jscore")
#: Where the printed cell is: there for look-ups, folded away.
BOX = tuple(column.name for column in schema.BOX)
FOLDED = (schema.TABLE_ID.name, schema.ROW.name, schema.COL.name, *BOX)

#: What Excel would mark in tables as they are here.
QUIET = ("number_stored_as_text", "formula_differs", "formula_range", "empty_cell_reference")

FONT = "等线"
INK, RULED, BLUE, HEAD, MADE = "#222222", "#8696A7", "#1F4E79", "#DCE5EE", "#ECEBE2"
GREY = "#6B7280"
RED, AMBER, GREEN = ("#F6D5CF", "#8C2F1B"), ("#FBE9C6", "#7A5200"), ("", "#2E5E33")

#: What a spreadsheet program takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Style = dict[str, Any]


@dataclass
class Book:
    """A workbook being written: its formats, and where the frames' figures and the flags are."""

    workbook: Workbook
    lang: Lang = "zh"
    #: The address of a printed figure by (frame, row, column).
    figures: dict[tuple[str, int, str], str] = field(default_factory=dict)
    #: Columns that say whether formulas and the package agree: their addresses, and how often they do and do not.
    flags: list[tuple[str, int, int]] = field(default_factory=list)
    #: The columns of all tables: sheet, column, its meaning, whether it is computed.
    described: list[tuple[str, Column, str, bool]] = field(default_factory=list)
    _sheets: dict[str, Sheet] = field(default_factory=dict)
    _formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    @classmethod
    def open(cls, target: IO[bytes], lang: Lang) -> Book:
        import xlsxwriter

        return cls(xlsxwriter.Workbook(target, {"in_memory": True}), lang)

    def name(self, title: str) -> None:
        """Give the workbook its title, and a time that is always the same: one report gives the same bytes."""
        self.workbook.set_properties({"title": title, "author": "jscore", "created": datetime(2000, 1, 1)})

    def plan(self, title: str, key: str = "") -> Sheet:
        """A new sheet after those that there are, to be filled later; ``key`` is its frame, or what else it is by."""
        self._sheets[title] = Sheet(self, self.workbook.add_worksheet(title), title, key)
        return self._sheets[title]

    def add(self, title: str) -> Sheet:
        """The sheet that was planned under ``title``, or a new one."""
        return self._sheets.get(title) or self.plan(title)

    def style(self, style: Style) -> Format:
        """The format with the properties ``style``, made once."""
        key = tuple(style.items())
        if key not in self._formats:
            plainly = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "top"}
            self._formats[key] = self.workbook.add_format({**plainly, **style})
        return self._formats[key]

    def say(self, key: str) -> str:
        """A word of the workbook in its language."""
        return word(key, self.lang)


@dataclass
class Sheet:
    """A sheet being written."""

    book: Book
    sheet: Worksheet
    title: str
    #: What it is by, in titles.
    key: str = ""
    #: Characters across of the table written last.
    wide: int = 0
    _columns: dict[int, tuple[int, bool]] = field(default_factory=dict)

    def put(self, row: int, col: int, value: Value, **style: Any) -> None:
        """Write ``value``; text stays text, whatever it begins with."""
        if isinstance(value, str) and value.startswith(_FORMULA):
            style["quote_prefix"] = True
        form = self.book.style(style)
        if value is None:
            self.sheet.write_blank(row, col, None, form)
        elif isinstance(value, Formula):
            self.sheet.write_formula(row, col, "=" + value.text, form, "" if value.value is None else value.value)
        elif isinstance(value, Link):
            link = self.book.style({**style, "font_color": BLUE, "underline": 1})
            self.sheet.write_url(row, col, f"internal:{quoted(value.sheet)}!A1", link, value.text)
        elif isinstance(value, str):
            self.sheet.write_string(row, col, value, form)
        else:
            self.sheet.write_number(row, col, value, form)

    def table(self, fields: Sequence[Field], top: int = 0, levels: Sequence[int | None] = ()) -> Placed:
        """Write ``fields`` under their headings in row ``top``; rows of a ``level`` 0 or 1 are set in bold."""
        count = len(fields[0].values) if fields else 0
        self.wide = 0
        placed = Placed(self.title, top, {one.name: place for place, one in enumerate(fields)}, count)
        lines = [1] * (count + 1)
        blank = _blank_amounts(fields)
        for place, one in enumerate(fields):
            self._head(top, place, one)
            room = self._column(place, one, placed, levels, lines)
            folded = one.name in blank or one.name in FOLDED and self.title != self.book.say("cells")
            self.wide += 0 if folded else room + 3
            self._set_column(place, room + 3, folded)
        self.book.described += [
            (self.title, one.column, meaning(one.column, self.book.lang, self.key), one.computed) for one in fields
        ]
        if not count:
            self.put(top + 1, 0, self.book.say("no figures"), font_color=GREY)
        for row, needed in enumerate(lines):
            if needed > 1:
                self.sheet.set_row(top + row, min(needed * LINE_HEIGHT + 3, HIGHEST))
        return placed

    def _set_column(self, place: int, room: int, folded: bool) -> None:
        """The width of a column: what the widest of the tables in it needs; folded if it is in all of them."""
        before = self._columns.get(place, (0, True))
        room, folded = self._columns[place] = max(room, before[0]), folded and before[1]
        self.sheet.set_column(place, place, room, None, {"level": 1, "hidden": True} if folded else {})

    def _head(self, top: int, place: int, one: Field) -> None:
        shade = MADE if one.computed else HEAD
        heading = with_unit(one.column, self.book.lang)
        align: dict[str, Style] = {
            "text": {"align": "left", "indent": 1},
            "integer": {"align": "center"},
            "number": {"align": "right"},
        }
        self.put(top, place, heading, bold=True, bg_color=shade, bottom=1, bottom_color=RULED, text_wrap=True,
                 valign="vcenter", **align[one.column.kind])  # fmt: skip
        said = f"{one.column.name}\n{meaning(one.column, self.book.lang, self.key)}".strip()
        self.sheet.write_comment(top, place, said, {"author": "jscore", "x_scale": 1.7, "y_scale": 1.0})

    def _column(
        self, place: int, one: Field, placed: Placed, levels: Sequence[int | None], lines: list[int]
    ) -> int:  # fmt: skip
        """Write a field's cells; the columns of text that it takes, having told ``lines`` how high its rows are."""
        forms = [_number_format(one, unit) for unit in one.units] if one.units else [_number_format(one)] * placed.rows
        taken = [width(_shown(value, form)) for value, form in zip(one.values, forms, strict=True)]
        heading = width(with_unit(one.column, self.book.lang))
        room = _room(one.column, heading, taken)
        lines[0] = max(lines[0], _lines(heading, room))
        wraps = max(taken, default=0) > room
        styles = {form: _style(one, form, wraps) for form in set(forms)}
        for row, (value, form) in enumerate(zip(one.values, forms, strict=True)):
            template = one.formula(row)
            if value is None and template is None:
                continue
            level = levels[row] if levels else None
            style = styles[form] if level is None or level > 1 else {**styles[form], "bold": True}
            shown = value if template is None else Formula(placed.filled(template, row), value)
            self.put(placed.top + 1 + row, place, shown, **style)
            if wraps:
                lines[row + 1] = max(lines[row + 1], _lines(taken[row], room))
        return room

    def list(
        self, fields: Sequence[Field], levels: Sequence[int | None] = (), key: str = "", across: int = 0
    ) -> Placed:  # fmt: skip
        """The sheet as one table: frozen, filtered and repeated headings, A4 across.

        The columns up to ``key`` stay in sight, and are repeated where it takes more than one page ``across``.
        """
        from xlsxwriter.utility import xl_col_to_name

        placed = self.table(fields, 0, levels)
        kept = placed.places[key] + 1 if key else 0
        self.sheet.freeze_panes(1, kept)
        if kept:
            self.sheet.repeat_columns(0, kept - 1)
        if fields:
            self.sheet.autofilter(0, 0, placed.rows, len(fields) - 1)
            # Codes are text and sums leave columns out on purpose: no green corners in Excel.
            area = f"A1:{xl_col_to_name(len(fields) - 1)}{placed.rows + 1}"
            self.sheet.ignore_errors(dict.fromkeys(QUIET, area))
        self.sheet.repeat_rows(0)
        self.sheet.set_header("&L&A")
        self.page(across=across or math.ceil(self.wide / PAGE_WIDTH))
        return placed

    def page(self, portrait: bool = False, across: int = 1) -> None:
        """A4, ``across`` pages wide, with page numbers."""
        self.sheet.set_portrait() if portrait else self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(across, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.75)
        self.sheet.set_footer("&C&P / &N")

    def mark(self, placed: Placed, name: str, colours: Mapping[str, tuple[str, str]]) -> None:
        """Colour the cells of a column by the text that they hold."""
        where = placed.whole(name, outside=False)
        for text, (fill, ink) in colours.items():
            form = self.book.workbook.add_format({"font_color": ink, **({"bg_color": fill} if fill else {})})
            self.sheet.conditional_format(
                where, {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": form}
            )

    def flag(self, placed: Placed, name: str, values: Sequence[str | None], counted: bool = False) -> None:
        """Colour a column of flags; one that is ``counted`` tells on the cover whether formulas and package agree."""
        yes, no = self.book.say("agrees"), self.book.say("differs")
        self.mark(placed, name, {no: RED, yes: GREEN})
        if counted:
            self.book.flags.append((placed.whole(name), values.count(yes), values.count(no)))


def _blank_amounts(fields: Sequence[Field]) -> set[str]:
    """Columns of amounts that the report leaves blank altogether, where it fills others."""
    amounts = [one for one in fields if one.column.unit == "万元" and not one.computed]
    blank = {one.name for one in amounts if all(value is None for value in one.values)}
    return blank if len(blank) < len(amounts) else set()


def with_unit(column: Column, lang: Lang) -> str:
    """The heading with its unit."""
    unit = "pt" if column.name in BOX else unit_word(column.unit, lang)
    if not unit:
        return column.heading(lang)
    return f"{column.heading(lang)}（{unit}）" if lang == "zh" else f"{column.heading(lang)} ({unit})"


def _number_format(one: Field, unit: str = "") -> str:
    """The number format of a column's values, or of those in ``unit``, where that changes from row to row."""
    column = one.column
    if column.name in BOX:
        return "0.0"
    unit = unit or column.unit
    if unit == "万元" and ("difference" in column.name or column.name == "tolerance"):
        unit = "difference"
    return FORMATS.get(unit) or {"text": "@", "integer": "0"}.get(column.kind, "General")


def _style(one: Field, form: str, wraps: bool) -> Style:
    ink = INK if one.computed or one.name in PACKAGE or one.column.kind != "number" else BLUE
    if one.column.kind == "text":
        # Excel shows long text as ### in the text format, and a formula in it as text.
        kind = {} if wraps or one.computed else {"num_format": "@"}
        return {"align": "left", "indent": 1, "text_wrap": wraps, **kind}
    if form == "0":
        return {"align": "center", "num_format": form}
    return {"num_format": form, "font_color": ink}


def _shown(value: Value, form: str) -> str:
    """About how ``value`` looks in the sheet, to measure it."""
    if value is None or isinstance(value, str):
        return value or ""
    known = {"#,##0.00": "{:,.2f}", "0.00%": "{:.2%}", "0.0": "{:.1f}", "0.00##": "{:.4g}"}
    return known.get(form, "{:,.6g}").format(value)


def _room(column: Column, heading: int, taken: Sequence[int]) -> int:
    """Columns of text that a sheet's column shows, from the widths of its heading and its values."""
    widest = max(taken, default=0)
    if column.kind == "text" and widest > NARROW:
        widest = max(NARROW, min(widest // LINES, WIDE))
    return max(widest, min(heading, 12), 4)


def _lines(taken: int, room: int) -> int:
    """Lines that a text ``taken`` wide needs; a Chinese character is a little narrower than two figures."""
    return math.ceil(0.93 * taken / room)
