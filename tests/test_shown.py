"""What a page shows is read, and what it does not show, or shows unclearly, is said: small pages, one kind each."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pikepdf
import pypdfium2 as pdfium
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

import jscore
from jscore.pdf.content import Recognised, read_content
from jscore.pdf.pages import Page, read_page
from tests.drawn import FONT

SOURCES = ["本年收入合计", "财政拨款收入", "其他收入"]
PARTS = ["合计", "基本支出", "项目支出"]
FORMS = {"revenue": ("收入决算表", SOURCES, "source"), "expenditure": ("支出决算表", PARTS, "component")}
CODES = [("208", "社会保障和就业支出"), ("20805", "行政事业单位养老支出"), ("2080501", "行政单位离退休")]
AMOUNTS = {
    "万元": [["1,334.56", "1,200.00", "134.56"]] * 2 + [["1,034.56", "1,000.00", "34.56"]] * 2,
    "元": [["13345600", "12000000", "1345600"]] * 2 + [["10345600", "10000000", "345600"]] * 2,
}
#: Edges of the columns: code, name, three amounts; and the height of a row.
EDGES, TOP, HEIGHT = [50, 120, 260, 340, 420, 500], 700, 24
#: The cell in which something is planted: row (0 is the heading) and amount.
ROW, AMOUNT = 4, 2

Plant = Callable[[Canvas, float, float, str], None]


def right_of(amount: int) -> float:
    return EDGES[amount + 3] - 5


def base_of(row: int) -> float:
    return TOP - HEIGHT * row - 15


def drawn(
    path: Path, frame: str, unit: str, plant: Plant | None = None, *, before: bool = False, instead: bool = False,
    walls: tuple[int, ...] = (0, 1, 2, 3, 4, 5), thick: float = 0.5, lean: float = 0.0, heads: str = "",
    open_heads: bool = False,
) -> Path:  # fmt: skip
    """A page with one table; ``plant`` draws at the right end and base of a figure, ``instead`` of it or beside it.

    ``heads`` states the unit behind each heading, in place of the line over the table.  With ``open_heads`` no rule parts
    the headings.
    """
    title, columns, _ = FORMS[frame]
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.translate(300, 400)
    canvas.rotate(lean)
    canvas.translate(-300, -400)
    text = AMOUNTS[unit][ROW - 1][AMOUNT]
    if plant and before:
        plant(canvas, right_of(AMOUNT), base_of(ROW), text)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont(FONT, 14)
    canvas.drawCentredString(275, TOP + 30, title)
    canvas.setFont(FONT, 9)
    if not heads:
        canvas.drawRightString(500, TOP + 6, f"单位：{unit}")
    rows: list[list[str]] = [
        ["科目编码", "科目名称", *(name + heads for name in columns)],
        ["", "合计", *AMOUNTS[unit][0]],
    ]
    rows += [[*CODES[i], *AMOUNTS[unit][i + 1]] for i in range(3)]
    for r, row in enumerate(rows):
        canvas.setFont(FONT, 5.5 if heads and r == 0 else 9)
        for c, cell in enumerate(row):
            if not (instead and r == ROW and c == AMOUNT + 2):
                if c < 2 or r == 0:
                    canvas.drawString(EDGES[c] + 4, base_of(r), cell)
                else:
                    canvas.drawRightString(right_of(c - 2), base_of(r), cell)
    bottom = TOP - HEIGHT * len(rows)
    canvas.setLineWidth(thick)
    for r in range(len(rows) + 1):
        canvas.line(EDGES[0], TOP - HEIGHT * r, EDGES[-1], TOP - HEIGHT * r)
    for wall in walls:
        inner = open_heads and 0 < wall < len(EDGES) - 1
        canvas.line(EDGES[wall], TOP - HEIGHT * inner, EDGES[wall], bottom)
    if plant and not before:
        plant(canvas, right_of(AMOUNT), base_of(ROW), text)
    canvas.showPage()
    canvas.save()
    return path


def amounts(report: Any, frame: str) -> list[list[float | None]]:
    rows = getattr(report, frame)
    _, columns, label = FORMS[frame]
    wide = {name: rows.loc[rows[label] == name, "amount"].tolist() for name in columns}
    return [[None if pd.isna(x) else x for x in row] for row in zip(*wide.values(), strict=True)]


def printed(unit: str) -> list[list[float | None]]:
    size = 1 if unit == "万元" else 10_000
    return [[float(text.replace(",", "")) / size for text in row] for row in AMOUNTS[unit]]


def as_printed_or_said(report: Any, frame: str, unit: str) -> bool:
    """Whether all figures are as printed, but for one that is missing and of which the report says so."""
    have, want = amounts(report, frame), printed(unit)
    if have == want:
        return True
    want[ROW - 1][AMOUNT] = None
    return have == want and bool(report.info["unread"] or report.info["not_understood"])


def erased(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(x - 72, y - 4, 74, 14, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawRightString(x, y, text)


def in_colour(colour: float, mode: int = 0, up: float = 0.0) -> Plant:
    def plant(canvas: Canvas, x: float, y: float, _: str) -> None:
        line = canvas.beginText(x - 60, y + up)
        line.setFont(FONT, 9)
        line.setTextRenderMode(mode)
        line.setFillColorRGB(colour, colour, colour)
        line.textOut("98765")
        line.setTextRenderMode(0)
        canvas.drawText(line)

    return plant


def old_figure(canvas: Canvas, x: float, y: float, _: str) -> None:
    canvas.drawRightString(x, y, "9988.77")


def again(right: float, up: float) -> Plant:
    def plant(canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawRightString(x + right, y + up, text)

    return plant


def stroked(canvas: Canvas, x: float, y: float, text: str) -> None:
    """Each digit filled and then stroked at its spot, as browsers set bold type that a font has not."""
    for i, char in enumerate(text):
        for _ in range(2):
            canvas.drawString(x - pdfmetrics.stringWidth(text[i:], FONT, 9), y, char)


def beside(text: str, left: float, up: float = 0.0, size: float = 9, strike: bool = False) -> Plant:
    def plant(canvas: Canvas, x: float, y: float, _: str) -> None:
        canvas.setFont(FONT, size)
        canvas.drawRightString(x - left, y + up, text)
        if strike:
            wide = pdfmetrics.stringWidth(text, FONT, size)
            canvas.line(x - left - wide, y + up + 0.3 * size, x - left, y + up + 0.3 * size)

    return plant


def set_aslant(canvas: Canvas, x: float, y: float, text: str) -> None:
    line = canvas.beginText()
    line.setFont(FONT, 9)
    line.setTextTransform(1, 0, 0.3, 1, x - pdfmetrics.stringWidth(text, FONT, 9), y)
    line.textOut(text)
    canvas.drawText(line)


def footnote(canvas: Canvas, x: float, y: float, _: str) -> None:
    canvas.setFont(FONT, 5.5)
    canvas.drawString(x, y + 4, "1")


def marked(canvas: Canvas, x: float, y: float, text: str) -> None:
    """With a footnote's number in brackets, as browsers set it: hardly smaller than the figure."""
    whole(canvas, x - 12, y, text)
    canvas.setFont(FONT, 7.5)
    canvas.drawString(x - 12, y + 3, "[2]")


def circled(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.drawRightString(x, y, text + "①")


def on_two_lines(canvas: Canvas, x: float, y: float, text: str) -> None:
    """Cut within a group of thousands, in a cell that has room for more."""
    cut = len(text) - 4 if "," in text else 0
    canvas.drawRightString(x, y + 7, text[:cut])
    canvas.drawRightString(x, y - 3, text[cut:])


def with_count(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.drawRightString(x, y, f"24辆{text}")


def with_other(text: str, up: float = 0.0, left: float = 44) -> Plant:
    """With what is no amount, before it or over or under it."""

    def plant(canvas: Canvas, x: float, y: float, figure: str) -> None:
        canvas.setFont(FONT, 7)
        canvas.drawRightString(x - left, y + up, text)
        whole(canvas, x, y, figure)

    return plant


def after_tiny(canvas: Canvas, x: float, y: float, text: str) -> None:
    """Behind digits that nobody sees, the last of which is the figure's first."""
    canvas.setFont(FONT, 0.7)
    canvas.drawString(x - pdfmetrics.stringWidth(text, FONT, 9) - 0.3, y, f"95{text[0]}")
    whole(canvas, x, y, text)


def whole(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.setFont(FONT, 9)
    canvas.drawRightString(x, y, text)


def over_old(old: str, hide: Callable[[Canvas, float, float], None] | None = None) -> Plant:
    """On an ``old`` figure at its spot, which is white, or which ``hide`` then hides."""

    def plant(canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.setFillGray(0 if hide else 1)
        whole(canvas, x, y, old)
        if hide:
            hide(canvas, x, y)
        canvas.setFillGray(0)
        whole(canvas, x, y, text)

    return plant


def brush(canvas: Canvas, x: float, y: float) -> None:
    canvas.setStrokeGray(1)
    canvas.setLineWidth(13)
    canvas.line(x - 70, y + 4, x + 2, y + 4)
    canvas.setStrokeGray(0)


def white_on_dark(canvas: Canvas, x: float, y: float, text: str) -> None:
    """One of three such figures of one width, which is no watermark: it stands out from what is behind it."""
    canvas.setFillColorRGB(0.1, 0.2, 0.5)
    canvas.rect(x - 74, y - 8, 78, 23, stroke=0, fill=1)
    canvas.setFillGray(1)
    whole(canvas, x, y, text)
    for row in (0, 1):
        canvas.setFillGray(0)
        canvas.rect(x - 70, 100 + 30 * row, 74, 20, stroke=0, fill=1)
        canvas.setFillGray(1)
        whole(canvas, x, 105 + 30 * row, text)
    canvas.setFillGray(0)


INSTEAD = {
    "over a white one": over_old("1,298.77"),
    "over one that is painted over": over_old("98.77", brush),
    "white on dark": white_on_dark,
    "footnote in brackets": marked,
    "circled": circled,
    "cars": with_count,
    "share": with_other("12.5%"),
    "share under it": with_other("(12.5%)", -8, 0),
    "page": with_other("第12页", -8, 20),
    "page between dashes": with_other("- 12 -", -8, 20),
    "page of all": with_other("3/36"),
    "year over it": with_other("2023年", 8, 0),
    "behind tiny digits": after_tiny,
    "aslant": set_aslant,
}


def watermark(angle: float, tiled: bool, grey: float = 0.8) -> Plant:
    def plant(canvas: Canvas, x: float, y: float, _: str) -> None:
        canvas.setFillColorRGB(grey, grey, grey)
        for i in range(6 if tiled else 1):
            canvas.saveState()
            canvas.translate(60 + 75 * i if tiled else 100, y)
            canvas.rotate(angle)
            canvas.setFont(FONT, 10 if tiled else 60)
            canvas.drawString(0, 0, "19970701" if tiled else "内部资料 2024")
            canvas.restoreState()

    return plant


SEEN = {
    "white": in_colour(1.0), "nearly white": in_colour(0.99), "invisible": in_colour(0.0, mode=3),
    "invisible, a line up": in_colour(0.0, mode=3, up=6), "clipping only": in_colour(0.0, mode=7),
    "bold to the right": again(0.3, 0), "bold down right": again(0.5, -0.5), "bold up": again(0, 0.9), "bold left": again(-0.7, 0.2),
    "watermark, level": watermark(0, False), "watermark, tiled": watermark(0, True), "watermark, slanted": watermark(35, False),
    "watermark, hardly slanted": watermark(2, True), "watermark, dark": watermark(0, False, 0.6),
    "footnote": footnote, "struck out": beside("98765.4", 36, strike=True), "struck out above": beside("9876", 0, up=9, size=6, strike=True),
}  # fmt: skip
UNCLEAR = {
    "count over it": beside("12", 0, up=8), "count beside it": beside("12", 52), "ordinal": beside("3", 50), "ordinal with a point": beside("3.", 50),
    "page number": beside("17", 20, up=-9), "smaller beside it": beside("88", 46, size=6), "two decimals": beside("1.25", 45, up=-9, size=7),
}  # fmt: skip
#: The quick run takes either frame and either unit once.
EACH = [
    ("revenue", "万元"),
    ("expenditure", "元"),
    pytest.param("revenue", "元", marks=pytest.mark.slow),
    pytest.param("expenditure", "万元", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("frame, unit", EACH)
@pytest.mark.parametrize("kind", SEEN)
def test_what_is_no_figure_is_not_read(tmp_path: Path, kind: str, frame: str, unit: str) -> None:
    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, SEEN[kind], before=kind.startswith("watermark")))
    assert amounts(report, frame) == printed(unit)


@pytest.mark.parametrize("frame, unit", EACH)
def test_digits_drawn_twice_at_their_spots_are_read_once(tmp_path: Path, frame: str, unit: str) -> None:
    assert amounts(jscore.read(drawn(tmp_path / "x.pdf", frame, unit, stroked, instead=True)), frame) == printed(unit)


def test_a_figure_that_a_clip_hides_takes_no_digit_of_the_one_over_it(tmp_path: Path) -> None:
    def plant(canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(20, 20, 2, 2)
        canvas.clipPath(path, stroke=0)
        canvas.drawRightString(x, y, "98" + text[2:])
        canvas.restoreState()
        canvas.drawRightString(x, y, text)

    assert amounts(jscore.read(drawn(tmp_path / "x.pdf", "revenue", "元", plant, instead=True)), "revenue") == printed(
        "元"
    )


@pytest.mark.parametrize("frame, unit", EACH)
@pytest.mark.parametrize("kind", INSTEAD)
def test_a_figure_with_what_is_none_of_it(tmp_path: Path, kind: str, frame: str, unit: str) -> None:
    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, INSTEAD[kind], instead=True), ocr=False)
    assert amounts(report, frame) == printed(unit)


def test_a_figure_cut_within_its_thousands_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(AMOUNTS, "万元", [[*row[:2], "1,134.56"] for row in AMOUNTS["万元"]])
    report = jscore.read(drawn(tmp_path / "x.pdf", "revenue", "万元", on_two_lines, instead=True), ocr=False)
    assert amounts(report, "revenue") == printed("万元")


@pytest.mark.parametrize("last", ["328,156.5", "-8,156.5", "－8,156.5", "△8,156.5"])
def test_figures_that_touch_at_a_rule_are_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: str) -> None:
    rows = [["5,432.1", last, "34.5"]] * 4
    monkeypatch.setitem(AMOUNTS, "万元", rows)
    right = 296 + pdfmetrics.stringWidth(last, FONT, 9) + 5
    monkeypatch.setitem(globals(), "EDGES", [50, 120, 260, 300, right, 420])
    report = jscore.read(drawn(tmp_path / "x.pdf", "expenditure", "万元"), ocr=False)
    value = float(last.replace(",", "").replace("－", "-").replace("△", "-"))
    assert amounts(report, "expenditure") == [[5432.1, value, 34.5]] * 4


@pytest.mark.parametrize("figure", ["34.6", "34.654"])
def test_figures_that_touch_at_a_rule_and_have_other_decimals_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: str
) -> None:
    monkeypatch.setitem(AMOUNTS, "万元", [["135.7", figure, "1.7"]] * 4)
    monkeypatch.setitem(globals(), "AMOUNT", 1)

    def plant(canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.drawString(x - pdfmetrics.stringWidth(text, FONT, 9), y, text + "96.57")

    report = jscore.read(drawn(tmp_path / "x.pdf", "revenue", "万元", plant, instead=True), ocr=False)
    assert as_printed_or_said(report, "revenue", "万元")


@pytest.mark.parametrize("sign", "-−–－△")
def test_a_sign_over_the_rule_is_that_of_its_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: str) -> None:
    monkeypatch.setitem(AMOUNTS, "万元", [["5,432.10", "", f"{sign}8,156.50"]] * 4)
    monkeypatch.setitem(globals(), "EDGES", [50, 120, 260, 340, 420, 420 + 35])
    report = jscore.read(drawn(tmp_path / "x.pdf", "expenditure", "万元"), ocr=False)
    assert amounts(report, "expenditure") == [[5432.1, None, -8156.5]] * 4


def test_signs_and_brackets_drawn_twice_at_their_spots_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = [*AMOUNTS["万元"][-1][:2], "（34.56）"]
    monkeypatch.setitem(AMOUNTS, "万元", [*AMOUNTS["万元"][:-1], last])
    report = jscore.read(drawn(tmp_path / "x.pdf", "revenue", "万元", stroked, instead=True), ocr=False)
    assert amounts(report, "revenue")[-1] == [1034.56, 1000.0, -34.56]


@pytest.mark.parametrize("frame, unit", EACH)
def test_a_name_drawn_over_the_next_figure_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frame: str, unit: str
) -> None:
    """Browsers draw glyph by glyph, and pdfium puts those of one line in order of their places."""
    whole = Canvas.drawString

    def by_glyph(canvas: Canvas, x: float, y: float, text: str) -> None:
        for i, char in enumerate(text):
            whole(canvas, x + pdfmetrics.stringWidth(text[:i], FONT, 9), y, char)

    monkeypatch.setattr(Canvas, "drawString", by_glyph)
    monkeypatch.setitem(globals(), "EDGES", [50, 120, 180, 240, 320, 400])
    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit), ocr=False)
    assert amounts(report, frame) == printed(unit)
    assert set(getattr(report, frame)["function_name"]) == {"合计", *(name for _, name in CODES)}


@pytest.mark.parametrize("frame, unit", EACH)
@pytest.mark.parametrize("kind", UNCLEAR)
def test_two_texts_in_a_cell_are_not_one_figure(tmp_path: Path, kind: str, frame: str, unit: str) -> None:
    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, UNCLEAR[kind]), ocr=False)
    if kind == "two decimals" or (kind, unit) == ("count over it", "元"):
        assert as_printed_or_said(report, frame, unit)
    else:
        assert amounts(report, frame) == printed(unit)
        assert report.info["doubtful"] or report.info["homeless"]


@pytest.mark.parametrize("ends", [(-2, 7), (6, 3), (2, -4), (-4, 1), (-4, -2)])
def test_a_line_that_ends_beside_its_figure_strikes_all_of_it_out(tmp_path: Path, ends: tuple[float, float]) -> None:
    """Over the next rule, before the last digit, behind the first: no digit is left of it."""

    def plant(canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.line(x - pdfmetrics.stringWidth(text, FONT, 9) - ends[0], y + 3, x + ends[1], y + 3)

    report = jscore.read(drawn(tmp_path / "x.pdf", "revenue", "元", plant), ocr=False)
    assert amounts(report, "revenue")[ROW - 1] == [*printed("元")[ROW - 1][:2], None] and report.info["not_shown"]


def test_a_line_through_a_figure_that_meets_a_rule_makes_no_row(tmp_path: Path) -> None:
    def plant(canvas: Canvas, _: float, y: float, text: str) -> None:
        canvas.line(EDGES[-1] - 5 - pdfmetrics.stringWidth(text, FONT, 9), y + 3, EDGES[-1] - 1, y + 3)

    report = jscore.read(drawn(tmp_path / "x.pdf", "revenue", "元", plant), ocr=False)
    assert report.cells.rowspan.tolist() == [1] * 25
    assert amounts(report, "revenue")[ROW - 1][AMOUNT] is None and report.info["not_shown"]


@pytest.mark.parametrize("other, left", [("98765", -2.3), ("17", 50), ("3.", 60)])
def test_another_figure_where_a_rule_is_missing_is_no_part_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str, left: float
) -> None:
    monkeypatch.setitem(globals(), "AMOUNT", 0)

    def plant(canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.line(EDGES[3], TOP, EDGES[3], TOP - HEIGHT * ROW)
        beside(other, left)(canvas, x, y, text)

    report = jscore.read(drawn(tmp_path / "x.pdf", "revenue", "元", plant, walls=(0, 1, 2, 4, 5)), ocr=False)
    assert as_printed_or_said(report, "revenue", "元")


@pytest.mark.parametrize("frame, unit", EACH)
@pytest.mark.parametrize("total, sign", [("of sums", 1), ("of differences", -1), ("of neither", 0), ("", -1)])
def test_figures_in_brackets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, total: str, sign: int, frame: str, unit: str
) -> None:
    """One is negative (the last, without a ``total``); what a column of nothing else means is what makes the totals."""
    bare = printed(unit)
    rows = [[*row[:AMOUNT], f"({row[AMOUNT]})"] for row in AMOUNTS[unit]]
    if total in ("of differences", "of neither"):
        size = 1 if unit == "万元" else 10_000
        by = 1 if total == "of differences" else 3
        sums = [round((second - by * third) * size, 2) for _, second, third in bare]
        rows = [[f"{x:.2f}" if size == 1 else f"{x:.0f}", *row[1:]] for x, row in zip(sums, rows, strict=True)]
    monkeypatch.setitem(AMOUNTS, unit, rows if total else [*AMOUNTS[unit][:-1], rows[-1]])
    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit), ocr=False)
    third = [row[AMOUNT] for row in amounts(report, frame)]
    if total:
        assert third == [sign * row[AMOUNT] if sign else None for row in bare]
        named = report.info["doubtful" if sign else "unread"]
        assert [cell["text"] for cell in named if cell["col"] == AMOUNT + 2] == [row[AMOUNT] for row in rows]
    else:
        assert third[-1] == sign * bare[-1][AMOUNT]


@pytest.mark.parametrize("frame, unit", EACH)
def test_what_is_covered_is_not_read_and_is_said(tmp_path: Path, frame: str, unit: str) -> None:
    def plant(canvas: Canvas, x: float, y: float, text: str) -> None:
        old_figure(canvas, x, y, text)
        erased(canvas, x, y, text)

    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, plant, instead=True))
    assert amounts(report, frame) == printed(unit)
    assert [(found["why"], found["text"]) for found in report.info["not_shown"]] == [("被遮盖", "9988.77")]
    assert report.findings.query("check_id == 'complete.shown'")["message"].tolist() == [
        "文件中有“9988.77”，页面上不显示"
    ]
    assert any("9988.77" in line for line in report.info["warnings"])


@pytest.mark.parametrize("walls", [(0, 5), (0, 1, 2, 5), (0, 1, 2, 3, 5), (0, 2, 3, 4, 5), (0, 1, 3, 4, 5), (0, 3, 5)])
@pytest.mark.parametrize("frame, unit", EACH)
def test_columns_that_no_rule_parts(tmp_path: Path, walls: tuple[int, ...], frame: str, unit: str) -> None:
    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, walls=walls))
    assert amounts(report, frame) == printed(unit)
    names = getattr(report, frame)["function_name"].drop_duplicates().tolist()
    assert names == ["合计", *(name for _, name in CODES)]


@pytest.mark.parametrize(
    "kind", [beside("12", 38, up=8, size=5), beside("0.00", 35, size=10.6), beside("1,234.00", 50, up=-7)]
)
@pytest.mark.parametrize("frame, unit", EACH)
def test_two_texts_where_no_rule_parts(tmp_path: Path, kind: Plant, frame: str, unit: str) -> None:
    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, kind, walls=(0, 1, 2, 3, 5)))
    rows = getattr(report, frame)
    size = 1 if unit == "万元" else 10_000
    right = {float(text.replace(",", "")) / size for row in AMOUNTS[unit] for text in row}
    assert set(rows["amount"].dropna()) <= right
    assert rows["amount"].notna().all() or report.info["unread"] or report.info["not_understood"]


def test_a_number_under_the_heading_of_the_column_beside_it_is_none_of_its(tmp_path: Path) -> None:
    """Without rules, and with headings left of their figures, a stray number may stand where a heading is."""
    canvas = Canvas(str(tmp_path / "x.pdf"), pagesize=(842, 595))
    canvas.setFont(FONT, 9)
    canvas.drawCentredString(400, 560, "支出决算表")
    canvas.drawString(700, 545, "单位：万元")
    names = [("", "合计"), *CODES, ("2080505", "基本养老保险缴费支出"), ("2080506", "职业年金缴费支出")]
    for x, head in zip((40, 120, 300, 420, 560), ("科目编码", "科目名称", "合计", "基本支出", "项目支出"), strict=True):
        canvas.drawString(x, 520, head)
    for i, (code, name) in enumerate(names):
        y = 500 - 18 * i
        canvas.drawString(40, y, code)
        canvas.drawString(120, y, name)
        for right, text in ((320, "300.00"), (455, "100.00"), (780, "200.00")):
            canvas.drawRightString(right, y, text)
    canvas.drawString(570, 500, "17")
    canvas.save()
    report = jscore.read(tmp_path / "x.pdf", ocr=False)
    projects = report.expenditure.query("component == '项目支出'")["amount"].dropna().tolist()
    assert projects in ([], [200.0] * len(projects))
    assert "17" in [cell["text"] for key in ("unread", "not_understood", "doubtful") for cell in report.info[key]]


@pytest.mark.parametrize("frame, unit", EACH)
def test_headings_that_no_rule_parts(tmp_path: Path, frame: str, unit: str) -> None:
    path = drawn(tmp_path / "x.pdf", frame, unit, open_heads=True)
    assert amounts(jscore.read(path, ocr=False), frame) == printed(unit)


@pytest.mark.parametrize("frame, unit", EACH)
def test_figures_that_run_into_the_cell_of_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frame: str, unit: str
) -> None:
    monkeypatch.setitem(globals(), "EDGES", [50, 120, 305, 340, 420, 500])
    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit), ocr=False)
    assert amounts(report, frame) == printed(unit)
    assert set(report.frames[frame]["function_name"]) == {"合计", *(name for _, name in CODES)}


@pytest.mark.parametrize("thick, lean", [(4.0, 0.0), (0.5, 1.0), (0.5, -0.6), (2.0, 1.5)])
@pytest.mark.parametrize("frame, unit", EACH)
def test_thick_and_leaning_rules(tmp_path: Path, thick: float, lean: float, frame: str, unit: str) -> None:
    assert amounts(jscore.read(drawn(tmp_path / "x.pdf", frame, unit, thick=thick, lean=lean)), frame) == printed(unit)


@pytest.mark.parametrize("frame, unit", EACH)
def test_a_figure_in_a_form_field(tmp_path: Path, frame: str, unit: str) -> None:
    def plant(canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.acroForm.textfield(
            value=text, x=x - 70, y=y - 5, width=72, height=16, fontSize=9, borderWidth=0, fieldFlags=""
        )

    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, plant, instead=True))
    assert as_printed_or_said(report, frame, unit)


def test_a_figure_in_a_note_beside_figures_in_fonts_that_the_file_lacks(tmp_path: Path) -> None:
    def nil(canvas: Canvas, x: float, y: float, _: str) -> None:
        canvas.drawString(x - 200, 300, "0")  # a text of one glyph of such a font, which pdfium drops

    path = drawn(tmp_path / "x.pdf", "revenue", "万元", nil, instead=True)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        shows = pikepdf.Stream(pdf, b"BT /F 9 Tf 30 5 Td (34.56) Tj ET")
        shows.Subtype, shows.BBox = pikepdf.Name.Form, [0, 0, 76, 20]
        shows.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        x, y = right_of(AMOUNT), base_of(ROW)
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[x - 72, y - 5, x + 4, y + 15],
            Contents="34.56", AP=pikepdf.Dictionary(N=pdf.make_indirect(shows)), F=4,
        )  # fmt: skip
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(note)])
        pdf.save(path)
    assert amounts(jscore.read(path, ocr=False), "revenue") == printed("万元")


@pytest.mark.parametrize("policy", ["", "/AllOn"])
def test_an_old_figure_in_a_layer_that_is_off(tmp_path: Path, policy: str) -> None:
    def plant(canvas: Canvas, x: float, y: float, _: str) -> None:
        canvas._code.append("/OC /old BDC")
        old_figure(canvas, x, y, "")
        canvas._code.append("EMC")

    path = drawn(tmp_path / "x.pdf", "revenue", "元", plant)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="旧稿"))
        shown = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="终稿"))
        marked = pikepdf.Dictionary(Type=pikepdf.Name.OCMD, OCGs=[layer, shown], P=pikepdf.Name(policy or "/AnyOn"))
        pdf.pages[0].Resources["/Properties"] = pikepdf.Dictionary({"/old": marked if policy else layer})
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer, shown], D=pikepdf.Dictionary(OFF=[layer]))
        pdf.save(path)
    report = jscore.read(path, ocr=False)
    assert amounts(report, "revenue") == printed("元")
    assert any("9988.77" in warning for warning in report.info["warnings"])


def test_a_note_that_is_not_drawn_is_said(tmp_path: Path) -> None:
    path = drawn(tmp_path / "x.pdf", "revenue", "元", lambda *_: None, instead=True)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        note = {
            "/Type": pikepdf.Name.Annot,
            "/Subtype": pikepdf.Name.FreeText,
            "/Rect": [300, 400, 360, 420],
            "/Contents": "77.50",
        }
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(pikepdf.Dictionary(note))])
        pdf.save(path)
    assert any("77.50" in line and line.startswith("第1页") for line in jscore.read(path).info["warnings"])


def test_bytes_behind_the_end(tmp_path: Path) -> None:
    path = drawn(tmp_path / "x.pdf", "revenue", "元")
    path.write_bytes(path.read_bytes() + b"\0" * 9000 + b"<html>")
    assert amounts(jscore.read(path), "revenue") == printed("元")


def test_missing_bytes_of_contents_that_are_not_encoded_are_said(tmp_path: Path) -> None:
    path = drawn(tmp_path / "x.pdf", "revenue", "元")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    data = path.read_bytes()
    at = data.rindex(b"BT", 0, data.index(b"endstream", data.index(b"BT")))
    path.write_bytes(data[: at - 400] + data[at - 200 :])
    assert jscore.read(path, ocr=False).info["damaged_pages"]


def test_a_page_many_of_whose_glyphs_have_no_unicode_is_read_by_ocr(tmp_path: Path) -> None:
    """Points that are read as commas are as the font has them."""
    path = drawn(tmp_path / "x.pdf", "revenue", "万元")
    clear = read_content(path)
    asked: list[int] = []

    def read_picture(shown: Any, number: int, _: Any) -> tuple[Page, list[Recognised]]:
        asked.append(number)
        page = read_page(pdfium.PdfDocument(path), number, path)
        listed = page.glyphs
        misread = replace(page, glyphs=replace(listed, char=np.where(listed.char == ".", ",", listed.char)))
        cells = [cell for grid in clear.grids for cell in grid.cells if cell.lines]
        return misread, [Recognised(text.box, text.text, 0.9, "") for text in (*clear.lines, *cells)]

    named = read_page

    def nameless(*args: Any, **kwargs: Any) -> Page:
        page = named(*args, **kwargs)
        words = np.array(["\u4e00" <= char <= "\u9fff" for char in page.glyphs.char])
        return replace(page, glyphs=replace(page.glyphs, char=np.where(words, "\ufffd", page.glyphs.char)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jscore.pdf.content.read_page", nameless)
        content = read_content(path, read_picture=read_picture)
    assert asked == [1] and content.image_pages[0]["read"]
    texts = [[cell.text for cell in grid.cells] for grid in content.grids]
    assert texts == [[cell.text for cell in grid.cells] for grid in clear.grids]


def test_a_damaged_page_is_said(tmp_path: Path) -> None:
    path = drawn(tmp_path / "x.pdf", "revenue", "元")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        packed = bytearray(zlib.compress(pdf.pages[0].Contents.read_bytes()))
        packed[len(packed) // 2] ^= 0xFF
        pdf.pages[0].Contents.write(bytes(packed), filter=pikepdf.Name.FlateDecode)
        pdf.save(path)
    try:
        assert [page["page"] for page in jscore.read(path).info["damaged_pages"]] == [1]
    except jscore.ReadError as error:
        assert "damaged" in str(error)


def test_a_page_without_contents_is_said(tmp_path: Path) -> None:
    path = drawn(tmp_path / "x.pdf", "revenue", "元")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        del pdf.add_blank_page().obj["/Contents"]
        pdf.save()
    assert [page["page"] for page in jscore.read(path, ocr=False).info["damaged_pages"]] == [2]


@pytest.mark.parametrize("kind", ["/Font", "/XObject"])
def test_a_page_that_names_what_it_does_not_have_is_said(tmp_path: Path, kind: str) -> None:
    path = drawn(tmp_path / "x.pdf", "revenue", "元")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        other = pdf.add_blank_page()
        other.Resources = pikepdf.Dictionary({kind: pikepdf.Dictionary({"/X1": page.Resources.Font["/F1"]})})
        other.Contents = pdf.make_stream(b"q Q")
        page.contents_add(b"/X1 Do" if kind == "/XObject" else b"BT /X1 9 Tf (1) Tj ET")
        pdf.save()
    assert [page["page"] for page in jscore.read(path, ocr=False).info["damaged_pages"]] == [1]


@pytest.mark.parametrize("resources", [5, {"/Font": 5}, {"/Font": {"/F1": 5}}, {}], ids=str)
def test_a_page_whose_resources_are_none_is_said(tmp_path: Path, resources: object) -> None:
    path = drawn(tmp_path / "x.pdf", "revenue", "元")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.add_blank_page()
        other = pdf.pages[1]
        other.obj.Resources = resources
        other.Contents = pdf.make_stream(b"BT /F1 9 Tf (1) Tj ET")
        pdf.save()
    assert [page["page"] for page in jscore.read(path, ocr=False).info["damaged_pages"]] == [2]


@pytest.mark.parametrize("how", ["white", "covered", "struck out"])
def test_hidden_figures_are_named_one_by_one(tmp_path: Path, how: str) -> None:
    def three(canvas: Canvas, _: float, __: float, ___: str) -> None:
        canvas.setFillGray(1 if how == "white" else 0)
        for row, amount in ((3, 1), (3, 2), (4, 2)):
            canvas.drawRightString(right_of(amount) - 2, base_of(row) - 30 * (how != "struck out") - 70, "731.15")
            if how == "struck out":
                canvas.line(right_of(amount) - 29, base_of(row) - 67, right_of(amount) - 2, base_of(row) - 67)
        canvas.setFillGray(1)
        if how == "covered":
            canvas.rect(260, base_of(5) - 95, 240, 80, stroke=0, fill=1)

    report = jscore.read(drawn(tmp_path / "x.pdf", "revenue", "万元", three), ocr=False)
    assert " ".join(entry["text"] for entry in report.info["not_shown"]) == "731.15 731.15 731.15"


@pytest.mark.parametrize("frame, unit", EACH)
@pytest.mark.parametrize("blank", [" ", "   "])
def test_thousands_parted_by_blanks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank: str, frame: str, unit: str
) -> None:
    """Wider ones may part figures: nothing is read of them, and that is said."""
    spaced = [
        [f"{float(text.replace(',', '')):,.{2 if '.' in text else 0}f}".replace(",", blank) for text in row]
        for row in AMOUNTS[unit]
    ]
    want = printed(unit)
    monkeypatch.setitem(AMOUNTS, unit, spaced)
    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit), ocr=False)
    if blank == " ":
        assert amounts(report, frame) == want
    else:
        read = [
            (mine, due)
            for row, whole in zip(amounts(report, frame), want, strict=True)
            for mine, due in zip(row, whole, strict=True)
        ]
        assert all(mine in (None, due) for mine, due in read)
        assert report.info["unread"] or all(mine == due for mine, due in read)


@pytest.mark.parametrize("frame, unit", [("revenue", "元"), ("expenditure", "万元")])
@pytest.mark.parametrize("words", ["（单位：{}）", "(金额单位:{})", "（{}）"])
def test_a_unit_in_the_headings_is_theirs(tmp_path: Path, frame: str, unit: str, words: str) -> None:
    path = drawn(tmp_path / "x.pdf", frame, unit, heads=words.format(unit))
    report = jscore.read(path, ocr=False)
    assert amounts(report, frame) == printed(unit)


@pytest.mark.parametrize("frame, unit", [("revenue", "元"), ("expenditure", "万元")])
def test_headings_that_run_into_the_next_column_head_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frame: str, unit: str
) -> None:
    wide = {"revenue": 54, "expenditure": 36}[frame]
    monkeypatch.setitem(globals(), "EDGES", [50, 120, 260, 340, 340 + wide, 500])
    assert amounts(jscore.read(drawn(tmp_path / "x.pdf", frame, unit), ocr=False), frame) == printed(unit)


def test_a_figure_beside_the_page_is_listed(tmp_path: Path) -> None:
    def off(canvas: Canvas, _: float, y: float, text: str) -> None:
        canvas.drawString(610, y, text)

    report = jscore.read(drawn(tmp_path / "x.pdf", "revenue", "元", off, instead=True), ocr=False)
    assert [entry["text"] for entry in report.info["not_shown"]] == ["345600"]
