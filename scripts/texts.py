"""Bring the catalogue of English texts up to date with the Chinese ones in the package and the notebooks.

New texts are added without English, those that are no longer there are dropped, a text that was changed is a new one.  Texts
without English are named, and the exit status is then 1.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from jscore.language import CATALOGUE
from jscore.show.translated import texts_of_prose

ROOT = Path(__file__).parents[1]
KEYWORDS = {"tr": None, "N_": None}
#: Lines of a notebook that are no Python.
_MAGIC = re.compile(r"^[%!].*$", re.M)


def texts(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Every text and the file that it stands in, relative to ``root``, in order."""
    for path in [*sorted((root / "jscore").rglob("*.py")), root / "scripts" / "start_page.py"]:
        yield from ((text, path.relative_to(root).as_posix()) for text in _of_python(path.read_text(encoding="utf-8")))
    for path in sorted((root / "jscore").rglob("*.j2")):
        with path.open("rb") as file:
            found = babel_extract(file, list(KEYWORDS), [], {})
            yield from ((text, path.relative_to(root).as_posix()) for text in _first(found))
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        name = path.relative_to(root).as_posix()
        for cell in nbformat.read(path, as_version=4).cells:
            of_cell = texts_of_prose(cell.source) if cell.cell_type == "markdown" else _of_python(cell.source)
            yield from ((text, name) for text in of_cell)


def _of_python(source: str) -> Iterator[str]:
    """The texts of Python code in order, those within f-strings included, which Babel does not see before Python 3.12."""
    calls = [
        node for node in ast.walk(ast.parse(_MAGIC.sub("", source))) if isinstance(node, ast.Call) and node.args
        and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS
    ]  # fmt: skip
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)


def _first(found: Iterable[tuple[int, Any, Any, Any]]) -> Iterator[str]:
    """The text of each call that has one as its first argument: ``tr(label)`` has none of its own."""
    for _, _, arguments, _ in found:
        text = arguments if isinstance(arguments, str) else arguments and arguments[0]
        if text:
            yield text


def brought_up_to_date(root: Path = ROOT) -> Catalog:
    """The catalogue of all texts there are, with the English that is known."""
    with CATALOGUE.open("rb") as file:
        known = {message.id: message.string for message in read_po(file) if message.id}
    catalogue = Catalog()
    for text, file_name in texts(root):
        catalogue.add(text, known.get(text, ""), locations=[(file_name, 0)])
    for message in catalogue:
        message.flags.clear()
        message.locations = list(dict.fromkeys(message.locations))[:1]
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The catalogue as its file, the same for the same texts: no dates, no line numbers."""
    data = io.BytesIO()
    write_po(data, catalogue, width=0, omit_header=True, include_lineno=False)
    return data.getvalue()


def main() -> None:
    catalogue = brought_up_to_date()
    CATALOGUE.write_bytes(written(catalogue))
    without = [str(message.id) for message in catalogue if message.id and not message.string]
    for text in without:
        print(f"no English: {text}")
    print(f"{len(catalogue)} texts, {len(without)} without English, in {CATALOGUE.relative_to(ROOT)}")
    sys.exit(1 if without else 0)


if __name__ == "__main__":
    main()
