"""Self-evaluation forms as tidy rows: labels with the value beside or below them, the money, the tasks, the tree of indicators.

A form is read by geometry and by what its labels say (``evaluation_terms``), the same way for every region.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jscore.pdf.grids import Cell
from jscore.tables import evaluation_terms as terms
from jscore.tables.evaluation_labels import head_of
from jscore.tables.evaluation_money import funding_of, tasks_of
from jscore.tables.evaluation_reading import Reading, Record, heading_of
from jscore.tables.evaluation_tree import indicators_of, tree_columns
from jscore.tables.table import Table
from jscore.text.normal import nfkc


def read(table: Table, project_no: int | None, unread: list[Cell]) -> dict[str, list[Record]]:
    """All records of a self-evaluation form by frame; ``project_no`` is None for the department's own."""
    reading = Reading(table, unread)
    scope = "部门" if project_no is None else "项目"
    frame = "overall" if project_no is None else "projects"
    numbered = {} if project_no is None else {"project_no": project_no}
    columns, first, end = tree_columns(reading)
    indicators = indicators_of(reading, columns, first, end, scope, project_no) if columns else []
    tasks = tasks_of(reading) if table.form == "overall" else []
    money = funding_of(reading)
    head = head_of(reading, columns, money)
    funding = [{"scope": scope, "project_no": project_no, **record} for record in money]
    return {
        frame: [{**numbered, **head}], "tasks": tasks, "indicators": indicators,
        "project_funding": funding, "form_fields": list(form_fields(reading, project_no)),
    }  # fmt: skip


def fields_of(table: Table) -> list[Record]:
    """Labels and values of a self-evaluation table that is no known form: rows of frame ``form_fields``."""
    return list(form_fields(Reading(table, []), None))


def form_fields(reading: Reading, project_no: int | None) -> Iterator[Record]:
    """Rows of frame ``form_fields``: what a form prints beyond the other frames, each value with the label beside or above it."""
    for row in reading.table.rows:
        printed = [cell for cell in row.cells if cell.lines]
        if terms.stands_over(row.cells, len(reading.table.xs) - 1):
            continue
        free = [cell for cell in printed if cell.place not in reading.taken and cell.place not in reading.labels]
        i = 0
        while i < len(free):
            cell = free[i]
            beside = free[i + 1] if i + 1 < len(free) and free[i + 1].col == cell.end_col else None
            both = terms.valued(cell.text)
            if row.index in reading.rows and not (beside and nfkc(cell.text).endswith(":")):
                label, value, text = heading_of(reading, cell), cell, cell.text
            elif both and both[1]:
                label, value, text = both[0], cell, both[1]
            elif (
                beside is not None and cell.rowspan <= beside.rowspan and not (terms.valued(beside.text) or ("", ""))[1]
            ):
                label, value, text, i = nfkc(cell.text).rstrip(":"), beside, beside.text, i + 1
            else:
                label, value, text = "", cell, cell.text
            i += 1
            if not _bare(value, label, printed):
                yield {
                    "understood": bool(terms.source(label)) or terms.is_ordinal(label), "in_columns": row.index in reading.rows,
                    "project_no": project_no, "label": label, "value": text, **reading.place(value.row), "col": value.col,
                }  # fmt: skip


def _bare(cell: Cell, label: str, row: Sequence[Cell]) -> bool:
    """Whether a cell is but the heading of several rows, or a label without a value."""
    return not label and (cell.rowspan > 1 and cell is not row[-1] or terms.is_label(cell.text))
