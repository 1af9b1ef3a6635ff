"""A number or words are found wherever a report prints them, however they are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import jscore
from jscore import schema
from jscore.cli import main
from jscore.library import store
from tests.shared import RAW, report
from tests.test_shown import AMOUNTS, drawn

#: The amount of one table, as one may type it.
WRITTEN = [
    "1034.56",
    "1,034.56",
    "１０３４．５６",
    "1 034.56",
    "1,034.56万元",
    "10345600",
    "10,345,600元",
    "0.103456亿元",
]


@pytest.fixture(scope="module", params=["万元", "元"])
def accounts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> jscore.Report:
    """A page with one table, in either unit."""
    return jscore.read(drawn(tmp_path_factory.mktemp("accounts") / "a.pdf", "revenue", request.param))


@pytest.mark.parametrize("text", WRITTEN)
def test_an_amount_is_found_however_it_is_written_and_printed(accounts: jscore.Report, text: str) -> None:
    found = accounts.find(text)
    unit = accounts.info["money_unit"]
    assert found["printed"].tolist() == [AMOUNTS[unit][row][0] for row in (2, 3)]
    assert (found["match"] == "equal").all() and (found["value"] == 1034.56).all() and (found["unit"] == "万元").all()
    assert found["label"].tolist() == ["20805 行政事业单位养老支出 本年收入合计", "2080501 行政单位离退休 本年收入合计"]
    for _, place in found.iterrows():
        own = accounts.frames[place["frame"]].iloc[place["frame_row"]]
        assert own[place["column"]] == 1034.56
        assert accounts.locate("cells", place) == accounts.locate(place["frame"], own)


def test_codes_names_and_rounded_amounts_are_found(accounts: jscore.Report) -> None:
    assert accounts.find("行政单位 离退休")["label"].tolist() == ["2080501 行政单位离退休"]
    assert accounts.find("2080501")["printed"].tolist() == ["2080501"]
    assert set(accounts.find("0.103亿元")["match"]) == {"rounded"}
    assert set(accounts.find("1035万元")["value"]) == ({1034.56} if accounts.info["money_unit"] == "元" else set())
    assert set(accounts.find("103")["match"]) == {"contains"} and accounts.find("4.56").empty


@pytest.mark.parametrize("text", ["99.99", "99万元", "没有这句话", "1034.57", "208050"])
def test_what_is_not_printed_is_not_found(accounts: jscore.Report, text: str) -> None:
    found = accounts.find(text)
    assert found.empty or set(found["match"]) == {"contains"}
    assert list(found) == list(report(RAW).find("合计"))


@pytest.mark.parametrize("text", ["", "  ", "\u3000"])
def test_nothing_is_not_looked_for(accounts: jscore.Report, text: str) -> None:
    with pytest.raises(jscore.ReadError, match="nothing to look for"):
        accounts.find(text)


def test_prose_is_searched_across_its_lines() -> None:
    held = report(RAW)
    joined = held.prose.groupby("paragraph_no")["text"].agg(list)
    lines = next(lines for lines in joined if len(lines) > 2 and len(lines[0]) > 20)
    found = held.find(lines[0][-6:] + lines[1][:6])
    assert found["kind"].tolist() == ["prose"]
    assert held.locate("cells", found.loc[0]).page == held.prose.loc[held.prose["text"] == lines[0], "page"].iloc[0]


def test_every_amount_of_the_report_is_found_where_it_stands() -> None:
    held = report(RAW)
    for name, column in (("revenue", "amount"), ("sangong", "final"), ("projects", "executed"), ("narrative", "value")):
        frame = held.frames[name]
        rows = frame[frame["unit"] == "万元"] if name == "narrative" else frame
        row = rows.loc[rows[column].abs().idxmax()]
        found = held.find(f"{abs(row[column]):,.2f}万元")
        assert row["page"] in found["page"].tolist() and (found["match"] == "equal").all(), (name, row[column])


def test_words_of_forms_name_the_form() -> None:
    held = report(RAW)
    project = held.projects.iloc[0]
    found = held.find(project["project"])
    assert f"自评表{project['project_no']}" in " ".join(found["where"])
    assert {"form", "prose"} <= set(found["kind"])


def test_the_command_finds_in_one_or_all_reports(tmp_path: Path) -> None:
    for name, unit in (("a", "万元"), ("b", "元")):
        (tmp_path / "out" / name).mkdir(parents=True)
        store.write(jscore.read(drawn(tmp_path / f"{name}.pdf", "expenditure", unit)), tmp_path / "out" / name)

    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(main, ["find", *arguments, "--out", str(tmp_path / "out")])
        return result.exit_code, result.stdout, result.stderr

    code, out, _ = run("1,034.56万元")
    assert code == 0 and "a：2处" in out and "b：2处" in out
    assert "2080501 行政单位离退休 合计" in out and "10345600" in out
    code, out, _ = run("1034.56", "b", "--json")
    places = json.loads(out)
    assert {place["report_id"] for place in places} == {"b"} and {place["page"] for place in places} == {1}
    assert run("77.77") == (1, "", "jscore: 77.77: not in a, b\n")
    assert run("77.77", "--json")[:2] == (1, "[]\n")
    assert run("行政单位离修休")[2] == "jscore: 行政单位离修休: not in a, b (did you mean 行政单位离退休?)\n"
    code, _, err = run("1034.56", "c")
    assert code == 1 and err.startswith("jscore: c: not in ") and err.count("\n") == 1


def test_columns_are_declared() -> None:
    assert all(schema.column(name, "search").label for name in report(RAW).find("合计"))
