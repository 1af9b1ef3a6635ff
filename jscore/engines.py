"""Which of camelot's engines reads a page: vector first, the slower ones where it does not see the tables.

Belongs here: when a page needs another engine, and those engines.  Does not: making
grids from rules and filling them (``grids``).
"""

from __future__ import annotations

import logging
import re
import warnings
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from jscore.grids import Grid, fill_grid, lines_outside, page_grids, ruled_grids
from jscore.pages import Line, Page
from jscore.rules import Box

#: Resolution at which a page is drawn to look for rules (dots an inch), as camelot does.
DPI = 300
#: The shortest rule looked for in a picture is the page's side divided by this.
LINE_SCALE = 40
#: Lines of text in at least so many pieces, and so many of them, are a table's.
PIECES, LINES = 3, 3

_UNIT = re.compile("单位[:：]")


def find_grids(page: Page, document: pdfium.PdfDocument, path: Path) -> tuple[list[Grid], list[Line]]:
    """The tables of a page, by the quickest engine of camelot's that sees them, and the lines outside them.

    The vector engine reads the rules that the page draws.  Where text in the shape of a
    table is left over, the page alone is looked at as a picture, and where it has no
    rules at all, its columns are taken from the text.
    """
    grids = page_grids(page)
    lines = lines_outside(page, grids)
    if _in_columns(lines) < LINES:
        return grids, lines
    seen = ruled_grids(page, *_picture_rules(page, document), "raster")
    left = lines_outside(page, seen)
    if _in_columns(left) < _in_columns(lines):
        grids, lines = seen, left
    if not grids and _in_columns(lines) >= LINES:
        grids = _text_grids(page, path)
        lines = lines_outside(page, grids)
    return grids, lines


def _in_columns(lines: list[Line]) -> int:
    """How many of the lines are set in columns."""
    return sum(len(line.starts) >= PIECES for line in lines)


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


def _text_grids(page: Page, path: Path) -> list[Grid]:
    """The tables that camelot's stream flavour makes out from the position of the text."""
    import camelot

    logging.getLogger("camelot").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = camelot.read_pdf(str(path), pages=str(page.number), flavor="stream", suppress_stdout=True)
    grids = []
    for table in found:
        xs = np.array([table.cols[0][0], *(col[1] for col in table.cols)])
        ys = _row_edges([line for line in lines_outside(page, []) if xs[0] - 3 < line.box[0] < xs[-1] + 3])
        if len(ys) > 2:
            walls, floors = np.ones((len(xs), len(ys) - 1), dtype=bool), np.ones((len(ys), len(xs) - 1), dtype=bool)
            grids.append(fill_grid(page, xs, ys, walls, floors, "stream"))
    return grids


def _row_edges(lines: list[Line]) -> np.ndarray:
    """Where rows part, falling, from the lines of text of a table without rules.

    Title, unit and notes around it are left outside; lines nearer to each other than
    rows are belong to one row.
    """
    body = [len(line.starts) > 1 and not _UNIT.search(line.text) for line in lines]
    if sum(body) < LINES:
        return np.array([])
    lines = lines[body.index(True) : len(body) - body[::-1].index(True)]
    y = np.array([(line.box[1] + line.box[3]) / 2 for line in lines])
    pitch = np.median(-np.diff(y[[len(line.starts) > 1 for line in lines]]))
    parted = np.flatnonzero(-np.diff(y) > 0.6 * pitch)
    between = (y[parted] + y[parted + 1]) / 2
    return np.concatenate([[lines[0].box[3] + 2], between, [lines[-1].box[1] - 2]])
