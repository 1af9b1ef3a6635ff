#!/usr/bin/env python3
"""Make the fonts that ``jscore`` bundles: two subsets of Noto Sans CJK SC, renamed.

    python scripts/make_font.py NotoSansCJK-Regular.ttc Unihan_OtherMappings.txt.bz2

The first file is in Debian's ``fonts-noto-cjk`` (/usr/share/fonts/opentype/noto/), the second in Debian's
``unicode-data`` (/usr/share/unicode/).  Needs ``fonttools``; the same inputs and version of it give the same bytes.

What the first keeps: GB 2312 (its punctuation, numerals, Greek and kana too), the 8105 characters of 通用规范汉字表
(Unihan's kTGH), the 5401 common traditional characters (Big5, level 1), which turn up in names, ASCII and Latin-1,
full-width forms, circled numbers and some marks.  The second, for rare names, keeps the other characters of GBK, which is what could
be typed into a report for thirty years; it is opened only where one of them is drawn.  Left out: hinting, vertical metrics, and all layout features
but kerning.  Noto's licence, the OFL, declares no reserved font name; the subset has a name of its own all the same,
so that it is never taken for Noto itself.
"""

from __future__ import annotations

import argparse
import bz2
from collections.abc import Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

FACE = "NotoSansCJKsc-Regular"
FOLDER = Path(__file__).parent.parent / "jscore" / "fonts"
#: Family, PostScript name and file of the two.
COMMON = ("jscore Sans SC", "jscoreSansSC-Regular", "jscore-sans-sc.otf")
RARE = ("jscore Sans SC Rare", "jscoreSansSCRare-Regular", "jscore-sans-sc-rare.otf")

RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1
    (0x2010, 0x2027),  # dashes, quotation marks, ellipsis
    (0x2460, 0x2473),  # ① to ⑳
    (0x2474, 0x2487),  # ⑴ to ⒇
    (0x3000, 0x3029),  # CJK punctuation
    (0xFF01, 0xFF5E),  # full-width ASCII
    (0xFFE0, 0xFFE6),  # full-width signs
)
MARKS = "√✓✔×÷±−≤≥≠≈≦≧‰‱％℃㎡㎥㎏㎜㎝㎞№※→←↑↓□■☐☑☒○●◎△▲▽▼◇◆☆★€£¥￥・‹›〇〓Ⅰ"
MARKS += "ⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ"


def double_bytes(encoding: str, first: range, second: range) -> Iterator[str]:
    """The characters of a double-byte ``encoding`` whose lead byte is in ``first``."""
    for lead in first:
        for trail in second:
            try:
                yield bytes((lead, trail)).decode(encoding)
            except UnicodeDecodeError:
                continue


def general_standard(unihan: Path) -> Iterator[str]:
    """The characters of 通用规范汉字表, by Unihan's property kTGH."""
    with bz2.open(unihan, "rt", encoding="utf-8") as lines:
        for line in lines:
            code, _, rest = line.partition("\t")
            if rest.startswith("kTGH\t"):
                yield chr(int(code.removeprefix("U+"), 16))


def characters(unihan: Path) -> set[str]:
    """Every character that the subset keeps."""
    kept = {chr(code) for first, last in RANGES for code in range(first, last + 1)}
    kept.update(MARKS)
    kept.update(double_bytes("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF)))
    kept.update(double_bytes("big5", range(0xA4, 0xC7), range(0x40, 0xFF)))
    kept.update(general_standard(unihan))
    return kept


def rare() -> set[str]:
    """Every Chinese character of GBK."""
    return {
        character
        for character in double_bytes("gbk", range(0x81, 0xFF), range(0x40, 0xFF))
        if "一" <= character <= "鿿"
    }


def face(collection: Path) -> TTFont:
    """The simplified-Chinese face of Noto Sans CJK's ``collection``, its own date kept."""
    names = [font["name"].getDebugName(6) for font in TTCollection(collection, lazy=True).fonts]
    return TTFont(collection, fontNumber=names.index(FACE), lazy=True, recalcTimestamp=False)


def subset(font: TTFont, kept: set[str]) -> None:
    """Cut ``font`` down to the characters ``kept``."""
    options = Options(hinting=False, layout_features=["kern"], name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["BASE", "GSUB", "VORG", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in kept])
    subsetter.subset(font)


def rename(font: TTFont, family: str, postscript: str) -> None:
    """Give ``font`` its own family name; copyright and licence stay as they are."""
    names = font["name"]
    names.names = [record for record in names.names if record.langID == 0x409 and record.nameID != 7]
    for number, text in (
        (1, family),
        (3, f"{postscript};subset of {names.getDebugName(3)}"),
        (4, family),
        (6, postscript),
        (10, f"Subset of Noto Sans CJK SC, {names.getDebugName(5)}, made for jscore by scripts/make_font.py"),
    ):
        names.setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [postscript]
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = family, family
    for part in top.FDArray:
        part.FontName = part.FontName.replace("NotoSansCJKjp-Regular", postscript)


def make(collection: Path, kept: set[str], names: tuple[str, str, str]) -> None:
    """Write the subset with the characters ``kept`` of ``collection``, under ``names``."""
    font = face(collection)
    absent = sorted(character for character in kept if ord(character) not in font["cmap"].getBestCmap())
    subset(font, kept)
    rename(font, *names[:2])
    target = FOLDER / names[2]
    font.save(target)
    print(f"{target}: {len(kept) - len(absent)} characters, {target.stat().st_size:,} bytes")
    print(f"not in {FACE}: {''.join(absent) or 'none'}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the fonts that jscore bundles.")
    parser.add_argument("collection", type=Path, help="NotoSansCJK-Regular.ttc")
    parser.add_argument("unihan", type=Path, help="Unihan_OtherMappings.txt.bz2")
    args = parser.parse_args()
    common = characters(args.unihan)
    make(args.collection, common, COMMON)
    make(args.collection, rare() - common, RARE)


if __name__ == "__main__":
    main()
