"""The bundled Chinese font, and how much room Chinese text takes."""

from __future__ import annotations

import base64
import io
import re
import unicodedata
from collections.abc import Collection
from functools import cache
from pathlib import Path

FAMILY = "jscore Sans SC"
FILE, RARE_FILE = (Path(__file__).parent / f"jscore-sans-sc{which}.otf" for which in ("", "-rare"))

#: Families in order: the characters of any report, those of rare names, and marks that both lack (☑; DejaVu comes with
#: matplotlib).
FAMILIES = [FAMILY, f"{FAMILY} Rare", "DejaVu Sans"]

#: Drawn in place of a character that no bundled font has: 〓, the printer's sign for a missing sort.
MISSING = "〓"

#: The last code of Latin letters, which every system has.
_LATIN = 0x024F
#: Pictures and fonts inside a page.
_EMBEDDED = re.compile(r"data:[\w/+-]+;base64,[\w+/=\s]*")

_WIDE = frozenset("WFA")
#: Punctuation that begins no line.
CLOSING = frozenset("，。、；：！？）》〉」』】〕”’…%％,.;:!?)]}")


@cache
def register() -> None:
    """Make the bundled fonts known to matplotlib, once."""
    from matplotlib import font_manager

    for file in (FILE, RARE_FILE):
        font_manager.fontManager.addfont(file)


@cache
def files() -> tuple[Path, ...]:
    """The files of ``FAMILIES``."""
    from matplotlib import font_manager

    return FILE, RARE_FILE, Path(font_manager.findfont(FAMILIES[2]))


@cache
def characters(file: Path) -> frozenset[int]:
    """What the font in ``file`` can draw."""
    from matplotlib import ft2font

    return frozenset(ft2font.FT2Font(file).get_charmap())


@cache
def is_drawn(character: str) -> bool:
    """Whether one of the fonts has ``character``."""
    return any(ord(character) in characters(file) for file in files())


def drawable(text: str) -> str:
    """``text`` with each character that the bundled fonts lack replaced by 〓."""
    return "".join(character if character == "\n" or is_drawn(character) else MISSING for character in text)


def with_fonts(page: str) -> str:
    """An HTML ``page`` that brings the Chinese characters it shows, for machines that have no Chinese font.

    Its style sheet names ``FAMILIES`` after the fonts of usual systems, which look better there.
    """
    shown = set(map(ord, _EMBEDDED.sub("", page)))
    faces = []
    for family, file in zip(FAMILIES[:2], (FILE, RARE_FILE), strict=True):
        characters_here = {code for code in shown & characters(file) if code > _LATIN}
        shown -= characters_here
        if not characters_here:
            continue
        data = base64.b64encode(part_of(file, characters_here, "woff")).decode()
        faces.append(
            f'@font-face {{ font-family: "{family}"; src: url(data:font/woff;base64,{data}) format("woff"); }}\n'
        )
    return page.replace("</head>", f"<style>\n{''.join(faces)}</style>\n</head>", 1) if faces else page


def part_of(file: Path, characters: Collection[int], flavor: str | None = None) -> bytes:
    """The font in ``file`` with ``characters`` alone, as OpenType or, compressed, in the ``flavor`` of web pages."""
    import uharfbuzz
    from fontTools.ttLib import TTFont

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(characters)
    wanted.layout_feature_tag_set.clear()
    data = uharfbuzz.subset(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file))), wanted).blob.data
    if flavor is None:
        return data
    font, written = TTFont(io.BytesIO(data), lazy=True, recalcTimestamp=False), io.BytesIO()
    font.flavor = flavor
    font.save(written, reorderTables=None)
    return written.getvalue()


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def width(text: str) -> int:
    """Columns that ``text`` takes: a Chinese character or full-width sign counts 2, others 1."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def shorten(text: str, columns: int) -> str:
    """``text``, cut to ``columns`` with … at its end where it is longer."""
    if width(text) <= columns:
        return text
    return _head(text, columns - width("…")) + "…"


def wrap(text: str, columns: int, lines: int = 2) -> str:
    """``text`` broken into at most ``lines`` even lines of ``columns``, cut with … where it is longer.

    A line neither begins with a closing mark nor ends inside a number or a Latin word, if that can be helped.
    """
    parts: list[str] = []
    while width(text) > columns and len(parts) < lines - 1:
        even = -(-width(text) // (lines - len(parts))) + 1
        head = _head(text, max(min(columns, even), 4))
        kept = len(head)
        while kept > 1 and not _may_break(text[kept - 1], text[kept]):
            kept -= 1
        head = text[:kept] if kept > 1 else head
        parts.append(head.rstrip())
        text = text[len(head) :].lstrip()
    return "\n".join([*parts, shorten(text, columns)])


def _may_break(before: str, after: str) -> bool:
    return after not in CLOSING and not (before + after).isascii()


def _head(text: str, columns: int) -> str:
    """The longest beginning of ``text`` within ``columns``, at least one character."""
    taken = 0
    for index, character in enumerate(text):
        taken += _columns(character)
        if taken > columns:
            return text[: max(index, 1)]
    return text
