"""The one page of a report: what it says, ready to be laid out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from jscore.fonts import with_fonts
from jscore.language import Lang, current, sign, tr
from jscore.schema import Info
from jscore.summary import sentences
from jscore.summary.charts import Chart, charts
from jscore.summary.facts import Figure, Matter, Summary, short_pages

TEMPLATE = Path(__file__).with_name("page.html.j2")


@dataclass(frozen=True)
class Cell:
    """A figure of the page: what it is called, what is printed, on which page."""

    label: str
    shown: str
    page: str


@dataclass(frozen=True)
class Told:
    """A finding of the page: its sentence and the pages, its severity for the colour."""

    severity: str
    sentence: str
    pages: str


@dataclass(frozen=True)
class Page:
    """The words, figures and charts of the one page, in one language."""

    lang: Lang
    title: str
    source: str
    headlines: tuple[str, ...]
    figures: tuple[Cell, ...]
    charts: tuple[Chart, ...]
    findings: tuple[Told, ...]
    gaps: tuple[str, ...]


def page_of(facts: Summary, info: Info) -> Page:
    """The one page of a report, from its ``facts`` and the content ``info`` of its report.json, in the language spoken."""
    name = info.get("source") or f"{facts.report_id}.pdf"
    source = tr("来源：{name}（{pages}页）", name=name, pages=info.get("page_count") or "?")
    between = sign("；")
    return Page(
        lang=current(),
        title=sentences.title(facts),
        source=sentences.capital(source) + f"{between}{tr('金额单位：万元')}",
        headlines=sentences.beside_charts(facts),
        figures=tuple(_figures(facts)),
        charts=tuple(charts(facts)),
        findings=tuple(_told(matter) for matter in facts.findings),
        gaps=tuple(map(sentences.capital, sentences.gaps(facts))),
    )


def html_of(page: Page) -> str:
    """The page as HTML that needs nothing from elsewhere."""
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return with_fonts(environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(page=page, tr=tr))


def _figures(facts: Summary) -> list[Cell]:
    """The figures that are told one by one; those that the charts show are left to them."""
    cells = [_cell(figure) for figure in (facts.revenue, facts.expenditure, facts.appropriation)]
    if facts.sangong:
        labels = (tr("“三公”经费预算数"), tr("“三公”经费决算数"))
        cells += [_cell(replace(figure, label=label)) for figure, label in zip(facts.sangong[0], labels, strict=True)]
    cells += [_cell(figure) for figure in (*facts.others, facts.department_score) if figure.value is not None]
    return cells


def _cell(figure: Figure) -> Cell:
    page = sentences.pages(figure.page) if figure.page else ""
    return Cell(tr(figure.label), shown(figure.value, figure.unit), page)


def shown(value: float | None, unit: str) -> str:
    """A figure with its unit where that is not 万元, which the page says once."""
    if value is None:
        return "—"
    if unit == "万元":
        return sentences.amount(value)
    if unit == "fraction":
        return f"{value:.2%}"
    if unit == "points":
        return tr("{points}分", points=f"{value:,.10g}")
    return f"{value:,.10g}{unit}" if current() == "zh" else f"{value:,.10g} {unit}"


def _told(matter: Matter) -> Told:
    pages = sentences.pages(short_pages(matter.pages)) if matter.pages else ""
    return Told(matter.severity, matter.message + sentences.alike(matter.alike), pages)
