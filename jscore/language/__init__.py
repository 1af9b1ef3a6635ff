"""The language in which everything that is handed over speaks: Chinese, in which texts are written, or English.

A text is written in Chinese where it is used, ``tr("支出{amount}万元", amount=…)``; its English stands in ``en.po``, the
catalogue beside this module, which ``make texts`` brings up to date.  Terms of the report (财政拨款, 三公, 类/款/项) are no
texts: they stay as printed.  The language is that of the process: a command or a notebook sets it once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")
#: Marks between parts of a text, in English.
_MARKS = {"、": ", ", "，": ", ", "；": "; ", "：": ": "}
CATALOGUE = Path(__file__).with_name("en.po")

_now: list[Lang] = ["zh"]


def current(asked: Lang | None = None) -> Lang:
    """The language that is ``asked`` for, or that is spoken."""
    return asked or _now[-1]


def use(lang: Lang) -> None:
    """Speak ``lang`` from now on; ValueError for another language than ``zh`` and ``en``."""
    if lang not in LANGS:
        raise ValueError(f"language {lang!r}: one of {', '.join(LANGS)}")
    _now[-1] = lang


@contextmanager
def using(lang: Lang | None) -> Iterator[None]:
    """Speak ``lang`` (None: as before) for the length of a ``with``."""
    _now.append(_now[-1])
    try:
        use(current(lang))
        yield
    finally:
        _now.pop()


def N_(text: str) -> str:
    """``text`` as it is: a text that is declared here and said elsewhere, by ``tr(that)``."""
    return text


def tr(text: str, /, **values: object) -> str:
    """``text`` in the language that is spoken, its ``{fields}`` filled with ``values``; without any it is taken as it is."""
    told = text if current() == "zh" else english().get(text, text)
    return told.format(**values) if values else told


def sign(chinese: str) -> str:
    """A mark between parts of a text (、，；：) in the language that is spoken."""
    return chinese if current() == "zh" else _MARKS[chinese]


def bracketed(text: str, more: str, lang: Lang | None = None) -> str:
    """``text`` and ``more`` in brackets, as the language that is spoken (or asked for) has them."""
    return f"{text}（{more}）" if current(lang) == "zh" else f"{text} ({more})"


@cache
def english() -> dict[str, str]:
    """The English of every text that has one, from the catalogue; read once, and without a step of building."""
    from babel.messages.pofile import read_po

    with CATALOGUE.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}
