"""The published forms: their titles and headings, and which of them a grid is.

Belongs here: how a form is known.  Does not: where it goes on (``stitch``) or what its
cells mean (``accounts``, ``evaluations``).  A form is known by its title and its
headings, never by its place, page or number, which vary between regions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jscore.pdf.grids import Grid
from jscore.pdf.pages import Line
from jscore.tables.evaluation_terms import evaluation_form, rows_of
from jscore.text.normal import nfkc

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Form:
    """A published form.

    ``pattern`` finds its title in ``plain_title`` text, ``marks`` are found together in
    its headings, ``signature`` tells it from all others where no title is printed, and
    ``starts`` is the first label of a form that is filled in once for every project.
    """

    key: str
    title: str
    pattern: re.Pattern[str]
    marks: re.Pattern[str]
    signature: re.Pattern[str] | None = None
    starts: re.Pattern[str] | None = None


def _together(*words: str) -> str:
    return "".join(f"(?=.*(?:{word}))" for word in words)


def _form(
    key: str, title: str, pattern: str, marks: str, signature: str | None = None, starts: str | None = None
) -> Form:
    def compiled(text: str | None) -> re.Pattern[str] | None:
        return re.compile(text, re.S) if text else None

    return Form(key, title, re.compile(pattern), re.compile(marks, re.S), compiled(signature), compiled(starts))


_NEVER = r"(?!)"
_SPENDING = _together("基本支出", "项目支出")
_BALANCES = _together("年初.{0,8}结转", "本年收入", "年末.{0,8}结转")
_TWO_SIDES = _together(r"收入\|.*支出\|", "项目", "金额|决算数?")

#: In the order in which titles are tried: the longer before those it contains.
FORMS: tuple[Form, ...] = (
    # The self-evaluation forms are known by their labels: ``evaluation_terms``.
    _form("project", "预算项目（政策）绩效自评表", r"(项目|政策|专项|绩效目标).*自评(价)?(得分|结果|报告)*表", _NEVER, None, r"^(项目|政策)(支出|资金)?名称$"),
    _form("overall", "部门（单位）整体绩效自评表", r"(整体|部门绩效|单位绩效).*自评(价)?(得分|结果|报告)*表", _NEVER, None,
          r"^(预算|填报)?(部门|单位)名称$"),
    _form("09", "财政拨款“三公”经费支出决算表", r"三公.*(决算|支出|情况).*表", _together("出国", "接待", "预算数?|决算数?|小计"),
          r"(?!.*\|30\d{3}\|)" + _together("出国.{0,4}境", "接待费", "公务用车", "预算数?|决算数?")),
    _form("08", "国有资本经营预算财政拨款支出决算表", r"国有资本经营.*决算(明细)?表", _SPENDING),
    _form("07", "政府性基金预算财政拨款收入支出决算表", r"政府性基金.*决算(明细)?表", _SPENDING, _SPENDING + _BALANCES),
    _form("06", "一般公共预算财政拨款基本支出决算表", r"基本支出决算(明细)?表", _together("经济分类|科目", "人员经费|公用经费|决算数?|金额|工资福利"),
          _together("工资福利支出", "商品和服务支出")),
    _form("04", "财政拨款收入支出决算总表", r"财政拨款(收入支出|收支)决算总表|^(?!.*一般公共预算).*财政拨款(收入支出|收支)决算表", _TWO_SIDES + _together("政府性基金"),
          _TWO_SIDES + _together(r"合计\|.*一般公共预算.{0,6}\|.*政府性基金.{0,8}\|")),
    _form("05", "一般公共预算财政拨款支出决算表", r"一般公共预算.*支出决算(明细)?表", _SPENDING),
    _form("01", "收入支出决算总表", r"(收入支出|收支)决算(总)?表", _TWO_SIDES, _TWO_SIDES + _together("上级补助收入|事业收入")),
    _form("03", "支出决算表", r"(?<!拨款)支出决算(明细)?表", _together("基本支出", "上缴上级|本年支出|经营支出"),
          _together("科目|功能分类", "基本支出", "上缴上级支出")),
    _form("02", "收入决算表", r"(?<!拨款)收入决算(明细)?表", _together("财政拨款.{0,2}收入|本年收入", "事业收入|上级补助"),
          _together("科目|功能分类", "财政拨款收入", "事业收入")),
)  # fmt: skip
BY_KEY: dict[str, Form] = {form.key: form for form in FORMS}

#: Leading and trailing parts of a printed title that do not name the form.
_PREFIX = re.compile(
    r"^(附(件|表)?\d*[:：]?|表\d+[:：]?|[一二三四五六七八九十\d]+[、.．]|\([一二三四五六七八九十\d]+\))"
)
_SUFFIX = re.compile(r"([.…·]{2,}-?\d*-?|\([^()]*\)|\d{4}年度?|续表?|公开\d+表|财决\w*表)+$")
#: The first line of a title that takes two: words only, and no end of a title.
_WORDS = re.compile(r"[\u4e00-\u9fff“”\"]{4,30}(?<!表)(?<!页)(?<!元)")
#: Quotes, also those that a font gives no character for.
QUOTES = "“”\"'‘’\ufffd"
_QUOTES = str.maketrans("", "", QUOTES + "《》「」")


def plain_title(text: str) -> str:
    """A printed title for comparing: no ordinal, quotes, brackets at the end, or year."""
    text = _PREFIX.sub("", nfkc(text).translate(_QUOTES))
    return _SUFFIX.sub("", text)


def title_form(text: str) -> Form | None:
    """The form that a line of text is the title of."""
    text = plain_title(text)
    if not 5 <= len(text) <= 48 or not text.endswith("表") or re.search("[。；;，]", text):
        return None
    return next((form for form in FORMS if form.pattern.search(text)), None)


def is_title(text: str) -> bool:
    """Whether a line is the title of some table, be it a published form's or not."""
    return re.fullmatch(r"[^。；;，:：]{4,40}表", _SUFFIX.sub("", nfkc(text))) is not None and "续表" not in text


def find_title(lines: list[Line]) -> tuple[Form, str] | None:
    """The title nearest above a grid, given the lines above it, top to bottom; it may take two lines."""
    pairs = [(above.text + line.text, line) for above, line in zip(lines, lines[1:], strict=False)]
    for i in range(len(lines) - 1, -1, -1):
        form = title_form(lines[i].text)
        if form is not None:
            longer = title_form(pairs[i - 1][0]) if i and _WORDS.fullmatch(nfkc(lines[i - 1].text)) else None
            return (longer, pairs[i - 1][0].strip()) if longer else (form, lines[i].text.strip())
    for text, _ in reversed(pairs):
        form = title_form(text)
        if form is not None:
            return form, text.strip()
    return None


def head_text(grid: Grid, rows: int = 8) -> str:
    """The texts of a grid's first rows, each closed by ``|``, for comparing."""
    return "".join(nfkc(cell.text) + "|" for cell in grid.cells if cell.row < rows and cell.lines)


def recognise(grid: Grid, lines: list[Line]) -> tuple[str, str]:
    """Which form a grid starts, from the lines above it and its headings: (key, printed title).

    ``unknown`` where neither tells; the title is empty where none is printed.
    """
    head = head_text(grid)
    found = find_title(lines)
    evaluation = evaluation_form(rows_of(grid), " ".join(line.text for line in lines[-4:]))
    if evaluation:
        return evaluation, found[1] if found and found[0].key == evaluation else ""
    if found and found[0].marks.match(head):
        return found[0].key, found[1]
    inside = _title_inside(grid)
    if inside and inside[0].marks.match(head):
        return inside[0].key, inside[1]
    if found or any(is_title(line.text) for line in lines[-3:]):
        return UNKNOWN, ""
    signed = [form for form in FORMS if form.signature and form.signature.match(head)]
    if signed:
        return signed[0].key, ""
    return UNKNOWN, ""


def _title_inside(grid: Grid) -> tuple[Form, str] | None:
    """A title that is printed in the grid's own first rows, across its width."""
    for cell in grid.cells:
        if cell.row < 3 and cell.colspan == grid.cols:
            form = title_form(cell.text)
            if form is not None:
                return form, cell.text
    return None
