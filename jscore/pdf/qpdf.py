"""A PDF opened with qpdf, once, and asked what pdfium does not tell of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def opened(path: Path, password: str | None) -> Iterator[Callable[..., Any]]:
    """The PDF at ``path``, each page with what it inherits, as what asks it: called with a function of the opened PDF and
    what else that takes, it gives what the function does, or None where the PDF is beyond qpdf or other than it ought to be.
    """
    import pikepdf  # late: it takes long to start

    beyond = pikepdf.PdfError, AttributeError, TypeError, ValueError
    try:
        pdf = pikepdf.open(path, password=password or "")
    except beyond:
        yield lambda *_: None
        return

    def ask(question: Callable[..., Any], *more: Any) -> Any:
        try:
            return question(pdf, *more)
        except beyond:
            return None

    with pdf:
        yield ask
