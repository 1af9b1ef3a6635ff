"""Text of a report is text wherever it goes: workbook, pages, file names; what a PDF wants done is not done."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

import jscore
from jscore.run import all_reports, one_report
from tests.drawn import Table, draw

ROOT = Path(__file__).parents[1]
MARKUP = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
LINK = "[x](javascript:alert(1))"
MATH = r"$\frac{x}{y$"
FORMULAS = ("=1+1", "+1+1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://a.example","x")')
BEGUN = ("=", "+", "-", "@")


def hostile(path: Path) -> Path:
    """A report whose department, items, projects and indicators are all made of text that something might run."""
    department = f"{IMAGE}某市水利局"
    revenue = Table(
        [
            ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "其他收入"],
            ["合计", None, "30.00", "20.00", "10.00"],
            ["208", MARKUP, "30.00", "20.00", "10.00"],
            ["20805", FORMULAS[4], "30.00", "20.00", "10.00"],
            ["2080501", MATH, "20.00", "20.00", ""],
            ["2080502", FORMULAS[3], "10.00", "", "10.00"],
        ],
        [60, 250, 75, 75, 75], "收入决算表", f"部门：{department} 2024年度 单位：万元", left=30,
    )  # fmt: skip
    spending = Table(
        [
            ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
            ["合计", None, "30.00", "20.00", "10.00"],
            ["208", IMAGE, "30.00", "20.00", "10.00"],
            ["20805", "{{7*7}}${7*7}", "30.00", "20.00", "10.00"],
            ["2080501", MATH, "20.00", "20.00", ""],
            ["2080502", FORMULAS[0], "10.00", "", "10.00"],
        ],
        [60, 250, 75, 75, 75], "一般公共预算财政拨款支出决算表", "单位：万元", left=30,
    )  # fmt: skip
    sangong = Table(
        [["项目", "预算数", "决算数"], ["合计", "6.00", "3.69"], ["因公出国（境）费", "", ""], ["公务接待费", "6.00", "3.69"]],
        [200, 80, 80], "财政拨款“三公”经费支出决算表", "单位：万元",
    )  # fmt: skip
    return draw(
        path, [[revenue], [spending], [sangong], [project(MARKUP, 90)], [project(FORMULAS[1] + LINK + MATH, 60)]]
    )


def project(name: str, score: int) -> Table:
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
    rows = [
        ["项目名称", name, *[None] * 8], ["主管部门", IMAGE, *[None] * 8], ["实施单位", MATH, *[None] * 8],
        ["项目预算金额（万元）", None, "10", None, "全年执行数（万元）", None, "5", None, "执行率", "50%"], head,
        ["产出指标", "数量指标", "<u>x", ">=", "10", "<i>", "10", "100%", "50", "50"],
        ["效益指标", "社会效益", "$x^$", "=", "=1+1", "%", "@A1", "100%", "40", "40"],
        ["指标自评得分小计", None, "90", None, "减分项", "0", "总分", None, str(score), None],
    ]  # fmt: skip
    return Table(rows, [52] * 10, "项目支出绩效自评表", top=400)


class Live(HTMLParser):
    """What a page has that a browser would run or fetch, and what it says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "link", "form", "base", "b", "u", "i", "math"):
            self.found.append(tag)
        for name, value in attrs:
            acts = name not in ("alt", "title", "aria-label") and re.search(r"javascript:|url\(", value or "")
            if name.startswith("on") or acts:
                self.found.append(f"{tag} {name}={value}")
            if name in ("src", "href", "srcset", "data") and not (value or "").startswith(("data:image/png;", "#")):
                self.found.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="such a name cannot be made there")
def test_markup_in_a_report_is_shown_and_not_run(tmp_path: Path) -> None:
    pdf = hostile(tmp_path / "<b>name & $x^$.pdf")
    outcome = one_report.process(pdf, one_report.Options(tmp_path / "out", notebooks=ROOT / "notebooks", jobs=2))
    assert (outcome.status, outcome.message) == ("done", "")
    finished = list(all_reports.finish(tmp_path / "out", ROOT / "notebooks"))
    assert [made.failure for made in finished] == ["", ""]  # the library and the data package
    pages = sorted((tmp_path / "out").rglob("*.html"))
    assert len(pages) >= len(list((ROOT / "notebooks").glob("*.ipynb")))
    seen = ""
    for page in pages:
        source = page.read_text(encoding="utf-8")
        live = Live(source)
        assert live.found == [], page.name
        assert "@import" not in source and "url(http" not in source
        seen += live.text
    for text in (MARKUP, IMAGE, MATH, LINK, FORMULAS[0]):
        assert text in seen, text


def test_a_dollar_in_a_name_is_drawn_as_it_is(tmp_path: Path) -> None:
    from matplotlib.text import Text

    from jscore.show import charts

    report = jscore.read(hostile(tmp_path / "x.pdf"))
    ax = charts.expenditure_by_item(report.expenditure)
    ax.figure.canvas.draw()  # a formula that is none would raise ValueError here
    shown = [text for text in ax.figure.findobj(Text) if MATH in text.get_text()]
    assert shown and not any(text.get_parse_math() for text in shown)


def test_formulas_in_a_report_are_text_in_the_workbook(tmp_path: Path) -> None:
    pdf = hostile(tmp_path / "=1+1.pdf")
    assert one_report.process(pdf, one_report.Options(tmp_path / "out")).status == "done"
    book = openpyxl.load_workbook(tmp_path / "out" / "=1+1" / "=1+1.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if str(cell.value).startswith(BEGUN)]
    begun = [cell for cell in cells if cell.data_type != "f"]  # formulas are the workbook's own
    for cell in begun:
        assert cell.data_type == "n" or (cell.data_type == "s" and cell.quotePrefix), (cell.coordinate, cell.value)
    assert not {cell.value for cell in cells if cell.data_type == "f"} & set(FORMULAS)
    assert set(FORMULAS[3:]) <= {cell.value for cell in begun}
    for sheet in book:
        assert not sheet.title.startswith("=")
        for row in sheet.iter_rows():
            for cell in row:
                assert not (cell.hyperlink and cell.hyperlink.target), "a link that leads out of the workbook"
                assert not (cell.comment and cell.comment.text.startswith("="))


@pytest.mark.slow
def test_nothing_in_a_pdf_is_run_or_fetched(tmp_path: Path) -> None:
    """A PDF with scripts, a program to start, addresses and an attachment is read by a process that may do none of it."""
    pdf = hostile(tmp_path / "acts.pdf")
    with pikepdf.open(pdf, allow_overwriting_input=True) as document:
        script = Dictionary(S=Name.JavaScript, JS="app.launchURL('http://a.example'); this.exportDataObject('x');")
        document.Root.OpenAction = script
        document.Root.AA = Dictionary(WC=script)
        document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["x", script])))
        document.attachments["run.sh"] = b"#!/bin/sh\ntouch ran\n"
        page = document.pages[0].obj
        page.AA = Dictionary(O=script)
        page.Annots = Array([
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 500, 800], A=action)
            for action in (
                Dictionary(S=Name.URI, URI="http://a.example/x"), Dictionary(S=Name.Launch, F="run.sh"),
                Dictionary(S=Name.GoToR, F="http://a.example/y.pdf", D=Array([0, Name.Fit])), script,
            )
        ])  # fmt: skip
        document.save(pdf)
    code = """
import sys
import jscore, jscore.reading; jscore.reading.prepare()
def guard(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "webbrowser")):
        raise SystemExit(f"did {event} {arguments}")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & 3:
        raise SystemExit(f"wrote {arguments[0]}")
sys.addaudithook(guard)
print(len(jscore.read(sys.argv[1]).projects))
"""
    run = subprocess.run([sys.executable, "-c", code, str(pdf)], capture_output=True, text=True, cwd=tmp_path)
    assert (run.stdout.strip(), run.stderr) == ("2", "")
    assert [path.name for path in tmp_path.iterdir()] == ["acts.pdf"]


def test_the_card_prints_names_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from jscore.findings.card_shown import print_card

    info = jscore.read(hostile(tmp_path / "x.pdf")).info
    info |= {"report_id": "[/red]\x1b[2J", "department": "[bold]局[/bold]", "warnings": ["[/x] \x07"]}
    print_card(info)
    said = capsys.readouterr().out
    assert r"[/red]\x1b[2J: [bold]局[/bold]" in said and r"注意：[/x] \x07" in said
