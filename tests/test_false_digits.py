"""Fonts whose map of codes to characters is wrong: what is drawn is shown, and what the map says is not read."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib
import pikepdf
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import jscore
from tests.test_as_drawn import without_the_last
from tests.test_shown import amounts, drawn, printed

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
MAPS = {
    "swapped": {"3": "4", "4": "3"}, "one for two": {"5": "6"}, "one for all": dict.fromkeys("0123456789", "0"),
    "the next one each": {str(k): str((k + 1) % 10) for k in range(10)},
}  # fmt: skip


def mapped(path: Path, font: str, given: dict[str, str]) -> jscore.Report:
    """The report of a table whose last figure is set in ``font``, that says the characters ``given`` for others."""
    pdfmetrics.registerFont(TTFont(font, str(FONTS / f"{font}.ttf")))

    def figure(canvas: Canvas, x: float, y: float, text: str) -> None:
        canvas.setFont(font, 9)
        canvas.drawRightString(x, y, text)

    drawn(path, "revenue", "万元", figure, instead=True)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for each in dict(pdf.pages[0].Resources.Font).values():
            if "/ToUnicode" in each:
                head, body = each.ToUnicode.read_bytes().split(b"endcodespacerange", 1)
                for_code = re.sub(
                    rb"<(00..)>", lambda m: b"<%04X>" % ord(given.get(chr(int(m[1], 16)), chr(int(m[1], 16)))), body
                )
                each.ToUnicode = pdf.make_stream(head + b"endcodespacerange" + for_code)
        pdf.save()
    return jscore.read(path, ocr=False)


@pytest.mark.parametrize("font", ["DejaVuSans", "DejaVuSerif"])
@pytest.mark.parametrize("how", MAPS)
def test_digits_that_a_font_draws_otherwise_are_unread(tmp_path: Path, font: str, how: str) -> None:
    report = mapped(tmp_path / "x.pdf", font, MAPS[how])
    assert amounts(report, "revenue") == without_the_last() and report.info["card"]["unread"] == 1


@pytest.mark.parametrize("font", ["DejaVuSans-Oblique", "STIXGeneral", "STIXGeneralBolIta", "DejaVuSansMono-Bold"])
def test_digits_that_a_font_draws_as_it_says(tmp_path: Path, font: str) -> None:
    assert amounts(mapped(tmp_path / "x.pdf", font, {}), "revenue") == printed("万元")
