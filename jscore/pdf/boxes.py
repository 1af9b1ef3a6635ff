"""Points and boxes on a page."""

from __future__ import annotations

from collections.abc import Iterable

Point = tuple[float, float]
#: Left, bottom, right and top.
Box = tuple[float, float, float, float]


def is_in(point: Point, box: Box) -> bool:
    """Whether a point is in a box or at its edge."""
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def middle_is_in(box: Box, other: Box) -> bool:
    """Whether the middle of a box is in another one."""
    return is_in(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), other)


def area(box: Box) -> float:
    """How large a box is."""
    return (box[2] - box[0]) * (box[3] - box[1])


def around(boxes: Iterable[Box]) -> Box:
    """The box around all of ``boxes``."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)
