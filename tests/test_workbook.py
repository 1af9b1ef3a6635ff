"""The Excel summary: what is written is what the frames hold, and it looks as an analyst expects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from jscore import schema
from jscore.workbook import COVER, key_figures, write_workbook

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


def total(side: str, item: str, amount: float | None, **more: Any) -> dict[str, Any]:
    return {"form": "01", "side": side, "item": item, "fund": "合计", "amount": amount, **PLACE, **more}


def write(folder: Path, frames: dict[str, pd.DataFrame], info: dict[str, Any] | None = None) -> openpyxl.Workbook:
    write_workbook(frames, INFO if info is None else info, folder / "book.xlsx")
    return openpyxl.load_workbook(folder / "book.xlsx")


def column(sheet: Any, heading: str) -> list[Any]:
    """The cells under ``heading``."""
    number = next(cell.column for cell in sheet[1] if cell.value == heading)
    return [sheet.cell(row, number) for row in range(2, sheet.max_row + 1)]


def cover(book: openpyxl.Workbook) -> dict[Any, list[Any]]:
    return {row[0]: list(row[1:]) for row in book[COVER].iter_rows(values_only=True) if row[0]}


def test_values_come_back_as_they_are(tmp_path: Path) -> None:
    frame = schema.from_records("totals", [
        total("收入", "事业收入", 1234.5, line_no=5), total("支出", "外交支出", None), total("支出", "国防支出", 0.0),
    ])  # fmt: skip
    sheet = write(tmp_path, {"totals": frame})["收支总表"]
    assert [cell.value for cell in column(sheet, "金额（万元）")] == [1234.5, None, 0]
    assert [cell.value for cell in column(sheet, "行次")] == [5, None, None]
    assert [cell.value for cell in column(sheet, "表")] == ["01", "01", "01"]


def test_codes_stay_strings(tmp_path: Path) -> None:
    code = {"function_code": "0010203", "function_name": "名", "level": 3, "source": "其他收入", "amount": 1.0, **PLACE}
    sheet = write(tmp_path, {"revenue": schema.from_records("revenue", [code])})["收入决算"]
    cell = column(sheet, "功能分类科目编码")[0]
    assert (cell.value, cell.data_type, cell.number_format) == ("0010203", "s", "@")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("x")', "#N/A"])
def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, text: str) -> None:
    frame = schema.from_records("tasks", [{"task": text, "page": 1, "table_id": "p1-1", "row": 1}])
    book = write(tmp_path, {"tasks": frame})
    cell = column(book["年度主要任务"], "对应项目")[0]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix == (text != "#N/A")
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_control_characters_are_left_out(tmp_path: Path) -> None:
    frame = pd.DataFrame({"task": pd.Series(["甲\x00\x0b乙\ufffe\ud800", "\x01"], dtype=object)})
    sheet = write(tmp_path, {"tasks": frame})["年度主要任务"]
    assert [cell.value for cell in column(sheet, "对应项目")] == ["甲乙"]


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


def test_sheets_are_in_order_and_ready_to_print(tmp_path: Path) -> None:
    frames = {name: schema.empty(name) for name in reversed(list(schema.FRAMES))}
    book = write(tmp_path, frames)
    labels = [frame.label for name, frame in schema.FRAMES.items() if name != "cells"]
    assert book.sheetnames == [COVER, *labels, schema.FRAMES["cells"].label]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.auto_filter.ref.startswith("A1:")
        page = sheet.page_setup
        assert (page.orientation, str(page.paperSize), page.fitToWidth) == ("landscape", sheet.PAPERSIZE_A4, 1)


def test_headings_explain_themselves(tmp_path: Path) -> None:
    sheet = write(tmp_path, {"sangong": schema.empty("sangong")})["三公经费"]
    described = schema.FRAMES["sangong"].columns
    assert [cell.comment.text.splitlines()[0] for cell in sheet[1]] == [column.name for column in described]
    assert sheet["B1"].comment.text.endswith(described[1].meaning)


def test_long_text_wraps_and_gets_the_height_for_it(tmp_path: Path) -> None:
    rows = [{"project_no": number, "project": name, **PLACE} for number, name in ((1, "短名"), (2, "长" * 100))]
    sheet = write(tmp_path, {"projects": schema.from_records("projects", rows)})["项目绩效自评"]
    short, long = column(sheet, "项目（政策）名称")
    assert long.alignment.wrap_text
    assert sheet.column_dimensions[long.column_letter].width < 70
    assert sheet.row_dimensions[2].height is None
    assert sheet.row_dimensions[3].height > 60
    assert short.value == "短名"


def test_frames_that_the_schema_does_not_know(tmp_path: Path) -> None:
    columns = ("check/id", "holds", "difference", "pages")
    frame = pd.DataFrame([("T01", True, 0.5, [3, 4]), (None, False, float("inf"), [])], columns=columns)
    sheet = write(tmp_path, {"my:checks": frame, "totals": schema.empty("totals")})["my checks"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows == [columns, ("T01", "True", 0.5, "3、4"), (None, "False", None, None)]


def test_cover_has_the_key_figures_and_links(tmp_path: Path) -> None:
    frames = {
        "totals": schema.from_records("totals", [total("收入", "总计", 300.25), total("支出", "支出总计", 299.0)]),
        "projects": schema.from_records("projects", [
            {"project_no": 1, "total_score": 90.0, **PLACE}, {"project_no": 2, "total_score": 60.5, **PLACE},
        ]),
    }  # fmt: skip
    book = write(tmp_path, frames)
    lines = cover(book)
    assert book[COVER]["A1"].value == "某市某局 2023 年度部门决算"
    assert lines["来源文件"][0] == "example-2023.pdf"
    assert lines["收入总计"] == [300.25, "万元", "第 20 页"]
    assert lines["支出总计"][0] == 299
    assert lines["绩效自评项目"][:2] == [2, "个"]
    assert lines["项目自评平均得分"][:2] == [75.25, "分"]
    assert lines["“三公”经费决算数"][:2] == [None, "—"]
    assert lines["公开05表"] == ["一般公共预算财政拨款支出决算表", "空表（无此项收支）", "第 21–22 页"]
    assert "公开的表（有数据 1，空表 1，未见 1）" in lines
    links = {row[0].value: row[0].hyperlink.location for row in book[COVER].iter_rows() if row[0].hyperlink}
    assert links == {"收支总表": "'收支总表'!A1", "项目绩效自评": "'项目绩效自评'!A1"}


def test_cover_without_anything(tmp_path: Path) -> None:
    lines = cover(write(tmp_path, {}, {"report_id": "x", "department": None, "year": None}))
    assert lines["收入总计"][:2] == [None, "—"]
    assert "部门决算" in lines


def test_key_figures_take_expenditure_from_03_or_else_05() -> None:
    def rows(*forms: str) -> pd.DataFrame:
        common = {"function_name": "合计", "level": 0, "component": "基本支出", **PLACE}
        return schema.from_records("expenditure", [{"form": form, "amount": float(form), **common} for form in forms])

    def basic(frame: pd.DataFrame) -> float | None:
        return next(figure.value for figure in key_figures({"expenditure": frame}) if figure.label == "基本支出")

    assert basic(rows("05", "03")) == 3
    assert basic(rows("05", "08")) == 5
    assert basic(rows("08")) is None
