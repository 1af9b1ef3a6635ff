"""Small PDFs with tables, drawn for one hazard at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pikepdf
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

Ruling = Literal[
    "stroke", "hairline", "rectangles", "dots", "double", "open", "picture", "rows", "columns", "frame", "none"
]


@dataclass(frozen=True)
class Table:
    """A table to draw: rows of texts; ``None`` continues the cell to its left, a newline wraps."""

    rows: Sequence[Sequence[str | None]]
    widths: Sequence[float]
    title: str = ""
    above: str = ""
    below: str = ""
    height: float = 18
    ruling: Ruling = "stroke"
    top: float = 760
    left: float = 50
    heights: dict[int, float] = field(default_factory=dict)
    #: Whether figures stand at the right of their cells, and before which columns no rule is.
    figures_right: bool = False
    unruled: frozenset[int] = frozenset()
    #: Rows that no rule closes at the left, and at the right.
    open_rows: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())


def draw(
    path: Path,
    pages: Sequence[Sequence[Table]],
    size: tuple[float, float] = (595, 842),
    rotate: int = 0,
    header: str = "",
) -> Path:
    """A PDF at ``path`` with the tables of each page; ``rotate`` is the page's /Rotate entry, ``header`` stands on all.

    A rotated page is drawn turned, so that a viewer shows it upright at ``size``.
    """
    canvas = Canvas(str(path), pagesize=size if rotate % 180 == 0 else size[::-1])
    for tables in pages:
        _turn(canvas, rotate, size)
        canvas.setFont(FONT, 9)
        canvas.drawString(50, size[1] - 30, header)
        for table in tables:
            _draw_table(canvas, table, size)
        canvas.showPage()
    canvas.save()
    if rotate:
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            for page in pdf.pages:
                page.obj.Rotate = rotate
            pdf.save(path)
    return path


def _turn(canvas: Canvas, rotate: int, size: tuple[float, float]) -> None:
    if rotate == 90:
        canvas.translate(size[1], 0)
        canvas.rotate(90)
    elif rotate == 270:
        canvas.translate(0, size[0])
        canvas.rotate(-90)
    elif rotate == 180:
        canvas.translate(*size)
        canvas.rotate(180)


def _draw_table(canvas: Canvas, table: Table, size: tuple[float, float]) -> None:
    canvas.setFont(FONT, 12)
    if table.title:
        canvas.drawCentredString(table.left + sum(table.widths) / 2, table.top + 24, table.title)
    canvas.setFont(FONT, 9)
    if table.above:
        canvas.drawRightString(table.left + sum(table.widths), table.top + 6, table.above)
    y = table.top
    segments: list[tuple[float, float, float, float]] = []
    for r, row in enumerate(table.rows):
        height = table.heights.get(r, table.height)
        ends = [
            x
            for x, rows in zip((table.left, table.left + sum(table.widths)), table.open_rows, strict=True)
            if r in rows
        ]
        segments += [
            side for side in _draw_row(canvas, table, row, y, height) if side[0] != side[2] or side[0] not in ends
        ]
        y -= height
    _rule(canvas, table, segments, y, size)
    if table.below:
        canvas.drawString(table.left, y - 14, table.below)


def _draw_row(
    canvas: Canvas, table: Table, row: Sequence[str | None], y: float, height: float
) -> list[tuple[float, float, float, float]]:
    """Draw the texts of a row and return the sides of its cells."""
    sides = []
    x, c = table.left, 0
    while c < len(row):
        span = 1
        while c + span < len(row) and row[c + span] is None:
            span += 1
        width = sum(table.widths[c : c + span])
        lines = (row[c] or "").split("\n")
        for i, line in enumerate(lines):
            base = y - height / 2 - 3 + 11 * ((len(lines) - 1) / 2 - i)
            if table.figures_right and re.fullmatch(r"[\d,.]+", line):
                canvas.drawRightString(x + width - 3, base, line)
            else:
                canvas.drawString(x + 3, base, line)
        sides += [
            (x, y, x + width, y),
            (x, y - height, x + width, y - height),
            (x, y - height, x, y),
            (x + width, y - height, x + width, y),
        ]
        x += width
        c += span
    return sides


def _rule(
    canvas: Canvas,
    table: Table,
    sides: list[tuple[float, float, float, float]],
    bottom: float,
    size: tuple[float, float],
) -> None:
    left, right = table.left, table.left + sum(table.widths)
    if table.ruling == "none":
        return
    if table.ruling == "picture":
        _paste_rules(canvas, sides, size)
        return
    unruled = [left + sum(table.widths[:column]) for column in table.unruled]
    canvas.setLineWidth(0.01 if table.ruling == "hairline" else 0.5)
    for x0, y0, x1, y1 in sides:
        outer = x0 == x1 and x0 in (left, right) or y0 == y1 and y0 in (table.top, bottom)
        drawn = {"open": not outer, "rows": y0 == y1, "columns": x0 == x1, "frame": outer}
        if not drawn.get(table.ruling, True) or x0 == x1 and x0 in unruled:
            continue
        if table.ruling == "rectangles":
            canvas.rect(x0 - 0.25, y0 - 0.25, x1 - x0 + 0.5, y1 - y0 + 0.5, stroke=0, fill=1)
        elif table.ruling == "dots":
            for at in range(int((x1 - x0 + y1 - y0) / 1.5)):
                canvas.rect(x0 + 1.5 * at * (x1 > x0), y0 + 1.5 * at * (y1 > y0), 0.75, 0.75, stroke=0, fill=1)
        else:
            canvas.line(x0, y0, x1, y1)
        if table.ruling == "double":
            canvas.line(x0 + 1.5, y0 + 1.5, x1 + 1.5, y1 + 1.5)


def _paste_rules(canvas: Canvas, sides: list[tuple[float, float, float, float]], size: tuple[float, float]) -> None:
    """The rules as a picture behind the text, as a scanner with a text layer leaves them."""
    from PIL import Image, ImageDraw

    scale = 3
    picture = Image.new("L", (int(size[0] * scale), int(size[1] * scale)), 255)
    pen = ImageDraw.Draw(picture)
    for x0, y0, x1, y1 in sides:
        pen.line((x0 * scale, (size[1] - y0) * scale, x1 * scale, (size[1] - y1) * scale), fill=0, width=2)
    canvas.saveState()
    canvas.drawImage(ImageReader(picture), 0, 0, *size, mask=[250, 255, 250, 255, 250, 255])
    canvas.restoreState()
