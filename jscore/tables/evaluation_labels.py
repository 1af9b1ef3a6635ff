"""Labels of a self-evaluation form with the value beside or below them: its head and its foot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jscore.pdf.grids import Cell
from jscore.tables import evaluation_terms as terms
from jscore.tables.evaluation_money import MONEY
from jscore.tables.evaluation_reading import TEXTS, Reading, Record, Spot, reader_of, unit_of
from jscore.tables.evaluation_terms import FUNDING, HEAD, term
from jscore.tables.headings import Row
from jscore.tables.rows import Columns
from jscore.tables.table import Table
from jscore.text import numbers
from jscore.text.figures import has_words

#: What a label of the head or foot can give, by the kind of form.
_OF_HEAD = {
    "project": {*terms.TERMS[HEAD], "execution_weight"} - {"department", "revenue_budget", "expenditure_budget"},
    "overall": {*terms.TERMS[HEAD], "execution_weight"} - {"project", "supervisor", "implementer"},
}


def head_of(reading: Reading, tree: Columns, money: Sequence[Record]) -> Record:
    """The row of frame ``projects`` or ``overall``: values by label, and the total of the money."""
    table = reading.table
    record: Record = {}
    at: dict[str, Spot] = {}
    names = {"weight": "execution_weight", "score": "execution_score"}
    for name in (name for name in MONEY if money and name in money[0]):
        record[names.get(name, name)] = money[0][name]
        if name in money[0]["at"]:
            at[names.get(name, name)] = money[0]["at"][name]
    for label, name, cells, text, paired in _labelled(reading, tree):
        if name not in _OF_HEAD[table.form]:
            continue
        if record.get(name) is not None and not paired:
            if name not in TEXTS and reader_of(name, unit_of(table, cells[0]))(text) == record[name]:
                reading.taken |= {cell.place for cell in cells}  # printed a second time
            continue
        unit = numbers.bracketed_unit(label.text) or unit_of(table, cells[0])
        record[name] = text.strip() if name in TEXTS else reading.figure(name, text.strip(), cells[0], unit)
        at[name] = cells[0].row, cells[0].col
        reading.labels.add(label.place)
        reading.taken |= {cell.place for cell in cells}
    place = min(at.values(), default=next((cell.place for cell in table.cells), (0, 0)))
    return {**record, **reading.place(place[0]), "at": at, "taken": reading.taken | set(at.values())}


Labelled = tuple[Cell, str, list[Cell], str, bool]


def _labelled(reading: Reading, tree: Columns) -> Iterator[Labelled]:
    """(label, term, cells of its value, its text, whether it is one of a pair of headings) of all labels outside blocks."""
    table = reading.table
    for row in table.rows:
        if row.index in reading.rows:
            continue
        for i, cell in enumerate(row.cells):
            if not cell.lines or cell.place in reading.taken | reading.labels:
                continue
            both = terms.valued(cell.text)
            if both and both[1] and (name := term(HEAD, both[0])):
                yield cell, name, [cell], both[1], False
                continue
            name = term(HEAD, cell.text) or ("total_score" if tree and terms.is_total(cell.text) else "")
            name = name or _beside_rate(row, i)
            if not name and tree and cell.end_col > tree["level3"][0] and terms.is_execution(cell.text):
                name = "execution_score"
            if not name:
                continue
            right = row.cells[i + 1] if i + 1 < len(row.cells) else None
            left = row.cells[i - 1] if i else None
            if name in ("total_score", "execution_score", "indicator_subtotal") and right is not None:
                yield from _scores(reading, row, i, name, tree)
            elif right is not None and not terms.is_label(right.text):
                if cell.rowspan <= right.rowspan:
                    rest = _rest(table, right)
                    yield cell, name, [right, *rest], right.text + "".join(part.text for part in rest), False
            elif right is not None and cell.rowspan > right.rowspan:
                continue
            elif right is not None or left is not None and terms.is_label(left.text):
                below = _below(table, cell)
                if any(part.lines for part in below):
                    yield cell, name, below, "".join(part.text for part in below), name in ("goal", "outcome")


def _beside_rate(row: Row, i: int) -> str:
    """What 得分 and 分值 name that stand behind the label of the execution rate and its value."""
    column = {"score": "execution_score", "weight": "execution_weight"}.get(term(FUNDING, row.cells[i].text), "")
    before = next((cell for cell in row.cells[:i][::-1] if terms.is_label(cell.text)), None)
    return column if before is not None and term(HEAD, before.text) == "execution_rate" else ""


def _scores(reading: Reading, row: Row, i: int, name: str, tree: Columns) -> Iterator[Labelled]:
    """The score that a label names: under the tree's scores, behind 得分, or the last figure before the next label.

    A figure under the tree's weights is no score.
    """
    label, beside = row.cells[i], row.cells[i + 1 :]
    score, weight = tree.get("score"), tree.get("weight")
    until = _next_label(beside)
    if until == 0:
        parts = {term(FUNDING, cell.text): beside[n + 1] for n, cell in enumerate(beside[:-1])}
        for part, column in (("score", name), ("weight", "execution_weight")):
            value = parts.get(part)
            if value is not None and (part == "score" or name == "execution_score"):
                reading.labels |= {cell.place for cell in beside if term(FUNDING, cell.text) == part}
                yield label, column, [value], value.text, False
        return
    if _label_is_missing(row, beside[:until]):
        return
    values = [cell for cell in beside[:until] if cell.lines]
    under = [cell for cell in values if score and cell.col <= score[0] < cell.end_col]
    figures = [cell for cell in values if numbers.points(cell.text) is not None]
    blank = any(not cell.lines and cell.span == score for cell in beside[:until])
    scored = bool(score) and not blank or term(FUNDING, label.text) == "score"
    free = [cell for cell in figures if scored or cell.span != weight]
    value = next(iter(under or free[-1:] or (values if not figures else ())), None)
    if len(figures) == 2 and not under and numbers.points(figures[0].text) == 100:
        value = figures[1]
    if name == "execution_score":
        given = next((cell for cell in figures if cell.span == weight and cell is not value), None)
        if given is not None:
            yield label, "execution_weight", [given], given.text, False
    if value is not None:
        others = [cell for cell in figures if cell is not value]
        reading.taken |= {cell.place for cell in others}
        yield label, name, [value], value.text, False


def _next_label(beside: Sequence[Cell]) -> int:
    """Where the next label stands among the cells beside one, or their number; words behind a figure are one that nobody knows."""
    behind_figure = False
    for n, cell in enumerate(beside):
        is_figure = numbers.points(cell.text) is not None
        unknown = behind_figure and not is_figure and has_words(cell.text)
        if unknown or terms.is_label(cell.text) or terms.label_and_amount(cell.text):
            return n
        behind_figure = behind_figure or is_figure
    return len(beside)


def _label_is_missing(row: Row, beside: Sequence[Cell]) -> bool:
    """Whether a blank parts two figures beside a label, in a row of several: which of them is its own is open."""
    figures = [n for n, cell in enumerate(beside) if numbers.points(cell.text) is not None]
    blank = any(not cell.lines for cell in beside[figures[0] : figures[-1]]) if figures else False
    return blank and terms.is_foot(row.cells)


def _below(table: Table, label: Cell) -> list[Cell]:
    """The cells under a heading: one, or all down to where the row heading beside them ends, and what a page cut off."""
    start = label.end_row
    groups = [c for c in table.rows[label.row].cells if c.col < label.col and c.end_row > start]
    group = max(groups, key=lambda cell: cell.col, default=None)
    end = group.end_row if group else start + 1
    values: list[Cell] = []
    for row in table.rows[start:end]:
        under = [c for c in row.cells if c.col <= label.col and c.end_col >= label.end_col]
        if not under or terms.is_label(under[0].text) or values and under[0].span != values[0].span:
            break
        values.append(under[0])
    if not values and start < len(table.rows):
        under = [cell for cell in table.rows[start].cells if cell.col == label.col][:1]
        values = [cell for cell in under if not terms.is_label(cell.text)]
    return [*values, *_rest(table, values[-1])] if values else []


def _rest(table: Table, value: Cell) -> list[Cell]:
    """What a page break cut off a value: the same columns of the next fragment's first row, under blanks only."""
    fragment = table.rows[value.row].fragment
    if value.end_row < len(table.rows) and table.rows[value.end_row].fragment == fragment:
        return []
    following = next((row for row in table.rows if row.fragment == fragment + 1), None)
    if following is None or any(terms.is_label(cell.text) for cell in following.cells if cell.lines):
        return []
    return [cell for cell in following.cells if (cell.col, cell.colspan) == (value.col, value.colspan)]
