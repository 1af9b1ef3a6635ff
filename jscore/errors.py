"""Errors that are the user's to mend: each message is one line that names the file and the way out."""

from __future__ import annotations


class ReadError(Exception):
    """A report that cannot be read."""


class NotebookError(RuntimeError):
    """A notebook that did not run to its end."""
