"""What was found where: forms, tables, figures unread, identities that hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from jscore import schema
from jscore.findings.card_shown import card_rows, unidentified
from jscore.findings.spoken import titles
from jscore.relations.engine import findings
from jscore.schema import Frames, Info


def forms(info: Info) -> pd.DataFrame:
    """Every form that is printed or announced: title, status, pages, tables and fragments."""
    rows = [
        {"form": key, "title": form["title"], "status": form["status"], "pages": _from_to(form["pages"]),
         "tables": form["tables"], "fragments": form["fragments"]}
        for key, form in info["forms"].items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["form", "title", "status", "pages", "tables", "fragments"])


def unknown_tables(info: Info) -> pd.DataFrame:
    """Ruled tables that are none of the published forms: where they are, their title or how they begin, and why."""
    rows = [
        {"title": table.get("begins", ""), **table, "pages": _from_to(table["pages"])}
        for table in (*info["unknown_tables"], *info["other_tables"])
    ]
    return pd.DataFrame(rows, columns=["table_id", "pages", "title", "why"])


def unread(info: Info) -> pd.DataFrame:
    """Cells whose figures could not be read."""
    return pd.DataFrame(list(info["unread"]), columns=["page", "table_id", "row", "col", "text", "why"])


def warnings(info: Info) -> list[str]:
    """What a reader of the frames has to know, a line each."""
    return [*unidentified(info), *info["warnings"]]


def report_card(info: Info) -> pd.DataFrame:
    """The report card, a line a row: what, how_many."""
    return pd.DataFrame(card_rows(info), columns=["what", "how_many"])


def frame_sizes(frames: Frames) -> pd.DataFrame:
    """How many rows each frame has, and from which pages."""
    sizes = [
        {"frame": name, "label": schema.FRAMES[name].heading() if name in schema.FRAMES else "", "rows": len(frame),
         "pages": _from_to(sorted(frame["page"].dropna().unique())) if "page" in frame else ""}
        for name, frame in frames.items()
    ]  # fmt: skip
    return pd.DataFrame(sizes, columns=["frame", "label", "rows", "pages"])


def _from_to(pages: Sequence[int]) -> str:
    return "–".join(str(page) for page in dict.fromkeys((*pages[:1], *pages[-1:])))


def identities(checks: pd.DataFrame) -> pd.DataFrame:
    """The relations within and between the nine tables, by kind: how many were tested, how many hold."""
    tested = _of_tables(checks[checks["status"] != "skipped"])
    relations = tested.assign(held=tested["status"] == "pass", relation=titles(tested))
    by_kind = relations.groupby("relation", sort=False)["held"].agg(tested="size", held="sum").reset_index()
    return by_kind.astype({"tested": "Int64", "held": "Int64"})


def broken(checks: pd.DataFrame) -> pd.DataFrame:
    """The relations of the nine tables that do not hold, the most severe first, in words."""
    return _of_tables(findings(checks))[["severity", "title", "subject", "pages", "message"]]


def _of_tables(checks: pd.DataFrame) -> pd.DataFrame:
    return checks[checks["group"].isin(["table", "cross-table"])]


def value_cell(cells: pd.DataFrame, table_id: str, label: str) -> Any | None:
    """Index label of the cell right of the one whose text contains ``label`` in table ``table_id``; None if none."""
    table = cells[cells["table_id"] == table_id]
    for heading in table[table["text"].str.contains(label, regex=False, na=False)].itertuples():
        after = table[(table["row"] == heading.row) & (table["col"] > heading.col)]
        if len(after):
            return after["col"].idxmin()
    return None
