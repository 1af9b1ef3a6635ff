"""The nine tables of final accounts as tidy rows: one function a form.

Belongs here: what the columns and rows of 01 to 09 mean.  Does not: finding the tables
(``forms``, ``stitch``), reading figures (``numbers``), or whether they agree.

Every function takes a stitched table, its money unit and a list to which cells that hold
no readable figure are added, and returns records for ``schema.from_records``.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

from jscore import numbers
from jscore.grids import Cell, nfkc
from jscore.rows import Columns, Entry, entries, spans
from jscore.schema import GROUPS
from jscore.stitch import Table, plain

Record = dict[str, Any]

_ORDINAL = re.compile(
    r"^(其中[:：]?)?\s*([一二三四五六七八九十]+\s*、|[(（][一二三四五六七八九十\d]+[)）]|\d+\s*[、.．](?!\d))*\s*(其中[:：])?"
)
_CODE = re.compile(r"\d{3}(\d\d){0,2}")
_TOTAL = re.compile(r"(支出|收入)?(合计|总计)")


def _place(table: Table, entry: Entry, cell: Cell | None = None) -> Record:
    cell = cell or next(iter(entry.cells.values()))
    return {"page": cell.page, "table_id": table.table_id, "row": cell.row, "col": cell.col}


def _amount(entry: Entry, name: Hashable, unit: str, unread: list[Cell]) -> float | None:
    text = entry[name]
    value = numbers.amount(text, unit)
    if value is None and not numbers.is_blank(text):
        unread.append(entry.cells[name])
    return value


def item_name(text: str) -> str:
    """An item without its ordinal: 一、一般公共服务支出 → 一般公共服务支出."""
    return _ORDINAL.sub("", text.strip(), count=1).strip()


# --- 02, 03, 05, 07, 08: a row a function code ------------------------------------------

#: Heading → source of 02.  The first that matches counts.
_SOURCES = (
    (r"本年收入.*|合计|小计", "本年收入合计"), (r"(本年)?财政拨款(收入)?", "财政拨款收入"), (r"上级补助收入", "上级补助收入"),
    (r"事业收入.*", "事业收入"), (r"经营收入", "经营收入"), (r"附属单位上缴收入", "附属单位上缴收入"), (r"其他收入", "其他收入"),
)  # fmt: skip
#: Heading → component of 03, 05, 07 and 08.
_COMPONENTS = (
    (r"年初.*结[转余].*", "年初结转和结余"), (r"年末.*结[转余].*", "年末结转和结余"), (r"本年收入(合计)?", "本年收入"),
    (r"本年支出(合计|小计)?|合计|小计|支出(合计|小计)?", "合计"), (r"基本支出(小计)?", "基本支出"), (r"项目支出(小计)?", "项目支出"),
    (r"上缴上级支出", "上缴上级支出"), (r"经营支出", "经营支出"), (r"对?附属单位补助支出", "对附属单位补助支出"),
)  # fmt: skip
#: Headings that are no expenditure of the year, also over columns of their own.
_BESIDE = ("年初结转和结余", "年末结转和结余", "本年收入")


def _term(text: str, terms: tuple[tuple[str, str], ...]) -> str | None:
    return next((term for pattern, term in terms if re.fullmatch(pattern, text)), None)


def _component(stack: tuple[str, ...]) -> str | None:
    """The component that a column holds: its lowest heading, unless it parts a balance."""
    terms = [term for term in (_term(text, _COMPONENTS) for text in stack) if term]
    if not terms:
        return None
    beside = next((term for term in terms if term in _BESIDE), None)
    if beside:
        return beside if terms[-1] in (beside, "合计") else None
    return terms[-1]


#: Columns of a code that is printed in parts.
_PARTS = ("类", "款", "项")


def _code_columns(stacks: list[tuple[str, ...]]) -> list[Hashable | None]:
    """``code`` (or 类, 款, 项 where it stands in parts) and ``name`` for the columns they stand in."""
    found: list[Hashable | None] = []
    for stack in stacks:
        leaf = stack[-1] if stack else ""
        if leaf in _PARTS:
            found.append(leaf)
        elif any(re.search("编码|代码", text) for text in stack[-2:]) and "名称" not in leaf:
            found.append("code")
        elif "名称" in leaf or leaf.startswith("项目") and leaf != "项目支出":
            found.append("name")
        else:
            found.append(None)
    return found


def _by_function(table: Table, columns: Columns, unread: list[Cell]) -> list[tuple[Entry, Record]]:
    """Rows with their function code, name and level; one with figures that has neither code nor 合计 is unread."""
    found: list[tuple[Entry, Record]] = []
    above = ""
    for entry in entries(table, columns, _cut_by_code):
        code, name = _code_and_name(entry, above)
        if code:
            above = code
            found.append((entry, {"function_code": code, "function_name": name, "level": len(code) // 2}))
        elif _TOTAL.fullmatch(nfkc(name)):
            found.append((entry, {"function_code": None, "function_name": name, "level": 0}))
        else:
            unread += [cell for cell in entry.cells.values() if numbers.decimal(cell.text) is not None]
    return found


def _code_and_name(entry: Entry, above: str) -> tuple[str, str]:
    """Function code and name of a row; ``above`` is the code of the row before, for parts that are left out."""
    parts = [entry[name] for name in ("code", *_PARTS)]
    name = entry["name"].strip()
    if not any(re.search(r"\d", part) for part in parts):
        words = re.sub("[类款项]", "", nfkc("".join(parts)))
        together = re.match(r"(\d{3,7})\s*(\D.*)", nfkc(name))
        return (together.group(1), together.group(2)) if together and _CODE.fullmatch(together.group(1)) else ("", name or words)
    return _code([_digits(part) for part in parts], above), name


def _digits(text: str) -> str:
    return "".join(re.findall(r"\d+", nfkc(text)))


def _code(parts: list[str], above: str) -> str:
    """The code that a row prints whole or in parts, which may repeat the upper ones or leave them out."""
    code = ""
    for part, length in zip(parts, (0, 3, 5, 7), strict=True):
        if len(part) > 2 or not length:
            code = part or code
        elif part:
            code = (code or above[: length - 2]) + part
    return code if _CODE.fullmatch(code) else ""


def _whole_by_code(entry: Entry) -> bool:
    code, name = _code_and_name(entry, "0000000")
    return bool(code) or bool(_TOTAL.fullmatch(nfkc(name)))


def _cut_by_code(last: Entry, first: Entry) -> bool:
    return not (_whole_by_code(last) and _whole_by_code(first))


def _long(table: Table, unit: str, unread: list[Cell], field: str, labels: list[Hashable | None]) -> list[Record]:
    """A record for every row and every named column of amounts."""
    codes = _code_columns(table.stacks)
    columns = spans([code or label for code, label in zip(codes, labels, strict=True)])
    amounts = [name for name in columns if name not in ("code", "name", *_PARTS)]
    return [
        {**keys, field: name, "amount": _amount(entry, name, unit, unread), **_place(table, entry, entry.cells[name])}
        for entry, keys in _by_function(table, columns, unread)
        for name in amounts
        if name in entry.cells
    ]


def revenue(table: Table, unit: str, unread: list[Cell]) -> list[Record]:
    """02: frame ``revenue``."""
    labels: list[Hashable | None] = [_term(stack[-1], _SOURCES) if stack else None for stack in table.stacks]
    return _long(table, unit, unread, "source", labels)


def expenditure(table: Table, unit: str, unread: list[Cell]) -> list[Record]:
    """03, 05, 07 or 08: frame ``expenditure``."""
    labels: list[Hashable | None] = [_component(stack) for stack in table.stacks]
    return [{"form": table.form, **record} for record in _long(table, unit, unread, "component", labels)]


# --- 01 and 04: two sides ---------------------------------------------------------------

_FUNDS = (
    (r"合计|小计|金额|(本年)?决算数?", "合计"), (r"一般公共预算(财政拨款)?", "一般公共预算财政拨款"),
    (r"政府性基金(预算)?(财政拨款)?", "政府性基金预算财政拨款"), (r"国有资本经营(预算)?(财政拨款)?", "国有资本经营预算财政拨款"),
)  # fmt: skip
#: Headings of columns beside the final amounts.
_NOT_FINAL = re.compile("(年初|全年|调整)?预算数?|上年(决算)?数?|(比上年)?增减.*|.*(比重|占比|比例).*")
#: Lines of 01 and 04 that are printed without an ordinal.
_PLAIN_LINE = re.compile(
    r".*(合计|总计|结转和?结余|结余|结余分配|财政拨款|小计)([（(].*[)）])?$|其中.*|基本支出|项目支出"
)


def totals(table: Table, unit: str, unread: list[Cell]) -> list[Record]:
    """01 or 04: frame ``totals``."""
    records: list[Record] = []
    columns = spans(_side_columns(table.stacks))
    for entry in entries(table, columns, _cut_by_item):
        for side in ("收入", "支出"):
            item = item_name(entry[side, "item"])
            if not item:
                continue
            line = numbers.decimal(entry[side, "line"])
            keys = {"form": table.form, "side": side, "line_no": int(line) if line is not None else None, "item": item}
            records += [
                {**keys, "fund": name[1], "amount": _amount(entry, name, unit, unread), **_place(table, entry, cell)}
                for name, cell in entry.cells.items()
                if isinstance(name, tuple) and name[0] == side and name[1] not in ("item", "line")
            ]
    return records


def _side_columns(stacks: list[tuple[str, ...]]) -> list[Hashable | None]:
    """(side, item | line | fund) for every column; of several amounts 决算数 counts."""
    labels: list[Hashable | None] = []
    side = "收入"
    for stack in stacks:
        leaf = stack[-1] if stack else ""
        again = leaf.startswith("项目") and ("收入", "item") in labels and labels[-1] != ("收入", "item")
        side = "支出" if "支出" in stack or again else side
        if any(_NOT_FINAL.fullmatch(text) for text in stack):
            labels.append(None)
        elif leaf.startswith("项目"):
            labels.append((side, "item"))
        elif leaf.startswith("行"):
            labels.append((side, "line"))
        else:
            fund = _term(leaf, _FUNDS)
            parent = next((term for term in (_term(text, _FUNDS) for text in stack[:-1]) if term), None)
            fund = parent if parent and fund == "合计" and leaf not in ("合计", "小计") else fund
            labels.append((side, fund) if fund else None)
    return labels


def _cut_by_item(last: Entry, first: Entry) -> bool:
    """Whether a row of 01 or 04 starts in the middle: no line number, no ordinal, no line of its own kind."""
    new = [first[side, "item"] for side in ("收入", "支出") if first[side, "item"]]
    if any(first[side, "line"] for side in ("收入", "支出")) or any(_own_line(text) for text in new):
        return False
    amounts = [name for name in first.texts if isinstance(name, tuple) and name[1] not in ("item", "line") and first[name]]
    return bool(new or amounts) and all(numbers.is_rest(last[name], first[name]) for name in amounts)


def _own_line(text: str) -> bool:
    ordinal = _ORDINAL.match(text)
    return bool(ordinal and ordinal.end()) or _PLAIN_LINE.fullmatch(nfkc(text)) is not None


# --- 06: groups of columns side by side -------------------------------------------------

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
    for code, stack in zip(_code_columns(stacks), stacks, strict=True):
        opens = code in ("code", *_PARTS)
        group += opens and not last or group < 0 and code is not None
        last = opens
        leaf = stack[-1] if stack else ""
        amount = leaf if leaf in GROUPS else "amount" if re.search("金额|决算|合计|小计", leaf) else None
        label = code or amount
        labels.append((group, label) if label and group >= 0 else None)
    return labels


def _economic_code(entry: Entry, group: int, above: str) -> str:
    parts = [_digits(entry[group, name]) for name in ("code", *_PARTS)]
    code = _code(parts, above)
    return code if len(code) in (3, 5) else ""


def _whole_line(entry: Entry, groups: list[int]) -> bool:
    """Whether no group of a row is a mere part: each has a code, a total, or nothing."""
    if any(_ECONOMIC_TOTAL.fullmatch(nfkc(text)) for text in entry.texts.values()):
        return True
    return all(
        _economic_code(entry, group, "000") or not any(entry[group, name] for name in ("code", *_PARTS, "name", "amount"))
        for group in groups
    )


_ECONOMIC_TOTAL = re.compile(r"((人员|公用)经费)?(合计|小计|总计)")


def _economic_line(table: Table, entry: Entry, group: int, code: str, unit: str, unread: list[Cell]) -> list[Record]:
    name = entry[group, "name"].strip()
    if not _economic_code(entry, group, code) or not name:
        return []
    owner = "人员经费" if code.startswith(_PERSONNEL) else "公用经费"
    column = (group, owner) if (group, owner) in entry.cells else (group, "amount")
    value = _amount(entry, column, unit, unread)
    keys = {"economic_code": code, "economic_name": name, "level": 1 if len(code) == 3 else 2, "group": owner}
    return [{**keys, "amount": value, **_place(table, entry, entry.cells.get(column))}]


def _economic_totals(table: Table, entry: Entry, unit: str, unread: list[Cell]) -> list[Record]:
    """人员经费合计 and 公用经费合计 of a row: the cell after the label, or the two columns of a 合计."""
    found: dict[str, Cell] = {}
    cells = table.rows[entry.row].cells
    for label, value in zip(cells, cells[1:], strict=False):
        total = re.fullmatch(r"(人员经费|公用经费)(合计|小计)", nfkc(label.text))
        if total:
            found[total.group(1)] = value
    if any(re.fullmatch("合计|总计", nfkc(cell.text)) for cell in cells):
        found |= {name[1]: cell for name, cell in entry.cells.items() if isinstance(name, tuple) and name[1] in GROUPS}
    records = []
    for owner, cell in found.items():
        amount = numbers.amount(cell.text, unit)
        if amount is None and not numbers.is_blank(cell.text):
            unread.append(cell)
        keys = {"economic_code": None, "economic_name": f"{owner}合计", "level": 0, "group": owner, "amount": amount}
        records.append({**keys, **_place(table, entry, cell)})
    return records


# --- 09: a list of items, or one row under many headings --------------------------------

_SANGONG = (
    (r".*出国.*境.*", "因公出国（境）费"), (r".*接待.*", "公务接待费"), (r".*(公务用车|公车)?购置(及|和|与)运行.*", "公务用车购置及运行费"),
    (r".*用车.*购置(费|支出)?", "公务用车购置费"), (r".*用车.*(运行|维护).*", "公务用车运行维护费"), (r".*合计.*|总计", "合计"),
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
        return _term(plain(first["item"]), _SANGONG) is None

    for entry in entries(table, columns, cut):
        item = _term(plain(entry["item"]), _SANGONG)
        if item and item not in {record["item"] for record in records}:
            records.append(_sangong_record(table, entry, item, ("budget", "final"), unit, unread))
    return records


def _sangong_row(table: Table, unit: str, unread: list[Cell]) -> list[Record]:
    labels: list[Hashable | None] = []
    for stack in table.stacks:
        kind = _sangong_kind(stack)
        words = [text for text in stack if not re.search("三公", text)]
        items = [term for term in (_term(text, _SANGONG) for text in words) if term]
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
    budget, final = (_amount(entry, name, unit, unread) for name in names)
    cell = entry.cells.get(names[1]) or entry.cells.get(names[0])
    return {"item": item, "budget": budget, "final": final, **_place(table, entry, cell)}
