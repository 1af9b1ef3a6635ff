"""What a reader does: JupyterLab from the start page to another report, and the page that is handed over, on a phone too."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pypdfium2
import pytest

from jscore import fonts
from jscore.library import store
from jscore.show import analysis, answers
from jscore.show.execution import Executor, Task
from jscore.show.handout import Chapter, joined
from jscore.show.notebooks import table
from jscore.show.walk import leads, walk
from jscore.summary import write_summary
from jscore.summary.facts import summary
from tests.lab import PATIENCE, browser, jupyterlab, needs_browser
from tests.shared import RAW, REPORTS, ROOT, report

sys.path.insert(0, str(ROOT / "scripts"))
from start_page import main as write_start_page

pytestmark = [pytest.mark.browser, needs_browser]
pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: One for each kind of control; that all of them run, the tests of the notebooks say.
CONTROLS = ("00_extract", "04_performance_scoring")
OTHER = REPORTS / "real" / "putuo-planning-2024.pdf"
#: A small stand-in for the notebooks of a report: everything that the joined page is made of, and quickly run.
SHORT = ("00_extract", "01_revenue")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as own:
        yield own


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, executor: Executor) -> Path:
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
    chapters = [done.chapter for done in executor.execute(tasks) if done.chapter]
    (processed / RAW.stem / "index.html").write_text(joined(chapters), encoding="utf-8")
    write_summary(summary(report(RAW).frames, report(RAW).info), report(RAW).info, processed / RAW.stem)
    write_start_page(folder)
    return folder


@pytest.fixture(scope="module")
def lab(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with jupyterlab(root, tmp_path_factory.mktemp("home")) as address:
        yield address


# --- JupyterLab ---------------------------------------------------------------------------


def going(chromium: Any, address: str, path: str) -> Any:
    """A page on its way to ``path`` in JupyterLab, in a workspace of its own."""
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/lab/workspaces/{Path(path).stem}/tree/{path}", wait_until="commit")
    return page


def ready(page: Any) -> Any:
    """``page`` when its notebook can be run: one without a kernel asks which to take, in a dialog over all."""
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.locator(".jp-Toolbar-kernelName", has_text="Python 3").wait_for()
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", state="attached")
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
    return any(answers.extract(report(pdf))[0] in text for text in texts)


def test_the_start_page_leads_to_every_notebook(chromium: Any, lab: str) -> None:
    page = ready(going(chromium, lab, "data/processed/start.ipynb"))
    links = page.locator(".jp-RenderedMarkdown a[href*='.ipynb']")
    links.first.wait_for()
    named = [text.strip() for text in links.all_text_contents()]
    assert len([text for text in named if re.match(r"\d\d · ", text)]) == len(NOTEBOOKS)
    links.filter(has_text=re.compile("^01 ·")).click()
    page.wait_for_selector(".lm-TabBar-tabLabel:has-text('01_revenue.ipynb')")
    page.close()


@pytest.fixture(scope="module")
def ran(chromium: Any, lab: str) -> Iterator[dict[str, Any]]:
    """A page for each kind of notebook, told to run all of its cells; the tests below go on from there."""
    pages = {name: going(chromium, lab, f"notebooks/{name}.ipynb") for name in CONTROLS}
    for page in pages.values():
        ready(page)
        menu(page, "Run", "Run All Cells")
    yield pages
    for page in pages.values():
        page.close()


def test_a_notebook_runs_and_shows_its_drop_down_and_charts(ran: dict[str, Any], root: Path) -> None:
    for name in CONTROLS:
        path = root / "notebooks" / f"{name}.ipynb"
        found = outputs(path, ran[name])
        assert not [output for output in found if output.output_type == "error"], name
        assert not [output for output in found if output.get("name") == "stderr"], name
        assert "application/vnd.jupyter.widget-view+json" in kinds(found), name
        if "charts." in path.read_text(encoding="utf-8"):
            assert "image/png" in kinds(found), name


def test_a_slider_moved_twice_shows_what_the_last_move_changes(ran: dict[str, Any]) -> None:
    page = ran["04_performance_scoring"]
    blocks = page.locator(".widget-output .jp-RenderedHTMLCommon")
    handle = page.locator(".widget-slider [role=slider]").first
    handle.wait_for()
    texts = [blocks.first.inner_text()]
    for key in ("Home", "ArrowRight"):
        handle.press(key)
        page.wait_for_function(
            "before => [...document.querySelectorAll('.widget-output .jp-RenderedHTMLCommon')]"
            ".every(block => block.innerText !== before)",
            arg=texts[-1],
        )
        blocks.first.wait_for()
        assert blocks.count() == 1
        texts.append(blocks.first.inner_text())
    assert len(set(texts)) == 3 and "→" in texts[1] and "→" in texts[2]


def test_a_number_is_searched_twice_and_another_frame_picked(ran: dict[str, Any]) -> None:
    page = ran["00_extract"]
    box = page.get_by_placeholder("引进人才")
    found, row = page.locator(".widget-output").nth(0), page.locator(".widget-output").nth(1)
    for words, caption in (("13,048.64", "收入总计13048.64"), ("引进人才", "引进人才费用")):
        box.fill(words)
        box.press("Enter")
        found.locator("figcaption", has_text=caption).wait_for()
        assert found.locator("figure img").count() == found.locator("figure").count() == 1
    box.fill("nowhere printed")
    box.press("Enter")
    found.get_by_text("nowhere printed").wait_for()
    assert found.locator("figure").count() == 0
    row.locator("figcaption", has_text="cells").wait_for()
    page.locator(".widget-dropdown select").last.select_option(label="revenue")
    row.locator("figcaption", has_text="revenue").wait_for()
    assert row.locator("figcaption").count() == 1 and "cells" not in row.inner_text()


@pytest.mark.skipif(not OTHER.is_file(), reason=f"no {OTHER}")
def test_another_report_is_picked_in_the_drop_down(ran: dict[str, Any], root: Path) -> None:
    page = ran["00_extract"]
    path = root / "notebooks" / "00_extract.ipynb"
    drop = page.locator(".widget-dropdown select").first
    drop.wait_for()
    assert drop.locator("option").all_text_contents() == sorted([RAW.stem, OTHER.stem])
    assert answered(outputs(path, page), RAW)
    drop.select_option(label=OTHER.stem)
    page.locator(".widget-html", has_text="Run All Cells").wait_for()
    menu(page, "Run", "Run All Cells")
    end = time.monotonic() + PATIENCE / 1000
    while not (seen := answered(outputs(path, page), OTHER)) and time.monotonic() < end:
        time.sleep(0.5)
    assert seen


# --- jscore app ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def app(root: Path) -> Iterator[str]:
    """The reports of ``root`` as ``make app`` serves them, ended as a user ends it."""
    pytest.importorskip("panel", reason="jscore[app] is not installed")
    command = [sys.executable, "-m", "jscore", "app", "--no-browser", "--out", str(root / "data" / "processed")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}
    served = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    assert served.stdout is not None
    try:
        yield served.stdout.readline().split()[0]
    finally:
        served.send_signal(signal.SIGINT)
        assert served.wait(60) == 0


def test_the_app_shows_findings_on_their_pages_a_search_and_another_report(chromium: Any, app: str) -> None:
    page = chromium.new_page(viewport={"width": 1400, "height": 1200})
    page.set_default_timeout(PATIENCE)
    _when_served(page, app)
    assert page.request.get(f"{app}/fonts/{fonts.FILE.name}").ok, "its own Chinese font, where the machine has none"
    _picked(page, RAW)
    page.locator(f"iframe[src*='{RAW.stem}']").wait_for(state="attached")
    tab = page.locator(".bk-tab")
    tab.filter(has_text="发现").click()
    page.locator(".tabulator-row").first.locator(".tabulator-cell").nth(1).click()
    page.locator("img[src^='data:image']").first.wait_for()
    tab.filter(has_text="查找").click()
    box = page.get_by_placeholder("5,636.87万元")
    for words, printed in (("13,048.64", "收入总计13048.64"), ("引进人才", "引进人才费用")):
        row = page.locator(".tabulator-row", has_text=printed).first
        box.fill(words)
        box.press("Enter")
        row.wait_for()
        row.locator(".tabulator-cell").nth(1).click()
        page.locator("img[src^='data:image']").first.wait_for()
    if OTHER.is_file():
        _picked(page, OTHER)
        page.get_by_placeholder("5,636.87万元").wait_for(state="detached")
        page.locator(".bk-tab").filter(has_text="发现").click()
        page.locator(".tabulator-row").first.wait_for()
    page.close()


def _picked(page: Any, pdf: Path) -> None:
    """Pick the report of ``pdf`` among those that the page offers."""
    picker = page.locator("select").first
    picker.wait_for()
    picker.select_option(label=next(text for text in picker.locator("option").all_text_contents() if pdf.stem in text))


def _when_served(page: Any, address: str) -> None:
    """Open ``address``, which is said a moment before it answers."""
    for _ in range(PATIENCE // 500):
        try:
            page.goto(address)
            return
        except Exception:  # playwright's error for a connection that is refused
            time.sleep(0.5)
    raise AssertionError(f"{address} did not answer")


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


def test_a_finding_of_the_joined_page_leads_to_what_is_printed(chromium: Any, tmp_path: Path) -> None:
    own = report(RAW)
    listed = table(analysis.findings_by_cause(own.frames), of="checks", leads=leads(own.checks, ["warning"]))
    chapter = Chapter("05_audit", listed.html + walk(own, "warning", most=2).html, ("05_audit-0", "05"))
    (tmp_path / "index.html").write_text(joined([chapter]), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto((tmp_path / "index.html").as_uri())
    target = page.locator("h3[id^=finding-]").first.get_attribute("id")
    assert page.locator(f"#{target}").bounding_box()["y"] > 800, "below what is seen at first"
    page.locator(f"a[href='#{target}']").click()
    assert page.evaluate(f"Math.abs(document.getElementById('{target}').getBoundingClientRect().top)") < 100
    picture = page.locator(f"#{target} ~ div img").first
    assert picture.bounding_box()["y"] < 800 and picture.evaluate("image => image.naturalWidth") > 100
    page.close()


def test_the_joined_page_prints_with_all_rows(chromium: Any, root: Path) -> None:
    page = chromium.new_page()
    page.goto((root / "data" / "processed" / RAW.stem / "index.html").as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("[...document.querySelectorAll('.scroll')].every(s => s.scrollHeight <= s.clientHeight + 2)")
    assert not page.locator("details.code").first.is_visible()
    page.close()


def test_the_one_page_fits_a_phone_and_a_sheet(chromium: Any, root: Path) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 740})
    page.goto((root / "data" / "processed" / RAW.stem / "summary.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    sizes = "[...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect()).map(b => [b.left, b.right, b.height])"
    for left, right, height in page.evaluate(sizes):
        assert left >= 0 and right <= 360 and height >= 9
    page.emulate_media(media="print")
    assert len(pypdfium2.PdfDocument(page.pdf(format="A4", print_background=True))) == 1
    page.set_viewport_size({"width": 718, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    page.close()
