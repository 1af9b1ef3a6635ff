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
            "item": budget.label, "opening": budget.opening, "final": budget.final, "budget_completion": budget.completion,
            "basis": "年初预算" if budget.stated else "完成预算", "page": budget.page,
        }
        for budget in budgets
        if budget.opening is not None and budget.final is not None
    ]  # fmt: skip
    bridge = pd.DataFrame(rows, columns=["item", "opening", "final", "budget_completion", "basis", "page"])
    bridge = bridge.astype({"opening": "float64", "final": "float64", "budget_completion": "float64", "page": "Int64"})
    bridge.insert(3, "budget_change", (bridge["final"] - bridge["opening"]).round(2))
    return bridge


def with_opening_budget(completion: pd.DataFrame) -> pd.DataFrame:
    """The items of ``completion_by_item`` that had an opening budget, as ``charts.budget_completion`` draws them."""
    budgeted = completion[completion["budget_completion"] > 0]
    return budgeted.assign(
        subject=budgeted["function_name"], measure="budget_completion", value=budgeted["budget_completion"]
    )
