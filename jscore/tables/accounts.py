"""Tables with a row a function code (02, 03, 05, 07, 08) as tidy rows, and what all nine tables share.

Every function takes the ledger of a stitched table and returns records for ``schema.from_records``.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

from jscore.language import tr
from jscore.tables.ledger import FIGURES_BEHIND, NAMES, Ledger, words_of
from jscore.tables.rows import Entry, entries
from jscore.tables.terms import (
    BALANCES,
    BESIDE_FINAL,
    COMPONENTS,
    PARTS,
    ROW_TOTAL,
    SOURCES,
    are_several,
    term_of,
    terms_of,
)
from jscore.text import numbers
from jscore.text.normal import nfkc

Record = dict[str, Any]

ORDINAL = re.compile(
    r"^(其中[:：]?)?\s*([一二三四五六七八九十]+\s*、|[(（][一二三四五六七八九十\d]+[)）]|\d+\s*[、.．](?!\d))*\s*(其中[:：])?"
)
_CODE = re.compile(r"[1-9]\d\d(\d\d){0,2}")
#: A code in one cell: whole, its parts apart, but where a line ends, their leading zeros lost; behind it what kind of code it is.
_PRINTED_CODE = re.compile(
    r"(\d{3}|\d{5}|\d{7})(?:[\s.·/-]*(\d{1,2}))?(?:[\s.·/-]+(\d{1,2})|(?<=[\s.·/-]\d\d)(\d\d))?\s*[类款项]?"
)
_CODE_AND_NAME = re.compile(r"[\[(【]?(\d(?:[\d\s.·/-]*\d)?)[\])】]?[\s.·/-]*(?![类款项]$)(\D*[\u4e00-\u9fff].*)")
_AS_NUMBER = re.compile(r"(?P<whole>\d{1,3}(,\d{3})+|\d{3}|\d{5}|\d{7})(\.0+)?")
_AS_POWER = re.compile(r"(?P<first>\d)\.(?P<rest>\d+)[Ee]\+?(?P<power>\d{1,2})")
#: Heads the column of names where the codes have none of their own.
_SUBJECT = re.compile("(支出|收入)?((功能|经济)(分类(科目)?|科目)|科目)")


def item_name(text: str) -> str:
    """An item without its ordinal, or an amount that stands beside it: 一、一般公共服务支出 → 一般公共服务支出."""
    return ORDINAL.sub("", words_of(text), count=1).strip()


def beside_final(stack: tuple[str, ...]) -> bool:
    """Whether a column holds a budget, another year or a change, and not the final accounts."""
    return any(BESIDE_FINAL.fullmatch(text) for text in stack)


def _component(stack: tuple[str, ...]) -> str | None:
    """The component that a column holds: its lowest heading, unless it parts a balance."""
    terms = terms_of(stack, COMPONENTS)
    if not terms or are_several(terms, "合计") or beside_final(stack):
        return None
    leaf = term_of(_leaf(stack), COMPONENTS)
    component = next((term for term in terms if term != "合计"), None)
    if component in BALANCES:
        return component if leaf in (component, "合计") else None
    return component if leaf == "合计" and component else leaf


def _leaf(stack: tuple[str, ...]) -> str:
    """The lowest heading of a column, not counting that the figures under it are the final ones."""
    above = [text for text in stack if not re.fullmatch("决算数?|金额", text)]
    return (above or [*stack])[-1]


def _source(stack: tuple[str, ...]) -> str | None:
    """The source that a column holds; under a source with columns of its own only their total is it."""
    terms = terms_of(stack, SOURCES)
    if not terms or are_several(terms, "本年收入合计") or term_of(_leaf(stack), SOURCES) is None or beside_final(stack):
        return None
    source = next((term for term in terms if term != "本年收入合计"), None)
    return source or terms[-1]


def code_columns(stacks: list[tuple[str, ...]]) -> list[Hashable | None]:
    """``code`` (or 类, 款, 项 where it stands in parts) and ``name`` for the columns they stand in."""
    labels: list[Hashable | None] = []
    for stack in stacks:
        leaf = stack[-1] if stack else ""
        if leaf in PARTS:
            labels.append(leaf)
        elif any(re.search("编码|代码", text) for text in stack[-2:]) and "名称" not in leaf:
            labels.append("code")
        elif "名称" in leaf or leaf.startswith("项目") and leaf != "项目支出" or _SUBJECT.fullmatch(leaf):
            labels.append("name")
        elif leaf in ("序号", "行次"):
            labels.append("line")
        else:
            labels.append(None)
    return _in_parts(labels, stacks)


def _in_parts(labels: list[Hashable | None], stacks: list[tuple[str, ...]]) -> list[Hashable | None]:
    """``labels`` with 类, 款, 项 for the three columns that one heading of codes is over, without headings of their own."""
    first = labels.index("code") if "code" in labels else 0
    last = first + len(PARTS)
    if labels[first:last] == ["code"] * len(PARTS) and len({*stacks[first:last]}) == 1 and "code" not in labels[last:]:
        return [*labels[:first], *PARTS, *labels[last:]]
    return labels


def code_and_name(text: str) -> tuple[str, str] | None:
    """Code and name that are printed as one text: 2080101行政运行, [2080101]行政运行."""
    together = _CODE_AND_NAME.fullmatch(nfkc(FIGURES_BEHIND.sub("", text)))
    code = code_of([together[1], "", "", ""], "") if together else ""
    return (code, words_of(together[2])) if together and code else None


def code_of(parts: list[str], above: str) -> str:
    """The code that a row prints whole or in parts, "" where it prints none.

    The parts may repeat the upper ones, leave them out (then those of ``above``, the row before, count), or have lost
    their leading zeros: 201, 3, 1 is 2010301.
    """
    code = ""
    for part, length in zip(parts, (0, 3, 5, 7), strict=True):
        whole = _PRINTED_CODE.fullmatch(_spaced(part))
        if whole:
            code = whole.group(1) + "".join(rest.zfill(2) for rest in whole.groups()[1:] if rest)
        elif re.fullmatch(r"\d{1,2}", nfkc(part)) and length:
            upper = code if len(code) == length - 2 else above[: length - 2]
            if len(upper) != length - 2 or not upper.startswith(code):
                return ""
            code = upper + nfkc(part).zfill(2)
        elif nfkc(part):
            return ""
    while len(code) in (5, 7) and code.endswith("00"):
        code = code[:-2]
    return code if _CODE.fullmatch(code) else ""


def _spaced(text: str) -> str:
    """``text`` with plain digits and single blanks, which part a code; none where every digit stands by itself.

    A spreadsheet may show a code as a number: 2,080,505 or 2080505.00, or 2.080505E+06, which has all its digits.
    """
    words = [nfkc(word) for word in text.split()]
    if len(words) == 1 and (shown := _AS_NUMBER.fullmatch(words[0])):
        return shown["whole"].replace(",", "")
    if len(words) == 1 and (shown := _AS_POWER.fullmatch(words[0])) and len(shown["rest"]) == int(shown["power"]):
        return shown["first"] + shown["rest"]
    return ("" if len(words) > 2 and all(len(word) == 1 for word in words) else " ").join(words)


def _by_function(ledger: Ledger, rows: list[Entry]) -> list[tuple[Entry, Record]]:
    """Rows with their function code, name and level; one that has neither a code nor 合计 is unread."""
    lines: list[tuple[Entry, Record]] = []
    above = ""
    for entry in rows:
        code, name = _code_and_name(entry, above)
        if code.startswith("2"):
            above = code
            lines.append((entry, {"function_code": code, "function_name": name, "level": len(code) // 2}))
        elif not code and ROW_TOTAL.fullmatch(nfkc(name)):
            lines.append((entry, {"function_code": None, "function_name": name, "level": 0}))
        else:
            printed = "".join(entry[part] for part in ("code", *PARTS))
            why = tr("所在的行印作“{code}”，不是支出功能分类科目编码", code=printed[:24])
            without = tr("所在的行“{name}”没有科目编码", name=name[:24])
            ledger.lose(ledger.table.rows[entry.row].cells, why if printed else without)
    return lines


def _code_and_name(entry: Entry, above: str) -> tuple[str, str]:
    """Function code and name of a row; ``above`` is the code of the row before, for parts that are left out."""
    parts = [entry[name] for name in ("code", *PARTS)]
    name, coded = entry["name"].strip(), any(re.search(r"\d", part) for part in parts)
    if not (name and coded) and (together := code_and_name(name or "".join(parts))):
        return together
    if not coded:
        return "", words_of(name) or re.sub("[类款项]", "", nfkc("".join(parts)))
    return code_of(parts, above), words_of(name, coded)


def _whole_by_code(entry: Entry) -> bool:
    code, name = _code_and_name(entry, "0000000")
    return bool(code) or bool(ROW_TOTAL.fullmatch(nfkc(name)))


def _is_rest_of_code(begun: str, rest: str, name: str) -> bool:
    """Whether a code goes on in the row below, which prints no amount: with all its digits it is one, and no row by itself."""
    whole = nfkc(begun) + nfkc(rest)
    return bool(rest and len(whole) > 3 and _CODE.fullmatch(whole)) and (not name or len(nfkc(begun)) % 2 == 0)


def _cut_by_code(last: Entry, first: Entry) -> bool:
    amounts = [name for name in first.texts if name not in NAMES]
    if not any(first[name] for name in amounts) and _is_rest_of_code(last["code"], first["code"], first["name"]):
        return True
    if _whole_by_code(last) and _whole_by_code(first):
        return False
    added = any(first[name] and not last[name] for name in amounts)
    if added and _whole_by_code(last) and any(numbers.decimal(last[name]) is not None for name in amounts):
        return False  # a line of its own without a code, as 其中 has
    return all(numbers.is_rest(last[name], first[name]) for name in amounts)


def _long(ledger: Ledger, field: str, labels: list[str | None]) -> list[Record]:
    """A record for every row and every named column of amounts."""
    codes = code_columns(ledger.table.stacks)
    columns = ledger.columns([code or label for code, label in zip(codes, labels, strict=True)])
    amounts = [name for name in columns if name not in NAMES]
    return [
        {**keys, field: name, "amount": ledger.amount(entry, name), **ledger.place(entry, entry.cells[name])}
        for entry, keys in _by_function(ledger, entries(ledger.table, columns, _cut_by_code))
        for name in amounts
        if name in entry.cells
    ]


def revenue(ledger: Ledger) -> list[Record]:
    """02: frame ``revenue``."""
    return _long(ledger, "source", [_source(stack) for stack in ledger.table.stacks])


def expenditure(ledger: Ledger) -> list[Record]:
    """03, 05, 07 or 08: frame ``expenditure``."""
    records = _long(ledger, "component", [_component(stack) for stack in ledger.table.stacks])
    return [{"form": ledger.table.form, **record} for record in records]
