"""The tasks of a department's self-evaluation form."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from jscore.pdf.grids import Cell
from jscore.tables import evaluation_terms as terms
from jscore.tables.evaluation_reading import (
    Reading,
    Record,
    headed,
    is_over,
    side_by_side,
    span_of,
    unit_of,
)
from jscore.tables.evaluation_terms import TASK
from jscore.tables.rows import entry
from jscore.text import numbers


def tasks_of(reading: Reading) -> list[Record]:
    """Rows of frame ``tasks``; a total under them is none."""
    rows = reading.table.rows
    needed = {"task", "allocated", "executed"}
    top = next((row for row in rows if needed <= set(headed(side_by_side(row.cells, TASK), TASK))), None)
    if top is None:
        return []
    named = headed(side_by_side(top.cells, TASK), TASK)
    depth = max(cell.row + cell.rowspan for cell in named.values())
    heads = tuple(cell for row in rows[top.index : depth] for cell in row.cells)
    columns: dict[Hashable, tuple[int, int]] = {
        name: span_of(_of_all_funds(cell, heads)) for name, cell in named.items()
    }
    edge = columns["task"][0]
    found = []
    for row in rows[depth:]:
        line = entry(row, columns, reading.table.xs)
        apart = any(cell.col < edge or cell.col + cell.colspan > columns["allocated"][0] for cell in row.cells[:1])
        if apart or not line["task"] or row.index in reading.rows or terms.is_label(line["task"]):
            break
        reading.rows[row.index] = heads
        reading.taken |= line.taken
        if terms.source(line["task"]) != "total":
            found.append(line)
    reading.rows |= dict.fromkeys(range(top.index, depth), heads)
    reading.labels |= {(cell.row, cell.col) for cell in heads}
    units = {name: numbers.bracketed_unit(cell.text) or unit_of(reading.table, cell) for name, cell in named.items()}
    return [
        {
            "task": line["task"],
            **{
                name: reading.figure(name, line[name], line.cells.get(name), units.get(name, "万元"))
                for name in ("allocated", "executed", "execution_rate", "weight", "score")
            },
            **reading.place(line.row), "at": line.at, "taken": line.taken,
        }
        for line in found
    ]  # fmt: skip


def _of_all_funds(cell: Cell, heads: Sequence[Cell]) -> Cell:
    """The heading under ``cell`` that means all money together, else the first under it, else itself."""
    under = [head for head in heads if is_over(cell, head) and head.lines]
    return next((head for head in under if terms.source(head.text) == "total"), under[0] if under else cell)
