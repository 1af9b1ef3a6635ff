"""How far figures read by OCR can be trusted: their confidence, and what double entry says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from jscore.pdf.grids import Cell
from jscore.relations.engine import bearing_out
from jscore.tables.ledger import prints_figure
from jscore.text import numbers

#: A figure read less surely than this is doubtful unless a relation that holds bears it out.
SURE = 0.9
#: So many other readings are tried, each by reading the tables again.
TRIALS = 12

Place = tuple[str, int, int]


def with_confidence(cells: pd.DataFrame, recognised: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Frame ``cells`` with ``source`` and ``confidence``: that of the least sure of the texts in a cell read by OCR."""
    cells = cells.copy()
    cells["source"] = "text"
    for text in recognised:
        here = cells.index[_holding(cells, text)]
        cells.loc[here, "source"] = "ocr"
        cells.loc[here, "confidence"] = cells.loc[here, "confidence"].fillna(1.0).clip(upper=text["confidence"])
    return cells


def _holding(cells: pd.DataFrame, text: Mapping[str, Any]) -> pd.Series:
    """The cell in which a text stands."""
    x0, y0, x1, y1 = text["box"]
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return (
        (cells["page"] == text["page"])
        & cells["x0"].lt(x) & cells["x1"].gt(x) & cells["y0"].lt(y) & cells["y1"].gt(y)
    )  # fmt: skip


def doubtful_readings(frames: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """The figures that OCR read with little confidence and that no relation which holds bears out.

    Takes the frames ``cells`` (with source and confidence), ``checks`` and ``check_figures``; gives a record a cell:
    table_id, row, col, page, text, label, why.
    """
    cells = frames["cells"]
    read = cells[cells["source"].eq("ocr") & cells["confidence"].lt(SURE) & cells["text"].fillna("").map(prints_figure)]
    if read.empty:
        return []
    figures = frames["check_figures"]
    borne_out = _places(figures[figures["check_no"].isin(bearing_out(frames["checks"]))])
    return [
        {**cell, "label": "", "why": f"read by OCR with {sure:.0%} confidence, and no relation confirms it"}
        for cell, sure in zip(
            _records(read[["table_id", "row", "col", "page", "text"]]), read["confidence"], strict=True
        )
        if (cell["table_id"], cell["row"], cell["col"]) not in borne_out
    ]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in record.items()} for record in frame.to_dict("records")]


def _places(frame: pd.DataFrame) -> set[Place]:
    return set(zip(frame["table_id"], frame["row"], frame["col"], strict=True))


def other_readings(
    frames: Mapping[str, pd.DataFrame], recognised: Sequence[Mapping[str, Any]]
) -> list[tuple[Place, str]]:
    """Cells of relations that fail, and what each may say instead: the next likely reading of its figure, least sure first.

    A figure that was read surely is left alone: a report may print a sum that is wrong.
    """
    figures, cells = frames["check_figures"], frames["cells"]
    in_question = _places(figures[figures["check_no"].isin(_failing(frames)["check_no"])])
    readings = []
    for text in sorted(recognised, key=lambda text: text["confidence"]):
        if text["confidence"] >= SURE or not text["second"] or numbers.decimal(text["second"]) is None:
            continue
        here = cells[_holding(cells, text) & cells["text"].eq(text["text"])]
        readings += [(place, text["second"]) for place in _places(here) & in_question]
    return readings[:TRIALS]


def _failing(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The relations of the tables that fail."""
    checks = frames["checks"]
    return checks[checks["status"].eq("fail") & checks["group"].isin(["table", "cross-table"])]


def _broken(frames: Mapping[str, pd.DataFrame]) -> set[tuple[str, str]]:
    failing = _failing(frames)
    return set(zip(failing["check_id"], failing["subject"], strict=True))


def corrected(
    frames: Mapping[str, pd.DataFrame],
    recognised: Sequence[Mapping[str, Any]],
    read_again: Callable[[Mapping[Place, str]], Mapping[str, pd.DataFrame]],
) -> dict[Place, str]:
    """The figures whose next likely reading restores a relation and breaks none: place → that reading.

    ``read_again`` gives the frames with some cells' texts replaced.
    """
    taken: dict[Place, str] = {}
    broken = _broken(frames)
    for place, reading in other_readings(frames, recognised):
        if not broken:
            break
        trial = {**taken, place: reading}
        still = _broken(read_again(trial))
        if still < broken:
            taken, broken = trial, still
    return taken


def replaced(cell: Cell, text: str) -> Cell:
    """``cell`` with another text."""
    x0, _, x1, _ = cell.box
    return replace(cell, lines=(text,), pieces=((x0, x1, text),))
