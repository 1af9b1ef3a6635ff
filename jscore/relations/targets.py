"""Relations between what an indicator asked for, what was attained and what it scores, and what the scores rest on.

The scoring rule differs between regions: it is held against a report only where it reproduces most of the scores that
it has something to say about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from jscore.relations.evaluations import total_of, unknown_rule
from jscore.relations.forms import Project, Scored
from jscore.relations.model import Figure, Result, Tests, at_most, in_words, within
from jscore.relations.source import Source
from jscore.scoring import RULE_SETS, doubts, fit, marks
from jscore.scoring.computed import decimal
from jscore.scoring.rule_sets import RuleSet
from jscore.text import names, numbers
from jscore.text.normal import nfkc
from jscore.text.numbers import UNITS, half_of

TESTS = Tests()

#: Indicators that state money paid out, by their names.
_PAID_OUT = re.compile(
    r"(?:拨付|发放|支付|兑付|兑现|下拨|支出).{0,6}(?:金额|总额|资金|数额)|(?:资金|补助|补贴|奖励|奖金|经费|款项).{0,4}(?:金额|总额|拨付|发放)"
)
#: Indicators that money spent cannot leave at nothing.
_USED = re.compile(rf"{doubts.PAYMENT.pattern}|资金.{{0,4}}使用|(?:补助|补贴|奖励|资助|奖补)标准")
#: Money that a form's outcome says was paid in all, and what makes of it money of another time.
_PAID_IN_ALL = re.compile(
    r"(?:兑现|发放|拨付|支付|兑付)[^。;]*?(?:合计|共计|总计|累计|共)[^,。;\d]{0,8}(?P<amount>\d[\d,.]*\d|\d)(?P<unit>亿|万)?元"
)
_NOT_YET = re.compile("拟|预计|将|计划|上年|以前|历年|待|未")


# --- targets ------------------------------------------------------------------------------


@TESTS.of("evaluation.completion")
def completion(source: Source) -> Iterator[Result]:
    for indicator in source.evaluations.indicators:
        printed = indicator.figures["completion"]
        missed_limit = indicator.operator == "<=" and indicator.missed
        if not printed or printed.value is None or indicator.rate is None or missed_limit:
            continue
        if indicator.operator == "=" and indicator.rate > 1:
            continue  # whether more than asked is better, the form leaves open
        if indicator.operator == "<=" and printed.value > 1:
            continue  # how far below a limit counts, too
        attained = float(max(indicator.rate, marks.ZERO))
        # What is attained beyond the target may be printed or left out.
        expected = min(max(printed.value, 1.0), attained) if attained >= 1 else attained
        yield within(indicator.label, printed, round(expected, 6), printed.half, _target(indicator), "fraction")


def _target(indicator: Scored) -> tuple[Figure, ...]:
    """Target and actual as words: the row that prints them."""
    text = f"{indicator.line['operator'] or ''}{indicator.line['target'] or ''}{indicator.line['unit'] or ''}，完成值{indicator.line['actual'] or ''}"
    return (Figure(f"指标值{text}", None, frame="indicators", row=indicator.row, column="actual"),)


@TESTS.of("evaluation.full-marks")
def full_marks(source: Source) -> Iterator[Result]:
    for indicator in source.evaluations.indicators:
        score, weight = indicator.figures["score"], indicator.figures["weight"]
        if not (indicator.missed and score and weight and weight.value):
            continue
        message = (
            f"{indicator.label}指标值{indicator.line['operator'] or ''}{indicator.line['target']}{indicator.line['unit'] or ''}，"
            f"完成值{indicator.line['actual']}，仍得满分{weight.value:g}分"
        )
        yield in_words(
            indicator.label, (score.value or 0) < weight.value, message, [score], [weight, *_target(indicator)]
        )


@TESTS.of("evaluation.indicator-rule")
def indicator_rule(source: Source) -> Iterator[Result]:
    scores = [line for _, line in source.evaluations.records("indicator_scores")]
    pairs = [
        (indicator, line)
        for indicator, line in zip(source.evaluations.indicators, scores, strict=True)
        if line["status"] != "skipped"
    ]
    telling = [
        line["status"] == "pass" for _, line in pairs if line["weight"] is None or line["recomputed"] < line["weight"]
    ]
    if unknown := unknown_rule(telling, "指标得分"):
        yield unknown
        return
    for indicator, line in pairs:
        score, weight = indicator.figures["score"], indicator.figures["weight"]
        full = indicator.missed and score and weight and (score.value or 0) >= (weight.value or 0)
        if score and not full:  # full marks for a missed target are ``full_marks``'s
            figures = _target(indicator) if weight is None else (weight, *_target(indicator))
            message = f"{indicator.label}得{score.value:g}分，按规则应得{line['recomputed']:.6g}分：{line['rule']}"
            tolerance = max(score.half, line["tolerance"])
            yield within(indicator.label, score, line["recomputed"], tolerance, figures, "分", message)


@TESTS.of("evaluation.total-rule")
def total_rule(source: Source) -> Iterator[Result]:
    rules = source.derived(rules_of)
    by_rule = [(form, result) for form in source.evaluations.projects if rules and (result := _by_rule(form, rules))]
    capped = [bool(abs(result[0] - (form.figures["total_score"].value or 0)) <= result[1])
              for form, result in by_rule if result[2] and form.figures["total_score"]]  # fmt: skip
    if unknown := unknown_rule(capped, "封顶的总得分"):
        yield unknown
        return
    for form, (points, tolerance, _, parts) in by_rule:
        arithmetic = total_of(form, None)
        if (printed := form.figures["total_score"]) and (arithmetic is None or arithmetic.holds):
            yield within(form.label, printed, points, tolerance, parts, "分")


def rules_of(source: Source) -> RuleSet | None:
    """The rule set that the report's scores were given by, None where none is known to fit."""
    told = source.info.get("rule_set")
    if told:
        return RULE_SETS.get(told["name"])
    return fit(*(source.frames[name] for name in ("projects", "indicators", "overall", "tasks"))).rule_set


def _by_rule(form: Project, rules: RuleSet) -> tuple[float, float, bool, tuple[Figure, ...]] | None:
    """The total that the rule makes of the printed parts, its bound, whether a cap makes it, and the parts."""
    subtotal_, execution, stated = (
        form.figures[name] for name in ("indicator_subtotal", "execution_score", "execution_rate")
    )
    done, budget = form.figures["executed"], form.figures["budget"]
    if not (subtotal_ and execution and form.figures["total_score"]):
        return None
    printed_budget, printed_done, printed_rate = (
        decimal(figure.value) if figure else None for figure in (budget, done, stated)
    )
    half_amount, half_rate = (Decimal(str(figure.half if figure else 0)) for figure in (budget, stated))
    at = marks.execution_rate(printed_budget, printed_done, printed_rate, half_amount, half_rate)
    exact, earned = Decimal(str(subtotal_.value)), Decimal(str(execution.value))
    by_rule = marks.mark_total(exact, at, earned, rules)
    if by_rule.points is None:
        return None
    capped = by_rule.cap is not None and by_rule.points == by_rule.cap
    parts = tuple(figure for figure in (subtotal_, execution, done, budget) if figure)
    tolerance = 0.005 if capped else subtotal_.half + execution.half + 0.005
    return float(by_rule.points), tolerance, capped, parts


# --- what scores rest on --------------------------------------------------------------------


@TESTS.of("evaluation.unpaid-complete")
def unpaid_complete(source: Source) -> Iterator[Result]:
    frames, rules = source.frames, source.derived(rules_of) or RULE_SETS["national"]
    claims = doubts.complete_without_money(frames["projects"], frames["indicators"], rules=rules)
    yield from _unpaid(source, claims, "个产出、效益指标报告完成100%并得分")


@TESTS.of("evaluation.unpaid-paid")
def unpaid_paid(source: Source) -> Iterator[Result]:
    claims = doubts.paid_without_money(source.frames["projects"], source.frames["indicators"])
    yield from _unpaid(source, claims, "个关于资金发放、拨付的指标得分")


def _claims_payment(indicator: Scored) -> bool:
    return bool(doubts.PAYMENT.search(nfkc(indicator.line["level3"] or "")))


def _scores(indicator: Scored) -> bool:
    score = indicator.figures["score"]
    return bool(score and score.value and score.value > 0)


def _unpaid(source: Source, claims: pd.DataFrame, words: str) -> Iterator[Result]:
    """A result a project without spending, with those of its indicators that score for what they claim all the same."""
    claiming = set(zip(claims["project_no"], claims["indicator_no"], strict=True))
    for form in source.evaluations.projects:
        done = form.figures["executed"]
        if not done or (done.value or 0) > 0:
            continue
        claimed = [
            (indicator, score)
            for indicator in form.indicators
            if (form.number, indicator.line["indicator_no"]) in claiming and (score := indicator.figures["score"])
        ]
        first = f"（如“{claimed[0][0].line['level3']}”）" if claimed else ""
        message = f"{form.label}执行数为{done.value:g}，而有{len(claimed)}{words}{first}"
        yield in_words(form.label, not claimed, message, [done], [score for _, score in claimed])


@TESTS.of("evaluation.paid-amount")
def paid_amount(source: Source) -> Iterator[Result]:
    for form in source.evaluations.projects:
        done = form.figures["executed"]
        for indicator in form.indicators:
            unit = indicator.line["unit"] or ""
            paid = indicator.number("actual", unit) if unit in UNITS else None
            limit = indicator.operator == "<="  # a standard, such as a sum a head
            told_there = done and not done.value and _claims_payment(indicator) and _scores(indicator)
            if done and paid and not limit and not told_there and _PAID_OUT.search(indicator.line["level3"] or ""):
                yield at_most(indicator.label, paid, done, message=_more_than(paid, done))


def _more_than(paid: Figure, done: Figure) -> str:
    return f"{paid.label}为{paid.value:,.2f}万元，大于{done.label}{done.value:,.2f}万元"


@TESTS.of("evaluation.outcome-amount")
def outcome_amount(source: Source) -> Iterator[Result]:
    for form in source.evaluations.projects:
        done = form.figures["executed"]
        for sentence in re.split("[。;]", nfkc(form.line["outcome"] or "")) if done else ():
            match = _PAID_IN_ALL.search(sentence) if not _NOT_YET.search(sentence) else None
            paid = numbers.decimal(match["amount"]) if match else None
            if done and match and paid is not None:
                scale = UNITS[(match["unit"] or "") + "元"]
                half = half_of(-int(paid.as_tuple().exponent), f"{match['unit'] or ''}元")
                label = f"{form.label}完成情况“{match.group()}”"
                figure = Figure(label, float(paid.scaleb(scale)), float(half), "projects", form.row, "outcome")
                yield at_most(form.label, figure, done, message=_more_than(figure, done))


@TESTS.of("evaluation.paid-nothing")
def paid_nothing(source: Source) -> Iterator[Result]:
    for form in source.evaluations.projects:
        done = form.figures["executed"]
        for indicator in form.indicators if done and (done.value or 0) > 0 else ():
            if (
                indicator.rate is None
                or indicator.operator == "<="
                or not _USED.search(nfkc(indicator.line["level3"] or ""))
            ):
                continue
            message = (
                f"{form.label}执行数为{done.value:,.2f}万元，而指标“{indicator.line['level3']}”完成值为0"
                if done
                else ""
            )
            yield in_words(indicator.label, indicator.rate > 0, message, [done] if done else [], _target(indicator))


@TESTS.of("evaluation.reason")
def reason(source: Source) -> Iterator[Result]:
    for indicator in source.evaluations.indicators:
        done, score, weight = (indicator.figures[name] for name in ("completion", "score", "weight"))
        short_of = done and (done.value or 0) < 1 or score and weight and (score.value or 0) < (weight.value or 0)
        if short_of:
            explained = bool(indicator.line["cause"] or indicator.line["reason"])
            message = f"{indicator.label}未得满分，而未说明原因"
            yield in_words(indicator.label, explained, message, [figure for figure in (score, done) if figure])


@TESTS.of("evaluation.twice")
def twice(source: Source) -> Iterator[Result]:
    forms: dict[tuple[str, str], list[Project]] = defaultdict(list)
    for form in source.evaluations.projects:
        forms[(names.normal_name(form.name), form.line["implementer"] or "")].append(form)
    for (name, _), same in forms.items():
        if name:
            numbers = "、".join(str(form.number) for form in same)
            message = f"自评表{numbers}是同一单位的同名项目“{same[0].name}”"
            yield in_words(
                same[0].label, len(same) == 1, message, [f.named() for f in same[1:] or same], [same[0].named()]
            )


@TESTS.of("evaluation.name-year")
def name_year(source: Source) -> Iterator[Result]:
    reported = source.info.get("year")
    for form in source.evaluations.projects:
        years = [int(year) for year in re.findall(r"(?<!\d)20\d\d(?!\d)", form.name)]
        if reported and years:
            message = f"{form.label}的名称带有{max(years)}年，而报告年度为{reported}年"
            yield in_words(form.label, max(years) <= reported, message, [form.named()])


@TESTS.of("evaluation.same-figures")
def indicator_twice(source: Source) -> Iterator[Result]:
    for form in source.evaluations.projects:
        seen: dict[tuple[Any, ...], list[Scored]] = defaultdict(list)
        for indicator in form.indicators:
            key = (
                names.normal_name(indicator.line["level3"] or ""),
                indicator.line["target"],
                indicator.line["actual"],
            )
            seen[key].append(indicator)
        for same in seen.values():
            if len(same) > 1:
                figures = [figure for indicator in same if (figure := indicator.figures["score"])]
                message = f"{form.label}的指标“{same[0].line['level3']}”列了{len(same)}次"
                yield in_words(same[0].label, False, message, figures)
        if seen and all(len(same) == 1 for same in seen.values()):
            yield in_words(form.label, True, "")
