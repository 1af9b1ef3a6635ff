"""The processed reports, a line each, from their report.json files alone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jscore._version import __version__
from jscore.files import folders
from jscore.language import tr
from jscore.library import store
from jscore.library.editions import Standing, standings
from jscore.library.partitions import processed_reports

Info = dict[str, Any]
#: What is kept of each report.json: all of them are in memory at once.
_LISTED = (
    "department",
    "year",
    "sha256",
    "same_year",
    "page_count",
    "card",
    "processed",
    "version",
    "files",
    "pdf",
    "pdf_size",
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


def listed(processed: Path) -> list[Listed]:
    """The processed reports, by department and year."""
    lines = [_line(processed / each.report_id, each) for each in beside_each_other(processed)]
    return sorted(lines, key=lambda line: (line.department or "", line.year or 0, line.report_id))


def beside_each_other(processed: Path) -> list[Standing]:
    """The processed reports as they stand beside others of their department and year (``editions``)."""
    infos = ((folder.name, store.read_info(folder)) for folder in store.reports(processed))
    brief = ({name: info.get(name) for name in _LISTED} | {"report_id": name} for name, info in infos if info)
    return standings(brief)


def _line(folder: Path, standing: Standing) -> Listed:
    info = standing.info
    card = info.get("card") or {}
    return Listed(
        report_id=standing.report_id,
        department=info.get("department"),
        year=info.get("year"),
        pages=info.get("page_count") or 0,
        found=card.get("found") or [],
        empty=card.get("empty") or [],
        missing=card.get("missing") or [],
        findings=card.get("findings") or {},
        processed=info.get("processed"),
        notes=[*_notes(folder, dict(info)), *([standing.note] if standing.note else [])],
    )


def _notes(folder: Path, info: Info) -> list[str]:
    notes = []
    if info.get("version") != __version__:
        notes.append(tr("由 {version} 版生成，请重新运行", version=info.get("version")))
    if not store.is_whole(info, store.sizes(folder)):
        notes.append(tr("有文件缺失或被改动，请重新运行"))
    pdf = store.pdf_of(folder, info)
    if pdf is not None:
        if not pdf.is_file():
            notes.append(tr("PDF 已不在（{name}）", name=pdf.name))
        elif info.get("pdf_size") not in (None, pdf.stat().st_size):
            notes.append(tr("PDF 已改动，请重新运行"))
    return notes


def mark_same_year(processed: Path) -> dict[str, str]:
    """Write into each report.json the other reports of its department and year (``same_year``); notes of those that have any.

    A report.json that says so already is left alone; one whose report another run is at
    work on is marked by that run.
    """
    every = standings(info for _, info in processed_reports(processed))
    for each in every:
        if (each.info.get("same_year") or []) != list(each.others):
            _mark(processed / each.report_id, list(each.others))
    return {each.report_id: each.note for each in every if each.note}


def _mark(folder: Path, others: list[str]) -> None:
    with suppress(OSError), folders.locked_if_free(folder) as free:
        info = store.read_info(folder)
        if free and info is not None:
            store.write_info({**info, "same_year": others}, folder)
