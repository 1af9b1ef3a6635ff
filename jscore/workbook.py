"""The Excel summary: a cover with the key figures, and a sheet a frame.

Belongs here: how a frame looks as a sheet.  Headings, units and meanings come from ``schema``; a frame or column that
it does not describe is written under its own name.  Not here: any figure that is not in a frame already, save for the
cover's counts and average.
"""

# mypy: allow-untyped-calls
# openpyxl has no types of its own.

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.cell.cell import Cell
from openpyxl.comments.comments import Comment
from openpyxl.styles.alignment import Alignment
from openpyxl.styles.borders import Border, Side
from openpyxl.styles.fills import PatternFill
from openpyxl.styles.fonts import Font
from openpyxl.utils.cell import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from jscore import schema
from jscore.fonts import width

Frames = Mapping[str, pd.DataFrame]
#: A sheet's name by its frame's.
Titles = Mapping[str, str]

COVER = "封面"
#: Written after all others: not read, but looked things up in.
LAST = ("cells",)

FORMATS = {"万元": "#,##0.00", "fraction": "0.00%", "points": "0.00##"}
UNITS = {"points": "分", "fraction": "", "see unit": ""}
STATUS = {"found": "有数据", "empty": "空表（无此项收支）", "missing": "目录列出，正文未见"}

#: Widths of columns of text, a Chinese character counting 2: what is longer than NARROW wraps, into LINES lines if
#: WIDE does for that.
NARROW, WIDE, LINES = 30, 60, 8
LINE_HEIGHT, HIGHEST = 14.0, 409.0

#: Where the printed cell is: there for look-ups, folded away.
FOLDED = (schema.TABLE_ID, schema.ROW, schema.COL, *schema.BOX)

FONT = "等线"
BODY = Font(name=FONT, size=10)
BOLD = Font(name=FONT, size=10, bold=True)
TITLE = Font(name=FONT, size=16, bold=True)
LINK = Font(name=FONT, size=10, color="1F4E79", underline="single")
WRAPPED = Alignment(horizontal="left", vertical="top", indent=1, wrap_text=True)
ALIGNMENTS = {
    "@": Alignment(horizontal="left", vertical="top", indent=1),
    "0": Alignment(horizontal="center", vertical="top"),
}
FILL = PatternFill("solid", fgColor="DCE5EE")
RULE = Border(bottom=Side("thin", color="8696A7"))

#: What XML cannot hold: control characters, lone surrogates, non-characters.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: What a spreadsheet program takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Figure:
    """A line of the cover: its value, and the page that it is printed on."""

    label: str
    value: float | None
    unit: str = "万元"
    page: int | None = None


def write_workbook(frames: Frames, info: Mapping[str, Any], path: Path) -> None:
    """Write ``frames`` (by name) to ``path`` as an Excel workbook, with a cover from them and ``info``.

    ``info`` is the content of report.json.  Amounts are in 万元.
    """
    order = [name for name in schema.FRAMES if name in frames] + [name for name in frames if name not in schema.FRAMES]
    order.sort(key=lambda name: name in LAST)
    titles = _titles(order)
    book = Workbook()
    cover = book.worksheets[0]
    cover.title = COVER
    _fill_cover(cover, frames, info, titles)
    for name in order:
        _fill_sheet(book.create_sheet(titles[name]), _spec(name, frames[name]), frames[name])
    book.properties.title = _heading(info)
    book.properties.creator = "jscore"
    book.save(path)


def key_figures(frames: Frames) -> list[Figure]:
    """The figures of the cover, each the first of its kind in ``frames``; None where the report does not have it."""
    form = "03" if _find(frames, "expenditure", "amount", form="03", level=0)[0] is not None else "05"
    appropriation = _find(frames, "revenue", "amount", level=0, source="财政拨款收入")
    if appropriation[0] is None:
        appropriation = _find(frames, "totals", "amount", form="04", side="收入", item="本年收入合计")
    projects = frames.get("projects", schema.empty("projects"))
    count = float(len(projects)) or None
    average = round(float(projects["total_score"].mean()), 2) if projects["total_score"].notna().any() else None
    department = _find(frames, "overall", "total_score")
    return [
        Figure("收入总计", *_amount(_find(frames, "totals", "amount", form="01", side="收入", item="总计"))),
        Figure("支出总计", *_amount(_find(frames, "totals", "amount", form="01", side="支出", item="总计"))),
        Figure("财政拨款收入", *_amount(appropriation)),
        *(
            Figure(part, *_amount(_find(frames, "expenditure", "amount", form=form, level=0, component=part)))
            for part in ("基本支出", "项目支出")
        ),
        Figure("“三公”经费预算数", *_amount(_find(frames, "sangong", "budget", item=schema.SANGONG[0]))),
        Figure("“三公”经费决算数", *_amount(_find(frames, "sangong", "final", item=schema.SANGONG[0]))),
        Figure("部门整体绩效自评得分", department[0], "points", department[1]),
        Figure("绩效自评项目", count, "个"),
        Figure("项目自评平均得分", average, "points"),
    ]


def _amount(found: tuple[float | None, int | None]) -> tuple[float | None, str, int | None]:
    return found[0], "万元", found[1]


def _find(frames: Frames, name: str, column: str, **where: Any) -> tuple[float | None, int | None]:
    """The first value in ``column`` of the rows that are as ``where`` says, and its page.

    A text need only end as ``where`` says: 总计 is also 收入总计.
    """
    rows = frames.get(name, schema.empty(name)).dropna(subset=column)
    for key, wanted in where.items():
        same = rows[key].str.endswith(wanted, na=False) if isinstance(wanted, str) else rows[key] == wanted
        rows = rows[same.fillna(False)]
    if rows.empty:
        return None, None
    page = rows["page"].iloc[0]
    return float(rows[column].iloc[0]), None if pd.isna(page) else int(page)


def _titles(names: Iterable[str]) -> dict[str, str]:
    """A name for each frame's sheet: its label, made unique, within what Excel allows."""
    taken = {COVER}
    titles = {}
    for name in names:
        label = schema.FRAMES[name].label if name in schema.FRAMES else name
        label = re.sub(r"[\[\]:*?/\\]", " ", label).strip("' ")[:28] or "表"
        title = next(t for t in (label, *(f"{label}{n}" for n in range(2, 100))) if t not in taken)
        taken.add(title)
        titles[name] = title
    return titles


def _spec(name: str, frame: pd.DataFrame) -> schema.Frame:
    """What ``schema`` says of ``frame``'s columns, in the frame's order; the rest by their types."""
    known = schema.FRAMES.get(name)
    described = {column.name: column for column in known.columns} if known else {}
    columns = tuple(described.get(str(key)) or _guess(str(key), frame[key]) for key in frame.columns)
    return schema.Frame(name, known.label if known else name, known.row_is if known else "", columns)


def _guess(name: str, values: pd.Series) -> schema.Column:
    kind: schema.Kind = "text"
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        kind = "integer" if pd.api.types.is_integer_dtype(values) else "number"
    return schema.Column(name, kind, name, "")


def _fill_sheet(sheet: Worksheet, spec: schema.Frame, frame: pd.DataFrame) -> None:
    """Write ``frame`` under Chinese headings, one row a row; what is missing stays blank."""
    lines = [1] * (len(frame) + 1)
    for number, column in enumerate(spec.columns, 1):
        values = _plain(frame.iloc[:, number - 1], column)
        formats = _formats(column, frame)
        widths = [width(_label(column))]
        widths += [width(_shown(value, form)) for value, form in zip(values, formats, strict=True)]
        room = _room(column, widths)
        lines = [max(most, _lines(taken, room)) for most, taken in zip(lines, widths, strict=True)]
        _head(sheet, number, column)
        _fill_column(sheet, number, values, formats, wraps=max(widths[1:], default=0) > room)
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = room + 3
        if column in FOLDED and spec.name not in LAST:
            dimension.outlineLevel, dimension.hidden = 1, True
    for row, count in enumerate(lines, 1):
        if count > 1:
            sheet.row_dimensions[row].height = min(count * LINE_HEIGHT + 3, HIGHEST)
    _set_table(sheet, len(spec.columns), len(frame))


def _room(column: schema.Column, widths: Sequence[int]) -> int:
    """Columns of text that a sheet's column shows, from the ``widths`` of its heading and its values."""
    heading, widest = widths[0], max(widths[1:], default=0)
    if column.kind == "text" and widest > NARROW:
        widest = max(NARROW, min(widest // LINES, WIDE))
    return max(widest, min(heading, 12), 4)


def _lines(taken: int, room: int) -> int:
    """Lines that a text ``taken`` wide needs; a Chinese character is a little narrower than two figures."""
    return math.ceil(0.93 * taken / room)


def _set_table(sheet: Worksheet, columns: int, rows: int) -> None:
    """Frozen and repeated headings, filters, and A4 across."""
    sheet.freeze_panes = "A2"
    if columns:
        sheet.auto_filter.ref = f"A1:{get_column_letter(columns)}{rows + 1}"
    sheet.print_title_rows = "1:1"
    sheet.print_options.gridLines = True
    sheet.oddHeader.left.text = "&A"
    _set_page(sheet, "landscape")


def _fill_column(sheet: Worksheet, number: int, values: Sequence[Any], formats: Sequence[str], wraps: bool) -> None:
    styles: dict[tuple[str, bool], Any] = {}
    for row, (value, form) in enumerate(zip(values, formats, strict=True), 2):
        if value is None:
            continue
        cell = _put(sheet, row, number, value)
        key = (form, cell.quotePrefix)
        if key in styles:
            cell._style = copy(styles[key])
            continue
        cell.font = BODY
        cell.alignment = ALIGNMENTS.get(form, Alignment(vertical="top")) if not wraps else WRAPPED
        cell.number_format = "General" if wraps else form  # Excel shows long text as ### in the text format
        styles[key] = cell._style


def _put(sheet: Worksheet, row: int, number: int, value: Any) -> Cell:
    """Write ``value``; text stays text, whatever it begins with."""
    cell: Cell = sheet.cell(row, number, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA)
    return cell


def _head(sheet: Worksheet, number: int, column: schema.Column) -> None:
    cell = _put(sheet, 1, number, _label(column))
    cell.font, cell.fill, cell.border = BOLD, FILL, RULE
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    cell.comment = Comment(f"{column.name}\n{column.meaning}".strip(), "jscore", height=80, width=240)


def _label(column: schema.Column) -> str:
    """The heading: the Chinese label and the unit."""
    unit = "pt" if column in schema.BOX else UNITS.get(column.unit, column.unit)
    return f"{column.label}（{unit}）" if unit else column.label


def _formats(column: schema.Column, frame: pd.DataFrame) -> list[str]:
    """The number format of each value of ``column``, by its unit or, where that changes, by the row's."""
    if column.unit == "see unit":
        return [FORMATS.get(unit, "General") for unit in frame["unit"]]
    if column in schema.BOX:
        form = "0.0"
    else:
        form = FORMATS.get(column.unit) or {"text": "@", "integer": "0"}.get(column.kind, "General")
    return [form] * len(frame)


def _plain(values: pd.Series, column: schema.Column) -> list[Any]:
    """``values`` as Excel can hold them; None for what is missing."""
    if column.kind == "text":
        return [_text(value) for value in values]
    convert = int if column.kind == "integer" else float
    return [None if pd.isna(value) or math.isinf(value) else convert(value) for value in values]


def _text(value: Any) -> str | None:
    if pd.api.types.is_list_like(value):
        value = "、".join(map(str, value))
    return None if pd.isna(value) else _ILLEGAL.sub("", str(value)) or None


def _shown(value: Any, form: str) -> str:
    """About how ``value`` looks in the sheet, to measure it."""
    if value is None or isinstance(value, str):
        return value or ""
    return {"#,##0.00": "{:,.2f}", "0.00%": "{:.2%}", "0.0": "{:.1f}"}.get(form, "{:.10g}").format(value)


def _set_page(sheet: Worksheet, orientation: str) -> None:
    """A4, one page wide, with page numbers."""
    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.75
    sheet.page_margins.header = sheet.page_margins.footer = 0.3
    sheet.oddFooter.center.text = "&P / &N"


def _fill_cover(sheet: Worksheet, frames: Frames, info: Mapping[str, Any], titles: Titles) -> None:
    _put(sheet, 1, 1, _heading(info)).font = TITLE
    row = 3
    for heading, lines in (
        ("报告", _about(info)),
        ("主要数据", [_figure_line(figure) for figure in key_figures(frames)]),
        (_forms_heading(info), _form_lines(info)),
        ("工作表", [(title, name, f"{len(frames[name])} 行") for name, title in titles.items()]),
    ):
        row = _section(sheet, row, heading, lines)
    for link in range(row - 1 - len(titles), row - 1):
        cell = sheet.cell(link, 1)
        cell.hyperlink = Hyperlink(cell.coordinate, location=f"'{cell.value}'!A1")
        cell.font = LINK
    for letter, columns in zip("ABCD", (26, 44, 24, 14), strict=True):
        sheet.column_dimensions[letter].width = columns
    sheet.sheet_view.showGridLines = False
    _set_page(sheet, "portrait")


def _section(sheet: Worksheet, row: int, heading: str, lines: Sequence[Sequence[Any]]) -> int:
    """Write ``heading`` and ``lines`` from ``row`` down; the row after them and a blank one."""
    shown = {UNITS.get(unit, unit): form for unit, form in FORMATS.items()}
    for number in range(1, 5):
        cell = _put(sheet, row, number, heading if number == 1 else None)
        cell.font, cell.fill, cell.border = BOLD, FILL, RULE
    for below, line in enumerate(lines, row + 1):
        for number, value in enumerate(line, 1):
            cell = _put(sheet, below, number, value)
            cell.font = BODY
            cell.alignment = Alignment(horizontal="right" if isinstance(value, float) else "left", vertical="top")
            if isinstance(value, float):
                cell.number_format = shown.get(line[2], "0")
    return row + len(lines) + 2


def _heading(info: Mapping[str, Any]) -> str:
    year = f"{info['year']} 年度" if info.get("year") else ""
    return " ".join(filter(None, (info.get("department"), f"{year}部门决算")))


def _about(info: Mapping[str, Any]) -> list[tuple[str, Any]]:
    source = info.get("source") or (f"{info['report_id']}.pdf" if info.get("report_id") else None)
    return [
        ("部门", info.get("department")),
        ("年度", info.get("year")),
        ("来源文件", source),
        ("页数", info.get("page_count")),
        ("原表金额单位", info.get("money_unit")),
        ("本工作簿金额单位", "万元；空白表示原表未填"),
    ]


def _figure_line(figure: Figure) -> tuple[str, Any, str, str]:
    if figure.value is None:
        return figure.label, None, "—", ""
    page = f"第 {figure.page} 页" if figure.page else ""
    return figure.label, figure.value, UNITS.get(figure.unit, figure.unit), page


def _forms(info: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    forms: Mapping[str, Mapping[str, Any]] = info.get("forms") or {}
    return forms


def _forms_heading(info: Mapping[str, Any]) -> str:
    states = [form.get("status") for form in _forms(info).values()]
    counts = zip(("有数据", "空表", "未见"), map(states.count, STATUS), strict=True)
    return "公开的表（" + "，".join(f"{word} {count}" for word, count in counts) + "）"


def _form_lines(info: Mapping[str, Any]) -> list[tuple[str, Any, str, str]]:
    return [
        (
            f"公开{key}表" if key.isdigit() else "绩效自评表",
            _text(form.get("title")),
            STATUS.get(form.get("status", ""), ""),
            _page_range(form.get("pages") or []),
        )
        for key, form in _forms(info).items()
    ]


def _page_range(pages: Sequence[int]) -> str:
    if not pages:
        return ""
    return f"第 {pages[0]} 页" if len(pages) == 1 else f"第 {min(pages)}–{max(pages)} 页"
