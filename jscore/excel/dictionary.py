"""The sheet that explains the workbook: how to use it, and what every column of every sheet is.

Belongs here: 说明.  Does not: meanings (``schema``, and the fields of each sheet).
"""

from __future__ import annotations

from collections.abc import Sequence

from jscore.excel.fields import Link
from jscore.excel.sheets import HEAD, MADE, RULED, Book
from jscore.excel.words import NOTES, unit_word, value_word
from jscore.schema import Column

WIDTHS = (24, 26, 28, 10, 44, 70)


def dictionary_sheet(book: Book, described: Sequence[tuple[str, Column, str, bool]]) -> None:
    """Fill 说明; ``described`` are all columns in order: sheet, column, meaning, whether it is computed."""
    sheet = book.add(book.say("dictionary"))
    sheet.put(0, 0, book.say("how to use"), bold=True, font_size=12)
    row = 1
    for row, note in enumerate(NOTES, 1):
        sheet.put(row, 0, note[book.lang == "en"])
    row += 2
    for col, key in enumerate(("sheet", "heading", "in the package", "unit", "values", "meaning")):
        sheet.put(row, col, book.say(key), bold=True, bg_color=HEAD, bottom=1, bottom_color=RULED)
        sheet.sheet.set_column(col, col, WIDTHS[col])
    for line, (title, column, meaning, computed) in enumerate(described, row + 1):
        shade = {"bg_color": MADE} if computed else {}
        sheet.put(line, 0, Link(title, title))
        sheet.put(line, 1, column.heading(book.lang), text_wrap=True, **shade)
        sheet.put(line, 2, column.name)
        sheet.put(line, 3, unit_word(column.unit, book.lang))
        sheet.put(line, 4, "、".join(value_word(value, book.lang) for value in column.values) or None, text_wrap=True)
        sheet.put(line, 5, meaning, text_wrap=True)
    sheet.sheet.autofilter(row, 0, row + len(described), len(WIDTHS) - 1)
    sheet.sheet.repeat_rows(row)
    sheet.page()
