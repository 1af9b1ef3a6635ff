"""The report card: how much of a report was read and how well it hangs together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jscore.findings.choose import counts, held_of
from jscore.relations import ocr_trust
from jscore.relations.completeness import unseen_pages
from jscore.relations.engine import borne_out
from jscore.tables.forms import UNKNOWN
from jscore.text.figures import prints_figure

if TYPE_CHECKING:
    import pandas as pd


def card(frames: Mapping[str, pd.DataFrame], info: Mapping[str, Any]) -> dict[str, Any]:
    """The report card of a report, from its frames and what ``info`` holds so far."""
    forms = info["forms"]
    checks = frames["checks"]
    tested = counts(checks)
    by_status = {
        status: [key for key, form in forms.items() if form["status"] == status]
        for status in ("found", "empty", "missing")
    }
    return {
        **by_status,
        "unknown_tables": len(info["unknown_tables"]),
        "other_tables": len(info["other_tables"]),
        "stitched_tables": sum(form["fragments"] > form["tables"] for form in forms.values()),
        "fragments": sum(form["fragments"] for form in forms.values()),
        "pages_with_tables": int(frames["cells"]["page"].nunique()),
        "cells": len(frames["cells"]),
        "unread": len(info["unread"]),
        "in_no_frame": len(info["not_understood"]) + len(info["homeless"]),
        "doubtful": len(info["doubtful"]),
        "by_ocr": ocr_trust.counts(frames, info["doubtful"]),
        "holding": held_of(tested),
        "share_of_amounts_confirmed": _share_confirmed(frames, info),
        "findings": tested["all"].failed,
    }


def _share_confirmed(frames: Mapping[str, pd.DataFrame], info: Mapping[str, Any]) -> float | None:
    """The share of the figures printed in the nine tables that stand in a sum or equality that holds.

    Those that stand in no frame, those of tables that nothing names, and those outside every table and sentence are
    printed, too, and confirmed by none.  A page that could not be read, or not whole, counts as one of these.
    """
    from jscore.relations.source import TABLES

    bearing = borne_out(frames, "frame", "frame_row", "column")
    printed = [
        (name, row, column)
        for name, columns in TABLES.items()
        for column in columns
        for row, amount in zip(frames[name].index, frames[name][column].tolist(), strict=True)
        if amount == amount
    ]
    doubtful = {(cell["table_id"], cell["row"], cell["col"]) for cell in info["doubtful"]}
    confirmed = sum(key in bearing and not (doubtful and _place(frames, key) in doubtful) for key in printed)
    in_tables = len(printed) + _homeless(frames["cells"], info)
    unseen = len(unseen_pages(info))
    return confirmed / (in_tables + len(info["homeless"]) + unseen) if in_tables else None


def _place(frames: Mapping[str, pd.DataFrame], key: tuple[str, Any, str]) -> tuple[Any, ...]:
    return tuple(frames[key[0]].loc[key[1], ["table_id", "row", "col"]])


def _homeless(cells: pd.DataFrame, info: Mapping[str, Any]) -> int:
    """How many figures of the nine tables, and of tables that nothing names, are in no frame."""
    forms = cells["form"].tolist()
    form_of = dict(zip(cells["table_id"].tolist(), forms, strict=True))
    lost = [cell for name in ("unread", "not_understood") for cell in info[name]]
    texts = zip(forms, cells["text"].tolist(), strict=True)
    unnamed = [text for form, text in texts if form == UNKNOWN and isinstance(text, str)]
    return sum(form_of.get(cell["table_id"], "").isdigit() for cell in lost) + sum(map(prints_figure, unnamed))
