"""The characters that figures are made of, and what is left of those that cannot be read."""

from __future__ import annotations

from collections.abc import Collection, Set

import numpy as np

DIGITS = frozenset("0123456789")
FIGURES = DIGITS | frozenset(".,%-")
#: What else figures have, be it as wide as two of their digits.
SIGNS = frozenset("()（）－−△▲０１２３４５６７８９．，％")
#: What says that there is no figure, or is the sign of one.
DASHES = frozenset("-−–—－")
#: What a figure may begin with.
SIGNS_BEFORE = DASHES | frozenset("△▲(（¥￥")
#: What a character leaves that is out of sight or that nobody can name, so that the rest of a figure is not taken for all.
VEILED = "\ufffd"


def among(characters: Collection[str], some: Set[str]) -> np.ndarray:
    """Which of ``characters`` are among ``some``."""
    return np.fromiter((char in some for char in characters), dtype=bool, count=len(characters))
