"""The rules of tables seen in a picture: long strokes, whole or broken, and short ones that stand between two of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np

from jscore.pdf.boxes import Box

#: The least length of a stroke that is looked at, and of one that is a rule by its length alone (letters' heights).
SHORT, LONG = 1.1, 2.6
#: Pieces of a broken rule lie on one line to so many pixels, no further apart than so many letters' heights (less than a
#: row is high); together they are so long.
ASIDE, BREAK, CHAIN = 2.5, 0.8, 8.0
#: A rule may break off so far from a corner (letters' heights).
CORNER = 1.5
#: A short rule ends this near to the rules which it meets (pixels): one that continues another, and one that does not.
NEAR, TOUCHING = 6.0, 3.0
#: Beside a short rule there is white, so wide (letters' heights), along all but this share of it; beside one that
#: continues no other along all but the second share, and on one side it is as wide as the second.
WHITE, WIDE = 0.2, 0.5
TOUCHED, TOUCHED_ALONE = 0.3, 0.05
#: The edge of a stroke is ragged by so many pixels.
RAGGED = 2

Way = Literal["across", "down"]


@dataclass(frozen=True)
class _Stroke:
    """A straight stroke: where it lies, from, to, how thick (pixels), and the numbers of the blots it is made of."""

    at: float
    begin: int
    end: int
    thick: int
    blots: tuple[int, ...]

    @property
    def length(self) -> int:
        return self.end - self.begin


@dataclass(frozen=True)
class SeenRules:
    """The level and the upright rules of a picture (pixels), and where their ink is (255)."""

    across: list[Box]
    down: list[Box]
    ink: np.ndarray


def rules_seen(dark: np.ndarray, em: float) -> SeenRules:
    """The rules of the tables in ``dark`` (255: ink), whose letters are ``em`` pixels high."""
    level, level_blots = _strokes(dark, "across", SHORT * em)
    upright, upright_blots = _strokes(dark, "down", SHORT * em)
    # strokes of letters that run together are longer than one letter's, and have the rest of the letters beside them
    turned = np.ascontiguousarray(dark.T)
    whole = [
        stroke
        for stroke in level
        if not LONG * em < stroke.length <= CHAIN * em or _touched_most(stroke, turned, em) <= TOUCHED
    ]
    across = _rules(whole, em, lambda _, known: known)
    down = _rules(
        upright, em, lambda stroke, known: _meets(stroke, across, known) and _stands_free(stroke, dark, em, known)
    )
    ink = cv2.bitwise_or(_ink(across, level_blots), _ink(down, upright_blots))
    left = cv2.bitwise_and(dark, cv2.bitwise_not(ink))
    ink = cv2.bitwise_or(ink, _remains(left, across, down, round(CORNER * em)))
    across, down = _to_corners(across, down, em), _to_corners(down, across, em)
    return SeenRules(
        [(float(rule.begin), rule.at, float(rule.end), rule.at) for rule in across],
        [(rule.at, float(rule.begin), rule.at, float(rule.end)) for rule in down],
        ink,
    )


def strokes_over(dark: np.ndarray, level: int, upright: int) -> np.ndarray:
    """The ink of the level and the upright strokes of ``dark`` that are at least so long (pixels)."""
    across = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, level), np.uint8))
    down = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((upright, 1), np.uint8))
    return cv2.bitwise_or(across, down)


def _to_corners(rules: list[_Stroke], others: list[_Stroke], em: float) -> list[_Stroke]:
    """``rules``, those that break off shortly before one of the ``others`` drawn out to it."""
    reach = CORNER * em

    def end(at: float, place: int, way: int) -> int:
        ahead = [(other.at - place) * way for other in others if other.begin - reach < at < other.end + reach]
        here = [far for far in ahead if abs(far) < em / 2]
        near = here or [far for far in ahead if 0 < far < reach]
        nearest = sorted((abs(far), far) for far in near)[:1]
        return place + way * max(0, round(nearest[0][1])) if nearest else place

    return [replace(rule, begin=end(rule.at, rule.begin, -1), end=end(rule.at, rule.end, 1)) for rule in rules]


def _remains(ink: np.ndarray, across: list[_Stroke], down: list[_Stroke], beyond: int) -> np.ndarray:
    """The small pieces of broken rules: what lies on the line of a rule, or up to so many pixels ``beyond`` its ends."""
    lines = np.zeros_like(ink)
    for rules, level in ((across, True), (down, False)):
        for rule in rules:
            along = slice(max(rule.begin - beyond, 0), rule.end + beyond)
            half = rule.thick / 2 + 1.5
            beside = slice(max(round(rule.at - half), 0), round(rule.at + half) + 1)
            lines[(beside, along) if level else (along, beside)] = 255
    count, blots, stats, _ = cv2.connectedComponentsWithStats(ink)
    within = np.bincount(blots[lines > 0], minlength=count)
    remains = within == stats[:, cv2.CC_STAT_AREA]
    remains[0] = False
    return np.where(remains, 255, 0).astype(np.uint8)[blots]


def _ink(rules: list[_Stroke], blots: np.ndarray) -> np.ndarray:
    """The picture of the blots of which ``rules`` are made."""
    drawn = np.zeros(int(blots.max()) + 1, np.uint8)
    drawn[[blot for rule in rules for blot in rule.blots]] = 255
    return drawn[blots]


def _strokes(dark: np.ndarray, way: Way, least: float) -> tuple[list[_Stroke], np.ndarray]:
    """The straight strokes of a picture that are at least so long, and the picture of their numbers."""
    size = max(8, round(least))
    kernel = np.ones((1, size) if way == "across" else (size, 1), np.uint8)
    opened = cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel)
    count, blots, stats, centres = cv2.connectedComponentsWithStats(opened)
    strokes = []
    for i in range(1, count):
        x, y, wide, tall, _ = (int(value) for value in stats[i])
        begin, length, thick, at = (x, wide, tall, centres[i][1]) if way == "across" else (y, tall, wide, centres[i][0])
        if 3 * thick < length:  # what is broader is no stroke but a bar or a picture
            strokes.append(_Stroke(float(at), begin, begin + length, thick, (i,)))
    return strokes, blots


def _rules(strokes: list[_Stroke], em: float, is_rule: Callable[[_Stroke, bool], bool]) -> list[_Stroke]:
    """Those of ``strokes`` that are rules: by their length, as pieces of a broken one, or because ``is_rule`` says so.

    ``is_rule`` is told of a short stroke whether it lies on the line of a long one.
    """
    long = [stroke for stroke in strokes if stroke.length > LONG * em] + _chains(strokes, em)
    places = np.array([stroke.at for stroke in long])
    short = [stroke for stroke in strokes if stroke.length <= LONG * em]
    return long + [stroke for stroke in short if is_rule(stroke, bool(np.any(np.abs(places - stroke.at) < ASIDE)))]


def _chains(strokes: list[_Stroke], em: float) -> list[_Stroke]:
    """Rules that a scan broke: strokes one after the other on one line."""
    chains: list[list[_Stroke]] = []
    for stroke in sorted(strokes, key=lambda stroke: stroke.begin):
        for chain in chains:
            if abs(chain[-1].at - stroke.at) < ASIDE and 0 <= stroke.begin - chain[-1].end < BREAK * em:
                chain.append(stroke)
                break
        else:
            chains.append([stroke])
    whole = [chain for chain in chains if len(chain) > 1 and sum(stroke.length for stroke in chain) > CHAIN * em]
    return [
        _Stroke(
            float(np.mean([stroke.at for stroke in chain])),
            chain[0].begin,
            chain[-1].end,
            chain[0].thick,
            tuple(blot for stroke in chain for blot in stroke.blots),
        )
        for chain in whole
    ]


def _meets(stroke: _Stroke, across: list[_Stroke], known: bool) -> bool:
    """Whether an upright stroke begins and ends at level rules."""
    near = NEAR if known else TOUCHING
    levels = [rule for rule in across if rule.begin - NEAR < stroke.at < rule.end + NEAR]
    return all(any(abs(rule.at - end) < near + rule.thick / 2 for rule in levels) for end in (stroke.begin, stroke.end))


def _stands_free(stroke: _Stroke, dark: np.ndarray, em: float, known: bool) -> bool:
    """Whether there is white on both sides of an upright stroke, as there is none beside most strokes of letters."""
    most = _touched_most(stroke, dark, em)
    if known:
        return most <= TOUCHED
    wide = [_touched(stroke, dark, way, round(WIDE * em)) for way in (-1, 1)]
    return most <= TOUCHED_ALONE and min(wide) <= TOUCHED_ALONE


def _touched_most(stroke: _Stroke, dark: np.ndarray, em: float) -> float:
    """The share of an upright stroke's length that has ink close beside it, on the side where that is more."""
    return max(_touched(stroke, dark, way, max(3, round(WHITE * em))) for way in (-1, 1))


def _touched(stroke: _Stroke, dark: np.ndarray, way: int, white: int) -> float:
    """The share of an upright stroke's length that has ink beside it, to the left (-1) or to the right (1)."""
    edge = round(stroke.at) + way * (round(stroke.thick / 2) + RAGGED)
    left, right = sorted((edge, edge + way * white))
    beside = dark[stroke.begin + 4 : stroke.end - 4, max(left, 0) : right]
    return float(np.any(beside > 0, axis=1).mean()) if beside.size else 0.0
