"""The two self-evaluation forms as tidy rows: the department's and each project's.

Belongs here: which label of a form stands for which column, the tree of indicators, rows
that a page cuts.  Does not: finding the forms (``forms``, ``stitch``) or recomputing
scores.

A form is read by its labels: the value of a label is the next cell to its right, or the
one below it.  The columns of the indicator tree are found by their headings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from jscore.pdf.grids import Cell
from jscore.schema import CAUSES
from jscore.tables.rows import Entry, entry, figure, joined
from jscore.tables.stitch import Row, Table
from jscore.text import numbers
from jscore.text.normal import nfkc

Record = dict[str, Any]

#: Column of ``indicators`` → its heading.
_HEADINGS: dict[str, str] = {
    "level1": r"一级指标", "level2": r"二级指标", "level3": r"三级指标", "operator": r"运算符号?",
    "target": r"内容|(年度)?(目标|指标)值(\(.*\))?", "unit": r"(度量|计量)单位", "actual": r"(全年)?(实际)?完成(值|情况)|全年实际值",
    "completion": r"完成程度|完成率", "weight": r"(指标)?(分值|权重)(\(.*\))?", "score": r"(自评)?得分",
    "reason": r"(偏差|未完成)?原因(说明|分析及改进措施)|偏差原因分析及改进措施", "improvement": r"改进措施",
}  # fmt: skip
_CAUSE = re.compile("|".join(f"(?P<c{i}>{cause.replace('保障', '(条件)?保障')})" for i, cause in enumerate(CAUSES)))
_TICK = re.compile("[√✓✔☑■●vV]")
#: What every whole row of the tree prints, and how it is read.
_MUST: dict[str, Callable[[str], Any]] = {
    "level3": str, "actual": str, "completion": numbers.rate, "weight": numbers.points, "score": numbers.points,
}  # fmt: skip
#: Terms of the first two levels, for telling a term cut by a page from two terms (财预〔2020〕10号 and the forms in use).
_LEVELS = frozenset(
    "产出指标 效益指标 满意度指标 成本指标 数量指标 质量指标 时效指标 经济成本指标 社会成本指标 生态环境成本指标 经济效益指标 社会效益指标 "
    "生态效益指标 可持续影响指标 服务对象满意度指标 履职效能 预算执行 管理效率 运行成本 社会效应 可持续性 重点工作履行情况 整体工作完成情况 "
    "基础管理 预算执行效率 预算编制管理 预算管理 财务管理 资产管理 业务管理 成本控制成效 社会效益 服务对象满意度 社会公众满意度 体制机制改革".split()
)
_TREE_END = re.compile(r"^(指标自评得分|总评价得分|自评得分|总分|合计|自评总分|绩效自评|总评分)")


@dataclass(frozen=True)
class Label:
    """A printed label of the form's head or foot and the column whose value it names."""

    column: str
    pattern: re.Pattern[str]
    kind: str  # text, amount, rate or points
    below: bool = False


def _label(column: str, pattern: str, kind: str = "text", below: bool = False) -> Label:
    return Label(column, re.compile(pattern), kind, below)


_UNIT = r"(\((万元|元|亿元)\))?"
OVERALL = (
    _label("department", r"(部门|单位)(\(.{1,6}\))?名称"),
    _label("revenue_budget", rf"(部门)?年初预算收入(金额)?{_UNIT}", "amount"),
    _label("expenditure_budget", rf"(部门)?年初预算支出(金额)?{_UNIT}", "amount"),
    _label("goal", r"年初(总体|设定)?目标|预期目标", below=True),
    _label("outcome", r"(全年)?(实际)?完成情况", below=True),
    _label("total_score", r"总评价得分|(自评)?总分|总得分", "points"),
)
PROJECT = (
    _label("project", r"项目(\(.{1,6}\))?(支出)?名称"),
    _label("supervisor", r"主管部门(名称)?(及代码)?"),
    _label("implementer", r"(实施|项目)单位(名称)?"),
    _label("budget", rf"(项目|全年|年度)预算(金额|数|资金){_UNIT}", "amount"),
    _label("executed", rf"全年执行(数|金额){_UNIT}", "amount"),
    _label("execution_rate", r"(预算)?执行率", "rate"),
    _label("goal", r"年初(设定|总体)?目标|(年度)?预期目标", below=True),
    _label("outcome", r"(全年)?实际完成情况|全年完成情况", below=True),
    _label("indicator_subtotal", r"指标自评得分小计", "points"),
    _label("execution_score", r"预算执行率得分", "points"),
    _label("deduction", r"减分项(\(.*\))?", "points"),
    _label("total_score", r"(绩效)?自评总(得分|分)|总分|总得分", "points"),
)
TASK: dict[str, str] = {
    "task": r"对应项目|(主要)?任务(名称)?|项目名称", "allocated": r"(项目)?(下达|预算)(金额|数).*", "executed": r"(项目)?执行(金额|数).*",
    "execution_rate": r"(项目)?执行率", "weight": r"分值|权重", "score": r"得分",
}  # fmt: skip


def overall(table: Table, unread: list[Cell]) -> Record:
    """The department's form: the row of frame ``overall``."""
    return _labelled(table, OVERALL, unread)


def project(table: Table, number: int, unread: list[Cell]) -> Record:
    """A project's form: its row of frame ``projects``."""
    return {"project_no": number, **_labelled(table, PROJECT, unread)}


def _labelled(table: Table, labels: tuple[Label, ...], unread: list[Cell]) -> Record:
    """Values by label; amounts in 万元, rates as fractions."""
    found: Record = {}
    at: dict[str, tuple[int, int]] = {}
    taken: set[tuple[int, int]] = set()
    place: Cell | None = None
    for row in table.rows:
        for cell in row.cells:
            text = _FORMULA.sub("", nfkc(cell.text))
            label = next((x for x in labels if x.column not in found and x.pattern.fullmatch(text)), None)
            value = _value_of(table, row, cell, below=label.below) if label else None
            if label is not None and value is not None:
                rest = _rest(table, value)
                text = value.text + "".join(part.text for part in rest)
                found[label.column] = _parsed(text, cell, label.kind, value, unread, _unit(table, value))
                taken |= {(part.row, part.col) for part in (value, *rest)}
                place = place or value
                at[label.column] = value.row, value.col
    score = _score_of_execution(table)
    if score is not None and labels is PROJECT and "execution_score" not in found:
        found["execution_score"] = _parsed(score.text, score, "points", score, unread)
        at["execution_score"] = score.row, score.col
    place = place or next(cell for row in table.rows for cell in row.cells)
    return {
        **found, "page": place.page, "table_id": table.table_id, "row": place.row, "at": at,
        "taken": taken | set(at.values()),
    }  # fmt: skip


def _unit(table: Table, value: Cell) -> str:
    """The money unit of a value whose label states none: a row heading's, or the one stated over the form."""
    beside = [cell for row in table.rows[: value.row + 1] for cell in row.cells if cell.row + cell.rowspan > value.row]
    stated = [numbers.bracketed_unit(cell.text) for cell in beside] + [
        numbers.stated_unit(text) for text in table.above
    ]
    return next((unit for unit in stated if unit), "万元")


def _score_of_execution(table: Table) -> Cell | None:
    """The score under 得分 beside 全年执行数, where the money stands in columns (财预〔2020〕10号)."""
    for row in table.rows:
        heads = {nfkc(cell.text): cell for cell in row.cells}
        if "得分" in heads and any(re.match("全年执行(数|金额)", text) for text in heads):
            return _cell_below(table, heads["得分"])
    return None


def _value_of(table: Table, row: Row, label: Cell, below: bool) -> Cell | None:
    """The cell that a label names: the next to its right, or the one under it where it heads a column.

    After a total, the weight may stand before the score.
    """
    right = [cell for cell in row.cells if cell.col >= label.col + label.colspan]
    if below or (right and _ANY_LABEL.fullmatch(_FORMULA.sub("", nfkc(right[0].text)))):
        return _cell_below(table, label)
    if _TOTAL.fullmatch(nfkc(label.text)) and len(right) > 1 and numbers.points(right[0].text) == 100:
        return right[1]
    return right[0] if right else _cell_below(table, label)


def _cell_below(table: Table, label: Cell) -> Cell | None:
    for under in table.rows[label.row + label.rowspan :]:
        for cell in under.cells:
            if cell.col <= label.col and cell.col + cell.colspan >= label.col + label.colspan:
                return cell
        if under.cells:
            return next((cell for cell in under.cells if cell.col == label.col), None)
    return None


def _rest(table: Table, value: Cell) -> list[Cell]:
    """What a page break cut off a value: the same columns of the next fragment's first row, under blanks only."""
    fragment = table.rows[value.row].fragment
    if value.row + value.rowspan < len(table.rows) and table.rows[value.row + value.rowspan].fragment == fragment:
        return []
    following = next((row for row in table.rows if row.fragment == fragment + 1), None)
    if following is None or any(_ANY_LABEL.fullmatch(nfkc(cell.text)) for cell in following.cells if cell.lines):
        return []
    return [cell for cell in following.cells if (cell.col, cell.colspan) == (value.col, value.colspan)]


_ANY_LABEL = re.compile(
    "|".join([*_HEADINGS.values(), *TASK.values(), *(x.pattern.pattern for x in (*OVERALL, *PROJECT)), "年初预算数"])
)
#: What 财预〔2020〕10号 prints behind a label: （A）, （B/A）.
_FORMULA = re.compile(r"\([A-Z/÷×*%\d]+\)$")
_TOTAL = re.compile("(自评)?总分|总得分|合计")


def _parsed(text: str, label: Cell, kind: str, cell: Cell, unread: list[Cell], unit: str = "万元") -> Any:
    text = text.strip()
    if kind == "text":
        return text
    return figure(text, cell, _reader(kind, numbers.bracketed_unit(label.text) or unit), unread)


# --- tasks ------------------------------------------------------------------------------


def tasks(table: Table, unread: list[Cell]) -> list[Record]:
    """The department's form: its rows of frame ``tasks``."""
    for row in table.rows:
        columns = _columns(row.cells, TASK)
        if {"task", "allocated", "executed"} <= set(columns):
            break
    else:
        return []
    found = []
    edge = columns["task"][0]
    for later in table.rows[row.index + 1 :]:
        line = entry(later, columns, table.xs)
        if any(cell.col < edge for cell in later.cells if cell.lines) or not line["task"]:
            break
        found.append(line)
    units = {cell: numbers.bracketed_unit(cell.text) or "万元" for cell in row.cells}
    unit = {
        name: next((u for cell, u in units.items() if cell.col == start), "万元")
        for name, (start, _) in columns.items()
    }
    return [
        {
            "task": line["task"],
            **{name: _figure(line, name, "amount", unread, unit.get(name, "万元")) for name in ("allocated", "executed")},
            "execution_rate": _figure(line, "execution_rate", "rate", unread),
            **{name: _figure(line, name, "points", unread) for name in ("weight", "score")},
            "page": line.page, "table_id": table.table_id, "row": line.row, "at": line.at, "taken": line.taken,
        }
        for line in found
    ]  # fmt: skip


def _figure(line: Entry, name: str, kind: str, unread: list[Cell], unit: str = "万元") -> float | None:
    return figure(line[name], line.cells.get(name), _reader(kind, unit), unread)


def _reader(kind: str, unit: str) -> Callable[[str], float | None]:
    """How a figure of ``kind`` (amount, rate or points) is read; amounts are printed in ``unit``."""
    if kind == "amount":
        return lambda text: numbers.amount(text, unit)
    return numbers.rate if kind == "rate" else numbers.points


def _columns(cells: tuple[Cell, ...], headings: dict[str, str]) -> dict[Hashable, tuple[int, int]]:
    """Columns by the heading that stands over them."""
    found: dict[Hashable, tuple[int, int]] = {}
    for cell in cells:
        text = nfkc(cell.text)
        for name, pattern in headings.items():
            if name not in found and re.fullmatch(pattern, text):
                found[name] = (cell.col, cell.col + cell.colspan)
    return found


# --- indicators -------------------------------------------------------------------------


def indicators(table: Table, scope: str, project_no: int | None, unread: list[Cell]) -> list[Record]:
    """Either form: its rows of frame ``indicators``."""
    columns, first = _tree_columns(table)
    if not {"level3", "score"} <= set(columns):
        return []
    lines, starts = _tree_rows(table, columns, first)
    filled = {name: _filled(table, lines, starts, columns[name]) for name in ("level1", "level2") if name in columns}
    return [
        {
            "scope": scope, "project_no": project_no, "indicator_no": number,
            **{name: texts[number - 1] for name, texts in filled.items()},
            **{name: line[name] for name in ("level3", "operator", "target", "unit", "actual", "reason", "improvement")},
            "completion": _figure(line, "completion", "rate", unread),
            **{name: _figure(line, name, "points", unread) for name in ("weight", "score")},
            **_cause(line),
            "page": line.page, "table_id": table.table_id, "row": line.row, "at": line.at, "taken": line.taken,
        }
        for number, line in enumerate(lines, 1)
    ]  # fmt: skip


def _tree_columns(table: Table) -> tuple[dict[Hashable, tuple[int, int]], int]:
    """Columns of the indicator tree, the causes among them as ("cause", term), and its first row."""
    top = next((row.index for row in table.rows if {"level2", "level3"} <= set(_columns(row.cells, _HEADINGS))), None)
    if top is None:
        return {}, 0
    depth = max(cell.row + cell.rowspan for cell in table.rows[top].cells if _ANY_LABEL.fullmatch(nfkc(cell.text)))
    while depth < len(table.rows) and _repeats_heading(table.rows[depth]):
        depth += 1  # headings that a page cuts
    heads = [cell for row in table.rows[top:depth] for cell in row.cells]
    cells = tuple(cell for cell in heads if not any(_over(cell, other) for other in heads))
    columns = _columns(cells, _HEADINGS)
    for cell in cells:
        cause = _CAUSE.match(nfkc(cell.text))
        if cause and cell.colspan <= 2:
            columns.setdefault(
                ("cause", CAUSES[int(cause.lastgroup[1:])] if cause.lastgroup else ""),
                (cell.col, cell.col + cell.colspan),
            )
    return columns, depth


def _over(upper: Cell, lower: Cell) -> bool:
    """Whether ``lower`` stands under ``upper``, so that ``upper`` heads more than one column."""
    return upper.row < lower.row and upper.col <= lower.col < upper.col + upper.colspan


def _tree_rows(
    table: Table, columns: dict[Hashable, tuple[int, int]], first: int
) -> tuple[list[Entry], list[list[int]]]:
    """The indicators' rows, whole, and the printed rows that each is made of."""
    flat = {name: span for name, span in columns.items() if name not in ("level1", "level2")}
    lines: list[Entry] = []
    made_of: list[list[int]] = []
    for row in table.rows[first:]:
        label = next((nfkc(cell.text) for cell in row.cells if cell.lines), "")
        if _TREE_END.match(label):
            break
        line = entry(row, flat, table.xs)
        if _repeats_heading(row):
            continue
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
    return _blanks(line) >= 2


def _repeats_heading(row: Row) -> bool:
    return sum(bool(_ANY_LABEL.fullmatch(nfkc(cell.text))) for cell in row.cells if cell.lines) >= 2


def _filled(table: Table, lines: list[Entry], made_of: list[list[int]], span: tuple[int, int]) -> list[str]:
    """A level of the tree for every indicator: the text of the merged cell beside it.

    A merged cell that a page break cuts is two cells; its text may stand in either, or part in both.
    """
    owners = [[_owner(table, index, span) for index in rows] for rows in made_of]
    parts: list[list[Cell]] = []
    belongs: list[int] = []
    for cells in owners:
        own = [cell for cell in cells if cell is not None]
        first = own[0] if own else None
        if parts and first is not None and first not in parts[-1] and _goes_on(table, parts[-1], first):
            parts[-1].append(first)
        elif first is not None and (not parts or first not in parts[-1]):
            parts.append([first])
        parts[-1:] = [[*parts[-1], *(cell for cell in own[1:] if cell not in parts[-1])]] if parts else []
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
    last = group[-1]
    before, here = table.rows[last.row].fragment, table.rows[cell.row].fragment
    if here == before:
        return False
    above = nfkc("".join(part.text for part in group))
    return not cell.lines or not above or above not in _LEVELS and above + nfkc(cell.text) in _LEVELS


def _cause(line: Entry) -> Record:
    """The ticked causes; where a form has the explanation itself under a cause, that is the reason."""
    ticked, said = [], []
    for name, text in line.texts.items():
        if isinstance(name, tuple) and text and not numbers.is_blank(text):
            ticked.append(name[1])
            if not _TICK.fullmatch(nfkc(text)):
                said.append(text)
    found: Record = {"cause": "、".join(dict.fromkeys(ticked))}
    if said and not line["reason"]:
        found["reason"] = "；".join(said)
    return found
