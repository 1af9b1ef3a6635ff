"""``jscore app``: the processed reports as pages in a browser."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from jscore.errors import ReadError, one_line
from jscore.run.commands.lang import lang_option


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder of processed reports.  [default: data/processed]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve at.  [default: one that is free]")
@click.option("--no-browser", is_flag=True, help="Say the address and open nothing.")
@lang_option
def app(out: Path | None, port: int | None, no_browser: bool) -> None:
    """Serve the processed reports as pages: pick one, read it, search it, filter its frames.

    Only this machine can open them.  Ctrl-C ends it.
    """
    from jscore.app import serve
    from jscore.library.store import processed_folder

    try:
        serve(processed_folder(out), port, lambda address: click.echo(f"{address}  (Ctrl-C ends it)"), not no_browser)
    except ReadError as error:
        click.echo(one_line(f"jscore: {error}"), err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        pass
