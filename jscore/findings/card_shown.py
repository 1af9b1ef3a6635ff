"""The report card as it is shown: a run prints it without having to import what counts."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from typing import Any

from jscore.language import N_, sign, tr
from jscore.language.words import in_numbers, word

#: What each of ``choose.counts`` is called, wherever it is said how many relations hold.
HOLDING = {"tables": N_("九张表的勾稽关系"), "all": N_("全部勾稽关系")}


def holding(counted: Mapping[str, tuple[int, int]]) -> dict[str, str]:
    """How many relations hold, of how many tested, by ``HOLDING``, in words."""
    told = tr("{held}项成立，共{tested}项")
    return {
        tr(HOLDING[name]): told.format(held=f"{held:,}", tested=f"{tested:,}")
        for name, (held, tested) in counted.items()
    }


def print_card(info: Mapping[str, Any]) -> None:
    """Print a report's card as a table on standard output."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from jscore.errors import one_line

    console = Console()
    title = f"{info['report_id']}: {info['department'] or '?'} {info['year'] or '?'}"
    table = Table(title=Text(one_line(title)), show_header=False)
    table.add_column()
    table.add_column(overflow="fold")  # a line of Chinese has no blank to break at
    for label, text in card_rows(info):
        table.add_row(label, Text(one_line(text)))
    console.print(table)
    for warning in (*unidentified(info), *info["warnings"]):
        console.print(Text(one_line(tr("注意：{what}", what=warning)), style="yellow"))


def unidentified(info: Mapping[str, Any]) -> list[str]:
    """What is not known of whose report it is and of which year, a line each; report.json has no value there."""
    return [
        *([tr("未能辨认部门名称")] if info["department"] is None else []),
        *([tr("未能辨认年度，请写进文件名（…-2024.pdf）")] if info["year"] is None else []),
    ]


def card_rows(info: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The lines of the card, (what, how many), for print and notebook."""
    facts, forms = info["card"], info["forms"]
    between, none = sign("、"), tr("无")
    pages = {key: f"{word(key)}{_on(form['pages'])}" for key, form in forms.items()}
    share = facts["share_of_amounts_confirmed"]
    by_status = (("found", tr("有数字的表")), ("empty", tr("空表")), ("missing", tr("目录列有而未见的表")))
    unknown = [f"{table['table_id']} {table['begins'][:30]}" for table in info["unknown_tables"]]
    others = [f"{table['title']}{_on(table['pages'])}" for table in info["other_tables"]]
    confirmed = tr("没有金额") if share is None else f"{floor(share * 1000) / 10:.1f}%"
    return [
        *((label, between.join(pages[key] for key in facts[status]) or none) for status, label in by_status),
        (tr("不认识的表"), between.join(unknown) or none),
        (tr("九张表以外的表"), between.join(others) or none),
        (tr("金额单位"), info["money_unit"] or tr("未印")),
        (
            tr("跨页分段的表"),
            tr("{forms}种表，各表共{fragments}段", forms=facts["stitched_tables"], fragments=facts["fragments"]),
        ),
        (tr("有表的页"), tr("{number}页，共{of}页", number=facts["pages_with_tables"], of=info["page_count"])),
        (tr("读出的单元格"), f"{facts['cells']:,}"),
        (tr("未能读取的数字"), str(facts["unread"])),
        (tr("未能归入各表的数字"), str(facts["in_no_frame"])),
        *([(tr("文字识别的页"), _by_ocr(info))] if info["image_pages"] else []),
        (tr("存疑的数字"), str(facts["doubtful"])),
        *holding(facts["holding"]).items(),
        (tr("得到勾稽关系印证的金额"), confirmed),
        (tr("发现"), in_numbers(facts["findings"])),
    ]


def _on(pages: list[int]) -> str:
    return tr("（第{pages}页）", pages=ranges(pages)) if pages else ""


def _by_ocr(info: Mapping[str, Any]) -> str:
    """How many pages were pictures, and what of them was read; how many figures that gave, and what is known of them."""
    pages = info["image_pages"]
    return tr(
        "图片页{all}页，识别{read}页；识别数字{figures}个，印证{confirmed}个，更正{corrected}个，存疑{doubtful}个",
        all=len(pages), read=sum(page.get("read", False) for page in pages), **info["card"]["by_ocr"],
    )  # fmt: skip


def ranges(pages: list[int]) -> str:
    """1, 2, 3, 5 as 1-3, 5."""
    parts: list[list[int]] = []
    for page in pages:
        if parts and page == parts[-1][-1] + 1:
            parts[-1].append(page)
        else:
            parts.append([page])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)
