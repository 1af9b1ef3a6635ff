"""Which engine reads a page: camelot's vector engine, its raster engine, or the position of the text alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pypdfium2 as pdfium

from jscore.pdf.boxes import Box
from jscore.pdf.camelot_functions import taken
from jscore.pdf.columns import LINES, column_edges, fit_in, in_columns, is_over_table, row_edges, table_lines
from jscore.pdf.grids import Grid, fill_grid, grid_of_lines, page_grids, ruled_grids
from jscore.pdf.lines import lines_outside
from jscore.pdf.pages import Line, Page

#: Resolution at which a page is drawn to look for rules (dots an inch), as camelot does.
DPI = 300
#: No picture of a page is longer than this (pixels), nor has more pixels (A2 at full resolution).
LONGEST, MOST = 12000, 36_000_000
#: The shortest rule looked for in a picture is the page's side divided by this.
LINE_SCALE = 40
#: A page with pictures over this share of it may have its rules in them.
PICTURE = 0.3


def find_grids(page: Page, document: pdfium.PdfDocument, before: Grid | None) -> tuple[list[Grid], list[Line]]:
    """The tables of a page, by the quickest engine that sees them, and the lines outside them.

    ``before`` is a table without drawn rules that the page before ended in, so that even
    a line in columns may be the end of it.

    The vector engine reads the rules that the page draws.  Where text in the shape of a
    table is left over, the page alone is looked at as a picture, and where it has no
    rules at all, its columns are taken from the text.
    """
    grids = page_grids(page)
    if grids and all(grid.cols == 1 for grid in grids) and in_columns(lines_outside(page, [])) >= LINES:
        grids = []  # rules that frame a table and part its columns nowhere
    lines = lines_outside(page, _boxes(grids))
    fewest = 1 if before is not None or page.image_share > PICTURE else LINES
    if in_columns(lines) < fewest:
        return grids, lines
    seen = ruled_grids(page, *_picture_rules(page, document), "raster")
    left = lines_outside(page, _boxes(seen))
    if any(grid.cols > 1 for grid in seen) and in_columns(left) < in_columns(lines):
        grids, lines = seen, left
    if not grids and in_columns(lines) >= fewest:
        grids = _text_grids(page, lines, fewest, before)
        lines = lines_outside(page, _boxes(grids))
    return grids, lines


def _boxes(grids: list[Grid]) -> list[Box]:
    return [grid.box for grid in grids]


def _picture_rules(page: Page, document: pdfium.PdfDocument) -> tuple[list[Box], list[Box]]:
    """The rules that are seen on the drawn page and those that it draws, horizontal and vertical."""
    scale = min(DPI / 72, LONGEST / max(page.width, page.height), (MOST / (page.width * page.height)) ** 0.5)
    picture = document[page.number - 1].render(scale=scale, rev_byteorder=False).to_numpy()[:, :, :3]
    picture = np.ascontiguousarray(np.rot90(picture, -page.turns))
    if min(picture.shape[:2]) < LINE_SCALE:
        return page.horizontal, page.vertical  # a strip on which no rule would be a pixel long
    _, threshold = taken("adaptive_threshold")(picture)
    scale_x, scale_y = page.width / picture.shape[1], page.height / picture.shape[0]

    def rules(direction: str) -> list[Box]:
        _, strokes = taken("find_lines")(threshold, direction=direction, line_scale=LINE_SCALE)
        boxes = [
            (min(a, c) * scale_x, min(b, d) * scale_y, max(a, c) * scale_x, max(b, d) * scale_y)
            for a, b, c, d in strokes
        ]
        return [(x0, page.height - y1, x1, page.height - y0) for x0, y0, x1, y1 in boxes]

    return page.horizontal + rules("horizontal"), page.vertical + rules("vertical")


def _text_grids(page: Page, lines: list[Line], fewest: int, before: Grid | None) -> list[Grid]:
    """The tables that the text of a page makes by where it stands.

    camelot's own text flavours take their columns from the rows with most pieces of text
    and their rows from lines; on final accounts, with blank amounts and wrapped names,
    that put neighbours together.  Rows that go on with the table of the page ``before``
    have its columns.
    """
    grids: list[Grid] = []
    for body, whole in table_lines(lines, fewest):
        first = not grids and not any(map(is_over_table, lines[: lines.index(whole[0])]))
        goes_on = first and before is not None and before.engine == "text" and fit_in(body, before.xs)
        xs = np.array(before.xs) if goes_on and before is not None else column_edges(body)
        ys = row_edges(body, page.horizontal, xs)
        walls, floors = np.ones((len(xs), len(ys) - 1), dtype=bool), np.ones((len(ys), len(xs) - 1), dtype=bool)
        grid = fill_grid(page, xs, ys, walls, floors, "text")
        grids.append(replace(grid, by_line=grid_of_lines(whole)))
    return grids
