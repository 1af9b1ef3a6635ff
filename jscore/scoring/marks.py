"""The points of one indicator, one execution rate or one total by a rule set, in exact decimals, and the sentence that explains them.

Nothing here raises for what a form may print: what cannot be scored has no points, and its rule says why.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from math import isnan
from typing import Any, Literal

from jscore.language import N_, Lang, current, sign, tr
from jscore.scoring.rule_sets import RuleSet, number_text, percent
from jscore.text import numbers
from jscore.text.normal import nfkc

ZERO, ONE = Decimal(0), Decimal(1)
#: Digits enough for any float.
_EXACT = Context(prec=400)
#: What a score rests on: target and actual, a grade band, the completion that the form prints, or nothing.
Basis = Literal["numbers", "band", "completion", "none"]
_BY = {"numbers": N_("按指标值与完成值"), "band": N_("按所填等级"), "completion": N_("按所填完成程度")}

_BAND = re.compile(r"(?<!\d)(?P<high>\d+(?:\.\d+)?)%?(?:\(不?含\))?[-~—–至到](?P<low>\d+(?:\.\d+)?)%")
#: The three grades of 定性指标 (财预〔2020〕10号) where a form prints their words only.
_GRADES = tuple(
    (re.compile(words), (Decimal(low) / 100, Decimal(high) / 100))
    for words, low, high in (
        (r"(?:基本)?(?:未|没有)(?:达成|完成)", 0, 60), (r"部分(?:达成|完成)", 60, 80),
        (r"(?:已|全部|基本|或)*(?:达成|完成)(?:了)?(?:年度|预期|绩效|全部)*(?:指标|目标)$", 80, 100),
    )
)  # fmt: skip
_OPERATORS = {
    "≥": ">=",
    ">": ">=",
    "≧": ">=",
    "⩾": ">=",
    "=>": ">=",
    "≤": "<=",
    "<": "<=",
    "≦": "<=",
    "⩽": "<=",
    "=<": "<=",
    "==": "=",
}
_SIGN = re.compile(r"^(>=|<=|=>|=<|==|[≥≤≧≦⩾⩽><=])")


@dataclass(frozen=True)
class Mark:
    """A score by the rule: points and completion are None where the rule does not reach.

    ``excess`` is how far the actual is over its target, as a share of it (short of it: negative).  ``least`` and ``most``
    are the points that the rule leaves open between, where it does not fix them.
    """

    points: Decimal | None
    basis: Basis
    rule: str
    completion: Decimal | None = None
    excess: Decimal | None = None
    penalty: Decimal = ZERO
    least: Decimal | None = None
    most: Decimal | None = None

    def near(self, reported: Decimal | None) -> Decimal | None:
        """The points by the rule: where it leaves a range open, the point of it next to those reported."""
        if self.points is not None or self.least is None or self.most is None or reported is None:
            return self.points
        return min(max(reported, self.least), self.most)


@dataclass(frozen=True)
class Printed:
    """An indicator's figures as its form prints them; None for what it does not."""

    weight: Decimal | None
    operator: str
    target: str
    unit: str
    actual: str
    completion: Decimal | None = None
    #: First and second level of the tree, which tell a cost or a time limit from what is to be reached.
    kind: str = ""


@dataclass(frozen=True)
class Rate:
    """An execution rate: the best value, the range that the rounding of what is printed leaves, how it was found."""

    value: Decimal
    low: Decimal
    high: Decimal
    how: str
    #: Whether the printed rate can be that of the printed amounts.
    agrees: bool = True
    #: The rate as the form works with it: the printed one where it agrees.
    used: Decimal = ZERO


@dataclass(frozen=True)
class Total:
    """A project's total by the rule, and what it is made of; None where the rule does not reach."""

    subtotal: Decimal | None
    execution: Decimal | None
    uncapped: Decimal | None
    cap: Decimal | None
    deduction: Decimal | None
    points: Decimal | None
    rule: str


def rounded(value: Decimal, places: Decimal | int) -> Decimal:
    """``value`` rounded half up."""
    return value.quantize(ONE.scaleb(-int(places)), ROUND_HALF_UP, _EXACT)


_AROUND = re.compile(r"^(?P<before>[^\d.+-]*)(?P<number>[+-]?[\d,]*\.?\d+)(?P<unit>[^\d]{0,8})$")
#: Words that some forms print for an operator, before the number or behind it.
_WORDS = (
    (">=", re.compile(r"^(不低于|不少于|不小于|大于等于|大于或等于|大于|高于|超过|达到|至少|多于)$|^(及|或|含)*以上$")),
    ("<=", re.compile(r"^(不高于|不超过|不大于|不多于|小于等于|小于或等于|小于|低于|少于|控制在|至多)$|^(及|或|含)*(以内|以下|之内)$")),
)  # fmt: skip
_LIMITED = re.compile("成本|时效|节约")
_LIMITED_UNIT = re.compile(r"(个)?(工作日|日|天|小时|分钟|月|年|元|万元|亿元|元/.*)")

#: Words of a unit that multiply it, longer ones first; units that are so many of another one.
_SCALES = {
    "百万": Decimal(10**6),
    "千万": Decimal(10**7),
    "百": Decimal(100),
    "千": Decimal(1000),
    "万": Decimal(10**4),
    "亿": Decimal(10**8),
}
_BASES = {
    "公里": (1000, "米"), "吨": (10**6, "克"), "公斤": (1000, "克"), "公顷": (15, "亩"), "平米": (1, "平方米"), "日": (1, "天"),
    "个月": (1, "月"),
}  # fmt: skip
#: Units of measures and shares: numbers in two of them say nothing of each other.
_MEASURES = frozenset("% ‰ 元 米 平方米 亩 克 升 天 工作日 月 年 小时 分钟".split())


def number(text: str, unit: str = "") -> Decimal | None:
    """The number that a target or an actual is, its operator, unit and percent sign left out; None if it is none."""
    return quantity(text, unit)[0]


def quantity(text: str, unit: str = "") -> tuple[Decimal | None, str]:
    """The number of a target or an actual, and the unit printed with it (``unit``: that of its column): (None, "") if it is none."""
    plain_text, unit = _SIGN.sub("", nfkc(text)), nfkc(unit)
    value = numbers.decimal(plain_text.removesuffix(unit or "%").rstrip("%"))
    if value is not None:
        return value, unit or ("%" if plain_text.endswith("%") else "")
    match = _AROUND.match(plain_text)
    if match is None:
        return None, ""
    before, after = (
        match["before"],
        re.sub(r"^(及|或|含)*(以上|以内|以下|之内)|(及|或|含)*(以上|以内|以下|之内|左右)$", "", match["unit"]),
    )
    if before and not any(words.match(before) for _, words in _WORDS):
        return None, ""
    value, after = numbers.decimal(match["number"]), after.strip("()")
    if after in _SCALES and unit:
        after = unit if unit.startswith(after) else after + unit
    return (value, after or unit) if value is not None else (None, "")


def in_one_unit(target: str, actual: str, unit: str = "") -> tuple[Decimal | None, Decimal | None, str]:
    """The numbers of a target and its actual, in one unit where the two print others (2万人, 15000人), and the unit.

    The actual is None, too, where the units cannot be compared: 5公里 and 30天.  What things are counted by may differ.
    """
    (goal, of_goal), (done, of_done) = quantity(target, unit), quantity(actual, unit)
    if goal is None or done is None or of_goal == of_done:
        return goal, done, of_goal
    (goal_scale, goal_base), (done_scale, done_base) = _scaled(of_goal), _scaled(of_done)
    bases = {goal_base, done_base} - {""}
    if len(bases) > 1 and bases & _MEASURES:
        return goal, None, of_goal
    bare = not of_goal or not of_done
    if goal_scale == done_scale or bare and goal and 0.01 <= done / goal <= 100:
        return goal, done, of_goal or of_done
    return goal * goal_scale, done * done_scale, goal_base or done_base


def _scaled(unit: str) -> tuple[Decimal, str]:
    """How many of the plain unit a unit is, and the plain unit: (10000, 人) for 万人, (1000, 米) for 公里."""
    scale = next((name for name in _SCALES if unit.startswith(name)), "")
    times, base = _BASES.get(unit.removeprefix(scale), (1, unit.removeprefix(scale)))
    return _SCALES.get(scale, ONE) * times, base


def comparison(operator: str, target: str) -> str:
    """``>=``, ``<=``, ``=`` or "": the operator, which some forms print in front of the target or behind it, in words too."""
    sign = _SIGN.match(nfkc(operator) or nfkc(target))
    if sign:
        return _OPERATORS.get(sign.group(), sign.group())
    match = _AROUND.match(nfkc(target))
    if match is None:
        return ""
    ends = [match["before"], re.sub("^.*?(?=(及|或|含)*(以上|以内|以下|之内)$)", "", match["unit"])]
    return next((meant for end in ends if end for meant, words in _WORDS if words.match(end)), "")


def band(text: str) -> tuple[Decimal, Decimal] | None:
    """The grade band (low, high) that an actual names, as fractions: …100%-80%（含）, or its words; None if it names none."""
    match = _BAND.search(nfkc(text))
    if match:
        low, high = sorted(Decimal(match[end]) / 100 for end in ("low", "high"))
        return low, min(high, ONE)
    return next((ends for words, ends in _GRADES if words.match(nfkc(text))), None)


# --- an indicator -----------------------------------------------------------------------


def mark_indicator(printed: Printed, rule_set: RuleSet) -> Mark:
    """What an indicator scores: from its numbers, else its grade band, else the completion that its form prints."""
    return _mark_indicator(printed, rule_set, current())


@lru_cache(maxsize=8192)
def _mark_indicator(printed: Printed, rule_set: RuleSet, _: Lang) -> Mark:
    if printed.weight is None or printed.weight < 0:
        return Mark(None, "none", tr("未复算：没有印分值"))
    goal, done, unit = in_one_unit(printed.target, printed.actual, printed.unit)
    operator = comparison(printed.operator, printed.target)
    if goal is not None and done is not None:
        operator = operator or _meant(printed, unit, goal, done, rule_set)
        mark = _by_numbers(printed.weight, operator, goal, done, rule_set) if operator else None
        if mark is not None:
            return _beside_printed(mark, printed.completion)
    graded = band(printed.actual)
    if (
        graded is None
        and printed.completion is None
        and printed.actual
        and nfkc(printed.actual) == nfkc(printed.target)
    ):
        graded = (Decimal("0.8"), ONE)
    if graded is not None:
        return _by_band(printed.weight, printed.completion, graded)
    return _by_completion(printed.weight, printed.completion, _why(printed, goal, done, operator))


def _meant(printed: Printed, unit: str, goal: Decimal, done: Decimal, rule_set: RuleSet) -> str:
    """What a number without an operator asks for by the rule; "" where more may be worse, or the rule says nothing."""
    limited = _LIMITED.search(printed.kind) or _LIMITED_UNIT.fullmatch(unit)
    return "" if rule_set.bare_target == "not scored" or limited and done != goal else ">="


def _by_numbers(weight: Decimal, operator: str, goal: Decimal, done: Decimal, rule_set: RuleSet) -> Mark | None:
    """From target and actual; None where a missed target has no ratio."""
    ratio = attained(operator, goal, done, rule_set.over_limit)
    if ratio is None:
        return None
    completion = min(max(ratio, ZERO), ONE)
    if rule_set.completion_places is not None:
        completion = rounded(completion, rule_set.completion_places)
    excess = (done - goal) / goal if goal > 0 else None
    if _left_open(operator, excess, rule_set) and excess is not None:
        words = tr(
            "{compared}，超过目标{excess}，规则允许酌情扣分，至多扣{weight}分", compared=beside(operator, done, goal),
            excess=percent(excess), weight=number_text(weight),
        )  # fmt: skip
        return Mark(None, "numbers", words, completion, excess, least=ZERO, most=weight)
    penalty, words = _penalty(operator, excess, rule_set)
    earned = weight * completion
    points = max(earned - penalty, ZERO)
    missed = tr("完成{completion}", completion=percent(completion)) if ratio < 1 else ""
    how = sign("，").join(filter(None, (beside(operator, done, goal), missed, words))) or ""
    if not missed and not words:
        how += tr("，达到目标")
    sum_ = f"{number_text(weight)} × {percent(completion)}" + (f" − {number_text(penalty)}" if penalty else "")
    gives = f"{sum_} = {number_text(rounded(points, 6))}" if earned >= penalty else tr("{sum}小于0，计0分", sum=sum_)
    return Mark(points, "numbers", tr("{how}：{gives}", how=how, gives=gives), completion, excess, penalty)


def attained(operator: str, goal: Decimal, done: Decimal, over_limit: str = "ratio") -> Decimal | None:
    """How much of the target was attained, 1 and more if all; None where a missed target has no ratio."""
    if operator == "<=":
        if done <= goal:
            return ONE
        return goal / done if over_limit == "ratio" and goal >= 0 else ZERO
    if goal > 0:
        return done / goal
    if done == goal or operator == ">=" and done > goal:
        return ONE
    return ZERO if goal == 0 else None


def beside(operator: str, done: Decimal, goal: Decimal) -> str:
    """Target and actual in words."""
    sign = {">=": "≥", "<=": "≤", "=": "="}[operator]
    return tr("目标{goal}，实际{done}", goal=f"{sign}{number_text(goal)}", done=number_text(done))


def _left_open(operator: str, excess: Decimal | None, rule_set: RuleSet) -> bool:
    """Whether the target is overshot so far that the rule takes points off without saying how many."""
    limit = rule_set.overshoot_threshold
    far = excess is not None and limit is not None and excess >= limit and excess > 0
    return far and operator != "<=" and rule_set.overshoot_penalty is None


def _penalty(operator: str, excess: Decimal | None, rule_set: RuleSet) -> tuple[Decimal, str]:
    """What overshooting, or missing an ``=`` target, costs, and the words for it."""
    if excess is None or excess == 0 or operator == "<=":
        return ZERO, ""
    if excess < 0 and operator == "=":
        far, limit, cost, words = -excess, rule_set.miss_threshold, rule_set.miss_penalty, tr("低于目标{far}")
    elif excess > 0:
        far, limit, cost, words = excess, rule_set.overshoot_threshold, rule_set.overshoot_penalty, tr("超过目标{far}")
    else:
        return ZERO, ""
    words = words.format(far=percent(far))
    if limit is None or cost is None:
        return ZERO, words
    return (cost, words) if far >= limit else (ZERO, words + tr("（不到{limit}）", limit=percent(limit)))


def _by_band(weight: Decimal, completion: Decimal | None, graded: tuple[Decimal, Decimal]) -> Mark:
    low, high = graded
    name = tr("等级区间{band}", band=f"{percent(high)}–{percent(low)}")
    if completion is None:
        least, most = weight * low, weight * high
        words = tr("{name}，可得{least}至{most}分", name=name, least=number_text(least), most=number_text(most))
        return Mark(None, "band", words, least=least, most=most)
    within = min(max(completion, low), high)
    points = weight * within
    taken = (
        tr("自评表所填完成率{own}", own=percent(completion))
        if within == completion
        else tr("自评表所填完成率{own}按区间取{within}", own=percent(completion), within=percent(within))
    )
    words = tr("{name}，{taken}：{sum}", name=name, taken=taken, sum=_product(weight, within, points))
    return Mark(points, "band", words, within)


def _by_completion(weight: Decimal, completion: Decimal | None, why: str) -> Mark:
    if completion is None:
        return Mark(None, "none", tr("未复算：{why}，也没有印完成率", why=why))
    within = min(max(completion, ZERO), ONE)
    points = weight * within
    words = tr("{why}，取自评表所填完成率：{sum}", why=why, sum=_product(weight, within, points))
    return Mark(points, "completion", words, within)


def _product(weight: Decimal, completion: Decimal, points: Decimal) -> str:
    return f"{number_text(weight)} × {percent(completion)} = {number_text(points)}"


def _why(printed: Printed, goal: Decimal | None, done: Decimal | None, operator: str) -> str:
    """Why an indicator cannot be scored from its numbers."""
    if goal is None:
        return tr("目标值“{text}”不是数字", text=printed.target) if printed.target else tr("没有印目标值")
    if done is None and number(printed.actual) is not None:
        return tr("完成值“{text}”与目标值不是同一单位", text=printed.actual)
    if done is None:
        return tr("完成值“{text}”不是数字", text=printed.actual) if printed.actual else tr("没有印完成值")
    return tr("目标为负而未达到，没有比例") if operator else tr("没有运算符号，不知多好还是少好")


def _beside_printed(mark: Mark, completion: Decimal | None) -> Mark:
    """``mark``, its sentence saying so if the form prints another completion."""
    if completion is None or mark.completion is None or completion == mark.completion:
        return mark
    rule = mark.rule + tr("（自评表所填完成率为{completion}）", completion=percent(completion))
    return Mark(mark.points, mark.basis, rule, mark.completion, mark.excess, mark.penalty)


# --- a project --------------------------------------------------------------------------


def execution_rate(
    budget: Decimal | None, executed: Decimal | None, printed: Decimal | None, half_amount: Decimal, half_rate: Decimal
) -> Rate | None:
    """Executed of budget, at most 1; the printed rate where there is no budget to divide by; None without either.

    ``half_amount`` and ``half_rate`` are half the last digit that amounts and rates are printed with.
    """
    if budget is None or budget <= 0 or executed is None or executed < 0:
        if printed is None:
            return None
        lacking = tr("没有预算数") if budget is None else tr("预算数为0") if budget <= 0 else tr("没有执行数")
        value = min(max(printed, ZERO), ONE)
        low, high = max(value - half_rate, ZERO), min(value + half_rate, ONE)
        return Rate(
            value, low, high, tr("所印执行率{rate}，因{lacking}", rate=percent(value), lacking=lacking), used=value
        )
    value = min(executed / budget, ONE)
    low = min(max(executed - half_amount, ZERO) / (budget + half_amount), ONE)
    high = min((executed + half_amount) / (budget - half_amount), ONE) if budget > half_amount else ONE
    how = f"{number_text(executed)} / {number_text(budget)}"
    if printed is None:
        return Rate(value, low, high, how, used=value)
    seen = min(max(printed, ZERO), ONE)
    if seen + half_rate < low or seen - half_rate > high:
        return Rate(value, low, high, how, agrees=False, used=value)
    return Rate(value, max(low, seen - half_rate), min(high, seen + half_rate), how, used=seen)


def mark_execution(rate: Rate | None, rule_set: RuleSet) -> Decimal | None:
    """预算执行率得分: its weight by the rate, rounded."""
    return None if rate is None else rounded(rule_set.execution_weight * rate.value, rule_set.execution_places)


def how_executed(rate: Rate | None, weight: Decimal) -> str:
    """How an execution score comes about, in brackets."""
    return (
        tr("（{weight} × {rate}）", weight=number_text(weight), rate=rate.how) if rate else tr("（按自评，没有执行率）")
    )


def mark_total(exact: Decimal | None, rate: Rate | None, execution: Decimal | None, rule_set: RuleSet) -> Total:
    """A project's total from the exact sum of its indicators' scores, its rate and its execution score.

    The sum is of the rounded parts, as printed; 减分项 is what the unrounded ones have over the cap.
    """
    if exact is None:
        return Total(None, execution, None, None, None, None, tr("没有总分：自评表没有打了分的指标"))
    subtotal = rounded(exact, rule_set.subtotal_places)
    if execution is None:
        words = tr("没有总分：指标{points}分，没有执行率可计分", points=number_text(subtotal))
        return Total(subtotal, None, None, None, None, None, words)
    uncapped = subtotal + execution
    words = tr(
        "指标{subtotal}＋执行率{execution}{how}＝{total}", subtotal=number_text(subtotal), execution=number_text(execution),
        how=how_executed(rate, rule_set.execution_weight), total=number_text(uncapped),
    )  # fmt: skip
    cap = rule_set.cap(rate.value) if rate else None
    if cap is None:
        return Total(subtotal, execution, uncapped, None, ZERO, uncapped, words)
    reason = tr("执行{rate}，不到{below}", rate=percent(rate.value), below=percent(cap.below)) if rate else ""
    if uncapped <= cap.total:
        words += tr("，未超过上限{cap}（{reason}）", cap=number_text(cap.total), reason=reason)
        return Total(subtotal, execution, uncapped, cap.total, ZERO, uncapped, words)
    earned = rule_set.execution_weight * rate.used if rate else execution
    deduction = max(exact + earned - cap.total, ZERO)
    words += tr(
        "，总分上限{cap}（{reason}）：减分项{deduction}",
        cap=number_text(cap.total),
        reason=reason,
        deduction=number_text(deduction),
    )
    return Total(subtotal, execution, uncapped, cap.total, deduction, cap.total, words)


# --- in short ---------------------------------------------------------------------------


def rule_in_short(score: Mapping[Hashable, Any]) -> str:
    """How a row of ``project_scores`` or ``indicator_scores`` came about, in the language that is spoken.

    Its ``rule`` says more, in the language of the run.
    """
    shown = {name: f"{value:.10g}" for name, value in score.items() if isinstance(value, float) and not isnan(value)}
    if "recomputed" not in shown:
        return tr("未复算")
    if "basis" in score:
        basis = tr(_BY[score["basis"]])
        if not {"weight", "completion"} <= set(shown):  # the rule leaves a range, or the form prints no weight
            return f"{basis}{sign('：')}{shown['recomputed']}"
        penalty = f" − {shown['penalty']}" if score.get("penalty") and "penalty" in shown else ""
        return f"{basis}{sign('：')}{shown['weight']} × {score['completion']:.2%}{penalty} = {shown['recomputed']}"
    told = tr(
        "指标{indicators} + 执行率{execution} = {uncapped}",
        indicators=shown.get("indicator_subtotal_recomputed", "—"),
        execution=shown.get("execution_score_recomputed", "—"),
        uncapped=shown.get("uncapped", "—"),
    )
    if "cap_recomputed" not in shown:
        return told
    deduction = shown.get("deduction_recomputed", "0")
    return told + tr("，封顶{cap}，减分{deduction}", cap=shown["cap_recomputed"], deduction=deduction)
