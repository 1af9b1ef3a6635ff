"""What a page draws, and the rules in it: strokes, and rectangles thin enough to be one."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from jscore.pdf import quick_calls
from jscore.pdf.boxes import Box, Point, around
from jscore.pdf.optional_content import OFF

#: A filled rectangle this thin is a rule (points); Word and ONLYOFFICE draw borders so.
THIN = 3.0
#: A bar up to this thick is a rule, too, if it is so many times as long and erases nothing.
THICK, LONG = 6.0, 5.0
#: What is white (from this of 255) and thicker than this (points) erases a point or a narrow digit.
WHITE, HAIRLINE = 243, 1.0
#: A mark smaller than this (points) is a dot; so many in a row, no further apart than so many times their size and no
#: further from the row (points), are a rule.
DOT, FEWEST_DOTS, DOTS_APART, SAME_DOTS = 2.5, 6, 4.0, 0.2
#: A rule leans at most this much (points).
LEAN = 0.5
#: Rules this long (points) that lean together by so much (radians) make the whole page lean.
LONG_RULE, LEAST_LEAN, MOST_LEAN = 40.0, 0.003, 0.1
#: What is darker than this, and as opaque (of 255), is ink of a sign or of a pen.
DARK, OPAQUE = 121, 243
#: A line drawn by hand through text is no longer than this (points).
LONGEST = 200.0
#: A rectangle is a path of so many points.
BAR = 5
#: Depth to which form XObjects are followed.
MAX_DEPTH = 8


class Drawn(NamedTuple):
    """A page object of pdfium: its kind, its place in the order of drawing, and the matrix of the form XObject it is in."""

    kind: int
    order: int
    address: int
    matrix: pdfium.PdfMatrix | None
    #: Whether it belongs to a layer that is off.
    off: bool = False

    @property
    def obj(self) -> Any:
        """The object as pypdfium2's bindings take it."""
        return ctypes.cast(self.address, c.FPDF_PAGEOBJECT)

    def box(self) -> Box:
        """Where it is, in page space."""
        edges = [ctypes.c_float() for _ in range(4)]
        c.FPDFPageObj_GetBounds(self.obj, *edges)
        x0, y0, x1, y1 = (edge.value for edge in edges)
        if self.matrix is None:
            return x0, y0, x1, y1
        corners = [self.matrix.on_point(x, y) for x, y in ((x0, y0), (x1, y0), (x0, y1), (x1, y1))]
        return around((x, y, x, y) for x, y in corners)


def drawn_objects(page: pdfium.PdfPage, layers: bool = False) -> list[Drawn]:
    """All objects of a page, in the order in which they are drawn, but what is no text and is off, where ``layers`` are marked."""
    return [
        Drawn(kind, order, obj, matrix, off)
        for order, (kind, obj, matrix, off) in enumerate(_page_objects(page.raw, layers, of_page=True))
        if not off or kind == c.FPDF_PAGEOBJ_TEXT
    ]


def raw_rules(drawn: Sequence[Drawn]) -> np.ndarray:
    """Straight segments (n, 4) that a page draws, in page space."""
    paths = [item for item in drawn if item.kind == c.FPDF_PAGEOBJ_PATH]
    box = quick_calls.bounds([item.address for item in paths]).astype(float)
    small = (box[:, 2:] - box[:, :2]).max(axis=1, initial=0) < DOT
    if small.sum() < FEWEST_DOTS:
        small[:] = False
    segments: list[tuple[float, float, float, float]] = []
    for item in (item for item, dot in zip(paths, small.tolist(), strict=True) if not dot):
        segments += _path_segments(item.obj, item.matrix)
    dots = np.array([item.box() for item, dot in zip(paths, small.tolist(), strict=True) if dot]).reshape(-1, 4)
    dotted = [_dotted(dots, axis) for axis in (0, 1)]
    return np.vstack([np.array(segments, dtype=float).reshape(-1, 4), *dotted])


def drawn_by_hand(drawn: Sequence[Drawn]) -> np.ndarray:
    """The lines (n, 4) in page space along which a page draws dark curves, zigzags and pictures as thin as a rule."""
    lines = [_middle_line(box) for box in pictures(drawn) if min(box[2] - box[0], box[3] - box[1]) < THIN]
    paths = [item for item in drawn if item.kind == c.FPDF_PAGEOBJ_PATH]
    addresses = [item.address for item in paths]
    box, points = quick_calls.bounds(addresses).astype(float), np.array(quick_calls.segments(addresses), dtype=int)
    low, long = np.sort(box[:, 2:] - box[:, :2], axis=1).reshape(-1, 2).T
    by_hand = (long < LONGEST) & (long > 2 * low) & (points > 2)  # letters drawn as outlines are no longer than high
    bars = np.flatnonzero(by_hand & (low < THIN) & (points <= BAR))  # most of what is drawn: not looked at closely
    curved = np.array(quick_calls.first_drawn([addresses[i] for i in bars])) == c.FPDF_SEGMENT_BEZIERTO
    by_hand[bars] = curved
    for i in np.flatnonzero(by_hand).tolist():
        if is_dark(paths[i]) and not (painted(paths[i].obj)[1] and is_brush(paths[i].obj)):
            lines += [line for points in _by_hand(paths[i]) for line in line_along(points)]
    return np.array(lines, dtype=float).reshape(-1, 4)


def _by_hand(item: Drawn) -> Iterator[list[Point]]:
    """The points of the sub-paths of a path that have a curve or several slanting sides."""
    parts: list[list[tuple[int, Point]]] = []
    for kind, point, _ in _path_points(item.obj, item.matrix):
        if not parts or kind == c.FPDF_SEGMENT_MOVETO:
            parts.append([])
        parts[-1].append((kind, point))
    for part in parts:
        points = [point for _, point in part]
        slanting = (np.abs(np.diff(points, axis=0)) > LEAN).all(axis=1) if len(points) > 1 else np.zeros(0)
        if slanting.sum() > 1 or c.FPDF_SEGMENT_BEZIERTO in (kind for kind, _ in part):
            yield points


def line_along(points: Sequence[Point]) -> list[Box]:
    """The lines along the longer side of what ``points`` bound, from the first of them to the last and at their middle height, if
    that is as thin as a rule: a bow may bend more than a ring, which goes round a figure.
    """
    xy = np.array(points)
    size = np.ptp(xy, axis=0)
    x, y = xy.T
    area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    ring = np.ptp(xy[[0, -1]], axis=0).max() < THIN
    if area >= (THIN if ring else THICK) * size.max():
        return []
    along = xy[:, size.argmax()]
    ends = xy[[along.argmin(), along.argmax()]]
    bend = xy.mean(axis=0) - ends.mean(axis=0)
    bend[size.argmax()] = 0
    return [(*start.tolist(), *end.tolist()) for start, end in (ends, ends + bend)]


def _dotted(dots: np.ndarray, axis: int) -> np.ndarray:
    """The rules that ``dots`` make along an axis: so many in a row, no further apart than so much of their size."""
    middle, size = (dots[:, :2] + dots[:, 2:]) / 2, (dots[:, 2:] - dots[:, :2]).max(axis=1)
    line = np.round(middle[:, 1 - axis] / SAME_DOTS)
    order = np.lexsort((middle[:, axis], line))
    gap = np.diff(middle[order, axis])
    parted = (np.diff(line[order]) > 0) | (gap > DOTS_APART * size[order][1:])
    rows = np.split(order, np.flatnonzero(parted) + 1)
    ends = [(middle[row[0]], middle[row[-1]]) for row in rows if len(row) >= FEWEST_DOTS]
    return np.array([[*start, *end] for start, end in ends]).reshape(-1, 4)


def pictures(drawn: Sequence[Drawn]) -> list[Box]:
    """Where a page has pictures, in page space."""
    return [item.box() for item in drawn if item.kind == c.FPDF_PAGEOBJ_IMAGE]


def is_rule(box: Box, path: object) -> bool:
    """Whether a filled rectangle of a path is a rule: thin, or a thick bar that does not erase what it lies on."""
    high, wide = sorted((box[2] - box[0], box[3] - box[1]))
    return high <= THIN < wide or high <= THICK and wide >= LONG * high and not erases(box, colour_of(path))


def erases(box: Box, colour: Sequence[int]) -> bool:
    """Whether what is painted in a ``colour`` leaves nothing to be seen of figures that it lies on: white ink does."""
    return min(colour[:3]) >= WHITE and min(box[2] - box[0], box[3] - box[1]) > HAIRLINE


def painted(path: object) -> tuple[bool, bool]:
    """Whether a path is filled, and whether it is stroked."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(path, fill, stroke)
    return bool(fill.value), bool(stroke.value)


def is_curved(path: object) -> bool:
    """Whether any part of a path is a curve."""
    kinds = (
        c.FPDFPathSegment_GetType(c.FPDFPath_GetPathSegment(path, i)) for i in range(c.FPDFPath_CountSegments(path))
    )
    return c.FPDF_SEGMENT_BEZIERTO in kinds


def is_brush(path: object) -> bool:
    """Whether the stroke of a path is too thick for a rule: it paints over what it lies on."""
    width = ctypes.c_float()
    c.FPDFPageObj_GetStrokeWidth(path, width)
    return width.value > THICK


def colour_of(obj: object, stroke: bool = False) -> tuple[int, int, int, int]:
    """Red, green, blue and alpha (of 255) that an object is filled with, or is stroked with."""
    parts = [ctypes.c_uint() for _ in range(4)]
    (c.FPDFPageObj_GetStrokeColor if stroke else c.FPDFPageObj_GetFillColor)(obj, *parts)
    red, green, blue, alpha = (part.value for part in parts)
    return red, green, blue, alpha


def is_dark(item: Drawn) -> bool:
    """Whether a path is drawn in a dark or full colour."""
    if item.kind != c.FPDF_PAGEOBJ_PATH:
        return False
    fill, stroke = painted(item.obj)
    *colour, alpha = colour_of(item.obj, stroke=stroke and not fill)
    return (fill or stroke) and min(colour) < DARK and alpha > OPAQUE


def _page_objects(
    holder: Any, layers: bool, of_page: bool, matrix: pdfium.PdfMatrix | None = None, off: bool = False, depth: int = 0
) -> Iterator[tuple[int, int, pdfium.PdfMatrix | None, bool]]:
    """Kind and address of page objects, with the matrix of the form XObject they stand in, and whether they are off."""
    count = c.FPDFPage_CountObjects(holder) if of_page else c.FPDFFormObj_CountObjects(holder)
    objs = quick_calls.objects(quick_calls.address(holder), count, of_page)
    for kind, obj in zip(quick_calls.kinds(objs), objs, strict=True):
        hidden = off or layers and _is_marked_off(obj)
        if kind == c.FPDF_PAGEOBJ_FORM:
            if depth < MAX_DEPTH:
                form = ctypes.cast(obj, c.FPDF_PAGEOBJECT)
                yield from _page_objects(form, layers, False, _times(_matrix(form), matrix), hidden, depth + 1)
        else:
            yield kind, obj, matrix, hidden


def _is_marked_off(address: int) -> bool:
    obj = ctypes.cast(address, c.FPDF_PAGEOBJECT)
    name, length = (ctypes.c_ushort * (len(OFF) + 1))(), ctypes.c_ulong()
    for i in range(c.FPDFPageObj_CountMarks(obj)):
        c.FPDFPageObjMark_GetName(c.FPDFPageObj_GetMark(obj, i), name, ctypes.sizeof(name), length)
        if bytes(name).decode("utf-16-le", "replace").rstrip("\0") == OFF:
            return True
    return False


def _matrix(obj: object) -> pdfium.PdfMatrix:
    raw = c.FS_MATRIX()
    c.FPDFPageObj_GetMatrix(obj, raw)
    return pdfium.PdfMatrix.from_raw(raw)


def _times(inner: pdfium.PdfMatrix, outer: pdfium.PdfMatrix | None) -> pdfium.PdfMatrix:
    return inner.multiply(outer) if outer is not None else inner


def _path_segments(obj: object, outer: pdfium.PdfMatrix | None) -> list[tuple[float, float, float, float]]:
    fill, stroke = painted(obj)
    if not (fill or stroke):
        return []
    segments: list[tuple[float, float, float, float]] = []
    for ring in _rings(obj, outer):
        edges = [(*ring[i], *ring[i + 1]) for i in range(len(ring) - 1)]
        if stroke:
            segments += edges if fill or not is_brush(obj) else []
            continue
        box = around((x, y, x, y) for x, y in ring)
        if is_rule(box, obj):
            segments.append(_middle_line(box))
    return segments


def _middle_line(bar: Box) -> Box:
    """The line through the middle of a bar."""
    x0, y0, x1, y1 = bar
    middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
    return (x0, middle_y, x1, middle_y) if x1 - x0 >= y1 - y0 else (middle_x, y0, middle_x, y1)


def rings_of(item: Drawn) -> Iterator[list[Point]]:
    """The sub-paths of a path in page space, as points; curves are left out."""
    return _rings(item.obj, item.matrix)


def parts_of(item: Drawn) -> list[Box]:
    """The boxes of the sub-paths of a path in page space, where it has several."""
    parts: list[list[Point]] = []
    for kind, point, _ in _path_points(item.obj, item.matrix):
        if not parts or kind == c.FPDF_SEGMENT_MOVETO:
            parts.append([])
        parts[-1].append(point)
    boxes = [np.array(part) for part in parts if len(part) > 1]
    return [(*box.min(axis=0).tolist(), *box.max(axis=0).tolist()) for box in boxes] if len(boxes) > 1 else []


def _rings(obj: object, outer: pdfium.PdfMatrix | None) -> Iterator[list[Point]]:
    ring: list[Point] = []
    for kind, point, closes in _path_points(obj, outer):
        if kind == c.FPDF_SEGMENT_LINETO and ring:
            ring.append(point)
        else:
            if len(ring) > 1:
                yield ring
            ring = [point]
        if closes and len(ring) > 1:
            ring.append(ring[0])
    if len(ring) > 1:
        yield ring


def _path_points(obj: object, outer: pdfium.PdfMatrix | None) -> Iterator[tuple[int, Point, bool]]:
    """What each segment of a path is, where it ends, and whether it closes its sub-path."""
    matrix, x, y = _times(_matrix(obj), outer), ctypes.c_float(), ctypes.c_float()
    for i in range(c.FPDFPath_CountSegments(obj)):
        segment = c.FPDFPath_GetPathSegment(obj, i)
        c.FPDFPathSegment_GetPoint(segment, x, y)
        closes = bool(c.FPDFPathSegment_GetClose(segment))
        yield c.FPDFPathSegment_GetType(segment), matrix.on_point(x.value, y.value), closes


def straight(segments: np.ndarray) -> tuple[list[Box], list[Box]]:
    """The horizontal and the vertical ones among the segments, each from low to high."""
    low, high = np.minimum(segments[:, :2], segments[:, 2:]), np.maximum(segments[:, :2], segments[:, 2:])
    size = high - low
    boxes = np.hstack([low, high])
    flat = (size[:, 1] <= LEAN) & (size[:, 0] > LEAN)
    upright = (size[:, 0] <= LEAN) & (size[:, 1] > LEAN)
    return [tuple(b) for b in boxes[flat].tolist()], [tuple(b) for b in boxes[upright].tolist()]


def slanting(segments: np.ndarray) -> list[Box]:
    """The segments that are neither level nor upright, and no steeper than half of that, from left to right."""
    run, rise = np.abs(segments[:, 2:] - segments[:, :2]).T
    there = segments[(rise > LEAN) & (run > rise)]
    return [(x0, y0, x1, y1) if x0 < x1 else (x1, y1, x0, y0) for x0, y0, x1, y1 in there.tolist()]


def lean_of(segments: np.ndarray) -> float:
    """By how much (radians) the long rules of a page lean together, 0 where they are level or lean each their own way."""
    run, rise = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    long = np.hypot(run, rise) > LONG_RULE
    angles = np.arctan2(rise[long], run[long])
    angles = (angles + np.pi / 4) % (np.pi / 2) - np.pi / 4
    if len(angles) < 4:
        return 0.0
    lean = float(np.median(angles))
    together = np.abs(angles - lean) < 0.003
    return lean if LEAST_LEAN < abs(lean) < MOST_LEAN and together.mean() > 0.8 else 0.0
