"""The one page as a PDF: one sheet of A4, with the bundled font in it, made without a browser."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jscore import fonts
from jscore.findings.text import pieces
from jscore.fonts.palette import BAD, DARK, GREY, INK, RULED
from jscore.language import N_, tr
from jscore.summary.charts import WIDTH, Bar, Chart
from jscore.summary.page import Page

if TYPE_CHECKING:
    from fpdf import FPDF

#: Millimetres: the sheet, its margin, the room between the two columns, and what a point is.
SHEET, MARGIN, GAP, POINT = (210.0, 297.0), 12.0, 8.0, 25.4 / 72
COLUMN = (SHEET[0] - 2 * MARGIN - GAP) / 2
#: All is set this much smaller until it fits the sheet.
STEPS = (1.0, 0.93, 0.86, 0.8, 0.74, 0.68)
#: The headings of the sheet, and the codes of characters that stand between its texts.
HEADINGS = N_("最要紧的发现"), N_("缺失与未能读取")
BESIDE = *range(32, 127), ord("　"), ord(fonts.MISSING)


def pdf_of(page: Page) -> bytes:
    """The bytes of the page: one sheet, set smaller where it is long, the last lines left out where that is not enough."""
    characters = {
        *map(ord, json.dumps(asdict(page), ensure_ascii=False)),
        *BESIDE,
        *map(ord, "".join(map(tr, HEADINGS))),
    }
    with TemporaryDirectory() as folder:
        font = Path(folder) / fonts.FILE.name  # of the whole font the library makes a table first
        font.write_bytes(fonts.part_of(fonts.FILE, characters & fonts.characters(fonts.FILE)))
        for scale in STEPS:
            sheet = _Sheet.new(page, scale, font, characters)
            if sheet.lay_out(page):
                break
        return bytes(sheet.pdf.output())


@dataclass
class _Sheet:
    """The sheet being laid out: ``y`` is where the next block begins."""

    pdf: FPDF
    scale: float
    #: Fonts for characters that the common one lacks.
    others: tuple[Path, ...]
    y: float = MARGIN

    @classmethod
    def new(cls, page: Page, scale: float, font: Path, characters: set[int]) -> _Sheet:
        """An empty sheet; ``font`` has what the common font has of ``characters``."""
        from fpdf import FPDF

        pdf = FPDF(format="A4")
        pdf.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))
        pdf.set_title(page.title)
        pdf.set_lang("zh-CN" if page.lang == "zh" else "en")
        pdf.set_auto_page_break(False)
        pdf.set_margin(0)
        pdf.c_margin = 0
        pdf.add_font(str(fonts.FILE), fname=font)
        lacking = characters - fonts.characters(fonts.FILE)
        others = tuple(file for file in fonts.files()[1:] if lacking & fonts.characters(file)) if lacking else ()
        for file in others:
            pdf.add_font(str(file), fname=file)
        for face in pdf.fonts.values():
            face.ttfont.recalcBBoxes = False  # type: ignore[union-attr]  # takes a second, and no viewer asks
        pdf.add_page()
        return cls(pdf, scale, others)

    def lay_out(self, page: Page) -> bool:
        """Set all of the page; whether it fits."""
        self.text(page.title, 15, ink=DARK, strong=True)
        self.text(page.source, 7.5, ink=GREY, after=2)
        for sentence in page.headlines:
            self.pdf.set_fill_color(DARK)
            top = self.y
            self.text(sentence, 9.5, x=MARGIN + 2.5, after=0.6)
            self.pdf.rect(MARGIN, top + 0.3, 0.8, self.y - top - 0.9, style="F")
        self.y += 2.5
        self.charts(page.charts)
        self.figures(page)
        if page.findings:
            self.text(tr(HEADINGS[0]), 9.5, ink=DARK, strong=True, after=0.5)
        for number, told in enumerate(page.findings, 1):
            finding = f"{number}. " + "　".join(part for part in (told.sentence, told.pages) if part)
            self.text(finding, 8.5, ink=BAD[1] if told.severity == "error" else INK, after=0.8)
        self.y += 1.5
        self.text(tr(HEADINGS[1]), 9.5, ink=DARK, strong=True, after=0.5)
        for gap in page.gaps:
            self.text(gap, 8.5, after=0.3)
        return self.y <= SHEET[1] - MARGIN

    def text(
        self, text: str, size: float, x: float = MARGIN, wide: float = 0.0, ink: str = INK, strong: bool = False,
        after: float = 1.0,
    ) -> None:  # fmt: skip
        """A paragraph from ``y`` down; ``strong`` thickens the one weight that the font has."""
        wide = wide or SHEET[0] - MARGIN - x
        self._letters(size, ink)
        with self.pdf.local_context(**self._weight(strong, ink)):
            for line in self._lines(fonts.drawable(text), wide):
                self.y += size * POINT * 1.38 * self.scale
                self._put(x, self.y - size * POINT * 0.3 * self.scale, line)
        self.y += after * self.scale

    def _lines(self, text: str, wide: float) -> list[str]:
        """``text`` broken into lines, numbers, words and marks kept with what they belong to."""
        lines = [""]
        for piece in pieces(text):
            if lines[-1] and self._width(lines[-1] + piece.rstrip()) > wide:
                lines.append("")
            lines[-1] += piece.lstrip() if not lines[-1] else piece
        return lines

    def charts(self, charts: tuple[Chart, ...]) -> None:
        """The charts in two columns, each where there is more room."""
        tops = [self.y, self.y]
        for chart in charts:
            side = 0 if tops[0] <= tops[1] else 1
            tops[side] = self.chart(chart, MARGIN + side * (COLUMN + GAP), tops[side])
        self.y = max(tops) + 0.5

    def chart(self, chart: Chart, x: float, y: float) -> float:
        """A chart with its title at ``x`` and ``y``; where it ends."""
        self.y = y
        self.text(chart.title, 9, x, COLUMN, DARK, strong=True, after=0.8)
        unit = COLUMN / WIDTH
        tall = unit * self.scale
        for mark in chart.marks:
            if isinstance(mark, Bar):
                self.pdf.set_fill_color(mark.fill)
                self.pdf.rect(x + mark.x * unit, self.y + mark.y * tall, mark.wide * unit, mark.high * tall, style="F")
            else:
                self._letters(mark.size * unit / POINT, mark.ink)
                words = fonts.drawable(mark.text)
                left = x + mark.x * unit - (self._width(words) if mark.at == "end" else 0)
                self._put(left, self.y + mark.y * tall, words)
        self.y += chart.high * tall
        for note in chart.notes:
            self.text(note, 7, x, COLUMN, GREY, after=0)
        return self.y + 4 * self.scale

    def figures(self, page: Page) -> None:
        """The figures in three columns between two rules."""
        self._rule()
        third = (SHEET[0] - 2 * MARGIN) / 3
        high = 8 * POINT * 1.6 * self.scale
        for place, cell in enumerate(page.figures):
            x = MARGIN + (place % 3) * third
            label, told = fonts.drawable(cell.label), fonts.drawable(f"{cell.shown}  {cell.page}")
            self._letters(8, GREY)
            taken = self._width(f"{label}  {told}")
            size = min(8.0, 8 * (third - 5) / taken)  # smaller where it would not fit
            self._letters(size, GREY)
            self._put(x, self.y + high - 1.2, label)
            self._letters(size, INK)
            self._put(x + third - 5 - self._width(told), self.y + high - 1.2, told)
            if place % 3 == 2 or place == len(page.figures) - 1:
                self.y += high
        self.y += 0.8
        self._rule()
        self.y += 1.5 * self.scale

    def _rule(self) -> None:
        self.pdf.set_draw_color(RULED)
        self.pdf.set_line_width(0.2)
        self.pdf.line(MARGIN, self.y, SHEET[0] - MARGIN, self.y)

    def _letters(self, size: float, ink: str) -> None:
        self.pdf.set_font(str(fonts.FILE), size=size * self.scale)
        self.pdf.set_text_color(ink)

    def _runs(self, text: str) -> list[tuple[Path, str]]:
        """``text`` in runs of one font."""

        def font(character: str) -> Path:
            fitting = (file for file in (fonts.FILE, *self.others) if ord(character) in fonts.characters(file))
            return next(fitting, fonts.FILE)

        return [(file, "".join(run)) for file, run in groupby(text, font)] if self.others else [(fonts.FILE, text)]

    def _width(self, text: str) -> float:
        wide = 0.0
        for file, run in self._runs(text):
            self.pdf.set_font(str(file))
            wide += self.pdf.get_string_width(run)
        self.pdf.set_font(str(fonts.FILE))
        return wide

    def _put(self, x: float, y: float, text: str) -> None:
        """Write a line of text, each run in its font."""
        for file, run in self._runs(text):
            self.pdf.set_font(str(file))
            self.pdf.text(x, y, run)
            x += self.pdf.get_string_width(run)
        self.pdf.set_font(str(fonts.FILE))

    def _weight(self, strong: bool, ink: str) -> dict[str, Any]:
        if not strong:
            return {}
        return {"text_mode": "FILL_STROKE", "line_width": 0.12, "draw_color": ink, "text_color": ink}
