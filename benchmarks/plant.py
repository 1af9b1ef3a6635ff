"""Ink planted in reports at random: every figure comes out as the page shows it, or the report says that it does not.

    python benchmarks/plant.py [--seconds N] [--seed S] [--cases N] [--keep DIR] [--case N ...]

One figure, row or rule on one page of a report is moved, hidden, doubled, covered, struck out, deleted or written beside.
A case is made from the seed and its number alone.  Afterwards every figure of every frame is compared with the undisturbed
reading and with what the page now shows.  A case is *right* if all agree; *said* if each that does not is missing, and
named by its own text or by its table and row in what the report says of itself, or is named as doubtful; else *wrong*.
The exit status is 1 if any case was wrong; its PDF is saved in ``--keep``.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import jscore  # noqa: E402
from jscore.text import numbers  # noqa: E402
from jscore.text.normal import nfkc  # noqa: E402

REPORTS = ROOT.parent / "shared" / "reports"
FOLDERS = (ROOT / "data" / "raw", REPORTS, *(REPORTS / name for name in ("synthetic", "real", "world", "hazards")))
NINE = ("totals", "revenue", "expenditure", "economic", "sangong")
EVALUATIONS = ("overall", "tasks", "projects", "indicators")
PLACES = {"page", "table_id", "row", "col", "line_no"}
#: What names single cells, and what names whole tables, in report.json.
CELLS = ("unread", "not_understood", "doubtful")
TABLES = ("other_tables", "unknown_tables", "repeated_tables")
SHOWING = {"Tj", "TJ", "'", '"'}
COLOURS = {"g", "rg", "k", "sc", "scn", "cs"}
FIGURE = re.compile(r"\d[\d,]*\.\d|\d{3}")
#: What one of a printed figure is in a frame: as it is, in 元, in percent.
UNITS = (1, 1e-4, 1e-2)
#: So many cases in a row are of one page, which is read unharmed once.
PER_PAGE = 12

Box = tuple[float, float, float, float]
Key = tuple[str, ...]
Spot = tuple[str, int, int]


@dataclass(frozen=True)
class Value:
    """A figure of a frame: its number, the table it is from, and its cell (row, col; col -1: not known)."""

    number: float
    spot: Spot
    text: str


@dataclass(frozen=True)
class Reading:
    """What one reading of a page gave: figures by frame, labels and column; the boxes of cells; what was said."""

    values: Mapping[Key, Value]
    boxes: Mapping[Spot, Box]
    texts: Mapping[Spot, str]
    info: Mapping[str, Any]

    def names(self, value: Value, hidden: bool = True) -> bool:
        """Whether the report says of a figure that it is missing, doubtful or (``hidden``) not shown: by its text, or its
        table and row.
        """
        text = plain(value.text)
        for entry in (entry for name in CELLS for entry in self.info[name]):
            if (entry["table_id"], entry["row"]) == value.spot[:2] or text and text in plain(entry["text"]):
                return True
        if hidden and text and self.hides(text):
            return True
        tables = {entry["table_id"] for name in TABLES for entry in self.info[name]}
        return any(spot[0] in tables and text == plain(printed) for spot, printed in self.texts.items())

    def doubts(self, value: Value) -> bool:
        """Whether a figure that is in a frame is named as doubtful."""
        return any((entry["table_id"], entry["row"]) == value.spot[:2] for entry in self.info["doubtful"])

    def names_text(self, table: str, text: str) -> bool:
        """Whether a cell of a table that prints ``text``, or whose text is part of it, is named."""
        printed = [plain(entry["text"]) for name in CELLS for entry in self.info[name] if entry["table_id"] == table]
        return any(other and (other in plain(text) or plain(text) in other) for other in printed)

    def hides(self, text: str) -> bool:
        """Whether the report says that ``text`` is in the file and not shown."""
        return any(plain(text) in plain(entry["text"]) for entry in self.info["not_shown"])


@dataclass(frozen=True)
class Figure:
    """A printed figure of a table: its text and box, its cell, and the drawing operator that shows it (-1: not known)."""

    text: str
    box: Box
    spot: Spot
    cell: Box
    operator: int


@dataclass(frozen=True)
class Page:
    """One page of a report as a PDF of its own, with its figures and rules (points from the lower left corner)."""

    name: str
    data: bytes
    width: float
    height: float
    figures: list[Figure]
    rules: list[Box]
    reading: Reading
    turns: int = 0


@dataclass(frozen=True)
class Planted:
    """A page with a fault: what the planted figure may be read as, where it now stands, what must be said as hidden."""

    data: bytes
    figure: Figure | None = None
    shows: tuple[str, ...] = ()
    middle: tuple[float, float] | None = None
    hidden: str = ""
    #: Text added to the page, which must be in a cell of its own or be named.
    added: str = ""


def plain(text: str) -> str:
    return re.sub(r"[\s¦]", "", nfkc(text))


def number_of(text: str) -> Decimal | None:
    return numbers.decimal(text.strip().rstrip("%％分"))


# --- reading --------------------------------------------------------------------------------


def read(data: bytes, folder: Path) -> Reading:
    path = folder / "page.pdf"
    path.write_bytes(data)
    report = jscore.read(path, ocr=False)
    cells = report.frames["cells"]
    spots = list(zip(cells["table_id"], cells["row"].astype(int), cells["col"].astype(int), strict=True))
    boxes = dict(zip(spots, zip(cells["x0"], cells["y0"], cells["x1"], cells["y1"], strict=True), strict=True))
    texts = dict(zip(spots, cells["text"].fillna(""), strict=True))
    return Reading(dict(_values(report.frames, texts)), boxes, texts, report.info)


def _values(frames: Mapping[str, pd.DataFrame], texts: Mapping[Spot, str]) -> Iterator[tuple[Key, Value]]:
    again: Counter[Key] = Counter()
    for name in (*NINE, *EVALUATIONS):
        frame = frames[name]
        figures = [c for c in frame if c not in PLACES and pd.api.types.is_float_dtype(frame[c])]
        labels = [c for c in frame if c not in PLACES and c not in figures]
        for row in frame.to_dict("records"):
            cells = [other for other in texts if other[:2] == (row["table_id"], int(row["row"]))]
            for column in figures:
                key = (name, str(column), *(str(row[label]) for label in labels))
                again[key] += 1
                if pd.isna(row[column]):
                    continue
                spot = (row["table_id"], int(row["row"]), int(row.get("col", -1)))
                if (
                    len(figures) > 1
                ):  # each its own cell, in the order of the columns; one printed in another row is left out
                    spot = next((other for other in sorted(cells) if _is_number(texts[other], row[column])), None)
                    if spot is None:
                        continue
                    cells = [other for other in cells if other != spot]
                yield (*key, str(again[key])), Value(float(row[column]), spot, texts.get(spot, f"{row[column]:g}"))


def _is_number(text: str, number: float) -> bool:
    """Whether ``text`` prints ``number`` in one of the units of amounts and shares."""
    printed = number_of(text)
    return printed is not None and any(abs(number - float(printed) * unit) < 1e-9 for unit in UNITS)


@lru_cache(maxsize=4)
def page_of(path: Path, number: int, folder: Path, turns: int = 0) -> Page | None:
    """The page, or None where it has no figures that come into frames when it is read alone.

    ``turns`` are the quarters by which it is drawn sideways and shown upright by /Rotate.
    """
    with pikepdf.open(path) as pdf, pikepdf.new() as single:
        single.pages.append(pdf.pages[number])
        noted = "/Annots" in single.pages[0]
        if not noted:
            upright(single)
        out = io.BytesIO()
        single.save(out)
    data = out.getvalue()
    turns = 0 if noted else turns
    try:
        reading = read(turned(data, turns), folder)
    except jscore.ReadError:
        return None
    with pdfium.PdfDocument(data) as opened:
        page = opened[0]
        if page.get_rotation() or tuple(page.get_mediabox()[:2]) != (0, 0):
            return None
        width, height = page.get_size()
        texts = page.get_textpage()
        figures = list(_figures(reading, texts, _operators(data, page)))
        bounds = [o.get_bounds() for o in page.get_objects([pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=1)]
        rules = [e for e in bounds if min(e[2] - e[0], e[3] - e[1]) < 2 < max(e[2] - e[0], e[3] - e[1])]
        texts.close()
        page.close()
    if len(figures) < 4:
        return None
    return Page(f"{path.stem}:{number + 1}", data, width, height, figures, rules, reading, turns)


def upright(pdf: pikepdf.Pdf) -> None:
    """The first page drawn as it is shown: from (0, 0), without /Rotate."""
    page = pdf.pages[0]
    left, bottom, right, top = map(float, page.cropbox)
    wide, high, quarters = right - left, top - bottom, int(page.get("/Rotate", 0)) // 90 % 4
    if quarters or left or bottom:
        _redrawn(page, _TURNS[quarters](wide, high), (left, bottom), (high, wide) if quarters % 2 else (wide, high))
        page.Rotate = 0


def turned(data: bytes, quarters: int) -> bytes:
    """A page drawn so many quarters anticlockwise, and shown as before by /Rotate."""
    if not quarters:
        return data
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[0]
        wide, high = float(page.mediabox[2]), float(page.mediabox[3])
        _redrawn(page, _TURNS[-quarters % 4](wide, high), (0, 0), (high, wide) if quarters % 2 else (wide, high))
        page.Rotate = 90 * quarters
        pdf.save(out)
    return out.getvalue()


#: The matrices that turn a page of a width and height clockwise.
_TURNS: tuple[Callable[[float, float], tuple[float, ...]], ...] = (
    lambda w, h: (1, 0, 0, 1, 0, 0),
    lambda w, h: (0, -1, 1, 0, 0, w),
    lambda w, h: (-1, 0, 0, -1, w, h),
    lambda w, h: (0, 1, -1, 0, h, 0),
)


def _redrawn(
    page: pikepdf.Page, matrix: tuple[float, ...], corner: tuple[float, float], size: tuple[float, float]
) -> None:
    move = " ".join(f"{v:g}" for v in matrix)
    page.contents_add(f"q {move} cm 1 0 0 1 {-corner[0]:g} {-corner[1]:g} cm\n".encode(), prepend=True)
    page.contents_add(b"\nQ")
    page.obj["/MediaBox"] = pikepdf.Array([0, 0, *size])
    page.obj["/CropBox"] = pikepdf.Array([0, 0, *size])


def _operators(data: bytes, page: pdfium.PdfPage) -> list[tuple[int, Box]]:
    """The drawing operators that show text and the boxes of what they show; none where the two do not tally."""
    texts = list(page.get_objects([pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=1))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        operators = pikepdf.parse_content_stream(pdf.pages[0])
    showing = [i for i, (parts, name) in enumerate(operators) if str(name) in SHOWING and _shown(parts)]
    if len(showing) != len(texts):
        return []
    return [(i, text.get_bounds()) for i, text in zip(showing, texts, strict=True) if not _leans(text)]


def _leans(text: pdfium.PdfObject) -> bool:
    """Whether a text is set at an angle, as that of a seal is."""
    matrix = text.get_matrix()
    return abs(matrix.b) > 0.05 * abs(matrix.a)


def _shown(parts: Any) -> bool:
    texts = parts[0] if parts and isinstance(parts[0], pikepdf.Array) else parts
    return any(isinstance(text, pikepdf.String) and bytes(text) for text in texts)


def _figures(reading: Reading, texts: Any, operators: list[tuple[int, Box]]) -> Iterator[Figure]:
    homes = {value.spot for value in reading.values.values() if value.spot[2] >= 0}
    tables = {value.spot[0] for key, value in reading.values.items() if key[0] in EVALUATIONS}
    chars = [(texts.get_text_range(i, 1), texts.get_charbox(i)) for i in range(texts.count_chars())]
    chars = [(nfkc(char), box) for char, box in chars if not char.isspace()]
    for spot, text in reading.texts.items():
        if not number_of(text) or not (spot in homes or spot[0] in tables and "." in text):
            continue
        cell = reading.boxes[spot]
        inside = [(char, box) for char, box in chars if _holds(cell, middle_of(box))]
        at = "".join(char for char, _ in inside).find(plain(text))
        ink = [box for _, box in inside[at : at + len(plain(text))]]
        if at < 0 or len(ink) != len(plain(text)):
            continue
        x0, y0, x1, y1 = (end(edge) for end, edge in zip((min, min, max, max), zip(*ink, strict=True), strict=True))
        shown = [i for i, box in operators if _holds(_around((x0, y0, x1, y1)), middle_of(box))]
        # else it is set sideways, or goes on in the next line
        if y1 - y0 < 1.5 * (x1 - x0) and y1 - y0 < 1.6 * max(box[3] - box[1] for box in ink):
            yield Figure(text, (x0, y0, x1, y1), spot, cell, shown[0] if len(shown) == 1 else -1)


def middle_of(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


# --- planting -------------------------------------------------------------------------------


def overlaid(page: Page, draw: Callable[[Canvas], object]) -> bytes:
    layer = io.BytesIO()
    canvas = Canvas(layer, pagesize=(page.width, page.height))
    draw(canvas)
    canvas.showPage()
    canvas.save()
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(page.data)) as pdf, pikepdf.open(layer) as top:
        pdf.pages[0].add_overlay(top.pages[0])
        pdf.save(out)
    return out.getvalue()


def edited(page: Page, changes: Mapping[int, Callable[[Any, list[Any]], list[Any]]]) -> bytes:
    """The page with some drawing operators changed: each given itself and the colour that is set, as instructions."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(page.data)) as pdf:
        new: list[Any] = []
        colours: list[list[Any]] = [[]]
        for i, instruction in enumerate(pikepdf.parse_content_stream(pdf.pages[0])):
            name = str(instruction.operator)
            if name == "q":
                colours.append(list(colours[-1]))
            elif name == "Q" and len(colours) > 1:
                colours.pop()
            elif name in COLOURS:
                colours[-1] = [
                    *([c for c in colours[-1] if str(c.operator) == "cs"] if name != "cs" else []),
                    instruction,
                ]
            new += changes[i](instruction, colours[-1]) if i in changes else [instruction]
        pdf.pages[0].Contents = pdf.make_stream(pikepdf.unparse_content_stream(new))
        pdf.save(out)
    return out.getvalue()


def _do(name: str, *operands: Any) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction(list(operands), pikepdf.Operator(name))


def _raised(by: float) -> Callable[[Any, list[Any]], list[Any]]:
    return lambda shown, _: [_do("Ts", by), shown, _do("Ts", 0)]


def _white(shown: Any, colour: list[Any]) -> list[Any]:
    return [_do("rg", 1, 1, 1), shown, *(colour or [_do("g", 0)])]


def _invisible(shown: Any, _: list[Any]) -> list[Any]:
    return [_do("Tr", 3), shown, _do("Tr", 0)]


def rule_deleted(page: Page, chance: random.Random) -> Planted | None:
    return _rule(page, chance, None, 0)


def rule_moved(page: Page, chance: random.Random) -> Planted | None:
    return _rule(page, chance, chance.uniform(-6, 6), 0.5)


def rule_thickened(page: Page, chance: random.Random) -> Planted | None:
    return _rule(page, chance, 0, chance.uniform(1.5, 4.5), hide=False)


def _rule(page: Page, chance: random.Random, shift: float | None, thick: float, hide: bool = True) -> Planted | None:
    if not page.rules:
        return None
    x0, y0, x1, y1 = chance.choice(page.rules)
    upright = x1 - x0 < y1 - y0

    def draw(canvas: Canvas) -> None:
        if hide:
            canvas.setStrokeColorRGB(1, 1, 1)
            canvas.setLineWidth(2)
            canvas.line(x0, y0, x1, y1)
        if shift is not None:
            canvas.setStrokeColorRGB(0, 0, 0)
            canvas.setLineWidth(thick)
            dx, dy = (shift, 0) if upright else (0, shift)
            canvas.line(x0 + dx, y0 + dy, x1 + dx, y1 + dy)

    return Planted(overlaid(page, draw))


def _drawn(
    page: Page, figure: Figure, text: str, x: float, y: float, size: float, grey: float = 0.0, erase: Box | None = None
) -> bytes:
    """The page with ``text`` drawn from ``x`` on its baseline ``y``, over ``erase`` made white."""

    def draw(canvas: Canvas) -> None:
        if erase:
            canvas.setFillColorRGB(1, 1, 1)
            canvas.rect(erase[0], erase[1], erase[2] - erase[0], erase[3] - erase[1], stroke=0, fill=1)
        canvas.setFillColorRGB(grey, grey, grey)
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, text)

    return overlaid(page, draw)


def _size(figure: Figure) -> float:
    return (figure.box[3] - figure.box[1]) / 0.73


def _around(box: Box, by: float = 0.6) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _other(text: str, chance: random.Random) -> str:
    return "".join(chance.choice("123456789") if c.isdigit() else c for c in text)


def deleted(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    if figure.operator < 0:
        return None
    return Planted(edited(page, {figure.operator: lambda *_: []}), figure, ("",))


def covered(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    data = _drawn(page, figure, "", 0, 0, 9, erase=_around(figure.box))
    return Planted(data, figure, ("",), hidden=figure.text)


def half_covered(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    x0, y0, x1, y1 = _around(figure.box)
    if len(figure.text) < 4:
        return None
    data = _drawn(page, figure, "", 0, 0, 9, erase=((x0 + x1) / 2, y0, x1, y1))
    return Planted(data, figure)


def white(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    if figure.operator < 0:
        return None
    return Planted(
        edited(page, {figure.operator: chance.choice([_white, _invisible])}), figure, ("",), hidden=figure.text
    )


def struck(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    x0, y0, x1, y1 = figure.box

    def draw(canvas: Canvas) -> None:
        canvas.setLineWidth(0.6)
        canvas.line(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)

    return Planted(overlaid(page, draw), figure, ("",), hidden=figure.text)


def moved(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    return _moved(page, figure, chance.uniform(-6, 6), chance.uniform(-3, 3))


def moved_half_a_column(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    wide = figure.cell[2] - figure.cell[0]
    return _moved(page, figure, chance.choice([-1, 1]) * chance.uniform(0.3, 1.1) * wide, 0)


def _moved(page: Page, figure: Figure, dx: float, dy: float) -> Planted:
    x0, y0, x1, y1 = figure.box
    data = _drawn(page, figure, figure.text, x0 + dx, y0 + dy, _size(figure), erase=_around(figure.box))
    now = (2 * x0 + stringWidth(figure.text, "Helvetica", _size(figure))) / 2 + dx
    if not 0 < now < page.width:
        return Planted(data, figure, ("",), hidden=figure.text)
    return Planted(data, figure, (figure.text,), (now, (y0 + y1) / 2 + dy))


def raised_and_lowered(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    if figure.operator < 0:
        return None
    data = edited(page, {figure.operator: _raised(chance.uniform(-2.5, 2.5))})
    return Planted(data, figure, (figure.text,))


def replaced(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    other = _other(figure.text, chance)
    size = _size(figure)
    x = figure.box[2] - stringWidth(other, "Helvetica", size)
    return Planted(_drawn(page, figure, other, x, figure.box[1], size, erase=_around(figure.box)), figure, (other,))


def doubled(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    """Drawn once more by the same operator, a hair aside."""
    if figure.operator < 0:
        return None
    dx, dy = chance.uniform(-0.6, 0.6), chance.uniform(-0.4, 0.4)
    data = _again(page, figure, dx, dy)
    return Planted(data, figure, (figure.text,)) if data else None


def _again(page: Page, figure: Figure, dx: float, dy: float) -> bytes | None:
    """The page with the operator that shows a figure repeated beside it, where its matrix is set before it."""
    with pikepdf.open(io.BytesIO(page.data)) as pdf:
        before = pikepdf.parse_content_stream(pdf.pages[0])[: figure.operator]
    names = [str(instruction.operator) for instruction in before]
    at = len(names) - 1 - names[::-1].index("Tm") if "Tm" in names else -1
    if at < 0 or set(names[at + 1 :]) & (SHOWING | {"Td", "TD", "T*", "ET", "BT"}):
        return None
    matrix = [float(v) for v in before[at].operands]
    shifted = [*matrix[:4], matrix[4] + dx, matrix[5] + dy]
    return edited(page, {figure.operator: lambda shown, _: [shown, _do("Tm", *shifted), shown]})


def written_over(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    other = _other(figure.text, chance)
    x, y = figure.box[0] + chance.uniform(-6, 6), figure.box[1] + chance.uniform(-3, 3)
    return Planted(_drawn(page, figure, other, x, y, _size(figure)), figure, added=other)


def digit_over_digit(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    x0, y0, x1, _ = figure.box
    place = chance.randrange(len(figure.text))
    if not figure.text[place].isdigit():
        return None
    digit = chance.choice([d for d in "0123456789" if d != figure.text[place]])
    x = x0 + (x1 - x0) * stringWidth(figure.text[:place], "Helvetica", 10) / stringWidth(figure.text, "Helvetica", 10)
    return Planted(_drawn(page, figure, digit, x, y0, _size(figure)), figure)


def number_beside(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    """Another number close before or after."""
    other = str(chance.choice([chance.randrange(1, 100), f"{chance.uniform(1, 100):.2f}"]))
    size = _size(figure)
    gap = chance.uniform(0, 1.2) * size
    after = chance.random() < 0.5
    x = figure.box[2] + gap if after else figure.box[0] - gap - stringWidth(other, "Helvetica", size)
    together = (figure.text + other) if after else other + figure.text
    shows = (together,) if gap < 0.2 * size else ()
    return Planted(_drawn(page, figure, other, x, figure.box[1], size), figure, shows, added=other)


def raised_digit(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    x0, y0, x1, y1 = figure.box
    size = _size(figure)
    x = x1 + chance.uniform(0, 0.1) * size
    y = y0 + chance.uniform(0.33, 0.5) * size
    data = _drawn(page, figure, str(chance.randrange(1, 10)), x, y, size * chance.uniform(0.5, 0.65))
    return Planted(data, figure, (figure.text,))


def hidden_text(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    other = _other(figure.text, chance)
    x, y = figure.box[0] + chance.uniform(-6, 6), figure.box[1] + chance.uniform(-3, 3)
    return Planted(_drawn(page, figure, other, x, y, _size(figure), grey=1), figure, (figure.text,), hidden=other)


def row_moved(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    """All texts of a row set higher or lower by less than half of it."""
    row = [other for other in page.figures if other.spot[:2] == figure.spot[:2]]
    if any(other.operator < 0 for other in row) or len(row) < 2:
        return None
    by = chance.uniform(-0.4, 0.4) * min(figure.cell[3] - figure.cell[1], 24)
    return Planted(edited(page, {other.operator: _raised(by) for other in row}))


OF_RULES = (rule_deleted, rule_moved, rule_thickened)
OF_FIGURES = (
    deleted, covered, half_covered, white, struck, moved, moved_half_a_column, raised_and_lowered, replaced, doubled,
    written_over, digit_over_digit, number_beside, raised_digit, hidden_text, row_moved,
)  # fmt: skip


# --- judging --------------------------------------------------------------------------------


@dataclass
class Judgement:
    wrong: list[str] = field(default_factory=list)
    told: int = 0

    def note(self, ok: bool, what: str) -> None:
        if ok:
            self.told += 1
        else:
            self.wrong.append(what)


def judged(page: Page, plant: Planted, after: Reading) -> Judgement:
    """Every figure of the frames against the undisturbed reading and what the page now shows."""
    before = page.reading
    verdict = Judgement()
    targets = _targets(page, plant.figure) if plant.figure else set()
    there = 0
    renamed = _renamed(before, after)
    for old, new in renamed.items():
        _judge_names(old, new, plant, before, after, verdict)
    for key in sorted({*before.values, *after.values} - {*renamed, *renamed.values()}):
        was, now = before.values.get(key), after.values.get(key)
        if key in targets:
            there += now is not None
            _judge_planted(key, was, now, plant, after, verdict)
        elif was is None or now is None or abs(was.number - now.number) > 1e-9:
            if now is not None and plant.middle and plant.figure and _moved_into(now, plant, after):
                continue
            if now is not None and was is None and plant.added and plain(now.text) == plain(plant.added):
                continue  # it stands in the cell beside
            what = f"{key}: {was.number if was else None} -> {now.number if now else None}"
            lost = was is not None and after.names(was)
            verdict.note(after.doubts(now) if now else lost, what)
    if plant.hidden and there == 0 and targets and not after.hides(plant.hidden):
        verdict.wrong.append(f"{plant.hidden} is not shown, and nothing says so")
    return verdict


def _renamed(before: Reading, after: Reading) -> dict[Key, Key]:
    """The keys of figures that are as before, in their cells, under labels that are not: the new ones by the old."""

    def place(key: Key, reading: Reading) -> tuple[object, ...]:
        value = reading.values[key]  # of a form with a row for each record, the cell of a figure is but a guess
        return (*key[:2], value.spot[:2], value.number) if key[0] in EVALUATIONS else (*key[:2], value.spot)

    new = {place(key, after): key for key in {*after.values} - {*before.values}}
    pairs = {key: new.get(place(key, before)) for key in {*before.values} - {*after.values}}
    return {
        old: key
        for old, key in pairs.items()
        if key is not None and abs(before.values[old].number - after.values[key].number) < 1e-9
    }


def _judge_names(old: Key, new: Key, plant: Planted, before: Reading, after: Reading, verdict: Judgement) -> None:
    """Labels into which planted ink got: as printed in a cell of words, else the report has to name the cell."""
    planted = plain(plant.added or (plant.figure.text if plant.figure and plant.middle else ""))
    table = after.values[new].spot[0]
    for was, now in zip(old, new, strict=True):
        if was == now:
            continue
        words = re.search("[\u4e00-\u9fff]{4}", was) is not None and old[0] in EVALUATIONS
        gone = now == "nan" and plain(was) == planted and plant.middle and _printed_at(plant.middle, planted, after)
        if not (gone or words and planted and planted in plain(now)):
            named = after.names_text(table, now) or after.doubts(after.values[new])
            struck = plant.hidden and plain(was) == plain(plant.hidden) and after.hides(was)
            now_shown = plain(now.replace("nan", "")) in map(plain, plant.shows)
            shown = plant.figure and plain(was) == plain(plant.figure.text) and now_shown
            if not shown:
                verdict.note(named or bool(struck), f"{new}: its label was {was!r}")


def _targets(page: Page, figure: Figure) -> set[Key]:
    return {
        key
        for key, value in page.reading.values.items()
        if value.spot == figure.spot
        or key[0] in EVALUATIONS and value.spot[0] == figure.spot[0] and _is_number(figure.text, value.number)
    }  # fmt: skip


def _judge_planted(
    key: Key, was: Value | None, now: Value | None, plant: Planted, after: Reading, verdict: Judgement
) -> None:
    figure = plant.figure
    assert figure is not None and was is not None
    printed = number_of(figure.text)
    scale = was.number / float(printed) if printed else 1e-4
    allowed = [number_of(text) for text in plant.shows if text]
    what = f"{key}: {figure.text}, page shows {plant.shows}, read {now.number if now else None}"
    if key[0] in EVALUATIONS and now is not None and abs(now.number - was.number) < 1e-9:
        return  # it may be another figure of the form that is like the planted one
    if now is None:
        stood = plant.middle is None or _holds(figure.cell, plant.middle)
        text = Value(0, figure.spot, figure.text)
        if "" in plant.shows:
            return
        elsewhere = any(_moved_into(value, plant, after) for value in after.values.values()) if not stood else False
        if not elsewhere and not (key[0] in EVALUATIONS and _among_words(plant, after)):
            verdict.note(after.names(text, hidden=False), what)
    elif any(a is not None and abs(float(a) * scale - now.number) < 1e-9 for a in allowed):
        return
    elif plant.added and abs(now.number - was.number) < 1e-9:
        beside = any(plain(text) == plain(plant.added) for text in after.texts.values())
        verdict.note(beside or after.names(Value(0, now.spot, plant.added)), what)
    else:
        verdict.note(after.doubts(now), what)


def _printed_at(middle: tuple[float, float], text: str, after: Reading) -> bool:
    """Whether the cell at a point prints ``text``, alone or among others."""
    return any(_holds(box, middle) and text in plain(after.texts[spot]) for spot, box in after.boxes.items())


def _moved_into(value: Value, plant: Planted, after: Reading) -> bool:
    """Whether a figure is the planted one, read in the cell in which it now stands."""
    assert plant.figure is not None and plant.middle is not None
    box = after.boxes.get(value.spot)
    return box is not None and _holds(box, plant.middle) and plain(after.texts[value.spot]) == plain(plant.figure.text)


def _among_words(plant: Planted, after: Reading) -> bool:
    """Whether the planted figure now stands among the words of a cell, which is kept as printed."""
    if plant.middle is None or plant.figure is None:
        return False
    cells = [after.texts[spot] for spot, box in after.boxes.items() if _holds(box, plant.middle)]
    return any(
        plain(plant.figure.text) in plain(text) and re.search("[\u4e00-\u9fff]{4}", text) is not None for text in cells
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--case", type=int, nargs="+", help="these cases only")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "planted")
    options = parser.parse_args()
    folders = [sorted(folder.glob("*.pdf")) for folder in FOLDERS]
    sources = [folder for folder in folders if folder]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    end = time.monotonic() + options.seconds
    wanted: Any = options.case or range(options.cases)
    with tempfile.TemporaryDirectory() as folder:
        for number in wanted:
            if time.monotonic() > end:
                break
            chance = random.Random(f"{options.seed}/{number}")
            choice = random.Random(f"{options.seed}/page {number // PER_PAGE}")
            page = _page(choice, sources, Path(folder))
            kind = chance.choice([*OF_RULES, *OF_FIGURES])
            planted = _planted(page, kind, chance) if page else None
            if page is None or planted is None:
                continue
            try:
                verdict = judged(page, planted, read(turned(planted.data, page.turns), Path(folder)))
            except jscore.ReadError:
                verdict = Judgement(told=1)
            counts[kind.__name__]["wrong" if verdict.wrong else "said" if verdict.told else "right"] += 1
            if verdict.wrong:
                options.keep.mkdir(parents=True, exist_ok=True)
                kept = options.keep / f"{options.seed}-{number}.pdf"
                kept.write_bytes(turned(planted.data, page.turns))
                print(
                    f"case {number}: {page.name} turned {page.turns}, {kind.__name__}: {verdict.wrong[:3]} ({kept})",
                    flush=True,
                )
    return _summary(options.seed, counts)


def _page(choice: random.Random, sources: list[list[Path]], folder: Path) -> Page | None:
    """A page of a report on which a table begins."""
    for _ in range(20):
        source = choice.choice(choice.choice(sources))
        with pdfium.PdfDocument(source) as document:
            number = choice.randrange(len(document))
            text = document[number].get_textpage().get_text_range()
        if "表" in text and len(FIGURE.findall(text)) > 8:
            return page_of(source, number, folder, choice.choice((0, 0, 0, 1, 2, 3)))
    return None


def _planted(page: Page, kind: Any, chance: random.Random) -> Planted | None:
    planted: Planted | None = (
        kind(page, chance) if kind in OF_RULES else kind(page, chance.choice(page.figures), chance)
    )
    return planted


def _summary(seed: int, counts: Mapping[str, Counter[str]]) -> int:
    total = sum(counts.values(), Counter[str]())
    print(f"seed {seed}: {total.total()} cases, {total['right']} right, {total['said']} said, {total['wrong']} wrong")
    for kind in sorted(counts):
        print(f"  {kind.replace('_', ' ')}: " + ", ".join(f"{counts[kind][v]} {v}" for v in ("right", "said", "wrong")))
    return 1 if total["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
