"""Text in one form for comparing, and characters as fonts name them in place of the usual ones."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: Radicals (U+2E81 to U+2EF3) and the characters they stand for: EquivalentUnifiedIdeograph of the Unicode Character
#: Database, which NFKC does not know.
_RADICALS = str.maketrans(
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑𫜹忄㣺扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
)


@lru_cache(maxsize=1 << 14)
def nfkc(text: str) -> str:
    """``text`` for comparing: NFKC, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def usual(char: str) -> str:
    """Radicals and compatibility ideographs, which some fonts report, as the usual characters."""
    code = ord(char[0])
    if 0x2E80 <= code <= 0x2EFF:
        return char.translate(_RADICALS)
    if 0x2F00 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF:
        return unicodedata.normalize("NFKC", char)
    return char
