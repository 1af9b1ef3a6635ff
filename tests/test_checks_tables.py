"""Relations of the nine tables: each broken by one printed unit beyond its tolerance, and held within it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from jscore.relations.catalogue import CATALOGUE
from jscore.relations.engine import findings, run_checks
from jscore.relations.model import Check
from jscore.relations.source import Source
from tests import made

#: check_id, subject, the frame and the row that is changed, its column, how many printed figures the relation has.
SUMS: tuple[tuple[str, str, str, dict[str, Any], str, int], ...] = (
    ("table.across", "02 2080101", "revenue", {"function_code": "2080101", "source": "财政拨款收入"}, "amount", 3),
    ("table.across", "05 2080102", "expenditure", {"form": "05", "function_code": "2080102", "component": "合计"}, "amount", 3),
    ("table.across", "03 合计", "expenditure", {"form": "03", "level": 0, "component": "基本支出"}, "amount", 3),
    ("table.across", "04 支出 本年支出合计", "totals",
     {"form": "04", "side": "支出", "item": "本年支出合计", "fund": "国有资本经营预算财政拨款"}, "amount", 4),
    ("table.codes", "02 20801 本年收入合计", "revenue", {"function_code": "20801", "source": "本年收入合计"}, "amount", 3),
    ("table.codes", "05 20801 合计", "expenditure", {"form": "05", "function_code": "2080101", "component": "合计"}, "amount", 3),
    ("table.codes", "07 合计 项目支出", "expenditure", {"form": "07", "function_code": "212", "component": "项目支出"}, "amount", 2),
    ("table.balance", "07 2120803", "expenditure",
     {"form": "07", "function_code": "2120803", "component": "年末结转和结余"}, "amount", 4),
    ("table.lines", "01 收入", "totals", {"form": "01", "item": "其他收入"}, "amount", 5),
    ("table.lines", "04 支出 一般公共预算财政拨款", "totals",
     {"form": "04", "item": "住房保障支出", "fund": "一般公共预算财政拨款"}, "amount", 3),
    ("table.grand-total", "01 支出", "totals", {"form": "01", "side": "支出", "item": "年末结转和结余"}, "amount", 3),
    ("table.grand-total", "04 收入 合计", "totals", {"form": "04", "side": "收入", "item": "总计"}, "amount", 3),
    ("table.opening-funds", "04 收入 合计", "totals", {"form": "04", "item": "年初财政拨款结转和结余"}, "amount", 4),
    ("table.both-sides", "01", "totals", {"form": "01", "side": "收入", "item": "总计"}, "amount", 2),
    ("table.economic", "06 301", "economic", {"economic_code": "30102"}, "amount", 3),
    ("table.economic", "06 公用经费合计", "economic", {"economic_name": "公用经费合计"}, "amount", 2),
    ("table.sangong", "09 合计 决算数", "sangong", {"item": "公务接待费"}, "final", 4),
    ("table.sangong", "09 合计 预算数", "sangong", {"item": "合计"}, "budget", 4),
    ("table.cars", "09 公务用车购置及运行费 决算数", "sangong", {"item": "公务用车购置费"}, "final", 3),
    ("01-02.revenue", "其他收入", "revenue", {"level": 0, "source": "其他收入"}, "amount", 2),
    ("01-02.revenue", "财政拨款收入", "totals", {"form": "01", "item": "政府性基金预算财政拨款收入"}, "amount", 4),
    ("01-03.expenditure", "本年支出合计", "totals", {"form": "01", "item": "本年支出合计"}, "amount", 2),
    ("01-03.classes", "城乡社区支出（03表212）", "expenditure", {"form": "03", "function_code": "212", "component": "合计"}, "amount", 2),
    ("01-04.appropriations", "一般公共预算财政拨款", "totals", {"form": "01", "item": "一般公共预算财政拨款收入"}, "amount", 2),
    ("02-04.appropriations", "本年收入合计", "totals", {"form": "04", "item": "本年收入合计"}, "amount", 2),
    ("04.funds", "政府性基金预算财政拨款", "totals",
     {"form": "04", "side": "支出", "item": "总计", "fund": "政府性基金预算财政拨款"}, "amount", 3),
    ("04-05.expenditure", "国有资本经营预算财政拨款（08表）", "expenditure", {"form": "08", "level": 0, "component": "合计"}, "amount", 2),
    ("04-05.classes", "住房保障支出（05表221）", "expenditure", {"form": "05", "function_code": "221", "component": "合计"}, "amount", 2),
    ("05-06.basic", "基本支出", "expenditure", {"form": "05", "level": 0, "component": "基本支出"}, "amount", 3),
)  # fmt: skip
#: Relations that bound from above only: the figure is put to its limit first.
LIMITS = (
    ("03-05.items", "05 2210201", "expenditure", {"form": "05", "function_code": "2210201", "component": "合计"}, "amount", 20.03),
    ("06-09.sangong", "30231 公务用车运行维护费", "economic", {"economic_code": "30231"}, "amount", 29.02),
)  # fmt: skip


def rows(frame: pd.DataFrame, where: dict[str, Any]) -> pd.Series:
    chosen = pd.Series(True, frame.index)
    for column, value in where.items():
        chosen &= (frame[column] == value).fillna(False)
    assert chosen.sum() == 1, f"{where} is {chosen.sum()} rows"
    return chosen


def changed(source: Source, frame: str, where: dict[str, Any], column: str, value: Any) -> Source:
    frames = dict(source.frames)
    frames[frame] = frames[frame].copy()
    frames[frame].loc[rows(frames[frame], where), column] = value
    return replace(source, frames=frames)


def named(check_id: str) -> list[Check]:
    """The relation ``check_id`` alone, to be tested without all others."""
    return [check for check in CATALOGUE if check.check_id == check_id]


def status(source: Source, check_id: str, subject: str) -> str:
    checks, _ = run_checks(source, named(check_id))
    own = checks[(checks["check_id"] == check_id) & (checks["subject"] == subject)]
    assert len(own) == 1, f"{len(own)} rows of {check_id} {subject}"
    return str(own["status"].iloc[0])


def test_the_made_report_holds() -> None:
    checks, figures = run_checks(made.source())
    of_tables = checks[checks["group"].isin(["table", "cross-table"])]
    assert findings(of_tables).empty, findings(of_tables)[["check_id", "subject", "message"]].to_string()
    assert set(of_tables["check_id"][of_tables["status"] == "skipped"]) <= {"04.table-empty", "03-05.same-money"}
    assert figures["page"].notna().all() and figures["printed"].notna().any()


@pytest.mark.parametrize(("check_id", "subject", "frame", "where", "column", "count"), SUMS, ids=lambda x: str(x)[:30])
def test_a_sum_may_be_off_by_its_rounding_and_no_more(
    check_id: str, subject: str, frame: str, where: dict[str, Any], column: str, count: int
) -> None:
    held = made.source()
    value = held.frames[frame].loc[rows(held.frames[frame], where), column].iloc[0]
    most = (count // 2) * 0.01
    for sign in (1, -1):
        assert status(changed(held, frame, where, column, value + sign * most), check_id, subject) == "pass"
        assert status(changed(held, frame, where, column, value + sign * (most + 0.01)), check_id, subject) == "fail"


@pytest.mark.parametrize(
    ("check_id", "subject", "frame", "where", "column", "limit"), LIMITS, ids=lambda x: str(x)[:30]
)
def test_a_part_may_be_above_the_whole_by_its_rounding_and_no_more(
    check_id: str, subject: str, frame: str, where: dict[str, Any], column: str, limit: float
) -> None:
    held = made.source()
    for value, expected in ((limit - 5, "pass"), (limit + 0.01, "pass"), (limit + 0.02, "fail")):
        assert status(changed(held, frame, where, column, value), check_id, subject) == expected


def test_tolerance_is_that_of_the_printed_unit_and_digits() -> None:
    held = made.source(money_unit="元", money_units={"01": "元"})
    assert held.half == pytest.approx(0.005e-4)
    whole = dict(held.frames)
    whole["cells"] = whole["cells"].assign(text="1,234.5")
    assert replace(held, frames=whole).half == pytest.approx(0.05e-4)


WORDS: tuple[tuple[str, str, str, dict[str, Any], str, Any], ...] = (
    ("table.class-name", "05 208", "expenditure", {"form": "05", "function_code": "208", "component": "合计"}, "function_name", "教育支出"),
    ("table.one-name", "2080101", "revenue", {"function_code": "2080101", "source": "本年收入合计"}, "function_name", "机关运行"),
    ("table.parent", "07 2120803", "expenditure",
     {"form": "07", "function_code": "21208", "component": "合计"}, "function_code", "21209"),
    ("table.code-once", "05 2080101", "expenditure",
     {"form": "05", "function_code": "2080102", "component": "合计"}, "function_code", "2080101"),
    ("table.sign", "公开02表 2080101 行政运行 其他收入", "revenue", {"function_code": "2080101", "source": "其他收入"}, "amount", -7.0),
)  # fmt: skip


@pytest.mark.parametrize(("check_id", "subject", "frame", "where", "column", "value"), WORDS, ids=lambda x: str(x)[:30])
def test_codes_names_and_signs(
    check_id: str, subject: str, frame: str, where: dict[str, Any], column: str, value: Any
) -> None:
    held = made.source()
    assert subject not in set(findings(run_checks(held, named(check_id))[0])["subject"])
    line = held.frames[frame][rows(held.frames[frame], where)].iloc[0]
    alike = held.frames[frame]["row"].eq(line["row"]) & held.frames[frame]["table_id"].eq(line["table_id"])
    frames = dict(held.frames)
    frames[frame] = frames[frame].copy()
    frames[frame].loc[alike if column != "amount" else rows(frames[frame], where), column] = value
    assert status(replace(held, frames=frames), check_id, subject) == "fail"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("社会保障和就业", "pass"), ("社会保障与就业支出", "fail"), ("社会 保障和就业支出", "pass")],
)
def test_a_class_name_may_lack_its_last_word(printed: str, expected: str) -> None:
    held = made.source()
    frames = dict(held.frames)
    frames["revenue"] = frames["revenue"].copy()
    frames["revenue"].loc[frames["revenue"]["function_code"] == "208", "function_name"] = printed
    assert status(replace(held, frames=frames), "table.class-name", "02 208") == expected


def test_money_spent_in_an_empty_table() -> None:
    held = made.source()
    forms = {**held.info["forms"], "08": {"status": "empty", "pages": [8]}}
    found = status(
        replace(held, info={**held.info, "forms": forms}), "04.table-empty", "国有资本经营预算财政拨款（08表）"
    )
    assert found == "fail"


def test_a_class_that_the_other_table_lacks() -> None:
    held = made.source()
    frames = dict(held.frames)
    frames["expenditure"] = frames["expenditure"][
        ~(
            frames["expenditure"]["form"].eq("03")
            & frames["expenditure"]["function_code"].str.startswith("221", na=False)
        )
    ]
    assert status(replace(held, frames=frames), "01-03.classes", "住房保障支出（03表221）") == "fail"


def test_what_a_report_lacks_is_skipped_with_the_reason() -> None:
    forms = {
        **made.source().info["forms"],
        "03": {"status": "missing", "pages": []},
        "07": {"status": "empty", "pages": [7]},
    }
    del forms["09"]
    checks, _ = run_checks(made.source(forms=forms))
    said = checks[checks["status"] == "skipped"].set_index("check_id")["message"]
    assert "公开03表" in said["01-03.expenditure"] and "目录" in said["01-03.expenditure"]
    assert "公开09表未见" in said["table.sangong"]


def test_a_failing_relation_beside_an_unread_figure_is_no_finding() -> None:
    held = made.source()
    where = {"form": "05", "function_code": "2080102", "component": "合计"}
    off = changed(held, "expenditure", where, "amount", 99.0)
    line = held.frames["expenditure"][rows(held.frames["expenditure"], where)].iloc[0]
    assert status(off, "table.across", "05 2080102") == "fail"
    for text, comes in (("5O.02", "skipped"), ("48.98", "skipped"), ("7.00", "fail")):
        unread = [{"table_id": line["table_id"], "row": int(line["row"]), "col": 99, "page": 5, "text": text}]
        assert status(replace(off, info={**off.info, "unread": unread}), "table.across", "05 2080102") == comes


@pytest.mark.parametrize(("row", "col", "check_id", "subject", "text", "is_judged"), [
    ("same", 99, "table.codes", "05 20801 合计", "7.00", True), (99, "same", "table.codes", "05 20801 合计", "7.00", False),
    ("same", 99, "table.across", "05 20801", "退职费-7.00", False), (99, "same", "table.across", "05 20801", "7.00", True),
    (99, "same", "table.codes", "05 20801 合计", "\ufffd.00", False), (99, "same", "table.codes", "05 20801 合计", "300.00", True),
    (99, "same", "table.codes", "05 20801 合计", "12.00%", True), (99, 99, "table.codes", "05 20801 合计", "行政运行7.00", False),
    ("same", 99, "table.across", "05 20801", "156.03 3.00 4.00", False),
])  # fmt: skip
def test_a_figure_of_no_frame_matters_where_a_sum_of_its_row_or_column_may_lack_it(
    row: int | str, col: int | str, check_id: str, subject: str, text: str, is_judged: bool
) -> None:
    where = {"form": "05", "function_code": "20801", "component": "合计"}
    off = changed(made.source(), "expenditure", where, "amount", 157.03)  # 7.00 too much
    line = off.frames["expenditure"][rows(off.frames["expenditure"], where)].iloc[0]
    at = {"row": int(line["row"]) if row == "same" else row, "col": int(line["col"]) if col == "same" else col}
    beside = replace(off, info={**off.info, "not_understood": [{"table_id": line["table_id"], **at, "text": text}]})
    assert status(beside, check_id, subject) == ("fail" if is_judged else "skipped")


def test_rows_below_the_items_of_sangong_are_no_parts_of_them() -> None:
    source = made.source()
    line = source.frames["sangong"].iloc[0]
    below = [{"table_id": line["table_id"], "row": 99, "col": int(line["col"]), "text": "12"}]
    held = replace(source, info={**source.info, "not_understood": below})
    assert (
        status(changed(held, "sangong", {"item": "合计"}, "final", 99.0), "table.sangong", "09 合计 决算数") == "fail"
    )


def test_tables_of_the_same_money_print_the_same_figures_to_the_last_digit() -> None:
    """All money is general budget here: 03 lists what 05 lists."""
    source = made.source()
    spent = source.frames["expenditure"]
    general = spent[spent["form"] == "05"]
    twice = pd.concat([general.assign(form="03"), general], ignore_index=True)
    same = replace(source, frames={**source.frames, "expenditure": twice})
    where = {"form": "05", "function_code": "2080101", "component": "基本支出"}
    value = twice.loc[rows(twice, where), "amount"].iloc[0]
    relation = named("03-05.same-money")
    for off, number in ((0.0, 0), (0.01, 1), (0.03, 1)):
        found = findings(run_checks(changed(same, "expenditure", where, "amount", value + off), relation)[0])
        assert len(found) == number
    whole = {"form": "03", "level": 0, "component": "合计"}
    assert findings(
        run_checks(changed(same, "expenditure", whole, "amount", 180.0), relation)[0]
    ).empty  # other money, too
    assert findings(run_checks(source, relation)[0]).empty


def test_every_relation_of_the_tables_is_tested_here() -> None:
    tested = {case[0] for case in (*SUMS, *LIMITS, *WORDS)} | {"04.table-empty", "03-05.same-money", "table.one-code"}
    assert tested == {check.check_id for check in CATALOGUE if check.group in ("table", "cross-table")}


def test_a_message_names_figure_sum_and_difference() -> None:
    held = made.source()
    off = changed(
        held, "expenditure", {"form": "05", "function_code": "2080102", "component": "合计"}, "amount", 1050.02
    )
    found = findings(run_checks(off, named("table.across"))[0]).set_index("check_id")
    message = found.loc["table.across", "message"]
    assert "公开05表 2080102 一般行政管理事务 合计印为1,050.02万元" in message
    assert "应为50.02万元" in message and "相差1,000.00万元" in message
    assert found.loc["table.across", "pages"] == "5"
