"""The catalogue of relations in words: docs/relations.md, made by ``make docs``."""

from __future__ import annotations

from collections.abc import Iterable

from jscore.relations.engine import NEEDS
from jscore.relations.model import Check
from jscore.schema import CHECK_GROUPS

GROUPS = {
    "table": "Within one of the nine tables",
    "cross-table": "Between the nine tables",
    "narrative": "The 情况说明, against the tables and itself",
    "self-evaluation": "The 绩效自评",
    "completeness": "What is announced, and what is there",
}


def markdown(checks: Iterable[Check]) -> str:
    """The page: a table of relations for each group, in the catalogue's order."""
    listed = list(checks)
    parts = [_head(listed)]
    for group in CHECK_GROUPS:
        of_group = [check for check in listed if check.group == group]
        if of_group:
            head = (
                "| `check_id` | relation | severity | rule | needs | tolerance |\n| --- | --- | --- | --- | --- | --- |"
            )
            parts.append("\n".join([f"## {GROUPS[group]} (`{group}`)", "", head, *map(_row, of_group)]))
    return "\n\n".join(parts) + "\n"


def _head(checks: list[Check]) -> str:
    count = {severity: sum(check.severity == severity for check in checks) for severity in ("error", "warning", "info")}
    counted = ", ".join(f"{number} of severity `{severity}`" for severity, number in count.items() if number)
    return (
        "# Relations\n\n<!-- made by make docs from the declarations in jscore/relations -->\n\n"
        f"The {len(checks)} relations (勾稽关系) that `jscore` tests: {counted}. Each is tested on everything that it is about (every "
        "row, every project), so that a report has some hundreds of them in its frame `checks`. A half digit is half the last "
        "digit that a figure is printed with (0.005 万元 for 1,234.56 万元), n the number of figures that are added up; words and "
        "counts have no tolerance, and where a rule says no more, that of its figures' printed digits is meant. More on "
        "tolerance and severity, and how to add a relation: [audit.md](audit.md)."
    )


def _row(check: Check) -> str:
    cells = (
        f"`{check.check_id}`",
        check.title,
        check.severity,
        check.rule,
        needs_in_words(check.needs),
        check.tolerance or "as the rule says",
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def needs_in_words(needs: Iterable[str]) -> str:
    """What a relation needs: 01, 02; 05 or 07; — if it needs nothing in particular."""
    return ", ".join(" or ".join(NEEDS.get(form, form) for form in need.split("|")) for need in needs) or "—"
