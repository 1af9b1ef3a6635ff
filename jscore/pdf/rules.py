"""The rules that a page draws: strokes, and rectangles thin enough to be one.

Belongs here: reading drawn lines with pdfium.  Does not: tables (``grids``), or rules in a
picture (``engines``).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

Box = tuple[float, float, float, float]

#: A filled rectangle this thin is a rule (points); Word and ONLYOFFICE draw borders so.
THIN = 3.0
#: A rule leans at most this much (points).
LEAN = 0.5
#: Depth to which form XObjects are followed.
MAX_DEPTH = 8


def raw_rules(page: pdfium.PdfPage) -> tuple[np.ndarray, float]:
    """Straight segments (n, 4) that the page draws, in page space, and the area of its images."""
    segments: list[tuple[float, float, float, float]] = []
    image_area = 0.0
    for obj, matrix in page_objects(page.raw, page=True):
        kind = c.FPDFPageObj_GetType(obj)
        if kind == c.FPDF_PAGEOBJ_PATH:
            segments += _path_segments(obj, matrix)
        elif kind == c.FPDF_PAGEOBJ_IMAGE:
            image_area += _area(obj)
    return np.array(segments, dtype=float).reshape(-1, 4), image_area


def page_objects(
    holder: object, page: bool, matrix: pdfium.PdfMatrix | None = None, depth: int = 0
) -> Iterator[tuple[Any, pdfium.PdfMatrix | None]]:
    """Page objects with the matrix of the form XObject they stand in."""
    count = c.FPDFPage_CountObjects(holder) if page else c.FPDFFormObj_CountObjects(holder)
    for i in range(count):
        obj = c.FPDFPage_GetObject(holder, i) if page else c.FPDFFormObj_GetObject(holder, i)
        if c.FPDFPageObj_GetType(obj) == c.FPDF_PAGEOBJ_FORM:
            if depth < MAX_DEPTH:
                yield from page_objects(obj, False, _times(_matrix(obj), matrix), depth + 1)
        else:
            yield obj, matrix


def _matrix(obj: object) -> pdfium.PdfMatrix:
    raw = c.FS_MATRIX()
    c.FPDFPageObj_GetMatrix(obj, raw)
    return pdfium.PdfMatrix.from_raw(raw)


def _times(inner: pdfium.PdfMatrix, outer: pdfium.PdfMatrix | None) -> pdfium.PdfMatrix:
    return inner.multiply(outer) if outer is not None else inner


def _area(obj: object) -> float:
    box = [ctypes.c_float() for _ in range(4)]
    c.FPDFPageObj_GetBounds(obj, *box)
    return max(0.0, box[2].value - box[0].value) * max(0.0, box[3].value - box[1].value)


def _path_segments(obj: object, outer: pdfium.PdfMatrix | None) -> list[tuple[float, float, float, float]]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(obj, fill, stroke)
    if not (fill.value or stroke.value):
        return []
    matrix = _times(_matrix(obj), outer)
    segments: list[tuple[float, float, float, float]] = []
    for ring in _rings(obj, matrix):
        edges = [(*ring[i], *ring[i + 1]) for i in range(len(ring) - 1)]
        if stroke.value:
            segments += edges
            continue
        xs, ys = [p[0] for p in ring], [p[1] for p in ring]
        x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
        if min(x1 - x0, y1 - y0) <= THIN < max(x1 - x0, y1 - y0):
            middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
            segments.append((x0, middle_y, x1, middle_y) if x1 - x0 >= y1 - y0 else (middle_x, y0, middle_x, y1))
    return segments


def _rings(obj: object, matrix: pdfium.PdfMatrix) -> Iterator[list[tuple[float, float]]]:
    """The sub-paths of a path, as points; curves are left out."""
    x, y = ctypes.c_float(), ctypes.c_float()
    ring: list[tuple[float, float]] = []
    for i in range(c.FPDFPath_CountSegments(obj)):
        segment = c.FPDFPath_GetPathSegment(obj, i)
        kind = c.FPDFPathSegment_GetType(segment)
        c.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        if kind == c.FPDF_SEGMENT_LINETO and ring:
            ring.append(point)
        else:
            if len(ring) > 1:
                yield ring
            ring = [point]
        if c.FPDFPathSegment_GetClose(segment) and len(ring) > 1:
            ring.append(ring[0])
    if len(ring) > 1:
        yield ring


def straight(segments: np.ndarray) -> tuple[list[Box], list[Box]]:
    """The horizontal and the vertical ones among the segments, each from low to high."""
    low, high = np.minimum(segments[:, :2], segments[:, 2:]), np.maximum(segments[:, :2], segments[:, 2:])
    size = high - low
    boxes = np.hstack([low, high])
    flat = (size[:, 1] <= LEAN) & (size[:, 0] > LEAN)
    upright = (size[:, 0] <= LEAN) & (size[:, 1] > LEAN)
    return [tuple(b) for b in boxes[flat].tolist()], [tuple(b) for b in boxes[upright].tolist()]
