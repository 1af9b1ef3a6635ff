"""The command line: ``jscore`` and its commands, one module each in ``jscore.commands``."""

from __future__ import annotations

import click

from jscore._version import __version__
from jscore.commands.check import check
from jscore.commands.excel import excel
from jscore.commands.ls import ls
from jscore.commands.run import run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jscore")
def main() -> None:
    """Final accounts (部门决算) from PDF to checked data frames, notebooks and Excel."""


main.add_command(run)
main.add_command(check)
main.add_command(ls)
main.add_command(excel)
