"""Notebooks in the language that is spoken: written once, their prose translated paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from jscore.language import current, tr

if TYPE_CHECKING:
    from nbformat import NotebookNode

_HEADING = re.compile(r"(#+ )?(.*)", re.S)
_LANG = re.compile(r'^LANG = "\w+"', re.M)


def texts_of_prose(source: str) -> Iterator[str]:
    """The texts of a cell of prose: its paragraphs, lists as a whole, headings without their marks."""
    for block in source.split("\n\n"):
        text = _parts(block)[1]
        if text:
            yield text


def translated(node: NotebookNode) -> NotebookNode:
    """A copy of a notebook with its prose in the language that is spoken, which it is told to speak itself (``LANG``)."""
    node = deepcopy(node)
    for cell in node.cells:
        if cell.cell_type == "markdown":
            blocks = (_parts(block) for block in cell.source.split("\n\n"))
            cell.source = "\n\n".join(mark + (tr(text) if text else "") for mark, text in blocks)
        elif "parameters" in cell.metadata.get("tags", []):
            cell.source = _LANG.sub(f'LANG = "{current()}"', cell.source)
    return node


def _parts(block: str) -> tuple[str, str]:
    """A block's heading mark ("" where it is none) and its text."""
    heading = _HEADING.fullmatch(block.strip("\n"))
    return (heading[1] or "", heading[2]) if heading else ("", block)
