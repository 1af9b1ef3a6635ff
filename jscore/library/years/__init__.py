"""Years side by side: the reports of one department, or of several, line by line and project by project.

Everything takes ``processed``, the folder of processed reports, and a ``department`` (by name, with or without its
province; all of them without it), and gives a frame.  Amounts are in 万元.
"""

from jscore.library.years.counted_reports import reports
from jscore.library.years.followed_projects import ENDS, STATUS, by_status, projects
from jscore.library.years.peers import headcounts, peers, per_head
from jscore.library.years.prior import stated
from jscore.library.years.sentences import MAIN_LINES, agreement, departments_there, headlines, what_is_there
from jscore.library.years.yearly_changes import (
    RATED,
    Compared,
    by_department,
    changes,
    common_form,
    compared,
    composition,
    for_reading,
    in_common_form,
    movers,
    series,
    table,
)
from jscore.library.years.yearly_lines import (
    BUDGET,
    ECONOMIC,
    EXPENDITURE,
    PARTS,
    REVENUE,
    SANGONG,
    SCORES,
    TOPICS,
    TOTALS,
    WHOLE,
    lines,
)

__all__ = [
    "BUDGET",
    "ECONOMIC",
    "ENDS",
    "EXPENDITURE",
    "MAIN_LINES",
    "PARTS",
    "RATED",
    "REVENUE",
    "SANGONG",
    "SCORES",
    "STATUS",
    "TOPICS",
    "TOTALS",
    "WHOLE",
    "agreement",
    "by_department",
    "by_status",
    "changes",
    "common_form",
    "composition",
    "departments_there",
    "for_reading",
    "headcounts",
    "headlines",
    "in_common_form",
    "Compared",
    "compared",
    "lines",
    "movers",
    "peers",
    "per_head",
    "projects",
    "reports",
    "series",
    "stated",
    "table",
    "what_is_there",
]
