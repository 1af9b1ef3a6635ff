"""Whether all is there that a report announces, and what a template or a slip left in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jscore.relations.catalogue import CATALOGUE
from jscore.relations.engine import findings, run_checks
from tests import made_evaluations as made
from tests.test_checks_evaluations import changed, of, statuses
from tests.test_checks_tables import named

FORMS = made.source().info["forms"]
EMPTY = {"status": "empty", "pages": [8]}

#: check_id, and what is made of the report: words swapped, paragraphs added, forms: with which it holds and with which not.
Made = dict[str, Any]
CASES: tuple[tuple[str, Made, Made], ...] = (
    ("complete.table", {}, {"forms": {**FORMS, "07": {"status": "missing", "pages": []}}}),
    ("complete.attached", {}, {"forms": {key: form for key, form in FORMS.items() if key != "overall"}}),
    ("complete.empty-stated", {"forms": {**FORMS, "08": EMPTY}, "more": ["本部门没有国有资本经营预算财政拨款收入和支出，故本表为空。"]},
     {"forms": {**FORMS, "08": EMPTY}}),
    ("complete.denied", {"more": ["如本部门无政府性基金预算财政拨款支出，则本表为空。"]},
     {"more": ["本部门2024年度无政府性基金预算财政拨款支出。"]}),
    ("complete.form", {}, {"more": ["（9）" + made.summary("图书馆开放补助", "90.00", "1.00", "1.00", "100.00%", "100%")]}),
    ("complete.told", {}, {"swap": {"“专家评审费”项目自评综述": "专家评审费"}}),
    ("complete.department", {"swap": {f"单位：{made.DEPARTMENT} ": "单位：临江市劳动局 "}},
     {"swap": {f"单位：{made.DEPARTMENT} ": "单位：东海省临江市教育局 "}}),
    ("complete.year", {}, {"swap": {"2024年度 金额": "2023年度 金额"}}),
    ("complete.year", {"swap": {"截至2024年12月31日": "截至2024年底"}}, {"swap": {"截至2024年12月31日": "截至2023年12月31日"}}),
    ("complete.glossary", {"swap": {"社会保障和就业支出（类）": "社会保障与就业（类）"} | {"与": "和"}}, {"swap": {"行政运行（项）": "机关服务（项）"}}),
    ("left.nameless", {"more": ["市财政局对我部门的无等0个项目开展了财政重点评价。"]}, {"more": ["市财政局对我部门的无等1个项目开展了财政重点评价。"]}),
    ("left.year", {"more": ["本馆建成200年。2024年度部门决算"]}, {"more": ["某局202年度部门决算情况说明"]}),
    ("left.year", {"more": ["项目编号20240年"]}, {"more": ["某局20244年度部门决算情况说明"]}),
    ("left.filler", {"more": ["发现的主要问题：一是无人值守。"]}, {"more": ["发现的主要问题：一是无；二是无。"]}),
    ("left.percent", {}, {"swap": {"自评覆盖率达到90%": "自评覆盖率达到101%"}}),
)  # fmt: skip

PLACEHOLDERS = (
    "上海市XX局概况。", "主要用于××××支出。", "截至20XX年12月31日。", "车辆保有量____辆。", "比上年增加 万元，增长 %。", "占支出总计的 %，全年预算数为 万元。",
    "“”项目自评综述：得分高。", "某某单位开展了评价。", "负责人：某某。", "本单位属于某某局。", "本年度收入为＊＊万元。", "全年接待○○批次。",
    "增加1193.20万元，增长13.95。", "支出决算为20.04，完成年初预算的25.83%。", "完成年初预算的93.57。", "比上年减少0.15万元，下降（增长）27.78%。",
    "决算数大于（小于）预算数的主要原因：按进度支付。",
)  # fmt: skip
NO_PLACEHOLDERS = (
    "二○○八年成立，二〇〇九年更名。", "采购LED屏XXL号工作服。", "金额单位：万元。", "本套报表以万元为单位。", "3×4米展板2块。", "以“一网通办”为抓手。",
    "预算安排万元以上项目3个。", "支出12万元。", "完成预算的100%。", "执行《条例》。", "项目负责人：李某某。", "联系人陈某某、查某某局长",
    "增长13.95%。", "支出决算为20.04万元，完成年初预算的25.83%。", "全年增加3.5个编制，减少2处。", "指数增长（同比）2.5。",
)  # fmt: skip
HINTS = (
    "由主管部门根据三定方案等相关规定填写。", "请在此填写本部门职责。", "（如有）部门评价结果。", "（没有的请删除）三公经费说明。",
    "制定或者完善制度方面情况；绩效监控管理情况；其他预算绩效管理创新做法等。",
)  # fmt: skip
NO_HINTS = (
    "指导申请人填写申请表。", "负责制定制度；监督检查执行情况；报告工作情况。2024年开展3次。", "如有违反，依法处理。", "本部门情况如下；具体情况见附件。",
)  # fmt: skip
DOUBLED = (
    "主要用于办公的的支出。", "项目支出支出12万元。", "收入100万元万元。", "比上年减少，，主要原因是压减。", "其中其中：基本支出。", "公用经费经费3万元。",
    "主要原因是是人员减少。", "支出5万元。。",
)  # fmt: skip
NO_DOUBLED = (
    "常常开展活动，人人参与，天天向上。", "办公费、印刷费等等。", "区区协作，县县联动，谢谢支持。", "项目管理管理制度健全。", "公共服务服务对象满意。",
    "方方面面、实实在在。", "大是大非，是是非非。", "为参与与会人员作为为民服务的窗口。", "以及及时拨付。", "现在在职人员，内在在编。", "这是是否拨付的依据。",
    "达到目的的途径，的的确确。", "2024年度年度目标。", "逐步逐步推进……",
)  # fmt: skip


def report(make: Made) -> Any:
    return made.source(make.get("swap"), make.get("more", ()), **({"forms": make["forms"]} if "forms" in make else {}))


@pytest.mark.parametrize(("check_id", "holds", "breaks"), CASES, ids=lambda x: str(x)[:30])
def test_what_a_report_says_of_itself(check_id: str, holds: Made, breaks: Made) -> None:
    assert "fail" not in statuses(report(holds), check_id)
    assert "fail" in statuses(report(breaks), check_id)


@pytest.mark.parametrize(
    ("check_id", "left", "right"),
    [("left.placeholder", PLACEHOLDERS, NO_PLACEHOLDERS), ("left.hint", HINTS, NO_HINTS), ("left.doubled", DOUBLED, NO_DOUBLED)],
)  # fmt: skip
def test_words_left_over_and_words_that_look_like_it(
    check_id: str, left: tuple[str, ...], right: tuple[str, ...]
) -> None:
    for text in left:
        assert "fail" in statuses(report({"more": [text]}), check_id), text
    found = findings(run_checks(report({"more": list(right)}), named(check_id))[0])
    assert found.empty, found["message"].tolist()


def test_a_placeholder_in_a_cell_is_found_with_its_box() -> None:
    held = made.source()
    frames = dict(held.frames)
    frames["cells"] = frames["cells"].copy()
    frames["cells"].loc[frames["cells"].index[-1], "text"] = "提高××能力"
    checks, figures = run_checks(replace(held, frames=frames), named("left.placeholder"))
    failed = checks[checks["status"] == "fail"]
    at = figures[figures["check_no"].isin(failed["check_no"])]
    assert len(failed) == len(at) == 1
    assert at["x0"].iloc[0] == frames["cells"]["x0"].iloc[-1] and at["printed"].iloc[0] == "提高××能力"


@pytest.mark.parametrize(
    ("form", "frame", "where"),
    [("06", "expenditure", {"form": "05", "level": 0, "component": "基本支出"}),
     ("03", "totals", {"form": "01", "item": "本年支出合计"}), ("02", "totals", {"form": "01", "item": "本年收入合计"})],
)  # fmt: skip
def test_an_empty_table_whose_money_another_table_prints(form: str, frame: str, where: dict[str, Any]) -> None:
    held = report({"forms": {**FORMS, form: {"status": "empty", "pages": [int(form)]}}})
    assert statuses(held, "complete.empty-money") == ["fail"]
    assert statuses(changed(held, (frame, where, "amount", 0.0)), "complete.empty-money") == ["pass"]


@pytest.mark.parametrize(
    ("name", "actual", "expected"),
    [("服务对象满意度", "100", "pass"), ("服务对象满意度", "100.1", "fail"), ("收入增长率", "120", "pass"), ("任务完成率", "130", "pass")],
)  # fmt: skip
def test_rates_that_can_and_cannot_be_above_all(name: str, actual: str, expected: str) -> None:
    at = of(7, 2)
    held = changed(made.source(), ("indicators", at, "level3", name), ("indicators", at, "actual", actual))
    assert ("fail" in statuses(held, "left.percent")) == (expected == "fail")


def test_a_message_shows_the_words_around() -> None:
    left = report({"more": ["上海市XX局2024年度收入支出情况。"]})
    found = findings(run_checks(left, named("left.placeholder"))[0]).set_index("check_id")
    assert (
        "“XX”" in found.loc["left.placeholder", "message"] and "上海市XX局" in found.loc["left.placeholder", "message"]
    )
    assert found.loc["left.placeholder", "pages"] == "3"


@pytest.mark.parametrize(
    ("hidden", "text", "status"), [(True, "88.01", "fail"), (False, "2024", "skipped"), (True, "旧", "skipped")]
)  # fmt: skip
def test_figures_that_no_page_shows(hidden: bool, text: str, status: str) -> None:
    held = made.source(not_shown=[{"page": 2, "hidden": hidden, "text": text}])
    assert statuses(held, "complete.shown") == [status]


def test_every_relation_of_completeness_is_tested_here() -> None:
    tested = {case[0] for case in CASES} | {
        "complete.empty-money", "complete.shown", "left.placeholder", "left.hint", "left.doubled",
    }  # fmt: skip
    assert tested == {check.check_id for check in CATALOGUE if check.group == "completeness"}


def test_a_title_without_a_table_that_could_be_read_is_no_missing_table() -> None:
    missing = {**FORMS, "07": {"status": "missing", "pages": []}}
    other = [{"table_id": "p2-1", "form": "unknown", "pages": [2], "begins": ""}]
    assert "fail" not in statuses(made.source(forms=missing, unknown_tables=other), "complete.table")


def test_another_units_tables_bear_another_name() -> None:
    swap = {f"单位：{made.DEPARTMENT} ": "单位：东海省临江市劳动监察支队 "}
    held = made.source(swap)
    page = next(line.page for line in held.lines if "支队" in line.text)
    repeated = [{"table_id": "p9-1", "form": "01", "pages": [page], "begins": ""}]
    assert "fail" in statuses(held, "complete.department")
    assert "fail" not in statuses(made.source(swap, repeated_tables=repeated), "complete.department")


@pytest.mark.parametrize(
    "text",
    ["与上年相比，政府性基金预算财政拨款支出无变化。", "上年无政府性基金预算财政拨款支出。", "若无政府性基金支出，则不填列。"],
)  # fmt: skip
def test_what_denies_no_money_of_the_year(text: str) -> None:
    assert statuses(made.source(more=[text]), "complete.denied") == ["skipped"]
