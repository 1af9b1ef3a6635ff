"""The facts of a report in sentences that state the finding, in the language that is spoken."""

from __future__ import annotations

from jscore.language import N_, bracketed, sign, tr
from jscore.summary.facts import Budget, Summary

#: A completion this far from the whole budget is worth a word.
FAR = 0.1
#: What the summary calls figures of its own choice.
_NAMES = (N_("车辆"), N_("单价100万元以上设备"), N_("部门整体绩效自评得分"))


def capital(text: str) -> str:
    """A text as a sentence begins."""
    return text[:1].upper() + text[1:]


def amount(value: float | None) -> str:
    """An amount as printed in a table; — where it is missing."""
    return "—" if value is None else f"{value:,.2f}".replace("-", "−")


def percent(value: float) -> str:
    """A share or a rate, as exact as it is told: whole per cents, or one decimal of what is below ten."""
    digits = 0 if abs(value) >= 0.0995 else 1
    return f"{abs(value):.{digits}%}"


def with_share(value: float | None, share: float) -> str:
    """An amount, and in brackets what share of another it is."""
    return bracketed(amount(value), percent(share))


def pages(numbers: object) -> str:
    """Where something is printed."""
    return tr("第{pages}页", pages=numbers)


def alike(number: int) -> str:
    """What stands after a finding that is one of several of its kind; "" where it is alone."""
    return tr("（同类共{number}处）", number=number) if number > 1 else ""


def title(facts: Summary) -> str:
    """Whose accounts of which year they are."""
    department, year = facts.department or facts.report_id, facts.year or ""
    return tr("{department} {year}年度部门决算", department=department, year=year).strip()


def spending(facts: Summary) -> str:
    """What was spent, and how that is beside the year before."""
    if facts.spent is None:
        return ""
    told = tr("{year}年支出{amount}万元", year=facts.year or "", amount=amount(facts.spent))
    rate = facts.change.value
    if not rate:
        return told
    more = tr("，比上年增加{rate}", rate=percent(rate)) if rate > 0 else tr("，比上年减少{rate}", rate=percent(rate))
    return told + more


def completion(budget: Budget) -> str:
    """How much of an opening budget was spent."""
    label = tr("支出") if budget.label == "合计" else budget.label
    if budget.completion < 1 - FAR:
        return tr("{label}只完成年初预算的{rate}", label=label, rate=percent(budget.completion))
    if budget.completion > 1 + FAR:
        return tr("{label}是年初预算的{rate}", label=label, rate=percent(budget.completion))
    return tr("{label}完成年初预算的{rate}", label=label, rate=percent(budget.completion))


def budgeting(facts: Summary) -> str:
    """The opening budgets that were missed or overspent by far; else that of the whole."""
    parts = [budget for budget in facts.budgets if budget.label != "合计" and abs(budget.completion - 1) > FAR]
    parts.sort(key=lambda budget: budget.completion)
    told = parts or [budget for budget in facts.budgets if budget.label == "合计"]
    return sign("，").join(completion(budget) for budget in told)


def budget_elsewhere(facts: Summary) -> str:
    """How much of the opening budget stands in no item that the prose lists; "" where that is little."""
    whole = next((budget.opening for budget in facts.budgets if budget.label == "合计"), None)
    if not whole or not facts.budget_in_items or abs(whole - facts.budget_in_items) < 0.01 * whole:
        return ""
    if whole < facts.budget_in_items:
        return ""
    items, rest = (f"{value:,.0f}" for value in (facts.budget_in_items, whole - facts.budget_in_items))
    return tr("年初预算中约{rest}万元不在所列的项中（各项按所述完成率合计约{items}万元）", items=items, rest=rest)


def derived_budget() -> str:
    """What stands beside an opening budget that no sentence states."""
    return tr("年初预算由决算数和完成率推算")


def largest_class(facts: Summary) -> str:
    """What most was spent on."""
    if not facts.classes or not facts.spent:
        return ""
    rate = percent((facts.classes[0].value or 0) / facts.spent)
    return tr("{rate}的支出用于{label}", rate=rate, label=facts.classes[0].label)


def largest_items(facts: Summary) -> str:
    """How much of all spending the largest items are."""
    if not facts.items or not facts.spent:
        return ""
    rate = sum(item.value or 0 for item in facts.items) / facts.spent
    return tr("最大的{number}个项占支出的{rate}", number=len(facts.items), rate=percent(rate))


def composition(facts: Summary) -> str:
    """What the money was spent on."""
    told = filter(None, (largest_class(facts), largest_items(facts)))
    return sign("，").join(told)


def basic_and_project(basic: float, project: float) -> str:
    """How spending divides, from the two amounts."""
    shares = (percent(part / (basic + project)) for part in (basic, project))
    return tr("基本支出占{basic}，项目支出占{project}", **dict(zip(("basic", "project"), shares, strict=True)))


def scoring(facts: Summary) -> str:
    """How projects scored, and how many spent nothing."""
    scores = facts.scores
    if not scores.scored or scores.mean is None:
        return ""
    mean = f"{scores.mean:.1f}".removesuffix(".0")
    told = tr("{number}个自评项目平均得分{mean}分", number=scores.scored, mean=mean)
    if not scores.unspent:
        return told
    budget = amount(scores.unspent_budget)
    return told + tr("，其中{number}个分文未支（预算{amount}万元）", number=scores.unspent, amount=budget)


def trips_and_cars(facts: Summary) -> str:
    """What 三公 cost, and how much of its budget that is."""
    if not facts.sangong or facts.sangong[0][1].value is None:
        return ""
    budget, final = facts.sangong[0]
    told = tr("“三公”经费支出{amount}万元", amount=amount(final.value))
    if not budget.value:
        return told
    return told + tr("，为预算的{rate}", rate=percent((final.value or 0) / budget.value))


def verdict(facts: Summary) -> str:
    """What the relations found."""
    if any(facts.failed.values()):
        return tr("核对发现{error}处错误、{warning}处警告、{info}处提示", **facts.failed)
    return tr("{held}项核对全部通过", held=facts.held) if facts.held else ""


def headlines(facts: Summary) -> tuple[str, ...]:
    """The report in a few sentences."""
    told = (tell(facts) for tell in (spending, budgeting, composition, scoring, trips_and_cars, verdict))
    return tuple(capital(sentence) for sentence in told if sentence)


def beside_charts(facts: Summary) -> tuple[str, ...]:
    """The sentences that no chart of the one page has as its title."""
    return tuple(capital(tell(facts)) for tell in (spending, trips_and_cars, verdict) if tell(facts))


def gaps(facts: Summary) -> tuple[str, ...]:
    """What is missing or was not readable; that nothing is, where that is so."""
    between = sign("、")
    told = (
        tr("目录列有而正文未见：{names}", names=between.join(facts.missing)) if facts.missing else "",
        tr("空表（无此项收支）：{names}", names=between.join(facts.empty)) if facts.empty else "",
        tr("{number}处未能读取或未能辨明", number=facts.unread) if facts.unread else "",
        tr("{number}张不认识的表未入各表", number=facts.unknown) if facts.unknown else "",
    )
    return tuple(filter(None, told)) or (tr("目录所列各表均已读到，没有未能读取之处"),)
