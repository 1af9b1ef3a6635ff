"""Years side by side: which report counts, changes, the year before as stated, projects followed by name."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from jscore.errors import ReadError
from jscore.library import store, years
from jscore.report import Report
from jscore.text.numbers import half_digit
from tests.made_years import DEPARTMENT, Fact, made
from tests.shared import RAW, REPORTS, needs_shared, report

ALL = "一、收入支出决算总体情况说明"
OWN = "五、一般公共预算财政拨款支出决算情况说明"
CARS = "三、财政拨款“三公”经费支出决算情况说明"


def fact(subject: str, measure: str, value: float, printed: str, section: str = ALL) -> Fact:
    unit = "fraction" if measure in ("yoy_rate", "share") else "万元"
    return subject, measure, value, unit, printed, section


def line(frame: pd.DataFrame, **where: object) -> pd.Series:
    for name, value in where.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1, frame
    return frame.iloc[0]


# --- which report counts ----------------------------------------------------------------


def test_a_corrected_report_counts_once(tmp_path: Path) -> None:
    for name in ("r-2024", "r-2024-更正", "r-2024-v2"):
        made(tmp_path, 2024, report_id=name)
    made(tmp_path, 2023, report_id="r-2023")
    found = years.reports(tmp_path)
    assert list(found.loc[found["counts"], "report_id"]) == ["r-2023", "r-2024-更正"]
    assert found.loc[~found["counts"], "why"].str.contains("采用 r-2024-更正").all()
    assert set(years.lines(tmp_path)["report_id"]) == {"r-2023", "r-2024-更正"}


def test_of_several_without_a_word_the_last_by_name_counts(tmp_path: Path) -> None:
    for number in (2, 9, 10):
        made(tmp_path, 2024, report_id=f"r-{number}")
    made(tmp_path, 2024, report_id="r-3", sha256="r-10")
    found = years.reports(tmp_path)
    assert list(found.loc[found["counts"], "report_id"]) == ["r-10"]
    assert line(found, report_id="r-3")["why"] == "采用 r-10，是同一个 PDF"


def test_reports_without_year_or_department_are_named_and_left_out(tmp_path: Path) -> None:
    made(tmp_path, None, report_id="no-year")
    made(tmp_path, 2024, None, "nobody")
    found = years.reports(tmp_path).set_index("report_id")
    assert found["why"].to_dict() == {"no-year": "没有年度", "nobody": "没有部门名称"}
    assert years.lines(tmp_path).empty and years.changes(tmp_path).empty and years.projects(tmp_path).empty


def test_a_department_is_one_with_and_without_its_province(tmp_path: Path) -> None:
    made(tmp_path, 2023)
    made(tmp_path, 2024, "南河市人社局（本级）", "other-name")
    assert set(years.lines(tmp_path)["department"]) == {"南河市人社局（本级）"}
    assert set(years.lines(tmp_path, DEPARTMENT)["year"]) == {2023, 2024}


# --- changes ----------------------------------------------------------------------------


def test_change_and_rate(tmp_path: Path) -> None:
    made(tmp_path, 2023)
    made(tmp_path, 2024, times=1.5)
    found = years.changes(tmp_path)
    item = line(found, topic=years.EXPENDITURE, form="03", key="2080102")
    assert (item["prior"], item["value"], item["change"], item["rate"]) == (50.02, 75.03, 25.01, pytest.approx(0.5))
    assert "变动大" in item["flags"] and item["tolerance"] == pytest.approx(0.01)
    totals = found[(found["topic"] == years.SANGONG) & (found["key"] == "合计")]
    assert totals["change"].tolist() == [pytest.approx(21.53)]
    assert set(found["topic"]) == set(years.TOPICS) - {years.SCORES}


def test_03_is_never_beside_05(tmp_path: Path) -> None:
    made(tmp_path, 2023)
    made(tmp_path, 2024, times=2.0, without=["03"])
    found = years.changes(tmp_path, topics=[years.EXPENDITURE, years.PARTS])
    assert "03" not in set(found["form"]) and (found.loc[found["form"] == "05", "rate"].round(2) == 1.0).all()
    series = years.series(tmp_path)
    assert years.common_form(series) == "05"
    whole = series[(series["topic"] == years.EXPENDITURE) & (series["key"] == "合计") & (series["form"] == "03")]
    assert list(whole["year"]) == [2023]


def test_a_line_that_began_or_ended_counts_as_0_and_is_flagged(tmp_path: Path) -> None:
    made(tmp_path, 2023)
    made(tmp_path, 2024, without=["07"])
    path = tmp_path / "x-2024" / "revenue.parquet"
    rows = pd.read_parquet(path)
    rows[rows["source"] != "其他收入"].to_parquet(path, index=False)
    found = years.changes(tmp_path)
    other = line(found, topic=years.REVENUE, key="其他收入")
    assert (other["value"], other["change"], "停列" in other["flags"]) == (0.0, -7.0, True)
    assert found[(found["topic"] == years.EXPENDITURE) & (found["form"] == "07")].empty


def test_a_renamed_code_stays_one_line(tmp_path: Path) -> None:
    made(tmp_path, 2018, rename={"2080102": "一般行政管理"})
    made(tmp_path, 2019, times=2)
    item = line(years.changes(tmp_path), topic=years.EXPENDITURE, form="05", key="2080102")
    assert item["item"] == "一般行政管理事务" and "改名" in item["flags"]
    table = years.table(years.series(tmp_path), years.EXPENDITURE, "05")
    assert (table["key"] == "2080102").sum() == 1 and {"2018", "2019", "change", "rate"} <= set(table)


def test_money_that_moved_to_another_code_is_pointed_out(tmp_path: Path) -> None:
    made(tmp_path, 2018)
    made(tmp_path, 2019)
    path = tmp_path / "x-2018" / "expenditure.parquet"
    rows = pd.read_parquet(path)
    rows["function_code"] = rows["function_code"].replace({"2210201": "2299901"})
    rows.to_parquet(path, index=False)
    found = years.changes(tmp_path, topics=[years.EXPENDITURE])
    moved = found[(found["form"] == "05") & found["flags"].str.contains("疑为改码")]
    assert set(moved["key"]) == {"2210201", "2299901"}


def test_a_missing_year_is_passed_over_and_said(tmp_path: Path) -> None:
    made(tmp_path, 2022)
    made(tmp_path, 2024, times=1.1)
    found = years.changes(tmp_path, topics=[years.REVENUE])
    assert set(found["prior_year"]) == {2022} and found["flags"].str.contains("隔年比较").all()


def test_a_table_passes_over_a_year_without_the_line(tmp_path: Path) -> None:
    """2023 is there by one derived figure only; the other lines are beside 2022."""
    made(tmp_path, 2022)
    made(tmp_path, 2024, times=2.0, facts=[
        fact("收入总计", "amount", 446.42, "446.42万元"), fact("收入总计", "yoy_change", 46.42, "46.42万元"),
    ])  # fmt: skip
    compared = years.compared(tmp_path)
    found = years.table(compared.series, years.TOTALS, changes=compared.changes).set_index("key")
    assert list(found)[4:] == ["2022", "2023*", "2024", "change", "rate", "flags"]
    assert found.loc["收入总计", ["change", "flags"]].tolist() == [46.42, "上年为推算"]
    assert found.loc["支出总计", ["change", "rate", "flags"]].tolist() == [223.21, 1.0, "变动大、隔年比较"]


def test_movers_are_the_largest_changes_of_items(tmp_path: Path) -> None:
    made(tmp_path, 2023)
    made(tmp_path, 2024, times=1.5)
    spending = years.changes(tmp_path, topics=[years.EXPENDITURE])
    found = years.movers(spending[spending["form"] == "03"], 2)
    assert list(found["key"]) == ["2080101", "2080102"]


# --- the year before, as stated ---------------------------------------------------------


def test_the_year_before_is_derived_where_its_report_is_missing(tmp_path: Path) -> None:
    made(tmp_path, 2024, facts=[
        fact("收入总计", "amount", 223.21, "223.21万元"), fact("收入总计", "yoy_change", 23.21, "23.21万元"),
        fact("收入总计", "yoy_rate", 0.1161, "11.61%"), fact("机关运行经费", "amount", 30.0, "30万元"),
        fact("机关运行经费", "yoy_rate", 0.25, "25.00%"), fact("公务接待费", "amount", 2.03, "2.03万元", CARS),
        fact("公务接待费 上年", "amount", 2.5, "2.50万元", CARS),
        fact("社会保障和就业支出（类）人力资源和社会保障管理事务（款）行政运行（项）", "amount", 100.01, "100.01万元", OWN),
        fact("社会保障和就业支出（类）人力资源和社会保障管理事务（款）行政运行（项）", "yoy_change", -5.0, "5.00万元", OWN),
    ])  # fmt: skip
    found = years.stated(tmp_path)
    assert {(row.form, row.key): (row.how, row.prior, row.status) for row in found.itertuples()} == {
        ("01", "收入总计"): ("change", 200.0, "skipped"),
        ("说明", "机关运行经费"): ("rate", 24.0, "skipped"),
        ("09", "公务接待费"): ("amount", 2.5, "skipped"),
        ("05", "2080101"): ("change", 105.01, "skipped"),
    }
    assert line(found, key="收入总计")["agrees"] == "是"
    change = line(years.changes(tmp_path), key="收入总计")
    assert (change["prior"], change["flags"]) == (200.0, "上年为推算")
    table = years.table(years.series(tmp_path), years.TOTALS)
    assert table.loc[table["key"] == "收入总计", "2023*"].tolist() == [200.0]


@pytest.mark.slow
@pytest.mark.parametrize(("before", "status"), [(200.0, "pass"), (200.01, "pass"), (200.02, "fail")])
def test_stated_and_printed_years_before_agree_within_rounding(tmp_path: Path, before: float, status: str) -> None:
    """223.21 and 23.21 are each printed to 0.005, and so is the amount of the year before: 0.015 in all."""
    made(tmp_path, 2024, facts=[
        fact("收入总计", "amount", 223.21, "223.21万元"), fact("收入总计", "yoy_change", 23.21, "23.21万元"),
    ])  # fmt: skip
    made(tmp_path, 2023)
    path = tmp_path / "x-2023" / "totals.parquet"
    rows = pd.read_parquet(path)
    rows.loc[(rows["form"] == "01") & (rows["side"] == "收入") & (rows["item"] == "总计"), "amount"] = before
    rows.to_parquet(path, index=False)
    found = line(years.stated(tmp_path), key="收入总计")
    assert (found["reported"], found["status"], found["tolerance"]) == (before, status, pytest.approx(0.015))
    change = line(years.changes(tmp_path), topic=years.TOTALS, key="收入总计")
    assert change["prior"] == before and ("与上年报告不符" in change["flags"]) == (status == "fail")


def test_a_stated_year_before_that_its_table_does_not_list(tmp_path: Path) -> None:
    made(tmp_path, 2024, facts=[
        fact("公务接待费", "amount", 2.03, "2.03万元", CARS), fact("公务接待费", "yoy_change", -0.5, "0.50万元", CARS),
    ])  # fmt: skip
    made(tmp_path, 2023)
    path = tmp_path / "x-2023" / "sangong.parquet"
    rows = pd.read_parquet(path)
    rows.loc[rows["item"] == "公务接待费", "final"] = None
    rows.to_parquet(path, index=False)
    found = line(years.stated(tmp_path), key="公务接待费")
    assert (found["prior"], found["reported"], found["status"]) == (2.53, 0.0, "fail")
    change = line(years.changes(tmp_path), topic=years.SANGONG, key="公务接待费")
    assert change["prior"] == 0.0 and "新增" in change["flags"] and "与上年报告不符" in change["flags"]


def test_a_sentence_that_contradicts_itself_is_marked(tmp_path: Path) -> None:
    made(tmp_path, 2024, facts=[
        fact("收入总计", "amount", 223.21, "223.21万元"), fact("收入总计", "yoy_change", 23.21, "23.21万元"),
        fact("收入总计", "yoy_rate", 0.1261, "12.61%"),
    ])  # fmt: skip
    assert line(years.stated(tmp_path), key="收入总计")["agrees"] == "否"


@pytest.mark.parametrize(
    "facts",
    [
        [fact("收入总计", "amount", 999.0, "999.00万元"), fact("收入总计", "yoy_change", 5.0, "5.00万元")],
        [fact("收入总计 > 项目支出", "yoy_change", 5.0, "5.00万元")],
        [fact("别的事项", "amount", 223.21, "223.21万元"), fact("别的事项", "yoy_change", 5.0, "5.00万元")],
        [fact("机关运行经费", "amount", 5.0, "5万元"), fact("机关运行经费", "yoy_rate", -1.0, "100.00%")],
        [fact("收入总计", "yoy_change", 5.0, "5.00万元"), fact("收入总计", "yoy_change", 9.0, "9.00万元")],
    ],
    ids=[
        "another amount than the line's",
        "part of a reason",
        "no line of that name",
        "a fall of all of it",
        "two changes",
    ],
)
def test_nothing_is_derived_from_a_sentence_that_leaves_it_open(tmp_path: Path, facts: list[Fact]) -> None:
    made(tmp_path, 2024, facts=facts)
    assert years.stated(tmp_path).empty


def test_of_two_changes_the_one_that_the_rate_agrees_with(tmp_path: Path) -> None:
    made(tmp_path, 2024, facts=[
        fact("收入总计", "amount", 223.21, "223.21万元"), fact("收入总计", "yoy_change", 9.0, "9.00万元"),
        fact("收入总计", "yoy_rate", 0.1161, "11.61%"), fact("收入总计", "yoy_change", 23.21, "23.21万元"),
    ])  # fmt: skip
    found = line(years.stated(tmp_path), key="收入总计")
    assert (found["prior"], found["agrees"], found["printed"]) == (200.0, "是", "23.21万元")


def test_rounding_of_printed_figures() -> None:
    halves = {"538.34 万元": 0.005, "5万元": 0.5, "1,234.5元": 0.05e-4, "1.2亿元": 500, "4.30%": 0.00005, "12%": 0.005}
    assert {printed: half_digit(printed, "万元") for printed in halves} == pytest.approx(halves)


# --- projects ---------------------------------------------------------------------------


def test_projects_are_followed_by_name(tmp_path: Path) -> None:
    made(tmp_path, 2024, projects=[
        ("优秀高技能人才项目奖励经费——2024", 10.0, 9.0, 90.0), ("法律顾问专项经费", 5.0, 5.0, 100.0),
        ("企业高技能人才引进培养奖励", 3.0, 0.0, 59.0), ("老旧小区改造", 8.0, 8.0, 95.0),
    ])  # fmt: skip
    made(tmp_path, 2025, projects=[
        ("优秀高技能人才项目奖励经费——2025", 12.0, 6.0, 80.0), ("法律顾问（专项）经费", 5.0, 5.0, 99.0),
        ("企业高技能人才引进奖励", 4.0, 4.0, 100.0), ("全新项目甲", 1.0, 1.0, 100.0),
    ])  # fmt: skip
    found = years.projects(tmp_path)
    now = found[found["year"] == 2025].set_index("project_no")
    assert now["status"].tolist() == ["延续", "延续", "新增", "新增"]
    assert now["how"].tolist()[:3] == ["year", "punctuation", "similar"]
    assert now.loc[1, "confidence"] == 0.95 and now.loc[1, "score_change"] == -10.0
    assert now.loc[3, "candidate"] == "企业高技能人才引进培养奖励" and 0.6 < now.loc[3, "confidence"] < 0.9
    assert pd.isna(now.loc[3, "prior_total_score"]) and pd.isna(now.loc[4, "candidate"])
    before = found[found["year"] == 2024].set_index("project_no")
    assert before["after"].tolist() == ["延续", "延续", "未再列", "未再列"]
    assert before.loc[1, "project_key"] == now.loc[1, "project_key"]
    assert before.loc[1, "latest_name"] == "优秀高技能人才项目奖励经费——2025"
    counted = years.by_status(found).set_index("year").loc[2025]
    assert counted[["projects", "repeated", "begun", "ended", "unsure"]].tolist() == [4, 2, 2, 2, 1]


def test_a_name_that_fits_two_is_joined_to_neither(tmp_path: Path) -> None:
    made(tmp_path, 2023, projects=[("物业管理费（一）", 1.0, 1.0, 90.0), ("物业管理费一", 1.0, 1.0, 80.0)])
    made(tmp_path, 2024, projects=[("物业管理费——一", 1.0, 1.0, 100.0)])
    found = years.projects(tmp_path)
    row = found[found["year"] == 2024].iloc[0]
    assert (row["status"], row["how"], row["candidate"]) == ("待核对", "several", "物业管理费（一）；物业管理费一")
    assert set(found.loc[found["year"] == 2023, "after"]) == {"待核对"}, "neither ended nor went on for sure"
    assert pd.isna(row["score_change"])


def test_a_project_keeps_its_key_over_three_years(tmp_path: Path) -> None:
    for year in (2022, 2023, 2024):
        made(tmp_path, year, projects=[(f"{year}年人才奖励项目", 1.0, 1.0, 90.0), ("别的", 1.0, 1.0, 80.0)])
    found = years.projects(tmp_path)
    assert found.groupby("project_key").size().tolist() == [3, 3]


def test_a_report_without_self_evaluations_is_passed_over(tmp_path: Path) -> None:
    made(tmp_path, 2022, projects=[("甲项目工程", 1.0, 1.0, 90.0)])
    made(tmp_path, 2023)
    made(tmp_path, 2024, projects=[("甲项目工程", 1.0, 1.0, 95.0)])
    row = years.projects(tmp_path).iloc[-1]
    assert (row["status"], row["prior_year"], row["score_change"]) == ("延续", 2022, 5.0)


# --- real layouts -----------------------------------------------------------------------


@needs_shared
def test_the_shipped_report_beside_a_made_up_one(tmp_path: Path) -> None:
    for pdf in (RAW, REPORTS / "synthetic" / "shenyang-hrss-2023.pdf"):
        own = report(pdf)
        (tmp_path / pdf.stem).mkdir()
        store.write(Report(None, own.frames, own.info), tmp_path / pdf.stem)
    assert years.reports(tmp_path)["key"].nunique() == 1
    found = years.changes(tmp_path)
    both = found[(found["year"] == 2024) & (found["topic"] == years.EXPENDITURE)]
    for row in both[both["prior_origin"] == "printed"].itertuples():
        own = [report(RAW), report(REPORTS / "synthetic" / "shenyang-hrss-2023.pdf")]
        printed = [_printed(r.expenditure, row.form, row.key) for r in own]
        assert [row.value, row.prior] == printed
    followed = years.projects(tmp_path)
    assert (followed["status"] == "延续").sum() > 10
    stated = years.stated(tmp_path)
    assert set(stated.loc[stated["year"] == 2024, "status"]) == {"fail"}, "the made-up year is another one's"


def _printed(rows: pd.DataFrame, form: str, key: str) -> float:
    rows = rows[(rows["form"] == form) & (rows["component"] == "合计")]
    rows = rows[rows["level"] == 0] if key == "合计" else rows[rows["function_code"] == key]
    return 0.0 if rows.empty or pd.isna(rows["amount"].iloc[0]) else float(rows["amount"].iloc[0])


def test_the_shipped_report_alone_has_a_derived_year_before(tmp_path: Path) -> None:
    own = report(RAW)
    (tmp_path / RAW.stem).mkdir()
    store.write(Report(None, own.frames, own.info), tmp_path / RAW.stem)
    stated = years.stated(tmp_path)
    assert (stated["status"] == "skipped").all() and (stated["agrees"] == "是").all() and len(stated) >= 5
    facts = own.narrative
    for row in stated.itertuples():
        change = facts[(facts["measure"] == "yoy_change") & (facts["value"] == row.stated)]
        assert len(change) and row.prior == pytest.approx(row.value - row.stated)


def test_a_name_that_no_report_has_is_answered_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    made(tmp_path, 2024, "东山省南河市人力资源和社会保障局（本级）", "nanhe-hrss-2024")
    with pytest.raises(ReadError, match="no processed report of 人社局; did you mean 东山省南河市人力资源和社会保障局"):
        years.series(tmp_path, department="人社局")
    with pytest.raises(ReadError, match="did you mean nanhe-hrss-2024"):
        store.load("nanhe-hrs-2024", tmp_path)
