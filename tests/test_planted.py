"""A figure is as the page shows it, or the report says that it is not: ink planted at one, on pages set in many ways."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import pandas as pd
import pikepdf
import pypdfium2 as pdfium
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

import jscore
from benchmarks import plant as planting
from tests.drawn import FONT, Table, draw
from tests.shared import RAW, REPORTS, needs_shared
from tests.test_shown import (
    AMOUNT,
    AMOUNTS,
    EDGES,
    ROW,
    Plant,
    amounts,
    as_printed_or_said,
    base_of,
    drawn,
    printed,
    right_of,
)

#: The matrix that sets a page, its width and height, and its /Rotate.
SET = {
    "upright": ((1, 0, 0, 1, 0, 0), (595, 842), 0), "narrow": ((0.6, 0, 0, 1, 0, 0), (357, 842), 0),
    "rotated": ((0, 1, -1, 0, 842, 0), (842, 595), 90), "upside down": ((-1, 0, 0, -1, 595, 842), (595, 842), 180),
    "sideways": ((0, 1, -1, 0, 842, 0), (842, 595), 0), "sideways, narrow": ((0, 0.7, -1, 0, 842, 0), (842, 417), 0),
}  # fmt: skip


def set_as(path: Path, how: str) -> Path:
    """The page at ``path`` set in one of the ways of SET."""
    matrix, (width, height), rotate = SET[how]
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        page.contents_add(f"q {' '.join(map(str, matrix))} cm\n".encode(), prepend=True)
        page.contents_add(b"\nQ")
        page.MediaBox = [0, 0, width, height]
        page.Rotate = rotate
        pdf.save(path)
    return path


def half_covered(canvas: Canvas, x: float, y: float, text: str) -> None:
    wide = pdfmetrics.stringWidth(text, FONT, 9)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(x - wide / 2, y - 3, wide / 2 + 1, 12, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)


def digit_over_digit(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.drawRightString(x - pdfmetrics.stringWidth(text[-2:], FONT, 9), y, "8")


def between_the_digits(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.drawRightString(
        x - 2.3, y, "9".join(text[0] + text[1:].translate(str.maketrans("0345", "1782")))[: len(text)]
    )


def some_digits_alike(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.drawRightString(x + 0.4, y - 0.3, text[0] + text[1:].translate(str.maketrans("456", "729")))


def larger_over_it(canvas: Canvas, x: float, y: float, _: str) -> None:
    canvas.setFont("Helvetica", 14)
    canvas.drawRightString(x, y - 4, "87147")


OVER = {
    "half covered": half_covered, "digit over digit": digit_over_digit, "between the digits": between_the_digits,
    "some digits alike": some_digits_alike, "larger over it": larger_over_it,
}  # fmt: skip


#: A frame and a unit for each way, so that both are met everywhere.
EACH = [
    (how, frame, unit) for how, (frame, unit) in zip(SET, 3 * [("revenue", "元"), ("expenditure", "万元")], strict=True)
]


@pytest.mark.parametrize("how, frame, unit", EACH)
def test_a_page_is_read_however_it_is_set(tmp_path: Path, how: str, frame: str, unit: str) -> None:
    report = jscore.read(set_as(drawn(tmp_path / "x.pdf", frame, unit), how), ocr=False)
    assert amounts(report, frame) == printed(unit)
    assert not (report.info["unread"] or report.info["not_understood"] or report.info["doubtful"])


@pytest.mark.parametrize("how, frame, unit", EACH[:3])
@pytest.mark.parametrize("kind", OVER)
def test_a_figure_with_ink_over_it_is_missing_and_said(
    tmp_path: Path, kind: str, how: str, frame: str, unit: str
) -> None:
    path = set_as(drawn(tmp_path / "x.pdf", frame, unit, OVER[kind]), how)
    report = jscore.read(path, ocr=False)
    assert amounts(report, frame) != printed(unit)
    assert as_printed_or_said(report, frame, unit)


def across_the_border(canvas: Canvas, x: float, y: float, text: str) -> None:
    """Against the figure of the column before, half of it in that column."""
    canvas.drawCentredString(right_of(1) + 5, y, text)


@pytest.mark.parametrize("how, frame, unit", [*EACH[:4], ("upright", "revenue", "万元")])
def test_no_figure_is_made_of_parts_of_two(tmp_path: Path, how: str, frame: str, unit: str) -> None:
    path = set_as(drawn(tmp_path / "x.pdf", frame, unit, across_the_border, instead=True), how)
    report = jscore.read(path, ocr=False)
    have, want = amounts(report, frame), printed(unit)
    assert have[:3] == want[:3]
    assert all(a is None or a == b for a, b in zip(have[3], want[3], strict=True)), have[3]
    assert report.info["unread"] or report.info["not_understood"] or have[3] == want[3]


def into_the_name(canvas: Canvas, _: float, y: float, text: str) -> None:
    canvas.drawString(190, y, text)


def half_into_the_name(canvas: Canvas, _: float, y: float, text: str) -> None:
    canvas.drawString(165, y, text)


def short_behind_the_name(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.drawRightString(x, y, text)
    canvas.drawString(189, y, "92")


def one_digit_behind_the_name(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.drawRightString(x, y, text)
    canvas.drawString(189, y, "1")


def before_the_name(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.drawRightString(x, y, text)
    canvas.setFont(FONT, 2)
    canvas.drawString(121, y, "0.21")


@pytest.mark.parametrize(
    "plant", [into_the_name, half_into_the_name, short_behind_the_name, one_digit_behind_the_name, before_the_name]
)
@pytest.mark.parametrize("frame, unit", [("revenue", "元"), ("expenditure", "万元")])
def test_a_figure_in_a_name_is_said(tmp_path: Path, frame: str, unit: str, plant: Plant) -> None:
    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, plant, instead=True), ocr=False)
    assert [entry["row"] for entry in report.info["not_understood"]] == [4]
    assert as_printed_or_said(report, frame, unit)


@pytest.mark.parametrize("figure, unit", [("594,286", "元"), ("594286", "元"), ("3,455,501", "元"), ("5.4286", "万元")])
@pytest.mark.parametrize("where", ["{}{}", "{1} {0}", "{} 58"])
def test_a_name_is_its_words_without_the_figure_beside_them(tmp_path: Path, where: str, figure: str, unit: str) -> None:
    economic = [["科目编码", "科目名称", "决算数"], ["301", "工资福利支出", figure], ["30101", "基本工资", figure],
                ["30103", where.format("购房补贴", figure), ""]]  # fmt: skip
    function = [["科目编码", "科目名称", "本年支出合计", "基本支出"], ["", "合计", figure, figure],
                ["2080101", where.format("行政运行", figure), "", figure]]  # fmt: skip
    totals = [["收入", None, "支出", None], ["项目", "决算数"] * 2,
              ["一、财政拨款收入", figure, where.format("一、外交支出", figure), ""]]  # fmt: skip
    sangong = [["项目", "预算数", "决算数"], ["合计", figure, figure], ["1.因公出国（境）费", figure, figure],
               [where.format("2.公务接待费", figure), figure, ""]]  # fmt: skip
    for rows, widths, title, column, names in (
        (economic, [60, 180, 80], "一般公共预算财政拨款基本支出决算表", "economic.economic_name", ["工资福利支出", "基本工资", "购房补贴"]),
        (function, [60, 180, 80, 80], "支出决算表", "expenditure.function_name", ["合计", "行政运行"]),
        (totals, [140, 60, 160, 60], "收入支出决算总表", "totals.item", ["财政拨款收入", "外交支出"]),
        (sangong, [180, 80, 80], "财政拨款“三公”经费支出决算表", "sangong.item", ["合计", "因公出国（境）费", "公务接待费"]),
    ):  # fmt: skip
        table = Table(rows, widths, title, f"单位：{unit}")
        report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
        frame, name = column.split(".")
        assert list(dict.fromkeys(report.frames[frame][name])) == names
        assert [entry["row"] for entry in report.info["not_understood"]] == [len(rows) - 1]


@pytest.mark.parametrize("figure", ["(159.43)", "（1,594.30）", "-1,594.30", "−5,943"])
def test_a_negative_amount_against_a_name_is_said(tmp_path: Path, figure: str) -> None:
    rows = [["科目编码", "科目名称", "本年支出合计", "基本支出"], ["", "合计", "86.10", "86.10"],
            ["2080101", "行政运行", "86.10", "86.10"], ["2080102", f"专项业务（一）{figure}", "", figure]]  # fmt: skip
    table = Table(rows, [60, 180, 80, 80], "支出决算表", "单位：万元")
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    assert {entry["row"] for entry in report.info["not_understood"]} == {3}


@pytest.mark.parametrize("both", ["134.56  7", "7  134.56"])
def test_a_figure_beside_a_line_number_is_said(tmp_path: Path, both: str) -> None:
    rows = [["收入", None, None, "支出", None, None], ["项目", "行次", "决算数"] * 2,
            ["一、一般公共预算财政拨款收入", "1", "134.56", "一、外交支出", "31", "134.56"],
            ["本年收入合计", both, "", "本年支出合计", "57", "134.56"]]  # fmt: skip
    table = Table(rows, [140, 60, 60, 120, 40, 60], "收入支出决算总表", "单位：万元")
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    assert report.totals.line_no.dropna().tolist() == [1, 31, 57]
    assert {(entry["row"], entry["col"]) for entry in report.info["not_understood"]} == {(3, 1)}


@pytest.mark.parametrize("total", ["60        总计", "总计      60"])
def test_a_number_beside_a_total_is_said(tmp_path: Path, total: str) -> None:
    rows = [["收入", None, "支出", None], ["项目", "决算数"] * 2,
            ["一、财政拨款收入", "134.56", "一、外交支出", "134.56"], ["总计", "134.56", total, "134.56"]]  # fmt: skip
    table = Table(rows, [140, 60, 160, 60], "收入支出决算总表", "单位：万元")
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    assert [(entry["row"], entry["col"]) for entry in report.info["not_understood"]] == [(3, 2)]


def written_over(path: Path, there: str, text: str) -> None:
    """``text`` written over the one cell that prints ``there``."""
    (cell,) = jscore.read(path, ocr=False).cells.query("text == @there").to_dict("records")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        font = "/F1"  # one of single bytes
        at = f"{(cell['x0'] + cell['x1']) / 2 - 8:.1f} {(cell['y0'] + cell['y1']) / 2 - 3:.1f}"
        shown = text.encode("utf-16-be").hex()
        pdf.pages[0].contents_add(f"BT {font} 9 Tf 1 0 0 1 {at} Tm <{shown}> Tj ET".encode())
        pdf.save(path)


def drawn_in(path: Path, row: int, col: int, *texts: tuple[float, float, float, str]) -> jscore.Report:
    """The report with texts drawn in a cell: how far right of its left border, how high, how large, and what."""
    (cell,) = jscore.read(path, ocr=False).cells.query("row == @row and col == @col").to_dict("records")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for right, high, size, text in texts:
            at = f"{cell['x0'] + right} {(cell['y0'] + cell['y1']) / 2 - 3 + high}"
            pdf.pages[0].contents_add(f"BT /F1 {size} Tf 1 0 0 1 {at} Tm ({text}) Tj ET".encode())
        pdf.save(path)
    return jscore.read(path, ocr=False)


@pytest.mark.parametrize(("code", "over"), [("30203", "18.26"), ("53  30203", "")])
def test_a_figure_over_a_code_or_before_it_is_said(tmp_path: Path, code: str, over: str) -> None:
    rows = [["科目编码", "科目名称", "决算数"] * 2,
            *(["301" + own, "某项支出", "8.79", "302" + own, "某项费用", ""] for own in ("", "01", "02", "03", "99"))]  # fmt: skip
    rows[4][3] = code
    table = Table(rows, [60, 100, 80] * 2, "一般公共预算财政拨款基本支出决算表", "单位：万元")
    path = draw(tmp_path / "x.pdf", [[table]])
    if over:
        written_over(path, code, over)
    report = jscore.read(path, ocr=False)
    assert len(report.economic) == 9
    assert [(entry["row"], entry["col"]) for entry in report.info["not_understood"]] == [(4, 3)]


#: Lines through a figure: from so far right of its left end and above its base to so far right of its right end.
THROUGH = {
    "its first digit": (-1, 3, -20, 3), "its first digits": (-1, 3, -13, 3), "its last digits": (13, 3, 1, 3),
    "rising": (-1, 0, 1, 7), "falling": (-1, 6, 1, 0), "falling over a part": (-3, 9, 2, -1),
}  # fmt: skip


@pytest.mark.parametrize("frame, unit", [("revenue", "元"), ("expenditure", "元"), ("expenditure", "万元")])
@pytest.mark.parametrize("through", THROUGH)
def test_a_figure_that_a_line_strikes_in_part_or_slantwise_is_no_other(
    tmp_path: Path, through: str, frame: str, unit: str
) -> None:
    left, low, right, high = THROUGH[through]

    def struck(canvas: Canvas, x: float, y: float, text: str) -> None:
        text = "3,456.78" if unit == "万元" else text
        canvas.drawRightString(x, y, text)
        canvas.setLineWidth(0.6)
        canvas.line(x - pdfmetrics.stringWidth(text, FONT, 9) + left, y + low, x + right, y + high)

    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, struck, instead=True), ocr=False)
    assert amounts(report, frame)[ROW - 1][AMOUNT] is None
    assert report.info["not_shown"]


@pytest.mark.parametrize("line", [(-60, 0, 60, 9), (-1, -9, 1, -3), (-1, -10, 1, 20)])
def test_a_long_or_steep_line_or_one_below_a_figure_strikes_nothing_out(
    tmp_path: Path, line: tuple[int, int, int, int]
) -> None:
    left, low, right, high = line

    def crossed(canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.line(x - pdfmetrics.stringWidth(text, FONT, 9) + left, y + low, x + right, y + high)

    report = jscore.read(drawn(tmp_path / "x.pdf", "expenditure", "万元", crossed), ocr=False)
    assert amounts(report, "expenditure") == printed("万元")


@pytest.mark.parametrize("aside, wide", [(8.1, 2.5), (0.9, 2.4)], ids=["the point", "a digit"])
def test_a_narrow_white_bar_over_a_part_of_a_figure_erases_it(tmp_path: Path, aside: float, wide: float) -> None:
    def erased(canvas: Canvas, x: float, y: float, _: str) -> None:
        canvas.setFillGray(1)
        canvas.rect(x - aside - wide, y - 0.5, wide, 9, stroke=0, fill=1)
        canvas.setFillGray(0)

    report = jscore.read(drawn(tmp_path / "x.pdf", "expenditure", "万元", erased), ocr=False)
    assert amounts(report, "expenditure")[ROW - 1][AMOUNT] is None and report.info["unread"]


@pytest.mark.parametrize("frame, unit", [("revenue", "元"), ("expenditure", "万元")])
@pytest.mark.parametrize("high", [3.4, 4.5, 5.8])
def test_a_flat_white_bar_erases_and_strikes_nothing_out(tmp_path: Path, high: float, frame: str, unit: str) -> None:
    def rewritten(canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.drawRightString(x, y, "99887.7")
        canvas.setFillGray(1)
        canvas.rect(x - 72, y + 3 - high / 2, 74, high, stroke=0, fill=1)
        canvas.setFillGray(0)
        canvas.drawRightString(x, y, text)

    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, rewritten, instead=True), ocr=False)
    assert amounts(report, frame) == printed(unit)
    assert [text["why"] for text in report.info["not_shown"]] == ["被遮盖"]


def struck_with_its_mark(canvas: Canvas, x: float, y: float, text: str) -> None:
    """A line through a figure, whose footnote's mark stands higher and further right."""
    raised_mark(canvas, x - 4, y, text)
    canvas.line(x - 4 - pdfmetrics.stringWidth(text, FONT, 9), y + 3.2, x - 4, y + 3.2)


def struck_through_the_cell(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.drawRightString(x, y, text)
    canvas.line(x - 70, y + 3.2, x, y + 3.2)


def raised_mark(canvas: Canvas, x: float, y: float, text: str, size: float = 5) -> None:
    canvas.drawRightString(x, y, text)
    canvas.setFont(FONT, size)
    canvas.drawString(x + 0.3, y + 3.6, "1")


def mark_without_its_figure(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.setFont(FONT, 5)
    canvas.drawRightString(x, y + 3.6, "12")


#: What is in the report instead of the figure: nothing.
GONE = (struck_with_its_mark, struck_through_the_cell, mark_without_its_figure)


@pytest.mark.parametrize("frame, unit", [("revenue", "元"), ("expenditure", "万元")])
@pytest.mark.parametrize("plant", GONE)
def test_a_mark_whose_figure_is_struck_or_gone_is_no_figure(
    tmp_path: Path, plant: Plant, frame: str, unit: str
) -> None:
    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, plant, instead=True), ocr=False)
    assert amounts(report, frame)[ROW - 1][AMOUNT] is None
    assert report.info["unread"] or "已划去" in [text["why"] for text in report.info["not_shown"]]


@pytest.mark.parametrize("frame, unit", [("revenue", "元"), ("expenditure", "万元")])
def test_a_figure_that_a_line_ends_within_is_unread(tmp_path: Path, frame: str, unit: str) -> None:
    def struck(canvas: Canvas, x: float, y: float, text: str, over: int = 3) -> None:
        left = x - pdfmetrics.stringWidth(text, FONT, 9)
        canvas.drawRightString(x, y, text)
        canvas.line(left - 2, y + 3.2, left + pdfmetrics.stringWidth(text[:over], FONT, 9), y + 3.2)

    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, struck, instead=True), ocr=False)
    assert amounts(report, frame)[ROW - 1][AMOUNT] is None and report.info["unread"]


@pytest.mark.parametrize(
    "frame, unit, size, aside", [("revenue", "元", 8, 2), ("revenue", "元", 9, 24), ("expenditure", "万元", 9, 2)]
)
def test_the_number_of_the_page_level_with_the_last_row_is_no_amount(
    tmp_path: Path, frame: str, unit: str, size: float, aside: float
) -> None:
    """In other digits than the row's, at another place than the column's figures, or without their decimals."""

    def page_number(canvas: Canvas, x: float, y: float, _: str) -> None:
        canvas.setFont(FONT, size)
        canvas.drawRightString(x + 2 - aside, y, "64")

    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, page_number, instead=True), ocr=False)
    assert amounts(report, frame)[ROW - 1][AMOUNT] is None and report.info["unread"]


@pytest.mark.parametrize("old, is_read", [("7.25", True), ("72", False)])
def test_the_figure_set_against_the_old_one_is_read_where_both_are_no_single_one(
    tmp_path: Path, old: str, is_read: bool
) -> None:
    def corrected(canvas: Canvas, x: float, y: float, text: str) -> None:
        right = x - pdfmetrics.stringWidth(text, FONT, 9)
        canvas.drawRightString(right, y, old)
        canvas.drawRightString(x, y, text)
        canvas.line(right - pdfmetrics.stringWidth(old, FONT, 9), y + 3.2, right, y + 3.2)

    report = jscore.read(drawn(tmp_path / "x.pdf", "expenditure", "万元", corrected, instead=True), ocr=False)
    assert (amounts(report, "expenditure") == printed("万元")) is is_read
    assert bool(report.info["unread"]) is not is_read


@pytest.mark.parametrize("frame, unit", [("revenue", "元"), ("expenditure", "万元")])
def test_a_raised_mark_over_the_border_is_of_the_figure_before_it(tmp_path: Path, frame: str, unit: str) -> None:
    def into_the_next(canvas: Canvas, _: float, y: float, __: str) -> None:
        raised_mark(canvas, right_of(AMOUNT - 1) + 5, y, AMOUNTS[unit][ROW - 1][AMOUNT - 1], size=8)

    path = drawn(tmp_path / "x.pdf", frame, unit, into_the_next, instead=True)
    assert amounts(jscore.read(path, ocr=False), frame)[ROW - 1][AMOUNT] is None


@pytest.mark.parametrize("frame, unit", [("revenue", "元"), ("expenditure", "万元")])
def test_a_figure_over_a_name_leaves_the_name_whole(tmp_path: Path, frame: str, unit: str) -> None:
    def over_the_name(canvas: Canvas, _: float, y: float, text: str) -> None:
        canvas.drawString(141.5, y, text)

    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, over_the_name, instead=True), ocr=False)
    assert report.frames[frame]["function_name"].iloc[-1].startswith("行政单位离退休")
    assert [entry["row"] for entry in report.info["not_understood"]] == [4]


@pytest.mark.parametrize("unit", ["元", "万元"])
def test_a_large_figure_over_light_text_is_no_watermark(tmp_path: Path, unit: str) -> None:
    def large(canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.setFillGray(0.8)
        for dy in (-3, 4, 9):
            canvas.drawRightString(x, y + dy, "张三 0412")
        canvas.setFillGray(0)
        canvas.setFont(FONT, 18)
        canvas.drawRightString(x, y - 3, text)

    report = jscore.read(drawn(tmp_path / "x.pdf", "revenue", unit, large, instead=True), ocr=False)
    assert amounts(report, "revenue")[ROW - 1][AMOUNT] in (None, printed(unit)[ROW - 1][AMOUNT])
    assert as_printed_or_said(report, "revenue", unit)


def over_the_edge(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.drawString(x - 4, y, text)


@pytest.mark.parametrize("how, frame, unit", EACH[:2])
def test_a_figure_over_the_edge_of_the_table_is_whole_or_said(tmp_path: Path, how: str, frame: str, unit: str) -> None:
    path = set_as(drawn(tmp_path / "x.pdf", frame, unit, over_the_edge, instead=True), how)
    assert as_printed_or_said(jscore.read(path, ocr=False), frame, unit)


def evaluated(target_unit: str, reason: str, points: tuple[str, str] = ("90", "60")) -> Table:
    """A project's form with one indicator."""
    rows = [
        ["项目名称", None, "某项目", *[None] * 6],
        ["项目资金\n（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分", ""],
        ["", "年度资金总额", "100", "120", "90", "10", "75%", "7.5", ""],
        ["一级指标", "二级指标", "三级指标", "指标值", "计量单位", "实际完成值", "分值", "得分", "原因"],
        ["产出指标", "数量指标", "办事数", "10", target_unit, "13", *points, reason],
        ["总分", *[None] * 5, "100", "67.5", ""],
    ]
    return Table(rows, [58] * 9, "项目支出绩效自评表", left=40, heights={4: 26})


@pytest.mark.parametrize("there, text", [("万元/人", "24.96"), ("13", "96"), ("13", "6.1"), ("13", "   75.02")])
def test_two_texts_in_a_self_evaluation_are_said(tmp_path: Path, there: str, text: str) -> None:
    path = draw(tmp_path / "x.pdf", [[evaluated("万元/人", "人手不足")]])
    written_over(path, there, text)
    assert [entry["row"] for entry in jscore.read(path, ocr=False).info["doubtful"]] == [4]


@pytest.mark.parametrize(("words", "at"), [("人手不足，\n增加人员", 0), ("人手\n不足", -1.5), ("人手\n不足", 1)])
def test_a_figure_between_lines_of_words_is_said(tmp_path: Path, words: str, at: float) -> None:
    path = draw(tmp_path / "x.pdf", [[evaluated("件", words)]])
    assert not jscore.read(path, ocr=False).info["doubtful"]
    report = drawn_in(path, 4, 8, (3, at, 8, "44.83"))
    assert [(entry["row"], entry["col"]) for entry in report.info["doubtful"]] == [(4, 8)]


@pytest.mark.parametrize("digits", ["321", "4321"])
def test_a_digit_drawn_over_another_of_few_is_said(tmp_path: Path, digits: str) -> None:
    """Over most of the one before it, so that the usual distance of so few digits is an overlap, too."""
    path = draw(tmp_path / "x.pdf", [[evaluated("件", "")]])
    apart = [0, 1.04, *(5.0 * k for k in range(1, len(digits) - 1))]
    report = drawn_in(path, 4, 8, *((8 + x, 0, 9, digit) for x, digit in zip(apart, digits, strict=True)))
    assert digits not in set(report.cells["text"])
    assert [(entry["row"], entry["col"]) for entry in report.info["doubtful"]] == [(4, 8)]


def spending(code: str) -> Table:
    rows = [["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"],
            ["201", "一般公共服务支出", "8.79", "8.79", "0.00"], [code, "住房保障支出", "5.00", "2.00", "3.00"]]  # fmt: skip
    return Table(rows, [70, 120, 80, 80, 80], "支出决算表", "单位：万元")


def sentences_of(path: Path, plant: Callable[[Canvas, float, float], None]) -> jscore.Report:
    """A report whose prose states an income and its parts; ``plant`` draws at the first part's amount."""
    draw(
        path,
        [
            [
                Table(
                    [["科目编码", "科目名称", "决算数"], ["201", "某项支出", "8.79"]],
                    [80, 100, 90],
                    "支出决算表",
                    "单位：万元",
                )
            ]
        ],
    )
    layer = path.with_name("prose.pdf")
    canvas = Canvas(str(layer))
    canvas.setFont(FONT, 9)
    canvas.drawString(60, 720, "第三部分 情况说明")
    canvas.drawString(60, 700, "二、收入决算情况说明")
    first = "本年收入合计 3554.44 万元，其中：财政拨款收入 "
    canvas.drawString(60, 680, first + "3524.14 万元，占 99.15%；事业收入 30.30 万元，占 0.85%。")
    plant(canvas, 60 + pdfmetrics.stringWidth(first, FONT, 9), 680)
    canvas.save()
    with pikepdf.open(path, allow_overwriting_input=True) as pdf, pikepdf.open(layer) as prose:
        pdf.pages.extend(prose.pages)
        pdf.save(path)
    return jscore.read(path, ocr=False)


def digit_in_a_sentence(canvas: Canvas, x: float, y: float) -> None:
    canvas.drawString(x + 6, y, "8")


def half_a_sentence_s_figure(canvas: Canvas, x: float, y: float) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(x + 16, y - 2, 16, 10, stroke=0, fill=1)


def no_figure_in_a_sentence(canvas: Canvas, x: float, y: float) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(x - 1, y - 2, 33, 10, stroke=0, fill=1)


def figure_and_a_bit_of_the_word_before_it(canvas: Canvas, x: float, y: float) -> None:
    blank = pdfmetrics.stringWidth(" ", FONT, 9)
    canvas.line(x - blank - 4, y + 3, x + pdfmetrics.stringWidth("3524.14", FONT, 9), y + 3)


@pytest.mark.parametrize(
    "plant",
    [
        digit_in_a_sentence,
        half_a_sentence_s_figure,
        no_figure_in_a_sentence,
        figure_and_a_bit_of_the_word_before_it,
    ],
)
def test_a_figure_of_a_sentence_that_nobody_can_read_is_missing_and_said(
    tmp_path: Path, plant: Callable[[Canvas, float, float], None]
) -> None:
    report = sentences_of(tmp_path / "x.pdf", plant)
    facts = report.narrative
    told = {(row["subject"].split(" > ")[-1], row["measure"]): row["value"] for row in facts.to_dict("records")}
    assert told == {
        ("本年收入合计", "amount"): 3554.44, ("财政拨款收入", "share"): 0.9915,
        ("事业收入", "amount"): 30.30, ("事业收入", "share"): 0.0085,
    }  # fmt: skip
    assert report.info["homeless"] or report.info["not_shown"]


@needs_shared
def test_a_struck_share_takes_no_words_of_the_line_above(tmp_path: Path) -> None:
    page = planting.page_of(REPORTS / "real" / "putuo-finance-2024.pdf", (19, 20), 1, tmp_path, 0)
    assert page
    figure = next(figure for figure, _ in page.prose if figure.text.startswith("98.20"))
    planted = planting._lined(page, figure, figure.box[0] - 1, figure.box[2] + 11)
    reading = planting.read(planted.data, tmp_path)
    assert [entry["text"].strip() for entry in reading.info["not_shown"]] == ["98.20%"]


@pytest.mark.parametrize("over", [4, 7, 12])
def test_a_figure_over_the_word_before_it_is_said(tmp_path: Path, over: float) -> None:
    def plant(canvas: Canvas, x: float, y: float) -> None:
        no_figure_in_a_sentence(canvas, x, y)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.drawString(x - pdfmetrics.stringWidth(" ", FONT, 9) - over, y, "17829.36")

    report = sentences_of(tmp_path / "x.pdf", plant)
    assert set(report.narrative["value"]) <= {3554.44, 0.9915, 30.30, 0.0085}
    assert any("�" in entry["text"] for entry in report.info["homeless"])


def test_a_digit_over_a_code_leaves_no_code(tmp_path: Path) -> None:
    path = draw(tmp_path / "x.pdf", [[spending("221")]])
    (cell,) = jscore.read(path, ocr=False).cells.query("text == '221'").to_dict("records")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        font = "/F1"  # one of single bytes
        pdf.pages[0].contents_add(f"BT {font} 9 Tf 1 0 0 1 {cell['x0'] + 11.6} {cell['y0'] + 6} Tm (6) Tj ET".encode())
        pdf.save(path)
    report = jscore.read(path, ocr=False)
    assert set(report.expenditure["function_code"]) == {"201"}
    assert {entry["row"] for entry in report.info["unread"]} == {2}


FOOT = ("指标自评得分小计", "90", "预算执行率得分", "10", "减分项", "2", "绩效自评总得分", "98")


def form(path: Path, actual: str, foot: Sequence[str | None]) -> jscore.Report:
    """A report of one project with one indicator."""
    return jscore.read(form_drawn(path, actual, foot), ocr=False)


def form_drawn(path: Path, actual: str, foot: Sequence[str | None]) -> Path:
    """The file of a report of one project with one indicator."""
    rows = [
        ["项目名称", None, "某项目", *[None] * 5],
        ["项目预算金额（万元）", "100", "全年执行数（万元）", "90", "执行率", "90%", "", None],
        ["一级指标", "二级指标", "三级指标", "指标值", "计量单位", "全年完成值", "分值", "得分"],
        ["产出指标", "数量指标", "办事数", "10", "件", actual, "90", "90"],
        foot,
    ]
    title = "预算项目（政策）绩效自评表"
    return draw(path, [[Table(rows, [100] * 8, title)]], (900, 842))


@pytest.mark.parametrize("blank", [0, 2, 4])
def test_a_foot_of_a_form_without_one_of_its_labels(tmp_path: Path, blank: int) -> None:
    report = form(tmp_path / "x.pdf", "13", [*FOOT[:blank], "", *FOOT[blank + 1 :]])
    due = dict(zip(("indicator_subtotal", "execution_score", "deduction", "total_score"), (90, 10, 2, 98), strict=True))
    record = report.projects.iloc[0]
    lost = {figure for name, figure in due.items() if pd.isna(record[name])}
    assert lost and all(record[name] == figure for name, figure in due.items() if figure not in lost)
    assert lost <= {float(e["text"]) for name in ("unread", "not_understood") for e in report.info[name]}


@pytest.mark.parametrize(("label", "said"), [("减分项90", True), ("减分项1", False), ("10.减分项", False)])
def test_a_figure_at_a_label_is_said_though_the_label_has_its_value(tmp_path: Path, label: str, said: bool) -> None:
    report = form(tmp_path / "x.pdf", "13", ["指标自评得分小计", "", *FOOT[2:4], label, *FOOT[5:]])
    assert report.projects["deduction"].tolist() == [2]
    assert [entry["text"] for entry in report.info["not_understood"]] == [label] * said


@pytest.mark.parametrize("label", ["减90分项", "减5分%项"])
def test_a_figure_among_the_words_of_a_label_is_said_as_is_the_value(tmp_path: Path, label: str) -> None:
    report = form(tmp_path / "x.pdf", "13", ["指标自评得分小计", "90", *FOOT[2:4], label, *FOOT[5:]])
    said = {entry["text"] for name in ("unread", "not_understood") for entry in report.info[name]}
    assert report.projects["deduction"].isna().all() and said >= {label, "2"}


@pytest.mark.parametrize(
    "foot", [["", *[None] * 6, "98"], ["", "", "", "", "", "", "", "98"], ["", *[None] * 5, "100", "98"]]
)
def test_a_total_without_its_label_is_no_indicator(tmp_path: Path, foot: list[str | None]) -> None:
    report = form(tmp_path / "x.pdf", "13", foot)
    assert list(report.indicators["level3"]) == ["办事数"] and report.projects["total_score"].isna().all()
    said = {entry["text"] for name in ("unread", "not_understood") for entry in report.info[name]}
    assert said >= {text for text in foot if text}


@pytest.mark.parametrize(
    ("actual", "doubtful"),
    [
        ("13件", False),
        ("13件   15", True),
        ("≥13件   15", True),
        ("13件15", True),
        ("3比13", False),
        ("13 件", False),
        ("92%   10", True),
        ("92%10", True),
        ("92%", False),
        ("100%-80%", False),
    ],
)
def test_a_number_behind_a_figure_with_its_unit_is_said(tmp_path: Path, actual: str, doubtful: bool) -> None:
    report = form(tmp_path / "x.pdf", actual, FOOT)
    assert [entry["col"] for entry in report.info["doubtful"]] == [5] * doubtful


@pytest.mark.parametrize(
    ("gap", "lower", "size", "other", "one"),
    [
        (0, 0, 9, "49", True), (1.3, 0, 9, "49", True), (0, 0.2, 9, "49", True), (0, 0, 9, "13", True),
        (0, 0.5, 9, "49", False), (0, -0.5, 9, "49", False), (0, 0, 8.2, "13", False), (0, 0, 9.9, "31", False),
    ],
)  # fmt: skip
def test_a_number_in_another_size_or_on_another_line_is_another(
    tmp_path: Path, gap: float, lower: float, size: float, other: str, one: bool
) -> None:
    form_drawn(tmp_path / "x.pdf", "13", [*FOOT[:5], "", *FOOT[6:]])
    report = drawn_in(tmp_path / "x.pdf", 4, 5, (30, 0, 9, "31"), (40 + gap, -lower, size, other))
    deduction = report.projects["deduction"].iloc[0]
    assert deduction == float("31" + other) if one else pd.isna(deduction)
    assert [entry["col"] for entry in report.info["unread"]] == ([] if one else [5])


@needs_shared
def test_a_number_as_wide_in_a_font_with_higher_boxes_is_no_small_print(tmp_path: Path) -> None:
    page = planting.page_of(REPORTS / "world" / "hubei-projects.pdf", (6, 7), 0, tmp_path, 0)
    assert page
    score = next(figure for figure in page.figures if figure.text == "20")

    def beside(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 7.25)
        canvas.drawString(score.box[0] - 24, score.box[1], "28.04")

    reading = planting.read(planting.overlaid(page, beside), tmp_path)
    assert [entry["text"] for entry in reading.info["unread"]] == ["28.04\u200320"]


def test_a_number_drawn_later_in_another_size_is_another(tmp_path: Path) -> None:
    form_drawn(tmp_path / "x.pdf", "13", [*FOOT[:5], "", *FOOT[6:]])
    report = drawn_in(tmp_path / "x.pdf", 4, 5, (40, 0, 10, "35.94"), (0, 200, 9, "a"), (30, 0, 9, "10"))
    assert pd.isna(report.projects["deduction"].iloc[0])
    assert [entry["col"] for entry in report.info["unread"]] == [5]


@pytest.mark.parametrize("size", [6.6, 7.4])
def test_a_small_raised_figure_over_another_is_no_mark_of_it(tmp_path: Path, size: float) -> None:
    form_drawn(tmp_path / "x.pdf", "13", [*FOOT[:5], "", *FOOT[6:]])
    report = drawn_in(tmp_path / "x.pdf", 4, 5, (30, 2.3, size, "10"), (30, 0, 9, "33"))
    assert pd.isna(report.projects["deduction"].iloc[0])
    assert [entry["col"] for entry in report.info["unread"]] == [5]


@pytest.mark.parametrize(("end", "text"), [(1.3, "17.45"), (4.4, "17.45"), (1.3, "17.4")])
def test_a_figure_over_the_border_gives_no_digit_to_the_one_before(tmp_path: Path, end: float, text: str) -> None:
    path = draw(tmp_path / "x.pdf", [[evaluated("件", "", ("", ""))]])
    report = drawn_in(path, 4, 6, (58 - end - 12.6, 0, 9, "1.8"), (58 - end, -0.6, 9, text))
    assert report.indicators[["weight", "score"]].values.tolist() == [[1.8, float(text)]]


def test_the_digits_of_a_figure_over_a_border_are_no_parts_of_a_code(tmp_path: Path) -> None:
    heads = ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "事业收入", "其他收入"]
    rows = [["合计", None, "30000", "20001", "", ""], ["221", "住房保障支出", "30000", "20001", "", "3456"]]
    table = Table([heads, *rows], [60, 100, 80, 80, 80, 80], "收入决算表", "单位：元", figures_right=True)
    report = drawn_in(draw(tmp_path / "x.pdf", [[table]]), 2, 5, (-9, 0, 9, "9999"))
    read = report.revenue[report.revenue["function_code"] == "221"].set_index("source")["amount"]
    assert pd.isna(read["事业收入"]) and read["其他收入"] == 0.3456 and report.info["unread"]


@needs_shared
@pytest.mark.parametrize("text", ["352.50", "72.86%"])
def test_an_amount_behind_the_words_of_a_task_is_said(tmp_path: Path, text: str) -> None:
    page = planting.page_of(REPORTS / "world" / "overall-yunnan.pdf", (1, 2), 1, tmp_path, 0)
    assert page
    figure = next(figure for figure in page.figures if figure.text == text)
    word = next(word for word in page.words if word.text == "本级" and word.spot[:2] == figure.spot[:2])
    planted = planting._moved(page, figure, word.box[2] - figure.box[0], 0)
    reading = planting.read(planted.data, tmp_path)
    assert [entry["text"] for entry in reading.info["not_understood"]] == [f"本级{text}"]


def test_a_figure_over_a_label_is_said(tmp_path: Path) -> None:
    form_drawn(tmp_path / "x.pdf", "13", [*FOOT[:4], *FOOT[6:], FOOT[4], ""])
    report = drawn_in(tmp_path / "x.pdf", 4, 6, (22, 0, 8, "0"))
    assert [entry["col"] for entry in report.info["doubtful"]] == [6]
    assert pd.isna(report.projects["deduction"].iloc[0])


@pytest.mark.parametrize(
    ("last", "first", "rows"),
    [
        (("甲项", "10", "13", "1   6.8", "", "6.8"), ("乙项", "9", "9", "100%", "2.5", "2.5"), ["甲项", "乙项"]),
        (("甲项", "10", "13", "", "", ""), ("乙项", "9", "9", "100%", "12.5", "2"), ["甲项", "乙项"]),
        (("甲项", "10", "13", "100%", "2.5", "2.5"), ("乙项", "好", "好", "100%", "", "2.5   2.5"), ["甲项", "乙项"]),
        (("甲项", "10", "13", "1", "2.5", "2.5"), ("乙项", "好", "好", "1", "", "2.5   2.5"), ["甲项", "乙项"]),
        (("甲项", "10", "13", "1", "2.5", "2.5"), ("乙项", "发挥作用", "基本达成", "", "", ""), ["甲项", "乙项"]),
        (("甲项", "10", "13", "1", "2.5", "2.5"), ("的后半", "万元/人", "", "", "", ""), ["甲项的后半"]),
        (("甲", "", "", "", "", ""), ("项", "9", "9", "100%", "2.5", "2.5"), ["甲项"]),
        (("甲", "1,0", "1,0", "10", "12.", "12."), ("项", "00", "00", "0%", "5", "5"), ["甲项"]),
    ],
)
def test_a_row_at_the_end_of_a_page_that_lost_its_points_is_no_half(
    tmp_path: Path, last: Sequence[str], first: Sequence[str], rows: list[str]
) -> None:
    head = [
        ["项目名称", None, "某项目", *[None] * 5],
        ["项目预算金额（万元）", "100", "全年执行数（万元）", "90", "执行率", "90%", "", None],
        ["一级指标", "二级指标", "三级指标", "指标值", "全年完成值", "完成程度", "分值", "得分"],
        ["产出指标", "数量指标", *last],
    ]
    rest = [["", "", *first], [*FOOT]]
    pages = [[Table(head, [100] * 8, "预算项目（政策）绩效自评表")], [Table(rest, [100] * 8)]]
    report = jscore.read(draw(tmp_path / "x.pdf", pages, (900, 842)), ocr=False)
    assert list(report.indicators["level3"]) == rows


@pytest.mark.parametrize(
    "label",
    [
        "10预算执行率得分",
        "预算执行1率得0分",
        "10预.7算执行率得分",
        "预算执行率得分 5.4",
        "预算执行率得分 0",
        "执行率得分10",
    ],
)
def test_a_figure_in_the_cell_of_a_label_is_said(tmp_path: Path, label: str) -> None:
    report = form(tmp_path / "x.pdf", "13", [*FOOT[:2], label, "", *FOOT[4:]])
    record = report.projects.iloc[0]
    assert (record["indicator_subtotal"], record["deduction"], record["total_score"]) == (90, 2, 98)
    assert label.replace(" ", "") in {entry["text"].replace(" ", "") for entry in report.info["not_understood"]}


@pytest.mark.parametrize(("number", "reason"), [("52", "人手不足"), ("7.45", "")])
def test_a_number_in_the_column_of_a_cause_is_said(tmp_path: Path, number: str, reason: str) -> None:
    rows = [
        ["项目名称", None, "某项目", *[None] * 6],
        ["项目预算金额（万元）", "100", "全年执行数（万元）", "90", "执行率", "90%", "", None, None],
        ["一级指标", "二级指标", "三级指标", "指标值", "全年完成值", "得分", "经费保障", "其他", "原因说明"],
        ["产出指标", "数量指标", "办事数", "10", "13", "90", number, "√", reason],
        [*FOOT, ""],
    ]
    path = draw(tmp_path / "x.pdf", [[Table(rows, [90] * 9, "预算项目（政策）绩效自评表")]], (900, 842))
    report = jscore.read(path, ocr=False)
    assert [entry["text"] for entry in report.info["doubtful"]] == [number]
    assert report.indicators["cause"].tolist() == ["其他"]


def test_the_unit_of_one_column_is_not_the_others(tmp_path: Path) -> None:
    items = ("合计", "因公出国（境）费", "公务接待费", "公务用车购置及运行费")
    rows = [["项目", "预算数", "决算数（元）"], *([item, "46.00", "430,600.00"] for item in items)]
    path = draw(tmp_path / "x.pdf", [[Table(rows, [120, 90, 90], "财政拨款“三公”经费支出决算表")]])
    report = jscore.read(path, ocr=False)
    assert report.sangong["final"].tolist() == [43.06] * 4 and report.sangong["budget"].tolist() == [46] * 4
    assert any("未印金额单位" in warning for warning in report.info["warnings"])


@pytest.mark.parametrize("heading", ["4", "", "情况"])
def test_figures_whose_heading_is_not_legible_beside_the_final_ones_are_not_final(tmp_path: Path, heading: str) -> None:
    items = ["合计", "因公出国（境）费", "公务用车购置及运行费", "公务接待费"]
    rows = [[heading, *[None] * 3, "决算数", *[None] * 3], items * 2,
            ["9.50", "1.50", "5.00", "3.00", "8.25", "1.25", "4.00", "3.00"]]  # fmt: skip
    table = Table(rows, [65] * 8, "财政拨款“三公”经费支出决算表", "单位：万元", left=35)
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    assert report.sangong["final"].tolist() == [8.25, 1.25, 4, 3] and report.sangong["budget"].isna().all()
    assert {entry["text"] for entry in report.info["not_understood"]} >= {"9.50", "1.50", "5.00"}


def test_the_zero_beside_an_amount_that_is_not_there_is_not_the_line_s(tmp_path: Path) -> None:
    rows = [["科目编码", "科目名称", "合计", "人员经费", "公用经费"],
            ["302", "商品和服务支出", "30.00", "0.00", "30.00"], ["30202", "印刷费", "30.00", "0.00", ""]]  # fmt: skip
    table = Table(rows, [70, 120, 70, 70, 70], "一般公共预算财政拨款基本支出决算表", "单位：万元")
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    assert report.economic["group"].tolist() == ["公用经费", "公用经费"]
    assert pd.isna(report.economic["amount"][1])


def test_a_figure_beside_the_other_group_s_zero_is_said(tmp_path: Path) -> None:
    rows = [["科目编码", "科目名称", "合计", "人员经费", "公用经费"],
            ["301", "工资福利支出", "30.00", "30.00", "0.00"], ["30101", "基本工资", "30.00", "30.00", "4.32 0.00"]]  # fmt: skip
    table = Table(rows, [70, 120, 70, 70, 70], "一般公共预算财政拨款基本支出决算表", "单位：万元")
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    assert report.economic["amount"].tolist() == [30, 30]
    assert [entry["text"] for entry in report.info["not_understood"]] == ["4.32 0.00"]


@pytest.mark.parametrize("ruling", ["frame", "rows", "none"])
@pytest.mark.parametrize("blank", [3, 5])
def test_amounts_without_their_heading_are_not_the_next_column_s(
    tmp_path: Path, blank: int, ruling: Literal["frame", "rows", "none"]
) -> None:
    heads = ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "事业收入", "其他收入"]
    rows = [["201", "一般公共服务支出", "234.56", "200.00", "", "34.56"], ["20101", "人大事务", "234.56", "200.00", "", "34.56"],
            ["2010101", "行政运行", "234.56", "200.00", "", "34.56"]]  # fmt: skip
    rows = [[*heads[:blank], "", *heads[blank + 1 :]], *rows]
    table = Table(rows, [70, 100, 90, 90, 90, 90], "收入决算表", "单位：万元", ruling=ruling, left=30)
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    due = {"本年收入合计": 234.56, "财政拨款收入": 200.0, "其他收入": 34.56}
    lost = due.pop(heads[blank])
    read = report.revenue.dropna(subset=["amount"])
    assert all(due.get(source) == amount for source, amount in zip(read["source"], read["amount"], strict=True))
    named = [entry["text"] for name in ("unread", "not_understood") for entry in report.info[name]]
    assert named.count(f"{lost:.2f}") == 3 or report.info["unknown_tables"]


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize(
    ("heads", "unruled", "blank"),
    [
        (("合计", "基本支出", "项目支出", "经营支出"), {3, 5}, 4),
        (("合计", "基本支出", "经营支出", "项目支出"), {3, 5}, 5),
        (("合计", "经营支出", "基本支出", "项目支出"), {3, 4, 5}, 4),
        (("合计", "基本支出", "项目支出"), {4}, 3),
        (("合计", "基本支出", "上缴上级支出", "经营支出", "项目支出"), {3, 5}, 6),
    ],
)
def test_amounts_without_their_heading_where_some_rules_are_missing(
    tmp_path: Path, heads: tuple[str, ...], unruled: set[int], blank: int, right: bool
) -> None:
    printed = {"合计": 23456, "基本支出": 20000, "项目支出": 3456}
    lost = printed[heads[blank - 2]]
    due = {(head, amount / 1e4) for head, amount in printed.items() if amount != lost} | {("合计", 2.0)}
    figures = [str(printed.get(head, "")) for head in heads]
    without = [str(20000 if head in ("合计", "基本支出") else "") for head in heads]
    rows = [["科目编码", "科目名称", *heads], ["201", "一般公共服务支出", *figures], ["20101", "人大事务", *without],
            ["2010101", "行政运行", *without], ["2010102", "机关服务", *figures]]  # fmt: skip
    rows[0][blank] = ""
    table = Table(rows, [60, 100, *[75] * len(heads)], "支出决算表", "单位：元", left=20, figures_right=right, unruled=frozenset(unruled))  # fmt: skip
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    read = report.expenditure.dropna(subset=["amount"])
    assert set(zip(read["component"], read["amount"], strict=True)) <= due
    named = [entry["text"] for name in ("unread", "not_understood") for entry in report.info[name]]
    assert sum(str(lost) in text for text in named) >= 2 or report.info["unknown_tables"]


@pytest.mark.parametrize("blank", ["行次", "合计"])
def test_line_numbers_under_a_blank_heading_are_no_amounts(tmp_path: Path, blank: str) -> None:
    heads = ["项目", "行次", "决算数", "项目", "行次", "合计", "一般公共预算财政拨款"]
    heads[heads.index(blank, 4)] = ""
    rows = [["收入", None, None, "支出", None, None, None], heads,
            ["一、一般公共预算财政拨款", "1", "234.56", "一、一般公共服务支出", "30", "200.00", "200.00"],
            ["", "2", "", "二、外交支出", "31", "34.56", "34.56"], ["本年收入合计", "3", "234.56", "本年支出合计", "32", "234.56", "234.56"]]  # fmt: skip
    table = Table(rows, [110, 30, 60, 110, 30, 60, 110], "财政拨款收入支出决算总表", "单位：万元", left=20)
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    assert not report.totals["amount"].isin([30, 31, 32]).any()
    spent = report.totals[report.totals["side"] == "支出"]
    assert set(spent["fund"]) == {"一般公共预算财政拨款", "合计"} - {blank}


def scanned(path: Path, plant: Plant, tilt: float = 0.0) -> jscore.Report:
    """The report of a page that is a picture with an invisible text layer, over which ``plant`` draws.

    Of one that is tilted (radians) no rules are drawn.
    """
    drawn(path, "revenue", "万元")
    with pdfium.PdfDocument(path) as document:
        picture = document[0].render(scale=1.5).to_pil()
    under, over = path.with_name("under.pdf"), path.with_name("over.pdf")
    canvas = Canvas(str(under), pagesize=(595, 842))
    canvas.drawInlineImage(picture, 0, 0, 595, 842)
    canvas.showPage()
    canvas.save()
    canvas = Canvas(str(over), pagesize=(595, 842))
    plant(canvas, right_of(AMOUNT), base_of(ROW), "")
    canvas.showPage()
    canvas.save()
    with (
        pikepdf.open(path, allow_overwriting_input=True) as pdf,
        pikepdf.open(under) as below,
        pikepdf.open(over) as top,
    ):
        page = pdf.pages[0]
        layer = page.Contents.read_bytes().replace(b"BT ", b"BT 3 Tr ")
        if tilt:
            layer = f"1 {tilt} {-tilt} 1 0 0 cm\n".encode() + layer.replace(b" l S", b" l n")
        page.Contents = pdf.make_stream(layer)
        page.add_underlay(below.pages[0])
        page.add_overlay(top.pages[0])
        pdf.save(path)
    return jscore.read(path, ocr=False)


def white_over_the_picture(canvas: Canvas, x: float, y: float, _: str) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(x - 60, y - 2, 61, 11, stroke=0, fill=1)


def test_what_is_laid_over_a_scan_hides_its_text_layer(tmp_path: Path) -> None:
    assert amounts(scanned(tmp_path / "x.pdf", lambda *_: None), "revenue") == printed("万元")
    report = scanned(tmp_path / "y.pdf", white_over_the_picture)
    want = printed("万元")
    want[ROW - 1][AMOUNT] = None
    assert amounts(report, "revenue") == want
    assert [entry["text"] for entry in report.info["not_shown"]] == [AMOUNTS["万元"][ROW - 1][AMOUNT]]


def test_a_line_through_a_row_of_a_tilted_scan_strikes_the_figures_out_that_it_meets(tmp_path: Path) -> None:
    def plant(canvas: Canvas, x: float, y: float, _: str) -> None:
        level = y + 0.01 * x + 0.7  # at the foot of the last
        canvas.line(EDGES[AMOUNT] + 40, level, x, level)

    report = scanned(tmp_path / "x.pdf", plant, 0.01)
    assert {"1,034.56", "1,000.00"} <= {*report.info["not_shown"][0]["text"].split()}


@pytest.mark.parametrize("text", ["6.20", "1,200.00", "345678"])
@pytest.mark.parametrize("aside", [-1, 0, 1])
def test_a_figure_halfway_over_a_border_is_said(tmp_path: Path, text: str, aside: float) -> None:
    heads = ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "事业收入", "其他收入"]
    rows = [["合计", None, "200.00", "200.00", "", ""], ["221", "住房保障支出", "200.00", "200.00", "", ""]]
    table = Table([heads, *rows], [60, 100, 60, 60, 60, 60], "收入决算表", "单位：万元", figures_right=True)
    path = draw(tmp_path / "x.pdf", [[table]])
    report = drawn_in(path, 2, 4, (60 - pdfmetrics.stringWidth(text, FONT, 9) / 2 + aside / 5, 0, 9, text))
    read = report.revenue[report.revenue["function_code"] == "221"].set_index("source")["amount"]
    assert read[["事业收入", "其他收入"]].isna().all() and report.info["unread"]


@pytest.mark.parametrize("low", [0, -1.5])
def test_figures_of_two_cells_over_each_other_are_said(tmp_path: Path, low: float) -> None:
    heads = ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "事业收入", "其他收入"]
    rows = [["合计", None, "234.56", "200.00", "", "34.56"], ["221", "住房保障支出", "234.56", "200.00", "", "34.56"]]
    table = Table([heads, *rows], [60, 100, 40, 40, 40, 40], "收入决算表", "单位：万元", figures_right=True)
    report = drawn_in(draw(tmp_path / "x.pdf", [[table]]), 2, 4, (26, low, 9, "1,200.00"))
    read = report.revenue[report.revenue["function_code"] == "221"].set_index("source")["amount"]
    assert read[["事业收入", "其他收入"]].isna().all()
    assert {entry["row"] for entry in report.info["unread"]} == {2}


def test_an_ordinal_whose_figure_is_out_of_sight_is_no_amount(tmp_path: Path) -> None:
    def plant(canvas: Canvas, x: float, y: float, _: str) -> None:
        canvas.setFont(FONT, 6)
        canvas.drawString(x - 55, y, "3")

    report = jscore.read(drawn(tmp_path / "x.pdf", "revenue", "元", plant, instead=True), ocr=False)
    assert amounts(report, "revenue")[ROW - 1][AMOUNT] is None
    assert as_printed_or_said(report, "revenue", "元")


def more_behind_the_border(canvas: Canvas, _: float, y: float, __: str) -> None:
    canvas.drawString(EDGES[AMOUNT + 2] - pdfmetrics.stringWidth("34", FONT, 9) - 0.4, y, "34.57")


def test_a_figure_over_a_border_is_where_more_of_it_stands(tmp_path: Path) -> None:
    path = drawn(tmp_path / "x.pdf", "revenue", "万元", more_behind_the_border, instead=True)
    cells = jscore.read(path, ocr=False).cells
    # its first digit lies over the last of the cell before
    assert cells.loc[cells["text"] == "3�4.57", "x0"].tolist() == [pytest.approx(EDGES[AMOUNT + 2], abs=1)]
    assert "1,000.00�" in cells["text"].tolist() and "34.57" not in cells["text"].tolist()


@pytest.mark.parametrize("blank", [0, 4, 6])
def test_a_row_of_numbers_of_columns_without_one_of_them_is_no_data(tmp_path: Path, blank: int) -> None:
    numbers = ["1", "2", "3", "4", "5", "6", "7"]
    numbers[blank] = ""
    rows = [["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出"], numbers,
            ["201", "一般公共服务支出", "8.79", "5.79", "3.00", "", ""]]  # fmt: skip
    table = Table(rows, [60, 100, 70, 70, 70, 80, 70], "支出决算表", "单位：万元", left=30)
    amounts = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False).expenditure["amount"].dropna()
    assert amounts.tolist() == [8.79, 5.79, 3.0]


@needs_shared
@pytest.mark.parametrize("turns", [0, 1, 3])
def test_a_minus_that_the_font_calls_a_blank_is_one_sideways_and_beside_a_copy(tmp_path: Path, turns: int) -> None:
    page = planting.page_of(REPORTS / "hazards" / "k15-minus_is_cr.pdf", (0,), 0, tmp_path, turns)
    assert page
    other = next(figure for figure in page.figures if figure.text == "1,000.00")
    doubled = planting.doubled(page, other, random.Random(1))
    assert doubled
    readings = [page.reading, planting.read(planting.turned(doubled.data, turns, 0), tmp_path)]
    negative = [[value.number for value in reading.values.values() if "34.56" in value.text] for reading in readings]
    assert negative == [[-34.56] * 4] * 2


@pytest.mark.parametrize("again", [["收入", None, "", None], ["", None, "支出", None]])
def test_headings_that_are_repeated_with_a_blank_part_no_row(tmp_path: Path, again: list[str | None]) -> None:
    heads = ["项目", "决算数", "项目", "决算数"]
    income, spent = "一、一般公共预算财政拨款", "二十二、灾害防治及应急"
    first = Table(
        [["收入", None, "支出", None], heads, [income, "234.56", spent, "34.56"]],
        [130, 70, 130, 70],
        "收入支出决算总表",
        "单位：万元",
    )
    second = Table(
        [again, heads, ["", "", "管理支出", ""], ["本年收入合计", "234.56", "本年支出合计", "34.56"]],
        [130, 70, 130, 70],
    )
    report = jscore.read(draw(tmp_path / "x.pdf", [[first], [second]]), ocr=False)
    assert set(report.totals.loc[report.totals["amount"] == 34.56, "item"]) == {
        "灾害防治及应急管理支出",
        "本年支出合计",
    }


@pytest.mark.parametrize("blank", [0, 3])
def test_codes_under_a_blank_heading_are_no_amounts_of_their_group(tmp_path: Path, blank: int) -> None:
    heads = ["科目编码", "科目名称", "金额"] * 2
    heads[blank] = ""
    rows = [["人员经费", None, None, "公用经费", None, None], heads, ["301", "工资福利支出", "30.00", "302", "商品和服务支出", "20.00"],
            ["30101", "基本工资", "", "30201", "办公费", ""], ["30102", "津贴补贴", "30.00", "30202", "印刷费", "20.00"]]  # fmt: skip
    table = Table(rows, [50, 110, 70] * 2, "一般公共预算财政拨款基本支出决算表", "单位：万元", left=20)
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    assert set(report.economic["amount"].dropna()) <= {30.0, 20.0}


@pytest.mark.parametrize(
    ("code", "lost"), [("302103.72", True), ("12.34", True), ("302.01", False), ("30201.00", False)]
)
def test_a_figure_against_a_code_is_said(tmp_path: Path, code: str, lost: bool) -> None:
    heads = ["科目编码", "科目名称", "决算数"] * 2
    rows = [heads, ["301", "工资福利支出", "30.00", "302", "商品和服务支出", "20.00"],
            ["30102", "津贴补贴", "30.00", code, "办公费", "20.00"]]  # fmt: skip
    table = Table(rows, [50, 110, 70] * 2, "一般公共预算财政拨款基本支出决算表", "单位：万元", left=20)
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    assert (code in {entry["text"] for entry in report.info["not_understood"]}) == lost
    assert ("30201" in report.economic["economic_code"].tolist()) != lost


@needs_shared
@pytest.mark.parametrize("turns", [0, 1])
def test_a_mark_whose_figure_is_struck_out_is_no_amount(tmp_path: Path, turns: int) -> None:
    page = planting.page_of(REPORTS / "hazards" / "k01-chrome_sup.pdf", (0,), 0, tmp_path, turns)
    assert page
    last = max((figure for figure in page.figures if figure.text == "34.56"), key=lambda figure: figure.spot)
    planted = planting.struck(page, last, random.Random(1))
    assert planted
    reading = planting.read(planting.turned(planted.data, turns, 0), tmp_path)
    assert last.spot not in {value.spot for value in reading.values.values()}


@pytest.mark.parametrize("printed", ["485.79", "1779.03", "10"])
def test_a_strike_over_the_border_parts_no_rows(tmp_path: Path, printed: str) -> None:
    page = planting.page_of(RAW, (18,), 0, tmp_path, 0)
    assert page
    figure = next(figure for figure in page.figures if figure.text == printed)
    (x0, y0, _, y1), edge = figure.box, figure.cell[2]

    def strike(canvas: Canvas) -> None:
        canvas.setLineWidth(0.6)
        canvas.line(x0 - 5, (y0 + y1) / 2, edge + 1, (y0 + y1) / 2)

    path = tmp_path / "struck.pdf"
    path.write_bytes(planting.overlaid(page, strike))
    report = jscore.read(path, ocr=False)
    assert len(report.tasks) == 4
    figures = report.tasks[["allocated", "executed", "weight", "score"]]
    assert figures.isna().sum().sum() == 1 and figures.iloc[3].notna().all()
    assert printed in {text["text"] for text in report.info["not_shown"]}


@pytest.mark.parametrize(
    "ends",
    [(0, 0), (-4, 6), (0, -3), (30, 0), (-8, -3)],
    ids=["borders", "beyond", "from a border", "to a border", "left"],
)
@pytest.mark.parametrize("frame, unit", [("revenue", "元"), ("expenditure", "万元")])
def test_a_line_through_a_figure_from_border_to_border_strikes_it_out(
    tmp_path: Path, ends: tuple[float, float], frame: str, unit: str
) -> None:
    def struck(canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.drawRightString(x, y, text)
        canvas.setLineWidth(0.6)
        canvas.line(EDGES[AMOUNT + 2] + ends[0], y + 3.2, EDGES[AMOUNT + 3] + ends[1], y + 3.2)

    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, struck, instead=True), ocr=False)
    want = printed(unit)
    want[ROW - 1][AMOUNT] = None
    assert amounts(report, frame)[ROW - 1][AMOUNT] is None and amounts(report, frame)[: ROW - 1] == want[: ROW - 1]
    assert "已划去" in {text["why"] for text in report.info["not_shown"]}


@pytest.mark.parametrize("gap", [1.2, 1.3])
@pytest.mark.parametrize("frame, unit", [("revenue", "元"), ("expenditure", "万元")])
def test_two_figures_in_two_sizes_close_together_are_two(tmp_path: Path, gap: float, frame: str, unit: str) -> None:
    def beside(canvas: Canvas, x: float, y: float, _: str) -> None:
        canvas.setFont("Helvetica", 9.2)
        canvas.drawRightString(x - 9.2 - gap, y, "70.54")
        canvas.setFont("Helvetica-Bold" if gap < 1.25 else "Helvetica", 8.4)
        canvas.drawString(x - 9.2, y, "86")

    report = jscore.read(drawn(tmp_path / "x.pdf", frame, unit, beside, instead=True), ocr=False)
    assert amounts(report, frame)[ROW - 1][AMOUNT] is None and report.info["unread"]


def test_the_border_of_a_table_that_a_figure_touches_strikes_nothing_out(tmp_path: Path) -> None:
    """Only the frame's corners reach beyond the border below the last row."""
    page = planting.page_of(RAW, (63,), 0, tmp_path, 0)
    assert page
    last = max((figure for figure in page.figures if figure.text == "13,048.64"), key=lambda figure: figure.spot)
    planted = planting._moved(page, last, 0, -3)
    (tmp_path / "moved.pdf").write_bytes(planted.data)
    report = jscore.read(tmp_path / "moved.pdf", ocr=False)
    assert "已划去" not in {text["why"] for text in report.info["not_shown"]}
    assert report.totals["item"].tolist()[-2:] == ["总计", "总计"]
