"""Where the figures of a relation are printed, put together to what a reader looks at.

Belongs here: marks, made of frame ``check_figures``.  Does not: pictures of them, annotations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jscore.checks.source import BOX
from jscore.findings.choose import clean
from jscore.pdf.rules import Box

#: Which figure a mark shows, as ``check_figures`` calls it, and in the notes of an annotated copy.
ROLES = {"actual": "被核对", "expected": "对照"}


@dataclass(frozen=True)
class Mark:
    """The figures of one role that are printed on one page: their boxes (as shown, origin bottom left) and what they are."""

    role: str
    page: int
    boxes: tuple[Box, ...]
    figures: tuple[str, ...]

    @property
    def whole(self) -> Box:
        """The box around all boxes."""
        x0, y0, x1, y1 = zip(*self.boxes, strict=True)
        return min(x0), min(y0), max(x1), max(y1)

    @property
    def said(self) -> str:
        """What it shows, in words: the figure, or how many there are."""
        first = self.figures[0]
        return first if len(self.figures) == 1 else f"{first} 等{len(self.figures)}项"


def marks(figures: pd.DataFrame) -> list[Mark]:
    """The marks of one relation's rows of ``check_figures``: the figures under test first, then by page.

    Figures without a place (text of the whole report, say) have no mark.
    """
    placed = figures.dropna(subset=["page", *BOX])
    # by name of the role: actual comes before expected
    return [_mark(role, page, own) for (role, page), own in placed.groupby(["role", "page"], sort=True)]


def _mark(role: Any, page: Any, own: pd.DataFrame) -> Mark:
    boxes = own[list(BOX)].astype(float).round(2).itertuples(index=False, name=None)
    said = (_said(line) for line in own.to_dict("records"))
    return Mark(str(role), int(page), tuple(dict.fromkeys(boxes)), tuple(dict.fromkeys(said)))


def _said(line: Mapping[Any, Any]) -> str:
    label, printed = clean(line["label"]), clean(line["printed"])
    return f"{label}：{printed}" if printed and printed not in label else label
