"""The report card: how much of a report was read and how well it hangs together."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from typing import TYPE_CHECKING, Any

from jscore.findings.choose import counts, holding
from jscore.relations.engine import bearing_out
from jscore.tables.forms import UNKNOWN
from jscore.tables.ledger import prints_figure

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
        "in_no_frame": len(info["not_understood"]),
        "doubtful": len(info["doubtful"]),
        "holding": holding(checks),
        "share_of_amounts_confirmed": _share_confirmed(frames, info),
        "findings": tested["all"].failed,
    }


def _share_confirmed(frames: Mapping[str, pd.DataFrame], info: Mapping[str, Any]) -> float | None:
    """The share of the figures printed in the nine tables that stand in a sum or equality that holds.

    Those that stand in no frame, and those of tables that nothing names, are printed, too, and confirmed by none.
    """
    from jscore.relations.source import TABLES

    figures = frames["check_figures"]
    own = figures[figures["check_no"].isin(bearing_out(frames["checks"])) & figures["frame"].isin(list(TABLES))]
    held = set(zip(own["frame"], own["frame_row"], own["column"], strict=True))
    printed = [
        (name, row, column)
        for name, columns in TABLES.items()
        for column in columns
        for row in frames[name].index[frames[name][column].notna()]
    ]
    doubtful = {(cell["table_id"], cell["row"], cell["col"]) for cell in info["doubtful"]}
    confirmed = sum(key in held and not (doubtful and _place(frames, key) in doubtful) for key in printed)
    every = len(printed) + _homeless(frames["cells"], info)
    return confirmed / every if every else None


def _place(frames: Mapping[str, pd.DataFrame], key: tuple[str, Any, str]) -> tuple[Any, ...]:
    return tuple(frames[key[0]].loc[key[1], ["table_id", "row", "col"]])


def _homeless(cells: pd.DataFrame, info: Mapping[str, Any]) -> int:
    """How many figures of the nine tables, and of tables that nothing names, are in no frame."""
    form_of = dict(zip(cells["table_id"], cells["form"], strict=True))
    lost = [cell for name in ("unread", "not_understood") for cell in info[name]]
    unnamed = cells.loc[cells["form"] == UNKNOWN, "text"].dropna()
    return sum(form_of.get(cell["table_id"], "").isdigit() for cell in lost) + sum(map(prints_figure, unnamed))


def print_card(info: Mapping[str, Any]) -> None:
    """Print a report's card as a table on standard output."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from jscore.errors import one_line

    console = Console()
    title = f"{info['report_id']}: {info['department'] or '?'} {info['year'] or '?'}"
    table = Table(title=Text(one_line(title)), show_header=False)
    for label, text in card_rows(info):
        table.add_row(label, Text(one_line(text)))
    console.print(table)
    for warning in info["warnings"]:
        console.print(Text(one_line(f"note: {warning}"), style="yellow"))


def card_rows(info: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The lines of the card, (what, how many), for print and notebook."""
    facts, forms = info["card"], info["forms"]
    pages = {key: f"{key} (p. {_ranges(form['pages'])})" if form["pages"] else key for key, form in forms.items()}
    share = facts["share_of_amounts_confirmed"]
    return [
        *(
            (f"forms {status}", ", ".join(pages[key] for key in facts[status]) or "none")
            for status in ("found", "empty", "missing")
        ),
        ("unknown tables", ", ".join(f"{t['table_id']}: {t['begins'][:30]}" for t in info["unknown_tables"]) or "none"),
        (
            "tables beside the nine",
            ", ".join(f"{t['title']} (p. {_ranges(t['pages'])})" for t in info["other_tables"]) or "none",
        ),
        ("money unit", info["money_unit"] or "none printed"),
        ("tables in fragments", f"{facts['stitched_tables']} forms, {facts['fragments']} fragments in all"),
        ("pages with tables", f"{facts['pages_with_tables']} of {info['page_count']}"),
        ("cells read", f"{facts['cells']:,}"),
        ("figures unread", str(facts["unread"])),
        ("figures in no frame", str(facts["in_no_frame"])),
        *([("pages read by OCR", _by_ocr(info))] if info["image_pages"] else []),
        ("figures in doubt", str(facts["doubtful"])),
        *facts["holding"].items(),
        ("amounts confirmed by one", "no amounts" if share is None else f"{floor(share * 1000) / 10:.1f}%"),
        ("findings", ", ".join(f"{count} {severity}" for severity, count in facts["findings"].items())),
    ]


def _by_ocr(info: Mapping[str, Any]) -> str:
    """How many pages were pictures, and what of them was read; what was corrected because a sum bears it out."""
    read = sum(page["why"].endswith("read by OCR") for page in info["image_pages"])
    corrected = len(info.get("ocr_corrected", []))
    return f"{read} of {len(info['image_pages'])} that are pictures; {corrected} figures corrected by a sum"


def _ranges(pages: list[int]) -> str:
    """1, 2, 3, 5 as 1-3, 5."""
    parts: list[list[int]] = []
    for page in pages:
        if parts and page == parts[-1][-1] + 1:
            parts[-1].append(page)
        else:
            parts.append([page])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)
