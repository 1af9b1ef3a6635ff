"""The option ``--lang``: the language of all that a command prints and writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from jscore.language import LANGS

F = TypeVar("F", bound=Callable[..., None])


def lang_option(command: F) -> F:
    """A command with ``--lang``; its errors stay English."""
    return click.option(
        "--lang",
        type=click.Choice(LANGS),
        default="zh",
        show_default=True,
        help="Language of what is printed and written; terms of the report stay as printed.",
    )(command)
