"""Self-evaluation forms in the wordings and layouts of several regions, read cell by cell; what cannot be read is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pikepdf
import pytest

import jscore
from jscore import schema, scoring
from jscore.excel.evaluations import _beside as beside_scores
from jscore.findings.card_shown import unidentified
from jscore.pdf.content import read_content
from jscore.pdf.grids import Cell, Grid
from jscore.pdf.pages import Line
from jscore.reading import frames_and_info
from jscore.scoring import doubts, marks
from jscore.tables import evaluation_terms as terms
from jscore.tables import records, side_by_side, stitch
from jscore.tables.stitch import tables
from jscore.tables.table import Table as Stitched
from jscore.text import numbers
from tests import shared
from tests.drawn import Ruling, Table, draw
from tests.shared import SHARED

WORLD = SHARED / "reports" / "world"
FAMILIES = [WORLD / f"{name}-projects.pdf" for name in ("national", "goal", "yinchuan", "hubei", "sichuan")]
WIDTHS = [75, 60, 70, 60, 80, 50, 60, 60]
Rows = list[list[str | None]]
N = None
TREE: Rows = [
    ["产出指标（50分）", "数量指标", "泵站数量", "1座", "1座", "50", "50", ""],
    ["效益指标（30分）", "社会效益", "受益人口", "≥2万人", "1.5万人", "20", "15", "天气"],
    ["", "", "居民投诉下降", "明显", "明显", "10", "10", ""],
    ["满意度指标", "满意度", "群众满意度", "≥90%", "95%", "10", "10", ""],
]
HEAD: list[str | None] = [
    "一级指标", "二级指标", "三级指标", "绩效指标值", "实际完成指标值", "权重", "自评得分", "未完成原因及改进措施",
]  # fmt: skip


def form(
    name: str, money: Sequence[str] = ("100", "120", "60", "10", "50%", "5"), total: str = "90",
    tree: Rows = TREE, head: list[str | None] = HEAD, grade: str = "优",
) -> Rows:  # fmt: skip
    return [
        ["项目支出名称", name, N, N, N, N, N, N],
        ["主管预算部门", "某市水务局", N, N, "项目实施单位", "某中心", N, N],
        ["预算执行情况（万元）", "资金来源", "年初批复数", "调整后预算数", "实际支出数", "分值", "执行率（%）", "得分"],
        ["", "资金总额", *money],
        ["", "其中：财政拨款", *money[:3], "", "", ""],
        ["", "其他资金", "0", "0", "0", "", "", ""],
        ["年度绩效目标", "年初绩效目标", N, N, "目标实际完成情况", N, N, N],
        ["", "建设一座泵站", N, N, "已建成一座泵站", N, N, N],
        head,
        *tree,
        ["总计", N, N, N, N, "100", total, ""],
        ["自评等级", grade, N, N, "财政审核得分", "88", N, N],
        ["填表人：张三", N, N, N, "联系电话：0838-62001", N, N, N],
    ]


SECOND = ("20", "20", "20", "10", "100%", "10")


def read(path: Path, *pages: list[Table]) -> jscore.Report:
    return jscore.read(draw(path, list(pages)))


def expect_two(report: jscore.Report) -> None:
    columns = ["project", "supervisor", "implementer", "opening_budget", "budget", "executed", "execution_rate",
               "execution_weight", "execution_score", "total_score", "reviewed_score", "grade", "goal", "outcome"]  # fmt: skip
    same = ["建设一座泵站", "已建成一座泵站"]
    assert report.projects[columns].values.tolist() == [
        ["泵站建设", "某市水务局", "某中心", 100, 120, 60, 0.5, 10, 5, 90, 88, "优", *same],
        ["河道清淤", "某市水务局", "某中心", 20, 20, 20, 1, 10, 10, 95, 88, "优", *same],
    ]
    tree = report.indicators[["level3", "target", "actual", "weight", "score"]].values.tolist()
    assert tree == [[row[2], row[3], row[4], float(row[5] or 0), float(row[6] or 0)] for row in TREE] * 2
    assert report.indicators["reason"].dropna().tolist() == ["天气"] * 2
    # A telephone number that the cut goes through stands half beside its table.
    assert report.info["unread"] == []
    assert {row["label"][:3] for row in report.info["not_understood"]} <= {"填表人"}
    kept = report.form_fields.groupby("project_no")["label"].agg(list).tolist()
    assert kept == [["填表人", "联系电话"]] * 2
    funding = report.project_funding[["source", "opening_budget", "budget", "executed"]].values.tolist()
    assert funding[:3] == [["资金总额", 100, 120, 60], ["财政拨款", 100, 120, 60], ["其他资金", 0, 0, 0]]


def test_two_forms_in_one_drawn_table(tmp_path: Path) -> None:
    title: Rows = [["项目支出绩效自评表", *[N] * 7], ["（2023年度）", *[N] * 7]]
    rows = [*title, *form("泵站建设"), *title, *form("河道清淤", SECOND, "95")]
    expect_two(read(tmp_path / "x.pdf", [Table(rows, WIDTHS, height=14, top=820, left=30)]))


def test_a_corner_that_names_the_execution_is_no_column(tmp_path: Path) -> None:
    """预算执行情况 stands over the names of the sources, in a cell of its own: the executed amounts are under 实际支出数."""
    wide = [width * 1.4 for width in WIDTHS]
    forms = [form("泵站建设"), form("河道清淤", SECOND, "95")]
    tables = [[Table(rows, wide, left=30, top=540)] for rows in forms]
    expect_two(jscore.read(draw(tmp_path / "x.pdf", tables, size=(842, 595), rotate=90)))


@pytest.mark.parametrize("cut", [2, 7, 9, 11, 14])
def test_a_form_cut_by_a_page_above_the_next(tmp_path: Path, cut: int) -> None:
    """The rest of a form stands above the next one, in one drawn table; the title is one that nobody knows."""
    first = form("泵站建设")
    pages = (
        [Table(first[:cut], WIDTHS, "附件3 支出成效自我评定表", left=30)],
        [Table([*first[cut:], *form("河道清淤", SECOND, "95")], WIDTHS, left=30, top=800)],
    )
    expect_two(read(tmp_path / "x.pdf", *pages))


@pytest.mark.parametrize("rows", [1, 2])
def test_the_few_columns_of_what_a_page_shows_first_need_not_meet_those_of_the_rest(tmp_path: Path, rows: int) -> None:
    begun: Rows = [["项目支出名称", "泵站建设", N, N], ["主管预算部门", "某市水务局", "项目实施单位", "某中心"]]
    rest = form("泵站建设")[2:]
    if rows == 1:
        begun, rest = [["项目支出名称", "泵站建设"]], form("泵站建设")[1:]
    head = Table(begun, [100, 160, 95, 160] if rows == 2 else [100, 415], "项目支出绩效自评表", left=30, top=60)
    second = Table(form("河道清淤", SECOND, "95"), WIDTHS, "项目支出绩效自评表", left=30)
    expect_two(read(tmp_path / "x.pdf", [head], [Table(rest, WIDTHS, left=30)], [second]))


def test_a_form_set_sideways_that_a_page_cuts_is_not_put_beside_itself(tmp_path: Path) -> None:
    """The columns of both pages stand at the same heights of the page, as rows of a sheet that is too wide do."""
    halves = [form("泵站建设")[:9], form("泵站建设")[9:], form("河道清淤", SECOND, "95")]
    wide = [width * 1.4 for width in WIDTHS]
    path = draw(tmp_path / "x.pdf", [[Table(rows, wide, left=30, top=540)] for rows in halves], (842, 595), rotate=90)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for page in pdf.pages:
            del page.obj.Rotate
        pdf.save(path)
    expect_two(jscore.read(path))


@pytest.mark.parametrize("number", ["10", "7.5", "(3)"])
def test_whole_numbers_beside_an_amount_of_no_frame_are_said_with_it(tmp_path: Path, number: str) -> None:
    rows = [*form("泵站建设")[:-1], ["备用水泵", "", "", "314.33", number, "", "", ""]]
    report = read(tmp_path / "x.pdf", [Table(rows, WIDTHS, "项目支出绩效自评表", left=30)])
    assert {"314.33", number} <= {entry["text"] for entry in report.info["not_understood"]}


@pytest.mark.parametrize("weight", ["-10", "120"])
def test_points_for_the_execution_that_cannot_be_are_a_finding(tmp_path: Path, weight: str) -> None:
    rows = form("泵站建设", ("100", "120", "60", weight, "50%", "5"))
    report = read(tmp_path / "x.pdf", [Table(rows, WIDTHS, "项目支出绩效自评表", left=30)])
    assert report.projects["execution_weight"].tolist() == [float(weight)]
    failed = report.checks[report.checks["status"] == "fail"]
    assert failed["message"].str.contains(weight).any() or failed["check_id"].str.contains("weight").any()


def test_a_goal_with_two_labels_that_a_page_cuts(tmp_path: Path) -> None:
    rows = form("泵站建设")
    goal: list[str | None] = ["目标", "年度目标", "建设一座", N, "完成情况", "已建成", N, N]
    rest: list[str | None] = ["", "", "泵站", N, "", "一座泵站", N, N]
    report = read(
        tmp_path / "x.pdf",
        [Table([*rows[:6], goal], WIDTHS, "项目支出绩效自评表", left=30)],
        [Table([rest, *rows[8:]], WIDTHS, left=30, top=800)],
    )
    assert report.projects[["goal", "outcome"]].values.tolist() == [["建设一座泵站", "已建成一座泵站"]]


def test_headings_that_run_over_their_rule(tmp_path: Path) -> None:
    narrow = [75, 60, 70, 60, 60, 50, 60, 60]
    report = read(tmp_path / "x.pdf", [Table(form("泵站建设"), narrow, left=30)])
    assert report.indicators[["actual", "weight"]].values.tolist() == [[row[4], float(row[5] or 0)] for row in TREE]


def test_headings_of_other_regions(tmp_path: Path) -> None:
    head = [*HEAD[:3], "年初设定值", HEAD[4], "分值权重", *HEAD[6:]]
    second = Table(form("河道清淤", SECOND, "95"), WIDTHS, left=30)
    expect_two(read(tmp_path / "x.pdf", [Table(form("泵站建设", head=head), WIDTHS, left=30)], [second]))


def test_a_heading_that_nobody_knows_is_said(tmp_path: Path) -> None:
    head = [*HEAD[:6], "核定数", HEAD[7]]
    report = read(tmp_path / "x.pdf", [Table(form("泵站建设", head=head), WIDTHS, left=30)])
    assert report.indicators["score"].isna().all()
    assert [cell["text"] for cell in report.info["not_understood"]] == ["50", "15", "10", "10"]
    assert report.form_fields.query("label == '核定数'")["value"].tolist() == ["50", "15", "10", "10"]


def test_what_is_missing_or_in_words_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    tree: Rows = [
        ["产出", "数量", "泵站数量", "", "1座", "50", "优", ""], ["效益", "社会效益", "受益人口", "", "1.5万人", "60", "15", "天气"],
        ["", "", "指标2：", "", "", "", "", ""],
    ]  # fmt: skip
    report = read(
        tmp_path / "x.pdf", [Table(form("泵站建设", ("0", "0", "0", "10", "", "0"), tree=tree), WIDTHS, left=30)]
    )
    assert report.indicators["level3"].tolist() == ["泵站数量", "受益人口"]
    assert report.indicators["target"].isna().all() and report.indicators["weight"].sum() == 110
    assert pd.isna(report.indicators["score"][0]) and [cell["text"] for cell in report.info["unread"]] == ["优"]
    assert report.projects["budget"][0] == 0 and report.project_scores["status"].isin(["pass", "skipped", "fail"]).all()


@pytest.mark.parametrize(
    ("row", "col", "text", "blank"),
    [(0, 4, "501座", 6), (1, 3, "15≥2万人", 6), (1, 3, "≥2万20人", 5), (3, 2, "10群众满意度", 6), (3, 1, "满意度10", 5), (0, 3, "150座", 6)],
)  # fmt: skip
def test_a_figure_of_a_blank_column_may_stand_against_the_words_beside(
    tmp_path: Path, row: int, col: int, text: str, blank: int
) -> None:
    tree = [list(line) for line in TREE]
    tree[row][blank], tree[row][col] = "", text
    said = [entry for entry in one_form(tmp_path, tree).info["doubtful"] if "空白" in entry["why"]]
    assert text in [entry["text"] for entry in said]
    assert len({entry["row"] for entry in said}) == 1


def test_a_form_without_blanks_and_one_with_points_for_few_rows_are_not_doubtful(tmp_path: Path) -> None:
    few = [[*line[:6], line[6] if i == 0 else "", line[7]] for i, line in enumerate(TREE)]
    assert one_form(tmp_path, TREE).info["doubtful"] == one_form(tmp_path, few).info["doubtful"] == []


def one_form(tmp_path: Path, tree: Rows) -> jscore.Report:
    return read(tmp_path / "form.pdf", [Table(form("泵站建设", tree=tree), widths=WIDTHS)])


def test_a_pdf_of_nothing_but_forms(tmp_path: Path) -> None:
    if not FAMILIES[0].exists():
        pytest.skip("no shared reports")
    with pikepdf.open(FAMILIES[0]) as source, pikepdf.new() as forms:
        for page in list(source.pages)[2:]:
            forms.pages.append(page)
        forms.save(tmp_path / "forms.pdf")
    report = jscore.read(tmp_path / "forms.pdf")
    assert len(report.projects) == 5 and report.checks.query("status == 'fail'").empty
    assert set(report.info["forms"]) == {"project"}


def test_a_table_about_evaluation_that_is_no_known_form_is_kept(tmp_path: Path) -> None:
    rows: Rows = [["绩效自评得分", "96.5"], ["等次", "优秀"], ["评价组长", "李四"]]
    report = read(tmp_path / "x.pdf", [Table(rows, [100, 100])])
    assert report.form_fields[["label", "value"]].values.tolist() == [list(row) for row in rows]


@pytest.mark.parametrize("text, part, name", [
    ("全年预算数（A）", "funding", "budget"), ("全年执行数 （B）", "funding", "executed"), ("得分（20分*执行率）", "funding", "score"),
    ("执行率（B/A）", "funding", "execution_rate"), ("预算执行数", "funding", "executed"), ("参考分值", "tree", "weight"),
    ("实际完成值（B）", "tree", "actual"), ("年初目标值(A)", "tree", "target"), ("未完成原因分析", "tree", "reason"),
    ("2、项目 名称：", "head", "project"), ("项目支出总额", "head", ""), ("财政审核评分：", "head", "reviewed_score"),
    ("评价等级", "head", "grade"), ("年度总体目标完成情况综述", "head", "outcome"), ("指标性质", "tree", "operator"),
])  # fmt: skip
def test_marks_are_no_part_of_a_label(text: str, part: str, name: str) -> None:
    assert terms.term(part, text) == name


# --- scores -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("pdf", FAMILIES, ids=lambda path: path.stem)
def test_every_score_is_reproduced(pdf: Path) -> None:
    if not pdf.exists():
        pytest.skip("no shared reports")
    report = shared.report(pdf)
    told = report.info["rule_set"]
    # The national rule scores the forms of 四川省 alike, which print points and signs of their own.
    expected = {"hubei": ("hubei", []), "sichuan": ("sichuan", ["national"])}
    name, ties = expected.get(pdf.stem.partition("-")[0], ("national", told["ties"]))
    assert (told["name"], told["ties"], told["not_reproduced"]) == (name, ties, []) and told["tested"] > 20
    assert not {"fail"} & {*report.indicator_scores["status"], *report.project_scores["status"]}
    # How each was recomputed is told in the workbook, weights printed or not, and where the rule leaves a range.
    told_of = beside_scores(report.indicators, report.indicator_scores, ["scope", "project_no", "indicator_no"])
    assert (told_of["recomputed"].isna() == (told_of["rule"] == "未复算")).all() and told_of["rule"].notna().all()


#: What is planted: frame, column, in which of the forms that print it, and the relations that may name it, the first must.
PLANTED = [
    ("indicators", "score", 0, ("total", "indicator-rule", "reason", "same-score")),
    ("projects", "total_score", 1, ("total",)), ("projects", "execution_score", 2, ("total", "execution-score")),
    ("overall", "execution_score", 0, ("execution-score", "total")),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    "pdf", [*FAMILIES, *(WORLD / f"overall-{name}.pdf" for name in ("national", "hunan", "hubei"))], ids=lambda path: path.stem
)  # fmt: skip
def test_wrong_scores_are_found_and_nothing_else(pdf: Path) -> None:
    """Scores are changed as they are printed, each on a form of its own: relations name that form, and no other."""
    if not pdf.exists():
        pytest.skip("no shared reports")
    content = read_content(pdf)
    made = records.read_tables(records.choose(tables(content.grids, content.lines)), "万元", {})
    wrong, where = {}, {}
    # Two of the three in a report: where most totals do not add up, forms have a part that is not known.
    left_out = FAMILIES.index(pdf) % 3 if pdf in FAMILIES else -1
    for number, (frame, column, which, relations) in enumerate(PLANTED):
        printed = [row for row in made.records[frame] if row.get(column) and column in row["at"]]
        forms = list(dict.fromkeys(row["table_id"] for row in printed))
        if frame == "indicators" and "overall" in pdf.stem or len(forms) <= which or number == left_out:
            continue
        row = next(row for row in printed if row["table_id"] == forms[which])
        wrong[row["table_id"], *row["at"][column]] = f"{row[column] - 0.5:g}"
        where[f"自评表{row.get('project_no') or ''}"] = relations
    frames, info = frames_and_info(content, wrong)
    failed = frames["checks"].query("status == 'fail'")
    named = {re.sub(r"[“指].*|部门整体", "", subject) for subject in failed["subject"]}
    assert named == set(where) != set()
    for form, relations in where.items():
        own = failed[failed["subject"].str.contains(f"{form}(?:[“指]|$)")]["check_id"].str.partition(".")[2]
        assert relations[0] in set(own) <= set(relations), form
    assert info["rule_set"]["name"] == shared.report(pdf).info["rule_set"]["name"]
    off = frames["project_scores"].query("departs != '' and departs.notna()")["project_no"]
    assert {f"自评表{number}" for number in off} == set(where) - {"自评表"}


@pytest.mark.parametrize("execution, name", [(9.2, "national"), (18.4, "hubei"), (27.6, "national")])
def test_a_departments_form_says_by_which_rule_it_scored(execution: float, name: str) -> None:
    """A form without weights tells rules apart by the points of its execution; 30 points are no known rule's, and said."""
    overall = schema.from_records("overall", [{
        "department": "某局", "budget": 100.0, "executed": 92.0, "execution_rate": 0.92, "execution_score": execution,
        "total_score": execution + 70, "page": 1, "table_id": "p1-1", "row": 0,
    }])  # fmt: skip
    indicators = schema.from_records("indicators", [
        {"scope": "部门", "indicator_no": 1, "level3": "办结率", "operator": "≥", "target": "90", "unit": "%", "actual": "95",
         "score": 70.0, "page": 1, "table_id": "p1-1", "row": 5},
    ])  # fmt: skip
    fit = scoring.fit(schema.empty("projects"), indicators, overall, schema.empty("tasks"))
    told = fit.as_dict()
    assert fit.best
    missed = ["部门执行率得分", "部门总分"] if execution > 20 else []
    assert (fit.best.rule_set.name, fit.best.missed) == (name, tuple(missed))
    assert told["name"] == (None if missed else name)


def _steps(weights: Sequence[float], ratios: Sequence[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forms of a region that gives full marks from 80% on and half below."""
    indicators = schema.from_records("indicators", [
        {"scope": "项目", "project_no": 1, "indicator_no": n, "level3": f"指标{n}", "operator": "≥", "target": "100", "actual": str(ratio),
         "weight": weight, "score": weight if ratio >= 80 else weight / 2, "page": 1, "table_id": "p1-1", "row": n}
        for n, (weight, ratio) in enumerate(zip(weights, ratios, strict=True), 1)
    ])  # fmt: skip
    projects = schema.from_records("projects", [
        {"project_no": 1, "project": "甲", "budget": 10.0, "executed": 10.0, "execution_rate": 1.0, "execution_score": 10.0,
         "total_score": 10 + indicators["score"].sum(), "page": 1, "table_id": "p1-1", "row": 0},
    ])  # fmt: skip
    return projects, indicators


def test_where_no_rule_is_known_to_fit_none_is_applied() -> None:
    projects, indicators = _steps([15.0] * 6, [85, 90, 70, 95, 60, 100])
    fit = scoring.fit(projects, indicators)
    assert fit.rule_set is None and "没有已知的规则符合" in fit.why
    scores = scoring.score_indicators(indicators, fit)
    assert scores["recomputed"].isna().all() and scores["reported"].notna().all()
    assert scores["rule"].str.contains("没有已知的规则符合").all()
    total = scoring.score_projects(projects, indicators, fit).iloc[0]
    assert (total["status"], pd.isna(total["recomputed"])) == ("skipped", True) and "没有已知的规则" in total["rule"]
    projects.loc[0, "total_score"] += 3
    wrong = scoring.score_projects(projects, indicators, fit).iloc[0]
    assert (wrong["status"], wrong["departs"]) == ("fail", "total_score")
    assert len(fit.table()) == len(scoring.RULE_SETS)


def test_a_name_that_is_no_parameter_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="no parameter 'overshot'; did you mean overshoot_"):
        scoring.rule_set("national").replace(overshot=1)
    with pytest.raises(ValueError, match="there are national, hubei"):
        scoring.rule_set("某市")


def test_a_rule_set_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "某市-2025.toml"
    path.write_text(
        'title = "某市"\nbase = "national"\n[execution_weight]\nvalue = 15\nknown = "printed"\nsource = "forms"\n'
    )
    with pytest.raises(FileNotFoundError):
        scoring.from_file(path)
    (tmp_path / "national.toml").write_text(
        (Path(scoring.__file__).parent / "rules" / "national.toml").read_text("utf-8")
    )
    rules = scoring.from_file(path)
    assert (rules.name, rules.execution_weight, rules.indicator_total) == ("某市-2025", 15, 90)
    assert rules.table().set_index("parameter").loc["execution_weight", "known"] == "printed"


# --- what forms give away -------------------------------------------------------------------


def test_copies_twins_grades_and_counts(tmp_path: Path) -> None:
    tree: Rows = [["产出", "数量", "调查户数", "≥100万户", "100万户", "90", "80", ""], *TREE[2:]]
    rows = [
        *form("调查", ("5", "5", "5", "10", "100%", "10"), "85", tree=tree, grade="优"),
        *form("泵站建设"),
        *form("河道清淤", SECOND, "95"),
    ]
    report = read(tmp_path / "x.pdf", [Table(rows, WIDTHS, height=14, top=825, left=30)])
    projects, indicators = report.projects, report.indicators
    assert doubts.grades_against_scores(projects)[["project", "due"]].values.tolist() == [["调查", "良"]]
    assert doubts.same_indicators(projects, indicators)[["project_no", "other_no"]].values.tolist() == [[3, 2]]
    assert doubts.unit_costs(projects, indicators)[["level3", "each"]].values.tolist() == [["调查户数", 0.05]]
    assert doubts.copied_goals(projects).empty
    projects["outcome"] = projects["goal"] + "。"
    assert len(doubts.copied_goals(projects)) == 3
    said = report.checks.query("status == 'fail'").groupby("check_id")["message"].first()
    assert "应为“良”" in said["evaluation.grade"] and "合每个0.05元" in said["evaluation.unit-cost"]
    assert {"evaluation.same-indicators"} <= set(said.index)
    empty = schema.empty("projects"), schema.empty("indicators")
    assert doubts.same_indicators(*empty).empty and doubts.unit_costs(*empty).empty
    assert doubts.evenness(*empty)["projects"][0] == 0


def test_what_forms_claim_against_their_own_words(tmp_path: Path) -> None:
    """Work not done at full points, a band below its target, grades in boxes, totals within a point, units of other sizes."""
    band = "全部达成预期\n指标100%-80%"
    tree: Rows = [
        ["产出", "数量", "宣传活动场次", "≥3场", "3场", "50", "50", ""], ["", "质量", "政策知晓率", "≥95%", band, "20", "20", ""],
        ["效益", "社会效益", "受益人口", "≥2万人", "20000人", "10", "10", ""], *TREE[3:],
    ]  # fmt: skip
    planted = form("宣传", ("5", "5", "5", "10", "100%", "10"), "100", tree=tree, grade="优□ 良☑ 中□ 差□")
    planted[7][4] = "宣传活动因场地原因未组织开展"
    clean = form("清淤", SECOND, "99.5", tree=[*tree[:1], *TREE[2:]], grade="优☑ 良□ 中□ 差□")
    clean[7][4] = "如期开展，未进行资金申请，不存在无故未开展的情况"
    tables = [
        Table(rows, WIDTHS, height=14, left=30)
        for rows in (planted, clean, form("泵站", SECOND, "99.2", tree=tree[:1]))
    ]
    report = read(tmp_path / "x.pdf", *([table] for table in tables))
    failed = report.checks.query("status == 'fail' and group == 'self-evaluation'")
    told = failed.groupby("check_id")["subject"].agg(list)
    asked = ["evaluation.grade", "evaluation.band", "evaluation.not-done", "evaluation.evenness"]
    assert told[asked].tolist() == [["自评表1“宣传”"], ["自评表1指标2“政策知晓率”"], ["自评表1“宣传”"], ["项目自评表"]]
    assert not {"evaluation.full-marks", "evaluation.to-the-digit", "evaluation.indicator-rule"} & set(told.index)
    assert failed.set_index("check_id")["message"]["evaluation.not-done"].endswith("自评表1“宣传”各项指标均得满分")
    assert doubts.exact_actuals(report.projects, report.indicators)["level3"].tolist().count("受益人口") == 1


def test_what_any_rule_must_satisfy_is_tested_where_none_is_known(tmp_path: Path) -> None:
    """Forms that score by steps: nothing is called wrong but one score above its weight, a missed target in full, unequal twins."""
    rows = [
        ("甲", 60, 15),
        ("乙", 70, 15),
        ("丙", 90, 20),
        ("丁", 50, 12),
        ("戊", 40, 22),
        ("己", 35, 5),
        ("庚", 45, 15),
        ("辛", 65, 15),
    ]
    tree: Rows = [
        ["产出", "数量", f"{name}类检查", "≥100次", f"{done}次", "20", str(score), ""] for name, done, score in rows
    ]
    tree.append(["产出", "数量", "癸类检查", "≥10次", "5次", "20", "15", ""])
    report = read(
        tmp_path / "x.pdf", [Table(form("检查", tree=tree, total=str(sum(r[2] for r in rows) + 20)), WIDTHS, left=30)]
    )
    assert report.info["rule_set"]["name"] is None and report.indicator_scores["recomputed"].isna().all()
    failed = report.checks.query("status == 'fail'").groupby("check_id")["subject"].agg(list)
    assert {name: [text[-5:-1] for text in failed[f"evaluation.{name}"]] for name in ("score-limit", "full-marks", "same-score")} == {
        "score-limit": ["戊类检查"], "full-marks": ["丙类检查", "戊类检查"], "same-score": ["丁类检查"],
    }  # fmt: skip
    assert not {"evaluation.indicator-rule", "evaluation.total", "evaluation.total-rule"} & set(failed.index)


def test_claims_of_forms_without_weights() -> None:
    """Completion is arithmetic: what was claimed without money is found, and no number is taken for a grade."""
    projects, indicators = _steps([15.0] * 3, [100, 140, 90])
    projects, indicators = projects.assign(executed=0.0), indicators.assign(weight=float("nan"), level1="产出指标")
    assert doubts.complete_without_money(projects, indicators)["indicator_no"].tolist() == [1, 2]
    assert doubts.overshoots(projects, indicators)["excess"].tolist() == [0.4]
    assert doubts.band_share(projects, indicators)["band_share"].tolist() == [0.0]


@pytest.mark.parametrize("target, actual, unit, numbers_", [
    ("≥1000000户", "100万户", "", (1000000, 1000000)), ("≥2万人", "15000人", "", (20000, 15000)), ("≥2万人", "1.5", "", (2, 1.5)),
    ("100", "100万户", "户", (100, 1000000)), ("≥5公里", "5200米", "", (5000, 5200)), ("≥5公里", "30天", "", (5, None)),
    ("88座", "9套", "", (88, 9)), ("≥90%", "3个", "", (90, None)), ("≤30日", "28天", "", (30, 28)), ("100万", "100万", "户", (100, 100)),
])  # fmt: skip
def test_target_and_actual_in_one_unit(
    target: str, actual: str, unit: str, numbers_: tuple[float, float | None]
) -> None:
    assert marks.in_one_unit(target, actual, unit)[:2] == numbers_


def test_sources_that_do_not_add_up_are_found(tmp_path: Path) -> None:
    rows = form("泵站建设")
    rows[5][3] = "3"
    checks = read(tmp_path / "x.pdf", [Table(rows, WIDTHS, left=30)]).checks.query("check_id == 'evaluation.funding'")
    assert checks["status"].tolist() == ["pass", "fail", "pass"]


def sides(rows: Rows, col: int) -> list[Table]:
    """The tables of the columns left of ``col`` and from it on; no rule closes a cell that the cut goes through."""
    through = frozenset(i for i, row in enumerate(rows) if row[col] is None)
    beside: Rows = [["" if row[col] is None else row[col], *row[col + 1 :]] for row in rows]
    none: frozenset[int] = frozenset()
    heights = {0: 16.0, 1: 31.0, 3: 24.0, 7: 40.0, 9: 27.0, 11: 33.0}
    return [
        Table([row[:col] for row in rows], WIDTHS[:col], left=30, heights=heights, open_rows=(none, through)),
        Table(beside, WIDTHS[col:], left=30, heights=heights, open_rows=(through, none)),
    ]


@pytest.mark.parametrize("col", [3, pytest.param(5, marks=pytest.mark.slow), pytest.param(6, marks=pytest.mark.slow)])
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 2, 1, 3)], ids=["over", "down"])
def test_columns_that_print_on_a_later_page(tmp_path: Path, col: int, order: Sequence[int]) -> None:
    """A sheet wider than its paper: its columns go on on the next page, or behind the pages of its rows."""
    tables = [*sides(form("泵站建设"), col), *sides(form("河道清淤", SECOND, "95"), col)]
    expect_two(read(tmp_path / "x.pdf", *([tables[i]] for i in order)))


def test_a_figure_that_a_cut_goes_through_is_none() -> None:
    left = Cell(0, 4, 1, 1, 1, (100, 0, 150, 20), ("1,2",), ((140, 151, "1,2"),))
    right = Cell(0, 0, 1, 2, 2, (30, 0, 90, 20), ("34.50",), ((29, 60, "34.50"),))
    assert numbers.decimal(side_by_side._joined_cell(left, right).text) is None
    words = side_by_side._joined_cell(replace(left, lines=("实施单",)), replace(right, lines=("单位",)))
    assert words.text == "实施单位" and (words.colspan, words.page) == (3, 1)


def test_a_figure_beside_a_form_is_of_the_row_at_its_height() -> None:
    heading = Cell(0, 0, 3, 1, 1, (0, 0, 50, 60))
    rows = [Cell(row, 1, 1, 1, 1, (50, 40 - 20 * row, 100, 60 - 20 * row)) for row in range(3)]
    grid = Grid(1, (0, 0, 100, 60), (heading, *rows), 3, 2, "vector", (0, 50, 100))
    lines = [Line("19.1", (110, low, 130, low + 10), 1) for low in (5, 45)]
    beside = stitch._beside(Stitched("p1-1", "project", "", (grid,), ()), lines)
    assert [row for row, _ in beside] == [2, 0]


def test_the_next_form_of_the_same_shape_is_not_beside(tmp_path: Path) -> None:
    rows = form("河道清淤", SECOND, "95")
    expect_two(read(tmp_path / "x.pdf", [Table(form("泵站建设"), WIDTHS, left=30)], [Table(rows, WIDTHS, left=30)]))


def wrapped(rows: Rows) -> Rows:
    """A form some of whose texts wrap; the colon behind 实施单位 makes it no unit of money."""
    parts = ("已建成", "受益", "其中：财政", "预算执行情况", "满意度(?=指标)", "居民投诉", "未完成原因")
    return [
        [text and re.sub("|".join(parts), "\\g<0>\n", text).replace("实施单位", "实施单位：") for text in row]
        for row in rows
    ]


@pytest.mark.parametrize("ruling, cut", [("none", None), ("rows", 14), ("columns", None), ("frame", 14)])
def test_a_form_whose_cells_no_rules_part_is_said_and_its_texts_are_kept(
    tmp_path: Path, ruling: Ruling, cut: int | None
) -> None:
    """Its lines that wrap cannot be told from rows: nothing is read into columns, and each text is kept by itself."""
    first = wrapped(form("泵站建设"))
    second = wrapped(form("河道清淤", SECOND, "95"))
    title = "项目支出绩效自评表"

    def at(rows: Rows, title: str = "", top: float = 760) -> Table:
        return Table(rows, [width * 1.15 for width in WIDTHS], title, top=top, left=10, ruling=ruling)

    pages = [[at(first[:cut], title)], [at(first[cut:])]] if cut else [[at(first, title), at(second, title, 360)]]
    report = read(tmp_path / "x.pdf", *pages)
    assert report.indicators.empty and report.projects.empty
    named = report.info["unknown_tables"]
    assert [table["pages"] for table in named] == ([[1, 2]] if cut else [[1], [1]])
    assert all("没有框线分隔" in table["why"] and table["title"] == title for table in named)
    assert sum("form_fields" in line for line in report.info["warnings"]) == len(named)
    kept = report.form_fields.groupby("table_id")["value"].agg(list)
    for table, rows in zip(named, (first, second), strict=False):
        printed = [line for row in rows for text in row if text for line in text.split("\n")]
        assert list(Counter(printed) - Counter(kept[table["table_id"]])) == []
    assert not set(report.prose["text"].dropna()) & set(report.form_fields["value"])


# --- the year of forms alone --------------------------------------------------------------


@pytest.mark.parametrize("over, under, year, where", [
    ([], "填报日期：2025年3月10日", 2024, "date of a self-evaluation"), ([], "填表时间：2025-11-02", None, None),
    ([["（2023年度）", *[N] * 7]], "填报日期：2025年3月10日", 2023, "self-evaluation"), ([], "评价年度：2022", 2022, "self-evaluation"),
    ([["2021年度某市项目支出绩效自评表", *[N] * 7]], "", 2021, "self-evaluation"), ([], "联系电话：0838-2025", None, None),
])  # fmt: skip
def test_the_year_of_forms_alone(tmp_path: Path, over: Rows, under: str, year: int | None, where: str | None) -> None:
    rows: Rows = [*over, *form("泵站建设")[:-1], [under, *[N] * 7]]
    report = read(tmp_path / "forms.pdf", [Table(rows, WIDTHS, left=30)])
    assert (report.info["year"], report.info["year_from"]) == (year, where)
    assert any("请写进文件名" in warning for warning in unidentified(report.info)) == (year is None)
    assert report.info["department"] != "某市水务局"


# --- other layouts ------------------------------------------------------------------------


def test_points_on_every_level_and_formulas_behind_headings(tmp_path: Path) -> None:
    rows: Rows = [
        ["项目名称", "泵站建设", N, N, N, "主管部门", "某市水务局", N, N],
        ["资金", "来源", "预算批复数", "调整预算数②", "全年执行③", "执行率④=③/②", "执行得分⑤", "", ""],
        ["", "合计", "100", "120", "60", "50%", "5", "", ""],
        ["一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "指标值A", "完成值B", "得分C=B/A"],
        ["产出", "60", "数量", "60", "泵站数量", "40", "≥2座", "2座", "40"], ["", "", "", "", "管网长度", "20", "≥5公里", "4公里", "16"],
        ["小计", N, N, N, N, "60", "", "", "56"], ["总分", N, N, N, N, "", "", "", "61"],
    ]  # fmt: skip
    report = read(tmp_path / "x.pdf", [Table(rows, [55, 50, 60, 62, 60, 75, 60, 50, 60], left=30)])
    columns = ["opening_budget", "budget", "executed", "execution_rate", "execution_score", "total_score"]
    assert report.projects[columns].values.tolist() == [[100, 120, 60, 0.5, 5, 61]]
    tree = report.indicators[["level3", "weight", "target", "actual", "score"]].values.tolist()
    assert tree == [["泵站数量", 40, "≥2座", "2座", 40], ["管网长度", 20, "≥5公里", "4公里", 16]]
    assert {field["text"] for field in report.info["not_understood"]} == {"60", "56"}


def test_a_label_under_a_label_is_no_value_and_points_stand_behind_the_rate(tmp_path: Path) -> None:
    rows: Rows = [
        ["项目名称", "泵站建设", N, N, N], ["主管部门", "某市水务局", N, "实施单位", "某中心"],
        ["年初预算数", "100", "全年预算数", "120", ""], ["全年执行数", "60", "", "", ""],
        ["执行率", "50%", "得分", "5", ""], ["目标", "年度目标", "建设一座泵站", "完成情况", "已建成一座"],
        ["二级指标", "三级指标", "指标值", "分值", "得分"], ["数量指标", "泵站数量", "1座", "90", "90"], ["合计", N, N, "100", "95"],
    ]  # fmt: skip
    report = read(tmp_path / "x.pdf", [Table(rows, [100] * 5, left=40)])
    columns = ["goal", "outcome", "executed", "execution_rate", "execution_score", "total_score"]
    assert report.projects[columns].values.tolist() == [["建设一座泵站", "已建成一座", 60, 0.5, 5, 95]]
    assert report.projects["execution_weight"].isna().all()
