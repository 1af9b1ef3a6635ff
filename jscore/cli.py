"""The command line: ``jscore`` and its commands, one module each in ``jscore.run.commands``."""

from __future__ import annotations

import click

from jscore._version import __version__
from jscore.run.commands.app import app
from jscore.run.commands.check import check
from jscore.run.commands.excel import excel
from jscore.run.commands.find import find
from jscore.run.commands.ls import ls
from jscore.run.commands.run import run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jscore")
def main() -> None:
    """Final accounts (部门决算) from PDF to checked data frames, notebooks and Excel."""


main.add_command(run)
main.add_command(check)
main.add_command(ls)
main.add_command(find)
main.add_command(app)
main.add_command(excel)
