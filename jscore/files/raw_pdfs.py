"""The PDFs that go in: which are named, the report that each becomes, what tells two apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from jscore.errors import ReadError
from jscore.files.addresses import path_of
from jscore.language import tr

#: What is put after a report's id to name its annotated copy.
ANNOTATED = ".annotated.pdf"


def find_pdfs(inputs: Iterable[str | Path]) -> list[Path]:
    """The PDFs named, or in the folders or addresses (``addresses``) named, in order.

    Raises ReadError for a folder without a PDF or a missing one; another path that is not there is
    left for the run to report, so that the others are still done.
    """
    pdfs: list[Path] = []
    for path in map(path_of, inputs):
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() == ".pdf" and not p.name.startswith("."))
            inside = [p for p in inside if not p.name.endswith(ANNOTATED)]
            if not inside:
                raise ReadError(f"{path}: no PDF in this folder; put a report there or name one")
            pdfs += inside
        elif path.suffix or path.exists():
            pdfs.append(path)
        else:
            raise ReadError(f"{path}: no such folder; put reports there, or name PDFs")
    return list(dict.fromkeys(pdfs))


def report_id(pdf: Path) -> str:
    """The name of the report in ``pdf``: the file's name without .pdf, which is its folder's name too.

    Raises ReadError for a name that cannot be a folder's beside the others.
    """
    name = pdf.stem
    if name.startswith(".") or not name.strip():
        raise ReadError(tr("{pdf}: 名称以点开头，文件夹会被隐藏，请改名", pdf=pdf))
    if not name.isprintable():
        raise ReadError(tr("{pdf}: 名称中有换行或其他无法显示的字符，请改名", pdf=pdf))
    return name


def content_hash(pdf: Path) -> str:
    """The SHA-256 of the file's content, in hexadecimal digits."""
    with pdf.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
