"""One report from PDF to frames: the steps in the order in which the data flows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from jscore import schema, scoring
from jscore._version import __version__
from jscore.errors import ReadError
from jscore.findings.card import card
from jscore.findings.reading_warnings import warnings
from jscore.language import Lang, current, sign, tr, using
from jscore.limits import Limits, call, without_collecting
from jscore.narrative.facts import facts_of
from jscore.narrative.identity import identify
from jscore.narrative.paragraphs import Paragraph, paragraphs, prose
from jscore.narrative.stray_figures import stray_figures
from jscore.ocr import installed
from jscore.pdf.boxes import Box
from jscore.pdf.camelot_functions import TAKEN, taken
from jscore.pdf.content import Compared, Content, ReadPicture, Recognised, read_content
from jscore.pdf.grids import Cell, Grid
from jscore.pdf.pages import Page
from jscore.relations import ocr_trust
from jscore.relations.engine import run_checks
from jscore.relations.ocr_codes import Place
from jscore.relations.source import Source
from jscore.report import Report
from jscore.tables import records
from jscore.tables.evaluation_terms import stands_over
from jscore.tables.forms import BY_KEY, announcing, contents_as_lines
from jscore.tables.other_reports import other_report
from jscore.tables.stitch import tables
from jscore.tables.table import Table


def read(
    pdf: str | Path,
    step: Callable[[int, int], None] | None = None,
    *,
    password: str | None = None,
    ocr: bool = True,
    on_picture: Callable[[int, int], None] | None = None,
    timeout: float | None = None,
    memory: int | None = None,
) -> Report:
    """The report in the file ``pdf``.

    ``step(done, all)`` is called after every page, ``on_picture(page, all)`` before one is read by OCR.  ``password`` opens an encrypted file;
    without it $JSCORE_PASSWORD is tried.  Pages that are pictures are read by OCR where it is
    installed, unless ``ocr`` is False; ``info["image_pages"]`` names them.  With ``timeout`` (seconds) or ``memory``
    (megabytes) it is read in a process of its own, which is ended where it takes more.  Raises ReadError, with one
    line for the user, if the file is missing, is no readable PDF, has no text, or takes more than it may.
    """
    path = Path(pdf)
    if timeout is not None or memory is not None:
        report: Report = call(
            _read_prepared, path, {"password": password, "ocr": ocr, "lang": current()}, Limits(timeout, memory), step
        )
        return report
    with without_collecting():
        return Report(path, *_read(path, step, password, ocr, on_picture), password)


def _read(
    path: Path,
    step: Callable[[int, int], None] | None,
    password: str | None,
    ocr: bool,
    on_picture: Callable[[int, int], None] | None,
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    content = read_content(path, step, password, *((_reader(on_picture), _compare) if ocr and installed() else ()))
    frames, info = frames_and_info(content)
    return _with_corrections(content, frames, info) if content.recognised else (frames, info)


def prepare() -> None:
    """Import all that reading needs and imports late, before a clock runs."""
    for name in TAKEN:
        taken(name)


def _read_prepared(path: Path, step: Callable[[int, int], None], lang: Lang, **options: Any) -> Report:
    prepare()
    step(0, 0)
    with using(lang):
        return read(path, step, **options)


def _reader(tell: Callable[[int, int], None] | None) -> ReadPicture:
    """Reads pages that are pictures, and tells of each before."""

    def read_picture(page: Any, number: int, parts: Sequence[Box]) -> tuple[Page, list[Recognised]]:
        from jscore.ocr.kept import read_or_kept  # late: only reports with pictures need it, and it is an extra

        if tell:
            tell(number, len(page.pdf))
        return read_or_kept(page, number, parts)

    return read_picture


def _compare(read: Page, texts: Sequence[Recognised], layer: Page) -> Compared:
    from jscore.ocr.layers import compared  # late: few reports need it

    return compared(read, texts, layer)


def _with_corrections(
    content: Content, frames: dict[str, pd.DataFrame], info: dict[str, Any]
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """The frames with misread figures put right where double entry tells; both readings are kept in ``info``."""
    taken = ocr_trust.corrected(frames, content.recognised, lambda texts: frames_and_info(content, texts)[0])
    if not taken:
        return frames, info
    was = {(cell.table_id, cell.row, cell.col): cell.text for cell in frames["cells"].itertuples()}
    frames, info = frames_and_info(content, taken)
    info["ocr_corrected"] = [
        {"table_id": place[0], "row": place[1], "col": place[2], "read": was[place], "taken": text}
        for place, text in taken.items()
    ]
    return frames, info


def frames_and_info(
    content: Content, corrections: Mapping[Place, str] | None = None
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Every frame, validated, and what ``report.json`` says; ``corrections`` are other texts of some cells."""
    grids, pages = contents_as_lines(content.grids, content.pages)
    content = replace(content, grids=grids, pages=pages)
    all_tables = tables(content.grids, content.lines)
    if corrections:
        all_tables = tables(_corrected_grids(content.grids, all_tables, corrections), content.lines)
    if other := other_report(all_tables, content.lines):
        raise ReadError(f"{content.path}: {other}{sign('；')}{tr('请给出附有决算表的部门决算报告')}")
    choice = records.choose(all_tables)
    unit, units = records.money_units(choice.read)
    presumed = "" if content.recognised else "万元"  # OCR may have missed the unit, or misread it
    made = records.read_tables(choice, unit, units, presumed)
    frames = {name: schema.from_records(name, rows) for name, rows in made.records.items()}
    cells = schema.from_records("cells", records.cells(all_tables, choice.others))
    frames["cells"] = ocr_trust.with_confidence(cells, content.recognised, corrections or {})
    undivided = [table for table in all_tables if table.undivided]
    lines = [line for line in content.lines if not any(table.holds(line) for table in undivided)]
    text = paragraphs(lines)
    frames["prose"] = prose(text)
    frames["narrative"], of_nothing = facts_of(text)
    fit = scoring.fit(*(frames[name] for name in ("projects", "indicators", "overall", "tasks")))
    frames["indicator_scores"] = scoring.score_indicators(frames["indicators"], fit)
    frames["project_scores"] = scoring.score_projects(frames["projects"], frames["indicators"], fit)
    fields = set(frames["form_fields"]["table_id"])
    info = {
        **_info(content, all_tables, frames),
        "forms": records.forms(choice, made, (line.text for line in announcing(content.lines))),
        "repeated_tables": [_named(table) for table in choice.repeated],
        "other_tables": records.other_tables(choice),
        "unknown_tables": [{**_named(table), "fields": table.table_id in fields} for table in choice.unknown],
        "rule_set": fit.as_dict(),
        "money_unit": unit,
        "money_units": units,
        "presumed_unit": presumed,
        "unread": records.named_cells(made.unread),
        "not_understood": records.named_cells(made.not_understood),
        "doubtful": records.named_cells(made.doubtful),
        "without_indicators": made.without_indicators,
        "image_pages": content.image_pages,
        "damaged_pages": content.damaged_pages,
        "not_shown": content.not_shown,
        "homeless": [*content.homeless, *_stray(content, all_tables, text), *of_nothing],
    }
    source = Source(frames, info, made.places, text, content.lines)
    frames["checks"], frames["check_figures"] = run_checks(source)
    if content.recognised:
        info["doubtful"] += ocr_trust.doubtful_readings(frames)
        frames["checks"] = ocr_trust.unconfirmed_errors(frames)
    info["warnings"] = warnings(info)
    info["card"] = card(frames, info)
    return {name: schema.validate(name, frames[name]) for name in schema.FRAMES}, info


def _corrected_grids(
    grids: Sequence[Grid], all_tables: Sequence[Table], corrections: Mapping[Place, str]
) -> list[Grid]:
    """``grids`` with the texts of some cells of their tables replaced."""
    boxes = {
        (cell.page, cell.shown or cell.box): corrections[table.table_id, cell.row, cell.col]
        for table in all_tables for cell in table.cells
        if (table.table_id, cell.row, cell.col) in corrections
    }  # fmt: skip

    def corrected(cell: Cell) -> Cell:
        text = boxes.get((cell.page, cell.shown or cell.box))
        return ocr_trust.replaced(cell, text) if text is not None else cell

    return [replace(grid, cells=tuple(map(corrected, grid.cells))) for grid in grids]


# --- report.json ------------------------------------------------------------------------


def _info(content: Content, all_tables: Sequence[Table], frames: dict[str, pd.DataFrame]) -> dict[str, Any]:
    known = [table for table in all_tables if table.form in BY_KEY or table.undivided]
    over = [text for table in known for text in (*table.above, *table.preamble, *table.below)]
    over += [text for table in known if not table.form.isdigit() for text in _over_form(table)]
    fields = schema.records_of(frames["form_fields"], "label", "value")
    over += [f"{field['label']}：{field['value']}" for field in fields if field["value"] and _is_dated(field["label"])]
    # Forms published apart from the accounts name the department as the projects' own unit.
    units = Counter(name for name in frames["projects"]["implementer"].tolist() if isinstance(name, str))
    most = sorted(units, key=lambda name: (-units[name], name))[:1]
    names = [*(name for name in frames["overall"]["department"].tolist() if isinstance(name, str)), *most]
    who = identify(content.pages, names, over, content.title or "", content.path.stem)
    return {
        "report_id": content.path.stem,
        **who.as_dict(),
        "page_count": len(content.pages),
        "sha256": content.sha256,
        "version": __version__,
        "engines": {str(grid.page): grid.engine for grid in content.grids if grid.engine != "vector"},
    }


def _is_dated(label: str | None) -> bool:
    return bool(label and re.search("日期|时间|年度$", label))


def _over_form(table: Table) -> list[str]:
    """What stands over a self-evaluation form inside its grid: title, year, department."""
    rows = (row for row in table.rows if stands_over(row.cells, len(table.xs) - 1))
    return [cell.text for row in rows for cell in row.cells if cell.lines]


def _stray(content: Content, all_tables: Sequence[Table], text: Sequence[Paragraph]) -> list[dict[str, Any]]:
    """The figures that stand in no table and no sentence; those beside a form's table are said with it."""
    beside = [line for table in all_tables if table.form in BY_KEY for _, line in table.beside]
    return stray_figures(content.lines, text, {grid.page for grid in content.grids}, beside)


def _named(table: Table) -> dict[str, Any]:
    first = " | ".join(cell.text for row in table.rows[:2] for cell in row.cells if cell.lines)
    return {
        "table_id": table.table_id, "form": table.form, "title": table.title, "pages": table.pages, "begins": first[:80],
        "why": table.why,
    }  # fmt: skip
