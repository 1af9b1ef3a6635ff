"""The Excel workbook across reports: a line a row, a column a year, change and rate as live formulas.

Nothing but printed, counted and derived figures is written as a number: every change, rate and difference is a formula
on the cells beside it, so that a colleague can see where it comes from, and it follows when a figure is corrected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from jscore.excel.book import LINE_HEIGHT, Book, Look
from jscore.excel.fields import Field, Noted, Value, cell_values
from jscore.files.whole import whole_file
from jscore.fonts import width
from jscore.language import N_, sign, tr
from jscore.language.words import WORDED, word
from jscore.schema import Column, Kind
from jscore.schema import rows as rows_of
from jscore.summary.sentences import capital

#: The sheets that are not a topic.
TITLE, ABOUT, OVERVIEW = N_("部门决算：各年度对比"), N_("说明"), N_("年度")
STATED, PROJECTS = N_("上年数核对"), N_("项目")
FLAGS = {
    N_("新增"): N_("后一年的表有此项，前一年的表无此项（按 0 计）"), N_("停列"): N_("前一年的表有此项，后一年的表无此项（按 0 计）"),
    N_("上年为推算"): N_("前一年没有报告或没有该表，数字由后一年报告的“比上年”推算，斜体"), N_("隔年比较"): N_("前一个数字不是上一年度的"),
    N_("变动大"): N_("增减 30% 以上，且不少于全表的 1%"), N_("改名"): N_("前一年的科目名称不同，编码相同"),
    N_("与上年报告不符"): N_("后一年报告所述的上年数与上年报告不一致，见“上年数核对”"), N_("疑为改码"): N_("名称相同的编码一个停列、一个新增"),
}  # fmt: skip
NOTES = (
    (N_("金额"), N_("万元；空白表示没有数字")), (N_("增减、增减率"), N_("公式，随数字变动；只在同一张表之间比较")),
    (N_("斜体"), N_("推算的上年数，或表中没有此项（按 0 计）；批注说明来源")),
    (N_("同一年度有几份报告"), N_("采用名称标明更正的一份，其次按名称取最后一份")),
)  # fmt: skip
_HOW = {"change": N_("增减额"), "rate": N_("增减率"), "amount": N_("上年数")}

Record = dict[str, Any]


@dataclass(frozen=True)
class Years:
    """What the workbook is made of: frames of the reports, their lines, changes, stated figures and projects.

    ``topics`` are the sheets in order; ``main`` the lines of the overview: topic, key, form (None: any one); ``rated`` the
    units of figures whose change is also given as a rate.
    """

    reports: pd.DataFrame
    series: pd.DataFrame
    changes: pd.DataFrame
    stated: pd.DataFrame
    projects: pd.DataFrame
    topics: Sequence[str]
    main: Sequence[tuple[str, str, Mapping[str, str | None] | None]]
    rated: Sequence[str]


@dataclass(frozen=True)
class _Line:
    """A line of one department: what it is, its figure of each year, and what to know about its changes."""

    about: Record
    figures: Mapping[int, Record]
    hint: str = ""
    #: Where the figures stand on another sheet, by year.
    at: Mapping[int, str] | None = None


def write_years(path: Path, years: Years) -> None:
    """Write the workbook across reports to ``path``, in the language that is spoken, whole or not at all.

    Sheets: 说明 (which reports, what the hints mean), 年度 (the main lines of each department), one for each topic,
    上年数核对 (the year before as reports state it), 项目 (self-evaluated projects beside those of the year before).
    """
    book = Book(tr(TITLE))
    for title in (ABOUT, OVERVIEW):
        book.sheet(capital(tr(title)))
    cells: dict[tuple[str, ...], Mapping[int, str]] = {}
    for topic in years.topics:
        lines = _lines(years, topic)
        if lines:
            span = sorted({year for line in lines for year in line.figures})
            placed = book.sheet(re.sub(r"[“”]", "", capital(word(topic)))).whole(
                _fields(lines, span, years.rated), _levels(lines), "item"
            )
            for row, line in enumerate(lines):
                key = (line.about["department"], topic, line.about["form"], line.about["key"])
                cells[key] = {year: placed.cell(str(year), row) for year in line.figures}
    main = _main(years, cells)
    span = sorted({year for line in main for year in line.figures})
    book.sheet(capital(tr(OVERVIEW))).whole(_fields(main, span, years.rated, with_topic=True), key="item")
    if len(years.stated):
        book.sheet(capital(tr(STATED))).whole(_stated(years.stated), key="item")
    if len(years.projects):
        book.sheet(capital(tr(PROJECTS))).whole(_projects(years.projects), key="project")
    _about(book, years.reports)
    path.parent.mkdir(parents=True, exist_ok=True)
    whole_file(path, book.data())


def _field(name: str, label: str, values: Sequence[Value], kind: Kind = "text", unit: str = "", **more: Any) -> Field:
    return Field(Column(name, kind, label, "", unit), values, **more)


def _change(before: str, after: str) -> str:
    return f'IF(OR([{before}]="",[{after}]=""),"",[{after}]-[{before}])'


def _rate(before: str, after: str) -> str:
    return f'IF(OR([{before}]="",[{after}]=""),"",IF([{before}]=0,"",([{after}]-[{before}])/[{before}]))'


def _less(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _part(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None or before == 0 else (after - before) / before


# --- lines by year ----------------------------------------------------------------------------


def _lines(years: Years, topic: str) -> list[_Line]:
    """The lines of a topic that have money in any year."""
    keys = ["department", "form", "key"]
    series = years.series[years.series["topic"] == topic]
    changes = years.changes[years.changes["topic"] == topic]
    hints = changes.set_index([*keys, "year"])["flags"].to_dict()
    lines = []
    for key, line in series.groupby(keys, sort=False):
        figures = {int(row["year"]): row for row in rows_of(line)}
        if any(row["value"] for row in figures.values()):
            flags_of = {year: hints.get((*key, year), "") for year in sorted(figures)}
            hint = sign("；").join(f"{year}{sign('：')}{word(flags)}" for year, flags in flags_of.items() if flags)
            lines.append(_Line(rows_of(line)[-1], figures, hint))
    return lines


def _main(years: Years, cells: Mapping[tuple[str, ...], Mapping[int, str]]) -> list[_Line]:
    """The main lines of every department, each figure with the place that it stands in."""
    lines = []
    for department, series in years.series.groupby("department", sort=False):
        for topic, key, forms in years.main:
            line = series[(series["topic"] == topic) & (series["key"] == key)]
            line = line if forms is None else line[line["form"] == forms.get(str(department))]
            if len(line):
                last = rows_of(line)[-1]
                figures = {int(row["year"]): row for row in rows_of(line[line["form"] == last["form"]])}
                at = cells.get((str(department), topic, last["form"], key), {})
                lines.append(_Line(last, {year: row for year, row in figures.items() if year in at}, at=at))
    return lines


def _levels(lines: Sequence[_Line]) -> list[int | None]:
    return [1 if int(line.about["level"]) <= 1 and _code(line) else None for line in lines]


def _code(line: _Line) -> str | None:
    return str(line.about["key"]) if str(line.about["key"]).isdigit() else None


def _fields(lines: Sequence[_Line], span: Sequence[int], rated: Sequence[str], with_topic: bool = False) -> list[Field]:
    about = [line.about for line in lines]
    units = [str(row["unit"]) for row in about]
    fields = [_field("department", "部门", [row["department"] for row in about], wide=60)]
    if with_topic:
        fields.append(_field("topic", "类别", [word(row["topic"]) for row in about]))
    fields.append(_field("form", "表", [word(row["form"]) for row in about]))
    if not with_topic:
        fields.append(_field("key", "编码", [_code(line) for line in lines]))
    names = [_name(row, "key") for row in about] if with_topic else [_indented(row) for row in about]
    fields += [_field("item", "项目", names), _field("unit", "单位", [word(unit) for unit in units])]
    for year in span:
        places = [line.at.get(year) if line.at else None for line in lines]
        formulas = [f'IF({place}="","",{place})' if place else None for place in places] if with_topic else None
        values = [_noted(line.figures.get(year)) for line in lines]
        fields.append(_field(str(year), str(year), values, "number", units=units, formulas=formulas))
    for before, after in zip(span[:-1], span[1:], strict=True):
        pairs = [(_bare(line.figures.get(before)), _bare(line.figures.get(after))) for line in lines]
        years = f"{before}→{after}"
        fields += [
            _field(f"change {after}", f"增减\n{years}", [_less(*pair) for pair in pairs], "number", units=units,
                   formulas=_change(str(before), str(after))),
            _field(f"rate {after}", f"增减率\n{years}",
                   [_part(*pair) if unit in rated else None for pair, unit in zip(pairs, units, strict=True)], "number", "share",
                   formulas=[_rate(str(before), str(after)) if unit in rated else None for unit in units]),
        ]  # fmt: skip
    if not with_topic:
        fields.append(_field("flags", "提示", [line.hint or None for line in lines]))
    return fields


def _indented(row: Record) -> str:
    return "\u3000" * max(int(row["level"]) - 1, 0) + _name(row, "item")


def _name(row: Record, column: str) -> str:
    """What a line is called: as printed, in the language that is spoken if it is counted of self-evaluations."""
    return str(row[column]) if str(row["form"]).isdigit() else word(str(row[column]))


def _bare(figure: Record | None) -> float | None:
    return None if figure is None or pd.isna(figure["value"]) else float(figure["value"])


def _noted(figure: Record | None) -> Value:
    """A figure, with a note where it is not simply printed."""
    value = _bare(figure)
    if figure is None or value is None:
        return None
    if figure["origin"] == "derived":
        return Noted(value, tr("由 {report} 第 {page} 页“比上年”推算", report=figure["report_id"], page=figure["page"]))
    return Noted(value, tr("该年度的表无此项，按 0 计")) if figure["origin"] == "none" else value


# --- the other sheets -------------------------------------------------------------------------


def _stated(stated: pd.DataFrame) -> list[Field]:
    """The year before as reports state it, derived and compared by formulas."""
    rows = rows_of(stated)
    prior = {"change": "[value]-[stated]", "rate": "[value]/(1+[stated])", "amount": "[stated]"}
    made = {
        "change": lambda row: row["value"] - row["stated"],
        "rate": lambda row: row["value"] / (1 + row["stated"]),
        "amount": lambda row: row["stated"],
    }
    derived = [made[row["how"]](row) for row in rows]
    reported, bounds = cell_values(stated["reported"]), cell_values(stated["tolerance"].fillna(stated["half_step"]))
    off = [_less(before, reckoned) for before, reckoned in zip(reported, derived, strict=True)]
    none, agrees, differs = tr("无上年报告"), tr("相符"), tr("不符")
    verdicts = [
        none if gap is None else agrees if abs(gap) <= bound + 1e-9 else differs
        for gap, bound in zip(off, bounds, strict=True)
    ]
    return [
        *_printed(stated, {"department": "部门", "year": "报告年度", "topic": "类别", "form": "表", "item": "项目", "value": "本年数"}),
        _field("how", "所述类型", [tr(_HOW[row["how"]]) for row in rows]),
        _field("stated", "所述数字", cell_values(stated["stated"]), "number",
               units=["fraction" if row["how"] == "rate" else "万元" for row in rows]),
        _field("prior", "推算上年数", derived, "number", "万元", formulas=[prior[row["how"]] for row in rows]),
        *_printed(stated, {"reported": "上年报告数"}),
        _field("difference", "相差", off, "number", "万元", formulas='IF([reported]="","",[prior]-[reported])'),
        _field("tolerance", "舍入误差", bounds, "number", "万元"),
        _field("verdict", "结论", verdicts,
               formulas=f'IF([reported]="","{none}",IF(ABS([difference])<=[tolerance]+0.000000001,"{agrees}","{differs}"))'),
        *_printed(stated, {"agrees": "增减率相符", "page": "页"}),
        _field("sentence", "原句", cell_values(stated["sentence"], "text"), aside=True),
    ]  # fmt: skip


def _projects(projects: pd.DataFrame) -> list[Field]:
    """Every self-evaluated project beside that of the report before."""
    changes = {name: (f"prior_{name}", name) for name in ("budget", "total_score")}
    columns = {name: cell_values(projects[name]) for pair in changes.values() for name in pair}

    def beside(name: str, made: Any) -> list[float | None]:
        before, after = changes[name]
        return [made(*pair) for pair in zip(columns[before], columns[after], strict=True)]

    return [
        *_printed(projects, {"department": "部门", "year": "年度", "project_no": "序号", "project": "项目", "status": "状态",
                             "after": "下一年度", "budget": "预算（万元）", "executed": "执行数（万元）", "total_score": "得分",
                             "prior_budget": "上年预算（万元）", "prior_total_score": "上年得分"}),
        _field("budget_change", "预算增减", beside("budget", _less), "number", "万元", formulas=_change("prior_budget", "budget")),
        _field("budget_rate", "预算增减率", beside("budget", _part), "number", "share", formulas=_rate("prior_budget", "budget")),
        _field("score_change", "得分增减", beside("total_score", _less), "number", "points",
               formulas=_change("prior_total_score", "total_score")),
        *_printed(projects, {"how": "名称差异"}),
        _field("confidence", "可信度", cell_values(projects["confidence"]), "number"),
        *_printed(projects, {"candidate": "相近项目"}),
    ]  # fmt: skip


def _printed(frame: pd.DataFrame, labels: Mapping[str, str]) -> list[Field]:
    """Columns of ``frame`` under the headings ``labels``; the unit of amounts and scores shows in their format only."""
    fields = []
    for name, label in labels.items():
        values, unit = frame[name], "points" if name.endswith("score") else "万元"
        if pd.api.types.is_integer_dtype(values):
            fields.append(_field(name, label, cell_values(values, "integer"), "integer"))
        elif pd.api.types.is_numeric_dtype(values):
            fields.append(_field(name, label, cell_values(values), "number", units=[unit] * len(values)))
        else:
            texts = [word(text, name) if text and name in WORDED else text for text in cell_values(values, "text")]
            fields.append(_field(name, label, texts, wide=60 if name == "department" else 0))
    return fields


def _about(book: Book, reports: pd.DataFrame) -> None:
    """Which reports are compared, and what the hints mean."""
    sheet = book.sheet(capital(tr(ABOUT)))
    sheet.put(1, 1, tr(TITLE), Look(size=16, bold=True))
    sheet.page.row_dimensions[1].height = 24
    listed = [
        (row["report_id"], row["department"], row["year"] if pd.notna(row["year"]) else None, row["why"] or tr("采用"))
        for row in rows_of(reports)
    ]
    blocks: list[tuple[Sequence[str], Sequence[Sequence[Value]]]] = [
        ((N_("报告"), N_("部门"), N_("年度"), N_("说明")), listed),
        ((N_("提示"), N_("含义")), [tuple(map(tr, flag)) for flag in FLAGS.items()]),
        ((N_("说明"), ""), [tuple(map(tr, note)) for note in NOTES]),
    ]  # fmt: skip
    row, wides = 3, (30, 64, 8, 50)
    for headings, lines in blocks:
        for col, heading in enumerate(headings, 1):
            sheet.heading(row, col, capital(tr(heading)))
        for line in lines:
            row += 1
            for col, value in enumerate(line, 1):
                sheet.put(row, col, value, Look(wrap=True))
            high = max(-(-width(str(value)) // wide) for value, wide in zip(line, wides, strict=False))
            sheet.page.row_dimensions[row].height = high * LINE_HEIGHT
        row += 2
    for col, wide in enumerate(wides, 1):
        sheet.widen(col, wide)
    sheet.page.sheet_view.showGridLines = False
    sheet.print_on(4, row)
