"""09, the 三公 table, as tidy rows: items down or across, budget and final across or down."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import replace
from itertools import pairwise

from jscore.pdf.grids import Cell
from jscore.tables.accounts import Record, item_name
from jscore.tables.headings import Row
from jscore.tables.ledger import Ledger
from jscore.tables.rows import Entry, entries
from jscore.tables.table import Table
from jscore.tables.terms import BUDGETS, FINAL, LAST_YEAR, SANGONG, YEAR, heading_key, heading_words, term_of
from jscore.text import numbers
from jscore.text.figures import is_amount
from jscore.text.normal import nfkc

#: A number of a row has no more digits.
LONGEST_NUMBER = 3
#: Where the heading of one column ends and that of the next begins, which no rule parts from it.
_NEXT_HEADING = re.compile(r"([合总小]计|(?<!经)费用?|\(境\))(?=因公|公务)")
#: A label and kind that a row or a column does not state.
_ROW = ""


def sangong(ledger: Ledger) -> list[Record]:
    """09: frame ``sangong``, of one block of figures or of several under each other, each under headings of its own."""
    blocks = [_block(replace(ledger, table=part)) for part in _blocks(ledger.table)]
    records = {record["item"]: record for record in blocks[0]}
    for record in (record for block in blocks[1:] for record in block):
        above = records.setdefault(record["item"], record)
        for kind in record["at"].keys() - above["at"].keys():
            above[kind], above["at"][kind] = record[kind], record["at"][kind]
    return list(records.values())


def _blocks(table: Table) -> list[Table]:
    """``table`` cut before each row under its figures that says across all columns what is below it: 决算数."""
    first = min((row.index for row in table.data_rows), default=0)
    starts = [row.index for row in table.rows if row.index > first and _says_kind_of_all(row, len(table.xs) - 1)]
    if not starts or len(table.fragments) > 1:
        return [table]
    (whole,) = table.fragments
    return [
        replace(table, fragments=(replace(whole, cells=tuple(cell for cell in whole.cells if a <= cell.row < b)),))
        for a, b in pairwise([0, *starts, whole.rows])
    ]


def _says_kind_of_all(row: Row, columns: int) -> bool:
    return len(row.cells) == 1 and row.cells[0].colspan == columns and _kind_of_texts(row) != ""


def _block(ledger: Ledger) -> list[Record]:
    """The records of a block of 09.

    The item that an amount is of, and whether it is budget or final, each stand in its row or over its column; where
    nothing says which, and no other year stands beside it, it is the final one.
    """
    firsts = [nfkc(cell.text) for row in ledger.table.data_rows for cell in row.cells if cell.col == 0]
    figures_first = any(is_amount(text) or len(text) > LONGEST_NUMBER and text.isdigit() for text in firsts)
    labels = _told_once(_labels(ledger.table.stacks, figures_first), ledger.table)
    columns = ledger.columns(labels)
    items: dict[str, dict[str, tuple[Entry, Hashable]]] = {}
    rows = [(entry, heading_key(item_name(entry["item"]))) for entry in entries(ledger.table, columns, _cut)]
    told = any(_kind_of_row(ledger, entry) for entry, _ in rows if len(_filled(entry)) > 1) or _two_alike(rows)
    told = told or any(isinstance(name, tuple) and name[1] == "final" for name in columns)
    latest = max((year.group(1) for _, text in rows if (year := YEAR.match(text))), default="")
    for entry, printed in rows:
        year, text = YEAR.match(printed), YEAR.sub("", printed)
        if year and year.group(1) != latest or LAST_YEAR.match(printed):
            continue
        item, kind = term_of(text, SANGONG), _kind_of_row(ledger, entry)
        if not item and not kind and text and any(not name[0] for name in columns if isinstance(name, tuple)):
            continue
        if (
            not item
            and not kind
            and any(not numbers.is_blank(e[n]) for kinds in items.values() for e, n in kinds.values())
        ):
            break  # one row of figures belongs to the headings; what is below it has others
        for name in entry.cells:
            if isinstance(name, tuple):
                _enter(
                    items, entry, name, item or name[0], kind or name[1] or ("final" if name[0] and not told else "")
                )
    return [_record(ledger, item, kinds) for item, kinds in items.items()]


def _kind_of_row(ledger: Ledger, entry: Entry) -> str:
    """What the words of a row say of its figures."""
    return _kind_of_texts(ledger.table.rows[entry.row])


def _kind_of_texts(row: Row) -> str:
    return _kind(*(YEAR.sub("", text) for text in row.texts))


def _filled(entry: Entry) -> set[Hashable]:
    """The columns of items under which a row prints figures."""
    return {
        name for name in entry.cells if isinstance(name, tuple) and name[0] and numbers.decimal(entry[name]) is not None
    }


def _two_alike(rows: Sequence[tuple[Entry, str]]) -> bool:
    """Whether two rows under each other print figures in the same columns and the second says nothing of itself."""
    filled = [_filled(entry) for entry, _ in rows]
    return any(
        len(upper) > 1 and upper == lower and not text
        for upper, lower, (_, text) in zip(filled, filled[1:], rows[1:], strict=False)
    )


def _enter(
    items: dict[str, dict[str, tuple[Entry, Hashable]]], entry: Entry, name: Hashable, item: str, kind: str
) -> None:
    """Note that ``item``'s ``kind`` stands in ``entry`` under ``name``; one that prints a figure counts before one that does not."""
    if not item or not kind:
        return
    kinds = items.setdefault(item, {})
    if kind not in kinds or numbers.is_blank(kinds[kind][0][kinds[kind][1]]) and not numbers.is_blank(entry[name]):
        kinds[kind] = (entry, name)


def _record(ledger: Ledger, item: str, kinds: dict[str, tuple[Entry, Hashable]]) -> Record:
    values = {kind: ledger.amount(entry, name, entry["item"]) for kind, (entry, name) in kinds.items()}
    cells: dict[str, Cell] = {kind: entry.cells[name] for kind, (entry, name) in kinds.items()}
    at = {kind: cell.place for kind, cell in cells.items()}
    kind = "final" if "final" in kinds else "budget"
    if values[kind] is None and values.get("budget") is not None and kinds["budget"][0].row != kinds[kind][0].row:
        kind = "budget"  # of an item that two rows name, the one that prints a figure
    shown = ledger.place(kinds[kind][0], cells[kind])
    return {"item": item, "budget": values.get("budget"), "final": values.get("final"), **shown, "at": at}


def _labels(stacks: list[tuple[str, ...]], figures_first: bool) -> list[Hashable | None]:
    """``item``, ``line`` or (item, kind) for every column; of several budgets of an item the full year's counts."""
    listed = any(stack and stack[-1].startswith(("项目", "行次", "序号")) for stack in stacks)
    labels: list[Hashable | None] = []
    for stack in stacks:
        leaf = stack[-1] if stack else ""
        item, kind = _item(stack), _kind(*reversed(stack))
        kinds = {_kind(word) for text in stack if text != "金额" for word in heading_words(text)} - {_ROW}
        if listed and leaf.startswith("项目") and labels and "item" in labels and labels[-1] != "item":
            break  # another list begins beside this one
        if listed and leaf.startswith(("项目", "费用")):
            labels.append("item")
        elif leaf.startswith(("行次", "序号")):
            labels.append("line")
        else:
            labels.append((item, kind) if (item or kind) and len(kinds) < 2 else None)
    labels += [None] * (len(stacks) - len(labels))
    if not listed and labels and labels[0] is None and not figures_first:
        labels[0] = "item"  # the corner over the names of the rows may be blank, or say anything
    for label in {label for label in labels if isinstance(label, tuple) and label[1] == "budget"}:
        same = [c for c, other in enumerate(labels) if other == label]
        best = min(same, key=lambda c: _rank(stacks[c]))
        for c in same:
            if stacks[c] != stacks[best]:
                labels[c] = None
    return labels


def _told_once(labels: list[Hashable | None], table: Table) -> list[Hashable | None]:
    """``labels`` without those that several headings give: one is cut off, and which of them it is of is open.

    So are the items of two headings that no rule parts, and the total: one may have figures in the next column, or none.
    """
    stacks = (re.sub(r"\b([合总小]计)\|", r"\1", "|".join(stack)).split("|") for stack in table.stacks)
    texts = (text for stack in stacks for text in stack if _NEXT_HEADING.search(text))
    open_items = {term_of(part, SANGONG) for text in texts for part in _NEXT_HEADING.sub(r"\1|", text).split("|")}
    open_items |= {"合计"} if open_items else set()
    headings: dict[Hashable, set[Hashable]] = {}
    for label, stack, heads in zip(labels, table.stacks, table.head_cells, strict=True):
        printed_heads = [head for head in heads if head.text] if isinstance(label, tuple) and label[0] else []
        headings.setdefault(label, set()).add(
            (stack, (printed_heads[-1].row, printed_heads[-1].col) if printed_heads else None)
        )
    return [
        None if isinstance(label, tuple) and (len(headings[label]) > 1 or label[0] in open_items) else label
        for label in labels
    ]


def _item(stack: tuple[str, ...]) -> str:
    """The item that the headings of a column name; the lowest that is no mere total."""
    words = [text for text in stack if not re.search("三公", text)]
    items = [term for text in words if not _kind(text) and (term := term_of(text, SANGONG))]
    if not items:
        return _ROW
    return items[-2] if items[-1] == "合计" and len(items) > 1 else items[-1]


def _kind(*texts: str) -> str:
    for text in texts:
        if any(re.fullmatch(budget, text) for budget in BUDGETS):
            return "budget"
        if re.fullmatch(FINAL, text):
            return "final"
    return _ROW


def _rank(stack: tuple[str, ...]) -> int:
    return min(
        (i for i, kind in enumerate(BUDGETS) for text in stack if re.fullmatch(kind, text)), default=len(BUDGETS)
    )


def _cut(last: Entry, first: Entry) -> bool:
    amounts = [name for name in first.texts if isinstance(name, tuple)]
    rest = all(numbers.is_rest(last[name], first[name]) for name in amounts)
    text = heading_key(first["item"])
    return rest and term_of(item_name(text), SANGONG) is None and not _kind(text) and not re.match(r"[(\d]", text)
