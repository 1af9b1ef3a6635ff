"""``jscore ls``, and several reports of one department and year."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import jscore
from jscore.cli import main
from jscore.library import listing, store, years
from jscore.library.editions import edition, standings
from tests.drawn import Table, draw

pytestmark = pytest.mark.usefixtures("kept_workers")


def titled(department: str, year: int) -> Table:
    rows = [
        ["项目", "预算数", "决算数"],
        ["合计", "6.00", "3.69"],
        ["因公出国（境）费", "", ""],
        ["公务接待费", "6.00", "3.69"],
    ]
    above = f"部门：{department}      {year}年度      金额单位：万元"
    return Table(rows, [200, 80, 80], "财政拨款“三公”经费支出决算表", above)


def make(folder: Path, *reports: tuple[str, str, int]) -> Path:
    """Made reports (name, department, year) as frames in ``folder/out``."""
    for name, department, year in reports:
        (folder / "out" / name).mkdir(parents=True)
        store.write(jscore.read(draw(folder / f"{name}.pdf", [[titled(department, year)]])), folder / "out" / name)
        store.seal(folder / "out" / name)
    return folder / "out"


def ls(out: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["ls", "--out", str(out), *more])


BUREAU = "河北省正定县水利局"


def test_a_line_a_report_by_department_and_year(tmp_path: Path) -> None:
    out = make(tmp_path, ("b", BUREAU, 2024), ("a", BUREAU, 2023), ("c", "上海市普陀区财政局", 2024))
    head, *lines = ls(out).stdout.splitlines()
    assert head.split() == ["报告", "部门", "年度", "页数", "表", "发现", "处理时间"]
    assert [line.split()[:4] for line in lines] == [
        ["c", "上海市普陀区财政局", "2024", "1"], ["a", BUREAU, "2023", "1"], ["b", BUREAU, "2024", "1"],
    ]  # fmt: skip
    assert all("有数字 1" in line for line in lines)
    parsed = json.loads(ls(out, "--json").stdout)
    assert [(line["report_id"], line["found"], line["notes"]) for line in parsed] == [
        ("c", ["09"], []), ("a", ["09"], []), ("b", ["09"], []),
    ]  # fmt: skip


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    result = ls(tmp_path)
    assert result.exit_code == 0 and f"{tmp_path}: no processed reports; put PDFs into data/raw" in result.stderr
    assert json.loads(ls(tmp_path, "--json").stdout) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = ls(tmp_path / "none")
    assert result.exit_code == 1 and "none: no such folder; name one that `jscore run` wrote to" in result.stderr


def test_what_to_know_before_a_report_is_used(tmp_path: Path) -> None:
    out = make(
        tmp_path,
        ("old", "甲市水利局", 2021),
        ("gone", "甲市水利局", 2022),
        ("new", "甲市水利局", 2023),
        ("cut", "甲市水利局", 2024),
    )
    info = store.read_info(out / "old")
    assert info is not None
    store.write_info({**info, "version": "0.0.1"}, out / "old")
    (tmp_path / "gone.pdf").unlink()
    with (tmp_path / "new.pdf").open("ab") as file:
        file.write(b"%more\n%%EOF\n")
    (out / "cut" / "sangong.parquet").unlink()
    notes = {line.report_id: line.notes for line in listing.listed(out)}
    assert notes == {
        "old": ["由 0.0.1 版生成，请重新运行"],
        "gone": ["PDF 已不在（gone.pdf）"],
        "new": ["PDF 已改动，请重新运行"],
        "cut": ["有文件缺失或被改动，请重新运行"],
    }
    assert "  注意：PDF 已不在（gone.pdf）" in ls(out).stdout


def test_a_narrow_terminal_gets_a_block_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = make(tmp_path, ("a", BUREAU, 2023))
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_, **__: os.terminal_size((60, 20)))
    monkeypatch.setattr("jscore.run.commands.ls._terminal", lambda: True)
    lines = ls(out).stdout.splitlines()
    assert lines[0] == "a" and f"{BUREAU} 2023，1页" in lines[1] and lines[2] == "  表：有数字 1"


def test_only_report_json_is_read(tmp_path: Path) -> None:
    out = make(tmp_path, ("a", BUREAU, 2023))
    for path in out.glob("a/*.parquet"):
        path.write_bytes(b"?" * path.stat().st_size)
    assert listing.listed(out)[0].notes == []


# --- one department and year ------------------------------------------------------------


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["run", "--no-notebooks", *map(str, arguments)])


def test_a_correction_is_told_apart_and_flagged(tmp_path: Path) -> None:
    first = draw(tmp_path / "zd-2023.pdf", [[titled(BUREAU, 2023)]])
    other = draw(tmp_path / "zd-2022.pdf", [[titled(BUREAU, 2022)]])
    run(first, other, "--out", tmp_path / "out")
    again = draw(tmp_path / "zd-2023-更正.pdf", [[titled(BUREAU, 2023)], []])
    said = run(first, other, again, "--out", tmp_path / "out").stdout
    assert "注意：zd-2023-更正: 与 zd-2023 同部门、同年度；采用这一份" in said
    infos = {report.name: (store.read_info(report) or {})["same_year"] for report in store.reports(tmp_path / "out")}
    assert infos == {"zd-2022": [], "zd-2023": ["zd-2023-更正"], "zd-2023-更正": ["zd-2023"]}
    assert (
        "与 zd-2023-更正 同部门、同年度；采用 zd-2023-更正，按名称（更正）是较晚的一份" in ls(tmp_path / "out").stdout
    )
    assert "未变2份" in run(first, other, "--out", tmp_path / "out").stdout
    shutil.rmtree(tmp_path / "out" / "zd-2023-更正")
    run(first, "--out", tmp_path / "out")
    assert not any((store.read_info(report) or {})["same_year"] for report in store.reports(tmp_path / "out"))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("hrss-2024", "hr-2024-v2"), ("hr-2024-v9", "hr-2024-v10"), ("hrss-2024-v1", "a-2024-v2"), ("z-2024", "a-2024（修订）"),
        ("z-2024", "a-2024 (1)"), ("z-2024", "a-2024-corrected"), ("z-2024", "更正a"), ("z-2024-v2", "a-2024-rev2"),
        ("z-2024-更正前", "a-2024"), ("z-2024-old", "a-2024"), ("z-2024-更正", "a-2024-第二次更正"), ("z-2024-更正", "a-2024-更正2"),
        ("z-2024-20240901", "a-2024-20240915"), ("z-2024", "a-2024-2024年9月15日"), ("z-2024", "A_2024_V2.1"),
        ("z-2024-v2", "a-2024-v2.1"), ("r-2", "r-10"), ("市人社局2024年度决算", "人社局2024（更正版）"), ("z2024", "a2024Rev1"),
        ("城市更新局2024", "a2024-更正"), ("z2024 errata 1", "a2024 errata 2"), ("z-2024", "a-2024.v3"),
    ],
)  # fmt: skip
def test_one_rule_says_which_report_is_the_later_one(tmp_path: Path, earlier: str, later: str) -> None:
    """``jscore ls`` and ``years.reports`` say the same of any two names, in any order."""
    for order in ((earlier, later), (later, earlier)):
        found = standings({"report_id": name, "department": BUREAU, "year": 2024, "sha256": name} for name in order)
        assert [each.report_id for each in found if not each.why] == [later]
    for name in (earlier, later):
        folder = tmp_path / name
        folder.mkdir()
        store.write_info({"report_id": name, "department": BUREAU, "year": 2024, "sha256": name}, folder)
    counted = years.reports(tmp_path)
    notes = {line.report_id: line.notes[-1] for line in listing.listed(tmp_path)}
    assert list(counted.loc[counted["counts"], "report_id"]) == [later]
    assert notes[later].endswith("采用这一份") and f"采用 {later}" in notes[earlier]


@pytest.mark.parametrize(
    "name", ["final-accounts-2023", "hv2024", "review-2023", "a-2023", "城市更新局2023", "incorrect-2023", "cov19", "revenue2024",
             "补充医疗保险中心2024"],
)  # fmt: skip
def test_names_that_do_not_say_that_they_correct(name: str) -> None:
    assert edition(name).word == ""


def test_names_that_do_not_tell_are_said_not_to(tmp_path: Path) -> None:
    found = standings({"report_id": name, "department": BUREAU, "year": 2024} for name in ("a", "b"))
    assert "看不出哪一份更正哪一份" in found[0].note and found[1].note.endswith("采用这一份")


def test_the_same_file_twice(tmp_path: Path) -> None:
    out = make(tmp_path, ("a", BUREAU, 2023))
    copy = shutil.copy(tmp_path / "a.pdf", tmp_path / "b.pdf")
    assert "注意：b: 与 a 同部门、同年度；采用这一份" in run(copy, "--out", out).stdout
    assert "采用 b，是同一个 PDF" in ls(out).stdout
