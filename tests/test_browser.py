"""What a reader does: JupyterLab from the start page to another report, and the page that is handed over, on a phone too."""

from __future__ import annotations

import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jscore.library import store
from jscore.show import answers
from jscore.show.execution import Executor, Task
from jscore.show.handout import joined
from tests.lab import PATIENCE, browser, jupyterlab, needs_browser
from tests.shared import RAW, REPORTS, ROOT, report

sys.path.insert(0, str(ROOT / "scripts"))
from start_page import main as write_start_page

pytestmark = [pytest.mark.browser, needs_browser]
pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
OTHER = REPORTS / "real" / "putuo-planning-2024.pdf"
#: A small stand-in for the notebooks of a report: everything that the joined page is made of, and quickly run.
SHORT = ("00_extract", "01_revenue")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as own:
        yield own


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as ``make run`` leaves it: notebooks, processed reports, the start page, one page of all notebooks."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    processed = folder / "data" / "processed"
    for pdf in (RAW, OTHER):
        if pdf.is_file():
            (processed / pdf.stem).mkdir(parents=True)
            store.write(report(pdf), processed / pdf.stem)
    (folder / "short").mkdir()
    for name in SHORT:
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", folder / "short")
    parameters = {"REPORT": RAW.stem, "PROCESSED": str(processed)}
    tasks = [
        Task(path, folder / "out" / f"{path.stem}.html", parameters) for path in sorted((folder / "short").iterdir())
    ]
    with Executor(2) as executor:
        chapters = [done.chapter for done in executor.execute(tasks) if done.chapter]
    (processed / RAW.stem / "index.html").write_text(joined(chapters), encoding="utf-8")
    write_start_page(folder)
    return folder


@pytest.fixture(scope="module")
def lab(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with jupyterlab(root, tmp_path_factory.mktemp("home")) as address:
        yield address


# --- JupyterLab ---------------------------------------------------------------------------


def opened(chromium: Any, address: str, path: str) -> Any:
    """A page with ``path`` open in JupyterLab, in a workspace of its own."""
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/lab/workspaces/{Path(path).stem}/tree/{path}")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_selector(
        ".jp-Notebook-ExecutionIndicator[data-status=idle], .jp-Toolbar-kernelStatus", state="attached"
    )
    return page


def menu(page: Any, title: str, entry: str) -> None:
    """Click ``entry`` of the menu ``title``."""
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{title}$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{entry}")).first.click()


def outputs(path: Path, page: Any) -> list[Any]:
    """The outputs of a notebook when all of its cells have been run, as JupyterLab saves them."""
    end = time.monotonic() + 2 * PATIENCE / 1000
    while time.monotonic() < end:
        menu(page, "File", "Save Notebook")
        time.sleep(1)
        try:
            notebook = nbformat.read(path, as_version=4)
        except nbformat.reader.NotJSONError:  # JupyterLab is just writing it
            continue
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        if code and all(cell.execution_count for cell in code):
            return [output for cell in code for output in cell.outputs]
        failed = [output for cell in code for output in cell.outputs if output.output_type == "error"]
        assert not failed, (path.name, failed[0].ename, failed[0].evalue)
    raise AssertionError(f"{path.name}: not run to its end")


def kinds(found: list[Any]) -> set[str]:
    return {kind for output in found for kind in output.get("data", {})}


def answered(found: list[Any], pdf: Path) -> bool:
    """Whether the notebook opens with the answer for the report of ``pdf``."""
    texts = [str(output.get("data", {}).get("text/plain", "")) for output in found]
    return any(answers.revenue(report(pdf))[0] in text for text in texts)


def test_the_start_page_leads_to_every_notebook(chromium: Any, lab: str) -> None:
    page = opened(chromium, lab, "data/processed/start.ipynb")
    links = page.locator(".jp-RenderedMarkdown a[href*='.ipynb']")
    links.first.wait_for()
    named = [text.strip() for text in links.all_inner_texts()]
    assert len([text for text in named if re.match(r"\d\d · ", text)]) == len(NOTEBOOKS)
    links.filter(has_text=re.compile("^01 ·")).click()
    page.wait_for_selector(".lm-TabBar-tabLabel:has-text('01_revenue.ipynb')")
    page.close()


def test_every_notebook_runs_and_shows_its_drop_down_and_charts(chromium: Any, lab: str, root: Path) -> None:
    pages = {path.stem: opened(chromium, lab, f"notebooks/{path.name}") for path in NOTEBOOKS}
    for page in pages.values():
        menu(page, "Run", "Run All Cells")
    for path in NOTEBOOKS:
        found = outputs(root / "notebooks" / path.name, pages[path.stem])
        assert not [output for output in found if output.output_type == "error"], path.name
        assert not [output for output in found if output.get("name") == "stderr"], path.name
        source = path.read_text(encoding="utf-8")
        if "choose(REPORT" in source:
            assert "application/vnd.jupyter.widget-view+json" in kinds(found), path.name
        if "charts." in source:
            assert "image/png" in kinds(found), path.name
    for page in pages.values():
        page.close()


@pytest.mark.skipif(not OTHER.is_file(), reason=f"no {OTHER}")
def test_another_report_is_picked_in_the_drop_down(chromium: Any, lab: str, root: Path) -> None:
    page = opened(chromium, lab, "notebooks/01_revenue.ipynb")
    menu(page, "Run", "Run All Cells")
    path = root / "notebooks" / "01_revenue.ipynb"
    drop = page.locator(".widget-dropdown select").first
    drop.wait_for()
    assert drop.locator("option").all_inner_texts() == sorted([RAW.stem, OTHER.stem])
    assert answered(outputs(path, page), RAW)
    drop.select_option(label=OTHER.stem)
    page.locator(".widget-html", has_text="Run All Cells").wait_for()
    menu(page, "Run", "Run All Cells")
    end = time.monotonic() + PATIENCE / 1000
    while not (seen := answered(outputs(path, page), OTHER)) and time.monotonic() < end:
        time.sleep(0.5)
    assert seen
    page.close()


# --- the page that is handed over -----------------------------------------------------------


@pytest.mark.parametrize("width", [360, 1280])
def test_the_joined_page_fits_and_its_links_lead_somewhere(chromium: Any, root: Path, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((root / "data" / "processed" / RAW.stem / "index.html").as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("details.code[open]").count() == 0
    assert not page.locator("details.code pre").first.is_visible()
    page.locator("details.code summary").first.click()
    assert page.locator("details.code pre").first.is_visible()
    broken = page.evaluate(
        "[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
        ".filter(h => !h.startsWith('#') || !document.getElementById(h.slice(1)))"
    )
    assert broken == []
    page.locator("nav a", has_text="01 ·").click()
    assert page.evaluate(
        "[...document.querySelectorAll('h1')].some(h => Math.abs(h.getBoundingClientRect().top) < 100)"
    )
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    page.close()


def test_the_joined_page_prints_with_all_rows(chromium: Any, root: Path) -> None:
    page = chromium.new_page()
    page.goto((root / "data" / "processed" / RAW.stem / "index.html").as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("[...document.querySelectorAll('.scroll')].every(s => s.scrollHeight <= s.clientHeight + 2)")
    assert not page.locator("details.code").first.is_visible()
    page.close()
