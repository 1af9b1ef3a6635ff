"""What the nine tables print in their headings and rows, and the term of the contract that each wording stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from jscore import schema
from jscore.text import numbers
from jscore.text.classification import LEVELS
from jscore.text.normal import nfkc
from jscore.text.signs import VEILED

#: Quotes, also those that a font gives no character for.
QUOTES = "“”\"'‘’" + VEILED
_QUOTES = str.maketrans("", "", QUOTES)
#: What headings print for characters that look like it, and that no heading means.
_LOOK_ALIKES = (("收人", "收入"), ("岀", "出"), ("年未", "年末"), ("箅", "算"))
#: No heading and no item is longer.
LONGEST = 80

#: Wordings (patterns of the whole text) and their term; the first that matches counts.
Terms = tuple[tuple[str, str], ...]

SOURCES: Terms = (
    (r"本年收入(合计|总计|小计)?|合计|小计", "本年收入合计"),
    (r"(本年)?财政拨款(收入)?", "财政拨款收入"),
    (r"上级(补助|拨入)收入", "上级补助收入"),
    (r"事业收入(\(.*\))?", "事业收入"),
    (r"(事业单位)?经营收入", "经营收入"),
    (r"附属单位(上缴|缴款)(收入)?", "附属单位上缴收入"),
    (r"其他收入", "其他收入"),
)
_LEFT = r"(?:(?!结).){0,12}结[转余]([和及与、]?结?余)?(资金|数)?(\(.*\))?"
COMPONENTS: Terms = (
    (rf"(上年|年初){_LEFT}", "年初结转和结余"),
    (rf"年末{_LEFT}|结转下年", "年末结转和结余"),
    (r"本年收入(合计)?", "本年收入"),
    (r"本年支出(合计|总计|小计)?|合计|小计|支出(合计|总计|小计)?", "合计"),
    (r"基本支出(小计|合计)?", "基本支出"),
    (r"项目支出(小计|合计)?", "项目支出"),
    (r"上缴上级(支出)?", "上缴上级支出"),
    (r"(事业单位)?经营支出", "经营支出"),
    (r"对?附属单位补助(支出)?", "对附属单位补助支出"),
)
#: Components that are no expenditure of the year, also over columns of their own.
BALANCES = ("年初结转和结余", "年末结转和结余", "本年收入")
FUNDS: Terms = (
    (r"合计|小计|金额|(本年)?决算数?", "合计"),
    (r"(一般公共|公共财政)预算(财政拨款)?(支出)?", "一般公共预算财政拨款"),
    (r"政府性基金(预算)?(财政拨款)?(支出)?", "政府性基金预算财政拨款"),
    (r"国有资本经营(预算)?(财政拨款)?(支出)?", "国有资本经营预算财政拨款"),
)
SANGONG: Terms = (
    (r".*出国.*(接待|用车).*|.*接待.*(出国|用车).*|.*用车.*(出国|接待).*", ""),
    (r".*(团组|人次|人数|批次|数量|保有量|车辆数|购置数|统计数)(\(.*\))?|.*\((个|人|辆|次|批|台).{0,3}\)", ""),
    (r"(国内|外事|国\(境\)外|国外|境外).{0,2}接待.*|.*其中:外事.*", ""),
    (r".*出国.*", "因公出国（境）费"),
    (r".*接待.*", "公务接待费"),
    (r".*购置.{0,2}[及和与、].*|.*(运行|维护).{0,4}[及和与、]购置.*|公务用车(费用?|经费|支出)?", "公务用车购置及运行费"),
    (r".*(用车|车辆).*购置.*|购置费用?", "公务用车购置费"),
    (r".*(用车|车辆).*(运行|维护).*|运行(维护)?费用?", "公务用车运行维护费"),
    (r"(本年|支出|费用|经费)?(合计|总计|总额|小计)(数|金额)?", "合计"),
    (r"(一般公共预算)?(财政拨款)?(安排的?)?三公经费(支出|决算)?(合计|总计|总额|小计)?", "合计"),
)  # fmt: skip
#: What is named budget and final in 09; of several budgets the first kind counts.
BUDGETS = (r"(全年|调整|本年)(后)?预算数?", r"预算(统计)?(数|金额|安排)?", r"(年初|批复)预算数?")
FINAL = (
    r"(本年|支出|全年)?决算(统计|金额|支出)?数?|(全年|实际)?支出(决算)?数|金额|(全年)?执行数|实际(支出|发生)(数|额)?"
)
#: Columns beside the final amounts: a budget, a share.
BESIDE_FINAL = re.compile(
    r"(年初|全年|调整|批复)?(后)?预算(数|金额)?|上年(决算)?数?|(比上年)?增[、,]?减.*|.*(比重|占比|比例).*"
)
#: Columns of another year or of a change.
LAST_YEAR = re.compile("上年(?!.{0,4}结[转余])|比上年|较上年|同比|增[、,]?减")
#: Columns of a code that is printed in parts.
PARTS = tuple(LEVELS.values())

#: Headings that are no term of a frame.
_STRUCTURE = (
    r"项目(\(按?(支出)?(功能|性质|经济).*\))?|科目|序号|行次?|金额|栏次|收入(决算数?)?|支出(决算数?)?|单位(编码|代码|名称)|"
    r"(本年)?(收入|支出)?(功能|经济)(分类)?(科目)?(编码|代码|名称)?|科目(编码|代码|名称)|编码|代码|名称|类|款|项|小计|合计|总计|"
    r"(一般公共预算)?(财政拨款)?基本支出(决算数?)?|(一般公共预算|政府性基金预算|国有资本经营预算)(财政拨款)?(收入|支出|基本支出)?决算数?|"
    r"本年(收入|支出)(合计|小计)?|人员经费|公用经费|支?出?功能分类|(年?度?(一般公共预算)?财政拨款)?(安排的?)?三公经费.{0,8}|会议费|培训费|"
    r"因公出国.*|公务接待费用?|公务用车.*|其中:?|备注|.{0,6}(比重|占比)|\(?(亿|百万|万|千|百)?元\)?"
)
#: The headings of the columns as the national forms print them, but for 本年收入, which 本年收入合计 begins with.
USUAL_HEADINGS = frozenset(
    map(nfkc, (*schema.SOURCES, *schema.COMPONENTS, *schema.FUNDS, *schema.SANGONG))
) - {"本年收入"} | {
    "本年支出合计", "科目编码", "科目名称", "功能分类科目编码", "支出功能分类科目编码", "经济分类科目编码", "支出经济分类科目编码",
    "年初预算数", "全年预算数", "决算数",
}  # fmt: skip
HEADING = re.compile(
    "|".join([_STRUCTURE, *(pattern for pattern, _ in (*SOURCES, *COMPONENTS, *FUNDS)), *BUDGETS, FINAL])
    + r"|上年(决算)?数?|(比上年)?增[、,]?减.{0,4}"
)
TOTAL = re.compile("(本年|部门|单位)?(合计|总计):?|(人员|公用)经费合计|本年(收入|支出)合计")
#: The same where it names a row and heads no column.
ROW_TOTAL = re.compile(rf"{TOTAL.pattern}|(支出|收入|本年支出|本年收入)(合计|总计)")
#: Items of 01 and 04 without an ordinal, and how those begin that no amount of the column before may touch.
PLAIN_ITEM = re.compile(
    r".*(合计|总计|结转和?结余|结余|结余分配|财政拨款|小计)([（(].*[)）])?$|其中.*|基本支出|项目支出"
)
PLAIN_BEGIN = r"(?:本年)?(?:收入|支出)?(?:合计|总计)|结余分配|年[初末].{0,6}结转|使用.{0,8}结余"
#: Over the columns in which rows are named.
NAMING = re.compile("^项目(?!支出)|^科目|编码|代码|名称|^(类|款|项)$")
#: A row of column numbers: 栏次 | 1 | 2 | 3, 甲 | 乙 | 1 | 2, (1) | (2) | (3), A | B | C.
NUMBERS = re.compile(r"栏次|[甲乙丙丁]|\(?(?P<number>\d{1,2}|[A-Z])\)?(=.*)?")
YEAR = re.compile(r"^(20\d\d)年度?")
MONEY = re.compile(rf"(?:[(:/]?{numbers.UNIT_OF}|[(:/]|^)({numbers.MONEY})\)?$")


@lru_cache(maxsize=1 << 14)
def heading_key(text: str) -> str:
    """``text`` for comparing headings: NFKC, without white space and quotes, look-alikes put right."""
    key = nfkc(text).translate(_QUOTES)
    for misprint, meant in _LOOK_ALIKES:
        key = key.replace(misprint, meant)
    return key


def completed(text: str) -> str:
    """A heading that is cut off, whole, if it can be but one; ``text`` itself else."""
    if len(text) < 2 or heading_words(text):
        return text
    whole = [heading for heading in USUAL_HEADINGS if heading.startswith(text)]
    return whole[0] if len(whole) == 1 else text


def term_of(text: str, terms: Terms) -> str | None:
    """The term of the first of ``terms`` that the whole of ``text`` matches; None without one."""
    if len(text) > LONGEST:
        return None
    return next((term for pattern, term in terms if re.fullmatch(pattern, text)), None) or None


def terms_of(stack: Sequence[str], terms: Terms) -> list[str]:
    """The terms of the headings over a column, from the top."""
    return [term for term in (term_of(text, terms) for text in stack) if term]


def are_several(terms: Sequence[str], total: str) -> bool:
    """Whether the headings over a column are those of two that nothing parts: one may have no figures, and which is open."""
    return len({*terms} - {total}) > 1


def heading_words(text: str) -> list[str]:
    """``text`` as headings: one, or those of several lines that stand too close to be rows; none if it is no heading."""
    return list(_heading_words(text)) if len(text) <= LONGEST else []


@lru_cache(maxsize=1 << 12)
def _heading_words(text: str) -> tuple[str, ...]:
    if HEADING.fullmatch(text):
        return (text,)
    for end in range(len(text) - 1, 0, -1):
        if HEADING.fullmatch(text[:end]) and (rest := _heading_words(text[end:])):
            return (text[:end], *rest)
    return ()
