"""Self-evaluation scores: rule sets as data, which of them fits, every score recomputed, rules inferred, what scores give away."""

from jscore.scoring.fitting import Fit, fit
from jscore.scoring.rule_sets import RULE_SETS, Cap, RuleSet, from_file, register, rule_set
from jscore.scoring.scores import score_indicators, score_projects, what_if, where_points_go

__all__ = [
    "RULE_SETS",
    "Cap",
    "Fit",
    "RuleSet",
    "fit",
    "from_file",
    "register",
    "rule_set",
    "score_indicators",
    "score_projects",
    "what_if",
    "where_points_go",
]
