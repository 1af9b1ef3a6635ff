"""Ink planted in reports at random: every figure comes out as the page shows it, or the report says that it does not.

    python benchmarks/plant.py [--seconds N] [--seed S] [--cases N] [--keep DIR] [--reports DIR] [--case N ...]

One figure, word, unit, row or rule on one page of a report, or one figure of its prose, is moved, hidden, doubled, covered,
struck out, deleted, exchanged or written beside.
A case is made from the seed and its number alone.  Afterwards every figure of every frame is compared with the undisturbed
reading and with what the page now shows.  A case is *right* if all agree; *said* if each that does not is missing, and
named by its own text or by its cell in what the report now says of itself and did not say before, or is named as
doubtful; *refused* if the report cannot be read; else *wrong*.
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
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from math import copysign, isclose
from pathlib import Path
from typing import Any

import pandas as pd
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import jscore  # noqa: E402
from jscore.pdf.damage import damaged_pages  # noqa: E402
from jscore.pdf.streams import check_streams  # noqa: E402
from jscore.tables.evaluation_terms import points_of  # noqa: E402
from jscore.text import numbers  # noqa: E402
from jscore.text.normal import nfkc  # noqa: E402

REPORTS = ROOT.parent / "shared" / "reports"
FOLDERS = ("synthetic", "real", "world", "hazards")
NINE = ("totals", "revenue", "expenditure", "economic", "sangong")
EVALUATIONS = ("overall", "tasks", "projects", "indicators")
PLACES = {"page", "table_id", "row", "col", "line_no"}
#: What names single cells, and what names whole tables, in report.json.
CELLS = ("unread", "not_understood", "doubtful")
TABLES = ("other_tables", "unknown_tables", "repeated_tables")
ELSEWHERE = ("not_shown", "homeless")
WORDS = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(WORDS))
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
Chars = Sequence[tuple[str, Box]]


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
    pages: Mapping[Spot, int]
    facts: Sequence[Fact]
    info: Mapping[str, Any]

    def beyond(self, before: Reading) -> Reading:
        """The reading with only what is said beyond what was said of the undisturbed page, in other cells or words."""
        info = dict(self.info)
        for name in (*CELLS, *TABLES, *ELSEWHERE):
            known = Counter(_told(entry) for entry in before.info[name])
            info[name] = []
            for entry in self.info[name]:
                if known[_told(entry)]:
                    known[_told(entry)] -= 1
                else:
                    info[name].append(entry)
        return replace(self, info=info)

    def names(self, value: Value, hidden: bool = True) -> bool:
        """Whether the report says of a figure that it is missing, doubtful or (``hidden``) not shown: by its cell, or its
        text.
        """
        for entry in (entry for name in CELLS for entry in self.info[name]):
            if self._is_of(entry, value) or names_figure(entry["text"], value.text):
                return True
            if entry["table_id"] == value.spot[0] and _is_number(entry["text"], value.number):
                return True  # of a form with a row for each record, the cell of a figure is but a guess
        if any(names_figure(entry["text"], value.text) for entry in self.info["homeless"]):
            return True
        if hidden and (value.text and self.hides(value.text) or self._hides_number(value.number)):
            return True
        tables = {entry["table_id"] for name in TABLES for entry in self.info[name]}
        printed = [text for spot, text in self.texts.items() if spot[0] in tables]
        return any(_is_number(text, value.number) or points_of(text) == value.number for text in printed)

    def _is_of(self, entry: Mapping[str, Any], value: Value) -> bool:
        """Whether an entry is of a figure's cell: of a row whose columns are others now, by parts of its text."""
        table, row, column = value.spot
        if (entry["table_id"], entry["row"]) != (table, row):
            return False
        parts = plain(entry["text"]), plain(value.text)
        return (
            column < 0
            or entry["col"] in (column, None)
            or bool(parts[0])
            and (parts[0] in parts[1] or parts[1] in parts[0])
        )

    def doubts(self, value: Value) -> bool:
        """Whether a figure that is in a frame is named as doubtful."""
        return any(self._is_of(entry, value) for entry in self.info["doubtful"])

    def names_in_row(self, value: Value, text: str) -> bool:
        """Whether a figure is doubtful, or a cell of its row is named that prints ``text``."""
        entries = [entry for name in CELLS for entry in self.info[name]]
        in_row = [entry for entry in entries if (entry["table_id"], entry["row"]) == value.spot[:2]]
        return self.doubts(value) or bool(text) and any(text in plain(entry["text"]) for entry in in_row)

    def names_text(self, table: str, text: str) -> bool:
        """Whether a cell of a table that prints ``text``, or whose text is part of it, is named."""
        printed = [entry["text"] for name in CELLS for entry in self.info[name] if entry["table_id"] == table]
        parts = plain(text)
        return text in printed or any(other and (other in parts or parts in other) for other in map(plain, printed))

    @property
    def hidden_words(self) -> list[str]:
        """The words that the report says are not shown."""
        return [plain(word) for entry in self.info["not_shown"] for word in entry["text"].split()]

    def _hides_number(self, number: float) -> bool:
        """Whether the report says that a text of this number is not shown."""
        return any(_is_number(word, number) for word in self.hidden_words)

    def hides(self, text: str) -> bool:
        """Whether the report says that ``text`` is in the file and not shown."""
        return any(plain(text) in plain(entry["text"]) for entry in self.info["not_shown"])


@dataclass(frozen=True)
class Fact:
    """A figure of a sentence: what it is of, its kind and number, and as it is printed, on a page and in a box."""

    subject: str
    measure: str
    number: float
    printed: str
    page: int
    box: Box


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
    #: Which of the pages that are read together it is.
    at: int = 0
    #: Cells of words and codes in the tables of its figures; figures of sentences; the word that is its unit of money.
    words: Sequence[Figure] = ()
    prose: Sequence[tuple[Figure, Fact]] = ()
    unit: Figure | None = None


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
    #: Where it begins and ends, on a level.
    beside: tuple[float, float, float] | None = None
    #: Figures against which it now stands without a gap, by cell: as one.
    joined: Mapping[Spot, str] = field(default_factory=dict)
    #: What stands in cells of words now.
    words: Mapping[Figure, str] = field(default_factory=dict)
    #: Two headings that have changed places.
    exchanged: tuple[Figure, ...] = ()
    #: By how much another unit makes the amounts of its page larger (0: none is printed).
    scale: float = 1.0
    #: The figure of a sentence that is planted.
    fact: Fact | None = None


def plain(text: str) -> str:
    return re.sub(r"[\s¦\ufffd]", "", nfkc(text))


def names_figure(entry: str, text: str) -> bool:
    """Whether what is said prints a figure, not as part of a longer one unless it is itself long, or what is in sight of it."""
    text = plain(text)
    left = nfkc(entry).rstrip("%")
    in_part = "\ufffd" in left and (re.search(r"\d", left) or len(left) == len(text))
    if in_part and re.fullmatch(re.escape(left).replace("\ufffd", r"[\d.,]*"), text.rstrip("%")):
        return True
    words = " ".join(map(nfkc, entry.replace("¦", " ").split()))
    whole = re.search(rf"(?<![\d.,]){re.escape(text)}(?![\d,]|\.\d)", words) if text else None
    return whole is not None or len(text) > 4 and text in plain(entry)


def _told(entry: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(entry.get(name) for name in ("table_id", "row", "col", "page", "text", "why"))


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
    pages = dict(zip(spots, cells["page"].astype(int), strict=True))
    values = dict(_values(report.frames, texts))
    return Reading(values, boxes, texts, pages, list(_facts(report.frames["narrative"])), report.info)


def _facts(narrative: pd.DataFrame) -> Iterator[Fact]:
    for row in narrative.dropna(subset=["value", "page", "x0"]).to_dict("records"):
        box = (row["x0"], row["y0"], row["x1"], row["y1"])
        yield Fact(
            str(row["subject"]), str(row["measure"]), float(row["value"]), str(row["printed"]), int(row["page"]), box
        )


def _values(frames: Mapping[str, pd.DataFrame], texts: Mapping[Spot, str]) -> Iterator[tuple[Key, Value]]:
    again: Counter[Key] = Counter()
    for name in (*NINE, *EVALUATIONS):
        frame = frames[name]
        figures = [c for c in frame if c not in PLACES and pd.api.types.is_float_dtype(frame[c])]
        labels = [c for c in frame if c not in PLACES and c not in figures]
        # the budgets of items that stand side by side are in the columns of the final amounts, if anywhere that is known
        aside = name == "sangong" and frame["col"].nunique() > 1
        for row in frame.to_dict("records"):
            cells = sorted(other for other in texts if other[:2] == (row["table_id"], int(row["row"])))
            for column in figures:
                key = (name, str(column), *(str(row[label]) for label in labels))
                again[key] += 1
                if pd.isna(row[column]):
                    continue
                spot = (row["table_id"], int(row["row"]), int(row.get("col", -1)))
                is_at = name != "sangong" or column == "final" or pd.isna(row["final"])
                is_at &= _is_number(texts.get(spot, ""), row[column])
                if len(figures) > 1 and (spot[2] < 0 or not is_at):
                    others = [
                        other
                        for other in texts
                        if other[0] == spot[0]
                        and (name in EVALUATIONS or aside and other[2] == spot[2] and other != spot)
                    ]
                    at = _spot_of(row[column], [] if aside else cells, texts) or _spot_of(row[column], others, texts)
                    spot = at or (*spot[:2], -1)
                cells = [other for other in cells if other != spot]
                yield (*key, str(again[key])), Value(float(row[column]), spot, texts.get(spot, f"{row[column]:g}"))


def _spot_of(number: float, cells: list[Spot], texts: Mapping[Spot, str]) -> Spot | None:
    """The first of the cells of a row that prints ``number``: each figure has its own, in the order of the columns."""
    printing = [spot for spot in cells if _is_number(texts[spot], number)]
    rates = [spot for spot in printing if abs(number) <= 1 and texts[spot].rstrip().endswith(("%", "％"))]
    exact = [spot for spot in printing if number_of(texts[spot]) == Decimal(str(number))]
    return next(iter(rates or exact or printing), None)


def _is_number(text: str, number: float) -> bool:
    """Whether ``text`` prints ``number`` in one of the units of amounts and shares."""
    printed = number_of(text)
    return printed is not None and any(abs(number - float(printed) * unit) < 1e-9 for unit in UNITS)


@lru_cache
def _damaged(path: Path) -> frozenset[int]:
    with pikepdf.open(path) as pdf:
        return frozenset(damaged_pages(pdf, check_streams(path.read_bytes()), len(pdf.pages)))


@lru_cache(maxsize=4)
def page_of(path: Path, numbers: tuple[int, ...], at: int, folder: Path, turns: int = 0) -> Page | None:
    """The page ``numbers[at]``, or None where it has no figures that come into frames when only ``numbers`` are read.

    ``turns`` are the quarters by which it is drawn sideways and shown upright by /Rotate.
    """
    with pikepdf.open(path) as pdf, pikepdf.new() as single:
        if not {number + 1 for number in numbers}.isdisjoint(_damaged(path)):
            return None  # written anew it is damaged no more, and nobody says so
        for number in numbers:
            single.pages.append(pdf.pages[number])
        noted = "/Annots" in single.pages[at]
        if not noted:
            upright(single, at)
        out = io.BytesIO()
        single.save(out)
    data = out.getvalue()
    turns = 0 if noted else turns
    try:
        reading = read(turned(data, turns, at), folder)
    except jscore.ReadError:
        return None
    with pdfium.PdfDocument(data) as opened:
        page = opened[at]
        if page.get_rotation() or tuple(page.get_mediabox()[:2]) != (0, 0):
            return None
        width, height = page.get_size()
        texts = page.get_textpage()
        chars = [(texts.get_text_range(i, 1), texts.get_charbox(i)) for i in range(texts.count_chars())]
        chars = [(nfkc(char), box) for char, box in chars if not char.isspace()]
        operators = _operators(data, page, at)
        figures, words = list(_figures(reading, chars, operators, at)), list(_words(reading, chars, operators, at))
        prose = list(_prose(reading, chars, operators, at))
        unit = _unit(chars)
        bounds = [o.get_bounds() for o in page.get_objects([pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=1)]
        rules = [e for e in bounds if min(e[2] - e[0], e[3] - e[1]) < 2 < max(e[2] - e[0], e[3] - e[1])]
        texts.close()
        page.close()
    if len(figures) < 4 and len(prose) < 4:
        return None
    name = f"{path.stem}:{numbers[at] + 1}" + (f" of {[n + 1 for n in numbers]}" if len(numbers) > 1 else "")
    return Page(name, data, width, height, figures, rules, reading, turns, at, words, prose, unit)


def upright(pdf: pikepdf.Pdf, at: int) -> None:
    """A page drawn as it is shown: from (0, 0), without /Rotate."""
    page = pdf.pages[at]
    left, bottom, right, top = map(float, page.cropbox)
    wide, high, quarters = right - left, top - bottom, int(page.get("/Rotate", 0)) // 90 % 4
    if quarters or left or bottom:
        _redrawn(page, _TURNS[quarters](wide, high), (left, bottom), (high, wide) if quarters % 2 else (wide, high))
        page.Rotate = 0


def turned(data: bytes, quarters: int, at: int) -> bytes:
    """The page ``at`` drawn so many quarters anticlockwise, and shown as before by /Rotate."""
    if not quarters:
        return data
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[at]
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


def _operators(data: bytes, page: pdfium.PdfPage, at: int) -> list[tuple[int, Box]]:
    """The drawing operators that show text and the boxes of what they show; none where the two do not tally."""
    texts = list(page.get_objects([pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=1))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        operators = pikepdf.parse_content_stream(pdf.pages[at])
    showing = [i for i, (parts, name) in enumerate(operators) if str(name) in SHOWING and _shown(parts)]
    if len(showing) != len(texts):
        return []
    drawn = zip(showing, texts, strict=True)
    return [(i, text.get_bounds()) for i, text in drawn if not (_leans(text) or _is_of_a_text_layer(text))]


def _is_of_a_text_layer(text: pdfium.PdfObject) -> bool:
    """Whether a text only says what a picture shows."""
    return pdfium_c.FPDFTextObj_GetTextRenderMode(text.raw) == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE


def _leans(text: pdfium.PdfObject) -> bool:
    """Whether a text is set at an angle, as that of a seal is."""
    matrix = text.get_matrix()
    return abs(matrix.b) > 0.05 * abs(matrix.a)


def _shown(parts: Any) -> bool:
    texts = parts[0] if parts and isinstance(parts[0], pikepdf.Array) else parts
    return any(isinstance(text, pikepdf.String) and bytes(text) for text in texts)


def _figures(reading: Reading, chars: Chars, operators: list[tuple[int, Box]], at: int) -> Iterator[Figure]:
    homes = {value.spot for value in reading.values.values() if value.spot[2] >= 0}
    tables = {value.spot[0] for key, value in reading.values.items() if key[0] in EVALUATIONS}
    for spot, text in reading.texts.items():
        known = spot in homes or spot[0] in tables and "." in text
        if reading.pages[spot] == at + 1 and number_of(text) is not None and known:
            yield from _printed(text, reading.boxes[spot], spot, chars, operators)


def _words(reading: Reading, chars: Chars, operators: list[tuple[int, Box]], at: int) -> Iterator[Figure]:
    """Cells of tables with figures that print words or codes in one line."""
    homes = {value.spot for value in reading.values.values()}
    tables = {spot[0] for spot in homes}
    forms = {value.spot[0] for key, value in reading.values.items() if key[0] in EVALUATIONS}
    rows = {spot[:2] for spot in homes}
    for spot, text in reading.texts.items():
        is_word = number_of(text) is None or spot[0] not in forms and re.fullmatch(r"\d{2,7}", plain(text))
        inside = spot[0] in tables and spot not in homes and (spot[0] not in forms or spot[:2] in rows)
        if reading.pages[spot] == at + 1 and inside and len(plain(text)) > 1 and is_word:
            yield from _printed(text, reading.boxes[spot], spot, chars, operators)


def _prose(reading: Reading, chars: Chars, operators: list[tuple[int, Box]], at: int) -> Iterator[tuple[Figure, Fact]]:
    """Figures of sentences that are printed once in their lines."""
    for fact in reading.facts:
        number = re.search(r"\d[\d,]*(\.\d+)?", nfkc(fact.printed))
        if fact.page != at + 1 or not number or len(number[0]) < 3:
            continue
        line = "".join(char for char, box in chars if _holds(fact.box, middle_of(box)))
        if line.count(number[0]) == 1:
            for figure in _printed(number[0], fact.box, ("", 0, 0), chars, operators):
                yield figure, fact


def _unit(chars: Chars) -> Figure | None:
    """The unit of money of a page that prints just one."""
    text = "".join(char for char, _ in chars)
    units = list(re.finditer(r"(?<=单位:)(万元|元)", text))
    if len(units) != 1 or len(re.findall(r"万元|\(元\)", text)) > (units[0][0] == "万元"):
        return None
    box = _hull([box for _, box in chars[units[0].start() : units[0].end()]])
    return Figure(units[0][0], box, ("", 0, 0), box, -1)


def _hull(boxes: Sequence[Box]) -> Box:
    x0, y0, x1, y1 = (end(edge) for end, edge in zip((min, min, max, max), zip(*boxes, strict=True), strict=True))
    return x0, y0, x1, y1


def _printed(text: str, cell: Box, spot: Spot, chars: Chars, operators: list[tuple[int, Box]]) -> Iterator[Figure]:
    """``text`` where a box prints it upright and in one line."""
    inside = [(char, box) for char, box in chars if _holds(cell, middle_of(box))]
    at = "".join(char for char, _ in inside).find(plain(text))
    ink = [box for _, box in inside[at : at + len(plain(text))]]
    if at < 0 or len(ink) != len(plain(text)):
        return
    x0, y0, x1, y1 = _hull(ink)
    shown = [i for i, box in operators if _holds(_around((x0, y0, x1, y1)), middle_of(box))]
    alone = len(shown) == 1 and all(
        _holds(_around((x0, y0, x1, y1), 3), (box[0], middle_of(box)[1])) and box[2] < x1 + 3
        for i, box in operators
        if i == shown[0]
    )
    if y1 - y0 < 1.5 * (x1 - x0) and y1 - y0 < 1.6 * max(box[3] - box[1] for box in ink):
        yield Figure(text, (x0, y0, x1, y1), spot, cell, shown[0] if alone else -1)


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
        pdf.pages[page.at].add_overlay(top.pages[0])
        pdf.save(out)
    return out.getvalue()


def edited(page: Page, changes: Mapping[int, Callable[[Any, list[Any]], list[Any]]]) -> bytes:
    """The page with some drawing operators changed: each given itself and the colour that is set, as instructions."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(page.data)) as pdf:
        new: list[Any] = []
        colours: list[list[Any]] = [[]]
        for i, instruction in enumerate(pikepdf.parse_content_stream(pdf.pages[page.at])):
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
        pdf.pages[page.at].Contents = pdf.make_stream(pikepdf.unparse_content_stream(new))
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
    page: Page, text: str, x: float, y: float, size: float, grey: float = 0.0, erase: Box | None = None
) -> bytes:
    """The page with ``text`` drawn from ``x`` on its baseline ``y``, over ``erase`` made white."""

    def draw(canvas: Canvas) -> None:
        if erase:
            canvas.setFillColorRGB(1, 1, 1)
            canvas.rect(erase[0], erase[1], erase[2] - erase[0], erase[3] - erase[1], stroke=0, fill=1)
        canvas.setFillColorRGB(grey, grey, grey)
        canvas.setFont("Helvetica" if text.isascii() else WORDS, size)
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
    data = _drawn(page, "", 0, 0, 9, erase=_around(figure.box))
    return Planted(data, figure, ("",), hidden=figure.text)


def half_covered(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    x0, y0, x1, y1 = _around(figure.box)
    if len(figure.text) < 4:
        return None
    data = _drawn(page, "", 0, 0, 9, erase=((x0 + x1) / 2, y0, x1, y1))
    return Planted(data, figure)


def white(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    if figure.operator < 0:
        return None
    return Planted(
        edited(page, {figure.operator: chance.choice([_white, _invisible])}), figure, ("",), hidden=figure.text
    )


def struck(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    """By a line that may end beside the figure, or within its outer digits."""
    x0, _, x1, _ = figure.box
    left, right = chance.uniform(-1.5, 5), chance.uniform(-1.5, 5)
    return _lined(page, figure, x0 - left, x1 + right)


def _lined(page: Page, figure: Figure, x0: float, x1: float) -> Planted:
    """A level line at the middle of a figure."""
    middle = middle_of(figure.box)[1]

    def draw(canvas: Canvas) -> None:
        canvas.setLineWidth(0.6)
        canvas.line(x0, middle, x1, middle)

    return Planted(overlaid(page, draw), figure, ("",), hidden=figure.text)


def row_struck(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    """All figures of a row by one line, which may go on to the edges of its cells or of the page."""
    middle = middle_of(figure.box)[1]
    row = [
        other
        for other in page.figures
        if other.spot[:2] == figure.spot[:2] and _holds(other.box, (middle_of(other.box)[0], middle))
    ]
    if len(row) < 2:
        return None
    x0, _, x1, _ = chance.choice(
        [_hull([other.box for other in row]), _hull([other.cell for other in row]), (0, 0, page.width, 0)]
    )

    return _lined(page, figure, x0 - 2, x1 + 2)


def struck_by_hand(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    """By a slanting line, a bow or a wave."""
    x0, y0, x1, y1 = figure.box
    ends = [y0 + chance.uniform(0.3, 0.7) * (y1 - y0) for _ in range(2)]
    bends = ends if chance.random() < 0.3 else [y0 + chance.uniform(-0.2, 1.2) * (y1 - y0) for _ in range(2)]
    if len(figure.text) < 3:
        return None

    def draw(canvas: Canvas) -> None:
        canvas.setLineWidth(0.6)
        third = (x1 - x0) / 3
        canvas.bezier(x0 - 1, ends[0], x0 + third, bends[0], x1 - third, bends[1], x1 + 1, ends[1])

    return Planted(overlaid(page, draw), figure, ("",), hidden=figure.text)


def moved(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    return _moved(page, figure, chance.uniform(-6, 6), chance.uniform(-3, 3))


def moved_half_a_column(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    wide = figure.cell[2] - figure.cell[0]
    return _moved(page, figure, chance.choice([-1, 1]) * chance.uniform(0.3, 1.1) * wide, 0)


def _moved(page: Page, figure: Figure, dx: float, dy: float) -> Planted:
    x0, y0, x1, y1 = figure.box
    data = _drawn(page, figure.text, x0 + dx, y0 + dy, _size(figure), erase=_around(figure.box))
    wide = stringWidth(figure.text, "Helvetica", _size(figure))
    left, right = x0 + dx, x0 + dx + wide
    now = (left + right) / 2
    if not 0 < now < page.width:
        return Planted(data, figure, ("",), hidden=figure.text)
    text, near = plain(figure.text), 0.2 * _size(figure)
    level = [other for other in page.figures if other.spot[:2] == figure.spot[:2] and other != figure]
    joined = {other.spot: text + plain(other.text) for other in level if abs(other.box[0] - right) < near}
    joined |= {other.spot: plain(other.text) + text for other in level if abs(left - other.box[2]) < near}
    return Planted(data, figure, (figure.text,), (now, (y0 + y1) / 2 + dy), joined=joined)


def moved_against_words(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    words = [
        word for word in page.words if word.spot[:2] == figure.spot[:2] and re.search("[\u4e00-\u9fff]", word.text)
    ]
    if not words or len(figure.text) < 2:
        return None
    word, gap, size = chance.choice(words), chance.choice([0.2, 1, 3, 8]), _size(figure)
    before = word.box[0] - gap - stringWidth(figure.text, "Helvetica", size)
    x = word.box[2] + gap if chance.random() < 0.75 else before
    cell = page.reading.boxes.get(word.spot)
    if cell and not cell[0] <= x <= x + stringWidth(figure.text, "Helvetica", size) <= cell[2]:
        return None  # over a border it is a figure of either cell
    return _moved(page, figure, x - figure.box[0], middle_of(word.box)[1] - 0.36 * size - figure.box[1])


def raised_and_lowered(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    if figure.operator < 0:
        return None
    data = edited(page, {figure.operator: _raised(chance.uniform(-2.5, 2.5))})
    return Planted(data, figure, (figure.text,))


def replaced(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    other = _other(figure.text, chance)
    size = _size(figure)
    x = figure.box[2] - stringWidth(other, "Helvetica", size)
    return Planted(_drawn(page, other, x, figure.box[1], size, erase=_around(figure.box)), figure, (other,))


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
        before = pikepdf.parse_content_stream(pdf.pages[page.at])[: figure.operator]
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
    return Planted(_drawn(page, other, x, y, _size(figure)), figure, added=other)


def digit_over_digit(page: Page, figure: Figure, chance: random.Random, erase: bool = False) -> Planted | None:
    """Another digit over one, or over the white that covers it."""
    x0, y0, x1, y1 = figure.box
    place = chance.randrange(len(figure.text))
    if not figure.text[place].isdigit():
        return None
    digit = chance.choice([d for d in "0123456789" if d != figure.text[place]])
    part = (x1 - x0) / stringWidth(figure.text, "Helvetica", 10)
    x, end = (x0 + part * stringWidth(figure.text[:to], "Helvetica", 10) for to in (place, place + 1))
    shows = (figure.text[:place] + digit + figure.text[place + 1 :],) if erase else ()
    box = (x, y0 - 0.6, end, y1 + 0.6) if erase else None
    return Planted(_drawn(page, digit, x, y0, _size(figure), erase=box), figure, shows)


def digit_exchanged(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    return digit_over_digit(page, figure, chance, erase=True)


def sign_added(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    """A minus, as a letter or a line, or brackets, within the cell."""
    size, y = _size(figure), figure.box[1]
    left, right = figure.box[0] - chance.uniform(0.05, 0.3) * size, figure.box[2] + 0.05 * size
    sign = chance.choice(["-", "line", "()"])
    if not figure.text[0].isdigit() or left - size < figure.cell[0] or right + size > figure.cell[2]:
        return None

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        canvas.setLineWidth(0.07 * size)
        if sign == "line":
            canvas.line(left - 0.35 * size, y + 0.36 * size, left, y + 0.36 * size)
        else:
            canvas.drawRightString(left, y, sign[0])
            canvas.drawString(right, y, sign[1:])

    return Planted(overlaid(page, draw), figure, ("-" + figure.text, f"({figure.text})"))


def number_beside(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    """Another number close before or after."""
    other = str(chance.choice([chance.randrange(1, 100), f"{chance.uniform(1, 100):.2f}"]))
    size = _size(figure)
    gap = chance.uniform(0, 1.2) * size
    after = chance.random() < 0.5
    x = figure.box[2] + gap if after else figure.box[0] - gap - stringWidth(other, "Helvetica", size)
    together = (figure.text + other) if after else other + figure.text
    shows = (together,) if gap < 0.2 * size else ()
    beside = (x, x + stringWidth(other, "Helvetica", size), middle_of(figure.box)[1])
    return Planted(_drawn(page, other, x, figure.box[1], size), figure, shows, added=other, beside=beside)


def number_beside_without_a_rule(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    """Another number close before or after, and a rule missing at one side of the cell."""
    planted = number_beside(page, figure, chance)
    x = figure.cell[chance.choice((0, 2))]
    if planted is None or planted.beside is None:
        return None
    if not figure.cell[0] + 1 < planted.beside[0] < planted.beside[1] < figure.cell[2] - 1:
        return None

    def draw(canvas: Canvas) -> None:
        canvas.setStrokeColorRGB(1, 1, 1)
        canvas.setLineWidth(2)
        canvas.line(x, figure.cell[1] + 0.5, x, figure.cell[3] - 0.5)

    return replace(planted, data=overlaid(replace(page, data=planted.data), draw))


def raised_digit(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    x0, y0, x1, y1 = figure.box
    size = _size(figure)
    x = x1 + chance.uniform(0, 0.1) * size
    y = y0 + chance.uniform(0.33, 0.5) * size
    data = _drawn(page, str(chance.randrange(1, 10)), x, y, size * chance.uniform(0.5, 0.65))
    return Planted(data, figure, (figure.text,))


def hidden_text(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    other = _other(figure.text, chance)
    x, y = figure.box[0] + chance.uniform(-6, 6), figure.box[1] + chance.uniform(-3, 3)
    return Planted(_drawn(page, other, x, y, _size(figure), grey=1), figure, (figure.text,), hidden=other)


def row_moved(page: Page, figure: Figure, chance: random.Random) -> Planted | None:
    """All texts of a row set higher or lower by less than half of it."""
    row = [other for other in page.figures if other.spot[:2] == figure.spot[:2]]
    if any(other.operator < 0 for other in row) or len(row) < 2:
        return None
    by = chance.uniform(-0.4, 0.4) * min(figure.cell[3] - figure.cell[1], 24)
    if not all(_holds(other.cell, (middle_of(other.box)[0], middle_of(other.box)[1] + by)) for other in row):
        return None
    return Planted(edited(page, {other.operator: _raised(by) for other in row}))


def word_deleted(page: Page, word: Figure, chance: random.Random) -> Planted | None:
    if word.operator < 0:
        return None
    return Planted(edited(page, {word.operator: lambda *_: []}), words={word: ""})


def word_hidden(page: Page, word: Figure, chance: random.Random) -> Planted | None:
    if word.operator < 0:
        return None
    data = edited(page, {word.operator: chance.choice([_white, _invisible])})
    return Planted(data, hidden=word.text, words={word: ""})


def word_covered(page: Page, word: Figure, chance: random.Random) -> Planted | None:
    data = _drawn(page, "", 0, 0, 9, erase=_around(word.box))
    return Planted(data, hidden=word.text, words={word: ""})


def words_exchanged(page: Page, word: Figure, chance: random.Random) -> Planted | None:
    """Two words of a column that have changed places."""
    rows: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for key, value in page.reading.values.items():
        rows[key[0]].add(value.spot[:2])
    others = [
        other for other in page.words
        if other.spot[0] == word.spot[0] and other.spot[2] == word.spot[2] and _are_twins(page, word, other)
        and any({word.spot[:2], other.spot[:2]} <= of_frame for of_frame in rows.values())
    ]  # fmt: skip
    if not others:
        return None
    other = chance.choice(others)
    return Planted(_exchanged(page, word, other), words={word: other.text, other: word.text})


def headings_exchanged(page: Page, word: Figure, chance: random.Random) -> Planted | None:
    """Two headings of one row, over figures and below the same heading, that have changed places."""
    headings = [other for other in page.words if _heads(page, other)]
    pairs = [
        (first, second)
        for first in headings
        for second in headings
        if first.spot < second.spot and first.spot[:2] == second.spot[:2] and _are_twins(page, first, second)
        and _above(page, first) == _above(page, second)
    ]  # fmt: skip
    if not pairs:
        return None
    first, second = chance.choice(pairs)
    return Planted(_exchanged(page, first, second), exchanged=(first, second))


def _heads(page: Page, word: Figure) -> bool:
    """Whether a cell of words is the last heading over a column of figures, and no wider than they are."""
    below = [
        spot
        for spot in page.reading.texts
        if spot[0] == word.spot[0] and spot[2] == word.spot[2] and spot[1] > word.spot[1]
    ]
    homes = {value.spot for value in page.reading.values.values()}
    figures = [spot for spot in below if spot in homes]
    if not figures:
        return False
    between = [page.reading.texts[spot] for spot in below if spot < min(figures)]
    boxes = [page.reading.boxes[spot] for spot in figures]
    as_wide = all(abs(box[0] - word.cell[0]) + abs(box[2] - word.cell[2]) < 2 for box in boxes)
    return as_wide and all(number_of(text) is not None or not text.strip() for text in between)


def _above(page: Page, word: Figure) -> set[Spot]:
    x = middle_of(word.cell)[0]
    boxes = page.reading.boxes.items()
    return {spot for spot, box in boxes if spot[0] == word.spot[0] and spot[1] < word.spot[1] and box[0] <= x <= box[2]}


def _are_twins(page: Page, word: Figure, other: Figure) -> bool:
    """Whether two words are others, can change places, and are of a size."""
    sizes = len(plain(word.text)), len(plain(other.text))
    alike = plain(word.text).isascii() == plain(other.text).isascii()
    return plain(word.text) != plain(other.text) and max(sizes) <= 2 * min(sizes) and alike


def _exchanged(page: Page, first: Figure, second: Figure) -> bytes:
    """Each of two words drawn over the other, which is made white."""

    def draw(canvas: Canvas) -> None:
        for word in (first, second):
            x0, y0, x1, y1 = _around(word.box)
            canvas.setFillColorRGB(1, 1, 1)
            canvas.rect(x0, y0, x1 - x0, y1 - y0, stroke=0, fill=1)
        for word, text in ((first, plain(second.text)), (second, plain(first.text))):
            font = "Helvetica" if text.isascii() else WORDS
            room = word.cell[2] - word.cell[0] - 2
            size = min(9.0, room / stringWidth(text, font, 1))
            left = min(word.box[0], word.cell[2] - 1 - stringWidth(text, font, size))
            canvas.setFillColorRGB(0, 0, 0)
            canvas.setFont(font, size)
            canvas.drawString(left, middle_of(word.box)[1] - 0.35 * size, text)

    return overlaid(page, draw)


def code_replaced(page: Page, word: Figure, chance: random.Random) -> Planted | None:
    code = plain(word.text)
    if not re.fullmatch(r"\d{2,7}", code):
        return None
    other = code[:-1] + chance.choice([d for d in "123456789" if d != code[-1]])
    size = _size(word)
    data = _drawn(page, other, word.box[0], word.box[1], size, erase=_around(word.box))
    return Planted(data, words={word: other})


def code_digit_over_digit(page: Page, word: Figure, chance: random.Random) -> Planted | None:
    code = plain(word.text)
    if not re.fullmatch(r"\d{2,7}", code):
        return None
    planted = digit_over_digit(page, replace(word, text=code), chance)
    return Planted(planted.data, words={word: "?"}) if planted else None


def unit_changed(page: Page, word: Figure, chance: random.Random) -> Planted | None:
    if page.unit is None or len(set(page.reading.pages.values())) > 1:
        return None
    other, scale = ("元", 1e-4) if page.unit.text == "万元" else ("万元", 1e4)
    x0, y0, x1, _ = page.unit.box
    size = min(_size(page.unit), 11)
    x = x0 if other == "元" else max(x1 - 2 * size, x0 - 0.3)
    other += " " * (other == "元")  # pdfium shows no text of one such glyph alone
    data = _drawn(page, other, x, y0 + 1, size, erase=_around(page.unit.box))
    return Planted(data, scale=scale)


def unit_deleted(page: Page, word: Figure, chance: random.Random) -> Planted | None:
    if page.unit is None or len(set(page.reading.pages.values())) > 1:
        return None
    data = _drawn(page, "", 0, 0, 9, erase=_around(page.unit.box))
    return Planted(data, scale=0)


def in_prose(kind: Any) -> Callable[[Page, Figure, random.Random], Planted | None]:
    """A kind of planting at the figure of a sentence."""

    def planted(page: Page, _: Figure, chance: random.Random) -> Planted | None:
        figure, fact = chance.choice(page.prose)
        made = kind(page, figure, chance)
        return (
            replace(made, figure=None, fact=fact, words={figure: made.shows[0] if made.shows else "?"})
            if made
            else None
        )

    planted.__name__ = f"{kind.__name__}_in_prose"
    return planted


OF_RULES = (rule_deleted, rule_moved, rule_thickened)
OF_FIGURES = (
    deleted, covered, half_covered, white, struck, row_struck, struck_by_hand, sign_added, digit_exchanged, moved, moved_half_a_column, moved_against_words, raised_and_lowered,
    replaced, doubled, written_over, digit_over_digit, number_beside, number_beside_without_a_rule, raised_digit, hidden_text, row_moved,
)  # fmt: skip
OF_WORDS = (
    word_deleted, word_hidden, word_covered, words_exchanged, headings_exchanged, code_replaced, code_digit_over_digit,
    unit_changed, unit_deleted,
)  # fmt: skip
OF_PROSE = tuple(
    map(in_prose, (deleted, covered, half_covered, white, struck, replaced, doubled, digit_over_digit, hidden_text))
)


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


def judged(page: Page, plant: Planted, reading: Reading) -> Judgement:
    """Every figure of the frames against the undisturbed reading and what the page now shows."""
    before, after = page.reading, _as_counted(reading.beyond(page.reading), page.reading)
    verdict = Judgement()
    if plant.fact:
        _judge_fact(plant, before, after, verdict)
    targets = _targets(page, plant.figure) if plant.figure else set()
    there = 0
    renamed = {} if plant.exchanged else _renamed(before, after)
    for old, new in renamed.items():
        _judge_names(old, new, plant, before, after, verdict)
    for key in sorted({*before.values, *after.values} - {*renamed, *renamed.values()}):
        was, now = before.values.get(key), after.values.get(key)
        due = _due(key, was, plant, before)
        if key in targets:
            there += now is not None
            _judge_planted(key, was, now, plant, before, after, verdict)
        elif not due and now is None and was is not None and plant.exchanged:
            continue  # what is printed below the heading now is blank
        elif was is None or now is None or due is None or not isclose(due, now.number, rel_tol=1e-9, abs_tol=1e-9):
            if now is not None and plant.middle and plant.figure and _moved_into(now, plant, after):
                continue
            if now is not None and plain(now.text) == plant.joined.get(now.spot):
                continue
            if now is not None and was is None and plant.added and plain(now.text) == plain(plant.added):
                continue  # it stands in the cell beside
            if now is not None and was is not None and _is_of_other_row(was, now, plant, before):
                continue
            if plant.exchanged and now is not None and was is None and _is_of_exchanged(now, plant, before):
                continue  # judged below the other heading
            what = f"{key}: {was.number if was else None} -> {now.number if now else None}, due {due}"
            lost = was is not None and any(after.names(value) for value in _places(key, was, before))
            if was is not None and (place := _below_the_other(was, plant)):  # it was unread before, too
                lost = lost or before.names(Value(due or 0, place, before.texts[place]))
            verdict.note(_is_told(now, plant, before, after) if now else lost, what)
    if plant.words and not plant.fact:
        _judge_stale(plant, before, after, verdict)
    told = not plant.figure or after.hides(plant.hidden) or after.names(Value(0, plant.figure.spot, plant.figure.text))
    if plant.hidden and there == 0 and targets and not told:
        verdict.wrong.append(f"{plant.hidden} is not shown, and nothing says so")
    return verdict


def _as_counted(after: Reading, before: Reading) -> Reading:
    """``after`` with the figures of rows of one name counted as ``before``: each where it is printed, or in its cell."""
    found: dict[Key, Key] = {}
    for place in (_printed_place, lambda value, _: value.spot):
        free = {
            (key[:-1], place(value, before)): key
            for key, value in before.values.items()
            if value.spot[2] >= 0 and key not in found.values()
        }
        places = {key: free.get((key[:-1], place(value, after))) for key, value in after.values.items()}
        found |= {key: old for key, old in places.items() if old and key not in found}
    taken = {*found.values()}
    values = {
        found.get(key) or ((*key, "elsewhere") if key in taken else key): value for key, value in after.values.items()
    }
    return replace(after, values=values)


def _printed_place(value: Value, reading: Reading) -> tuple[object, ...]:
    """The page of a figure's cell and where its edges are."""
    return reading.pages.get(value.spot), *map(round, reading.boxes.get(value.spot, ()))


def _places(key: Key, was: Value, before: Reading) -> Iterator[Value]:
    """A figure in its cell, and, as that of a form with a row for each record is but a guess, in all of its row that print it."""
    yield was
    if key[0] in EVALUATIONS:
        for spot, text in before.texts.items():
            if spot[:2] == was.spot[:2] and _is_number(text, was.number):
                yield replace(was, spot=spot, text=text)


def _due(key: Key, was: Value | None, plant: Planted, before: Reading) -> float | None:
    """What has to be read where ``was`` was read before; None: nothing."""
    if was is None:
        return None
    if plant.scale and plant.scale != 1 and key[0] in NINE:
        return was.number * plant.scale
    place = _below_the_other(was, plant)
    if place is None:
        return was.number
    printed = number_of(before.texts.get(place, ""))
    there = next((value.number for value in before.values.values() if value.spot == place), None)
    if printed is None:  # of several texts of a cell the one that was read
        return there
    amount = float(printed) * _scale(was, before)
    return amount if there is None else copysign(amount, there)  # a column in brackets may be none of negatives


def _below_the_other(was: Value, plant: Planted) -> Spot | None:
    """The cell of the row of ``was`` below the heading that has changed places with the one above it."""
    for here, there in (plant.exchanged, plant.exchanged[::-1]) if plant.exchanged else ():
        if was.spot[0] == here.spot[0] and was.spot[2] == here.spot[2] and was.spot[1] > here.spot[1]:
            return (*was.spot[:2], there.spot[2])
    return None


def _scale(value: Value, before: Reading) -> float:
    """What one of a printed figure is in the frame that ``value`` is of: known from the table's figures that are not zero."""
    for other in (value, *before.values.values()):
        printed = number_of(other.text)
        if other.spot[0] == value.spot[0] and printed and other.number:
            return other.number / float(printed)
    return 1.0


def _is_of_exchanged(now: Value, plant: Planted, before: Reading) -> bool:
    """Whether a figure that nothing was read for stands below one of the exchanged headings, as it is printed."""
    return any(now.spot[0] == other.spot[0] and now.spot[2] == other.spot[2] for other in plant.exchanged) and plain(
        before.texts.get(now.spot, "")
    ) == plain(now.text)


def _is_of_other_row(was: Value, now: Value, plant: Planted, before: Reading) -> bool:
    """Whether a figure is the one printed in that row of two whose names have changed places to which its name went."""
    rows = {word.spot[:2] for word in plant.words}
    return (
        len(rows) == 2
        and rows == {was.spot[:2], now.spot[:2]}
        and _is_number(before.texts.get(now.spot, ""), now.number)
    )


def _is_told(now: Value, plant: Planted, before: Reading, after: Reading) -> bool:
    """Whether a figure that is another than before is doubtful, or is as its cell printed it in a row that is named."""
    if after.doubts(now) or plant.scale == 0 and any("单位" in warning for warning in after.info["warnings"]):
        return True
    row = any((entry["table_id"], entry["row"]) == now.spot[:2] for name in CELLS for entry in after.info[name])
    return row and now.spot[2] >= 0 and plain(before.texts.get(now.spot, "")) == plain(now.text)


def _judge_fact(plant: Planted, before: Reading, after: Reading, verdict: Judgement) -> None:
    """The figures of sentences: all as before but for the planted one, which is as it is shown now."""
    figure, shown = next(iter(plant.words.items()))
    assert plant.fact is not None

    def counted(reading: Reading) -> Counter[tuple[str, str, float]]:
        """Without the whole that a figure is named a part of, which may be told by the planted figure alone."""
        return Counter((fact.subject.split(" > ")[-1], fact.measure, round(fact.number, 9)) for fact in reading.facts)

    lost, new = counted(before) - counted(after), counted(after) - counted(before)
    printed = float(number_of(figure.text) or 0)
    scales = [plant.fact.number / printed] if printed else UNITS
    due = number_of(shown) if shown not in ("?", "") else None
    for (subject, measure, number), count in new.items():
        right = due is not None and any(abs(abs(number) - abs(float(due) * scale)) < 1e-9 for scale in scales)
        doubtful = any(names_figure(entry["text"], f"{number:.2f}") for entry in after.info["doubtful"])
        for _ in range(0 if right else count):
            verdict.note(
                doubtful, f"prose: {subject} {measure} {number} is new; shown {shown!r} for {plant.fact.printed}"
            )
    planted = abs(round(plant.fact.number, 9))
    for subject, measure, number in lost:
        if abs(number) == planted:
            entries = [plain(entry["text"]) for name in (*CELLS, *ELSEWHERE) for entry in after.info[name]]
            told = shown in ("", figure.text) or due is not None or any(_is_part(figure.text, text) for text in entries)
            told |= after.names(Value(number, ("", -1, -1), figure.text))
            if due is not None and not new:
                told = any(
                    names_figure(entry["text"], shown) or "\ufffd" in entry["text"]
                    for name in (*CELLS, "homeless")
                    for entry in after.info[name]
                )
            verdict.note(told, f"prose: {subject} {measure} {number} is lost; shown {shown!r}")
        else:
            texts = [f"{number:.2f}", *(fact.printed for fact in before.facts if isclose(fact.number, number))]
            told = any(after.names(Value(number, ("", -1, -1), text)) for text in texts)
            verdict.note(told, f"prose: {subject} {measure} {number} is lost with {figure.text}")
    stays = not any(abs(number) == planted for _, _, number in lost)
    if stays and shown != figure.text:
        verdict.note(False, f"prose: {plant.fact.subject} {plant.fact.printed} is read, shown {shown!r}")
    if plant.hidden and shown != figure.text and not after.names(Value(0, ("", -1, -1), plant.hidden)):
        verdict.wrong.append(f"{plant.hidden} in prose is not shown, and nothing says so")


def _is_part(figure: str, text: str) -> bool:
    """Whether a text is a part of a figure, or the figure with a digit more."""
    text, figure = text.rstrip("%,.，。"), plain(figure)
    longer = {text[:i] + text[i + 1 :] for i in range(len(text))} | {text}
    return (
        len(text) > 1 and text in figure or figure in longer or any(len(part) > 2 and part in figure for part in longer)
    )


def _judge_stale(plant: Planted, before: Reading, after: Reading, verdict: Judgement) -> None:
    """Labels that are as before though the page shows other words now."""
    rows = {word.spot[:2] for word in plant.words}
    for word, shown in plant.words.items():
        old = re.sub(r"^([一二三四五六七八九十]+[、.]|[(（]?[一二三四五六七八九十\d]+[)）、.．])", "", plain(word.text))
        for key, value in before.values.items():
            now = after.values.get(key)
            if value.spot[:2] != word.spot[:2] or now is None or abs(now.number - value.number) > 1e-9 or len(old) < 2:
                continue
            if any(
                _is_number(before.texts.get((*row, value.spot[2]), ""), now.number) for row in rows - {word.spot[:2]}
            ):
                continue  # the same figure is printed in the row that has this name now
            if (
                sum(
                    spot[:2] == word.spot[:2] and plain(text) == plain(word.text) for spot, text in before.texts.items()
                )
                > 1
            ):
                continue  # the name of the row's other side
            codes = [label for label in key[2:-1] if label.isdigit() and len(label) > 2]  # 05 is the form's
            labels = [label for label in key[2:-1] if not label.isdigit()]
            stale = any(code.endswith(old) for code in codes) if old.isdigit() else old in map(plain, labels)
            above = {
                plain(text)
                for spot, text in before.texts.items()
                if spot[2] == value.spot[2] and spot[1] < value.spot[1]
            }
            stale &= old not in above  # the heading of the figure is called so, too
            named = (
                after.names_text(word.spot[0], word.text) or after.hides(word.text) or after.doubts(after.values[key])
            )
            if stale and not named:
                verdict.note(False, f"{key}: {word.text!r} is shown as {shown!r} now")


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
    if plant.words and any(
        _is_explained(was, now, plant, before) for was, now in zip(old, new, strict=True) if was != now
    ):
        return
    planted = plain(plant.added or (plant.figure.text if plant.figure and plant.middle else ""))
    table = after.values[new].spot[0]
    for was, now in zip(old, new, strict=True):
        renumbered = was.isdigit() and now.isdigit() and any(after.info[name] for name in TABLES)
        if was == now or renumbered:  # a form before it is known no more, and said
            continue
        words = re.search("[\u4e00-\u9fff]{4}", was) is not None and old[0] in EVALUATIONS
        gone = now == "nan" and plain(was) == planted and plant.middle and _printed_at(plant.middle, planted, after)
        together = (plain(was) + planted, planted + plain(was))
        again = plain(now) == planted == plain(was) + "%"  # its digits lie over the same ones
        touching = plant.middle and (again or plain(now) in together)
        gone = gone or bool(touching) and _printed_at(plant.middle or (0, 0), plain(now), after)
        gone = gone or now == "nan" and plain(was) == planted and after.names_in_row(after.values[new], planted)
        if not (gone or words and planted and planted in plain(now)):
            named = after.names_text(table, now) or after.names_in_row(after.values[new], planted)
            struck = plant.hidden and plain(was) == plain(plant.hidden) and after.hides(was)
            now_shown = plain(now.replace("nan", "")) in map(plain, plant.shows)
            shown = plant.figure and plain(was) == plain(plant.figure.text) and now_shown
            if not shown:
                verdict.note(named or bool(struck), f"{new}: its label was {was!r}")


def _is_explained(was: str, now: str, plant: Planted, before: Reading) -> bool:
    """Whether a label is as the words of its cell are now shown."""

    def related(label: str, text: str) -> bool:
        label, text = plain(label), plain(text)
        return bool(text) and len(label) > 1 and (label in text or text in label)

    gone = now in ("nan", "None", "")
    parts = [plain(word.text) for word, shown in plant.words.items() if not shown]
    if any(was and (plain(now) + part == plain(was) or (part + plain(now)).endswith(plain(was))) for part in parts):
        return True  # a part of a code, or of a name, behind its ordinal, that a page cuts
    if gone and any(not shown and _is_beside(word, was, before) for word, shown in plant.words.items()):
        return True  # the value of a label that is not there
    return any(
        related(was, word.text) and (gone if not shown or shown == "?" else related(now, shown))
        for word, shown in plant.words.items()
    )


def _is_beside(label: Figure, value: str, before: Reading) -> bool:
    """Whether the cell behind that of a label printed ``value``."""
    table, row, column = label.spot
    behind = [spot for spot in before.texts if spot[:2] == (table, row) and spot[2] > column]
    return bool(behind) and plain(before.texts[min(behind)]) == plain(value)


def _targets(page: Page, figure: Figure) -> set[Key]:
    return {
        key
        for key, value in page.reading.values.items()
        if value.spot == figure.spot
        or key[0] in EVALUATIONS and value.spot[0] == figure.spot[0] and _is_number(figure.text, value.number)
    }  # fmt: skip


def _judge_planted(
    key: Key, was: Value | None, now: Value | None, plant: Planted, before: Reading, after: Reading, verdict: Judgement
) -> None:
    figure = plant.figure
    assert figure is not None and was is not None
    scales = (_scale(was, before),) if was.number else UNITS
    allowed = [number_of(text) for text in plant.shows if text]
    what = f"{key}: {figure.text}, page shows {plant.shows}, read {now.number if now else None}"
    if key[0] in EVALUATIONS and now is not None and abs(now.number - was.number) < 1e-9:
        texts = [text for spot, text in before.texts.items() if spot[0] == figure.spot[0]]
        alike = [text for text in texts if _is_number(text, was.number) or points_of(text) == was.number]
        if len(alike) > 1:
            return  # it may be another figure of the form that is like the planted one
    if now is None:
        stood = plant.middle is None or _holds(figure.cell, plant.middle)
        text = Value(0, figure.spot, figure.text)
        if "" in plant.shows:
            return
        elsewhere = not stood and any(_moved_into(value, plant, after) for value in after.values.values())
        elsewhere |= not stood and plant.middle is not None and _printed_alone(plant.middle, figure.text, after)
        elsewhere |= any(plain(after.texts.get(spot, "")) == text for spot, text in plant.joined.items())
        if not elsewhere and not (key[0] in EVALUATIONS and _among_words(plant, after)):
            named = after.names(text, hidden=False) or after.names(was, hidden=False) or _names_place(plant, after)
            parts = "".join(plain(entry["text"]) for entry in after.info["homeless"])  # it runs over the page's edge
            named |= not stood and _is_part(figure.text, parts)
            # where it was, and where a line goes through it
            named |= plant.middle is not None and after.hidden_words.count(plain(figure.text)) > 1
            verdict.note(named, what)
    elif any(a is not None and abs(float(a) * scale - now.number) < 1e-9 for a in allowed for scale in scales):
        return
    elif plant.added and abs(now.number - was.number) < 1e-9:
        beside = any(plain(text) == plain(plant.added) for text in after.texts.values())
        verdict.note(beside or after.names(Value(0, now.spot, plant.added)) or _names_place(plant, after), what)
    else:
        verdict.note(after.doubts(now), what)


def _names_place(plant: Planted, after: Reading) -> bool:
    """Whether a cell is named in which the planted figure or what is written beside it, or an end of it, now stands, or
    the row of one of words.
    """
    named = {(entry["table_id"], entry["row"], entry["col"]) for name in CELLS for entry in after.info[name]}
    points = [(x, plant.beside[2]) for x in plant.beside[:2]] if plant.beside else []
    if plant.middle and plant.figure:
        half = (plant.figure.box[2] - plant.figure.box[0]) / 2
        points = [(plant.middle[0] + aside, plant.middle[1]) for aside in (-half, 0, half)]
    there = {spot for spot, box in after.boxes.items() for point in points if _holds(box, point)}
    homes = {value.spot for value in after.values.values()}
    rows = {spot[:2] for spot in named}
    in_words = {spot for spot in there - homes if plant.added and plain(plant.added) in plain(after.texts[spot])}
    return bool(there & named) or any(spot[:2] in rows for spot in in_words)


def _printed_at(middle: tuple[float, float], text: str, after: Reading) -> bool:
    """Whether the cell at a point prints ``text``, alone or among others."""
    return any(_holds(box, middle) and text in plain(after.texts[spot]) for spot, box in after.boxes.items())


def _printed_alone(middle: tuple[float, float], text: str, after: Reading) -> bool:
    """Whether the cell at a point prints ``text`` and nothing else: where it is in no frame, a figure like it stood there."""
    return any(_holds(box, middle) and plain(text) == plain(after.texts[spot]) for spot, box in after.boxes.items())


def _moved_into(value: Value, plant: Planted, after: Reading) -> bool:
    """Whether a figure is the planted one, read in the cell in which it now stands."""
    assert plant.figure is not None and plant.middle is not None
    table, row, column = value.spot
    here = [spot for spot, box in after.boxes.items() if spot[0] == table and _holds(box, plant.middle)]
    text = plain(plant.figure.text)
    return any(
        spot[1] == row
        and column in (spot[2], -1)
        and plain(after.texts[spot]) == text
        and _is_number(text, value.number)
        for spot in here
    )


def _among_words(plant: Planted, after: Reading) -> bool:
    """Whether the planted figure now stands among the words of a cell, or against a figure, which is kept as printed."""
    if plant.middle is None or plant.figure is None:
        return False
    cells = [after.texts[spot] for spot, box in after.boxes.items() if _holds(box, plant.middle)]
    figure = plain(plant.figure.text)
    return any(
        figure in plain(text)
        and (re.search("[\u4e00-\u9fff]{4}", text) or re.fullmatch(rf"\d+{figure}|{figure}\d+", plain(text)))
        for text in cells
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--case", type=int, nargs="+", help="these cases only")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "planted")
    parser.add_argument("--reports", type=Path, default=REPORTS, help="the folder of the shared reports")
    options = parser.parse_args()
    folders = (ROOT / "data" / "raw", options.reports, *(options.reports / name for name in FOLDERS))
    sources = [found for found in (sorted(folder.glob("*.pdf")) for folder in folders) if found]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    end = time.monotonic() + options.seconds
    wanted: Any = options.case or range(options.cases)
    warnings.filterwarnings("ignore", message=".*not reachable from /AcroForm")
    with tempfile.TemporaryDirectory() as folder:
        for number in wanted:
            if time.monotonic() > end:
                break
            chance = random.Random(f"{options.seed}/{number}")
            choice = random.Random(f"{options.seed}/page {number // PER_PAGE}")
            page = _page(choice, sources, Path(folder))
            kind = chance.choice(_kinds(page)) if page else rule_deleted
            planted = _planted(page, kind, chance) if page else None
            if page is None or planted is None:
                continue
            try:
                verdict = judged(page, planted, read(turned(planted.data, page.turns, page.at), Path(folder)))
                outcome = "wrong" if verdict.wrong else "said" if verdict.told else "right"
            except jscore.ReadError:
                verdict, outcome = Judgement(), "refused"
            except Exception as error:  # a fault of ours, which ends the reading of a report
                verdict, outcome = Judgement(wrong=[repr(error)]), "wrong"
            counts[kind.__name__][outcome] += 1
            if verdict.wrong:
                options.keep.mkdir(parents=True, exist_ok=True)
                kept = options.keep / f"{options.seed}-{number}.pdf"
                kept.write_bytes(turned(planted.data, page.turns, page.at))
                print(
                    f"case {number}: {page.name} turned {page.turns}, {kind.__name__}: {verdict.wrong[:3]} ({kept})",
                    flush=True,
                )
    return _summary(options.seed, sum(map(len, sources)), counts)


def _kinds(page: Page) -> list[Any]:
    """The kinds of planting for which a page has something to plant at."""
    kinds: list[Any] = [*OF_RULES, *OF_FIGURES] if page.figures else []
    kinds += OF_WORDS if page.words and page.figures else ()
    return [*kinds, *(OF_PROSE if page.prose else ())]


def _page(choice: random.Random, sources: list[list[Path]], folder: Path) -> Page | None:
    """A page of a report with figures, alone where a table begins on it, or between others."""
    for _ in range(20):
        source = choice.choice(choice.choice(sources))
        with pdfium.PdfDocument(source) as document:
            number = choice.randrange(len(document))
            texts = {
                n: document[n].get_textpage().get_text_range()
                for n in range(max(0, number - 2), min(len(document), number + 2))
            }
        if len(FIGURE.findall(texts[number])) < 9:
            continue
        before, behind = choice.choice(((0, 0), (0, 0), (1, 0), (2, 0), (0, 1), (1, 1)))
        if "表" not in texts[number]:
            before = max(before, 1)
        numbers = tuple(n for n in range(number - before, number + behind + 1) if n in texts)
        turns = choice.choice((0, 0, 0, 1, 2, 3))
        return page_of(source, numbers, numbers.index(number), folder, turns)
    return None


def _planted(page: Page, kind: Any, chance: random.Random) -> Planted | None:
    if kind in OF_RULES:
        return kind(page, chance)
    if kind in OF_PROSE:
        return kind(page, None, chance)
    return kind(page, chance.choice(page.words if kind in OF_WORDS else page.figures), chance)


def _summary(seed: int, reports: int, counts: Mapping[str, Counter[str]]) -> int:
    total = sum(counts.values(), Counter[str]())
    print(
        f"seed {seed}: {total.total()} cases of {reports} reports, {total['right']} right, {total['said']} said, "
        f"{total['refused']} refused, {total['wrong']} wrong"
    )
    for kind in sorted(counts):
        print(
            f"  {kind.replace('_', ' ')}: "
            + ", ".join(f"{counts[kind][v]} {v}" for v in ("right", "said", "refused", "wrong"))
        )
    return 1 if total["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
