"""The workbook across reports: live formulas that come out as the frames have it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from jscore.cli import main
from jscore.language.words import word
from jscore.library import years
from tests.calc import computed, needs_libreoffice
from tests.made_years import DEPARTMENT, made
from tests.test_years import ALL, fact


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    return three_reports(tmp_path / "processed")


def three_reports(folder: Path) -> Path:
    stated = [
        fact("收入总计", "amount", 223.21, "223.21万元", ALL),
        fact("收入总计", "yoy_change", 3.21, "3.21万元", ALL),
    ]
    made(
        folder, 2023, facts=stated, projects=[("=1+1人才项目", 5.0, 4.0, 90.0), ("甲工程", 1.0, 0.0, 59.0)], score=98.0
    )
    made(folder, 2024, times=1.25, projects=[("=1+1人才项目——2024", 6.0, 6.0, 95.0)], score=99.0, facts=[
        fact("收入总计", "amount", 279.01, "279.01万元", ALL), fact("收入总计", "yoy_change", 50.0, "50.00万元", ALL),
    ])  # fmt: skip
    made(folder, 2024, "东山省南河市农业局", "farm", without=["03"])
    return folder


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The workbook of three reports, and what is in it as LibreOffice calculates it."""
    folder = tmp_path_factory.mktemp("recalculated")
    path = written(three_reports(folder / "processed"))
    return path, openpyxl.load_workbook(computed([path], folder)[path.stem], data_only=True)


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = list(sheet.iter_rows(values_only=True))
    return [
        dict(zip([str(name).replace("\n（", "（").replace("\n", " ") for name in head], row, strict=True))
        for row in rows
    ]


def written(processed: Path) -> Path:
    """The workbook across the reports in ``processed``."""
    result = run("--all", "--out", processed)
    assert result.exit_code == 0, result.stderr
    return processed / "years.xlsx"


def test_changes_and_rates_are_formulas_and_nothing_else(processed: Path) -> None:
    book = openpyxl.load_workbook(written(processed))
    assert book.sheetnames[:3] == ["说明", "年度", "收支总额"] and book.sheetnames[-2:] == ["上年数核对", "项目"]
    for name in book.sheetnames[1:-2]:
        for row in rows_of(book[name]):
            for heading, value in row.items():
                if heading.startswith("增减"):
                    assert value is None or str(value).startswith("=IF("), (name, heading, value)
                elif name != "年度" and heading[:2] == "20":
                    assert value is None or isinstance(value, int | float)


@pytest.mark.office
@needs_libreoffice
def test_recalculated_it_says_what_the_frames_say(recalculated: tuple[Path, Any]) -> None:
    path, book = recalculated
    changes = years.changes(path.parent)
    compared = 0
    for topic in years.TOPICS:
        own = changes[(changes["topic"] == topic) & (changes["year"] == 2024)]
        for row in rows_of(book[topic.replace("“", "").replace("”", "")]):
            line = own[(own["department"] == row["部门"]) & (own["form"].map(word) == row["表"])]
            line = line[(line["key"] == row["编码"]) if row["编码"] else (line["item"] == row["项目"].strip())]
            line = line[line["value"].notna() & (line["prior_year"] == 2023)]
            if line.empty:
                assert row["增减 2023→2024"] in (None, "", 0), row
                continue
            assert row["增减 2023→2024"] == pytest.approx(line["change"].iloc[0], abs=1e-9)
            rate = line["rate"].iloc[0]
            assert (
                row["增减率 2023→2024"] in (None, "")
                if pd.isna(rate)
                else row["增减率 2023→2024"] == pytest.approx(rate)
            )
            compared += 1
    assert compared > 60
    texts = [
        cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)
    ]
    assert not [text for text in texts if text.startswith("#")]


@pytest.mark.office
@needs_libreoffice
def test_recalculated_overview_stated_years_and_projects(recalculated: tuple[Path, Any]) -> None:
    _, book = recalculated
    overview = {(row["部门"], row["类别"], row["项目"]): row for row in rows_of(book["年度"])}
    income = overview[DEPARTMENT, "收支总额", "收入总计"]
    assert (income["2022"], income["2023"], income["2024"]) == (pytest.approx(220.0), 223.21, 279.01)
    assert overview["东山省南河市农业局", "支出构成", "项目支出"]["表"] == "05"
    stated = rows_of(book["上年数核对"])
    assert [(row["推算上年数（万元）"], row["上年报告数"], row["结论"]) for row in stated] == [
        (pytest.approx(220.0), None, "无上年报告"), (pytest.approx(229.01), 223.21, "不符"),
    ]  # fmt: skip
    projects = {(row["年度"], row["序号"]): row for row in rows_of(book["项目"])}
    assert projects[2024, 1]["得分增减（分）"] == 5 and projects[2024, 1]["预算增减（万元）"] == 1
    assert projects[2024, 1]["项目"] == "=1+1人才项目——2024", "a name that begins like a formula is none"


@pytest.mark.office
@needs_libreoffice
def test_the_formulas_carry_the_values_that_a_spreadsheet_makes_of_them(recalculated: tuple[Path, Any]) -> None:
    path, made = recalculated
    held = openpyxl.load_workbook(path, data_only=True)
    differ = [
        (sheet.title, cell.coordinate, cell.value, made[sheet.title][cell.coordinate].value)
        for sheet in held
        for row in sheet.iter_rows()
        for cell in row
        if (cell.value or None) != (made[sheet.title][cell.coordinate].value or None)
        and cell.value != pytest.approx(made[sheet.title][cell.coordinate].value)
    ]
    assert differ == []


def test_a_derived_figure_is_marked(processed: Path) -> None:
    sheet = openpyxl.load_workbook(written(processed))["收支总额"]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == 220.0)
    assert cell.font.italic and "x-2023 第 3 页" in cell.comment.text


def test_in_english(processed: Path) -> None:
    said = run("--all", "--lang", "en", "--out", processed)
    assert said.exit_code == 0 and said.stdout.endswith("years.xlsx: 3 reports (x-2023, x-2024, farm)\n")
    book = openpyxl.load_workbook(processed / "years.xlsx", data_only=True)
    assert book.sheetnames[:3] == ["Notes", "Year", "Totals"]
    printed = ("Department", "Item", "Project", "Candidate", "Sentence", "Unit")
    for sheet in book.worksheets[1:]:
        heads = f"{sheet.title} {[cell.value for cell in sheet[1]]}"
        assert not re.search("[\u4e00-\u9fff]", re.sub("三公|万元", "", heads))
        own = [str(value) for row in rows_of(sheet) for name, value in row.items() if name not in printed]
        assert not re.search("[\u4e00-\u9fff]", " ".join(own).replace("三公", "")), sheet.title
    marked = {row["Item"] for row in rows_of(book["Year"]) if not str(row["Form"]).isdigit()}
    assert {"department's own score", "mean score of projects"} <= marked


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["excel", *map(str, arguments)])


def test_the_command_for_all_reports(processed: Path) -> None:
    result = run("--all", "--out", processed)
    assert result.exit_code == 0 and result.stdout.endswith("years.xlsx：3份报告（x-2023、x-2024、farm）\n")
    assert sorted(path.name for path in processed.iterdir() if path.is_file()) == ["years.xlsx"]


@pytest.mark.slow
def test_the_command_for_one_report(processed: Path, tmp_path: Path) -> None:
    assert run("farm", "--out", processed).exit_code == 0
    assert openpyxl.load_workbook(processed / "farm" / "farm.xlsx").sheetnames[0] == "封面"
    assert run("farm", "x-2024", "--out", processed, "--to", tmp_path / "there").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == ["farm.xlsx", "x-2024.xlsx"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((), 2, "give --all, or one or more REPORT_IDs"),
        (("--all", "farm"), 2, "give --all, or one or more REPORT_IDs"),
        (("--all", "--to", __file__), 2, "is a file"),
        (("nothing",), 1, "nothing: not in "),
    ],
)
def test_what_cannot_be_written_is_said(processed: Path, arguments: tuple[str, ...], status: int, said: str) -> None:
    result = run(*arguments, "--out", processed)
    assert result.exit_code == status and said in result.stderr


def test_without_reports(tmp_path: Path) -> None:
    result = run("--all", "--out", tmp_path)
    assert result.exit_code == 1 and "run `jscore run` first" in result.stderr and not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_workbook_that_breaks_off_leaves_the_old_one(processed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("--all", "--out", processed)
    before = (processed / "years.xlsx").read_bytes()

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("openpyxl.writer.excel.ExcelWriter.save", broken)
    result = run("--all", "--out", processed)
    assert result.exit_code == 1 and "No space left on device" in result.stderr
    assert (processed / "years.xlsx").read_bytes() == before and len(list(processed.glob(".*"))) == 0
