"""09, the 三公 table, as tidy rows: a list of items, or one row under many headings.

The function takes a stitched table, its money unit and a list to which cells that hold no
readable figure are added, and returns records for ``schema.from_records``.
"""

from __future__ import annotations

import re
from collections.abc import Hashable

from jscore.pdf.grids import Cell
from jscore.tables.accounts import Record, amount_of, place, term_of
from jscore.tables.rows import Entry, entries, spans
from jscore.tables.stitch import Table, plain
from jscore.text import numbers

_SANGONG = (
    (r".*出国.*境.*", "因公出国（境）费"), (r".*接待.*", "公务接待费"), (r".*(公务用车|公车)?购置(及|和|与)(运行|维护).*", "公务用车购置及运行费"),
    (r".*用车.*购置(费|支出)?", "公务用车购置费"), (r".*用车.*(运行|维护).*", "公务用车运行维护费"), (r".*合计.*|总计|(财政拨款)?三公经费(支出)?(总额)?", "合计"),
)  # fmt: skip
_BUDGET, _FINAL = re.compile(r"(年初|全年|调整)?预算数?"), re.compile(r"(本年|支出)?决算数?|(全年)?支出数|金额|决算")


def sangong(table: Table, unit: str, unread: list[Cell]) -> list[Record]:
    """09: frame ``sangong``."""
    if any(text.startswith("项目") for stack in table.stacks for text in stack):
        return _sangong_list(table, unit, unread)
    return _sangong_row(table, unit, unread)


def _sangong_kind(stack: tuple[str, ...]) -> str | None:
    for text in reversed(stack):
        if _BUDGET.fullmatch(text):
            return "budget"
        if _FINAL.fullmatch(text):
            return "final"
    return None


def _sangong_list(table: Table, unit: str, unread: list[Cell]) -> list[Record]:
    labels: list[Hashable | None] = [
        "item" if stack and stack[-1].startswith("项目") else _sangong_kind(stack) for stack in table.stacks
    ]
    columns = spans(labels)
    records: list[Record] = []

    def cut(last: Entry, first: Entry) -> bool:
        rest = all(numbers.is_rest(last[name], first[name]) for name in ("budget", "final"))
        return rest and term_of(plain(first["item"]), _SANGONG) is None

    for entry in entries(table, columns, cut):
        item = term_of(plain(entry["item"]), _SANGONG)
        if item and item not in {record["item"] for record in records}:
            records.append(_sangong_record(table, entry, item, ("budget", "final"), unit, unread))
    return records


def _sangong_row(table: Table, unit: str, unread: list[Cell]) -> list[Record]:
    labels: list[Hashable | None] = []
    for stack in table.stacks:
        kind = _sangong_kind(stack)
        words = [text for text in stack if not re.search("三公", text)]
        items = [term for term in (term_of(text, _SANGONG) for text in words) if term]
        labels.append(
            (items[-1] if items[-1] != "合计" or len(items) == 1 else items[-2], kind) if items and kind else None
        )
    columns = spans(labels)
    whole = entries(table, columns, lambda last, first: True)[:1]
    items = list(dict.fromkeys(name[0] for name in columns if isinstance(name, tuple)))
    return [
        _sangong_record(table, entry, item, ((item, "budget"), (item, "final")), unit, unread)
        for entry in whole
        for item in items
    ]


def _sangong_record(
    table: Table, entry: Entry, item: str, names: tuple[Hashable, Hashable], unit: str, unread: list[Cell]
) -> Record:
    budget, final = (amount_of(entry, name, unit, unread) for name in names)
    cells = {column: entry.cells.get(name) for column, name in zip(("budget", "final"), names, strict=True)}
    at = {column: (cell.row, cell.col) for column, cell in cells.items() if cell}
    shown = place(table, entry, cells["final"] or cells["budget"])
    return {"item": item, "budget": budget, "final": final, **shown, "at": at}
