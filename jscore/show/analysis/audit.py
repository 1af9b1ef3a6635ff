"""What became of the relations: how many hold, which do not and for what cause, which could not be tested and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from jscore.findings.card_shown import holding
from jscore.findings.causes import causes
from jscore.findings.choose import chosen, count, counts, held_of
from jscore.findings.spoken import spoken_label
from jscore.language import tr
from jscore.relations.engine import shown
from jscore.schema import CHECK_GROUPS, SEVERITIES

_NUMBERS = ("expected", "actual", "difference", "tolerance")


def relations_by_group(checks: pd.DataFrame) -> pd.DataFrame:
    """A line a group of relations: tested, held, error, warning and info (those that do not hold), skipped.

    Groups of which the catalogue has no relation are left out.
    """
    rows = []
    for group in CHECK_GROUPS:
        counts = count(checks[checks["group"] == group])
        if counts.tested or counts.skipped:
            rows.append(
                {
                    "group": group,
                    "tested": counts.tested,
                    "held": counts.held,
                    **counts.failed,
                    "skipped": counts.skipped,
                }
            )
    columns = ["tested", "held", *SEVERITIES, "skipped"]
    return pd.DataFrame(rows, columns=["group", *columns]).astype(dict.fromkeys(columns, "Int64"))


def relations_that_hold(checks: pd.DataFrame) -> list[str]:
    """How many relations hold, in the words of the report card: of the nine tables, and of all that were tested."""
    return [
        tr("{what}：{how_many}", what=what, how_many=how_many)
        for what, how_many in holding(held_of(counts(checks))).items()
    ]


def findings_by_cause(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The findings by cause, in order of weight: severity, title, message, money, figures, instances, pages, check_nos."""
    by_cause = causes(frames).drop(columns="finding")
    return by_cause.assign(money=by_cause["money"].where(by_cause["money"] > 0))


def skipped_relations(checks: pd.DataFrame) -> pd.DataFrame:
    """The relations that could not be tested, by reason: group, title, reason, count (of subjects)."""
    skipped = checks[checks["status"] == "skipped"].rename(columns={"message": "reason"})
    counted = skipped.groupby(["group", "title", "reason"], sort=False, dropna=False).size().rename("count")
    return counted.reset_index().astype({"count": "Int64"})


def findings_in_words(checks: pd.DataFrame, severities: Sequence[str] = SEVERITIES) -> pd.DataFrame:
    """The relations that do not hold, most severe first, those of ``severities``: the columns of ``checks`` for reading.

    expected, actual, difference and tolerance are text as it would be printed (1,234.50, 68.76%), with its unit where
    that is not 万元.
    """
    findings = chosen(checks)
    findings = findings[findings["severity"].isin(list(severities))].reset_index(drop=True)
    columns = ["check_no", "severity", "group", "title", "subject", *_NUMBERS, "pages", "message"]
    subjects = [spoken_label(subject) if isinstance(subject, str) else subject for subject in findings["subject"]]
    findings = findings.assign(subject=pd.Series(subjects, findings.index, dtype="str"))
    return findings.assign(**{name: _in_words(findings[name], findings["unit"]) for name in _NUMBERS})[columns]


def _in_words(values: pd.Series[float], units: pd.Series[str]) -> pd.Series[str]:
    texts = [
        shown(value, unit).removesuffix("万元") if pd.notna(value) else ""
        for value, unit in zip(values, units, strict=True)
    ]
    return pd.Series(texts, values.index, dtype="str")
