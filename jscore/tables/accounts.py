"""Tables with a row a function code (02, 03, 05, 07, 08) as tidy rows, and what all nine tables share.

Belongs here: what their columns and rows mean; the others are in ``two_sides``,
``basic_spending`` and ``sangong``.  Does not: finding the tables
(``forms``, ``stitch``), reading figures (``numbers``), or whether they agree.

Every function takes a stitched table, its money unit and a list to which cells that hold
no readable figure are added, and returns records for ``schema.from_records``.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

from jscore.pdf.grids import Cell
from jscore.tables.rows import Columns, Entry, entries, figure, spans
from jscore.tables.stitch import Table
from jscore.text import numbers
from jscore.text.normal import nfkc

Record = dict[str, Any]

ORDINAL = re.compile(
    r"^(其中[:：]?)?\s*([一二三四五六七八九十]+\s*、|[(（][一二三四五六七八九十\d]+[)）]|\d+\s*[、.．](?!\d))*\s*(其中[:：])?"
)
_CODE = re.compile(r"\d{3}(\d\d){0,2}")
_TOTAL = re.compile(r"(支出|收入)?(合计|总计)")


def place(table: Table, entry: Entry, cell: Cell | None = None) -> Record:
    """Where ``cell`` (or the first of ``entry``) is printed: page, table_id, row, col."""
    cell = cell or next(iter(entry.cells.values()))
    return {"page": cell.page, "table_id": table.table_id, "row": cell.row, "col": cell.col}


def amount_of(entry: Entry, name: Hashable, unit: str, unread: list[Cell]) -> float | None:
    """The amount under ``name``, printed in ``unit``, in 万元; a cell that states something else goes to ``unread``."""
    cell = entry.cells.get(name)
    several = cell is not None and _several(cell)
    return figure(entry[name], cell, lambda text: None if several else numbers.amount(text, unit), unread)


def _several(cell: Cell) -> bool:
    """Whether a cell prints whole numbers on lines of their own: none of them fills the cell, so none is wrapped."""
    width = cell.box[2] - cell.box[0]
    return (
        len(cell.lines) > 1
        and all(line.isdigit() for line in cell.lines)
        and all(x1 - x0 < 0.7 * width for x0, x1, _ in cell.pieces)
    )


def item_name(text: str) -> str:
    """An item without its ordinal: 一、一般公共服务支出 → 一般公共服务支出."""
    return ORDINAL.sub("", text.strip(), count=1).strip()


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


def term_of(text: str, terms: tuple[tuple[str, str], ...]) -> str | None:
    """The term of the first of ``terms`` (pattern, term) that the whole of ``text`` matches."""
    return next((term for pattern, term in terms if re.fullmatch(pattern, text)), None)


#: Headings of columns beside the final amounts.
_NOT_FINAL = re.compile("(年初|全年|调整)?预算(数|金额)?|上年(决算)?数?|(比上年)?增减.*|.*(比重|占比|比例).*")


def beside_final(stack: tuple[str, ...]) -> bool:
    """Whether a column holds a budget, another year or a change, and not the final accounts."""
    return any(_NOT_FINAL.fullmatch(text) for text in stack)


def _component(stack: tuple[str, ...]) -> str | None:
    """The component that a column holds: its lowest heading, unless it parts a balance."""
    terms = [term for term in (term_of(text, _COMPONENTS) for text in stack) if term]
    if not terms or beside_final(stack):
        return None
    beside = next((term for term in terms if term in _BESIDE), None)
    leaf = term_of(stack[-1], _COMPONENTS)
    if beside:
        return beside if leaf in (beside, "合计") else None
    own = next((term for term in terms if term != "合计"), None)
    return own if leaf == "合计" and own else leaf


#: Columns of a code that is printed in parts.
PARTS = ("类", "款", "项")


def code_columns(stacks: list[tuple[str, ...]]) -> list[Hashable | None]:
    """``code`` (or 类, 款, 项 where it stands in parts) and ``name`` for the columns they stand in."""
    found: list[Hashable | None] = []
    for stack in stacks:
        leaf = stack[-1] if stack else ""
        if leaf in PARTS:
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
    parts = [entry[name] for name in ("code", *PARTS)]
    name = entry["name"].strip()
    if not any(re.search(r"\d", part) for part in parts):
        words = re.sub("[类款项]", "", nfkc("".join(parts)))
        together = re.match(r"(\d{3,7})\s*(\D.*)", nfkc(name))
        return (
            (together.group(1), together.group(2))
            if together and _CODE.fullmatch(together.group(1))
            else ("", name or words)
        )
    return code_of([digits_of(part) for part in parts], above), name


def digits_of(text: str) -> str:
    """The digits in ``text``, full-width ones too."""
    return "".join(re.findall(r"\d+", nfkc(text)))


def code_of(parts: list[str], above: str) -> str:
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
    amounts = [name for name in first.texts if name not in ("code", "name", *PARTS)]
    if _whole_by_code(last) and _whole_by_code(first):
        return False
    added = any(first[name] and not last[name] for name in amounts)
    if added and _whole_by_code(last) and any(numbers.decimal(last[name]) is not None for name in amounts):
        return False  # a line of its own without a code, as 其中 has
    return all(numbers.is_rest(last[name], first[name]) for name in amounts)


def _long(table: Table, unit: str, unread: list[Cell], field: str, labels: list[Hashable | None]) -> list[Record]:
    """A record for every row and every named column of amounts."""
    codes = code_columns(table.stacks)
    columns = spans([code or label for code, label in zip(codes, labels, strict=True)])
    amounts = [name for name in columns if name not in ("code", "name", *PARTS)]
    return [
        {**keys, field: name, "amount": amount_of(entry, name, unit, unread), **place(table, entry, entry.cells[name])}
        for entry, keys in _by_function(table, columns, unread)
        for name in amounts
        if name in entry.cells
    ]


def revenue(table: Table, unit: str, unread: list[Cell]) -> list[Record]:
    """02: frame ``revenue``."""
    labels: list[Hashable | None] = [_source(stack) for stack in table.stacks]
    return _long(table, unit, unread, "source", labels)


def _source(stack: tuple[str, ...]) -> str | None:
    """The source that a column holds; under a source with columns of its own only their total is it."""
    terms = [term for term in (term_of(text, _SOURCES) for text in stack) if term]
    if not terms or term_of(stack[-1], _SOURCES) is None or beside_final(stack):
        return None
    own = next((term for term in terms if term != "本年收入合计"), None)
    return own or terms[-1]


def expenditure(table: Table, unit: str, unread: list[Cell]) -> list[Record]:
    """03, 05, 07 or 08: frame ``expenditure``."""
    labels: list[Hashable | None] = [_component(stack) for stack in table.stacks]
    return [{"form": table.form, **record} for record in _long(table, unit, unread, "component", labels)]
