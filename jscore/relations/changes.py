"""The narrative on the year before: changes, their rates and directions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from jscore.relations.completeness import words_at
from jscore.relations.model import Figure, Result, Tests, cut_off, in_words, total, within
from jscore.relations.source import Source
from jscore.relations.statements import Statement, amounts_of, beside, final_amount, statements, whole_of
from jscore.text.numbers import NOISE

TESTS = Tests()


@TESTS.of("narrative.yoy")
def yoy(source: Source) -> Iterator[Result]:
    return (
        of_itself
        for of_itself, whole in source.derived(year_on_year)
        if not cut_off(of_itself) and not (whole and whole.holds)
    )


@TESTS.of("narrative.yoy-of-whole")
def yoy_of_whole(source: Source) -> Iterator[Result]:
    for of_itself, whole in source.derived(year_on_year):
        if of_itself.holds or (whole and whole.holds):
            message = f"{of_itself.actual_figures[0].label}不合于本项金额，而合于总额的增减"
            yield in_words(
                of_itself.subject,
                of_itself.holds,
                message,
                of_itself.actual_figures,
                (whole or of_itself).expected_figures,
            )


def year_on_year(source: Source) -> list[tuple[Result, Result | None]]:
    """Rates of change beside their subject's own amount and, where that does not fit, beside its whole's."""
    rates = []
    for rate, change in _changes(source):
        final = final_amount(source, rate)
        of_itself = _change_rate(rate, change, final) if final and rate.value * change.value >= 0 else None
        if of_itself:
            total_of = whole_of(rate) if not of_itself.holds else None
            wholes = [f for f in amounts_of(source, total_of) if f.value] if total_of else []
            others = [other for whole in wholes if (other := _change_rate(rate, change, whole))]
            rates.append((of_itself, next((other for other in others if other.holds), None)))
    return rates


def _changes(source: Source) -> Iterator[tuple[Statement, Statement]]:
    """Rates of change, each with the change in money that stands beside it."""
    for statement in statements(source):
        change = beside(source, statement, "yoy_change", statement.role) if statement.measure == "yoy_rate" else None
        if change and change.sentence == statement.sentence:
            yield statement, change


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


@TESTS.of("narrative.rate-of-zero")
def rate_of_zero(source: Source) -> Iterator[Result]:
    for rate in statements(source):
        if rate.measure != "yoy_rate" or rate.role:
            continue
        before, change = beside(source, rate, "amount", "上年"), beside(source, rate, "yoy_change", "")
        final = final_amount(source, rate)
        if not before and final and final.value and change and change.sentence == rate.sentence:
            zero = abs(final.value - change.value) <= NOISE
        else:
            zero = before is not None and not before.value
        if zero and change and final and final.value:
            words = f"{rate.figure.label}印为{rate.value:.2%}，而上年为零，没有增减率"
            figures = [before.figure] if before else [change.figure, final]
            yield in_words(rate.subject, not rate.value, words, [rate.figure], figures)


_MOVED_AND_SAME = re.compile(
    r"(?:增加|增长|减少|下降|降低)(?:了|为|到)?\d[\d,.]*[亿万]?元，?(?:基本)?[与和同较比](?![^，。；]{0,12}预算)[^，。；]{0,12}(?:基本)?持平"
)


@TESTS.of("narrative.unchanged")
def unchanged(source: Source) -> Iterator[Result]:
    for paragraph in source.paragraphs:
        for words in _MOVED_AND_SAME.finditer(paragraph.text) if paragraph.accounts else ():
            at = words_at(f"“{words.group()}”", paragraph.line_at(words.start()), words.group())
            yield in_words(words.group(), False, f"既写增减又写持平：“{words.group()}”", [at])


@TESTS.of("narrative.direction")
def direction(source: Source) -> Iterator[Result]:
    for rate, change in _changes(source):
        words = f"情况说明“{rate.subject}”的增减额与增减率方向相反"
        yield in_words(rate.subject, rate.value * change.value >= 0, words, [rate.figure], [change.figure])


@TESTS.of("narrative.prior")
def prior(source: Source) -> Iterator[Result]:
    for statement in statements(source):
        if statement.measure == "amount" and statement.role == "上年":
            final, change = beside(source, statement, "amount", ""), beside(source, statement, "yoy_change", "")
            if final and change:
                yield total(statement.subject, final.figure, (statement.figure, change.figure))
