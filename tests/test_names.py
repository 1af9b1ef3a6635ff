"""Names that mean the same, and names that must stay apart."""

from __future__ import annotations

import pytest

from jscore.text.names import SURE, department_key, likeness, nearest, normal_name, pairs, without_year

SAME = [
    ("优秀高技能人才项目奖励经费——2025", "优秀高技能人才项目奖励经费", "year"),
    ("优秀高技能人才项目奖励经费——2025", "优秀高技能人才项目奖励经费——2024", "year"),
    ("2024年沈阳市职业技能竞赛", "沈阳市职业技能竞赛", "year"),
    ("沈阳市职业技能竞赛（2024年度）", "沈阳市职业技能竞赛（2023年度）", "year"),
    ("2023-2024年供暖补贴", "2024-2025年供暖补贴", "year"),
    ("物业管理费——局本级", "物业管理费（局本级）", "punctuation"),
    ("各类人才评审、基地评估费", "各类人才评审，基地 评估费", "punctuation"),
    ("就业补助(职建处)", "就业补助（职建处）", "punctuation"),
    ("“双元制”校企合作", "双元制校企合作", "punctuation"),
    ("１２３３３电话咨询中心专项经费", "12333电话咨询中心专项经费", "punctuation"),
    ("急需紧缺人才奖励", "急需紧缺人才奖励项目", "wording"),
    ("法律顾问专项经费", "2025年法律顾问费用", "wording"),
]
APART = [
    ("高技能人才奖励（一）", "高技能人才奖励（二）"),
    ("第一批就业补助资金", "第二批就业补助资金"),
    ("2024年第1批就业补助", "2024年第2批就业补助"),
    ("市级就业补助资金", "省级就业补助资金"),
    ("中央财政就业补助资金", "省级财政就业补助资金"),
    ("物业管理费——局本级", "物业管理费——人才中心"),
    ("就业补助（职建处）", "就业补助（就业处）"),
    ("产业紧缺人才奖励项目", "急需紧缺人才奖励"),
    ("各类人才评审、基地评估费（宣传经费）", "各类人才评审、基地评估费"),
    ("3-6岁儿童体检", "36岁儿童体检"),
    ("1.5万人补贴项目", "15万人补贴项目"),
    ("城镇居民医疗补助", "农村居民医疗补助"),
    ("A类人才补贴", "B类人才补贴"),
    ("上半年公益性岗位补贴", "下半年公益性岗位补贴"),
    ("行政单位干部培训专项经费", "事业单位干部培训专项经费"),
    ("2020以前项目尾款", "2021以前项目尾款"),
]


@pytest.mark.parametrize(("one", "other", "how"), SAME)
def test_the_same_in_other_words(one: str, other: str, how: str) -> None:
    assert likeness(one, other)[0] == likeness(other, one)[0] == how
    assert SURE <= likeness(one, other)[1] < 1
    assert [(pair.first, pair.second, pair.how) for pair in pairs([one], [other])] == [(0, 0, how)]


@pytest.mark.parametrize(("one", "other"), APART)
def test_different_projects_are_never_joined(one: str, other: str) -> None:
    assert likeness(one, other)[1] < SURE
    assert pairs([one], [other]) == []


@pytest.mark.parametrize(("one", "other"), [APART[i] for i in (0, 1, 2, 3, 11, 12, 13)])
def test_ordinals_and_levels_are_not_even_similar(one: str, other: str) -> None:
    assert likeness(one, other) == ("similar", 0.0)
    assert pairs([one], [other], least=0.1) == []


def test_confidence_is_1_for_the_printed_name_only() -> None:
    assert likeness("抚恤金", "抚恤金") == ("exact", 1.0)
    assert likeness("抚恤金", "抚恤 金")[1] < 1


def test_a_year_that_tells_two_projects_of_one_report_apart() -> None:
    before, after = ["2022年高标准农田", "2023年高标准农田"], ["2023年高标准农田", "2024年高标准农田"]
    assert [(p.first, p.second, p.how) for p in pairs(before, after)] == [(1, 0, "exact")]
    assert pairs(before, ["高标准农田"]) == []


def test_pairs_are_one_to_one_and_the_strictest_form_wins() -> None:
    found = pairs(["人才奖励资金", "人才奖励项目"], ["人才奖励资金", "人才奖励"])
    assert [(p.first, p.second, p.how) for p in found] == [(0, 0, "exact")]
    assert pairs(["同名项目甲", "同名项目甲"], ["同名项目甲"]) == []


def test_similar_names_are_paired_on_demand_only() -> None:
    one, other = "企业高技能人才引进培养奖励", "企业高技能人才引进奖励"
    how, confidence = likeness(one, other)
    assert (how, 0.6 < confidence < SURE) == ("similar", True)
    assert pairs([one], [other]) == []
    assert [p.how for p in pairs([one], [other], least=0.7)] == ["similar"]
    assert nearest(one, ["法律顾问", other]) == (other, confidence)
    assert nearest(one, ["法律顾问"]) is None


def test_normal_forms() -> None:
    assert normal_name("（一）《a》 1,000.50元，3～6岁、第1、2批") == "一A1000.50元3-6岁第1-2批"
    assert without_year("2024年") == "2024年" and without_year("20245人补贴") == "20245人补贴"


def test_departments() -> None:
    assert department_key("辽宁省沈阳市人社局（本级）") == department_key("沈阳市人社局(本级)")
    assert department_key("沈阳市人社局（本级）") != department_key("沈阳市人社局")
    assert department_key("江苏省南京市鼓楼区财政局") != department_key("江苏省徐州市鼓楼区财政局")
    assert department_key("辽宁省财政厅") != department_key("吉林省财政厅")
