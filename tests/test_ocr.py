"""Pages that are pictures: read by OCR, with how sure each figure is; said, where OCR is not to be had."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

import jscore
from jscore import reading
from jscore.pdf.content import Recognised
from jscore.pdf.pages import Page
from tests.drawn import draw
from tests.test_layouts import REVENUE

FONT = Path(jscore.__file__).parent / "fonts" / "jscore-sans-sc.otf"
needs_ocr = pytest.mark.skipif(not reading._has_ocr(), reason="no rapidocr: pip install 'jscore[ocr]'")


@pytest.fixture(autouse=True)
def _nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def scanned(folder: Path, turns: int = 0, lean: float = 0.0, dpi: int = 200, stamp: bool = False) -> Path:
    """The table REVENUE as a scanner leaves it: one picture, drawn with the bundled font."""
    scale = dpi / 72
    picture = Image.new("RGB", (round(595 * scale), round(842 * scale)), "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(FONT), round(9 * scale))
    pen.text(
        (240 * scale, 50 * scale), REVENUE.title, fill="black", font=ImageFont.truetype(str(FONT), round(14 * scale))
    )
    pen.text((430 * scale, 75 * scale), "单位：万元", fill="black", font=font)
    edges = [50.0, *(50 + float(x) for x in np.cumsum(REVENUE.widths))]
    for r, row in enumerate(REVENUE.rows):
        top = 95 + 30 * r
        for left, right, text in zip(edges, edges[1:], row, strict=False):
            pen.rectangle([left * scale, top * scale, right * scale, (top + 30) * scale], outline="black", width=2)
            for k, line in enumerate((text or "").split("\n")):
                pen.text(((left + 3) * scale, (top + 4 + 12 * k) * scale), line, fill="black", font=font)
    if stamp:
        ink = Image.new("RGB", picture.size, "white")
        ImageDraw.Draw(ink).ellipse([value * scale for value in (300, 130, 400, 230)], outline=(240, 60, 60), width=8)
        picture = ImageChops.multiply(picture, ink)
    picture = picture.rotate(lean, fillcolor="white").rotate(-90 * turns, expand=True)
    path = folder / "scan.pdf"
    picture.save(path, resolution=dpi)
    return path


def amounts(report: jscore.Report) -> list[float | None]:
    return [None if pd.isna(value) else round(value, 6) for value in report.revenue["amount"]]


@pytest.mark.ocr
@needs_ocr
@pytest.mark.parametrize(
    "how", [{}, {"turns": 1}, {"turns": 2}, {"lean": 1.5}, {"dpi": 150}, {"stamp": True}], ids=lambda how: str(how)
)
def test_a_scan_gives_the_figures_of_its_text(tmp_path: Path, how: dict[str, float]) -> None:
    typed, read = jscore.read(draw(tmp_path / "x.pdf", [[REVENUE]])), jscore.read(scanned(tmp_path, **how))
    assert amounts(read) == amounts(typed)
    assert read.cells["source"].eq("ocr").any() and not typed.cells["source"].eq("ocr").any()
    assert read.info["image_pages"][0]["page"] == 1


@pytest.mark.ocr
@needs_ocr
def test_what_was_read_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = scanned(tmp_path)
    first = jscore.read(scan)
    monkeypatch.setattr("jscore.ocr.kept.read_picture", lambda *_: pytest.fail("read again"))
    assert amounts(jscore.read(scan)) == amounts(first)


def test_without_ocr_the_pages_are_said(tmp_path: Path) -> None:
    scan = scanned(tmp_path)
    with pytest.raises(jscore.ReadError, match=r"scanned pages only\); read it with OCR"):
        jscore.read(scan, ocr=False)
    with pikepdf.open(draw(tmp_path / "y.pdf", [[REVENUE]])) as both, pikepdf.open(scan) as picture:
        both.pages.extend(picture.pages)
        both.save(tmp_path / "both.pdf")
    report = jscore.read(tmp_path / "both.pdf", ocr=False)
    assert [page["page"] for page in report.info["image_pages"]] == [2]
    assert any("p. 2" in warning and "read it with OCR" in warning for warning in report.info["warnings"])


def test_a_picture_beside_text_is_said(tmp_path: Path) -> None:
    with Image.new("RGB", (900, 600), "white") as picture:
        ImageDraw.Draw(picture).text((50, 50), "123,456.78", fill="black")
        canvas = Canvas(str(tmp_path / "picture.pdf"), pagesize=(595, 842))
        canvas.drawImage(ImageReader(picture), 80, 60, 430, 290)
        canvas.save()
    path = draw(tmp_path / "x.pdf", [[REVENUE]])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf, pikepdf.open(tmp_path / "picture.pdf") as other:
        pikepdf.Page(pdf.pages[0]).add_overlay(other.pages[0])
        pdf.save(path)
    report = jscore.read(path)
    assert [page["page"] for page in report.info["image_pages"]] == [1]
    assert any("picture beside the text" in warning for warning in report.info["warnings"])


@pytest.mark.ocr
@needs_ocr
@pytest.mark.parametrize(("confidence", "doubtful"), [(0.99, False), (0.4, True)])
def test_an_unsure_figure_that_no_sum_confirms_is_doubtful(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, confidence: float, doubtful: bool
) -> None:
    from jscore.ocr import kept

    scan = scanned(tmp_path)
    read = kept.read_picture

    def unsure(page: pdfium.PdfPage, number: int) -> tuple[object, list[Recognised]]:
        result, texts = read(page, number)
        return result, [Recognised(text.box, text.text, confidence, text.second) for text in texts]

    monkeypatch.setattr("jscore.ocr.kept.read_picture", unsure)
    report = jscore.read(scan)
    assert bool([cell for cell in report.info["doubtful"] if "OCR" in cell["why"]]) == doubtful


@needs_ocr
@pytest.mark.parametrize(("confidence", "amount"), [(0.5, 1000.0), (0.99, 7000.0)])
def test_an_unsure_digit_that_sums_give_away_is_put_right_and_a_sure_one_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, confidence: float, amount: float
) -> None:
    from jscore.ocr import kept

    read = kept.read_picture

    def misread(page: pdfium.PdfPage, number: int) -> tuple[Page, list[Recognised]]:
        result, texts = read(page, number)
        at = "".join(result.glyphs.char).index("1,000.00")  # the class's 本年收入合计
        result.glyphs.char[at] = "7"
        k = [text.text for text in texts].index("1,000.00")
        texts[k] = Recognised(texts[k].box, "7,000.00", confidence, "1,000.00")
        return result, texts

    monkeypatch.setattr("jscore.ocr.kept.read_picture", misread)
    report = jscore.read(scanned(tmp_path))
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
