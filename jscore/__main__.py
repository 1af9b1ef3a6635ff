"""``python -m jscore``."""

from jscore.cli import main

main(prog_name="jscore")
