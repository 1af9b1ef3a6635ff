"""Years side by side: the reports of one department, or of several, line by line and project by project.

Belongs here: which report counts, what a line of one year is in the next, changes and rates, the year before as a
report states it, projects followed by name.  Does not: reading reports, charts (``year_charts``), sheets
(``years_workbook``).

Everything takes ``processed``, the folder of processed reports, and a ``department`` (by name, with or without its
province; all of them without it), and gives a frame.  Amounts are in 万元.
"""

from jscore.years.compare import FLAGS, changes, common_form, movers, series, table
from jscore.years.figures import TOPICS, lines
from jscore.years.follow import STATUS, by_status, projects
from jscore.years.prior import stated
from jscore.years.which import reports

__all__ = [
    "FLAGS",
    "STATUS",
    "TOPICS",
    "by_status",
    "changes",
    "common_form",
    "lines",
    "movers",
    "projects",
    "reports",
    "series",
    "stated",
    "table",
]
