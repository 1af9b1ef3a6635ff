"""The page that joins a report's notebooks, and what stands in a notebook for a reader to use."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import ipywidgets
import nbformat
import openpyxl
import pytest

from jscore import ReadError
from jscore.library import store
from jscore.show import handout, interactive
from jscore.show.execution import Executor, Task
from jscore.show.notebooks import Shown, say
from tests.shared import RAW, ROOT, report

sys.path.insert(0, str(ROOT / "scripts"))
from start_page import start_page, working_copies

REPORTS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def node(*cells: Any) -> Any:
    return nbformat.v4.new_notebook(cells=list(cells))


def markdown(text: str, **metadata: Any) -> Any:
    return nbformat.v4.new_markdown_cell(text, metadata=metadata)


def code(source: str, *shown: str, **metadata: Any) -> Any:
    outputs = [nbformat.v4.new_output("execute_result", {"text/html": html, "text/plain": html}) for html in shown]
    return nbformat.v4.new_code_cell(source, outputs=outputs, metadata=metadata, execution_count=1)


TWO = {
    "01_a": node(
        markdown("# First\n\n**Why?**"),
        code("REPORT = 'x'", tags=["parameters"]),
        code("choose()", "<select>", tags=["interactive"]),
        markdown("## Table"),
        code("secret()", "<table><tr><td>7</td></tr></table>"),
        markdown("## What was found"),
        code("say()", "<ul><li>seven</li></ul>", tags=["answer"]),
    ),
    "02_b": node(markdown("# Second & last"), code("say()", "<p>eight</p>", tags=["answer"])),
}


def chapters(nodes: dict[str, Any]) -> list[handout.Chapter]:
    return [handout.Chapter.of(name, node) for name, node in nodes.items()]


class Page(HTMLParser):
    """The ids and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.ids += [held["id"] or ""] if "id" in held else []
        self.links += [held["href"] or ""] if "href" in held else []


def test_ids_are_unlike_and_every_link_leads_to_one() -> None:
    page = Page(handout.joined(chapters(TWO)))
    assert len(set(page.ids)) == len(page.ids)
    assert page.links
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_the_contents_name_notebooks_and_their_headings_in_order() -> None:
    contents = handout.joined(chapters(TWO)).partition("<nav>")[2].partition("</nav>")[0]
    words = re.findall(r"<a [^>]*>(.*?)</a>", contents)
    assert words == ["First", "Table", "What was found", "Second &amp; last"]


def test_what_was_found_stands_first() -> None:
    found = handout.joined(chapters(TWO)).partition('<section class="found">')[2].partition("</section>")[0]
    assert re.findall(r"<li>.*?</li>|<p>.*?</p>", found) == ["<li>seven</li>", "<p>eight</p>"]
    assert "say()" not in found


def test_code_is_folded_and_cells_for_who_runs_it_are_left_out() -> None:
    page = handout.joined(chapters(TWO))
    assert "secret()" in page
    assert "secret()" not in re.sub(r'<details class="code">.*?</details>', "", page, flags=re.S)
    assert "REPORT = " not in page
    assert "<select>" not in page


def test_a_joined_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    page = handout.joined(chapters(TWO))
    assert not re.search(r"(?:src|href)=(?![\"']?(?:data:|#))", page)
    assert "<script" not in page
    assert not re.search(r"url\((?!data:)", page)


def test_the_page_is_titled_by_the_report() -> None:
    assert "<title>某市某局 2023 部门决算</title>" in handout.joined(chapters(TWO), "某市某局 2023")
    assert "<title>部门决算</title>" in handout.joined(chapters(TWO))


# --- what a reader uses -------------------------------------------------------------------


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    for name in ("a-2023", "b-2024"):
        (tmp_path / name).mkdir()
        store.write(report(RAW), tmp_path / name)
    return tmp_path


class Drop:
    """A stand-in for the widgets of a front end."""

    def __init__(self, **settings: Any) -> None:
        self.__dict__.update(settings)
        self.watchers: list[Any] = []

    def observe(self, watch: Any, _: str) -> None:
        self.watchers.append(watch)

    def pick(self, value: str) -> None:
        for watch in self.watchers:
            watch({"new": value})


class Widgets:
    """What of ipywidgets is used, and what was made of it."""

    def __init__(self) -> None:
        self.made: list[Drop] = []

    def Dropdown(self, **settings: Any) -> Drop:
        self.made.append(Drop(**settings))
        return self.made[-1]

    def HTML(self) -> Drop:
        return Drop(value="")

    def VBox(self, _: Any) -> str:
        return ""


def test_without_a_front_end_the_report_is_the_one_that_is_named(processed: Path) -> None:
    assert interactive.choose("b-2024", processed) == "b-2024"
    assert interactive.choose("gone", processed) == "gone"


def test_what_is_picked_holds_until_another_report_is_typed_in(
    processed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    widgets = Widgets()
    monkeypatch.setattr(interactive, "front_end", lambda: widgets)
    monkeypatch.setattr(interactive, "_picked", {})
    assert interactive.choose("a-2023", processed) == "a-2023"
    assert widgets.made[-1].options == ["a-2023", "b-2024"]
    widgets.made[-1].pick("b-2024")
    assert interactive.choose("a-2023", processed) == "b-2024"
    assert interactive.choose("gone", processed) == "a-2023"
    assert interactive.choose("b-2024", processed) == "b-2024"


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_notebooks_on_a_report_have_the_drop_down(path: Path) -> None:
    sources = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    if any("jscore.load(REPORT" in source for source in sources):
        assert any(source.endswith("\nREPORT = choose(REPORT, PROCESSED)") for source in sources)


def test_looking_up_a_row_without_a_front_end_says_how() -> None:
    assert "report.show" in interactive.look_up(report(RAW)).html


def test_a_search_shows_its_first_place_and_then_the_one_that_is_picked(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def printed(_: Any, frame: str, row: Any, where: str, text: str) -> Shown:
        drawn.append(text)
        return Shown(text, text)

    monkeypatch.setattr(interactive, "front_end", lambda: ipywidgets)
    monkeypatch.setattr(interactive.notebooks, "printed", printed)
    asked, place, output = interactive.look_up(report(RAW)).children[0].children
    places = report(RAW).find("引进人才")["printed"].tolist()
    drawn.clear()  # the row that is picked below
    asked.value = "引进人才"
    assert (place.index, len(place.options), drawn) == (0, len(places), places[:1])
    place.index = 1
    assert drawn == places[:2] and len(output.outputs) == 1
    asked.value = "不在报告里的字"
    assert (place.options, drawn, len(output.outputs)) == ((), places[:2], 1)
    asked.value = "引进人才"
    assert drawn == [*places[:2], places[0]] and len(output.outputs) == 1


def test_the_start_page_links_every_notebook_in_order(processed: Path) -> None:
    prose = start_page(ROOT / "notebooks", processed).cells[0].source
    links = re.findall(r"\]\((\S+?\.ipynb)\)", prose)
    assert [Path(link).name for link in links] == [path.name for path in REPORTS]
    assert all((processed / link).resolve().is_file() for link in links)
    assert "a-2023" in prose
    assert "笔记本" in prose


def test_the_start_page_without_reports_says_what_to_do(tmp_path: Path) -> None:
    assert "make run" in start_page(ROOT / "notebooks", tmp_path).cells[0].source


@pytest.mark.slow
def test_a_report_is_saved_as_excel(tmp_path: Path) -> None:
    own = report(RAW)
    assert own.to_excel(tmp_path / "mine.xlsx", lang="en") == tmp_path / "mine.xlsx"
    assert "Cover" in openpyxl.load_workbook(tmp_path / "mine.xlsx", read_only=True).sheetnames
    with pytest.raises(ReadError, match="cannot be written"):
        own.to_excel(tmp_path / "no folder" / "mine.xlsx")


@pytest.mark.slow
def test_notebooks_are_joined_when_they_are_executed(tmp_path: Path, executor: Executor) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "processed" / RAW.stem).mkdir(parents=True)
    store.write(report(RAW), tmp_path / "processed" / RAW.stem)
    source = ROOT / "notebooks" / "03_sangong.ipynb"
    (tmp_path / "in" / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    parameters = {"REPORT": RAW.stem, "PROCESSED": str(tmp_path / "processed")}
    (done,) = executor.execute([Task(tmp_path / "in" / source.name, tmp_path / "out.html", parameters)])
    assert done.chapter is not None
    page = handout.joined([done.chapter, handout.Chapter.failed("04_x", "04_x.ipynb: in the cell 'x': KeyError: <1>")])
    assert "没有运行成功" in page and "KeyError: &lt;1&gt;" in page
    assert page.count("data:image/png") == 2
    assert page.count("“三公”经费支出") == 2


@pytest.mark.slow
def test_the_start_page_is_written_by_its_script(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    command = [sys.executable, str(ROOT / "scripts" / "start_page.py"), str(tmp_path)]
    subprocess.run(command, check=True, env={**os.environ, "JSCORE_PROCESSED": ""})
    assert (tmp_path / "data" / "processed" / "start.ipynb").is_file()
    assert (tmp_path / "data" / "notebooks").is_dir()


def test_working_copies_are_kept_and_put_aside_on_demand(tmp_path: Path) -> None:
    package, work = tmp_path / "notebooks", tmp_path / "data" / "notebooks"
    package.mkdir()
    for name, said in (("a", "a 1"), ("b", "b 1")):
        nbformat.write(node(markdown(said)), package / f"{name}.ipynb")
    working_copies(package, work)
    (work / "a.ipynb").write_text("mine")
    for name, said in (("a", "a 2"), ("c", "c 2")):
        nbformat.write(node(markdown(said)), package / f"{name}.ipynb")
    assert [path.name for path in working_copies(package, work)] == ["a.ipynb", "b.ipynb", "c.ipynb"]
    assert (work / "a.ipynb").read_text() == "mine"
    working_copies(package, work, fresh=True)
    assert nbformat.read(work / "a.ipynb", as_version=4).cells[0].source == "a 2"
    assert [path.read_text() for path in work.glob("earlier-*/a.ipynb")] == ["mine"]


def test_what_a_widget_shows_takes_the_place_of_what_it_showed() -> None:
    import ipywidgets

    output = ipywidgets.Output()
    for words in (("one", "two"), ("three",)):
        interactive.fill(output, *map(say, words))
        assert [shown["data"]["text/plain"] for shown in output.outputs] == list(words)
