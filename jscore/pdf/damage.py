"""Which pages of a file are damaged: pdfium draws what is left of them, and says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jscore.language import tr
from jscore.pdf.streams import Streams


def damaged_pages(pdf: Any, streams: Streams, seen: int) -> dict[int, str]:
    """The pages (from 1) that draw from damaged streams or from none that is there, and what of them is damaged; pdfium has
    ``seen`` so many pages.
    """
    pages: dict[int, str] = {}
    for number, page in enumerate(pdf.pages, 1):
        parts = list(_parts(page.obj))
        if streams.encrypted:
            bad = [name for name, part in parts if not _decodes(part)]
        else:
            bad = [name for name, part in parts if part.objgen[0] in streams.damaged]
        if streams.contents_missing and not _has_contents(page.obj):
            bad.append("contents")
        bad += dict.fromkeys(_missing(page.obj, page.obj.get("/Resources"), streams))
        if number > seen or "/Parent" not in page.obj:
            bad.append("page tree")
        if bad:
            pages[number] = "、".join(dict.fromkeys(bad))
    if any(_kind(pdf, number) == "/ObjStm" for number in streams.damaged):
        pages.update(dict.fromkeys(range(1, len(pdf.pages) + 1), tr("文件结构")))
    return pages


def _missing(drawing: Any, resources: Any, streams: Streams, depth: int = 0) -> Iterator[str]:
    """What a page, or a form that it draws, names and does not have."""
    import pikepdf

    fonts, drawn = (_entries(resources, kind) for kind in ("/Font", "/XObject"))
    for part in _contents(drawing):
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


def _has_contents(page: Any) -> bool:
    """Whether all that a page draws from is there."""
    import pikepdf

    return all(isinstance(part, pikepdf.Stream) for part in _contents(page))


def _contents(drawing: Any) -> list[Any]:
    """What a page, or a form that one draws, has for the streams that it draws from."""
    import pikepdf

    contents = drawing if isinstance(drawing, pikepdf.Stream) else drawing.get("/Contents")
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


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

    if depth == 0:
        yield from (("contents", stream) for stream in _contents(page) if isinstance(stream, pikepdf.Stream))
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
