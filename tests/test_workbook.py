"""The workbook: printed figures are values, all that is made of them are formulas, and it looks as an analyst expects."""

from __future__ import annotations

import html
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from jscore import schema
from jscore.cli import main
from jscore.errors import ReadError
from jscore.excel import write_workbook
from jscore.language import Lang, using
from jscore.summary.facts import summary
from jscore.summary.page import html_of, page_of
from tests.drawn import draw
from tests.shared import RAW, REPORTS, needs_shared, report, workbook
from tests.test_layouts import REVENUE
from tests.wrong import wrong

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
#: Of each kind of layout one: other columns, units, sides, two reports of a department itself.
OTHERS = (
    "anshan-culture-2024",
    "putuo-planning-2024",
    "yunnan-fifteen-tables",
    "zhejiang-by-unit-by-code",
    "shiquan2025",
)
ALL = [RAW, *sorted(path for path in REPORTS.glob("*/*.pdf") if path.stem in OTHERS)]
SHEETS = [
    "封面", "发现", "图表", "收入", "支出（功能分类）", "支出（经济分类）", "三公", "收支总表", "绩效自评（项目）",
    "绩效自评（指标）", "绩效自评（部门）", "情况说明", "说明",
]  # fmt: skip


def total(side: str, item: str, amount: float | None, row: int, **more: Any) -> dict[str, Any]:
    return {"form": "01", "side": side, "item": item, "fund": "合计", "amount": amount, **PLACE, "row": row, **more}


def write(folder: Path, frames: dict[str, pd.DataFrame], info: dict[str, Any] | None = None, **more: Any) -> Any:
    write_workbook(frames, INFO if info is None else info, folder / "book.xlsx", **more)
    return openpyxl.load_workbook(folder / "book.xlsx")


def column(sheet: Any, heading: str) -> list[Any]:
    """The cells under ``heading``."""
    number = next(cell.column for cell in sheet[1] if str(cell.value).replace("\n", "") == heading)
    return [sheet.cell(row, number) for row in range(2, sheet.max_row + 1)]


def cover(folder: Path) -> dict[Any, list[Any]]:
    """The lines of the cover, formulas as the values beside them."""
    book = openpyxl.load_workbook(folder / "book.xlsx", data_only=True)
    return {row[0]: list(row[1:]) for row in book[COVER].iter_rows(values_only=True) if row[0]}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("shipped") / "book.xlsx"
    path.write_bytes(workbook(RAW))
    book: Any = openpyxl.load_workbook(path)
    book.file = path
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
    frame = schema.from_records("projects", [{"project_no": 1, "project": text, **PLACE}])
    book = write(tmp_path, {"projects": frame})
    cell = column(book["绩效自评（项目）"], "项目（政策）名称")[0]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    assert cell.quotePrefix == (text not in ("#N/A", "http://x.y"))
    formulas = [cell.value for row in book["绩效自评（项目）"].iter_rows() for cell in row if cell.data_type == "f"]
    assert not any(text.lstrip("=+-@\t") in str(value) for value in formulas)


def test_control_characters_are_left_out_and_endless_text_is_cut(tmp_path: Path) -> None:
    frame = pd.DataFrame({"task": pd.Series(["甲\x00\x0b乙\ufffe\ud800", "\x01", "长" * 40_000], dtype=object)})
    sheet = write(tmp_path, {"mine": frame})["mine"]
    values = [cell.value for cell in column(sheet, "task")]
    assert values[:2] == ["甲乙", None]
    assert len(values[2]) == 32_767


def test_number_formats_follow_the_unit(tmp_path: Path) -> None:
    project = {"project": "事", "project_no": 1, "budget": 10.5, "execution_rate": 0.5411, "total_score": 2.5, **PLACE}
    values = ((0.25, "fraction"), (9.0, "万元"), (7.0, "辆"))
    facts = [{"subject": "事", "measure": "amount", "value": value, "unit": unit, **PLACE} for value, unit in values]
    frames = {name: schema.from_records(name, rows) for name, rows in (("projects", [project]), ("narrative", facts))}
    book = write(tmp_path, frames)
    projects, narrative = book["绩效自评（项目）"], book["情况说明"]
    headings = ("项目预算金额（万元）", "执行率", "绩效自评总得分（分）", "页")
    assert [column(projects, heading)[0].number_format for heading in headings] == ["#,##0.00", "0.00%", "0.00##", "0"]
    assert [cell.number_format for cell in column(narrative, "数值")] == ["0.00%", "#,##0.00", "General"]


def test_printed_figures_are_values_and_what_is_made_of_them_formulas(shipped: Any) -> None:
    for title, printed, made in (
        ("收入", "财政拨款收入（万元）", "占比"),
        ("支出（功能分类）", "基本支出（万元）", "各栏合计（万元）"),
        ("支出（经济分类）", "决算数（万元）", "下级合计（万元）"),
        ("三公", "决算数（万元）", "决算占预算"),
        ("绩效自评（项目）", "绩效自评总得分（分）", "执行率（公式）"),
        ("绩效自评（指标）", "得分（分）", "差异（分）"),
        ("绩效自评（部门）", "年初预算支出（万元）", None),
    ):
        own = [cell for cell in column(shipped[title], printed) if isinstance(cell.value, int | float)]
        assert own, title
        assert own[0].font.color.rgb.lower().endswith("1f4e79")
        if made:
            formulas = [cell for cell in column(shipped[title], made) if cell.data_type == "f"]
            assert len(formulas) >= 4, title
            assert not formulas[0].font.color.rgb.lower().endswith("1f4e79")


def test_recomputed_scores_are_values_with_their_rule_in_words(shipped: Any) -> None:
    sheet = shipped["绩效自评（项目）"]
    assert all(isinstance(cell.value, int | float) for cell in column(sheet, "复算得分（分）"))
    assert all(isinstance(cell.value, str) and len(cell.value) > 9 for cell in column(sheet, "规则说明"))


def test_every_line_has_its_page(shipped: Any) -> None:
    for title in SHEETS[3:10]:
        assert all(isinstance(cell.value, int) for cell in column(shipped[title], "页")), title


def test_it_is_a_summary(shipped: Any) -> None:
    cells = sum(cell.value is not None for sheet in shipped for row in sheet.iter_rows() for cell in row)
    assert 8_000 < cells < 40_000


# --- findings -----------------------------------------------------------------------------


def finding(check_id: str, subject: str, **more: Any) -> dict[str, Any]:
    told = {"check_no": 1, "title": "题", "group": "table", "severity": "error", "status": "fail", "unit": "万元"}
    return {**told, "check_id": check_id, "subject": subject, "message": f"{subject}不符", "actual": 1.0, **more}


def checks(*rows: dict[str, Any]) -> dict[str, pd.DataFrame]:
    return {"checks": schema.from_records("checks", rows)}


def test_findings_are_listed_by_cause_the_weightiest_first(tmp_path: Path) -> None:
    rows = [
        finding("a", "甲", severity="info", difference=1.0), finding("b", "乙", status="pass"),
        finding("c", "丙", difference=70.0, pages="3, 9"), finding("d", "丁", severity="warning"),
        finding("d", "戊", severity="warning", check_no=9),
    ]  # fmt: skip
    sheet = write(tmp_path, checks(*rows))["发现"]
    assert [cell.value for cell in column(sheet, "严重程度")] == ["错误", "提示", "警告"]
    assert [cell.value for cell in column(sheet, "编号")] == ["c 丙", "a 甲", "d"]
    assert [cell.value for cell in column(sheet, "涉及金额（万元）")] == [70, 1, None]
    assert [cell.value for cell in column(sheet, "处数")] == [1, 1, 2]
    assert column(sheet, "页码")[0].value == "3、9"
    assert [cell.value for cell in column(sheet, "答复")] == [None] * 3


def test_what_was_filled_in_is_kept_when_the_workbook_is_made_again(tmp_path: Path) -> None:
    first = [finding(name, "甲", difference=size) for name, size in (("a", 9.0), ("b", 8.0), ("c", 7.0), ("gone", 6.0))]
    book = write(tmp_path, checks(*first))
    for row, (confirmed, answer) in enumerate([("是", "=1+1"), (None, None), ("否", "已改"), ("待查", "问过")]):
        column(book["发现"], "属实")[row].value = confirmed
        column(book["发现"], "答复")[row].value = answer
        column(book["发现"], "答复")[row].data_type = "s"
    column(book["发现"], "备注")[1].value = 5
    book.save(tmp_path / "book.xlsx")
    again = write(tmp_path, checks(finding("new", "新", difference=90.0), *first[:3]), lang="en")["Findings"]
    names, answers = ([cell.value for cell in column(again, heading)] for heading in ("Finding", "Answer"))
    assert names == ["new 新", "a 甲", "b 甲", "c 甲", "gone 甲"]
    assert answers == [None, "=1+1", None, "已改", "问过"]
    assert column(again, "Answer")[1].data_type == "s"
    assert [cell.value for cell in column(again, "Confirmed")] == [None, "是", None, "否", "待查"]
    assert column(again, "Notes")[2].value == "5"
    assert column(again, "Severity")[-1].value == "no longer found"
    assert column(again, "Message")[-1].value == "甲不符"
    third = write(tmp_path, checks(*first))["发现"]
    assert [cell.value for cell in column(third, "答复")] == ["=1+1", None, "已改", "问过"]


def test_an_older_workbook_that_cannot_be_read_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"\xd0\xcf\x11\xe0 encrypted")
    with pytest.raises(ReadError, match="move it away"):
        write(tmp_path, checks(finding("a", "甲")))
    assert (tmp_path / "book.xlsx").read_bytes().endswith(b"encrypted")


def test_an_older_workbook_without_findings_is_written_over(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "book.xlsx")
    assert "发现" in write(tmp_path, checks(finding("a", "甲"))).sheetnames


def test_a_run_keeps_what_was_filled_in(tmp_path: Path, kept_workers: None) -> None:
    command = ["run", str(wrong(tmp_path / "wrong.pdf")), "--out", str(tmp_path), "--no-notebooks"]
    assert CliRunner().invoke(main, command).exit_code == 0
    path = tmp_path / "wrong" / "wrong.xlsx"
    assert {"summary.html", "summary.pdf"} <= {made.name for made in path.parent.iterdir()}
    book = openpyxl.load_workbook(path)
    column(book["发现"], "备注")[0].value = "问过"
    book.save(path)
    assert CliRunner().invoke(main, [*command, "--force"]).exit_code == 0
    assert column(openpyxl.load_workbook(path)["发现"], "备注")[0].value == "问过"


# --- looks --------------------------------------------------------------------------------


def test_sheets_are_in_order_and_ready_to_print(shipped: Any) -> None:
    assert shipped.sheetnames == SHEETS
    for sheet in shipped:
        page = sheet.page_setup
        assert (str(page.paperSize), page.fitToWidth) == (sheet.PAPERSIZE_A4, 1), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area, sheet.title
    for title in (SHEETS[1], *SHEETS[3:-1]):
        assert shipped[title].print_title_rows == "$1:$1", title
        assert str(shipped[title].freeze_panes).endswith("2"), title
    assert sum(sheet.page_setup.fitToHeight for sheet in shipped) <= 25


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
    assert all(re.search("[\u4e00-\u9fff]", text) for text in said.values())


def test_every_column_is_in_the_dictionary(shipped: Any) -> None:
    sheet = shipped["说明"]
    lines = {(row[0], row[1]) for row in sheet.iter_rows(values_only=True)}
    for title in (SHEETS[1], *SHEETS[3:-1]):
        headings = [
            str(cell.value).replace("\n", "").split("（万元")[0].split("（分）")[0]
            for cell in shipped[title][1]
            if cell.value
        ]
        assert {(title, heading) for heading in headings} <= lines, title


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
    rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
    assert rows == [columns, ("T01", "True", 0.5, "3、4"), (None, "False", None, None)]


def test_charts_are_drawn_from_cells(shipped: Any) -> None:
    with zipfile.ZipFile(shipped.file) as book:
        charts = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 4
    assert all("<numRef>" in chart and "<v>" in chart for chart in charts)


def test_formulas_carry_their_values(shipped: Any) -> None:
    """A preview that does not compute shows them too."""
    values = openpyxl.load_workbook(shipped.file, data_only=True)
    made = [
        values[sheet.title][cell.coordinate].value
        for sheet in shipped for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]  # fmt: skip
    assert len(made) > 500
    assert sum(value is not None for value in made) > 400


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
    assert book[COVER]["A1"].value == "某市某局 2023年度部门决算"
    assert "example-2023.pdf" in book[COVER]["A2"].value
    assert lines["收入总计"][:2] == [300.25, "万元"] and lines["收入总计"][-1] == "第 20 页"
    assert lines["支出总计"][0] == 299
    assert lines["基本支出"][0] == "—"
    assert lines["项目数"][0] == 2
    assert lines["平均得分"][:2] == [75.25, "分"]
    assert "目录列有而正文未见：公开07表“政府性基金预算财政拨款收入支出决算表”" in lines
    links = {row[0].value: row[0].hyperlink.location for row in book[COVER].iter_rows() if row[0].hyperlink}
    assert links == {title: f"'{title}'!A1" for title in ("图表", "收支总表", "绩效自评（项目）", "说明")}


def test_cover_links_every_sheet_and_its_figures_are_formulas(shipped: Any) -> None:
    sheet = shipped[COVER]
    assert [row[0].value for row in sheet.iter_rows() if row[0].hyperlink] == SHEETS[1:]
    formulas = {row[0].value: row[1].value for row in sheet.iter_rows() if row[1].data_type == "f"}
    assert formulas["收入总计"].startswith("='收支总表'!")
    assert formulas["平均得分"].startswith("=AVERAGE('绩效自评（项目）'!")
    assert "COUNTIF(" in formulas["各表合计不符（随数字变动）"]


def test_cover_tells_the_findings_of_the_report_card(tmp_path: Path) -> None:
    path = REPORTS / "synthetic" / "anshan-culture-2024.pdf"
    if not path.is_file():
        pytest.skip(f"no {path}")
    wrong = report(path)
    (tmp_path / "book.xlsx").write_bytes(workbook(path))
    found = wrong.info["card"]["findings"]
    assert found["error"] > 0
    assert (
        cover(tmp_path)["核对未通过（读取报告时）"][0]
        == f"错误 {found['error']}；警告 {found['warning']}；提示 {found['info']}"
    )


def test_cover_without_anything(tmp_path: Path) -> None:
    book = write(tmp_path, {}, {"report_id": "x", "department": None, "year": None})
    assert book[COVER]["A1"].value == "x 年度部门决算" or "x" in book[COVER]["A1"].value
    assert cover(tmp_path)["收入总计"][0] == "—"


# --- English, and all reports ---------------------------------------------------------------


def test_english_headings_and_words() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(RAW, "en")))
    titles = {book.title for book in book.worksheets}
    assert {"Cover", "Charts", "Findings", "Revenue", "Sangong", "Notes"} <= titles
    assert len(titles) == len(SHEETS)
    for title in titles - {"Cover", "Charts", "Notes"}:
        headings = "".join(str(cell.value) for cell in book[title][1] if cell.value)
        assert not any("\u4e00" <= char <= "\u9fff" for char in headings.replace("万元", "")), title
    assert {cell.value for cell in column(book["Findings"], "Severity")} <= {"error", "warning", "note"}


def _shown(book: Any) -> set[str]:
    """What the cells of a workbook show: the names that columns have in the package, and findings by which they are known, aside."""
    texts = set()
    for sheet in book.worksheets:
        unseen = {cell.column for cell in sheet[1] if cell.value in ("编号", "Finding")}
        unseen |= {3} if sheet.title in ("说明", "Notes") else set()
        texts |= {
            cell.value for row in sheet.iter_rows() for cell in row
            if cell.data_type == "s" and isinstance(cell.value, str) and cell.column not in unseen
        }  # fmt: skip
    return texts


def _printed(frames: dict[str, pd.DataFrame]) -> str:
    """All text of a report, and what its figures are called."""
    own = {
        name: frame for name, frame in frames.items() if name not in ("checks", "indicator_scores", "project_scores")
    }
    texts = (frame[column].dropna().astype(str) for frame in own.values() for column in frame.select_dtypes("str"))
    return "\n".join(text for values in texts for text in values.unique())


def _read_aloud(own: Any, lang: Lang) -> set[str]:
    """What the one page shows."""
    with using(lang):
        page = html_of(page_of(summary(own.frames, own.info), own.info))
    return {html.unescape(text) for text in re.split(r"(?s)<style.*?</style>|<[^>]+>", page)}


def test_workbook_and_summary_speak_one_language(shipped: Any) -> None:
    """Words of the other language are the report's own, names of files and forms, and units."""
    own = report(RAW)
    printed = _printed(own.frames)
    names = {RAW.name, "PDF", "parquet", *own.info["forms"], "unknown"}
    foreign = {
        word
        for text in _shown(shipped) | _read_aloud(own, "zh")
        for word in re.findall(r"[A-Za-z][A-Za-z.-]+", text.replace(RAW.name, ""))
    }
    assert {word for word in foreign if word not in printed} - names == set()
    english = openpyxl.load_workbook(BytesIO(workbook(RAW, "en")))
    chinese = {
        run for text in _shown(english) | _read_aloud(own, "en") for run in re.findall(r"[\u4e00-\u9fff]+", text)
    }
    assert {run for run in chinese if run not in printed} - {"定性"} == set()


@needs_shared
@pytest.mark.slow
@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_written_for_every_report_without_losing_an_amount_and_the_same_bytes_again(path: Path, tmp_path: Path) -> None:
    own = report(path)
    write_workbook(own.frames, own.info, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == workbook(path)
    book = openpyxl.load_workbook(tmp_path / "again.xlsx", read_only=True)
    assert book.sheetnames == SHEETS
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


def test_the_command_line_writes_it_in_english_and_again_in_chinese(tmp_path: Path, kept_workers: None) -> None:
    pdf = draw(tmp_path / "small.pdf", [[REVENUE]])
    command = ["run", str(pdf), "--out", str(tmp_path), "--no-notebooks"]
    for more, first, said in (
        (["--lang", "en"], "Cover", ": done"), (["--lang", "en"], "Cover", ": unchanged"), ([], "封面", "：已处理"),
    ):  # fmt: skip
        result = CliRunner().invoke(main, [*command, *more])
        assert result.exit_code == 0
        assert f"small.pdf{said}" in result.output
        book = openpyxl.load_workbook(tmp_path / "small" / "small.xlsx", read_only=True)
        assert book.sheetnames[0] == first
