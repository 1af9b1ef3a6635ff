"""The report card: how much of a report was read and how well it hangs together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from jscore.relations import relations, share_related


def card(frames: Mapping[str, pd.DataFrame], info: Mapping[str, Any]) -> dict[str, Any]:
    """The report card of a report, from its frames and what ``info`` holds so far."""
    forms = info["forms"]
    found = relations(frames, info["money_units"], info["money_unit"])
    by_status = {
        status: [key for key, form in forms.items() if form["status"] == status]
        for status in ("found", "empty", "missing")
    }
    return {
        **by_status,
        "unknown_tables": len(info["unknown_tables"]),
        "stitched_tables": sum(form["fragments"] > form["tables"] for form in forms.values()),
        "fragments": sum(form["fragments"] for form in forms.values()),
        "pages_with_tables": int(frames["cells"]["page"].nunique()),
        "cells": len(frames["cells"]),
        "unread": len(info["unread"]),
        "in_no_frame": len(info["not_understood"]),
        "relations": len(found),
        "relations_that_hold": sum(relation.holds for relation in found),
        "share_of_amounts_confirmed": share_related(frames, found),
    }


def print_card(info: Mapping[str, Any]) -> None:
    """Print a report's card as a table on standard output."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title=f"{info['report_id']}: {info['department'] or '?'} {info['year'] or '?'}", show_header=False)
    for label, text in card_rows(info):
        table.add_row(label, text)
    console.print(table)
    for warning in info["warnings"]:
        console.print(f"note: {warning}", style="yellow", markup=False)


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
        ("money unit", info["money_unit"] or "none printed"),
        ("tables in fragments", f"{facts['stitched_tables']} forms, {facts['fragments']} fragments in all"),
        ("pages with tables", f"{facts['pages_with_tables']} of {info['page_count']}"),
        ("cells read", f"{facts['cells']:,}"),
        ("figures unread", str(facts["unread"])),
        ("figures in no frame", str(facts["in_no_frame"])),
        ("relations that hold", f"{facts['relations_that_hold']} of {facts['relations']}"),
        ("amounts confirmed by one", "no amounts" if share is None else f"{share:.1%}"),
    ]


def _ranges(pages: list[int]) -> str:
    """1, 2, 3, 5 as 1-3, 5."""
    parts: list[list[int]] = []
    for page in pages:
        if parts and page == parts[-1][-1] + 1:
            parts[-1].append(page)
        else:
            parts.append([page])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)
