"""The one page of a report: what it says, ready to be laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from jscore.schema import Lang
from jscore.summary import sentences
from jscore.summary.charts import Chart, charts
from jscore.summary.facts import Figure, Matter, Summary, short_pages, summary

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
    notes: tuple[str, ...]

    def say(self, key: str) -> str:
        """A heading of the page."""
        return sentences.say(key, self.lang)


def page_of(frames: Mapping[str, pd.DataFrame], info: Mapping[str, Any], lang: Lang = "zh") -> Page:
    """The one page of a report, from its ``frames`` and the content ``info`` of its report.json."""
    facts = summary(frames, info)
    name = info.get("source") or f"{facts.report_id}.pdf"
    source = sentences.say("source", lang, name=name, pages=info.get("page_count") or "?")
    derived = any(own.opening and not own.stated for own in facts.budgets)
    notes = (sentences.budget_elsewhere(facts, lang), sentences.say("derived note", lang) if derived else "")
    between = "；" if lang == "zh" else "; "
    return Page(
        lang=lang,
        title=sentences.title(facts, lang),
        source=f"{source}{between}{sentences.say('unit', lang)}",
        headlines=sentences.beside_charts(facts, lang),
        figures=tuple(_figures(facts, lang)),
        charts=tuple(charts(facts, lang)),
        findings=tuple(_told(matter, lang) for matter in facts.findings),
        gaps=sentences.gaps(facts, lang),
        notes=tuple(filter(None, notes)),
    )


def html_of(page: Page) -> str:
    """The page as HTML that needs nothing from elsewhere."""
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(page=page)


def _figures(facts: Summary, lang: Lang) -> list[Cell]:
    """The figures that are told one by one; those that the charts show are left to them."""
    cells = [_cell(own, lang) for own in (facts.revenue, facts.expenditure, facts.appropriation)]
    if facts.sangong:
        labels = (sentences.say(key, lang) for key in ("sangong budget", "sangong final"))
        cells += [_cell(replace(own, label=label), lang) for own, label in zip(facts.sangong[0], labels, strict=True)]
    cells += [_cell(own, lang) for own in (*facts.others, facts.department_score) if own.value is not None]
    return cells


def _cell(figure: Figure, lang: Lang) -> Cell:
    return Cell(sentences.term(figure.label, lang), shown(figure.value, figure.unit, lang), _page(figure.page, lang))


def shown(value: float | None, unit: str, lang: Lang) -> str:
    """A figure with its unit where that is not 万元, which the page says once."""
    if value is None:
        return "—"
    if unit == "万元":
        return sentences.amount(value)
    if unit == "fraction":
        return f"{value:.2%}"
    word = {"points": ("分", " points")}.get(unit, (unit, f" {unit}"))[lang == "en"]
    return f"{value:,.10g}{word}"


def _page(page: int | None, lang: Lang) -> str:
    return sentences.say("page", lang, page=page) if page else ""


def _told(matter: Matter, lang: Lang) -> Told:
    more = sentences.say("alike", lang, number=matter.alike) if matter.alike > 1 else ""
    pages = sentences.say("page", lang, page=short_pages(matter.pages)) if matter.pages else ""
    return Told(matter.severity, matter.message + more, pages)
