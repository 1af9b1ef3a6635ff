"""The figures that the 情况说明 states in prose, each with what it is about.

Subjects, as the sentence words them but in one writing (brackets full-width; dates, the
department and verbs left out; 公务接待费支出 is 公务接待费):

- ``收入总计``, ``行政运行`` … what the sentence is about.  Shares, changes and completions
  have the subject of the amount they belong to, so that a subject groups its figures.
- ``…（类）…（款）…（项）`` always whole and alone, so that it can be joined from the tables' names.
- ``whole > part``: a part named after 其中, 主要是, 包括, 涉及 or in a reason.
- ``subject 年初预算``, ``… 全年预算``, ``… 预算``, ``… 上年``, ``… 下年``: an amount that is not the final one of the
  year; ``… 追加预算``, ``… 调整预算``: a completion of another budget than the opening one.
- ``subject 较预算增减``, ``… 较2019年增减``: a change, with its sign, that is not one on the year
  before; measure ``amount`` or ``share`` (``… 节约``: a saving on nothing that is named, positive).
- ``project 自评得分``, ``… 全年预算数``, ``… 执行数``, ``… 完成预算``, ``… 产出指标完成``: a project's paragraph.

A change in a count (比上年增加 2 批次) is a ``yoy_change`` in the unit counted.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from jscore import schema
from jscore.language import tr
from jscore.narrative import wording
from jscore.narrative.paragraphs import CHAPTER, PART, SECTION, Paragraph, paragraphs, sentences
from jscore.narrative.summaries import PROSE, project_figures, project_name
from jscore.narrative.wording import Figure, Statement
from jscore.pdf.pages import Line
from jscore.text.signs import VEILED

_NOTE = re.compile(r"(?:注|备注|说明|附注)\d?[：:]")
#: A sentence that goes on comparing with what the one before compares with.
_CONTINUES = re.compile(r"其中|主要|具体|变动|原因")
#: What numbers the parts of a list in a sentence: 一是…；二是….
_NUMBERS = "一二三四五六七八九十"
#: What orders the figures of a sentence.
_MARKS = re.compile(
    r"(?P<parts>\A：|其中|具体(?:是|为)(?=：)|(?<=（)(?:含|包括)(?!）)|(?:以下|下列|以上)(?:方面|部分|构成|组成)|包括(?=：))|(?P<cause>原因|由于)"
    r"|(?P<gist>主要(?:是|为|包括|用于)|包括|包含|用于)|(?P<scope>涉及)"
    r"|(?P<close>(?<![高平中初均同])等(?=[，；。、）]|支出|费用|方面|业务|项目|原因|内容|经费|资金))"
    rf"|(?P<number>(?<![^，。；：])[{_NUMBERS}]是)|(?P<semicolon>；)|(?P<open>（)|(?P<shut>）)"
)
#: A cause that names money (项目支出增加), and so may own the figure after it.
_CAUSED = re.compile(
    r"(?<![^，。；：])(?P<about>[^，。；：]*(?:支出|经费|费|收入|资金|费用|补助|工资|奖金|金额|基数))(?:有所|略有|大幅)?"
    r"(?:增加|增长|减少|下降|降低)[^，。；：]{0,6}，[^，]*$"
)
#: Another part is named behind a semicolon, without its amount.
_ANOTHER_PART = re.compile(r"；(?![占比较同与])[^，。；：]{0,20}(?:支出|收入|费)[^。；：]{0,20}，[^，。；：]*$")
_ENDS_IN_ITEM = re.compile(r"（\d*项）[”]?$")
_NUMBERED = re.compile(rf"[{_NUMBERS}](?=是)")
_STAGED = re.compile(r"(?P<noun>项目|单位|部门)(?:开展|进行|实施)了?(?P<what>.+)")
_TITLE_TAIL = re.compile(r"(?:决算)?(?:总体|具体|结构|工作)*(?:情况)?的?(?:说明|情况)?$")
_GRADES = re.compile(r"(?P<scale>评[级价][^，为]{0,4}|等级)为(?P<grade>.{1,3})")
_DEPENDENT = frozenset({"share", "budget_completion", "yoy_change", "yoy_rate"})
_NEST = " > "


@dataclass
class _Nest:
    """A list of parts that is open: 其中：….  ``depth`` is that of the bracket around it."""

    whole: str
    kind: str
    depth: int
    parts: int = 0
    owned: bool = False
    split: bool = False
    numbered: int = 0


@dataclass
class _Running:
    """What the text is about at a point of a paragraph.

    ``topic`` is the paragraph's subject, ``above`` that of the text above it, ``current``
    the last that was named, ``year`` the year reported on.
    """

    topic: str
    above: str
    year: int | None
    current: str = ""
    grades: str = ""
    depth: int = 0
    nests: list[_Nest] = field(default_factory=list)


def facts(lines: Iterable[Line]) -> pd.DataFrame:
    """Frame ``narrative`` (fact_no to sentence) of the ``lines`` of a report that stand outside its tables.

    Amounts are in 万元, shares, rates and completions fractions; a fall is negative.
    Left out: duties, glossary and notes; dates, thresholds and ranges; figures in what is
    said of problems and of improvements; changes whose direction is left open.  Of what a
    project achieved only the completion of its kinds of indicators is a fact (``share``).
    """
    return facts_of(paragraphs(lines))[0]


def facts_of(all_paragraphs: Iterable[Paragraph]) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Frame ``narrative`` of paragraphs, as ``facts`` of their lines, and {"page", "text", "why"} of figures said of what cannot be read."""
    of_something: list[dict[str, Any]] = []
    of_nothing: list[dict[str, Any]] = []
    for record in _records(_stating(all_paragraphs)):
        if record["subject"] and VEILED not in record["subject"]:
            of_something.append(record)
        else:
            why = tr("所说的是哪一项未能读出")
            of_nothing.append({"page": record["page"], "text": record["printed"], "why": why})
    numbered = enumerate(of_something, start=1)
    return schema.from_records("narrative", [{"fact_no": number, **record} for number, record in numbered]), of_nothing


def _stating(all_paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    """The paragraphs that may state accounts."""
    return [p for p in all_paragraphs if p.accounts and not _NOTE.match(p.text) and not PROSE.search(p.section)]


def _records(stating: Sequence[Paragraph]) -> Iterator[dict[str, Any]]:
    year = _year(stating)
    above = parent = section = last = ""
    for paragraph in stating:
        if paragraph.section != section:
            section, above, parent = paragraph.section, _title_topic(paragraph), ""
        if name := project_name(paragraph):
            yield from _project_records(paragraph, name)
            continue
        if paragraph.level is not None:
            parent = ""
        running = _Running(_head_topic(paragraph, year), above, year)
        whole = last if paragraph.text.startswith("其中") else parent
        if whole:
            running.topic = whole
        yield from _sentence_records(paragraph, running, whole)
        last = running.topic
        if paragraph.level is None or paragraph.level <= SECTION:
            above = running.topic or above
        if paragraph.text.rstrip("：，").endswith("其中"):
            parent = running.topic


def _year(stating: Iterable[Paragraph]) -> int | None:
    """The year reported on: the one named most often."""
    years = [int(year) for p in stating for year in re.findall(r"(20\d\d)年", p.text)]
    return max(set(years), key=lambda year: (years.count(year), year)) if years else None


def _title_topic(paragraph: Paragraph) -> str:
    """What the nearest heading announces: 机关运行经费支出情况 is about 机关运行经费."""
    title = paragraph.section.split(" / ")[-1]
    title = re.sub(r"^(?:[一二三四五六七八九十]+、|（.{1,3}）|\d+[.、])", "", title)
    title = _TITLE_TAIL.sub("", title)
    return title if title in ("收入", "支出") else wording.tidy(title)[0]


def _head_topic(paragraph: Paragraph, year: int | None) -> str:
    """The subject that a paragraph opens with, apart from its figures: 1.公务接待费。…"""
    if paragraph.level in (PART, CHAPTER) or (paragraph.level is None and not _ENDS_IN_ITEM.search(paragraph.head)):
        return ""
    if len(paragraph.head) > 90 or re.search(r"[，；]", paragraph.head) or any(wording.figures(paragraph.head)):
        return ""
    return wording.tidy(_TITLE_TAIL.sub("", paragraph.head), year)[0]


# --- one paragraph ----------------------------------------------------------------------------


def _sentence_records(paragraph: Paragraph, running: _Running, whole: str) -> Iterator[dict[str, Any]]:
    """The facts of a paragraph; ``whole`` is what the paragraph lists the parts of, if it does."""
    text = paragraph.text
    prose = PROSE.search(text)
    stop = prose.start() if prose else len(text)
    since = 0
    waiting = deque(wording.legible_or_not(text, 0, stop))
    for start, end in sentences(text[:stop]):
        nested = bool(running.nests)
        before = running.topic if nested or not running.current else running.current
        running.current, running.depth, running.grades = running.topic, 0, ""
        running.nests = [_Nest(whole, "parts", 0)] if whole else []
        if text.startswith(("其中", "一是"), start) and not whole:
            running.current = before
        since = since if _CONTINUES.match(text, start) else start
        lead, link, earlier = start + (len(paragraph.number) if start == 0 else 0), "", False
        while waiting and waiting[0].end <= end:
            figure = waiting.popleft()
            words = text[lead : figure.start]
            before = text[max(since, figure.start - wording.SENTENCE_REACH) : figure.start]
            statement = wording.read(figure, words, before, running.year, link)
            if not statement:
                continue
            if earlier and statement.measure == "amount" and not statement.role and words.startswith(("、", "和")):
                statement = replace(statement, role="上年")  # 与2023年收入总计…、支出总计…相比
            earlier = statement.role == "上年"
            _follow(running, words)
            subject = _subject(running, statement, figure, words, text)
            lead, link = figure.end, statement.link
            if figure.legible:
                yield _record(paragraph, figure, (start, end), subject, statement)
        _follow(running, text[lead:end])


def _as_printed(paragraph: Paragraph, figure: Figure, sentence: tuple[int, int]) -> str:
    """The sentence of ``figure``, or what is near it of one that is longer than any is."""
    near = figure.start - wording.SENTENCE_REACH, figure.end + wording.SENTENCE_REACH
    return paragraph.as_printed(max(sentence[0], near[0]), min(sentence[1], near[1]))


def _record(
    paragraph: Paragraph, figure: Figure, sentence: tuple[int, int], subject: str, statement: Statement
) -> dict[str, Any]:
    line = paragraph.line_at(figure.start)
    return {
        "section": paragraph.section,
        "subject": subject,
        "measure": statement.measure,
        "value": statement.value,
        "unit": statement.unit,
        "printed": paragraph.as_printed(figure.start, figure.end),
        "page": line.page,
        **dict(zip(schema.BOX, line.shown or line.box, strict=True)),
        "sentence": _as_printed(paragraph, figure, sentence),
    }


def _project_records(paragraph: Paragraph, name: str) -> Iterator[dict[str, Any]]:
    spans = list(sentences(paragraph.text))
    for what, measure, figure, value in project_figures(paragraph):
        sentence = next(span for span in spans if span[0] <= figure.start < span[1])
        unit = {"score": "分", "amount": "万元"}.get(measure, "fraction")
        yield _record(paragraph, figure, sentence, f"{name} {what}", Statement(measure, value, unit, name))


def _follow(running: _Running, words: str) -> None:
    """Open and close lists of parts as ``words`` do."""
    gist = len(words)
    for mark in _MARKS.finditer(words):
        kind = str(mark.lastgroup)
        if kind == "open":
            running.depth += 1
            if mark.start() == 0 and running.current:  # 基本支出120.04万元（人员经费90.02万元、…），占总支出的…
                running.nests.append(_Nest(running.current, "parts", running.depth))
        elif kind == "shut":
            running.depth -= 1
            while running.nests and running.nests[-1].depth > max(running.depth, 0):
                _close(running)
        elif kind == "close":
            if running.nests and running.nests[-1].kind != "cause" and running.nests[-1].parts:
                _close(running)
        elif kind == "number":
            _number(running, _rank(mark))
        elif kind == "semicolon":
            _semicolon(running, _rank(_NUMBERED.match(words, mark.end())))
        else:
            gist = mark.end() if kind == "gist" else len(words)
            _open(running, kind)
    if running.nests and running.nests[-1].kind == "gist" and not running.nests[-1].parts and "，" in words[gist:]:
        _close(running)  # 主要用于职工培训，会议费…: what it was for, not a list


def _open(running: _Running, kind: str) -> None:
    innermost = running.nests[-1] if running.nests else None
    if innermost and (innermost.whole, innermost.depth) == (running.current, running.depth):
        innermost.kind = kind
    elif running.current or kind == "cause":
        running.nests.append(_Nest(running.current or running.above, kind, running.depth))


def _close(running: _Running) -> None:
    running.current = running.nests.pop().whole


def _rank(number: re.Match[str] | None) -> int:
    return _NUMBERS.index(number[0][0]) + 1 if number else 0


def _number(running: _Running, rank: int) -> None:
    """一是 begins a list of parts, or numbers those of one that is open: 主要用于两个方面：一是…；二是…."""
    innermost = running.nests[-1] if running.nests else None
    if rank == 1 and (not innermost or (innermost.parts and innermost.kind != "cause")):
        _open(running, "parts")
    elif rank == 1 and innermost and innermost.kind == "gist":
        innermost.kind = "parts"
    if running.nests and (rank == 1 or running.nests[-1].numbered):
        running.nests[-1].numbered = rank


def _semicolon(running: _Running, rank: int) -> None:
    """A semicolon parts the items of a list, or ends one whose items commas part; ``rank`` is the number of the item that follows."""
    while running.nests:
        nest = running.nests[-1]
        of_cause = nest.kind == "cause" and nest.parts and len(running.nests) == 1
        if nest.depth > 0 or of_cause or rank > nest.numbered > 0:
            nest.split = True
            return
        if nest.numbered and len(running.nests) > 1:
            _close(running)
            continue
        ended = nest.kind in ("scope", "cause", "gist") or (nest.parts > 1 and not nest.split and not nest.owned)
        if not ended and (len(running.nests) == 1 or nest.split or nest.parts == 0):
            nest.split = True
            return
        _close(running)


def _subject(running: _Running, statement: Statement, figure: Figure, words: str, text: str) -> str:
    """What ``figure`` is about; the running subject where its own words name none."""
    named = statement.subject
    if not named and statement.measure == "count":
        named = _forward(figure, text)
    if statement.link == "share":
        return named
    if graded := _GRADES.fullmatch(named):
        running.grades, named = graded["scale"], graded["grade"]
    if running.grades and len(named) <= 3 and statement.measure == "count":
        return f"{running.grades} {named}"
    subject = _name(running, statement, named) if named else _elliptic(running, statement, words)
    return f"{subject} {statement.role}" if subject and statement.role else subject


def _name(running: _Running, statement: Statement, named: str) -> str:
    """The subject ``named``, within the list that is open."""
    if statement.measure == "count" and named == "接待" and running.current:
        return running.current + _NEST + named
    whole = running.nests[-1].whole if running.nests else ""
    if running.nests:
        running.nests[-1].parts += 1
        if statement.measure in _DEPENDENT:
            running.nests[-1].owned = True
    if re.fullmatch(r"(?:预算)?(?:资金|金额)|预算金额|预算资金", named):
        named = "涉及资金" if running.nests and running.nests[-1].kind == "scope" else named
    alone = not whole or whole == named or re.search(r"（[类款项]）", named)
    subject = named if alone else whole + _NEST + named
    if statement.measure == "score":
        running.current = whole or running.current
        return subject
    running.current = subject
    if not running.nests and statement.measure != "count":
        running.topic = running.current
    return running.current


def _elliptic(running: _Running, statement: Statement, words: str) -> str:
    """The subject of a figure that names none: 占收入总计的 100%，比上年减少 5 万元."""
    if not running.nests:
        running.current = running.current or running.above
        return running.current
    nest = running.nests[-1]
    if nest.kind == "cause":
        caused = _CAUSED.search(words)
        named = wording.tidy(re.split(r"原因(?:是|为)?|由于", caused["about"])[-1], running.year)[0] if caused else ""
        return nest.whole + _NEST + named if named else nest.whole
    if statement.measure not in _DEPENDENT or statement.link:
        return running.current
    if statement.measure == "share" and _ANOTHER_PART.search(words):
        return ""
    awarded = running.current.rpartition(_NEST)[2].startswith("授予")  # stands beside a list, and is none of its parts
    of_list = not awarded and (
        (nest.kind == "gist" and statement.measure != "share") or (nest.parts > 1 and not nest.split)
    )
    if nest.parts and of_list and not nest.owned:
        _close(running)
    else:
        nest.owned = True
    return running.current


def _forward(figure: Figure, text: str) -> str:
    """The noun after a count that no noun precedes: 组织对 1 个单位开展…, 7 辆公务用车的保险."""
    after = re.split(r"[，。；]", text[figure.end : figure.end + 80])[0]
    if staged := _STAGED.fullmatch(after):
        return wording.tidy(staged["what"] + staged["noun"])[0]
    return "" if after.startswith(("和", "及", "与")) else wording.tidy(re.split(r"[：、（）的等]", after)[0])[0]
