"""Self-evaluation forms as tidy rows: labels with the value beside or below them, the money, the tasks, the tree of indicators.

A form is read by geometry and by what its labels say (``evaluation_terms``), the same way for every region.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from jscore.pdf.grids import Cell
from jscore.schema import CAUSES
from jscore.tables import evaluation_terms as terms
from jscore.tables.evaluation_terms import FUNDING, HEAD, TASK, TREE, plain_label, term
from jscore.tables.rows import Columns, Entry, entry, figure, joined
from jscore.tables.stitch import Row, Table
from jscore.text import numbers
from jscore.text.normal import nfkc

Record = dict[str, Any]
Spot = tuple[int, int]

_CAUSE = re.compile("|".join(f"(?P<c{i}>{cause.replace('保障', '(条件)?保障')})" for i, cause in enumerate(CAUSES)))
_TICK = re.compile("[√✓✔☑■●vV]")
#: What a whole row of the tree prints, and how it is read; columns that a form lacks do not count.
_MUST: dict[str, Callable[[str], Any]] = {
    "level3": str, "actual": str, "completion": numbers.rate, "weight": numbers.points, "score": numbers.points,
}  # fmt: skip
#: Terms of the first two levels, for telling a term cut by a page from two terms (财预〔2020〕10号 and the forms in use).
_LEVELS = frozenset(
    "产出指标 效益指标 满意度指标 成本指标 数量指标 质量指标 时效指标 经济成本指标 社会成本指标 生态环境成本指标 经济效益指标 社会效益指标 "
    "生态效益指标 可持续影响指标 服务对象满意度指标 履职效能 预算执行 管理效率 运行成本 社会效应 可持续性 重点工作履行情况 整体工作完成情况 "
    "基础管理 预算执行效率 预算编制管理 预算管理 财务管理 资产管理 业务管理 成本控制成效 社会效益 服务对象满意度 社会公众满意度 体制机制改革 "
    "项目决策 项目管理 项目过程 项目产出 项目效益 项目目标 投入管理 决策 过程 产出 效益".split()
)
#: A line of the tree that was never filled in: 指标2：, ……
_PLACEHOLDER = re.compile(r"(指标\d*[:：]?)?[.…·]*")

_AMOUNTS = frozenset("revenue_budget expenditure_budget opening_budget budget executed allocated".split())
_RATES = frozenset({"execution_rate", "completion"})
_TEXTS = frozenset("project supervisor implementer department goal outcome grade".split())
#: What a label of the head or foot can give, by the kind of form.
_OF_HEAD = {
    "project": {*terms.TERMS[HEAD], "execution_weight"} - {"department", "revenue_budget", "expenditure_budget"},
    "overall": {*terms.TERMS[HEAD], "execution_weight"} - {"project", "supervisor", "implementer"},
}
#: Values that stand below their label where another label stands beside it.
_MONEY = ("opening_budget", "budget", "executed", "execution_rate", "weight", "score")


@dataclass
class Reading:
    """A form on its way to records: the cells that have a home, and those whose figure could not be read."""

    table: Table
    unread: list[Cell]
    taken: set[Spot] = field(default_factory=set)
    #: Labels and headings whose values were taken.
    labels: set[Spot] = field(default_factory=set)
    #: Rows of the money, the tasks and the tree, with the headings over each column.
    rows: dict[int, tuple[Cell, ...]] = field(default_factory=dict)

    def place(self, row: int) -> Record:
        return {"page": self.table.rows[row].page, "table_id": self.table.table_id, "row": row}

    def figure(self, name: str, text: str, cell: Cell | None, unit: str = "万元") -> float | None:
        return figure(text, cell, _reader(name, unit), self.unread)


def read(table: Table, project_no: int | None, unread: list[Cell]) -> dict[str, list[Record]]:
    """All records of a self-evaluation form by frame; ``project_no`` is None for the department's own."""
    reading = Reading(table, unread)
    scope = "部门" if project_no is None else "项目"
    frame = "overall" if project_no is None else "projects"
    numbered = {} if project_no is None else {"project_no": project_no}
    columns, first, end = _tree_columns(reading)
    indicators = _indicators(reading, columns, first, end, scope, project_no) if columns else []
    tasks = _tasks(reading) if table.form == "overall" else []
    money = _funding(reading)
    head = _head(reading, columns, money)
    funding = [{"scope": scope, "project_no": project_no, **record} for record in money]
    return {
        frame: [{**numbered, **head}], "tasks": tasks, "indicators": indicators,
        "project_funding": funding, "form_fields": list(_fields(reading, project_no)),
    }  # fmt: skip


def fields_of(table: Table) -> list[Record]:
    """Labels and values of a self-evaluation table that is no known form: rows of frame ``form_fields``."""
    return list(_fields(Reading(table, []), None))


def _reader(name: str, unit: str) -> Callable[[str], float | None]:
    """How the figure of a column is read; amounts are printed in ``unit``."""
    if name in _AMOUNTS:
        return lambda text: numbers.amount(text, unit)
    if name == "weight":
        return lambda text: numbers.points(numbers.before_sign(text, "%"))
    return numbers.rate if name in _RATES else numbers.points


# --- headings ---------------------------------------------------------------------------


def _headed(cells: Sequence[Cell], part: str) -> dict[Hashable, Cell]:
    """The cells that head a column each, by term; of two that mean the same the first, of points the first behind the indicator.

    Two headings that run over the rule between them are told apart where the cell beside them is blank.
    """
    printed = [cell for cell in cells if cell.lines]
    named = [(cell, name) for cell in printed if (name := term(part, cell.text))]
    # Some forms print points for every level of the tree, each beside it.
    last = max((cell.col for cell, name in named if name == "level3"), default=-1)
    named.sort(key=lambda pair: pair[1] == "weight" and pair[0].col < last)
    found: dict[Hashable, Cell] = {}
    for cell, name in named:
        if not any(_over(cell, lower) for lower, _ in named):
            found.setdefault(name, cell)
    for blank, beside, left in _beside_blanks(cells):
        both = terms.run_together(part, beside.text)
        if both and not term(part, beside.text):
            for name, cell in zip(both, (blank, beside) if left else (beside, blank), strict=True):
                found.setdefault(name, cell)
    return found


def _beside_blanks(cells: Sequence[Cell]) -> Iterator[tuple[Cell, Cell, bool]]:
    """Blank cells with a printed neighbour in their row: the blank, the neighbour, whether the blank stands left of it."""
    at = {(cell.row, cell.col): cell for cell in cells}
    for cell in (cell for cell in cells if cell.lines):
        right = at.get((cell.row, cell.col + cell.colspan))
        left = next((one for one in cells if one.row == cell.row and one.col + one.colspan == cell.col), None)
        for blank in (one for one in (right, left) if one is not None and not one.lines):
            yield blank, cell, blank is left


def _side_by_side(cells: Sequence[Cell], part: str) -> list[Cell]:
    """The cells of a row of headings without the heading of the rows to their left, which is taller."""
    named = [(cell, term(part, cell.text)) for cell in cells if term(part, cell.text)]
    if len(named) > 1 and named[0][0].rowspan > max(cell.rowspan for cell, _ in named[1:]):
        first, name = named[0]
        if name in [again for _, again in named[1:]]:
            return [cell for cell in cells if cell.col >= first.col + first.colspan]
    return list(cells)


def _over(upper: Cell, lower: Cell) -> bool:
    """Whether ``lower`` stands under ``upper``, so that ``upper`` heads more than one column."""
    return upper.row < lower.row and upper.col <= lower.col < upper.col + upper.colspan


def _span(cell: Cell) -> tuple[int, int]:
    return cell.col, cell.col + cell.colspan


def _heading_of(reading: Reading, cell: Cell) -> str:
    """The lowest heading over a cell of a block."""
    over = [head for head in reading.rows[cell.row] if head.col <= cell.col < head.col + head.colspan and head.lines]
    return plain_label(max(over, key=lambda head: head.row).text) if over else ""


# --- the tree of indicators ---------------------------------------------------------------


def _tree_columns(reading: Reading) -> tuple[dict[Hashable, tuple[int, int]], int, int]:
    """Columns of the tree, the causes among them as ("cause", term), its first row and the row after its last."""
    rows = reading.table.rows
    top = next((row.index for row in rows if _heads_tree(row.cells)), None)
    if top is None:
        return {}, 0, 0
    levels = [cell for cell in rows[top].cells if term(TREE, cell.text) in ("level1", "level2", "level3")]
    left, depth = min(cell.col for cell in levels), max(cell.row + cell.rowspan for cell in levels)
    covering = [
        cell
        for row in rows[: top + 1]
        for cell in row.cells
        if cell.row + cell.rowspan > top and cell.col >= left and cell.rowspan <= 4
    ]
    named = [cell for cell in covering if term(TREE, cell.text)]
    depth = max([depth, *(cell.row + cell.rowspan for cell in named)])
    while depth < len(rows) and _repeats_heading(rows[depth]):
        depth += 1  # headings that a page cuts
    heads = tuple(covering) + tuple(cell for row in rows[top + 1 : depth] for cell in row.cells if cell.col >= left)
    named_columns = _headed(heads, TREE)
    columns: dict[Hashable, tuple[int, int]] = {name: _span(cell) for name, cell in named_columns.items()}
    for cell in heads:
        cause = _CAUSE.match(nfkc(cell.text))
        if cause and cell.colspan <= 2:
            name = ("cause", CAUSES[int(cause.lastgroup[1:])] if cause.lastgroup else "")
            columns.setdefault(name, _span(cell))
    reading.rows |= dict.fromkeys(range(min(cell.row for cell in heads), depth), heads)
    end = _tree_end(reading, columns, depth)
    reading.rows |= dict.fromkeys(range(depth, end), heads)
    reading.labels |= {(cell.row, cell.col) for cell in heads}
    return (columns, depth, end) if {"target", "actual", "score"} & set(columns) else ({}, 0, 0)


def _heads_tree(cells: Sequence[Cell]) -> bool:
    names = {term(TREE, cell.text) for cell in cells}
    return "level3" in names and bool({"level1", "level2"} & names)


def _tree_end(reading: Reading, columns: Columns, first: int) -> int:
    """The row after the last of the tree."""
    rows, level3 = reading.table.rows, columns["level3"]
    fragment = rows[first].fragment if first < len(rows) else 0
    for row in rows[first:]:
        printed = [cell for cell in row.cells if cell.lines]
        label = printed[0].text if printed else ""
        if any(_span(cell) == level3 for cell in row.cells) and not terms.is_sum(label):
            continue
        wide = any(cell.col < level3[0] and cell.col + cell.colspan >= level3[1] for cell in printed[:1])
        across = any(cell.col <= level3[0] and cell.col + cell.colspan > level3[1] + 1 for cell in printed)
        if plain_label(label).endswith("小计") and term(HEAD, label) != "indicator_subtotal":
            continue
        below = row.fragment == fragment and (wide or across)
        if below or terms.ends_tree(label) or (wide and terms.is_execution(label)):
            return row.index
    return len(rows)


def _indicators(
    reading: Reading, columns: Columns, first: int, end: int, scope: str, project_no: int | None
) -> list[Record]:
    """Rows of frame ``indicators``."""
    lines, made_of = _tree_rows(reading, columns, first, end)
    levels = {
        name: _filled(reading, made_of, columns[name]) if name in columns else [""] * len(lines)
        for name in ("level1", "level2")
    }
    kept = [i for i, line in enumerate(lines) if not _unfilled(line)]
    for line in lines:
        reading.taken |= line.taken
    texts = ("level3", "operator", "nature", "target", "unit", "actual", "reason", "improvement")
    return [
        {
            "scope": scope, "project_no": project_no, "indicator_no": number,
            **{name: texts_of[i] for name, texts_of in levels.items()},
            **{name: lines[i][name] for name in texts},
            **{name: reading.figure(name, lines[i][name], lines[i].cells.get(name)) for name in ("completion", "weight", "score")},
            **_cause(lines[i]), **reading.place(lines[i].row), "at": lines[i].at, "taken": lines[i].taken,
        }
        for number, i in enumerate(kept, 1)
    ]  # fmt: skip


def _unfilled(line: Entry) -> bool:
    rest = (line[name] for name in ("target", "actual", "weight", "score"))
    return bool(_PLACEHOLDER.fullmatch(nfkc(line["level3"]))) and all(map(numbers.is_blank, rest))


def _tree_rows(reading: Reading, columns: Columns, first: int, end: int) -> tuple[list[Entry], list[list[int]]]:
    """The indicators' rows, whole, and the printed rows that each is made of."""
    flat = {name: span for name, span in columns.items() if name not in ("level1", "level2")}
    lines: list[Entry] = []
    made_of: list[list[int]] = []
    for row in reading.table.rows[first:end]:
        printed = [cell for cell in row.cells if cell.lines]
        if _repeats_heading(row) or printed and plain_label(printed[0].text).endswith("小计"):
            reading.labels |= {(cell.row, cell.col) for cell in row.cells if _repeats_heading(row)}
            continue
        line = entry(row, flat, reading.table.xs)
        if lines and lines[-1].fragment != line.fragment and (line.blank or _cut(lines[-1], line)):
            lines[-1] = joined(lines[-1], line)
            made_of[-1].append(row.index)
        elif not line.blank:
            lines.append(line)
            made_of.append([row.index])
    return lines, made_of


def _cut(last: Entry, first: Entry) -> bool:
    """Whether two rows are the halves of one; a whole row goes on with none that has a name and weight already."""
    begun = last["level3"] and numbers.points(last["weight"]) is not None
    return _part(first) or _part(last) and not begun or _part(last) and _blanks(first) > 0


def _blanks(line: Entry) -> int:
    return sum(reader(line[name]) in (None, "") for name, reader in _MUST.items() if name in line.cells)


def _part(line: Entry) -> bool:
    """Whether a row is one half of a row that a page cuts: what every row prints is missing or no figure."""
    must = sum(name in line.cells for name in _MUST)
    return _blanks(line) >= min(2, max(must - 1, 1))


def _repeats_heading(row: Row) -> bool:
    printed = [cell for cell in row.cells if cell.lines]
    known = sum(bool(term(TREE, cell.text) or _CAUSE.match(nfkc(cell.text))) for cell in printed)
    return known >= 2 and known * 2 > len(printed)


def _filled(reading: Reading, made_of: list[list[int]], span: tuple[int, int]) -> list[str]:
    """A level of the tree for every indicator: the text of the merged cell beside it.

    A merged cell that a page break cuts is two cells; its text may stand in either, or part in both.
    """
    table = reading.table
    parts: list[list[Cell]] = []
    belongs: list[int] = []
    for rows in made_of:
        beside = [cell for index in rows if (cell := _owner(table, index, span)) is not None]
        reading.taken |= {(cell.row, cell.col) for cell in beside}
        first = beside[0] if beside else None
        if parts and first is not None and first not in parts[-1] and _goes_on(table, parts[-1], first):
            parts[-1].append(first)
        elif first is not None and (not parts or first not in parts[-1]):
            parts.append([first])
        parts[-1:] = [[*parts[-1], *(cell for cell in beside[1:] if cell not in parts[-1])]] if parts else []
        belongs.append(len(parts) - 1)
    texts = ["".join(cell.text for cell in group) for group in parts]
    return [texts[i] if i >= 0 else "" for i in belongs]


def _owner(table: Table, index: int, span: tuple[int, int]) -> Cell | None:
    """The cell that covers a column in a row; it may start rows above, in the same fragment."""
    fragment = table.rows[index].fragment
    for i in range(index, -1, -1):
        if table.rows[i].fragment != fragment:
            return None
        for cell in table.rows[i].cells:
            if cell.row + cell.rowspan > index and span[0] <= cell.col + (cell.colspan - 0.5) / 2 < span[1]:
                return cell
    return None


def _goes_on(table: Table, group: list[Cell], cell: Cell) -> bool:
    """Whether a cell at the top of a fragment is the rest of a merged cell that ends the fragment before."""
    before, here = table.rows[group[-1].row].fragment, table.rows[cell.row].fragment
    if here == before:
        return False
    above = nfkc("".join(part.text for part in group))
    whole = plain_label(above) in _LEVELS
    return not cell.lines or not above or not whole and plain_label(above + nfkc(cell.text)) in _LEVELS


def _cause(line: Entry) -> Record:
    """The ticked causes; where a form has the explanation itself under a cause, that is the reason."""
    ticked, explained = [], []
    for name, text in line.texts.items():
        if isinstance(name, tuple) and text and not numbers.is_blank(text):
            ticked.append(name[1])
            if not _TICK.fullmatch(nfkc(text)):
                explained.append(text)
    found: Record = {"cause": "、".join(dict.fromkeys(ticked))}
    if explained and not line["reason"]:
        found["reason"] = "；".join(explained)
    return found


# --- tasks ------------------------------------------------------------------------------


def _tasks(reading: Reading) -> list[Record]:
    """Rows of frame ``tasks``; a total under them is none."""
    rows = reading.table.rows
    needed = {"task", "allocated", "executed"}
    top = next((row for row in rows if needed <= set(_headed(_side_by_side(row.cells, TASK), TASK))), None)
    if top is None:
        return []
    named = _headed(_side_by_side(top.cells, TASK), TASK)
    depth = max(cell.row + cell.rowspan for cell in named.values())
    heads = tuple(cell for row in rows[top.index : depth] for cell in row.cells)
    columns: dict[Hashable, tuple[int, int]] = {name: _span(_of_all_funds(cell, heads)) for name, cell in named.items()}
    edge = columns["task"][0]
    found = []
    for row in rows[depth:]:
        line = entry(row, columns, reading.table.xs)
        apart = any(cell.col < edge or cell.col + cell.colspan > columns["allocated"][0] for cell in row.cells[:1])
        if apart or not line["task"] or row.index in reading.rows or terms.is_label(line["task"]):
            break
        reading.rows[row.index] = heads
        reading.taken |= line.taken
        if terms.source(line["task"]) != "total":
            found.append(line)
    reading.rows |= dict.fromkeys(range(top.index, depth), heads)
    reading.labels |= {(cell.row, cell.col) for cell in heads}
    units = {name: numbers.bracketed_unit(cell.text) or _unit(reading.table, cell) for name, cell in named.items()}
    return [
        {
            "task": line["task"],
            **{
                name: reading.figure(name, line[name], line.cells.get(name), units.get(name, "万元"))
                for name in ("allocated", "executed", "execution_rate", "weight", "score")
            },
            **reading.place(line.row), "at": line.at, "taken": line.taken,
        }
        for line in found
    ]  # fmt: skip


def _of_all_funds(cell: Cell, heads: Sequence[Cell]) -> Cell:
    """The heading under ``cell`` that means all money together, else the first under it, else itself."""
    under = [head for head in heads if _over(cell, head) and head.lines]
    return next((head for head in under if terms.source(head.text) == "total"), under[0] if under else cell)


# --- money ------------------------------------------------------------------------------


def _funding(reading: Reading) -> list[Record]:
    """Rows of frame ``project_funding``, the total first: money by source, where it stands under headings."""
    rows = reading.table.rows
    for top in rows:
        if top.index in reading.rows:
            continue
        row = _side_by_side(top.cells, FUNDING)
        named = _headed(row, FUNDING)
        spent = [cell for name, cell in named.items() if name in _MONEY[:4]]
        beside = any(one.col + one.colspan == other.col for one in spent for other in spent)
        if "executed" not in named or not beside:
            continue
        depth = max(cell.row + cell.rowspan for cell in spent)
        heads = (
            *row,
            *(cell for lower in rows[top.index + 1 : depth] for cell in lower.cells if cell.col >= row[0].col),
        )
        named = _headed([cell for cell in heads if not _heads_labels(rows, depth, cell)], FUNDING)
        if "executed" in named:
            reading.rows |= dict.fromkeys(range(top.index, depth), heads)
            reading.labels |= {(cell.row, cell.col) for cell in heads}
            return _funding_rows(reading, named, heads, depth)
    return []


def _heads_labels(rows: Sequence[Row], depth: int, head: Cell) -> bool:
    """Whether what stands under a heading is the name of a source, not a figure: the corner of the block."""
    below = rows[depth].cells if depth < len(rows) else ()
    return any(_span(cell) == _span(head) and terms.source(cell.text) for cell in below)


def _funding_rows(reading: Reading, named: dict[Hashable, Cell], heads: Sequence[Cell], depth: int) -> list[Record]:
    columns: dict[Hashable, tuple[int, int]] = {name: _span(cell) for name, cell in named.items()}
    left = min(start for start, _ in columns.values())
    lines: list[tuple[str, Entry]] = []
    for row in reading.table.rows[depth:]:
        aligned = sum(any(_span(cell) == span for cell in row.cells) for span in columns.values())
        labels = [cell for cell in row.cells if cell.col < left and cell.lines and numbers.decimal(cell.text) is None]
        if (
            row.index in reading.rows
            or aligned * 2 < len(columns)
            or any(term(TREE, c.text) == "level2" for c in row.cells)
        ):
            break
        reading.rows[row.index] = tuple(heads)
        line = entry(row, columns, reading.table.xs)
        label = labels[-1] if labels and not (labels[-1].rowspan > 1 and labels[-1].row < depth) else None
        if label is not None or not line.blank:
            lines.append((label.text if label else "", line))
            reading.labels |= {(label.row, label.col)} if label else set()
    total = next((i for i, (label, _) in enumerate(lines) if terms.source(label) == "total"), 0)
    lines = [*lines[total : total + 1], *lines[:total], *lines[total + 1 :]]
    group = next(
        (c for row in reading.table.rows[:depth] for c in row.cells if c.col < left and c.row + c.rowspan > depth), None
    )
    stated = [cell.text for cell in (named.get("score"), group) if cell is not None]
    found = []
    for number, (source, line) in enumerate(lines):
        record = _funding_record(reading, named, line, whole=number == 0)
        weight = next((points for text in stated if (points := terms.points_of(text))), None) if number == 0 else None
        if record.get("weight") is None and weight is not None:
            record["weight"] = weight
        record |= {"source": plain_label(source) or "合计", **reading.place(line.row), "at": line.at}
        found.append(record)
    return found


def _funding_record(reading: Reading, named: dict[Hashable, Cell], line: Entry, whole: bool) -> Record:
    """The figures of a row; a cell of a part's row that prints words is no figure of the row, nor is what stands behind it."""
    record: Record = {}
    taken: set[Spot] = set()
    for name in sorted((str(n) for n in named), key=lambda n: named[n].col):
        cell, text = line.cells.get(name), line[name]
        unit = numbers.bracketed_unit(named[name].text) or (_unit(reading.table, cell) if cell else "万元")
        if not whole and _reader(name, unit)(text) is None and not numbers.is_blank(text):
            break
        record[name] = reading.figure(name, text, cell, unit)
        taken |= {(cell.row, cell.col)} if cell is not None else set()
    reading.taken |= taken
    return record | {"taken": taken}


def _unit(table: Table, value: Cell) -> str:
    """The money unit of a value whose label states none: a row heading's, or the one stated over the form."""
    beside = [cell for row in table.rows[: value.row + 1] for cell in row.cells if cell.row + cell.rowspan > value.row]
    stated = [numbers.bracketed_unit(cell.text) for cell in beside]
    stated += [numbers.stated_unit(cell.text) for row in table.rows[:3] for cell in row.cells]
    stated += [numbers.stated_unit(text) for text in table.above]
    return next((unit for unit in stated if unit), "万元")


# --- labels with one value ----------------------------------------------------------------


def _head(reading: Reading, tree: Columns, money: Sequence[Record]) -> Record:
    """The row of frame ``projects`` or ``overall``: values by label, and the total of the money."""
    table = reading.table
    found: Record = {}
    at: dict[str, Spot] = {}
    names = {"weight": "execution_weight", "score": "execution_score"}
    for name in (name for name in _MONEY if money and name in money[0]):
        found[names.get(name, name)] = money[0][name]
        if name in money[0]["at"]:
            at[names.get(name, name)] = money[0]["at"][name]
    for label, name, cells, text, paired in _labelled(reading, tree):
        if name not in _OF_HEAD[table.form]:
            continue
        if found.get(name) is not None and not paired:
            if name not in _TEXTS and _reader(name, _unit(table, cells[0]))(text) == found[name]:
                reading.taken |= {(cell.row, cell.col) for cell in cells}  # printed a second time
            continue
        unit = numbers.bracketed_unit(label.text) or _unit(table, cells[0])
        found[name] = text.strip() if name in _TEXTS else reading.figure(name, text.strip(), cells[0], unit)
        at[name] = cells[0].row, cells[0].col
        reading.labels.add((label.row, label.col))
        reading.taken |= {(cell.row, cell.col) for cell in cells}
    place = min(at.values(), default=next(((c.row, c.col) for row in table.rows for c in row.cells), (0, 0)))
    return {**found, **reading.place(place[0]), "at": at, "taken": reading.taken | set(at.values())}


Labelled = tuple[Cell, str, list[Cell], str, bool]


def _labelled(reading: Reading, tree: Columns) -> Iterator[Labelled]:
    """(label, term, cells of its value, its text, whether it is one of a pair of headings) of all labels outside blocks."""
    table = reading.table
    for row in table.rows:
        if row.index in reading.rows:
            continue
        for i, cell in enumerate(row.cells):
            if not cell.lines or (cell.row, cell.col) in reading.taken | reading.labels:
                continue
            both = terms.valued(cell.text)
            if both and both[1] and (name := term(HEAD, both[0])):
                yield cell, name, [cell], both[1], False
                continue
            name = term(HEAD, cell.text) or ("total_score" if tree and terms.is_total(cell.text) else "")
            name = name or _beside_rate(row, i)
            if not name and tree and cell.col + cell.colspan > tree["level3"][0] and terms.is_execution(cell.text):
                name = "execution_score"
            if not name:
                continue
            right = row.cells[i + 1] if i + 1 < len(row.cells) else None
            left = row.cells[i - 1] if i else None
            if name in ("total_score", "execution_score", "indicator_subtotal") and right is not None:
                yield from _scores(reading, row, i, name, tree)
            elif right is not None and not terms.is_label(right.text):
                if cell.rowspan <= right.rowspan:
                    rest = _rest(table, right)
                    yield cell, name, [right, *rest], right.text + "".join(part.text for part in rest), False
            elif right is not None and cell.rowspan > right.rowspan:
                continue
            elif right is not None or left is not None and terms.is_label(left.text):
                below = _below(table, cell)
                if below:
                    yield cell, name, below, "".join(part.text for part in below), name in ("goal", "outcome")


def _beside_rate(row: Row, i: int) -> str:
    """What 得分 and 分值 name that stand behind the label of the execution rate and its value."""
    column = {"score": "execution_score", "weight": "execution_weight"}.get(term(FUNDING, row.cells[i].text), "")
    before = next((cell for cell in row.cells[:i][::-1] if terms.is_label(cell.text)), None)
    return column if before is not None and term(HEAD, before.text) == "execution_rate" else ""


def _scores(reading: Reading, row: Row, i: int, name: str, tree: Columns) -> Iterator[Labelled]:
    """The score that a label names: under the tree's scores, behind 得分, or the last figure before the next label.

    A figure under the tree's weights is no score.
    """
    label, beside = row.cells[i], row.cells[i + 1 :]
    score, weight = tree.get("score"), tree.get("weight")
    until = next((n for n, cell in enumerate(beside) if cell.lines and terms.is_label(cell.text)), len(beside))
    if until == 0:
        parts = {term(FUNDING, cell.text): beside[n + 1] for n, cell in enumerate(beside[:-1])}
        for part, column in (("score", name), ("weight", "execution_weight")):
            value = parts.get(part)
            if value is not None and (part == "score" or name == "execution_score"):
                reading.labels |= {(cell.row, cell.col) for cell in beside if term(FUNDING, cell.text) == part}
                yield label, column, [value], value.text, False
        return
    values = [cell for cell in beside[:until] if cell.lines]
    under = [cell for cell in values if score and cell.col <= score[0] < cell.col + cell.colspan]
    figures = [cell for cell in values if numbers.points(cell.text) is not None]
    blank = any(not cell.lines and _span(cell) == score for cell in beside[:until])
    scored = bool(score) and not blank or term(FUNDING, label.text) == "score"
    free = [cell for cell in figures if scored or _span(cell) != weight]
    value = next(iter(under or free[-1:] or (values if not figures else ())), None)
    if len(figures) == 2 and not under and numbers.points(figures[0].text) == 100:
        value = figures[1]
    if name == "execution_score":
        given = next((cell for cell in figures if _span(cell) == weight and cell is not value), None)
        if given is not None:
            yield label, "execution_weight", [given], given.text, False
    if value is not None:
        others = [cell for cell in figures if cell is not value]
        reading.taken |= {(cell.row, cell.col) for cell in others}
        yield label, name, [value], value.text, False


def _below(table: Table, label: Cell) -> list[Cell]:
    """The cells under a heading: one, or all down to where the row heading beside them ends, and what a page cut off."""
    start = label.row + label.rowspan
    groups = [c for c in table.rows[label.row].cells if c.col < label.col and c.row + c.rowspan > start]
    group = max(groups, key=lambda cell: cell.col, default=None)
    end = group.row + group.rowspan if group else start + 1
    found: list[Cell] = []
    for row in table.rows[start:end]:
        under = [c for c in row.cells if c.col <= label.col and c.col + c.colspan >= label.col + label.colspan]
        if not under or terms.is_label(under[0].text) or found and _span(under[0]) != _span(found[0]):
            break
        found.append(under[0])
    if not found and start < len(table.rows):
        under = [cell for cell in table.rows[start].cells if cell.col == label.col][:1]
        found = [cell for cell in under if not terms.is_label(cell.text)]
    return [*found, *_rest(table, found[-1])] if found else []


def _rest(table: Table, value: Cell) -> list[Cell]:
    """What a page break cut off a value: the same columns of the next fragment's first row, under blanks only."""
    fragment = table.rows[value.row].fragment
    if value.row + value.rowspan < len(table.rows) and table.rows[value.row + value.rowspan].fragment == fragment:
        return []
    following = next((row for row in table.rows if row.fragment == fragment + 1), None)
    if following is None or any(terms.is_label(cell.text) for cell in following.cells if cell.lines):
        return []
    return [cell for cell in following.cells if (cell.col, cell.colspan) == (value.col, value.colspan)]


# --- everything else that is printed --------------------------------------------------------


def _fields(reading: Reading, project_no: int | None) -> Iterator[Record]:
    """Rows of frame ``form_fields``: what a form prints beyond the other frames, each value with the label beside or above it."""
    for row in reading.table.rows:
        printed = [cell for cell in row.cells if cell.lines]
        if terms.stands_over(row.cells, len(reading.table.xs) - 1):
            continue
        free = [
            cell
            for cell in printed
            if (cell.row, cell.col) not in reading.taken and (cell.row, cell.col) not in reading.labels
        ]
        i = 0
        while i < len(free):
            cell = free[i]
            beside = free[i + 1] if i + 1 < len(free) and free[i + 1].col == cell.col + cell.colspan else None
            both = terms.valued(cell.text)
            if row.index in reading.rows and not (beside and nfkc(cell.text).endswith(":")):
                label, value, text = _heading_of(reading, cell), cell, cell.text
            elif both and both[1]:
                label, value, text = both[0], cell, both[1]
            elif (
                beside is not None and cell.rowspan <= beside.rowspan and not (terms.valued(beside.text) or ("", ""))[1]
            ):
                label, value, text, i = nfkc(cell.text).rstrip(":"), beside, beside.text, i + 1
            else:
                label, value, text = "", cell, cell.text
            i += 1
            if not _bare(value, label, printed):
                yield {
                    "understood": bool(terms.source(label)) or terms.is_ordinal(label), "in_columns": row.index in reading.rows,
                    "project_no": project_no, "label": label, "value": text, **reading.place(value.row), "col": value.col,
                }  # fmt: skip


def _bare(cell: Cell, label: str, row: Sequence[Cell]) -> bool:
    """Whether a cell is but the heading of several rows, or a label without a value."""
    return not label and (cell.rowspan > 1 and cell is not row[-1] or terms.is_label(cell.text))
