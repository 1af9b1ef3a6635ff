"""Which relations of frame ``checks`` to look at, in which order, and how many there are of each kind."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from jscore.language import tr
from jscore.language.words import in_numbers
from jscore.schema import CHECK_GROUPS, SEVERITIES

#: The groups of relations within and between the nine tables.
OF_TABLES = ("table", "cross-table")
#: Characters that are not shown: controls (a terminal obeys them), marks that reorder or hide text, halves of a pair.
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})


@dataclass(frozen=True)
class Choice:
    """Which relations: findings of ``severity`` and above, of ``groups`` (all without any), and others on demand.

    ``skipped`` adds those that could not be tested, ``held`` those that hold.
    """

    severity: str = SEVERITIES[-1]
    groups: Collection[str] = ()
    skipped: bool = False
    held: bool = False


def of_groups(checks: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The rows of ``checks`` whose group is chosen."""
    return checks[checks["group"].isin(list(choice.groups))] if choice.groups else checks


def chosen(checks: pd.DataFrame, choice: Choice = Choice()) -> pd.DataFrame:
    """The rows of ``checks`` that ``choice`` names: findings first, most severe first, by group; then skipped, then held."""
    grouped = of_groups(checks, choice)
    severe = grouped["severity"].isin(SEVERITIES[: SEVERITIES.index(choice.severity) + 1])
    wanted = (grouped["status"] == "fail") & severe
    if choice.skipped:
        wanted |= grouped["status"] == "skipped"
    if choice.held:
        wanted |= grouped["status"] == "pass"
    return in_order(grouped[wanted])


def in_order(checks: pd.DataFrame) -> pd.DataFrame:
    """``checks`` by status, then severity, then group, otherwise as they are."""
    ranks = {"status": ("fail", "skipped", "pass"), "severity": SEVERITIES, "group": CHECK_GROUPS}
    keys = pd.DataFrame(
        {
            column: checks[column].map({name: place for place, name in enumerate(order)})
            for column, order in ranks.items()
        }
    )
    return checks.loc[keys.sort_values(list(ranks), kind="stable").index].reset_index(drop=True)


@dataclass(frozen=True)
class Count:
    """How many relations were tested, hold, do not hold by severity, and were skipped."""

    tested: int
    held: int
    failed: dict[str, int]
    skipped: int

    @property
    def findings(self) -> int:
        return sum(self.failed.values())

    def __str__(self) -> str:
        return tr(
            "核对{tested}项：{held}项成立，{findings}项不成立（{parts}）；{skipped}项未能核对",
            tested=f"{self.tested:,}",
            held=f"{self.held:,}",
            findings=f"{self.findings:,}",
            parts=in_numbers(self.failed),
            skipped=f"{self.skipped:,}",
        )


def count(checks: pd.DataFrame) -> Count:
    """The count of the rows of ``checks``."""
    return _count(zip(checks["status"].tolist(), checks["severity"].tolist(), strict=True))


def _count(outcomes: Iterable[tuple[str, str]]) -> Count:
    """The count of relations of which each has a status and a severity."""
    severities = Counter(outcomes)
    number: Counter[str] = Counter()
    for (status, _), times in severities.items():
        number[status] += times
    failed = {severity: severities["fail", severity] for severity in SEVERITIES}
    return Count(number.total() - number["skipped"], number["pass"], failed, number["skipped"])


def counts(checks: pd.DataFrame) -> dict[str, Count]:
    """The counts of frame ``checks``: ``tables``, of the relations of the nine tables, and ``all``."""
    relations = list(zip(*(checks[name].tolist() for name in ("status", "severity", "group")), strict=True))
    return {
        "tables": _count((status, severity) for status, severity, group in relations if group in OF_TABLES),
        "all": _count((status, severity) for status, severity, _ in relations),
    }


def held_of(counted: Mapping[str, Count]) -> dict[str, tuple[int, int]]:
    """How many relations hold, and of how many that were tested, of ``counts``."""
    return {name: (number.held, number.tested) for name, number in counted.items()}


def clean(text: object) -> str:
    """Text of a report for a screen or a file: one line, without characters that would act instead of being seen."""
    if text is None or text is pd.NA or text != text:
        return ""
    line = " ".join(str(text).split())
    return line if line.isprintable() else "".join(c for c in line if unicodedata.category(c) not in _HIDDEN)
