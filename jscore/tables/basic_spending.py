"""06, basic expenditure by economic classification, as tidy rows: groups of columns side by side."""

from __future__ import annotations

import re
from collections.abc import Hashable

from jscore.language import tr
from jscore.pdf.grids import Cell
from jscore.schema import GROUPS
from jscore.tables.accounts import Record, beside_final, code_and_name, code_columns, code_of
from jscore.tables.headings import Row, heads_others
from jscore.tables.ledger import Ledger, Lost, words_of
from jscore.tables.rows import Entry, entries
from jscore.tables.terms import PARTS
from jscore.text import numbers
from jscore.text.normal import nfkc

_PERSONNEL = ("301", "303")
#: What the codes of the departments' and of the governments' economic classification begin with.
_ECONOMIC = "35"


def economic(ledger: Ledger) -> list[Record]:
    """06: frame ``economic``, whether its groups stand side by side or one column each."""
    labels = _group_columns(ledger.table.stacks)
    columns = ledger.columns(labels)
    groups = sorted({label[0] for label in labels if isinstance(label, tuple)})

    def cut(last: Entry, first: Entry) -> bool:
        amounts = [name for name in first.texts if isinstance(name, tuple) and name[1] in ("amount", *GROUPS)]
        rest = all(numbers.is_rest(last[name], first[name]) for name in amounts)
        return rest and not all(_whole_line(line, ledger.table.rows[line.row], groups) for line in (last, first))

    records: list[Record] = []
    totals_: list[Record] = []
    above = dict.fromkeys(groups, "")
    for entry in entries(ledger.table, columns, cut):
        for group in groups:
            above[group] = _economic_code(entry, group, above[group]) or above[group]
            records += _economic_line(ledger, entry, group, above[group])
        totals_ += _economic_totals(ledger, entry)
    return records + totals_


#: Heads the one column of amounts of a group.
_AMOUNTS = re.compile("金额|决算|合计|小计|^(本年)?(基本)?支出(数|额)?$")


def _group_columns(stacks: list[tuple[str, ...]]) -> list[Hashable | None]:
    """(group number, code | 类 | 款 | name | amount heading) for every column; a code column opens a group."""
    labels: list[Hashable | None] = []
    group, last = -1, False
    codes = code_columns(stacks)
    opening = ("code", *PARTS) if {"code", *PARTS} & {*codes} else ("name",)  # a code may stand with its name
    for code, stack in zip(codes, stacks, strict=True):
        opens = code in opening
        group += opens and not last or group < 0 and code is not None
        last = opens
        leaf = stack[-1] if stack else ""
        of_group = leaf in GROUPS and not heads_others(stack, stacks)
        amount = leaf if of_group else "amount" if _AMOUNTS.search(leaf) else None
        label = code or (None if beside_final(stack) else amount)
        labels.append((group, label) if label and group >= 0 else None)
    return labels


def _together(entry: Entry, group: int) -> tuple[str, str] | None:
    """Code and name of a line that has them in one cell."""
    parts = [entry[group, name] for name in ("code", *PARTS)]
    return None if any(parts) else code_and_name(entry[group, "name"].strip())


def _economic_code(entry: Entry, group: int, above: str) -> str:
    together = _together(entry, group)
    code = together[0] if together else code_of([entry[group, name] for name in ("code", *PARTS)], above)
    return code if len(code) in (3, 5) and code[0] in _ECONOMIC else ""


def _whole_line(entry: Entry, row: Row, groups: list[int]) -> bool:
    """Whether no group of a row is a mere part: each has a code, a total (be its column without a name), or nothing."""
    if any(_ECONOMIC_TOTAL.fullmatch(nfkc(text)) for text in (*entry.texts.values(), *row.texts)):
        return True
    return all(
        _economic_code(entry, group, "000")
        or not any(entry[group, name] for name in ("code", *PARTS, "name", "amount"))
        for group in groups
    )


_ECONOMIC_TOTAL = re.compile(r"((人员|公用)经费)?(合计|小计|总计)")


def _economic_line(ledger: Ledger, entry: Entry, group: int, code: str) -> list[Record]:
    """The records of a line: one, or one for each of the groups whose columns both print an amount."""
    together = _together(entry, group)
    name = together[1] if together else words_of(entry[group, "name"], coded=True)
    if not _economic_code(entry, group, code) or not name:
        return []
    by_code = "人员经费" if code.startswith(_PERSONNEL) else "公用经费"
    printed = [kind for kind in GROUPS if _prints(entry[group, kind], unread=kind == by_code)]
    has_column = (group, by_code) in entry.cells  # a zero beside it where it is blank is none of its own
    owners = printed or [kind for kind in GROUPS if entry[group, kind] and not has_column] or [by_code]
    keys = {"economic_code": code, "economic_name": name, "level": 1 if len(code) == 3 else 2}
    records: list[Record] = []
    for owner in owners:
        column = (group, owner) if (group, owner) in entry.cells else (group, "amount")
        cell = entry.cells.get(column)
        records.append({**keys, "group": owner, "amount": ledger.amount(entry, column), **ledger.place(entry, cell)})
        if owner != by_code and cell and records[-1]["amount"]:
            why = tr("科目{code}属于{group}，印在另一列", code=code, group=by_code)
            ledger.doubtful.append(Lost(cell, why, name))
    _note_same(ledger, entry, group, owners)
    return records


def _prints(text: str, unread: bool) -> bool:
    """Whether a cell prints an amount that is not zero; ``unread``: or a text that is none, which may be one."""
    value = numbers.decimal(text)
    return unread and not numbers.is_blank(text) if value is None else value != 0


def _note_same(ledger: Ledger, entry: Entry, group: int, owners: list[str]) -> None:
    """Note the columns beside a line's own: the other group's zero, and the sum of both where it is their sum."""
    texts = {kind: entry[group, kind] for kind in GROUPS if (group, kind) in entry.cells}
    values = {kind: numbers.decimal(text) or 0 for kind, text in texts.items() if not _prints(text, unread=True)}
    ledger.same(entry.cells[group, kind] for kind in values if kind not in owners)
    if texts and numbers.decimal(entry[group, "amount"]) == sum(numbers.decimal(text) or 0 for text in texts.values()):
        ledger.same([entry.cells[group, "amount"]])


def _economic_totals(ledger: Ledger, entry: Entry) -> list[Record]:
    """人员经费合计 and 公用经费合计 of a row: the cell after the label, or the two columns of a 合计."""
    total_cells: dict[str, Cell] = {}
    cells = ledger.table.rows[entry.row].cells
    for i, label in enumerate(cells[:-1]):
        total = re.fullmatch(r"(人员经费|公用经费)(合计|小计)", nfkc(label.text))
        if total:
            after = [cell for cell in cells[i + 1 :] if cell.lines]
            printed = after and not re.search("合计|小计", after[0].text)
            total_cells[total.group(1)] = after[0] if printed else cells[i + 1]
    if any(re.fullmatch("合计|总计", nfkc(cell.text)) for cell in cells):
        total_cells |= {
            name[1]: cell for name, cell in entry.cells.items() if isinstance(name, tuple) and name[1] in GROUPS
        }
        for group in {name[0] for name in entry.cells if isinstance(name, tuple)}:
            _note_same(ledger, entry, group, list(GROUPS))
    records = []
    for owner, cell in total_cells.items():
        amount = ledger.amount_in(cell, cell.text)
        keys = {"economic_code": None, "economic_name": f"{owner}合计", "level": 0, "group": owner, "amount": amount}
        records.append({**keys, **ledger.place(entry, cell)})
    return records
