"""One hazard of page layout a test: the PDF, the expected frame, one assertion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

import jscore
from jscore.pdf.grids import Cell
from jscore.tables.accounts import code_and_name
from jscore.tables.ledger import figures_in, words_of
from jscore.tables.records import _stated_unit
from tests.drawn import FONT, Table, draw

HEAD = ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "事业收入", "其他收入"]
WIDTHS = [60, 130, 75, 75, 75, 75]
ROWS = [
    ["合计", None, "1,234.56", "1,200.00", "", "34.56"],
    ["208", "社会保障和就业支出", "1,000.00", "1,000.00", "", ""],
    ["20805", "行政事业单位养老支出", "1,000.00", "1,000.00", "", ""],
    ["2080501", "行政单位离退休", "600.00", "600.00", "", ""],
    ["2080505", "机关事业单位基本养老\n保险缴费支出", "400.00", "400.00", "", ""],
    ["221", "住房保障支出", "234.56", "200.00", "", "34.56"],
    ["22102", "住房改革支出", "234.56", "200.00", "", "34.56"],
    ["2210201", "住房公积金", "234.56", "200.00", "", "34.56"],
]
REVENUE = Table([HEAD, *ROWS], WIDTHS, "收入决算表", "单位：万元", height=26)
SOURCES = {"本年收入合计": 2, "财政拨款收入": 3, "事业收入": 4, "其他收入": 5}


def expected(rows: list[list[str | None]] = ROWS) -> list[tuple[str, str, str, float | None]]:
    """(code, name, source, amount) as the rows print them."""
    return [
        (
            "" if row[1] is None else str(row[0]),
            "合计" if row[1] is None else row[1].replace("\n", ""),
            source,
            float(str(row[c]).replace(",", "")) if row[c] else None,
        )
        for row in rows
        for source, c in SOURCES.items()
    ]


def revenue(pdf: Path) -> list[tuple[str, str, str, float | None]]:
    frame = jscore.read(pdf).revenue
    return [
        ("" if pd.isna(code) else code, name, source, None if pd.isna(amount) else amount)
        for code, name, source, amount in zip(
            frame.function_code, frame.function_name, frame.source, frame.amount, strict=True
        )
    ]


@pytest.mark.parametrize("ruling", ["stroke", "hairline", "rectangles", "dots", "double", "open", "picture", "none"])
def test_rules_drawn_in_every_way(tmp_path: Path, ruling: str) -> None:
    pdf = draw(tmp_path / "x.pdf", [[replace(REVENUE, ruling=ruling)]])
    assert revenue(pdf) == expected()


SPENT = ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出", "经营支出", "对附属单位补\n助支出"]
SPENT_ROWS = [
    ["合计", None, "30.50", "10.00", "", "20.50", ""],
    ["208", "社会保障和就业支出", "30.50", "10.00", "", "20.50", ""],
    ["20805", "行政事业单位养老支出", "30.50", "10.00", "", "20.50", ""],
    ["2080505", "机关事业单位基本养老\n保险缴费支出", "30.50", "10.00", "", "20.50", ""],
]


@pytest.mark.parametrize(("ruling", "at"), [("frame", 6), ("none", 6), ("rows", 4), ("none", 4)])
def test_a_heading_of_two_lines_over_no_figures_is_of_a_column_of_its_own(tmp_path: Path, ruling: str, at: int) -> None:
    head = [*SPENT[:4], *("项目支出", "经营支出")][:at] + [SPENT[6]] + SPENT[at:6]
    rows = [[*row[:at], "", *row[at:6]] for row in SPENT_ROWS]
    pdf = draw(tmp_path / "x.pdf", [[Table([head, *rows], [60, 120, 70, 65, 65, 65, 65], "支出决算表", "单位：万元", height=26,
               ruling=ruling, left=40)]])  # fmt: skip
    amounts = jscore.read(pdf).expenditure.dropna(subset="amount")
    assert amounts.groupby("component").amount.unique().map(list).to_dict() == {"合计": [30.5], "基本支出": [10], "经营支出": [20.5]}  # fmt: skip


@pytest.mark.parametrize("unruled", [{1, 2}, {1, 2, 3}, {2, 3, 4, 5}])
def test_columns_part_beside_names_of_two_lines_where_a_rule_is_missing(tmp_path: Path, unruled: set[int]) -> None:
    table = replace(REVENUE, unruled=frozenset(unruled))
    assert revenue(draw(tmp_path / "x.pdf", [[table]])) == expected()


@pytest.mark.parametrize("figures", ["7.2956\u20037.0960", " -12,345 7,096 1", "12345\u200367"])
def test_no_name_has_amounts_behind_it(figures: str) -> None:
    assert words_of(f"合计{figures}") == "合计"
    assert code_and_name(f"2120803城市建设支出{figures}") == ("2120803", "城市建设支出")


@pytest.mark.parametrize("name", ["“两新”", "《规划》", "【专项】", "养老", "研发R&D"])
@pytest.mark.parametrize("figure", [" 30.25", "30.25", " 7", "1,234"])
def test_a_figure_behind_a_name_is_none_of_it_and_said(tmp_path: Path, name: str, figure: str) -> None:
    rows = [["科目编码", "科目名称", "本年支出合计", "基本支出"], ["20805", name + figure, "", "30.25"]]
    report = jscore.read(draw(tmp_path / "x.pdf", [[Table(rows, [90] * 4, "支出决算表", "单位：万元")]]))
    assert set(report.expenditure.function_name) == {name}
    assert [lost["text"] for lost in report.info["not_understood"]] == [name + figure]


@pytest.mark.parametrize("name", ["PM2.5", "防治COVID-19", "召开G20"])
def test_digits_that_a_name_ends_with_are_its(tmp_path: Path, name: str) -> None:
    rows = [["科目编码", "科目名称", "本年支出合计", "基本支出"], ["20805", name, "", "30.25"]]
    report = jscore.read(draw(tmp_path / "x.pdf", [[Table(rows, [90] * 4, "支出决算表", "单位：万元")]]))
    assert set(report.expenditure.function_name) == {name} and not report.info["not_understood"]


def test_a_figure_under_the_item_that_runs_over_it_is_counted() -> None:
    over = Cell(2, 5, 1, 1, 1, (0, 0, 90, 20), ("一、外交支出\u200374,337",), ((0, 80, "一、外交支出74,337"),))
    assert figures_in(over) == 1


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_rotated_pages(tmp_path: Path, rotate: int) -> None:
    pdf = draw(tmp_path / "x.pdf", [[REVENUE]], rotate=rotate)
    assert revenue(pdf) == expected()


@pytest.mark.parametrize("ruling", ["picture", "none"])
def test_rotated_pages_without_drawn_rules(tmp_path: Path, ruling: str) -> None:
    pdf = draw(tmp_path / "x.pdf", [[replace(REVENUE, ruling=ruling)]], rotate=90)
    assert revenue(pdf) == expected()


@pytest.mark.parametrize("ascent", [200, 2500])
def test_fonts_of_unusual_ascent(tmp_path: Path, ascent: int) -> None:
    path = draw(tmp_path / "x.pdf", [[replace(REVENUE, height=13, heights={5: 26})]])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for font in pdf.pages[0].Resources.Font.values():
            for descendant in font.get("/DescendantFonts", []):
                descendant.FontDescriptor.Ascent = ascent
                descendant.FontDescriptor.FontBBox = [0, -300, 1000, ascent]
        pdf.save(path)
    assert revenue(path) == expected()


def test_two_numbers_in_one_cell_are_not_one(tmp_path: Path) -> None:
    rows = [HEAD, ["208", "社会保障和就业支出", "100\n200", "1.00", "", ""]]
    report = jscore.read(draw(tmp_path / "x.pdf", [[replace(REVENUE, rows=rows)]]))
    assert pd.isna(report.revenue.amount[0]) and [cell["text"] for cell in report.info["unread"]] == ["100\u2003200"]


def test_watermark_across_the_table(tmp_path: Path) -> None:
    path = draw(tmp_path / "x.pdf", [[REVENUE]])
    canvas = Canvas(str(tmp_path / "mark.pdf"), pagesize=(595, 842))
    canvas.setFont(FONT, 30)
    canvas.translate(120, 540)
    canvas.rotate(30)
    canvas.drawString(0, 0, "某某局2024年度公开")
    canvas.save()
    with pikepdf.open(path, allow_overwriting_input=True) as pdf, pikepdf.open(tmp_path / "mark.pdf") as mark:
        pikepdf.Page(pdf.pages[0]).add_overlay(mark.pages[0])
        pdf.save(path)
    assert revenue(path) == expected()


def test_budget_tables_are_not_final_accounts(tmp_path: Path) -> None:
    report = jscore.read(draw(tmp_path / "x.pdf", [[replace(REVENUE, title="部门收入预算总表")], [SANGONG]]))
    assert report.revenue.empty and report.info["other_tables"][0]["table_id"] == "p1-1"


def test_landscape_page(tmp_path: Path) -> None:
    pdf = draw(tmp_path / "x.pdf", [[replace(REVENUE, top=480)]], size=(842, 595))
    assert revenue(pdf) == expected()


@pytest.mark.parametrize("headings", [True, False])
def test_continued_with_and_without_headings(tmp_path: Path, headings: bool) -> None:
    first = replace(REVENUE, rows=[HEAD, *ROWS[:4]])
    second = replace(REVENUE, rows=[*([HEAD] if headings else []), *ROWS[4:]], title="", above="")
    assert revenue(draw(tmp_path / "x.pdf", [[first], [second]])) == expected()


def test_continued_under_running_headers(tmp_path: Path) -> None:
    parts = [[HEAD, *ROWS[:2]], ROWS[2:4], ROWS[4:6], ROWS[6:]]
    pages = [
        [replace(REVENUE, rows=rows, **({} if i == 0 else {"title": "", "above": ""}))] for i, rows in enumerate(parts)
    ]
    assert revenue(draw(tmp_path / "x.pdf", pages, header="某某局2024年度部门决算公开资料")) == expected()


def test_text_too_long_for_its_cell(tmp_path: Path) -> None:
    rows = [HEAD, ["2080505", "机关事业单位基本养老保险缴费支出", "", "400.00", "", ""], *ROWS[5:]]
    assert revenue(draw(tmp_path / "x.pdf", [[replace(REVENUE, rows=rows)]])) == expected(rows[1:])


def test_punctuation_hanging_over_the_border(tmp_path: Path) -> None:
    rows = [HEAD, ["2080505", "机关事业单位（养老）\n支出", "400.00", "400.00", "", ""], *ROWS[5:]]
    table = replace(REVENUE, rows=rows, widths=[60, 3 + 9 * 9 + 1, *WIDTHS[2:]])
    assert revenue(draw(tmp_path / "x.pdf", [[table]])) == expected(rows[1:])


def test_row_cut_by_the_page(tmp_path: Path) -> None:
    first = replace(REVENUE, rows=[HEAD, *ROWS[:4], ["2080505", "机关事业单位基本养老", "4", "400.", "", ""]])
    second = replace(REVENUE, rows=[["", "保险缴费支出", "00.00", "00", "", ""], *ROWS[5:]], title="", above="")
    assert revenue(draw(tmp_path / "x.pdf", [[first], [second]])) == expected()


def test_fragment_with_fewer_columns(tmp_path: Path) -> None:
    first = replace(REVENUE, rows=[HEAD, *ROWS[:7]])
    second = replace(REVENUE, rows=[["2210201", "住房公积金", "234.56", "200.00", None, "34.56"]], title="", above="")
    assert revenue(draw(tmp_path / "x.pdf", [[first], [second]])) == expected()


def test_codes_in_three_columns(tmp_path: Path) -> None:
    def split(row: list[str | None]) -> list[str | None]:
        code = str(row[0])
        return (
            [None if row[1] is None else code[:3], code[3:5], code[5:7], *row[1:]]
            if row[1]
            else ["合计", None, None, None, *row[2:]]
        )

    rows = [["科目编码", None, None, *HEAD[1:]], ["类", "款", "项", "", "", "", "", ""], *map(split, ROWS)]
    table = replace(REVENUE, rows=rows, widths=[30, 30, 30, *WIDTHS[1:]])
    assert revenue(draw(tmp_path / "x.pdf", [[table]])) == expected()


def test_codes_in_three_columns_of_their_own_level_only(tmp_path: Path) -> None:
    def own(row: list[str | None]) -> list[str | None]:
        code = str(row[0])
        parts = [code if len(code) == 3 else "", code[3:5] if len(code) == 5 else "", code[5:7]]
        return [*parts, *row[1:]] if row[1] else ["合计", None, None, None, *row[2:]]

    rows = [["科目编码", None, None, *HEAD[1:]], ["类", "款", "项", "", "", "", "", ""], *map(own, ROWS)]
    table = replace(REVENUE, rows=rows, widths=[30, 30, 30, *WIDTHS[1:]])
    assert revenue(draw(tmp_path / "x.pdf", [[table]])) == expected()


def test_code_and_name_in_one_cell(tmp_path: Path) -> None:
    rows = [["项目", None, *HEAD[2:]], *([f"{row[0]} {row[1] or ''}".strip(), None, *row[2:]] for row in ROWS)]
    table = replace(REVENUE, rows=[[text and text.replace("\n", "") for text in row] for row in rows])
    assert revenue(draw(tmp_path / "x.pdf", [[table]])) == expected()


def test_title_and_unit_inside_the_table(tmp_path: Path) -> None:
    over = [["2025年度收入决算表", *[None] * 5], ["部门：河北省正定县水利局", None, None, "2025年度", None, "单位：元"]]
    pages = [
        [replace(REVENUE, rows=[*over, HEAD, *ROWS[:4]], title="", above="")],
        [replace(REVENUE, rows=[*over, HEAD, *ROWS[4:]], title="", above="")],
    ]
    report = jscore.read(draw(tmp_path / "x.pdf", pages))
    assert (len(report.revenue), report.info["department"], report.info["year"], report.info["money_unit"]) == (
        32, "河北省正定县水利局", 2025, "元",
    )  # fmt: skip


@pytest.mark.parametrize(
    "numbers", ["甲 乙 1 2 3 4", "（1） （2） （3） （4） （5） （6）", "A B C D E F", "栏次 1 2=3+4 3 4"]
)
def test_numbers_of_columns_of_every_kind(tmp_path: Path, numbers: str) -> None:
    row = numbers.split()
    rows = [HEAD, [row[0], None, *row[1:]] if len(row) == 5 else row, *ROWS]
    pdf = draw(tmp_path / "x.pdf", [[replace(REVENUE, rows=rows)]])
    assert revenue(pdf) == expected() and not jscore.read(pdf).info["unread"]


def test_numbers_of_columns_in_brackets_are_no_amounts(tmp_path: Path) -> None:
    rows = [["合计", "因公出国（境）费", "公务接待费"], ["（1）", "（2）", "（3）"]]
    assert not len(jscore.read(draw(tmp_path / "x.pdf", [[replace(SANGONG, rows=rows, widths=[130] * 3)]])).sangong)


def test_total_last_and_numbers_of_columns(tmp_path: Path) -> None:
    rows = [HEAD, ["栏次", None, "1", "2", "3", "4"], *ROWS[1:], ROWS[0]]
    pdf = draw(tmp_path / "x.pdf", [[replace(REVENUE, rows=rows)]])
    assert revenue(pdf) == expected([*ROWS[1:], ROWS[0]])


@pytest.mark.parametrize(("unit", "factor"), [("元", 1e-4), ("万元", 1.0), ("亿元", 1e4)])
@pytest.mark.parametrize("label", ["金额单位：{}", "{}", "（{}）"])
def test_money_units(tmp_path: Path, unit: str, factor: float, label: str) -> None:
    report = jscore.read(draw(tmp_path / "x.pdf", [[replace(REVENUE, above=label.format(unit))]]))
    assert (report.info["money_unit"], report.revenue.amount[0]) == (unit, pytest.approx(1234.56 * factor, abs=1e-9))


@pytest.mark.parametrize(
    ("printed", "unit"),
    [
        (("金额单", "部门：某局", "位：万", "元"), "万元"),
        (("金额单位：", "万", "元"), "万元"),
        (("金额单", "位：元"), "元"),
        (("金额单位", "：百万", "元"), "百万元"),
    ],
)
def test_a_money_unit_of_several_lines(printed: tuple[str, ...], unit: str) -> None:
    table: Any = SimpleNamespace(above=printed, rows=[], column_units=[], data_rows=[])
    assert _stated_unit(table) == unit


def test_no_money_unit_is_said(tmp_path: Path) -> None:
    report = jscore.read(draw(tmp_path / "x.pdf", [[replace(REVENUE, above="")]]))
    assert report.info["money_unit"] is None and any("未印金额单位" in text for text in report.info["warnings"])


SANGONG = Table(
    [["项目", "预算数", "决算数"], ["合计", "6.00", "3.69"], ["1.因公出国（境）费", "", ""], ["2.公务接待费", "—", "0.00"],
     ["3.公务用车购置及运行费", "6.00", "3.69"], ["其中：（1）公务用车运行维护费", "6.00", "3.69"], ["（2）公务用车购置费", "", ""]],
    [200, 80, 80], "财政拨款“三公”经费支出决算表", "金额单位：元", top=300,
)  # fmt: skip


def test_two_tables_on_a_page_with_two_units(tmp_path: Path) -> None:
    report = jscore.read(draw(tmp_path / "x.pdf", [[REVENUE, SANGONG]]))
    assert (len(report.revenue), report.sangong.final[0], report.info["money_units"]) == (
        32, pytest.approx(0.000369), {"02": "万元", "09": "元"},
    )  # fmt: skip


@pytest.mark.parametrize("total", ["合计因公出国（境）费", "合计\n因公出国（境）费"])
def test_an_amount_under_two_headings_of_sangong_is_said(tmp_path: Path, total: str) -> None:
    rows = [[total, "小计", "公务用车购置费", "公务接待费"], ["7.69", "1.13", "", "6.56"]]
    drawn = replace(SANGONG, rows=rows, widths=[130] * 4, height=30)
    report = jscore.read(draw(tmp_path / "x.pdf", [[drawn]]))
    assert dict(report.sangong.dropna(subset="final")[["item", "final"]].values) == {
        "公务接待费": pytest.approx(0.000656)
    }
    assert [lost["text"] for lost in report.info["not_understood"]] == ["7.69", "1.13"]


@pytest.mark.parametrize(
    ("title", "frame", "two", "others"),
    [
        ("收入决算表", "revenue", ("上级补助收入", "财政拨款收入"), ("本年收入合计", "事业收入")),
        ("支出决算表", "expenditure", ("基本支出", "项目支出"), ("本年支出合计", "经营支出")),
        ("财政拨款收入支出决算总表", "totals", ("一般公共预算财政拨款", "政府性基金预算财政拨款"), ("项目", "合计")),
    ],
)
def test_an_amount_under_two_headings_in_one_is_of_neither_and_said(
    tmp_path: Path, title: str, frame: str, two: tuple[str, str], others: tuple[str, str]
) -> None:
    head, row = ["科目编码", "科目名称", *others], ["208", "社会保障", "9.50", "2.25", "7.25"]
    if frame == "totals":
        head, row = ["项目", "金额", *others], ["本年收入合计", "9.50", "本年支出合计", "9.50", "7.25"]
    heads = [[head[0], "", head[2], "", two[0]], ["", head[1], "", head[3], two[1]]]
    report = jscore.read(draw(tmp_path / "x.pdf", [[Table([*heads, row], [95] * 5, title, "单位：万元", left=15)]]))
    assert 7.25 not in report.frames[frame].amount.values
    assert [lost["text"] for lost in report.info["not_understood"]] == ["7.25"]


@pytest.mark.parametrize("title", ["支出决算表", "一般公共预算财政拨款支出决算表"])
def test_amounts_before_the_codes_are_no_codes(tmp_path: Path, title: str) -> None:
    head = ["本年支出合计", "基本支出", "项目支出", "科目编码", "科目名称"]
    rows = [head, ["312.45", "300.00", "12.45", "208", "社会保障"], ["302.45", "290.00", "12.45", "20805", "养老"]]
    report = jscore.read(draw(tmp_path / "x.pdf", [[Table(rows, [95] * 5, title, "单位：万元", left=15)]]))
    assert report.expenditure.amount.tolist() == [312.45, 300, 12.45, 302.45, 290, 12.45]


@pytest.mark.parametrize("kinds", ["预算数决算数", "年初预算数决算数", "决算数预算数"])
def test_an_amount_under_budget_and_final_in_one_is_neither(tmp_path: Path, kinds: str) -> None:
    rows = [[kinds, None, None], ["合计", "因公出国（境）费", "公务接待费"], ["7.69", "1.13", "6.56"]]
    report = jscore.read(draw(tmp_path / "x.pdf", [[replace(SANGONG, rows=rows, widths=[130] * 3)]]))
    assert not len(report.sangong)
    assert [lost["text"] for lost in report.info["not_understood"]] == rows[2]


@pytest.mark.parametrize("ordinal", ["（一）", "(二)", "1."])
@pytest.mark.parametrize("figure", ["20000", "-500"])
def test_a_whole_amount_before_an_ordinal_is_said(tmp_path: Path, ordinal: str, figure: str) -> None:
    rows = [*SANGONG.rows[:2], [f"{figure}{ordinal}公务接待费", "", "300"]]
    report = jscore.read(draw(tmp_path / "x.pdf", [[replace(SANGONG, rows=rows)]]))
    assert [lost["text"] for lost in report.info["not_understood"]] == [rows[-1][0]]


@pytest.mark.parametrize(("begun", "rest"), [("204", "0219"), ("2040", "219"), ("20402", "19"), ("２０４０２", "１９")])
def test_a_code_that_a_page_cuts_is_whole(tmp_path: Path, begun: str, rest: str) -> None:
    head, width = ["科目编码", "科目名称", "本年支出合计", "基本支出"], [90] * 4
    rows = [head, ["204", "公共安全", "3.00", "3.00"], [begun, "信息化建设", "3.00", "3.00"]]
    pages = [
        [Table(rows, width, "支出决算表", "单位：万元")],
        [Table([head, [rest, "", "", ""], ["205", "教育", "1.00", ""]], width)],
    ]
    report = jscore.read(draw(tmp_path / "x.pdf", pages))
    assert dict(report.expenditure[["function_code", "function_name"]].values) == {
        "204": "公共安全", "2040219": "信息化建设", "205": "教育",
    }  # fmt: skip


def test_sangong_under_twelve_columns(tmp_path: Path) -> None:
    top = [
        "合计",
        None,
        "因公出国（境）费",
        None,
        "公务用车购置及运行维护费",
        None,
        None,
        None,
        None,
        None,
        "公务接待费",
        None,
    ]
    cars = ["", "", "", "", "小计", None, "公务用车购置费", None, "公务用车运行费", None, "", ""]
    rows = [top, cars, ["预算数", "决算数"] * 6, [f"{i}.00" for i in range(1, 13)]]
    report = jscore.read(
        draw(tmp_path / "x.pdf", [[replace(SANGONG, rows=rows, widths=[42] * 12, left=40, above="单位：万元")]])
    )
    found = dict(zip(report.sangong.item, zip(report.sangong.budget, report.sangong.final, strict=True), strict=True))
    assert found == {
        "合计": (1, 2), "因公出国（境）费": (3, 4), "公务用车购置及运行费": (5, 6),
        "公务用车购置费": (7, 8), "公务用车运行维护费": (9, 10), "公务接待费": (11, 12),
    }  # fmt: skip


def test_unknown_table_is_kept_and_named(tmp_path: Path) -> None:
    table = Table([["序号", "单位名称"], ["1", "某某中心"], ["2", "某某所"]], [60, 200], "预算单位名单")
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]], header="2024年度部门决算"))
    assert set(report.cells.form) == {"unknown"} and report.info["unknown_tables"][0]["begins"].startswith(
        "序号 | 单位名称"
    )


def test_unreadable_amount_is_missing_and_named(tmp_path: Path) -> None:
    rows = [HEAD, ["合计", None, "12x4.56", "1,200.00", "", "34.56"]]
    report = jscore.read(draw(tmp_path / "x.pdf", [[replace(REVENUE, rows=rows)]]))
    assert pd.isna(report.revenue.amount[0]) and [cell["text"] for cell in report.info["unread"]] == ["12x4.56"]


def test_like_digits_of_neighbouring_rows_are_all_kept(tmp_path: Path) -> None:
    rows = [HEAD, *([f"2080{i}", "项目", f"{i}6.63", f"{i}36.63", "0.00", "0.00"] for i in range(1, 9))]
    pdf = draw(tmp_path / "x.pdf", [[replace(REVENUE, rows=rows, height=9.3)]])
    assert revenue(pdf) == expected(rows[1:])


TOTALS_HEAD = [["收入", None, "支出", None, None], ["项目", "决算数", "项目", "预算数", "决算数"]]


def totals(pdf: Path) -> list[tuple[str, str, float | None]]:
    frame = jscore.read(pdf).totals
    return [
        (side, item, None if pd.isna(amount) else amount)
        for side, item, amount in zip(frame.side, frame.item, frame.amount, strict=True)
    ]


def test_budget_columns_are_no_final_accounts(tmp_path: Path) -> None:
    rows = [
        *TOTALS_HEAD,
        ["一、事业收入", "5.00", "一、教育支出", "9.00", "5.00"],
        ["总计", "5.00", "总计", "9.00", "5.00"],
    ]
    pdf = draw(tmp_path / "x.pdf", [[Table(rows, [130, 70, 130, 70, 70], "收入支出决算总表", "单位：万元")]])
    assert totals(pdf) == [("收入", "事业收入", 5), ("支出", "教育支出", 5), ("收入", "总计", 5), ("支出", "总计", 5)]


def test_lines_without_ordinals_are_lines_of_their_own(tmp_path: Path) -> None:
    """And an amount that the page cuts is whole again."""
    first = [*TOTALS_HEAD, ["事业收入", "12,3", "教育支出", "", "7,0"]]
    second = [["", "45.00", "", "", "00.00"], ["", "", "国防支出", "", "1.00"], ["总计", "1.00", "总计", "", "1.00"]]
    widths = [130, 70, 130, 70, 70]
    pages = [[Table(first, widths, "收入支出决算总表", "单位：万元")], [Table(second, widths)]]
    assert totals(draw(tmp_path / "x.pdf", pages)) == [
        ("收入", "事业收入", 12345), ("支出", "教育支出", 7000), ("支出", "国防支出", 1), ("收入", "总计", 1), ("支出", "总计", 1),
    ]  # fmt: skip


def test_basic_expenditure_cut_before_its_totals(tmp_path: Path) -> None:
    head = [["人员经费", None, None, "公用经费", None, None], ["科目编码", "科目名称", "决算数"] * 2]
    first = [
        *head,
        ["301", "工资福利支出", "3.00", "302", "商品和服务支出", "4.00"],
        ["30101", "基本工资", "3.00", "30201", "办公费", "4.00"],
    ]
    second = [["人员经费合计", None, "3.00", "公用经费合计", None, "4.00"]]
    widths = [55, 120, 70] * 2
    pages = [[Table(first, widths, "一般公共预算财政拨款基本支出决算表", "单位：万元")], [Table(second, widths)]]
    frame = jscore.read(draw(tmp_path / "x.pdf", pages)).economic
    assert list(zip(frame.economic_name, frame.amount, strict=True)) == [
        ("工资福利支出", 3), ("商品和服务支出", 4), ("基本工资", 3), ("办公费", 4), ("人员经费合计", 3), ("公用经费合计", 4),
    ]  # fmt: skip


def test_single_figures_in_a_font_that_is_not_there(tmp_path: Path) -> None:
    """pdfium drops a text of one such glyph; 行次 is full of them."""
    rows = [["收入", None, None, "支出", None, None], ["项目", "行次", "决算数"] * 2,
            ["一、事业收入", "1", "5.00", "一、教育支出", "9", "5.00"], ["总计", "2", "5.00", "总计", "3", "5.00"]]  # fmt: skip
    pdf = draw(tmp_path / "x.pdf", [[Table(rows, [130, 30, 70] * 2, "收入支出决算总表", "单位：万元")]])
    assert jscore.read(pdf).totals.line_no.tolist() == [1, 9, 2, 3]


def test_headings_that_are_not_understood_are_named(tmp_path: Path) -> None:
    rows = [["编码", "名称", "甲", "乙", "基本支出项目支出"], ["208", "社会保障和就业支出", "1.00", "2.00", "3.00"]]
    table = Table(rows, [60, 130, 75, 75, 100], "一般公共预算财政拨款支出决算表", "单位：万元")
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]))
    assert report.expenditure.empty and [cell["text"] for cell in report.info["not_understood"]] == [
        "1.00",
        "2.00",
        "3.00",
    ]


@pytest.mark.parametrize("odd", ["3080101", "30801", "2O80501"])
def test_a_row_with_an_odd_code_is_said_with_that_and_the_table_stays(tmp_path: Path, odd: str) -> None:
    rows = [list(row) for row in ROWS]
    rows[3][0] = odd
    held = jscore.read(draw(tmp_path / "odd.pdf", [[replace(REVENUE, rows=[HEAD, *rows])]]))
    assert held.info["forms"]["02"]["status"] == "found" and not held.info["unknown_tables"]
    assert len(held.revenue) == 4 * (len(ROWS) - 1)
    assert all(odd in cell["why"] and cell["page"] == 1 for cell in held.info["unread"]) and held.info["unread"]
