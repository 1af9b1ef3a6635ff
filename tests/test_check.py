"""``jscore check``: what it prints, exports and answers."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from click.testing import CliRunner, Result

import jscore
from jscore import schema
from jscore.cli import main
from jscore.findings import choose, exports, text
from jscore.findings.causes import causes
from jscore.fonts import width
from jscore.language.words import word
from jscore.library import store
from jscore.relations.model import Group, Severity
from jscore.run import one_report
from jscore.run.commands import check as command
from tests.drawn import draw
from tests.test_layouts import REVENUE
from tests.wrong import of_tables, wrong

pytestmark = pytest.mark.usefixtures("kept_workers")

TABLE = ("--group", "table")


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wrong(tmp_path_factory.mktemp("wrong") / "wrong.pdf")


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw(tmp_path_factory.mktemp("right") / "right.pdf", [[REVENUE]])


def check(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


def processed(folder: Path, *pdfs: Path) -> Path:
    for path in pdfs:
        (folder / path.stem).mkdir(parents=True)
        store.write(jscore.read(path), folder / path.stem)
    return folder


# --- what it prints -----------------------------------------------------------------------


def test_findings_are_printed_by_cause_the_weightiest_first(pdf: Path) -> None:
    report, result = of_tables(pdf), check(pdf, *TABLE)
    lines = result.stdout.splitlines()
    assert result.exit_code == 1 and result.stderr == "" and "\x1b" not in result.stdout
    assert lines[0].startswith("wrong: ") and lines[2].startswith("按原因共")
    found = causes(report.frames)
    first = [line for line in lines[3:-2] if not line.startswith(" ")]
    assert [line.split(maxsplit=1)[0] for line in first] == found["severity"].map(word).tolist()
    assert all(message in line for message, line in zip(found["message"], first, strict=True))
    several = found[found["instances"] > 1].iloc[0]
    below = lines[lines.index(next(line for line in first if several["message"] in line)) + 1 :][: several["instances"]]
    for number, line in zip(several["check_nos"].split(", "), below, strict=True):
        finding = report.findings.set_index("check_no").loc[int(number)]
        assert line.split(maxsplit=1)[0] == number and finding["subject"] in line and text.numbers(finding) in line
    assert "项不成立（错误 3、警告 0、提示 0）" in lines[-1]


def test_findings_one_after_another(pdf: Path) -> None:
    result = check(pdf, *TABLE, "--flat")
    finding = of_tables(pdf).findings.iloc[0]
    lines = result.stdout.splitlines()
    assert result.exit_code == 1 and result.stderr == ""
    assert lines[0].startswith("wrong: ") and lines[2:4] == ["错误：3", "  表内"]
    assert lines[4] == f"    {finding['title']}"
    assert lines[5].split(maxsplit=1) == [str(finding["check_no"]), f"{finding['subject']}（第1页）"]
    assert lines[6].strip() == finding["message"]
    assert lines[7].strip() == "应为1,000.00万元，印为1,010.00，相差10.00，舍入误差至多0.01"
    assert "项不成立（错误 3、警告 0、提示 0）" in lines[-1] and "\x1b" not in result.stdout


def test_a_report_that_is_right(right: Path) -> None:
    result = check(right, *TABLE)
    assert result.exit_code == 0 and "0项不成立" in result.stdout and "错误：" not in result.stdout


@pytest.mark.slow
def test_exit_status_of_the_program(pdf: Path, right: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "jscore", "check", *TABLE]
    for path, status in ((pdf, 1), (right, 0)):
        done = subprocess.run([*command, path], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
        assert (done.returncode, done.stderr) == (status, "") and "项成立" in done.stdout


def test_most_severe_first_then_by_group() -> None:
    checks = schema.from_records("checks", [
        {"check_no": number, "check_id": "x", "title": "t", "group": group, "severity": severity, "status": status,
         "unit": "万元", "message": "m"}
        for number, (severity, group, status) in enumerate([
            ("info", "table", "fail"), ("error", "narrative", "fail"), ("warning", "table", "pass"),
            ("error", "table", "skipped"), ("error", "table", "fail"), ("warning", "narrative", "fail"),
        ], 1)
    ])  # fmt: skip
    assert choose.chosen(checks)["check_no"].tolist() == [5, 2, 6, 1]
    assert choose.chosen(checks, choose.Choice("warning"))["check_no"].tolist() == [5, 2, 6]
    assert choose.chosen(checks, choose.Choice(groups=["narrative"]))["check_no"].tolist() == [2, 6]
    assert choose.chosen(checks, choose.Choice("error", skipped=True, held=True))["check_no"].tolist() == [5, 2, 4, 3]
    assert choose.count(checks) == choose.Count(5, 1, {"error": 2, "warning": 1, "info": 1}, 1)
    headings = [
        line for line, _ in text.check_lines(choose.chosen(checks, choose.Choice(skipped=True))) if "：" in line
    ]
    assert headings == ["错误：2", "警告：1", "提示：1", "未核对：1"]


def test_skipped_relations_are_listed_on_demand_with_their_reason(right: Path) -> None:
    plain, skipped, everything = (check(right, *TABLE, *more).stdout for more in ((), ("--skipped",), ("--all",)))
    reason = jscore.read(right).checks.query("group == 'table' and status == 'skipped'")["message"].iloc[0]
    assert reason not in plain and reason in skipped and reason in everything
    assert "成立：" in everything and "成立：" not in skipped


def test_every_severity_and_group_can_be_asked_for() -> None:
    assert (
        get_args(Severity) == command.SEVERITIES == schema.SEVERITIES
        and get_args(Group) == command.GROUPS == schema.CHECK_GROUPS
    )


def test_lines_fit_the_terminal_and_lose_nothing(pdf: Path) -> None:
    own = choose.chosen(of_tables(pdf).checks, choose.Choice(skipped=True, held=True))
    whole = [line for line, _ in text.check_lines(own)]
    broken = [line for line, _ in text.check_lines(own, 60)]
    assert max(map(width, broken)) <= 60 < max(map(width, whole))
    squeezed = ["".join("".join(lines).split()) for lines in (whole, broken)]
    assert squeezed[0] == squeezed[1]


def test_brackets_and_page_numbers_are_not_torn() -> None:
    said = text.wrapped("因公出国（境）费用（p.\u00a041）印为1,234.56万元，", "  ", 13)
    assert said == ["因公出国", "  （境）费用", "  （p. 41）印", "  为1,234.56", "  万元，"]


def test_what_a_terminal_would_obey_is_left_out() -> None:
    assert choose.clean("a\x1b[31mb\n c\u202ed\x00\ud800") == "a[31mb cd"
    assert choose.clean(None) == choose.clean(float("nan")) == choose.clean(pd.NA) == ""


# --- what it takes ------------------------------------------------------------------------


def test_a_report_id_a_folder_and_nothing_at_all(
    pdf: Path, right: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = processed(tmp_path / "data" / "processed", pdf, right)
    monkeypatch.chdir(tmp_path)
    named, folder, one = check("wrong", *TABLE), check(out, *TABLE), check(out / "right", *TABLE)
    assert named.exit_code == 1 and named.stdout == check("wrong", "--out", out, *TABLE).stdout
    assert folder.stdout == check(*TABLE).stdout and "2份报告：错误 3" in folder.stdout
    assert one.exit_code == 0 and one.stdout.startswith("right: ")


def test_without_processed_reports_data_raw_is_read(
    right: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    nothing = check()
    assert nothing.exit_code == 1 and nothing.stderr.count("\n") == 1 and "name a PDF" in nothing.stderr
    (tmp_path / "data" / "raw").mkdir(parents=True)
    draw(tmp_path / "data" / "raw" / "x.pdf", [[REVENUE]])
    assert check(*TABLE).stdout.startswith("x: ")


def test_what_cannot_be_read_is_one_line_and_the_others_are_done(right: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 cut short")
    result = check(tmp_path / "bad.pdf", "nowhere", "no/where", tmp_path / "none.pdf", right, "--out", tmp_path, *TABLE)
    lines = sorted(result.stderr.splitlines())
    assert result.exit_code == 1 and len(lines) == 4 and result.stdout.startswith("right: ")
    assert all(any(f"{what}: {why}" in line for line in lines) for what, why in (
        ("bad.pdf", "不是可读的PDF"), ("nowhere", "not in"), ("no/where", "no such PDF or folder"), ("none.pdf", "没有这个文件"),
    ))  # fmt: skip


def test_a_report_without_checks_is_to_be_processed_again(right: Path, tmp_path: Path) -> None:
    out = processed(tmp_path, right)
    (out / "right" / "checks.parquet").unlink()
    result = check("right", "--out", out)
    assert result.exit_code == 1 and "processed by an earlier version" in result.stderr


def test_a_pdf_that_has_changed_since_is_said(tmp_path: Path) -> None:
    draw(tmp_path / "x.pdf", [[REVENUE]])
    out = processed(tmp_path / "out", tmp_path / "x.pdf")
    assert check("x", "--out", out).stderr == ""
    wrong(tmp_path / "x.pdf")
    assert "has changed since it was processed" in check("x", "--out", out).stderr


def test_a_fault_in_one_report_does_not_stop_the_others(
    pdf: Path, right: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = jscore.read

    def broken(path: Path, step: object = None) -> jscore.Report:
        if path == pdf:
            raise IndexError("list index out of range")
        return read(path)

    monkeypatch.setattr("jscore.run.commands.named_reports.read", broken)
    result = check(pdf, right, *TABLE)
    assert result.exit_code == 1 and "IndexError" in result.stderr and result.stdout.startswith("right: ")


def test_what_is_skipped_stands_behind_the_findings_and_fits_the_terminal(pdf: Path) -> None:
    report = of_tables(pdf)
    assert list(text.by_cause(causes({**report.frames, "checks": report.checks.head(0)}), report.checks.head(0))) == []
    broken = [line for line, _ in text.by_cause(causes(report.frames), report.checks, 60)]
    assert max(map(width, broken)) <= 60
    said = check(pdf, *TABLE, "--skipped").stdout
    assert said.index("按原因共") < said.index("未核对：")


# --- what it writes -----------------------------------------------------------------------


def test_json_has_every_figure_with_page_and_box(pdf: Path, right: Path, tmp_path: Path) -> None:
    result = check(pdf, right, tmp_path / "none.pdf", *TABLE, "--json", "-")
    held = json.loads(result.stdout)
    report = of_tables(pdf)
    assert [one["report_id"] for one in held["reports"]] == ["wrong", "right"] and len(held["failed"]) == 1
    first = held["reports"][0]
    assert first["summary"]["failed"] == {"error": 3, "warning": 0, "info": 0} and held["reports"][1]["findings"] == []
    assert held["reports"][1]["causes"] == []
    named = [number for cause in first["causes"] for number in cause["check_nos"]]
    assert sorted(named) == sorted(finding["check_no"] for finding in first["findings"])
    for finding, row in zip(first["findings"], report.findings.to_dict("records"), strict=True):
        own = report.figures_of(row["check_no"])
        assert (finding["message"], finding["expected"], finding["pages"]) == (row["message"], row["expected"], [1])
        assert [figure["printed"] for figure in finding["figures"]] == own["printed"].tolist()
        assert [figure["box"] for figure in finding["figures"]] == own[["x0", "y0", "x1", "y1"]].to_numpy().tolist()
    assert check(pdf, *TABLE, "--json", tmp_path / "x.json").stdout == check(pdf, *TABLE).stdout
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))["reports"][0]["findings"] == first["findings"]


def test_csv_opens_in_a_spreadsheet(pdf: Path, tmp_path: Path) -> None:
    assert check(pdf, *TABLE, "--csv", tmp_path / "x.csv").exit_code == 1
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader((tmp_path / "x.csv").open(encoding="utf-8-sig", newline="")))
    assert list(rows[0]) == list(exports.CSV_COLUMNS) and sorted(row["difference"] for row in rows) == [
        "-10.0",
        "10.0",
        "10.0",
    ]
    assert rows[0]["actual_printed"].startswith("第1页 公开02表") and rows[0]["actual_printed"].endswith("：1,010.00")
    piped = check(pdf, *TABLE, "--csv", "-").stdout_bytes
    assert b"\xef\xbb\xbf" + piped == (tmp_path / "x.csv").read_bytes()


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1+1", "@SUM(A1)", "＝1+1", "\t=1", "\r\n=1", " =1", "\u200b=1"])
def test_no_text_becomes_a_formula(pdf: Path, formula: str) -> None:
    report = of_tables(pdf)
    checks = report.findings.assign(subject=formula)
    found = causes({**report.frames, "checks": checks})
    audited = exports.Audited(report.info, checks, report.check_figures, choose.count(checks), found)
    rows = list(csv.DictReader(io.StringIO(exports.as_csv([audited]))))
    assert all(row["subject"] == "'" + formula.strip("\u200b").strip() for row in rows)
    assert "-10.0" in [row["difference"] for row in rows]  # a number is no formula


def test_half_a_character_breaks_no_export(pdf: Path) -> None:
    report = of_tables(pdf)
    checks = report.findings.assign(message=pd.Series(["x\ud800</script>"] * 3, dtype=object))
    found = causes({**report.frames, "checks": checks})
    audited = exports.Audited(report.info, checks, report.check_figures, choose.count(checks), found)
    assert json.loads(exports.as_json([audited]))["reports"][0]["findings"][0]["message"] == "x\ud800</script>"
    assert ",x</script>," in exports.as_csv([audited])


def test_a_file_that_cannot_be_written_is_one_line(pdf: Path, tmp_path: Path) -> None:
    result = check(pdf, *TABLE, "--severity", "error", "--json", tmp_path / "no" / "x.json")
    assert result.exit_code == 1 and len(result.stderr.splitlines()) == 1 and "No such file" in result.stderr


def test_both_on_standard_output_is_refused(pdf: Path) -> None:
    assert check(pdf, "--json", "-", "--csv", "-").exit_code == 2


def test_an_annotated_copy_of_one_report(pdf: Path, right: Path, tmp_path: Path) -> None:
    result = check(pdf, "--annotate", tmp_path / "copy.pdf")
    assert result.exit_code == 1 and "copy.pdf written" in result.stderr
    assert (tmp_path / "copy.pdf").read_bytes().startswith(b"%PDF")
    assert check(pdf, right, "--annotate", tmp_path / "both.pdf").exit_code == 2
    over = check(pdf, "--annotate", pdf)
    assert over.exit_code == 1 and "is not overwritten" in over.stderr


# --- a run --------------------------------------------------------------------------------


def test_a_run_leaves_the_annotated_copy_and_says_where_to_look(pdf: Path, tmp_path: Path) -> None:
    out = tmp_path / "out put"
    result = CliRunner().invoke(main, ["run", "--no-notebooks", str(pdf), "--out", str(out)])
    assert f"查看发现：jscore check wrong --out '{out}'" in result.stdout
    copy = out / "wrong" / "wrong.annotated.pdf"
    assert copy.is_file() and f"在原页上看：{copy}" in check("wrong", "--out", out).stdout
    assert "未变1份" in CliRunner().invoke(main, ["run", "--no-notebooks", str(pdf), "--out", str(out)]).stdout


def test_a_report_that_cannot_be_annotated_is_still_processed(
    pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise jscore.ReadError("wrong.pdf: cannot be annotated")

    monkeypatch.setattr("jscore.findings.annotate.annotated", broken)
    for status in ("done", "unchanged"):
        assert one_report.process(pdf, one_report.Options(tmp_path / "out")).status == status
    info = store.read_info(tmp_path / "out" / "wrong")
    assert info is not None and "没有标注副本：wrong.pdf: cannot be annotated" in info["warnings"]


def test_an_annotated_copy_is_no_report_of_a_folder(pdf: Path, tmp_path: Path) -> None:
    jscore.read(pdf).annotate(tmp_path / "wrong.annotated.pdf")
    result = CliRunner().invoke(main, ["run", str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1 and "no PDF in this folder" in result.stderr


# --- in Python ----------------------------------------------------------------------------


def test_show_check_has_both_figures_side_by_side(pdf: Path) -> None:
    report = of_tables(pdf)
    number = int(report.findings["check_no"].iloc[0])
    picture = report.show_check(number)
    colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24)}
    assert {(200, 30, 30), (31, 90, 160)} <= colours and picture.width > picture.height
    with pytest.raises(KeyError, match="no check 9999"):
        report.show_check(9999)
    with pytest.raises(FileNotFoundError, match="gone.pdf"):
        replace(report, path=Path("gone.pdf")).show_check(number)


def test_a_check_without_a_place_says_so(right: Path) -> None:
    report = jscore.read(right)
    number = int(report.checks.query("status == 'skipped'")["check_no"].iloc[0])
    with pytest.raises(jscore.ReadError, match="has no place on a page"):
        report.show_check(number)
