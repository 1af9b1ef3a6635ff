"""What was entered into the form fields of a file: a drawing of it may be another, or none."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2.raw as c

from jscore.pdf.boxes import Box

#: The flags of annotations that nobody sees.
UNSEEN = c.FPDF_ANNOT_FLAG_HIDDEN | c.FPDF_ANNOT_FLAG_NOVIEW
#: So many fields within each other are looked through.
PARENTS = 20


def field_texts(pdf: Any) -> dict[int, list[tuple[Box, str]]]:
    """What was entered into the form fields of each page (from 1), and where, where it has a digit."""
    if "/AcroForm" not in pdf.Root:
        return {}
    return {
        number: [
            (_box(note), text)
            for note in page.obj.get("/Annots", [])
            if note.get("/Subtype") == "/Widget" and "/Rect" in note and re.search(r"\d", text := _entered(note))
        ]
        for number, page in enumerate(pdf.pages, 1)
    }


def _box(note: Any) -> Box:
    x0, y0, x1, y1 = map(float, note["/Rect"])
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _entered(field: Any) -> str:
    """The value of a text or a choice, its own or that of the field which it is part of; "" where it is hidden."""
    import pikepdf

    flags, kind, value = int(field.get("/F", 0)), None, None
    for _ in range(PARENTS):
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
