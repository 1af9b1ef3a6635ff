"""Relations in the language that is spoken.

The frames ``checks`` and ``check_figures`` are data, and in Chinese.  In English a relation is called by its English title, and
what does not hold is told from its parts: the figures, as what they are printed, and what they must be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from jscore.language import current
from jscore.relations.catalogue import CATALOGUE
from jscore.relations.engine import shown

_TITLES = {check.check_id: check.title_en for check in CATALOGUE}
#: Figures that are named one by one, and characters of what they are and of what is printed.
_NAMED, _LONGEST = 3, 60

Line = Mapping[Any, Any]


def spoken(checks: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """``checks`` (rows of the frame) with ``title`` and ``message`` in the language that is spoken.

    ``figures`` are the rows of frame ``check_figures`` that belong to them.
    """
    if current() == "zh" or checks.empty:
        return checks
    of_check: dict[int, list[Line]] = defaultdict(list)
    failed = checks.loc[checks["status"] == "fail", "check_no"]
    for line in figures[figures["check_no"].isin(failed)].to_dict("records"):
        of_check[line["check_no"]].append(line)
    messages = [_message(check, of_check[check["check_no"]]) for check in checks.to_dict("records")]
    titles = checks["check_id"].map(_TITLES).fillna(checks["title"])
    return checks.assign(title=titles.astype("str"), message=pd.Series(messages, checks.index, dtype="str"))


def _message(check: Line, figures: Sequence[Line]) -> str:
    if check["status"] == "skipped":
        return "not tested: the report lacks a figure that it needs, or one could not be read"
    if check["status"] == "pass":
        return ""
    relation = f"“{_TITLES.get(check['check_id'], check['title'])}” does not hold"
    tested, against = ([line for line in figures if line["role"] == role] for role in ("actual", "expected"))
    if pd.isna(check["actual"]) or pd.isna(check["expected"]):
        told = [_listed(lines) for lines in (tested, against) if lines]
        where = " against ".join(told) or ("" if pd.isna(check["subject"]) else str(check["subject"]))
        return f"{relation}: {where}" if where else relation
    actual, expected = _amounts(check)
    must = "above" if check["limit"] else "not"
    beside = "" if not against else f"; held against {_listed(against)}"
    subject = _short(tested[0]["label"]) if tested else check["subject"]
    return f"{relation}: {subject} is {actual}, {must} {expected}{beside}"


def _amounts(check: Line) -> tuple[str, str]:
    """The figure under test and what it must be, no more exact than tells them apart."""
    values, unit = (check["actual"], check["expected"]), check["unit"]
    actual, expected = (f"{value:.2%}" if unit == "fraction" else shown(value, unit) for value in values)
    if actual == expected:
        actual, expected = (shown(value, unit) for value in values)
    return actual.replace("万元", " 万元"), expected.replace("万元", " 万元")


def _listed(lines: Sequence[Line]) -> str:
    """What the figures are and what is printed there; of many the first, and how many more."""
    named = list(dict.fromkeys(map(_in_words, lines)))
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + more


def _in_words(line: Line) -> str:
    label, printed = (_short("" if pd.isna(line[name]) else str(line[name])) for name in ("label", "printed"))
    return f"{label} ({printed})" if printed and printed not in label else label


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
