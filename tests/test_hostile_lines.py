"""Nothing that sees the text of a report runs for ever, whatever a line is made of."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import jscore
from jscore.narrative import facts, identity
from jscore.narrative.paragraphs import paragraphs
from jscore.pdf.grids import Cell, Grid
from jscore.pdf.pages import Line
from jscore.scoring import marks
from jscore.tables import records
from jscore.tables.forms import announcing, is_title, title_form
from jscore.tables.stitch import tables
from jscore.text import names, numbers

LENGTH = 12_500
SECONDS = 30  # of the processor
#: What takes less (of the processor) is quick on any machine, however it grows.
QUICK = 0.8
#: What a line is made of, over and over: signs, brackets, and the words that expressions look for.
PIECES = (
    ".", "1", "1,000,", "…", "-", "—1", "○", "（", "）", "（）", "“", "”", "《", "〔1", "，", "。", "；", "：", "的", "支出", "（项）", "2024年",
    "完成预算", "占比", "比上年", "用于", "原因", "率为", "决算", "单位：元", "单位：", "省市县", "年初结转", "增加5万元，", "1万元", "1%",
    "其中：", "占1%，", "完成预算1万元的1%。", "请", "（如", "2024年度", "的主要是", "自评综述", "第一部分", "公务用车5辆，",
)  # fmt: skip
HEADING = "一、收入支出决算情况说明"
OPENINGS = {
    "identify": "2024年度某局",
    "stated": "单位：某局",
    "facts": "收入总计100.00万元，比上年",
    "causes": "收入总计100.00万元，比上年增加5.00万元，主要原因是人员增加，",
}


pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, ring)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def ends(what: Callable[[Any], object], text: Any, seconds: float = SECONDS) -> bool:
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        what(text)
    except TimeoutError:
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return True


def runs_away(what: Callable[[Any], object], opening: str, piece: str, length: int = LENGTH) -> bool:
    """Whether ``what`` does not end, or takes far more than four times as long over four times the line.

    A machine may be slow: what grows as the line does is no fault.
    """
    taken = []
    for characters in (length, length // 4):
        before = time.process_time()
        if not ends(what, opening + piece * (characters // len(piece))):
            return True
        taken.append(time.process_time() - before)
        if taken[0] < QUICK:
            return False
    return taken[0] > 9 * taken[1]


def lines(text: str) -> list[Line]:
    return [Line(HEADING, (90, 700, 300, 712), 1), Line(text, (90, 680, 500, 692), 1)]


def table(title: str, text: str) -> None:
    """A table of form ``title`` with ``text`` in its headings, names and figures, and above it."""
    rows = [["科目编码", "项目", "决算数", text], ["208", text, "1.00", "2.00"], [text, "合计", text, "3.00"]]
    cells = tuple(
        Cell(r, c, 1, 1, 1, (100.0 * c, 500 - 20.0 * r, 100.0 * c + 100, 520 - 20.0 * r), (word,))
        for r, row in enumerate(rows)
        for c, word in enumerate(row)
    )
    grid = Grid(1, (0.0, 460.0, 400.0, 520.0), cells, 3, 4, "vector", (0.0, 100.0, 200.0, 300.0, 400.0))
    above = [Line(words, (90, y, 500, y + 10), 1) for words, y in ((text, 600), (title, 580), ("单位：万元", 560))]
    choice = records.choose(tables([grid], above))
    records.forms(choice, records.read_tables(choice, *records.money_units(choice.read)), [text])


TITLES = (
    "收入支出决算总表",
    "收入决算表",
    "一般公共预算财政拨款基本支出决算表",
    "“三公”经费支出决算表",
    "项目支出绩效自评表",
    "",
)

READERS: dict[str, Callable[[str], object]] = {
    "facts": lambda text: facts(lines(text)),
    "causes": lambda text: facts(lines(f"{text}，增长5%。")),
    "contents": lambda text: announcing(
        [Line("目录", (90, 700, 300, 712), 1), Line(f"{text}页", (90, 680, 500, 692), 2)]
    ),
    "band": marks.band,
    "paragraphs": lambda text: paragraphs(lines(text)),
    "identify": lambda text: identity.identify([lines(text)], [text], [text], text, text),
    "stated": lambda text: identity.stated(text, title=True),
    "unit": numbers.stated_unit,
    "bracketed": numbers.bracketed_unit,
    "amount": numbers.amount,
    "rate": numbers.rate,
    "gist": names.gist,
    "department": names.department_key,
    "title": lambda text: (title_form(text), title_form(text[:199]), is_title(text[:199])),
}


@pytest.mark.parametrize("reader", READERS)
def test_a_hostile_line_is_read_in_no_time(reader: str) -> None:
    opening = OPENINGS.get(reader, "")
    assert not [piece for piece in PIECES if runs_away(READERS[reader], opening, piece)]


def test_what_grows_as_the_square_of_a_line_runs_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "QUICK", 0.05)
    assert runs_away(re.compile("1*，").search, "", "1", 16_000)
    assert not runs_away(lambda text: [re.match("1*，", text[:400]) for _ in text], "", "1", 64_000)


def expressions(value: object, name: str, depth: int = 3) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The compiled expressions in ``value``, a module's variable, each with where it stands."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif depth and isinstance(value, Mapping):
        for key, each in value.items():
            yield from expressions(each, f"{name}[{key!r}]", depth - 1)
    elif depth and isinstance(value, tuple | list | set | frozenset):
        for number, each in enumerate(value):
            yield from expressions(each, f"{name}[{number}]", depth - 1)
    elif depth and is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from expressions(getattr(value, each.name), f"{name}.{each.name}", depth - 1)


def written() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The expressions that are written out where they are used, as in ``re.search("...", text)``."""
    for path in Path(jscore.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
                pattern = node.args[0]
                if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str | bytes):
                    yield f"{path.name}:{node.lineno}", re.compile(pattern.value)


def test_every_expression_of_the_package_ends() -> None:
    """One that backtracks without end does so on a few hundred characters; what longer lines take, the readers' tests say."""
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(jscore.__path__, "jscore.")
        if not each.name.endswith("__main__")
    ]
    named = {
        e: name for m in modules for n, v in list(vars(m).items()) for name, e in expressions(v, f"{m.__name__}.{n}")
    }
    named |= {e: name for name, e in written() if e not in named}
    assert len(named) > 500 and "jscore.tables.forms._SUFFIX" in named.values()
    slow = [
        (name, piece)
        for expression, name in named.items()
        for piece in PIECES
        if not ends(expression.search, _like(piece * (200 // len(piece)) + "！", expression), 0.5)
    ]
    assert not slow


def _like(text: str, expression: re.Pattern[Any]) -> Any:
    return text.encode() if isinstance(expression.pattern, bytes) else text


@pytest.mark.parametrize("title", TITLES)
def test_a_table_of_hostile_cells_is_read_in_no_time(title: str) -> None:
    assert not [piece for piece in PIECES if runs_away(lambda text: table(title, text), "", piece)]
