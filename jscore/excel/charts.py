"""The sheet of native charts, each beside the little table that it is drawn from, its title what it shows."""

# mypy: allow-untyped-calls
# openpyxl has no types of its own.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.chart.bar_chart import BarChart
from openpyxl.chart.data_source import NumData, NumVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.reference import Reference
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties

from jscore.excel.book import AMOUNT, COUNT, FONT, LINE_HEIGHT, Book, Look, Sheet, broken
from jscore.excel.fields import Formula, Placed
from jscore.excel.fields import Value as CellValue
from jscore.excel.words import headed
from jscore.fonts import width
from jscore.fonts.palette import DARK, GREY, LIGHT
from jscore.language import bracketed, tr
from jscore.scoring.grades import GRADES
from jscore.summary import sentences
from jscore.summary.facts import Figure, Summary

#: Rows that a chart takes, the column that it stands in, and its width and height in centimetres.
HEIGHT, BESIDE, SIZE = 18, "E", (17.0, 8.2)


@dataclass(frozen=True)
class Block:
    """A chart and its table: a title that says what it shows, headings, and lines of a name and figures."""

    title: str
    headings: Sequence[str]
    lines: Sequence[tuple[str, Sequence[CellValue]]]
    form: str = AMOUNT


def charts_sheet(book: Book, title: str, facts: Summary, placed: Mapping[str, Placed]) -> None:
    """图表: opening budget and final accounts, what was spent on what, 三公, score against execution."""
    sheet = book.sheet(title)
    for place, wide in enumerate((30, 14, 14, 3), 1):
        sheet.widen(place, wide)
    row = 1
    projects = placed.get("projects")
    blocks = (_budgets(facts), _lines(book, facts), _grades(facts, projects), _sangong(book, facts))
    for block in filter(None, blocks):
        row = _draw(sheet, block, row)
    if row == 1:
        sheet.put(1, 1, tr("本报告无此数据"), Look(ink=GREY))
    sheet.page.sheet_view.showGridLines = False
    sheet.print_on(13, row)


def _value(book: Book, figure: Figure) -> CellValue:
    address = book.figures.get(figure.at) if figure.at else None
    return Formula(address, figure.value) if address else figure.value


def _budgets(facts: Summary) -> Block | None:
    lines = [(tr(budget.label), (budget.opening, budget.final)) for budget in facts.budgets if budget.opening]
    headings = [bracketed(headed(text), "万元") for text in ("年初预算", "决算数")]
    return Block(sentences.budgeting(facts), headings, lines) if lines else None


def _lines(book: Book, facts: Summary) -> Block | None:
    """The largest items, or where there are none the classes."""
    figures = facts.items or facts.classes
    lines = [(figure.label, (_value(book, figure),)) for figure in figures]
    return Block(sentences.composition(facts), [bracketed(headed("决算数"), "万元")], lines) if lines else None


def _grades(facts: Summary, projects: Placed | None) -> Block | None:
    """How many projects have which grade."""
    if projects is None or not facts.scores.scored:
        return None
    lines, scores = [], projects.whole("total_score")
    for (name, low, high), many in zip(GRADES, facts.scores.grades, strict=True):
        bounds = [
            f'{scores},"{sign}{bound:g}"' for sign, bound in ((">=", low), ("<", high)) if abs(bound) < float("inf")
        ]
        label = bracketed(name, f"≥{low:g}" if low > 0 else f"<{high:g}")
        lines.append((label, (Formula(f"COUNTIFS({','.join(bounds)})", many),)))
    return Block(sentences.scoring(facts), [tr("项目数")], lines, COUNT)


def _sangong(book: Book, facts: Summary) -> Block | None:
    lines = [(final.label, (_value(book, budget), _value(book, final))) for budget, final in facts.sangong]
    headings = [bracketed(headed(text), "万元") for text in ("预算数", "决算数")]
    title = sentences.trips_and_cars(facts)
    return Block(title, headings, lines) if title and (facts.sangong[0][1].value or facts.sangong[0][0].value) else None


def _draw(sheet: Sheet, block: Block, top: int) -> int:
    """Write a table and its chart from row ``top`` down; the row after them."""
    sheet.put(top, 1, sentences.capital(block.title), Look(bold=True, size=12))
    sheet.page.row_dimensions[top].height = 18
    for col, heading in enumerate(("", *block.headings), 1):
        sheet.heading(top + 1, col, broken(heading), Look(align="right" if col > 1 else "left"))
    if any("\n" in broken(heading) for heading in block.headings):
        sheet.page.row_dimensions[top + 1].height = 2 * LINE_HEIGHT + 3
    for row, (name, figures) in enumerate(block.lines, top + 2):
        sheet.put(row, 1, name, Look(wrap=True))
        if width(name) > 30:
            sheet.page.row_dimensions[row].height = 14.0 * -(-width(name) // 30) + 2
        for col, figure in enumerate(figures, 2):
            if figure is not None:
                sheet.put(row, col, figure, Look(block.form, "right"))
    sheet.page.add_chart(_bars(sheet, block, top), f"{BESIDE}{top + 1}")
    return top + max(HEIGHT, len(block.lines) + 4)


def _bars(sheet: Sheet, block: Block, top: int) -> BarChart:
    chart = BarChart()
    chart.type, chart.gapWidth, chart.overlap = "bar", 60, -5
    first, last = top + 2, top + 1 + len(block.lines)
    names = Reference(sheet.page, min_col=1, min_row=first, max_row=last)
    shades = (DARK,) if len(block.headings) == 1 else (LIGHT, DARK)
    for place, shade in enumerate(shades):
        values = Reference(sheet.page, min_col=place + 2, min_row=first, max_row=last)
        series = SeriesFactory(values, title=block.headings[place])
        shown = [figures[place] for _, figures in block.lines]
        _keep(series.val.numRef, [cell.value if isinstance(cell, Formula) else cell for cell in shown])
        series.graphicalProperties = GraphicalProperties(solidFill=shade.lstrip("#"))
        series.dLbls = _labels(block.form)
        chart.series.append(series)
    chart.set_categories(names)
    chart.x_axis.scaling.orientation = "maxMin"  # the first line on top
    chart.y_axis.delete = True
    chart.x_axis.delete = False
    chart.y_axis.scaling.min = 0 if all((_number(v) or 0) >= 0 for _, vs in block.lines for v in vs) else None
    if len(shades) == 1:
        chart.legend = None
    else:
        chart.legend.position = "t"
        chart.legend.txPr = _letters()
    _plain(chart)
    return chart


def _number(value: CellValue) -> float | None:
    return value.value if isinstance(value, Formula) else value


def _keep(reference: Any, values: Sequence[float | None]) -> None:
    """Keep ``values`` in the chart, for viewers that do not compute."""
    points = [NumVal(idx=place, v=value) for place, value in enumerate(values) if value is not None]
    reference.numCache = NumData(formatCode=AMOUNT, ptCount=len(values), pt=points)


def _character() -> CharacterProperties:
    return CharacterProperties(sz=900, b=False, latin=Font(typeface=FONT), ea=Font(typeface=FONT))


def _letters() -> RichText:
    properties = ParagraphProperties(defRPr=_character())
    return RichText(p=[Paragraph(pPr=properties, endParaRPr=_character())])


def _labels(form: str) -> DataLabelList:
    labels = DataLabelList()
    labels.showVal, labels.numFmt, labels.txPr = True, form, _letters()
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    return labels


def _plain(chart: Any) -> None:
    """Size and letters; no lines but what is needed."""
    chart.width, chart.height = SIZE
    inner = ManualLayout(layoutTarget="outer", xMode="edge", yMode="edge", x=0.01, y=0.12, w=0.84, h=0.86)
    chart.layout = Layout(manualLayout=inner)  # room at the right for the label of the longest bar
    for axis in (chart.x_axis, chart.y_axis):
        axis.majorGridlines = None
        axis.txPr = _letters()
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(noFill=True))
