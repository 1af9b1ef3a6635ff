"""Facts stated in prose: one hazard a test on made-up lines, then figures read by eye in printed reports."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from jscore import narrative, reading, schema
from jscore.narrative import paragraphs, summaries, wording
from jscore.narrative.facts import facts_of
from jscore.narrative.stray_figures import stray_figures
from jscore.pdf.pages import Line
from jscore.text.normal import nfkc
from tests.shared import RAW, REPORTS, needs_shared

LEFT, RIGHT, EM = 80.0, 514.0, 14.0


def page(number: int, *texts: str, left: float = LEFT) -> list[Line]:
    """Lines of a page; those that begin with two blanks are indented, those that end with | end at the right edge."""
    made = []
    for i, text in enumerate(texts):
        x0 = left + 2 * EM if text.startswith("  ") else left
        words = text.strip().removesuffix("|")
        x1 = RIGHT if text.endswith("|") else min(RIGHT, x0 + EM * len(words))
        y0 = 740.0 - 20 * i
        made.append(Line(words, (x0, y0, x1, y0 + 1.1 * EM), number, (x0,)))
    return made


def said(*texts: str, title: str = "一、收入支出决算情况说明") -> list[tuple[str, str, float, str]]:
    """(subject, measure, value, unit) of the facts of paragraphs under a heading, the year reported on being 2024."""
    years = "  2024年度、2024年度、2024年度、2024年度、2024年度。"
    found = narrative.facts(page(5, f"  {title}", years, *(f"  {text}" for text in texts), "左边缘"))
    return list(found[["subject", "measure", "value", "unit"]].itertuples(index=False, name=None))


def joined(*texts: str) -> str:
    """The paragraphs of a page's lines, parted by a slash."""
    return " / ".join(p.printed for p in paragraphs.paragraphs(page(5, *texts)))


# --- lines to paragraphs ------------------------------------------------------------------


def test_number_broken_over_two_lines_is_one():
    found = narrative.facts(
        page(5, "  （一）收入总计13048.|", "64", "万元，比上年减少0.03|", "万元，占支出的44.12|", "%。")
    )
    assert found["value"].tolist() == [13048.64, -0.03, 0.4412]


def test_paragraph_runs_on_over_a_page_break_past_page_number_and_header():
    first = [*page(5, "  机关运行经费支出5406.93万元，比上年|"), Line("- 5 -", (280, 40, 310, 52), 5)]
    header = Line("某某局2024年度部门决算", (200, 790, 400, 802), 6)
    more = [Line(header.text, header.box, number) for number in (7, 8)]
    found = narrative.facts([*first, header, *page(6, "减少538.34万元，下降4.3%。"), *more])
    assert found["value"].tolist() == [5406.93, -538.34, -0.043]
    assert found["page"].tolist() == [5, 6, 6]
    assert set(found["sentence"]) == {"机关运行经费支出5406.93万元，比上年减少538.34万元，下降4.3%。"}


def test_bare_page_number_is_left_out_and_the_rest_of_an_amount_kept():
    number = Line("12", (290, 40, 304, 52), 5)
    found = narrative.facts([*page(5, "  收入总计130|"), number, *page(6, "48.64万元。")])
    assert found["value"].tolist() == [13048.64]
    found = narrative.facts([*page(5, "  收入总计|"), *page(6, "13048", "万元。")])
    assert found["value"].tolist() == [13048.0]


def test_paragraph_begins_at_an_indent_or_a_number_after_a_full_stop():
    assert joined("  一、总体情况。", "  收入总计5万元，|", "支出总计4万元。", "2.经营收入0万元。") == (
        "一、总体情况。 / 收入总计5万元，支出总计4万元。 / 2.经营收入0万元。"
    )


def test_wrapped_bracket_is_no_numbering():
    assert joined("  1.行政运行（类）事业运行|", "（项）3万元，大工匠奖励|", "（一）4万元。") == (
        "1.行政运行（类）事业运行（项）3万元，大工匠奖励（一）4万元。"
    )


def test_paragraphs_without_indents_part_after_a_short_line_with_a_full_stop():
    assert joined(
        "（一）机关运行经费支出情况", "机关运行经费5万元。", "比上年增加1万元，主要原因是人员增加，|", "增支。"
    ) == ("（一）机关运行经费支出情况 / 机关运行经费5万元。 / 比上年增加1万元，主要原因是人员增加，增支。")


def test_box_is_that_of_the_line_where_the_number_starts():
    lines = page(5, "  收入总计13048.|", "64万元。")
    fact = narrative.facts(lines).iloc[0]
    assert (fact["x0"], fact["y0"], fact["x1"], fact["y1"]) == lines[0].box


def test_section_names_the_headings_above():
    found = narrative.facts(
        page(
            5,
            "  五、其他重要事项的情况说明",
            "  （一）机关运行经费支出情况。",
            "  2024年机关运行经费支出3万元。",
            "  （四）预算绩效管理工作情况",
            "  2.项目自评情况及结果。",
            "  共涉及项目32个。",
            "  六、其他说明",
            "  共5万元。",
            "边",
        )
    )
    assert found["section"].tolist() == [
        "五、其他重要事项的情况说明 / （一）机关运行经费支出情况",
        "五、其他重要事项的情况说明 / （四）预算绩效管理工作情况 / 2.项目自评情况及结果",
        "六、其他说明",
    ]


@pytest.mark.parametrize(
    "title",
    ["第一部分 某局概况", "第三部分 名词解释", "第四部分 2024年度部门决算表", "一、主要职责", "二、部门决算单位构成"],
)
def test_other_parts_state_no_facts(title):
    assert narrative.facts(page(3, f"  {title}", "  共有处室12个，单价5万元。", "边")).empty


def test_accounts_after_a_part_without_are_read():
    lines = page(
        3,
        "  第一部分 某局概况",
        "  一、主要职责",
        "  内设12个处室。",
        "  第二部分 2024年度部门决算情况说明",
        "  一、收入支出决算总体情况说明",
        "  收入总计5万元。",
        "边",
    )
    assert narrative.facts(lines)["subject"].tolist() == ["收入总计"]


def test_notes_and_placeholders_state_no_facts():
    assert (
        said("注：本表金额四舍五入，尾差0.01万元。", "收入总计XXX万元，占XX%，单价100万元（含）以上设备XX台（套）。")
        == []
    )


def test_no_lines_no_facts():
    assert narrative.facts([]).equals(schema.empty("narrative"))
    assert project_paragraphs([]).empty


# --- units and signs --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,846,500元", 184.65),
        ("1.2亿元", 12000.0),
        ("5千元", 0.5),
        ("13048.64 万元", 13048.64),
        ("0.39万（含税）", 0.39),
        ("１２．５万元", 12.5),
        ("-12.5万元", -12.5),
    ],
)
def test_money_is_in_wan_yuan(text, value):
    assert said(f"培训费{text}。") == [("培训费", "amount", value, "万元")]


@pytest.mark.parametrize(
    "text",
    [
        "捐赠收入5万美元。",
        "捐赠收入5美元，折合35万元。",
        "单价100万元（含）以上设备。",
        "补助不超过20万元。",
        "奖励最高20万元。",
        "约20万元。",
        "奖励3-5万元。",
        "2024年12月31日。",
        "（沈人社发〔2024〕22号）。",
        "提高2.5个百分点。",
        "用时3个月，历时15分钟。",
        "每人每年10万元。",
        "《150万元办法》。",
        "第3批项目。",
    ],
)
def test_no_fact_in_a_bound_a_range_a_date_or_a_name(text):
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "value", "measure"),
    [
        ("支出总计比上年减少0.03万元", -0.03, "yoy_change"),
        ("支出总计较上年增加0.03万元", 0.03, "yoy_change"),
        ("支出总计与2023年度相比各降低0.03万元", -0.03, "yoy_change"),
        ("支出总计同比下降5.6%", -0.056, "yoy_rate"),
        ("与上年决算数相比，支出总计增长率为5.6%", 0.056, "yoy_rate"),
        ("支出总计比上年增加-5万元", -5, "yoy_change"),
        ("支出总计比上年少5万元", -5, "yoy_change"),
    ],
)
def test_change_has_its_sign(text, value, measure):
    assert [fact[:3] for fact in said(text)] == [("支出总计", measure, value)]


@pytest.mark.parametrize("text", ["比上年增加（减少）2.55万元", "比上年减少-5万元", "与上年持平", "比上年增加--"])
def test_change_of_unknown_direction_or_none_is_left_out(text):
    assert said(f"支出总计{text}。") == []


def test_open_direction_follows_the_change_before():
    facts = said("支出总计比2023年度减少0.15万元，下降（增长）27.78%。")
    assert [(measure, value) for _, measure, value, _ in facts] == [("yoy_change", -0.15), ("yoy_rate", -0.2778)]


def test_change_on_the_budget_or_another_year_is_not_year_on_year():
    facts = said("培训费决算5万元，比2024年年初预算减少1万元，下降16.67%；比2019年减少2万元；比上年减少3万元。")
    assert [fact[:3] for fact in facts] == [
        ("培训费", "amount", 5),
        ("培训费 较预算增减", "amount", -1),
        ("培训费 较预算增减", "share", -0.1667),
        ("培训费 较2019年增减", "amount", -2),
        ("培训费", "yoy_change", -3),
    ]


def test_parts_are_compared_with_what_their_whole_is_compared_with():
    facts = said("与年初预算相比，支出总计减少5万元。其中：人员经费减少3万元。")
    assert facts[1] == ("支出总计 > 人员经费 较预算增减", "amount", -3, "万元")


def test_increase_to_an_amount_is_no_change():
    assert said("公务接待费由上年的2.08万元增加到2.50万元。") == [
        ("公务接待费 上年", "amount", 2.08, "万元"),
        ("公务接待费", "amount", 2.5, "万元"),
    ]


# --- subjects -----------------------------------------------------------------------------


def test_ellipsis_is_about_the_running_subject():
    facts = said(
        "3.公务用车购置及运行费 3.69 万元，占“三公”经费支出的100.00%。完成预算的61.50%，"
        "决算数小于预算数的主要原因是"
        "加强管理。比上年减少 0.03 万元，降低 0.81%，主要是基本持平。"
    )
    assert {subject for subject, *_ in facts} == {"公务用车购置及运行费"}
    assert [fact[1:3] for fact in facts] == [
        ("amount", 3.69),
        ("share", 1.0),
        ("budget_completion", 0.615),
        ("yoy_change", -0.03),
        ("yoy_rate", -0.0081),
    ]


def test_item_is_found_by_its_whole_name_and_its_parts_stand_below():
    facts = said(
        "(1)社会保障和就业支出(类)抚恤(款)伤残抚恤(项)3726.07万元，主要是工资福利支出 2378.1万元，"
        "商品和服务支出656.23万元等支出，完成年初预算的 124.51%。"
    )
    item = "社会保障和就业支出（类）抚恤（款）伤残抚恤（项）"
    assert [fact[:2] for fact in facts] == [
        (item, "amount"),
        (f"{item} > 工资福利支出", "amount"),
        (f"{item} > 商品和服务支出", "amount"),
        (item, "budget_completion"),
    ]


def test_budget_and_final_amount_of_an_item():
    facts = said(
        "1、卫生健康支出（类）医疗（款）行政单位医疗（项）。主要用于：缴费。"
        "年初预算为42.73万元，支出决算为40.35万元。"
        "完成年初预算的94.43%。",
        "2.一般公共服务（类）：支出决算为5万元，完成预算100%。",
    )
    item = "卫生健康支出（类）医疗（款）行政单位医疗（项）"
    assert [fact[:3] for fact in facts] == [
        (f"{item} 年初预算", "amount", 42.73),
        (item, "amount", 40.35),
        (item, "budget_completion", 0.9443),
        ("一般公共服务（类）", "amount", 5),
        ("一般公共服务（类）", "budget_completion", 1),
    ]


def test_completion_of_a_stated_budget():
    assert said("“三公”经费支出62.07万元，完成全年预算84.82万元的73.2%。") == [
        ("“三公”经费", "amount", 62.07, "万元"),
        ("“三公”经费 全年预算", "amount", 84.82, "万元"),
        ("“三公”经费", "budget_completion", 0.732, "fraction"),
    ]


def test_completion_of_a_supplementary_budget_is_told_apart():
    facts = said("培训费48.98万元，完成年初预算的 0%，原因是年初未安排预算，年末完成追加预算的100%。")
    assert [fact[:3] for fact in facts[1:]] == [
        ("培训费", "budget_completion", 0),
        ("培训费 追加预算", "budget_completion", 1),
    ]


def test_parts_with_their_own_shares():
    facts = said("本年支出合计10万元，其中：基本支出6万元，占60%；项目支出4万元，占40%。")
    assert [fact[0] for fact in facts] == [
        "本年支出合计",
        "本年支出合计 > 基本支出",
        "本年支出合计 > 基本支出",
        "本年支出合计 > 项目支出",
        "本年支出合计 > 项目支出",
    ]


@pytest.mark.parametrize("between", ["项目支出，", "农林水支出（类元，", "其他经费支出，为往年结转，"])
def test_the_share_of_a_part_without_an_amount_is_not_that_of_the_part_before(between):
    text = f"  本年支出合计10万元，其中：基本支出6万元，占60%；{between}占25%；经营支出1万元，占10%。"
    found, of_nothing = facts_of(paragraphs.paragraphs(page(5, "  一、收入支出决算情况说明", text, "左边缘")))
    shares = found[found["measure"] == "share"]
    assert [(fact.subject[9:], fact.value) for fact in shares.itertuples()] == [("基本支出", 0.6), ("经营支出", 0.1)]
    assert [figure["text"] for figure in of_nothing] == ["25%"]


@pytest.mark.parametrize(
    "texts", [("支出合计10万元，占���；项目支出", "5万元"), ("全年预算数为���万", "元"), ("全年预算数为���", "万元")]
)
def test_a_figure_that_is_not_legible_is_said(texts):
    lines = [replace(line, pieces=()) for line in page(5, *texts, "左边缘")]
    assert [figure["text"] for figure in stray_figures(lines, paragraphs.paragraphs(lines), (), ())] == ["���"]


def test_classes_stand_alone_in_a_list():
    facts = said("财政拨款支出10万元，主要用于以下方面：教育支出（类）6万元，占60%；农林水支出（类）4万元，占40%。")
    assert [fact[0] for fact in facts] == ["财政拨款支出", *["教育支出（类）"] * 2, *["农林水支出（类）"] * 2]


@pytest.mark.parametrize("amount", ["6万元", "为6万元", "万元", "\ufffd\ufffd万元"])
def test_a_class_whose_bracket_is_not_closed_keeps_its_name(amount):
    facts = said(f"财政拨款支出10万元，主要用于以下方面：教育支出（类{amount}，占60%；农林水支出（类）4万元，占40%。")
    assert facts[-3][:2] == ("教育支出（类）", "share")
    assert {fact[0] for fact in facts} == {"财政拨款支出", "教育支出（类）", "农林水支出（类）"}


def test_completions_of_parts_have_their_own_subjects():
    facts = said(
        "2024年度财政拨款支出完成年初预算的68.76%，其中：基本支出完成年初预算的118.80%，项目支出完成年初预算的52.97%。"
    )
    assert [fact[0] for fact in facts] == ["财政拨款支出", "财政拨款支出 > 基本支出", "财政拨款支出 > 项目支出"]


def test_paragraph_of_parts_belongs_to_the_one_before():
    facts = said(
        "1.财政拨款收入9万元，占收入总计的90%。", "其中：政府性基金收入0万元。购置车辆1辆。", "2.事业收入1万元。"
    )
    assert [fact[0] for fact in facts[2:]] == ["财政拨款收入 > 政府性基金收入", "财政拨款收入 > 购置车辆", "事业收入"]


def test_comment_after_numbered_items_is_about_what_they_add_up_to():
    facts = said(
        "(一)收入总计9万元，包括：", "1.财政拨款收入8万元。", "8.上年结转1万元。", "与上年相比，增加5万元，增长125%。"
    )
    assert [fact[0] for fact in facts] == ["收入总计", "财政拨款收入", "上年结转", "收入总计", "收入总计"]


def test_figure_in_a_reason_is_not_about_the_total():
    facts = said("收入支出总计增加1062.85万元。主要原因：项目支出增加，较上年增加1133.95万元。")
    assert [fact[:3] for fact in facts] == [
        ("收入支出总计", "yoy_change", 1062.85),
        ("收入支出总计 > 项目支出", "yoy_change", 1133.95),
    ]


def test_what_money_was_for_is_no_list():
    facts = said("人员经费5万元，主要包括基本工资、津贴补贴，公用经费3万元，用于办公，会议费2万元。")
    assert [fact[0] for fact in facts] == ["人员经费", "公用经费", "会议费"]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("某某市财政局2024年度收入支出总计5万元", "收入支出总计"),
        ("2024年度收、支总计均为5万元", "收、支总计"),
        ("今年收入总计5万元", "收入总计"),
        ("机关运行经费支出5万元", "机关运行经费"),
        ("“财政事务”（款）2024年度决算5万元", "财政事务（款）"),
        ("2023年度支出总计5万元", "支出总计 上年"),
        ("2024年末结转和结余5万元", "年末结转和结余"),
        ("政府采购金额（以合同签订为准）为5万元", "政府采购金额"),
    ],
)
def test_subject_is_in_the_sentence_s_words_without_date_and_verb(text, subject):
    assert [fact[0] for fact in said(text)] == [subject]


# --- counts and scores ----------------------------------------------------------------


def test_counts_of_receptions_trips_and_cars():
    assert said(
        "2024年国内公务接待累计5批次、38人、4.85万元。参加出国（境）团组 0 个，累计2 人次。",
        "截至2024年12月31日，共有车辆18辆，其中：主要领导干部用车0辆，其他用车18辆；"
        "单价100 万元（含）以上设备（不含车辆）0 台（套）。",
    ) == [
        ("国内公务接待", "count", 5, "批次"),
        ("国内公务接待", "count", 38, "人"),
        ("国内公务接待", "amount", 4.85, "万元"),
        ("参加出国（境）团组", "count", 0, "个"),
        ("参加出国（境）团组", "count", 2, "人次"),
        ("车辆", "count", 18, "辆"),
        ("车辆 > 主要领导干部用车", "count", 0, "辆"),
        ("车辆 > 其他用车", "count", 18, "辆"),
        ("单价100万元（含）以上设备（不含车辆）", "count", 0, "台（套）"),
    ]


def test_evaluated_projects_their_money_and_grades():
    assert said(
        "市财政局对我部门的 1个项目开展了财政重点评价，"
        "涉及资金 109.59万元（其中：一般公共预算资金 109.59万元）。"
        "评级情况为优 1个、良0 个。发现主要存在以下问题：一是有5个。下一步投入3万元。"
    ) == [
        ("财政重点评价项目", "count", 1, "个"),
        ("财政重点评价项目 > 涉及资金", "amount", 109.59, "万元"),
        ("财政重点评价项目 > 涉及资金 > 一般公共预算资金", "amount", 109.59, "万元"),
        ("评级情况 优", "count", 1, "个"),
        ("评级情况 良", "count", 0, "个"),
    ]


def test_rates_and_scores():
    assert said("预算执行率为98.5%，自评覆盖率（已开展项目数/应开展项目数*100%）达到100%，平均得分99.43分。") == [
        ("收入支出", "budget_completion", 0.985, "fraction"),
        ("自评覆盖率", "share", 1, "fraction"),
        ("平均得分", "score", 99.43, "分"),
    ]


def test_change_in_a_count_keeps_its_unit():
    assert said("公务接待12批次，比上年增加2批次。")[1] == ("公务接待", "yoy_change", 2, "批次")


# --- projects -----------------------------------------------------------------------


def test_project_s_paragraph():
    lines = page(
        11,
        "  (4) “对优才奖励的，实行“一人一议”解决首套购房，给予150万元、100万元补贴。”项目自评综述：根据|",
        "年初设定的绩效目标，项目自评得分69.5 分。项目全年预算数500万元，执行数为12.|",
        "5万元，完成预算的2.5%。项目绩效目标完成情况：|",
        "一是产出指标方面完成 98%；培训1500人次。下一步改进措施：投入20万元。",
        "边",
    )
    name = "对优才奖励的，实行“一人一议”解决首套购房，给予150万元、100万元补贴。"
    project = project_paragraphs(lines).iloc[0]
    assert project[["order", "project", "score", "budget", "executed", "rate", "page"]].tolist() == [
        1,
        name,
        69.5,
        500,
        12.5,
        0.025,
        11,
    ]
    assert narrative.facts(lines)[["subject", "measure", "value"]].values.tolist() == [
        [f"{name} 自评得分", "score", 69.5],
        [f"{name} 全年预算数", "amount", 500],
        [f"{name} 执行数", "amount", 12.5],
        [f"{name} 完成预算", "budget_completion", 0.025],
        [f"{name} 产出指标完成", "share", 0.98],
    ]


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("“物业费——局本级”项目自评综述", "物业费——局本级"),
        ("“奖励项目”项目自评综述", "奖励项目"),
        ("信息化运维项目绩效自评综述", "信息化运维"),
        ("“‘引博’工程”项目自评综述", "‘引博’工程"),
        ("“大工匠奖励(一)”项目自评综述", "大工匠奖励(一)"),
        ("“缺右引号项目自评综述", "缺右引号"),
    ],
)
def test_project_s_name_is_as_printed_without_the_quotes_around(printed, name):
    paragraph = paragraphs.paragraphs(page(11, f"  （3）{printed}：得分5分。"))[0]
    assert summaries.project_name(paragraph) == name


def test_subject_of_words_alone():
    assert wording.tidy("2023年度一般公共预算财政拨款支出决算数为", 2024) == ("一般公共预算财政拨款支出", "上年")
    assert wording.tidy("支出决算为") == ("", "")


# --- printed reports ---------------------------------------------------------------------


@cache
def read(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The facts and the projects' summaries of a report, read once."""
    lines = reading.read_content(path).lines
    return narrative.facts(lines), project_paragraphs(lines)


def project_paragraphs(lines: list[Line]) -> pd.DataFrame:
    """The paragraphs that sum up a project's self-evaluation, with what they state."""
    columns = {"自评得分": "score", "全年预算数": "budget", "执行数": "executed", "完成预算": "rate"}
    rows = []
    for paragraph in paragraphs.paragraphs(lines):
        if name := summaries.project_name(paragraph):
            stated = {columns.get(what, what): value for what, _, _, value in summaries.project_figures(paragraph)}
            rows.append({"order": len(rows) + 1, "project": name, **stated, "page": paragraph.lines[0].page})
    return pd.DataFrame(rows, columns=["order", "project", *columns.values(), "page"])


@pytest.fixture
def shenyang() -> tuple[pd.DataFrame, pd.DataFrame]:
    return read(RAW)


def value(found: pd.DataFrame, subject: str, measure: str = "amount", unit: str | None = None) -> float:
    """The one value stated of ``subject``, however often."""
    rows = found[(found["subject"] == subject) & (found["measure"] == measure)]
    rows = rows[rows["unit"] == unit] if unit else rows
    assert rows["value"].nunique() == 1, f"{subject} {measure}: {rows['value'].tolist()}"
    return float(rows["value"].iloc[0])


def test_shenyang_fits_the_schema(shenyang):
    found, _ = shenyang
    schema.validate("narrative", found)
    assert found["fact_no"].tolist() == list(range(1, len(found) + 1))
    assert found["page"].between(5, 18).all()
    assert len(found) == 379


RUN = "社会保障和就业支出（类）人力资源和社会保障管理事务（款）"
OLD_AGE = "社会保障和就业支出（类）行政事业单位养老支出（款）"


@pytest.mark.parametrize(
    ("subject", "measure", "stated"),
    [
        ("收入总计", "amount", 13048.64),
        ("收入总计", "yoy_change", 538.34),
        ("收入总计", "yoy_rate", 0.043),
        ("财政拨款收入", "share", 1.0),
        ("支出总计", "yoy_change", 538.34),
        ("基本支出", "share", 0.4144),
        ("基本支出 > 对个人和家庭的补助", "amount", 1224.43),
        ("项目支出 > 就业补助相关补助资金", "amount", 282.5),
        ("财政拨款支出", "budget_completion", 0.6876),
        ("财政拨款支出 > 项目支出", "budget_completion", 0.5297),
        ("一般公共预算财政拨款支出", "amount", 13048.64),
        ("社会保障和就业支出", "amount", 12315.04),
        (f"{RUN}行政运行（项）", "amount", 3726.07),
        (f"{RUN}行政运行（项）", "budget_completion", 1.2451),
        (f"{RUN}行政运行（项） > 工资福利支出", "amount", 2378.1),
        (f"{RUN}引进人才费用（项）", "budget_completion", 0.0),
        (f"{RUN}其他人力资源和社会保障管理事务支出（项） > 对个人和家庭补助支出", "amount", 4855.8),
        (f"{OLD_AGE}行政单位离退休（项）", "budget_completion", 0.7513),
        (f"{OLD_AGE}机关事业单位职业年金缴费支出（项） 追加预算", "budget_completion", 1.0),
        ("住房保障支出（类）住房改革支出（款）购房补贴（项）", "budget_completion", 0.0),
        ("财政拨款安排的“三公”经费", "budget_completion", 0.615),
        ("公务用车购置及运行费", "yoy_rate", -0.0081),
        ("公务用车购置及运行费 > 公务用车运行维护费", "amount", 3.69),
        ("参加出国（境）团组", "count", 0.0),
        ("公务用车购置及运行费 > 使用财政拨款开支运行维护费的公务用车保有量", "count", 18.0),
        ("一般公共预算财政拨款基本支出 > 人员经费", "amount", 4737.81),
        ("机关运行经费", "yoy_change", -54.74),
        ("政府采购支出总额", "amount", 42.08),
        ("车辆", "count", 18.0),
        ("车辆 > 其他用车", "count", 18.0),
        ("部门（单位）整体绩效自评单位 > 一般公共预算支出", "amount", 4551.34),
        ("预算支出项目", "count", 32.0),
        ("预算支出项目 > 涉及资金", "amount", 12784.14),
        ("财政重点评价项目 > 涉及资金", "amount", 109.59),
        ("沈阳市职业技能竞赛 自评得分", "score", 98.95),
        ("物业管理费——局本级 执行数", "amount", 37.08),
        ("12333电话咨询中心专项经费 完成预算", "budget_completion", 1.0),
    ],
)
def test_shenyang_states(shenyang, subject, measure, stated):
    assert value(shenyang[0], subject, measure) == pytest.approx(stated)


def test_shenyang_s_figures_are_where_they_are_printed(shenyang):
    found, _ = shenyang
    amount = found[found["subject"] == f"{RUN}行政运行（项）"].iloc[0]
    assert (amount["page"], round(amount["y0"])) == (6, 310)
    executed = found[found["subject"] == "物业管理费——局本级 执行数"].iloc[0]
    assert executed["page"] == 16
    assert "执行数为37.08万元" in executed["sentence"]


def test_shenyang_s_items_add_up_to_their_class(shenyang):
    amounts = shenyang[0].query("measure == 'amount'")
    items = amounts[amounts["subject"].str.fullmatch("社会保障和就业支出（类）.*（项）")]
    assert len(items) == 11
    assert items["value"].sum() == pytest.approx(12315.04, abs=0.005 * 12)


def test_shenyang_s_projects(shenyang):
    _, projects = shenyang
    assert projects["order"].tolist() == list(range(1, 33))
    assert projects[["score", "budget", "executed", "rate"]].notna().all(axis=None)
    assert projects["project"].tolist()[2:4] == [
        "对‘候鸟型’人才工作站年度评估结果优秀单位奖励",
        "对获得高精尖优才奖励的，A类人才实行“一人一议”解决首套购房问题，B类、C类人才分别给予150万元、100万元首套购房补贴",
    ]
    assert projects["project"].iloc[9] == "技能大师工作室、高技能人才培养基地、“双元制”校企合作项目奖励"
    assert projects["project"].iloc[25] == "兴沈大工匠奖励（一）"
    assert projects["budget"].sum() == pytest.approx(12784.14)


@pytest.mark.slow
@needs_shared
def test_shanghai_items_have_budget_and_final():
    found, _ = read(REPORTS / "real/putuo-planning-2024.pdf")
    item = "城乡社区支出（类）城乡社区规划与管理（款）城乡社区规划与管理（项）"
    assert value(found, f"{item} 年初预算") == 3110.14
    assert value(found, item) == 2739.56
    assert value(found, item, "budget_completion") == pytest.approx(0.8808)
    assert value(found, "“三公”经费财政拨款支出", "yoy_rate") == pytest.approx(-0.2778)
    assert value(found, "公务接待", "count", "人次") == 26
    assert value(found, "绩效自评的项目 > 平均得分", "score") == 99.33
    rates = found.query("measure == 'yoy_rate' and subject == '一般公共预算财政拨款支出'")
    assert rates.empty, "printed 增长13.95 without a percent sign: no rate is stated"


@needs_shared
def test_shanghai_finance_bureau():
    found, _ = read(REPORTS / "real/putuo-finance-2024.pdf")
    assert len(found) == 100
    assert value(found, "收入支出总计", "yoy_change") == -56.95
    assert value(found, "住房保障支出（类）", "share") == pytest.approx(0.1516)
    assert value(found, "一般公共预算财政拨款支出 年初预算") == 2993.92
    assert value(found, "政府采购金额 > 服务采购金额") == 246.47
    assert value(found, "单价100万元（含）以上设备（不含车辆）", "count") == 2


@needs_shared
@pytest.mark.parametrize("name", ["real/department-template.pdf", "synthetic/yingkou-agriculture-2024.pdf"])
def test_report_without_figures_in_prose(name):
    found, projects = read(REPORTS / name)
    assert found.empty
    assert projects.empty


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize("name", ["shenyang-hrss-2023", "anshan-culture-2024"])
def test_project_paragraphs_agree_with_the_forms(name):
    _, projects = read(REPORTS / "synthetic" / f"{name}.pdf")
    forms = pd.read_csv(REPORTS / "synthetic" / f"{name}.truth" / "projects.csv")
    both = projects.assign(key=projects["project"].map(nfkc)).merge(
        forms.assign(key=forms["project"].map(nfkc)), on="key", suffixes=("", "_form")
    )
    assert len(both) == len(projects) == len(forms)
    assert (both["budget"] - both["budget_form"]).abs().max() < 0.006
    assert (both["executed"] - both["executed_form"]).abs().max() < 0.006
