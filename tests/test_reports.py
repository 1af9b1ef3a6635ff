"""Whole reports: every cell against its truth where there is one, relations and figures read by eye elsewhere."""

from __future__ import annotations

import re
import runpy
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import jscore
from jscore import schema
from jscore.library import store
from jscore.pdf import content
from jscore.pdf.pages import Page, read_page
from tests.shared import RAW, REPORTS, SHARED, needs_shared, report

TRUTHS = sorted(REPORTS.rglob("*.truth")) if REPORTS.is_dir() else []
#: A scan of small print: the share of its cells, in percent, that has to be read; what is misread in it is words of indicators.
NEEDED = {"scanned-evaluations": 99.0}
REAL = sorted((REPORTS / "real").glob("*.pdf")) if REPORTS.is_dir() else []


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.stem)
def test_every_cell_is_right(
    truth: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store.write(report(truth.with_suffix(".pdf")), tmp_path)
    monkeypatch.setattr(sys, "argv", ["compare_truth.py", str(tmp_path), str(truth)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SHARED / "tools" / "compare_truth.py"), run_name="__main__")
    told = capsys.readouterr().out
    share, extra = re.findall(r"= ([\d.]+)%, (\d+) extra rows", told)[-1]
    assert float(share) >= NEEDED.get(truth.stem, 100) and int(extra) == 0, told
    assert ended.value.code == 0 or truth.stem in NEEDED, told


@pytest.mark.parametrize("name", schema.FRAMES)
def test_frames_fit_their_schema(name: str) -> None:
    frame = report(RAW).frames[name]
    assert schema.validate(name, frame).equals(frame)
    assert len(frame) or name in ("project_funding", "form_fields")  # what this report's forms do not print


@pytest.mark.slow
def test_full_width_percent_signs_are_no_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole report with ％ for %: as many relations hold, and no more fail."""

    def wide(*args: Any, **options: Any) -> Page:
        page = read_page(*args, **options)
        char = np.char.replace(page.glyphs.char.astype(str), "%", "％").astype(page.glyphs.char.dtype)
        return replace(page, glyphs=replace(page.glyphs, char=char))

    monkeypatch.setattr(content, "read_page", wide)
    printed, shipped = jscore.read(RAW), report(RAW)
    assert printed.narrative["printed"].str.contains("％").sum() > 50
    assert not (printed.checks["severity"].eq("error") & printed.checks["status"].eq("fail")).any()
    assert printed.checks["status"].tolist() == shipped.checks["status"].tolist()


def test_what_the_report_has_and_lacks() -> None:
    forms = report(RAW).info["forms"]
    assert {key: (form["status"], form["pages"][:1]) for key, form in forms.items()} == {
        "01": ("found", [64]), "02": ("found", [65]), "03": ("missing", []), "04": ("found", [66]), "05": ("found", [68]),
        "06": ("found", [69]), "07": ("missing", []), "08": ("missing", []), "09": ("found", [70]),
        "overall": ("found", [19]), "project": ("found", [22]),
    }  # fmt: skip


def test_who_and_when() -> None:
    info = report(RAW).info
    assert (info["department"], info["year"], info["region"], info["money_unit"], info["page_count"]) == (
        "辽宁省沈阳市人力资源和社会保障局（本级）", 2024, "辽宁省沈阳市", "万元", 70,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("pdf", [RAW, *REAL], ids=lambda path: path.stem)
def test_relations_hold(pdf: Path) -> None:
    checks = report(pdf).checks
    tables = checks[checks["group"].isin(["table", "cross-table"])]
    assert (tables["status"] == "pass").sum() > 100 or "template" in pdf.stem
    assert tables["message"][tables["status"] == "fail"].tolist() == []


#: Read from the page by eye: frame, keys, figure.
BY_EYE = {
    "putuo-finance-2024": [
        ("totals", {"form": "01", "item": "其他收入"}, "amount", 6.2),
        ("revenue", {"function_code": "2010601", "source": "其他收入"}, "amount", 0.01),
        ("expenditure", {"form": "03", "function_code": "2010607", "component": "项目支出"}, "amount", 135.25),
        ("economic", {"economic_code": "30302"}, "amount", 69.1),
        ("economic", {"economic_code": "31002"}, "amount", 13.58),
        ("sangong", {"item": "公务接待费"}, "budget", 0.95),
    ],
    "putuo-planning-2024": [
        ("totals", {"form": "04", "item": "城乡社区支出", "fund": "一般公共预算财政拨款"}, "amount", 3832.36),
        ("expenditure", {"form": "05", "function_code": "2200150", "component": "基本支出"}, "amount", 2339.58),
        ("economic", {"economic_code": "30107"}, "amount", 1594.02),
        ("economic", {"economic_code": "30108"}, "amount", 446.11),
        ("economic", {"economic_name": "公用经费合计"}, "amount", 480.66),
        ("sangong", {"item": "合计"}, "final", 0.39),
    ],
}


@needs_shared
@pytest.mark.parametrize("name", BY_EYE)
def test_figures_read_by_eye(name: str) -> None:
    found = report(REPORTS / "real" / f"{name}.pdf")
    for frame, keys, column, figure in BY_EYE[name]:
        rows = found.frames[frame]
        for key, value in keys.items():
            rows = rows[rows[key] == value]
        assert rows[column].tolist() == [figure], (frame, keys)


@needs_shared
def test_forms_of_the_real_reports() -> None:
    status = {pdf.stem: {k: f["status"] for k, f in report(pdf).info["forms"].items()} for pdf in REAL}
    nine = [f"0{i}" for i in range(1, 10)]
    with_figures = {**dict.fromkeys(nine, "found"), "07": "empty", "08": "empty"}
    assert status == {
        "department-template": dict.fromkeys(nine, "empty"),
        "putuo-finance-2024": with_figures, "putuo-planning-2024": with_figures,
    }  # fmt: skip


def test_a_row_is_found_on_its_page() -> None:
    found = report(RAW)
    row = found.projects.index[found.projects.project == "博士后培养工程奖励"][0]
    place = found.locate("projects", row)
    picture = found.show("projects", row)
    assert place.page == 22 and place.box[1] < 770 < place.box[3] + 10 and picture.width > 300


def test_every_row_has_a_printed_cell() -> None:
    found = report(RAW)
    cells = set(zip(found.cells.table_id, found.cells.row, found.cells.col, strict=True))
    for name in ("totals", "revenue", "expenditure", "economic", "sangong"):
        frame = found.frames[name]
        assert set(zip(frame.table_id, frame.row, frame.col, strict=True)) <= cells


def test_the_cell_of_a_row_prints_its_amount() -> None:
    found = report(RAW)
    printed = found.cells.set_index(["table_id", "row", "col"])["text"]
    for frame in (found.totals, found.revenue, found.expenditure, found.economic):
        held = frame[frame.amount.notna()]
        keys = zip(held.table_id, held.row, held.col, strict=True)
        assert [float(printed[key].replace(",", "")) for key in keys] == held.amount.tolist()
