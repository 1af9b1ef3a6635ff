"""The workbook: printed figures are values, all that is made of them are formulas, and it looks as an analyst expects."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from jscore import schema
from jscore.cli import main
from jscore.excel import key_figures, write_workbook
from jscore.excel.meanings import MEANINGS
from jscore.excel.relations import sorted_checks
from jscore.excel.words import WORDS
from tests.shared import RAW, REPORTS, needs_shared, report

INFO: dict[str, Any] = {
    "report_id": "example-2023",
    "department": "某市某局",
    "year": 2023,
    "money_unit": "元",
    "page_count": 31,
    "forms": {
        "01": {"title": "收入支出决算总表", "status": "found", "pages": [20]},
        "05": {"title": "一般公共预算财政拨款支出决算表", "status": "empty", "pages": [21, 22]},
        "07": {"title": "政府性基金预算财政拨款收入支出决算表", "status": "missing", "pages": []},
    },
}
PLACE = {"page": 20, "table_id": "p20-1", "row": 3, "col": 2}
COVER = "封面"
ALL = [RAW, *sorted(REPORTS.glob("*/*.pdf"))]
AMOUNTS = ("revenue", "expenditure", "economic", "sangong", "totals")
SHEETS = [
    "封面", "图表", "核对", "收入", "支出（功能分类）", "支出（经济分类）", "三公", "收支总表", "绩效自评（项目）",
    "绩效自评（指标）", "绩效自评（部门）", "评分规则", "情况说明", "核对所用数字", "单元格", "说明",
]  # fmt: skip


def total(side: str, item: str, amount: float | None, row: int, **more: Any) -> dict[str, Any]:
    return {"form": "01", "side": side, "item": item, "fund": "合计", "amount": amount, **PLACE, "row": row, **more}


def write(folder: Path, frames: dict[str, pd.DataFrame], info: dict[str, Any] | None = None, **more: Any) -> Any:
    write_workbook(frames, INFO if info is None else info, folder / "book.xlsx", **more)
    return openpyxl.load_workbook(folder / "book.xlsx")


def column(sheet: Any, heading: str) -> list[Any]:
    """The cells under ``heading``."""
    number = next(cell.column for cell in sheet[1] if cell.value == heading)
    return [sheet.cell(row, number) for row in range(2, sheet.max_row + 1)]


def lean(own: Any) -> dict[str, pd.DataFrame]:
    """A report's frames without the longest, which is only a list."""
    return {name: frame for name, frame in own.frames.items() if name != "cells"}


def cover(folder: Path) -> dict[Any, list[Any]]:
    """The lines of the cover, formulas as the values beside them."""
    book = openpyxl.load_workbook(folder / "book.xlsx", data_only=True)
    return {row[0]: list(row[1:]) for row in book[COVER].iter_rows(values_only=True) if row[0]}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Any:
    own, folder = report(RAW), tmp_path_factory.mktemp("shipped")
    book = write(folder, own.frames, own.info)
    book.file = folder / "book.xlsx"
    return book


# --- values and formulas ------------------------------------------------------------------


def test_values_come_back_as_they_are(tmp_path: Path) -> None:
    frame = schema.from_records("totals", [
        total("收入", "事业收入", 1234.5, 3, line_no=5), total("支出", "外交支出", None, 3), total("支出", "国防支出", 0.0, 4),
    ])  # fmt: skip
    sheet = write(tmp_path, {"totals": frame})["收支总表"]
    assert [cell.value for cell in column(sheet, "合计（万元）")] == [1234.5, None, 0]
    assert [cell.value for cell in column(sheet, "行次")] == [5, None, None]
    assert [cell.value for cell in column(sheet, "项目")] == ["事业收入", "外交支出", "国防支出"]


def test_two_amounts_of_a_line_under_one_heading_are_both_kept(tmp_path: Path) -> None:
    line = {"function_code": "201", "function_name": "名", "level": 1, "source": "其他收入", **PLACE}
    frame = schema.from_records("revenue", [{**line, "amount": 1.0}, {**line, "amount": 2.0, "col": 3}])
    sheet = write(tmp_path, {"revenue": frame})["收入"]
    assert [cell.value for cell in column(sheet, "其他收入（万元）")] == [1.0, 2.0]


def test_codes_stay_strings(tmp_path: Path) -> None:
    code = {"function_code": "0010203", "function_name": "名", "level": 3, "source": "其他收入", "amount": 1.0, **PLACE}
    sheet = write(tmp_path, {"revenue": schema.from_records("revenue", [code])})["收入"]
    cell = column(sheet, "功能分类科目编码")[0]
    assert (cell.value, cell.data_type, cell.number_format) == ("0010203", "s", "@")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("x")', "#N/A", "http://x.y"])
def test_text_that_looks_like_a_formula_or_a_link_stays_text(tmp_path: Path, text: str) -> None:
    frame = schema.from_records("tasks", [{"task": text, "page": 1, "table_id": "p1-1", "row": 1}])
    book = write(tmp_path, {"tasks": frame})
    cell = column(book["年度主要任务"], "对应项目")[0]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    assert cell.quotePrefix == (text not in ("#N/A", "http://x.y"))
    assert not any(cell.data_type == "f" for row in book["年度主要任务"].iter_rows() for cell in row)


def test_control_characters_are_left_out_and_endless_text_is_cut(tmp_path: Path) -> None:
    frame = pd.DataFrame({"task": pd.Series(["甲\x00\x0b乙\ufffe\ud800", "\x01", "长" * 40_000], dtype=object)})
    sheet = write(tmp_path, {"tasks": frame})["年度主要任务"]
    values = [cell.value for cell in column(sheet, "对应项目")]
    assert values[:2] == ["甲乙", None]
    assert len(values[2]) == 32_767


def test_number_formats_follow_the_unit(tmp_path: Path) -> None:
    task = {"task": "事", "allocated": 10.5, "execution_rate": 0.5411, "weight": 2.5, **PLACE}
    values = ((0.25, "fraction"), (9.0, "万元"), (7.0, "辆"))
    facts = [{"value": value, "unit": unit, **PLACE} for value, unit in values]
    frames = {name: schema.from_records(name, rows) for name, rows in (("tasks", [task]), ("narrative", facts))}
    book = write(tmp_path, frames)
    tasks, narrative = book["年度主要任务"], book["情况说明"]
    headings = ("项目下达金额（万元）", "项目执行率", "分值（分）", "页")
    assert [column(tasks, heading)[0].number_format for heading in headings] == ["#,##0.00", "0.00%", "0.00##", "0"]
    assert [cell.number_format for cell in column(narrative, "数值")] == ["0.00%", "#,##0.00", "General"]


def test_printed_figures_are_values_and_what_is_made_of_them_formulas(shipped: Any) -> None:
    for title, printed, made in (
        ("收入", "财政拨款收入（万元）", "占比"),
        ("支出（功能分类）", "基本支出（万元）", "各栏合计（万元）"),
        ("支出（经济分类）", "决算数（万元）", "下级合计（万元）"),
        ("三公", "决算数（万元）", "决算占预算"),
        ("绩效自评（项目）", "绩效自评总得分（分）", "复算总得分（分）"),
        ("绩效自评（指标）", "得分（分）", "复算得分（分）"),
        ("绩效自评（部门）", "得分（分）", "复算得分（分）"),
    ):
        own = [cell for cell in column(shipped[title], printed) if isinstance(cell.value, int | float)]
        formulas = [cell for cell in column(shipped[title], made) if cell.data_type == "f"]
        assert own, title
        assert len(formulas) >= 4, title
        assert own[0].font.color.rgb.endswith("1F4E79")
        assert not formulas[0].font.color.rgb.endswith("1F4E79")


def test_the_parameters_of_the_rule_are_cells_with_names(shipped: Any) -> None:
    names = dict(shipped.defined_names.items())
    assert {"execution_weight", "overshoot_threshold", "cap_1_below", "cap_2_total"} <= names.keys()
    place = names["execution_weight"].attr_text.split("!")[1].replace("$", "")
    assert shipped["评分规则"][place].value == 10
    used = " ".join(str(cell.value) for cell in column(shipped["绩效自评（项目）"], "复算执行率得分（分）"))
    assert "execution_weight" in used


def test_every_line_has_its_page(shipped: Any) -> None:
    for title in (
        "收入",
        "支出（功能分类）",
        "支出（经济分类）",
        "三公",
        "收支总表",
        "绩效自评（项目）",
        "绩效自评（指标）",
    ):
        assert all(isinstance(cell.value, int) for cell in column(shipped[title], "页")), title


def test_checks_are_formulas_over_the_other_sheets_and_what_fails_comes_first(tmp_path: Path) -> None:
    path = REPORTS / "synthetic" / "anshan-culture-2024.pdf"
    if not path.is_file():
        pytest.skip(f"no {path}")
    wrong = report(path)
    sheet = write(tmp_path, lean(wrong), wrong.info)["核对"]
    failed = wrong.findings
    assert len(failed) > 1
    assert [cell.value for cell in column(sheet, "核对序号")][: len(failed)] == failed["check_no"].tolist()
    assert {cell.value for cell in column(sheet, "结论")[: len(failed)]} == {"不符"}
    assert "不符" not in {cell.value for cell in column(sheet, "结论")[len(failed) :]}
    number = sheet[f"{column(sheet, '应为')[0].column_letter}2"]
    assert number.data_type == "f"
    assert "!" in number.value


def test_a_relation_that_is_no_difference_within_its_bound_has_no_formula(tmp_path: Path) -> None:
    numbers = {"expected": 5.0, "actual": 9.0, "difference": 4.0, "tolerance": 0.01, "unit": "万元"}
    words = {"title": "题", "group": "table", "severity": "error"}
    checks = schema.from_records("checks", [
        {"check_no": 1, "check_id": "a", "status": "pass", **words, **numbers},
        {"check_no": 2, "check_id": "a", "status": "fail", **words, **numbers},
        {"check_no": 3, "check_id": "a", "status": "skipped", **words, **numbers},
    ])  # fmt: skip
    sheet = write(tmp_path, {"checks": checks, "check_figures": schema.empty("check_figures")})["核对"]
    assert [cell.value for cell in column(sheet, "核对序号")] == [2, 1, 3]
    assert [cell.data_type == "f" for cell in column(sheet, "公式核对")] == [True, False, False]


def test_sorted_checks_put_errors_before_warnings() -> None:
    rows = [("info", "fail"), ("error", "pass"), ("warning", "fail"), ("error", "fail")]
    frame = pd.DataFrame(rows, columns=["severity", "status"])
    assert sorted_checks(frame).to_numpy().tolist() == [
        ["error", "fail"], ["warning", "fail"], ["info", "fail"], ["error", "pass"],
    ]  # fmt: skip


# --- looks --------------------------------------------------------------------------------


def test_sheets_are_in_order_and_ready_to_print(shipped: Any) -> None:
    assert shipped.sheetnames == SHEETS
    for title in SHEETS[2:-1]:
        sheet = shipped[title]
        page = sheet.page_setup
        assert (page.orientation, str(page.paperSize), page.fitToHeight) == ("landscape", sheet.PAPERSIZE_A4, 0), title
        assert sheet.print_title_rows == "$1:$1", title
        assert str(sheet.freeze_panes).endswith("2"), title


def test_a_sheet_that_is_too_wide_for_a_page_repeats_its_first_columns(shipped: Any) -> None:
    sheet = shipped["绩效自评（指标）"]
    assert sheet.page_setup.fitToWidth > 1
    assert sheet.print_title_cols == "$A:$C"


def test_columns_of_amounts_left_blank_are_folded(shipped: Any) -> None:
    sheet = shipped["收入"]

    def hidden(heading: str) -> bool:
        place = column(sheet, heading)[0].column
        return any(one.hidden and one.min <= place <= one.max for one in sheet.column_dimensions.values())

    assert hidden("经营收入（万元）")
    assert not hidden("财政拨款收入（万元）")


def test_headings_explain_themselves(tmp_path: Path) -> None:
    sheet = write(tmp_path, {"sangong": schema.empty("sangong")})["三公"]
    said = {cell.comment.text.splitlines()[0]: cell.comment.text for cell in sheet[1]}
    assert {"item", "budget", "final", "page"} <= said.keys()
    assert said["budget"] == "budget\n全年预算数"


def test_every_column_is_in_the_dictionary(shipped: Any) -> None:
    sheet = shipped["说明"]
    lines = {(row[0], row[1]) for row in sheet.iter_rows(values_only=True)}
    for title in SHEETS[2:11]:
        headings = [str(cell.value).split("（万元")[0].split("（分）")[0] for cell in shipped[title][1] if cell.value]
        assert {(title, heading) for heading in headings} <= lines, title


def test_meanings_are_chinese_and_of_columns_that_there_are(shipped: Any) -> None:
    names = {column.name for frame in schema.FRAMES.values() for column in frame.columns}
    lines = [row for row in shipped["说明"].iter_rows(values_only=True) if row[0] in SHEETS]
    assert len(lines) > 150
    foreign = [(row[0], row[2]) for row in lines if not re.search("[\u4e00-\u9fff]", str(row[5]))]
    assert foreign == []
    assert {key.partition(".")[2] for key in MEANINGS if "." in key} <= names


def test_long_text_wraps_and_gets_the_height_for_it(tmp_path: Path) -> None:
    rows = [{"project_no": number, "project": name, **PLACE} for number, name in ((1, "短名"), (2, "长" * 100))]
    sheet = write(tmp_path, {"projects": schema.from_records("projects", rows)})["绩效自评（项目）"]
    short, long = column(sheet, "项目（政策）名称")
    assert long.alignment.wrap_text
    assert sheet.column_dimensions[long.column_letter].width < 70
    assert sheet.row_dimensions[2].height is None
    assert sheet.row_dimensions[3].height > 40
    assert short.value == "短名"


def test_frames_that_the_schema_does_not_know(tmp_path: Path) -> None:
    columns = ("check/id", "holds", "difference", "pages")
    frame = pd.DataFrame([("T01", True, 0.5, [3, 4]), (None, False, float("inf"), [])], columns=columns)
    sheet = write(tmp_path, {"my:checks": frame, "totals": schema.empty("totals")})["my checks"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows == [columns, ("T01", "True", 0.5, "3、4"), (None, "False", None, None)]


def test_charts_are_drawn_from_cells(shipped: Any) -> None:
    with zipfile.ZipFile(shipped.file) as book:
        charts = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 4
    assert all("<c:numRef>" in chart and "<c:v>" in chart for chart in charts)
    assert sum("scatterChart" in chart for chart in charts) == 1


# --- the cover ----------------------------------------------------------------------------


def test_cover_has_the_key_figures_and_links(tmp_path: Path) -> None:
    frames = {
        "totals": schema.from_records("totals", [total("收入", "总计", 300.25, 3), total("支出", "支出总计", 299.0, 4)]),
        "projects": schema.from_records("projects", [
            {"project_no": 1, "total_score": 90.0, **PLACE}, {"project_no": 2, "total_score": 60.5, **PLACE},
        ]),
    }  # fmt: skip
    book = write(tmp_path, frames)
    lines = cover(tmp_path)
    assert book[COVER]["A1"].value == "某市某局 2023 年度部门决算"
    assert lines["来源文件"][0] == "example-2023.pdf"
    assert lines["收入总计"] == [300.25, "万元", "第 20 页"]
    assert lines["支出总计"][0] == 299
    assert lines["绩效自评项目"][0] == 2
    assert lines["项目自评平均得分"][:2] == [75.25, "分"]
    assert lines["“三公”经费决算数"][:2] == [None, "—"]
    assert lines["公开05表"] == ["一般公共预算财政拨款支出决算表", "空表（无此项收支）", "第 21–22 页"]
    assert "公开的表（有数据 1，空表 1，未见 1）" in lines
    links = {row[0].value: row[0].hyperlink.location for row in book[COVER].iter_rows() if row[0].hyperlink}
    assert links == {title: f"'{title}'!A1" for title in ("收支总表", "绩效自评（项目）", "说明")}


def test_cover_links_every_sheet_and_its_figures_are_formulas(shipped: Any) -> None:
    sheet = shipped[COVER]
    assert [row[0].value for row in sheet.iter_rows() if row[0].hyperlink] == SHEETS[1:]
    formulas = {row[0].value: row[1].value for row in sheet.iter_rows() if row[1].data_type == "f"}
    assert formulas["收入总计"].startswith("='收支总表'!")
    assert formulas["项目自评平均得分"].startswith("=AVERAGE('绩效自评（项目）'!")
    assert formulas["不符：错误"].startswith("=COUNTIFS('核对'!")


def test_cover_counts_the_findings_of_the_report_card(tmp_path: Path) -> None:
    path = REPORTS / "synthetic" / "anshan-culture-2024.pdf"
    if not path.is_file():
        pytest.skip(f"no {path}")
    wrong = report(path)
    write(tmp_path, lean(wrong), wrong.info)
    lines = cover(tmp_path)
    found = wrong.info["card"]["findings"]
    assert found["error"] > 0
    counted = {"error": lines["不符：错误"][0], "warning": lines["不符：警告"][0], "info": lines["不符：提示"][0]}
    assert counted == found


def test_cover_without_anything(tmp_path: Path) -> None:
    write(tmp_path, {}, {"report_id": "x", "department": None, "year": None})
    lines = cover(tmp_path)
    assert lines["收入总计"][:2] == [None, "—"]
    assert "部门决算" in lines


def test_key_figures_take_expenditure_from_03_or_else_05() -> None:
    def rows(*forms: str) -> pd.DataFrame:
        common = {"function_name": "合计", "level": 0, "component": "基本支出", **PLACE}
        return schema.from_records("expenditure", [{"form": form, "amount": float(form), **common} for form in forms])

    def basic(frame: pd.DataFrame) -> float | None:
        return next(figure.value for figure in key_figures({"expenditure": frame}) if figure.key == "basic")

    assert basic(rows("05", "03")) == 3
    assert basic(rows("05", "08")) == 5
    assert basic(rows("08")) is None


# --- English, and all reports ---------------------------------------------------------------


def test_english_headings_and_words(tmp_path: Path) -> None:
    own = report(RAW)
    book = write(tmp_path, lean(own), own.info, lang="en")
    titles = {book.title for book in book.worksheets}
    assert {"Cover", "Charts", "Checks", "Revenue", "Sangong", "Dictionary"} <= titles
    assert len(titles) == len(SHEETS) - 1
    for title in titles - {"Cover", "Charts", "Dictionary", "Scoring rule"}:
        headings = "".join(str(cell.value) for cell in book[title][1] if cell.value)
        assert not any("\u4e00" <= char <= "\u9fff" for char in headings.replace("万元", "")), title
    assert {cell.value for cell in column(book["Checks"], "Status")} <= {"agrees", "differs", "not tested"}


def test_every_word_has_both_languages() -> None:
    assert all(chinese and english for chinese, english in WORDS.values())


@needs_shared
@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_written_for_every_report_and_the_same_bytes_again(path: Path, tmp_path: Path) -> None:
    own = report(path)
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(lean(own), own.info, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True).sheetnames == [
        title for title in SHEETS if title != "单元格"
    ]


@needs_shared
@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_no_printed_amount_is_lost(path: Path, tmp_path: Path) -> None:
    own = report(path)
    book = write(tmp_path, {name: own.frames[name] for name in AMOUNTS}, own.info)
    for title, frame, columns in (
        ("收入", "revenue", ["amount"]), ("支出（功能分类）", "expenditure", ["amount"]),
        ("支出（经济分类）", "economic", ["amount"]), ("三公", "sangong", ["budget", "final"]), ("收支总表", "totals", ["amount"]),
    ):  # fmt: skip
        held = sorted(own.frames[frame][columns].stack().dropna().tolist())
        printed = sorted(
            float(cell.value)
            for row in book[title].iter_rows(min_row=2)
            for cell in row
            if isinstance(cell.value, int | float) and cell.number_format == "#,##0.00"
        )
        assert printed == pytest.approx(held), title


def test_the_command_line_writes_it_in_english_and_again_in_chinese(tmp_path: Path) -> None:
    command = ["run", str(RAW), "--out", str(tmp_path), "--no-notebooks"]
    for more, first, said in (
        (["--lang", "en"], "Cover", "done"), (["--lang", "en"], "Cover", "unchanged"), ([], "封面", "done"),
    ):  # fmt: skip
        result = CliRunner().invoke(main, [*command, *more])
        assert result.exit_code == 0
        assert f"{RAW.name}: {said}" in result.output
        book = openpyxl.load_workbook(tmp_path / RAW.stem / f"{RAW.stem}.xlsx", read_only=True)
        assert book.sheetnames[0] == first
