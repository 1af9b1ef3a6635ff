"""Text recognition with the PP-OCR model that the rapidocr package brings."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from jscore.errors import ReadError
from jscore.language import tr
from jscore.text.normal import nfkc

#: What an amount can be made of, and what is misread for it.
AMOUNT = "0123456789,.-"
LOOK_ALIKE = set("OoQDlIiⅠⅡ丨|〇○。·．，、一—–−_~'‘’:：")
#: Height of a line of text as the model takes it, and the least width (pixels).
HEIGHT, LEAST = 48, 48
#: Width of all pictures of one batch together (pixels): wider ones take more memory, and no less time.
BATCH = 1000
#: The recognition model among rapidocr's files.
MODEL = "models/*rec*.onnx"
#: A character among figures that is read less surely than this may be none.
STRAY = 0.7
#: Characters that stand alone in headings, and how likely one has to be where another was read unsurely.
ALONE, LIKELY = ["类", "款", "项"], 0.1
#: A character that mainland print does not use (決 for 决) has to be so many times as likely as one that it does.
UNUSUAL = 20.0
#: How sure a line is at most that looks different in another light.
DISPUTED = 0.8
#: How sure a point is that may be a comma.
UNSURE = 0.5
#: 日 in words that have none: 专项日常 and 学科日常 do.
_SUN = re.compile("(?<=[科项])日(?!常)")
_ONE_POINT = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_COMMA_FOR_POINT = re.compile(r"-?\d{1,3},\d{2}")
_POINTS = re.compile(r"-?[1-9]\d{0,2}(?:[.,]\d{3})+(?:[.,]\d{1,2})?")


@dataclass(frozen=True)
class Reading:
    """A line of text: its characters, where each stands (share of the width), and how sure each is (0 to 1)."""

    chars: tuple[str, ...]
    at: tuple[float, ...]
    sure: tuple[float, ...]
    second: str = ""

    @property
    def text(self) -> str:
        return "".join(self.chars)

    @property
    def confidence(self) -> float:
        """That of the least certain character."""
        return min(self.sure, default=0.0)

    def unsure(self) -> Reading:
        """The same, no surer than what looks different in another light."""
        return replace(self, sure=tuple(min(each, DISPUTED) for each in self.sure))


def agreed(readings: Sequence[Reading]) -> Reading:
    """Of several readings of one line the one whose text they are together surest of, no surer than most are of it.

    What the others read instead is its second reading.
    """
    sureness: dict[str, float] = {}
    for reading in readings:
        sureness[reading.text] = sureness.get(reading.text, 0.0) + (
            float(np.mean(reading.sure)) if reading.chars else 0.0
        )
    ranked = sorted(sureness, key=sureness.__getitem__, reverse=True)
    same = sorted((each for each in readings if each.text == ranked[0]), key=lambda each: each.confidence)
    taken = same[(len(same) - 1) // 2]
    if len(same) == len(readings):
        return taken
    rival = ranked[1] if taken.second else ""
    return replace(taken.unsure(), second=rival)


@cache
def _session() -> Any:
    """The recognition model alone: what else rapidocr can do is not needed, and would cost memory."""
    try:
        import onnxruntime
        import rapidocr
    except ImportError:
        raise ReadError(tr("图片页需要文字识别，请安装：pip install 'jscore[ocr]'")) from None
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    # threads that wait leave the processor free
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = next(Path(rapidocr.__file__).parent.glob(MODEL))
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def recognise(lines: Sequence[np.ndarray]) -> list[Reading]:
    """What each of ``lines`` says, pictures (height, width) in grey of one line of text each."""
    widths = [max(LEAST, math.ceil(HEIGHT * line.shape[1] / line.shape[0])) for line in lines]
    order = sorted(range(len(lines)), key=widths.__getitem__)
    readings: dict[int, Reading] = {}
    while order:
        size = max(1, BATCH // (math.ceil(widths[order[0]] / 32) * 32))
        batch, order = order[:size], order[size:]
        width = math.ceil(widths[batch[-1]] / 32) * 32
        scores = _scores([lines[i] for i in batch], [widths[i] for i in batch], width)
        for i, score in zip(batch, scores, strict=True):
            readings[i] = _decoded(score, widths[i] / width)
    return [readings[i] for i in range(len(lines))]


def _scores(lines: list[np.ndarray], widths: list[int], width: int) -> np.ndarray:
    import cv2

    batch = np.zeros((len(lines), 3, HEIGHT, width), dtype=np.float32)
    for row, line, line_width in zip(batch, lines, widths, strict=True):
        row[:, :, :line_width] = cv2.resize(line, (line_width, HEIGHT)).astype(np.float32) / 127.5 - 1
    session = _session()
    scores: np.ndarray = session.run(None, {session.get_inputs()[0].name: batch})[0]
    return scores


@cache
def _characters() -> np.ndarray:
    """The characters that the model's columns stand for; the first is none."""
    return np.array(["", *_session().get_modelmeta().custom_metadata_map["character"].splitlines(), " "])


@cache
def _unusual() -> np.ndarray:
    """Which of the model's columns stand for Chinese characters outside GB 2312: traditional and Japanese ones, mostly."""
    characters: Any = _characters()
    return np.array([char >= "\u3400" and not char.encode("gb2312", "ignore") for char in characters])


@cache
def _twins() -> np.ndarray:
    """For each of the model's columns the one that stands for the same mark in its other width, or the first."""
    characters: list[str] = _characters().tolist()
    column = {char: k for k, char in enumerate(characters)}
    twins = np.zeros(len(characters), dtype=int)
    for char, k in column.items():
        plain = nfkc(char)
        if plain and plain != char and plain in column:
            twins[k], twins[column[plain]] = column[plain], k
    twins[0] = 0
    return twins


def _best(scores: np.ndarray) -> np.ndarray:
    """The most likely column of every step, an unusual character being so much less likely than it was scored."""
    best = scores.argmax(axis=1)
    steps = np.flatnonzero(_unusual()[best])
    best[steps] = np.where(_unusual(), scores[steps] / UNUSUAL, scores[steps]).argmax(axis=1)
    return best


@cache
def _amount_columns() -> np.ndarray:
    """The model's columns for "no character" (0) and for what an amount is made of."""
    characters: Any = _characters()
    return np.concatenate([[0], np.flatnonzero(np.isin(characters, list(AMOUNT)))])


def _decoded(scores: np.ndarray, share: float) -> Reading:
    """Best character of every step, repeated ones once; what looks like an amount is read again with its alphabet."""
    best = _best(scores)
    steps = np.arange(len(best))
    reading = _collapsed(best, np.minimum(scores[steps, best] + scores[steps, _twins()[best]], 1.0), share)
    if not _like_an_amount(reading):
        return _standing_alone(_with_eyes(reading), scores)
    columns = _amount_columns()
    part = scores[:, columns]
    best = part.argmax(axis=1)
    sure = part[np.arange(len(best)), best]
    return _grouped(_collapsed(columns[best], sure, share, _second(part, columns, best)))


def _with_eyes(reading: Reading) -> Reading:
    """A line with 目 for 日 in 科目 and 项目, where thin strokes make one look like the other."""
    return replace(reading, chars=tuple(_SUN.sub("目", reading.text))) if _SUN.search(reading.text) else reading


def _standing_alone(reading: Reading, scores: np.ndarray) -> Reading:
    """A single character that is read unsurely, as the likeliest of those that stand alone in headings."""
    if len(reading.chars) != 1 or reading.confidence >= STRAY:
        return reading
    likely = scores[:, np.isin(_characters(), ALONE)].max(axis=0)
    if likely.max() < LIKELY:
        return reading
    char = str(_characters()[np.isin(_characters(), ALONE)][likely.argmax()])
    return replace(reading, chars=(char,))


def _like_an_amount(reading: Reading) -> bool:
    """Whether a line is figures, or what is misread for them, and no more than one character beside that is unsure."""
    kept = [(char, sure) for char, sure in zip(reading.chars, reading.sure, strict=True) if not char.isspace()]
    figures = sum(char in AMOUNT for char, _ in kept)
    others = [sure for char, sure in kept if char not in AMOUNT and char not in LOOK_ALIKE]
    return bool(kept) and figures * 2 >= len(kept) and len(others) <= 1 and all(sure < STRAY for sure in others)


def _grouped(reading: Reading) -> Reading:
    """An amount whose commas were read as points, or its point as a comma, put right where it can be no other.

    One point before three digits may be either: what was read stays, as doubtful, and the comma is its second reading.
    """
    if _ONE_POINT.fullmatch(reading.text):
        sure = tuple(
            min(sure, UNSURE) if char == "." else sure for char, sure in zip(reading.chars, reading.sure, strict=True)
        )
        return replace(reading, sure=sure, second=reading.text.replace(".", ","))
    if not _POINTS.fullmatch(reading.text) and not _COMMA_FOR_POINT.fullmatch(reading.text):
        return reading
    parts = [k for k, char in enumerate(reading.chars) if char in ",."]
    last = parts[-1] if len(reading.chars) - parts[-1] < 4 else -1
    chars = tuple("." if k == last else "," if k in parts else char for k, char in enumerate(reading.chars))
    # what looks like groups of three and two digits may also be three, one of them lost
    sure = tuple(
        UNSURE if char == "." != read else sure
        for char, read, sure in zip(chars, reading.chars, reading.sure, strict=True)
    )
    return replace(reading, chars=chars, sure=sure)


def _collapsed(best: np.ndarray, sure: np.ndarray, share: float, second: str = "") -> Reading:
    begins = np.flatnonzero((best != 0) & (best != np.concatenate([[0], best[:-1]])))
    chars, at, certain = [], [], []
    for begin in begins:
        end = begin + 1
        while end < len(best) and best[end] == best[begin]:
            end += 1
        chars.append(str(_characters()[best[begin]]))
        at.append(min(1.0, (begin + end) / 2 / len(best) / share))
        certain.append(float(sure[begin:end].max()))
    return Reading(tuple(chars), tuple(at), tuple(certain), second)


def _second(part: np.ndarray, columns: np.ndarray, best: np.ndarray) -> str:
    """The amount with its least certain character read as the next likely one."""
    ranked = np.argsort(part, axis=1)
    margin = part[np.arange(len(part)), ranked[:, -1]] - part[np.arange(len(part)), ranked[:, -2]]
    inked = np.flatnonzero(best != 0)
    if not len(inked):
        return ""
    step = inked[margin[inked].argmin()]
    changed = best.copy()
    run = [step]
    while run[-1] + 1 < len(best) and best[run[-1] + 1] == best[step]:
        run.append(run[-1] + 1)
    changed[run] = ranked[step, -2]
    codes = columns[changed]
    keep = (codes != 0) & (codes != np.concatenate([[0], codes[:-1]]))
    return "".join(_characters()[codes[keep]])
