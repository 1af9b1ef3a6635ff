"""The sheet of native charts, each beside the little table that it is drawn from.

Belongs here: 图表.  Does not: the pictures of notebooks and README (``jscore.show.charts``).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jscore import schema
from jscore.excel.columns import SHARE, added
from jscore.excel.fields import Formula, Placed, plain
from jscore.excel.sheets import FONT, GREY, HEAD, LINE_HEIGHT, MADE, RULED, Book, Sheet
from jscore.show.analysis import main_form

Frames = Mapping[str, pd.DataFrame]

#: Rows that a chart takes, the column that it begins in at least, its size in pixels.
HEIGHT, BESIDE, SIZE = 20, 5, {"width": 640, "height": 360}
#: Told apart by lightness alone, so also in grey.
SHADES = ("#1F4E79", "#B9CFE2", "#6F9BC0", "#E3E9EF", "#B0603F", "#6B7280")
LETTERS = {"name": FONT, "size": 9}


@dataclass(frozen=True)
class Block:
    """A chart and its table: headings, lines of a name and figures, what they add up to.

    The first ``drawn`` figures of a line are drawn; the total is not.
    """

    title: str
    headings: Sequence[str]
    lines: Sequence[tuple[str, Sequence[Formula | None]]]
    formats: Sequence[str]
    drawn: int
    stacked: bool = False
    total: tuple[str, Sequence[Formula | None]] | None = None


def charts_sheet(book: Book, frames: Frames, placed: Mapping[str, Placed]) -> None:
    """图表: revenue by source, expenditure by 类, 三公, score against execution, each where the report has figures."""
    sheet = book.add(book.say("charts"))
    sheet.sheet.hide_gridlines(2)
    sheet.sheet.set_column(0, 0, 30)
    sheet.sheet.set_column(1, BESIDE + 2, 12)
    row, breaks = 0, []
    for make, name in ((_revenue, "revenue"), (_expenditure, "expenditure"), (_sangong, "sangong")):
        block = make(book, frames[name], row) if name in placed else None
        if block is not None:
            row = _draw(sheet, block, row)
            breaks.append(row)
    scored = frames["projects"][["execution_rate", "total_score"]].notna().all(axis=1) if "projects" in placed else None
    if scored is not None and scored.any():
        _scatter(sheet, placed["projects"], row)
        breaks.append(row)
    if not breaks:
        sheet.put(0, 0, book.say("no figures"))
    sheet.sheet.set_h_pagebreaks(breaks[1:-1:2])
    sheet.page()


def _sum(
    book: Book, name: str, frame: pd.DataFrame, rows: Iterable[Hashable], column: str = "amount"
) -> Formula | None:
    """The sum of column ``column`` of rows of a frame, by their cells; None if none has a figure."""
    held = {
        row: value for row, value in zip(rows, plain(frame.loc[list(rows), column]), strict=True) if value is not None
    }
    if not held:
        return None
    return Formula("+".join(book.figures[name, int(str(row)), column] for row in held), added(list(held.values())))


def _revenue(book: Book, revenue: pd.DataFrame, top: int) -> Block | None:
    """Every source with money, its share, and the sum beside the printed 本年收入合计."""
    own = revenue[revenue["level"] == revenue["level"].min()]
    found = {
        name: _sum(book, "revenue", revenue, own.index[own["source"] == name]) for name in schema.SOURCES
    }  # fmt: skip
    shown = {
        name: made for name, made in found.items() if made is not None and made.value and name != schema.SOURCES[0]
    }
    if not shown:
        return None
    values = [made.value for made in shown.values()]
    whole = added(values)
    first, last = top + 3, top + 2 + len(shown)
    lines = [
        (_term(book, name), [made, Formula(f"B{first + place}/B${last + 1}", made.value / whole)])
        for place, (name, made) in enumerate(shown.items())
    ]
    total = (book.say("sum"), [Formula(f"SUM(B{first}:B{last})", whole), Formula(f"SUM(C{first}:C{last})", 1.0)])
    headings = [_money(book, "final"), SHARE.heading(book.lang)]
    return Block(book.say("revenue by source"), headings, lines, ("#,##0.00", "0.0%"), 1, total=total)


def _expenditure(book: Book, expenditure: pd.DataFrame, top: int) -> Block | None:
    """Every 类 of 03, or of 05 where there is no 03, by component."""
    form = main_form(expenditure)
    classes = expenditure[(expenditure["form"] == form) & (expenditure["level"] == 1)].dropna(subset="amount")
    components = [name for name in schema.COMPONENTS[1:6] if (classes["component"] == name).any()]
    if classes.empty or not components:
        return None
    names = classes.drop_duplicates(["function_code", "function_name"])
    lines: list[tuple[str, list[Formula | None]]] = []
    for name, code in zip(names["function_name"], names["function_code"], strict=True):
        own = classes[
            (classes["function_name"] == name)
            & (classes["function_code"].fillna("") == ("" if pd.isna(code) else code))
        ]
        figures = [_sum(book, "expenditure", expenditure, own.index[own["component"] == part]) for part in components]
        row = top + 3 + len(lines)
        made = added([figure.value for figure in figures if figure is not None])
        lines.append((str(name), [*figures, Formula(f"SUM(B{row}:{_letter(len(components))}{row})", made)]))
    sums: list[Formula | None] = []
    for place in range(len(components) + 1):
        column = [line[1][place] for line in lines]
        letter = _letter(place + 1)
        value = added([figure.value for figure in column if figure is not None])
        sums.append(Formula(f"SUM({letter}{top + 3}:{letter}{top + 2 + len(lines)})", value))
    headings = [*(_term(book, part) for part in components), f"{book.say('sum')}（万元）"]
    formats = ("#,##0.00",) * len(headings)
    title = f"{form} {book.say('expenditure by class')}"
    return Block(title, headings, lines, formats, len(components), stacked=True, total=(book.say("sum"), sums))


def _sangong(book: Book, sangong: pd.DataFrame, top: int) -> Block | None:
    """Budget and final accounts of each item."""
    rows = sangong[sangong[["budget", "final"]].fillna(0).ne(0).any(axis=1)]
    if rows.empty:
        return None
    lines = [
        (_term(book, str(item)), [_sum(book, "sangong", sangong, [row], column) for column in ("budget", "final")])
        for row, item in zip(rows.index, rows["item"], strict=True)
    ]
    headings = [_money(book, "budget"), _money(book, "final")]
    return Block(book.say("sangong chart"), headings, lines, ("#,##0.00",) * 2, 2)


def _draw(sheet: Sheet, block: Block, top: int) -> int:
    """Write a table and its chart from row ``top`` down; the row after them."""
    sheet.put(top, 0, block.title, bold=True, font_size=12)
    sheet.sheet.set_row(top + 1, 2 * LINE_HEIGHT + 3)
    for col, heading in enumerate(("", *block.headings)):
        shade = HEAD if col == 0 else MADE
        style = {"bg_color": shade, "bottom": 1, "bottom_color": RULED, "align": "right", "text_wrap": True}
        sheet.put(top + 1, col, heading or None, bold=True, **style)
    rows = [*block.lines, *([block.total] if block.total else [])]
    for row, (name, figures) in enumerate(rows, top + 2):
        bold = {"bold": True, "top": 1, "top_color": RULED} if block.total and row == top + 1 + len(rows) else {}
        sheet.put(row, 0, name, text_wrap=True, **bold)
        for col, (figure, form) in enumerate(zip(figures, block.formats, strict=True), 1):
            if figure is not None or bold:
                sheet.put(row, col, figure, num_format=form, **bold)
    beside = max(BESIDE, len(block.headings) + 1)
    sheet.sheet.insert_chart(top, beside, _bars(sheet, block, top), {"x_offset": 8, "y_offset": 4})
    return top + max(HEIGHT, len(rows) + 4)


def _bars(sheet: Sheet, block: Block, top: int) -> Any:
    kind = {"type": "bar", "subtype": "stacked"} if block.stacked else {"type": "bar"}
    chart = sheet.book.workbook.add_chart(kind)
    first, last = top + 2, top + 1 + len(block.lines)
    for place in range(block.drawn):
        labels = {} if block.stacked else {"data_labels": {"value": True, "num_format": "#,##0.00", "font": LETTERS}}
        chart.add_series({
            "name": [sheet.title, top + 1, place + 1],
            "categories": [sheet.title, first, 0, last, 0],
            "values": [sheet.title, first, place + 1, last, place + 1],
            "fill": {"color": SHADES[place]}, "border": {"none": True}, "gap": 45, **labels,
        })  # fmt: skip
    _look(chart, block.title, block.drawn > 1)
    chart.set_y_axis({"reverse": True, "num_font": LETTERS, "line": {"color": RULED}, "major_tick_mark": "none"})
    chart.set_x_axis({
        "num_font": LETTERS, "num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E3E9EF"}},
        "line": {"none": True}, "name": "万元", "name_font": {**LETTERS, "bold": False}, "label_position": "high",
    })  # fmt: skip
    return chart


def _scatter(sheet: Sheet, projects: Placed, top: int) -> None:
    book = sheet.book
    sheet.put(top, 0, book.say("score chart"), bold=True, font_size=12)
    sheet.put(top + 1, 0, f"→ {projects.title}", font_color=GREY)
    chart = book.workbook.add_chart({"type": "scatter"})
    marks = {
        "type": "circle",
        "size": 7,
        "fill": {"color": SHADES[2], "transparency": 30},
        "border": {"color": SHADES[0]},
    }
    chart.add_series({
        "name": book.say("total score"),
        "categories": f"={projects.whole('execution_rate')}", "values": f"={projects.whole('total_score')}", "marker": marks,
    })  # fmt: skip
    _look(chart, book.say("score chart"), legend=False)
    axis = {"num_font": LETTERS, "name_font": {**LETTERS, "bold": False}, "line": {"color": RULED},
            "major_gridlines": {"visible": True, "line": {"color": "#E3E9EF"}}}  # fmt: skip
    chart.set_x_axis({**axis, "name": book.say("execution rate"), "num_format": "0%", "min": 0, "max": 1})
    chart.set_y_axis({**axis, "name": book.say("total score"), "num_format": "0", "max": 100})
    sheet.sheet.insert_chart(top, BESIDE, chart, {"x_offset": 8, "y_offset": 4})


def _look(chart: Any, title: str, legend: bool) -> None:
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 11}, "overlay": False})
    chart.set_legend({"position": "top", "font": LETTERS} if legend else {"none": True})
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size(SIZE)


def _letter(col: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(col))


def _term(book: Book, name: str) -> str:
    return name if book.lang == "zh" else schema.TERMS.get(name, name)


def _money(book: Book, key: str) -> str:
    return f"{book.say(key)}（万元）" if book.lang == "zh" else f"{book.say(key)} (万元)"
