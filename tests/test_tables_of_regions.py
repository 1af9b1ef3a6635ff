"""Headings, rows, titles and codes as regions print them: small tables, what must come out, and what must be said."""

from __future__ import annotations

import runpy
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

import jscore
from jscore.findings.card_shown import card_rows
from jscore.text.numbers import decimal, is_blank
from tests.drawn import FONT, Ruling, Table, _draw_table, draw
from tests.shared import REPORTS, SHARED, needs_shared
from tests.test_layouts import HEAD, REVENUE, ROWS, WIDTHS, expected, revenue

Rows = Sequence[Sequence[str | None]]
FLAT: Rows = [HEAD, ["", "合计", *ROWS[0][2:]], *ROWS[1:]]
SPENT = ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"]
SPENT_ROWS: Rows = [
    ["合计", None, "30", "10", "20"], ["208", "社会保障", "30", "10", "20"], ["20805", "养老", "30", "10", "20"],
    ["2080505", "缴费", "30", "10", "20"],
]  # fmt: skip
GENERAL = "一般公共预算财政拨款支出决算表"
BASIC = "一般公共预算财政拨款基本支出决算表"
LINES: Rows = [
    ["301", "工资福利支出", "100.00"], ["30101", "基本工资", "60.00"], ["30102", "津贴补贴", "40.00"],
    ["302", "商品和服务支出", "20.00"], ["30201", "办公费", "20.00"],
]  # fmt: skip
ITEMS = {
    "合计": ("46.00", "43.06"), "因公出国（境）费": ("2.00", "1.01"), "公务接待费": ("3.00", "2.03"),
    "公务用车购置及运行费": ("41.00", "40.02"), "公务用车购置费": ("11.00", "11.00"), "公务用车运行维护费": ("30.00", "29.02"),
}  # fmt: skip


def read(path: Path, *pages: Table) -> jscore.Report:
    return jscore.read(draw(path / "x.pdf", [[table] for table in pages]))


def table(rows: Rows, title: str = "", widths: Sequence[float] = (), above: str = "单位：万元") -> Table:
    return Table(rows, widths or [95] * len(rows[0]), title, above if title else "", left=15)


def lost(report: jscore.Report, name: str = "not_understood") -> list[str]:
    return [cell["text"] for cell in report.info[name]]


def spending(report: jscore.Report) -> dict[tuple[str, str], float]:
    frame = report.expenditure.dropna(subset="amount")
    return dict(zip(zip(frame.function_code.fillna(""), frame.component, strict=True), frame.amount, strict=True))


def sangong(report: jscore.Report) -> dict[str, tuple[float, float]]:
    return {line.item: (line.budget, line.final) for line in report.sangong.itertuples()}


BOTH = {item: pytest.approx((float(budget), float(final))) for item, (budget, final) in ITEMS.items()}


# --- the shared folders ---------------------------------------------------------------------

#: What of the hazards is a matter of tables.
HAZARDS = [
    path for path in sorted((REPORTS / "hazards").glob("*.pdf")) if path.stem.startswith(("k07", "k08", "k12", "k20", "k21", "k22"))
]  # fmt: skip


@needs_shared
@pytest.mark.parametrize("path", HAZARDS, ids=lambda path: path.stem)
def test_hazards_of_tables_are_right_or_said(path: Path) -> None:
    judge = runpy.run_path(str(SHARED / "tools" / "hazards.py"))["judge"]
    judged: list[tuple[str, list[str]]] = []
    judge(path, SimpleNamespace(send=judged.append))
    assert judged[0][0] in ("right", "said"), judged


@pytest.mark.parametrize("whose", [("部门", "本级"), ("2024年度某局", "2024年度某局机关"), ("", "单位")])
def test_two_sets_of_tables_are_not_mixed(tmp_path: Path, whose: tuple[str, str]) -> None:
    """The second set has a column more in one table and none of the first may be taken from it."""
    second = [[*row, "7"] for row in SPENT_ROWS]
    pages = [
        table([SPENT, *SPENT_ROWS], whose[0] + "支出决算表"),
        table([SPENT[:2] + ["合计", *SPENT[3:]], *SPENT_ROWS], whose[0] + GENERAL),
    ]
    pages += [
        table([[*SPENT, "经营支出"], *second], whose[1] + "支出决算表", [80] * 6),
        table([[*SPENT[:2], "合计", *SPENT[3:]], *SPENT_ROWS], whose[1] + GENERAL),
    ]
    report = read(tmp_path, *pages)
    assert set(report.expenditure.page) == {1, 2}
    assert [named["pages"] for named in report.info["repeated_tables"]] == [[3], [4]]


def test_whole_numbers_that_touch_are_not_one(tmp_path: Path) -> None:
    """Three figures as wide as their columns: the first runs over the second, which touches the third."""
    path = tmp_path / "x.pdf"
    canvas = Canvas(str(path))
    wide = pdfmetrics.stringWidth("781935", FONT, 9)
    rows: Rows = [
        [*SPENT[:2], "本年\n支出", "基本\n支出", "项目\n支出", "经营\n支出"],
        ["208", "社会保障", "", "", "", ""],
    ]
    drawn = replace(table(rows, "支出决算表", [60, 90, wide, wide, wide, 60], above="单位：元"), heights={0: 36})
    _draw_table(canvas, drawn, (595, 842))
    at = 15 + 60 + 90
    for x, figure in ((at + 1.4, "1167187"), (at + wide + 1.2, "781935"), (at + 2 * wide + 1.2, "385252")):
        for k, char in enumerate(figure):
            canvas.drawString(x + k * wide / 6, 760 - 36 - 9 - 3, char)
    canvas.save()
    report = jscore.read(path)
    right = {"合计": 116.7187, "基本支出": 78.1935, "项目支出": 38.5252}
    assert all(amount == pytest.approx(right[component]) for (_, component), amount in spending(report).items())
    assert len(lost(report, "unread") + lost(report)) > 0 or len(spending(report)) == 3


@pytest.mark.parametrize("sign", ["-", "−", "–"])
def test_a_sign_is_not_lost_where_the_font_is_not_in_the_file(tmp_path: Path, sign: str) -> None:
    rows: Rows = [SPENT, ["208", "社会保障", f"{sign}198.79", "1", f"{sign}199.79"]]
    report = read(tmp_path, table(rows, "支出决算表"))
    amounts = spending(report)
    assert amounts["208", "基本支出"] == 1
    assert amounts.get(("208", "合计"), -198.79) == -198.79
    assert len(amounts) + len(lost(report, "unread")) == 3


# --- columns on the next page -------------------------------------------------------------


def part(rows: slice, columns: slice, title: str = "") -> Table:
    return replace(
        REVENUE, rows=[row[columns] for row in FLAT[rows]], widths=WIDTHS[columns], title=title,
        above="单位：万元" if title else "",
    )  # fmt: skip


ALL = slice(None)


@pytest.mark.parametrize("at", [3, 4, 5])
@pytest.mark.parametrize("title", ["", "收入决算表"])
def test_the_last_columns_of_a_sheet_on_the_next_page(tmp_path: Path, at: int, title: str) -> None:
    read(tmp_path, part(ALL, slice(at), "收入决算表"), part(ALL, slice(at, None), title))
    assert revenue(tmp_path / "x.pdf") == expected()


@pytest.mark.parametrize("at", [3, 4])
def test_the_title_in_the_middle_of_a_sheet_stands_over_the_last_columns(tmp_path: Path, at: int) -> None:
    read(tmp_path, replace(part(ALL, slice(at)), above="部门：某局"), part(ALL, slice(at, None), "收入决算表"))
    assert revenue(tmp_path / "x.pdf") == expected()


def test_a_heading_that_the_page_cuts_beside_a_total(tmp_path: Path) -> None:
    left: Rows = [["科目编码", "科目名称"], ["", ""], *(row[:2] for row in SPENT_ROWS)]
    heads: Rows = [["本年收入合计", "上级补助收入", "事业"], ["", "", "小计"]]
    right: Rows = [["收入", "其他收入"], ["其中：教育收费", ""], *(["1", "2"] for _ in SPENT_ROWS)]
    middle = table([*heads, *([*row[2:4], "20"] for row in SPENT_ROWS)], "收入决算表")
    frame = read(tmp_path, table(left), middle, table(right)).revenue
    amounts = frame[frame.function_code == "2080505"].set_index("source").amount.dropna()
    assert amounts.to_dict() == {"本年收入合计": 30, "上级补助收入": 10, "其他收入": 2}


def test_a_title_that_ends_in_brackets_stands_alone_on_the_page_before(tmp_path: Path) -> None:
    head: Rows = [["科目编码", "科目名称", "合计", "基本支出", "项目支出"], *SPENT_ROWS]
    before = Table([["甲", "乙"], ["1", "2"]], [90, 90], "某某情况表", left=15)
    title = Table([], [500], f"{GENERAL}（功能科目）", left=15, top=100)
    report = jscore.read(draw(tmp_path / "x.pdf", [[before, title], [table(head)]]))
    assert spending(report)["2080505", "项目支出"] == 20 and set(report.expenditure.form) == {"05"}


def test_a_table_without_a_title_takes_none_from_the_next_page(tmp_path: Path) -> None:
    """Rows as high as those of the titled one, which has names of its own."""
    bare = table([["科目编码", "科目名称", "金额"], *(row[:3] for row in SPENT_ROWS)])
    report = read(tmp_path, bare, table([SPENT, *SPENT_ROWS], GENERAL))
    assert spending(report)["2080505", "合计"] == 30 and set(report.expenditure.page) == {2}


@pytest.mark.parametrize(
    "title", [("政府性基金预算财政拨款收入", "支出决算表"), ("", "政府性基金预算财政拨款收入支出决算表")]
)
def test_more_rows_of_headings_over_the_last_columns(tmp_path: Path, title: tuple[str, str]) -> None:
    left: Rows = [["科目编码", "科目名称", "年初结转和结余"], *([*row[:2], "1"] for row in SPENT_ROWS)]
    heads: Rows = [["本年收入", "本年支出", None, None, "年末结转和结余"], ["", "小计", "基本支出", "项目支出", ""]]
    right: Rows = [*heads, *(["30", *row[2:], "1"] for row in SPENT_ROWS)]
    first = Table(left, [90] * 3, title[0], "部门：某局", heights={0: 36})
    report = read(tmp_path, first, Table(right, [90] * 5, title[1], "单位：万元"))
    assert spending(report)["2080505", "项目支出"] == 20 and set(report.expenditure.form) == {"07"}
    assert report.expenditure.amount.notna().sum() == 24 and not lost(report)


@pytest.mark.parametrize("over", [False, True], ids=["down first", "over first"])
def test_a_sheet_on_four_pages(tmp_path: Path, over: bool) -> None:
    first = part(slice(5), slice(4), "收入决算表")
    right, below = part(slice(5), slice(4, None)), part(slice(5, None), slice(4))
    last = part(slice(5, None), slice(4, None))
    report = read(tmp_path, first, *((right, below) if over else (below, right)), last)
    assert revenue(tmp_path / "x.pdf") == expected() and report.info["card"]["share_of_amounts_confirmed"] == 1


def test_the_names_are_repeated_beside_the_last_columns(tmp_path: Path) -> None:
    again = replace(
        REVENUE, rows=[[*row[:2], *row[4:]] for row in FLAT], widths=WIDTHS[:2] + WIDTHS[4:], title="", above=""
    )
    read(tmp_path, part(ALL, slice(4), "收入决算表"), again)
    assert revenue(tmp_path / "x.pdf") == expected()


@pytest.mark.parametrize("title", [("支出决算", "总表"), ("支出决算总表", ""), ("支", "出决算总表")])
def test_a_sheet_whose_title_unit_and_headings_are_cut_apart(tmp_path: Path, title: tuple[str, str]) -> None:
    """Two pages down, two across: the left ones have two rows of headings, the right ones one as high, and the unit."""
    rows: Rows = [["项目", None, "本年支出合计"], ["科目编码", "科目名称", ""], *(row[:3] for row in SPENT_ROWS)]
    heads = [["基本支出", "项目支出"], *(row[3:] for row in SPENT_ROWS)]

    def page(rows: Rows, title: str, above: str) -> Table:
        return Table(rows, [90] * len(rows[0]), title, above, heights={0: 36} if len(rows[0]) == 2 else {})

    def down(left: Rows, right: Rows) -> tuple[Table, Table]:
        return page(left, title[0], "部门：某局"), page(right, title[1], "单位：元")

    (first, beside), (second, last) = down(rows[:4], heads[:3]), down([*rows[:2], *rows[4:]], [heads[0], *heads[3:]])
    bare = {"title": "", "above": ""}
    report = read(tmp_path, first, replace(second, **bare), beside, replace(last, **bare))
    amounts = spending(report)
    assert len(amounts) == 12 and set(amounts.values()) == {0.003, 0.001, 0.002}
    assert report.info["forms"]["03"]["pages"] == [1, 2, 3, 4] and lost(report) == []


def test_a_heading_that_the_page_cuts_tells_that_columns_go_on(tmp_path: Path) -> None:
    """The headings of the last columns are those of the first once more: only the cut cell above them tells."""
    left: Rows = [
        ["人员经费", None, None, "公用经费"], ["科目编码", "科目名称", "金额", "科目编码"],
        *([*line, code] for line, code in zip(LINES[:3], ("302", "30201", ""), strict=True)),
    ]  # fmt: skip
    right: Rows = [["", None], ["科目名称", "金额"], *(line[1:] for line in LINES[3:]), ["", ""]]
    cut = frozenset({0})
    report = read(
        tmp_path,
        replace(table(left, BASIC, [90] * 4), open_rows=(frozenset(), cut)),
        replace(table(right, widths=[90, 90]), open_rows=(cut, frozenset())),
    )
    assert dict(zip(report.economic.economic_code, report.economic.amount, strict=True)) == {
        code: float(amount) for code, _, amount in LINES
    }
    assert lost(report) == [] and lost(report, "unread") == []


def test_columns_that_fit_no_rows_are_said(tmp_path: Path) -> None:
    report = read(tmp_path, part(ALL, slice(4), "收入决算表"), part(slice(6), slice(4, None)))
    assert [other["pages"] for other in report.info["unknown_tables"]] == [[2]]
    assert report.revenue.source.unique().tolist() == ["本年收入合计", "财政拨款收入"]
    assert report.info["card"]["share_of_amounts_confirmed"] < 1


# --- which table is it --------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "部门项目支出明细表",
        "一般公共预算财政拨款项目支出决算表",
        "支出决算表（分单位）",
        "政府采购支出决算表",
        "财政拨款支出决算表（功能科目）",
    ],
)
def test_a_table_of_another_title_goes_on_no_other(tmp_path: Path, title: str) -> None:
    report = read(tmp_path, table([SPENT, *SPENT_ROWS], GENERAL), table([SPENT, *SPENT_ROWS], title))
    assert len(report.expenditure) == 12 and set(report.expenditure.page) == {1}
    assert [(other["title"], other["pages"]) for other in report.info["other_tables"]] == [(title, [2])]
    assert (
        set(report.cells.form[report.cells.page == 2]) == {"other"} and report.info["forms"]["05"]["status"] == "found"
    )


def test_a_form_is_known_by_its_headings_under_a_title_that_nobody_knows(tmp_path: Path) -> None:
    report = read(tmp_path, replace(REVENUE, title="本部门各项收入一览表"))
    assert revenue(tmp_path / "x.pdf") == expected() and report.info["other_tables"] == []


def test_a_heading_with_a_slip_costs_its_column_and_is_said(tmp_path: Path) -> None:
    report = read(tmp_path, table([[*SPENT[:3], "基木支出", "项目支出"], *SPENT_ROWS], GENERAL))
    assert spending(report)["2080505", "项目支出"] == 20 and lost(report) == ["10"] * 4
    assert any("第1页：表p1-1的4个数字" in line and "基木支出" in line for line in report.info["warnings"])
    assert report.info["card"]["share_of_amounts_confirmed"] < 1


@pytest.mark.parametrize("form", ["05", "06"])
def test_codes_of_the_other_classification(tmp_path: Path, form: str) -> None:
    rows = (
        [["301", "工资", "3"], ["30101", "基本工资", "3"]]
        if form == "05"
        else [["208", "社保", "3"], ["20805", "养老", "3"]]
    )
    head = ["科目编码", "科目名称", "合计"] if form == "05" else ["科目编码", "科目名称", "决算数"]
    report = read(tmp_path, table([head, *rows], GENERAL if form == "05" else BASIC))
    assert report.expenditure.empty and report.economic.empty and len(report.info["other_tables"]) == 1


def test_rows_of_units_are_no_function_codes(tmp_path: Path) -> None:
    head = ["单位编码", "单位名称", *SPENT[2:]]
    report = read(tmp_path, table([head, ["合计", None, "3", "1", "2"], ["101001", "本级", "3", "1", "2"]], GENERAL))
    assert report.expenditure.empty and report.info["other_tables"][0]["why"].endswith("各行为单位")


def test_of_two_tables_of_a_form_the_general_budgets(tmp_path: Path) -> None:
    head = ["科目编码", "科目名称", "决算数"]
    other = table([head, *[[*line[:2], "1.00"] for line in LINES]], "财政拨款基本支出决算表（经济科目）")
    report = read(tmp_path, other, table([head, *LINES], "一般公共预算基本支出决算表（经济科目）"))
    assert set(report.economic.page) == {2} and report.economic.amount.tolist() == [100, 60, 40, 20, 20]


# --- headings and rows --------------------------------------------------------------------


def test_headings_and_a_total_in_one_row(tmp_path: Path) -> None:
    rows = [
        ["功能分类科目编码", None, None, "科目名称", "本年支出合计", "基本支出", "项目支出", "经营支出"],
        ["类", "款", "项", "合计", "12.34", "10.00", "2.34", "0.00"],
        ["208", None, None, "社会保障", "12.34", "10.00", "2.34", "0.00"],
        ["2080505", None, None, "缴费", "12.34", "10.00", "2.34", "0.00"],
    ]
    report = read(tmp_path, table(rows, "支出决算表", [40, 40, 40, 90, 80, 80, 80, 80]))
    assert spending(report) == {
        (code, component): amount
        for code in ("", "208", "2080505")
        for component, amount in {"合计": 12.34, "基本支出": 10, "项目支出": 2.34, "经营支出": 0}.items()
    }


def test_a_heading_that_its_cell_cuts_off_is_whole_if_it_can_be_but_one(tmp_path: Path) -> None:
    def components(*heads: str) -> list[str]:
        rows = [[*SPENT[:2], *heads], *SPENT_ROWS]
        report = read(tmp_path, table(rows, GENERAL, [80, 120, 90, 36, 36]))
        return report.expenditure.component.unique().tolist()

    assert components("合计", "基本支", "项目支") == ["合计", "基本支出", "项目支出"]
    assert components("合计", "基本支", "基本支") == ["合计"]


def test_a_heading_that_runs_into_the_next_over_a_blank_cell(tmp_path: Path) -> None:
    rows = [
        ["支出功能分类科目编码", None, None, "科目名称", "本年支出合计", "基本支出", "项目支出"], ["类", "款", "项", "", "", "", ""],
        ["208", "", "", "社会保障", "30", "10", "20"], ["208", "05", "05", "缴费", "30", "10", "20"],
    ]  # fmt: skip
    report = read(tmp_path, table(rows, "支出决算表", [30, 30, 30, 130, 90, 80, 80]))
    assert spending(report) == {
        (code, component): amount
        for code in ("208", "2080505")
        for component, amount in {"合计": 30, "基本支出": 10, "项目支出": 20}.items()
    }
    assert set(report.expenditure.function_name) == {"社会保障", "缴费"}


@pytest.mark.parametrize("letters", [6, 9])
def test_a_name_whose_border_falls_between_two_of_its_letters_is_not_cut(tmp_path: Path, letters: int) -> None:
    name = "其他国有土地使用权收入"
    rows = [SPENT, *SPENT_ROWS[:3], ["2080505", name, "30", "10", "20"]]
    of_row = replace(table(rows, GENERAL, [80, 3 + 9 * letters, 80, 80, 80]), figures_right=True)
    report = read(tmp_path, of_row)
    assert report.expenditure.function_name.tolist()[-1] == name
    assert spending(report)["2080505", "基本支出"] == 10


def test_the_sub_headings_of_spending_stand_in_the_row_of_the_total(tmp_path: Path) -> None:
    rows = [
        ["项目", None, "年初结转和结余", "本年收入", "本年支出", None, None, "年末结转和结余"],
        ["编码", "名称", "", "", "", "", "", ""],
        ["合计", None, "1.00", "20.00", "合计", "基本支出", "项目支出", "2.00"],
        ["212", "城乡社区", "1.00", "20.00", "19.00", "0.00", "19.00", "2.00"],
    ]
    report = read(tmp_path, table(rows, "政府性基金预算财政拨款收入支出决算表", [40, 60, 85, 70, 60, 60, 60, 85]))
    total = {component: amount for (code, component), amount in spending(report).items() if not code}
    assert total == {"年初结转和结余": 1, "本年收入": 20, "年末结转和结余": 2} and lost(report) == []
    assert spending(report)["212", "合计"] == 19


@pytest.mark.parametrize(
    ("codes", "read_as"),
    [
        (("208", "208 05", "208 05 05"), ("208", "20805", "2080505")),
        (("208", "208.05", "208.05.05"), ("208", "20805", "2080505")),
        (("２０８", "２０８０５", "２０８０５０５"), ("208", "20805", "2080505")),
        (("2080000", "2080500", "2080505"), ("208", "20805", "2080505")),
        (("208", "208 5", "208 5 5"), ("208", "20805", "2080505")),
        (("208", "208\n05", "208 05\n05"), ("208", "20805", "2080505")),
        (("2 0 8", "2 0 8 0 5", "2 0 8 0 5 0 5"), ("208", "20805", "2080505")),
        (("208", "20,805", "2,080,505"), ("208", "20805", "2080505")),
        (("208.00", "20805.0", "2080505.00"), ("208", "20805", "2080505")),
        (("2.08E+02", "2.0805E+04", "2.080505E+06"), ("208", "20805", "2080505")),
    ],
)
def test_codes_in_every_print(tmp_path: Path, codes: tuple[str, ...], read_as: tuple[str, ...]) -> None:
    rows = [[code, "名称", "30", "10", "20"] for code in codes]
    assert tuple(read(tmp_path, table([SPENT, *rows], GENERAL)).expenditure.function_code[::3]) == read_as


@pytest.mark.parametrize("code", ["208.05.05", "208-05-05", "208 05 05", "2,080,505", "2080505.00", "2080505项"])
def test_a_code_whose_name_is_blank_gives_no_part_of_itself_for_it(tmp_path: Path, code: str) -> None:
    report = read(tmp_path, table([SPENT, *SPENT_ROWS[:3], [code, "", "31", "11", "20"]], GENERAL))
    assert len(report.expenditure) == 9 and lost(report, "unread") == ["31", "11", "20"]


@pytest.mark.parametrize("text", ["208.05.05缴费", "208 05 05 缴费", "[2080505]缴费", "2080505-缴费"])
def test_a_code_before_its_name_in_every_print(tmp_path: Path, text: str) -> None:
    rows = [[row[0] + row[1], *row[2:]] for row in SPENT_ROWS[1:3]]
    report = read(tmp_path, table([["科目", *SPENT[2:]], *rows, [text, "31", "11", "20"]], GENERAL))
    assert report.expenditure[["function_code", "function_name"]].iloc[-1].tolist() == ["2080505", "缴费"]


def test_codes_in_parts_that_lost_their_zeros(tmp_path: Path) -> None:
    rows = [["208", "", "", "社会保障"], ["208", "5", "", "养老"], ["208", "5", "5", "缴费"], ["", "", "99", "其他"]]
    head = ["类", "款", "项", "科目名称", "合计", "基本支出", "项目支出"]
    report = read(
        tmp_path, table([head, *[[*row, "3", "1", "2"] for row in rows]], GENERAL, [40, 40, 40, 90, 90, 90, 90])
    )
    assert report.expenditure.function_code[::3].tolist() == ["208", "20805", "2080505", "2080599"]


def test_each_part_of_a_code_alone_under_one_heading(tmp_path: Path) -> None:
    rows = [["208", "", "", "社会保障"], ["", "05", "", "养老"], ["", "", "05", "缴费"], ["", "", "99", "其他"]]
    head = ["科目编码", None, None, "科目名称", "合计", "基本支出", "项目支出"]
    drawn = table([head, *[[*row, "3", "1", "2"] for row in rows]], GENERAL, [40, 40, 40, 90, 90, 90, 90])
    assert read(tmp_path, drawn).expenditure.function_code[::3].tolist() == ["208", "20805", "2080505", "2080599"]


def test_codes_with_their_names_under_the_classification(tmp_path: Path) -> None:
    rows = [["208社会保障", "3", "1", "2"], ["20805养老", "3", "1", "2"]]
    report = read(tmp_path, table([["支出功能分类", "合计", "基本支出", "项目支出"], *rows], GENERAL))
    assert report.expenditure.function_code[::3].tolist() == ["208", "20805"]


@pytest.mark.parametrize("code", ["2.08E+06", "2.08E6", "20805O5"])
def test_a_code_that_is_none_is_not_guessed(tmp_path: Path, code: str) -> None:
    report = read(tmp_path, table([SPENT, *SPENT_ROWS[:3], [code, "缴费", "31", "11", "20"]], GENERAL))
    assert len(report.expenditure) == 9 and lost(report, "unread") == ["31", "11", "20"]
    assert code in report.info["unread"][0]["why"]


@pytest.mark.parametrize("dash", "-–—−‐‑‒―－﹣\u00ad△▲")
def test_minus_signs(dash: str) -> None:
    assert decimal(f"{dash}1,234.50") == decimal("-1234.50") and (is_blank(dash) or dash in "△▲")


@pytest.mark.parametrize("text", ["05", "-012.50", "0,123.00", "00"])
def test_what_begins_with_a_nought_and_a_digit_is_no_number(text: str) -> None:
    assert decimal(text) is None and decimal("0") == 0 and decimal("0.05") is not None


# --- 三公 ---------------------------------------------------------------------------------


def listed(head: list[str], line: Any) -> Rows:
    return [head, *[line(item, *values) for item, values in ITEMS.items()]]


LISTS: dict[str, Rows] = {
    "unit over a column": listed(["项目", "预算数（万元）", "决算数（元）"], lambda i, b, f: [i, b, f"{float(f) * 10000:.2f}"]),
    "unit over a column, in full": listed(
        ["项目", "预算数", "决算数（单位：元）"], lambda i, b, f: [i, b, f"{float(f) * 10000:.2f}"]
    ),
    "units in a row": [
        ["项目", "预算数", "决算数"], ["", "万元", "元"],
        *[[i, b, f"{float(f) * 10000:.0f}"] for i, (b, f) in ITEMS.items()],
    ],
    "several budgets": listed(["项目", "年初预算数", "全年预算数", "决算数"], lambda i, b, f: [i, "9.99", b, f]),
    "statistics": [
        *listed(["项目", "预算数", "决算统计数"], lambda i, b, f: [i, b, f]), ["因公出国（境）团组数（个）", "—", "2"], ["公务用车保有量（辆）", "—", "18"],
    ],
    "rows of budget and final": [
        ["项目", *ITEMS], ["预算数", *(b for b, _ in ITEMS.values())], ["决算数", *(f for _, f in ITEMS.values())],
    ],
    "rows of a year": [
        ["年度", *ITEMS], ["2024年预算数", *(b for b, _ in ITEMS.values())], ["2024年决算数", *(f for _, f in ITEMS.values())],
        ["2023年决算数", *["9.99"] * 6],
    ],
    "a row that only names": [
        ["项目", "预算数", "决算数"], ["一、“三公”经费支出", "—", "—"], ["（一）支出合计", *ITEMS["合计"]],
        *[[i, *values] for i, values in ITEMS.items() if i != "合计"],
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", LISTS)
def test_the_items_of_sangong(tmp_path: Path, case: str) -> None:
    rows = LISTS[case]
    widths = [72, *[84] * 6] if len(rows[0]) == 7 else [200, *[90] * (len(rows[0]) - 1)]
    report = read(tmp_path, table(rows, "财政拨款“三公”经费支出决算表", widths))
    assert sangong(report) == BOTH
    beside = {
        "several budgets": ["9.99"] * 6,
        "rows of a year": ["9.99"] * 6,
        "statistics": ["2", "18"],
    }
    assert lost(report) == beside.get(case, []) and lost(report, "unread") == []


@pytest.mark.parametrize("cut", ["公务用车购置及", "公务用车购置"])
def test_a_heading_that_is_cut_off_is_no_other_item(tmp_path: Path, cut: str) -> None:
    names = [
        cut if item == "公务用车购置及运行费" else item.replace("因公出国（境）费", "因公出国费") for item in ITEMS
    ]
    budget, final = (list(values) for values in zip(*ITEMS.values(), strict=True))
    rows = [["项目", *names], ["预算数", *budget], ["决算数", *final]]
    found = sangong(read(tmp_path, table(rows, "财政拨款“三公”经费支出决算表", [60, *[84] * 6])))
    assert found.items() <= BOTH.items() and len(found) == (6 if cut[-1] == "及" else 4)


def test_two_rows_of_items_that_do_not_say_which_is_final(tmp_path: Path) -> None:
    budget, final = (list(values) for values in zip(*ITEMS.values(), strict=True))
    report = read(tmp_path, table([list(ITEMS), budget, final], "财政拨款“三公”经费支出决算表", [90] * 6))
    assert report.sangong.final.isna().all() and sorted(lost(report)) == sorted([*budget, *final])


@pytest.mark.parametrize("year", ["上年决算数", "2023年决算数"])
def test_last_years_column_is_no_figure_of_this_year(tmp_path: Path, year: str) -> None:
    rows = listed(["项目", year, "2024年决算数" if year[0] == "2" else "本年决算数"], lambda i, b, f: [i, b, f])
    report = read(tmp_path, table(rows, "“三公”经费支出决算表", [200, 90, 90]))
    assert (
        report.sangong.final.tolist() == [float(final) for _, final in ITEMS.values()]
        and report.sangong.budget.isna().all()
    )
    assert len(lost(report)) == 6


def test_title_and_unit_inside_the_grid(tmp_path: Path) -> None:
    head = [
        ["财政拨款“三公”经费支出决算表", None, None],
        ["公开09表", None, None],
        ["部门：某局 金额单位：万元", None, None],
    ]
    rows = [*head, *listed(["项目", "预算数", "决算数"], lambda i, b, f: [i, b, f])]
    assert sangong(read(tmp_path, table(rows, "", [200, 90, 90]))) == BOTH


@pytest.mark.parametrize("word", ["决算数", "决算", ""])
def test_amounts_under_the_names_of_the_sides(tmp_path: Path, word: str) -> None:
    funds = ["合计", "一般公共预\n算财政拨款", "政府性基金预\n算财政拨款"]
    rows = [
        ["项目", f"收入{word}", "项目", f"支出{word}", None, None], ["", "", "", *funds],
        ["一、一般公共预算财政拨款", "30", "一、社会保障和就业支出", "30", "30", ""],
        ["总计", "30", "总计", "30", "30", "0"],
    ]  # fmt: skip
    drawn = replace(table(rows, "财政拨款收入支出决算总表", [130, 80, 130, 70, 80, 80]), heights={1: 34})
    report = read(tmp_path, drawn)
    assert report.totals.amount[report.totals.side == "收入"].tolist() == [30, 30] or report.info["unknown_tables"]


# --- every figure has one home -------------------------------------------------------------


@pytest.mark.parametrize("figure", ["12", "1.5", "1.234", "12.3456", "（12.00）", "12.5%", "12人", "1,234"])
def test_figures_of_any_form_in_a_column_that_no_frame_has(tmp_path: Path, figure: str) -> None:
    rows = [[*SPENT, "附记"], *[[*row, figure] for row in SPENT_ROWS]]
    report = read(tmp_path, table(rows, GENERAL, [80, 90, 80, 80, 80, 80]))
    assert lost(report) == [figure] * 4 and report.info["card"]["share_of_amounts_confirmed"] < 1
    assert dict(card_rows(report.info))["未能归入各表的数字"] == "4"


def test_a_figure_in_a_row_without_a_name(tmp_path: Path) -> None:
    rows = [
        ["项目", "金额", "项目", "金额"],
        ["一、财政拨款收入", "5", "一、教育支出", "5"],
        ["", "7", "", ""],
        ["总计", "5", "总计", "5"],
    ]
    report = read(tmp_path, table([["收入", None, "支出", None], *rows], "收入支出决算总表", [120, 80, 120, 80]))
    assert len(report.totals) == 4 and lost(report) == ["7"]


@pytest.mark.parametrize(("number", "above", "size"), [("6", 1, 7), ("16", 12, 9), ("- 6 -", 1, 9), ("-6-", 2, 10)])
def test_the_number_of_the_page_over_a_blank_cell_is_no_amount(
    tmp_path: Path, number: str, above: float, size: float
) -> None:
    rows = [SPENT, *SPENT_ROWS[:3], ["2080505", "缴费", "30", "30", ""]]
    canvas = Canvas(str(tmp_path / "x.pdf"))
    for _ in range(2):
        _draw_table(canvas, replace(table(rows, GENERAL, [80, 120, 80, 80, 80]), figures_right=True), (595, 842))
        canvas.setFont("Helvetica", size)
        canvas.drawCentredString(415, 760 - 18 * len(rows) + above, number)
        canvas.showPage()
        rows = [["2080506", "年金", "8", "8", ""]]
    canvas.save()
    report = jscore.read(tmp_path / "x.pdf")
    assert not {("2080505", "项目支出"), ("2080506", "项目支出")} & set(spending(report))
    assert spending(report)["2080505", "合计"] == 30 and len(lost(report, "unread")) >= 1


def test_the_sum_and_the_zero_beside_a_line_are_the_lines(tmp_path: Path) -> None:
    rows = [[*line, *((line[2], "0.00") if str(line[0]).startswith("301") else ("0.00", line[2]))] for line in LINES]
    report = read(tmp_path, table([["科目编码", "科目名称", "合计", "人员经费", "公用经费"], *rows], BASIC))
    assert report.economic.amount.tolist() == [100, 60, 40, 20, 20] and lost(report) == []


def test_a_line_of_both_groups_is_two_rows(tmp_path: Path) -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "人员经费", "公用经费"],
        ["302", "商品和服务支出", "20.00", "5.00", "15.00"],
    ]
    report = read(tmp_path, table(rows, BASIC))
    assert report.economic[["group", "amount"]].values.tolist() == [["人员经费", 5], ["公用经费", 15]]
    assert lost(report, "doubtful") == ["5.00"]  # 302 is 公用经费


def test_a_group_that_only_a_cell_of_the_other_prints_is_not_taken_for_the_lines(tmp_path: Path) -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "人员经费", "公用经费"],
        ["301", "工资福利支出", "50.14", "50.14 41.47", "33.02"],
        ["302", "商品和服务支出", "33.02", "", "33.02"],
    ]
    report = read(tmp_path, table(rows, BASIC))
    assert report.economic.group.tolist() == ["人员经费", "公用经费", "公用经费"]
    assert report.economic.amount.isna().tolist() == [True, False, False]
    assert lost(report, "unread") == ["50.14 41.47"] and lost(report, "doubtful") == ["33.02"]


@pytest.mark.parametrize("total", [("83.16", "50.14", "33.02"), ("83", "50", "33")])
def test_a_total_whose_column_has_no_name_is_no_part_of_the_line_below(tmp_path: Path, total: tuple[str, ...]) -> None:
    rows: Rows = [
        ["科目编码", "科目", "", "合计", "人员经费", "公用经费"],
        ["", "", "合计", *total],
        *[[code, name, "", "41.47", "41.47", "0"] for code, name in (("301", "工资福利支出"), ("30101", "基本工资"))],
        *[[code, name, "", "33.02", "0", "33.02"] for code, name in (("302", "商品服务支出"), ("30201", "办公费"))],
    ]  # fmt: skip
    drawn = replace(table(rows, BASIC, [50, 110, 60, 80, 80, 80]), ruling="none")
    report = read(tmp_path, drawn)
    lines = report.economic[report.economic.level > 0]
    assert lines.group.tolist() == ["人员经费"] * 2 + ["公用经费"] * 2
    assert lines.amount.tolist() == [41.47, 41.47, 33.02, 33.02]


@pytest.mark.parametrize("ruling, unruled", [("none", ()), ("rows", ()), ("stroke", (3,)), ("stroke", (3, 6))])
def test_an_amount_close_to_the_code_of_the_next_group_is_another_text(
    tmp_path: Path, ruling: Ruling, unruled: tuple[int, ...]
) -> None:
    groups = [
        [("301", "工资福利支出", "819.31"), ("30101", "基本工资", "516.21"), ("30102", "津贴补贴", "303.10")],
        [("302", "商品和服务支出", "140.00"), ("30201", "办公费", "100.00"), ("30207", "邮电费", "40.00")],
        [("310", "资本性支出", "115.93"), ("31002", "办公设备购置", "100.93"), ("31099", "其他资本支出", "15.00")],
    ]
    rows = [["科目编码", "科目名称", "金额"] * 3, *([*a, *b, *c] for a, b, c in zip(*groups, strict=True))]
    drawn = replace(table(rows, BASIC, [42, 90, 29] * 3), ruling=ruling, unruled=frozenset(unruled))
    report = read(tmp_path, drawn)
    lines = [(code, float(amount)) for group in groups for code, _, amount in group]
    assert sorted(zip(report.economic.economic_code, report.economic.amount, strict=True)) == sorted(lines)


def _wrapped(name: str, lines: int) -> str:
    """A name over so many lines, if it is long."""
    step = -(-len(name) // lines) if len(name) > 9 else len(name)
    return "\n".join(name[at : at + step] for at in range(0, len(name), step))


def _tall(rows: Rows, drawn: Table) -> Table:
    """A table without rules, each row as high as its lines."""
    heights = {i: 4 + 11 * max(1 + (text or "").count("\n") for text in row) for i, row in enumerate(rows)}
    return replace(drawn, rows=rows, ruling="none", heights=heights, figures_right=True)


ACCOUNTS = [
    ("一、一般公共预算财政拨款收入", "784.71", "一、一般公共服务支出", "5.32"),
    ("二、政府性基金预算财政拨款收入", "253.49", "二、文化旅游体育与传媒支出", ""),
    ("三、国有资本经营预算财政拨款收入", "", "三、社会保障和就业支出", "1032.88"),
    ("总计", "1038.20", "总计", "1038.20"),
]


@pytest.mark.parametrize("lines", [2, 3, 4])
def test_names_of_several_lines_in_a_table_without_rules_are_whole(tmp_path: Path, lines: int) -> None:
    body = [
        [_wrapped(a, lines), str(i), x, _wrapped(b, lines), str(i + 9), y] for i, (a, x, b, y) in enumerate(ACCOUNTS, 1)
    ]
    rows: Rows = [["收入", None, None, "支出", None, None], ["项目", "行次", "金额"] * 2, *body]
    report = read(tmp_path, _tall(rows, table(rows, "收入支出决算总表", [110, 30, 80] * 2)))
    printed = [(item, amount) for a, x, b, y in ACCOUNTS for item, amount in ((a, x), (b, y)) if amount]
    amounts = report.totals.dropna(subset="amount")
    assert sorted(zip(amounts["item"], amounts.amount, strict=True)) == sorted(
        (item.rpartition("、")[2], float(amount)) for item, amount in printed
    )


@pytest.mark.parametrize("cut", [",", "."])
def test_amounts_that_wrap_beside_names_that_wrap_are_of_their_row(tmp_path: Path, cut: str) -> None:
    rows: Rows = [
        ["项目", "行次", "金额"] * 2,
        *(
            [_wrapped(a, 4), str(i), f"{i},234,567.80", _wrapped(b, 4), str(i + 9), y]
            for i, (a, _, b, y) in enumerate(ACCOUNTS, 1)
        ),
    ]
    rows = [rows[0], *([*row[:2], row[2].replace(cut, cut + "\n"), *row[3:]] for row in rows[1:])]
    report = read(tmp_path, _tall(rows, table(rows, "收入支出决算总表", [110, 30, 60] * 2)))
    named = {item.rpartition("、")[2] for a, _, b, _ in ACCOUNTS for item in (a, b)}
    assert {*report.totals["item"]} == named
    assert {1234567.8, 2234567.8, 3234567.8} <= {*report.totals.amount}


@pytest.mark.parametrize("lines", [2, 3, 4])
def test_the_name_of_a_code_over_several_lines_in_a_table_without_rules(tmp_path: Path, lines: int) -> None:
    named = [*SPENT_ROWS[:2], ["20805", "行政事业单位养老支出", *SPENT_ROWS[2][2:]]]
    named += [["2080505", "机关事业单位基本养老保险缴费支出", *SPENT_ROWS[3][2:]]]
    rows = [SPENT, *([row[0], row[1] and _wrapped(row[1], lines), *row[2:]] for row in named)]
    report = read(tmp_path, _tall(rows, table(rows, GENERAL)))
    assert report.expenditure.function_name.unique().tolist() == ["合计", *(row[1] for row in named[1:])]
    assert spending(report)["2080505", "基本支出"] == 10 and not lost(report)


@pytest.mark.parametrize("below", ["", "注：无"])
def test_the_last_line_of_the_last_name_without_rules_is_its_own(tmp_path: Path, below: str) -> None:
    body = [
        [_wrapped(a, 2), str(i), x, _wrapped(b, 2), str(i + 9), y] for i, (a, x, b, y) in enumerate(ACCOUNTS[:3], 1)
    ]
    rows: Rows = [["收入", None, None, "支出", None, None], ["项目", "行次", "金额"] * 2, *body]
    drawn = replace(_tall(rows, table(rows, "收入支出决算总表", [110, 30, 80] * 2)), below=below)
    assert {"社会保障和就业支出", "国有资本经营预算财政拨款收入"} <= {*read(tmp_path, drawn).totals["item"]}


def test_columns_whose_sums_fail_in_most_rows_are_doubtful(tmp_path: Path) -> None:
    rows = [SPENT, *[[*row[:3], "5", "6"] for row in SPENT_ROWS]]
    report = read(tmp_path, table(rows, GENERAL))
    assert len(report.info["doubtful"]) == 12 and any("可能有误" in line for line in report.info["warnings"])
    assert read(tmp_path, table([SPENT, *SPENT_ROWS], GENERAL)).info["doubtful"] == []


def test_an_unread_unit_makes_amounts_missing_and_says_so(tmp_path: Path) -> None:
    pages = [
        table([SPENT, *SPENT_ROWS], GENERAL, above=""), table([["科目编码", "科目名称", "决算数"], *LINES], BASIC, above="单位：元"),
        replace(REVENUE, above="单位：万元"),
    ]  # fmt: skip
    report = read(tmp_path, *pages)
    assert report.expenditure.amount.isna().all() and len(lost(report, "unread")) == 12
    assert {cell["why"] for cell in report.info["unread"]} == {"不知其金额单位"}
    assert pd.notna(report.revenue.amount[0])


@pytest.mark.parametrize("revenue, spending", [("收入", "支出"), ("收入决算数", "支出决算数")])
def test_04_with_its_sides_named_over_the_amounts_alone(tmp_path: Path, revenue: str, spending: str) -> None:
    funds = ["合计", "一般公共预\n算财政拨款", "政府性基金预\n算财政拨款", "国有资本经营\n预算财政拨款"]
    rows: Rows = [
        ["项目", revenue, "项目", spending, None, None, None], ["", "", "", *funds],
        ["一、一般公共预算财政拨款", "30.00", "一、社会保障和就业支出", "30.00", "30.00", "", ""],
        ["二、政府性基金预算财政拨款", "5.00", "二、城乡社区支出", "5.00", "", "5.00", ""],
        ["总计", "35.00", "总计", "35.00", "30.00", "5.00", ""],
    ]  # fmt: skip
    widths = [120, 60, 110, 50, 70, 70, 70]
    drawn = replace(table(rows, "财政拨款收入支出决算总表", widths), heights={1: 34})
    totals = read(tmp_path, drawn).totals.dropna(subset="amount")
    assert totals.groupby("side")["amount"].agg(list).to_dict() == {
        "收入": [30, 5, 35],
        "支出": [30, 30, 5, 5, 35, 30, 5],
    }
    assert totals.form.unique().tolist() == ["04"]


@pytest.mark.parametrize("cut", ["公务用车购置", "公务用车购置费"])
def test_two_columns_headed_alike_are_no_items(tmp_path: Path, cut: str) -> None:
    """公务用车购置及运行费 and 公务用车购置费, both cut off at the border."""
    heads = ["项目", "合计", "因公出国（境）费", cut, cut, "公务用车运行维护费", "公务接待费"]
    items = ["合计", "因公出国（境）费", "公务用车购置及运行费", "公务用车购置费", "公务用车运行维护费", "公务接待费"]
    rows = [heads, *([kind, *(ITEMS[item][i] for item in items)] for i, kind in enumerate(("预算数", "决算数")))]
    report = read(tmp_path, table(rows, "“三公”经费支出决算表", [60] + [80] * 6))
    assert sangong(report) == {item: tuple(map(float, ITEMS[item])) for item in items if "购置" not in item}
    assert set(lost(report)) == {"41.00", "40.02", "11.00"}


# --- forms of further regions ----------------------------------------------------------------


@pytest.mark.parametrize("code", ["[{}]", "【{}】", "{} ", "{}-"])
def test_codes_beside_their_names(tmp_path: Path, code: str) -> None:
    rows: Rows = [
        ["功能分类科目", *SPENT[2:]],
        ["合计", "30", "10", "20"],
        [code.format("2080505") + "缴费", "30", "10", "20"],
    ]
    economic: Rows = [["经济分类科目", "本年支出"], *([code.format(c) + name, amount] for c, name, amount in LINES)]
    report = read(tmp_path, table(rows, "支出决算表", [200, 90, 90, 90]), table(economic, BASIC, [300, 120]))
    assert spending(report)["2080505", "基本支出"] == 10
    assert [*report.economic.economic_code] == [line[0] for line in LINES]
    assert [*report.economic.economic_name] == [line[1] for line in LINES]


def test_sangong_in_the_left_half_of_a_wider_form(tmp_path: Path) -> None:
    right = [
        ("二、机关运行经费", "77.00"),
        ("（一）行政单位", "77.00"),
        ("三、国有资产占用情况", "—"),
        ("车辆数合计（辆）", "9"),
    ] * 2
    left = [("一、“三公”经费支出", "—", "—"), *((item, *both) for item, both in ITEMS.items())]
    rows: Rows = [
        ["项目", "预算数", "决算数", "项目", "决算数"],
        *([*a, *b] for a, b in zip(left, right, strict=False)),
    ]
    report = read(tmp_path, table(rows, "机构运行信息表", [160, 70, 70, 140, 90]))
    assert sangong(report) == BOTH
    assert lost(report).count("77.00") == 4


def test_sangong_come_from_their_own_form_where_another_has_them_too(tmp_path: Path) -> None:
    head = ["项目", "预算数", "决算数"]
    rows: list[list[str]] = [[item, *both] for item, both in ITEMS.items()]
    more = [[item, "99.00", "98.00"] for item in ITEMS] + [["机关运行经费", "9.00", "8.00"]]
    own = "一般公共预算财政拨款“三公”经费支出决算表"
    report = read(tmp_path, table([head, *more], "机构运行信息表"), table([head, *rows], own))
    assert sangong(report) == BOTH
    assert [named["title"] for named in report.info["other_tables"]] == ["机构运行信息表"]


def test_the_ministrys_number_of_a_form_is_no_title(tmp_path: Path) -> None:
    page = table(
        [["科目编码", "科目名称", "工资福利支出"], ["208", "社会保障", "30"]], "基本支出决算明细表", above="财决08-1表"
    )
    assert [named["title"] for named in read(tmp_path, page).info["other_tables"]] == ["基本支出决算明细表"]


@pytest.mark.parametrize("second", ["1,504,443", "3,504,443", "350,444"])
def test_figures_that_run_into_each_other(tmp_path: Path, second: str) -> None:
    """Each glyph a text of its own, as browsers print them: a figure too wide for its column covers the next one's first digit."""
    path = tmp_path / "x.pdf"
    canvas = Canvas(str(path))
    rows: Rows = [
        SPENT,
        ["208", "社会保障", "1,854,446", "350,003", "1,504,443"],
        ["20805", "养老", "1,854,446", "", ""],
    ]
    _draw_table(canvas, table(rows, "支出决算表", [60, 90, 120, 39.8, 120], above="单位：元"), (595, 842))
    y = 760 - 18 * 2.5 - 3
    for at, figure in ((15 + 60 + 90 + 120 + 3, "1,963,423"), (15 + 60 + 90 + 120 + 39.8 + 1.2, second)):
        for k, char in enumerate(figure):
            canvas.drawString(at + pdfmetrics.stringWidth(figure[:k], FONT, 9), y, char)
    canvas.save()
    report = jscore.read(path)
    assert spending(report)["20805", "基本支出"] == pytest.approx(196.3423)
    assert spending(report)["20805", "项目支出"] == pytest.approx(float(second.replace(",", "")) / 1e4)


def test_a_list_of_projects_and_a_later_table_of_as_many_rows_are_two(tmp_path: Path) -> None:
    """The list has headings of a self-evaluation form, whose columns may go on to a later page."""
    projects: Rows = [
        ["项目名称", "年初预算数", "全年预算数", "全年执行数"],
        *([f"专项{i}", "1.00", "2.00", "3.00"] for i in range(3)),
    ]
    meetings: Rows = [["类别", "预算数", "决算数"], *([f"会议{i}", "4.00", "5.00"] for i in range(3))]
    heights = {0: 30.0}
    pages = [
        replace(table(projects, "项目支出决算明细表"), heights=heights),
        replace(table(meetings, "会议费、培训费支出决算表"), heights=heights),
    ]
    titles = [other["title"] for other in read(tmp_path, *pages).info["other_tables"]]
    assert titles == ["项目支出决算明细表", "会议费、培训费支出决算表"]


BALANCES = ["科目编码", "科目名称", "年初结转和结余", "本年收入", "合计", "基本支出", "项目支出", "年末结转和结余"]
BALANCED: Rows = [
    ["合计", None, "1", "30", "30", "10", "20", "1"], ["201", "一般公共服务", "1", "30", "30", "10", "20", "1"],
    ["20103", "政府办公厅", "1", "30", "30", "10", "20", "1"], ["2010301", "行政运行", "1", "30", "30", "10", "20", "1"],
]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "forms"),
    [
        ("一般公共预算财政拨款收入支出决算批复表", ["05"]),
        ("一般公共预算财政拨款收支余情况批复一览表", []),
        ("", []),
    ],
)
def test_balances_of_the_general_budget_are_no_fund(tmp_path: Path, title: str, forms: list[str]) -> None:
    page = table([BALANCES, *BALANCED], title, [65] * 8, above="财决批复05表  单位：万元")
    report = read(tmp_path, page)
    assert report.expenditure.form.unique().tolist() == forms
    assert forms or not report.cells.form.isin(["05", "07"]).any()


@pytest.mark.parametrize("dash", "-—")
def test_a_dash_that_touches_the_next_columns_figure_is_no_minus(tmp_path: Path, dash: str) -> None:
    path = tmp_path / "x.pdf"
    canvas = Canvas(str(path))
    codes = [("208", "社会保障"), ("20805", "养老"), ("2080505", "缴费")]
    widths = [60, 90, 60, 40, 40]
    rows: Rows = [SPENT, *([code, name, "18,288.90", "", ""] for code, name in codes)]
    _draw_table(canvas, table(rows, "支出决算表", widths), (595, 842))
    border = 15 + sum(widths[:4])
    for row, figure in enumerate(["18,288.90", "288.90", "18,000.00"]):
        y = 760 - 18 * (row + 1.5) - 3
        canvas.drawRightString(border - 0.2, y, dash)
        (canvas.drawString if row != 1 else canvas.drawCentredString)(border + (0.2 if row != 1 else 20), y, figure)
    canvas.save()
    spent = spending(jscore.read(path))
    assert [spent[code, "项目支出"] for code, _ in codes] == [18288.9, 288.9, 18000]
    assert not any(component == "基本支出" for _, component in spent)


def test_a_table_whose_title_the_page_cuts_is_no_more_rows_of_the_one_before(tmp_path: Path) -> None:
    funds = [["合计", None, *row[2:]] if i == 0 else ["2296002", *row[1:]] for i, row in enumerate(BALANCED[:2])]
    first = table([BALANCES, *funds], "政府性基金预算财政拨款收入支出决算表", [60, 110, *[65] * 6])
    capital: Rows = [["科目编码", "科目名称", "合计"], ["合计", None, "7"], ["2230105", "社会化管理", "7"]]
    second = table(capital, "国有资本经营预算财政拨款支", [60, 110, 390], above="")
    report = read(tmp_path, first, second)
    assert not report.expenditure.function_code.fillna("").str.startswith("223").any()
    assert "2230105" in "".join(report.cells.text[report.cells.form == "unknown"])


def test_sangong_with_the_final_under_the_budget(tmp_path: Path) -> None:
    order = ["合计", "因公出国（境）费", "公务用车购置及运行费", "公务用车购置费", "公务用车运行维护费", "公务接待费"]
    heads: Rows = [
        [order[0], order[1], order[2], None, None, order[5]],
        ["", "", "小计", order[3], "公务用车运行费", ""],
    ]
    blocks = [[[kind, *[None] * 5], *heads, [ITEMS[item][at] for item in order]] for at, kind in enumerate(("2024年度预算数", "决算数"))]  # fmt: skip
    report = read(tmp_path, table([*blocks[0], *blocks[1]], "财政拨款“三公”经费支出决算表"))
    assert sangong(report) == BOTH
    assert not lost(report)
    again = read(tmp_path, table([*blocks[0], ["决算数", *[None] * 5], blocks[1][-1]], "财政拨款“三公”经费支出决算表"))
    assert sangong(again) == BOTH or {"43.06", "1.01"} <= {*lost(again), *lost(again, "unread")}


def test_a_dash_before_a_name_stands_in_the_column_before_it(tmp_path: Path) -> None:
    """No rule parts the amounts of revenue, at the right of their column, from the items beside them."""
    path = tmp_path / "x.pdf"
    canvas = Canvas(str(path))
    canvas.setFont(FONT, 12)
    canvas.drawString(200, 790, "收入支出决算总表")
    canvas.setFont(FONT, 9)
    canvas.drawString(480, 775, "单位：万元")
    items = ["一、一般公共预算财政拨款收入", "二、上级补助收入", "三、事业收入", "四、经营收入", "本年收入合计"]
    spent = ["一、一般公共服务支出", "二、教育支出", "三、卫生健康支出", "四、农林水支出", "本年支出合计"]
    amounts = ["5,002.04", "—", "2,458.44", "—", "7,460.48"]
    canvas.drawString(60, 760, "收入")
    canvas.drawString(390, 760, "支出")
    for x, text in ((100, "项目"), (220, "金额"), (350, "项目"), (510, "金额")):
        canvas.drawString(x, 745, text)
    for row, (item, other, amount) in enumerate(zip(items, spent, amounts, strict=True)):
        y = 730 - 15 * row
        canvas.drawString(50, y, item)
        canvas.drawRightString(275, y, amount)
        canvas.drawString(278, y, other)
        canvas.drawRightString(560, y, "1,492.10" if row < 4 else "7,460.48")
    canvas.save()
    totals = jscore.read(path).totals
    assert totals[totals.side == "收入"].amount.dropna().tolist() == [5002.04, 2458.44, 7460.48]
    assert totals[totals.side == "支出"].item.tolist() == [item.split("、")[-1] for item in spent]


def test_an_amount_where_an_item_should_stand_is_lost_with_a_word(tmp_path: Path) -> None:
    rows: Rows = [
        ["", "因公出国（境）费", "公务用车购置及运行费", "公务接待费"],
        ["", "决算数", "决算数", "决算数"],
        ["43.06", "1.01", "40.02", "2.03"],
    ]
    report = read(tmp_path, table(rows, "财政拨款“三公”经费支出决算表"))
    assert "43.06" in lost(report, "not_understood") + lost(report, "unread")


@pytest.mark.parametrize("last", [2, 4])
def test_rows_that_no_rule_parts(tmp_path: Path, last: int) -> None:
    """The rules part the columns, and the headings from the rows; two codes in a cell are two rows, too."""
    path = tmp_path / "x.pdf"
    canvas = Canvas(str(path))
    for body in [SPENT_ROWS] if last == 4 else [SPENT_ROWS[:1], SPENT_ROWS[2:]]:
        page = replace(table([SPENT, *body], "支出决算表"), ruling="columns")
        _draw_table(canvas, page, (595, 842))
        for y in (760, 742, 742 - 18 * len(body)):
            canvas.line(15, y, 490, y)
        canvas.showPage()
    canvas.save()
    printed = {
        (row[0] if row[1] else "", component): float(amount or 0)
        for row in (SPENT_ROWS if last == 4 else [SPENT_ROWS[0], *SPENT_ROWS[2:]])
        for component, amount in zip(("合计", "基本支出", "项目支出"), row[2:], strict=True)
    }
    assert spending(jscore.read(path)) == printed


def test_a_table_without_rules_goes_on_where_a_column_is_blank(tmp_path: Path) -> None:
    first = [[code, name, "30.00", "10.00", "20.00"] for code, name in (("208", "社会保障和就业支出"), ("20805", "养老"), ("2080505", "养老保险缴费"))]  # fmt: skip
    rest = [[code, name, "5.00", "", "5.00"] for code, name in (("210", "卫生"), ("21011", "医疗"), ("2101101", "单位"))]  # fmt: skip
    pages = [
        replace(table([SPENT, *first], "支出决算表"), ruling="none"),
        replace(table(rest), ruling="none"),
    ]
    spent = spending(read(tmp_path, *pages))
    assert spent["2080505", "基本支出"] == 10 and spent["2101101", "项目支出"] == 5
    assert ("2101101", "基本支出") not in spent


@pytest.mark.parametrize("total", ["本年合计", "合计：", "总 计"])
def test_the_total_by_other_words(tmp_path: Path, total: str) -> None:
    rows = [[total, *SPENT_ROWS[0][1:]], *SPENT_ROWS[1:]]
    assert spending(read(tmp_path, table([SPENT, *rows], "支出决算表")))["", "合计"] == 30


def test_a_title_at_the_foot_of_the_page_before_a_running_head(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    first = table([SPENT, *SPENT_ROWS], "支出决算表")
    second = table([["科目编码", "科目名称", "决算数"], *LINES[:3]])
    third = table([["项目", "数量"], ["房屋", "1"]], "国有资产情况表")
    canvas = Canvas(str(path))
    for number, each in enumerate((first, second, third)):
        canvas.setFont(FONT, 9)
        canvas.drawString(50, 815, "某局2024年度部门决算")
        _draw_table(canvas, each, (595, 842))
        if number == 0:
            canvas.drawString(200, 80, BASIC)
            canvas.drawString(500, 65, "公开06表")
            canvas.drawString(480, 50, "单位：万元")
        canvas.showPage()
    canvas.save()
    assert jscore.read(path).economic.amount.sum() == 200


def on_pages(path: Path, *pages: tuple[Table, Sequence[tuple[float, float, str]]]) -> jscore.Report:
    """Tables with texts at places of their own, a page each."""
    canvas = Canvas(str(path / "x.pdf"))
    for drawn, texts in pages:
        _draw_table(canvas, drawn, (595, 842))
        canvas.setFont(FONT, 9)
        for x, y, text in texts:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return jscore.read(path / "x.pdf")


def test_a_title_at_the_foot_of_the_page_before_the_unit(tmp_path: Path) -> None:
    first = table([SPENT, *SPENT_ROWS], "支出决算表")
    second = replace(table([["科目编码", "科目名称", "决算数"], *LINES[:3]]), above="部门：某局  单位：元")
    report = on_pages(tmp_path, (first, [(200, 80, BASIC), (500, 65, "公开06表")]), (second, []))
    assert report.economic.amount.sum() == pytest.approx(0.02)


def test_a_unit_that_takes_two_lines(tmp_path: Path) -> None:
    drawn = table([SPENT, *SPENT_ROWS], "支出决算表", above="")
    report = on_pages(tmp_path, (drawn, [(430, 774, "单位：万"), (430, 763, "元")]))
    assert spending(report)["", "合计"] == 30


def test_a_title_inside_the_grid_under_the_contents(tmp_path: Path) -> None:
    drawn = table([[GENERAL, None, None, None, None], SPENT, *SPENT_ROWS])
    report = on_pages(tmp_path, (drawn, [(40, 800, GENERAL), (40, 785, "财政拨款收入支出决算总表")]))
    assert set(report.expenditure.form) == {"05"}


@pytest.mark.parametrize(
    "cut",
    [
        ("二、政府性基金预算财政", "拨款收入", "七、卫生健康", "支出"),
        ("二、政府性", "基金预算财政拨款收入", "七、卫", "生健康支出"),
    ],
)
def test_an_item_that_the_page_cuts(tmp_path: Path, cut: tuple[str, str, str, str]) -> None:
    head = [["收入", None, "支出", None], ["项目", "金额", "项目", "金额"]]
    first = table([*head, ["一、事业收入", "1.00", "六、教育支出", "2.00"], [cut[0], "5.00", cut[2], "4.00"]], "收入支出决算总表", [130] * 4)  # fmt: skip
    rest = table([*head, [cut[1], "", cut[3], ""], ["总计", "6.00", "总计", "6.00"]], widths=[130] * 4)
    assert read(tmp_path, first, rest).totals.item.tolist() == [
        "事业收入", "教育支出", "政府性基金预算财政拨款收入", "卫生健康支出", "总计", "总计",
    ]  # fmt: skip


def test_repeated_headings_that_their_row_cuts_off(tmp_path: Path) -> None:
    spent = ["科目编码", "科目名称", "本年支出\n合计", "基本\n支出", "上缴上级\n支出"]
    heads = [spent, [text.split("\n")[0] for text in spent]]
    cut: Rows = [*SPENT_ROWS[:2], ["20805", "行政事业单位养老", "30", "10", "20"]]
    first = replace(table([heads[0], *cut], "支出决算表"), heights={0: 30})
    report = read(tmp_path, first, table([heads[1], ["", "支出", "", "", ""], *SPENT_ROWS[3:]]))
    assert report.expenditure.function_name[::3].tolist() == ["合计", "社会保障", "行政事业单位养老支出", "缴费"]
    assert lost(report) == lost(report, "unread") == []


def test_headings_before_figures_at_the_right_of_columns_without_rules(tmp_path: Path) -> None:
    """A row of numbers stands where the figures do, and tells of no heading where its column ends."""
    rows: Rows = [
        [*SPENT[:2], "本年支出合计", "基本支出", "上缴上级支出", "经营支出"], ["", "栏次", "1", "2", "3", "4"],
        *[[code, name, "130.00", "130.00", "0", "0"] for code, name in (("208", "社会保障"), ("20805", "养老"))],
    ]  # fmt: skip
    drawn = replace(table(rows, "支出决算表", [50, 90, 90, 90, 90, 90]), ruling="none", figures_right=True)
    amounts = spending(read(tmp_path, drawn))
    assert amounts["208", "基本支出"] == 130 and amounts["208", "上缴上级支出"] == amounts["20805", "经营支出"] == 0


def test_funds_of_special_accounts_are_none_of_the_nine(tmp_path: Path) -> None:
    head = ["科目编码", "科目名称", "年初结转和结余", "本年收入", "基本支出", "项目支出", "年末结转和结余"]
    drawn = table([head, ["205", "教育支出", "1", "2", "2", "0", "1"]], "财政专户管理资金收入支出决算表", [80] * 7)
    report = read(tmp_path, table([SPENT, *SPENT_ROWS], "支出决算表"), drawn)
    assert set(report.expenditure.form) == {"03"} and len(report.info["other_tables"]) == 1


@pytest.mark.parametrize("dash", ["—", "-", "—— "])
def test_a_dash_in_the_cell_of_an_item_is_none_of_its_name(tmp_path: Path, dash: str) -> None:
    head = [["收入", None, "支出", None], ["项目", "金额", "项目", "金额"]]
    rows = [["一、事业收入", "5.00", f"{dash}三、教育支出", "2.00"], ["总计", "5.00", "总计", "2.00"]]
    report = read(tmp_path, table([*head, *rows], "收入支出决算总表", [130] * 4))
    assert report.totals.item.tolist() == ["事业收入", "教育支出", "总计", "总计"]


@pytest.mark.parametrize("dash", ["—", " —", "--"])
def test_a_dash_behind_a_name_is_none_of_it(tmp_path: Path, dash: str) -> None:
    rows = [[*row[:1], f"{row[1]}{dash}" if row[1] else row[1], *row[2:]] for row in SPENT_ROWS]
    report = read(tmp_path, table([SPENT, *rows], GENERAL))
    assert set(report.expenditure.function_name) == {"合计", "社会保障", "养老", "缴费"}


def test_the_rest_of_a_name_under_repeated_headings(tmp_path: Path) -> None:
    """On the next page the title, the headings and what the page cut of a name: no heading of its own."""
    head: Rows = [[GENERAL, *[None] * 4], ["部门：某局", None, None, "单位：万元", None], SPENT]
    first = [*SPENT_ROWS[:3], ["2080505", "养老保险缴费", "30", "10", "20"]]
    more: Rows = [["", "支出", "", "", ""], ["210", "卫生健康支出", "7", "3", "4"]]
    report = read(tmp_path, table([*head, *first]), table([*head, *more]))
    names = dict(zip(report.expenditure.function_code, report.expenditure.function_name, strict=True))
    assert names["2080505"] == "养老保险缴费支出" and spending(report)["210", "项目支出"] == 4


def test_a_total_whose_name_the_page_cuts(tmp_path: Path) -> None:
    head: Rows = [["收入", None, "支出", None], ["项目", "金额", "项目", "金额"]]
    first = [["一、事业收入", "5.00", "一、教育支出", "5.00"], ["本年收入合计", "5.00", "本年支出", "5.00"]]
    more: Rows = [["", "", "合计", ""], ["总计", "5.00", "总计", "5.00"]]
    report = read(tmp_path, table([*head, *first], "收入支出决算总表"), table([*head, *more]))
    assert report.totals.item.tolist() == ["事业收入", "教育支出", "本年收入合计", "本年支出合计", "总计", "总计"]


def test_two_forms_drawn_as_one_table(tmp_path: Path) -> None:
    """Each below its title, in columns that the other's do not meet; codes have lost their zeros."""
    spent: Rows = [
        ["201", "", "", "服务", "30", "10", "20"],
        ["201", "3", "", "事务", "30", "10", "20"],
        ["201", "3", "2", "运行", "30", "10", "20"],
    ]
    head: Rows = [["科目编码", None, None, *SPENT[1:]]]
    upper = Table([[GENERAL, *[None] * 6], *head, *spent], [30, 30, 30, 150, 100, 100, 100], top=760)
    lines: Rows = [[BASIC, None, None], ["经济分类科目编码", "科目名称", "决算数"], *LINES]
    report = jscore.read(draw(tmp_path / "x.pdf", [[upper, Table(lines, [200, 150, 190], top=760 - 5 * 18)]]))
    assert spending(report)["2010302", "项目支出"] == 20
    assert [*report.economic.economic_code] == [line[0] for line in LINES]


@pytest.mark.parametrize("amount", ["210,394,100.00", "1200.00", "4,080,505.00"])
def test_a_round_amount_among_the_codes_is_said(tmp_path: Path, amount: str) -> None:
    rows: Rows = [["经济分类科目编码", "科目名称", "决算数"], *LINES, [amount, "", ""]]
    assert amount in lost(read(tmp_path, table(rows, BASIC)))


def test_a_code_shown_as_a_number_is_none(tmp_path: Path) -> None:
    rows: Rows = [SPENT, *SPENT_ROWS[:3], ["2,080,505.00", *SPENT_ROWS[3][1:]]]
    report = read(tmp_path, table(rows, GENERAL))
    assert spending(report)["2080505", "合计"] == 30 and not lost(report)


@pytest.mark.parametrize("rows", [1, 2])
def test_sangong_that_the_page_cuts_below_its_first_rows(tmp_path: Path, rows: int) -> None:
    head, items = ["项目", "预算数", "决算数"], [[item, *both] for item, both in ITEMS.items()]
    items[0][0] = "“三公”经费合计"
    title = "财政拨款“三公”经费支出决算表"
    report = read(tmp_path, table([head, *items[:rows]], title), table([head, *items[rows:]]))
    assert sangong(report) == BOTH


def test_items_of_spending_under_revenue_are_lost_with_a_word(tmp_path: Path) -> None:
    """The right half of a sheet that goes on without headings, under the left half."""
    head = [["收入", None, "支出", None], ["项目", "金额", "项目", "金额"]]
    rows = [["一、事业收入", "5.00", "一、教育支出", "2.00"], ["二、其他收入", "1.00", "二、科学技术支出", "1.00"]]
    first = table([*head, *rows], "收入支出决算总表", [130, 130, 130, 130])
    rest = table(
        [["三、住房保障支出", "3.00"], ["本年支出合计", "6.00"], ["总计", "6.00"]], widths=[130, 130], above=""
    )
    report = read(tmp_path, first, rest)
    assert not report.totals[report.totals.side == "收入"].item.str.contains("住房|支出|总计").any()
    assert {"3.00", "6.00"} <= {*report.cells.text[report.cells.form == "unknown"], *lost(report, "unread")}


def test_a_name_whose_rest_is_the_next_pages_first_row(tmp_path: Path) -> None:
    cut: Rows = [*SPENT_ROWS[:2], ["20805", "行政事业单位养老", "30", "10", "20"]]
    pages = [
        table([SPENT, *cut], "支出决算表"),
        table([["", "支出", "", "", ""], *SPENT_ROWS[3:]]),
    ]
    report = read(tmp_path, *pages)
    assert spending(report)["2080505", "项目支出"] == 20
    assert "行政事业单位养老支出" in set(report.expenditure.function_name)


def test_names_behind_blanks_are_printed_once(tmp_path: Path) -> None:
    """The two readers of a page in a font that the file lacks differ in how wide a blank is."""
    path = tmp_path / "x.pdf"
    canvas = Canvas(str(path))
    rows: Rows = [[row[0], row[1] and "", *row[2:]] for row in SPENT_ROWS]
    _draw_table(canvas, table([SPENT, *rows], "支出决算表"), (595, 842))
    names = [str(row[1]) for row in SPENT_ROWS[1:]]
    for number, name in enumerate(names):
        text = Paragraph(f"&nbsp;&nbsp;{name}", ParagraphStyle("x", fontName=FONT, fontSize=9))
        text.wrapOn(canvas, 90, 20)
        text.drawOn(canvas, 113, 760 - 18 * (number + 3) + 2)
    canvas.save()
    assert jscore.read(path).expenditure.function_name.unique().tolist() == ["合计", *names]


def test_the_last_rows_of_balances_without_a_title_are_no_fund(tmp_path: Path) -> None:
    rows: Rows = [BALANCES, ["2210203", *BALANCED[3][1:]], BALANCED[0]]
    assert read(tmp_path, table(rows, widths=[65] * 8)).expenditure.empty


@pytest.mark.parametrize("numbered", [True, False])
def test_items_cut_in_a_table_without_rules_are_doubtful(tmp_path: Path, numbered: bool) -> None:
    """Rows as close as the lines of their names: which line is of which row nothing tells."""
    left = [
        ("一、一般公\n共预算财政\n拨款收入", "784.71"),
        ("二、事\n业收\n入", "10.00"),
        ("本年\n收入\n合计", "794.71"),
    ]
    right = [("一、一般\n公共服务\n支出", "5.32"), ("二、卫生\n健康支\n出", "289.88"), ("本年\n支出\n合计", "295.20")]
    head = ["项目", "行次", "金额"] if numbered else ["项目", "金额"]
    rows: list[list[str | None]] = [["收入", *[None] * (len(head) - 1), "支出", *[None] * (len(head) - 1)], head * 2]
    for i, ((source, income), (use, spent)) in enumerate(zip(left, right, strict=True)):
        rows.append([source, *[str(i + 1)][:numbered], income, use, *[str(i + 9)][:numbered], spent])
    heights = {i: 11.0 * max((text or "").count("\n") + 1 for text in row) for i, row in enumerate(rows)}
    widths = [110, 30, 80] * 2 if numbered else [120, 100] * 2
    table = Table(
        rows, widths, "收入支出决算总表", "单位：万元", left=20, ruling="none", figures_right=True, heights=heights
    )
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    doubts = {(cell["table_id"], cell["row"], cell["col"]) for cell in report.info["doubtful"]}
    printed = report.totals.dropna(subset="amount")
    wrong = printed[~printed["item"].str.match("一般公共(预算财政拨款收入|服务支出)$|事业收入$|卫生健康支出$|.*合计$")]
    assert len(wrong) and set(zip(wrong["table_id"], wrong["row"], wrong["col"], strict=True)) <= doubts


@pytest.mark.parametrize("ruling", ["none", "rows"])
def test_items_with_their_line_numbers_are_rows_of_their_own(tmp_path: Path, ruling: Ruling) -> None:
    """No rule parts 行次 from 项目, and blank amounts follow each other."""
    left = [("一、一般公共预算财政拨款收入1", "10.00"), ("二、事业收入2", ""), ("3", ""), ("本年收入合计4", "10.00"),
            ("使用非财政拨款结余5", ""), ("年初结转和结余6", ""), ("总计7", "10.00")]  # fmt: skip
    right = [("一、一般公共服务支出8", "10.00"), ("二、外交支出9", ""), ("三、国防支出10", ""), ("本年支出合计11", "10.00"),
             ("结余分配12", ""), ("年末结转和结余13", ""), ("总计14", "10.00")]  # fmt: skip
    head: Sequence[str | None] = ["收入", None, "支出", None]
    rows: list[list[str | None]] = [[*head], ["项目", "金额"] * 2]
    rows += [[*source, *use] for source, use in zip(left, right, strict=True)]
    table = Table(rows, [150, 90] * 2, "收入支出决算总表", "单位：万元", left=20, ruling=ruling, figures_right=True)
    report = jscore.read(draw(tmp_path / "x.pdf", [[table]]), ocr=False)
    assert report.totals["item"].tolist() == [
        "一般公共预算财政拨款收入", "一般公共服务支出", "事业收入", "外交支出", "国防支出", "本年收入合计", "本年支出合计",
        "使用非财政拨款结余", "结余分配", "年初结转和结余", "年末结转和结余", "总计", "总计",
    ]  # fmt: skip
