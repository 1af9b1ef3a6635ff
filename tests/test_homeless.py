"""Every text on a page is in a cell, a line of prose, a running head, or is said: the card is never whole while a figure is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

import jscore
from tests.drawn import FONT, draw
from tests.test_tables_of_regions import GENERAL, SPENT, SPENT_ROWS, table

Paint = Callable[[Canvas], object]
SENTENCE = "二〇二四年我局认真履行各项职责，预算执行情况总体良好，各项工作有序开展。"


def report(path: Path, paint: Paint, on_page: int) -> jscore.Report:
    """A report of one table in which every figure is confirmed, with what ``paint`` draws over it or on a page of prose."""
    draw(path / "x.pdf", [[table([SPENT, *SPENT_ROWS], GENERAL)]])
    canvas = Canvas(str(path / "ink.pdf"), pagesize=(595, 842))
    canvas.setFont(FONT, 9)
    if on_page == 2:
        for row in range(6):
            canvas.drawString(70, 780 - 16 * row, SENTENCE)
    paint(canvas)
    canvas.showPage()
    canvas.save()
    with pikepdf.open(path / "x.pdf", allow_overwriting_input=True) as pdf, pikepdf.open(path / "ink.pdf") as ink:
        if on_page == 1:
            pikepdf.Page(pdf.pages[0]).add_overlay(ink.pages[0])
        else:
            pdf.pages.append(ink.pages[0])
        pdf.save()
    return jscore.read(path / "x.pdf")


def text(x: float, y: float, words: str, turned: int = 0) -> Paint:
    def paint(canvas: Canvas) -> None:
        canvas.translate(x, y)
        canvas.rotate(turned)
        canvas.drawString(0, 0, words)

    return paint


def framed(canvas: Canvas) -> None:
    canvas.rect(100, 500, 90, 20)
    canvas.drawString(105, 506, "4,321.00")


def row(canvas: Canvas) -> None:
    for x, words in ((30, "其他支出"), (230, "4,321.00"), (320, "321.00")):
        canvas.drawString(x, 560, words)


STRAY: dict[str, tuple[Paint, int, list[str]]] = {
    "below the table": (text(300, 600, "123.45"), 1, ["123.45"]),
    "a whole number": (text(300, 600, "123"), 1, ["123"]),
    "between title and table": (text(100, 766, "（77.70）"), 1, ["（77.70）"]),
    "over the title": (text(100, 800, "7.7%"), 1, ["7.7%"]),
    "on its side": (text(550, 650, "1,234.56", 90), 1, ["1,234.56"]),
    "taken for a watermark": (text(500, 600, "1,234.56", 30), 1, ["1,234.56"]),
    "a row that the frame leaves out": (row, 1, ["4,321.00", "321.00"]),
    "framed below the table": (framed, 1, ["4,321.00"]),
    "framed in prose": (framed, 2, ["4,321.00"]),
    "alone in prose": (text(100, 506, "12,345"), 2, ["12,345"]),
    "in the margin of prose": (text(555, 764, "88.1"), 2, ["88.1"]),
}  # fmt: skip
KNOWN: dict[str, tuple[Paint, int]] = {
    "page number": (text(290, 30, "17"), 1), "page number in dashes": (text(290, 30, "- 17 -"), 1),
    "date": (text(400, 600, "2024年12月31日"), 1), "number of the table": (text(400, 800, "公开05表"), 1),
    "note": (text(30, 600, "注：本表反映部门本年度支出情况，共有3人。"), 1), "in a sentence": (text(70, 500, "本年支出4,321.00万元。"), 2),
}  # fmt: skip


@pytest.mark.parametrize("case", STRAY)
def test_a_figure_outside_tables_and_sentences_is_said(tmp_path: Path, case: str) -> None:
    paint, page, printed = STRAY[case]
    info = report(tmp_path, paint, page).info
    assert [(ink["page"], ink["text"]) for ink in info["homeless"]] == [(page, words) for words in printed]
    assert info["card"]["share_of_amounts_confirmed"] == 12 / (12 + len(printed))
    assert info["card"]["in_no_frame"] == len(printed)
    assert any(line.startswith(f"第{page}页：“{printed[0]}”") for line in info["warnings"])


@pytest.mark.parametrize("figure", ["34.56", "34", "3.4%"])
def test_a_figure_in_a_sentence_that_white_letters_erase_is_said(tmp_path: Path, figure: str) -> None:
    def paint(canvas: Canvas) -> None:
        canvas.drawString(70, 600, f"其中公务用车运行维护费支出决算数为{figure}万元，主要是用于车辆维修。")
        canvas.setFillGray(1)
        canvas.setFont(FONT, 11)
        canvas.drawString(70 + canvas.stringWidth("其中公务用车运行维护费支出决算数为", FONT, 9) - 1, 599, "88888")

    said = report(tmp_path, paint, 2).info["homeless"]
    assert len(said) == 1 and "\ufffd" in said[0]["text"]


@pytest.mark.parametrize("case", KNOWN)
def test_what_is_no_stray_figure(tmp_path: Path, case: str) -> None:
    info = report(tmp_path, *KNOWN[case]).info
    assert info["homeless"] == [] and info["card"]["share_of_amounts_confirmed"] == 1


def test_ink_that_no_cell_and_no_line_takes_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jscore.pdf import content

    whole = content.find_grids

    def without_a_line(*page: Any) -> Any:
        grids, lines = whole(*page)
        return grids, [line for line in lines if "123.45" not in line.text]

    monkeypatch.setattr(content, "find_grids", without_a_line)
    info = report(tmp_path, text(300, 600, "123.45"), 1).info
    assert "123.45" in info["homeless"][0]["text"] and info["card"]["share_of_amounts_confirmed"] < 1


def shapes(letters: int, x: float, y: float, lines: int = 1, beside: tuple[float, str] = (0, "")) -> Paint:
    """Lines of threes that are curves and no text, and a text in the first line."""

    def paint(canvas: Canvas) -> None:
        canvas.drawString(beside[0], y, beside[1])
        for number in range(letters * lines):
            path = canvas.beginPath()
            left, base = x + number % letters * 8, y - number // letters * 20
            path.moveTo(left, base + 8)
            path.lineTo(left + 5, base + 8)
            path.lineTo(left + 2.5, base + 5)
            path.curveTo(left + 5, base + 5, left + 5, base, left + 2.5, base)
            path.curveTo(left, base, left, base + 1.5, left, base + 1.5)
            path.curveTo(left + 4, base + 1, left + 4, base + 7, left, base + 7)
            path.close()
            canvas.drawPath(path, stroke=0, fill=1)

    return paint


#: Letters outside every table that are drawn as shapes, and how many texts and pages are without a home for it.
SHAPES: dict[str, tuple[Paint, int]] = {
    "a paragraph": (shapes(50, 70, 300, lines=3), 1), "a table": (shapes(12, 70, 300, lines=6), 1),
    "a figure in a sentence": (shapes(5, 152, 300, beside=(70, "本年支出合计总数为")), 1),
    "a figure before its unit": (shapes(5, 70, 300, beside=(112, "万元，比上年增加")), 1),
    "a logo": (shapes(20, 70, 800), 0), "a signature": (shapes(4, 114, 300, beside=(70, "负责人：")), 0),
    "a seal's label": (shapes(4, 126, 300, beside=(70, "单位（盖章）")), 0),
}  # fmt: skip


@pytest.mark.parametrize("case", SHAPES)
def test_what_is_drawn_as_shapes_and_may_be_figures_counts(tmp_path: Path, case: str) -> None:
    paint, lost = SHAPES[case]
    info = report(tmp_path, paint, 2).info
    assert [page["page"] for page in info["image_pages"]] == [2]
    assert info["card"]["share_of_amounts_confirmed"] == 12 / (12 + lost)


def test_a_running_head_that_is_drawn_as_shapes_does_not_count(tmp_path: Path) -> None:
    report(tmp_path, shapes(50, 70, 800), 2)
    with pikepdf.open(tmp_path / "x.pdf", allow_overwriting_input=True) as pdf:
        pdf.pages.append(pdf.pages[1])
        pdf.save()
    assert jscore.read(tmp_path / "x.pdf").info["card"]["share_of_amounts_confirmed"] == 1
