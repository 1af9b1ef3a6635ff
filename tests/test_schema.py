"""Columns as data: what ``columns.toml`` declares is whole, and heads everything."""

from __future__ import annotations

import pandas as pd
import pandera.errors
import pytest

from jscore import schema
from jscore.schema import FIELDS, FRAMES, VIEWS

EVERY = [(frame.name, column) for frame in FRAMES.values() for column in frame.columns]


@pytest.mark.parametrize(("frame", "column"), EVERY, ids=lambda part: getattr(part, "name", part))
def test_a_column_of_a_frame_is_described_in_both_languages(frame: str, column: schema.Column) -> None:
    assert column.kind in schema.DTYPES and column.english and column.meaning
    assert any("\u4e00" <= sign <= "\u9fff" for sign in column.label) and column.meaning_zh


@pytest.mark.parametrize("frame", FRAMES.values(), ids=lambda frame: frame.name)
def test_headings_of_a_frame_differ_and_its_keys_are_its_columns(frame: schema.Frame) -> None:
    for lang in ("zh", "en"):
        headings = [column.heading(lang) for column in frame.columns]
        assert len(set(headings)) == len(headings), [name for name in headings if headings.count(name) > 1]
    assert set(frame.primary_key) <= set(frame.names)
    for other, columns in frame.foreign_keys.items():
        assert set(columns) <= set(frame.names) & set(FRAMES[other].names)
        assert columns == FRAMES[other].primary_key


def test_what_is_never_missing_is_a_column() -> None:
    for name, declared in schema._DECLARED["frames"].items():
        assert set(declared["required"]) <= set(FRAMES[name].names), name
        assert set(declared.get("fields", {})) <= set(FRAMES[name].names), name


def test_a_name_means_what_its_frame_or_view_says() -> None:
    assert schema.column("source", "cells").values == ("text", "ocr", "ocr-corrected")
    assert schema.column("source", "revenue").values == schema.SOURCES
    assert schema.column("unit", "checks").label == "单位" and schema.column("unit", "indicators").label == "度量单位"
    assert schema.column("status") == VIEWS["notebooks"]["status"] != FIELDS["status"]
    assert schema.column("change", "years") == VIEWS["years"]["change"]
    assert schema.column("2023").unit == "万元" and schema.column("2023").label == "2023"


def test_a_column_that_a_report_lacks_is_missing_and_fits_the_schema() -> None:
    row = {"project_no": 1, "page": 1, "table_id": "p1t0", "row": 0}
    frame = schema.validate("projects", schema.from_records("projects", [row]))
    assert frame["reviewed_score"].isna().all() and list(frame) == FRAMES["projects"].names


@pytest.mark.parametrize("wrong", [{"project_no": None}, {"scope": "省"}])
def test_what_does_not_fit_is_refused(wrong: dict[str, object]) -> None:
    row = {"scope": "项目", "project_no": 1, "indicator_no": 1, "page": 1, "table_id": "p1t0", "row": 0} | wrong
    frame: pd.DataFrame = schema.from_records("indicators" if "scope" in wrong else "projects", [row])
    with pytest.raises(pandera.errors.SchemaErrors):
        schema.validate("indicators" if "scope" in wrong else "projects", frame)


@pytest.mark.parametrize("name", ["expenditure", "checks"])
def test_the_quick_look_and_pandera_see_the_same(name: str) -> None:
    whole = {column.name: column.values[0] if column.values else 1 for column in FRAMES[name].columns}
    frame = schema.from_records(name, [whole, whole])
    faults = {"fits": frame, "order": frame[frame.columns[::-1]]}
    for column in FRAMES[name].columns:
        if column.required:
            faults[f"no {column.name}"] = schema.from_records(name, [whole, {**whole, column.name: None}])
        if column.values:
            faults[f"another {column.name}"] = schema.from_records(name, [whole, {**whole, column.name: "别的"}])
    for fault, changed in faults.items():
        try:
            schema.pandera_schema(name).validate(changed, lazy=True)
        except pandera.errors.SchemaErrors:
            assert not schema._fits(name, changed), fault
        else:
            assert schema._fits(name, changed), fault
