"""The glyphs of a page as they are printed, before they are set upright, and what its two readers share."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from jscore.language import tr
from jscore.pdf.as_drawn import Look
from jscore.pdf.boxes import Point, is_in
from jscore.pdf.digit_shapes import Fonts
from jscore.pdf.rules import Drawn
from jscore.pdf.visible import Cover, TextObject
from jscore.text.signs import FIGURES, VEILED, among

#: A quarter turn, and the share of it by which text may lean; what leans more is a watermark.
QUARTER, SLANT = np.pi / 2, 0.05
#: Glyphs whose middles are further apart than this share of their size are of two texts.
FAR = 1.5
#: A digit that is narrower or lower than so much of its other side is pressed to a line, which nobody sees.
SLIVER = 0.09
#: Glyphs of one figure stand as close and as level as so much of their size.
CLOSE, LEVEL = 0.3, 0.1
#: A copy of a glyph stands within this share of its size.
TWICE = 0.15


@dataclass(frozen=True)
class KnownPage:
    """What is known of page ``number`` of the file at ``path`` before its glyphs are read."""

    page: pdfium.PdfPage
    path: Path
    number: int
    password: str | None
    drawn: list[Drawn]
    #: Texts that may not be seen, by their address in pdfium; what covers others; what drawing the page has shown.
    texts: dict[int, TextObject]
    covers: list[Cover]
    seen: Look | None
    fonts: Fonts

    def is_covered(self, point: Point, order: int) -> bool:
        """Whether what is drawn as the ``order``-th is covered at a point."""
        return any(cover.order > order and is_in(point, cover.box) for cover in self.covers)

    def is_hidden(self, text: TextObject) -> bool:
        """Whether nothing of a text is to be read."""
        x0, y0, x1, y1 = text.box
        left, bottom, right, top = text.clip or text.box
        clipped = x1 < left or right < x0 or y1 < bottom or top < y0
        covered = (
            cover.order > text.order and is_in((x0, y0), cover.box) and is_in((x1, y1), cover.box)
            for cover in self.covers
        )
        return text.not_read is not None or clipped or any(covered)


@dataclass(frozen=True)
class Raw:
    """Glyphs in page space; ``points`` (3n, 2) are origin, lower left and upper right of every one."""

    chars: list[str]
    points: np.ndarray
    #: The clockwise quarter turns that set each glyph upright.
    turns: np.ndarray
    #: What is not read, and why: (reason, text) of each stretch.
    not_read: list[tuple[str, str]]


@dataclass
class NotRead:
    """The glyphs that are not read: why, and the text of each stretch."""

    stretches: list[tuple[str, str]] = field(default_factory=list)
    _last: Point = (0.0, 0.0)

    def note(self, reason: str, char: str, middle: Point, size: float) -> None:
        """Note a glyph beside the one before, with a blank between them if they stand too far apart to be of one text."""
        apart = math.dist(middle, self._last) > FAR * size
        self._last = middle
        if self.stretches and self.stretches[-1][0] == reason:
            self.stretches[-1] = (reason, self.stretches[-1][1] + (" " if apart else "") + char)
        else:
            self.stretches.append((reason, char))


def page_damaged(path: Path, number: int) -> str:
    """What is said of a file one page of which cannot be read."""
    return tr("{path}: 第{number}页已损坏，请重新下载或另存", path=path, number=number)


def leans(angle: Any) -> Any:
    """Whether glyphs at an angle, or at each of an array of them, are a watermark's."""
    return abs((angle / QUARTER + 0.5) % 1 - 0.5) > SLANT


def part_of_figures(raw: Raw, veiled: dict[int, int]) -> tuple[Raw, frozenset[int]]:
    """``raw`` with the glyphs ``veiled``, which are out of sight, as VEILED where others of their figure are seen, else
    without them; and the texts of the former, given those of all.
    """
    hidden = np.zeros(len(raw.chars), dtype=bool)
    hidden[[*veiled]] = True
    (_, base), (low, _), (high, _) = (_upright(raw.points[i::3], raw.turns) for i in range(3))
    size = np.abs(raw.points[2::3] - raw.points[1::3]).max(axis=1)
    of = figures_of(raw.chars, np.minimum(low, high), np.maximum(low, high), base, size)
    seen = np.bincount(of, weights=among(raw.chars, FIGURES) & ~hidden) > 0
    keep = ~hidden | seen[of]
    chars = [VEILED if hidden[i] else char for i, char in enumerate(raw.chars) if keep[i]]
    in_part = frozenset(of_text for i, of_text in veiled.items() if keep[i])
    return Raw(chars, raw.points[np.repeat(keep, 3)], raw.turns[keep], raw.not_read), in_part


def _upright(points: np.ndarray, turns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far along its line, and how far up, each point is once it is turned by ``turns`` quarters."""
    x, y = points.T
    return np.choose(turns, [x, y, -x, -y]), np.choose(turns, [y, -x, -y, x])


def figures_of(
    chars: Collection[str], x0: np.ndarray, x1: np.ndarray, base: np.ndarray, size: np.ndarray
) -> np.ndarray:
    """For each glyph which figure it is of, one that is of none by itself, given where it is and its size."""
    figure = among(chars, FIGURES)
    near = np.abs(x0[1:] - x1[:-1]) < CLOSE * size[1:]
    level = np.abs(np.diff(base)) < LEVEL * size[1:]
    of: np.ndarray = np.concatenate([[0], np.cumsum(~(figure[1:] & figure[:-1] & near & level))])
    return of
