"""Workbooks and their sheets, written with openpyxl: cells, looks, widths, page set-up.

A formula carries the value that the package makes of it, which is put beside it when the file is finished: a viewer that
does not compute (a mail's preview, a phone, Excel's protected view) shows the same figures.
"""

# mypy: allow-untyped-calls
# openpyxl has no types of its own.

from __future__ import annotations

import dataclasses
import html
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

import pandas as pd
from openpyxl.cell.cell import Cell
from openpyxl.comments.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles.alignment import Alignment
from openpyxl.styles.borders import Border, Side
from openpyxl.styles.fills import PatternFill
from openpyxl.styles.fonts import Font
from openpyxl.utils.cell import get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from jscore.excel.fields import Field, Formula, Link, Noted, Placed, Value, quoted
from jscore.excel.words import heading_of
from jscore.fonts import width
from jscore.fonts.palette import BAD, DARK, GOOD, GREY, INK, RULED
from jscore.language import tr
from jscore.schema import Column

AMOUNT, RATE, POINTS, COUNT, TEXT = "#,##0.00", "0.00%", "0.00##", "0", "@"
FORMATS = {
    "万元": AMOUNT, "fraction": RATE, "points": POINTS, "分": POINTS, "个": COUNT, "%": POINTS, "share": "0.0%",
    "difference": "#,##0.00####;-#,##0.00####;0.00",
}  # fmt: skip

FONT = "等线"
#: Shades behind headings of printed columns, of computed ones, and of those to be filled in.
HEAD, MADE, FILL_IN = "#dce5ee", "#ecebe2", "#fff6d6"

#: Widths of columns of text, a Chinese character counting 2: what is longer than NARROW wraps, into LINES lines if
#: WIDE does for that; what stands aside is not wrapped, and cut by the next column at ASIDE.
NARROW, WIDE, LINES, ASIDE = 30, 60, 3, 70
LINE_HEIGHT, HIGHEST = 13.5, 409.0
#: What is wider than this as a heading is broken.
LONG_HEADING = 14
#: What is at most this wide, and too long for a page across, is printed upright; no page is printed smaller than this unless it is wider than the paper;
#: points that an A4 page has for rows, upright and across.
UPRIGHT, SMALLEST, A4 = 200, 0.58, (734.0, 487.0)

#: What a spreadsheet program takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNCOMPUTED = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)>(<f>.*?</f>)<v ?/?>(?:</v>)?</c>', re.S)
_MADE_WHEN = datetime(2000, 1, 1)


@dataclass(frozen=True)
class Look:
    """How a cell looks."""

    form: str = "General"
    align: str = "left"
    bold: bool = False
    italic: bool = False
    size: float = 10
    ink: str = INK
    fill: str = ""
    wrap: bool = False
    indent: int = 0
    ruled: bool = False
    middle: bool = False
    underline: bool = False
    quoted: bool = False

    def put_on(self, cell: Cell) -> None:
        """Give ``cell`` this look."""
        underline = "single" if self.underline else None
        ink = self.ink.lstrip("#")
        cell.font = Font(FONT, self.size, bold=self.bold, italic=self.italic, color=ink, underline=underline)
        upright = "center" if self.middle else "top"
        cell.alignment = Alignment(self.align, upright, wrap_text=self.wrap, indent=self.indent)
        cell.number_format = self.form
        if self.fill:
            cell.fill = PatternFill("solid", fgColor=self.fill.lstrip("#"))
        if self.ruled:
            cell.border = Border(bottom=Side("thin", color=RULED.lstrip("#")))
        cell.quotePrefix = self.quoted


PLAIN = Look()


@dataclass
class Book:
    """A workbook being written."""

    title: str
    workbook: Workbook = dataclasses.field(default_factory=Workbook)
    #: The columns of all tables: sheet, column, its meaning, whether it is computed.
    described: list[tuple[str, Column, str, bool]] = dataclasses.field(default_factory=list)
    #: Columns that say whether printed sums hold: their addresses, and how many do not.
    flags: list[tuple[str, int]] = dataclasses.field(default_factory=list)
    #: The address of a printed figure by (frame, row, column).
    figures: dict[tuple[str, int, str], str] = dataclasses.field(default_factory=dict)
    _looks: dict[Look, Any] = dataclasses.field(default_factory=dict)
    _sheets: dict[str, Sheet] = dataclasses.field(default_factory=dict)

    def sheet(self, title: str) -> Sheet:
        """The sheet with ``title``, a new one after the others where there is none."""
        if title not in self._sheets:
            page = self.workbook.create_sheet(title) if self._sheets else self.workbook.worksheets[0]
            page.title = title
            self._sheets[title] = Sheet(self, page)
        return self._sheets[title]

    def locate(self, name: str, frame: pd.DataFrame, placed: Placed, columns: Sequence[str]) -> None:
        """Remember where the ``columns`` of frame ``name``, a row a row, are ``placed``."""
        rows = enumerate(frame.index.tolist())
        self.figures |= {(name, index, column): placed.cell(column, row) for row, index in rows for column in columns}

    def look(self, look: Look) -> Any:
        """openpyxl's own form of a look, made once: giving every cell its fonts anew takes most of a second."""
        if look not in self._looks:
            cell = Cell(self.workbook.worksheets[0], 1, 1)
            look.put_on(cell)
            self._looks[look] = cell._style
        return self._looks[look]

    def data(self) -> bytes:
        """The file: formulas with their values; one report gives the same bytes each time."""
        self.workbook.properties.title, self.workbook.properties.creator = self.title, "jscore"
        self.workbook.properties.created = _MADE_WHEN
        self.workbook.calculation = CalcProperties(fullCalcOnLoad=True)
        plain, finished = BytesIO(), BytesIO()
        ExcelWriter(self.workbook, zipfile.ZipFile(plain, "w")).save()  # packed once, at the end
        sheets = {
            f"xl/worksheets/sheet{number}.xml": self._sheets[page.title].values
            for number, page in enumerate(self.workbook.worksheets, 1)
        }
        with zipfile.ZipFile(plain) as source, zipfile.ZipFile(finished, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                content = source.read(name)
                if name in sheets:
                    content = _with_values(content.decode(), sheets[name]).encode()
                elif name == "docProps/core.xml":
                    made = _MADE_WHEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                    content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + made, content)
                target.writestr(zipfile.ZipInfo(name, _MADE_WHEN.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
        return finished.getvalue()


def _with_values(sheet: str, values: Mapping[str, Value]) -> str:
    """The XML of a sheet with ``values`` beside its formulas."""

    def computed(cell: re.Match[str]) -> str:
        place, more, formula = cell.groups()
        value = values.get(place)
        if isinstance(value, str) or value is None:
            return f'<c r="{place}"{more} t="str">{formula}<v>{html.escape(value or "", quote=False)}</v></c>'
        return f'<c r="{place}"{more}>{formula}<v>{value!r}</v></c>'

    return _UNCOMPUTED.sub(computed, sheet)


@dataclass
class Sheet:
    """A sheet being written; rows and columns count from 1."""

    book: Book
    page: Worksheet
    #: What the package makes of the formulas, by place.
    values: dict[str, Value] = dataclasses.field(default_factory=dict)
    _rooms: dict[int, tuple[float, bool]] = dataclasses.field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.page.title)

    def put(self, row: int, col: int, value: Value, look: Look = PLAIN) -> None:
        """Write ``value``; text stays text, whatever it begins with."""
        if isinstance(value, str) and value.startswith(_FORMULA):
            look = replace(look, quoted=True)
        if isinstance(value, Link):
            look = replace(look, ink=DARK, underline=True)
        if isinstance(value, Noted):
            self.put(row, col, value.value, replace(look, italic=True, ink=GREY))
            self.page.cell(row, col).comment = Comment(value.note, "jscore", height=60, width=220)
            return
        cell = self.page.cell(row, col)
        cell._style = self.book.look(look)
        if isinstance(value, Formula):
            cell.value = "=" + value.text
            self.values[cell.coordinate] = value.value
        elif isinstance(value, Link):
            self._text(cell, value.text)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quoted(value.sheet)}!A1")
            cell._style = self.book.look(look)  # a hyperlink brings a look of its own
        elif isinstance(value, str):
            self._text(cell, value)
        elif value is not None:
            cell.value = value

    @staticmethod
    def _text(cell: Cell, text: str) -> None:
        cell.value = text
        cell.data_type = "s"

    def heading(self, row: int, col: int, text: str, look: Look = PLAIN, fill: str = HEAD, note: str = "") -> None:
        """Write a heading, with ``note`` as its comment."""
        self.put(
            row, col, text, replace(look, bold=True, fill=fill, wrap=True, ruled=True, middle=True, form="General")
        )
        if note:
            self.page.cell(row, col).comment = Comment(note, "jscore", height=70, width=260)

    def table(
        self, fields: Sequence[Field], top: int = 1, levels: Sequence[int | None] = (), notes: bool = True
    ) -> Placed:
        """Write ``fields`` under their headings in row ``top``; rows of a ``level`` 0 or 1 are set in bold."""
        count = len(fields[0].values) if fields else 0
        placed = Placed(self.title, top, {field.name: place for place, field in enumerate(fields, 1)}, count)
        lines = [1] * (count + 1)
        blank = _blank_amounts(fields) | _blank_texts(fields)
        for place, field in enumerate(fields, 1):
            heading = heading_of(field.column)
            meaning = field.column.explained()
            fill = FILL_IN if field.to_fill else MADE if field.computed else HEAD
            note = f"{field.name}\n{meaning}".strip() if notes and meaning else ""
            parted = broken(heading)
            self.heading(top, place, parted, _look(field, _form(field), False), fill, note)
            room = self._column(place, field, placed, levels, lines)
            lines[0] = max(lines[0], sum(_lines(width(part), room) for part in parted.split("\n")))
            self.widen(place, room + 2.5, field.name in blank)
            self.book.described.append((self.title, field.column, meaning, field.computed))
        self.page.sheet_format.defaultRowHeight, self.page.sheet_format.customHeight = LINE_HEIGHT, True
        if not count:
            self.put(top + 1, 1, tr("本报告无此数据"), Look(ink=GREY))
        for row, needed in enumerate(lines):
            if needed > 1:
                self.page.row_dimensions[top + row].height = min(needed * LINE_HEIGHT + 3, HIGHEST)
        return placed

    def _column(self, place: int, field: Field, placed: Placed, levels: Sequence[int | None], lines: list[int]) -> int:
        """Write a field's cells; the room that it takes, having told ``lines`` how high its rows are."""
        forms = [_form(field, unit) for unit in field.units] if field.units else [_form(field)] * placed.rows
        taken = [width(_shown(value, form)) for value, form in zip(field.values, forms, strict=True)]
        heading = max(width(part) for part in broken(heading_of(field.column)).split("\n"))
        room = _room(field, heading, taken)
        wraps = not field.aside and max(taken, default=0) > room
        looks = {form: _look(field, form, wraps) for form in set(forms)}
        for row, (value, form) in enumerate(zip(field.values, forms, strict=True)):
            template = field.formula(row)
            if value is None and template is None and not field.to_fill:
                continue
            level = levels[row] if levels else None
            look = looks[form] if level is None or level > 1 else replace(looks[form], bold=True)
            shown = value if template is None else _made(placed.filled(template, row), value)
            self.put(placed.top + 1 + row, place, shown, look)
            if wraps:
                lines[row + 1] = max(lines[row + 1], _lines(taken[row], room))
        return room

    def prose(self, row: int, heading: str, text: str, columns: int) -> None:
        """A text under its heading in ``row``, both as wide as ``columns``, and as high as the text needs."""
        room = int(sum(self._rooms.get(place, (9.0, False))[0] for place in range(1, columns + 1)))
        for place in range(1, columns + 1):
            self.heading(row, place, heading if place == 1 else "")
        self.put(row + 1, 1, text, Look(wrap=True, indent=1))
        for line in (row, row + 1):
            self.page.merge_cells(start_row=line, end_row=line, start_column=1, end_column=columns)
        self.page.row_dimensions[row + 1].height = min(_lines(width(text), room) * LINE_HEIGHT + 3, HIGHEST)

    def widen(self, place: int, room: float, blank: bool = False) -> None:
        """The width of a column: what the widest of the tables in it needs; hidden if it is blank in all of them."""
        before, hidden = self._rooms.get(place, (0.0, True))
        self._rooms[place] = room, blank = max(room, before), blank and hidden
        column = self.page.column_dimensions[get_column_letter(place)]
        column.width, column.hidden = room, blank

    def whole(
        self, fields: Sequence[Field], levels: Sequence[int | None] = (), key: str = "", across: bool = False
    ) -> Placed:
        """The sheet as one table: headings frozen, filtered and repeated; columns up to ``key`` stay in sight."""
        placed = self.table(fields, levels=levels)
        kept = placed.places[key] if key else 0
        self.page.freeze_panes = f"{get_column_letter(kept + 1)}2"
        last = get_column_letter(max(len(fields), 1))
        self.page.auto_filter.ref = f"A1:{last}{placed.rows + 1}"
        self.page.print_title_rows = "1:1"
        printed = [place for place, field in enumerate(fields, 1) if not field.aside]
        self.print_on(max(printed, default=1), placed.rows + 1, across=across)
        return placed

    def print_on(self, columns: int, rows: int, smallest: float = SMALLEST, across: bool = False) -> None:
        """Print the first ``columns`` and ``rows`` on A4, as wide as the page and as small as can well be read.

        A long sheet is printed upright, unless it is to be printed ``across``.
        """
        page, setup = self.page, self.page.page_setup
        rows = max(rows, 2)
        page.print_area = f"A1:{get_column_letter(columns)}{rows}"
        rooms = [self._rooms.get(place, (9.0, False)) for place in range(1, columns + 1)]
        wide = sum(0.0 if hidden else room for room, hidden in rooms)
        high = sum(page.row_dimensions[row].height or LINE_HEIGHT for row in range(1, rows + 1))
        upright = not across and wide <= UPRIGHT and high * smallest > A4[1]
        setup.orientation, setup.paperSize = "portrait" if upright else "landscape", page.PAPERSIZE_A4
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        setup.fitToWidth, setup.fitToHeight = 1, math.ceil(high * smallest / (A4[0] if upright else A4[1]))
        margins = page.page_margins
        margins.left = margins.right = 0.4
        margins.top = margins.bottom = 0.75
        margins.header = margins.footer = 0.3
        page.print_options.horizontalCentered = True
        page.oddHeader.left.text, page.oddFooter.center.text = "&A", "&P / &N"

    def mark(self, placed: Placed, name: str, colours: Mapping[str, tuple[str, str]]) -> None:
        """Colour the cells of a column by the text that they hold."""
        for text, (fill, ink) in colours.items():
            shade = PatternFill(bgColor=fill.lstrip("#")) if fill else None
            rule = CellIsRule(operator="equal", formula=[f'"{text}"'], font=Font(color=ink.lstrip("#")), fill=shade)
            self.page.conditional_formatting.add(placed.whole(name, outside=False).replace("$", ""), rule)

    def flag(self, placed: Placed, field: Field) -> None:
        """Colour a column of verdicts, and count it among those that say whether printed sums hold."""
        yes, no = tr("相符"), tr("不符")
        self.mark(placed, field.name, {no: BAD, yes: GOOD})
        self.book.flags.append((placed.whole(field.name), list(field.values).count(no)))


def _made(formula: str, value: Value) -> Value:
    """A formula with the value that the package makes of it, and its note."""
    if isinstance(value, Noted):
        return Noted(Formula(formula, value.value), value.note)
    return Formula(formula, value)


def _blank_amounts(fields: Sequence[Field]) -> set[str]:
    """Columns of amounts that the report leaves blank altogether, where it fills others."""
    amounts = [field for field in fields if field.column.unit == "万元" and not field.computed]
    blank = {field.name for field in amounts if all(value is None for value in field.values)}
    return blank if len(blank) < len(amounts) else set()


def _blank_texts(fields: Sequence[Field]) -> set[str]:
    """Columns of text of which no row has any."""
    texts = [
        field
        for field in fields
        if field.column.kind == "text" and field.values and not (field.to_fill or field.computed)
    ]
    return {field.name for field in texts if all(value is None for value in field.values)}


def broken(heading: str) -> str:
    """A heading that is long, its unit in a line of its own."""
    return re.sub(r" ?([（(][^（(]+[）)])$", r"\n\1", heading) if width(heading) > LONG_HEADING else heading


def _form(field: Field, unit: str = "") -> str:
    """The number format of a column's values, or of those in ``unit``, where that changes from row to row."""
    unit = unit or field.column.unit
    if unit == "万元" and ("difference" in field.name or field.name == "tolerance"):
        unit = "difference"
    return FORMATS.get(unit) or {"text": TEXT, "integer": COUNT}.get(field.column.kind, "General")


def _look(field: Field, form: str, wraps: bool) -> Look:
    if field.column.kind == "text":
        # Excel shows long text as ### in the text format, and a formula in it as text.
        plain = wraps or field.computed or field.to_fill or field.aside
        fill = FILL_IN if field.to_fill else ""
        return Look(
            "General" if plain else TEXT, indent=0 if field.to_fill else 1, wrap=wraps or field.to_fill, fill=fill
        )
    if field.column.kind == "integer" and form == COUNT:
        return Look(form, "center")
    return Look(form, "right", ink=INK if field.computed else DARK)


def _shown(value: Value, form: str) -> str:
    """About how ``value`` looks in the sheet, to measure it."""
    value = value.value if isinstance(value, Noted) else value
    if value is None or isinstance(value, str):
        return value or ""
    known = {AMOUNT: "{:,.2f}", RATE: "{:.2%}", POINTS: "{:.4g}"}
    return known.get(form, "{:,.6g}").format(value)


def _room(field: Field, heading: int, taken: Sequence[int]) -> int:
    """Columns of text that a sheet's column shows, from the widths of its heading and its values."""
    widest = max(taken, default=0)
    if field.to_fill:
        return max(18 if field.column.kind == "text" else 8, heading)
    if field.aside:
        widest = min(widest, ASIDE)
    elif field.column.kind == "text" and widest > NARROW:
        widest = min(widest, field.wide) if field.wide else max(NARROW, min(widest // LINES, WIDE))
    # Half of a long heading, so that it breaks near its middle.
    return max(widest, heading if heading <= LONG_HEADING else min(heading // 2 + 1, 18), 4)


def _lines(taken: int, room: int) -> int:
    """Lines that a text ``taken`` wide needs; a Chinese character is a little narrower than two figures."""
    return math.ceil(0.93 * taken / (room + 1))
