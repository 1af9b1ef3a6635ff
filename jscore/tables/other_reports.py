"""What a PDF is whose tables are not those of a department's final accounts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jscore.language import tr
from jscore.pdf.pages import Line
from jscore.tables.forms import BY_KEY, is_title
from jscore.tables.table import Table
from jscore.text.normal import nfkc
from jscore.text.signs import VEILED

#: What a government takes in, and in tables of departments nobody does.
_TAXES, _BESIDE_TAXES = re.compile("(.{1,4}[、.])?税收收入"), re.compile("(.{1,4}[、.])?(非税收入|转移性收入)")
#: How tables of a government's accounts are called.
_GOVERNMENT = re.compile(
    "(一般公共预算|政府性基金|国有资本经营|社会保险基金)(预算)?(本级)?(收入|支出|收支)决?算|税收返还|转移支付|债务(限额|余额)"
)
#: Every department's accounts tell of it.
_DEPARTMENT = "财政拨款"
#: Words of final accounts and self-evaluations, in one title or sentence of theirs at least, or what stands for unknown ones.
_ANY_ACCOUNTS = re.compile(f"决算|自评|绩效|结转和?结余|{VEILED}")
_EVALUATION = re.compile(r".{0,40}绩效(评价|自评)(工作)?报告.{0,10}")


def other_report(tables: Sequence[Table], lines: Sequence[Line]) -> str:
    """What the PDF with ``tables`` and the ``lines`` outside them is, in a sentence, if it is another report; else ""."""
    cells = [nfkc(cell.text) for table in tables for cell in table.cells if cell.lines]
    known = any(table.form in BY_KEY or table.undivided for table in tables)
    titles = [nfkc(line.text) for line in lines if len(line.text) < 60]
    if not any(_DEPARTMENT in text for text in (*cells, *titles)):
        taxed = all(any(map(words.fullmatch, cells)) for words in (_TAXES, _BESIDE_TAXES))
        if taxed or not known and any(is_title(text) and _GOVERNMENT.search(text) for text in titles):
            return tr("这是政府决算，不是部门决算")
    if not known and any(map(_EVALUATION.fullmatch, titles)):
        return tr("这是绩效评价报告，其中没有部门决算的表，也没有自评表")
    if not known and not any(_ANY_ACCOUNTS.search(text) for text in (*cells, *(nfkc(line.text) for line in lines))):
        title = next(filter(None, (*(table.title for table in tables), *cells)), "")
        return tr("没有部门决算的表，也没有自评表，只有“{title}”等表", title=title[:30])
    return ""
