"""What pdfium does not tell of a file: which of its streams are damaged, and what else it holds."""

from __future__ import annotations

import base64
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2.raw as c

from jscore.language import tr
from jscore.pdf.rules import Box

#: Bytes that the dictionary of a stream may have.
LONGEST_DICTIONARY = 4000
#: The number of an object, before the word obj.
_NUMBER = re.compile(rb"(\d{1,10})[ \r\n]+\d{1,5}[ \r\n]+$")
_LENGTH = re.compile(rb"/Length[ \r\n]+(\d{1,10})\b(?![ \r\n]+\d+[ \r\n]+R)")
#: The flags of annotations that nobody sees.
UNSEEN = c.FPDF_ANNOT_FLAG_HIDDEN | c.FPDF_ANNOT_FLAG_NOVIEW
#: So many fields within each other are looked through.
MOST_PARTS = 20
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
    #: Whether it has form fields.
    fields: bool = False
    #: Letters and digits that a font gives for several of its codes.
    doubled: frozenset[str] = frozenset()
    #: By the number of its object, the names of what each stream draws, and of the fonts that it has texts in.
    named: Mapping[int, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)


def check_streams(data: bytes) -> Streams:
    """What the deflated streams of a PDF say when they are decoded."""
    if b"/Encrypt" in data:
        return Streams(frozenset(), layers=True, encrypted=True, patterns=b"/PatternType" in data, fields=True)
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
        fields=any(b"/AcroForm" in part for part in structure),
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


def damaged_pages(path: Path, streams: Streams, password: str | None, pages: int) -> dict[int, str]:
    """The pages (from 1) that draw from damaged streams or from none that is there, and what of them is damaged; of the
    ``pages`` that pdfium sees and of those that it does not.
    """
    whole = not (streams.damaged or streams.encrypted or streams.contents_missing or streams.pages != pages)
    if whole and not any(map(any, streams.named.values())):
        return {}
    import pikepdf

    try:
        return _damaged_pages(path, streams, password, pages)
    except (pikepdf.PdfError, AttributeError, TypeError, ValueError):  # beyond qpdf, or other than it ought to be
        return {}


def _damaged_pages(path: Path, streams: Streams, password: str | None, seen: int) -> dict[int, str]:
    import pikepdf

    pages: dict[int, str] = {}
    with pikepdf.open(path, password=password or "") as pdf:
        of_pages: set[int] = set()
        for number, page in enumerate(pdf.pages, 1):
            parts = list(_parts(page.obj))
            of_pages |= {part.objgen[0] for _, part in parts}
            if streams.encrypted:
                bad = [name for name, part in parts if not _decodes(part)]
            else:
                bad = [name for name, part in parts if part.objgen[0] in streams.damaged]
            if streams.contents_missing and not _has_contents(page.obj):
                bad.append("contents")
            bad += dict.fromkeys(_missing(page.obj, _resources(page.obj), streams))
            if number > seen or "/Parent" not in page.obj:
                bad.append("page tree")
            if bad:
                pages[number] = "、".join(dict.fromkeys(bad))
        if streams.damaged - of_pages:
            kinds = [_kind(pdf, number) for number in sorted(streams.damaged - of_pages)]
            if any(kind == "/ObjStm" for kind in kinds):
                pages.update(dict.fromkeys(range(1, len(pdf.pages) + 1), tr("文件结构")))
    return pages


def _missing(drawing: Any, resources: Any, streams: Streams, depth: int = 0) -> Iterator[str]:
    """What a page, or a form that it draws, names and does not have."""
    import pikepdf

    contents = drawing if isinstance(drawing, pikepdf.Stream) else drawing.get("/Contents")
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    fonts, drawn = (_entries(resources, kind) for kind in ("/Font", "/XObject"))
    for part in parts:
        draws, sets = streams.named.get(part.objgen[0], ((), ())) if isinstance(part, pikepdf.Stream) else ((), ())
        if not all(
            isinstance(fonts.get("/" + name), pikepdf.Dictionary) and "/Subtype" in fonts["/" + name] for name in sets
        ):
            yield "font"
        for name in draws:
            form = drawn.get("/" + name)
            if not isinstance(form, pikepdf.Stream):
                yield "contents"
            elif form.get("/Subtype") == "/Form" and depth < 4:
                yield from _missing(form, form.get("/Resources", resources), streams, depth + 1)


def _entries(resources: Any, kind: str) -> dict[str, Any]:
    """What resources have of a ``kind``, by its names; nothing where they are other than they ought to be."""
    import pikepdf

    entries = resources.get(kind) if isinstance(resources, pikepdf.Dictionary) else None
    return dict(entries) if isinstance(entries, pikepdf.Dictionary) else {}


def _resources(page: Any) -> Any:
    """The resources of a page, its own or those of the part of the tree that it is in."""
    for _ in range(MOST_PARTS):
        if "/Resources" in page or "/Parent" not in page:
            break
        page = page["/Parent"]
    return page.get("/Resources", {})


def _has_contents(page: Any) -> bool:
    """Whether all that a page draws from is there."""
    import pikepdf

    contents = page.get("/Contents")
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return all(isinstance(part, pikepdf.Stream) for part in parts)


def field_texts(path: Path, password: str | None) -> dict[int, list[tuple[Box, str]]]:
    """What was entered into the form fields of each page (from 1), and where, where it has a digit: a drawing of it may be
    another, or none.
    """
    import pikepdf

    try:
        with pikepdf.open(path, password=password or "") as pdf:
            texts = {
                number: [
                    (_box(note), _entered(note))
                    for note in page.obj.get("/Annots", [])
                    if note.get("/Subtype") == "/Widget" and "/Rect" in note
                ]
                for number, page in enumerate(pdf.pages, 1)
            }
    except (pikepdf.PdfError, AttributeError, TypeError, ValueError):  # as above
        return {}
    return {number: [(box, text) for box, text in each if re.search(r"\d", text)] for number, each in texts.items()}


def _box(note: Any) -> Box:
    x0, y0, x1, y1 = map(float, note["/Rect"])
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _entered(field: Any) -> str:
    """The value of a text or a choice, its own or that of the field which it is part of; "" where it is hidden."""
    import pikepdf

    flags, kind, value = int(field.get("/F", 0)), None, None
    for _ in range(MOST_PARTS):
        kind = kind or field.get("/FT")
        value = value if value is not None else field.get("/V")
        if "/Parent" not in field:
            break
        field = field["/Parent"]
    if flags & UNSEEN or kind not in ("/Tx", "/Ch"):
        return ""
    if isinstance(value, pikepdf.Stream):
        return value.read_bytes().decode("utf-8", "replace")
    return str(value) if isinstance(value, pikepdf.String) else ""


def _kind(pdf: Any, number: int) -> str:
    try:
        return str(pdf.get_object(number, 0).get("/Type", ""))
    except Exception:  # a stream that is no object of its own any more
        return ""


def _decodes(stream: Any) -> bool:
    try:
        stream.read_bytes()
    except Exception:
        return "/DCTDecode" in str(stream.get("/Filter", "")) or "/JPXDecode" in str(stream.get("/Filter", ""))
    return True


def _parts(page: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """The streams that a page draws from: its contents, its fonts and their maps, its pictures and forms."""
    import pikepdf

    contents = page.get("/Contents")
    for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
        if isinstance(stream, pikepdf.Stream):
            yield "contents", stream
    resources = page.get("/Resources")
    for font in _entries(resources, "/Font").values():
        if not isinstance(font, pikepdf.Dictionary):
            continue
        descriptors = [
            font.get("/FontDescriptor"),
            *[d.get("/FontDescriptor") for d in font.get("/DescendantFonts", [])],
        ]
        streams = [font.get("/ToUnicode")]
        streams += [d.get(key) for d in descriptors if d for key in ("/FontFile", "/FontFile2", "/FontFile3")]
        yield from (("font", stream) for stream in streams if isinstance(stream, pikepdf.Stream))
    for drawn in _entries(resources, "/XObject").values():
        if not isinstance(drawn, pikepdf.Stream):
            continue
        yield ("picture" if drawn.get("/Subtype") == "/Image" else "contents"), drawn
        if drawn.get("/Subtype") == "/Form" and depth < 4:
            yield from _parts(drawn, depth + 1)
