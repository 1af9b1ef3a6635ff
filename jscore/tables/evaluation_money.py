"""The money of a self-evaluation form where it stands under headings: by its source, and by the department's tasks."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from jscore.pdf.grids import Cell
from jscore.tables import evaluation_terms as terms
from jscore.tables.evaluation_reading import Reading, Record, Spot, headed, is_over, reader_of, side_by_side, unit_of
from jscore.tables.evaluation_terms import FUNDING, TASK, TREE, plain_label, term
from jscore.tables.headings import Row
from jscore.tables.rows import Entry, entry
from jscore.text import numbers

#: Values that stand below their label where another label stands beside it.
MONEY = ("opening_budget", "budget", "executed", "execution_rate", "weight", "score")


def funding_of(reading: Reading) -> list[Record]:
    """Rows of frame ``project_funding``, the total first: money by source, where it stands under headings."""
    rows = reading.table.rows
    for top in rows:
        if top.index in reading.rows:
            continue
        row = side_by_side(top.cells, FUNDING)
        named = headed(row, FUNDING)
        spent = [cell for name, cell in named.items() if name in MONEY[:4]]
        beside = any(left.end_col == right.col for left in spent for right in spent)
        if "executed" not in named or not beside:
            continue
        depth = max(cell.end_row for cell in spent)
        heads = (
            *row,
            *(cell for lower in rows[top.index + 1 : depth] for cell in lower.cells if cell.col >= row[0].col),
        )
        corner = max((cell.col for cell in heads if _heads_labels(rows, depth, cell)), default=-1)
        named = headed([cell for cell in heads if cell.col > corner], FUNDING)
        if "executed" in named:
            reading.rows |= dict.fromkeys(range(top.index, depth), heads)
            reading.labels |= {cell.place for cell in heads}
            return _funding_rows(reading, named, heads, depth)
    return []


def _heads_labels(rows: Sequence[Row], depth: int, head: Cell) -> bool:
    """Whether what stands under a heading is the name of a source, not a figure: the corner of the block."""
    below = rows[depth].cells if depth < len(rows) else ()
    return any(cell.span == head.span and terms.source(cell.text) for cell in below)


def _funding_rows(reading: Reading, named: dict[Hashable, Cell], heads: Sequence[Cell], depth: int) -> list[Record]:
    columns: dict[Hashable, tuple[int, int]] = {name: cell.span for name, cell in named.items()}
    left = min(start for start, _ in columns.values())
    lines: list[tuple[str, Entry]] = []
    for row in reading.table.rows[depth:]:
        aligned = sum(any(cell.span == span for cell in row.cells) for span in columns.values())
        labels = [cell for cell in row.cells if cell.col < left and cell.lines and numbers.decimal(cell.text) is None]
        if (
            row.index in reading.rows
            or aligned * 2 < len(columns)
            or any(term(TREE, c.text) == "level2" for c in row.cells)
        ):
            break
        reading.rows[row.index] = tuple(heads)
        line = entry(row, columns, reading.table.xs)
        label = labels[-1] if labels and not (labels[-1].rowspan > 1 and labels[-1].row < depth) else None
        if label is not None or not line.blank:
            lines.append((label.text if label else "", line))
            reading.labels |= {label.place} if label else set()
    total = next((i for i, (label, _) in enumerate(lines) if terms.source(label) == "total"), 0)
    lines = [*lines[total : total + 1], *lines[:total], *lines[total + 1 :]]
    group = next(
        (c for row in reading.table.rows[:depth] for c in row.cells if c.col < left and c.end_row > depth), None
    )
    stated = [cell.text for cell in (named.get("score"), group) if cell is not None]
    records = []
    for number, (source, line) in enumerate(lines):
        record = _funding_record(reading, named, line, whole=number == 0)
        weight = next((points for text in stated if (points := terms.points_of(text))), None) if number == 0 else None
        if record.get("weight") is None and weight is not None:
            record["weight"] = weight
        record |= {"source": plain_label(source) or "合计", **reading.place(line.row), "at": line.at}
        records.append(record)
    return records


def _funding_record(reading: Reading, named: dict[Hashable, Cell], line: Entry, whole: bool) -> Record:
    """The figures of a row; a cell of a part's row that prints words is no figure of the row, nor is what stands behind it."""
    record: Record = {}
    taken: set[Spot] = set()
    for name in sorted((str(n) for n in named), key=lambda n: named[n].col):
        cell, text = line.cells.get(name), line[name]
        unit = numbers.bracketed_unit(named[name].text) or (unit_of(reading.table, cell) if cell else "万元")
        if not whole and reader_of(name, unit)(text) is None and not numbers.is_blank(text):
            break
        record[name] = reading.figure(name, text, cell, unit)
        taken |= {cell.place} if cell is not None else set()
    reading.taken |= taken
    return record | {"taken": taken}


def tasks_of(reading: Reading) -> list[Record]:
    """Rows of frame ``tasks``; a total under them is none."""
    rows = reading.table.rows
    needed = {"task", "allocated", "executed"}
    top = next((row for row in rows if needed <= set(headed(side_by_side(row.cells, TASK), TASK))), None)
    if top is None:
        return []
    named = headed(side_by_side(top.cells, TASK), TASK)
    depth = max(cell.end_row for cell in named.values())
    heads = tuple(cell for row in rows[top.index : depth] for cell in row.cells)
    columns: dict[Hashable, tuple[int, int]] = {name: _of_all_funds(cell, heads).span for name, cell in named.items()}
    edge = columns["task"][0]
    lines = []
    for row in (row for row in rows[depth:] if any(cell.lines for cell in row.cells)):
        line = entry(row, columns, reading.table.xs)
        apart = any(cell.col < edge or cell.end_col > columns["allocated"][0] for cell in row.cells[:1])
        if apart or not line["task"] or row.index in reading.rows or terms.is_label(line["task"]):
            break
        reading.rows[row.index] = heads
        reading.taken |= line.taken
        if terms.source(line["task"]) != "total":
            lines.append(line)
    reading.rows |= dict.fromkeys(range(top.index, depth), heads)
    reading.labels |= {cell.place for cell in heads}
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
        for line in lines
    ]  # fmt: skip


def _of_all_funds(cell: Cell, heads: Sequence[Cell]) -> Cell:
    """The heading under ``cell`` that means all money together, else the first under it, else itself."""
    under = [head for head in heads if is_over(cell, head) and head.lines]
    return next((head for head in under if terms.source(head.text) == "total"), under[0] if under else cell)
