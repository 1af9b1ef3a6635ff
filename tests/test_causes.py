"""Findings by cause: what fails for one reason is one finding, and the weightiest stands first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from jscore.findings.card import card_rows
from jscore.findings.causes import causes
from jscore.findings.choose import holding
from jscore.relations.engine import run_checks
from jscore.relations.source import Source
from jscore.show import analysis
from tests import made
from tests.shared import RAW, report
from tests.test_checks_tables import changed, rows


def found(source: Source) -> tuple[pd.DataFrame, int]:
    """The findings by cause, and how many relations fail."""
    checks, figures = run_checks(source)
    frames = {**source.frames, "checks": checks, "check_figures": figures}
    return causes(frames), int((checks["status"] == "fail").sum())


MISPRINTS: tuple[tuple[str, dict[str, Any], str, float], ...] = (
    ("expenditure", {"form": "05", "function_code": "2080101", "component": "合计"}, "amount", 90.0),
    ("revenue", {"function_code": "20801", "source": "财政拨款收入"}, "amount", -7.5),
    ("economic", {"economic_code": "30102"}, "amount", 1000.0),
    ("totals", {"form": "01", "side": "支出", "item": "总计"}, "amount", 1.25),
    ("sangong", {"item": "公务用车购置及运行费"}, "final", 40.0),
)


@pytest.mark.parametrize(("frame", "where", "column", "off"), MISPRINTS, ids=[f"{m[0]} {m[3]}" for m in MISPRINTS])
def test_one_misprint_is_one_finding(frame: str, where: dict[str, Any], column: str, off: float) -> None:
    source = made.source()
    value = source.frames[frame].loc[rows(source.frames[frame], where), column].iloc[0]
    own, failed = found(changed(source, frame, where, column, value + off))
    assert failed and own["instances"].sum() == failed
    assert len(own) == 1 and own["money"].iloc[0] == pytest.approx(abs(off))


def test_two_misprints_are_two_findings_the_dearer_first() -> None:
    source = made.source()
    for frame, where, column, off in (MISPRINTS[2], MISPRINTS[4]):
        value = source.frames[frame].loc[rows(source.frames[frame], where), column].iloc[0]
        source = changed(source, frame, where, column, value + off)
    own, failed = found(source)
    assert own["money"].round(2).tolist() == [1000.0, 40.0] and own["instances"].sum() == failed


@pytest.mark.parametrize(("frame", "where", "step"), [
    ("expenditure", {"form": "03"}, 1), ("expenditure", {"form": "05"}, -1), ("revenue", {}, 1),
])  # fmt: skip
def test_amounts_a_row_too_low_or_too_high_are_one_finding(frame: str, where: dict[str, Any], step: int) -> None:
    source = made.source()
    held = source.frames[frame].copy()
    table = held[(held["form"] == where["form"])] if where else held
    column = "component" if "component" in table else "source"
    for _, own in table.groupby(column):
        held.loc[own.index, "amount"] = own["amount"].shift(step).to_numpy()
    own, failed = found(replace(source, frames={**source.frames, frame: held}))
    slipped = own[own["message"].str.contains("错开一行")]
    assert failed > 3 and len(slipped) == 1, own[["message", "instances"]].to_string()
    assert slipped["instances"].iloc[0] > failed / 2


def test_a_difference_that_another_figure_equals_says_which() -> None:
    source = made.source()
    lines = source.frames["economic"].set_index("economic_code")["amount"]
    whole = (
        source.frames["expenditure"].query("form == '05' and level == 0 and component == '基本支出'")["amount"].iloc[0]
    )
    where = {"form": "05", "level": 0, "component": "基本支出"}
    own, _ = found(changed(source, "expenditure", where, "amount", whole + lines["30102"]))
    same = lines[lines == lines["30102"]]
    assert own["message"].str.contains("30102").any() == (len(same) == 1)


def test_words_of_one_relation_are_one_finding_with_a_name_that_stays() -> None:
    own = causes(report(RAW).frames)
    failed = report(RAW).findings
    assert own["instances"].sum() == len(failed) and len(own) < len(failed) / 2
    assert own["finding"].is_unique and not own["finding"].str.contains(r"^\d+$").any()
    shown = own["message"][own["instances"] > 1]
    assert shown.str.contains("处|项").all()


def test_a_report_without_findings_has_none() -> None:
    own, failed = found(made.source())
    assert failed == 0 and own.empty and list(own.columns)[0] == "finding"


def test_how_many_relations_hold_is_said_the_same_everywhere() -> None:
    shipped = report(RAW)
    said = holding(shipped.checks)
    assert {label: text for label, text in card_rows(shipped.info) if label in said} == said
    assert [line.lower() for line in analysis.relations_that_hold(shipped.checks)] == [
        f"{a}: {b}" for a, b in said.items()
    ]
