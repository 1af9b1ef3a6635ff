"""Self-evaluation forms whose cells no rules part: which tables are such, and their texts, each by itself.

A line that wraps in a cell of such a form cannot be told from a row of its own, nor a text from its neighbour's rest; so
nothing of it is read into columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from jscore.language import N_
from jscore.pdf.grids import Cell, Grid
from jscore.tables.evaluation_terms import FUNDING, HEAD, TREE, begun_form, is_label, term
from jscore.text.numbers import APART

#: Why nothing of such a form is in the other frames.
WHY = N_("自评表各格没有框线分隔，各段文字分别在 form_fields 中")
#: So many terms of a form among the texts of a table make it one.
TERMS = 5


def by_line(grid: Grid) -> Grid:
    """A self-evaluation form without rules with a row for each of its lines; any other grid as it is."""
    lines = grid.by_line
    return lines if lines is not None and (begun_form(lines) or _is_form(_texts([lines]))) else grid


def _is_form(texts: Iterable[str]) -> bool:
    printed = list(texts)
    tree = {term(TREE, text) for text in printed} & {"level1", "level2", "level3", "target", "actual", "completion"}
    head = {term(HEAD, text) for text in printed} & {"project", "supervisor", "implementer", "goal", "outcome"}
    money = {term(FUNDING, text) for text in printed} & {"opening_budget", "budget", "executed", "execution_rate"}
    return len(tree) >= 2 and len(tree) + len(head) + len(money) >= TERMS


def is_undivided(fragments: Sequence[Grid]) -> bool:
    """Whether a table is a self-evaluation form whose cells no rules part: none at all, or most labels share a cell."""
    if any(fragment.engine == "text" for fragment in fragments):
        return bool(begun_form(fragments[0])) or _is_form(_texts(fragments))
    cells = [cell for fragment in fragments for cell in fragment.cells]
    in_cells = [[text for _, _, text in cell.pieces if is_label(text)] for cell in cells]
    shared = sum(len(labels) for labels in in_cells if len(labels) > 1)
    alone = sum(is_label(cell.text) for cell in cells)
    return shared > alone and _is_form(_texts(fragments))


def _texts(fragments: Iterable[Grid]) -> Iterator[str]:
    return (text for fragment in fragments for cell in fragment.cells for _, _, text in cell.pieces)


def fields(cells: Iterable[Cell], table_id: str) -> Iterator[dict[str, Any]]:
    """Rows of frame ``form_fields``: each stretch of text of a form's cells, without a label."""
    for cell in cells:
        for text in (part for _, _, piece in cell.pieces for part in piece.split(APART)):
            yield {"value": text, "page": cell.page, "table_id": table_id, "row": cell.row, "col": cell.col}
