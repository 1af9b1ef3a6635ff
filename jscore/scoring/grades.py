"""The grades of 《项目支出绩效评价管理办法》(财预〔2020〕10号) and the total scores that they stand for."""

from __future__ import annotations

#: Name, from, below.
GRADES = (("优", 90.0, float("inf")), ("良", 80.0, 90.0), ("中", 60.0, 80.0), ("差", float("-inf"), 60.0))
#: A total score is from 0 up to below this.
_NO_SCORE = 101.0


def grade_of(score: float | None) -> str:
    """The grade of a total score; "" without one."""
    if score is None or not 0 <= score < _NO_SCORE:
        return ""
    return next(name for name, low, high in GRADES if low <= score < high)
