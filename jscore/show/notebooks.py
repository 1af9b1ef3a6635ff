"""What the cells of notebooks show: tables, sentences and pieces of pages."""

from __future__ import annotations

import html
import zlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pandas as pd

from jscore import schema
from jscore.fonts import width
from jscore.language import tr
from jscore.language.words import WORDED, word
from jscore.summary.sentences import capital

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler
    from PIL.Image import Image

    from jscore.report import Report

#: How numbers of a unit are written in tables; others as amounts.
FORMATS = {
    "万元": "{:,.2f}",
    "元": "{:,.0f}",
    "fraction": "{:.2%}",
    "share": "{:.1%}",
    "points": "{:.2f}",
    "integer": "{:.0f}",
    "persons": "{:,.0f}",
}
#: What stands for a missing number.
NOTHING = "—"
#: Width (em) up to which a column of text is not wrapped.
WIDEST = 12
#: A4 between its margins, and the letters of a table there (px): usual, smallest.
PAPER, _PRINTED, _SMALLEST = 715, 9.0, 4.0
#: Ems that a figure, the padding of a cell and a column of text take at least.
_FIGURE, _PADDING, _LEAST = 0.58, 0.85, 3.5
#: No place on the page that a number leads to.
NOWHERE: Mapping[str, str] = {}
#: Pixels a point of ``Report.show``.
SCALE = 2


@dataclass(frozen=True)
class Shown:
    """Something that a notebook displays: as HTML, and as text where there is none."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def say(*sentences: str | None) -> Shown:
    """``sentences``, shown as they are, a list if there are several; those that are None are left out."""
    kept = [sentence for sentence in sentences if sentence]
    tag = "li" if len(kept) > 1 else "p"
    items = "".join(f"<{tag}>{html.escape(sentence)}</{tag}>" for sentence in kept)
    return Shown(f"<ul>{items}</ul>" if tag == "li" else items, "\n".join(kept))


def answer(*sentences: str) -> Shown:
    """What a notebook opens with: its first sentence large, the others as a list."""
    if not sentences:
        return say(tr("本报告没有这方面的数字。"))
    first, *others = map(capital, sentences)
    lead = Shown(f'<p class="lead" style="font-size:1.25em;font-weight:600">{html.escape(first)}</p>', first)
    return together(lead, say(*others)) if others else lead


def together(*parts: Shown) -> Shown:
    """Several things that a cell shows, one under the other."""
    return Shown("".join(part.html for part in parts), "\n".join(part.text for part in parts))


def say_each(texts: Sequence[str], none: str) -> Shown:
    """``texts`` as they are; ``none`` is said where there are none."""
    return say(*texts) if texts else say(none)


def table(
    frame: pd.DataFrame, none: str = "", of: str = "", bars: Sequence[str] = (), height: float = 50,
    leads: Mapping[str, str] = NOWHERE,
) -> Shown:  # fmt: skip
    """``frame`` for reading: headings in words, formatted numbers, names indented by ``level``; long ones scroll.

    ``none`` is said instead if it has no rows.  ``of`` names the frame of the schema whose headings come first,
    ``bars`` the columns with a bar in the cell, ``height`` (em) is where scrolling begins.  Numbers of findings that
    ``leads`` knows lead to that place of the page.
    """
    if frame.empty:
        return say(none or tr("没有内容。"))
    style = (
        f"max-height:{height}em;overflow:auto;display:inline-block;max-width:100%;--print:{_print_size(frame, of):g}px"
    )
    return Shown(
        f'<div class="scroll" style="{style}">{_styled(frame, of, bars, leads).to_html()}</div>', frame.to_string()
    )


def printed(report: Report, frame: str, row: Any | None, what: str, value: str, margin: float = 60) -> Shown:
    """The line of the page with row ``row`` of ``frame``, its cell framed, under what it is and the value it was read as.

    Without a row it says that there is none.  ``margin`` is shown above and below the cell, in points.
    """
    if row is None:
        return say(tr("{what}：本报告没有。", what=what))
    try:
        place = report.locate(frame, row)
        whole = report.show(frame, row, margin=1e4)
    except (FileNotFoundError, KeyError) as error:
        return say(tr("{what}：没有图片（{why}）。", what=what, why=error.args[0]))
    above, below = (whole.height - SCALE * y for y in (place.box[3] + margin, place.box[1] - margin))
    band = whole.crop((0, max(0, round(above)), whole.width, min(whole.height, round(below))))
    head = html.escape(tr("{what}：{value}（第{page}页）", what=what, value=value, page=place.page))
    picture = (
        f'<img alt="{head}" style="max-width:100%;border:1px solid #ccc" src="{png(band.quantize(64), optimize=True)}">'
    )
    return Shown(f'<figure style="margin:1em 0"><figcaption>{head}</figcaption>{picture}</figure>', html.unescape(head))


def _print_size(frame: pd.DataFrame, of: str) -> float:
    """The size of letters (px) at which the numbers of ``frame``, which do not wrap, and a word of each text fit on paper."""
    ems = 0.0
    for name, values in frame.items():
        format_ = _format(schema.column(str(name), of))
        if pd.api.types.is_numeric_dtype(values):
            ems += max((len(format_.format(value)) for value in values.dropna()), default=1) * _FIGURE + _PADDING
        else:
            ems += min(max(width(str(value)) for value in values.fillna("")) / 2, _LEAST) + _PADDING
    return float(min(max(PAPER / ems, _SMALLEST), _PRINTED))


def money(value: float | None, unit: str = "万元") -> str:
    """An amount for a sentence: 1,234.50 万元, or 2,050 元."""
    return NOTHING if value is None or pd.isna(value) else f"{FORMATS[unit].format(value)} {unit}"


def percent(value: float | None, decimals: int = 1) -> str:
    """A share or rate for a sentence: 12.3%."""
    return NOTHING if value is None or pd.isna(value) else f"{value:.{decimals}%}"


def points(value: float | None) -> str:
    """A score for a sentence: 93.14."""
    return NOTHING if value is None or pd.isna(value) else f"{value:.10g}"


def png(picture: Image, **how: Any) -> str:
    """A picture as the address of one that is in the page itself."""
    data = BytesIO()
    picture.save(data, "PNG", **how)
    return f"data:image/png;base64,{b64encode(data.getvalue()).decode()}"


def _styled(frame: pd.DataFrame, of: str, bars: Sequence[str], leads: Mapping[str, str] = NOWHERE) -> Styler:
    shown = frame.reset_index(drop=True)
    levels = shown["level"].tolist() if "level" in shown else []
    if levels:
        shown = _indented(shown)
    columns = [schema.column(str(name), of) for name in shown]
    for column in columns:
        if column.name in WORDED:
            values = shown[column.name]
            values = values.map({True: "yes", False: "no"}) if pd.api.types.is_bool_dtype(values) else values
            shown[column.name] = [word(value, column.name) if isinstance(value, str) else value for value in values]
    headings = [column.heading() for column in columns]
    barred: Any = [heading for heading, column in zip(headings, columns, strict=True) if column.name in bars]
    shown.columns = pd.Index(headings)
    styler = shown.style.hide(axis="index").format_index(escape="html", axis=1)
    styler.set_uuid(f"{zlib.crc32(shown.to_csv().encode()):08x}")
    styles: list[Any] = [*TABLE_STYLES]
    for place, column in enumerate(columns):
        values = shown.iloc[:, place]
        if pd.api.types.is_numeric_dtype(values):
            styler.format(_format(column), na_rep=NOTHING, subset=[headings[place]])
            styles.append({"selector": f".col{place}", "props": "text-align:right;white-space:nowrap"})
        else:
            styler.format(na_rep="", escape="html", subset=[headings[place]])
            if column.name == "check_nos" and leads:
                styler.format(partial(_leading, leads=leads), subset=[headings[place]])
            longest = max(width(str(value)) for value in values.fillna(""))
            styles.append({"selector": f"td.col{place}", "props": f"min-width:{min(longest / 2, WIDEST):.0f}em"})
    if barred:
        styler.bar(subset=barred, color="#b9cfe2", vmin=0, height=70, width=95)
    styles += [
        {"selector": f".row{place}", "props": "font-weight:600"} for place, level in enumerate(levels) if level <= 1
    ]
    return styler.set_table_styles(styles)


def _leading(value: str, leads: Mapping[str, str]) -> str:
    """Numbers of findings, each a link to where it is shown."""
    return ", ".join(
        f'<a href="#{leads[number]}">{number}</a>' if number in leads else html.escape(number)
        for number in value.split(", ")
    )


TABLE_STYLES = (
    {"selector": "", "props": "border-collapse:collapse;font-size:13px;margin:0"},
    {
        "selector": "th,td",
        "props": "text-align:left;vertical-align:top;padding:3px 10px;max-width:26em;white-space:normal",
    },
    {
        "selector": "thead th",
        "props": "position:sticky;top:0;background:#fff;border-bottom:1px solid #1f4e79;white-space:nowrap",
    },
    {"selector": "tr", "props": "background:none;border:0"},
    {"selector": "tbody tr", "props": "border-bottom:1px solid #e3e9ef"},
)


def _format(column: schema.Column) -> str:
    """How the numbers of a column are written."""
    return FORMATS.get("integer" if column.kind == "integer" else column.unit, FORMATS["万元"])


def _indented(frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with its names indented by its ``level``, which is left out."""
    name = next(column for column in frame if str(column).endswith("_name") or column == "item")
    indents = ["\u3000" * max(int(level) - 1, 0) for level in frame["level"]]
    return frame.assign(**{str(name): [indent + text for indent, text in zip(indents, frame[name], strict=True)]}).drop(
        columns="level"
    )
