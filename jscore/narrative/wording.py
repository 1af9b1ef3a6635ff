"""What the wording around one figure says of it: measure, sign, unit, and what it is about.

All text here is that of ``paragraphs.normal``: no white space, figures half-width,
punctuation full-width.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from jscore.text import numbers
from jscore.text.classification import LEVELS
from jscore.text.signs import VEILED

Kind = Literal["money", "percent", "points", "count"]

_COUNTED = (
    r"人次|人（次）|批次|批（次）|批(?![复准发评])|次(?![年日月])|辆(?!次)|台（套）|台（件）|台/套|台套|台(?![账湾州阶])|套(?!餐)|艘|架"
    r"|个(?!百分点|月|工作日|小时|季度|年|百|方面|基点|行政)|名(?![录称额])|人(?![均民员才社大力事类口])|家(?![庭具])|户(?!籍)|件|项(?!目)"
)
#: Where a sentence has a unit and no number before it: none was filled in, or it is not shown.
_MISSING = r"(?<=[\u4e00-\u9fff）”])(?<![一二两三四五六七八九十百千万亿几数多余零〇点])(?=(?:万元|%)[，、；。])"
_FIGURE = re.compile(
    rf"(?<![\d.,A-Za-z])(?P<sign>-)?(?P<number>(?:{numbers.PARTED}|\d+)(?:\.\d+)?|{VEILED}+|{_MISSING})(?:"
    rf"(?P<money>{numbers.ABOVE_YUAN}|元(?![旦月年])|[亿万](?=[，。；：、（）]|$))|(?P<percent>%)"
    rf"|(?P<points>分(?![钟之别期类档为公局析配散行支数]))|(?P<scale>[万亿])?(?P<count>{_COUNTED}))"
)
#: Words in which a figure is none: names of documents, and quoted names with figures in them.
_NAMES = re.compile(
    r"“[^“”]{1,60}”|《[^《》]*》|〔\d+〕\d*号?|［\d+］\d*号?|（\d{1,7}[类款项]）|（(?:\d{3}|\d{5}|\d{7})）"
)
#: A level with its code, 司法（06款）, or its code alone, 司法（20406）.
_CODED_LEVEL = re.compile(r"（(?:\d{1,7}(?P<level>[类款项])|(?<!）（)(?P<code>\d{3}|\d{5}|\d{7})(?!）（[类款项]))）")
#: A level whose bracket is not closed before what is said of it, or is out of sight.
_UNCLOSED_LEVEL = re.compile(r"（[类款项](?=支出|为|$)")

#: A figure that only bounds, estimates or counts out is no fact.
_BOUND_AFTER = re.compile(r"（含）|[及含]?以[上下内外]|左右|上下|余|多(?!于|[支增交用花])|/|每")
_BOUND_BEFORE = re.compile(
    r"(?:单价|单位价值|每[\u4e00-\u9fff]{0,6}|最[高低]|不[超高低少多足][过于]?|超过|高于|低于|大于|小于|至少|接近|第|(?<!节)约|折合|近[^年期]?|美元|欧元|英镑|日元|港[元币]|[*×/=<>≥≤])$"
)
_RANGE_BEFORE = re.compile(r"\d[\d.]*(?:万|亿)?(?:元|%)?[-~～—–至]+$")
#: The figure before shares the unit (各减少12.5，20.6万元): which is whose is open.
_PAIR_BEFORE = re.compile(r"\d\.\d+[，、和及]$")
#: So is of what the second is that stands beside one with the same unit (分别增加12.5万元和20.6万元).
_SAME_UNIT_BEFORE = {"money": re.compile(r"\d[万亿]?元[、和及与]$"), "percent": re.compile(r"\d%[、和及与]$")}

_RISE = r"增加|增长|上升|提高|增幅|上涨|增支|增收|多支出|升高"
_FALL = r"减少|下降|降低|降幅|减幅|压减|压缩|缩减|削减|节约|节省|节支|减支|减收|少支出|回落|下浮|下滑"
#: Falls that are none on the year before unless the text says so.
_SAVINGS = frozenset({"节约", "节省", "节支", "压减", "压缩", "削减"})
_EXTENT = r"(?:了|额|率|数|幅度|比例|金额|资金)*(?:为|是|达到?|约|：)?"
_CHANGE = re.compile(
    rf"(?:(?P<rise>{_RISE})|(?P<fall>{_FALL})|(?P<either>增减|变动|变化))"
    rf"(?:[（/或、](?:(?P<or_rise>{_RISE})|(?P<or_fall>{_FALL})|[-+])）?)?{_EXTENT}$"
)
_STATED_CHANGE = re.compile(rf"(?:(?P<rise>{_RISE})|(?P<fall>{_FALL}))[^，；。（）]*$")
_BARE_CHANGE = re.compile(r"(?:(?P<rise>[增多])|(?P<fall>[减少]))(?:了|支)?$")
_BEYOND = re.compile(r"(?:(?P<rise>高于|大于|多于|超出|超过|超)|(?P<fall>低于|小于|少于))(?P<base>[^，。；]{2,12})$")
#: A saving right after the final amount of a budget that is told: 预算46万元，支出43万元，节约3万元，节约率….
_SAVED_OF = re.compile(
    rf"预算(?:数|安排)?(?:为|是|：)?[\d.,]+[万亿]?元，[^，。；]{{0,16}}(?:支出|决算)(?:数|为|是)*[\d.,]+[万亿]?元"
    rf"(?:，完成[^，。；]{{0,12}}%)?(?:，(?:{'|'.join(sorted(_SAVINGS))}){_EXTENT}[\d.,]*(?:[万亿]?元)?)*$"
)
_REACHING = re.compile(rf"(?:{_RISE}|{_FALL}|增|减|升|降)[到至]$")

_YEARS = r"上一?年度?|上一度|去年度?|往年|同期|20\d\d年度?"
_BUDGETS = r"(?:(?:20\d\d)?年初|全年|当年|本年度?|调整后?|追加)?的?(?<!公共)(?<!基金)(?<!经营)预算(?:数|安排)?"
_COMPARED = re.compile(
    rf"(?:比|较|与|同|和|于)(?:20\d\d年(?:度)?(?=年初|全年|调整))?(?:{_YEARS}|{_BUDGETS}|年初)"
    r"(?:的|决算|预算|执行|完成|实际|同期|水平|支出(?=数)|数|额|年度|相比|比较|对比|相较|比|（[^（）]*）)*"
)
_BASE = re.compile(
    rf"(?:比|较|与|同|于|超[过出]?|小于|大于|低于|高于)(?:(?!{_YEARS})[^，。；])*?(?:20\d\d年度?)?(?P<budget>{_BUDGETS})"
    rf"|上一?年|上一度|去年|同期|同比|(?:比|较|与|同)(?P<year>20\d\d)年"
)
#: Words that name what is compared with, right before its figure in brackets.
_BASE_NAMED = re.compile(rf"(?:比|较|与|同|和)(?:{_YEARS}|{_BUDGETS})(?:的|决算|支出|实际|数)*$")
_COMPLETED = re.compile(
    r"(?P<about>.*)(?:完成|达到|实现|执行|为|占)了?(?P<which>[^，。；为占]{0,16}?)(?<!公共)(?<!基金)(?<!经营)预算(?:数|安排|指标|批复数|金额)?"
    r"的?(?:比例|比重)?(?:为|是)?$"
)
_COMPLETED_OF = re.compile(r"(?P<about>.*)完成了?(?P<which>年初|全年|调整后?|追加|当年)?预算数?$")
_COMPLETION_RATE = re.compile(
    r"(?P<about>.*?)(?:的)?(?:(?:支出|收入)?预算)?(?:执行|完成)(?:率|进度)(?:为|达到?|是|：)?$"
)
_SHARE = re.compile(r"(?P<about>.*)占(?P<whole>[^，]*?)(?:的?(?:比例|比重|比))?的?(?:为|是|达|：)?$")
_RATE = re.compile(r"(?P<about>.*(?:率|满意度|进度))(?:为|达到?|是|：)?$")
_DONE = re.compile(r"(?P<about>.*?)(?:方面|任务)?(?:已|均|全部)*完成了?$")
_SCORE = re.compile(r"(?P<about>.*?(?:得分|评分|总分|分数|平均分|自评分|评价分))(?:结果)?(?:为|是|达到?|：)?$")
_BUDGET = re.compile(
    r"(?P<about>.*?)的?(?P<role>(?:年初|全年|当年|本年度?|调整后?|追加)?(?<!公共)(?<!基金)(?<!经营)预算)(?:数|安排(?:数)?|批复数)?的?$"
)
_ADDED = re.compile(r"(?:年中|当年|本年)?(?:追加|调增)(?:预算)?(?:数|额)?")
_LAST_YEAR = re.compile(
    r"(?P<about>.*?)(?:上一?年度?|去年度?)(?:同期)?(?:的|决算|支出|实际|收入|执行|完成|为)*(?:数|额)?$"
)

_ASIDE = re.compile(r"（(?![类款项])(?!(?<!）（)\d{7}）)[^（）]{7,}）")
_DATE = re.compile(
    r"(?:截至|截止|至)?到?(?P<year>20\d\d)"
    r"(?:(?=年[末初](?:结转|结余))|年(?:度|末|底|初(?!预算)|\d{1,2}月(?:\d{1,2}日|底|末)?)?前?)"
)
_FILLER = re.compile(
    r"^(?:其中|（[一二三四五六七八九十\d]{1,3}）|[①-⑳]|\d{1,2}[“”]?[.、]|[一二三四五六七八九十]是|.{0,10}原因(?:主要)?[是为]?"
    r"|(?:主要|具体)(?=[是为有]|包括|用于|支出)|分别|包括|包含|即|[共总]计(?!划)|共(?![青产同享建])|累计|全年|当年|本年度|本年(?=购置|新增|安排|无|共)"
    r"|今年度?|年度内|截[至止]年[末底]"
    r"|用于|用在|是|为(?![民农老])|有(?![线关限效机色])|的|列明|涉及|安排|实际(?!支)|另有?|此外|还有|含|由|从(?![业事])|、|和(?![解谐平])|及(?!时)|以及|同时|且|并|等(?!级)|）)+"
)
_OWNER = re.compile(r"^[本我全](?:部门|单位|机关|局|委|厅|院|校|市|县|区|省|站|中心|所|办)(?:（[^（）]*）)?的?")
_HAVING = re.compile(r"^.{0,40}?(?:共有|现有|实有)(?=.{2})")
_TAIL = re.compile(r"(?:累计|共计|共|约|为|是|达到?|均|各|分别|：|安排|有|同比|环比|有所|略有|也|又|总体|相应)+$")
_FINAL = re.compile(r"的?(?:决算|执行|实际支出)(?:数|额|金额)?$")
_PLAIN_COST = re.compile(r"(?<!缴)(?<=费)支出$|(?<=（项）)支出$")
_SUBJECT_QUOTES = re.compile(r"[“”](?=[^“”]*[“”]（[类款项]）)|(?<=[^“”])”(?=（[类款项]）)")
#: What is left of a phrase that names no subject of its own.
_NAMELESS = re.compile(
    r"(?:支出|收入)?(?:决算)?|合计数?|总计|共计|总额|总数|金额|数|实际支出|实际|完成|本年|年[末底]|[与比较同]|相比较?|对比"
)


@dataclass(frozen=True)
class Figure:
    """A number with its unit, at ``start`` to ``end`` of the text; ``value`` as printed."""

    start: int
    end: int
    value: Decimal
    kind: Kind
    unit: str
    legible: bool = True


@dataclass(frozen=True)
class Statement:
    """What is said of one figure.

    ``value`` is in 万元, a fraction or a plain number, with its sign.  ``subject`` is ""
    where the words around name none.  ``role`` tells a figure that is not the subject's
    own final amount (年初预算, 上年, 下年, 较预算增减).  ``link`` is the measure of a percentage
    that follows and refers back (完成预算84.82万元的73.2%).
    """

    measure: str
    value: float
    unit: str
    subject: str
    role: str = ""
    link: str = ""


def figures(text: str, start: int = 0, end: int | None = None) -> Iterator[Figure]:
    """The numbers with a unit in ``text[start:end]``, but for bounds, ranges, figures within names and illegible ones."""
    return (figure for figure in legible_or_not(text, start, end) if figure.legible)


def legible_or_not(text: str, start: int = 0, end: int | None = None) -> Iterator[Figure]:
    """As ``figures``, and those that nobody can read, as a 1: what follows may be said of them."""
    masked = _NAMES.sub(lambda name: re.sub(r"\d", "□", name.group()), text)
    for match in _FIGURE.finditer(masked, start, len(text) if end is None else end):
        kind: Kind = (
            "money" if match["money"] else "percent" if match["percent"] else "points" if match["points"] else "count"
        )
        before = text[max(0, match.start() - 14) : match.start()]
        bound = _BOUND_AFTER.match(text, match.end()) or _BOUND_BEFORE.search(before) or _RANGE_BEFORE.search(before)
        bound = bound or _PAIR_BEFORE.search(before)
        if kind in _SAME_UNIT_BEFORE:
            bound = bound or _SAME_UNIT_BEFORE[kind].search(before)
        legible = match["number"][:1].isdigit()
        value = numbers.decimal((match["sign"] or "") + match["number"]) if legible else Decimal(1)
        if bound or value is None:
            continue
        if match["scale"]:
            value = value.scaleb(4 if match["scale"] == "万" else 8)
        yield Figure(match.start(), match.end(), value, kind, match[kind], legible)


#: What says something of a figure stands this near before it; what is farther off is not looked at, however long.
_REACH, SENTENCE_REACH = 300, 1000


def read(figure: Figure, lead: str, before: str, year: int | None, link: str = "") -> Statement | None:
    """What ``lead``, the text from the figure before to this one, says of ``figure``; None: no reported figure.

    ``before`` is the sentence up to the figure, ``year`` the year reported on, ``link``
    that of the statement before.
    """
    clause = _clause(lead[-SENTENCE_REACH:])
    change = _CHANGE.search(clause)
    if not change and (_COMPARED.search(clause) or "预算" in clause):
        change = _BARE_CHANGE.search(clause) or _BEYOND.search(clause)
    if change:
        return _changed(figure, clause, change, before, year)
    if figure.kind == "percent":
        return _percentage(figure, clause, link, year)
    if figure.kind == "points":
        score = _SCORE.fullmatch(clause)
        return Statement("score", float(figure.value), "分", tidy(score["about"], year)[0]) if score else None
    if figure.kind == "count":
        subject, role = tidy(re.sub(r"^.*?(?:组织)?对[^，]*$", "", clause), year)
        return Statement("count", float(figure.value), figure.unit, subject, role)
    return _amount(figure, clause, year)


def money(figure: Figure) -> float:
    """A sum of money in 万元."""
    unit = figure.unit if figure.unit.endswith("元") else figure.unit + "元"
    return float(figure.value.scaleb(numbers.UNITS[unit]))


def fraction(figure: Figure) -> float:
    """A percentage as a fraction."""
    return float(figure.value.scaleb(-2))


def _magnitude(figure: Figure) -> tuple[float, str]:
    if figure.kind == "money":
        return money(figure), "万元"
    return (fraction(figure), "fraction") if figure.kind == "percent" else (float(figure.value), figure.unit)


def _clause(lead: str) -> str:
    """The end of ``lead`` that belongs to the figure: after the last comma or opened bracket, and no longer than _REACH."""
    parts = re.split(r"[，；：。]", _ASIDE.sub("", lead))
    clause = parts.pop()
    if parts and parts[-1].endswith("的"):
        clause = parts.pop() + clause
        clause = parts.pop() + clause if parts and parts[-1].endswith("中") else clause
    clause = _UNCLOSED_LEVEL.sub(r"\g<0>）", clause[-_REACH:])
    depth = 0
    for i in range(len(clause) - 1, -1, -1):
        depth += (clause[i] == "）") - (clause[i] == "（")
        if depth < 0:
            # 与上年（29.00万元）相比: the figure is that of the words before its bracket.
            return clause[i + 1 :] or (clause[:i] if _BASE_NAMED.search(clause[:i]) else "")
    return clause


def _changed(figure: Figure, clause: str, change: re.Match[str], before: str, year: int | None) -> Statement | None:
    """A rise or a fall.  None where the words leave open which (增加（减少）), or say minus a fall."""
    sign = _direction(figure, change.groupdict(), before)
    if not sign or figure.kind == "points" or (change.re is _BEYOND and not _BASE.search(change.group())):
        return None
    subject, _ = tidy(_COMPARED.sub("", clause[: change.start()]), year)
    value, unit = _magnitude(figure)
    role = _against(clause if figure.kind == "count" else before, change, year)
    if not role:
        return Statement("yoy_rate" if unit == "fraction" else "yoy_change", value * sign + 0.0, unit, subject)
    measure = {"money": "amount", "percent": "share"}.get(figure.kind, "count")
    return Statement(measure, abs(value) if role in _SAVINGS else value * sign + 0.0, unit, subject, role)


def _direction(figure: Figure, words: dict[str, str | None], before: str) -> int:
    """1 for a rise, -1 for a fall, 0 where that is open."""
    sign = 1 if words.get("rise") else -1 if words.get("fall") else 0
    other = words.get("or_fall") if sign > 0 else words.get("or_rise")
    if figure.value < 0:
        return 1 if sign >= 0 else 0
    if figure.value == 0 or (sign and not other):
        return sign or 1
    parts = before.rsplit("，", 1)
    stated = _STATED_CHANGE.search(parts[0]) if len(parts) == 2 else None
    return 0 if not stated else 1 if stated["rise"] else -1


def _against(words: str, change: re.Match[str], year: int | None) -> str:
    """The role of a change that is none on the year before: what ``words`` last compare with."""
    bases = list(_BASE.finditer(words))
    if not bases:
        saved = change.groupdict().get("fall") in _SAVINGS
        return "" if not saved else "较预算增减" if _SAVED_OF.search(words) else change.group("fall")
    if bases[-1]["budget"]:
        return "较预算增减"
    since = bases[-1]["year"]
    return f"较{since}年增减" if since and year and int(since) != year - 1 else ""


def _percentage(figure: Figure, clause: str, link: str, year: int | None) -> Statement | None:
    value, unit = fraction(figure), "fraction"
    if clause == "的":
        return Statement(link, value, unit, "") if link else None
    if done := _COMPLETED.fullmatch(clause):
        other = re.search(r"追加|调整", done["which"])
        about = _about(done["about"], year, f"{other[0]}预算" if other else "")
        return Statement("budget_completion", value, unit, *about)
    if (done := _COMPLETION_RATE.fullmatch(clause)) and re.search(r"执行|预算", clause):
        return Statement("budget_completion", value, unit, *_about(done["about"], year, ""))
    if share := _SHARE.fullmatch(clause):
        return Statement("share", value, unit, tidy(share["about"], year)[0])
    if rate := _RATE.fullmatch(clause):
        subject = tidy(rate["about"], year)[0]
        return Statement("share", value, unit, subject) if subject else None
    if done := _DONE.fullmatch(re.sub(r"较年初完成$", "完成", clause)):
        subject, _ = tidy(_COMPARED.sub("", done["about"]), year)
        return Statement("share", value, unit, subject, "完成") if subject else None
    return None


def _amount(figure: Figure, clause: str, year: int | None) -> Statement | None:
    value, unit = money(figure), "万元"
    clause = _REACHING.sub("", clause)
    if done := _COMPLETED_OF.fullmatch(clause):
        about = _about(done["about"], year, f"{done['which'] or ''}预算")
        return Statement("amount", value, unit, *about, "budget_completion")
    if (share := _SHARE.fullmatch(clause)) and len(share["whole"]) > 1:
        return Statement("amount", value, unit, tidy(share["whole"], year)[0], "", "share")
    bare = _TAIL.sub("", clause)
    if budget := _BUDGET.fullmatch(bare):
        words = re.sub(r"^(?:比|较|与|同|由|从)", "", budget["about"])
        return Statement("amount", value, unit, *_about(words, year, budget["role"].replace("后", "")))
    if last := _LAST_YEAR.fullmatch(bare):
        words = re.sub(r"(?:比|较|与|同|由|从)$", "", last["about"])
        return Statement("amount", value, unit, *_about(words, year, "上年"))
    if _ADDED.fullmatch(bare):
        return Statement("amount", value, unit, "", "追加预算")
    subject, role = tidy(clause, year)
    if re.match(r"[比较]|[与同](?:上年|20|预算|年初)", subject):
        return None
    return Statement("amount", value, unit, subject, role)


def _about(words: str, year: int | None, role: str) -> tuple[str, str]:
    return tidy(words, year)[0], role


def tidy(words: str, year: int | None = None) -> tuple[str, str]:
    """The subject in ``words`` ("" if they name none), and "上年" or "下年" where they date it before or after ``year``."""
    role = ""
    words = _strip(_CODED_LEVEL.sub(lambda coded: f"（{coded['level'] or LEVELS[len(coded['code'])]}）", words))
    dates = list(_DATE.finditer(words))
    if dates:
        date = dates[-1]
        earlier, later = words[: date.start()], _strip(words[date.end() :])
        off = int(date["year"]) - (year or int(date["year"]))
        role = "上年" if off < 0 else "下年" if off > 0 else ""
        words = earlier + later if earlier.endswith("的") else later if _named(later) else earlier
    words = _FINAL.sub("", _strip(_HAVING.sub("", words)))
    words = _SUBJECT_QUOTES.sub("", _PLAIN_COST.sub("", words))
    words = re.sub(r"^“([^“”]+)[”]?$", r"\1", words)
    return (words if _named(words) else ""), role


def _strip(words: str) -> str:
    return _TAIL.sub("", _OWNER.sub("", _FILLER.sub("", words)))


def _named(words: str) -> bool:
    return not _NAMELESS.fullmatch(_FINAL.sub("", words)) and bool(re.search(r"[\u4e00-\u9fffA-Za-z]", words))
