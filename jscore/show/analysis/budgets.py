"""Opening budgets beside final accounts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jscore.summary.facts import Budget


def budget_bridge(budgets: Sequence[Budget]) -> pd.DataFrame:
    """The opening budgets that prose states (``Summary.budgets``), a line the whole, 基本支出 and 项目支出.

    Columns: item, opening, final, budget_change (final less opening), budget_completion, basis (what prose
    states: the budget itself, or the completion that it follows from), page.
    """
    rows = [
        {
            "item": own.label, "opening": own.opening, "final": own.final, "budget_completion": own.completion,
            "basis": "年初预算" if own.stated else "完成预算", "page": own.page,
        }
        for own in budgets
        if own.opening is not None and own.final is not None
    ]  # fmt: skip
    found = pd.DataFrame(rows, columns=["item", "opening", "final", "budget_completion", "basis", "page"])
    found = found.astype({"opening": "float64", "final": "float64", "budget_completion": "float64", "page": "Int64"})
    found.insert(3, "budget_change", (found["final"] - found["opening"]).round(2))
    return found


def with_opening_budget(completion: pd.DataFrame) -> pd.DataFrame:
    """The items of ``completion_by_item`` that had an opening budget, as ``charts.budget_completion`` draws them."""
    own = completion[completion["budget_completion"] > 0]
    return own.assign(subject=own["function_name"], measure="budget_completion", value=own["budget_completion"])
