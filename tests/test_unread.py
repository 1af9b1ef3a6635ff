"""A figure that cannot be read is kept as text, is missing in the frame, and is listed; none is guessed or passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import jscore
from jscore.findings.card_shown import card_rows
from tests.drawn import Table, draw
from tests.test_untrusted import project

HEAD = ["一级指标", "二级指标", "三级指标", "指标值", "全年完成值", "完成程度", "分值", "得分"]


def form(
    indicator: list[str], head: list[str] = HEAD, foot: Sequence[list[str | None]] = (), money: str = "10.50"
) -> Table:
    width = len(head)
    blank: list[str | None] = [None] * width
    rows = [
        (["项目名称", "某项目", *blank])[:width], (["主管部门", "某局", None, "实施单位", "某中心", *blank])[:width],
        (["项目预算金额（万元）", None, money, None, "全年执行数（万元）", "5.25", *blank])[:width], head, indicator,
        (["指标自评得分小计", None, "90", "总分", None, "90", *blank])[:width], *foot,
    ]  # fmt: skip
    return Table(rows, [60] * width, "项目支出绩效自评表", left=30)


def listed(path: Path, table: Table) -> tuple[jscore.Report, list[str], list[str]]:
    """The report, its unread figures and those in no frame, as printed."""
    report = jscore.read(draw(path, [[table]]))
    unread, passed = ([cell["text"] for cell in report.info[name]] for name in ("unread", "not_understood"))
    kept = set(report.cells["text"].dropna())
    assert {*unread, *passed} <= kept
    card = dict(card_rows(report.info))
    assert (card["未能读取的数字"], card["未能归入各表的数字"]) == (str(len(unread)), str(len(passed)))
    return report, unread, passed


ROW = ["产出指标", "数量指标", "完成数", "10.5", "10.5", "100%", "90", "90"]


def test_a_form_that_is_read_whole_lists_nothing(tmp_path: Path) -> None:
    assert listed(tmp_path / "x.pdf", form(ROW))[1:] == ([], [])


@pytest.mark.parametrize("amount", ["1O.50", "10.5.0", "10,50.0", "≈10.50", "十万", "10.50½"])
def test_an_amount_that_is_no_number(tmp_path: Path, amount: str) -> None:
    report, unread, _ = listed(tmp_path / "x.pdf", form(ROW, money=amount))
    assert pd.isna(report.projects.budget[0]) and report.projects.executed[0] == 5.25 and unread == [amount]


def test_points_that_are_no_number(tmp_path: Path) -> None:
    report, unread, _ = listed(tmp_path / "x.pdf", form([*ROW[:-1], "9o"]))
    assert pd.isna(report.indicators.score[0]) and report.indicators.weight[0] == 90 and unread == ["9o"]


@pytest.mark.parametrize("words", ["优", "达到预期指标", "100%以上", "≥95%", "12.5 亩", "2024年12月"])
def test_targets_in_words_are_no_figures(tmp_path: Path, words: str) -> None:
    report, unread, passed = listed(tmp_path / "x.pdf", form([*ROW[:3], words, words, *ROW[5:]]))
    assert report.indicators.target[0] == words and (unread, passed) == ([], [])


@pytest.mark.parametrize("printed, total", [("", None), ("88.75", 88.75)])
def test_the_total_of_the_weights_is_not_that_of_the_scores(tmp_path: Path, printed: str, total: float | None) -> None:
    whole = form(ROW)
    table = replace(whole, rows=[*whole.rows[:-1], ["总分", *[None] * 5, "100", printed]])
    projects = listed(tmp_path / "x.pdf", table)[0].projects
    assert [None if pd.isna(score) else score for score in projects.total_score] == [total]


def test_a_column_that_is_not_known_is_listed(tmp_path: Path) -> None:
    table = form([*ROW, "88.75", "3"], head=[*HEAD, "复核系数", "序"])
    assert listed(tmp_path / "x.pdf", table)[1:] == ([], ["88.75"])


def test_a_label_that_is_not_known_is_listed(tmp_path: Path) -> None:
    table = form(ROW, foot=[["调整系数", None, "0.85", *[None] * 5]])
    report, unread, passed = listed(tmp_path / "x.pdf", table)
    assert report.projects.total_score[0] == 90 and (unread, passed) == ([], ["0.85"])
    assert any("不属于任何数据框" in warning for warning in report.info["warnings"])


def test_the_halves_of_a_row_cut_by_a_page_are_not_listed(tmp_path: Path) -> None:
    whole = project("某项目", 90)
    cut = [*whole.rows[:6], ["效益指标", "社会效益", "满意", ">=", "10", "个", "10", "100", "6.", "6."]]
    rest = [["", "", "度", "", "", "", "", "%", "5", "25"], *whole.rows[7:]]
    pages = [[Table(cut, [52] * 10, whole.title, top=300)], [Table(rest, [52] * 10)]]
    report = jscore.read(draw(tmp_path / "x.pdf", pages))
    assert report.indicators[["weight", "score"]].iloc[-1].tolist() == [6.5, 6.25]
    assert report.info["not_understood"] == [] and report.info["unread"] == []


@pytest.mark.parametrize(
    "completions, doubted", [(["1", "0.9", "7"], ["7"]), (["100", "90", "1"], ["1"]), (["100%", "1", "0.9"], [])]
)
def test_a_completion_that_may_be_a_fraction_or_a_percentage(
    tmp_path: Path, completions: list[str], doubted: list[str]
) -> None:
    whole = form(ROW)
    rows = [[*ROW[:2], f"完成数{i}", *ROW[3:5], rate, "30", "30"] for i, rate in enumerate(completions)]
    report = listed(tmp_path / "x.pdf", replace(whole, rows=[*whole.rows[:4], *rows, *whole.rows[5:]]))[0]
    assert [cell["text"] for cell in report.info["doubtful"]] == doubted
