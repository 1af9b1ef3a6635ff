"""Whether a font draws the digits that it says: a map of its codes to characters can be wrong, and what is drawn is shown."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pypdfium2.raw as c

from jscore.pdf import quick_calls
from jscore.text.signs import DIGITS

#: The size at which outlines are asked for, and the rows and columns in which their ink is measured.
SIZE, ROWS, COLUMNS = 100.0, 9, 6
#: A digit is drawn as another one if it is as like that one (of 1, apart), and so much less like its own.
LIKE, UNLIKE = 0.18, 0.7
#: Places of a row and column in which ink is looked for.
WITHIN = 3
#: Places on a curve from its begin to its end, by its four points.
BERNSTEIN = np.array(
    [[(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3] for t in (0.0, 0.25, 0.5, 0.75, 1.0)]
)
#: The ink (of 9) in the rows and columns of the box of each digit, from its foot: the mean of common fonts.
USUAL = (
    "157730561372840165940058951159850049561048273165037751",
    "679976117811006810005820005830005730005731336732146732",
    "899995373233037101003710000481000176210158441276257862",
    "698851721386210178000187016881002592010178341278268972",
    "002772000660787997632581161480044481016581003772000573",
    "587740721373210167000168231385377850351000354321369996",
    "157741561264840157950057872275765650461000164123015674",
    "245000046100027300005500002720000550100271432365799999",
    "277751851265930057650275167861285372472047362157047772",
    "476510321461000163056567472278750059751048462165047751",
)

_USUAL = np.array([[int(each) for each in shape] for shape in USUAL], dtype=float)


class Fonts:
    """What the fonts of a document draw for digits."""

    def __init__(self) -> None:
        #: Characters that fonts of the document give for several codes.
        self.doubled: frozenset[str] = frozenset()
        self._otherwise: dict[tuple[int, bytes, int], frozenset[str]] = {}

    def drawn_otherwise(self, address: int) -> frozenset[str]:
        """The digits for which the font at ``address`` draws others."""
        font = ctypes.cast(address, c.FPDF_FONT)
        name, size = ctypes.create_string_buffer(80), ctypes.c_size_t()
        c.FPDFFont_GetBaseFontName(font, name, 80)
        c.FPDFFont_GetFontData(font, None, 0, size)
        key = address, name.value, size.value  # pdfium gives the place of one font to another
        if key not in self._otherwise:
            embedded = c.FPDFFont_GetIsEmbedded(font)
            self._otherwise[key] = frozenset(d for d in DIGITS if embedded and _is_another(font, d))
        return self._otherwise[key]


def _is_another(font: Any, digit: str) -> bool:
    path = c.FPDFFont_GetGlyphPath(font, ord(digit), SIZE)
    if not path or c.FPDFGlyphPath_CountGlyphSegments(path) <= 0:
        return False
    ink = ink_of(_edges(path)).ravel()
    apart = 1 - _USUAL @ ink / np.maximum(np.linalg.norm(_USUAL, axis=1) * np.linalg.norm(ink), 1e-6)
    return bool(apart.min() < min(LIKE, UNLIKE * apart[int(digit)]))


def ink_of(edges: np.ndarray) -> np.ndarray:
    """The share of ink in the rows and columns of the box of an outline, given its edges (n, 4)."""
    low, high = edges.reshape(-1, 2).min(axis=0), edges.reshape(-1, 2).max(axis=0)
    x0, y0, x1, y1 = ((edges.reshape(-1, 2) - low) / np.maximum(high - low, 1e-6)).reshape(-1, 4).T
    y = (np.arange(ROWS * WITHIN) + 0.5) / (ROWS * WITHIN)
    x = (np.arange(COLUMNS * WITHIN) + 0.5) / (COLUMNS * WITHIN)
    edge, row = np.nonzero((y0[:, None] > y) != (y1[:, None] > y))
    slope = (x1 - x0)[edge] / (y1 - y0)[edge]
    turns = np.sign(y1 - y0)[edge, None] * ((x0[edge] + (y[row] - y0[edge]) * slope)[:, None] < x)
    inside = np.zeros((len(y), len(x)))
    np.add.at(inside, row, turns)
    inside = inside != 0
    return inside.reshape(ROWS, WITHIN, COLUMNS, WITHIN).mean(axis=(1, 3))


def _edges(path: Any) -> np.ndarray:
    """The straight edges (n, 4) of the outline of a character, each curve as some of them."""
    kinds, points = quick_calls.outline(quick_calls.address(path), c.FPDFGlyphPath_CountGlyphSegments(path))
    lines: list[tuple[int, int]] = []
    curves: list[int] = []
    begin, controls = 0, 0
    for i, kind in enumerate(kinds):
        if kind == c.FPDF_SEGMENT_BEZIERTO:
            controls = (controls + 1) % 3
            curves += [i - 3] if controls == 0 else []
            continue
        if kind == c.FPDF_SEGMENT_MOVETO:
            lines += [(i - 1, begin)] if i else []
            begin = i
        else:
            lines.append((i - 1, i))
    lines.append((len(points) - 1, begin))
    straight = points[np.array(lines)].reshape(-1, 4)
    along = np.einsum("kp,cpx->ckx", BERNSTEIN, points[np.array(curves, dtype=int)[:, None] + np.arange(4)])
    return np.vstack([straight, np.concatenate([along[:, :-1], along[:, 1:]], axis=2).reshape(-1, 4)])
