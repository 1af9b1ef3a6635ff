"""What the scores hide, and how the notebook shows it: evidence, charts, what another rule set changes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from jscore import schema, scoring
from jscore.relations import summaries
from jscore.scoring import department_scores, doubts, inference
from jscore.scoring.rule_sets import rule_set
from jscore.show import score_charts, walkthrough
from tests.shared import RAW, REPORTS, needs_shared, report

SHENYANG = rule_set("shenyang-2024")

PLACE = {"page": 1, "table_id": "p1-1", "row": 0}


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    return report(RAW).projects, report(RAW).indicators


def made(*indicators: dict[str, Any], **project: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Frames of one project that executed nothing, its indicators met at weight 10 unless said otherwise."""
    usual = {
        "scope": "项目", "project_no": 1, "level1": "产出指标", "level2": "数量指标", "level3": "数量", "operator": ">=",
        "target": "5", "actual": "5", "completion": 1.0, "weight": 10.0, "score": 10.0, **PLACE,
    }  # fmt: skip
    line = {"project_no": 1, "project": "人才奖励", "budget": 100.0, "executed": 0.0, "total_score": 59.0, **PLACE}
    rows = [{**usual, "indicator_no": i, **one} for i, one in enumerate(indicators, 1)]
    return schema.from_records("projects", [{**line, **project}]), schema.from_records("indicators", rows)


# --- the report of 2024 -----------------------------------------------------------------


def test_complete_without_money() -> None:
    found = doubts.complete_without_money(*frames())
    assert (found["executed"] == 0).all() and (found["score"] > 0).all()
    assert set(found["level1"]) == {"产出指标", "效益指标"}
    assert found["project_no"].nunique() == (report(RAW).projects["executed"] == 0).sum() == 15


def test_paid_without_money() -> None:
    found = doubts.paid_without_money(*frames())
    assert {"资金发放率", "补助资金拨付到位率", "人才补助资金发放率", "拨付资金金额"} <= set(found["level3"])
    assert not found["level3"].str.contains("合规|使用效益").any()


def test_the_narrative_against_the_forms() -> None:
    found = summaries.told_otherwise(report(RAW).frames).set_index("project")
    assert found.loc["人才贡献专项奖励", ["what", "stated", "on_form"]].tolist() == ["executed", 2606.8, 0]
    failed = report(RAW).findings
    assert len(found) == failed["check_id"].str.match("summary.(score|budget|executed|rate|spent)").sum() == 5
    assert "沈阳市职业技能竞赛" not in found.index  # 865.99 in both
    row = found.reset_index().iloc[0]
    assert report(RAW).show("narrative", row).width > 100


@needs_shared
def test_a_planted_score_of_the_narrative_is_found() -> None:
    planted = report(REPORTS / "synthetic" / "anshan-culture-2024.pdf")
    found = summaries.told_otherwise(planted.frames)
    assert found[["project_no", "what", "stated", "on_form"]].values.tolist() == [
        [1, "total_score", 62, 59], [3, "execution_rate", 1, 0.7777],
    ]  # fmt: skip


def test_uncapped_totals() -> None:
    found = doubts.uncapped(*frames())
    capped = found[found["lost_to_cap"] > 0]
    assert len(capped) == (report(RAW).projects["deduction"] > 0).sum()
    assert (capped["uncapped"] > capped["cap"]).all() and (capped["reported"] == capped["cap"]).all()


def test_every_finding_has_its_place_on_the_page() -> None:
    shipped = report(RAW)
    for found in (
        doubts.complete_without_money(*frames()), doubts.paid_without_money(*frames()), doubts.easy_targets(*frames()),
        doubts.overshoots(*frames()),
    ):  # fmt: skip
        place = shipped.locate("indicators", found.iloc[0])
        assert place.page == found["page"].iloc[0]


def test_the_summary_has_a_row_a_project() -> None:
    found = doubts.summary(*frames(), summaries.told_otherwise(report(RAW).frames))
    assert sorted(found["project_no"]) == list(range(1, 33))
    by_no = found.set_index("project")
    assert by_no.loc["人才贡献专项奖励", ["narrative", "flags"]].tolist() == [1, 4]
    assert found["band_share"].max() == pytest.approx(32.5 / 90)


# --- case by case -----------------------------------------------------------------------


@pytest.mark.parametrize("indicator, met_by", [
    ({"target": "0"}, "any actual"), ({"operator": "<=", "target": "100", "unit": "%", "level3": "覆盖率"}, "any actual"),
    ({"operator": "<=", "target": "100", "unit": "%", "level3": "在职人员控制率"}, "doing nothing"),
    ({"target": "1", "unit": "次"}, "anything but none"), ({"target": "1", "unit": "%"}, ""), ({"target": "2", "unit": "年"}, ""),
    ({"operator": "=", "target": "0"}, "doing nothing"), ({"operator": "<=", "target": "20"}, "doing nothing"),
    ({"operator": None, "target": None, "actual": "全部达成100%-80%（含）"}, "no target"), ({"operator": None, "target": "良好"}, ""),
])  # fmt: skip
def test_targets_that_almost_any_actual_meets(indicator: dict[str, Any], met_by: str) -> None:
    assert doubts.easy_targets(*made(indicator))["met_by"].tolist() == ([met_by] if met_by else [])


@pytest.mark.parametrize("name, paid", [
    ("资金发放率", True), ("补助资金拨付到位率", True), ("发放奖补资金单位数", True), ("领取人才补助的人次", True),
    ("资金使用合规率", False), ("发挥资金使用效益", False), ("政策知晓率", False),
])  # fmt: skip
def test_indicators_of_money_paid_are_known_by_name(name: str, paid: bool) -> None:
    assert len(doubts.paid_without_money(*made({"level3": name}))) == paid
    assert doubts.paid_without_money(*made({"level3": name}, executed=50.0)).empty
    assert len(doubts.paid_without_money(*made({"level3": name}, executed=1.0), at_most=0.01)) == paid


def test_claims_that_scored_nothing_or_are_satisfaction_are_left_out() -> None:
    satisfied = {"level1": "满意度指标", "level2": "服务对象满意度指标"}
    assert doubts.complete_without_money(*made({"score": 0.0}, satisfied, {"actual": "4"})).empty
    assert doubts.complete_without_money(*made({}, executed=None)).empty


def test_overshoots_and_what_the_rule_takes() -> None:
    found = doubts.overshoots(*made({"actual": "20"}, {"actual": "6"}, {"operator": "<=", "actual": "3"}, {}), SHENYANG)
    assert found[["excess", "penalty"]].values.tolist() == [[3.0, 5.0], [pytest.approx(0.2), 0.0]]


def test_shares_that_rest_on_bands() -> None:
    banded = {"operator": None, "target": "好", "actual": "全部达成100%-80%（含）", "score": 30.0}
    found = doubts.band_share(*made(banded, {}, {"actual": "6"}))
    assert found[["points", "band_points", "band_share", "to_the_digit", "numeric"]].values.tolist() == [
        [50, 30, 0.6, 1, 2]
    ]


def test_empty_frames_give_answers_without_rows() -> None:
    frames_ = {name: schema.empty(name) for name in schema.FRAMES}
    for answer in answers(frames_["projects"], frames_["indicators"], summaries.told_otherwise(frames_)):
        assert answer.empty or set(answer) >= {"parameter"}


def answers(projects: pd.DataFrame, indicators: pd.DataFrame, otherwise: pd.DataFrame) -> list[pd.DataFrame]:
    """Every frame that the notebook shows of the scores."""
    return [
        doubts.complete_without_money(projects, indicators), doubts.paid_without_money(projects, indicators),
        doubts.easy_targets(projects, indicators), doubts.overshoots(projects, indicators),
        doubts.band_share(projects, indicators), doubts.uncapped(projects, indicators),
        doubts.bands_against_targets(projects, indicators), doubts.exact_actuals(projects, indicators),
        doubts.same_indicators(projects, indicators), doubts.grades_against_scores(projects),
        otherwise, doubts.summary(projects, indicators, otherwise),
        scoring.where_points_go(projects, indicators), scoring.what_if(projects, indicators, SHENYANG),
        inference.infer(projects, indicators), inference.evidence(projects, indicators),
        inference.contradictions(projects, indicators), SHENYANG.table(),
    ]  # fmt: skip


def test_every_column_of_every_answer_is_described() -> None:
    shipped = report(RAW)
    own = department_scores.score_department(shipped.overall, shipped.tasks, shipped.indicators)
    for answer in [
        *answers(*frames(), summaries.told_otherwise(shipped.frames)),
        own,
        department_scores.score_tasks(shipped.tasks),
    ]:
        for name in answer:
            assert schema.column(str(name)).meaning, name


# --- charts -----------------------------------------------------------------------------


def charts(projects: pd.DataFrame, indicators: pd.DataFrame) -> list[Axes]:
    scores = scoring.score_projects(projects, indicators)
    evidence, inferred = inference.evidence(projects, indicators), inference.infer(projects, indicators)
    return [
        score_charts.where_points_go(scoring.where_points_go(projects, indicators)),
        score_charts.score_against_execution(projects, scores),
        *(score_charts.clues(evidence, inferred, name) for name in ("overshoot_threshold", "miss_penalty", "cap 69: below")),
    ]  # fmt: skip


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


@pytest.mark.slow
def test_charts_draw_every_character() -> None:
    for ax in charts(*frames()):
        assert "无数据" not in words(ax)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ax.figure.savefig(BytesIO(), format="png", dpi=40)


def test_charts_without_data_say_so() -> None:
    for ax in charts(schema.empty("projects"), schema.empty("indicators")):
        assert words(ax) == ["无数据"]


def test_the_caps_are_drawn_in() -> None:
    projects, indicators = frames()
    ax = score_charts.score_against_execution(
        projects, scoring.score_projects(projects, indicators, SHENYANG), SHENYANG
    )
    assert {"上限59", "上限69"} <= set(words(ax))


# --- what the notebook shows ------------------------------------------------------------


def test_crops_show_a_line_a_project() -> None:
    shipped = report(RAW)
    shown = walkthrough.crops(shipped, doubts.paid_without_money(*frames()), none="none", count=2)
    assert shown.html.count("data:image/png") == 2 and "执行数0.00 万元" in shown.text
    said = walkthrough.crops(shipped, summaries.told_otherwise(shipped.frames), none="none")
    assert "情况说明2,606.80，自评表0.00（第" in said.text
    assert walkthrough.crops(shipped, schema.empty("indicators"), none="nothing here").text == "nothing here"


def test_what_if_in_a_plain_cell() -> None:
    shown = walkthrough.what_if(*frames(), SHENYANG, caps=[])
    assert "总分上限 执行率低于50%至多59分，执行率低于80%至多69分 → 无：32个总分中有21个改变" in shown.text
    assert "32个总分中有0个改变" in walkthrough.what_if(*frames()).text
    assert "没有打了分的项目" in walkthrough.what_if(schema.empty("projects"), schema.empty("indicators"), caps=[]).text


def test_sliders_do_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    widgets = pytest.importorskip("ipywidgets")
    monkeypatch.setattr(walkthrough, "front_end", lambda: widgets)
    box = walkthrough.panel(*frames(), SHENYANG)
    *sliders, output = box.children
    assert len(sliders) == 9
    assert "32个总分中有0个改变" in str(output.outputs)
    sliders[0].value = 1.0
    assert "超额阈值 30% → 100%：32个总分中有1个改变" in str(output.outputs)


def test_without_a_front_end_the_panel_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "改数值" in walkthrough.panel(*frames(), SHENYANG).text
