"""The years that the narrative names: sentences of the accounts are about the report's year, and compare it with the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jscore.narrative.paragraphs import Paragraph, sentences
from jscore.relations.completeness import words_at
from jscore.relations.model import Result, Tests, in_words
from jscore.relations.printed import printed
from jscore.relations.source import Source
from jscore.relations.statements import Statement, statements
from jscore.text.numbers import NOISE

TESTS = Tests()

#: The year that a sentence opens with, behind its number and the department's name.
_LEADING = re.compile(
    r"^(?:[^，。；：“”\d]{1,40}?(?:部门|[局委办厅部院会所站校园馆队处社团区县市省]|中心|街道|政府|单位|机关|（本级）))?"
    r"(?P<year>20\d\d)年(?:度|，)?(?!度?(?:年初|[初末底来前至、\-—]|\d{1,2}月|以[来前后]|期间|预算|部门预算))"
)
_COMPARED = re.compile(r"(?:与|较|比|同)(?P<year>20\d\d)年(?:度)?(?!年?初|全年|调整|[^，。；]{0,6}预算)")
_SETTLED = re.compile(r"(?P<year>20\d\d)年度?(?:支出|收入)?决算(?:数|支出)?[为是]?\d")
#: What is of an earlier year, though it is told in this one's accounts.
_FROM_EARLIER = re.compile(r"[^，。；]{0,12}(?:结转|结余|遗留|尾款|[购建批下][^，。；]{0,4}的)")
#: A sentence of what is to come.
_PLANS = re.compile(r"将|计划|拟|预计|安排|下一步|目标|结转[到至下]|列入|编制|申报")
_AGAINST_BUDGET = re.compile(r"预算数?(?:持平|的主要原因|的原因)|完成(?:年初|全年|当年)?预算")
_NOTHING = re.compile(r"[无没]有?[^，。；]{0,24}(?:收入|支出|收支|经费)")
_LAST = re.compile(r"上一?年|去年|同期")
#: Chapters that tell of other years, too.
_OF_ANY_YEAR = re.compile(r"绩效|评价")


@TESTS.of("narrative.year")
def year(source: Source) -> Iterator[Result]:
    reported: int = source.info.get("year") or 0
    for paragraph in source.paragraphs if reported else ():
        if not paragraph.accounts or paragraph.is_heading or _OF_ANY_YEAR.search(paragraph.section):
            continue
        for start, end in sentences(paragraph.text):
            start += len(paragraph.number) if start == 0 else 0
            sentence = paragraph.text[start:end]
            leading, compared = _LEADING.search(sentence), list(_COMPARED.finditer(sentence))
            named = leading or next(iter(compared), None) or _SETTLED.search(sentence)
            if not named:
                continue
            wrong = _wrong(source, paragraph, sentence, leading, compared, reported)
            match, why = wrong or (named, "")
            words = sentence[max(0, match.start() - 8) : match.end() + 16]
            place = words_at(f"“{words}”", paragraph.line_at(start + match.start("year")), sentence)
            yield in_words(words, not wrong, f"情况说明“{words}”{why}", [place])


def _wrong(
    source: Source,
    paragraph: Paragraph,
    sentence: str,
    leading: re.Match[str] | None,
    compared: list[re.Match[str]],
    reported: int,
) -> tuple[re.Match[str], str] | None:
    """Which year of a sentence cannot be, and why."""
    about = int(leading["year"]) if leading else reported
    stated = [x for x in statements(source) if x.text and x.text in paragraph.text and sentence.endswith(x.text)]
    other = f"写作{about}年，而报告年度为{reported}年"
    later = next((match for match in compared if int(match["year"]) >= about), None)
    if about > reported:
        told = stated or _NOTHING.search(sentence) or "决算" in sentence
        return (leading, other) if leading and told and not _PLANS.search(sentence) else None
    settled = next((match for match in _SETTLED.finditer(sentence) if int(match["year"]) > reported), None)
    if settled:
        return settled, f"写作{settled['year']}年，而报告年度为{reported}年"
    if later and about == reported:
        return later, f"与{later['year']}年比较，而报告年度为{reported}年"
    if leading and about < reported:
        if _FROM_EARLIER.match(sentence, leading.end()):
            return None
        of_section = [near.text for near in source.paragraphs if near.section == paragraph.section]
        alone = str(reported) not in paragraph.text
        of_now = (
            later
            or _AGAINST_BUDGET.search(sentence)
            or any(_is_of_this_year(source, x) for x in stated)
            or (alone and (compared or not stated) and (stated or _NOTHING.search(sentence)))
            or (alone and any(_only_then(source, x) for x in stated))
            or (stated and not any(str(reported) in text for text in of_section))
        )
        return (leading, other) if of_now else None
    before = next((match for match in compared if int(match["year"]) == reported - 2), None)
    alone = not _LAST.search(sentence) and f"{reported - 1}年" not in paragraph.text
    if before and (alone or any(_only_against(source, x, reported - 2) for x in stated)):
        return before, f"与{before['year']}年比较，而上一年度为{reported - 1}年"
    return None


def _is_of_this_year(source: Source, statement: Statement) -> bool:
    """Whether an amount that is given as one of an earlier year is what the tables print of this year."""
    if statement.measure != "amount" or statement.role != "上年" or not statement.value or not statement.term:
        return False
    sums = [parts for parts in printed(statement.term, source) if len(parts) == 1]
    same = any(abs((parts[0].value or 0.0) - statement.value) <= NOISE for parts in sums)
    return same and _only_then(source, statement)


def _only_then(source: Source, statement: Statement) -> bool:
    """Whether an amount or a count of an earlier year is stated under a heading, and none of this year."""
    if statement.measure not in ("amount", "count") or statement.role != "上年":
        return False
    return not any(
        (x.section, x.path, x.measure, x.role) == (statement.section, statement.path, statement.measure, "")
        for x in statements(source)
    )


def _only_against(source: Source, statement: Statement, year: int) -> bool:
    """Whether a change is one on ``year``, and under its heading the subject has none on the year before."""
    return statement.role == f"较{year}年增减" and not any(
        (x.section, x.path, x.role) == (statement.section, statement.path, "")
        and x.measure in ("yoy_change", "yoy_rate")
        for x in statements(source)
    )
