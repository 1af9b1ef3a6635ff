"""Picking a figure or row of a frame, and figures that are the same."""

from __future__ import annotations

from typing import Any

import pandas as pd

#: A difference of amounts below this is none: they are printed with two decimals.
SAME = 0.005


def pick(frame: pd.DataFrame, wanted: str, none: Any = float("nan"), **where: Any) -> Any:
    """Column ``wanted`` of the first row that has the values ``where``; ``none`` if there is none."""
    row = row_of(frame, **where)
    return none if row is None else frame.at[row, wanted]


def row_of(frame: pd.DataFrame, **where: Any) -> Any | None:
    """Index label of the first row of ``frame`` that has the values ``where``; None if there is none."""
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return None if frame.empty else frame.index[0]


def top(frame: pd.DataFrame, by: str) -> Any | None:
    """Index label of the row of ``frame`` with the largest ``by``; None if there is none."""
    values = frame[by].dropna()
    return None if values.empty else values.idxmax()


def compared(first: pd.Series[float], second: pd.Series[float]) -> dict[str, Any]:
    difference = (first - second).round(6)
    return {"difference": difference, "holds": (difference.abs() < SAME).map({True: "是", False: "否"})}
