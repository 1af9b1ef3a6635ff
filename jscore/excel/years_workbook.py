"""The Excel workbook across reports: a line a row, a column a year, change and rate as live formulas.

Belongs here: the sheets of ``jscore excel --all``.  Does not: what is compared (``years``), the workbook of one report
(``workbook``).

Nothing but printed, counted and derived figures is written as a number: every change, rate and difference is a formula
on the cells beside it, so that a colleague can see where it comes from, and it follows when a figure is corrected.
"""

# mypy: allow-untyped-calls
# openpyxl has no types of its own.

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.comments.comments import Comment
from openpyxl.styles.alignment import Alignment
from openpyxl.styles.borders import Border, Side
from openpyxl.styles.fills import PatternFill
from openpyxl.styles.fonts import Font
from openpyxl.utils.cell import get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from jscore.errors import ReadError
from jscore.files.whole import whole_file
from jscore.fonts import width
from jscore.library import years
from jscore.library.years.counted_reports import records
from jscore.library.years.yearly_changes import RATED

#: The sheets that are not one of ``years.TOPICS``.
ABOUT, OVERVIEW, STATED, PROJECTS = "说明", "年度", "上年数核对", "项目"
#: The lines of the overview: topic, key, form (None: any one).
_HEADLINES = (
    (years.TOTALS, "收入总计", None), (years.TOTALS, "支出总计", None), (years.TOTALS, "财政拨款支出", None),
    (years.TOTALS, "机关运行经费", None), (years.PARTS, "基本支出", "common"), (years.PARTS, "项目支出", "common"),
    (years.BUDGET, years.WHOLE, None), (years.SANGONG, years.WHOLE, None), (years.SCORES, "部门整体自评得分", None),
    (years.SCORES, "自评项目数", None), (years.SCORES, "项目平均得分", None), (years.SCORES, "项目预算执行率", None),
)  # fmt: skip
_FLAGS = {
    "新增": "后一年的表有此项，前一年的表无此项（按 0 计）", "停列": "前一年的表有此项，后一年的表无此项（按 0 计）",
    "上年为推算": "前一年没有报告或没有该表，数字由后一年报告的“比上年”推算，斜体", "隔年比较": "前一个数字不是上一年度的",
    "变动大": "增减 30% 以上，且不少于全表的 1%", "改名": "前一年的科目名称不同，编码相同",
    "与上年报告不符": "后一年报告所述的上年数与上年报告不一致，见“上年数核对”", "疑为改码": "名称相同的编码一个停列、一个新增",
}  # fmt: skip

FONT = "等线"
BODY, BOLD = Font(name=FONT, size=10), Font(name=FONT, size=10, bold=True)
TITLE = Font(name=FONT, size=16, bold=True)
GUESSED = Font(name=FONT, size=10, italic=True, color="6B7280")
FILL = PatternFill("solid", fgColor="DCE5EE")
RULE = Border(bottom=Side("thin", color="8696A7"))
AMOUNT, RATE, POINTS, COUNT = "#,##0.00", "0.0%", "0.00##", "0"
FORMATS = {"万元": AMOUNT, "分": POINTS, "个": COUNT, "%": POINTS}
TEXT, NUMBER = Alignment(horizontal="left", vertical="top", indent=1), Alignment(horizontal="right", vertical="top")
#: Headings of numbers, and of text.
HEADINGS = (
    Alignment(horizontal="right", vertical="center", wrap_text=True),
    Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1),
)
WIDEST = 44

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass
class _Sheet:
    """A sheet that is filled row by row under its headings."""

    sheet: Worksheet
    headings: Sequence[str]
    row: int = 1
    widths: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number, heading in enumerate(self.headings, 1):
            cell = _put(self.sheet, 1, number, heading)
            cell.font, cell.fill, cell.border = BOLD, FILL, RULE
            cell.alignment = HEADINGS[True]
        self.sheet.row_dimensions[1].height = 30
        self.widths = [min(width(heading), 14) for heading in self.headings]

    def add(self, values: Sequence[Any], formats: Sequence[str], bold: bool = False) -> int:
        """Write a row; the number of the row."""
        self.row += 1
        for number, (value, form) in enumerate(zip(values, formats, strict=True), 1):
            if value is None or (not isinstance(value, str) and pd.isna(value)):
                continue
            cell = _put(self.sheet, self.row, number, value)
            cell.font = BOLD if bold else BODY
            cell.alignment = TEXT if form in ("", "@") else NUMBER
            if form:
                cell.number_format = form
                self.sheet.cell(1, number).alignment = HEADINGS[form == "@"]
            self.widths[number - 1] = max(self.widths[number - 1], 12 if form else min(width(str(value)), WIDEST))
        return self.row

    def finish(self, frozen: int) -> None:
        """Frozen headings and first columns, filters, widths, A4 across with repeated headings."""
        sheet = self.sheet
        for number, room in enumerate(self.widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = room + 2
        sheet.freeze_panes = f"{get_column_letter(frozen + 1)}2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(self.headings))}{max(self.row, 1)}"
        sheet.print_title_rows = "1:1"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.oddHeader.left.text, sheet.oddFooter.center.text = "&A", "&P / &N"


def write_years(path: Path, processed: str | Path | None = None, department: str | None = None) -> list[str]:
    """Write the workbook across the reports in ``processed`` to ``path``, whole or not at all; the ids of those compared.

    Sheets: 说明 (which reports, what the hints mean), 年度 (the main lines of each department), one for each of
    ``years.TOPICS``, 上年数核对 (the year before as reports state it), 项目 (self-evaluated projects beside those of the
    year before).  Amounts are in 万元.  Raises ReadError if no report can be compared.
    """
    listed = years.reports(processed, department)
    if not listed["counts"].any():
        raise ReadError("no processed report with a department and a year; run `jscore run` first")
    compared = years.compared(processed, department)
    book = Workbook()
    about = book.worksheets[0]
    about.title = ABOUT
    overview = book.create_sheet(OVERVIEW)
    cells: dict[tuple[Any, ...], str] = {}
    for topic in years.TOPICS:
        own = compared.series[compared.series["topic"] == topic]
        if len(own):
            _fill_topic(book.create_sheet(_title(topic)), own, compared.changes, cells)
    _fill_overview(overview, compared.series, cells)
    if len(compared.stated):
        _fill_stated(book.create_sheet(STATED), compared.stated)
    followed = years.projects(processed, department)
    if len(followed):
        _fill_projects(book.create_sheet(PROJECTS), followed)
    _fill_about(about, listed)
    book.properties.title, book.properties.creator = "部门决算：各年度对比", "jscore"
    book.calculation = CalcProperties(fullCalcOnLoad=True)
    save(book, path)
    return list(listed.loc[listed["counts"], "report_id"])


def save(book: Workbook, path: Path) -> None:
    """Save ``book`` to ``path``, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = BytesIO()
    book.save(data)
    whole_file(path, data.getvalue())


def _title(topic: str) -> str:
    return re.sub(r"[“”]", "", topic)


def _put(sheet: Worksheet, row: int, number: int, value: Any) -> Any:
    """Write ``value``: text as text unless it is a ``_Formula``."""
    if isinstance(value, _Formula):
        return sheet.cell(row, number, str(value))
    cell = sheet.cell(row, number, _ILLEGAL.sub("", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    return cell


class _Formula(str):
    """A text that is a formula."""

    __slots__ = ()


def _change(before: str, after: str) -> _Formula:
    return _Formula(f'=IF(OR({before}="",{after}=""),"",{after}-{before})')


def _rate(before: str, after: str) -> _Formula:
    return _Formula(f'=IF(OR({before}="",{after}=""),"",IF({before}=0,"",({after}-{before})/{before}))')


def _year_headings(own_years: Sequence[int]) -> list[str]:
    pairs = [f"{word}\n{before}→{after}" for before, after in _neighbours(own_years) for word in ("增减", "增减率")]
    return [*map(str, own_years), *pairs]


def _neighbours(own_years: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(own_years[:-1], own_years[1:], strict=True))


def _pairs(row: int, first: int, own_years: Sequence[int], unit: str) -> list[_Formula | None]:
    """Change and rate of each pair of neighbouring years, whose figures begin in column ``first`` of ``row``."""
    found: list[_Formula | None] = []
    for place in range(len(own_years) - 1):
        before, after = (f"{get_column_letter(first + place + step)}{row}" for step in (0, 1))
        found += [_change(before, after), _rate(before, after) if unit in RATED else None]
    return found


def _fill_topic(
    sheet: Worksheet, series: pd.DataFrame, changes: pd.DataFrame, cells: dict[tuple[Any, ...], str]
) -> None:
    """One topic: the lines of every department, a column a year; ``cells`` is told where each figure stands."""
    own_years = sorted({int(year) for year in series["year"]})
    keys = ["department", "form", "key"]
    hints = changes[changes["topic"] == series["topic"].iloc[0]].set_index([*keys, "year"])["flags"].to_dict()
    out = _Sheet(sheet, ["部门", "表", "编码", "项目", "单位", *_year_headings(own_years), "提示"])
    pairs = 2 * (len(own_years) - 1)
    for key, line in series.groupby(keys, sort=False):
        figures = {int(row["year"]): row for row in records(line)}
        if not any(row["value"] for row in figures.values()):
            continue
        first = line.iloc[-1]
        form = FORMATS[first["unit"]]
        code = first["key"] if str(first["key"]).isdigit() else None
        indent = "\u3000" * max(int(first["level"]) - 1, 0)
        said = {year: hints.get((*key, year), "") for year in own_years}
        hint = "；".join(f"{year}：{flags}" for year, flags in said.items() if flags)
        row = out.add(
            [first["department"], first["form"], code, indent + first["item"], first["unit"],
             *(figures[year]["value"] if year in figures else None for year in own_years),
             *_pairs(out.row + 1, 6, own_years, first["unit"]), hint or None],
            ["", "", "@", "", "", *[form] * len(own_years), *[form, RATE] * (pairs // 2), ""],
            bold=int(first["level"]) <= 1 and bool(code),
        )  # fmt: skip
        for place, year in enumerate(own_years):
            cell = sheet.cell(row, 6 + place)
            if year in figures:
                cells[*key[:1], first["topic"], *key[1:], year] = f"'{sheet.title}'!{cell.coordinate}"
                _mark(cell, figures[year])
    out.finish(frozen=4)


def _rule_below(sheet: Worksheet, row: int, columns: int) -> None:
    """A line below ``row``: here another department begins."""
    for number in range(1, columns + 1):
        sheet.cell(row, number).border = RULE


def _mark(cell: Any, figure: Mapping[str, Any]) -> None:
    """Say where a figure comes from that is not simply printed."""
    if figure["origin"] == "derived":
        cell.font = GUESSED
        cell.comment = Comment(
            f"由 {figure['report_id']} 第 {figure['page']} 页“比上年”推算", "jscore", height=60, width=220
        )
    elif figure["origin"] == "none":
        cell.font = GUESSED
        cell.comment = Comment("该年度的表无此项，按 0 计", "jscore", height=40, width=200)


def _fill_overview(sheet: Worksheet, series: pd.DataFrame, cells: Mapping[tuple[Any, ...], str]) -> None:
    """The main lines of every department; each figure refers to the sheet that it stands in."""
    own_years = sorted({int(year) for year in series["year"]})
    out = _Sheet(sheet, ["部门", "类别", "表", "项目", "单位", *_year_headings(own_years)])
    pairs = len(own_years) - 1
    for department, own in series.groupby("department", sort=False):
        common = years.common_form(own)
        for topic, key, form in _HEADLINES:
            line = own[(own["topic"] == topic) & (own["key"] == key)]
            line = line[line["form"] == common] if form == "common" else line
            if line.empty:
                continue
            first = line.iloc[-1]
            where = [cells.get((department, topic, first["form"], key, year)) for year in own_years]
            form = FORMATS[first["unit"]]
            row = out.add(
                [department, topic, first["form"], key, first["unit"],
                 *(_Formula(f'=IF({place}="","",{place})') if place else None for place in where),
                 *_pairs(out.row + 1, 6, own_years, first["unit"])],
                ["", "", "", "", "", *[form] * len(own_years), *[form, RATE] * pairs],
            )  # fmt: skip
            for figure in records(line[line["origin"] == "derived"]):
                _mark(sheet.cell(row, 6 + own_years.index(int(figure["year"]))), figure)
        _rule_below(sheet, out.row, len(out.headings))
    out.finish(frozen=4)


def _fill_stated(sheet: Worksheet, stated: pd.DataFrame) -> None:
    """The year before as reports state it, derived and compared by formulas."""
    out = _Sheet(sheet, [
        "部门", "报告年度", "类别", "表", "项目", "本年数", "所述类型", "所述数字", "推算上年数", "上年报告数", "相差", "舍入误差", "结论",
        "增减率相符", "页", "原句",
    ])  # fmt: skip
    words = {"change": "增减额", "rate": "增减率", "amount": "上年数"}
    for row in records(stated):
        at = out.row + 1
        prior = {"change": f"=F{at}-H{at}", "rate": f"=F{at}/(1+H{at})", "amount": f"=H{at}"}[row["how"]]
        out.add(
            [row["department"], row["year"], row["topic"], row["form"], row["item"], row["value"], words[row["how"]], row["stated"],
             _Formula(prior), row["reported"], _Formula(f'=IF(J{at}="","",I{at}-J{at})'),
             row["tolerance"] if pd.notna(row["tolerance"]) else row["half_step"],
             _Formula(f'=IF(J{at}="","无上年报告",IF(ABS(K{at})<=L{at}+0.000000001,"相符","不符"))'),
             row["agrees"], row["page"], row["sentence"]],
            ["", COUNT, "", "", "", AMOUNT, "", "0.00%" if row["how"] == "rate" else AMOUNT, AMOUNT, AMOUNT, AMOUNT, "0.0000", "",
             "", COUNT, ""],
        )  # fmt: skip
    out.finish(frozen=4)


def _fill_projects(sheet: Worksheet, projects: pd.DataFrame) -> None:
    """Every self-evaluated project beside that of the report before."""
    out = _Sheet(sheet, [
        "部门", "年度", "序号", "项目", "状态", "下一年度", "预算（万元）", "执行数（万元）", "得分", "上年预算（万元）", "上年得分",
        "预算增减", "预算增减率", "得分增减", "名称差异", "可信度", "相近项目",
    ])  # fmt: skip
    words = {
        "exact": "相同",
        "punctuation": "标点",
        "year": "年份",
        "wording": "虚词",
        "similar": "相近",
        "several": "不止一个",
    }
    for row in records(projects):
        at = out.row + 1
        out.add(
            [row["department"], row["year"], row["project_no"], row["project"], row["status"], row["after"], row["budget"],
             row["executed"], row["total_score"], row["prior_budget"], row["prior_total_score"],
             _change(f"J{at}", f"G{at}"), _rate(f"J{at}", f"G{at}"), _change(f"K{at}", f"I{at}"),
             words.get(row["how"]), row["confidence"], row["candidate"]],
            ["", COUNT, COUNT, "", "", "", AMOUNT, AMOUNT, POINTS, AMOUNT, POINTS, AMOUNT, RATE, POINTS, "", "0.00", ""],
        )  # fmt: skip
    out.finish(frozen=4)


def _fill_about(sheet: Worksheet, listed: pd.DataFrame) -> None:
    """Which reports are compared, and what the hints mean."""
    _put(sheet, 1, 1, "部门决算：各年度对比").font = TITLE
    reports = [
        (row["report_id"], row["department"], row["year"] if pd.notna(row["year"]) else None, row["why"] or "采用")
        for row in records(listed)
    ]
    row = _block(sheet, 3, ("报告", "部门", "年度", "说明"), reports)
    row = _block(sheet, row, ("提示", "含义"), _FLAGS.items())
    notes = (
        ("金额", "万元；空白表示没有数字"), ("增减、增减率", "公式，随数字变动；只在同一张表之间比较"),
        ("斜体", "推算的上年数，或表中没有此项（按 0 计）；批注说明来源"),
        ("同一年度有几份报告", "采用名称标明更正的一份，其次按名称取最后一份"),
    )  # fmt: skip
    _block(sheet, row, ("说明", ""), notes)
    for letter, columns in zip("ABCD", (30, 64, 8, 50), strict=True):
        sheet.column_dimensions[letter].width = columns
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight, sheet.page_setup.paperSize = 0, sheet.PAPERSIZE_A4


def _block(sheet: Worksheet, row: int, headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> int:
    """A small table on the first sheet; the row after it and a blank one."""
    for number, heading in enumerate(headings, 1):
        cell = _put(sheet, row, number, heading)
        cell.font, cell.fill, cell.border = BOLD, FILL, RULE
    for line in lines:
        row += 1
        for number, value in enumerate(line, 1):
            if value is not None:
                cell = _put(sheet, row, number, value)
                cell.font = BODY
                cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
    return row + 2
