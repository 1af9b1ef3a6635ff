"""pdfium's functions as they are called for every glyph and every object of a page: many at once, with plain addresses.

A call through pypdfium2's own bindings makes an object of each pointer that it takes and gives, which costs more than what
pdfium does for it.  Here pointers are numbers, and results stand in arrays.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as c

_POINTER, _INT = ctypes.c_void_p, ctypes.c_int


def address(pointer: Any) -> int:
    """The number of one of pdfium's pointers: the same for the same object, however it was come by."""
    return ctypes.cast(pointer, _POINTER).value or 0


def _quick(function: Any, gives: Any, *takes: Any) -> Callable[..., Any]:
    """``function`` of pypdfium2's bindings, with plain numbers for pointers."""
    return ctypes.PYFUNCTYPE(gives, *takes)(address(function))


_code = _quick(c.FPDFText_GetUnicode, ctypes.c_uint, _POINTER, _INT)
_angle = _quick(c.FPDFText_GetCharAngle, ctypes.c_float, _POINTER, _INT)
_matrix = _quick(c.FPDFText_GetMatrix, _INT, _POINTER, _INT, _POINTER)
_of_glyph = _quick(c.FPDFText_GetTextObject, _POINTER, _POINTER, _INT)
_origin = _quick(c.FPDFText_GetCharOrigin, _INT, _POINTER, _INT, _POINTER, _POINTER)
_box = _quick(c.FPDFText_GetLooseCharBox, _INT, _POINTER, _INT, _POINTER)
_object_of_page = _quick(c.FPDFPage_GetObject, _POINTER, _POINTER, _INT)
_object_of_form = _quick(c.FPDFFormObj_GetObject, _POINTER, _POINTER, _INT)
_kind = _quick(c.FPDFPageObj_GetType, _INT, _POINTER)
_bounds = _quick(c.FPDFPageObj_GetBounds, _INT, _POINTER, _POINTER, _POINTER, _POINTER, _POINTER)
_mode = _quick(c.FPDFTextObj_GetTextRenderMode, _INT, _POINTER)
_font = _quick(c.FPDFTextObj_GetFont, _POINTER, _POINTER)
_fill = _quick(c.FPDFPageObj_GetFillColor, _INT, _POINTER, _POINTER, _POINTER, _POINTER, _POINTER)
_outline_part = _quick(c.FPDFGlyphPath_GetGlyphPathSegment, _POINTER, _POINTER, _INT)
_part_kind = _quick(c.FPDFPathSegment_GetType, _INT, _POINTER)
_part_point = _quick(c.FPDFPathSegment_GetPoint, _INT, _POINTER, _POINTER, _POINTER)
_clip = _quick(c.FPDFPageObj_GetClipPath, _POINTER, _POINTER)
_clips = _quick(c.FPDFClipPath_CountPaths, _INT, _POINTER)
_transparent = _quick(c.FPDFPageObj_HasTransparency, _INT, _POINTER)
_segments = _quick(c.FPDFPath_CountSegments, _INT, _POINTER)
_segment = _quick(c.FPDFPath_GetPathSegment, _POINTER, _POINTER, _INT)


def codes(text_page: int, count: int) -> list[int]:
    """The character codes of the glyphs of a page's text."""
    return list(map(_code, repeat(text_page, count), range(count)))


def angles(text_page: int, count: int) -> np.ndarray:
    """By how much each glyph is turned (radians); pdfium takes letters set aslant for turned ones, whose line is level."""
    angle = np.fromiter(map(_angle, repeat(text_page, count), range(count)), dtype=float, count=count)
    turned = np.flatnonzero(angle)
    if len(turned):
        matrix = matrices(text_page, turned.tolist())
        angle[turned] = np.arctan2(-matrix[:, 1], matrix[:, 0]) % (2 * np.pi)
    return angle


def matrices(text_page: int, which: Sequence[int]) -> np.ndarray:
    """How some glyphs are scaled and turned: (n, 6)."""
    room = np.zeros((len(which), 6), dtype=np.float32)
    _fill_room(_matrix, room, repeat(text_page, len(which)), which, apart=False)
    return room


def owners(text_page: int, which: Sequence[int]) -> list[int]:
    """The text object of each of some glyphs."""
    return [obj or 0 for obj in map(_of_glyph, repeat(text_page, len(which)), which)]


def origins(text_page: int, count: int) -> np.ndarray:
    """Where each glyph stands: (count, 2)."""
    room = np.zeros((count, 2))
    _fill_room(_origin, room, repeat(text_page, count), range(count))
    return room


def boxes(text_page: int, count: int) -> np.ndarray:
    """Left, top, right and bottom of each glyph as its font has it: (count, 4)."""
    room = np.zeros((count, 4), dtype=np.float32)
    first, step = room.ctypes.data, 4 * room.itemsize
    _call(map(_box, repeat(text_page, count), range(count), range(first, first + count * step, step)))
    return room


def objects(holder: int, count: int, of_page: bool) -> list[int]:
    """The objects of a page or of a form XObject."""
    get = _object_of_page if of_page else _object_of_form
    return [obj or 0 for obj in map(get, repeat(holder, count), range(count))]


def kinds(objs: Sequence[int]) -> list[int]:
    """What each object is: FPDF_PAGEOBJ_TEXT and its like."""
    return list(map(_kind, objs))


def bounds(objs: Sequence[int]) -> np.ndarray:
    """Left, bottom, right and top of each object: (n, 4)."""
    room = np.zeros((len(objs), 4), dtype=np.float32)
    _fill_room(_bounds, room, objs)
    return room


def render_modes(texts: Sequence[int]) -> list[int]:
    """How each text is drawn: filled, stroked, not at all."""
    return list(map(_mode, texts))


def fonts(texts: Sequence[int]) -> list[int]:
    """The font of each text."""
    return [font or 0 for font in map(_font, texts)]


def fills(objs: Sequence[int]) -> np.ndarray:
    """Red, green, blue and alpha of what fills each object: (n, 4)."""
    room = np.zeros((len(objs), 4), dtype=np.uint32)
    _fill_room(_fill, room, objs)
    return room


def outline(glyph: int, count: int) -> tuple[list[int], np.ndarray]:
    """What each of the ``count`` parts of a glyph's outline is, and its point: (count, 2)."""
    parts = list(map(_outline_part, repeat(glyph, count), range(count)))
    room = np.zeros((count, 2), dtype=np.float32)
    _fill_room(_part_point, room, parts)
    return list(map(_part_kind, parts)), room


def see_through(objs: Sequence[int]) -> list[bool]:
    """Whether something else of the page shows through each object, or changes with what it is drawn on."""
    return [bool(through) for through in map(_transparent, objs)]


def segments(paths: Sequence[int]) -> list[int]:
    """Of how many lines and curves each path is made."""
    return list(map(_segments, paths))


def first_drawn(paths: Sequence[int]) -> list[int]:
    """What each path draws first, a line or a curve, behind its starting point."""
    return list(map(_part_kind, map(_segment, paths, repeat(1))))


def clipped(objs: Sequence[int]) -> list[bool]:
    """Whether each object has a path that it is clipped by."""
    return [bool(path) and _clips(path) > 0 for path in map(_clip, objs)]


def _fill_room(function: Callable[..., Any], room: np.ndarray, *arguments: Any, apart: bool = True) -> None:
    """``function`` for each of ``arguments`` and the places in the row of ``room`` that what it gives goes to: each by
    itself, or (not ``apart``) the first of them.
    """
    first, size, (rows, columns) = room.ctypes.data, room.itemsize, room.shape
    end, step = first + rows * columns * size, columns * size
    places = (range(first + k * size, end + k * size, step) for k in range(columns if apart else 1))
    _call(map(function, *arguments, *places))


def _call(calls: map[Any]) -> None:
    deque(calls, maxlen=0)
