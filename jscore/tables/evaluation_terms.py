"""What self-evaluation forms (绩效自评表) print, every term with its wordings, and where one form ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from jscore.pdf.grids import Cell, Grid
from jscore.text import numbers
from jscore.text.figures import is_amount
from jscore.text.normal import nfkc

#: The parts of a form.  The same word means another thing in another part: 得分, 完成率, 其他资金.
HEAD, FUNDING, SOURCE, TREE, TASK = "head", "funding", "source", "tree", "task"

#: Term of a part → its wordings, matched whole against ``plain_label``, the first that fits.
TERMS: dict[str, dict[str, str]] = {
    # Labels with one value, beside or below.
    HEAD: {
        "project": r"((预算|财政|支出|专项|政策|二级)*(项目|政策)(支出|资金)?|专项(资金)?)名称",
        "supervisor": r"(项目|预算|市级|省级|区级|县级|业务)*主管(预算)?(部门|单位)(名称)?(及代码)?|归口(管理)?(部门|科室)",
        "implementer": r"(项目|具体|资金)*(实施|承担|执行|使用|申报)(单位|部门)(名称)?|项目(单位|预算单位)(名称)?|用款单位",
        "department": r"(预算|填报|被评价|评价)?(部门|单位)(预算)?(名称)?",
        "revenue_budget": r"(部门)?年初预算收入(金额|总额|数)?", "expenditure_budget": r"(部门)?年初预算支出(金额|总额|数)?",
        "opening_budget": r"(项目)?(年初|期初)预算(资金)?(数|金额|批复数|安排数?|总额)?",
        "budget": r"(项目|全年|年度|本年|调整后?的?|总)*预算(金额|数|资金|总额|安排数?|总数)",
        "executed": r"(项目|全年|年度|本年|实际|预算|资金)*执行(数|金额|总额|资金)|(项目)?(全年|年度|本年|实际|预算|资金)+支出(数|金额|总额|资金)",
        "execution_rate": r"(全年|项目|资金|支出)*(预算)?执行率",
        "goal": r"(年初|年度|项目|部门|全年|总体|预期|设定|绩效|当年|单位|主要|的)*目标(内容|设定|描述|情况)?",
        "outcome": r"(年初|年度|项目|部门|全年|总体|目标|实际|绩效|预期|年末|当年|设定|的)*(完成|实现)(目标)?(情况|结果)?(综述|说明|概述|总结)?",
        "indicator_subtotal": r"(绩效)?指标(自评)?(得分)?(小计|合计|总分)|(绩效)?指标(自评)?得分",
        "execution_score": r"(部门|项目)?(预算|资金)?执行(率|情况)?(指标)?(自评)?得分",
        "deduction": r"(减|扣)分(项|值|合计)*(得分)?",
        "reviewed_score": r"(财政|审核|复核|主管|预算|业务|部门|科室|评审|抽查|再评价|的)*(审核|复核|评审|抽查|再评价|财政)(得分|评分|分数|分|结果)",
        "grade": r"(自评|评价|绩效|评定|综合|考评|评审|总体|的)*(结果|结论)?(等级|等次|级别|档次)",
        "total_score": r"(绩效|项目|部门|单位|整体|综合|最终|合计|支出)*(自评|评价|考评)(综合|总)*(评价)?(得分|评分|分数|总?分|成绩)(合计|小计)?"
                       r"|(项目|绩效|综合|整体|自评)*总(评价|自评)?(得分|评分|分数?|分值)(合计)?|得分(合计|总计)|(合计|最终|综合)(得分|评分)|评价总分",
    },
    # Headings over the money, and what stands in front of its rows.
    FUNDING: {
        "opening_budget": r"(年初|期初)(批复|安排)?(预算)?(资金|批复)*(数|金额|安排数?)?|预算批复(数|金额)",
        "budget": r"(项目|全年|年度|本年|调整后?的?|调剂后|总|年中|最终|财政)*预算(金额|数|资金|总额|总数|安排数?)?(调整数)?|调整(后)?(的)?预算?数|全年批复数",
        "executed": r"(项目|全年|年度|本年|实际|预算|资金|财政|累计)*(执行|支出|使用|支付)(数|金额|总额|资金|情况)|(全年|年度|本年|实际)(执行|支出|使用|支付)",
        "execution_rate": r"(全年|项目|资金|支出|预算)*(执行|支出|完成)(率|进度|比例)",
        "weight": r"(标准|参考|指标|设定|权重)*(分值|权重|满分|标准分)", "score": r"(执行率?|自评|评价|实际|预算执行率?)*(得分|评分)",
    },
    SOURCE: {
        "total": r"(年度|项目|全年|财政|部门|单位|整体|支出|资金|预算|本年|收入|金额)*(总额|合计|总计|小计|总数|总金额)|(年度|项目|全年)资金|资金",
        "appropriation": r"(当年|本年|年度|中央|省级|市级|区级|县级|本级|上级)*(财政)(拨款|资金|补助|预算)*|一般公共预算(财政)?(拨款|资金)*|财政拨款(资金)?",
        "carried_over": r"(上年|以前年度|往年|历年)?(财政|资金)?(结转|结余)+(资金|拨款)?",
        "other": r"(其他|其它|自筹)(资金|来源|收入)?|单位(自筹)?资金|财政专户管理资金|政府性基金(预算)?(财政)?(拨款|资金)?|国有资本经营预算(财政)?(拨款|资金)?|(社会|银行)(投入|贷款)?资金?"
                 r"|(基本|项目)支出(总额)?|(人员|公用|日常公用)经费(总额)?",
    },
    # Headings of the tree of indicators.
    TREE: {
        "level1": r"一级(绩效)?指标(名称)?", "level2": r"二级(绩效)?指标(名称)?",
        "level3": r"[三四]级(绩效)?指标(名称|内容)?|(具体|评价|绩效)?指标(名称|内容)|具体指标",
        "operator": r"(运算|比较|计算|关系|指标)?符号?|运算|指标性质|(指标)?(方向|逻辑关系)", "nature": r"指标(类型|属性|类别)|定性定量",
        "target": r"内容|(年度|年初|全年|绩效|预期|计划|设定|预算|目标|评价)*(指标|目标|预期|计划|标准|设定)值|年度(绩效)?(目标|指标)|(绩效|预期|计划)目标|预期指标",
        "unit": r"(度量|计量|指标|数量)?单位",
        "actual": r"(全年|年度|本年|实际|目标|指标|年末|绩效|自评|年|的)*(完成|实际|实现|达到|业绩|执行)(的)?(指标|完成|实现|目标)*(值|情况|数|结果|指标)",
        "completion": r"(目标|指标|实际|任务|年度)*(完成|实现)(程度|率|比例|百分比|度)",
        "weight": r"(指标|标准|参考|设定|评价|权重|分值)*(分值|权重|满分|标准分|分数)", "score": r"(指标|自评|评价|实际|单位|部门|本次|考核|最终|完成)*(得分|评分|打分)(情况)?|(单位|部门)?自评分(值|数)?",
        "improvement": r"(下一步|拟采取的?|后续|具体)*(改进|整改)(措施|建议|意见)",
        "reason": r".{0,12}(偏差|未完成|未达标?|差异|扣分|失分|超额|超标)[^分]{0,8}(原因|说明|分析).{0,14}|原因(说明|分析)?(及.{0,12})?|偏离(原因|说明).{0,8}",
    },
    # Headings over the department's tasks.
    TASK: {
        "task": r"对应项目|(年度|主要|重点|工作)*任务(名称|内容)?|(重点)?(项目|工作)(任务)?名称",
        "allocated": r"(项目|全年|年度|任务|资金)*(下达|预算|批复|安排|计划)(资金|预算)?(金额|数|资金|总额)",
        "executed": r"(项目|全年|实际|年度|资金|预算)*(执行|支出|使用|完成)(资金)?(金额|数|资金|总额)",
        "execution_rate": r"(项目|资金|预算|支出)*(执行|完成|支出)率", "weight": r"(标准|参考|指标)*(分值|权重)", "score": r"(自评|实际)*得分",
    },
}  # fmt: skip
_COMPILED = {part: {name: re.compile(words) for name, words in terms.items()} for part, terms in TERMS.items()}

#: Labels of the foot that end the tree of indicators; their values go to ``form_fields``.
_FOOT = re.compile(
    r"(自评|评价)?结论|存在(的)?(主要)?问题.*|(下一步)?改进(措施|建议).*|整改措施.*|(其他|其它)?(需要?)?说明(的)?(事项|问题|情况).*|备注|说明|注|"
    r".{0,12}(偏差|未完成).{0,12}(原因|分析).*|结果应用.*|填表人.*|填报人.*|(项目|财务|单位)?负责人.*|联系(人|电话).*|评价人员.*|经办人.*"
)
_TOTAL = re.compile(r"合计|总计|总得分|总分值?|总评|得分合计")
_EXECUTION = re.compile(r"(预算|资金)?执行(率|情况)(指标)?(得分)?")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_ORDINAL = re.compile(r"^((其中|注|备注)[:：]|其中|[*★※#]+|\d{1,2}[.、．]|[一二三四五六七八九十]{1,3}[、.．])+")
_YEAR = re.compile(r"^20\d\d年(度)?(?=.)")
#: Behind a label: colons, a footnote's number, the unit, a formula of columns (执行率④=③/②, 得分D=C×B/A).
_TAIL = re.compile(r"[:：;；*★\d]+$|:?(万元|元)$|[A-Z\d]?=[A-Z\d][A-Z\d/×÷*+%-]*$|(?<=[率数值分重额])[A-H]$")
#: No label is longer.
_LONGEST = 300
#: A title or a year over a form, inside its grid.
_OVER = re.compile(
    r"[^。；;，]{2,40}表(\(.{0,12}\))?|\(?20\d\d年度?\)?|.{0,20}(单位|部门|编号|日期|时间)[:：].*|附件?\d*"
)


@lru_cache(maxsize=1 << 14)
def plain_label(text: str) -> str:
    """A label for comparing: without （A）, （万元）, （10分）, ordinals, 其中, the year, colons and white space."""
    text = nfkc(text).replace("\\", "")
    for _ in range(2):
        text = _BRACKETS.sub("", text)
    text = _YEAR.sub("", _ORDINAL.sub("", text)).replace("、", "")
    while len(text) < _LONGEST and (shorter := _TAIL.sub("", text)) != text:
        text = shorter
    return text


@lru_cache(maxsize=1 << 14)
def term(part: str, text: str) -> str:
    """The term of a part of a form that a printed label is, "" for none."""
    label = plain_label(text)
    if not 1 < len(label) <= 30:
        return ""
    return next((name for name, words in _COMPILED[part].items() if words.fullmatch(label)), "")


def run_together(part: str, text: str) -> tuple[str, ...]:
    """The two headings that run over the rule between them and so stand in one cell; none for another text."""
    text = nfkc(text)
    halves = [(text[:i], text[i:]) for i in range(2, len(text) - 1)] if len(text) <= _LONGEST else []
    named = [(term(part, first), term(part, second)) for first, second in halves]
    both = {pair: half for pair, half in zip(named, halves, strict=True) if all(pair) and pair[0] != pair[1]}
    return next(iter(both.values())) if len(both) == 1 else ()


def source(text: str) -> str:
    """The kind of money that a row's label names: total, appropriation, carried_over, other; "" for none."""
    return term(SOURCE, text)


def is_ordinal(text: str) -> bool:
    """Whether a heading stands over mere numbers of rows."""
    return plain_label(text) in ("序号", "序", "编号", "指标序号")


@lru_cache(maxsize=1 << 14)
def is_label(text: str) -> bool:
    """Whether a text is a label or a heading of any part of a form."""
    return any(term(part, text) for part in (HEAD, FUNDING, TREE, TASK)) or bool(_FOOT.fullmatch(plain_label(text)))


@lru_cache(maxsize=1 << 14)
def label_and_amount(text: str) -> bool:
    """Whether a text is a label and a figure that is not its value: an amount, or any in it or beside the label of a figure."""
    text = "".join(nfkc(text).split())
    figures = re.findall(r"[\d.,]*\d[\d.,]*%?", text)
    if not figures or ":" in text or is_label(text):
        return False
    label = re.sub(r"[\d.,]*\d[\d.,]*%?", "", text)
    at_an_end = [figure for figure in figures if text.startswith(figure) or text.endswith(figure)]
    return is_label(label) and (labels_figure(label) or len(at_an_end) < len(figures) or any(map(is_amount, figures)))


def is_total(text: str) -> bool:
    """Whether a text labels the total under the tree of indicators."""
    return bool(_TOTAL.fullmatch(plain_label(text))) or term(HEAD, text) == "total_score"


def is_execution(text: str) -> bool:
    """Whether a text labels what the execution of the budget earns, in a line under the tree of indicators."""
    return bool(_EXECUTION.fullmatch(plain_label(text)))


def is_sum(text: str) -> bool:
    """Whether a text labels a score of the whole form: its total, a part of it, what it was marked down to."""
    sums = ("indicator_subtotal", "execution_score", "deduction", "reviewed_score", "grade")
    return is_total(text) or term(HEAD, text) in sums


def labels_figure(text: str) -> bool:
    """Whether a text labels a score or money of the whole form."""
    return is_sum(text) or term(HEAD, text) in ("budget", "executed", "execution_rate", "opening_budget")


def is_foot(cells: Iterable[Cell]) -> bool:
    """Whether a row labels several scores of the whole form."""
    return sum(is_sum(cell.text) for cell in cells) > 1


def ends_tree(text: str) -> bool:
    """Whether a row that begins with ``text`` is no indicator any more."""
    return is_sum(text) or bool(_FOOT.fullmatch(plain_label(text)))


@lru_cache(maxsize=1 << 14)
def valued(text: str) -> tuple[str, str] | None:
    """Label and value of a cell that prints both (自评得分：98.5), None for another."""
    label, colon, value = nfkc(text).partition(":")
    if not colon or not 1 < len(label) <= 16 or "。" in label or _BRACKETS.fullmatch(value):
        return None
    return label, text[_after_colon(text) :].strip()


def _after_colon(text: str) -> int:
    return min(place for mark in ":：" if (place := text.find(mark)) >= 0) + 1


# --- which form, and where it begins ------------------------------------------------------


def evaluation_form(rows: Sequence[Sequence[Cell]], title: str = "") -> str:
    """``project`` or ``overall`` if rows of cells are a self-evaluation form by their labels, else ""."""
    labels = {name for row in rows for name in _labels(row)}
    tree = {"level2", "level3"} <= labels or {"level1", "level3"} <= labels
    done = bool({"actual", "score"} & labels) if tree else {"goal", "outcome"} <= labels or "spending" in labels
    if not done:
        return ""
    parts = len({"supervisor", "implementer", "goal", "spending"} & labels) + tree
    if "project" in labels and parts >= 2:
        return "project"
    whole = "整体" in nfkc(title) and tree
    return "overall" if whole or "department" in labels and (tree or "tasks" in labels) and parts >= 1 else ""


def _labels(row: Sequence[Cell]) -> frozenset[str]:
    """Terms of a row: labels of the head with their value beside, headings, ``spending`` and ``tasks`` for whole headings."""
    return _labels_among(tuple(cell.text for cell in row))


@lru_cache(maxsize=1 << 12)
def _labels_among(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_each_label(texts))


def _each_label(texts: tuple[str, ...]) -> Iterator[str]:
    printed = [text for text in texts if text]
    if not printed:
        return
    trees = {term(TREE, text) for text in printed} - {""}
    yield from trees & {"level1", "level2", "level3"}
    if {"level1", "level2", "level3"} & trees:
        yield from trees
    elif trees & {"actual", "score"} and trees & {"target", "operator"}:
        yield from trees & {"actual", "score"}
    funding = {term(FUNDING, text) for text in printed} | {term(HEAD, text) for text in printed}
    if "executed" in funding and {"budget", "opening_budget", "execution_rate"} & funding:
        yield "spending"
    tasks = {term(TASK, text) for text in printed}
    if {"task", "allocated", "executed"} <= tasks:
        yield "tasks"
    for text, beside in zip(texts, [*texts[1:], None], strict=True):
        name = term(HEAD, text) or (term(HEAD, both[0]) if (both := valued(text)) else "")
        heading = beside is not None and is_label(beside)
        if name in ("goal", "outcome") or name and not heading and (beside is not None or both_stand(text)):
            yield name


def both_stand(text: str) -> bool:
    """Whether a cell prints a label and its value."""
    return (both := valued(text)) is not None and bool(both[1])


def rows_of(grid: Grid) -> list[list[Cell]]:
    """A grid's cells by the row that they begin in."""
    rows: list[list[Cell]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell)
    return rows


def is_evaluation(title: str, texts: Iterable[str]) -> bool:
    """Whether a table that is no known form is about a self-evaluation."""
    words = nfkc("|".join([title, *texts]))
    return "绩效" in words and re.search("自评|指标值|得分|评分", words) is not None


def forms_apart(grid: Grid) -> list[Grid]:
    """A grid in which several self-evaluation forms are drawn as one table, as a grid each; any other as it is."""
    rows = rows_of(grid)
    labels = [_labels(row) for row in rows]
    starts = [0]
    for row in range(1, grid.rows):
        part = set().union(*labels[starts[-1] : row])
        if _begins(rows[row]) & part and part & {"level3", "spending", "actual", "score"}:
            first = row
            while first - 1 > starts[-1] and stands_over(rows[first - 1], grid.cols):
                first -= 1
            starts.append(first)
        elif _begins(rows[row]) and len(starts) == 1 and _is_rest(rows[:row], part, grid.cols):
            starts.append(row)
    ends = [*starts[1:], grid.rows]
    return [cut_out(grid, a, b) for a, b in zip(starts, ends, strict=True)] if len(starts) > 1 else [grid]


def begun_form(grid: Grid) -> str:
    """``project`` where a grid begins with a project's name, be there too little of the form to know it by; else ""."""
    rows = [row for row in rows_of(grid) if row and not stands_over(row, grid.cols)]
    return "project" if rows and "project" in _begins(rows[0]) else ""


def _begins(row: Iterable[Cell]) -> set[str]:
    """The label that a form begins with, if the row's first is one and its value stands beside it."""
    cells = list(row)
    first = next((i for i, cell in enumerate(cells) if cell.lines), len(cells))
    name = term(HEAD, cells[first].text) if first < len(cells) - 1 else ""
    return {name} if name in ("project", "department") and not is_label(cells[first + 1].text) else set()


def _is_rest(rows: Sequence[Sequence[Cell]], labels: set[str], cols: int) -> bool:
    """Whether rows above the first label of a form are the rest of a form from the page before."""
    begun = {"project", "department"} & labels
    ended = labels & {"level3", "actual", "score", "total_score"} or any(ends_tree(row[0].text) for row in rows if row)
    head = {"supervisor", "implementer", "goal", "outcome", "spending", "tasks"} & labels
    return not begun and bool(ended or not head) and not all(stands_over(cells, cols) for cells in rows)


def stands_over(row: Sequence[Cell], cols: int) -> bool:
    """Whether a row of a grid is the title, the year or the like over a form."""
    printed = [cell for cell in row if cell.lines]
    return bool(printed) and all(_OVER.fullmatch(nfkc(cell.text)) and cell.colspan * 3 >= cols for cell in printed)


def cut_out(grid: Grid, first: int, end: int) -> Grid:
    """Rows ``first`` to before ``end`` of a grid."""
    cells = tuple(
        replace(cell, row=cell.row - first, rowspan=min(cell.rowspan, end - cell.row))
        for cell in grid.cells
        if first <= cell.row < end
    )
    x0, y0, x1, y1 = grid.box
    tops, bottoms = [cell.box[3] for cell in cells], [cell.box[1] for cell in cells]
    box = (x0, max(y0, min(bottoms, default=y0)), x1, min(y1, max(tops, default=y1)))
    return replace(grid, cells=cells, rows=end - first, box=box)


def points_of(text: str) -> float | None:
    """The points that brackets of a heading give a part: 10 in 预算执行情况（10分）."""
    stated = re.search(r"\((\d+(?:\.\d+)?)分", nfkc(text))
    return numbers.points(stated.group(1)) if stated else None
