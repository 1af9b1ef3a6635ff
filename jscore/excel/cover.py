"""The cover: the report in brief, each figure with its page and, where a sheet has it, as a formula that follows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jscore.excel.accounts import ratios
from jscore.excel.book import AMOUNT, COUNT, FORMATS, HEAD, LINE_HEIGHT, RATE, Book, Look, Sheet
from jscore.excel.fields import Formula, Link, Noted, Placed, Value, text_of
from jscore.excel.words import ABOUT, headed, unit_word
from jscore.fonts import width
from jscore.fonts.palette import BAD, DARK, DOUBTFUL, GREY
from jscore.language import sign, tr
from jscore.language.words import word
from jscore.schema import Info
from jscore.summary import sentences
from jscore.summary.facts import Figure, Summary, short_pages

#: Widths of the cover's columns, and of those that a sentence runs over.
WIDTHS = (30, 16, 16, 14, 16)
INKS = {"error": BAD[1], "warning": DOUBTFUL[1], "info": DARK}
#: The cover is one page, and printed a little smaller than other sheets if it has to be.
SMALLEST = 0.5
NUMBER, PROSE = Look(AMOUNT, "right"), Look()


@dataclass(frozen=True)
class Listed:
    """A sheet as the cover lists it: its key, its title and how many rows it has."""

    key: str
    title: str
    rows: int | None


@dataclass
class _Cover:
    """The cover being written: ``row`` is the next one."""

    sheet: Sheet
    row: int = 1

    @property
    def book(self) -> Book:
        return self.sheet.book

    def section(self, *headings: str) -> None:
        """A heading, those of its columns beside it; a blank row before."""
        self.row += 1
        for place in range(len(WIDTHS)):
            text = headings[place] if place < len(headings) else ""
            look = Look(bold=True, fill=HEAD, ruled=True, align="right" if place else "left")
            self.sheet.put(self.row, place + 1, text or None, look)
        self.row += 1

    def line(self, *cells: Value | tuple[Value, Look]) -> None:
        """A row: values, each with its look where it is not text."""
        for place, cell in enumerate(cells, 1):
            value, look = cell if isinstance(cell, tuple) else (cell, Look(align="right" if place > 3 else "left"))
            if value is not None:
                self.sheet.put(self.row, place, value, look)
        self.row += 1

    def sentence(self, text: str, first: int = 1, last: int = len(WIDTHS), look: Look = PROSE) -> None:
        """A text over columns ``first`` to ``last`` of the present row, as high as it needs."""
        room = sum(WIDTHS[first - 1 : last])
        self.sheet.put(self.row, first, text, replace(look, wrap=True))
        self.sheet.page.merge_cells(start_row=self.row, end_row=self.row, start_column=first, end_column=last)
        lines = -(-width(text) // (room - 2))
        self.sheet.page.row_dimensions[self.row].height = LINE_HEIGHT * lines + 2

    def figure(self, figure: Figure, form: str = "") -> tuple[Value, Look]:
        """A figure that follows its cell, where a sheet has it."""
        look = Look(form or FORMATS.get(figure.unit, "General"), "right")
        if figure.value is None:
            return "—", look
        address = self.book.figures.get(figure.at) if figure.at else None
        return (Formula(address, figure.value) if address else figure.value), look

    def page(self, page: int | None) -> str | None:
        return tr("第 {pages} 页", pages=page) if page else None


def cover_sheet(
    sheet: Sheet, facts: Summary, info: Info, placed: Mapping[str, Placed], sheets: Sequence[Listed], answered: int
) -> None:
    """Fill 封面 from ``facts``; ``placed`` are the tables of the other ``sheets``, ``answered`` how many findings are."""
    cover = _Cover(sheet)
    for place, wide in enumerate(WIDTHS, 1):
        sheet.widen(place, wide)
    cover.sentence(sentences.title(facts), look=Look(size=16, bold=True, ink=DARK))
    sheet.page.row_dimensions[1].height = 44 if width(sentences.title(facts)) > 56 else 24
    cover.row += 1
    cover.sentence(_about(info), look=Look(ink=GREY, size=9))
    cover.row += 1
    cover.section(tr("要点"))
    for text in sentences.headlines(facts):
        cover.sentence("· " + text)
        cover.row += 1
    _findings(cover, facts, placed, answered)
    _money(cover, facts)
    _evaluations(cover, facts, placed)
    cover.section(tr("缺失与未能读取"))
    for text in sentences.gaps(facts):
        cover.sentence(text)
        cover.row += 1
    printed = cover.row - 1  # on paper a list of links says nothing
    cover.section(tr("工作表"))
    for listed in sheets:
        about = tr(ABOUT[listed.key]) if listed.key in ABOUT else ""
        rows = None if listed.rows is None else tr("{number} 行", number=listed.rows)
        sheet.put(cover.row, 5, rows, Look(align="right", ink=GREY))
        cover.sentence(about, 2, 4, Look(ink=GREY))
        cover.line(Link(listed.title, listed.title))
    sheet.page.sheet_view.showGridLines = False
    sheet.print_on(len(WIDTHS), printed, SMALLEST)


def _about(info: Info) -> str:
    source = info.get("source") or (f"{info['report_id']}.pdf" if info.get("report_id") else None)
    parts = {
        tr("来源文件"): source,
        headed("页数"): info.get("page_count"),
        tr("原表金额单位"): text_of(info.get("money_unit")),
        tr("本工作簿金额单位"): tr("万元；空白表示原表未填"),
    }
    return sign("；").join(f"{name}{sign('：')}{value}" for name, value in parts.items() if value)


def _money(cover: _Cover, facts: Summary) -> None:
    cover.section(tr("主要数据"))
    figures = (facts.revenue, facts.expenditure, facts.appropriation, facts.basic, facts.project, *facts.others)
    for figure in figures:
        name = tr(figure.label)
        cover.line(name, cover.figure(figure), unit_word(figure.unit), None, cover.page(figure.page))
    if facts.budgets:
        amounts = [headed("年初预算"), headed("决算数")]
        cover.section(" → ".join(amounts), *amounts, tr("完成年初预算"))
        for line in facts.budgets:
            before = line.opening if line.stated else Noted(line.opening, sentences.derived_budget())
            rate = (line.completion, Look(RATE, "right"))
            name = tr(line.label)
            cover.line(name, (before, NUMBER), (line.final, NUMBER), rate, cover.page(line.page))
        if elsewhere := sentences.budget_elsewhere(facts):
            cover.sentence(elsewhere, look=Look(ink=GREY))
            cover.row += 1
    for heading, figures, whole in (
        (tr("收入来源"), facts.sources, facts.revenue),
        (tr("支出用于"), facts.classes, facts.expenditure),
        (tr("最大的五个项"), facts.items, facts.expenditure),
    ):
        if figures:
            cover.section(heading, *(sentences.capital(word(name)) for name in ("amount", "share")))
            _shares(cover, figures, whole)
    if facts.sangong:
        cover.section("“三公”经费", headed("预算数"), headed("决算数"), tr("占预算"))
        for budget, final in facts.sangong:
            row = cover.row
            used = ratios([final.value], [budget.value])[0]
            share = Formula(f'IF(N(B{row})=0,"",C{row}/B{row})', used)
            cover.line(
                final.label,
                cover.figure(budget),
                cover.figure(final),
                (share, Look(RATE, "right")),
                cover.page(final.page),
            )


def _shares(cover: _Cover, figures: Sequence[Figure], whole: Figure) -> None:
    """Figures, and their shares of ``whole``, which stands in a sheet."""
    address = cover.book.figures.get(whole.at) if whole.at else None
    for figure in figures:
        share = ratios([figure.value], [whole.value])[0]
        made = Formula(f'IF(N({address})=0,"",B{cover.row}/{address})', share) if address else share
        cover.line(figure.label, cover.figure(figure), (made, Look(RATE, "right")), None, cover.page(figure.page))


def _evaluations(cover: _Cover, facts: Summary, placed: Mapping[str, Placed]) -> None:
    scores = facts.scores
    if facts.department_score.value is None and not scores.projects:
        return
    cover.section(tr("项目绩效自评"))
    if facts.department_score.value is not None:
        name = tr(facts.department_score.label)
        unit = unit_word("points")
        cover.line(name, cover.figure(facts.department_score), unit, None, cover.page(facts.department_score.page))
    if scores.projects and "projects" in placed:
        at = placed["projects"]
        points = Look("0.0", "right")
        cover.line(
            tr("项目数"),
            (Formula(f"COUNTA({at.whole('project_no')})", scores.projects), Look(COUNT, "right")),
        )
        if scores.mean is not None:
            cover.line(
                tr("平均得分"),
                (Formula(f"AVERAGE({at.whole('total_score')})", scores.mean), points),
                unit_word("points"),
            )
        for name, column, value in (
            (tr("预算合计"), "budget", scores.budget),
            (tr("执行数合计"), "executed", scores.executed),
        ):
            if value is not None:
                cover.line(name, (Formula(f"SUM({at.whole(column)})", value), NUMBER), "万元")
        idle = f'COUNTIFS({at.whole("executed")},0,{at.whole("budget")},">0")'
        cover.line(tr("有预算而分文未支"), (Formula(idle, scores.unspent), Look(COUNT, "right")))


def _findings(cover: _Cover, facts: Summary, placed: Mapping[str, Placed], answered: int) -> None:
    book = cover.book
    cover.section(tr("最要紧的发现"))
    for matter in facts.findings:
        pages = tr("第 {pages} 页", pages=short_pages(matter.pages)) if matter.pages else None
        more = sentences.alike(matter.alike)
        cover.sheet.put(cover.row, 5, pages, Look(align="right", wrap=True))
        told = f"{word(matter.severity)}{sign('：')}{matter.message}{more}"
        cover.sentence(told, 1, 4, Look(ink=INKS[matter.severity]))
        cover.row += 1
    number = Look(COUNT, "right")
    failed = sign("；").join(f"{word(name)} {many}" for name, many in facts.failed.items())
    cover.sheet.put(cover.row, 1, tr("核对未通过（读取报告时）"), Look())
    cover.sentence(failed, 2, 4, Look(align="right"))
    cover.row += 1
    cover.line(tr("核对通过（读取报告时）"), (facts.held, number))
    if "findings" in placed:
        at = placed["findings"]
        formula = f"SUMPRODUCT(--(LEN({at.whole('confirmed')})>0))"
        cover.line(tr("已填写“属实”（随填写变动）"), (Formula(formula, answered), number))
    if book.flags:
        made = "+".join(f'COUNTIF({address},"{tr("不符")}")' for address, _ in book.flags)
        cover.line(tr("各表合计不符（随数字变动）"), (Formula(made, sum(many for _, many in book.flags)), number))
