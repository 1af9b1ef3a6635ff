"""Where the figures of a relation are printed, put together to what a reader looks at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jscore.findings.choose import clean
from jscore.findings.spoken import spoken_label
from jscore.language import tr
from jscore.pdf.boxes import Box, around
from jscore.schema import BOX


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
        return around(self.boxes)

    @property
    def caption(self) -> str:
        """What it shows, in words: the figure, or how many there are."""
        first = self.figures[0]
        return first if len(self.figures) == 1 else tr("{first}等{number}项", first=first, number=len(self.figures))


def marks(figures: pd.DataFrame) -> dict[int, list[Mark]]:
    """The marks of each relation that has rows in ``figures`` (of frame ``check_figures``), by check_no.

    The figures under test come first, then those they are held against, each by page.  Figures without a place (text of
    the whole report, say) have no mark, nor has a relation that has no others.
    """
    placed = figures.dropna(subset=["page", *BOX])
    by_mark: dict[tuple[int, str, int], list[Mapping[Any, Any]]] = defaultdict(list)
    for line in placed[["check_no", "role", "page", "label", "printed", *BOX]].to_dict("records"):
        by_mark[(line["check_no"], line["role"], line["page"])].append(line)
    by_check: dict[int, list[Mark]] = defaultdict(list)
    for check_no, role, page in sorted(by_mark):  # by name of the role: actual comes before expected
        lines = by_mark[(check_no, role, page)]
        boxes = dict.fromkeys(_box(line) for line in lines)
        by_check[check_no].append(Mark(role, int(page), tuple(boxes), tuple(dict.fromkeys(map(_in_words, lines)))))
    return by_check


def _box(line: Mapping[Any, Any]) -> Box:
    x0, y0, x1, y1 = (round(float(line[edge]), 2) for edge in BOX)
    return x0, y0, x1, y1


def _in_words(line: Mapping[Any, Any]) -> str:
    label, printed = clean(spoken_label(line["label"])), clean(line["printed"])
    return tr("{label}：{printed}", label=label, printed=printed) if printed and printed not in label else label
