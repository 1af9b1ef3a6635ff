"""Intervals of a parameter's values, how one is written, and where most of them meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from jscore.scoring.marks import ZERO
from jscore.scoring.rule_sets import PARAMETERS, number_text, percent

INFINITY = Decimal("Infinity")


@dataclass(frozen=True)
class Span:
    """An interval of a parameter's values; an end that is open does not belong to it."""

    low: Decimal = ZERO
    high: Decimal = INFINITY
    low_open: bool = False
    high_open: bool = False

    def holds(self, value: Decimal) -> bool:
        above = value > self.low or value == self.low and not self.low_open
        return above and (value < self.high or value == self.high and not self.high_open)

    def words(self, parameter: str) -> str:
        """The interval as an analyst writes it: (26.7%, 75%], > 26.7%, 5, or any."""
        low, high = (_figure(parameter, end) for end in (self.low, self.high))
        if self.low == self.high:
            return low
        if self.high == INFINITY:
            unbounded = self.low == 0
            return "any" if unbounded and not self.low_open else f"{'>' if self.low_open else '≥'} {low}"
        if self.low == 0 and not self.low_open:
            return f"{'<' if self.high_open else '≤'} {high}"
        return f"{'(' if self.low_open else '['}{low}, {high}{')' if self.high_open else ']'}"


def _figure(parameter: str, value: Decimal) -> str:
    if value == INFINITY:
        return "∞"
    fraction = parameter.endswith("below") or PARAMETERS.get(parameter, {}).get("unit") == "fraction"
    return percent(value) if fraction else number_text(round(value, 4))


def meeting(spans: Sequence[Span], prefer: Decimal | None = None) -> Span:
    """The interval that most of ``spans`` share; among several such the one with ``prefer``, else the lowest."""
    if not spans:
        return Span()
    # A position is (value, 0) for the value itself and (value, 1) for what follows it up to the next one.
    steps: dict[tuple[Decimal, int], int] = {}
    for span in spans:
        for place, change in (((span.low, int(span.low_open)), 1), ((span.high, int(not span.high_open)), -1)):
            steps[place] = steps.get(place, 0) + change
    places = sorted(steps)
    counts, count = [], 0
    for place in places:
        count += steps[place]
        counts.append(count)
    best = [
        Span(start[0], end[0], bool(start[1]), not end[1])
        for start, end, reached in zip(places, places[1:], counts, strict=False)
        if reached == max(counts)
    ]
    return next((span for span in best if prefer is not None and span.holds(prefer)), best[0])


def simplest(span: Span) -> Decimal:
    """The number of fewest decimals in ``span``, the lowest of them."""
    for places in range(12):
        step = Decimal(1).scaleb(-places)
        value = (span.low / step).to_integral_value(ROUND_CEILING) * step
        value += step if not span.holds(value) and value <= span.low else ZERO
        if span.holds(value):
            return value
    return span.low


def chosen(spans: Sequence[Span], usual: Decimal) -> Decimal:
    """A value where most of ``spans`` meet: ``usual`` if they allow it, else the roundest."""
    span = meeting(spans, usual)
    return usual if span.holds(usual) else simplest(span)
