"""Which line of the accounts a sentence is about: subject and heading of a figure → whose money, which term, which code.

A subject is a path (``whole > part``) with a role behind it (年初预算).  Whose money is meant is said by the nearest
words: the part's own, those of its wholes, those of the headings above; where none says it, all of the department's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import pandas as pd

from jscore import schema
from jscore.narrative.paragraphs import normal
from jscore.schema import Frames
from jscore.text.classification import CLASS_CODES, plain_name

#: Whose money: the table that lists its spending.  ``04`` is all fiscal appropriations, ``01`` all of the department's.
GENERAL, GOVERNMENT, CAPITAL, APPROPRIATED, ALL_MONEY = "05", "07", "08", "04", "01"
#: The tables that list spending by code.
TABLES = ("03", GENERAL, GOVERNMENT, CAPITAL)
_FUNDS = {CAPITAL: "国有资本经营", GOVERNMENT: "政府性基金", GENERAL: "一般公共预算"}
_APPROPRIATED = re.compile("(?<!非)财政拨款|财政性资金")
_SCOPE_WORDS = re.compile(
    "一般公共预算|政府性基金(?:预算)?|国有资本经营(?:预算)?|(?<!非)财政拨款|(?:资金)?安排的?|当年|本年度?|20\\d\\d年度?|年度|全年|预算|决算"
    "|^(?:[本各]?部门|[本各]?单位)|[“”\"'、，（）() ]"
)
#: Headings under which money is told of on another basis than that of the tables.
_OTHER_BASIS = re.compile("绩效|采购|资产|评价")

#: Term → its wordings, without the words that say whose money it is.
_TERMS: dict[str, str] = {
    "收入总计": "收入总计|收入总额",
    "支出总计": "支出总计|支出总额",
    "总收入": "总收入",
    "总支出": "总支出",
    "收支总计": "(?:收入支出|收支|收入和支出|收入与支出|收支总体|总收支)(?:总计|总额)?(?:均)?",
    "收入": "收入(?:合计|总数)?",
    "支出": "支出(?:合计|总数)?",
    **{name: name for name in ("上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入")},
    **{name: name for name in schema.COMPONENTS[1:6]},
    "年初结转和结余": "(?:年初|上年)(?:财政拨款)?(?:结转和结余|结转结余|结转及结余|结转)",
    "年末结转和结余": "(?:年末|结转下年的?)(?:财政拨款)?(?:结转和结余|结转结余|结转及结余)?",
    "使用非财政拨款结余": "使用非财政拨款结余(?:含专用结余)?",
    "结余分配": "结余分配",
    "人员经费": "人员(?:经费|支出)",
    "公用经费": "(?:日常)?公用(?:经费|支出)",
    "机关运行经费": "机关运行经费(?:支出)?",
}
#: Item of 09 → its wordings, without brackets and quotes.
_SANGONG: dict[str, str] = {
    "合计": ".{0,14}三公经费.{0,10}",
    "因公出国（境）费": "因公出国境?(?:费用?|经费)?(?:支出)?",
    "公务接待费": "公务接待费?(?:费用)?(?:支出)?",
    "公务用车购置及运行费": "公务用车购置(?:及|和|与|费及|费和)运行(?:维护)?费?用?(?:支出)?",
    "公务用车运行维护费": "公务用车运行(?:维护)?费?用?(?:支出)?",
    "公务用车购置费": "公务用车购置费?用?(?:支出)?",
}
_PATTERNS = {name: re.compile(words) for name, words in _TERMS.items()}
_SANGONG_PATTERNS = {name: re.compile(words) for name, words in _SANGONG.items()}
_CODED = re.compile(r"(?P<klass>[^（）]+)（类）(?:(?P<section>.+?)（款）)?(?:(?P<item>.+?)（项）)?(?P<rest>支出|决算)?")
_ROLE = re.compile(r"(?<!>) (?P<role>[^\s>]+)$")

SANGONG, CLASS, ITEM, ECONOMIC = "三公", "类", "项", "经济分类"


@dataclass(frozen=True, slots=True)
class Term:
    """What a figure is about.

    ``name`` is a term of ``_TERMS``, or SANGONG, CLASS, ITEM or ECONOMIC with ``what`` as the item's or class's name
    (ITEM: class, section and item joined by a slash); ``scope`` whose money.
    """

    name: str
    what: str = ""
    scope: str = ALL_MONEY


@dataclass(frozen=True)
class Lines:
    """What the tables of a report list: plain names of classes, of economic classes, and by table code → plain names.

    ``printed`` is code → the names of its class, section and item as printed.
    """

    classes: frozenset[str]
    economic: frozenset[str]
    by_table: Mapping[str, Mapping[str, tuple[str, ...]]]
    printed: Mapping[str, tuple[str, ...]]

    @cached_property
    def written(self) -> Mapping[str, frozenset[str]]:
        """Names of sections and items run together with those above them, bare → their codes."""
        return self._by_name(lambda names: ["".join(names[start:]) for start in range(len(names) - 1)])

    @cached_property
    def alone(self) -> Mapping[str, frozenset[str]]:
        """Names of sections and items by themselves, bare → their codes."""
        return self._by_name(lambda names: [names[-1]])

    def _by_name(self, writings: Callable[[tuple[str, ...]], list[str]]) -> Mapping[str, frozenset[str]]:
        codes: dict[str, set[str]] = {}
        for code, names in self.printed.items():
            for name in writings(names) if len(names) > 1 and all(names) else ():
                codes.setdefault(bare(name), set()).add(code)
        return {name: frozenset(of_name) for name, of_name in codes.items()}


def listed_lines(frames: Frames) -> Lines:
    """The lines that ``frames`` (of the contract; those that are not there have none) list."""
    economic, spent = (frames[name] if name in frames else schema.empty(name) for name in ("economic", "expenditure"))
    coded = [frames[name] for name in ("expenditure", "revenue") if name in frames]
    named: dict[str, str] = {}
    for frame in coded:
        for code, name in zip(frame["function_code"].tolist(), frame["function_name"].tolist(), strict=True):
            if isinstance(code, str):
                named.setdefault(code, name)
    printed = {code: tuple(named.get(code[:end], "") for end in range(3, len(code) + 1, 2)) for code in named}
    by_table: dict[str, dict[str, tuple[str, ...]]] = {}
    for form, code in zip(spent["form"].tolist(), spent["function_code"].tolist(), strict=True):
        if isinstance(code, str):
            by_table.setdefault(form, {}).setdefault(code, tuple(map(plain_name, printed[code])))
    classes = {name for frame in coded for name in _classes(frame, "function_name")}
    economic_names = frozenset(_classes(economic, "economic_name"))
    return Lines(frozenset(CLASS_CODES) | classes, economic_names, by_table, printed)


def _classes(frame: pd.DataFrame, column: str) -> Iterator[str]:
    for level, name in zip(frame["level"].tolist(), frame[column].tolist(), strict=True):
        if level is not pd.NA and level == 1:
            yield plain_name(name)


def bare(words: str) -> str:
    """The name of a section or an item without codes, marks of its level, punctuation and 支出."""
    return re.sub(r"\d{3,7}|[类款项]|支出|科目|编码|方面的|\W", "", words)


def codes_written(words: str, listed: Lines) -> frozenset[str]:
    """The codes of the sections and items that ``words`` may name, whatever marks of levels they leave out."""
    name = bare(words)
    return listed.written.get(name) or listed.alone.get(name, frozenset())


@dataclass(frozen=True)
class Statement:
    """A figure of the narrative (row ``row`` of its frame).

    ``path`` is its subject from the whole to the part, ``role`` what is behind it (年初预算, 上年), ``term`` what that is
    in the accounts, ``of`` the term of the whole that it is listed under; None where that is none of the accounts'.
    """

    row: Hashable
    subject: str
    path: tuple[str, ...]
    role: str
    measure: str
    value: float
    unit: str
    section: str
    sentence: str
    term: Term | None
    of: Term | None

    @cached_property
    def text(self) -> str:
        """The sentence in the writing of ``paragraphs``."""
        return normal(self.sentence)


def statements(narrative: pd.DataFrame, listed: Lines) -> list[Statement]:
    """The figures of frame ``narrative`` in order, each with its term among the lines ``listed``."""
    stated = []
    for row, line in zip(narrative.index, schema.rows(narrative), strict=True):
        role = _ROLE.search(line["subject"])
        path = tuple((line["subject"][: role.start()] if role else line["subject"]).split(" > "))
        section = str(line["section"] or "") if line["section"] == line["section"] else ""
        of = _term(path[:-1], section, listed.classes, listed.economic) if len(path) > 1 else None
        stated.append(
            Statement(
                row,
                line["subject"],
                path,
                role["role"] if role else "",
                line["measure"],
                float(line["value"]),
                line["unit"],
                section,
                line["sentence"],
                _term(path, section, listed.classes, listed.economic) or _written(path, section, listed),
                of,
            )
        )
    return stated


def about(words: str, section: str, listed: Lines) -> list[Term]:
    """The terms that ``words`` of a sentence under heading ``section`` may name: 占收入总计的 → 收入总计.

    Words that do not say whose money may mean all of it, whatever the heading is about: 占本年支出合计的.
    """
    terms = (_term((words,), heading, listed.classes, frozenset()) for heading in (section, ""))
    return list(dict.fromkeys(term for term in terms if term))


@cache
def _term(path: tuple[str, ...], section: str, classes: frozenset[str], economic: frozenset[str]) -> Term | None:
    if _OTHER_BASIS.search(section) or any(_OTHER_BASIS.search(part) for part in path):
        return None
    leaf = path[-1]
    unmarked = re.sub(r"[“”\"'（）()]", "", leaf)
    if "三公" in section + "".join(path):
        item = next((name for name, words in _SANGONG_PATTERNS.items() if words.fullmatch(unmarked)), "")
        return Term(SANGONG, item) if item else None
    scope = scope_of(path, section)
    if coded := _CODED.fullmatch(leaf):
        klass = re.sub(r"^.*\d{3,7}", "", coded["klass"])
        if not coded["section"]:
            return Term(CLASS, plain_name(klass), scope)
        return Term(ITEM, "/".join(filter(None, (klass, coded["section"], coded["item"]))), scope)
    words = _SCOPE_WORDS.sub("", leaf)
    name = next((name for name, pattern in _PATTERNS.items() if pattern.fullmatch(words)), "")
    if name in ("人员经费", "公用经费"):
        listed = len(path) == 1 or _SCOPE_WORDS.sub("", path[-2]) == "基本支出"
        return Term(name, "", scope) if listed and "基本支出" in section + "".join(path) else None
    if name:
        return None if len(path) > 1 and _CODED.fullmatch(path[-2]) else Term(name, "", scope)
    if len(path) > 1 and _SCOPE_WORDS.sub("", path[-2]) == "基本支出" and plain_name(leaf) in economic:
        return Term(ECONOMIC, plain_name(leaf), scope)
    of_spending = len(path) == 1 or _PATTERNS["支出"].fullmatch(_SCOPE_WORDS.sub("", path[-2]))
    if of_spending and plain_name(leaf) in classes and plain_name(leaf) not in ("", "其他"):
        return Term(CLASS, plain_name(leaf), scope)
    return None


#: What says that a name is that of a section or an item.
_MARKED = re.compile(r"（[款项]）|\d{7}")


def _written(path: tuple[str, ...], section: str, listed: Lines) -> Term | None:
    """The section or item that is named without the marks of all its levels; None where several have the name."""
    leaf = path[-1]
    if "三公" in section + "".join(path) or any(_OTHER_BASIS.search(part) for part in (section, *path)):
        return None
    codes = codes_written(leaf, listed) if _MARKED.search(leaf) else listed.written.get(bare(leaf), frozenset())
    names = {"/".join(map(plain_name, listed.printed[code])) for code in codes}
    return Term(ITEM, names.pop(), scope_of(path, section)) if len(names) == 1 else None


@cache
def scope_of(path: tuple[str, ...], section: str) -> str:
    """Whose money the figure of ``path`` under the headings ``section`` is; "" where the words name several funds."""
    for words in (*reversed(path), *reversed(section.split(" / "))):
        funds = [table for table, name in _FUNDS.items() if name in words]
        if funds:
            return funds[0] if len(funds) == 1 else ""
        if _APPROPRIATED.search(words):
            return APPROPRIATED
    return ALL_MONEY


def code_of(term: Term, listed: Lines) -> str | None:
    """The code of a class or item in the tables of the term's scope; None where no table lists it under that name.

    An item is known by its class, section and name; by class and name, or by name alone, where only one has it.
    """
    tables = {ALL_MONEY: TABLES, APPROPRIATED: TABLES[1:]}.get(term.scope, (term.scope,))
    entries = [entry for table in tables for entry in listed.by_table.get(table, {}).items()]
    if term.name == CLASS:
        class_code = next((code for code, names in entries if len(code) == 3 and names[-1] == term.what), None)
        return class_code or CLASS_CODES.get(term.what)
    want = tuple(map(plain_name, term.what.split("/")))
    level = [(code, names) for code, names in entries if len(names) == len(want)]
    for same in (
        lambda names: names == want,
        lambda names: (names[0], names[-1]) == (want[0], want[-1]),
        lambda names: names[-1] == want[-1],
    ):
        codes = {code for code, names in level if same(names)}
        if codes:
            return codes.pop() if len(codes) == 1 else None
    return None


def item_name(subject: str) -> str:
    """The name of the 项 in ``…（类）…（款）…（项）``, or the subject as it is."""
    last = re.split(r"[（(][类款][）)]", subject)[-1]
    return re.sub(r"[（(]项[）)].*", "", last).strip() or subject
