"""What a run leaves beside the reports' folders: pages on years and departments, made anew only where they must be."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result
from nbformat.v4 import new_code_cell, new_notebook

from jscore import schema
from jscore.cli import main
from jscore.files import addresses
from jscore.library import store
from jscore.run import all_reports
from jscore.show import execution
from jscore.show.execution import Executed, Executor, Task
from tests.drawn import draw
from tests.made_years import DEPARTMENT, made
from tests.shared import ROOT
from tests.test_layouts import SANGONG

LIBRARY = "library"
YEARS, ALL = f"06_years-{DEPARTMENT}.html", "07_departments.html"


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    made(tmp_path / "processed", 2023)
    made(tmp_path / "processed", 2024)
    made(tmp_path / "processed", 2024, "东山省南河市农业局", "farm")
    return tmp_path / "processed"


@pytest.fixture
def books(tmp_path: Path) -> Path:
    (tmp_path / "notebooks").mkdir()
    for name in ("03_sangong", "06_years", "07_departments"):
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", tmp_path / "notebooks")
    return tmp_path / "notebooks"


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Notebooks that were executed, with their reports; their pages say as much."""
    found: list[tuple[str, str]] = []

    def execute(self: Executor, tasks: Sequence[Task], follow: object = None) -> list[Executed]:
        for task in tasks:
            found.append((task.notebook.stem, str(task.parameters["REPORT"])))
            task.page.write_text(f"<html>{task.parameters['REPORT']}</html>{task.ending}", encoding="utf-8")
        return [Executed(task.notebook) for task in tasks]

    monkeypatch.setattr(Executor, "execute", execute)
    return found


def finish(processed: Path, books: Path) -> set[str]:
    return {made.failure or made.path.name for made in all_reports.finish(processed, books)}


def test_which_notebooks_are_of_a_report() -> None:
    kinds = {path.stem: all_reports.page_for(path) for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {name: kind for name, kind in kinds.items() if kind != "report"} == {
        "06_years": "department",
        "07_departments": "all",
    }


def test_a_page_a_department_and_one_of_all(processed: Path, books: Path, ran: list[tuple[str, str]]) -> None:
    assert finish(processed, books) == {LIBRARY, "datapackage.json", YEARS, ALL}
    assert sorted(ran) == [("06_years", "x-2024"), ("07_departments", "x-2024")], "a department of one year has no page"


def test_nothing_is_done_again_without_need(processed: Path, books: Path, ran: list[tuple[str, str]]) -> None:
    finish(processed, books)
    ran.clear()
    assert finish(processed, books) == set() and ran == []
    (processed / ALL).unlink()
    assert finish(processed, books) == {ALL}


def test_a_new_report_makes_the_pages_it_is_on_anew(processed: Path, books: Path, ran: list[tuple[str, str]]) -> None:
    finish(processed, books)
    ran.clear()
    made(processed, 2025)
    assert finish(processed, books) == {LIBRARY, "datapackage.json", YEARS, ALL}
    assert sorted(ran) == [("06_years", "x-2025"), ("07_departments", "x-2025")], "one of two departments is half"


def test_a_report_done_again_and_a_changed_notebook(processed: Path, books: Path, ran: list[tuple[str, str]]) -> None:
    finish(processed, books)
    os.utime(processed / "farm" / "report.json", ns=(1, 1))
    assert finish(processed, books) == {LIBRARY, ALL}
    with (books / "07_departments.ipynb").open("a") as file:
        file.write("\n")
    assert finish(processed, books) == {ALL}


def test_pages_of_departments_that_are_gone_are_removed(
    processed: Path, books: Path, ran: list[tuple[str, str]]
) -> None:
    finish(processed, books)
    (processed / "mine.html").write_text("<html></html>", encoding="utf-8")
    shutil.rmtree(processed / "farm")
    finish(processed, books)
    assert {path.name for path in processed.glob("*.html")} == {YEARS, "mine.html"}, (
        "one department is compared with none"
    )


def test_departments_are_compared_in_a_year_that_half_of_them_have(
    processed: Path, books: Path, ran: list[tuple[str, str]]
) -> None:
    for name in ("甲", "乙", "丙"):
        made(processed, 2024, f"东山省南河市{name}局", name)
    made(processed, 2025)
    finish(processed, books)
    assert ("07_departments", "甲") in ran
    assert ("07_departments", "x-2025") not in ran and ("06_years", "x-2025") in ran


def test_what_a_killed_run_left_is_removed(processed: Path) -> None:
    old, new = processed / ".07_departments.html.7.part", processed / ".datapackage.json.8.part"
    for path in (old, new):
        path.write_text("<html>", encoding="utf-8")
    os.utime(old, (1, 1))
    list(all_reports.finish(processed))
    assert not old.exists() and new.exists()


def test_a_page_that_fails_leaves_the_old_one(
    processed: Path, books: Path, ran: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(processed, books)
    before = (processed / ALL).read_bytes()

    def broken(self: Executor, tasks: Sequence[Task], follow: object = None) -> list[Executed]:
        return [Executed(task.notebook, f"{task.notebook.name}: in the cell 'x': KeyError: 1") for task in tasks]

    monkeypatch.setattr(Executor, "execute", broken)
    made(processed, 2025)
    said = finish(processed, books)
    assert "notebook 07_departments.ipynb: in the cell 'x': KeyError: 1; the page is as it was" in said
    assert (processed / ALL).read_bytes() == before and not list(processed.glob(".*"))


def test_without_notebooks_only_the_data_package(processed: Path) -> None:
    assert [m.path.name for m in all_reports.finish(processed)] == [LIBRARY, "datapackage.json"]
    assert len(json.loads((processed / "datapackage.json").read_text(encoding="utf-8"))["resources"]) == 3 * len(
        schema.FRAMES
    )


@pytest.mark.slow
def test_executed_on_three_years_and_two_departments(tmp_path: Path, executor: Executor) -> None:
    """The notebooks themselves, on made reports: every table and chart of several years."""
    processed = tmp_path / "processed"
    for year in (2022, 2023, 2024):
        made(processed, year, times=1 + (year - 2022) / 4, score=90.0 + year - 2022,
             projects=[(f"人才奖励项目——{year}", 5.0, 4.0, 80.0 + year - 2022), ("甲工程", 1.0, 0.0, 59.0)])  # fmt: skip
    made(processed, 2024, "东山省南河市农业局", "farm", without=["03"])
    found = {m.path.name: m for m in all_reports.finish(processed, ROOT / "notebooks", executor)}
    assert {made.failure for made in found.values()} == {""}
    page = (processed / YEARS).read_text(encoding="utf-8")
    assert page.count("data:image/png") == 4 and "共3份报告：2022、2023、2024。" in page
    assert "2个部门，4份报告，2022至2024年度。" in (processed / ALL).read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.usefixtures("kept_workers")
def test_a_notebook_that_fails_costs_its_page_and_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executor: Executor
) -> None:
    """All else of the report is there; it is tried again when it was changed, without reading the PDF again."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(execution, "Executor", lambda *_: nullcontext(executor))
    own = tmp_path / "notebooks" / "09_mine.ipynb"
    own.parent.mkdir()
    draw(tmp_path / "small.pdf", [[SANGONG]])

    def run(source: str) -> Result:
        cells = [new_code_cell("REPORT = 1", id="a", metadata={"tags": ["parameters"]}), new_code_cell(source, id="b")]
        own.write_text(nbformat.writes(new_notebook(cells=cells)), encoding="utf-8")
        return CliRunner().invoke(main, ["run", str(tmp_path / "small.pdf"), "--out", str(tmp_path / "out")])

    first = run("1 / 0")
    line = "jscore: small: notebook 09_mine.ipynb: in the cell '1 / 0': ZeroDivisionError: division by zero; its page is missing"
    assert first.exit_code == 0 and line in first.stderr and "已处理1份" in first.stdout
    assert (tmp_path / "out" / "small" / "small.xlsx").is_file()
    assert "没有运行成功" in (tmp_path / "out" / "small" / "index.html").read_text(encoding="utf-8")
    assert "未变1份" in run("1 / 0").stdout
    before = (tmp_path / "out" / "small" / "cells.parquet").stat().st_mtime_ns
    executed = run("6 * 7")
    assert "已处理1份" in executed.stdout and not executed.stderr
    assert ">42<" in (tmp_path / "out" / "small" / "notebooks" / "09_mine.html").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "small" / "cells.parquet").stat().st_mtime_ns == before
    assert "未变1份" in run("6 * 7").stdout


def test_at_an_address_the_same_pages_are_made_and_kept(
    processed: Path, books: Path, ran: list[tuple[str, str]], tmp_path: Path
) -> None:
    at: Any = addresses.path_of(f"memory://{tmp_path.name}/processed")
    for folder in store.reports(processed):
        addresses.store_whole(folder, at / folder.name, store.INFO)
    assert finish(at, books) == {LIBRARY, YEARS, ALL}
    assert {name for name in addresses.sizes(at) if name.endswith(".html")} == {YEARS, ALL}
    ran.clear()
    assert finish(at, books) == set() and ran == []
    at.fs.rm(f"{at.path}/x-2023", recursive=True)
    assert finish(at, books) == {LIBRARY, ALL}
    assert not (at / YEARS).exists() and (at / ALL).exists()
