"""Rule sets: the parameters by which the self-evaluation forms (绩效自评表) score, as plain data.

Belongs here: what a parameter is, its value, unit and source; the register of rule sets.  Does not: applying them
(``marking``, ``scoring``) and finding them from forms (``inference``).

A rule set is a frozen record.  ``DEFAULT.replace(overshoot_penalty=3)`` is another one, ``dict(DEFAULT)`` its values by
name, ``DEFAULT.table()`` a frame to read.  Another city's rule set is one call::

    register(RuleSet("某市 2025", caps=[(0.6, 60)], sources={"caps": "某市财政局〔2025〕1号"}))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, cast

import pandas as pd

#: What anything that counts can be given as; kept as a Decimal.
Number = Decimal | float | int | str
#: How a missed ``<=`` target completes: target / actual, or not at all.
OverLimit = Literal["ratio", "zero"]
#: Where a default comes from: it stands on the forms, reproduces their scores, or nothing speaks against it.
Known = Literal["printed", "inferred", "assumed"]


class Cap(NamedTuple):
    """A total of ``total`` points at most where the execution rate is less than ``below`` (fraction)."""

    below: Decimal
    total: Decimal


def exactly(value: Number) -> Decimal:
    """``value`` as written: 8.3 is 8.3, not the binary fraction next to it.  Raises ValueError for what is no number."""
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        raise ValueError(f"{value!r} is not a number") from None
    if not found.is_finite():
        raise ValueError(f"{value!r} is not a number")
    return found


def _parameter(default: str, label: str, unit: str, meaning: str, known: Known, source: str) -> Any:
    metadata = {"label": label, "unit": unit, "meaning": meaning, "known": known, "source": source}
    return field(default=cast(Any, Decimal(default)), metadata=metadata)


_METHOD = "财预〔2020〕10号"
_FORMS = "沈阳市 forms of 2024"


@dataclass(frozen=True)
class RuleSet:
    """The parameters of a scoring rule.  Thresholds and rates are fractions, scores points, places decimals."""

    name: str
    indicator_total: Decimal = _parameter(
        "90", "指标分值合计", "points", "weights of a project's indicators add up to it",
        "printed", f"分值 on {_FORMS}",
    )  # fmt: skip
    execution_weight: Decimal = _parameter(
        "10", "预算执行率分值", "points", "points for an execution rate of 100%",
        "inferred", f"预算执行率得分 on {_FORMS}; {_METHOD} names 10% too",
    )  # fmt: skip
    execution_places: Decimal = _parameter(
        "2", "预算执行率得分小数位", "places", "decimals that 预算执行率得分 is rounded to",
        "printed", f"预算执行率得分 on {_FORMS}",
    )  # fmt: skip
    completion_places: Decimal = _parameter(
        "2", "完成程度小数位", "places", "decimals that actual / target is rounded to, half up, before it counts: 2 is whole percent",
        "inferred", f"scores of missed >= targets on {_FORMS}: 167 of 200 scores as 84%",
    )  # fmt: skip
    subtotal_places: Decimal = _parameter(
        "2", "指标得分小计小数位", "places", "decimals that 指标自评得分小计 is rounded to",
        "printed", f"指标自评得分小计 on {_FORMS}",
    )  # fmt: skip
    overshoot_threshold: Decimal = _parameter(
        "0.3", "超额阈值", "fraction", "an actual over its >= or = target by this share of the target or more costs points",
        "inferred", f"{_FORMS} allow 26.7% (exclusive) to 75%; 30% is the round figure; {_METHOD} names no figure",
    )  # fmt: skip
    overshoot_penalty: Decimal = _parameter(
        "5", "超额扣分", "points", "what that costs", "inferred", f"scores of far overshot targets on {_FORMS}",
    )  # fmt: skip
    miss_threshold: Decimal = _parameter(
        "0.3", "偏离阈值", "fraction", "an actual short of its = target by this share of the target or more costs points",
        "inferred", f"{_FORMS} allow anything up to 30%; taken equal to the threshold of overshoot",
    )  # fmt: skip
    miss_penalty: Decimal = _parameter(
        "5", "偏离扣分", "points", "what that costs, on top of the completion lost",
        "inferred", f"scores of missed = targets on {_FORMS}",
    )  # fmt: skip
    over_limit: OverLimit = field(default="ratio", metadata={
        "label": "超限得分方式", "unit": "", "meaning": "completion of a missed <= target: target / actual (ratio) or none (zero)",
        "known": "assumed", "source": f"every <= target on {_FORMS} is met; {_METHOD} scores what is missed by its ratio",
    })  # fmt: skip
    caps: tuple[Cap, ...] = field(default=(Cap(Decimal("0.5"), Decimal(59)), Cap(Decimal("0.8"), Decimal(69))), metadata={
        "label": "总分上限", "unit": "", "meaning": "execution rate below which the total is at most so many points",
        "known": "inferred",
        "source": f"59 below 50%: {_FORMS} allow 32.2% (exclusive) to 50%; 69 below 80%: they allow 59.2% (exclusive) to 81.4%",
    })  # fmt: skip
    department_total: Decimal = _parameter(
        "100", "部门整体满分", "points", "weights of the department's tasks and indicators add up to it",
        "printed", f"分值 on the department's own form, {_FORMS}",
    )  # fmt: skip
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for name, default in PARAMETERS.items():
            value = getattr(self, name)
            if name == "caps":
                made: Any = tuple(sorted(Cap(exactly(below), exactly(total)) for below, total in value))
            elif name == "over_limit":
                if value not in ("ratio", "zero"):
                    raise ValueError(f"over_limit is ratio or zero, not {value!r}")
                made = value
            else:
                made = exactly(value)
                if made < 0 or default["unit"] == "places" and made != made.to_integral_value():
                    raise ValueError(f"{name} cannot be {value}")
            object.__setattr__(self, name, made)
        unknown = set(self.sources) - set(PARAMETERS)
        if unknown:
            raise ValueError(f"{self.name}: no such parameter: {', '.join(sorted(unknown))}")
        object.__setattr__(self, "sources", MappingProxyType(dict(self.sources)))

    def __getitem__(self, name: str) -> Any:
        if name not in PARAMETERS:
            raise KeyError(name)
        return getattr(self, name)

    def keys(self) -> Iterable[str]:
        return PARAMETERS.keys()

    def replace(self, **changes: Any) -> RuleSet:
        """This rule set with other values; what is not said otherwise of a changed parameter is that it was changed."""
        changed = {name: f"changed from {self.name}" for name in changes if name in PARAMETERS}
        given = dict(changes.pop("sources", {}))
        name = changes.pop("name", f"{self.name}, changed")
        return replace(self, name=name, sources={**self.sources, **changed, **given}, **changes)

    def cap(self, rate: Decimal) -> Cap | None:
        """The cap that an execution rate brings; None without one."""
        return min((cap for cap in self.caps if rate < cap.below), key=lambda cap: cap.total, default=None)

    def table(self) -> pd.DataFrame:
        """A row a parameter: parameter, label, value (text), meaning, known (see ``Known``) and origin."""
        rows = [
            {"parameter": name, "label": about["label"], "value": in_words(name, self[name]),
             "meaning": about["meaning"], **self._origin(name)}
            for name, about in PARAMETERS.items()
        ]  # fmt: skip
        return pd.DataFrame(rows).astype("str")

    def _origin(self, name: str) -> dict[str, str]:
        about = PARAMETERS[name]
        if name in self.sources:
            return {"known": "stated", "origin": self.sources[name]}
        if self[name] == about["default"]:
            return {"known": about["known"], "origin": about["source"]}
        return {"known": "stated", "origin": "not given"}


#: Every parameter: label, unit, meaning, known, source and default.
PARAMETERS: dict[str, dict[str, Any]] = {
    f.name: {**f.metadata, "default": f.default} for f in fields(RuleSet) if f.metadata
}


def plain(value: Decimal) -> str:
    """``value`` without trailing zeros and without an exponent."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def percent(value: Decimal) -> str:
    """A fraction in per cent, with one decimal where it needs any."""
    return f"{plain(Decimal(f'{value * 100:.1f}'))}%"


def in_words(name: str, value: Any) -> str:
    """The value of parameter ``name`` for reading: 30%, or 59 below 50%, 69 below 80%."""
    if name == "caps":
        return ", ".join(f"{plain(cap.total)} below {percent(cap.below)}" for cap in value) or "none"
    if PARAMETERS[name]["unit"] == "fraction":
        return percent(value)
    return plain(value) if isinstance(value, Decimal) else str(value)


DEFAULT = RuleSet("沈阳市 2024")

#: Every rule set by name.
RULE_SETS: dict[str, RuleSet] = {DEFAULT.name: DEFAULT}


def register(rule_set: RuleSet) -> RuleSet:
    """Put ``rule_set`` under its name into ``RULE_SETS``, in place of one that is there; gives it back."""
    RULE_SETS[rule_set.name] = rule_set
    return rule_set
