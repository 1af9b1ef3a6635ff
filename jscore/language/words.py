"""The package's own words that columns hold, as they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from jscore.language import N_, current, tr

#: By what a frame holds.
WORDS = {
    "error": N_("错误"), "warning": N_("警告"), "info": N_("提示"),
    "table": N_("表内"), "cross-table": N_("表间"), "narrative": N_("情况说明"), "self-evaluation": N_("绩效自评"),
    "completeness": N_("是否齐全"),
    "actual": N_("被核对"), "expected": N_("对照"),
    "overall": N_("部门自评表"), "project": N_("项目自评表"),
    "pass": N_("成立"), "fail": N_("不成立"), "skipped": N_("未核对"),
    "found": N_("有数字"), "empty": N_("空表"), "missing": N_("未见"),
    "amount": N_("金额"), "share": N_("占比"), "yoy_change": N_("比上年增减"), "yoy_rate": N_("增减率"),
    "budget_completion": N_("完成预算"), "count": N_("数量"), "score": N_("得分"),
}  # fmt: skip
#: Columns that hold such words.
COLUMNS = {"severity", "group", "status", "measure", "form"}


def word(value: str) -> str:
    """A value as it is shown, in the language that is spoken; the report's own words as they are."""
    return tr(WORDS[value]) if value in WORDS else value


def in_numbers(numbers: Mapping[str, int]) -> str:
    """How many there are of each, as "错误 1、警告 12"."""
    return ("、" if current() == "zh" else ", ").join(f"{word(value)} {number:,}" for value, number in numbers.items())
