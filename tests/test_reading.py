"""Figures, names and titles as they are written; forms and rows as they are drawn."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import jscore
from jscore.narrative import identity
from jscore.pdf.columns import table_lines
from jscore.pdf.glyphs import Glyphs
from jscore.pdf.grids import Cell
from jscore.pdf.lines import lines_outside
from jscore.pdf.pages import Line, Page
from jscore.tables.accounts import item_name
from jscore.tables.forms import FORMS, announcing, title_form
from jscore.tables.headings import Headings, Row, cells_over, is_preamble
from jscore.text import figures, numbers
from tests.drawn import Table, draw


@pytest.mark.parametrize(
    ("text", "value"),
    [("13,048.64", 13048.64), ("0.00", 0), ("１２．５", 12.5), ("-3.5", -3.5), ("（3.5）", -3.5), ("1 234.5", 1234.5),
     ("1，234.5", 1234.5), ("12,34.5", None), ("1.2.3", None), ("12x", None), ("—", None), ("", None), ("3.5万", None)],
)  # fmt: skip
def test_amounts(text: str, value: float | None) -> None:
    assert numbers.amount(text) == value


def test_amounts_in_yuan_are_exact() -> None:
    assert numbers.amount("347,393,300.01", "元") == 34739.330001


@pytest.mark.parametrize(
    ("text", "value"),
    [("84.0%", 0.84), ("100％", 1), ("1", 1), ("0.95", 0.95), ("95", 0.95), ("0.0%", 0), ("无", None)],
)
def test_rates(text: str, value: float | None) -> None:
    assert numbers.rate(text) == value


@pytest.mark.parametrize(
    ("printed", "unit", "half"),
    [("12.34%", "", 0.00005), ("12.34％", "", 0.00005), ("１２．３％", "", 0.0005), ("百分之12.5", "", 0.0005),
     ("3个百分点", "", 0.005), ("1.2亿元", "", 500), ("5.1亿", "", 500), ("13,048.64万元", "", 0.005),
     ("１３，０４８．６ 万元", "", 0.05), ("1.20（万元）", "", 0.005), ("（1.20）", "万元", 0.005), ("￥1,200.50", "", 5e-7),
     ("347,393,300.01", "元", 5e-7), ("-12", "万元", 0.5), ("98.5分", "", 0.05), ("7辆", "", 0), ("7", "", 0), ("—", "万元", 0)],
)  # fmt: skip
def test_half_the_last_digit_of_every_form_a_figure_takes(printed: str, unit: str, half: float) -> None:
    assert numbers.half_digit(printed, unit) == pytest.approx(half)


def test_half_the_last_digit_of_a_column() -> None:
    assert numbers.half_of_column([1.5, 2.125, None, float("nan")]) == Decimal("0.0005")
    assert numbers.half_of_column([0.5, None]) == Decimal("0.005")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("金额单位：万元", "万元"),
        ("单位:元", "元"),
        ("单位：人民币亿元", "亿元"),
        ("编制单位：某某局 金额单位：元", "元"),
        ("单位：某某局", None),
        ("编制单位：元氏县水利局 金额单位：万元", "万元"),
        ("单位：元宝山区农牧局", None),
        ("单位：元阳县民政局 2024年度 单位：千元", "千元"),
        ("单位：元 公开01表", "元"),
        ("单位：元公开02表", "元"),
        ("金额单位：元编制单位：元谋县财政局", "元"),
        ("单位：元 某市水利局", "元"),
        ("单位：元 江 县 水 利 局", None),
        ("单位：元、%", "元"),
        ("编制部门·某某局单位·元", "元"),
        ("单位；万元", "万元"),
    ],
)
def test_stated_units(text: str, unit: str | None) -> None:
    assert numbers.stated_unit(text) == unit


@pytest.mark.parametrize("unit", ["单位：万元", "单位.万元", "单位·人民币元", "公开05-1表"])
def test_what_heads_a_table_is_no_row_of_it(unit: str) -> None:
    def rows(*heights: float) -> list[Line]:
        return [Line("", (40, y, 300, y + 11), 1, tuple((x, x + 30, "1.00") for x in (40, 120, 200))) for y in heights]

    over = Line(unit, (240, 640, 300, 651), 1, ((240, 300, unit),))
    first, second = rows(700, 680, 660), rows(620, 600, 580)
    assert [body for body, _ in table_lines([*first, over, *second])] == [first, second]
    assert is_preamble(Row(0, 0, 1, (Cell(0, 0, 1, 3, 1, over.box, (unit,)),)))


@pytest.mark.parametrize(("apart", "text"), [(0.0, "共12.34万元"), (9.0, "共12.\u200334万元")])
def test_figures_that_stand_apart_in_prose_are_two(apart: float, text: str) -> None:
    chars = [*"共12.34万元"]
    x0 = np.array([40 + 6.0 * i + (apart if i > 3 else 0) for i in range(len(chars))])
    glyphs = Glyphs(np.array(chars, dtype=object), x0, x0 + 6, x0 * 0 + 700, x0 * 0 + 12, x0 < 0)
    assert [line.text for line in lines_outside(Page(1, 595, 842, glyphs, [], []), [])] == [text]


@pytest.mark.parametrize(
    ("texts", "heads"),
    [
        (["基本支出", "项目支出经营支出", ""], ["基本支出", "项目支出", "经营支出"]),
        (["", "项目支出经营支出", "合计"], ["", "项目支出经营支出", "合计"]),
        (["", "金额（万元）", ""], ["", "金额（万元）", ""]),
    ],
)
def test_a_heading_that_ran_into_a_blank_cell_is_parted(texts: list[str], heads: list[str]) -> None:
    cells = tuple(
        Cell(0, i, 1, 1, 1, (60 * i, 0, 60 * i + 60, 20), (text,) if text else ()) for i, text in enumerate(texts)
    )
    over = cells_over([Row(0, 0, 1, cells)], Headings(frozenset([0]), {}), 3)
    assert ["".join(cell.text for cell in column) for column in over] == heads


@pytest.mark.parametrize(
    ("text", "figure", "amount", "printed"),
    [
        ("1,234.50", True, True, True),
        ("（1,234.50）", True, True, True),
        ("-3.5%", True, True, True),
        ("12万元", True, True, True),
        ("△7", True, False, True),
        ("2024", True, False, False),
        ("1\ufffd\ufffd", True, False, True),
        ("###", False, False, True),
        ("7人", False, False, True),
        ("12月", False, False, False),
        ("2024年度", False, False, False),
        ("2024.12.31", False, False, True),
        ("第1项", False, False, False),
        ("（）", False, False, False),
    ],
)
def test_what_prints_a_figure(text: str, figure: bool, amount: bool, printed: bool) -> None:
    assert (figures.is_figure(text), figures.is_amount(text), figures.prints_figure(text)) == (figure, amount, printed)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("收入支出决算总表", "01"), ("公开01表 收入支出决算总表", "01"), ("一、收入支出决算总表", "01"), ("2025年度收入决算表", "02"),
        ("支出决算表（公开03表）", "03"), ("财政拨款收入支出决算总表", "04"), ("一般公共预算财政拨款收入支出决算表", "05"),
        ("一般公共预算财政拨款支出决算明细表", "05"), ("一般公共预算财政拨款基本支出决算明细表", "06"),
        ("政府性基金预算财政拨款收入支出决算表", "07"), ("国有资本经营预算财政拨款支出决算表", "08"),
        ("国有资本经营预算财政拨款收入支出决算表", "08"), ("一般公共预算财政拨款“三公”经费支出决算表", "09"),
        ("部门整体支出绩效自评表", "overall"), ("项目支出绩效自评表", "project"), ("收入支出决算总体情况说明", None),
        ("表反映部门本年度收入。详见收入决算表", None),
    ],
)  # fmt: skip
def test_titles(text: str, key: str | None) -> None:
    form = title_form(text)
    assert (form.key if form else None) == key


@pytest.mark.parametrize(
    ("text", "item"),
    [("一、一般公共服务支出", "一般公共服务支出"), ("二十六、抗疫特别国债安排的支出", "抗疫特别国债安排的支出"), ("其中：（1）公务用车运行维护费", "公务用车运行维护费"),
     ("1.因公出国（境）费", "因公出国（境）费"), ("年初结转和结余", "年初结转和结余"), ("三公", "三公"),
     ("6649797本年支出合计", "本年支出合计"), ("(1200)结余分配", "结余分配"), ("2024年末结转和结余", "2024年末结转和结余"), ("208教育支出", "208教育支出")],
)  # fmt: skip
def test_items(text: str, item: str) -> None:
    assert item_name(text) == item


@pytest.mark.parametrize(
    ("department", "region"),
    [("辽宁省沈阳市人力资源和社会保障局（本级）", "辽宁省沈阳市"), ("上海市普陀区财政局", "上海市普陀区"), ("沈阳市市场监督管理局", "沈阳市"),
     ("普陀区城市管理行政执法局", "普陀区"), ("广西壮族自治区财政厅", "广西壮族自治区"), ("延边朝鲜族自治州教育局", "延边朝鲜族自治州"), ("财政部", None),
     ("河北省正定县水利局", "河北省正定县")],
)  # fmt: skip
def test_regions(department: str, region: str | None) -> None:
    assert identity.region(department) == region


def test_tables_only_report_takes_names_from_headings(tmp_path: Path) -> None:
    table = Table(
        [["项目", "预算数", "决算数"], ["合计", "6.00", "3.69"], ["因公出国（境）费", "", ""], ["公务接待费", "6.00", "3.69"]],
        [200, 80, 80], "财政拨款“三公”经费支出决算表", "部门：河北省正定县水利局      2025年度      金额单位：万元",
    )  # fmt: skip
    info = jscore.read(draw(tmp_path / "x.pdf", [[table]])).info
    assert (info["department"], info["department_from"], info["year"], info["year_from"], info["region"]) == (
        "河北省正定县水利局", "table heading", 2025, "table heading", "河北省正定县",
    )  # fmt: skip


def test_function_codes_side_by_side_economic(tmp_path: Path) -> None:
    rows = [["科目编码", "科目名称", "合计", "人员经费", "公用经费"], ["合计", None, "30.00", "20.00", "10.00"],
            ["301", "工资福利支出", "20.00", "20.00", ""], ["30101", "基本工资", "20.00", "20.00", ""],
            ["302", "商品和服务支出", "10.00", "", "10.00"], ["30201", "办公费", "10.00", "", "10.00"]]  # fmt: skip
    table = Table(rows, [60, 120, 80, 80, 80], "一般公共预算财政拨款基本支出决算表", "单位：万元")
    frame = jscore.read(draw(tmp_path / "x.pdf", [[table]])).economic
    assert list(zip(frame.economic_name, frame.group, frame.amount, strict=True)) == [
        ("工资福利支出", "人员经费", 20), ("基本工资", "人员经费", 20), ("商品和服务支出", "公用经费", 10), ("办公费", "公用经费", 10),
        ("人员经费合计", "人员经费", 20), ("公用经费合计", "公用经费", 10),
    ]  # fmt: skip


def test_self_evaluation_with_a_row_and_a_term_cut(tmp_path: Path) -> None:
    head = [
        "一级指标",
        "二级指标",
        "三级指标",
        "运算符号",
        "指标值",
        "度量单位",
        "全年完成值",
        "完成程度",
        "分值",
        "得分",
    ]
    top = [["项目名称", "某项目", *[None] * 8], ["主管部门", "某局", *[None] * 8], ["实施单位", "某局本级", *[None] * 8],
           ["项目预算金额（万元）", None, "10", None, "全年执行数（万元）", None, "5", None, "执行率", "50%"], head,
           ["产出指标", "数量指标", "完成数", ">=", "10", "个", "10", "100%", "6.97", "6.97"],
           ["满意度指", "服务对象", "服务对", "=", "100", "%", "100", "100", "6.", "6."]]  # fmt: skip
    rest = [
        ["标", "满意度指标", "象满意", "", "", "", "", "%", "5", "25"],
        ["指标自评得分小计", None, "13.22", None, "减分项", "0", "总分", None, "59", None],
    ]
    pages = [[Table(top, [52] * 10, "项目支出绩效自评表", top=400)], [Table(rest, [52] * 10)]]
    found = jscore.read(draw(tmp_path / "x.pdf", pages))
    last = found.indicators.iloc[-1]
    assert (len(found.indicators), last.level1, last.level2, last.level3, last.completion, last.weight, last.score) == (
        2, "满意度指标", "服务对象满意度指标", "服务对象满意", 1, 6.5, 6.25,
    )  # fmt: skip
    assert found.projects.loc[0, ["budget", "executed", "execution_rate", "total_score"]].tolist() == [10, 5, 0.5, 59]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnonsense", b"\x89PNG\r\n"])
def test_files_that_are_no_pdf(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    with pytest.raises(jscore.ReadError, match=r"x\.pdf: 不是可读的PDF"):
        jscore.read(path)


def test_page_without_text(tmp_path: Path) -> None:
    with pytest.raises(jscore.ReadError, match="没有文字（只有图片、图形或空白页）；请给出"):
        jscore.read(draw(tmp_path / "x.pdf", [[]]))


def test_importing_stays_light() -> None:
    code = (
        "import sys, jscore; print([m for m in ('camelot', 'matplotlib', 'pandera', 'openpyxl') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_unknown_frame_is_named() -> None:
    with pytest.raises(AttributeError, match="no frame 'nothing'"):
        _ = jscore.Report(None, {"cells": pd.DataFrame()}, {}).nothing


def test_self_evaluation_with_its_money_in_columns(tmp_path: Path) -> None:
    """The form of 财预〔2020〕10号: money in columns with a score of its own, the total after its weight."""
    rows = [
        ["项目名称", None, "某项目", *[None] * 5],
        ["主管部门", None, "某局", None, "实施单位", None, "某中心", None],
        ["项目资金\n（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["", "年度资金总额", "100", "120", "90", "10", "75%", "7.5"],
        ["年度总体目标", "预期目标", None, None, "实际完成情况", None, None, None],
        ["", "办好三件事", None, None, "办成两件", None, None, None],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析\n及改进措施"],
        ["产出指标", "数量指标", "办事数", "3件", "2件", "90", "60", "人手不足"],
        ["总分", None, None, None, None, "100", "67.5", ""],
    ]
    found = jscore.read(draw(tmp_path / "x.pdf", [[Table(rows, [62] * 8, "项目支出绩效自评表", left=40)]]))
    project, indicator = found.projects.iloc[0], found.indicators.iloc[0]
    columns = [
        "budget",
        "executed",
        "execution_rate",
        "execution_score",
        "total_score",
        "goal",
        "outcome",
        "implementer",
    ]
    assert project[columns].tolist() == [120, 90, 0.75, 7.5, 67.5, "办好三件事", "办成两件", "某中心"]
    assert indicator[["target", "actual", "weight", "score", "reason"]].tolist() == ["3件", "2件", 90, 60, "人手不足"]
    assert found.info["unread"] == []


def page(*texts: str) -> list[Line]:
    return [Line(text, (90, 700 - 20 * place, 400, 712 - 20 * place), 1) for place, text in enumerate(texts)]


@pytest.mark.parametrize("zero", "0〇零○◯OoОΟＯ０")
@pytest.mark.parametrize(("digits", "year"), [("二{}二四", 2024), ("二{}二{}", 2020), ("贰{}贰伍", 2025)])
def test_years_with_any_letter_for_the_zero(zero: str, digits: str, year: int) -> None:
    cover = page("某市水利局", digits.replace("{}", zero) + "年度部门决算", f"二{zero}二六年八月")
    found = identity.identify([cover], [], [], "", "")
    assert (found.department, found.year) == ("某市水利局", year)


@pytest.mark.parametrize(
    "contents",
    [
        ("目  录", "第一部分 概况", "第二部分 2023年度部门决算表"),
        ("第一部分 概况........1", "第二部分 2023年度部门决算表……3"),
    ],
)
def test_a_cover_after_the_contents(contents: tuple[str, ...]) -> None:
    found = identity.identify([[], page(*contents), page("元氏县水利局", "2024年度部门决算")], [], [], "", "")
    assert (found.department, found.year, found.department_from) == ("元氏县水利局", 2024, "cover")


@pytest.mark.parametrize(
    "heading", ["编制单位：元宝山区农牧局  金额单位：万元", "部门：元江县财政局 2024年度 单位：元"]
)
def test_places_that_begin_with_the_word_for_a_yuan(heading: str) -> None:
    name = identity.identify([], [], [heading], "", "").department
    assert name in ("元宝山区农牧局", "元江县财政局")


LISTED = ("一、收入支出决算总表", "二、收入决算表", "三、支出决算表", "四、财政拨款收入支出决算总表")


@pytest.mark.parametrize(
    ("first", "elsewhere", "announced"),
    [
        (("目  录", *LISTED), ("详见支出决算表", "本部门无政府性基金预算财政拨款收入支出决算表"), False),
        (("目录", *(f"{line}........{i}" for i, line in enumerate(LISTED, 5))), ("政府性基金预算财政拨款收入支出决算表",), False),
        (("目录", *LISTED, "五、政府性基金预算财政拨款收入支出决算表"), (), True),
        (("目录", *LISTED), ("公开07表", "政府性基金预算财政拨款收入支出决算表", "单位：万元"), True),
        (("目录", "第一部分 部门概况", "第二部分 决算表"), ("政府性基金预算财政拨款收入支出决算表",), True),
        ((), ("政府性基金预算财政拨款收入支出决算表",), True),
    ],
)  # fmt: skip
def test_a_table_is_announced_by_the_contents_or_by_the_head_of_its_page(
    first: tuple[str, ...], elsewhere: tuple[str, ...], announced: bool
) -> None:
    pages = [*((text, 1) for text in first), *((text, 4) for text in elsewhere)]
    lines = [Line(text, (0.0, 0.0, 1.0, 1.0), page) for text, page in pages]
    keys = {form.key for line in announcing(lines) if (form := title_form(line.text))}
    assert ("07" in keys) == announced


ALL_NINE = [form.title for form in sorted(FORMS, key=lambda form: form.key) if form.key.isdigit()]
ELSEWHERE = Line("本部门无政府性基金预算财政拨款收入支出决算表", (0.0, 0.0, 1.0, 1.0), 9)


def announced_by(texts: Iterable[str], page: int = 2) -> set[str]:
    lines = [Line(text, (0.0, 0.0, 1.0, 1.0), page) for text in texts]
    return {form.key for line in announcing([*lines, ELSEWHERE]) if (form := title_form(line.text))}


@pytest.mark.parametrize(
    "page", ["", "5", " ……5", "⋯⋯⋯5", "•••••5", "------5", "_____5", "第5页", "P5", "12-13", "〔5〕", "- 5 -"]
)
@pytest.mark.parametrize(
    "title", ["目  录", "目录：", "—目录—", "某市水利局2024年度部门决算公开目录", "目录（续）", "CONTENTS"]
)
def test_contents_announce_however_they_write_pages_and_their_own_title(title: str, page: str) -> None:
    kept = [name for name in ALL_NINE if "国有资本" not in name]
    keys = announced_by(
        [title, *(f"（{ordinal}）{name}{page}" for ordinal, name in zip("一二三四五六七八", kept, strict=True))]
    )
    assert keys == {f"{number:02}" for number in range(1, 10)} - {"08"}


@pytest.mark.parametrize("lead", ["", 210 * ".", 80 * "…"])
@pytest.mark.parametrize("beside", [(), ("是",)])
def test_contents_that_are_a_table_announce_and_are_none(tmp_path: Path, lead: str, beside: tuple[str, ...]) -> None:
    """Of two pages, the second of which lists one form alone."""
    rows = [[str(i), f"{name}{lead}", *beside, str(i + 4)] for i, name in enumerate(ALL_NINE, 1)]
    widths = [30, 1200, *(40 for _ in beside), 40]
    first = Table([["序号", "表名", *("是否公开" for _ in beside), "页码"], *rows[:8]], widths, title="目  录")
    accounts = Table(
        [["科目编码", "科目名称", "本年支出合计", "基本支出"], ["208", "社会保障", "10.00", "10.00"]],
        [90] * 4,
        "支出决算表",
    )
    info = jscore.read(draw(tmp_path / "x.pdf", [[first], [Table(rows[8:], widths)], [accounts]], (1500, 842))).info
    stated = {key: form["status"] for key, form in info["forms"].items()}
    assert stated == {f"{number:02}": "found" if number == 3 else "missing" for number in range(1, 10)}
    assert not info["unknown_tables"] and not info["homeless"]


@pytest.mark.parametrize("page", ["", "……12", " 12"])
def test_an_entry_of_two_lines_is_one_and_a_line_of_two_columns_two(page: str) -> None:
    wrapped = [
        *LISTED[:2],
        "七、政府性基金预算财政拨款收入支出",
        f"决算表{page}",
        "八、国有资本经营预算财政拨款",
        f"支出决算表{page}",
    ]
    assert announced_by(["目录", *wrapped]) == {"01", "02", "07", "08"}
    texts = [(f"{left}{page}", f"{right}{page}") for left, right in zip(ALL_NINE[:4], ALL_NINE[4:8], strict=True)]
    lines = [
        Line(
            "  ".join(pair),
            (0.0, 0.0, 400.0, 10.0),
            2,
            tuple((200.0 * i, 200.0 * i + 180, text) for i, text in enumerate(pair)),
        )
        for pair in texts
    ]
    listed = announcing([Line("目录", (0.0, 0.0, 1.0, 1.0), 2), *lines, ELSEWHERE])
    assert {form.key for line in listed if (form := title_form(line.text))} == {
        f"{number:02}" for number in range(1, 9)
    }
