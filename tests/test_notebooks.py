"""The notebooks: how they are committed, and what becomes of them on reports of every kind."""

from __future__ import annotations

import ast
import html
import json
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

import jscore
from jscore import schema
from jscore.errors import NotebookError
from jscore.findings.card_shown import holding
from jscore.findings.choose import counts, held_of
from jscore.library import store
from jscore.scoring.rule_sets import PARAMETERS
from jscore.show import analysis, execution, notebooks
from jscore.show.execution import Executor, Task
from tests.shared import RAW, REPORTS, ROOT, once, report

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [
    "00_extract", "01_revenue", "02_expenditure_by_function", "03_sangong", "04_performance_scoring", "05_audit",
    "06_years", "07_departments", "08_scoring_rule_derived",
]  # fmt: skip
NO_EVALUATIONS = REPORTS / "real" / "putuo-planning-2024.pdf"
BLANK = REPORTS / "real" / "department-template.pdf"
#: What another report's pages show already: the years and departments of figures, what is said without evaluations.
TWINS = {NO_EVALUATIONS: {"06_years", "07_departments"}, BLANK: {"04_performance_scoring", "08_scoring_rule_derived"}}

Pages = dict[str, str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, executor: Executor) -> dict[Path, Pages]:
    return once("pages of the notebooks", lambda: executed(tmp_path_factory, executor))


def executed(tmp_path_factory: pytest.TempPathFactory, executor: Executor) -> dict[Path, Pages]:
    """The text of the pages that the notebooks become on each report, by name: executed at one go."""
    tasks = {}
    for pdf in filter(Path.is_file, (RAW, NO_EVALUATIONS, BLANK)):
        folder = tmp_path_factory.mktemp("made")
        (folder / "processed" / pdf.stem).mkdir(parents=True)
        store.write(report(pdf), folder / "processed" / pdf.stem)
        parameters = {"REPORT": pdf.stem, "PROCESSED": str(folder / "processed")}
        executed = [path for path in NOTEBOOKS if path.stem not in TWINS.get(pdf, ())]
        tasks[pdf] = [execution.Task(path, folder / "out" / f"{path.stem}.html", parameters) for path in executed]
    every = [task for of_report in tasks.values() for task in of_report]
    assert [done.failure for done in executor.execute(every)] == [""] * len(every)
    return {
        pdf: {task.page.stem: task.page.read_text(encoding="utf-8") for task in of_report}
        for pdf, of_report in tasks.items()
    }


@pytest.fixture
def pages(made: dict[Path, Pages]) -> Pages:
    return made[RAW]


@pytest.fixture
def pages_without_evaluations(made: dict[Path, Pages]) -> Pages:
    return made[NO_EVALUATIONS] if NO_EVALUATIONS in made else pytest.skip(f"no {NO_EVALUATIONS}")


@pytest.fixture
def blank_pages(made: dict[Path, Pages]) -> Pages:
    return made[BLANK] if BLANK in made else pytest.skip(f"no {BLANK}")


def said(page: str) -> str:
    """The text of a page, without its pictures and marks."""
    return html.unescape(re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.S))


# --- as committed -----------------------------------------------------------------------


def cells(path: Path, kind: str) -> list[Any]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def test_the_notebooks_are_there() -> None:
    assert [path.stem for path in NOTEBOOKS] == NAMES


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_committed_without_outputs_for_any_python_kernel(path: Path) -> None:
    node = json.loads(path.read_text(encoding="utf-8"))
    nbformat.validate(nbformat.from_dict(node))
    code = [cell for cell in node["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert node["metadata"]["kernelspec"]["name"] == "python3"
    ids = [cell["id"] for cell in node["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in ids)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_one_cell_names_the_report(path: Path) -> None:
    tagged = [cell for cell in cells(path, "code") if "parameters" in cell.metadata.get("tags", [])]
    assert [cell.source.removesuffix('\nLANG = "zh"') for cell in tagged] == [
        'REPORT = "shenyang-hrss-2024"\nPROCESSED = None'
    ]
    others = "\n".join(cell.source for cell in cells(path, "code") if cell not in tagged)
    assert "report = jscore.load(REPORT, PROCESSED)" in others
    assert "shenyang" not in others


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_notebooks_import_and_hold_no_parsing(path: Path) -> None:
    for cell in cells(path, "code"):
        tree = ast.parse(re.sub(r"(?m)^%.*$", "", cell.source))
        for node in ast.walk(tree):
            assert not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef)
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= {"jscore", "pandas", "IPython", "matplotlib"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_no_amount_is_typed_in(path: Path) -> None:
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    assert not re.search(r"\d[\d,]*\.\d\d|\d{5,}|\d,\d{3}", text)


# --- executed ---------------------------------------------------------------------------


def check(pages: Pages, pdf: Path = RAW) -> None:
    """What must hold of the pages of any report."""
    assert list(pages) == [name for name in NAMES if name not in TWINS.get(pdf, ())]
    for name, page in pages.items():
        text = said(page)
        assert page.count("<h1") == 1
        assert not re.search(r"(?:src|href)=(?![\"']?(?:data:|#))", page), f"{name} needs something from elsewhere"
        assert "<script" not in page
        assert not re.search(r"url\((?![\"']?data:)", page)
        assert "Warning:" not in text
        assert not re.search(r"\b(?:nan|NaN|None|NaT|<NA>)\b", text), name
        assert "report = jscore.load" not in text


@pytest.mark.slow
def test_pages_of_the_shipped_report(pages: Pages) -> None:
    check(pages)
    images = {name: page.count("data:image/png") for name, page in pages.items()}
    assert images == dict(zip(NAMES, (4, 1, 4, 2, 6, pictured(report(RAW)), 1, 3, 1), strict=True))


def pictured(audited: jscore.Report) -> int:
    """How many pictures the errors and warnings of a report have: one for each role and page, of three pages at most."""
    severe = audited.findings[audited.findings["severity"] != "info"].groupby("severity").head(40)
    found = audited.check_figures[audited.check_figures["check_no"].isin(severe["check_no"])].dropna(subset="page")
    return int(found.groupby(["check_no", "role"])["page"].nunique().clip(upper=3).sum())


@pytest.mark.slow
def test_pages_of_a_report_without_evaluations(pages_without_evaluations: Pages) -> None:
    check(pages_without_evaluations, NO_EVALUATIONS)
    assert "本报告没有项目绩效自评表" in said(pages_without_evaluations["04_performance_scoring"])
    assert "data:image" not in pages_without_evaluations["04_performance_scoring"]


@pytest.mark.slow
def test_pages_of_a_report_all_blank(blank_pages: Pages) -> None:
    check(blank_pages, BLANK)
    assert "本报告的公开02表没有数字" in said(blank_pages["01_revenue"])
    assert "本报告的公开03、05表都没有数字" in said(blank_pages["02_expenditure_by_function"])
    assert "本报告的公开09表没有数字" in said(blank_pages["03_sangong"])
    assert not any("data:image" in page for name, page in blank_pages.items() if name not in ("00_extract", "05_audit"))


@pytest.mark.slow
def test_what_was_found_is_what_the_frames_say(pages: Pages) -> None:
    shipped = report(RAW)
    tree = analysis.expenditure_tree(shipped.expenditure, "05")
    found = {
        "00_extract": f"读出{len(shipped.cells):,}个单元格",
        "01_revenue": f"本年收入{analysis.pick(shipped.revenue, 'amount', level=0):,.2f}万元",
        "02_expenditure_by_function": f"2024年支出{tree['合计'].max():,.2f}万元",
        "03_sangong": f"“三公”经费支出{shipped.sangong['final'].max():,.2f}万元",
        "05_audit": holding(held_of(counts(shipped.checks)))["全部勾稽关系"],
        "04_performance_scoring": f"{len(shipped.projects)}个项目自评平均{shipped.projects['total_score'].mean():.2f}分",
    }
    for name, sentence in found.items():
        assert sentence in said(pages[name])


@pytest.mark.slow
def test_a_chinese_page_has_no_english_words(pages: Pages) -> None:
    """Names stay: of the report, programs, commands, frames and parameters, and what stands in prose as code."""
    names = {
        RAW.stem,
        "PDF",
        "JupyterLab",
        *"jscore run data raw".split(),
        "cap",
        "below",
        "total",
        "report.find",
        "report.show",
        *schema.FRAMES,
        *PARAMETERS,
    }
    shown = {name: said(re.sub(r"<code.*?</code>", " ", page, flags=re.S)) for name, page in pages.items()}
    words = {
        name: set(re.findall(r"(?<![0-9A-Za-z_])[A-Za-z]{2}[0-9A-Za-z_.-]*", text)) for name, text in shown.items()
    }
    assert {name: found - names for name, found in words.items() if found - names} == {}


# --- running ----------------------------------------------------------------------------


def notebook(folder: Path, *sources: str) -> Path:
    """A notebook with a parameters cell and the cells ``sources``."""
    node = nbformat.v4.new_notebook()
    tagged = nbformat.v4.new_code_cell('WORD = "default"', metadata={"tags": ["parameters"]})
    node.cells = [tagged, *map(nbformat.v4.new_code_cell, sources)]
    path = folder / "small.ipynb"
    nbformat.write(node, path)
    return path


@pytest.mark.slow
def test_parameters_interpreter_folder_and_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("IPYTHONDIR", raising=False)
    path = notebook(
        tmp_path, "import os, sys\nprint(WORD, sys.executable, os.getcwd())", "import jscore\njscore.__file__"
    )
    out = tmp_path / "made" / "small.html"
    with Executor(1) as own:
        assert not own.execute([Task(path, out, {"WORD": "it's <b>given</b>"}, code=True)])[0].failure
    page = out.read_text(encoding="utf-8")
    assert "<b>given" not in page
    assert f"it's <b>given</b> {sys.executable} {tmp_path}" in said(page)
    assert str(Path(jscore.__file__).parent) in page
    assert "<summary>代码</summary>" in page
    assert {path.name for path in home.iterdir()} <= {".config", ".cache"}  # matplotlib keeps its fonts there
    assert capfd.readouterr().err == ""


@pytest.mark.slow
def test_a_failing_cell_is_named_in_one_line(tmp_path: Path, executor: Executor) -> None:
    path = notebook(tmp_path, "1 + 1", "\nvalue = {}['missing']\nvalue")
    (done,) = executor.execute([Task(path, tmp_path / "small.html")])
    assert done.failure == "small.ipynb: in the cell \"value = {}['missing']\": KeyError: 'missing'"
    assert not (tmp_path / "small.html").exists()


@pytest.mark.slow
def test_a_missing_glyph_is_an_error(tmp_path: Path, executor: Executor) -> None:
    path = notebook(tmp_path, "import matplotlib.pyplot as plt\nplt.title('\ue000');")
    (done,) = executor.execute([Task(path, tmp_path / "small.html")])
    assert "Glyph" in done.failure


def test_a_notebook_without_parameters_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    with pytest.raises(NotebookError, match="plain.ipynb: no cell is tagged parameters"):
        execution.run(path, {"REPORT": "x"})


@pytest.mark.slow
def test_a_cell_that_never_ends_is_stopped(tmp_path: Path, executor: Executor) -> None:
    path = notebook(tmp_path, "while True:\n    pass")
    (done,) = executor.execute([Task(path, tmp_path / "small.html", timeout=1)])
    assert done.failure == "small.ipynb: in the cell 'while True:': not done after 1 s"


def test_a_file_that_is_no_notebook_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(NotebookError, match="broken.ipynb: not a notebook"):
        execution.run(path, {})


# --- what cells show --------------------------------------------------------------------


def test_text_of_a_report_is_shown_as_it_is() -> None:
    nasty = "<script>alert('x')</script> & *stars* $x$"
    shown = notebooks.table(pd.DataFrame({"item": [nasty], nasty: [1.0]})).html + notebooks.say(nasty, nasty).html
    assert "<script" not in shown
    assert said(shown).count(nasty) == 4


def test_tables_have_the_headings_and_formats_of_the_schema() -> None:
    frame = pd.DataFrame(
        {
            "function_name": ["a", "b"],
            "level": [1, 3],
            "amount": [1234.5, None],
            "share": [0.125, None],
            "page": [3, None],
        }
    ).astype({"level": "Int64", "page": "Int64"})
    text = said(notebooks.table(frame, bars=["share"]).html).split()
    assert text == ["科目名称", "金额", "占比", "页", "a", "1,234.50", "12.5%", "3", "b", "—", "—", "—"]


def test_a_table_without_rows_says_so() -> None:
    assert (
        said(notebooks.table(schema.empty("projects"), none="This report has none.").html).strip()
        == "This report has none."
    )


def test_words_for_sentences() -> None:
    assert notebooks.money(1234.5) == "1,234.50 万元"
    assert notebooks.money(2050, "元") == "2,050 元"
    assert notebooks.money(float("nan")) == notebooks.points(None) == "—"
    assert notebooks.percent(0.12345, 2) == "12.35%"
    assert notebooks.points(59.0) == "59"


def test_a_printed_cell_is_shown_or_what_is_wanting_is_said() -> None:
    shipped = report(RAW)
    row = analysis.row_of(shipped.revenue, level=0)
    assert "data:image/png" in notebooks.printed(shipped, "revenue", row, "02", "1").html
    assert repr(notebooks.printed(shipped, "revenue", None, "02", "1")) == "02：本报告没有。"
    away = jscore.Report(Path("gone.pdf"), shipped.frames, shipped.info)
    assert "gone.pdf" in notebooks.printed(away, "revenue", row, "02", "1").html
