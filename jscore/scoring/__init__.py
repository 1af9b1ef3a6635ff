"""The self-evaluation scores: a rule set as plain data, every score recomputed, the rule inferred, what it hides."""

from jscore.scoring.rule_sets import DEFAULT, RULE_SETS, Cap, RuleSet, register
from jscore.scoring.scores import score_indicators, score_projects, what_if, where_points_go

__all__ = [
    "DEFAULT",
    "RULE_SETS",
    "Cap",
    "RuleSet",
    "register",
    "score_indicators",
    "score_projects",
    "what_if",
    "where_points_go",
]
