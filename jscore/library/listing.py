"""What the folder of processed reports holds: a line a report, and several reports of one department and year.

Belongs here: what can be said from the report.json files alone, without a frame.  Does not:
frames of several reports (``store.panel``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from jscore._version import __version__
from jscore.files import folders
from jscore.library import store

Info = dict[str, Any]

#: Words in a file's name that say that it takes the place of another.
CORRECTION = re.compile(
    r"更正|更新|修订|修正|修改|订正|勘误|重新公开|重发|补充|(?<![A-Za-z])(?:v|ver|rev)\.?\d+(?![\d.]*[A-Za-z])|[(（]\d[)）]"
    r"|(?<![A-Za-z])(?:corrected|correction|revised)(?![A-Za-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Listed:
    """A processed report, as ``jscore ls`` shows it; ``notes`` is what to know before it is used."""

    report_id: str
    department: str | None
    year: int | None
    pages: int
    found: list[str]
    empty: list[str]
    missing: list[str]
    findings: dict[str, int]
    processed: str | None
    notes: list[str]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def infos(processed: Path) -> Iterator[tuple[str, Info]]:
    """Name and report.json of every processed report, one after the other."""
    for folder in store.reports(processed):
        info = store.read_info(folder)
        if info is not None:
            yield folder.name, info


def listed(processed: Path) -> list[Listed]:
    """The processed reports, by department and year."""
    lines, briefs = [], {}
    for name, info in infos(processed):
        lines.append(_line(processed / name, name, info))
        briefs[name] = _brief(info)
    lines = [replace(line, notes=[*line.notes, *same_year_notes(line.report_id, briefs)]) for line in lines]
    return sorted(lines, key=lambda line: (line.department or "", line.year or 0, line.report_id))


def _line(folder: Path, name: str, info: Info) -> Listed:
    card = info.get("card") or {}
    return Listed(
        report_id=name,
        department=info.get("department"),
        year=info.get("year"),
        pages=info.get("page_count") or 0,
        found=card.get("found") or [],
        empty=card.get("empty") or [],
        missing=card.get("missing") or [],
        findings=card.get("findings") or {},
        processed=info.get("processed"),
        notes=_notes(folder, info),
    )


def _notes(folder: Path, info: Info) -> list[str]:
    notes = []
    if info.get("version") != __version__:
        notes.append(f"made by version {info.get('version')}; run again")
    if not store.is_whole(folder, info):
        notes.append("files are missing or were changed; run again")
    if "pdf" in info:
        pdf = folder / info["pdf"]
        if not pdf.is_file():
            notes.append(f"its PDF is gone ({pdf.name})")
        elif info.get("pdf_size") not in (None, pdf.stat().st_size):
            notes.append("its PDF was changed; run again")
    return notes


# --- several of one department and year -------------------------------------------------


def _brief(info: Info) -> Info:
    """What tells reports of one department and year, of all that a report.json holds."""
    return {name: info.get(name) for name in ("department", "year", "sha256", "same_year")}


def same_year(every: Mapping[str, Info]) -> dict[str, list[str]]:
    """For each report, the others of the same department and year; both must be known."""
    groups: dict[tuple[str, int], list[str]] = {}
    for name, info in every.items():
        if info.get("department") and info.get("year"):
            groups.setdefault((_plain(info["department"]), info["year"]), []).append(name)
    return {name: [other for other in group if other != name] for group in groups.values() for name in group}


def _plain(department: str) -> str:
    return "".join(unicodedata.normalize("NFKC", department).split())


def same_year_notes(name: str, every: Mapping[str, Info]) -> list[str]:
    """A line for each other report of the same department and year: the same file, or which looks like the correction."""
    notes = []
    for other in same_year(every).get(name, []):
        if every[name].get("sha256") == every[other].get("sha256"):
            notes.append(f"the same file as {other}; leave one out")
        else:
            notes.append(f"same department and year as {other}{_correction(name, other)}")
    return notes


def _correction(one: str, other: str) -> str:
    """Which of two reports says in its name that it corrects the other."""
    words = {name: match.group() for name in (one, other) if (match := CORRECTION.search(name))}
    if len(words) != 1:
        return "; keep the one that holds"
    ((name, word),) = words.items()
    return f"; by its name ({word}) {'this' if name == one else 'that'} is the correction"


def mark_same_year(processed: Path) -> dict[str, list[str]]:
    """Write into each report.json the other reports of its department and year (``same_year``); notes of those that have any.

    A report.json that says so already is left alone; one whose report another run is at
    work on is marked by that run.
    """
    every = {name: _brief(info) for name, info in infos(processed)}
    others = same_year(every)
    for name, brief in every.items():
        if (brief["same_year"] or []) != others.get(name, []):
            _mark(processed / name, others.get(name, []))
    return {name: same_year_notes(name, every) for name in every if others.get(name)}


def _mark(folder: Path, others: list[str]) -> None:
    with suppress(OSError), folders.locked_if_free(folder) as free:
        info = store.read_info(folder)
        if free and info is not None:
            store.write_info({**info, "same_year": others}, folder)
