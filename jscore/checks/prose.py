"""The narrative by itself: changes, rates, completions, shares and parts that must agree with each other.

Belongs here: relations among the amounts of sentences; where a sentence leaves an amount out, the table's.  Does not:
amounts that both print (``narrative``), what is counted (``counts``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

from jscore.checks.model import Catalogue, Figure, Result, ratio, said, total, within
from jscore.checks.printed import printed
from jscore.checks.source import Source, only
from jscore.checks.statements import CLASS, GENERAL, ITEM, SANGONG, Statement, Term, about, by_subject, statements
from jscore.narrative.paragraphs import normal

CHECKS = Catalogue()


def _beside(source: Source, one: Statement, measure: str, *roles: str) -> Statement | None:
    """The figure of ``measure`` and role of the same subject under the same heading: the last before ``one``, or the next."""
    own = source.derived(_subjects)[(one.section, one.path)]
    at = next(place for place, other in enumerate(own) if other.row == one.row)
    near = (*reversed(own[:at]), *own[at + 1 :])
    return next(
        (x for x in near if x.measure == measure and x.role in roles and x.unit == _UNIT.get(measure, x.unit)), None
    )


def _subjects(source: Source) -> dict[tuple[str, tuple[str, ...]], list[Statement]]:
    return by_subject(statements(source))


_UNIT = {"amount": "万元", "yoy_change": "万元"}
_BUDGETS = ("年初预算", "预算", "全年预算", "当年预算", "本年预算", "本年度预算", "调整预算")


def _final(source: Source, one: Statement) -> Figure | None:
    """The final amount of ``one``'s subject: as the narrative states it, or as the tables print it."""
    if stated := _beside(source, one, "amount", ""):
        return stated.figure
    figures = next(iter(printed(one.term, source)), ()) if one.term else ()
    return figures[0] if len(figures) == 1 else None


# --- on the year before -------------------------------------------------------------------------


@CHECKS.declare(
    "narrative.yoy", "比上年增减额与增减率相符", "narrative", "error",
    "增减率 = 增减额 ÷（本年数 − 增减额）；本年数以情况说明为准，未说的以表为准", ("narrative",),
)  # fmt: skip
def yoy(source: Source) -> Iterator[Result]:
    return (own for own, whole in source.derived(_year_on_year) if not cut_off(own) and not (whole and whole.holds))


@CHECKS.declare(
    "narrative.yoy-of-whole", "增减是本项的而不是总额的", "narrative", "warning",
    "写在一项之下的增减额与增减率合于该项的金额，而不是只合于其总额（“三公”经费）", ("narrative",),
)  # fmt: skip
def yoy_of_whole(source: Source) -> Iterator[Result]:
    for own, whole in source.derived(_year_on_year):
        if own.holds or (whole and whole.holds):
            message = f"{own.actual_figures[0].label}不合于本项金额，而合于总额的增减"
            yield said(own.subject, own.holds, message, own.actual_figures, (whole or own).expected_figures)


def _year_on_year(source: Source) -> list[tuple[Result, Result | None]]:
    """Rates of change beside their subject's own amount and, where that does not fit, beside its whole's."""
    found = []
    for rate, change in _changes(source):
        final = _final(source, rate)
        own = _change_rate(rate, change, final) if final and rate.value * change.value >= 0 else None
        if own:
            total_of = _default_whole(rate) if not own.holds else None
            wholes = [f for f in _amounts_of(source, total_of) if f.value] if total_of else []
            others = [other for whole in wholes if (other := _change_rate(rate, change, whole))]
            found.append((own, next((other for other in others if other.holds), None)))
    return found


def _changes(source: Source) -> Iterator[tuple[Statement, Statement]]:
    """Rates of change, each with the change in money that stands beside it."""
    for one in statements(source):
        change = _beside(source, one, "yoy_change", one.role) if one.measure == "yoy_rate" else None
        if change and change.sentence == one.sentence:
            yield one, change


def _change_rate(rate: Statement, change: Statement, final: Figure) -> Result | None:
    """The rate beside change ÷ (final − change), each at the worst of what it may stand for."""
    assert final.value is not None
    low = final.value - change.value - final.half - change.figure.half
    if low <= 0:
        return None
    ends = [
        (change.value + a * change.figure.half) / (final.value + b * final.half - change.value - a * change.figure.half)
        for a, b in product((-1, 1), repeat=2)
    ]
    expected = change.value / (final.value - change.value)
    tolerance = max(abs(end - expected) for end in ends) + rate.figure.half
    return within(rate.subject, rate.figure, expected, tolerance, (change.figure, final), "fraction")


@CHECKS.declare(
    "narrative.direction", "比上年增减额与增减率方向一致", "narrative", "warning",
    "一句之中增减额与增减率同为增加或同为减少", ("narrative",),
)  # fmt: skip
def direction(source: Source) -> Iterator[Result]:
    for rate, change in _changes(source):
        words = f"情况说明“{rate.subject}”的增减额与增减率方向相反"
        yield said(rate.subject, rate.value * change.value >= 0, words, [rate.figure], [change.figure])


@CHECKS.declare(
    "narrative.prior", "上年数加增减额等于本年数", "narrative", "error",
    "情况说明同时印出上年数、增减额和本年数的，上年数 + 增减额 = 本年数", ("narrative",),
)  # fmt: skip
def prior(source: Source) -> Iterator[Result]:
    for one in statements(source):
        if one.measure == "amount" and one.role == "上年":
            final, change = _beside(source, one, "amount", ""), _beside(source, one, "yoy_change", "")
            if final and change:
                yield total(one.subject, final.figure, (one.figure, change.figure))


# --- of the budget ------------------------------------------------------------------------------


@CHECKS.declare(
    "narrative.completion", "预算完成率与决算数、预算数相符", "narrative", "error",
    "情况说明同时印出预算数和决算数的，完成率 = 决算数 ÷ 预算数", ("narrative",),
)  # fmt: skip
def completion(source: Source) -> Iterator[Result]:
    return (result for result in source.derived(_completed) if not cut_off(result))


def _completed(source: Source) -> list[Result]:
    pairs = [(one, final, budget) for one, final, budget in _completions(source) if final and budget]
    return [result for one, *of in pairs if (result := ratio(one.subject, one.figure, *of))]  # type: ignore[arg-type]


@CHECKS.declare(
    "narrative.completion-of-nothing", "没有支出则完成预算0%", "narrative", "error",
    "支出为零的，完成率是 0%；预算也为零的，写 0% 或 100%", ("narrative",),
)  # fmt: skip
def completion_of_nothing(source: Source) -> Iterator[Result]:
    for one, final, budget in _completions(source):
        final = final or _final(source, one)
        if final and not final.value and not (budget and budget.value):
            message = f"{one.figure.label}印为{one.value:.2%}，而支出为零"
            yield said(one.subject, one.value in (0, 1), message, [one.figure], [final])


@CHECKS.declare(
    "narrative.item-budgets", "各科目年初预算之和不大于总预算", "narrative", "warning",
    "情况说明所列一般公共预算各项的年初预算相加，不大于一般公共预算财政拨款支出的年初预算", ("narrative",),
)  # fmt: skip
def item_budgets(source: Source) -> Iterator[Result]:
    budgets = [one for one in statements(source) if one.measure == "amount" and one.role in _BUDGETS and one.term]
    items = {
        one.term: one.figure for one in budgets if one.term and one.term.name == ITEM and one.term.scope == GENERAL
    }
    for whole in [one for one in budgets if one.term == Term("支出", "", GENERAL)][:1]:
        if len(items) > 1:
            result = total(whole.subject, whole.figure, list(items.values()))
            above = not result.holds and (result.difference or 0) < 0
            message = f"{whole.figure.label}印为{whole.value:,.2f}万元，而所列各项相加为{result.expected:,.2f}万元"
            yield said(whole.subject, not above, message, result.actual_figures, result.expected_figures)


@CHECKS.declare(
    "narrative.completion-09", "“三公”经费预算完成率与09表相符", "narrative", "error",
    "情况说明中“三公”经费及其各项的完成率 = 09 表决算数 ÷ 预算数；情况说明自印预算数的按其预算数", ("narrative", "09"),
)  # fmt: skip
def completion_of_sangong(source: Source) -> Iterator[Result]:
    return (result for result in source.derived(_completed_sangong) if not cut_off(result))


def _completed_sangong(source: Source) -> list[Result]:
    finals, budgets = (source.amounts("sangong", "item", column=column) for column in ("final", "budget"))
    found = []
    for one, _, budget in _completions(source):
        if not budget and one.term and one.term.name == SANGONG:
            final, listed = only(finals.get((one.term.what,))), only(budgets.get((one.term.what,)))
            if final and listed and (result := ratio(one.subject, one.figure, final, listed)):
                found.append(result)
    return found


def _completions(source: Source) -> Iterator[tuple[Statement, Figure | None, Figure | None]]:
    """Completions of the year's budget, each with the final amount and the budget that are stated of the same subject."""
    for one in statements(source):
        if one.measure == "budget_completion" and not one.role:
            final, budget = _beside(source, one, "amount", ""), _beside(source, one, "amount", *_BUDGETS)
            yield one, final.figure if final else None, budget.figure if budget else None


_NO_BUDGET = re.compile(
    r"[未无没](?:有)?(?:年初)?(?:安排|编制|列入|列)?[^，。；]{0,6}预算|预算为0|追加|结转|以前年度|上级(?:下达|补助|专款)|年中下达"
)


def _undefined(source: Source, explained: bool) -> Iterator[Result]:
    """Completions of 0% of subjects that spent: the budget was zero, and a rate of it says nothing."""
    for one, final, budget in _completions(source):
        final = final or _final(source, one)
        if final and final.value and not one.value and not (budget and budget.value):
            said_why = bool(_NO_BUDGET.search(one.text))
            if said_why == explained:
                message = f"{one.figure.label}印为0，而支出为{final.value:,.2f}万元：预算为零时没有完成率"
                yield said(one.subject, False, message, [one.figure], [final])
        elif not explained:
            yield said(one.subject, True, "", [one.figure])


@CHECKS.declare(
    "narrative.completion-of-zero", "有支出而完成预算0%", "narrative", "warning",
    "有支出的科目预算完成率不是 0%；预算为零时完成率没有意义，应说明未安排预算", ("narrative",),
)  # fmt: skip
def completion_of_zero(source: Source) -> Iterator[Result]:
    yield from _undefined(source, explained=False)


@CHECKS.declare(
    "narrative.completion-without-budget", "年初未安排预算而写完成预算0%", "narrative", "info",
    "同上，而句中已说明年初未安排预算、由结转或追加资金支出", ("narrative",),
)  # fmt: skip
def completion_without_budget(source: Source) -> Iterator[Result]:
    yield from _undefined(source, explained=True)


@CHECKS.declare(
    "narrative.implied-budgets", "基本支出、项目支出的预算之和等于总预算", "narrative", "warning",
    "由金额与完成率推算的基本支出、项目支出预算之和，等于由合计推算的预算（以各数舍入的最大误差为限）", ("narrative",),
)  # fmt: skip
def implied_budgets(source: Source) -> Iterator[Result]:
    complete = {(one.section, one.path): (one, final) for one, final, _ in _completions(source) if final and one.value}
    for (section, path), (one, final) in complete.items():
        parts = [complete.get((section, (*path, name))) for name in ("基本支出", "项目支出")]
        known = [part for part in parts if part]
        if len(known) == 2:
            middle, reach = _budget(one, final)
            ends = [_budget(*part) for part in known]
            figures = tuple(figure for part, amount in known for figure in (amount, part.figure))
            expected, tolerance = sum(end[0] for end in ends), reach + sum(end[1] for end in ends)
            yield Result(
                one.subject, abs(middle - expected) <= tolerance, middle, expected, tolerance, "万元",
                (one.figure, final), figures,
                f"按完成率推算，{one.subject}的预算约{middle:,.2f}万元，基本支出与项目支出的预算相加约{expected:,.2f}万元",
            )  # fmt: skip


def _budget(one: Statement, final: Figure) -> tuple[float, float]:
    """The budget that an amount and its completion imply, and how far off it may be."""
    assert final.value is not None
    half = one.figure.half
    low = (final.value - final.half) / (one.value + half)
    high = (final.value + final.half) / max(one.value - half, 1e-9)
    return (low + high) / 2, (high - low) / 2


_WORD = re.compile(
    r"(?:决算数?|支出)(?:[与和]?(?:年初|全年)?预算数?)?(?:(?P<more>大于|高于|多于|超出|超过)|(?P<less>小于|低于|少于)|(?P<same>等于|持平))"
    r"(?:于)?(?:年初|全年)?(?:预算)?"
)


@CHECKS.declare(
    "narrative.budget-word", "“决算数大于（小于）预算数”与数字一致", "narrative", "warning",
    "说明原因时所写的大于、小于、持平，与同段的完成率或预算数、决算数一致", ("narrative",),
)  # fmt: skip
def budget_word(source: Source) -> Iterator[Result]:
    found = [one for one in statements(source) if one.measure == "budget_completion" and not one.role]
    for paragraph in source.paragraphs:
        for word in _WORD.finditer(paragraph.text) if paragraph.accounts and "预算" in paragraph.text else ():
            if "预算" not in word.group() or "（" in paragraph.text[word.end() : word.end() + 1]:
                continue
            before = paragraph.text[: word.start()]
            near = [
                (before.rfind(p), one)
                for one in found
                if one.text in paragraph.text and (p := normal(_text(source, one)))
            ]
            place, one = max(near, key=lambda pair: pair[0], default=(-1, None))
            if one and place >= 0 and "。" not in before[place:].rstrip("。"):
                yield _worded(source, one, word)


def _text(source: Source, one: Statement) -> str:
    return str(source.place(one.figure)["printed"] or "")


def _worded(source: Source, one: Statement, word: re.Match[str]) -> Result:
    final = _final(source, one)
    near = abs(one.value - 1) <= one.figure.half
    nothing = one.value == 0 and not (final and final.value)
    holds = near or (
        one.value > 1 if word["more"] else nothing or one.value < 1 if word["less"] else nothing
    )  # fmt: skip
    message = f"情况说明写“{word.group()}”，而{one.figure.label}为{one.value:.2%}"
    return said(one.subject, holds, message, [one.figure], [final] if final else [])


# --- shares -------------------------------------------------------------------------------------


@CHECKS.declare(
    "narrative.shares", "占比与金额相符", "narrative", "error",
    "“占收入总计的…%”等：占比 = 金额 ÷ 句中所说的总数；总数以情况说明为准，未说的以表为准", ("narrative",),
)  # fmt: skip
def shares(source: Source) -> Iterator[Result]:
    return (result for stated, result in source.derived(_shares) if stated and not cut_off(result))


@CHECKS.declare(
    "narrative.shares-implied", "未说明总数的占比与金额相符", "narrative", "warning",
    "“占…%”未说是占什么的：按其所属的总数（“三公”经费各项占“三公”经费，各类占该项资金的支出）计算", ("narrative",),
)  # fmt: skip
def shares_implied(source: Source) -> Iterator[Result]:
    return (result for stated, result in source.derived(_shares) if not stated and not cut_off(result))


def _shares(source: Source) -> list[tuple[bool, Result]]:
    """Shares, each with whether the sentence says of what."""
    made: list[tuple[bool, Result]] = []
    since: dict[str, int] = {}
    for one in statements(source):
        if one.measure != "share" or one.role:
            continue
        pattern = rf"占(?P<whole>[^，。；占]{{0,30}}?)的?(?:比例|比重|比)?的?(?:为|是|达)?{re.escape(normal(_text(source, one)))}"
        found = re.compile(pattern).search(one.text, since.get(one.sentence, 0))
        if not found:
            continue
        since[one.sentence] = found.end()
        part = _final(source, one)
        results = [
            ratio(one.subject, one.figure, part, whole) for whole in _wholes(source, one, found["whole"]) if part
        ]
        if tried := [result for result in results if result]:
            best = next((result for result in tried if result.holds), None) or next(filter(cut_off, tried), tried[0])
            made.append((bool(found["whole"]), best))
    return made


def _wholes(source: Source, one: Statement, words: str) -> Iterator[Figure]:
    """What ``one`` may be a share of: the total of that name as the narrative states it, or as the tables print it."""
    if not words:
        above = _beside_path(source, one, one.path[:-1])
        yield from (above,) if above else ()
        wanted = [term for term in (_default_whole(one),) if term]
    else:
        name = _unquoted(words)
        near = (x for x in _stated(source) if x.section == one.section and _unquoted(x.path[-1]) == name)
        yield from (other.figure for other in near)
        wanted = about(words, one.section, source)
    for term in wanted:
        yield from _amounts_of(source, term)


def _amounts_of(source: Source, term: Term) -> Iterator[Figure]:
    """The final amounts of ``term``, as the narrative states and as the tables print them."""
    yield from (other.figure for other in _stated(source) if other.term == term)
    yield from (figures[0] for figures in printed(term, source) if len(figures) == 1)


def _stated(source: Source) -> list[Statement]:
    """The final amounts that the narrative states."""
    return source.derived(_final_amounts)


def _final_amounts(source: Source) -> list[Statement]:
    return [one for one in statements(source) if one.measure == "amount" and not one.role]


def _beside_path(source: Source, one: Statement, path: tuple[str, ...]) -> Figure | None:
    return next((x.figure for x in _stated(source) if x.section == one.section and x.path == path), None)


def _unquoted(words: str) -> str:
    return re.sub("[“”]", "", words)


def _default_whole(one: Statement) -> Term | None:
    if one.term and one.term.name == SANGONG:
        return Term(SANGONG, "合计") if one.term.what != "合计" else None
    if one.term and one.term.name == CLASS:
        return Term("支出", "", one.term.scope)
    return one.of


def cut_off(result: Result) -> bool:
    """Whether a percentage that does not hold would if its digits had been cut off instead of rounded."""
    if result.holds or result.actual is None or result.expected is None or result.actual * result.expected < 0:
        return False
    half = result.actual_figures[0].half
    short = abs(result.expected) - abs(result.actual)
    return 0 < short < half + (result.tolerance or 0.0)


@CHECKS.declare(
    "narrative.cut-off", "百分比四舍五入而非截去尾数", "narrative", "info",
    "情况说明的增减率、完成率、占比按四舍五入印出；截去尾数的，最后一位会小 1", ("narrative",),
)  # fmt: skip
def cut_off_percentages(source: Source) -> Iterator[Result]:
    every = [own for own, _ in source.derived(_year_on_year)]
    every += [result for make in (_completed, _completed_sangong) for result in source.derived(make)]
    every += [result for _, result in source.derived(_shares)]
    off = [result for result in every if cut_off(result)]
    yield from off
    if every and not off:
        yield said("各百分比", True, "")


# --- parts --------------------------------------------------------------------------------------

#: Parts that make up their whole: wordings of the parts, of which all must be there, then those that may be.
_MADE_OF: tuple[tuple[tuple[str, ...], str], ...] = (
    (("一般公共预算.*", "政府性基金.*", "国有资本经营.*"), ""),
    (("基本支出", "项目支出"), "上缴上级支出|经营支出|对附属单位补助支出"),
    (("人员经费(?:支出)?", "(?:日常)?公用经费(?:支出)?"), ""),
    (("因公出国.*", "公务接待费?.*", "公务用车购置[及和与].*"), ""),
    (("公务用车购置(?:费|支出|费支出)?", "公务用车运行.*"), ""),
    ((".*货物.*", ".*工程.*", ".*服务.*"), ""),
)


@CHECKS.declare(
    "narrative.parts", "各部分相加等于总数", "narrative", "error",
    "情况说明一句中列全的各部分（三类资金，基本支出与项目支出，人员经费与公用经费，“三公”三项，用车购置与运行，采购货物、工程、服务）"
    "相加等于其总数", ("narrative",),
)  # fmt: skip
def parts(source: Source) -> Iterator[Result]:
    for whole, listed in _lists(source):
        if _complete(listed):
            yield total(whole.subject, whole.figure, [one.figure for one in listed], whole.unit)


@CHECKS.declare(
    "narrative.parts-limit", "所列部分不大于总数", "narrative", "warning",
    "情况说明在一个总数下列出的部分（主要是、主要包括、其中），相加不大于总数", ("narrative",),
)  # fmt: skip
def parts_limit(source: Source) -> Iterator[Result]:
    for whole, listed in _lists(source):
        if whole.measure == "amount" and not _complete(listed):
            result = total(whole.subject, whole.figure, [one.figure for one in listed], whole.unit)
            above = result.expected is not None and result.expected > whole.value and not result.holds
            message = f"{whole.figure.label}为{whole.value:,.2f}万元，而所列各部分相加为{result.expected:,.2f}万元"
            yield said(whole.subject, not above, message, result.actual_figures, result.expected_figures)


def _lists(source: Source) -> Iterator[tuple[Statement, list[Statement]]]:
    """Wholes with the parts that the first sentence to list any states under them."""
    groups: dict[tuple[str, tuple[str, ...], str, str], list[Statement]] = {}
    for one in statements(source):
        if len(one.path) > 1 and not one.role and one.measure in ("amount", "count"):
            groups.setdefault((one.section, one.path[:-1], one.measure, one.unit), []).append(one)
    subjects = source.derived(_subjects)
    for (section, path, measure, unit), found in groups.items():
        listed = {one.path: one for one in found if one.sentence == found[0].sentence}
        whole = next(
            (x for x in subjects.get((section, path), ()) if (x.measure, x.unit, x.role) == (measure, unit, "")), None
        )
        if whole:
            yield whole, list(listed.values())


def _complete(listed: Sequence[Statement]) -> bool:
    """Whether the parts are known to make up their whole."""
    names = [re.sub(r"[“”]", "", one.path[-1]) for one in listed]
    for needed, more in _MADE_OF:
        if all(any(re.fullmatch(words, name) for name in names) for words in needed):
            allowed = "|".join((*needed, more)) if more else "|".join(needed)
            return all(re.fullmatch(allowed, name) for name in names)
    return False


@CHECKS.declare(
    "narrative.repeated", "情况说明前后一致", "narrative", "warning",
    "同一口径的同一数字在情况说明中印了几次的，各次相等（表中也有的，与表核对）", ("narrative",),
)  # fmt: skip
def repeated(source: Source) -> Iterator[Result]:
    first: dict[Term, Statement] = {}
    for one in statements(source):
        if one.measure == "amount" and not one.role and one.term and not printed(one.term, source):
            other = first.setdefault(one.term, one)
            if other is not one:
                yield total(one.subject, one.figure, (other.figure,))
