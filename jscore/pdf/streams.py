"""The deflated streams of a file: which are damaged, what they draw, and what else of the file they tell."""

from __future__ import annotations

import base64
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

#: Bytes that the dictionary of a stream may have.
LONGEST_DICTIONARY = 4000
#: The number of an object, before the word obj.
_NUMBER = re.compile(rb"(\d{1,10})[ \r\n]+\d{1,5}[ \r\n]+$")
_LENGTH = re.compile(rb"/Length[ \r\n]+(\d{1,10})\b(?![ \r\n]+\d+[ \r\n]+R)")
#: A page, the streams that it draws from, and references to objects.
_PAGE = re.compile(rb"/Type\s{0,9}/Page(?![a-zA-Z])")
_CONTENTS = re.compile(rb"/Contents\s{0,9}(?:\[[\s\dR]{0,20000}\]|\d{1,10}\s{1,9}\d{1,5}\s{1,9}R)")
#: What a font's map says of single codes, and of rows of them; a letter or digit that it gives for one.
_CODES = re.compile(rb"begin(bfchar|bfrange)\b(.{0,20000}?)endbf", re.S)
_LETTER = re.compile(rb"<00(3[0-9]|4[1-9A-Fa-f]|5[0-9Aa]|6[1-9A-Fa-f]|7[0-9Aa])>")
_ROW = re.compile(rb"<([0-9A-Fa-f]{2,8})>\s{0,9}<([0-9A-Fa-f]{2,8})>\s{0,9}(<[0-9A-Fa-f]{4}>|\[[^\]]{0,9000}\])")
_SINGLE = re.compile(rb"<[0-9A-Fa-f]{2,8}>\s{0,9}(<[0-9A-Fa-f]{4}>)")
_REFERENCE = re.compile(rb"(\d{1,10})\s{1,9}\d{1,5}\s{1,9}R")
#: What a page draws by its name, and the fonts that it sets texts in.
_DRAWS = re.compile(rb"/([\w.+-]{1,80})\s{1,9}Do\b", re.A)
_SETS = re.compile(rb"/([\w.+-]{1,80})\s{1,9}-?[\d.]{1,20}\s{1,9}Tf\b", re.A)
#: Filters that may stand before or behind the deflation, and are not looked behind.
_OTHER_FILTERS = (b"/ASCIIHexDecode", b"/LZWDecode", b"/RunLengthDecode", b"/Crypt", b"/DCTDecode", b"/JBIG2Decode")


@dataclass(frozen=True)
class Streams:
    """The numbers of the objects whose streams are damaged, and whether the file has layers or other texts for what it
    draws (or may have), is encrypted, and has patterns.
    """

    damaged: frozenset[int]
    layers: bool
    encrypted: bool = False
    patterns: bool = False
    #: How many pages it has, old ones included, and whether a page names contents that are not there.
    pages: int = 0
    contents_missing: bool = False
    #: Letters and digits that a font gives for several of its codes.
    doubled: frozenset[str] = frozenset()
    #: By the number of its object, the names of what each stream draws, and of the fonts that it has texts in.
    named: Mapping[int, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)


def check_streams(data: bytes) -> Streams:
    """What the deflated streams of a PDF say when they are decoded."""
    if b"/Encrypt" in data:
        return Streams(frozenset(), layers=True, encrypted=True, patterns=b"/PatternType" in data)
    layers = b"/OCProperties" in data or b"/ActualText" in data
    damaged, numbers = set(), set()
    structure = [data]
    doubled = set[str]()
    drawn: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    for number, dictionary, raw in _streams(data):
        numbers.add(number)
        drawn.pop(number, None)
        damaged.discard(number)  # an update's takes the place of the one before it
        if b"/Filter" not in dictionary and _is_cut(raw):
            damaged.add(number)
        if b"/FlateDecode" not in dictionary or any(name in dictionary for name in _OTHER_FILTERS):
            if b"/Filter" not in dictionary:
                drawn[number] = _named(raw)
            continue
        inflate = zlib.decompressobj()
        try:
            text = inflate.decompress(_binary(raw) if b"/ASCII85Decode" in dictionary else raw)
        except (zlib.error, ValueError):
            damaged.add(number)
            continue
        if not inflate.eof:
            damaged.add(number)
        doubled |= _doubled(text) if b"endbf" in text else set()
        if b"/Length1" not in dictionary and b"/Image" not in dictionary:
            drawn[number] = _named(text)
        sought = b"/OCProperties" if b"/ObjStm" in dictionary else b"/ActualText"
        layers = layers or sought in text
        structure += [text] if b"/ObjStm" in dictionary else []
    contents = [place for part in structure for place in _CONTENTS.findall(part)]
    named = {int(ref) for place in contents for ref in _REFERENCE.findall(place)}
    pages = sum(len(_PAGE.findall(part)) for part in structure)
    return Streams(
        frozenset(damaged),
        layers=layers,
        patterns=b"/PatternType" in data,
        pages=pages,
        contents_missing=not named <= numbers or len(contents) < pages,
        doubled=frozenset(doubled),
        named=drawn,
    )


def _named(text: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """The names of what a stream draws, and of the fonts that it has texts in."""
    drawn = frozenset(name.decode() for name in _DRAWS.findall(text)) if b" Do" in text else frozenset[str]()
    if b" Tf" not in text:
        return drawn, frozenset()
    _, *rest = _SETS.split(text)
    texts = zip(rest[::2], rest[1::2], strict=True)
    return drawn, frozenset(name.decode() for name, after in texts if b"Tj" in after or b"TJ" in after)


def _doubled(cmap: bytes) -> set[str]:
    """The letters and digits that a font's map gives for several codes."""
    given: Counter[str] = Counter()
    for kind, body in _CODES.findall(cmap):
        if kind == b"bfchar":
            targets = _SINGLE.findall(body)
        else:
            rows = _ROW.findall(body)
            targets = [target for *_, target in rows if target.startswith(b"[")]
            for first, last, target in rows:
                if _LETTER.fullmatch(target):
                    begin, further = int(target[1:-1], 16), min(int(last, 16) - int(first, 16), 255)
                    given.update(map(chr, range(begin, begin + further + 1)))
        given.update(chr(int(code, 16)) for target in targets for code in _LETTER.findall(target))
    return {char for char, codes in given.items() if codes > 1}


def _is_cut(raw: bytes) -> bool:
    """Whether bytes of a stream that is not encoded are missing: it ends behind its end, or in the middle of a text."""
    return b"endstream" in raw or max(raw.rfind(b" BT"), raw.rfind(b"\nBT")) > max(
        raw.rfind(b" ET"), raw.rfind(b"\nET")
    )


def _binary(text: bytes) -> bytes:
    return base64.a85decode(text.strip().removesuffix(b">").removesuffix(b"~"))


def _streams(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, dictionary and encoded bytes of every object that has a stream."""
    end = 0
    while (at := data.find(b"stream", end)) >= 0:
        head = data[max(end, at - LONGEST_DICTIONARY) : at]
        begin = at + len(b"stream") + (2 if data[at + 6 : at + 8] == b"\r\n" else 1)
        end = at + len(b"stream")
        number = _NUMBER.search(head[: head.rfind(b"obj")])
        if head.endswith(b"end") or not number:
            continue
        dictionary = head[head.rfind(b"obj") :]
        length = _LENGTH.search(dictionary)
        end = begin + int(length[1]) if length else max(data.find(b"endstream", begin), begin)
        yield int(number[1]), dictionary, data[begin:end]
