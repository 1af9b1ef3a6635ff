"""Words that a template or a slip of the hand left in a report: placeholders, hints how to fill in, doubled words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from jscore.narrative.paragraphs import Paragraph
from jscore.relations.completeness import words_at
from jscore.relations.model import Figure, Result, Tests, in_words
from jscore.relations.source import Source
from jscore.schema import BOX

TESTS = Tests()

_CHINESE = "一二三四五六七八九〇零"
#: The commonest surnames: 李某某 is a person who is not named, and no placeholder; 于某某单位 is one.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹"
    "薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤查"
)
_ORGANISATION = "单位|部门|机构|公司|企业|项目|学校|医院|中心|街道|平台|系统|局(?!长)|[厅委省市县区乡镇村]"
#: What a template prints where something is to be filled in.
_PLACEHOLDER = re.compile(
    rf"(?<![A-Za-z])[XxＸｘ×✕]{{2,}}(?![A-Za-z])|20[XxＸ×]{{1,2}}年|[＊*]{{2,}}|[_＿]{{2,}}"
    rf"|(?<![{_CHINESE}])[○〇]{{2,}}(?![{_CHINESE}年])|(?<![{_SURNAMES}])某某|某某(?={_ORGANISATION})"
    r"|(?<=[为的年（“])[○◯□]{1,3}(?=[万个部单局人次，。）”])"
)
#: A year that lost or won a digit (建校200年 is none).
_MISPRINTED_YEAR = re.compile(r"(?<![\d.])(?:20\d|20\d{3,4})年度")
#: Hints how to fill in a template.
_HINT = re.compile(
    r"(?<![申邀报提])请(?!人)[^，。；（）]{0,8}填[写列报]|（[^（）]{0,24}(?:填写|自行[增删]|可删除|请删除|无则不填|可不填|如有请)[^（）]{0,24}）"
    r"|由[^，。；]{2,12}根据[^。；]{2,40}填写|（(?:如有|如无|若有|若无)[^（）]{0,20}）|（示例|（样例|（此处"
)
#: A unit with the figure before it left out.
_BLANK = re.compile(
    r"(?:增加|减少|增长|下降|降低|支出|收入|资金|总计|合计|共计|预算数?为|执行数为?|决算数?为|得分为?|保有量|预算的)"
    r"(?:万元(?![以户村])|％|%|分(?=[，。；])|辆(?=[，。；])|个(?=[，。；])|人次|批次)"
)
#: A figure with its unit left out: 增长13.95。 (ordinals and years have no decimals).
_NO_UNIT = re.compile(
    r"(?:增长|增加|下降|减少|降低|预算的|决算为|决算数为|预算为|预算数为|支出合计|收入合计|总计|占[^，。；：\d]{0,16}的)(?:了|为)?\d{1,3}(?:,?\d{3}){0,4}\.\d{1,4}(?=[，。；）])"
)
#: Words of a template of which one had to be chosen: 减少0.15万元，下降（增长）27.78%.
_EITHER = re.compile(
    r"(?:增加|增长|上升)（(?:减少|下降|降低)）|(?:减少|下降|降低)（(?:增加|增长|上升)）|[大小]于（[大小]于）"
)
_EMPTY_QUOTES = re.compile(r"“”|《》|‘’")
#: Single characters and words that nobody writes twice in a row on purpose, and punctuation.
_DOUBLED = re.compile(
    r"(?<!目)的的(?!确)|是是(?![非否])|(?<![实存现内外])在在(?![岗职校建编册线地])|或或|万元万元|亿元亿元|元元(?=[，。；])"
    r"|支出支出|收入收入|经费经费|决算决算|情况情况|主要主要|主要是主要是|原因原因|其中其中|以及以及|进行进行|开展开展|根据根据|按照按照"
    r"|本年本年|增加增加|减少减少|合计合计|共计共计|包括包括|人次人次|用于用于"
    r"|，，|、、|；；|：：|，。|。，|、。|、，|；。|。；|：。|(?<!。)。。(?!。)"
)
#: A name that is the word for none, where something is said to be there.
_NAMELESS = re.compile(r"(?:的|对|对：)“?无”?等(?P<count>[1-9]\d*)个")
_FILLER = re.compile(
    r"[一二三四五]是“?无”?(?=[；。，])|“?无”?等0个|“?无”?等(?:第三方|项目)|(?<![有并])无项目.{2,8}报告见附件"
)
#: What a clause of a template's hint what to write about ends in.
_TOPIC = re.compile(r"(?:情况|做法|方面|内容)等?$")
#: Rates that cannot be above 100%.
_AT_MOST_ALL = re.compile(
    r"(?:满意|合格|覆盖|及时|到位|合规|达标|准确|知晓|通过|拨付|发放|公开|完好|优良|到课|签约|验收).{0,4}(?:率|度|比例)$"
)


@dataclass(frozen=True)
class Words:
    """A piece of printed text and where it stands."""

    text: str
    place: Paragraph | dict[str, object]

    def figure(self, at: int, text: str) -> Figure:
        if isinstance(self.place, Paragraph):
            return words_at(f"“{text}”", self.place.line_at(at), text)
        box = tuple(float(str(self.place[name])) for name in BOX)
        page = int(str(self.place["page"]))
        return Figure(f"“{text}”", None, page=page, box=(box[0], box[1], box[2], box[3]), text=self.text)


def prose(source: Source) -> list[Words]:
    return [Words(paragraph.text, paragraph) for paragraph in source.paragraphs]


def cells(source: Source) -> list[Words]:
    """The printed cells with text in them."""
    printed = source.frames["cells"]
    columns = ["page", *BOX, "text"]
    lines = zip(*(printed[name].tolist() for name in columns), strict=True)
    return [
        Words(line[-1], dict(zip(columns, line, strict=True)))
        for line in lines
        if isinstance(line[-1], str) and line[-1]
    ]


def _everywhere(pattern: re.Pattern[str], words: Sequence[Words]) -> Iterator[tuple[Words, re.Match[str], int]]:
    """Each match in ``words`` with its place in its own text: all are searched as one, as most have none."""
    starts = [0, *accumulate(len(piece.text) + 1 for piece in words)]
    joined = "\n".join(piece.text for piece in words)
    for match in pattern.finditer(joined):
        number = bisect_right(starts, match.start()) - 1
        yield words[number], match, match.start() - starts[number]


def _left(patterns: Iterable[re.Pattern[str]], words: Sequence[Words], what: str) -> Iterator[Result]:
    """A result for every piece of text with matches; one that holds where there are none."""
    matched: dict[int, tuple[Words, list[tuple[int, str]]]] = {}
    for pattern in patterns:
        for piece, match, at in _everywhere(pattern, words):
            matched.setdefault(id(piece), (piece, []))[1].append((at, match.group()))
    for piece, matches in matched.values():
        at = matches[0][0]
        named = "、".join(f"“{text}”" for text in dict.fromkeys(text for _, text in matches))
        around = piece.text[max(0, at - 12) : at + 24]
        message = f"{what}{named}：…{around}…"
        yield in_words(around, False, message, [piece.figure(place, text) for place, text in matches])
    if words and not matched:
        yield in_words("全文", True, "")


@TESTS.of("left.placeholder")
def placeholder(source: Source) -> Iterator[Result]:
    yield from _left((_PLACEHOLDER, _BLANK, _EMPTY_QUOTES), prose(source), "遗留待填的内容")
    accounts = [piece for piece in prose(source) if isinstance(piece.place, Paragraph) and piece.place.accounts]
    yield from _left((_NO_UNIT,), accounts, "数字没有单位")
    yield from _left((_EITHER,), accounts, "模板的用语没有选定")
    yield from _left((_PLACEHOLDER,), cells(source), "表中遗留待填的内容")


@TESTS.of("left.year")
def misprinted_year(source: Source) -> Iterator[Result]:
    yield from _left((_MISPRINTED_YEAR,), prose(source), "年度印错")


@TESTS.of("left.hint")
def hint(source: Source) -> Iterator[Result]:
    topics = [Words(p.text, p) for p in source.paragraphs if p.accounts and _topics_only(p.text)]
    for piece in topics:
        message = f"像是模板的填写提示，没有写出情况：“{piece.text[:60]}”"
        yield in_words(piece.text[:24], False, message, [piece.figure(0, piece.text)])
    yield from _left((_HINT,), [piece for piece in prose(source) if piece not in topics], "遗留填写提示")


def _topics_only(text: str) -> bool:
    """Whether a paragraph but names what to write about: three clauses or more, each ending in 情况 or 做法等, no figure."""
    clauses = [clause for clause in re.split("[；。]", text) if clause]
    return len(clauses) >= 3 and not re.search(r"\d", text) and all(_TOPIC.search(clause) for clause in clauses)


@TESTS.of("left.doubled")
def doubled(source: Source) -> Iterator[Result]:
    yield from _left((_DOUBLED,), prose(source), "重复的字词或标点")


@TESTS.of("left.nameless")
def nameless(source: Source) -> Iterator[Result]:
    yield from _left((_NAMELESS,), prose(source), "有项目而名称为“无”")


@TESTS.of("left.filler")
def filler(source: Source) -> Iterator[Result]:
    matches = list(_everywhere(_FILLER, prose(source)))
    figures = [piece.figure(at, match.group()) for piece, match, at in matches]
    message = f"以“无”充填模板语句{len(matches)}处，如“{matches[0][1].group()}”" if matches else ""
    yield in_words("全文", not matches, message, figures)


@TESTS.of("left.percent")
def percent(source: Source) -> Iterator[Result]:
    rates = [
        (indicator.label, rate)
        for indicator in source.evaluations.indicators
        if indicator.line["unit"] in ("%", "％")
        and _AT_MOST_ALL.search(re.sub(r"\W", "", indicator.line["level3"] or ""))
        for rate in (indicator.number("target", "%"), indicator.number("actual", "%"))
        if rate
    ]
    rates += [
        (line["subject"], source.fact(row))
        for row, line in source.evaluations.records("narrative")
        if line["measure"] == "share" and line["subject"].endswith("覆盖率")
    ]
    for subject, rate in rates:
        if (rate.value or 0) > 1:
            words = f"{rate.label}为{(rate.value or 0) * 100:g}%，不可能超过100%"
            yield in_words(subject, False, words, [rate])
    if rates:
        yield in_words("其余比率", True, "")
