"""The command line: what it writes, prints and leaves behind."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

import jscore
from jscore.cli import main
from jscore.library import store
from jscore.run import one_report, pipeline
from jscore.run.commands.progress import bars
from jscore.schema import FRAMES
from tests.drawn import draw
from tests.shared import ROOT
from tests.test_layouts import REVENUE, SANGONG

pytestmark = pytest.mark.usefixtures("kept_workers")


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    return draw(tmp_path / "small.pdf", [[REVENUE, SANGONG]])


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["run", "--no-notebooks", *map(str, arguments)])


def test_a_run_writes_the_folder_whole(pdf: Path, tmp_path: Path) -> None:
    result = run(pdf, "--out", tmp_path / "out")
    assert result.exit_code == 0 and "small.pdf：已处理" in result.stdout
    names = {path.name for path in (tmp_path / "out" / "small").iterdir()}
    annotated = {"small.annotated.pdf"} if len(jscore.load("small", tmp_path / "out").findings) else set()
    assert names == {
        "report.json",
        "small.xlsx",
        "summary.html",
        "summary.pdf",
        *annotated,
        *(f"{name}.parquet" for name in FRAMES),
    }
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"small", "datapackage.json", "library"}
    *_, page, book, counted = result.stdout.splitlines()
    files = [tmp_path / "out" / "small" / name for name in ("summary.html", "small.xlsx")]
    assert [page, book] == [f"请打开：{file}" for file in files]
    assert counted.startswith("已处理1份，未变0份，失败0份，用时")


class Terminal(io.StringIO):
    """A screen, as a progress bar sees it."""

    def isatty(self) -> bool:
        return True


def test_bars_tell_what_a_run_is_at_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, pdf = Terminal(), Path("small.pdf")
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "120")
    with bars() as shown:
        for at in (("reading", 3, 70), ("writing", 1, 4), ("notebooks", 2, 7, "04_performance_scoring")):
            shown.follow(pdf, *at)
            shown.stop()
    told = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())
    for line in (
        "small.pdf: 页 .* 3/70 .*:",
        "small.pdf: 写出 .* 1/4 .*:",
        "small.pdf: 04_performance_scoring .* 2/7 .*:",
    ):
        assert re.search(line, told), line


def test_an_unchanged_report_is_not_done_again(pdf: Path, tmp_path: Path) -> None:
    run(pdf, "--out", tmp_path / "out")
    made = (tmp_path / "out" / "small" / "report.json").stat().st_mtime_ns
    assert "unchanged" in run(pdf, "--out", tmp_path / "out").stdout
    assert (tmp_path / "out" / "small" / "report.json").stat().st_mtime_ns == made
    assert "small.pdf：已处理" in run(pdf, "--out", tmp_path / "out", "--force").stdout


def test_a_changed_report_is_done_again(pdf: Path, tmp_path: Path) -> None:
    run(pdf, "--out", tmp_path / "out")
    draw(pdf, [[REVENUE]])
    assert "small.pdf：已处理" in run(pdf, "--out", tmp_path / "out").stdout
    assert jscore.load("small", tmp_path / "out").sangong.empty


def test_the_others_are_done_when_one_fails(pdf: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.4 cut short")
    result = run(bad, pdf, tmp_path / "none.pdf", "--out", tmp_path / "out")
    lines = sorted(result.stderr.splitlines())
    assert result.exit_code == 1 and len(lines) == 2
    assert "bad.pdf: 不是可读的PDF" in lines[0] and "none.pdf: 没有这个文件" in lines[1]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"small", "datapackage.json", "library"}


def test_two_reports_of_one_name(pdf: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    again = shutil.copy(pdf, tmp_path / "other" / "small.pdf")
    result = run(pdf, again, "--out", tmp_path / "out")
    assert result.exit_code == 1 and "同名" in result.stderr and "small.pdf：已处理" in result.stdout


def test_a_folder_without_reports(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 1 and "no PDF in this folder" in result.stderr


def test_several_at_once(tmp_path: Path) -> None:
    pdfs = [draw(tmp_path / f"r{i}.pdf", [[REVENUE]]) for i in range(3)]
    outcomes = list(pipeline.run(pdfs, one_report.Options(tmp_path / "out", jobs=2)))
    assert {(o.pdf.name, o.status) for o in outcomes} == {(pdf.name, "done") for pdf in pdfs}


def test_the_summary_counts_what_became_of_each(pdf: Path, tmp_path: Path) -> None:
    run(pdf, "--out", tmp_path / "out")
    result = run(pdf, draw(tmp_path / "new.pdf", [[REVENUE]]), tmp_path / "none.pdf", "--out", tmp_path / "out")
    assert result.exit_code == 1 and "已处理1份，未变1份，失败1份，用时" in result.stdout.splitlines()[-1]


def test_many_that_are_up_to_date_are_counted_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jscore.run.commands.run.NAMED", 1)
    pdfs = [draw(tmp_path / f"r{i}.pdf", [[REVENUE]]) for i in range(2)]
    run(*pdfs, "--out", tmp_path / "out")
    assert run(*pdfs, "--out", tmp_path / "out").stdout.startswith("已处理0份，未变2份，失败0份，用时")


def test_loading_gives_what_was_read(pdf: Path, tmp_path: Path) -> None:
    run(pdf, "--out", tmp_path / "out")
    loaded, read = jscore.load("small", tmp_path / "out"), jscore.read(pdf)
    for name in FRAMES:
        pd.testing.assert_frame_equal(loaded.frames[name], read.frames[name])
    assert loaded.locate("revenue", 0) == read.locate("revenue", 0)
    assert loaded.show("revenue", 0).size == read.show("revenue", 0).size


def test_loading_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(jscore.ReadError, match="nothing: not in .* run `jscore run`"):
        jscore.load("nothing", tmp_path)


def test_processed_folder_is_found_from_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data" / "processed").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert store.processed_folder() == tmp_path / "data" / "processed"
    monkeypatch.setenv(store.PROCESSED, os.fspath(tmp_path))
    assert store.processed_folder() == tmp_path


def test_a_panel_of_two_reports(tmp_path: Path) -> None:
    run(*(draw(tmp_path / f"r{i}.pdf", [[REVENUE]]) for i in range(2)), "--out", tmp_path / "out")
    panel = jscore.panel("revenue", processed=tmp_path / "out")
    assert (list(panel)[:3], panel.report_id.value_counts().to_dict()) == (
        ["report_id", "year", "department"],
        {"r0": 32, "r1": 32},
    )


def test_report_json_names_no_machine_path_and_holds_what_the_docs_say(pdf: Path, tmp_path: Path) -> None:
    run(pdf, "--out", tmp_path / "out")
    info = json.loads((tmp_path / "out" / "small" / "report.json").read_text(encoding="utf-8"))
    assert info["pdf"] == "../../small.pdf" and str(tmp_path) not in json.dumps(info)
    rows = re.findall(
        r"^\| (`.*?) \| (.*)$", (ROOT / "docs" / "report-json.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}
    assert documented <= info.keys()
    assert info.keys() - documented <= {name for row in rows for name in re.findall(r"`(\w+)`", row[1])}
