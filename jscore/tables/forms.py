"""The published forms: their titles and headings, and which of them a grid is.

A form is known by its title and its headings, never by its place, page or number, which vary between regions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from jscore.language import tr
from jscore.language.words import word
from jscore.pdf.grids import Cell, Grid
from jscore.pdf.pages import Line
from jscore.tables.evaluation_terms import evaluation_form, rows_of
from jscore.tables.terms import QUOTES
from jscore.text import numbers
from jscore.text.figures import is_amount
from jscore.text.names import TABLE_LABEL, table_label
from jscore.text.normal import nfkc

#: A table that nothing names, and one that is named as none of the published forms.
UNKNOWN, OTHER = "unknown", "other"


@dataclass(frozen=True)
class Form:
    """A published form.

    ``pattern`` finds its title in ``plain_title`` text, unless ``never`` is found too; of several tables of the form
    the one with ``better`` in its title is it.  ``marks`` are found together in its headings, ``signature`` tells it
    from all others where no title is printed, ``starts`` is the first label of a form that is filled in once for every
    project, and ``codes`` is what its rows begin with.
    """

    key: str
    title: str
    pattern: re.Pattern[str]
    marks: re.Pattern[str]
    signature: re.Pattern[str] | None = None
    starts: re.Pattern[str] | None = None
    never: re.Pattern[str] | None = None
    better: re.Pattern[str] | None = None
    codes: str = ""


def _together(*words: str) -> str:
    return "".join(f"(?=.*(?:{word}))" for word in words)


def _form(key: str, title: str, pattern: str, marks: str, codes: str = "", **patterns: str) -> Form:
    compiled = {name: re.compile(text, re.S) for name, text in patterns.items()}
    return Form(key, title, re.compile(pattern), re.compile(marks, re.S), codes=codes, **compiled)


_NEVER = r"(?!)"
_SPENDING = _together("基本支出", "项目支出")
_BALANCES = _together("年初.{0,8}结转", "本年收入", "年末.{0,8}结转")
_TWO_SIDES = _together(
    r"收入(决算数?)?\|.*支出(决算数?)?\||收入.{0,12}\|.*支出.{0,12}\|",
    "项目",
    r"金额|决算数?|项目\|收入\|.*项目\|支出\|",
)
#: What a table of final accounts is called at the end.
_ACCOUNTS = "(决算|情况|决算情况|决算统计)(批复|公开|公示)?(明细|总|统计)?表"
#: Words of titles of tables that are none of the nine, whatever they look like.
_ELSE = "财政专户|机关运行|机构运行|采购|购买服务|资产|分单位|按单位|分部门|各单位|绩效|项目支出|债务|(?<!公共)(?<!基金)(?<!经营)(?<!财政)预算"
_ALSO = f"{_ELSE}|会议费|培训费"

#: In the order in which titles are tried: the longer before those it contains.
FORMS: tuple[Form, ...] = (
    # The self-evaluation forms are known by their labels: ``evaluation_terms``.
    _form("project", "预算项目（政策）绩效自评表", r"(项目|政策|专项|绩效目标).*自评(价)?(得分|结果|报告)*表", _NEVER,
          starts=r"^(项目|政策)(支出|资金)?名称$"),
    _form("overall", "部门（单位）整体绩效自评表", r"(整体|部门绩效|单位绩效).*自评(价)?(得分|结果|报告)*表", _NEVER,
          starts=r"^(预算|填报)?(部门|单位)名称$"),
    _form("09", "财政拨款“三公”经费支出决算表", r"三公.*(决算|支出|情况|统计).*表|三公经费表|机构运行信息(决算)?表", r".*(出国|接待费|用车|三公.?经费(支出)?合计\|)", never="(?<!公共)(?<!基金)(?<!经营)(?<!财政)预算", better="三公",
          signature=r"(?!.*\|30\d{3}\|)" + _together("出国.{0,4}境", "接待费", "公务用车", "预算数?|决算数?")),
    _form("08", "国有资本经营预算财政拨款支出决算表", rf"国有资本经营.*{_ACCOUNTS}", _SPENDING, "2", never=f"基本支出|{_ALSO}"),
    _form("07", "政府性基金预算财政拨款收入支出决算表", rf"政府性基金.*{_ACCOUNTS}", _SPENDING, "2", never=f"基本支出|{_ALSO}",
          signature=_SPENDING + _BALANCES),
    _form("06", "一般公共预算财政拨款基本支出决算表", rf"基本支出.*{_ACCOUNTS}", _together("经济|科目|编码", "人员经费|公用经费|决算数?|金额|工资福利"), "35",
          never=f"基金|国有资本|{_ALSO}", better="(一般公共|公共财政)预算", signature=_together("工资福利支出", "商品和服务支出")),
    _form("04", "财政拨款收入支出决算总表", rf"财政拨款(收入支出|收支)决算总表|^(?!.*公共.{{0,2}}预算).*财政拨款(收入支出|收支){_ACCOUNTS}", _TWO_SIDES + _together("政府性基金|合计"),
          never=_ALSO, signature=_TWO_SIDES + _together(r"(合计|小计)\|.*一般公共预算.{0,6}\|.*政府性基金.{0,8}\|")),
    _form("05", "一般公共预算财政拨款支出决算表", rf"(一般公共|公共财政)预算.*支出{_ACCOUNTS}", _SPENDING, "2", never=f"基本支出|{_ALSO}"),
    _form("01", "收入支出决算总表", rf"(收入支出|收支)(总体)?{_ACCOUNTS}", _TWO_SIDES, never=f"财政拨款|{_ALSO}",
          signature=_TWO_SIDES + _together("上级补助收入|事业收入")),
    _form("03", "支出决算表", rf"(?<!款)支出(总体)?{_ACCOUNTS}", _together("基本支出", "上缴上级|本年支出|经营支出"), "2", never=f"财政拨款|基本支出|{_ALSO}",
          signature=_together("科目|功能分类", "基本支出", "上缴上级支出")),
    _form("02", "收入决算表", rf"(?<!款)收入(总体)?{_ACCOUNTS}", _together("财政拨款.{0,2}收入|本年收入", "事业收入|上级补助"), "2", never=f"财政拨款|{_ALSO}",
          signature=_together("科目|功能分类", "财政拨款收入", "事业收入")),
)  # fmt: skip
BY_KEY: dict[str, Form] = {form.key: form for form in FORMS}

#: The budgets that a title names; function codes, and those of classes that only the general one has: a third of them tells.
_FUND = re.compile("一般公共|公共财政|政府性基金|国有资本")
_GENERAL = re.compile(r"2(0[1-5]|10|2[0124])")
_CODE = re.compile(r"2\d{2}(\d\d){0,2}")

#: Leading and trailing parts of a printed title that do not name the form.
_PREFIX = re.compile(
    rf"(附(件|表)?[\d-]{{0,6}}[:：]?|表[\d-]{{1,6}}[:：]?|{TABLE_LABEL}|[一二三四五六七八九十\d]{{1,4}}[、.．]|"
    r"\([一二三四五六七八九十\d]{1,4}\))"
)
#: What leads from an entry of the contents to its page.
LEADER = r"[.…⋯·・•。_\-—~]"
#: Each alternative fails at once where it does not end the text: a contents' dots are tried from their first only.
_SUFFIX = re.compile(
    rf"((?<!{LEADER}){LEADER}{{2,}}+(?:(?!{LEADER}).){{0,8}}|\([^()]*\)|-\d{{1,4}}-?|20\d\d年度?|续表?|{TABLE_LABEL})$"
)
#: The first line of a title that takes two: words only, and no end of a title.
_WORDS = re.compile(r"[\u4e00-\u9fff“”\"]{4,30}(?<!表)(?<!页)(?<!元)")
_MARKS = str.maketrans("", "", QUOTES + "《》「」")
#: A table by units, whatever else its title says; it is printed in brackets, too.
_BY_UNIT = re.compile("分单位|按单位|分部门|按部门|各单位|分预算单位|(?<!及)[所下]属.{0,4}单位")


def _without_ends(text: str) -> str:
    while (shorter := _SUFFIX.sub("", text)) != text:
        text = shorter
    return text


def plain_title(text: str) -> str:
    """A printed title for comparing: no ordinal, quotes, brackets at the end, or year."""
    text = nfkc(text[:200]).translate(_MARKS)
    if begins := _PREFIX.match(text):
        text = text[begins.end() :]
    return _without_ends(text)


def title_form(text: str) -> Form | None:
    """The form that a line of text is the title of."""
    if len(text) > 200:
        return None
    title = plain_title(text)
    if (
        not 5 <= len(title) <= 60
        or not title.endswith("表")
        or re.search("[。；;，]", title)
        or _BY_UNIT.search(nfkc(text))
    ):
        return None
    named = (form for form in FORMS if form.pattern.search(title))
    return next((form for form in named if not (form.never and form.never.search(title))), None)


#: What stands over the contents: 目录, XX局2024年度部门决算公开目录.
_CONTENTS = re.compile(
    r"\W*(?:[一二三]、)?(?:[^,。;:]{0,40}决算(?:信息|报告)?(?:公开)?(?:报告|说明|情况)?|总|内容|表格|附表|报表)?目[录次錄](?:\(续\))?\W*\d{0,3}|CONTENTS",
    re.IGNORECASE,
)
#: What stands over a printed table: its unit or its number.
_HEAD = re.compile(rf"{numbers.STATED_UNIT}|{TABLE_LABEL}$")
#: So many forms named in one place are a list of them.
_LIST = 3
_ENTRY = re.compile(rf"(?<!{LEADER}){LEADER}{{2,}}+\(?\d*\)?$|\D\d{{1,3}}$")
_LONG_LEADER = re.compile(rf"(?<!{LEADER}){LEADER}{{7,}}+")
#: The page of an entry of the contents, without dots that lead to it.
_ENTRY_PAGE = re.compile(
    r"(?<=表)(?:(?:第|P\.?)?\d{1,3}(?:[-~至]\d{1,3})?页?|[〔【\[]\d{1,3}[】〕\]]|[-—]+\d{1,3}[-—]+)$", re.IGNORECASE
)


def announcing(lines: Sequence[Line]) -> list[Line]:
    """The lines that announce what a report prints: of the nine tables the entries of its contents (目录), and pages with
    a table's unit or number; any line that is a title where no contents list them, and of self-evaluations.
    """
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    contents: list[Line] = []
    last = None
    for page, page_lines in sorted(pages.items()):
        headed = any(_CONTENTS.fullmatch(nfkc(line.text)) for line in page_lines)
        entries = _entries(page_lines)
        if headed or (last == page - 1 and _lists(page_lines, entries)):
            contents += entries
            last = page
    if len(_named(contents)) < _LIST:
        return list(lines)
    listed = {line.page for line in contents}
    heads = {
        page
        for page, page_lines in pages.items()
        if page not in listed and any(_HEAD.search(nfkc(line.text)) for line in page_lines)
    }
    return [*contents, *(line for line in lines if line.page in heads or _is_evaluation(line.text))]


def _entries(lines: Iterable[Line]) -> list[Line]:
    """The entries that ``lines`` of contents are, without their pages: one of several columns each, or beside other words, a
    title of two lines whole.
    """
    entries: list[Line] = []
    for line in lines:
        texts = [_entry(text) for _, _, text in line.pieces]
        columns = [text for text in texts if title_form(text)]
        if len(columns) > 1 or columns and not title_form(_entry(line.text)):
            entries += [replace(line, text=text) for text in columns]
            continue
        text, before = _entry(line.text), entries[-1].text if entries else ""
        begun = _WORDS.fullmatch(_PREFIX.sub("", nfkc(before), count=1)) and not _PREFIX.match(nfkc(text))
        whole = title_form(before + text) if begun else None
        if whole and whole != title_form(text):
            entries[-1] = replace(entries[-1], text=before + text)
        else:
            entries.append(replace(line, text=text))
    return entries


def _entry(text: str) -> str:
    """An entry of the contents without its page, what leads to it no longer than need be."""
    text = _LONG_LEADER.sub("......", nfkc(text))
    return _ENTRY_PAGE.sub("", text) if len(text) <= 200 else text


def contents_as_lines(grids: Sequence[Grid], pages: Sequence[Sequence[Line]]) -> tuple[list[Grid], list[list[Line]]]:
    """``grids`` without those that are contents set as a table, whose rows are lines of their pages."""
    kept: list[Grid] = []
    with_rows = [list(lines) for lines in pages]
    last = None
    for grid in grids:
        texts = [cell.text for cell in grid.cells]
        named = {form.key for text in texts if (form := title_form(_entry(text))) and form.key.isdigit()}
        if len(named) < (1 if last == grid.page - 1 else _LIST) or any(map(is_amount, texts)):
            kept.append(grid)
            continue
        last = grid.page
        lines = with_rows[grid.page - 1]
        lines += _rows_as_lines(grid)
        lines.sort(key=lambda line: -line.box[3])
    return kept, with_rows


def _rows_as_lines(grid: Grid) -> Iterator[Line]:
    """Each row of a grid as a line, of a piece for each of its cells."""
    rows: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        if cell.lines:
            rows.setdefault(cell.row, []).append(cell)
    for _, cells in sorted(rows.items()):
        left, bottom, right, top = zip(*(cell.box for cell in cells), strict=True)
        box = (min(left), min(bottom), max(right), max(top))
        pieces = tuple((cell.box[0], cell.box[2], cell.text) for cell in sorted(cells, key=lambda cell: cell.col))
        yield Line(" ".join(text for _, _, text in pieces), box, grid.page, pieces)


def _is_evaluation(text: str) -> bool:
    form = title_form(text)
    return form is not None and not form.key.isdigit()


def _lists(lines: Sequence[Line], entries: Sequence[Line]) -> bool:
    """Whether lines are a list of contents: most end in a page number or dots, or several are titles of forms."""
    paged = sum(bool(_ENTRY.search(nfkc(line.text))) for line in lines)
    return 2 * paged > len(lines) or len(_named(entries)) >= _LIST


def _named(lines: Iterable[Line]) -> set[str]:
    """The forms whose titles are among ``lines``."""
    return {form.key for line in lines if (form := title_form(line.text))}


def is_title(text: str) -> bool:
    """Whether a line is the title of some table, be it a published form's or not."""
    if len(text) > 200 or "续表" in text:
        return False
    title = _without_ends(nfkc(text))
    return re.fullmatch(r"[^。；;，,:：]{4,48}(?<![见下上如附])表", title) is not None


def find_title(lines: list[Line]) -> tuple[Form, str] | None:
    """The title nearest above a grid, given the lines above it, top to bottom; it may take two lines."""
    pairs = [(above.text + line.text, line) for above, line in zip(lines, lines[1:], strict=False)]
    for i in range(len(lines) - 1, -1, -1):
        form = title_form(lines[i].text)
        if form is not None:
            longer = title_form(pairs[i - 1][0]) if i and _WORDS.fullmatch(nfkc(lines[i - 1].text)) else None
            return (longer, pairs[i - 1][0].strip()) if longer else (form, lines[i].text.strip())
        if is_title(lines[i].text):
            return None
    for text, _ in reversed(pairs):
        form = title_form(text)
        if form is not None:
            return form, text.strip()
    return None


def form_label(key: str) -> str:
    """What a form is called in short: 公开07表, 项目自评表."""
    return table_label(key) if key.isdigit() else word(key)


def head_text(grid: Grid, rows: int = 8) -> str:
    """The texts of a grid's first rows, each closed by ``|``, for comparing."""
    return "".join(nfkc(cell.text[:60]) + "|" for cell in grid.cells if cell.row < rows and cell.lines)


@dataclass(frozen=True)
class Named:
    """What a grid is: the form's key (or UNKNOWN, OTHER), its printed title, and why it is none of the forms."""

    form: str
    title: str = ""
    why: str = ""


def recognise(grid: Grid, lines: list[Line]) -> Named:
    """Which form a grid starts, from the lines above it, its headings and the codes of its rows."""
    head = head_text(grid)
    inside = ((form, text) for text in _texts_across(grid) if (form := title_form(text)))
    titled = next(inside, None) or find_title(lines)
    if evaluation := evaluation_form(rows_of(grid), " ".join(line.text for line in lines[-4:])):
        return Named(evaluation, titled[1] if titled and titled[0].key == evaluation else "")
    if titled:
        form, title = titled
        if form.codes == "2" and re.search("工资福利支出|商品和服务支出", head):
            return Named(OTHER, title, tr("标题为{form}，而各列为经济分类", form=form_label(form.key)))
        if against := _contradiction(form, grid, head):
            return Named(OTHER, title, tr("标题为{form}，而{against}", form=form_label(form.key), against=against))
        if not form.marks.match(head_text(grid, 14 if form.key == "09" else 8)) and not _fits(form, grid):
            return Named(UNKNOWN, title, tr("标题为{form}，而表头不同", form=form_label(form.key)))
        return Named(form.key, title)
    printed_title = own_title(grid, lines)
    signed = next((form for form in FORMS if form.signature and form.signature.match(head)), None)
    against = _contradiction(signed, grid, head) or _other_fund(signed, grid, printed_title) if signed else ""
    if printed_title:
        alien = signed and (
            re.search(_ELSE, nfkc(printed_title)) or signed.never and signed.never.search(nfkc(printed_title))
        )
        if (
            signed
            and (signed.key != "06" or "基本支出" in printed_title)
            and not against
            and not alien
            and not _BY_UNIT.search(nfkc(printed_title))
        ):
            return Named(signed.key, printed_title)
        return Named(OTHER, printed_title, tr("标题不是九张表中的任何一张"))
    if signed and not against:
        return Named(signed.key)
    return Named(UNKNOWN, "", tr("标题和表头都不认识"))


def own_title(grid: Grid, lines: list[Line]) -> str:
    """The title of any table that stands right above a grid or in its first rows, "" without one."""
    above = next((line.text.strip() for line in reversed(lines[-4:]) if is_title(line.text)), "")
    inside = (text for text in _texts_across(grid) if grid.cols > 1 and is_title(text))
    return next(inside, above)


def _texts_across(grid: Grid) -> Iterator[str]:
    """What the first rows of a grid print across its width."""
    return (cell.text for cell in grid.cells if cell.row < 3 and cell.colspan == grid.cols)


def _contradiction(form: Form, grid: Grid, head: str) -> str:
    """What a grid shows that form ``form`` cannot have: rows by units, or codes of the other classification."""
    if not form.codes:
        return ""
    if re.search(r"(单位|部门)(编码|代码|名称)\|", head) and not re.search("科目|功能|经济分类", head):
        return tr("各行为单位")
    kinds = _kinds_of_codes(grid)
    if sum(kinds.values()) > 2 * sum(kinds[kind] for kind in form.codes):
        return tr("各行为经济分类编码") if form.codes == "2" else tr("各行为功能分类编码")
    return ""


def _other_fund(form: Form, grid: Grid, title: str) -> str:
    """What says that a grid whose headings sign 07 is of another fund: its title, or classes that no fund spends on."""
    if form.key != "07":
        return ""
    firsts = [nfkc(cell.text) for cell in grid.cells if cell.col == 0]
    codes = [code for code in firsts if _CODE.fullmatch(code)]
    general = sum(bool(_GENERAL.match(code)) for code in codes)
    fund = _FUND.search(nfkc(title))
    if fund and fund.group() != "政府性基金" or not fund and general and 3 * general >= len(codes):
        return tr("表头同{form}，而内容是别的预算", form=form_label(form.key))
    return ""


def _fits(form: Form, grid: Grid) -> bool:
    """Whether most rows of a grid begin with the codes of a form: with its title that will do, be its headings what they may.

    A few that look like codes and are none of the form's are misprints.
    """
    fitting = sum(_kinds_of_codes(grid)[kind] for kind in form.codes)
    alike = sum(bool(re.fullmatch(r"[\dOo]{3,9}", nfkc(cell.text))) for cell in grid.cells if cell.col == 0)
    return 2 <= fitting >= 2 * (alike - fitting) and max(alike, fitting) > grid.rows / 2


def _kinds_of_codes(grid: Grid) -> Counter[str]:
    """How many rows begin with a code of each kind, by its first digit; 312.45 is an amount where no code has three parts."""
    firsts = [nfkc(cell.text) for cell in grid.cells if cell.col == 0]
    if not any(re.fullmatch(r"\d{3}\.\d\d\.\d\d", text) for text in firsts):
        firsts = [text for text in firsts if not re.fullmatch(r"\d{3}\.\d\d", text)]
    codes = (re.sub(r"[\s.·-]", "", text) for text in firsts)
    return Counter(code[0] for code in codes if re.fullmatch(r"[235]\d{2}(\d\d){0,2}", code))
