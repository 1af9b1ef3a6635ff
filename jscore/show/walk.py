"""Findings one by one, as the audit notebook shows them: what does not hold, and the parts of the pages side by side."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from jscore.errors import ReadError
from jscore.findings.choose import chosen, clean
from jscore.findings.pictures import COLOURS, Picture, opened, pictures
from jscore.findings.places import marks
from jscore.findings.spoken import spoken, spoken_label
from jscore.findings.text import numbers
from jscore.language import sign, tr
from jscore.language.words import word
from jscore.schema import SEVERITIES
from jscore.show.notebooks import Shown, png, say

if TYPE_CHECKING:
    import pandas as pd
    import pypdfium2 as pdfium

    from jscore.report import Report

#: Colours that a picture of a page keeps: print has few, and the page stays small.  They are found by the fast octree,
#: in a fifth of the time for as many bytes.
_PALETTE = 16
_ROW = "display:flex;flex-wrap:wrap;gap:.6em 1.2em;align-items:flex-start;margin:.4em 0 1.6em"
_CELL = "flex:1 1 22em;max-width:34em;margin:0"
_IMAGE = "max-width:100%;border:1px solid #ccc;display:block"


def walk(report: Report, severity: str, most: int = 40) -> Shown:
    """The findings of ``severity`` in order: each with what does not hold, its figures under test and their counterparts.

    After ``most`` of them there are no more pictures, and that is said; without any, that is said.  Without the PDF
    there are words only.
    """
    if severity not in SEVERITIES:
        raise ValueError(f"severity {severity!r}: one of {', '.join(SEVERITIES)}")
    findings = chosen(report.checks)
    findings = spoken(findings[findings["severity"] == severity], report.check_figures)
    if findings.empty:
        return say(tr("本报告没有这一级的发现。"))
    parts: list[Shown] = []
    with ExitStack() as stack:
        document: pdfium.PdfDocument | None = None
        try:
            document = stack.enter_context(opened(report))
        except (FileNotFoundError, ReadError) as error:
            parts.append(say(tr("没有图片：{why}", why=error)))
        placed = marks(report.check_figures[report.check_figures["check_no"].isin(findings["check_no"].head(most))])
        for check in findings.to_dict("records"):
            marked = placed.get(check["check_no"], []) if document is not None else []
            parts.append(_finding(check, pictures(document, marked) if marked else []))
    if len(findings) > most:
        parts.append(
            say(tr("最后{number}条此处没有图片；report.show_check(check_no) 逐条显示。", number=len(findings) - most))
        )
    return Shown("".join(part.html for part in parts), "\n\n".join(part.text for part in parts))


def leads(checks: pd.DataFrame, severities: Sequence[str]) -> dict[str, str]:
    """The numbers of the findings that ``walk`` shows for ``severities``, and the place on the page where it does."""
    findings = chosen(checks)
    return {
        str(number): f"finding-{number}" for number in findings.loc[findings["severity"].isin(severities), "check_no"]
    }


def _finding(check: Mapping[Any, Any], drawn: list[Picture]) -> Shown:
    where = tr("（第{pages}页）", pages=check["pages"]) if clean(check["pages"]) else ""
    head = f"{check['check_no']} · {sign('：').join(filter(None, (clean(check['title']), spoken_label(clean(check['subject'])))))}{where}"
    texts = [text for text in (clean(check["message"]), numbers(check)) if text]
    lines = "<br>".join(html.escape(text) for text in texts)
    columns = "".join(_column(role, [p for p in drawn if p.mark.role == role]) for role in COLOURS)
    return Shown(
        f'<h3 id="finding-{check["check_no"]}" style="font-size:1em;margin:1.2em 0 .2em">{html.escape(head)}</h3>'
        f'<p style="margin:.2em 0">{lines}</p><div style="{_ROW}">{columns}</div>',
        "\n".join([head, *texts]),
    )


def _column(role: str, drawn: list[Picture]) -> str:
    return f'<div style="{_CELL}">{"".join(_figure(role, picture) for picture in drawn)}</div>' if drawn else ""


def _figure(role: str, picture: Picture) -> str:
    caption = html.escape(
        tr("{role}，第{page}页：{said}", role=word(role), page=picture.mark.page, said=picture.mark.caption)
    )
    return (
        f'<figure style="margin:0 0 .6em"><figcaption>{caption}</figcaption>'
        f'<img alt="{caption}" style="{_IMAGE}" src="{png(picture.image.quantize(_PALETTE, method=2))}"></figure>'
    )
