"""What was read of a page's picture, kept on this machine so that it is not read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from platformdirs import user_cache_path

from jscore.files.whole import whole_file
from jscore.ocr.pages import read_picture
from jscore.ocr.pictures import Drawing, drawing
from jscore.pdf.boxes import Box
from jscore.pdf.content import Recognised
from jscore.pdf.glyphs import Glyphs, Listed
from jscore.pdf.pages import Page

#: Raised when reading changes, so that what an older version read is read anew.
VERSION = 15


def read_or_kept(page: pdfium.PdfPage, number: int, parts: Sequence[Box] = ()) -> tuple[Page, list[Recognised]]:
    """Page ``number``, which is a picture, read by OCR, or as it was read before; of these ``parts`` alone, if any."""
    drawn = drawing(page, parts)
    path = _path(drawn)
    try:
        return _from_json(json.loads(path.read_text(encoding="utf-8")), number)
    except (OSError, ValueError, KeyError, TypeError):
        read, texts = read_picture(drawn, number)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            whole_file(path, json.dumps(_as_json(read, texts), ensure_ascii=False).encode())
        except OSError:
            pass  # a disk that is full or cannot be written to costs the next run its time, no more
        return read, texts


def _path(drawn: Drawing) -> Path:
    what = repr((drawn.colours.shape, round(drawn.dpi, 2), VERSION)).encode()
    key = hashlib.sha256(np.ascontiguousarray(drawn.colours).tobytes() + what).hexdigest()
    return user_cache_path("jscore") / "ocr" / f"{key}.json"


def _as_json(page: Page, texts: list[Recognised]) -> dict[str, Any]:
    views = [_view_as_json(view) for view in (page, *page.others)]
    return {"views": views, "texts": [asdict(text) for text in texts]}


def _view_as_json(page: Page) -> dict[str, Any]:
    glyphs = {name: getattr(page.glyphs, name).tolist() for name in Listed._fields}
    rules = {"horizontal": page.horizontal, "vertical": page.vertical}
    size = {"width": page.width, "height": page.height, "turns": page.turns, "moved": page.moved, "lean": page.lean}
    return {"glyphs": glyphs, **rules, **size}


def _from_json(kept: dict[str, Any], number: int) -> tuple[Page, list[Recognised]]:
    page, *others = (_view_from_json(view, number) for view in kept["views"])
    texts = [Recognised(tuple(text["box"]), text["text"], text["confidence"], text["second"]) for text in kept["texts"]]
    return replace(page, others=tuple(others)), texts


def _view_from_json(kept: dict[str, Any], number: int) -> Page:
    columns = kept["glyphs"]
    x0, x1, base, em = (np.array(columns[name], dtype=float) for name in ("x0", "x1", "base", "em"))
    glyphs = Glyphs(np.array(columns["char"], dtype=object), x0, x1, base, em, np.array(columns["space"], dtype=bool))
    horizontal, vertical = ([tuple(rule) for rule in kept[way]] for way in ("horizontal", "vertical"))
    return Page(
        number, kept["width"], kept["height"], glyphs, horizontal, vertical,
        turns=kept["turns"], moved=tuple(kept["moved"]), lean=kept["lean"],
    )  # fmt: skip
