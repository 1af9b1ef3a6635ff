"""Errors that are the user's to mend: each message is one line that names the file and the way out."""

from __future__ import annotations


class ReadError(Exception):
    """A report that cannot be read."""


class NotebookError(RuntimeError):
    """A notebook that did not run to its end."""


def first_line(error: Exception, silent: str = "no message") -> str:
    """The first line of what an error says, ``silent`` where it says nothing."""
    return (str(error).strip() or silent).splitlines()[0]


def one_line(text: str) -> str:
    """``text`` as one line that a terminal shows as it is: line breaks and control characters are written out."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
