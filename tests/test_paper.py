"""Pages on paper and on a phone: measured in a browser on pages that nothing has to be run for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from jscore.show import charts
from jscore.show.handout import Chapter, page
from jscore.show.notebooks import PAPER, table
from tests.lab import browser, needs_browser
from tests.shared import RAW, report

pytestmark = [pytest.mark.browser, needs_browser]
pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

#: A4 portrait between the margins of the page (px).
BETWEEN_MARGINS = 718
LETTERS = 9


def wide(columns: int) -> pd.DataFrame:
    """A table of years or departments side by side: names and so many amounts."""
    amounts = {f"第{number}个部门的支出": [123456.78, None, 1.5] for number in range(columns)}
    return pd.DataFrame({"item": ["社会保障和就业支出", "农林水支出", "其他"], **amounts})


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A page with tables of every width and a chart, open in a browser."""
    held = report(RAW)
    frames = [(wide(12), ""), (wide(22), ""), (held.indicators, "indicators"), (held.project_scores, "project_scores")]
    cells = [
        new_code_cell("x", outputs=[new_output("display_data", {"text/html": table(frame, of=of).html})])
        for frame, of in frames
    ]
    cells.append(new_code_cell("x", outputs=[_chart(held)]))
    path: Path = tmp_path_factory.mktemp("pages") / "page.html"
    node: nbformat.NotebookNode = new_notebook(cells=cells)
    path.write_text(page(Chapter.of("page", node)), encoding="utf-8")
    with browser() as chromium:
        opened = chromium.new_page(viewport={"width": BETWEEN_MARGINS, "height": 1000})
        opened.goto(path.as_uri())
        yield opened


def _chart(held: Any) -> Any:
    """A chart as a run puts it into a page: twice as many pixels as it is wide."""
    from base64 import b64encode
    from io import BytesIO

    figure = charts.expenditure_by_class(held.expenditure).get_figure()
    assert figure is not None
    data, dpi = BytesIO(), figure.get_dpi()
    figure.savefig(data, dpi=2 * dpi)
    width, height = (int(inches * dpi) for inches in figure.get_size_inches())
    png = b64encode(data.getvalue()).decode()
    return new_output("display_data", {"image/png": png}, metadata={"image/png": {"width": width, "height": height}})


def test_no_table_is_wider_than_the_paper_and_none_loses_a_column(shown: Any) -> None:
    shown.set_viewport_size({"width": BETWEEN_MARGINS, "height": 1000})
    shown.emulate_media(media="print")
    right = "[...document.querySelectorAll('table')].map(t => Math.max(...[...t.querySelectorAll('th,td')]" \
            ".map(c => Math.max(c.getBoundingClientRect().right, c.getBoundingClientRect().left + c.scrollWidth))))"  # fmt: skip
    edges = shown.evaluate(right)
    assert len(edges) == 4 and max(edges) <= BETWEEN_MARGINS + 1, edges
    assert shown.evaluate("document.documentElement.scrollWidth") <= BETWEEN_MARGINS
    cut = "[...document.querySelectorAll('.scroll')].filter(s => getComputedStyle(s).overflowX != 'visible').length"
    assert shown.evaluate(cut) == 0 and PAPER < BETWEEN_MARGINS
    sizes = shown.evaluate("[...document.querySelectorAll('table')].map(t => parseFloat(getComputedStyle(t).fontSize))")
    assert sizes[1] < sizes[0] <= LETTERS


def test_a_phone_shows_legible_charts_and_says_what_scrolls(shown: Any) -> None:
    shown.emulate_media(media="screen")
    shown.set_viewport_size({"width": 360, "height": 740})
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360
    drawn = shown.evaluate("document.querySelector('.chart img').getBoundingClientRect().width")
    points = 8.5  # the smallest letters of a chart: its bars' labels
    assert points / 72 * 110 * drawn / 880 >= LETTERS
    scrolls = "[...document.querySelectorAll('.scroll, .chart')].filter(e => e.scrollWidth > e.clientWidth)" \
              ".map(e => getComputedStyle(e).backgroundImage)"  # fmt: skip
    signs = shown.evaluate(scrolls)
    assert len(signs) == 5 and all("gradient" in sign for sign in signs)
