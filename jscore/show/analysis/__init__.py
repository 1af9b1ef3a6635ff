"""What the notebooks compute: small functions from a report's frames to a frame that answers one question.

Every function takes frames of the contract, also empty or blank ones, and gives a frame whose columns are described in
``schema``; without figures to work on, one without rows.
"""

from jscore.show.analysis.audit import (
    findings_by_cause,
    findings_in_words,
    relations_by_group,
    relations_that_hold,
    skipped_relations,
)
from jscore.show.analysis.beside import (
    beside_narrative,
    completion_by_item,
    revenue_across_tables,
    revenue_beside_narrative,
    stated,
)
from jscore.show.analysis.budgets import budget_bridge, with_opening_budget
from jscore.show.analysis.extract import (
    broken,
    forms,
    frame_sizes,
    identities,
    report_card,
    unknown_tables,
    unread,
    value_cell,
    warnings,
)
from jscore.show.analysis.performance import (
    EXECUTION_WEIGHT,
    by_cause,
    by_grade,
    by_kind,
    missed_indicators,
    points_lost,
)
from jscore.show.analysis.sangong import (
    other_matters,
    sangong_beside_narrative,
    sangong_counts,
    sangong_lines,
    sangong_per_unit,
)
from jscore.show.analysis.terms import SAME, compared, pick, row_of, top
from jscore.show.analysis.trees import (
    by_form,
    by_source,
    economic_tree,
    expenditure_tree,
    largest,
    revenue_tree,
)
from jscore.summary.facts import main_form

__all__ = [
    "EXECUTION_WEIGHT",
    "SAME",
    "beside_narrative",
    "budget_bridge",
    "broken",
    "by_cause",
    "by_form",
    "by_grade",
    "by_kind",
    "by_source",
    "compared",
    "completion_by_item",
    "economic_tree",
    "expenditure_tree",
    "findings_by_cause",
    "findings_in_words",
    "forms",
    "frame_sizes",
    "identities",
    "largest",
    "main_form",
    "other_matters",
    "missed_indicators",
    "pick",
    "points_lost",
    "relations_by_group",
    "relations_that_hold",
    "report_card",
    "revenue_across_tables",
    "revenue_beside_narrative",
    "revenue_tree",
    "row_of",
    "sangong_beside_narrative",
    "sangong_counts",
    "sangong_lines",
    "sangong_per_unit",
    "skipped_relations",
    "stated",
    "top",
    "with_opening_budget",
    "unknown_tables",
    "unread",
    "value_cell",
    "warnings",
]
