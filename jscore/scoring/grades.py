"""The grades of 《项目支出绩效评价管理办法》(财预〔2020〕10号) and the total scores that they stand for."""

from __future__ import annotations

import re

from jscore.text.normal import nfkc

#: Name, from, below.
GRADES = (("优", 90.0, float("inf")), ("良", 80.0, 90.0), ("中", 60.0, 80.0), ("差", float("-inf"), 60.0))
#: A total score is from 0 up to below this.
_NO_SCORE = 101.0
#: A grade with the box before or behind it that is ticked: 优□ 良☑ 中□ 差□.
_TICK = "[√✓✔☑■●]"
_PRINTED = re.compile("[优良中差]")
_TICKED = re.compile(rf"{_TICK}[优良中差]|[优良中差]{_TICK}")


def printed_grade(text: str) -> str:
    """The grade that a form prints: 良 of 良好, the ticked one of several; "" where it prints none of the four, or which is open."""
    words = re.sub(r"[\s()]", "", nfkc(text))
    grades = _PRINTED.findall(words)
    if len(grades) > 1:
        ticked = _TICKED.findall(words)
        grades = _PRINTED.findall(ticked[0]) if len(ticked) == 1 else []
    return grades[0] if grades and (words[0] in grades or len(words) > 4) else ""


def grade_of(score: float | None) -> str:
    """The grade of a total score; "" without one."""
    if score is None or not 0 <= score < _NO_SCORE:
        return ""
    return next(name for name, low, high in GRADES if low <= score < high)
