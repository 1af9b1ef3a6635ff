"""01 and 04, the two tables with a side of revenue and a side of expenditure, as tidy rows."""

from __future__ import annotations

import re

from jscore import schema
from jscore.language import tr
from jscore.tables.accounts import ORDINAL, Record, beside_final, item_name
from jscore.tables.headings import heads_others
from jscore.tables.ledger import Ledger, Lost, words_of
from jscore.tables.rows import Entry, entries
from jscore.tables.terms import FUNDS, LONGEST, PLAIN_ITEM, are_several, term_of, terms_of
from jscore.text import numbers
from jscore.text.classification import CLASS_NAMES
from jscore.text.normal import nfkc

#: What heads the side of expenditure.
_SPENT = re.compile("(本年)?支出(决算数?)?")
#: What is no item, where headings that are repeated on the next page are not known as such; nor is a line's number.
_HEADINGS = ("项目", "栏次", "行次")
#: Items of no revenue: a fragment that names them there shows the other side's columns.
_SPENT_ONLY = CLASS_NAMES | {"本年支出合计", "结余分配"}
#: Items that are known, whole.
_ITEMS = CLASS_NAMES | {*schema.FUNDS, *(f"{fund}收入" for fund in schema.FUNDS), *schema.SOURCES}
#: A side whose amounts stand in one column under its name.
_SIDE = re.compile("(本年)?(收入|支出)(决算数?)?")


def totals(ledger: Ledger) -> list[Record]:
    """01 or 04: frame ``totals``."""
    records: list[Record] = []
    columns = ledger.columns(_side_columns(ledger.table.stacks))
    lines = entries(ledger.table, columns, _cut_by_item)
    astray = {entry.fragment for entry in lines if nfkc(item_name(entry["收入", "item"])) in _SPENT_ONLY}
    for entry in lines:
        if entry.fragment in astray:
            ledger.lose(ledger.table.rows[entry.row].cells, tr("支出的项目印在收入一侧"))
            continue
        for side in ("收入", "支出"):
            item = item_name(entry[side, "item"])
            if not item or nfkc(item) in _HEADINGS or item.isdecimal():
                continue
            line = numbers.decimal(entry[side, "line"])
            keys = {
                "form": ledger.table.form,
                "side": side,
                "line_no": int(line) if line is not None and line == line.to_integral_value() else None,
                "item": item,
            }
            unsure = ledger.table.without_rules and nfkc(item) not in _ITEMS and not _is_plain_line(item)
            for name, cell in entry.cells.items():
                if not isinstance(name, tuple) or name[0] != side or name[1] in ("item", "line"):
                    continue
                amount = ledger.amount(entry, name, item)
                records.append({**keys, "fund": name[1], "amount": amount, **ledger.place(entry, cell)})
                if unsure and amount is not None:
                    why = tr("表没有框线，项目“{item}”不是常见的名称，可能不全或属于别的一行", item=item)
                    ledger.doubtful.append(Lost(cell, why, item))
    return records


def _side_columns(stacks: list[tuple[str, ...]]) -> list[tuple[str, str] | None]:
    """(side, item | line | fund) for every column; of several amounts 决算数 counts."""
    labels: list[tuple[str, str] | None] = []
    side = "收入"
    for stack in stacks:
        leaf = stack[-1] if stack else ""
        again = leaf.startswith("项目") and ("收入", "item") in labels and labels[-1] != ("收入", "item")
        side = "支出" if any(_SPENT.fullmatch(text) for text in stack) or again else side
        if beside_final(stack) or are_several(terms_of(stack, FUNDS), "合计"):
            labels.append(None)
        elif leaf.startswith("项目"):
            labels.append((side, "item"))
        elif leaf.startswith("行"):
            labels.append((side, "line"))
        else:
            of_side = _SIDE.fullmatch(leaf) and not heads_others(stack, stacks)
            fund = term_of(leaf, FUNDS) or ("合计" if of_side else None)
            parent = next(iter(terms_of(stack[:-1], FUNDS)), None)
            fund = parent if parent and fund == "合计" and leaf not in ("合计", "小计") else fund
            labels.append((side, fund) if fund else None)
    return labels


def _cut_by_item(last: Entry, first: Entry) -> bool:
    """Whether a row of 01 or 04 starts in the middle: no line number, no ordinal, no line of its own kind."""
    new = [side for side in ("收入", "支出") if first[side, "item"]]
    whole = [side for side in new if not _completes(last[side, "item"], first[side, "item"])]
    ended = any(_is_plain_line(words_of(last[side, "item"])) or _own_line(first[side, "item"]) for side in whole)
    if ended or any(first[side, "line"] for side in ("收入", "支出")):
        return False
    amounts = [
        name for name in first.texts if isinstance(name, tuple) and name[1] not in ("item", "line") and first[name]
    ]
    return bool(new or amounts) and all(numbers.is_rest(last[name], first[name]) for name in amounts)


def _completes(begun: str, rest: str) -> bool:
    """Whether two texts are a known item that a page cuts."""
    half, whole = (nfkc(item_name(text)) for text in (begun, begun + rest))
    return bool(half) and (whole in _ITEMS or _is_plain_line(whole) and half not in _ITEMS and not _own_line(begun))


def _own_line(text: str) -> bool:
    text, ordinal = words_of(text), ORDINAL.match(text)
    return bool(ordinal and ordinal.end()) or _is_plain_line(text) or nfkc(text) in CLASS_NAMES


def _is_plain_line(text: str) -> bool:
    return len(text) <= LONGEST and PLAIN_ITEM.fullmatch(nfkc(text)) is not None
