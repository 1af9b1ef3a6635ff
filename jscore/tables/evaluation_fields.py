"""What a self-evaluation form prints beyond the other frames, each value with its label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jscore.pdf.grids import Cell
from jscore.tables import evaluation_terms as terms
from jscore.tables.evaluation_reading import (
    Reading,
    Record,
    heading_of,
)
from jscore.text.normal import nfkc


def form_fields(reading: Reading, project_no: int | None) -> Iterator[Record]:
    """Rows of frame ``form_fields``: what a form prints beyond the other frames, each value with the label beside or above it."""
    for row in reading.table.rows:
        printed = [cell for cell in row.cells if cell.lines]
        if terms.stands_over(row.cells, len(reading.table.xs) - 1):
            continue
        free = [
            cell
            for cell in printed
            if (cell.row, cell.col) not in reading.taken and (cell.row, cell.col) not in reading.labels
        ]
        i = 0
        while i < len(free):
            cell = free[i]
            beside = free[i + 1] if i + 1 < len(free) and free[i + 1].col == cell.col + cell.colspan else None
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
