"""The relations of the narrative: each is broken by one printed unit beyond its tolerance, and kept within it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jscore.narrative.terms import Term, scope_of
from jscore.relations.catalogue import CATALOGUE
from jscore.relations.engine import findings, run_checks
from jscore.relations.source import Source
from jscore.relations.statements import statements
from tests import made, made_narrative
from tests.made_narrative import LIAONING, NATIONAL
from tests.shared import REPORTS, needs_shared, report

GROUP = [check.check_id for check in CATALOGUE if check.group == "narrative"]
XZYX = "社会保障和就业支出（类）人力资源和社会保障管理事务（款）行政运行（项）"
CSJS = "城乡社区支出（类）国有土地使用权出让收入安排的支出（款）城市建设支出（项）"


def changed(text: str, old: str, new: str) -> Source:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return made_narrative.source(text.replace(old, new))


def failing(source: Source, check_id: str = "", *, info: bool = True) -> set[str]:
    """The check_ids of the narrative's findings; ``check_id`` is the one looked for, if not all are."""
    relations = [check for check in CATALOGUE if check.check_id in (GROUP if not check_id else [check_id])]
    found = findings(run_checks(source, relations)[0])
    return set(found["check_id"][info | found["severity"].ne("info")])


@pytest.mark.parametrize("text", [NATIONAL, LIAONING], ids=["national", "liaoning"])
def test_the_made_narratives_hold_and_every_figure_is_tested(text: str) -> None:
    source = made_narrative.source(text)
    checks, figures = run_checks(source)
    found = findings(checks)
    assert found[found["severity"] != "info"].empty, found[["check_id", "subject", "message"]].to_string()
    tested = set(figures["frame_row"][figures["frame"] == "narrative"])
    stated = source.frames["narrative"]
    assert stated[~stated.index.isin(tested)]["subject"].tolist() == []


#: check, text, what is printed, what it may be, what it must not be
CASES: tuple[tuple[str, str, str, str, str], ...] = (
    ("narrative.totals", NATIONAL, "收、支总计均为223.21", "收、支总计均为223.22", "收、支总计均为223.23"),
    ("narrative.totals", NATIONAL, "年度收入合计222.21", "年度收入合计222.20", "年度收入合计222.19"),
    ("narrative.totals", NATIONAL, "基本支出120.04万元，占", "基本支出120.05万元，占", "基本支出120.06万元，占"),
    ("narrative.totals", NATIONAL, "财政拨款收、支总计均为221.21", "财政拨款收、支总计均为221.20", "财政拨款收、支总计均为221.19"),
    ("narrative.totals", NATIONAL, "政府性基金预算财政拨款支出40.09", "政府性基金预算财政拨款支出40.10", "政府性基金预算财政拨款支出40.11"),
    ("narrative.totals", NATIONAL, "国有资本经营预算财政拨款支出5.06", "国有资本经营预算财政拨款支出5.07", "国有资本经营预算财政拨款支出5.08"),
    ("narrative.totals", NATIONAL, "预算财政拨款基本支出120.04", "预算财政拨款基本支出120.03", "预算财政拨款基本支出120.02"),
    ("narrative.totals", LIAONING, "上年结转和结余1.00", "上年结转和结余1.01", "上年结转和结余1.02"),
    ("narrative.totals", LIAONING, "年末结转和结余8.00", "年末结转和结余8.01", "年末结转和结余8.02"),
    ("narrative.totals", LIAONING, "2.其他收入7.00", "2.其他收入7.01", "2.其他收入7.02"),
    ("narrative.totals", LIAONING, "政府性基金预算财政拨款收入40.09", "政府性基金预算财政拨款收入40.10", "政府性基金预算财政拨款收入40.11"),
    ("narrative.totals", LIAONING, "年度财政拨款支出215.21", "年度财政拨款支出215.22", "年度财政拨款支出215.23"),
    ("narrative.classes", NATIONAL, "住房保障支出（类）20.03", "住房保障支出（类）20.04", "住房保障支出（类）20.05"),
    ("narrative.classes", LIAONING, "1.社会保障和就业支出150.03", "1.社会保障和就业支出150.02", "1.社会保障和就业支出150.01"),
    ("narrative.items", NATIONAL, "支出决算为100.01", "支出决算为100.02", "支出决算为100.03"),
    ("narrative.items", NATIONAL, f"{CSJS}30.04", f"{CSJS}30.05", f"{CSJS}30.06"),
    ("narrative.item-parts", NATIONAL, "其中：项目支出30.04", "其中：项目支出30.05", "其中：项目支出30.06"),
    ("narrative.basic", NATIONAL, "人员经费90.02", "人员经费90.03", "人员经费90.04"),
    ("narrative.sangong", NATIONAL, "公务接待费支出决算2.03", "公务接待费支出决算2.04", "公务接待费支出决算2.05"),
    ("narrative.sangong-budget", NATIONAL, "支出预算为46.00", "支出预算为46.01", "支出预算为46.02"),
    ("narrative.operating", NATIONAL, "机关运行经费支出30.02", "机关运行经费支出30.03", "机关运行经费支出30.04"),
    ("narrative.operating", NATIONAL, "机关运行经费支出30.02", "机关运行经费支出20.02", "机关运行经费支出30.00"),
    ("narrative.item-known", NATIONAL, XZYX + "。年初", XZYX.replace("就业支出（类）", "就业（类）") + "。年初", XZYX.replace("行政运行", "行政运转") + "。年初"),
    ("narrative.item-name", NATIONAL, XZYX + "。年初", XZYX.replace("和社会", "社会").replace("人力资源社会", "人力资源、和社会") + "。年初",
     XZYX.replace("人力资源和社会保障管理事务", "人力资源管理事务") + "。年初"),
    ("narrative.item-code", NATIONAL, XZYX + "。年初", XZYX + "（2080101）。年初", XZYX + "（2080102）。年初"),
    ("narrative.item-code", NATIONAL, XZYX + "。年初", "社会保障和就业支出（208类）人力资源和社会保障管理事务（01款）行政运行（01项）。年初",
     "社会保障和就业支出（208类）人力资源和社会保障管理事务（01款）行政运行（02项）。年初"),
    ("narrative.item-code", NATIONAL, XZYX + "。年初", "社会保障和就业支出（208）人力资源和社会保障管理事务（20801）行政运行（2080101）。年初",
     "社会保障和就业支出（208）人力资源和社会保障管理事务（20810）行政运行（2080101）。年初"),
    ("narrative.item-code", NATIONAL, XZYX + "。年初", "2080101行政运行。年初", "2080102行政运行。年初"),
    ("narrative.item-code", NATIONAL, XZYX + "：反映", "社会保障和就业支出（类）人力资源和社会保障管理事务（款）行政运行（2080101）：反映",
     "社会保障和就业支出（类）人力资源和社会保障管理事务（款）行政运行（2080150）：反映"),
    ("narrative.items-all",
        NATIONAL,
        XZYX + "。年初",
        XZYX.replace("人力资源和社会", "人力资源") + "。年初",
        "行政单位。年初",
    ),
    ("narrative.yoy", NATIONAL, "各增加10.20万元，增长4.79%", "各增加10.21万元，增长4.79%", "各增加10.20万元，增长4.80%"),
    ("narrative.yoy", NATIONAL, "增长3.52%", "增长3.53%", "增长3.56%"),
    ("narrative.direction", NATIONAL, "下降3.82%", "降低3.82%", "上升3.82%"),
    ("narrative.prior", LIAONING, "2023年度机关运行经费支出29.00", "2023年度机关运行经费支出29.01", "2023年度机关运行经费支出29.02"),
    ("narrative.completion", NATIONAL, "完成年初预算的83.37%", "完成年初预算的83.38%", "完成年初预算的83.39%"),
    ("narrative.budget-change", NATIONAL, "完成年初预算的105.27%。", "完成年初预算的105.27%，较年初预算增加5.01万元，增长5.27%。", "完成年初预算的105.27%，较年初预算增加5.03万元，增长5.27%。"),
    ("narrative.budget-change", NATIONAL, "完成年初预算的105.27%。", "完成年初预算的105.27%，超出年初预算5.27%。", "完成年初预算的105.27%，超出年初预算5.29%。"),
    ("narrative.budget-change", NATIONAL, "完成预算的93.61%，决算数小于预算数", "比预算减少2.94万元，下降6.39%，决算数小于预算数", "比预算增加2.94万元，决算数小于预算数"),
    ("narrative.budget-change", NATIONAL, "年初预算为95.00万元，支出决算为100.01万元，完成年初预算的105.27%", "支出决算为100.01万元，较年初预算增加5.01万元，增长5.27%", "支出决算为100.01万元，较年初预算增加5.01万元，增长5.29%"),
    ("narrative.completion", NATIONAL, "支出决算为100.01万元，完成年初预算的105.27%", "调整预算为110.00万元，支出决算为100.01万元，完成年初预算的105.27%，完成调整预算的90.92%",
     "调整预算为110.00万元，支出决算为100.01万元，完成年初预算的105.27%，完成调整预算的90.94%"),
    ("narrative.share-limit", NATIONAL, "占政府采购支出总额的75.00%", "占政府采购支出总额的100.00%", "占政府采购支出总额的175.00%"),
    ("narrative.reason", NATIONAL, "增长3.52%。", "增长3.52%。增加的主要原因是人员增加。", "增长3.52%。减少的主要原因是人员增加。"),
    ("narrative.reason", LIAONING, "降低4.71%。", "降低4.71%。公务用车购置及运行费较上年减少的主要原因是车辆减少。", "降低4.71%。公务用车购置及运行费较上年增加的主要原因是车辆减少。"),
    ("narrative.shares-implied", NATIONAL, "其中：基本支出120.04万元，占55.78%；", "较上年持平。其中基本支出120.04万元，占55.78%；", "较上年持平。其中基本支出120.04万元，占55.79%；"),
    ("narrative.item-budgets", NATIONAL, "支出年初预算为180.00", "支出年初预算为175.02", "支出年初预算为175.00"),
    ("narrative.completion-09", NATIONAL, "完成预算的67.67%", "完成预算的67.90%", "完成预算的67.96%"),
    ("narrative.completion-of-zero",
        LIAONING,
        "完成年初预算的105.27%",
        "完成年初预算的105.28%",
        "完成年初预算的0%",
    ),
    ("narrative.completion-without-budget", LIAONING, "完成年初预算的0%", "完成年初预算的90%", "完成年初预算的0.00%"),
    ("narrative.implied-budgets", LIAONING, "完成年初预算的110.00%", "完成年初预算的110.01%", "完成年初预算的110.30%"),
    ("narrative.budget-word", NATIONAL, "决算数大于年初预算数的主要原因", "决算数高于年初预算数的主要原因", "决算数小于年初预算数的主要原因"),
    ("narrative.budget-word", LIAONING, "完成年初预算的98.50%，决算数小于预算数", "完成年初预算的100%，决算数小于预算数", "完成年初预算的100.01%，决算数小于预算数"),
    ("narrative.budget-word", NATIONAL, "完成年初预算的100.00%。决算数与年初预算数持平", "完成年初预算的100.00%。决算数等于年初预算数", "完成年初预算的100.00%。决算数大于年初预算数的主要原因是人员增加"),
    ("narrative.budget-word", LIAONING, "完成年初预算的105.27%，决算数与年初预算数存在差异", "完成年初预算的100%，决算数大于年初预算数", "完成年初预算的100.00%，决算数大于年初预算数"),
    ("narrative.budget-word", NATIONAL, "支出决算为50.02万元，完成年初预算的83.37%。决算数小于年初预算数", "支出决算为50.02万元。决算数小于年初预算数", "支出决算为50.02万元。决算数大于年初预算数"),
    ("narrative.budget-word", NATIONAL, "完成预算的93.61%，决算数小于", "完成预算的93.61%。“三公”经费支出决算数小于", "完成预算的93.61%。“三公”经费支出决算数大于"),
    ("narrative.year", NATIONAL, "2024年度机关运行经费支出", "本年度机关运行经费支出", "2023年度机关运行经费支出"),
    ("narrative.year", NATIONAL, "2024年度政府采购支出总额", "某某市财政局2024年度政府采购支出总额", "某某市财政局2025年度政府采购支出总额"),
    ("narrative.year", NATIONAL, "2024年度财政拨款收、支总计", "2024年，财政拨款收、支总计", "2023年度财政拨款收、支总计"),
    ("narrative.year", NATIONAL, "比2023年度增加1.02", "比上年增加1.02", "比2022年度增加1.02"),
    ("narrative.year", NATIONAL, "比2023年度增加1.02", "较2023年增加1.02", "较2024年增加1.02"),
    ("narrative.shares", NATIONAL, "支出170.06万元，占本年支出合计的79.02%", "支出170.07万元，占本年支出合计的79.02%", "支出170.06万元，占本年支出合计的79.04%"),
    ("narrative.shares", NATIONAL, "占政府采购支出总额的75.00%", "占政府采购支出总额的75.04%", "占政府采购支出总额的75.06%"),
    ("narrative.shares-implied", NATIONAL, "占2.35%", "占2.36%", "占2.37%"),
    ("narrative.shares-implied", NATIONAL, "120.04万元，占55.78%", "120.05万元，占55.78%", "120.04万元，占55.79%"),
    ("narrative.cut-off", NATIONAL, "支出170.06万元，占本年支出合计的79.02%", "支出170.05万元，占本年支出合计的79.02%", "支出170.06万元，占本年支出合计的79.01%"),
    ("narrative.parts", NATIONAL, "服务支出5.00", "服务支出5.02", "服务支出5.03"),
    ("narrative.parts", NATIONAL, "公用经费30.02", "公用经费30.03", "公用经费30.04"),
    ("narrative.parts-limit", NATIONAL, "授予小微企业合同金额9.00", "授予小微企业合同金额15.01", "授予小微企业合同金额15.02"),
    ("counts.cars-used", NATIONAL, "主要用于5辆公务用车的燃料和维修，年末公务用车保有量5辆", "主要用于4辆公务用车的燃料和维修，年末公务用车保有量4辆",
     "主要用于4辆公务用车的燃料和维修，年末公务用车保有量5辆"),
    ("counts.cars-owned", NATIONAL, "年末公务用车保有量5辆", "年末公务用车保有量6辆", "年末公务用车保有量7辆"),
    ("counts.cars-kinds", NATIONAL, "车辆6辆，其中：机要通信用车1辆、应急保障用车1辆、其他用车4辆", "车辆7辆，其中：机要通信用车1辆、应急保障用车1辆、其他用车5辆",
     "车辆6辆，其中：机要通信用车1辆、应急保障用车1辆、其他用车5辆"),
    ("narrative.rate-of-zero", NATIONAL, "增加1.02万元，增长3.52%", "增加30.01万元，增长3.52%", "增加30.02万元，增长100.00%"),
    ("narrative.rate-of-zero", LIAONING, "2023年度机关运行经费支出29.00", "2023年度机关运行经费支出0.01", "2023年度机关运行经费支出0.00"),
    ("narrative.rate-of-zero", NATIONAL, "比2023年度增加1.02万元，增长3.52%", "比2023年度无变化，增长0.00%", "2023年度未发生此项支出，增长100%"),
    ("narrative.rate-of-zero", NATIONAL, "比2023年度增加1.02万元，增长3.52%", "较上年增长100%", "较上年增长100.00%（上年为0）"),
    ("narrative.change-limit", NATIONAL, "比2023年度增加1.02万元，增长3.52%", "比2023年度增加30.03万元", "比2023年度增加30.04万元"),
    ("narrative.change-limit", NATIONAL, "各增加10.20万元", "各减少10.20亿元", "各增加10.20亿元"),
    ("narrative.unchanged", NATIONAL, "各增加10.20万元，增长4.79%", "各增加10.20万元，与2023年度预算持平", "各增加0.00万元，与2023年度持平"),
    ("narrative.completion-of-no-budget", NATIONAL, "年初预算为95.00万元，支出决算为100.01万元，完成年初预算的105.27%",
     "年初预算为0.00万元，支出决算为100.01万元，完成年初预算的0%", "年初预算为0.00万元，支出决算为100.01万元，完成年初预算的100%"),
    ("counts.guests-told", NATIONAL, "国内公务接待4批次、30人次", "国内公务接待0批次、0人次", "接待外宾0批次、0人次"),
    ("counts.guests-told", NATIONAL, "国内公务接待4批次、30人次", "公务接待4批（次）", "公务接待从简"),
    ("counts.people", NATIONAL, "累计2人次", "累计1人次", "累计0人次"),
    ("counts.people", NATIONAL, "30人次", "4人次", "3人次"),
    ("counts.people", NATIONAL, "团组1个，累计2人次", "团组0个，累计0人次", "团组0个，累计2人次"),
    ("counts.people", NATIONAL, "国内公务接待4批次、30人次", "国内公务接待4批次、30人次，其中：接待外宾1批次、2人次", "国内公务接待4批次、30人次，其中：接待外宾0批次、2人次"),
    ("counts.problems", NATIONAL, "授予中小企业", "绩效自评中共发现问题3个，已经完成整改的2个，正在整改的1个。授予中小企业", "绩效自评中共发现问题3个，已经完成整改的1个，正在整改的1个。授予中小企业"),
    ("counts.money", NATIONAL, "因公出国（境）费支出决算1.01万元", "因公出国（境）费支出决算0.01万元", "因公出国（境）费支出决算0.00万元"),
    ("counts.money", NATIONAL, "公务接待4批次、30人次", "公务接待1批次、1人次", "公务接待0批次、0人次"),
    ("counts.cars-running", NATIONAL, "年末公务用车保有量5辆", "年末公务用车保有量1辆", "年末公务用车保有量0辆"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("check_id", "text", "old", "within", "beyond"), CASES, ids=lambda value: "" if "\n" in value else value[-14:]
)
def test_one_printed_unit_beyond_is_found(check_id: str, text: str, old: str, within: str, beyond: str) -> None:
    assert old not in (within, beyond)
    assert check_id not in failing(changed(text, old, within), check_id), f"{within} is within"
    assert check_id in failing(changed(text, old, beyond), check_id), f"{beyond} is beyond"


def test_a_figure_that_the_narrative_alone_prints_twice() -> None:
    twice = NATIONAL.replace("占2.35%；", "占2.35%，", 1)
    forms = {**made.source().info["forms"], "09": {"status": "missing", "pages": []}}
    for second, expected in (("1.02", False), ("1.03", True)):
        source = made_narrative.source(
            twice.replace("因公出国（境）费支出1.01", f"因公出国（境）费支出{second}"), forms=forms
        )
        empty = source.frames["sangong"].iloc[:0]
        source = replace(source, frames={**source.frames, "sangong": empty})
        assert bool(failing(source, "narrative.repeated")) is expected


def test_a_blank_cell_of_an_item_that_the_narrative_states() -> None:
    source = made_narrative.source()
    sangong = source.frames["sangong"].copy()
    sangong.loc[sangong["item"] == "公务接待费", "final"] = float("nan")
    assert not failing(source, "narrative.blank")
    assert failing(replace(source, frames={**source.frames, "sangong": sangong}), "narrative.blank")


@pytest.mark.parametrize(("amount", "expected"), [("0.00", False), ("0.01", True)])
def test_a_revenue_that_the_table_lists_no_figure_of(amount: str, expected: bool) -> None:
    text = LIAONING.replace("2.其他收入7.00", f"2.事业收入{amount}万元，占收入总计的0.00%。\n3.其他收入7.00")
    assert bool(failing(made_narrative.source(text), "narrative.blank")) is expected


@pytest.mark.parametrize(("rate", "expected"), [("0.00", False), ("100.00", False), ("0.01", True)])
def test_a_completion_of_nothing(rate: str, expected: bool) -> None:
    text = LIAONING.replace(
        "住房公积金（项）20.03万元，完成年初预算的98.50", f"购房补贴（项）0.00万元，完成年初预算的{rate}"
    )
    assert bool(failing(made_narrative.source(text), "narrative.completion-of-nothing")) is expected


def test_a_completion_is_of_the_budget_that_it_names() -> None:
    """100.01 is 105.27% of the opening budget of 95, and 90.92% of the adjusted one of 110."""
    old = "年初预算为95.00万元，支出决算为100.01万元，完成年初预算的105.27%"
    for budgets in ("年初预算为95.00万元，全年预算为110.00万元", "全年预算为110.00万元，年初预算为95.00万元"):
        for rate, of, expected in ((105.27, "年初", False), (90.92, "全年", False), (90.92, "年初", True)):
            text = NATIONAL.replace(old, f"{budgets}，支出决算为100.01万元，完成{of}预算的{rate}%")
            found = failing(made_narrative.source(text), "narrative.completion")
            assert bool(found) is expected, (budgets, rate, of)


def test_a_change_of_the_whole_under_one_of_its_items_is_said_to_be_that() -> None:
    """The 5.00 and 10.40% are those of 三公 in all (43.06), not of the cars (40.02)."""
    text = LIAONING.replace("比上年减少1.98万元，降低4.71%", "比上年减少5.00万元，降低10.40%")
    assert failing(made_narrative.source(text), info=False) == {"narrative.yoy-of-whole"}


def test_every_relation_of_the_narrative_is_tested_here() -> None:
    assert set(GROUP) == {case[0] for case in CASES} | {
        "narrative.repeated",
        "narrative.blank",
        "narrative.yoy-of-whole",
        "narrative.completion-of-nothing",
    }


#: Where another sentence stands in the narrative, and true ones in other departments' words.
TRUE = {
    "增长3.52%。": (
        "2023年度机关运行经费支出29.00万元。", "2025年将继续压减一般性支出。", "2025年预算安排机关运行经费30.00万元。",
        "与2019年相比下降35.20%。", "比2022年度增加2.00万元，增长7.14%，比2023年度增加1.02万元。",
    ),
    "国有资本经营预算财政拨款支出5.06万元。": ("2023年度结转资金5.00万元。", "2023年下达的资金5.00万元在本年使用。"),
    "主要原因是厉行节约。": ("2024年年初预算比2023年年初预算减少2.00万元。", "2025年“三公”经费计划安排40.00万元。"),
    "其中：项目支出30.04万元。": ("2023年结转资金在2024年使用的，计入2024年度支出。", "2023年度政府性基金预算财政拨款支出38.00万元。"),
}  # fmt: skip


@pytest.mark.parametrize(("place", "words"), [(place, words) for place, told in TRUE.items() for words in told])
def test_what_is_true_is_no_finding(place: str, words: str) -> None:
    assert NATIONAL.count(place) == 1
    for text in (f"{place}{words}", f"{place}\n{words}"):
        assert not failing(made_narrative.source(NATIONAL.replace(place, text)), info=False)


@pytest.mark.parametrize("number", range(max(map(len, made_narrative.TOLD_OTHERWISE.values()))))
def test_what_is_true_in_the_words_of_other_departments_is_no_finding(number: int) -> None:
    text = NATIONAL
    for told, others in made_narrative.TOLD_OTHERWISE.items():
        assert text.count(told) == 1
        text = text.replace(told, others[number % len(others)])
    found = findings(run_checks(made_narrative.source(text))[0])
    assert found.empty, found["message"].tolist()


@pytest.mark.parametrize(("place", "words", "check_id"), [
    ("比2023年度增加1.02万元，增长3.52%", "较上年59.00万元增长3.52%", "narrative.yoy"),
    ("年初预算为95.00万元，支出决算为100.01万元", "年初预算为95.00万元，追加5.01万元，支出决算为103.01万元", "narrative.items"),
    ("支出决算为100.01万元，完成", "支出决算为100.01万元，与上年决算数98.51万元相比增加4.50万元，增长1.52%，完成", "narrative.yoy"),
    ("3.公务接待费支出2.03万元，完成", "3.公务接待费支出2.03万元，较预算减少0.79万元，完成", "narrative.budget-change"),
    ("支出决算为43.06万元，完成", "支出决算为43.06万元，节支2.49万元，完成", "narrative.budget-change"),
    ("支出决算为43.06万元，完成", "支出决算为43.06万元，节约2.94万元，节约率9.36%，完成", "narrative.budget-change"),
    ("222.21万元，其中：财政拨款收入215.21万元，占96.85%；其他", "222.21万元。一是财政拨款收入215.21万元，占98.65%；二是其他", "narrative.shares-implied"),
    ("总额20.00万元，其中：政府采购货物支出5.00万元、政府", "总额20.00万元。一是政府采购货物支出6.00万元；二是政府", "narrative.parts"),
    ("占政府采购支出总额的75.00%", "占政府采购总额的57.00%", "narrative.shares"),
    ("占政府采购支出总额的75.00%", "占比57.00%", "narrative.shares-implied"),
    ("政府采购服务支出5.00万元。授予中小企业合同金额15.00万元，占政府采购支出总额的75.00%", "政府采购服务支出5.00万元，授予中小企业合同金额15.00万元，占比57.00%", "narrative.shares-implied"),
    ("2024年度收入合计222.21万元，其中：财政拨款收入215.21万元，占96.85%", "2024年收入222.21万元，由以下构成：财政拨款收入215.21万元，占98.65%", "narrative.shares-implied"),
    ("占本年支出合计的79.02%", "占本年支出合计215.21万元的72.09%", "narrative.shares"),
    ("占本年支出合计的79.02%", "占本年支出合计251.21万元的79.02%", "narrative.totals"),
    ("比2023年度增加1.02万元，增长3.52%", "与上年（29.00万元）相比增长5.32%", "narrative.yoy"),
    ("比2023年度增加1.02万元，增长3.52%", "与上年持平，增长3.52%", "narrative.unchanged"),
    ("比2023年度增加1.02万元，增长3.52%", "与上年的29.00万元持平", "narrative.unchanged"),
    ("比2023年度增加1.02万元，增长3.52%", "与上年持平，2023年度支出29.00万元", "narrative.unchanged"),
])  # fmt: skip
def test_what_is_not_true_in_the_words_of_other_departments_is_found(place: str, words: str, check_id: str) -> None:
    assert NATIONAL.count(place) == 1
    assert check_id in failing(made_narrative.source(NATIONAL.replace(place, words)))


@pytest.mark.parametrize(("place", "words"), [
    ("比2023年度增加1.02万元，", "与上年（29.00万元）相比，"), ("比2023年度增加1.02万元，增长3.52%", "与上年基本持平，增长3.52%"),
    ("比2023年度增加1.02万元，增长3.52%", "预算32.00万元，与上年32.00万元持平"), ("比2023年度增加1.02万元，增长3.52%", "与上年的30.00万元持平"),
    ("占本年支出合计的79.02%", "占本年支出合计215.21万元的79.02%"), ("占政府采购支出总额的75.00%", "占比75.00%"),
    ("占政府采购支出总额的75.00%，其中：授予小微企业合同金额9.00万元", "占75.00%，其中：授予小微企业合同金额9.00万元，占45.00%"),
    ("2024年度收入合计222.21万元，其中：", "2024年收入222.21万元，由以下构成："),
])  # fmt: skip
def test_a_comparison_in_other_words_is_no_finding(place: str, words: str) -> None:
    assert NATIONAL.count(place) == 1
    assert not failing(made_narrative.source(NATIONAL.replace(place, words)))


# --- what a figure is about -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "section", "scope"),
    [
        (("基本支出",), "三、支出决算情况说明", "01"),
        (("财政拨款支出", "基本支出"), "三、支出决算情况说明", "04"),
        (("社会保障和就业支出",), "二、财政拨款支出决算情况说明 / （二）一般公共预算财政拨款支出情况", "05"),
        (("本年支出",), "八、政府性基金预算财政拨款收入支出决算情况说明", "07"),
        (("国有资本经营预算财政拨款支出",), "八、政府性基金预算财政拨款收入支出决算情况说明", "08"),
        (("使用非财政拨款结余",), "一、收入支出决算总体情况说明", "01"),
        (("支出",), "五、一般公共预算和政府性基金预算支出情况", ""),
    ],
)
def test_the_nearest_words_say_whose_money(path: tuple[str, ...], section: str, scope: str) -> None:
    assert scope_of(path, section) == scope


def test_money_on_another_basis_is_not_held_against_the_tables() -> None:
    text = NATIONAL.replace(
        "（三）国有资产占用情况",
        "（三）预算绩效管理工作情况\n组织对1个单位开展部门整体绩效自评，涉及一般公共预算支出45.51万元。\n（四）国有资产占用情况",
    )
    source = made_narrative.source(text)
    assert any(one.value == 45.51 for one in statements(source))
    assert failing(source, info=False) == set()


def test_terms_of_other_wordings() -> None:
    text = """
一、收入支出决算总体情况说明
2024年度总收入223.21万元。
二、收入决算情况说明
本年收入合计222.21万元。
五、政府性基金预算财政拨款收入支出决算情况说明
本年支出40.09万元，年末结转和结余3.00万元。
"""
    terms = [one.term for one in statements(made_narrative.source(text))]
    assert terms[1:] == [Term("收入", "", "01"), Term("支出", "", "07"), Term("年末结转和结余", "", "07")]


# --- real reports -----------------------------------------------------------------------------


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("shiquan2025", {
            "narrative.items": "245.53", "narrative.completion": "93.57%", "narrative.item-name": "司法",
            "narrative.item-known": "20.03", "narrative.cut-off": "0.08%",
        }),
        ("sthj-full", {
            "narrative.yoy": "2.6%", "narrative.unchanged": "减少为0.00万元", "counts.guests-told": "国内公务接待",
            "left.year": "202年度",
        }),
    ],
)  # fmt: skip
def test_what_real_reports_contradict_themselves_in(name: str, said: dict[str, str]) -> None:
    found = findings(report(REPORTS / "world" / f"{name}.pdf").checks)
    own = found[~found["check_id"].str.match("table|0")]
    assert set(own["check_id"]) == set(said)
    for check_id, words in said.items():
        assert own["message"][own["check_id"] == check_id].str.contains(words, regex=False).any()
    assert not own["message"].str.contains("调减").any()


@pytest.mark.parametrize(("words", "fails"), [
    ("累计2人次", True), ("累计2人次，费用由组团单位承担", False), ("累计2人次，未使用财政拨款", False),
])  # fmt: skip
def test_trips_that_prose_states_no_cost_of_are_held_against_the_table(words: str, fails: bool) -> None:
    told = "1.因公出国（境）费支出1.01万元，完成预算的50.50%。全年安排因公出国（境）团组1个，累计2人次。"
    text = NATIONAL.replace(told, f"1.全年安排因公出国（境）团组1个，{words}。").replace(
        "因公出国（境）费支出决算1.01万元，占2.35%；", ""
    )
    source = made_narrative.source(text)
    sangong = source.frames["sangong"].copy()
    assert not failing(source, "counts.money")
    sangong.loc[sangong["item"] == "因公出国（境）费", "final"] = 0.0
    assert bool(failing(replace(source, frames={**source.frames, "sangong": sangong}), "counts.money")) is fails


@pytest.mark.parametrize(("good", "fails"), [(39, False), (28, True)])
def test_grades_add_up_to_the_projects_that_were_graded(good: int, fails: bool) -> None:
    told = (
        "（四）预算绩效管理情况\n绩效自评的2024年度项目40个，平均得分99.33分（其中，绩效评级为“优”的项目"
        f"{good}个；绩效评级为“良”的项目1个；绩效评级为“合格”的项目0个；绩效评级为“不合格”的项目0个）。\n第四部分"
    )
    assert bool(failing(made_narrative.source(NATIONAL.replace("第四部分", told)), info=False)) is fails


@pytest.mark.parametrize("words", ["年中调减项目经费150万元", "追加人员经费150.00万元", "核减会议费150万元"])
def test_what_moves_a_budget_is_no_part_of_what_was_spent(words: str) -> None:
    text = NATIONAL.replace("主要原因是压缩支出", f"主要原因是压缩支出，其中{words}")
    assert not failing(made_narrative.source(text), "narrative.parts-limit")


@pytest.mark.parametrize(("words", "fails"), [
    ("年初未安排预算，支出决算为50.02万元，完成年初预算的100%", True),
    ("年初无预算，支出决算为50.02万元，完成年初预算的100.00%", True),
    ("支出决算为50.02万元，完成年初预算的100%，年初未编制预算", True),
    ("年初未安排预算，支出决算为50.02万元，完成年初预算的0%", False),
    ("年初未安排预算，调整预算为50.02万元，支出决算为50.02万元，完成调整预算的100%", False),
])  # fmt: skip
def test_what_was_not_budgeted_has_no_completion(words: str, fails: bool) -> None:
    old = "年初预算为60.00万元，支出决算为50.02万元，完成年初预算的83.37%"
    assert bool(failing(changed(NATIONAL, old, words), "narrative.completion-of-no-budget")) == fails


def test_items_in_quotation_marks_and_with_codes_are_the_items_of_the_tables() -> None:
    for written in (
        f"“{XZYX}”",
        "社会保障和就业支出（208类）人力资源和社会保障管理事务（01款）行政运行（01项）",
        "“社会保障和就业支出（208类）人力资源和社会保障管理事务（20801款）行政运行（2080101项）”",
        "社会保障和就业支出（208）人力资源和社会保障管理事务（20801）行政运行（2080101）",
    ):
        text = NATIONAL.replace(XZYX + "。年初", written + "。年初")
        assert failing(made_narrative.source(text)) == failing(made_narrative.source())
        assert "narrative.items" in failing(made_narrative.source(text.replace("决算为100.01", "决算为100.03")))


@pytest.mark.parametrize("written", [
    "社会保障和就业支出人力资源和社会保障管理事务行政运行", "社会保障和就业支出—人力资源和社会保障管理事务—行政运行",
    "人力资源和社会保障管理事务（款）行政运行（项）", "行政运行（项）", "行政运行（2080101）", "2080101行政运行", "行政运行（2080101）支出",
    "社会保障和就业支出类人力资源和社会保障管理事务款行政运行项", "科目编码2080101" + XZYX,
])  # fmt: skip
def test_items_without_the_marks_of_their_levels_are_the_items_of_the_tables(written: str) -> None:
    text = NATIONAL.replace(XZYX + "。年初", written + "。年初")
    assert not failing(made_narrative.source(text))
    assert "narrative.items" in failing(made_narrative.source(text.replace("决算为100.01", "决算为100.03")))


def test_an_item_under_another_name_is_no_item_that_is_not_told_of() -> None:
    text = NATIONAL.replace(XZYX + "。年初", XZYX.replace("行政运行", "行政运转") + "。年初")
    assert failing(made_narrative.source(text)) == {"narrative.item-known"}


@pytest.mark.parametrize(("words", "base"), [
    ("本年收入合计", 222.21), ("收入总计", 223.21), ("支出总计", 223.21), ("本年支出合计", 215.21), ("财政拨款支出", 215.21),
    ("一般公共预算财政拨款支出", 170.06),
])  # fmt: skip
def test_a_share_is_held_against_what_it_is_a_share_of(words: str, base: float) -> None:
    share = 170.06 / base
    others = [170.06 / other for other in (222.21, 223.21, 215.21) if other != base]
    for printed, fails in ((share, False), (share - 0.0002, True), *((other, True) for other in others)):
        told = f"支出170.06万元，占{words}的{printed:.2%}"
        found = failing(changed(NATIONAL, "支出170.06万元，占本年支出合计的79.02%", told), "narrative.shares")
        assert bool(found) == fails, told
