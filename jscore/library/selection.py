"""Reports chosen by their id, department or year; a name that no report has gets an answer with those that there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jscore.errors import ReadError
from jscore.library.store import read_info, reports
from jscore.text.names import department_key, normal_name

Listed = tuple[Path, Mapping[str, Any]]
#: Up to so many names are listed in a message.
NAMED = 12


def processed_reports(processed: Path) -> list[Listed]:
    """The folder and report.json of every processed report."""
    return [(folder, info) for folder in reports(processed) if (info := read_info(folder)) is not None]


def chosen(
    listed: Sequence[Listed],
    department: str | Iterable[str] | None = None,
    year: int | Iterable[int] | None = None,
) -> list[Listed]:
    """Those of ``listed`` of one or several departments and years; a department is known with and without its province.

    Raises ReadError, with one line for the user, where a department or a year has none.
    """
    found = list(listed)
    if department is not None:
        keys = {department_key(name): name for name in ([department] if isinstance(department, str) else department)}
        there = {
            department_key(info["department"]): str(info["department"]) for _, info in found if info.get("department")
        }
        if missing := [name for key, name in keys.items() if key not in there]:
            raise ReadError(f"no processed report of {', '.join(missing)}; {instead_of(missing, there.values())}")
        found = [(f, info) for f, info in found if department_key(info.get("department") or "") in keys]
    if year is not None:
        years = {year} if isinstance(year, int) else set(year)
        if unknown := years - {info.get("year") for _, info in found}:
            known = ", ".join(sorted({str(info["year"]) for _, info in found if info.get("year")})) or "none"
            raise ReadError(f"no processed report for {', '.join(map(str, sorted(unknown)))}; there are: {known}")
        found = [(folder, info) for folder, info in found if info.get("year") in years]
    return found


def alike(name: str, known: Iterable[str]) -> list[str]:
    """Those of ``known`` that ``name`` may be meant for: its characters in their order, or nearly its letters."""
    known = sorted(set(known))
    short = [each for each in known if _is_short_for(normal_name(name), normal_name(each))]
    return short[:3] or get_close_matches(name, known, 3, 0.6)


def instead_of(names: str | Iterable[str], known: Iterable[str]) -> str:
    """For names that are not among ``known``: which may be meant, or, where none is alike, which there are."""
    known = sorted(set(known))
    near = list(
        dict.fromkeys(each for name in ([names] if isinstance(names, str) else names) for each in alike(name, known))
    )
    if near:
        return f"did you mean {' or '.join(near)}?"
    more = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
    return f"there: {', '.join(known[:NAMED]) or 'none'}{more}"


def _is_short_for(short: str, name: str) -> bool:
    """Whether the characters of ``short`` stand in ``name`` in this order, as in 人社局 for 人力资源和社会保障局."""
    rest = iter(name)
    return len(short) > 1 and all(character in rest for character in short)
