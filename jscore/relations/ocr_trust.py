"""How far figures read by OCR can be trusted: their confidence, and what double entry says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from jscore.language import tr
from jscore.ocr import SURE
from jscore.pdf.grids import Cell
from jscore.relations.engine import borne_out
from jscore.relations.ocr_codes import Place, coded_rows, figures_of, questionable_codes
from jscore.relations.source import TABLES
from jscore.tables.forms import BY_KEY
from jscore.text import numbers
from jscore.text.figures import prints_figure

#: Forms of self-evaluation, whose words are results, too.
EVALUATIONS = tuple(key for key in BY_KEY if not key.isdigit())
#: So many other readings are tried, each by reading the tables again.
TRIALS = 12
#: Which cell a row of a frame names.
_PLACE = ("table_id", "row", "col")


def with_confidence(
    cells: pd.DataFrame, recognised: Sequence[Mapping[str, Any]], corrections: Mapping[Place, str]
) -> pd.DataFrame:
    """Frame ``cells`` with ``source`` and ``confidence``: that of the least sure of the texts in a cell read by OCR."""
    cells = cells.copy()
    cells["source"] = "text"
    for text in recognised:
        here = cells.index[_holding(cells, text)]
        cells.loc[here, "source"] = "ocr"
        cells.loc[here, "confidence"] = cells.loc[here, "confidence"].fillna(1.0).clip(upper=text["confidence"])
    if corrections:
        cells.loc[[place in corrections for place in _in_order(cells)], "source"] = "ocr-corrected"
    return cells


def _holding(cells: pd.DataFrame, text: Mapping[str, Any]) -> pd.Series:
    """The cell in which a text stands."""
    x0, y0, x1, y1 = text["box"]
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return (
        (cells["page"] == text["page"]) & cells["x0"].lt(x) & cells["x1"].gt(x) & cells["y0"].lt(y) & cells["y1"].gt(y)
    )


def doubtful_readings(frames: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """The figures that OCR read with little confidence, or as one digit, that no relation bears out, those of codes in
    question, and words of self-evaluations that were read with little confidence.

    Takes the frames of the nine tables, ``cells`` (with source and confidence), ``checks`` and ``check_figures``; gives a
    record a cell: table_id, row, col, page, text, label, why.
    """
    cells = frames["cells"]
    why = {
        place: tr("所在行的编码识别为{code}，{reason}", code=row.code, reason=reason)
        for row, reason in questionable_codes(frames).items()
        for place in (*row.cells, *figures_of(row, frames))
    }
    read = cells[
        cells["source"].ne("text")
        & cells["confidence"].lt(SURE)
        & cells["text"].fillna("").map(prints_figure).astype(bool)
    ]
    borne_out = _borne_out(frames) | _codes(frames)
    for place, sure in zip(_in_order(read), read["confidence"], strict=True):
        if place not in borne_out:
            why.setdefault(place, tr("识别的可信度为{sure}，没有勾稽关系印证", sure=f"{sure:.0%}"))
    worded = cells["form"].isin(EVALUATIONS) & cells["text"].fillna("").str.contains(r"[^\W_]")
    unsure = cells[worded & cells["source"].ne("text") & cells["confidence"].lt(SURE) & ~cells.index.isin(read.index)]
    for place, sure in zip(_in_order(unsure), unsure["confidence"], strict=True):
        why.setdefault(place, tr("文字识别的可信度为{sure}", sure=f"{sure:.0%}"))
    for place in _lone_digits(cells) & _amounts(frames) - borne_out:
        why.setdefault(place, tr("识别出的单个数字可能是污点，没有勾稽关系印证"))
    records = cells.loc[[place in why for place in _in_order(cells)], ["table_id", "row", "col", "page", "text"]]
    return [{**cell, "label": "", "why": why[cell["table_id"], cell["row"], cell["col"]]} for cell in _records(records)]


def _lone_digits(cells: pd.DataFrame) -> set[Place]:
    """The cells in which OCR read one digit and no more: as a rule the trace of a speck or of a rule."""
    return _places(
        cells[cells["source"].ne("text") & cells["text"].fillna("").str.fullmatch(r"[\s.,·-]*[1-9][\s.,·-]*")]
    )


def _amounts(frames: Mapping[str, pd.DataFrame]) -> set[Place]:
    return {place for name in TABLES for place in _places(frames[name].dropna(subset=["row", "col"]))}


def counts(frames: Mapping[str, pd.DataFrame], doubtful: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many figures were read by OCR; of these confirmed by a relation that holds, corrected, and in doubt."""
    cells = frames["cells"]
    if not {*cells["source"].tolist()} - {"text"}:
        return dict.fromkeys(("figures", "confirmed", "corrected", "doubtful"), 0)
    read = cells[cells["source"].ne("text")]
    read = read[read["text"].fillna("").map(prints_figure).astype(bool)]
    places = _places(read) - (set() if read.empty else _codes(frames))
    doubts = {(cell["table_id"], cell["row"], cell["col"]) for cell in doubtful}
    return {
        "figures": len(places),
        "confirmed": len(places & _borne_out(frames) - doubts),
        "corrected": int(read["source"].eq("ocr-corrected").sum()),
        "doubtful": len(places & doubts),
    }


def unconfirmed_errors(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Frame ``checks``, errors that rest on a figure read by OCR which nothing confirms made warnings that say so."""
    cells, checks, figures = frames["cells"], frames["checks"].copy(), frames["check_figures"]
    unconfirmed = _places(cells[cells["source"].eq("ocr")]) - _borne_out(frames)
    rests = np.array([place in unconfirmed for place in _in_order(figures)], dtype=bool)
    resting = figures[rests].drop_duplicates("check_no")
    words = {
        number: f"；{label}“{printed}”由OCR读出，没有其他关系印证，请先看原页"
        for number, label, printed in resting[["check_no", "label", "printed"]].itertuples(index=False)
    }
    errors = checks[checks["status"].eq("fail") & checks["severity"].eq("error") & checks["check_no"].isin(list(words))]
    checks.loc[errors.index, "severity"] = "warning"
    checks.loc[errors.index, "message"] = [
        message + words[number] for number, message in zip(errors["check_no"], errors["message"], strict=True)
    ]
    return checks


def _borne_out(frames: Mapping[str, pd.DataFrame]) -> set[Place]:
    return borne_out(frames, *_PLACE)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in record.items()} for record in frame.to_dict("records")]


def _in_order(frame: pd.DataFrame) -> list[Place]:
    return list(zip(*(frame[name].tolist() for name in _PLACE), strict=True))


def _places(frame: pd.DataFrame) -> set[Place]:
    return set(_in_order(frame))


def _codes(frames: Mapping[str, pd.DataFrame]) -> set[Place]:
    """The cells from which the codes of rows were read: these are doubted, or not, by their names."""
    return {place for row in coded_rows(frames) for place in row.cells}


def other_readings(
    frames: Mapping[str, pd.DataFrame], recognised: Sequence[Mapping[str, Any]]
) -> list[tuple[Place, str]]:
    """Cells of relations that fail and codes in question, and what each may say instead: its next likely reading.

    The least sure come first.

    A figure that was read surely is left alone: a report may print a sum that is wrong.
    """
    figures, cells = frames["check_figures"], frames["cells"]
    in_question = _places(figures[figures["check_no"].isin(_failing(frames)["check_no"])])
    in_question |= {place for row in questionable_codes(frames) for place in row.cells}
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
    """The relations of the tables that fail, and the rows whose code is in question."""
    failing = _failing(frames)
    codes = {(row.table, str(row.row)) for row in questionable_codes(frames)}
    return set(zip(failing["check_id"], failing["subject"], strict=True)) | codes


def corrected(
    frames: Mapping[str, pd.DataFrame],
    recognised: Sequence[Mapping[str, Any]],
    read_again: Callable[[Mapping[Place, str]], Mapping[str, pd.DataFrame]],
) -> dict[Place, str]:
    """The figures and codes whose next likely reading restores a relation and breaks none: place → that reading.

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
