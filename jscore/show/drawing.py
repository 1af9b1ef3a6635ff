"""How charts look: the one style, and the marks that every chart is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, PercentFormatter

from jscore import fonts
from jscore.fonts.palette import ACCENT, DARK, GREY, LIGHT, SHADES
from jscore.language import bracketed, tr
from jscore.summary.sentences import capital

P = ParamSpec("P")

STYLE: dict[Any, Any] = {
    "font.family": fonts.FAMILIES,
    "font.size": 9,
    "text.parse_math": False,  # a $ in a name is a $
    "axes.unicode_minus": True,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "figure.dpi": 110,
    "figure.facecolor": "white",
    "figure.constrained_layout.w_pad": 0.1,
    "figure.constrained_layout.h_pad": 0.1,
    "legend.frameon": False,
    "legend.fontsize": 9,
}


def use_style() -> None:
    """Use the charts' font and style for everything that matplotlib draws from now on."""
    fonts.register()
    mpl.rcParams.update(STYLE)


@contextmanager
def style() -> Iterator[None]:
    """The charts' font and style, for the length of a ``with``."""
    fonts.register()
    with mpl.rc_context(STYLE):
        yield
        interactive = mpl.is_interactive()
    mpl.interactive(interactive)  # a notebook's backend, started inside, switches it on


def chart(draw: Callable[P, Axes]) -> Callable[P, Axes]:
    """``draw`` in the one style, also on an Axes that was made in another."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Axes:
        with style():
            ax = draw(*args, **kwargs)
            ax.spines[["top", "right"]].set_visible(False)
            ax.tick_params(labelfontfamily=fonts.FAMILIES)
            for text in ax.findobj(Text):
                text.set_fontfamily(fonts.FAMILIES)
                text.set_parse_math(False)
            return ax

    return styled


def axes(ax: Axes | None, rows: int, legend: bool = False, height: float = 0.38) -> Axes:
    """``ax``, or that of a new figure with room for ``rows`` bars of ``height`` inches."""
    if ax is not None:
        return ax
    size = (8.0, 1.1 + 0.3 * legend + height * max(rows, 2))
    return plt.subplots(figsize=size, layout="constrained")[1]


def no_data(ax: Axes | None, title: str) -> Axes:
    """An Axes that says that there is nothing to draw."""
    ax = axes(ax, 3)
    ax.set_title(fonts.drawable(title))
    ax.text(0.5, 0.5, tr("无数据"), transform=ax.transAxes, ha="center", va="center", color=GREY)
    ax.set_axis_off()
    return ax


def bars(
    ax: Axes,
    values: pd.Series,
    names: Sequence[str],
    labels: Sequence[str],
    shades: Sequence[str] | str = DARK,
    lines: int = 2,
) -> None:
    """A horizontal bar a value, the first on top, with its name before and its label after it."""
    ax.barh(range(len(values)), values.fillna(0.0), height=0.66, color=shades)
    name_bars(ax, names, lines)
    label_ends(ax, values, labels)


def stack(
    ax: Axes, parts: pd.DataFrame, shades: Sequence[str] = SHADES, inside: Callable[[float], str] | None = None
) -> None:
    """A bar a row, stacked from the columns; ``inside`` writes the value in a part that is long enough."""
    left = pd.Series(0.0, index=parts.index)
    longest = parts.sum(axis=1).max()
    for (name, values), shade in zip(parts.fillna(0.0).items(), shades, strict=False):
        drawn = ax.barh(range(len(parts)), values, left=left, height=0.66, color=shade, label=fonts.drawable(str(name)))
        if inside:
            labels = [inside(value) if value > 0.12 * longest else "" for value in values]
            ink = "white" if shade in (DARK, ACCENT, GREY) else "black"
            ax.bar_label(drawn, labels, label_type="center", color=ink)
        left = left + values


def label_ends(ax: Axes, values: pd.Series, labels: Sequence[str], places: Sequence[float] | None = None) -> None:
    """Write ``labels`` just after the bars' ends, over any line that is there."""
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    for place, value, label in zip(places or range(len(values)), values.fillna(0.0), labels, strict=True):
        note(ax, label, (max(value, 0.0), place), bbox=paper)


def note(ax: Axes, text: str, place: tuple[float, float], away: tuple[float, float] = (4, 0), **more: Any) -> None:
    """Write ``text`` beside a place of the chart, ``away`` from it in points."""
    look = {"textcoords": "offset points", "va": "center", "fontsize": 8.5}
    ax.annotate(text, place, away, **{**look, **more})


def budget_and_final(ax: Axes, names: Sequence[str], budget: pd.Series, final: pd.Series) -> None:
    """Two bars a line, told apart by a legend: its budget, and what was spent, with the part of the budget."""
    name_bars(ax, names)
    spent = [amount_and_share(value, whole) for value, whole in zip(final, budget, strict=True)]
    for values, shade, offset, name, labels in (
        (budget, LIGHT, -0.19, tr("预算数"), [amount_text(value) for value in budget]),
        (final, DARK, 0.19, tr("决算数（占预算）"), spent),
    ):
        places = [place + offset for place in range(len(names))]
        ax.barh(places, values.fillna(0.0), height=0.36, color=shade, label=name)
        label_ends(ax, values, labels, places)
    legend(ax)


def name_bars(ax: Axes, names: Sequence[str], lines: int = 2) -> None:
    """Write ``names`` before the bars, wrapped into ``lines`` or cut, the first on top."""
    labels = ["\n".join(fonts.wrap(part, 34, lines) for part in name.split("\n")) for name in names]
    ax.set_yticks(range(len(labels)), [fonts.drawable(label) for label in labels], color="black")
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)


def legend(ax: Axes) -> None:
    """A legend in one line between title and bars."""
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=6,
        borderpad=0,
        borderaxespad=0.4,
        columnspacing=1.4,
        handlelength=1.2,
    )


def finish(ax: Axes, title: str, unit: str) -> Axes:
    """``ax`` with its title, and the unit under its axis."""
    ax.set_title(fonts.drawable(capital(title)), pad=28 if ax.get_legend() else None)
    ax.set_xlabel(unit)
    return ax


def amount_axis(ax: Axes, title: str) -> Axes:
    """``ax`` finished, its axis in 万元."""
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}".replace("-", "−")))
    return finish(ax, title, "万元")


def share_axis(ax: Axes, title: str, what: str) -> Axes:
    """``ax`` finished, its axis in per cent of ``what``."""
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    return finish(ax, title, what)


def amount_text(value: float) -> str:
    """An amount as printed in a table; — where it is missing."""
    return "—" if pd.isna(value) else f"{value:,.2f}".replace("-", "−")


def share_text(part: float, whole: float) -> str:
    """``part`` of ``whole`` in per cent; — where there is no such share."""
    return "—" if pd.isna(part) or pd.isna(whole) or not whole else f"{part / whole:.1%}".replace("-", "−")


def amount_and_share(value: float, total: float) -> str:
    """An amount and its share of ``total``, if it has one."""
    share = share_text(value, total)
    return amount_text(value) if share == "—" else bracketed(amount_text(value), share)
