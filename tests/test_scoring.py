"""Scores recomputed: the reports' own figures, the rule case by case, and what must hold for any form."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from jscore import schema, scoring
from jscore.language import using
from jscore.scoring import department_scores, doubts, inference
from jscore.scoring.marks import Printed, mark_indicator
from jscore.scoring.rule_sets import RULE_SETS, Cap, RuleSet, Source, register, rule_set
from tests.shared import RAW, REPORTS, needs_shared, report

SHENYANG = rule_set("shenyang-2024")

SYNTHETIC = sorted((REPORTS / "synthetic").glob("*.pdf")) if REPORTS.is_dir() else []


def of_projects(pdf: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The scores of a report's projects: indicators, totals."""
    found = report(pdf)
    scores = found.indicator_scores
    return scores[scores["scope"] == "项目"], found.project_scores


# --- the reports ------------------------------------------------------------------------


def test_every_score_of_2024_is_reproduced() -> None:
    indicators, projects = of_projects(RAW)
    assert (len(indicators), len(projects)) == (256, 32)
    for scores in (indicators, projects):
        assert scores["status"].tolist() == ["pass"] * len(scores)
        assert scores["difference"].abs().max() == 0
    for part in ("indicator_subtotal", "execution_score", "cap"):
        pd.testing.assert_series_equal(
            projects[f"{part}_reported"], projects[f"{part}_recomputed"], check_names=False, rtol=0, atol=1e-9
        )
    off = projects["deduction_reported"] - projects["deduction_recomputed"]
    assert off.abs().max() < 0.0005  # half a hundredth of a per cent of the printed rate, times 10 points


def planted(pdf: Path) -> tuple[set[str], dict[str, str]]:
    """Planted errors of the self-evaluations: names of indicators, and part of the score that departs by project."""
    path = pdf.with_suffix(".planted.json")
    errors = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    own = [error for error in errors if error["where"] == "project"]
    kinds = {"subtotal": "indicator_subtotal", "execution rate": "execution_rate", "full marks": "indicators"}
    part = {error["row"]: next(p for word, p in kinds.items() if word in error["kind"]) for error in own}
    return {error["indicator"] for error in own if "indicator" in error}, part


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize("pdf", SYNTHETIC, ids=lambda path: path.stem)
def test_exactly_the_planted_scores_differ(pdf: Path) -> None:
    indicators, projects = of_projects(pdf)
    named, parts = planted(pdf)
    wrong = indicators[indicators["status"] != "pass"]
    assert set(wrong["level3"]) == named and len(wrong) == len(named)
    off = projects[projects["status"] != "pass"]
    assert dict(zip(off["project"], off["departs"], strict=True)) == parts
    # A wrong indicator makes its project's total wrong; the others leave the totals as they are.
    assert set(projects.loc[projects["difference"] != 0, "project_no"]) == set(wrong["project_no"])


@pytest.mark.parametrize("pdf", [RAW, *SYNTHETIC], ids=lambda path: path.stem)
def test_the_departments_own_form_adds_up(pdf: Path) -> None:
    frames = report(pdf).frames
    total = department_scores.score_department(frames["overall"], frames["tasks"], frames["indicators"])
    tasks = department_scores.score_tasks(frames["tasks"])
    assert total[["weights", "reported", "recomputed", "status"]].values.tolist() == [[100.0, 100.0, 100.0, "pass"]]
    assert tasks["status"].tolist() == ["pass"] * len(frames["tasks"])
    own = report(pdf).indicator_scores
    assert (own.loc[own["scope"] == "部门", "status"] == "pass").all()


@pytest.mark.parametrize(
    ("execution", "weights", "total", "status"),
    [
        # the form's own weight and rate; the rate printed alone; no rate; points that are in the lines already; too many
        ({"budget": 50.0, "executed": 40.0, "execution_score": 16.0, "execution_weight": 20.0}, (50.0, 30.0), 96.0, "pass"),
        ({"execution_rate": 0.5, "execution_score": 5.0}, (50.0, 40.0), 95.0, "pass"),
        ({"execution_score": 9.66, "execution_weight": 10.0}, (50.0, 40.0), 99.66, "pass"),
        ({"budget": 50.0, "executed": 40.0, "execution_score": 8.0}, (60.0, 40.0), 100.0, "pass"),
        ({"budget": 50.0, "executed": 40.0, "execution_score": 10.0, "execution_weight": 10.0}, (50.0, 40.0), 100.0, "fail"),
        ({"budget": 50.0, "executed": 40.0, "execution_score": 16.0, "execution_weight": 20.0}, (None, None), 96.0, "pass"),
    ],
)  # fmt: skip
def test_a_departments_execution_counts_where_it_has_points_of_its_own(
    execution: dict[str, float], weights: tuple[float | None, ...], total: float, status: str
) -> None:
    place = {"page": 1, "table_id": "p1-1", "row": 0}
    overall = schema.from_records("overall", [{"department": "某局", "total_score": total, **execution, **place}])
    scores = [50.0, 30.0] if weights[1] is None else weights
    indicators = schema.from_records("indicators", [
        {"scope": "部门", "indicator_no": number, "level3": f"指标{number}", "operator": ">=", "target": "5", "unit": "次",
         "actual": "5", "completion": 1.0, "weight": weight, "score": score, **place}
        for number, (weight, score) in enumerate(zip(weights, scores, strict=True), 1)
    ])  # fmt: skip
    own = department_scores.score_department(overall, schema.empty("tasks"), indicators, rule_set("national"))
    assert own["status"].tolist() == [status], own["rule"].tolist()


def test_a_panel_is_scored_report_by_report() -> None:
    first = report(RAW).frames
    both = {
        name: pd.concat([frame.assign(report_id=r) for r in ("a", "b")], ignore_index=True)
        for name, frame in first.items()
        if name in ("projects", "indicators", "overall", "tasks")
    }
    projects = scoring.score_projects(both["projects"], both["indicators"])
    assert list(projects)[0] == "report_id" and len(projects) == 64
    pd.testing.assert_frame_equal(
        projects[projects["report_id"] == "a"].drop(columns="report_id"), report(RAW).project_scores
    )
    assert len(scoring.score_indicators(both["indicators"])) == 2 * len(first["indicators"])
    total = department_scores.score_department(both["overall"], both["tasks"], both["indicators"])
    assert total["report_id"].tolist() == ["a", "b"]
    none = scoring.score_projects(both["projects"].head(0), both["indicators"].head(0))
    assert list(none)[0] == "report_id" and none.empty


# --- the rule, case by case -------------------------------------------------------------


def mark(
    weight: Any, operator: str, target: str, actual: str, completion: Any = None, unit: str = "", **rule: Any
) -> tuple[Any, str]:
    printed = Printed(
        None if weight is None else Decimal(str(weight)), operator, target, unit, actual,
        None if completion is None else Decimal(str(completion)),
    )  # fmt: skip
    found = mark_indicator(printed, SHENYANG.replace(**rule) if rule else SHENYANG)
    return None if found.points is None else float(found.points), found.rule


@pytest.mark.parametrize("weight, operator, target, actual, points, rule", [
    (8.3, ">=", "100", "285", 3.3, "目标≥100，实际285，超过目标185%：8.3 × 100% − 5 = 3.3"),
    (20, ">=", "300", "370", 20, "目标≥300，实际370，超过目标23.3%（不到30%）：20 × 100% = 20"),
    (10, ">=", "15", "19", 10, "目标≥15，实际19，超过目标26.7%（不到30%）：10 × 100% = 10"),
    (8.3, ">=", "200", "167", 6.972, "目标≥200，实际167，完成84%：8.3 × 84% = 6.972"),
    (12.5, "=", "50", "35", 3.75, "目标=50，实际35，完成70%，低于目标30%：12.5 × 70% − 5 = 3.75"),
    (8.3, "=", "3000", "1300", 0, "目标=3000，实际1300，完成43%，低于目标56.7%：8.3 × 43% − 5小于0，计0分"),
    (10, "=", "100", "100", 10, "目标=100，实际100，达到目标：10 × 100% = 10"),
    (10, "<=", "5", "3", 10, "目标≤5，实际3，达到目标：10 × 100% = 10"),
    (10, "<=", "5", "10", 5, "目标≤5，实际10，完成50%：10 × 50% = 5"),
])  # fmt: skip
def test_scores_and_the_sentences_that_explain_them(
    weight: float, operator: str, target: str, actual: str, points: float, rule: str
) -> None:
    assert mark(weight, operator, target, actual) == (points, rule)


@pytest.mark.parametrize("operator, target, unit, actual, points", [
    ("≥", "1,000", "人", "1000人", 10), ("", "≥100", "", "50", 5), ("＞", "95%", "%", "95％", 10), ("=", "0", "次", "0", 10),
    ("=", "0", "次", "2", 0), (">=", "0", "", "0", 10), ("<=", "0", "%", "3", 0), (">=", "-5", "", "-3", 10),
])  # fmt: skip
def test_however_figures_are_written(operator: str, target: str, unit: str, actual: str, points: float) -> None:
    assert mark(10, operator, target, actual, unit=unit)[0] == points


@pytest.mark.parametrize("weight, operator, target, actual, completion, points, words", [
    (7, "", "效果良好", "全部或基本达成预期指标100%-80%（含）", 1, 7, "等级区间100%–80%"),
    (7, "", "", "部分达成预期指标80%-60%（含）", 0.7, 4.9, "等级区间80%–60%"),
    (7, "", "", "部分达成预期指标80%-60%（含）", 1, 5.6, "自评表所填完成率100%按区间取80%"),
    (7, "", "", "部分达成预期指标80%-60%（含）", None, None, "可得4.2至5.6分"),
    (7, "", "效果良好", "达成预期指标", 1, 7, "等级区间100%–80%"),
    (7, "", "效果良好", "部分达成年度指标并具有一定效果", 0.7, 4.9, "等级区间80%–60%"),
    (7, "", "效果良好", "未达成", 0.7, 4.2, "按区间取60%"),
    (7, ">=", "良好", "良好", 0.9, 6.3, "目标值“良好”不是数字"),
    (7, ">=", "", "12", 0.5, 3.5, "没有印目标值"),
    (7, ">=", "12", "", None, None, "没有印完成值，也没有印完成率"),
    (7, "", "12", "11", 1, 7, "没有运算符号"),
    (7, ">=", "-5", "-6", None, None, "目标为负而未达到"),
    (None, ">=", "5", "5", 1, None, "没有印分值"),
])  # fmt: skip
def test_what_has_no_numbers_is_scored_as_far_as_it_goes(
    weight: Any, operator: str, target: str, actual: str, completion: Any, points: Any, words: str
) -> None:
    found, rule = mark(weight, operator, target, actual, completion)
    assert found == points and words in rule


def test_a_printed_completion_that_is_another_is_named() -> None:
    assert mark(10, ">=", "95", "47.5", 1) == (
        5,
        "目标≥95，实际47.5，完成50%：10 × 50% = 5（自评表所填完成率为100%）",
    )


def form(indicators: list[dict[str, Any]], **project: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Frames of one project; an indicator is met at weight 10 unless said otherwise."""
    usual = {
        "scope": "项目",
        "project_no": 1,
        "operator": ">=",
        "target": "5",
        "actual": "5",
        "weight": 10.0,
        "score": 10.0,
    }
    place = {"page": 1, "table_id": "p1-1", "row": 0}
    rows = [{**usual, "indicator_no": i, **place, **one} for i, one in enumerate(indicators, 1)]
    money = {"budget": 100.0, "executed": 100.0, "execution_rate": 1.0}
    points = {"indicator_subtotal": 90.0, "execution_score": 10.0, "deduction": 0.0, "total_score": 100.0}
    line = {"project_no": 1, "project": "甲", **money, **points, **place, **project}
    return schema.from_records("projects", [line]), schema.from_records("indicators", rows)


def scored(indicators: list[dict[str, Any]], **project: Any) -> Any:
    scores = scoring.score_projects(*form(indicators, **project), SHENYANG)
    schema.validate("project_scores", scores)
    return scores.fillna({"departs": ""}).iloc[0]


def test_a_total_and_its_parts() -> None:
    row = scored([{}] * 9)
    assert (row["recomputed"], row["status"], row["departs"]) == (100, "pass", "")
    assert row["rule"] == "指标90＋执行率10（10 × 100 / 100）＝100"


def test_a_cap() -> None:
    row = scored([{}] * 9, executed=60.0, execution_rate=0.6, execution_score=6.0, deduction=27.0, total_score=69.0)
    assert (row["recomputed"], row["cap_recomputed"], row["deduction_recomputed"], row["uncapped"]) == (69, 69, 27, 96)
    assert "总分上限69（执行60%，不到80%）：减分项27" in row["rule"] and row["status"] == "pass"


@pytest.mark.parametrize("project, departs", [
    ({"indicator_subtotal": 88.0}, "indicator_subtotal"), ({"execution_rate": 0.7777}, "execution_rate"),
    ({"execution_score": 9.0}, "execution_score"), ({"deduction": 5.0}, "deduction"), ({"total_score": 95.0}, "total_score"),
])  # fmt: skip
def test_an_error_is_named_where_it_is(project: dict[str, float], departs: str) -> None:
    row = scored([{}] * 9, **project)
    assert (row["status"], row["departs"]) == ("fail", departs)


def test_what_cannot_be_scored_says_why() -> None:
    assert "没有总分" in scored([])["rule"]
    assert "分值合计80，不是90" in scored([{}] * 8)["rule"]
    empty = scored([{}] * 9, budget=0.0, executed=0.0, execution_rate=1.0)
    assert empty["recomputed"] == 100 and "所印执行率100%，因预算数为0" in empty["rule"]
    without = scored([{}] * 9, budget=None, executed=None, execution_rate=None)
    assert without["recomputed"] == 100 and "按自评，没有执行率" in without["rule"]
    nothing = scored([{}] * 9, budget=0.0, execution_rate=None, execution_score=None)
    assert nothing["status"] == "skipped" and "没有执行率可计分" in nothing["rule"]
    partly = scored([{}] * 8 + [{"target": "良好", "actual": "尚可"}])
    assert partly["recomputed"] == 100 and "规则算不出第9项，按自评计" in partly["rule"]
    assert "没有印总分" in scored([{}] * 9, total_score=None)["rule"]


def test_rounding_of_the_printed_figures_is_no_finding() -> None:
    third = [{"target": "3", "actual": "2", "weight": 8.3, "score": 5.56}]  # 8.3 × 67% is 5.561
    projects, indicators = form([{}] * 8 + third, indicator_subtotal=85.56, total_score=95.56)
    scores = scoring.score_indicators(indicators)
    assert scores["status"].eq("pass").all() and scores["difference"].iloc[-1] == pytest.approx(-0.001)
    assert scoring.score_projects(projects, indicators)["status"].tolist() == ["pass"]


# --- rule sets --------------------------------------------------------------------------


def test_a_rule_set_is_plain_data() -> None:
    other = SHENYANG.replace(overshoot_penalty=3, caps=[(0.6, 60)])
    assert (dict(other)["overshoot_penalty"], other.caps) == (3, (Cap(Decimal("0.6"), Decimal(60)),))
    assert SHENYANG.overshoot_penalty == 5 and other != SHENYANG
    table = other.table().set_index("parameter")
    assert table.loc["overshoot_penalty", ["value", "known"]].tolist() == ["3", "stated"]
    assert table.loc["caps", "origin"] == "由shenyang-2024改动" and table.loc["indicator_total", "known"] == "printed"


@pytest.mark.parametrize("name", scoring.RULE_SETS)
def test_every_parameter_has_its_source_in_both_languages(name: str) -> None:
    rules = scoring.RULE_SETS[name]
    chinese = rules.table()["origin"]
    with using("en"):
        english = rules.table()["origin"]
        assert rules.called == rules.title_en != ""
    assert set(rules.sources) == set(rules.keys()) and chinese.ne(english).all()
    assert not chinese.str.contains("[A-Za-z]").any() and english.str.contains("[A-Za-z]").all()


def test_another_citys_rule_set() -> None:
    try:
        made = SHENYANG.replace("某市 2025", {"caps": Source("printed", "某市〔2025〕1号")}, caps=[(0.6, 60)])
        other = register(made)
        assert RULE_SETS["某市 2025"] is other
        assert other.table().set_index("parameter").loc["caps", "origin"] == "某市〔2025〕1号"
    finally:
        RULE_SETS.pop("某市 2025", None)


@pytest.mark.parametrize("wrong", [
    {"overshoot_penalty": -1}, {"completion_places": 1.5}, {"over_limit": "half"}, {"miss_threshold": "much"},
    {"sources": {"no_such": Source("printed", "x")}}, {"execution_weight": float("nan")}, {"bare_target": "more"},
])  # fmt: skip
def test_a_rule_set_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        SHENYANG.replace(**wrong)


def test_what_if() -> None:
    frames = report(RAW).projects, report(RAW).indicators
    assert scoring.what_if(*frames, SHENYANG)["change"].abs().max() == 0
    lower = scoring.what_if(*frames, SHENYANG.replace(overshoot_threshold=0.25))
    changed = lower[lower["change"] != 0]
    assert changed.empty  # 19 of 15 would cost 5 twice, in a project that is capped
    higher = scoring.what_if(*frames, SHENYANG.replace(overshoot_threshold=1))
    assert higher.loc[higher["change"] > 0, ["project", "change"]].values.tolist() == [["开展专家服务基层工作", 10.0]]


def test_where_points_go_adds_up() -> None:
    frames = report(RAW).projects, report(RAW).indicators
    flow = scoring.where_points_go(*frames)
    assert flow["points"].iloc[:-1].sum() == pytest.approx(flow["points"].iloc[-1], abs=1e-5)
    assert flow["points"].iloc[-1] == pytest.approx(report(RAW).projects["total_score"].mean(), abs=1e-5)


# --- what must hold for any form --------------------------------------------------------

FIGURES = st.decimals(0, 10_000, places=2, allow_nan=False)
TEXTS = st.one_of(
    FIGURES.map(str),
    st.sampled_from(["", "良好", "未达成", "100%", "≥5", "-3", "部分达成80%-60%(含)", "1e5", "9" * 40, "５０"]),
    st.text(max_size=8),
)
OPERATORS = st.sampled_from(["", "=", ">=", "<=", "≥", "≤", ">", "约"])
WEIGHTS = st.one_of(st.none(), st.decimals(0, 100, places=1).map(float))
RATES = st.one_of(st.none(), st.decimals(0, 2, places=4).map(float))
RULES = st.builds(
    SHENYANG.replace, st.just("any"), overshoot_threshold=st.decimals("0.01", 2, places=2), overshoot_penalty=st.integers(0, 20),
    miss_threshold=st.decimals("0.01", 1, places=2), miss_penalty=st.integers(0, 20), completion_places=st.integers(0, 4),
    over_limit=st.sampled_from(["ratio", "zero"]),
    caps=st.lists(st.tuples(st.decimals(0, 1, places=2), st.integers(30, 90)), max_size=3),
)  # fmt: skip


@pytest.mark.slow
@given(WEIGHTS, OPERATORS, TEXTS, TEXTS, TEXTS, RATES, RULES)
def test_a_score_never_leaves_its_weight(
    weight: float | None, operator: str, target: str, unit: str, actual: str, completion: float | None, rules: RuleSet
) -> None:
    exact = None if weight is None else Decimal(str(weight))
    stated = None if completion is None else Decimal(str(completion))
    found = mark_indicator(Printed(exact, operator, target, unit, actual, stated), rules)
    assert found.rule
    if found.points is not None:
        assert exact is not None and 0 <= found.points <= exact
        assert found.completion is not None and 0 <= found.completion <= 1


@given(st.decimals(1, 30, places=1), st.integers(1, 500), st.integers(0, 1000), st.integers(0, 1000), RULES)
def test_scores_are_monotone_on_either_side_of_the_target(
    weight: Decimal, target: int, a: int, b: int, rules: RuleSet
) -> None:
    low, high = sorted((a, b))

    def points(operator: str, actual: int) -> Decimal:
        found = mark_indicator(Printed(weight, operator, str(target), "", str(actual)), rules).points
        assert found is not None
        return found

    for operator in (">=", "="):
        if high <= target:
            assert points(operator, low) <= points(operator, high)
        if low >= target:
            assert points(operator, low) >= points(operator, high)
    assert points("<=", low) >= points("<=", high)


INDICATOR = st.fixed_dictionaries({
    "operator": OPERATORS, "target": TEXTS, "actual": TEXTS, "weight": WEIGHTS, "score": WEIGHTS, "completion": RATES,
})  # fmt: skip
AMOUNTS = st.one_of(st.none(), st.just(0.0), st.decimals(0, 5000, places=2).map(float))
PROJECT = st.fixed_dictionaries({
    "budget": AMOUNTS, "executed": AMOUNTS, "execution_rate": RATES, "indicator_subtotal": WEIGHTS,
    "execution_score": WEIGHTS, "deduction": WEIGHTS, "total_score": WEIGHTS,
})  # fmt: skip


# A form takes too long for shrinking, which takes minutes.
@pytest.mark.slow
@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(INDICATOR, max_size=5), PROJECT, RULES)
def test_any_form_is_scored_within_its_cap(
    indicators: list[dict[str, Any]], project: dict[str, Any], rules: RuleSet
) -> None:
    frames = form(indicators, **project)
    scores = scoring.score_projects(*frames, rules)
    schema.validate("project_scores", scores)
    schema.validate("indicator_scores", scoring.score_indicators(frames[1], rules))
    row = scores.iloc[0]
    assert row["rule"] and (
        pd.isna(row["cap_recomputed"]) or pd.isna(row["recomputed"]) or row["recomputed"] <= row["cap_recomputed"]
    )
    if pd.notna(row["recomputed"]):
        assert 0 <= row["recomputed"] <= row["uncapped"]
    inference.infer(*frames)
    inference.contradictions(*frames)
    doubts.summary(*frames, schema.empty("projects"), rules)
    scoring.where_points_go(*frames, rules)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.decimals(1, 5000, places=2), st.decimals(0, 1, places=3), st.decimals(0, 1, places=3))
def test_more_execution_never_scores_less(budget: Decimal, a: Decimal, b: Decimal) -> None:
    low, high = sorted((a, b))
    totals = [
        scored([{}] * 9, budget=float(budget), executed=float(round(budget * part, 2)), execution_rate=None)
        for part in (low, high)
    ]
    assert totals[0]["recomputed"] <= totals[1]["recomputed"]


def test_a_total_of_nothing_is_no_cap() -> None:
    indicator = {"operator": "=", "target": "5", "actual": "5", "completion": 1.0, "weight": 2.0, "score": 2.0}
    project = {"budget": 10.0, "executed": 0.0, "execution_rate": 0.0, "indicator_subtotal": 2.0}
    frames = form([indicator], **project, execution_score=0.0, deduction=2.0, total_score=0.0)
    assert not inference.infer(*frames)["parameter"].str.startswith("cap 0").any()
