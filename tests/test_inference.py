"""The rule recovered from forms alone: from the report's, from several together, from generated ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from jscore import schema, scoring
from jscore.scoring import inference
from jscore.scoring.evidence import clues
from jscore.scoring.intervals import Span, meeting, simplest
from jscore.scoring.rule_sets import Cap, RuleSet, rule_set
from tests.shared import RAW, REPORTS, needs_shared, report

SHENYANG = rule_set("shenyang-2024")

SYNTHETIC = sorted((REPORTS / "synthetic").glob("*.pdf")) if REPORTS.is_dir() else []
Frames = tuple[pd.DataFrame, pd.DataFrame]


def found(frames: Frames) -> pd.DataFrame:
    return inference.infer(*frames, SHENYANG).set_index("parameter")


def of_report(pdf: Any) -> Frames:
    return report(pdf).projects, report(pdf).indicators


# --- the reports ------------------------------------------------------------------------


def test_what_the_forms_of_2024_say() -> None:
    inferred = found(of_report(RAW))
    assert inferred["interval"].drop(["execution_weight", "overshoot_penalty", "miss_penalty"]).to_dict() == {
        "indicator_total": "90", "execution_places": "2", "completion_places": "2", "subtotal_places": "2",
        "overshoot_threshold": "(26.7%, 75%]", "miss_threshold": "(0%, 30%]", "over_limit": "not identified",
        "cap 59: total": "59", "cap 59: below": "(32.2%, 50%]", "cap 69: total": "69", "cap 69: below": "(59.2%, 81.4%]",
    }  # fmt: skip
    for parameter, value in (("execution_weight", 10), ("overshoot_penalty", 5), ("miss_penalty", 5)):
        assert inferred.loc[parameter, "low"] < value < inferred.loc[parameter, "high"]
    assert inferred["contradicting"].sum() == 0
    assert inferred.loc["overshoot_threshold", ["forms", "verdict"]].tolist() == [62, "interval"]
    assert "目标≥8，实际14" in inferred.loc["overshoot_threshold", "pinned_by"]
    assert inference.best_rule_set(*of_report(RAW)) == SHENYANG
    assert inference.contradictions(*of_report(RAW)).empty


@needs_shared
def test_reports_together_say_more() -> None:
    pdfs = [RAW, *SYNTHETIC]
    projects, indicators = (
        pd.concat([report(pdf).frames[name].assign(report_id=pdf.stem) for pdf in pdfs], ignore_index=True)
        for name in ("projects", "indicators")
    )
    inferred = found((projects, indicators))
    alone = found(of_report(RAW))
    for parameter in ("overshoot_threshold", "cap 59: below", "cap 69: below"):
        both = inferred.loc[parameter, ["low", "high"]], alone.loc[parameter, ["low", "high"]]
        assert both[0]["high"] - both[0]["low"] < both[1]["high"] - both[1]["low"]
    assert inferred["forms"].sum() > alone["forms"].sum()
    against = inference.contradictions(projects, indicators, inference.best_rule_set(projects, indicators, SHENYANG))
    assert set(against["report_id"]) == {pdf.stem for pdf in pdfs if pdf.with_suffix(".planted.json").is_file()}
    evidence = inference.evidence(projects, indicators)
    assert set(evidence["report_id"]) == {pdf.stem for pdf in pdfs}
    assert (evidence["agrees"] == "no").sum() == inferred["contradicting"].sum() == 1


def test_a_report_without_forms_identifies_nothing() -> None:
    inferred = found((schema.empty("projects"), schema.empty("indicators")))
    assert set(inferred["verdict"]) == {"not identified"} and inferred["forms"].sum() == 0
    assert inference.evidence(schema.empty("projects"), schema.empty("indicators")).empty
    assert inference.best_rule_set(schema.empty("projects"), schema.empty("indicators")) == rule_set("national")


# --- generated forms --------------------------------------------------------------------

PLACE = {"page": 1, "table_id": "p1-1", "row": 0}


def generated(rules: RuleSet, data: list[dict[str, Any]]) -> Frames:
    """Forms with the figures ``data``, scored by ``rules``: what they then report."""
    indicators = schema.from_records("indicators", [
        {"scope": "项目", "project_no": number, "indicator_no": i, **PLACE, **one}
        for number, form in enumerate(data, 1) for i, one in enumerate(form["indicators"], 1)
    ])  # fmt: skip
    projects = schema.from_records("projects", [
        {"project_no": number, "project": str(number), **PLACE, "budget": form["budget"], "executed": form["executed"],
         "execution_rate": round(form["executed"] / form["budget"], 4), "deduction": 0.0}
        for number, form in enumerate(data, 1)
    ])  # fmt: skip
    indicators["score"] = scoring.score_indicators(indicators, rules)["recomputed"]
    scores = scoring.score_projects(projects, indicators, rules)
    for column in ("indicator_subtotal", "execution_score", "deduction"):
        projects[column] = scores[f"{column}_recomputed"]
    projects["total_score"] = scores["recomputed"]
    return projects, indicators


NUMERIC = st.builds(
    lambda operator, target, actual, weight: {"operator": operator, "target": str(target), "actual": str(actual), "weight": weight},
    st.sampled_from([">=", "=", "<="]), st.integers(1, 300), st.integers(0, 900), st.sampled_from([7.1, 8.3, 10.0, 12.5, 20.0]),
)  # fmt: skip
#: Tells how completion is rounded: two thirds.
TELLING = {"operator": ">=", "target": "3", "actual": "2", "weight": 10.0}
FORMS = st.lists(
    st.fixed_dictionaries({
        "indicators": st.lists(NUMERIC, min_size=3, max_size=7).map(lambda own: [TELLING, *own]),
        "budget": st.integers(1000, 90_000).map(lambda cents: cents / 100),
        "share": st.integers(0, 1000).map(lambda share: share / 1000),
    }),
    min_size=2, max_size=10,
).map(lambda forms: [{**form, "executed": round(form["budget"] * form["share"], 2)} for form in forms])  # fmt: skip
RULES = st.builds(
    lambda belows, totals, **given: SHENYANG.replace("generated", caps=list(zip(sorted(belows), sorted(totals), strict=True)), **given),  # type: ignore[arg-type]
    st.lists(st.integers(1, 19).map(lambda n: n / 20), min_size=2, max_size=2, unique=True),
    st.lists(st.integers(30, 80), min_size=2, max_size=2, unique=True),
    overshoot_threshold=st.integers(2, 40).map(lambda n: n / 20), overshoot_penalty=st.integers(1, 9),
    miss_threshold=st.integers(2, 19).map(lambda n: n / 20), miss_penalty=st.integers(1, 9),
    completion_places=st.integers(2, 3), execution_weight=st.just(10), over_limit=st.sampled_from(["ratio", "zero"]),
)  # fmt: skip


def true_value(rules: RuleSet, parameter: str) -> Decimal | None:
    """What ``rules`` has for a parameter of ``infer``; None for a cap that it does not have."""
    if parameter == "over_limit":
        return Decimal(rules.over_limit == "ratio")
    if not parameter.startswith("cap "):
        return Decimal(rules[parameter])
    level = Decimal(parameter.split()[1].rstrip(":"))
    cap = next((cap for cap in rules.caps if cap.total == level), None)
    return None if cap is None else cap.total if parameter.endswith("total") else cap.below


# Without shrinking, which would take minutes on forms.
@pytest.mark.slow
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(RULES, FORMS)
def test_the_parameters_of_generated_forms_are_recovered(rules: RuleSet, data: list[dict[str, Any]]) -> None:
    frames = generated(rules, data)
    by_parameter: dict[str, list[Span]] = {}
    for clue in clues(*frames, SHENYANG):
        by_parameter.setdefault(clue.parameter, []).append(clue.span)
    for parameter, spans in by_parameter.items():
        true = true_value(rules, parameter)
        if parameter != "indicator_total" and true is not None:
            assert meeting(spans, true).holds(true), parameter
            assert all(span.holds(true) for span in spans), parameter
    inferred = found(frames).drop("indicator_total")
    assert inferred["contradicting"].sum() == 0
    best = inference.best_rule_set(*frames, SHENYANG)
    against = inference.contradictions(*frames, best)
    assert against.empty, against.to_string()


def test_a_cap_that_takes_a_hundredth_off_is_one() -> None:
    met = {"operator": "=", "target": "3", "actual": "3"}
    rules = SHENYANG.replace("generated", caps=[(0.1, 46), (0.5, 73)])
    data = [
        {"indicators": [{**met, "weight": weight}], "budget": 10.0, "executed": executed}
        for weight, executed in ((45.11, 0.9), (80.0, 4.0))
    ]
    frames = generated(rules, data)
    assert frames[0]["deduction"].round(2).tolist() == [0.01, 11.0]
    assert inference.contradictions(*frames).empty


@pytest.mark.parametrize("weights", [[20.0] * 5, [10.0] * 10, [50.0, 30.0, 20.0]], ids=len)
@pytest.mark.parametrize("others", [0, 2], ids=["all", "some"])
def test_forms_that_give_the_execution_rate_no_points_contradict_no_rule(weights: list[float], others: int) -> None:
    """Whether the rest of the forms say that indicators have 100 points, or fewer."""
    data = [
        {
            "indicators": [{**TELLING, "actual": "3", "weight": weight} for weight in own],
            "budget": 100.0,
            "executed": executed,
        }
        for own, executed in (*[(weights, 50.0), (weights, 95.0)], *[([10.0] * 9, 80.0)] * others)
    ]
    frames = generated(rule_set("national"), data)
    assert frames[0]["execution_score"].isna().sum() == 2
    assert inference.contradictions(*frames).empty


def test_a_wrong_form_is_told_from_the_rest() -> None:
    over = {"operator": ">=", "target": "100", "weight": 10.0}
    data = [
        {"indicators": [{**over, "actual": str(actual)} for actual in actuals], "budget": 100.0, "executed": 100.0}
        for actuals in ((110, 120, 130), (150, 160, 200), (125, 140, 170))
    ]
    projects, indicators = generated(
        SHENYANG.replace("x", overshoot_threshold=Decimal("0.45"), overshoot_penalty=Decimal(4)), data
    )
    inferred = found((projects, indicators))
    assert inferred.loc["overshoot_threshold", "interval"] == "(40%, 50%]"
    indicators.loc[5, "score"] = 10.0  # 200 of 100 costs nothing here
    inferred = found((projects, indicators))
    assert inferred.loc["overshoot_threshold", ["interval", "contradicting"]].tolist() == ["(40%, 50%]", 1]
    against = inference.contradictions(projects, indicators, inference.best_rule_set(projects, indicators, SHENYANG))
    assert against[["project_no", "indicator_no"]].astype(object).where(
        against["indicator_no"].notna(), None
    ).values.tolist()[0] == [2, 3]
    assert "目标≥100，实际200" in against["rule"].iloc[0]


def test_caps_that_are_elsewhere_replace_the_defaults() -> None:
    data = [
        {"indicators": [{**TELLING, "actual": "3"}] * 9, "budget": 100.0, "executed": executed}
        for executed in (0.0, 30.0, 62.0, 70.0, 100.0)
    ]
    frames = generated(SHENYANG.replace("x", caps=(Cap(Decimal("0.65"), Decimal(50)),)), data)
    inferred = found(frames)
    assert inferred.loc["cap 50: below", "interval"] == "(62%, 70%]"
    assert inference.best_rule_set(*frames, SHENYANG).caps == (Cap(Decimal("0.7"), Decimal(50)),)


# --- rule sets of regions -----------------------------------------------------------------

#: What forms of a region leave out or print besides.
LAYOUT: dict[str, dict[str, Any]] = {
    "national": {"operator": None}, "hubei": {"operator": None, "weight": None}, "sichuan": {}, "shenyang-2024": {},
}  # fmt: skip


def of_region(name: str, execution: int = 10) -> Frames:
    """Forms of a region scored by its rule: targets met, missed and overshot; a sign in the target where it has no column."""
    rules = rule_set(name)
    rules = rules.of_form(Decimal(execution)) if name == "sichuan" else rules
    weight = float(rules.indicator_total) / 5
    asked = (("≥", "100", "100"), ("≥", "80", "74"), ("≤", "5", "8"), ("≥", "40", "27"), ("≥", "100", "115"))
    beyond = (("≥", "100", "128"), ("≥", "10", "14")) if name.startswith("shenyang") else asked[1:3]
    forms = [
        {
            "indicators": [
                {"operator": sign, "target": goal, "actual": done, "unit": "个", "weight": weight}
                for sign, goal, done in (*asked[:3], *beyond)
            ],
            "budget": 200.0,
            "executed": executed,
        }
        for executed in (200.0, 170.5, 150.0, 88.4)
    ]
    projects, indicators = generated(rules, forms)
    if name == "sichuan":
        projects["execution_weight"] = float(execution)
    if LAYOUT[name]:
        indicators["target"] = indicators["operator"] + indicators["target"] + indicators["unit"]
        indicators["actual"] += indicators["unit"]
        indicators["unit"] = None
    for column, value in LAYOUT[name].items():
        indicators[column] = pd.Series(value, indicators.index, indicators[column].dtype)
    return projects, indicators


@pytest.mark.parametrize("name, execution", [
    ("national", 10), ("hubei", 20), ("sichuan", 10), ("sichuan", 20), ("sichuan", 15), ("shenyang-2024", 10),
])  # fmt: skip
def test_the_rule_of_a_region_is_chosen_and_recovered(name: str, execution: int) -> None:
    projects, indicators = of_region(name, execution)
    fit = scoring.fit(projects, indicators)
    assert fit.rule_set is not None and (fit.rule_set.name, fit.as_dict()["not_reproduced"]) == (name, []), fit.why
    alike = {("national", 10): ("sichuan",), ("sichuan", 10): ("national",), ("sichuan", 20): ("hubei",)}
    assert fit.ties == alike.get((name, execution), ()) and all(rule_set(tie).title in fit.why for tie in fit.ties)
    inferred = inference.infer(projects, indicators).set_index("parameter")
    assert inferred["contradicting"].sum() == 0
    low, high = inferred.loc["execution_weight", ["low", "high"]]
    assert low <= execution <= high and high - low < 0.1
    if name != "hubei":  # whose forms print no weights
        assert inferred.loc["indicator_total", "low"] == 100 - execution
        assert inferred.loc["over_limit", "interval"] == "ratio"
        places = inferred.loc["completion_places"]
        assert places["low"] == 2 if name.startswith("shenyang") else places["low"] > 2
    best = inference.best_rule_set(projects, indicators)
    assert best.execution_weight == execution and inference.contradictions(projects, indicators, best).empty


def test_a_tie_is_said_and_the_forms_decide() -> None:
    projects, indicators = of_region("sichuan")
    fit = scoring.fit(projects, indicators)
    assert fit.table().set_index("rule_set")["chosen"].to_dict() == {
        "national": "tie", "hubei": "no", "sichuan": "yes", "shenyang-2024": "no",
    }  # fmt: skip
    projects["execution_weight"] = None  # forms that do not print the points of their parts are not of that region
    fit = scoring.fit(projects, indicators)
    assert fit.rule_set is not None and (fit.rule_set.name, fit.ties) == ("national", ("sichuan",))


# --- intervals --------------------------------------------------------------------------


def test_where_most_intervals_meet() -> None:
    one, two, three = Decimal(1), Decimal(2), Decimal(3)
    assert meeting([Span(one), Span(high=two), Span(low=three, low_open=True)]) == Span(one, two)
    assert meeting([Span(one, low_open=True), Span(high=one)]) == Span(Decimal(0), one)
    assert meeting([]) == Span()
    assert meeting([Span(one, one), Span(three, three)], prefer=three) == Span(three, three)


@pytest.mark.parametrize("span, words", [
    (Span(Decimal("0.25"), Decimal("0.75"), True), "(25%, 75%]"), (Span(Decimal("0.3"), low_open=True), "> 30%"),
    (Span(high=Decimal("0.3")), "≤ 30%"), (Span(Decimal("0.3"), Decimal("0.3")), "30%"), (Span(), "any"),
])  # fmt: skip
def test_how_an_interval_is_written(span: Span, words: str) -> None:
    assert span.words("overshoot_threshold") == words


@given(st.decimals(0, 10, places=4), st.decimals("0.0001", 5, places=4), st.booleans(), st.booleans())
def test_the_simplest_number_lies_within(low: Decimal, width: Decimal, low_open: bool, high_open: bool) -> None:
    span = Span(low, low + width, low_open, high_open)
    assert span.holds(simplest(span))
