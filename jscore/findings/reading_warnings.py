"""What a reader of the frames has to know of how a report was read, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from jscore.findings.card_shown import ranges
from jscore.language import sign, tr
from jscore.tables.forms import form_label
from jscore.text.numbers import APART

Info = Mapping[str, Any]


def warnings(info: Info) -> list[str]:
    """The warnings of a report, a line each, from what report.json says else."""
    return list(_warnings(info))


def _warnings(info: Info) -> Iterator[str]:
    yield from _about_units(info)
    yield from _about_cells(info["unread"], tr("未能读取，数据框中缺，原文在 cells 中"))
    for table in info["without_indicators"]:
        page = table.split("-")[0].removeprefix("p")
        yield tr("第{page}页：自评表{table}中没有找到指标，指标得分未参与核对", page=page, table=table)
    yield from _about_cells(info["not_understood"], tr("所在的行或列不属于任何数据框，只在 cells 中，未参与合计和核对"))
    for (why, read), pages in _by_reason(info["image_pages"]).items():
        meaning = sign("，") + tr("未经勾稽印证的数字使用前请看原页") if read else ""
        yield tr("第{pages}页", pages=ranges(pages)) + sign("：") + why + meaning
    for (why, _), pages in _by_reason(info["damaged_pages"]).items():
        yield tr("第{page}页：{why}，自此以下的数字和文字可能缺失或有误，请看原页", page=ranges(pages), why=why)
    yield from _about_hidden(info["not_shown"])
    yield from _about_homeless(info["homeless"])
    yield from _about_cells(info["doubtful"], tr("在数据框中，可能有误，使用前请看原页"))
    for table in info["repeated_tables"]:
        yield tr(
            "第{pages}页：表{table}与{form}重复（或属另一单位），只在 cells 中，未参与合计和核对",
            pages=ranges(table["pages"]), table=table["table_id"], form=form_label(table["form"]),
        )  # fmt: skip
    for table in info["unknown_tables"]:
        yield tr(
            "第{pages}页：表{table}“{title}”只在 {where} 中，未参与合计和核对：{why}",
            pages=ranges(table["pages"]), table=table["table_id"], title=table["title"] or table["begins"][:30],
            where=tr("cells 和 form_fields") if table["fields"] else "cells", why=table["why"],
        )  # fmt: skip


def _by_reason(pages: Sequence[Info]) -> dict[tuple[str, bool], list[int]]:
    """The pages of which the same is said: why, and whether OCR has read them."""
    groups: dict[tuple[str, bool], list[int]] = {}
    for page in pages:
        groups.setdefault((page["why"], page.get("read", False)), []).append(page["page"])
    return groups


def _about_units(info: Info) -> Iterator[str]:
    """What was taken as the money unit of tables that print none, and where tables print different ones."""
    units = info["money_units"]
    stated = {form: unit for form, unit in units.items() if unit}
    without = sign("、").join(form_label(form) for form in sorted(units) if not units[form])
    if units and not stated:
        presumed = tr("未印金额单位，金额按万元读取，使用前请看原页")
        yield presumed if info["presumed_unit"] else tr("没有认出金额单位，由文字识别的表金额未能读取")
    elif without and info["money_unit"]:
        yield tr("{tables}未印金额单位，按其他表的{unit}读取，使用前请看原页", tables=without, unit=info["money_unit"])
    elif without:
        yield tr("{tables}未印金额单位，而其他表的单位不一，其金额缺", tables=without)
    if len(set(stated.values())) > 1:
        each = sign("、").join(f"{form_label(form)} {unit}" for form, unit in sorted(stated.items()))
        yield tr("各表所印金额单位不同，各按所印换算为万元：{each}", each=each)


def _about_hidden(not_shown: Sequence[Info]) -> Iterator[str]:
    """A line for each page and reason: figures that the file holds and the page does not show."""
    figures = (text for text in not_shown if text["hidden"] and any(map(str.isdigit, text["text"])))
    for place, why in _by_page(figures):
        yield tr(
            "{texts}在文件中，页面上不显示（{why}），未入各表，未参与合计和核对，请看原页是否应有", texts=place, why=why
        )


def _about_homeless(homeless: Sequence[Info]) -> Iterator[str]:
    """A line for each page and reason: what the page shows and nothing was made of."""
    for place, why in _by_page(homeless):
        yield tr("{texts}在页面上，不在任何数据框中，未参与合计和核对（{why}），请看原页", texts=place, why=why)


def _by_page(texts: Iterable[Info]) -> Iterator[tuple[str, str]]:
    """For each page and reason of ``texts`` the page with the first text and how many there are, and the reason."""
    groups: dict[tuple[int, str], list[str]] = {}
    for text in texts:
        groups.setdefault((text["page"], text["why"]), []).append(text["text"].strip())
    for (page, why), each in groups.items():
        more = tr("等{number}处", number=len(each)) if each[1:] else ""
        yield tr("第{page}页：“{text}”{more}", page=page, text=each[0][:24], more=more), why


def _about_cells(cells: Sequence[Info], what: str) -> Iterator[str]:
    """A line for each table and reason: page, table, how many figures, an example, and what it means for the figures."""
    groups: dict[tuple[str, str], list[Info]] = {}
    for cell in cells:
        groups.setdefault((cell["table_id"], cell["why"]), []).append(cell)
    for (table, why), group in groups.items():
        pages = ranges(sorted({cell["page"] for cell in group}))
        example = f"{_example(group[0])}{'…' if group[1:] else ''}"
        yield tr(
            "第{pages}页：表{table}的{number}个数字（{example}）{what}；{why}",
            pages=pages, table=table, number=len(group), example=example, what=what, why=why,
        )  # fmt: skip


def _example(cell: Info) -> str:
    """A cell by what its row is called, unless it says so itself, and what it prints."""
    label = "" if cell["label"] == cell["text"] else cell["label"][:20]
    return f"{label} {cell['text'][:24]}".replace(APART, " ").strip()
