"""Executed notebooks as HTML: a page each, and all of a report's as one page to hand over.

Belongs here: what stands on a page, its look on screen, phone and paper.  Does not: running notebooks (``notebooks``).

A page needs nothing from elsewhere: no script, no style sheet, no picture that is not in it.  nbconvert is imported when
a page is made.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: The heading that a notebook's findings stand under.
FOUND = "What was found"

#: Cells with one of these tags are for who runs the notebook, not for who reads its page.
NOT_SHOWN = {"parameters", "injected-parameters", "interactive"}

_HEADING = re.compile(r"<h([12])>(.*?)</h\1>", re.S)


@dataclass(frozen=True)
class Chapter:
    """A notebook in the joined page: its name, the HTML of its cells, its title and headings (id, text)."""

    name: str
    body: str
    title: tuple[str, str]
    headings: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, name: str, node: NotebookNode) -> Chapter:
        """The chapter of an executed notebook, an id given to each of its headings."""
        found: list[tuple[str, str, str]] = []

        def named(heading: re.Match[str]) -> str:
            level, words = heading.groups()
            found.append((level, f"{name}-{len(found)}", _text(words)))
            return f'<h{level} id="{found[-1][1]}">{words}</h{level}>'

        body = _HEADING.sub(named, _converted(node, code=True))
        title = next(((anchor, words) for level, anchor, words in found if level == "1"), (f"{name}-0", name))
        return cls(name, body, title, tuple((anchor, words) for level, anchor, words in found if level == "2"))

    @property
    def findings(self) -> str:
        """The HTML under the heading ``FOUND``; "" without one."""
        anchor = next((anchor for anchor, words in self.headings if words == FOUND), None)
        if anchor is None:
            return ""
        after = self.body.partition(f'id="{anchor}"')[2].partition("</h2>")[2]
        return after.partition("<h2 ")[0] if "<h2 " in after else _outputs(after)


def _outputs(body: str) -> str:
    """The lists and paragraphs of a piece of a page, without its code."""
    plain = re.sub(r'<details class="code">.*?</details>', "", body, flags=re.S)
    return "".join(re.findall(r"<ul>.*?</ul>|<p>.*?</p>", plain, flags=re.S))


def page(node: NotebookNode, title: str, code: bool = False) -> str:
    """The executed notebook ``node`` as an HTML page; ``code`` keeps the code, folded."""
    return _framed(html.escape(title), _converted(node, code))


def joined(nodes: Mapping[str, NotebookNode]) -> str:
    """Executed notebooks, by name and in order, as one HTML page: what was found, table of contents, the notebooks.

    The code is folded.
    """
    chapters = [Chapter.of(name, node) for name, node in nodes.items()]
    title = _title(nodes)
    parts = [f'<header><h1 id="top">{html.escape(title)}</h1></header>', _contents(chapters)]
    found = [(chapter, chapter.findings) for chapter in chapters]
    if any(findings for _, findings in found):
        parts.append(f'<section class="found"><h2 id="found">{FOUND}</h2>')
        parts += [
            f'<h3><a href="#{chapter.title[0]}">{html.escape(chapter.title[1])}</a></h3>{findings}'
            for chapter, findings in found
            if findings
        ]
        parts.append("</section>")
    parts += [
        f'<section class="chapter">{chapter.body}<p class="up"><a href="#top">↑ contents</a></p></section>'
        for chapter in chapters
    ]
    return _framed(html.escape(title), "\n".join(parts))


def _title(nodes: Mapping[str, NotebookNode]) -> str:
    """Which report it is, as the notebooks were told."""
    for node in nodes.values():
        for cell in node.cells:
            for output in cell.get("outputs", []):
                text = str(output.get("data", {}).get("text/plain", ""))
                named = re.match(r"<Report (\S+): (.*?) (\d{4}|None), \d+ pages>", text)
                if named:
                    return " ".join(part for part in (named[2], named[3], "部门决算") if part != "None")
    return "部门决算"


def _contents(chapters: list[Chapter]) -> str:
    """The table of contents: notebooks, their headings folded beneath."""
    lines = []
    for chapter in chapters:
        inner = "".join(f'<li><a href="#{anchor}">{html.escape(words)}</a></li>' for anchor, words in chapter.headings)
        name = f'<a href="#{chapter.title[0]}">{html.escape(chapter.title[1])}</a>'
        lines.append(
            f"<li><details><summary>{name}</summary><ul>{inner}</ul></details></li>" if inner else f"<li>{name}</li>"
        )
    return f'<nav><ol class="contents">{"".join(lines)}</ol></nav>'


def _text(words: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", words)).strip()


def _converted(node: NotebookNode, code: bool) -> str:
    """The cells of ``node`` as HTML; those for who runs it are left out."""
    from jinja2 import DictLoader
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        template_name="basic",
        template_file="jscore.html.j2",
        extra_loaders=[DictLoader({"jscore.html.j2": BODY})],
        exclude_input=not code,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        mathjax_url="", require_js_url="", jquery_url="", mermaid_js_url="", mermaid_layout_elk_js_url="",
    )  # fmt: skip
    shown = [cell for cell in node.cells if not NOT_SHOWN & set(cell.metadata.get("tags", []))]
    body, _ = exporter.from_notebook_node(type(node)({**node, "cells": shown}))
    return str(body)


def _framed(title: str, body: str) -> str:
    return PAGE.replace("{title}", title).replace("{body}", body)


BODY = """{%- extends 'basic/index.html.j2' -%}
{%- block header -%}{%- endblock header -%}
{%- block input_group -%}
<details class="code"><summary>code</summary><pre><code>{{ cell.source | escape_html }}</code></pre></details>
{%- endblock input_group -%}
{%- block footer -%}{%- endblock footer -%}
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body { margin: 2em auto; max-width: 68em; padding: 0 1em; color: #222; background: #fff; line-height: 1.55;
  font-family: "Segoe UI", "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC",
  "Noto Sans SC", "Source Han Sans SC", sans-serif; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.25; color: #1f4e79; }
h1 { font-size: 1.7em; margin: 0 0 .6em; } h2 { font-size: 1.25em; margin: 2em 0 .4em; }
h2 { border-top: 1px solid #e3e9ef; padding-top: 1em; } h3 { font-size: 1.05em; margin: 1.2em 0 .3em; }
.chapter { border-top: 3px solid #1f4e79; margin-top: 4em; padding-top: 2em; }
.contents > li { margin: .2em 0; } .contents summary { cursor: pointer; }
a { color: #1f4e79; } .up { font-size: 12px; }
img { max-width: 100%; height: auto; }
p, ul, ol { max-width: 52em; }
.output { margin: .6em 0 1em; overflow-x: auto; }
ul, ol { padding-left: 1.2em; } li { margin: .3em 0; }
pre, code { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { overflow: auto; font-size: 12px; background: #f6f8fa; padding: .6em; }
code { font-size: .9em; background: #f2f4f7; padding: 0 .25em; } pre code { background: none; padding: 0; }
details.code summary { color: #6b7280; font-size: 12px; cursor: pointer; }
figcaption { color: #6b7280; font-size: 13px; }
@media (max-width: 40em) {
  body { margin: 1em auto; font-size: 15px; } h1 { font-size: 1.4em; }
  .scroll { max-height: 75vh !important; } .scroll table { font-size: 12px !important; }
}
@media print {
  body { max-width: none; margin: 0; font-size: 11px; }
  .scroll { max-height: none !important; overflow: visible !important; }
  .scroll table { font-size: 9px !important; }
  .chapter { break-before: page; border: 0; margin: 0; padding: 0; }
  nav details > ul, details.code, .up { display: none; }
  thead { display: table-header-group; }
  h2, figcaption { break-after: avoid; } figure, img, tr { break-inside: avoid; }
}
</style>
</head>
<body>
{body}
</body>
</html>
"""
