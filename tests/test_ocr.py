"""Pages that are pictures: read by OCR, with how sure each figure is; said, where OCR is not to be had."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pikepdf
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

import jscore
from jscore import schema
from jscore.findings.card_shown import card_rows
from jscore.ocr import installed, recognition, rules_seen
from jscore.ocr.pictures import Drawing, lines_in
from jscore.pdf.content import Recognised
from jscore.pdf.pages import Page
from jscore.pdf.show import BLUE, RED
from jscore.relations import ocr_codes, ocr_trust
from jscore.run.one_report import Options, _by_ocr_otherwise
from tests.drawn import FONT as TYPED
from tests.drawn import draw
from tests.test_layouts import REVENUE

FONT = Path(jscore.__file__).parent / "fonts" / "jscore-sans-sc.otf"
needs_ocr = pytest.mark.skipif(not installed(), reason="no rapidocr: pip install 'jscore[ocr]'")


@pytest.fixture(autouse=True)
def _nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def drawn(dpi: int = 200, height: float = 30) -> Image.Image:
    """The table REVENUE on white, drawn with the bundled font; ``height`` is that of its rows (points)."""
    scale = dpi / 72
    picture = Image.new("RGB", (round(595 * scale), round(842 * scale)), "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(FONT), round(9 * scale))
    pen.text(
        (240 * scale, 50 * scale), REVENUE.title, fill="black", font=ImageFont.truetype(str(FONT), round(14 * scale))
    )
    pen.text((430 * scale, 75 * scale), "单位：万元", fill="black", font=font)
    edges = [50.0, *(50 + float(x) for x in np.cumsum(REVENUE.widths))]
    top = 95.0
    for row in REVENUE.rows:
        high = height if not any("\n" in (text or "") for text in row) else 30
        for left, right, text in zip(edges, edges[1:], row, strict=False):
            pen.rectangle([left * scale, top * scale, right * scale, (top + high) * scale], outline="black", width=2)
            for k, line in enumerate((text or "").split("\n")):
                pen.text(((left + 3) * scale, (top + high / 30 + 12 * k) * scale), line, fill="black", font=font)
        top += high
    return picture


def saved(folder: Path, picture: Image.Image, dpi: int = 200) -> Path:
    path = folder / "scan.pdf"
    picture.save(path, resolution=dpi)
    return path


def sealed(picture: Image.Image) -> Image.Image:
    """``picture`` with a red ring over its figures."""
    ink = Image.new("RGB", picture.size, "white")
    ImageDraw.Draw(ink).ellipse([value * 200 / 72 for value in (300, 130, 400, 230)], outline=(225, 50, 50), width=8)
    return ImageChops.multiply(picture, ink)


def curved(picture: Image.Image) -> Image.Image:
    """``picture`` of a sheet whose middle lies some points lower than its edges."""
    sag = (8 * np.sin(np.linspace(0, np.pi, picture.width))).round().astype(int)
    rows = np.arange(picture.height)[:, None] - sag
    return Image.fromarray(np.asarray(picture)[rows.clip(0), np.arange(picture.width)])


def broken(picture: Image.Image) -> Image.Image:
    """``picture`` with small gaps in all its rules."""
    pen, ink = ImageDraw.Draw(picture), np.asarray(picture.convert("L")) < 128
    for line in np.flatnonzero(ink.mean(axis=1) > 0.5):
        for x in range(150, picture.width, 83):
            pen.rectangle([x, int(line) - 1, x + 4, int(line) + 1], fill="white")
    for line in np.flatnonzero(ink.mean(axis=0) > 0.25):
        for y in range(280, picture.height, 97):
            pen.rectangle([int(line) - 1, y, int(line) + 1, y + 4], fill="white")
    return picture


def dusty(picture: Image.Image) -> Image.Image:
    """``picture`` with specks of the size of a point in blank places, those of empty cells too."""
    pen = ImageDraw.Draw(picture)
    for y in range(265, picture.height - 60, 83):
        for x in range(170, picture.width - 60, 90):
            if np.asarray(picture.convert("L").crop((x - 14, y - 14, x + 18, y + 18))).min() > 200:
                pen.rectangle([x, y, x + 2, y + 3], fill="black")
    return picture


SCANS: dict[str, Callable[[], Image.Image]] = {
    "askew": lambda: drawn().rotate(1.5, fillcolor="white"),
    "sideways": lambda: drawn().rotate(-90, expand=True),
    "upside down": lambda: drawn().rotate(180),
    "red seal": lambda: sealed(drawn()),
    "seal in grey": lambda: sealed(drawn()).convert("L"),
    "black and white, narrow rows": lambda: drawn(height=12).convert("1", dither=Image.Dither.NONE),
    "dusty": lambda: dusty(drawn()),
    "curved": lambda: curved(drawn()),
    "broken rules": lambda: broken(drawn()),
}


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> jscore.Report:
    return jscore.read(draw(tmp_path_factory.mktemp("typed") / "x.pdf", [[REVENUE]]))


def amounts(report: jscore.Report) -> list[float | None]:
    return [None if pd.isna(value) else round(value, 6) for value in report.revenue["amount"]]


@pytest.mark.ocr
@needs_ocr
@pytest.mark.parametrize("kind", SCANS)
def test_a_scan_gives_the_figures_of_its_text(tmp_path: Path, typed: jscore.Report, kind: str) -> None:
    told: list[tuple[int, int]] = []
    read = jscore.read(saved(tmp_path, SCANS[kind]()), on_picture=lambda *page: told.append(page))
    assert amounts(read) == amounts(typed)
    if kind in (
        "dusty",
        "seal in grey",
    ):  # what a speck touches, or a seal was taken off, is sure by nothing but its sums
        assert read.cells["confidence"].eq(recognition.DISPUTED).any()
    assert read.cells["source"].eq("ocr").any() and not typed.cells["source"].eq("ocr").any()
    assert read.info["image_pages"][0]["page"] == 1 and told == [(1, 1)]


@pytest.mark.ocr
@needs_ocr
def test_two_pages_on_one_sheet_are_read_one_after_the_other(tmp_path: Path, typed: jscore.Report) -> None:
    page, scan = drawn(150), Image.new("RGB", (2480, 1754), "white")
    scan.paste(page, (0, 0))
    scan.paste(page, (1240, 0))
    read = jscore.read(saved(tmp_path, scan, 150))
    assert read.info["repeated_tables"][0]["table_id"] == "p1-2"
    assert amounts(read) == amounts(typed)
    boxes = read.cells.groupby("table_id")[["x0", "y0"]].min()
    assert boxes.loc["p1-2", "x0"] - boxes.loc["p1-1", "x0"] == pytest.approx(595, abs=2)
    assert boxes.loc["p1-2", "y0"] == pytest.approx(boxes.loc["p1-1", "y0"], abs=2)


@pytest.mark.ocr
@needs_ocr
def test_what_was_read_is_kept(tmp_path: Path, typed: jscore.Report, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = saved(tmp_path, drawn(150), 150)
    assert amounts(jscore.read(scan)) == amounts(typed)
    monkeypatch.setattr("jscore.ocr.kept.read_picture", lambda *_: pytest.fail("read again"))
    assert amounts(jscore.read(scan)) == amounts(typed)


def test_without_ocr_the_pages_are_said(tmp_path: Path) -> None:
    scan = saved(tmp_path, drawn())
    with pytest.raises(jscore.ReadError, match="只有扫描页）；请用文字识别读取"):
        jscore.read(scan, ocr=False)
    with pikepdf.open(draw(tmp_path / "y.pdf", [[REVENUE]])) as both, pikepdf.open(scan) as picture:
        both.pages.extend(picture.pages)
        both.save(tmp_path / "both.pdf")
    report = jscore.read(tmp_path / "both.pdf", ocr=False)
    assert [page["page"] for page in report.info["image_pages"]] == [2]
    assert any("第2页" in warning and "须安装文字识别" in warning for warning in report.info["warnings"])


def test_a_report_is_done_again_where_ocr_is_asked_for_otherwise() -> None:
    read, left = ({"image_pages": [{"page": 1, "why": "a picture", "read": read}]} for read in (True, False))
    beside = {"image_pages": [{"page": 1, "why": "a picture beside the text"}]}
    assert [_by_ocr_otherwise(info, Options(Path(), ocr=False)) for info in (read, left, beside)] == [
        True,
        False,
        False,
    ]
    again = [_by_ocr_otherwise(info, Options(Path())) for info in (read, left, beside)]
    assert again == [False, installed(), False]


@pytest.mark.slow
def test_a_report_with_text_imports_nothing_of_ocr(tmp_path: Path) -> None:
    path = draw(tmp_path / "x.pdf", [[REVENUE]])
    code = "import sys, jscore; jscore.read(sys.argv[1]); print({'onnxruntime', 'rapidocr', 'jscore.ocr.kept'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def page_with(
    path: Path, picture: Image.Image, box: tuple[float, float, float, float], after: str, before: str = ""
) -> Path:
    """A page with ``picture`` in ``box`` (left, bottom, width, height), text drawn ``before`` it and ``after`` it."""
    canvas = Canvas(str(path), pagesize=(595, 842))
    for text, picture_too in ((before, True), (after, False)):
        canvas.setFont(TYPED, 10)
        for k, line in enumerate(text.split("\n")):
            canvas.drawString(60, 780 - 20 * k, line)
        if picture_too:
            canvas.drawImage(ImageReader(picture), *box)
    canvas.save()
    return path


PROSE = "一、收入支出决算总体情况说明\n2024年度本年收入合计1,234.56万元，与上年相比增加34.56万元，增长2.88%。"


@pytest.mark.ocr
@needs_ocr
def test_a_table_in_a_picture_beside_text_is_read_and_the_text_stays(tmp_path: Path, typed: jscore.Report) -> None:
    table = drawn().crop([round(edge * 200 / 72) for edge in (0, 40, 595, 370)])
    report = jscore.read(page_with(tmp_path / "x.pdf", table, (0, 300, 595, 330), PROSE))
    assert amounts(report) == amounts(typed)
    assert report.cells["source"].eq("ocr").any() and "增长2.88%" in "".join(report.prose["text"])
    assert report.locate("revenue", 0).box == pytest.approx((240, 515, 315, 545), abs=2)
    for pictured, frame in ((report, BLUE), (typed, RED)):
        assert (np.asarray(pictured.show("revenue", 0)) == frame).all(axis=2).any()
    assert report.info["image_pages"] == [{"page": 1, "why": "文字旁有图片，由文字识别读出", "read": True}]


@pytest.mark.slow
def test_a_picture_beside_text_is_said(tmp_path: Path) -> None:
    path = draw(tmp_path / "x.pdf", [[REVENUE]])
    photo = Image.new("RGB", (900, 600), "white")
    ImageDraw.Draw(photo).text((50, 50), "123,456.78", fill="black")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        with pikepdf.open(page_with(tmp_path / "y.pdf", photo, (80, 60, 430, 290), "")) as other:
            pikepdf.Page(pdf.pages[0]).add_overlay(other.pages[0])
        pdf.save(path)
    report = jscore.read(path)
    assert [page["page"] for page in report.info["image_pages"]] == [1]
    assert any("文字旁有图片" in warning for warning in report.info["warnings"])
    left = jscore.read(path, ocr=False).info["image_pages"]
    assert [(page["page"], page["read"]) for page in left] == [(1, False)] and "jscore[ocr]" in left[0]["why"]


Readings = tuple[Page, list[Recognised]]
Texts = list[tuple[tuple[float, float, float, float], str]]


def layered(path: Path, layer: Texts, way: str) -> Path:
    """The drawn table as a picture with ``layer`` hidden, over it or under it."""
    canvas = Canvas(str(path), pagesize=(595, 842))

    def write() -> None:
        for (x0, y0, x1, y1), text in layer:
            line = canvas.beginText(x0, y0 + 0.1 * (y1 - y0))
            line.setFont(TYPED, y1 - y0)
            line.setTextRenderMode(3 if way == "hidden" else 0)
            line.setHorizScale(100 * (x1 - x0) / canvas.stringWidth(text, TYPED, y1 - y0))
            line.textOut(text)
            canvas.drawText(line)

    if way == "under":
        write()
    canvas.drawImage(ImageReader(drawn()), 0, 0, 595, 842)
    if way != "under":
        write()
    canvas.save()
    return path


def bad(text: str) -> str:
    return text.translate(str.maketrans("05合支", "8S台攴"))


#: What may be wrong with a text layer: of every text where it stands, and what it says.
LAYERS: dict[str, Callable[[Texts], Texts]] = {
    "right": lambda texts: texts,
    "a wrong digit": lambda texts: [(box, text.replace("600.00", "680.00")) for box, text in texts],
    "a row too low": lambda texts: [((x0, y0 - 30, x1, y1 - 30), text) for (x0, y0, x1, y1), text in texts],
    "another page's": lambda texts: [(box, text) for (box, _), (_, text) in zip(texts, texts[::-1], strict=True)],
    "badly read": lambda texts: [(box, bad(text)) for box, text in texts],
}


@pytest.mark.slow
@needs_ocr
@pytest.mark.parametrize("way", ["hidden", "over", "under"])
@pytest.mark.parametrize("kind", LAYERS)
def test_a_text_layer_is_used_where_the_picture_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: jscore.Report, as_read: Readings, kind: str, way: str
) -> None:
    monkeypatch.setattr("jscore.ocr.kept.read_picture", lambda *_: as_read)
    layer = LAYERS[kind]([(text.box, text.text) for text in as_read[1]])
    report = jscore.read(layered(tmp_path / "x.pdf", layer, way))
    assert amounts(report) == amounts(typed)
    sources = report.cells.dropna(subset="text").query("text != ''").groupby("text")["source"].first()
    told = [text["text"] for text in report.info["not_shown"]]
    assert report.info["image_pages"][0]["why"].startswith("图片页带文字层")
    if kind == "right":
        assert set(sources) == {"text"} and not told
    elif kind == "a wrong digit":
        assert sources["600.00"] == "ocr" and sources["200.00"] == "text" and set(told) == {"680.00"}
        assert any("“680.00”" in warning for warning in report.info["warnings"])
    else:
        assert sources["1,234.56"] == "ocr" and told


@pytest.mark.slow
@needs_ocr
def test_a_figure_read_unsurely_is_put_right_by_the_text_layer_if_sums_bear_it_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: jscore.Report, as_read: Readings
) -> None:
    page, texts = misread(as_read, "600.00", "680.00", 0.6)
    texts = [replace(text, second="") for text in texts]
    monkeypatch.setattr("jscore.ocr.kept.read_picture", lambda *_: (page, texts))
    report = jscore.read(layered(tmp_path / "x.pdf", [(text.box, text.text) for text in as_read[1]], "hidden"))
    assert amounts(report) == amounts(typed)
    assert [(cell["read"], cell["taken"]) for cell in report.info["ocr_corrected"]] == [("680.00", "600.00")]


def test_without_ocr_a_text_layer_is_taken_and_it_is_said_that_it_was_not_compared(
    tmp_path: Path, typed: jscore.Report
) -> None:
    layer = [((60.0, 700.0, 460.0, 712.0), "一、本年收入合计1,234.56万元，与上年相比增加34.56万元，增长2.88%。")]
    with pikepdf.open(draw(tmp_path / "y.pdf", [[REVENUE]])) as pdf:
        with pikepdf.open(layered(tmp_path / "x.pdf", layer, "hidden")) as other:
            pdf.pages.extend(other.pages)
        pdf.save(tmp_path / "both.pdf")
    report = jscore.read(tmp_path / "both.pdf", ocr=False)
    assert [(page["page"], page["read"]) for page in report.info["image_pages"]] == [(2, False)]
    assert "未与图片核对即采用" in report.info["image_pages"][0]["why"] and "2.88%" in "".join(report.prose["text"])


@pytest.mark.slow
@needs_ocr
def test_on_a_dusty_page_a_figure_that_no_sum_confirms_is_doubtful_however_surely_it_was_read() -> None:
    from jscore.ocr.pages import read_picture

    top = [edge * 200 // 72 for edge in (180, 90, 360, 600)]
    for picture, sure in ((drawn(), True), (dusty(drawn()), False)):
        _, texts = read_picture(Drawing(np.asarray(picture.crop(top)), 200), 1)
        figures = [text.confidence for text in texts if text.text == "1,000.00"]
        assert figures and all((confidence >= ocr_trust.SURE) == sure for confidence in figures)


@pytest.fixture(scope="module")
def as_read() -> Readings:
    """What is read of the table's page, for tests of what is made of it."""
    from jscore.ocr.pages import read_picture

    return read_picture(Drawing(np.asarray(drawn()), 200), 1)


def read_as(monkeypatch: pytest.MonkeyPatch, folder: Path, readings: Readings) -> jscore.Report:
    monkeypatch.setattr("jscore.ocr.kept.read_picture", lambda *_: readings)
    return jscore.read(saved(folder, drawn()))


def misread(as_read: Readings, printed: str, read: str, confidence: float) -> Readings:
    """The first text that is ``printed`` misread (as many characters), and read right at second sight."""
    page, texts = as_read
    chars = page.glyphs.char.copy()
    at = "".join(chars).index(printed)
    chars[at : at + len(printed)] = [*read]
    k = [text.text for text in texts].index(printed)
    wrong = replace(texts[k], text=read, confidence=confidence, second=printed)
    return replace(page, glyphs=replace(page.glyphs, char=chars)), [*texts[:k], wrong, *texts[k + 1 :]]


@needs_ocr
def test_without_a_unit_that_was_read_amounts_are_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_read: Readings
) -> None:
    page, texts = as_read
    chars = page.glyphs.char.copy()
    at = "".join(chars).index("万元")
    chars[at : at + 2] = ["方", "无"]
    report = read_as(monkeypatch, tmp_path, (replace(page, glyphs=replace(page.glyphs, char=chars)), texts))
    assert not any(amounts(report)) and report.info["unread"]
    assert any("没有认出金额单位" in line for line in report.info["warnings"])


@needs_ocr
@pytest.mark.parametrize(("confidence", "doubtful"), [(0.99, False), (0.4, True)])
def test_an_unsure_figure_that_no_sum_confirms_is_doubtful(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_read: Readings, confidence: float, doubtful: bool
) -> None:
    page, texts = as_read
    report = read_as(monkeypatch, tmp_path, (page, [replace(text, confidence=confidence) for text in texts]))
    assert bool([cell for cell in report.info["doubtful"] if "识别" in cell["why"]]) == doubtful


@needs_ocr
def test_a_single_digit_that_no_sum_confirms_is_doubtful_however_surely_it_was_read(typed: jscore.Report) -> None:
    place = typed.revenue.dropna(subset="amount").iloc[0][["table_id", "row", "col"]]
    cells = typed.cells.assign(source="ocr", confidence=1.0)
    at = (cells[["table_id", "row", "col"]] == place).all(axis=1)
    frames = {name: getattr(typed, name) for name in schema.FRAMES} | {"check_figures": typed.check_figures[:0]}
    for text, doubted in (("1", True), (".1", True), ("0", False), ("1.50", False)):
        cells.loc[at, "text"] = text
        doubts = [cell["text"] for cell in ocr_trust.doubtful_readings({**frames, "cells": cells})]
        assert doubts == [text] * doubted


@needs_ocr
@pytest.mark.parametrize(("confidence", "amount"), [(0.5, 1000.0), (0.99, 7000.0)])
def test_an_unsure_digit_that_sums_give_away_is_put_right_and_a_sure_one_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_read: Readings, confidence: float, amount: float
) -> None:
    report = read_as(monkeypatch, tmp_path, misread(as_read, "1,000.00", "7,000.00", confidence))
    row = report.revenue[
        (report.revenue["function_code"] == "208") & (report.revenue["source"] == "本年收入合计")
    ].iloc[0]
    assert row["amount"] == amount
    corrected = [(cell["read"], cell["taken"]) for cell in report.info.get("ocr_corrected", [])]
    assert corrected == ([("7,000.00", "1,000.00")] if amount == 1000.0 else [])
    sources = report.cells.set_index(["table_id", "row", "col"])["source"]
    assert sources[row["table_id"], row["row"], row["col"]] == ("ocr-corrected" if corrected else "ocr")
    failing = report.checks[report.checks["status"].eq("fail") & report.checks["group"].eq("table")]
    assert failing.empty == bool(corrected)
    assert not failing["severity"].eq("error").any() and failing["message"].str.contains("“7,000.00”由OCR读出").all()
    told = dict(card_rows(report.info))["文字识别的页"]
    assert told == f"图片页1页，识别1页；识别数字20个，印证{20 if corrected else 19}个，更正{len(corrected)}个，存疑0个"


@needs_ocr
@pytest.mark.parametrize(("confidence", "read"), [(0.5, "2080605"), (0.97, "2080605"), (0.97, "2080599")])
def test_a_code_that_does_not_fit_puts_its_figures_in_doubt_or_is_put_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_read: Readings, confidence: float, read: str
) -> None:
    report = read_as(monkeypatch, tmp_path, misread(as_read, "2080505", read, confidence))
    codes = set(report.revenue["function_code"].dropna())
    doubtful = {(cell["row"], cell["text"]) for cell in report.info["doubtful"] if read in cell["why"]}
    if confidence < 0.9:
        assert "2080505" in codes and read not in codes and not doubtful
        assert [(cell["read"], cell["taken"]) for cell in report.info["ocr_corrected"]] == [(read, "2080505")]
    else:
        row = report.revenue[report.revenue["function_code"] == read].dropna(subset="amount")
        assert {text for _, text in doubtful} == {read, *(f"{amount:,.2f}" for amount in row["amount"])}
        assert {place for place, _ in doubtful} == set(row["row"])


@pytest.mark.parametrize(
    ("form", "confidence", "doubted"), [("project", 0.8, True), ("project", 0.95, False), ("02", 0.8, False)]
)
def test_words_of_a_self_evaluation_that_were_read_unsurely_are_doubtful(
    typed: jscore.Report, form: str, confidence: float, doubted: bool
) -> None:
    cells = typed.cells.assign(form=form, source="ocr", confidence=confidence, text="使用人、员满意度")
    frames = {name: schema.empty(name) for name in schema.FRAMES} | {"cells": cells[:1]}
    whys = [cell["why"] for cell in ocr_trust.doubtful_readings(frames)]
    assert len(whys) == doubted and all("80%" in why for why in whys)


@needs_ocr
@pytest.mark.parametrize(
    ("seen", "read", "sure"), [("0,00", "0.00", False), ("3,200", "3,200", True), ("12,50", "12.50", False)]
)
def test_a_comma_before_two_digits_is_a_point(seen: str, read: str, sure: bool) -> None:
    line = recognition._grouped(
        recognition.Reading(tuple(seen), tuple(np.linspace(0, 1, len(seen))), (0.99,) * len(seen))
    )
    assert line.text == read and (line.confidence >= ocr_trust.SURE) == sure


@pytest.mark.parametrize(("seen", "read"), [("科日编码", "科目编码"), ("专项日常经费", "专项日常经费"), ("2日", "2日")])
def test_thin_strokes_make_no_day_of_an_item(seen: str, read: str) -> None:
    line = recognition.Reading(tuple(seen), tuple(np.linspace(0, 1, len(seen))), (0.99,) * len(seen))
    assert recognition._with_eyes(line).text == read


@pytest.mark.parametrize(
    ("row", "code", "columns"),
    [
        (["30112", "其他社会保障缴费", "8.99", "30225", "专用燃料费"], "30225", [3]),
        (["30112", "其他社会保障缴费", "", "30225", "专用燃料费"], "30225", [3]),
        (["12", "208", "05", "01", "专用燃料费"], "2080501", [1, 2, 3]),
        (["208 05 01", "专用燃料费", "1.00"], "2080501", [0]),
    ],
)
def test_an_amount_beside_the_code_of_the_next_column_is_none(row: list[str], code: str, columns: list[int]) -> None:
    cells = [{"text": text, "col": k} for k, text in enumerate(row)]
    assert [cell["col"] for cell in ocr_codes._code_cells(cells, code, "专用燃料费")] == columns


def test_two_lines_that_a_speck_joins_are_two() -> None:
    ink = np.zeros((60, 200), np.uint8)
    ink[8:27, 10:190:3] = ink[29:48, 10:190:3] = 255
    ink[27:29, 100] = 255
    assert len(lines_in(ink, (0, 0, 200, 60), 22.0)) == 2
    ink[27:29, 10:190:3] = 255
    assert len(lines_in(ink, (0, 0, 200, 60), 22.0)) == 1


def test_a_ragged_stroke_stands_free() -> None:
    dark = np.zeros((100, 100), np.uint8)
    dark[20:80, 50] = dark[20:80:2, 51] = 255
    stroke = rules_seen._Stroke(50.0, 20, 80, 1, ())
    assert rules_seen._stands_free(stroke, dark, 25.0, known=False)
    dark[20:80:2, 53] = 255
    assert not rules_seen._stands_free(stroke, dark, 25.0, known=False)


@needs_ocr
@pytest.mark.parametrize(("score", "read"), [(0.6, "决"), (0.97, "決")])
def test_a_character_that_mainland_print_does_not_use_is_read_if_it_is_sure(score: float, read: str) -> None:
    characters = recognition._characters().tolist()
    scores = np.zeros((1, len(characters)), dtype=np.float32)
    scores[0, characters.index("決")], scores[0, characters.index("决")] = score, 1 - score
    assert recognition._decoded(scores, 1.0).text == read


def test_a_report_of_which_nothing_can_be_checked_has_no_errors_to_change() -> None:
    frames = {name: schema.empty(name) for name in schema.FRAMES}
    assert ocr_trust.unconfirmed_errors(frames).empty and not ocr_trust.doubtful_readings(frames)
    assert ocr_trust.counts(frames, []) == {"figures": 0, "confirmed": 0, "corrected": 0, "doubtful": 0}
