"""Which of camelot's engines reads a page: vector first, the slower ones where it does not see the tables.

Belongs here: when a page needs another engine, and those engines.  Does not: making
grids from rules and filling them (``grids``).
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from jscore.columns import LINES, column_edges, in_columns, row_edges, table_lines
from jscore.grids import Grid, fill_grid, lines_outside, page_grids, ruled_grids
from jscore.pages import Line, Page
from jscore.rules import Box

#: Resolution at which a page is drawn to look for rules (dots an inch), as camelot does.
DPI = 300
#: The shortest rule looked for in a picture is the page's side divided by this.
LINE_SCALE = 40


def find_grids(page: Page, document: pdfium.PdfDocument, path: Path) -> tuple[list[Grid], list[Line]]:
    """The tables of a page, by the quickest engine of camelot's that sees them, and the lines outside them.

    The vector engine reads the rules that the page draws.  Where text in the shape of a
    table is left over, the page alone is looked at as a picture, and where it has no
    rules at all, its columns are taken from the text.
    """
    grids = page_grids(page)
    lines = lines_outside(page, grids)
    if in_columns(lines) < LINES:
        return grids, lines
    seen = ruled_grids(page, *_picture_rules(page, document), "raster")
    left = lines_outside(page, seen)
    if in_columns(left) < in_columns(lines):
        grids, lines = seen, left
    if not grids and in_columns(lines) >= LINES:
        grids = _text_grids(page, lines, path)
        lines = lines_outside(page, grids)
    return grids, lines


def _picture_rules(page: Page, document: pdfium.PdfDocument) -> tuple[list[Box], list[Box]]:
    """The rules that are seen on the drawn page and those that it draws, horizontal and vertical."""
    from camelot.image_processing import adaptive_threshold, find_lines

    picture = document[page.number - 1].render(scale=DPI / 72, rev_byteorder=False).to_numpy()[:, :, :3]
    picture = np.ascontiguousarray(np.rot90(picture, -page.turns))
    _, threshold = adaptive_threshold(picture)
    scale_x, scale_y = page.width / picture.shape[1], page.height / picture.shape[0]

    def rules(direction: str) -> list[Box]:
        _, found = find_lines(threshold, direction=direction, line_scale=LINE_SCALE)
        boxes = [
            (min(a, c) * scale_x, min(b, d) * scale_y, max(a, c) * scale_x, max(b, d) * scale_y) for a, b, c, d in found
        ]
        return [(x0, page.height - y1, x1, page.height - y0) for x0, y0, x1, y1 in boxes]

    return page.horizontal + rules("horizontal"), page.vertical + rules("vertical")


def _text_grids(page: Page, lines: list[Line], path: Path) -> list[Grid]:
    """The tables that camelot's stream flavour makes of text in columns.

    It is told the columns, which it would guess from the rows with most pieces of text.
    """
    import camelot

    logging.getLogger("camelot").setLevel(logging.ERROR)
    grids = []
    for body in table_lines(lines):
        xs = column_edges(body)
        ys = row_edges(body, page.horizontal)
        area, inner = f"{xs[0]},{ys[0]},{xs[-1]},{ys[-1]}", ",".join(map(str, xs[1:-1]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = camelot.read_pdf(
                str(path),
                pages=str(page.number),
                flavor="stream",
                table_areas=[area],
                columns=[inner],
                suppress_stdout=True,
            )
        if len(found):
            walls, floors = np.ones((len(xs), len(ys) - 1), dtype=bool), np.ones((len(ys), len(xs) - 1), dtype=bool)
            grids.append(fill_grid(page, xs, ys, walls, floors, "stream"))
    return grids
