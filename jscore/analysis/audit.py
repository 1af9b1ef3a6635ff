"""What became of the relations: how many hold in each group, which do not, which could not be tested and why."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jscore.checks.engine import SEVERITIES, shown
from jscore.findings.choose import chosen, count
from jscore.schema import CHECK_GROUPS

_NUMBERS = ("expected", "actual", "difference", "tolerance")


def relations_by_group(checks: pd.DataFrame) -> pd.DataFrame:
    """A line a group of relations: tested, held, error, warning and info (those that do not hold), skipped.

    Groups of which the catalogue has no relation are left out.
    """
    rows = []
    for group in CHECK_GROUPS:
        own = count(checks[checks["group"] == group])
        if own.tested or own.skipped:
            rows.append({"group": group, "tested": own.tested, "held": own.held, **own.failed, "skipped": own.skipped})
    columns = ["tested", "held", *SEVERITIES, "skipped"]
    return pd.DataFrame(rows, columns=["group", *columns]).astype(dict.fromkeys(columns, "Int64"))


def skipped_relations(checks: pd.DataFrame) -> pd.DataFrame:
    """The relations that could not be tested, by reason: group, title, reason, count (of subjects)."""
    own = checks[checks["status"] == "skipped"].rename(columns={"message": "reason"})
    found = own.groupby(["group", "title", "reason"], sort=False, dropna=False).size().rename("count")
    return found.reset_index().astype({"count": "Int64"})


def findings_in_words(checks: pd.DataFrame, severities: Sequence[str] = SEVERITIES) -> pd.DataFrame:
    """The relations that do not hold, most severe first, those of ``severities``: the columns of ``checks`` for reading.

    expected, actual, difference and tolerance are text with their unit, as they would be printed: 1,234.50万元, 68.76%.
    """
    found = chosen(checks)
    found = found[found["severity"].isin(list(severities))].reset_index(drop=True)
    words = {
        name: [shown(value, unit) if pd.notna(value) else "" for value, unit in zip(found[name], found["unit"], strict=True)]
        for name in _NUMBERS
    }  # fmt: skip
    columns = ["check_no", "severity", "group", "title", "subject", *_NUMBERS, "pages", "message"]
    return found.assign(**{name: pd.Series(text, found.index, dtype="str") for name, text in words.items()})[columns]
