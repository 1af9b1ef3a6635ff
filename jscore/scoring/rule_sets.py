"""Rule sets: the parameters by which self-evaluations score, read from the files in ``rules/``, each with its provenance.

rule_set("national").replace(execution_weight=20)        another rule set
register(from_file("某市-2025.toml"))                      another region's, from then on tried on every report
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

#: What anything that counts can be given as; kept as a Decimal.
Number = Decimal | float | int | str

_FOLDER = Path(__file__).parent / "rules"
#: Written for a parameter that has no value.
NONE = "none"


class Cap(NamedTuple):
    """A total of ``total`` points at most where the execution rate is less than ``below`` (fraction)."""

    below: Decimal
    total: Decimal


class Source(NamedTuple):
    """Where a value comes from: printed on the forms or in a document, inferred from scores, or assumed."""

    known: str
    text: str


def exactly(value: Number) -> Decimal:
    """``value`` as written: 8.3 is 8.3, not the binary fraction next to it.  Raises ValueError for what is no number."""
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        raise ValueError(f"{value!r} is not a number") from None
    if not found.is_finite():
        raise ValueError(f"{value!r} is not a number")
    return found


def _parameter(label: str, unit: str, meaning: str, values: tuple[str, ...] = ()) -> Any:
    return field(metadata={"label": label, "unit": unit, "meaning": meaning, "values": values})


@dataclass(frozen=True)
class RuleSet:
    """The parameters of a scoring rule.  Thresholds and rates are fractions, scores points, places decimals; None: no such rule."""

    name: str
    indicator_total: Decimal = _parameter("指标分值合计", "points", "weights of a project's indicators add up to it")
    execution_weight: Decimal = _parameter("预算执行率分值", "points", "points for an execution rate of 100%")
    execution_places: Decimal = _parameter(
        "预算执行率得分小数位", "places", "decimals that 预算执行率得分 is rounded to"
    )
    completion_places: Decimal | None = _parameter(
        "完成程度小数位", "places", "decimals that actual / target is rounded to, half up, before it counts: 2 is whole percent",
    )  # fmt: skip
    subtotal_places: Decimal = _parameter(
        "指标得分小计小数位", "places", "decimals that 指标自评得分小计 is rounded to"
    )
    overshoot_threshold: Decimal | None = _parameter(
        "超额阈值", "fraction", "an actual over its >= or = target by this share of the target or more costs points",
    )  # fmt: skip
    overshoot_penalty: Decimal | None = _parameter("超额扣分", "points", "what that costs; none: the evaluator decides")
    miss_threshold: Decimal | None = _parameter(
        "偏离阈值", "fraction", "an actual short of its = target by this share of the target or more costs points",
    )  # fmt: skip
    miss_penalty: Decimal | None = _parameter("偏离扣分", "points", "what that costs, on top of the completion lost")
    over_limit: str = _parameter(
        "超限得分方式", "", "completion of a missed <= target: target / actual (ratio) or none (zero)", ("ratio", "zero"),
    )  # fmt: skip
    bare_target: str = _parameter(
        "无符号目标", "", "a number as target without an operator: not scored, or to be reached (at least)",
        ("not scored", "at least"),
    )  # fmt: skip
    caps: tuple[Cap, ...] = _parameter("总分上限", "", "execution rate below which the total is at most so many points")
    department_total: Decimal = _parameter(
        "部门整体满分", "points", "weights of the department's tasks and indicators add up to it",
    )  # fmt: skip
    title: str = ""
    about: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        _known(self.name, self.sources)
        for name, about in PARAMETERS.items():
            object.__setattr__(self, name, _made(name, getattr(self, name), about))
        object.__setattr__(self, "sources", MappingProxyType(dict(self.sources)))

    def __getitem__(self, name: str) -> Any:
        if name not in PARAMETERS:
            raise KeyError(name)
        return getattr(self, name)

    def keys(self) -> Iterable[str]:
        return PARAMETERS.keys()

    def replace(self, name: str = "", sources: Mapping[str, Source] = MappingProxyType({}), **changes: Any) -> RuleSet:
        """This rule set with other values of parameters; raises ValueError for a name that is no parameter."""
        _known(self.name, changes)
        changed = {key: Source("stated", f"changed from {self.name}") for key in changes}
        name = name or f"{self.name}, changed"
        return replace(self, name=name, sources={**self.sources, **changed, **sources}, **changes)

    def cap(self, rate: Decimal) -> Cap | None:
        """The cap that an execution rate brings; None without one."""
        return min((cap for cap in self.caps if rate < cap.below), key=lambda cap: cap.total, default=None)

    def table(self) -> pd.DataFrame:
        """A row a parameter: parameter, label, value (text), meaning, known (printed, inferred, assumed or stated) and origin."""
        rows = []
        for name, about in PARAMETERS.items():
            source = self.sources.get(name, Source("stated", "not given"))
            rows.append({
                "parameter": name, "label": about["label"], "value": in_words(name, self[name]),
                "meaning": about["meaning"], "known": source.known, "origin": source.text,
            })  # fmt: skip
        return pd.DataFrame(rows).astype("str")


#: Every parameter: label, unit, meaning, values.
PARAMETERS: dict[str, dict[str, Any]] = {f.name: dict(f.metadata) for f in fields(RuleSet) if f.metadata}


def _known(owner: str, names: Iterable[str]) -> None:
    """Raises ValueError for names that are no parameters, with the nearest that is."""
    for name in names:
        if name not in PARAMETERS:
            near = difflib.get_close_matches(name, PARAMETERS, 1, 0.5)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(PARAMETERS)}"
            raise ValueError(f"{owner}: no parameter {name!r}{hint}")


def _made(name: str, value: Any, about: Mapping[str, Any]) -> Any:
    if name == "caps":
        return tuple(sorted(Cap(exactly(below), exactly(total)) for below, total in value))
    if about["values"]:
        if value not in about["values"]:
            raise ValueError(f"{name} is {' or '.join(about['values'])}, not {value!r}")
        return value
    if value is None or value == NONE:
        return None
    number = exactly(value)
    if number < 0 or about["unit"] == "places" and number != number.to_integral_value():
        raise ValueError(f"{name} cannot be {value}")
    return number


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
        return ", ".join(f"{plain(cap.total)} below {percent(cap.below)}" for cap in value) or NONE
    if value is None:
        return NONE
    if PARAMETERS[name]["unit"] == "fraction":
        return percent(value)
    return plain(value) if isinstance(value, Decimal) else str(value)


def from_file(path: Path | str) -> RuleSet:
    """The rule set of a TOML file: title, about, and for each parameter value, known and source.

    ``base`` names another file of the folder, for the parameters that this one does not have.  Raises ValueError, naming the file, for a parameter that is missing, unknown or has a value it cannot have.
    """
    path = Path(path)
    with path.open("rb") as stream:
        data = tomllib.load(stream)
    if base := data.pop("base", ""):
        with path.with_name(f"{base}.toml").open("rb") as stream:
            data = tomllib.load(stream) | data
    texts = {key: data.pop(key, "") for key in ("title", "about")}
    try:
        _known(path.name, data)
        missing = [name for name in PARAMETERS if name not in data]
        if missing:
            raise ValueError(f"{path.name}: no {', '.join(missing)}")
        sources = {name: Source(entry["known"], entry["source"]) for name, entry in data.items()}
        return RuleSet(path.stem, sources=sources, **texts, **{name: entry["value"] for name, entry in data.items()})
    except KeyError as error:
        raise ValueError(f"{path.name}: a parameter lacks {error}") from None


#: Every rule set by name, the most general first: of two that reproduce the same scores the first is taken.
RULE_SETS: dict[str, RuleSet] = {
    name: from_file(_FOLDER / f"{name}.toml") for name in ("national", "hubei", "sichuan", "shenyang-2024")
}


def rule_set(name: str) -> RuleSet:
    """The rule set of that name; raises ValueError with the names there are."""
    if name not in RULE_SETS:
        raise ValueError(f"no rule set {name!r}; there are {', '.join(RULE_SETS)}")
    return RULE_SETS[name]


def register(rules: RuleSet) -> RuleSet:
    """Put ``rules`` under its name into ``RULE_SETS``, in place of one that is there; gives it back."""
    RULE_SETS[rules.name] = rules
    return rules
