"""The catalogue of relations in words: docs/relations.md, made by ``make docs``.

Belongs here: Markdown of what the checks declare.  Does not: relations, or what they are about (docs/audit.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dis import get_instructions
from types import CodeType, FunctionType
from typing import Any

from jscore.relations import model
from jscore.relations.engine import NEEDS
from jscore.relations.model import Check, Test
from jscore.schema import CHECK_GROUPS

GROUPS = {
    "table": "Within one of the nine tables",
    "cross-table": "Between the nine tables",
    "narrative": "The 情况说明, against the tables and itself",
    "self-evaluation": "The 绩效自评",
    "completeness": "What is announced, and what is there",
}
#: Ways to compare of ``model`` → the tolerance that each sets, in words.
TOLERANCES = {
    "total": "n + 1 half digits",
    "equal": "2 half digits",
    "at_most": "2 half digits, upwards",
    "ratio": "what both amounts may stand for, and a half digit of the rate",
    "within": "from the printed digits, as the rule says",
    "said": "none",
}


def markdown(checks: Iterable[Check]) -> str:
    """The page: a table of relations for each group, in the catalogue's order."""
    held = list(checks)
    parts = [_head(held)]
    for group in CHECK_GROUPS:
        own = [check for check in held if check.group == group]
        if own:
            head = (
                "| `check_id` | relation | severity | rule | needs | tolerance |\n| --- | --- | --- | --- | --- | --- |"
            )
            parts.append("\n".join([f"## {GROUPS[group]} (`{group}`)", "", head, *map(_row, own)]))
    return "\n\n".join(parts) + "\n"


def _head(checks: list[Check]) -> str:
    count = {severity: sum(check.severity == severity for check in checks) for severity in ("error", "warning", "info")}
    said = ", ".join(f"{number} of severity `{severity}`" for severity, number in count.items() if number)
    return (
        "# Relations\n\n<!-- made by make docs from the declarations in jscore/relations -->\n\n"
        f"The {len(checks)} relations (勾稽关系) that `jscore` tests: {said}. Each is tested on everything that it is about (every "
        "row, every project), so that a report has some hundreds of them in its frame `checks`. A half digit is half the last "
        "digit that a figure is printed with (0.005 万元 for 1,234.56 万元), n the number of figures that are added up. More on "
        "tolerance and severity, and how to add a relation: [audit.md](audit.md)."
    )


def _row(check: Check) -> str:
    cells = (
        f"`{check.check_id}`",
        check.title,
        check.severity,
        check.rule,
        needs_in_words(check.needs),
        "; ".join(tolerances(check.test)),
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def needs_in_words(needs: Iterable[str]) -> str:
    """What a relation needs: 01, 02; 05 or 07; — if it needs nothing in particular."""
    return ", ".join(" or ".join(NEEDS.get(form, form) for form in need.split("|")) for need in needs) or "—"


def tolerances(test: Test) -> list[str]:
    """The tolerances of the ways in which ``test`` compares, found in its code and that of the functions it calls."""
    ways = {getattr(model, name): name for name in TOLERANCES}
    found = {ways[called] for called in _called(test, set(ways)) if called in ways}
    kept = [name for name in TOLERANCES if name in found]
    if len(kept) > 1:  # what is compared in words beside numbers needs none
        kept = [name for name in kept if name != "said"]
    return list(dict.fromkeys(TOLERANCES[name] for name in kept)) or ["none"]


def _called(function: Any, ends: set[Any], seen: set[Any] | None = None) -> Iterator[Any]:
    """The module-level functions that ``function`` names, down to ``ends``."""
    seen = set() if seen is None else seen
    if not isinstance(function, FunctionType) or function in seen:
        return
    seen.add(function)
    for name in _names(function.__code__):
        other = function.__globals__.get(name)
        if not isinstance(other, FunctionType):
            continue
        if other in ends:
            yield other
        elif other.__module__.startswith("jscore.relations"):
            yield from _called(other, ends, seen)


def _names(code: CodeType) -> Iterator[str]:
    """The names of the module that ``code`` and the functions inside it load; attributes of the same name are none."""
    yield from (one.argval for one in get_instructions(code) if one.opname == "LOAD_GLOBAL")
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
