"""Executed notebooks as HTML: a page each, and all of a report's as one page to hand over.

A page needs nothing from elsewhere: no script, no style sheet, no picture that is not in it.  The templates lie in
``templates``; what fills them is imported when a page is made.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jscore.fonts import with_fonts
from jscore.language import current, tr

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATES = Path(__file__).with_name("templates")
#: Cells with one of these tags are for who runs the notebook, not for who reads its page.
NOT_SHOWN = {"parameters", "injected-parameters", "interactive"}

_HEADING = re.compile(r"<h([12])>(.*?)</h\1>", re.S)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CODE = re.compile(r'<details class="code">.*?</details>', re.S)


@dataclass(frozen=True)
class Chapter:
    """An executed notebook as it stands in a page: name, HTML of its cells (code folded), title and headings (id, text).

    ``answer`` is what it opens with (the cells tagged ``answer``); ``appendix`` says that it comes last.
    """

    name: str
    body: str
    title: tuple[str, str]
    headings: tuple[tuple[str, str], ...] = ()
    answer: str = ""
    appendix: bool = False

    @classmethod
    def of(cls, name: str, node: NotebookNode) -> Chapter:
        """The chapter of an executed notebook, an id given to each of its headings."""
        all_headings: list[tuple[str, str, str]] = []

        def named(heading: re.Match[str]) -> str:
            level, words = heading.groups()
            all_headings.append((level, f"{name}-{len(all_headings)}", _text(words)))
            return f'<h{level} id="{all_headings[-1][1]}">{words}</h{level}>'

        body = _HEADING.sub(named, _converted(node))
        title = next(((anchor, words) for level, anchor, words in all_headings if level == "1"), (f"{name}-0", name))
        headings = tuple((anchor, words) for level, anchor, words in all_headings if level == "2")
        answers = (cell for cell in node.cells if "answer" in cell.metadata.get("tags", []))
        answer = "".join(output["data"].get("text/html", "") for cell in answers for output in cell.outputs)
        return cls(name, body, title, headings, answer, bool(node.metadata.get("jscore", {}).get("appendix")))

    @classmethod
    def failed(cls, name: str, failure: str) -> Chapter:
        """What stands in the place of a notebook that could not be executed."""
        anchor = f"{name}-0"
        body = f'<h1 id="{anchor}">{html.escape(name)}</h1><p>{tr("没有运行成功：")}{html.escape(failure)}</p>'
        return cls(name, body, (anchor, name))


def page(chapter: Chapter, code: bool = False) -> str:
    """An executed notebook as an HTML page; ``code`` keeps the code, folded."""
    body = chapter.body if code else _CODE.sub("", chapter.body)
    return with_fonts(rendered("page.html.j2", title=chapter.name, body=_safe(body)))


def joined(chapters: Sequence[Chapter], about: str = "") -> str:
    """Executed notebooks as one HTML page: their answers, a table of contents, the notebooks; the code is folded.

    ``about`` is the department and year that they are about.  Appendices come last.
    """
    title = " ".join(part for part in (about, "部门决算") if part)
    ordered = sorted(chapters, key=lambda chapter: chapter.appendix)
    return with_fonts(rendered("joined.html.j2", title=title, chapters=ordered))


def rendered(template: str, **values: Any) -> str:
    """A template of this package, filled; text among ``values`` is escaped."""
    return str(_environment().get_template(template).render(**values))


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup
    from mistune import create_markdown

    markdown = create_markdown(escape=False, plugins=["table", "strikethrough", "url"])
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=lambda name: not str(name).endswith(".css")
    )
    environment.globals["tr"] = tr
    environment.globals["lang"] = current
    environment.filters["markdown"] = lambda text: Markup(markdown(text))
    environment.filters["plain"] = lambda text: _COLOUR.sub("", text)
    return environment


def _safe(body: str) -> Any:
    from markupsafe import Markup

    return Markup(body)


def _text(words: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", words)).strip()


def _converted(node: NotebookNode) -> str:
    """The cells of ``node`` as HTML; those for who runs it are left out."""
    shown = [cell for cell in node.cells if not NOT_SHOWN & set(cell.metadata.get("tags", []))]
    return rendered("cells.html.j2", cells=shown)
