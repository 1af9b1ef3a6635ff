"""06, basic expenditure by economic classification, as tidy rows: groups of columns side by side.

The function takes a stitched table, its money unit and a list to which cells that hold no
readable figure are added, and returns records for ``schema.from_records``.
"""

from __future__ import annotations

import re
from collections.abc import Hashable

from jscore.pdf.grids import Cell
from jscore.schema import GROUPS
from jscore.tables.accounts import PARTS, Record, amount_of, beside_final, code_columns, code_of, digits_of, place
from jscore.tables.rows import Entry, entries, figure, spans
from jscore.tables.stitch import Table
from jscore.text import numbers
from jscore.text.normal import nfkc

_PERSONNEL = ("301", "303")


def economic(table: Table, unit: str, unread: list[Cell]) -> list[Record]:
    """06: frame ``economic``, whether its groups stand side by side or one column each."""
    labels = _group_columns(table.stacks)
    columns = spans(labels)
    groups = sorted({label[0] for label in labels if isinstance(label, tuple)})

    def cut(last: Entry, first: Entry) -> bool:
        return not (_whole_line(last, groups) and _whole_line(first, groups))

    records: list[Record] = []
    totals_: list[Record] = []
    above = dict.fromkeys(groups, "")
    for entry in entries(table, columns, cut):
        for group in groups:
            above[group] = _economic_code(entry, group, above[group]) or above[group]
            records += _economic_line(table, entry, group, above[group], unit, unread)
        totals_ += _economic_totals(table, entry, unit, unread)
    return records + totals_


def _group_columns(stacks: list[tuple[str, ...]]) -> list[Hashable | None]:
    """(group number, code | 类 | 款 | name | amount heading) for every column; a code column opens a group."""
    labels: list[Hashable | None] = []
    group, last = -1, False
    for code, stack in zip(code_columns(stacks), stacks, strict=True):
        opens = code in ("code", *PARTS)
        group += opens and not last or group < 0 and code is not None
        last = opens
        leaf = stack[-1] if stack else ""
        amount = leaf if leaf in GROUPS else "amount" if re.search("金额|决算|合计|小计", leaf) else None
        label = code or (None if beside_final(stack) else amount)
        labels.append((group, label) if label and group >= 0 else None)
    return labels


def _economic_code(entry: Entry, group: int, above: str) -> str:
    parts = [digits_of(entry[group, name]) for name in ("code", *PARTS)]
    code = code_of(parts, above)
    return code if len(code) in (3, 5) else ""


def _whole_line(entry: Entry, groups: list[int]) -> bool:
    """Whether no group of a row is a mere part: each has a code, a total, or nothing."""
    if any(_ECONOMIC_TOTAL.fullmatch(nfkc(text)) for text in entry.texts.values()):
        return True
    return all(
        _economic_code(entry, group, "000")
        or not any(entry[group, name] for name in ("code", *PARTS, "name", "amount"))
        for group in groups
    )


_ECONOMIC_TOTAL = re.compile(r"((人员|公用)经费)?(合计|小计|总计)")


def _economic_line(table: Table, entry: Entry, group: int, code: str, unit: str, unread: list[Cell]) -> list[Record]:
    name = entry[group, "name"].strip()
    if not _economic_code(entry, group, code) or not name:
        return []
    owner = "人员经费" if code.startswith(_PERSONNEL) else "公用经费"
    printed = [kind for kind in GROUPS if entry[group, kind]]
    owner = printed[0] if len(printed) == 1 else owner
    column = (group, owner) if (group, owner) in entry.cells else (group, "amount")
    value = amount_of(entry, column, unit, unread)
    keys = {"economic_code": code, "economic_name": name, "level": 1 if len(code) == 3 else 2, "group": owner}
    return [{**keys, "amount": value, **place(table, entry, entry.cells.get(column))}]


def _economic_totals(table: Table, entry: Entry, unit: str, unread: list[Cell]) -> list[Record]:
    """人员经费合计 and 公用经费合计 of a row: the cell after the label, or the two columns of a 合计."""
    found: dict[str, Cell] = {}
    cells = table.rows[entry.row].cells
    for i, label in enumerate(cells[:-1]):
        total = re.fullmatch(r"(人员经费|公用经费)(合计|小计)", nfkc(label.text))
        if total:
            after = [cell for cell in cells[i + 1 :] if cell.lines]
            printed = after and not re.search("合计|小计", after[0].text)
            found[total.group(1)] = after[0] if printed else cells[i + 1]
    if any(re.fullmatch("合计|总计", nfkc(cell.text)) for cell in cells):
        found |= {name[1]: cell for name, cell in entry.cells.items() if isinstance(name, tuple) and name[1] in GROUPS}
    records = []
    for owner, cell in found.items():
        amount = figure(cell.text, cell, lambda text: numbers.amount(text, unit), unread)
        keys = {"economic_code": None, "economic_name": f"{owner}合计", "level": 0, "group": owner, "amount": amount}
        records.append({**keys, **place(table, entry, cell)})
    return records
