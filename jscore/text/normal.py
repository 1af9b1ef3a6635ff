"""Text in one form for comparing."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=1 << 14)
def nfkc(text: str) -> str:
    """``text`` for comparing: NFKC, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())
