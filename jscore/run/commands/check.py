"""``jscore check``: the relations that do not hold."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jscore.language import tr
from jscore.run.commands.lang import lang_option

if TYPE_CHECKING:
    from jscore.findings.choose import Choice
    from jscore.findings.exports import Audited
    from jscore.report import Report

#: As in the schema, which takes a tenth of a second to load.
SEVERITIES = ("error", "warning", "info")
GROUPS = ("table", "cross-table", "narrative", "self-evaluation", "completeness")


@click.command()
@click.argument("inputs", nargs=-1, metavar="[PDF|DIR|REPORT_ID ...]")
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="info",
    show_default=True,
    help="Findings of this severity and above.",
)
@click.option(
    "--group", "groups", type=click.Choice(GROUPS), multiple=True,
    help="Relations of this group only; may be given again.",
)  # fmt: skip
@click.option("--flat", is_flag=True, help="One relation after another, most severe first, instead of by cause.")
@click.option("--skipped", is_flag=True, help="Also the relations that could not be tested, and why.")
@click.option("--all", "everything", is_flag=True, help="Also those skipped and those that hold.")
@click.option(
    "--json", "json_file", metavar="FILE", help="Write them as JSON, with every figure; - for standard output."
)
@click.option("--csv", "csv_file", metavar="FILE", help="Write them as CSV that Excel opens; - for standard output.")
@click.option(
    "--annotate", type=click.Path(path_type=Path), metavar="FILE",
    help="Write a copy of the one PDF with a note at every finding.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="Folder of processed reports.  [default: data/processed]")
@lang_option
def check(
    inputs: tuple[str, ...],
    severity: str,
    groups: tuple[str, ...],
    flat: bool,
    skipped: bool,
    everything: bool,
    json_file: str | None,
    csv_file: str | None,
    annotate: Path | None,
    out: Path | None,
) -> None:
    """Print the relations (勾稽关系) that do not hold, those that fail for one reason together, the weightiest first.

    A PDF is read, a REPORT_ID is taken from the processed reports (one done in another language is read again); a folder
    may hold either.  Without arguments all
    processed reports are checked or, if there are none, the PDFs in data/raw.

    The exit status is 1 if an error is among what is printed or something could not be read or written, else 0.
    """
    from jscore.findings.choose import Choice

    if json_file == "-" and csv_file == "-":
        raise click.UsageError("--json - and --csv - cannot both go to standard output.")
    failed: list[str] = []
    choice = Choice(severity, groups, skipped or everything, everything)
    how = None if "-" in (json_file, csv_file) else "flat" if flat else "by cause"
    audited = _check(inputs, out, choice, annotate, failed, how)
    _export(audited, json_file, csv_file, failed)
    sys.exit(1 if failed or any(audit.count.failed["error"] for audit in audited) else 0)


def _check(
    inputs: tuple[str, ...], out: Path | None, choice: Choice, annotate: Path | None, failed: list[str], how: str | None
) -> list[Audited]:
    """What was found in each report, printed as ``how`` says; what could not be done adds a line to ``failed``."""
    from jscore.findings import text
    from jscore.findings.output import has_changed
    from jscore.run.commands.named_reports import find
    from jscore.run.commands.progress import bars

    sources, wrong = find(inputs, out)
    for line in wrong:
        _fail(line, failed)
    if annotate is not None and len(sources) > 1:
        raise click.UsageError(f"--annotate is for one report; these are {len(sources)}.")
    audited: list[Audited] = []
    for source in sources:
        with _each(source.report_id, failed):
            with bars() as shown:
                report = source.report(shown.pages)
            if has_changed(report):
                _note(f"{report.path} has changed since it was processed; run `jscore run` again")
            audited.append(_audited(report, choice))
            if how:
                _print(audited[-1], source.annotated, how, first=len(audited) == 1)
            if annotate is not None:
                written = report.annotate(annotate)
                _note(f"{annotate} {'written' if written else 'not written: there are no findings'}")
    if how and len(audited) > 1:
        click.echo(f"\n{text.total([audit.count for audit in audited])}")
    return audited


@contextmanager
def _each(name: str, failed: list[str]) -> Iterator[None]:
    """Make whatever goes wrong one line, so that the other reports are still done."""
    from jscore.errors import ReadError, first_line

    try:
        yield
    except BrokenPipeError:
        raise  # whoever reads our output has enough
    except ReadError as error:
        _fail(str(error), failed)
    except OSError as error:
        _fail(f"{error.filename or name}: {error.strerror or error}", failed)
    except Exception as error:  # a fault of ours in one report must not stop the others
        _fail(
            f"{name}: {type(error).__name__}: {first_line(error)}; see `jscore.read` for the whole error, and report it",
            failed,
        )


def _fail(line: str, failed: list[str]) -> None:
    from jscore.findings.choose import clean

    failed.append(clean(line))
    click.echo(f"jscore: {clean(line)}", err=True)


def _note(line: str) -> None:
    from jscore.findings.choose import clean

    click.echo(f"note: {clean(line)}", err=True)


def _audited(report: Report, choice: Choice) -> Audited:
    from jscore.findings import choose
    from jscore.findings.causes import causes
    from jscore.findings.exports import Audited
    from jscore.findings.spoken import spoken

    relations = choose.of_groups(report.checks, choice)
    rows = choose.chosen(relations, choice)
    by_cause = causes({**report.frames, "checks": rows})
    told = spoken(rows, report.check_figures)
    return Audited(report.info, told, report.check_figures, choose.count(relations), by_cause)


def _print(audited: Audited, annotated: Path | None, how: str, first: bool) -> None:
    """A report's relations on standard output: broken into lines and coloured on a terminal, as they are in a pipe."""
    from jscore.findings import text

    terminal = sys.stdout.isatty()
    colours = terminal and "NO_COLOR" not in os.environ
    click.echo(("" if first else "\n") + text.heading(audited.info))
    columns = shutil.get_terminal_size().columns if terminal else None
    checks, causes = audited.checks, [] if how == "flat" else text.by_cause(audited.causes, audited.checks, columns)
    others = checks if how == "flat" else checks[checks["status"] != "fail"]
    for line, colour in (*causes, *text.check_lines(others, columns)):
        click.echo(click.style(line, fg=colour, bold=True) if colour and colours else line)
    click.echo(f"\n{audited.count}")
    if annotated is not None and audited.count.findings:
        click.echo(tr("在原页上看：{path}", path=annotated))


def _export(audited: Sequence[Audited], json_file: str | None, csv_file: str | None, failed: list[str]) -> None:
    from jscore.findings.exports import as_csv, as_json

    if json_file is not None:
        _write(json_file, as_json(audited, failed), failed)
    if csv_file is not None:
        _write(csv_file, as_csv(audited).encode("utf-8-sig" if csv_file != "-" else "utf-8", "replace"), failed)


def _write(file: str, data: bytes, failed: list[str]) -> None:
    from jscore.files.whole import whole_file

    with _each(file, failed):
        if file == "-":
            sys.stdout.buffer.write(data)
        else:
            whole_file(Path(file), data)
