"""One report from PDF to frames: the steps in the order in which the data flows.

Belongs here: the order of the steps and what a report says of itself (``info``).  Does
not: any step's own work, files written (``pipeline``), the object users hold (``report``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from jscore import schema, scoring
from jscore._version import __version__
from jscore.errors import ReadError
from jscore.files.raw_pdfs import content_hash
from jscore.findings.card import card
from jscore.narrative.facts import facts_of
from jscore.narrative.identity import identify
from jscore.narrative.paragraphs import paragraphs
from jscore.pdf.engines import find_grids
from jscore.pdf.grids import Cell, Grid
from jscore.pdf.pages import Line, open_document, password_for, read_page
from jscore.relations.engine import run_checks
from jscore.relations.source import Source
from jscore.report import Report
from jscore.tables import accounts, basic_spending, evaluations, sangong, two_sides
from jscore.tables.evaluation_terms import is_evaluation
from jscore.tables.forms import BY_KEY, FORMS, UNKNOWN, title_form
from jscore.tables.stitch import Table, tables
from jscore.text import numbers
from jscore.text.normal import nfkc

#: Form → frame and the function that reads it.  A new form adds a line here and one in ``forms``.
READERS: dict[str, tuple[str, Callable[[Table, str, list[Cell]], list[dict[str, Any]]]]] = {
    "01": ("totals", two_sides.totals),
    "02": ("revenue", accounts.revenue),
    "03": ("expenditure", accounts.expenditure),
    "04": ("totals", two_sides.totals),
    "05": ("expenditure", accounts.expenditure),
    "06": ("economic", basic_spending.economic),
    "07": ("expenditure", accounts.expenditure),
    "08": ("expenditure", accounts.expenditure),
    "09": ("sangong", sangong.sangong),
}


_AMOUNT = re.compile(r"-?[\d,]+\.\d\d")
_FIGURE = re.compile(r"-?[\d,]+(\.\d+%?|%)")


@dataclass(frozen=True)
class Content:
    """All that is printed in a report: grids and the lines outside them."""

    path: Path
    grids: list[Grid]
    pages: list[list[Line]]
    title: str
    sha256: str

    @property
    def lines(self) -> list[Line]:
        return [line for lines in self.pages for line in lines]


@dataclass
class Frames:
    """Records by frame, and the cells whose figures could not be read."""

    records: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in schema.FRAMES})
    unread: list[tuple[str, Cell]] = field(default_factory=list)
    not_understood: list[tuple[str, Cell]] = field(default_factory=list)
    without_indicators: list[str] = field(default_factory=list)

    @property
    def places(self) -> dict[str, list[dict[str, tuple[int, int]]]]:
        """For each record of a frame, the cell (row, col) that a column's value was read from, where its ``col`` tells not."""
        return {name: [record.get("at", {}) for record in records] for name, records in self.records.items()}


def read(pdf: str | Path, step: Callable[[int, int], None] | None = None, *, password: str | None = None) -> Report:
    """The report in the file ``pdf``.

    ``step(done, all)`` is called after every page.  ``password`` opens an encrypted file;
    without it $JSCORE_PASSWORD is tried.  Raises ReadError, with one line for
    the user, if the file is missing, is no readable PDF or has no text.
    """
    path = Path(pdf)
    frames, info = frames_and_info(read_content(path, step, password))
    return Report(path, frames, info, password)


def read_content(path: Path, step: Callable[[int, int], None] | None = None, password: str | None = None) -> Content:
    """Everything printed in the PDF at ``path``; ``step(done, all)`` is called after every page."""
    password = password_for(password)
    document = open_document(path, password)
    grids: list[Grid] = []
    pages: list[list[Line]] = []
    try:
        began, sha256 = path.stat(), content_hash(path)
        count = len(document)
        for number in range(1, count + 1):
            page = read_page(document, number, path, password)
            follows = bool(grids) and grids[-1].page == number - 1 and grids[-1].engine != "vector"
            found, lines = find_grids(page, document, follows)
            grids += found
            pages.append(lines)
            if step:
                step(number, count)
        if not grids and not any(pages):
            raise ReadError(f"{path}: no text layer (scanned pages only); run it through OCR first")
        if not grids:
            raise ReadError(f"{path}: no tables in it; name a final-accounts report (部门决算) with its tables")
        ended = path.stat()
        if (began.st_size, began.st_mtime_ns) != (ended.st_size, ended.st_mtime_ns):
            raise ReadError(f"{path}: it was changed while it was read; run again")
        return Content(path, grids, pages, document.get_metadata_value("Title"), sha256)
    finally:
        document.close()


def frames_and_info(content: Content) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Every frame, validated, and what ``report.json`` says."""
    found = tables(content.grids, content.lines)
    first, repeated = _first_of_each(found)
    unit, units = money_units(first)
    made = _read_tables(first, unit, units)
    frames = {name: schema.from_records(name, records) for name, records in made.records.items()}
    frames["cells"] = schema.from_records("cells", _cells(found))
    text = paragraphs(content.lines)
    frames["narrative"] = facts_of(text)
    frames["indicator_scores"] = scoring.score_indicators(frames["indicators"])
    frames["project_scores"] = scoring.score_projects(frames["projects"], frames["indicators"])
    info = _info(content, found, repeated, frames)
    info["money_unit"], info["money_units"] = unit, units
    info["unread"] = _named_cells(made.unread)
    info["not_understood"] = _named_cells(made.not_understood)
    info["without_indicators"] = made.without_indicators
    info["warnings"] = _warnings(info)
    source = Source(frames, info, made.places, text, content.lines)
    frames["checks"], frames["check_figures"] = run_checks(source)
    info["card"] = card(frames, info)
    return {name: schema.validate(name, frames[name]) for name in schema.FRAMES}, info


def _first_of_each(found: Sequence[Table]) -> tuple[list[Table], list[Table]]:
    """The tables to read, and those of a form that came before (another unit's, say)."""
    seen: set[str] = set()
    first: list[Table] = []
    repeated: list[Table] = []
    for table in found:
        once = table.form not in (UNKNOWN, "project")
        (repeated if once and table.form in seen else first).append(table)
        seen.add(table.form)
    return first, repeated


def money_units(found: Iterable[Table]) -> tuple[str | None, dict[str, str | None]]:
    """The report's money unit, and the unit that each of the nine tables states (None: none)."""
    stated = {table.form: _stated_unit(table) for table in found if table.form in READERS}
    known = [unit for unit in stated.values() if unit]
    return (known[0] if len(set(known)) == 1 else None), stated


def _stated_unit(table: Table) -> str | None:
    texts = [*reversed(table.above), *(cell.text for row in table.rows[:3] for cell in row.cells)]
    stated = next((unit for unit in map(numbers.stated_unit, texts) if unit), None)
    headings = (cell.text for row in table.rows if row.index in table.heading_rows for cell in row.cells)
    return stated or next((unit for unit in map(numbers.bracketed_unit, headings) if unit), None)


def _read_tables(found: Sequence[Table], unit: str | None, units: dict[str, str | None]) -> Frames:
    """The records of all tables; one that states no unit takes the report's, or 万元 where none is stated at all."""
    made = Frames()
    project_no = 0
    unstated = unit or ("" if any(units.values()) else "万元")
    for table in found:
        unread: list[Cell] = []
        if table.form in READERS:
            frame, reader = READERS[table.form]
            made.records[frame] += reader(table, units[table.form] or unstated, unread)
        elif table.form in ("overall", "project"):
            project_no += table.form == "project"
            of_form = evaluations.read(table, project_no if table.form == "project" else None, unread)
            for frame, records in of_form.items():
                made.records[frame] += records
        elif is_evaluation(table.title, [cell.text for row in table.rows for cell in row.cells]):
            made.records["form_fields"] += evaluations.fields_of(table)
        if table.form in ("overall", "project") and not _held(made, "indicators", table):
            made.without_indicators.append(table.table_id)
        _leave_out_incomplete(made, table, unread)
        made.unread += [(table.table_id, cell) for cell in unread]
        if table.form != UNKNOWN:
            made.not_understood += [(table.table_id, cell) for cell in _passed_over(made, table, unread)]
    return made


def _leave_out_incomplete(made: Frames, table: Table, unread: list[Cell]) -> None:
    """Take out the table's records that lack what every row has, and count their cell as unread."""
    for name, records in made.records.items():
        must = [c.name for c in schema.FRAMES[name].columns if c.required]
        for record in [
            r for r in records if r.get("table_id") == table.table_id and any(r.get(m) in (None, "") for m in must)
        ]:
            records.remove(record)
            unread += [cell for cell in table.rows[record["row"]].cells if cell.col == record.get("col", cell.col)]


def _prints_figures(table: Table) -> bool:
    return any(_AMOUNT.fullmatch(cell.text) for row in table.data_rows for cell in row.cells)


def _held(made: Frames, frame: str, table: Table) -> list[dict[str, Any]]:
    """The records of ``frame`` that were read from ``table``."""
    return [record for record in made.records[frame] if record["table_id"] == table.table_id]


def _passed_over(made: Frames, table: Table, unread: list[Cell]) -> list[Cell]:
    """Figures that a form prints and no frame holds: their headings were not understood.

    In the nine tables these are amounts, with two decimals.  In the self-evaluation forms,
    which number their lines and print targets in words, they are figures with a decimal or a
    percent sign outside what was read as text.
    """
    evaluation = table.form not in READERS
    pattern = _FIGURE if evaluation else _AMOUNT
    held = (
        _taken(made, table)
        if evaluation
        else {(r["row"], r["col"]) for r in _held(made, READERS[table.form][0], table)}
    )
    rows = {row for row, _ in held} if table.form == "09" else set()
    held |= {(cell.row, cell.col) for cell in unread}
    return [
        cell
        for row in (table.rows if evaluation else table.data_rows)
        for cell in row.cells
        if pattern.fullmatch(nfkc(cell.text)) and (cell.row, cell.col) not in held and cell.row not in rows
    ]


def _taken(made: Frames, table: Table) -> set[tuple[int, int]]:
    """The cells of a self-evaluation form that went into any record."""
    names = ("overall", "tasks", "projects", "indicators", "project_funding")
    labelled = {(field["row"], field["col"]) for field in _held(made, "form_fields", table) if field["understood"]}
    return labelled | {cell for name in names for record in _held(made, name, table) for cell in record["taken"]}


def _named_cells(cells: Iterable[tuple[str, Cell]]) -> list[dict[str, Any]]:
    return [
        {"table_id": table, "row": cell.row, "col": cell.col, "page": cell.page, "text": cell.text}
        for table, cell in cells
    ]


def _cells(found: Iterable[Table]) -> list[dict[str, Any]]:
    return [
        {
            "table_id": table.table_id, "form": table.form, "row": cell.row, "col": cell.col,
            "rowspan": cell.rowspan, "colspan": cell.colspan, "page": cell.page,
            **dict(zip(("x0", "y0", "x1", "y1"), cell.box, strict=True)), "text": cell.text,
        }
        for table in found for row in table.rows for cell in row.cells
    ]  # fmt: skip


# --- report.json ------------------------------------------------------------------------


def _info(
    content: Content, found: Sequence[Table], repeated: Sequence[Table], frames: dict[str, pd.DataFrame]
) -> dict[str, Any]:
    over = [text for table in found if table.form != UNKNOWN for text in (*table.above, *table.preamble, *table.below)]
    names = frames["overall"]["department"].dropna().tolist()
    who = identify(content.pages, names, over, content.title or "", content.path.stem)
    return {
        "report_id": content.path.stem,
        **who.as_dict(),
        "page_count": len(content.pages),
        "sha256": content.sha256,
        "version": __version__,
        "forms": _forms(content, found, repeated, frames),
        "repeated_tables": [_named(table) for table in repeated],
        "unknown_tables": [_named(table) for table in found if table.form == UNKNOWN],
        "engines": {str(grid.page): grid.engine for grid in content.grids if grid.engine != "vector"},
    }


def _named(table: Table) -> dict[str, Any]:
    first = " | ".join(cell.text for row in table.rows[:2] for cell in row.cells if cell.lines)
    return {"table_id": table.table_id, "form": table.form, "pages": table.pages, "begins": first[:80]}


def _forms(
    content: Content, found: Sequence[Table], repeated: Sequence[Table], frames: dict[str, pd.DataFrame]
) -> dict[str, Any]:
    """For every form that is printed or announced: its pages, its status and its printed title."""
    announced = {form.key for form in map(title_form, (line.text for line in content.lines)) if form}
    forms: dict[str, Any] = {}
    for form in sorted(FORMS, key=lambda form: (not form.key.isdigit(), form.key)):
        own = [table for table in found if table.form == form.key and table not in repeated]
        if own:
            status = "found" if any(map(_prints_figures, own)) or _has_figures(form.key, own, frames) else "empty"
            forms[form.key] = {
                "title": own[0].title or BY_KEY[form.key].title,
                "status": status,
                "pages": sorted({page for table in own for page in table.pages}),
                "tables": len(own),
                "fragments": sum(len(table.fragments) for table in own),
            }
        elif form.key in announced:
            forms[form.key] = {"title": form.title, "status": "missing", "pages": [], "tables": 0, "fragments": 0}
    return forms


def _has_figures(key: str, own: Sequence[Table], frames: dict[str, pd.DataFrame]) -> bool:
    """Whether any figure of the form's tables was read."""
    ids = {table.table_id for table in own}
    numbers_in = {
        name: [column.name for column in schema.FRAMES[name].columns if column.kind == "number"]
        for name in ("totals", "revenue", "expenditure", "economic", "sangong", "overall", "projects", "indicators")
    }
    return any(
        bool(frames[name].loc[frames[name]["table_id"].isin(ids), columns].notna().any(axis=None))
        for name, columns in numbers_in.items()
    )


def _warnings(info: dict[str, Any]) -> list[str]:
    """What a reader of the frames has to know, a line each."""
    found: list[str] = []
    stated = {form: unit for form, unit in info["money_units"].items() if unit}
    without = sorted(form for form, unit in info["money_units"].items() if not unit)
    if info["money_units"] and not stated:
        found.append("no money unit is printed; amounts were taken as 万元")
    elif without and info["money_unit"]:
        found.append(
            f"no money unit is printed on {'、'.join(without)}; {info['money_unit']} was taken from the other tables"
        )
    elif without:
        found.append(
            f"no money unit is printed on {'、'.join(without)}, and the others differ; its amounts are missing"
        )
    if len(set(stated.values())) > 1:
        each = "、".join(f"{form} {unit}" for form, unit in sorted(stated.items()))
        found.append(f"tables state different money units: {each}")
    found += [f"{name} could not be found" for name in ("department", "year") if info[name] is None]
    if info["unread"]:
        found.append(
            f"{len(info['unread'])} figures could not be read; they are missing in the frames, their text is in cells"
        )
    found += [f"no indicators were found in the self-evaluation form {t}" for t in info["without_indicators"]]
    beside = Counter(cell["table_id"] for cell in info["not_understood"])
    found += [
        f"{count} figures of table {table} stand in columns or rows that no frame holds; they are in cells only"
        for table, count in beside.items()
    ]
    found += [f"table {t['table_id']} repeats form {t['form']} and is in cells only" for t in info["repeated_tables"]]
    return found
