"""The one page: its facts, the sentences that tell them, and how it is laid out."""

from __future__ import annotations

import base64
import csv
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from jscore import fonts, schema
from jscore.excel import write_workbook
from jscore.language import Lang, tr, using
from jscore.report import Report
from jscore.summary import sentences, write_summary
from jscore.summary.charts import WIDTH, Words, charts
from jscore.summary.facts import main_form, summary
from jscore.summary.page import html_of, page_of
from jscore.summary.pdf import HEADINGS, pdf_of
from tests.shared import RAW, REPORTS, report

PLACE = {"page": 7, "table_id": "p7-1", "row": 1, "col": 1}
INFO: dict[str, Any] = {"report_id": "x-2023", "department": "某市某局", "year": 2023, "page_count": 9, "forms": {}}


def fact(subject: str, measure: str, value: float, unit: str = "万元", page: int = 7) -> dict[str, Any]:
    return {
        "fact_no": 1,
        "subject": subject,
        "measure": measure,
        "value": value,
        "unit": unit,
        "page": page,
        "sentence": "句",
    }


def narrative(*facts: dict[str, Any]) -> dict[str, pd.DataFrame]:
    return {"narrative": schema.from_records("narrative", facts)}


def spending(*lines: tuple[str | None, str, int, str, float], form: str = "03") -> dict[str, pd.DataFrame]:
    rows = [
        {"form": form, "function_code": code, "function_name": name, "level": level, "component": part, "amount": amount, **PLACE}
        for code, name, level, part, amount in lines
    ]  # fmt: skip
    return {"expenditure": schema.from_records("expenditure", rows)}


ACCOUNTS = spending(
    (None, "合计", 0, "合计", 100.0), (None, "合计", 0, "基本支出", 75.0), (None, "合计", 0, "项目支出", 25.0),
    ("205", "教育支出", 1, "合计", 80.0), ("2050101", "行政运行", 3, "合计", 60.0), ("2050102", "事务", 3, "合计", 20.0),
    ("210", "卫生健康支出", 1, "合计", 20.0), ("2101101", "医疗", 3, "合计", 20.0),
)  # fmt: skip


# --- 年初预算 → 决算 ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        # a completion under the whole, the opening budget follows from it
        ([fact("财政拨款支出", "amount", 50.0), fact("财政拨款支出", "budget_completion", 0.8, "fraction"),
          fact("财政拨款支出 > 项目支出", "amount", 20.0),
          fact("财政拨款支出 > 项目支出", "budget_completion", 0.5, "fraction")],
         [("合计", 62.5, 50.0, 0.8, False), ("项目支出", 40.0, 20.0, 0.5, False)]),
        # both stated
        ([fact("一般公共预算财政拨款支出 年初预算", "amount", 40.0), fact("一般公共预算财政拨款支出", "amount", 30.0),
          fact("一般公共预算财政拨款支出", "budget_completion", 0.75, "fraction")],
         [("合计", 40.0, 30.0, 0.75, True)]),
        # the opening budget only, the part by itself; what was spent stands in the table
        ([fact("基本支出 年初预算", "amount", 50.0)], [("基本支出", 50.0, 75.0, 1.5, True)]),
        # an item's completion is not that of the whole, nor is one of another whole
        ([fact("教育支出（类）普通教育（款）行政运行（项）", "budget_completion", 0.3, "fraction"),
          fact("“三公”经费", "budget_completion", 0.3, "fraction"), fact("某项目 > 项目支出", "budget_completion", 0.3, "fraction")], []),
        # nothing was spent of it: the budget cannot be told from the rate
        ([fact("支出合计", "amount", 0.0), fact("支出合计", "budget_completion", 0.0, "fraction")],
         [("合计", None, 0.0, 0.0, False)]),
    ],
)  # fmt: skip
def test_opening_budgets_are_found_by_rule(facts: list[dict[str, Any]], told: list[tuple[Any, ...]]) -> None:
    budgets = summary({**ACCOUNTS, **narrative(*facts)}, INFO).budgets
    assert [(own.label, own.opening, own.final, own.completion, own.stated) for own in budgets] == told


def test_of_the_shipped_report() -> None:
    own = report(RAW)
    facts = summary(own.frames, own.info)
    assert [(b.label, b.completion, b.page) for b in facts.budgets] == [
        ("合计", 0.6876, 6), ("基本支出", 1.188, 6), ("项目支出", 0.5297, 6),
    ]  # fmt: skip
    assert facts.budgets[0].opening - (facts.budget_in_items or 0) == pytest.approx(2430, abs=5)
    assert "项目支出只完成年初预算的53%，基本支出是年初预算的119%" in sentences.headlines(facts)
    assert (facts.spent, facts.basic.value, facts.project.value) == (pytest.approx(13048.64), 5406.93, 7641.71)
    assert {one.label: one.value for one in facts.others} == {
        "机关运行经费": 669.12, "政府采购支出": 42.08, "年初结转和结余": 0, "年末结转和结余": 0, "车辆": 18, "单价100万元以上设备": 0,
    }  # fmt: skip
    assert (facts.scores.projects, sum(facts.scores.grades), facts.scores.unspent) == (32, 32, 15)
    assert len({matter.finding.split(" ")[0] for matter in facts.findings}) == len(facts.findings) == 5
    assert "公开03表“支出决算表”" in facts.missing


# --- other facts ----------------------------------------------------------------------------


def test_the_main_form_is_one_with_figures() -> None:
    both = pd.concat(
        [spending((None, "合计", 0, "合计", 1.0), form=form)["expenditure"] for form in ("05", "03", "08")]
    )
    assert main_form(both) == "03"
    assert main_form(both[both["form"] != "03"]) == "05"
    assert main_form(both[both["form"] == "08"]) is None


def test_classes_and_items_with_their_shares() -> None:
    facts = summary(ACCOUNTS, INFO)
    assert [one.label for one in facts.classes] == ["教育支出", "卫生健康支出"]
    assert [one.value for one in facts.items] == [60, 20, 20]
    assert sentences.composition(facts) == "80%的支出用于教育支出，最大的3个项占支出的100%"
    assert facts.items[0].at == ("expenditure", 4, "amount")


def test_lines_of_several_units_are_not_told_as_the_departments() -> None:
    lines = [("205", "教育支出", 1, "合计", 50.0), ("205", "教育支出", 1, "合计", 30.0)]
    assert summary(spending((None, "合计", 0, "合计", 80.0), *lines), INFO).classes == ()


@pytest.mark.parametrize(
    ("completion", "said"),
    [
        (0.53, "支出只完成年初预算的53%"),
        (0.97, "支出完成年初预算的97%"),
        (1.19, "支出是年初预算的119%"),
        (0.042, "支出只完成年初预算的4.2%"),
    ],
)
def test_a_completion_in_words(completion: float, said: str) -> None:
    frames = narrative(
        fact("财政拨款支出", "amount", 5.0), fact("财政拨款支出", "budget_completion", completion, "fraction")
    )
    assert sentences.budgeting(summary(frames, INFO)) == said


def test_findings_are_one_a_relation_the_weightiest_first() -> None:
    def check(number: int, check_id: str, severity: str, off: float | None) -> dict[str, Any]:
        told = {
            "title": "题",
            "group": "table",
            "status": "fail",
            "message": f"{check_id}不符",
            "unit": "万元",
            "pages": "3, 4",
        }
        own = {
            "check_no": number,
            "check_id": check_id,
            "subject": f"第{number}",
            "severity": severity,
            "difference": off,
        }
        return {**told, **own}

    rows = [
        check(1, "info", "info", 3.0), check(2, "small", "error", 1.0), check(3, "large", "error", -50.0),
        check(4, "large", "error", 20.0), check(5, "words", "warning", None),
    ]  # fmt: skip
    facts = summary({"checks": schema.from_records("checks", rows)}, INFO)
    told = [(matter.finding, matter.alike, matter.pages) for matter in facts.findings]
    assert told[0] == ("large 第3", 2, "3, 4")
    assert [name.split(" ")[0] for name, _, _ in told] == ["large", "small", "info", "words"]
    assert facts.failed == {"error": 3, "warning": 1, "info": 1}
    assert "large不符（同类共2处）" in html_of(page_of(facts, INFO))


def test_without_anything_it_says_so() -> None:
    facts = summary({}, {"report_id": "x", "department": None, "year": None})
    assert sentences.headlines(facts) == ()
    page = page_of(facts, {})
    assert "收入总计" in html_of(page) and "—" in html_of(page)
    assert len(pypdfium2.PdfDocument(pdf_of(page))) == 1


# --- the page -------------------------------------------------------------------------------


def test_the_pdf_is_one_sheet_of_a4_with_the_words_in_it(tmp_path: Path) -> None:
    own = report(RAW)
    write_summary(summary(own.frames, own.info), own.info, tmp_path)
    document = pypdfium2.PdfDocument(tmp_path / "summary.pdf")
    assert len(document) == 1
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    text = re.sub(r"\s", "", document[0].get_textpage().get_text_range())
    page = page_of(summary(own.frames, own.info), own.info)
    for said in (
        page.title,
        *page.headlines,
        *(chart.title for chart in page.charts),
        *(t.sentence for t in page.findings),
    ):
        assert re.sub(r"\s", "", said) in text, said
    assert fonts.MISSING not in text
    write_summary(summary(own.frames, own.info), own.info, tmp_path / "..")
    assert (tmp_path / ".." / "summary.pdf").read_bytes() == (tmp_path / "summary.pdf").read_bytes()


def test_html_and_cover_say_the_same(tmp_path: Path) -> None:
    own = report(RAW)
    write_summary(summary(own.frames, own.info), own.info, tmp_path)
    write_workbook(own.frames, own.info, tmp_path / "x.xlsx")
    html = (tmp_path / "summary.html").read_text(encoding="utf-8")
    rows = openpyxl.load_workbook(tmp_path / "x.xlsx")["封面"].iter_rows(values_only=True)
    cover = "".join(str(value) for row in rows for value in row if value)
    facts = summary(own.frames, own.info)
    for said in sentences.headlines(facts):
        assert said in cover
        assert all(part in html for part in said.split("，", 1)), said
    for matter in facts.findings:
        assert matter.message in cover and matter.message in html
    assert not re.search(r"(src|href)=|url\((?!data:)|<script", html)


def test_hostile_text_is_shown_and_not_run() -> None:
    info = {**INFO, "department": "<script>alert(1)</script>{{7*7}}局"}
    frames = spending((None, "合计", 0, "合计", 1.0), ("205", '"><img src=x onerror=y>', 1, "合计", 1.0))
    html = html_of(page_of(summary(frames, info), info))
    assert "<script" not in html and "<img" not in html and "&lt;script&gt;" in html and "{{7*7}}" in html


def test_a_long_page_is_set_smaller_and_stays_one_sheet() -> None:
    told = {"check_no": 1, "title": "题", "group": "table", "severity": "error", "status": "fail", "unit": "万元"}
    rows = [{**told, "check_id": f"c{n}", "message": "很长的说明" * 60} for n in range(5)]
    frames = {**ACCOUNTS, "checks": schema.from_records("checks", rows)}
    info = {**INFO, "department": "名称很长的局" * 9}
    document = pypdfium2.PdfDocument(pdf_of(page_of(summary(frames, info), info)))
    assert len(document) == 1
    assert "目录所列各表" in document[0].get_textpage().get_text_range()


def test_letters_of_charts_are_legible_on_a_phone() -> None:
    own = report(RAW)
    for chart in page_of(summary(own.frames, own.info), own.info).charts:
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', chart.svg)]
        assert min(sizes) * 320 / 360 >= 9
        xs = [float(x) for x in re.findall(r' x="(-?[\d.]+)"', chart.svg)]
        assert min(xs) >= 0 and max(xs) <= 360


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_labels_of_bars_end_within_their_chart(lang: Lang) -> None:
    own = report(RAW)
    with using(lang):
        drawn = charts(summary(own.frames, own.info))
    for chart in drawn:
        for words in chart.marks:
            if isinstance(words, Words) and words.at == "start":
                assert words.x + fonts.width(words.text) * words.size * 0.55 <= WIDTH, words.text


def test_the_budget_that_stands_in_no_item_is_told_under_the_chart_of_budgets() -> None:
    own = report(RAW)
    page = page_of(summary(own.frames, own.info), own.info)
    assert page.charts[0].notes[0].startswith("年初预算中约2,427万元不在所列的项中")
    assert page.charts[0].notes[0] in html_of(page) and not any(chart.notes for chart in page.charts[1:])


@pytest.mark.slow
def test_every_character_that_the_reports_use_is_drawn() -> None:
    """Those that a report shows as itself: not what stands for characters in fonts that do not say what they draw."""
    lacking = {}
    for path in [RAW, *REPORTS.glob("real/*.pdf"), *REPORTS.glob("world/*.pdf"), *REPORTS.glob("synthetic/*.pdf")]:
        for page in pypdfium2.PdfDocument(path):
            text = set(page.get_textpage().get_text_range())
            lacking |= {c: path.name for c in text if ord(c) > 32 and c.isprintable() and not fonts.is_drawn(c)}
    assert lacking == {}


def test_rare_characters_of_place_names_are_drawn() -> None:
    names = "堽洣垱岽峂圙甪睢亳郏塱塝垴氹崬屲礐菵鮀𬒈𬇙墈埇峁崾岘嶝垭埫堌塅嶂嵖崀滘漖灞畲砀磜箐邗邛鄣陉雒颍魋"
    assert [character for character in names if not fonts.is_drawn(character)] == []
    frames = spending((None, "合计", 0, "合计", 1.0), ("205", names, 1, "合计", 1.0))
    info = {**INFO, "department": names}
    text = pypdfium2.PdfDocument(pdf_of(page_of(summary(frames, info), info)))[0].get_textpage().get_text_range()
    assert set(names) <= set(text)


def test_the_sheet_has_all_characters_it_shows(caplog: pytest.LogCaptureFixture) -> None:
    for lang in ("zh", "en"):
        with using(lang):
            own = page_of(summary({}, INFO), {**INFO, "source": "报告\u2003—\u3000☑亳\x07.pdf"})
            text = pypdfium2.PdfDocument(pdf_of(own))[0].get_textpage().get_text_range()
            assert tr(HEADINGS[1]) in text and "亳" in text
    assert not caplog.records


def test_a_page_brings_the_characters_it_shows() -> None:
    page = fonts.with_fonts("<head></head><p>部门决算 㟃 abc</p><img src='data:image/png;base64,AAAA'>")
    drawn = set()
    for data in re.findall(r"data:font/woff;base64,([^)]*)", page):
        drawn |= set(TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap())
    assert drawn == set(map(ord, "部门决算㟃"))
    plain = "<head></head><p>abc</p>"
    assert fonts.with_fonts(plain) == plain


def test_in_english() -> None:
    own = report(RAW)
    with using("en"):
        page = page_of(summary(own.frames, own.info), own.info)
    assert all(text[0] == text[0].upper() for text in (*page.headlines, *(chart.title for chart in page.charts)))
    assert page.headlines[0] == "13,048.64 万元 spent in 2024, 4.3% more than the year before"
    assert page.charts[0].title.startswith("项目支出 reached only 53% of the opening budget")


# --- frames as files ------------------------------------------------------------------------


def test_frames_as_csv_that_excel_reads(tmp_path: Path) -> None:
    frames = {**ACCOUNTS, "mine": pd.DataFrame({"a": ["=1+1", None], "b": [1.5, None]})}
    paths = Report(None, frames, INFO).to_csv(tmp_path / "out")
    assert sorted(path.name for path in paths) == ["expenditure.csv", "mine.csv"]
    data = (tmp_path / "out" / "expenditure.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    assert rows[0][:3] == ["表", "功能分类科目编码", "科目名称"] and any("万元" in heading for heading in rows[0])
    assert rows[4][1:3] == ["205", "教育支出"]
    assert list(csv.reader((tmp_path / "out" / "mine.csv").read_text("utf-8-sig").splitlines())) == [
        ["a", "b"], ["'=1+1", "1.5"], ["", ""],
    ]  # fmt: skip
