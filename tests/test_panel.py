"""The panel of all reports, and the folder of them as a data package."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import jscore
from jscore import schema
from jscore.library import datapackage, panels, store
from jscore.run.all_reports import finish
from tests.made_years import DEPARTMENT, made
from tests.shared import RAW, report


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    made(tmp_path, 2023, rename={"208": "社会保障支出"})
    made(tmp_path, 2024)
    made(tmp_path, 2024, "东山省南河市农业局", "other")
    return tmp_path


def test_only_the_columns_asked_for_are_read(processed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyarrow.parquet import ParquetFile

    asked: list[object] = []
    read = ParquetFile.read

    def spied(self: ParquetFile, columns: object = None, **rest: object) -> object:
        asked.append(columns)
        return read(self, columns=columns, **rest)

    monkeypatch.setattr(ParquetFile, "read", spied)
    found = jscore.panel("cells", ["text"], processed=processed)
    assert list(found) == ["report_id", "year", "department", "text"]
    assert asked == [["text"]] * 3


def test_other_columns_may_be_damaged(processed: Path) -> None:
    """The bytes of the boxes of every cell are overwritten: text is read, the boxes are not readable any more."""
    from pyarrow.parquet import ParquetFile

    path = processed / "x-2024" / "cells.parquet"
    metadata = ParquetFile(path).metadata.row_group(0)
    chunks = [metadata.column(i) for i in range(metadata.num_columns)]
    data = bytearray(path.read_bytes())
    for chunk in (c for c in chunks if c.path_in_schema in ("x0", "y0", "x1", "y1")):
        start = chunk.dictionary_page_offset or chunk.data_page_offset
        data[start : start + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    path.write_bytes(bytes(data))
    assert jscore.panel("cells", ["page", "text"], year=2024, processed=processed)["text"].notna().any()
    with pytest.raises(jscore.ReadError, match=r"cells.parquet: not readable .*--force"):
        jscore.panel("cells", ["x0"], processed=processed)


def test_filters(processed: Path) -> None:
    def ids(**chosen: object) -> list[str]:
        return list(jscore.panel("revenue", ["amount"], processed=processed, **chosen)["report_id"].unique())

    assert ids(year=2024) == ["other", "x-2024"]
    assert ids(department="南河市人社局(本级)") == ["x-2023", "x-2024"]
    assert ids(department=[DEPARTMENT, "南河市农业局"], year=[2023, 2024]) == ["other", "x-2023", "x-2024"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"frame": "revenues"}, "no frame 'revenues'; there are cells, totals, revenue"),
        ({"frame": "revenue", "columns": ["amounts"]}, "has no column 'amounts'; it has .*amount"),
        ({"frame": "revenue", "columns": "amount"}, "no list of names"),
        ({"frame": "sangong", "columns": ["latest_name"]}, "has no column 'latest_name'"),
        ({"frame": "revenue", "department": "戊局"}, "no processed report of 戊局; there: .*农业局"),
        ({"frame": "revenue", "year": [2020, 2024]}, "no processed report for 2020; there are: 2023, 2024"),
    ],
)
def test_what_is_not_there_is_said(processed: Path, asked: dict[str, object], message: str) -> None:
    with pytest.raises(jscore.ReadError, match=message):
        jscore.panel(**asked, processed=processed)  # type: ignore[arg-type]


def test_no_report_at_all(tmp_path: Path) -> None:
    with pytest.raises(jscore.ReadError, match="run `jscore run` first"):
        jscore.panel("revenue", processed=tmp_path)


def test_a_code_that_changed_its_name_is_one_line(processed: Path) -> None:
    found = jscore.panel("expenditure", processed=processed)
    classes = found[found["function_code"] == "208"]
    assert set(classes["function_name"]) == {"社会保障支出", "社会保障和就业支出"}
    assert set(classes["latest_name"]) == {"社会保障和就业支出"}
    assert set(found.loc[found["level"] == 0, "latest_name"]) == {"合计"}
    narrow = jscore.panel("expenditure", ["latest_name", "amount"], processed=processed)
    assert list(narrow)[3:] == ["latest_name", "amount"] and narrow["latest_name"].equals(found["latest_name"])


def test_every_frame_has_one_type_a_column(processed: Path) -> None:
    empty = {name: schema.empty(name) for name in schema.FRAMES}
    for name, frame in empty.items():
        frame.to_parquet(processed / "other" / f"{name}.parquet", index=False)
    for name, frame in empty.items():
        found = jscore.panel(name, processed=processed)
        own = [column for column in found if column not in (*panels.KEYS, panels.LATEST)]
        assert len(set(found.columns)) == len(found.columns)
        assert [found[column].dtype for column in own] == list(frame.dtypes)
        assert list(found)[:3] == ["report_id", "year", "department"]


def test_a_column_that_an_older_version_did_not_write_is_missing(processed: Path) -> None:
    path = processed / "x-2023" / "revenue.parquet"
    pd.read_parquet(path).drop(columns="source").to_parquet(path, index=False)
    found = jscore.panel("revenue", ["source", "amount"], processed=processed)
    assert found.loc[found["report_id"] == "x-2023", "source"].isna().all() and found["source"].dtype == "str"


# --- the data package -------------------------------------------------------------------


def valid(processed: Path) -> list[list[str]]:
    frictionless = pytest.importorskip("frictionless")
    return frictionless.validate(str(processed / "datapackage.json")).flatten(["title", "fieldName", "message"])


@pytest.mark.slow
def test_the_folder_is_a_valid_data_package(tmp_path: Path) -> None:
    made(tmp_path, 2023, projects=[("甲项目", 5.0, 4.0, 90.0)], facts=[("收入总计", "amount", 1.0, "万元", "1", "一")])
    made(tmp_path, 2024, "丁局", "其他（更正）")
    assert [made.failure for made in finish(tmp_path)] == ["", ""]
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert len(package["resources"]) == 2 * len(schema.FRAMES)
    assert valid(tmp_path) == []


@pytest.mark.slow
def test_the_data_package_of_the_shipped_report(tmp_path: Path) -> None:
    frames = dict(report(RAW).frames)
    # Rows that nothing refers to take the validation a millisecond each, cells one for every frame that refers to cells.
    frames["checks"], frames["check_figures"] = frames["checks"].head(600), frames["check_figures"].head(200)
    place = ["table_id", "row", "col"]
    referring = pd.concat([frame[place] for name, frame in frames.items() if name != "cells" and {*place} <= {*frame}])
    frames["cells"] = frames["cells"].merge(referring.dropna().drop_duplicates(), on=place)
    assert len(frames["cells"]) > 400
    (tmp_path / RAW.stem).mkdir()
    store.write(jscore.Report(None, frames, report(RAW).info), tmp_path / RAW.stem)
    shutil.rmtree(tmp_path / "empty", ignore_errors=True)
    datapackage.write(tmp_path)
    assert valid(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("frame", "column", "value", "said"),
    [
        ("revenue", "source", "彩票收入", "constraint"),
        ("revenue", "source", None, "required"),
        ("expenditure", "row", 99, "foreign"),
        ("project_scores", "project_no", 7, "foreign"),
    ],
)
def test_the_descriptor_notices_what_is_wrong(
    tmp_path: Path, frame: str, column: str, value: object, said: str
) -> None:
    made(tmp_path, 2024, projects=[("甲项目", 5.0, 4.0, 90.0)])
    path = tmp_path / "x-2024" / f"{frame}.parquet"
    rows = pd.read_parquet(path)
    if rows.empty:
        known = {"project_no": 1, "status": "pass", "rule": "x", "page": 1, "table_id": "p1t1", "row": 1}
        rows = schema.from_records(frame, [known])
    rows.loc[0, column] = value
    rows.to_parquet(path, index=False)
    datapackage.write(tmp_path)
    errors = valid(tmp_path)
    assert len(errors) == 1 and said in str(errors[0]).lower()


def test_no_package_of_more_reports_than_it_is_good_for(processed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert datapackage.write(processed) and (processed / datapackage.FILE).exists()
    monkeypatch.setattr(datapackage, "MOST", 1)
    assert not datapackage.write(processed) and not (processed / datapackage.FILE).exists()


def test_the_descriptor_is_written_when_something_changed(processed: Path) -> None:
    path = processed / "datapackage.json"
    assert datapackage.write(processed)
    before = path.read_bytes()
    assert not datapackage.write(processed)
    path.unlink()
    assert datapackage.write(processed) and path.read_bytes() == before
    shutil.rmtree(processed / "other")
    assert datapackage.write(processed) and b"other." not in path.read_bytes()
    for folder in processed.glob("x-*"):
        shutil.rmtree(folder)
    assert not datapackage.write(processed) and not path.exists()


def test_an_unfinished_report_is_in_no_package(processed: Path) -> None:
    (processed / "other").rename(processed / ".other.12345678.part")
    datapackage.write(processed)
    assert b"other." not in (processed / "datapackage.json").read_bytes()


def test_duckdb_reads_the_folder_as_it_is(processed: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    query = f"select sum(amount) from '{processed}/*/expenditure.parquet' where form = '03' and level = 0"
    mine = jscore.panel("expenditure", ["form", "level", "amount"], processed=processed)
    mine = mine[(mine["form"] == "03") & (mine["level"] == 0)]
    assert duckdb.sql(query).fetchall()[0][0] == pytest.approx(mine["amount"].sum())
