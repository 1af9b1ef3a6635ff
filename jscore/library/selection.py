"""Reports chosen by their id, department or year; a name that no report has gets an answer with those that there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jscore.errors import ReadError
from jscore.text.names import department_key, normal_name

Listed = tuple[Path, Mapping[str, Any]]
#: Up to so many names are listed in a message.
NAMED = 12


def chosen(
    listed: Sequence[Listed],
    department: str | Iterable[str] | None = None,
    year: int | Iterable[int] | None = None,
    region: str | Iterable[str] | None = None,
) -> list[Listed]:
    """Those of ``listed`` of one or several departments, years and regions.

    A department is known with and without its province; a region has what lies in it (辽宁省: 辽宁省沈阳市 too).  Raises
    ReadError, with one line for the user, where a department, a year or a region has none.
    """
    kept = list(listed)
    if department is not None:
        keys = {department_key(name): name for name in ([department] if isinstance(department, str) else department)}
        there = {
            department_key(info["department"]): str(info["department"]) for _, info in kept if info.get("department")
        }
        if missing := [name for key, name in keys.items() if key not in there]:
            raise ReadError(f"no processed report of {', '.join(missing)}; {instead_of(missing, there.values())}")
        kept = [(f, info) for f, info in kept if department_key(info.get("department") or "") in keys]
    if region is not None:
        regions = [region] if isinstance(region, str) else list(region)
        there = {str(info["region"]): department_key(info["region"]) for _, info in kept if info.get("region")}
        lies = {name: [each for each, key in there.items() if _lies_in(each, key, name)] for name in regions}
        if missing := [name for name, those in lies.items() if not those]:
            raise ReadError(f"no processed report of {', '.join(missing)}; {instead_of(missing, there)}")
        inside = {each for those in lies.values() for each in those}
        kept = [(folder, info) for folder, info in kept if info.get("region") in inside]
    if year is not None:
        years = {year} if isinstance(year, int) else set(year)
        if unknown := years - {info.get("year") for _, info in kept}:
            known = ", ".join(sorted({str(info["year"]) for _, info in kept if info.get("year")})) or "none"
            raise ReadError(f"no processed report for {', '.join(map(str, sorted(unknown)))}; there are: {known}")
        kept = [(folder, info) for folder, info in kept if info.get("year") in years]
    return kept


def _lies_in(region: str, key: str, name: str) -> bool:
    """Whether ``region``, with its province or (``key``) without, lies in the one called ``name``."""
    return region.startswith(name) or key.startswith(department_key(name))


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
