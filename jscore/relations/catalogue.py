"""All checks, in the order in which they are run and documented."""

from __future__ import annotations

from jscore.relations import (
    accounting,
    changes,
    completeness,
    completions,
    counts,
    department,
    evaluations,
    narrative,
    parts_of_whole,
    plausibility,
    shares,
    summaries,
    tables,
    targets,
    template_words,
)
from jscore.relations.model import Check

#: Modules that declare checks.  A new one adds a name here.
MODULES = (
    accounting,
    tables,
    narrative,
    parts_of_whole,
    changes,
    completions,
    shares,
    counts,
    evaluations,
    targets,
    plausibility,
    department,
    summaries,
    completeness,
    template_words,
)

CATALOGUE: tuple[Check, ...] = tuple(check for module in MODULES for check in module.CHECKS)
