"""The sheet that explains the workbook: how to use it, and what every column of every sheet is."""

from __future__ import annotations

from jscore.excel.book import HEAD, LINE_HEIGHT, MADE, Book, Look
from jscore.excel.fields import Link
from jscore.excel.words import NOTES, unit_word
from jscore.language import current, tr

WIDTHS = (24, 26, 20, 10, 60)


def dictionary_sheet(book: Book, title: str) -> None:
    """Fill 说明 with the columns of all tables."""
    described = list(book.described)
    sheet = book.sheet(title)
    sheet.put(1, 1, tr("用法"), Look(bold=True, size=12))
    row = 2
    for row, note in enumerate(NOTES, 2):
        sheet.put(row, 1, tr(note), Look(wrap=True))
        sheet.page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(WIDTHS))
        sheet.page.row_dimensions[row].height = 2 * LINE_HEIGHT if current() == "en" else LINE_HEIGHT + 2
    row += 2
    for col, heading in enumerate((tr("工作表"), tr("列"), tr("名称"), tr("单位"), tr("含义")), 1):
        sheet.heading(row, col, heading)
        sheet.widen(col, WIDTHS[col - 1])
    for line, (sheet_title, column, meaning, computed) in enumerate(described, row + 1):
        fill = MADE if computed else HEAD
        sheet.put(line, 1, Link(sheet_title, sheet_title))
        sheet.put(line, 2, column.heading(), Look(fill=fill))
        sheet.put(line, 3, column.name)
        sheet.put(line, 4, unit_word(column.unit) or None)
        sheet.put(line, 5, meaning or None)
    sheet.page.auto_filter.ref = f"A{row}:E{row + len(described)}"
    sheet.print_on(len(WIDTHS), row - 1)
