"""What the audit notebook shows: how many relations hold, what does not, and where it is printed."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import jscore
from jscore import schema
from jscore.library import store
from jscore.show import analysis
from jscore.show.execution import Executor, Task
from jscore.show.walk import walk
from tests.shared import ROOT
from tests.wrong import of_tables, wrong


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> jscore.Report:
    return of_tables(wrong(tmp_path_factory.mktemp("wrong") / "wrong.pdf"))


def with_checks(report: jscore.Report, **columns: object) -> jscore.Report:
    return replace(report, frames={**report.frames, "checks": report.checks.assign(**columns)})


def said(page: str) -> str:
    return html.unescape(re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.S))


def test_every_finding_is_shown_with_both_figures(report: jscore.Report) -> None:
    shown = walk(report, "error")
    findings = report.findings
    assert shown.html.count("<h3") == len(findings) == 3 and shown.html.count("<img") == 6
    for finding in findings.to_dict("records"):
        assert finding["message"] in said(shown.html) and f"{finding['check_no']} · {finding['title']}" in said(
            shown.html
        )
    assert "被核对，第1页：公开02表 20805" in said(shown.html) and "等2项" in said(shown.html)
    assert findings["message"].iloc[0] in repr(shown)


def test_a_severity_without_findings_says_so(report: jscore.Report) -> None:
    assert repr(walk(report, "warning")) == "本报告没有这一级的发现。"
    with pytest.raises(ValueError, match="one of error, warning, info"):
        walk(report, "grave")


def test_only_so_many_are_pictured_and_the_rest_is_said(report: jscore.Report) -> None:
    shown = walk(report, "error", most=1)
    assert shown.html.count("<img") == 2 and shown.html.count("<h3") == 3
    assert "最后2条此处没有图片" in said(shown.html)


def test_without_the_pdf_there_are_words(report: jscore.Report) -> None:
    shown = walk(replace(report, path=Path("gone.pdf")), "error")
    assert "没有图片：gone.pdf" in said(shown.html) and shown.html.count("<h3") == 3 and "<img" not in shown.html


def test_text_of_a_report_is_no_markup(report: jscore.Report) -> None:
    nasty = "<script>alert(1)</script>\" onerror='x'"
    shown = walk(with_checks(report, subject=nasty, message=nasty), "error").html
    assert "<script" not in shown and said(shown).count(nasty) == 6


def test_relations_are_counted_by_group(report: jscore.Report) -> None:
    (row,) = analysis.relations_by_group(report.checks).to_dict("records")
    checks = report.checks
    assert row["group"] == "table" and row["error"] == 3 and row["warning"] == row["info"] == 0
    assert row["tested"] == (checks["status"] != "skipped").sum() == row["held"] + 3
    assert row["skipped"] == (checks["status"] == "skipped").sum() == analysis.skipped_relations(checks)["count"].sum()
    assert analysis.relations_by_group(schema.empty("checks")).empty


def test_figures_are_written_as_printed() -> None:
    checks = schema.from_records("checks", [
        {"check_no": number, "check_id": "x", "title": "t", "group": "narrative", "severity": "error", "status": "fail",
         "unit": unit, "actual": actual, "expected": expected, "message": "m"}
        for number, (unit, actual, expected) in enumerate([("万元", 1234.5, 1000.0), ("fraction", 0.6876, 1.0), ("辆", 7, 18)], 1)
    ])  # fmt: skip
    words = analysis.findings_in_words(checks)
    assert words["actual"].tolist() == ["1,234.50", "68.76%", "7辆"] and words["tolerance"].tolist() == ["", "", ""]
    assert analysis.findings_in_words(checks, ["info"]).empty


@pytest.mark.slow
def test_the_notebook_of_a_report_with_findings_and_of_one_without(
    report: jscore.Report, tmp_path: Path, executor: Executor
) -> None:
    right = with_checks(report, status=report.checks["status"].replace("fail", "pass"))
    for name, one in (("wrong", report), ("right", right)):
        (tmp_path / name).mkdir()
        store.write(one, tmp_path / name)
    tasks = [
        Task(
            ROOT / "notebooks" / "05_audit.ipynb",
            tmp_path / f"{name}.html",
            {"REPORT": name, "PROCESSED": str(tmp_path)},
        )
        for name in ("wrong", "right")
    ]
    assert [done.failure for done in executor.execute(tasks)] == ["", ""]
    with_findings, without = (
        said((tmp_path / f"{name}.html").read_text(encoding="utf-8")) for name in ("wrong", "right")
    )
    assert "核对发现3处错误、0处警告、0处提示" in with_findings
    assert report.findings["message"].iloc[0] in with_findings
    assert "核对的勾稽关系全部成立" in without
    assert "data:image" not in (tmp_path / "right.html").read_text(encoding="utf-8")


def test_findings_of_a_frame_without_rows() -> None:
    empty = schema.empty("checks")
    assert analysis.findings_in_words(empty).empty and analysis.skipped_relations(empty).empty
    assert isinstance(analysis.relations_by_group(empty), pd.DataFrame)
