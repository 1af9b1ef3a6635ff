"""The picture of a page: drawn in grey without coloured stamps, turned upright, straightened; its ink and its lines of text."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from jscore.ocr.recognition import recognise
from jscore.ocr.rules_seen import strokes_over
from jscore.ocr.seals import without_seals
from jscore.pdf.boxes import Box
from jscore.pdf.engines import LINE_SCALE
from jscore.pdf.rules import drawn_objects

#: Resolutions between which a page is drawn (dots an inch): its picture's own, if that is among them.
LOWEST, HIGHEST = 200, 300
#: A page is taken to lean no more than so many degrees; less than the second is level.
STEEPEST, LEVEL = 6.0, 0.02
#: The brightest and the darkest of the three colours of a coloured ink differ by so much, and the brightest is more than this.
COLOURED, BRIGHT = 60, 170
#: Rules over this share of a page's width tell how it bends, if it does by so much (pixels).
BENT, LEAST_BEND = 0.4, 2.0
#: A rule is painted over with its edges, so wide in all; fewer pixels than this are a speck.
EDGE, SPECK = 3, 5
#: Dust is no larger than so much of a letter's height and stands so far from all that is larger; so many dots in a row are
#: leaders.
DUST, ALONE, LEADERS = 0.22, 0.35, 4
#: So many lines of text, so many letters of each, tell which way up a page is; so many of each surely read, it is upright.
SAMPLE, BEGINNING, UPRIGHT = 8, 7, 4.5
#: Texts of one line that stand further apart than so many letters' heights are read apart.
APART = 1.2
#: What is so high (letters' heights, from and to) is two lines, if a row of it has no more than so much of the usual ink.
TWO, JOINED = (1.5, 2.6), 0.2

#: x from, y from, x to, y to (pixels, origin top left).
PixelBox = tuple[int, int, int, int]


@dataclass(frozen=True)
class Picture:
    """A page's picture in grey, upright: ``turns`` clockwise quarters, then ``lean`` degrees, made it so."""

    grey: np.ndarray
    dpi: float
    turns: int
    lean: float
    #: Where a seal was taken off (not 0), and with it perhaps part of a text.
    sealed: np.ndarray


def resolution(page: pdfium.PdfPage) -> float:
    """The resolution of the largest picture on a page, within what is useful (dots an inch)."""
    largest, dots = 0.0, float(LOWEST)
    for item in drawn_objects(page):
        if item.kind == c.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = item.box()
            wide, high = ctypes.c_uint(), ctypes.c_uint()
            c.FPDFImageObj_GetImagePixelSize(item.obj, wide, high)
            area = (x1 - x0) * (y1 - y0)
            if area > largest and x1 > x0:
                # a picture may be drawn on its side: its longer side is the longer one on the page
                largest, dots = area, max(wide.value, high.value) / max(x1 - x0, y1 - y0) * 72
    return float(np.clip(dots, LOWEST, HIGHEST))


@dataclass(frozen=True)
class Drawing:
    """A page drawn in colour, as a viewer shows it, at the resolution of its largest picture."""

    colours: np.ndarray
    dpi: float


def drawing(page: pdfium.PdfPage, parts: Sequence[Box] = ()) -> Drawing:
    """``page``, drawn; where ``parts`` of it (boxes, points) are given, with nothing beside them."""
    dpi = resolution(page)
    colours = page.render(scale=dpi / 72, rev_byteorder=True).to_numpy()[:, :, :3]
    if parts:
        whole, colours = colours, np.full_like(colours, 255)
        for box in parts:
            x0, low, x1, high = (max(round(edge * dpi / 72), 0) for edge in box)
            part = slice(max(len(whole) - high, 0), max(len(whole) - low, 0)), slice(x0, x1)
            colours[part] = whole[part]
    return Drawing(colours, dpi)


def picture(drawn: Drawing) -> Picture:
    """The upright, straightened, flattened picture of a page, without the stamps on it."""
    grey = _without_colours(drawn.colours)
    dark = dark_parts(grey)
    clean = without_seals(grey, dark, drawn.dpi)
    turns = _quarter_turns(dark)
    clean, sealed = (np.ascontiguousarray(np.rot90(part, -turns)) for part in (clean, cv2.absdiff(clean, grey)))
    lean = _lean(dark_parts(clean))
    clean, sealed = (_straightened(part, lean) for part in (clean, sealed))
    bend = _bend(dark_parts(clean))
    if bend is not None:
        clean, sealed = (_flattened(part, bend) for part in (clean, sealed))
    return Picture(clean, drawn.dpi, turns, lean, sealed)


def _without_colours(colours: np.ndarray) -> np.ndarray:
    """A picture in grey in which coloured ink is as white as paper: a stamp goes, the figure under it stays.

    Coloured ink is bright in one of its colours, black ink in none; at its edges a JPEG makes it darker.
    """
    brightest = colours.max(axis=2)
    coloured = np.where(brightest - colours.min(axis=2) > COLOURED, 255, 0).astype(np.uint8)
    near = cv2.dilate(coloured, np.ones((5, 5), np.uint8)) > 0
    return np.where(near & (brightest > BRIGHT), 255, brightest).astype(np.uint8)


def _straightened(grey: np.ndarray, lean: float) -> np.ndarray:
    if abs(lean) < LEVEL:
        return grey
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), lean, 1.0)
    return cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _flattened(grey: np.ndarray, bend: np.ndarray) -> np.ndarray:
    """``grey`` with its columns moved up by ``bend`` (pixels)."""
    height, width = grey.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return cv2.remap(grey, x, y + bend.astype(np.float32), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _bend(dark: np.ndarray) -> np.ndarray | None:
    """How far down from its usual place each column of a picture is drawn (pixels), as its long rules bend together, or
    None where nothing bends.
    """
    width = dark.shape[1]
    _, blots, stats, _ = cv2.connectedComponentsWithStats(_level_strokes(dark), connectivity=8)
    bends = []
    for i in np.flatnonzero(stats[1:, cv2.CC_STAT_WIDTH] > BENT * width) + 1:
        x, y, wide, tall, _ = stats[i]
        if tall > wide / 20:
            continue
        below, along = np.nonzero(blots[y : y + tall, x : x + wide] == i)
        shape = np.polynomial.Polynomial.fit(along + x, below, 3)
        if np.abs(shape(along + x) - below).max() < 4:  # a rule that others touch is no curve of its own
            places = np.arange(width).clip(x, x + wide - 1)
            bends.append(shape(places) - shape(places).mean())
    if len(bends) < 3:
        return None
    bend: np.ndarray = np.median(bends, axis=0)
    return bend if np.ptp(bend) > LEAST_BEND else None


def _lean(dark: np.ndarray) -> float:
    """By how many degrees the long rules of a picture, or else its lines of text, fall to the right."""
    strokes = _level_strokes(dark)
    if (angles := _angles(strokes, dark.shape[1] / 5)) is None:
        words = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, round(letter_height(dark) * 2)), np.uint8))
        angles = _angles(words, dark.shape[1] / 8)
    return 0.0 if angles is None else angles


def _level_strokes(dark: np.ndarray) -> np.ndarray:
    """Strokes that are nearly level, with the small gaps in them closed."""
    strokes = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, 20), np.uint8))
    return cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((1, 15), np.uint8))


def _angles(ink: np.ndarray, longest: float) -> float | None:
    """The usual angle (degrees) of what is long and nearly level in ``ink``, or None where nothing is."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    angles: list[float] = []
    weights: list[float] = []
    for i in np.flatnonzero(stats[1:, cv2.CC_STAT_WIDTH] > longest) + 1:
        x, y, wide, tall, _ = stats[i]
        below, along = np.nonzero(labels[y : y + tall, x : x + wide] == i)
        slope = np.polyfit(along, below, 1)[0]
        if abs(slope) < np.tan(np.radians(STEEPEST)):
            angles.append(float(np.degrees(np.arctan(slope))))
            weights.append(float(wide))
    return _weighted_median(np.array(angles), np.array(weights)) if angles else None


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    return float(values[order][np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)])


def _quarter_turns(dark: np.ndarray) -> int:
    """The clockwise quarter turns that set the text upright: those in which sampled lines of it are read surest."""
    ink = without(dark, long_strokes(dark))
    sureness: dict[int, float] = {}
    for turns in (0, 3, 1, 2):
        sureness[turns] = _sureness(np.ascontiguousarray(np.rot90(ink, -turns)))
        if sureness[turns] > UPRIGHT:
            break
    return max(sureness, key=sureness.__getitem__)


def _sureness(ink: np.ndarray) -> float:
    """How surely, and how many, Chinese characters are read at the beginnings of the longest lines of text.

    Figures look alike upside down, and characters that lie on their side are read, too, but few in a line.
    """
    em = letter_height(ink)
    boxes = sorted(text_lines(ink, em), key=lambda box: box[0] - box[2])[:SAMPLE]
    begins = [(x0, y0, min(x1, x0 + round(BEGINNING * em)), y1) for x0, y0, x1, y1 in boxes]
    readings = recognise([crop(255 - ink, box) for box in begins])
    marks = [
        sure if char >= "\u2e80" else 0.5
        for reading in readings
        for char, sure in zip(reading.chars, reading.sure, strict=True)
    ]
    return sum(marks) / max(len(readings), 1)


# --- ink -----------------------------------------------------------------------------------


def dark_parts(grey: np.ndarray) -> np.ndarray:
    """Where there is ink (255), by what is darker than its surroundings: paper may be grey, and unevenly lit."""
    size = max(3, 2 * (min(grey.shape) // 50) + 1)
    local = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, size, 18)
    return cv2.bitwise_and(local, np.where(grey < 200, 255, 0).astype(np.uint8))


def long_strokes(dark: np.ndarray) -> np.ndarray:
    """The ink of level and upright strokes that are far longer than a letter's."""
    height, width = dark.shape
    return strokes_over(dark, width // LINE_SCALE, height // LINE_SCALE)


def without(dark: np.ndarray, rules: np.ndarray) -> np.ndarray:
    """The ink of the text: ``rules`` painted over, specks left out."""
    ink = dark.copy()
    ink[cv2.dilate(rules, np.ones((EDGE, EDGE), np.uint8)) > 0] = 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    ink[(stats[:, cv2.CC_STAT_AREA] < SPECK)[labels]] = 0
    return ink


def letter_height(ink: np.ndarray) -> float:
    """The usual height of a picture's characters (pixels)."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(ink, np.ones((3, 3), np.uint8)), connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    heights = heights[(heights > 8) & (heights < 80)]
    return float(np.median(heights)) * 1.15 if len(heights) else 24.0


def dust(ink: np.ndarray, em: float) -> np.ndarray:
    """Where ``ink`` is dots no larger than a point that belong to nothing: a point or a comma stands close to a digit."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    large = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) > DUST * em
    large[0] = False
    reach = 2 * round(ALONE * em) + 1
    near = cv2.dilate(np.where(large[labels], 255, 0).astype(np.uint8), np.ones((reach, reach), np.uint8))
    alone = ~large
    alone[np.unique(labels[near > 0])] = False
    dots = np.where(alone[labels] & (ink > 0), 255, 0).astype(np.uint8)
    _, rows, _, _ = cv2.connectedComponentsWithStats(
        cv2.dilate(dots, np.ones((1, round(em)), np.uint8)), connectivity=8
    )
    first = np.zeros(count, int)
    first[labels[dots > 0]] = rows[dots > 0]
    in_row = np.bincount(first[first > 0], minlength=int(rows.max()) + 1)
    dots[(in_row >= LEADERS)[rows]] = 0
    return dots


# --- lines of text ---------------------------------------------------------------------------


def text_lines(ink: np.ndarray, em: float) -> list[PixelBox]:
    """The lines of text that stand free in ``ink``; ``em`` is the letters' height."""
    joined = cv2.dilate(ink, np.ones((3, round(APART * em)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    half = round(APART * em) // 2
    areas = [(x + half, y + 1, x + wide - half, y + tall - 1) for x, y, wide, tall, _ in stats[1:].tolist()]
    return [line for area in areas for line in lines_in(ink, area, em)]


def lines_in(ink: np.ndarray, area: PixelBox, em: float) -> list[PixelBox]:
    """The lines of text in ``area``, each stretch of them that wide gaps part."""
    x0, y0, x1, y1 = area
    part = ink[max(y0, 0) : y1, max(x0, 0) : x1] > 0
    boxes = []
    rows = _stretches(np.any(part, axis=1), 0.0, em * 1.35)
    for top, bottom in (line for stretch in rows for line in _one_above_other(part, stretch, em)):
        if bottom - top < 0.12 * em:
            continue
        for left, right in _stretches(np.any(part[top:bottom], axis=0), APART * em, 0.0):
            line = part[top:bottom, left:right]
            inked = np.flatnonzero(line.any(axis=1))
            if line.sum() > 0.02 * em * em:
                boxes.append((x0 + left, y0 + top + int(inked[0]), x0 + right, y0 + top + int(inked[-1]) + 1))
    return boxes


def _one_above_other(part: np.ndarray, rows: tuple[int, int], em: float) -> list[tuple[int, int]]:
    """``rows`` of ``part``, or the two lines that they are if hardly any ink joins what is too high for one."""
    top, bottom = rows
    if not TWO[0] * em < bottom - top < TWO[1] * em:
        return [rows]
    ink = part[top:bottom].sum(axis=1)
    third = len(ink) // 3
    least = third + int(ink[third : 2 * third].argmin())
    return [(top, top + least), (top + least, bottom)] if ink[least] <= JOINED * np.median(ink) else [rows]


def _stretches(inked: np.ndarray, gap: float, together: float) -> list[tuple[int, int]]:
    """Runs of ``inked``, joined over gaps up to ``gap``, and as long as both together are no longer than ``together``."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inked, [False]]).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and (begin - runs[-1][1] <= gap or end - runs[-1][0] <= together):
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((begin, end))
    return runs


def margin(box: PixelBox) -> int:
    """The white left round a line of text when it is read (pixels)."""
    return max(2, round(0.15 * (box[3] - box[1])))


def crop(grey: np.ndarray, box: PixelBox) -> np.ndarray:
    """The picture of a line, in the white that the model expects round it."""
    x0, y0, x1, y1 = box
    line = grey[max(y0, 0) : y1, max(x0, 0) : x1]
    paper = float(np.percentile(line, 90))
    return np.pad(line, margin(box), constant_values=round(paper))
