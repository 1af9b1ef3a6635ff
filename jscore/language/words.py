"""The package's own words that columns hold, as they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from jscore.language import N_, sign, tr

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
    "indicators": N_("指标"), "indicator_subtotal": N_("指标得分小计"), "execution_rate": N_("执行率"),
    "execution_score": N_("执行率得分"), "deduction": N_("减分项"), "total_score": N_("总分"),
    "printed": N_("印明"), "inferred": N_("推得"), "assumed": N_("假定"), "stated": N_("另设"),
    "exact": N_("唯一"), "interval": N_("区间"), "one-sided": N_("单侧"), "not identified": N_("无法确定"), "any": N_("任意"),
    "ratio": N_("按比例"), "zero": N_("不得分"), "not scored": N_("不计分"), "at least": N_("须达到"),
    "fixed": N_("按规则"), "as printed": N_("按各表所印"), "tie": N_("同样相符"),
    "invisible": N_("不可见"), "covered": N_("被遮盖"), "layer off": N_("所在图层已关闭"), "clipped": N_("被裁去"), "not seen": N_("画出后看不见"),
    "struck out": N_("已划去"), "beside the page": N_("在页面以外"), "a note without a drawing of it": N_("批注或表单中的字，页面上没有画出"), "seal": N_("印章"), "watermark": N_("水印"),
    "a text layer that says what the picture does not show": N_("文字层与图片不符"), "set in another direction than the page's text": N_("文字方向与页面不同"), "contents": N_("页面内容"), "page tree": N_("页面目录"), "font": N_("字体"), "picture": N_("图片"),
    "budget": N_("预算数"), "executed": N_("执行数"), "yes": N_("是"), "no": N_("否"),
}  # fmt: skip
#: Words of years side by side, in Chinese where a frame holds them.
WORDS |= {text: text for text in (
    N_("收支总额"), N_("收入来源"), N_("支出功能分类"), N_("支出构成"), N_("基本支出经济分类"), N_("“三公”经费决算"),
    N_("“三公”经费预算"), N_("绩效自评"), N_("部门整体自评得分"), N_("自评项目数"), N_("项目平均得分"), N_("项目最低得分"),
    N_("得分90分及以上的项目"), N_("未执行的项目"), N_("项目预算执行率"), N_("新增"), N_("停列"), N_("上年为推算"),
    N_("隔年比较"), N_("变动大"), N_("改名"), N_("与上年报告不符"), N_("疑为改码"), N_("延续"), N_("首个年度"),
    N_("末个年度"), N_("未再列"), N_("待核对"), N_("是"), N_("否"), N_("分"), N_("个"),
)} | {"说明": N_("情况说明")}  # fmt: skip
#: Words of one column, where another column means something else by them.
OF = {
    "how": {
        "exact": N_("相同"), "punctuation": N_("标点"), "year": N_("年份"), "wording": N_("虚词"), "similar": N_("相近"),
        "several": N_("不止一个"),
    },
}  # fmt: skip
#: Columns that hold such words.
WORDED = set(
    "severity group status measure form departs known verdict interval agrees chosen what topic flags after how counts".split()
)


def word(value: str, column: str = "") -> str:
    """A value (of ``column``), or several joined by 、, as it is shown in the language that is spoken.

    The report's own words are shown as they are.
    """
    words = {**WORDS, **OF.get(column, {})}
    return sign("、").join(tr(words[part]) if part in words else part for part in value.split("、"))


def in_numbers(numbers: Mapping[str, int]) -> str:
    """How many there are of each, as "错误 1、警告 12"."""
    return sign("、").join(f"{word(value)} {number:,}" for value, number in numbers.items())
