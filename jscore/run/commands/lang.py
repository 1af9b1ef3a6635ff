"""The option ``--lang``: the language of all that a command prints and writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from jscore.language import LANGS, Lang, using

F = TypeVar("F", bound=Callable[..., None])


def _speak(context: click.Context, _: click.Parameter, lang: Lang) -> None:
    context.with_resource(using(lang))


def lang_option(command: F) -> F:
    """A command with ``--lang``, which speaks that language from its first line to its last, errors of use apart."""
    return click.option(
        "--lang",
        type=click.Choice(LANGS),
        default="zh",
        show_default=True,
        expose_value=False,
        callback=_speak,
        help="Language of what is printed and written; terms of the report stay as printed.",
    )(command)
