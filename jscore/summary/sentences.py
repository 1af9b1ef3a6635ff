"""The facts of a report in sentences that state the finding, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from jscore.schema import Lang
from jscore.summary.facts import Budget, Summary

#: A completion this far from the whole budget is worth a word.
FAR = 0.1

_TEXTS: dict[str, tuple[str, str]] = {
    "title": ("{department} {year}年度部门决算", "{department}: final accounts {year}"),
    "spent": ("{year}年支出{amount}万元", "{amount} 万元 spent in {year}"),
    "more": ("，比上年增加{rate}", ", {rate} more than the year before"),
    "less": ("，比上年减少{rate}", ", {rate} less than the year before"),
    "short": ("{label}只完成年初预算的{rate}", "{label} reached only {rate} of the opening budget"),
    "over": ("{label}是年初预算的{rate}", "{label} came to {rate} of the opening budget"),
    "met": ("{label}完成年初预算的{rate}", "{label} came to {rate} of the opening budget"),
    "elsewhere": ("各项所述完成率合计约{items}万元年初预算，约{rest}万元不在所列的项中",
                  "the items account for about {items} 万元 of it; some {rest} 万元 stand in no item listed"),
    "derived": ("年初预算由决算数和完成率推算", "the opening budget follows from final accounts and completion"),
    "class": ("{rate}的支出用于{label}", "{rate} was spent on {label}"),
    "items": ("最大的{number}个项占支出的{rate}", "the {number} largest items make up {rate} of it"),
    "scores": ("{number}个自评项目平均得分{mean}", "{number} self-evaluated projects score {mean} on average"),
    "unspent": ("，其中{number}个分文未支（预算{amount}万元）", "; {number} spent nothing of {amount} 万元"),
    "errors": ("核对发现{error}处错误、{warning}处警告、{info}处提示", "{error} errors, {warning} warnings and {info} notes were found"),
    "none": ("{held}项核对全部通过", "all {held} relations tested hold"),
    "missing": ("目录列有而正文未见：{names}", "announced, not printed: {names}"),
    "empty": ("空表（无此项收支）：{names}", "printed empty: {names}"),
    "unread": ("{number}处未能读取或未能辨明", "{number} places could not be read or understood"),
    "unknown": ("{number}张不认识的表未入各表", "{number} tables of unknown kind are in no frame"),
    "complete": ("目录所列各表均已读到，没有未能读取之处", "every table announced was read; nothing was left unread"),
    "alike": ("（同类共{number}处）", " ({number} of this kind)"),
    "sangong": ("“三公”经费支出{amount}万元", "official trips, receptions and cars cost {amount} 万元"),
    "of budget": ("，为预算的{rate}", ", {rate} of the budget"),
    "opening": ("年初预算", "opening"),
    "final": ("决算", "final"),
    "money of projects": ("项目预算{budget}万元，执行{spent}万元", "budgets {budget} 万元, spent {spent} 万元"),
    "unit": ("金额单位：万元", "amounts in 万元 (10,000 yuan)"),
    "source": ("来源：{name}（{pages}页）", "from {name} ({pages} pages)"),
    "page": ("第{page}页", "p. {page}"),
    "findings": ("最要紧的发现", "Findings that matter most"),
    "gaps": ("缺失与未能读取", "Missing or not readable"),
    "sangong budget": ("“三公”经费预算数", "Trips, receptions, cars: budget"),
    "sangong final": ("“三公”经费决算数", "Trips, receptions, cars: final"),
    "derived note": ("年初预算为决算数除以所述完成率", "opening budgets are final accounts divided by the stated completion"),
    "basic and project": ("基本支出占{basic}，项目支出占{project}", "{basic} basic, {project} project expenditure"),
}  # fmt: skip
#: Terms that the summary uses of itself, in English.
TERMS = {
    "合计": "All expenditure", "基本支出": "Basic expenditure", "项目支出": "Project expenditure", "收入总计": "Total revenue",
    "支出总计": "Total expenditure", "财政拨款收入": "Fiscal appropriation", "机关运行经费": "Running costs of the office",
    "政府采购支出": "Government procurement", "年初结转和结余": "Opening balance", "年末结转和结余": "Closing balance",
    "车辆": "Cars kept", "单价100万元以上设备": "Equipment above 1 million yuan apiece",
    "部门整体绩效自评得分": "Department's own score",
}  # fmt: skip


def say(key: str, lang: Lang, **values: object) -> str:
    """A sentence of the summary."""
    return _TEXTS[key][lang == "en"].format(**values)


def term(label: str, lang: Lang) -> str:
    """What a figure is called."""
    return TERMS.get(label, label) if lang == "en" else label


def amount(value: float | None) -> str:
    """An amount as printed in a table; — where it is missing."""
    return "—" if value is None else f"{value:,.2f}".replace("-", "−")


def percent(value: float) -> str:
    """A share or a rate, as exact as it is told: whole per cents, or one decimal of what is below ten."""
    digits = 0 if abs(value) >= 0.0995 else 1
    return f"{abs(value):.{digits}%}"


def title(facts: Summary, lang: Lang) -> str:
    """Whose accounts of which year they are."""
    return say("title", lang, department=facts.department or facts.report_id, year=facts.year or "").strip()


def spending(facts: Summary, lang: Lang) -> str:
    """What was spent, and how that is beside the year before."""
    if facts.spent is None:
        return ""
    said = say("spent", lang, year=facts.year or "", amount=amount(facts.spent))
    rate = facts.change.value
    return said + (say("more" if rate > 0 else "less", lang, rate=percent(rate)) if rate else "")


def completion(budget: Budget, lang: Lang) -> str:
    """How much of an opening budget was spent."""
    kind = "short" if budget.completion < 1 - FAR else "over" if budget.completion > 1 + FAR else "met"
    label = (
        term("合计", lang)
        if budget.label == "合计" and lang == "en"
        else "支出"
        if budget.label == "合计"
        else budget.label
    )
    return say(kind, lang, label=term(label, lang), rate=percent(budget.completion))


def budgeting(facts: Summary, lang: Lang) -> str:
    """The opening budgets that were missed or overspent by far; else that of the whole."""
    parts = [own for own in facts.budgets if own.label != "合计" and abs(own.completion - 1) > FAR]
    parts.sort(key=lambda own: own.completion)
    told = parts or [own for own in facts.budgets if own.label == "合计"]
    return ("，" if lang == "zh" else ", ").join(completion(own, lang) for own in told)


def budget_elsewhere(facts: Summary, lang: Lang) -> str:
    """How much of the opening budget stands in no item that the prose lists; "" where that is little."""
    whole = next((own.opening for own in facts.budgets if own.label == "合计"), None)
    if not whole or not facts.budget_in_items or abs(whole - facts.budget_in_items) < 0.01 * whole:
        return ""
    items, rest = (f"{value:,.0f}" for value in (facts.budget_in_items, whole - facts.budget_in_items))
    return say("elsewhere", lang, items=items, rest=rest) if whole > facts.budget_in_items else ""


def largest_class(facts: Summary, lang: Lang) -> str:
    """What most was spent on."""
    if not facts.classes or not facts.spent:
        return ""
    return say("class", lang, rate=percent((facts.classes[0].value or 0) / facts.spent), label=facts.classes[0].label)


def largest_items(facts: Summary, lang: Lang) -> str:
    """How much of all spending the largest items are."""
    if not facts.items or not facts.spent:
        return ""
    rate = sum(own.value or 0 for own in facts.items) / facts.spent
    return say("items", lang, number=len(facts.items), rate=percent(rate))


def composition(facts: Summary, lang: Lang) -> str:
    """What the money was spent on."""
    told = filter(None, (largest_class(facts, lang), largest_items(facts, lang)))
    return ("，" if lang == "zh" else "; ").join(told)


def scoring(facts: Summary, lang: Lang) -> str:
    """How projects scored, and how many spent nothing."""
    own = facts.scores
    if not own.scored or own.mean is None:
        return ""
    said = say(
        "scores", lang, number=own.scored, mean=f"{own.mean:.1f}".removesuffix(".0") + ("分" if lang == "zh" else "")
    )
    return said + (say("unspent", lang, number=own.unspent, amount=amount(own.unspent_budget)) if own.unspent else "")


def trips_and_cars(facts: Summary, lang: Lang) -> str:
    """What 三公 cost, and how much of its budget that is."""
    if not facts.sangong or facts.sangong[0][1].value is None:
        return ""
    budget, final = facts.sangong[0]
    said = say("sangong", lang, amount=amount(final.value))
    return said + (say("of budget", lang, rate=percent((final.value or 0) / budget.value)) if budget.value else "")


def verdict(facts: Summary, lang: Lang) -> str:
    """What the relations found."""
    if any(facts.failed.values()):
        return say("errors", lang, **facts.failed)
    return say("none", lang, held=facts.held) if facts.held else ""


def headlines(facts: Summary, lang: Lang = "zh") -> tuple[str, ...]:
    """The report in a few sentences."""
    said = (tell(facts, lang) for tell in (spending, budgeting, composition, scoring, trips_and_cars, verdict))
    return tuple(sentence for sentence in said if sentence)


def beside_charts(facts: Summary, lang: Lang = "zh") -> tuple[str, ...]:
    """The sentences that no chart of the one page has as its title."""
    return tuple(filter(None, (tell(facts, lang) for tell in (spending, trips_and_cars, verdict))))


def gaps(facts: Summary, lang: Lang = "zh") -> tuple[str, ...]:
    """What is missing or was not readable; that nothing is, where that is so."""
    between = "、" if lang == "zh" else ", "
    counts: Mapping[str, int] = {"unread": facts.unread, "unknown": facts.unknown}
    said = [
        say(key, lang, names=between.join(names))
        for key, names in (("missing", facts.missing), ("empty", facts.empty))
        if names
    ]
    said += [say(key, lang, number=number) for key, number in counts.items() if number]
    return tuple(said) or (say("complete", lang),)
