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

from jscore.language import N_, current, sign, tr
from jscore.language.words import word

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
    english: str = ""

    @property
    def told(self) -> str:
        """The source in the language that is spoken, as far as it is written in it."""
        return self.english if self.english and current() == "en" else self.text


def exactly(value: Number) -> Decimal:
    """``value`` as written: 8.3 is 8.3, not the binary fraction next to it.  Raises ValueError for what is no number."""
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        raise ValueError(f"{value!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a number")
    return number


def _parameter(label: str, unit: str, meaning: str, values: tuple[str, ...] = ()) -> Any:
    return field(metadata={"label": label, "unit": unit, "meaning": meaning, "values": values})


@dataclass(frozen=True)
class RuleSet:
    """The parameters of a scoring rule.  Thresholds and rates are fractions, scores points, places decimals; None: no such rule."""

    name: str
    indicator_total: Decimal = _parameter(N_("指标分值合计"), "points", N_("各项指标分值之和"))
    execution_weight: Decimal = _parameter(N_("预算执行率分值"), "points", N_("执行率100%的得分"))
    parts: str = _parameter(
        N_("分值构成"), "", N_("执行率与指标各占多少分：按规则，或按各表所印"), ("fixed", "as printed")
    )
    execution_places: Decimal = _parameter(N_("预算执行率得分小数位"), "places", N_("预算执行率得分保留几位小数"))
    completion_places: Decimal | None = _parameter(
        N_("完成程度小数位"), "places", N_("实际值÷目标值先四舍五入到几位小数再计分：2位即整百分数"),
    )  # fmt: skip
    subtotal_places: Decimal = _parameter(N_("指标得分小计小数位"), "places", N_("指标自评得分小计保留几位小数"))
    overshoot_threshold: Decimal | None = _parameter(
        N_("超额阈值"), "fraction", N_("实际值超过≥或＝的目标值达到这个比例就扣分"),
    )  # fmt: skip
    overshoot_penalty: Decimal | None = _parameter(N_("超额扣分"), "points", N_("为此扣几分；无：由评价人酌定"))
    miss_threshold: Decimal | None = _parameter(
        N_("偏离阈值"), "fraction", N_("实际值低于＝的目标值达到这个比例就扣分"),
    )  # fmt: skip
    miss_penalty: Decimal | None = _parameter(N_("偏离扣分"), "points", N_("在按完成程度计分之外，为此再扣几分"))
    over_limit: str = _parameter(
        N_("超限得分方式"), "", N_("超过≤的目标值时的完成程度：目标值÷实际值（按比例）或不得分"), ("ratio", "zero"),
    )  # fmt: skip
    bare_target: str = _parameter(
        N_("无符号目标"), "", N_("目标值是没有符号的数字时：不计分，或须达到"),
        ("not scored", "at least"),
    )  # fmt: skip
    caps: tuple[Cap, ...] = _parameter(N_("总分上限"), "", N_("执行率低于多少，总分至多多少"))
    department_total: Decimal = _parameter(
        N_("部门整体满分"), "points", N_("部门各项任务和指标分值之和"),
    )  # fmt: skip
    title: str = ""
    title_en: str = ""
    #: Columns of ``projects`` and ``indicators`` that the forms of this rule print; of sets that reproduce as many scores
    #: the one is taken whose forms these are.
    prints: tuple[str, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        _known(self.name, self.sources)
        for name, about in PARAMETERS.items():
            object.__setattr__(self, name, _made(name, getattr(self, name), about))
        object.__setattr__(self, "sources", MappingProxyType(dict(self.sources)))

    @property
    def called(self) -> str:
        """The title in the language that is spoken, else the name."""
        return (self.title_en if current() == "en" else "") or self.title or self.name

    def __getitem__(self, name: str) -> Any:
        if name not in PARAMETERS:
            raise KeyError(name)
        return getattr(self, name)

    def keys(self) -> Iterable[str]:
        return PARAMETERS.keys()

    def replace(self, name: str = "", sources: Mapping[str, Source] = MappingProxyType({}), **changes: Any) -> RuleSet:
        """This rule set with other values of parameters; raises ValueError for a name that is no parameter."""
        _known(self.name, changes)
        changed = {key: Source("stated", f"由{self.name}改动", f"changed from {self.name}") for key in changes}
        name = name or f"{self.name}, changed"
        return replace(self, name=name, sources={**self.sources, **changed, **sources}, **changes)

    def of_form(self, execution_weight: Decimal | None) -> RuleSet:
        """This rule for a form that prints so many points for its execution: with its own parts where these count and can be."""
        if self.parts == "fixed" or execution_weight in (None, self.execution_weight):
            return self
        whole = self.execution_weight + self.indicator_total
        if not 0 <= execution_weight <= whole:
            return self
        return replace(self, execution_weight=execution_weight, indicator_total=whole - execution_weight)

    def cap(self, rate: Decimal) -> Cap | None:
        """The cap that an execution rate brings; None without one."""
        return min((cap for cap in self.caps if rate < cap.below), key=lambda cap: cap.total, default=None)

    def table(self) -> pd.DataFrame:
        """A row a parameter: parameter, label, value (text), meaning, known (printed, inferred, assumed or stated) and origin."""
        rows = []
        for name, about in PARAMETERS.items():
            source = self.sources.get(name, Source("stated", "没有说明", "not given"))
            label, meaning = about["label"], about["meaning"]
            rows.append({
                "parameter": name, "label": tr(label), "value": in_words(name, self[name]),
                "meaning": tr(meaning), "known": source.known, "origin": source.told,
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


def number_text(value: Decimal) -> str:
    """``value`` without trailing zeros and without an exponent."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def percent(value: Decimal) -> str:
    """A fraction in per cent, with one decimal where it needs any."""
    return f"{number_text(Decimal(f'{value * 100:.1f}'))}%"


def in_words(name: str, value: Any) -> str:
    """The value of parameter ``name`` for reading: 30%, or 执行率低于50%至多59分."""
    if name == "caps":
        caps = [
            tr("执行率低于{below}至多{total}分", below=percent(cap.below), total=number_text(cap.total))
            for cap in value
        ]
        return sign("，").join(caps) or tr("无")
    if value is None:
        return tr("无")
    if PARAMETERS[name]["unit"] == "fraction":
        return percent(value)
    return number_text(value) if isinstance(value, Decimal) else word(str(value))


def from_file(path: Path | str) -> RuleSet:
    """The rule set of a TOML file: title, what its forms print, and for each parameter value, known and source (both in English, too: title_en, source_en).

    ``base`` names another file of the folder, for the parameters that this one does not have.  Raises ValueError, naming the file, for a parameter that is missing, unknown or has a value it cannot have.
    """
    path = Path(path)
    with path.open("rb") as stream:
        data = tomllib.load(stream)
    if base := data.pop("base", ""):
        with path.with_name(f"{base}.toml").open("rb") as stream:
            data = tomllib.load(stream) | data
    texts = {key: data.pop(key, "") for key in ("title", "title_en")}
    prints = tuple(data.pop("prints", ()))
    try:
        _known(path.name, data)
        missing = [name for name in PARAMETERS if name not in data]
        if missing:
            raise ValueError(f"{path.name}: no {', '.join(missing)}")
        sources = {
            name: Source(entry["known"], entry["source"], entry.get("source_en", "")) for name, entry in data.items()
        }
        return RuleSet(
            path.stem, sources=sources, prints=prints, **texts, **{name: entry["value"] for name, entry in data.items()}
        )
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
