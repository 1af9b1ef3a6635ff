"""``jscore find``: where reports print a number or words."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jscore.errors import ReadError, one_line
from jscore.language import tr
from jscore.run.commands.lang import lang_option

if TYPE_CHECKING:
    import pandas as pd

#: Reports that are named, and searched for what may be meant; names that may be.
FEW = 3


@click.command()
@click.argument("text")
@click.argument("inputs", nargs=-1, metavar="[PDF|DIR|REPORT_ID ...]")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with value, unit, frame, cell and box of each place.")
@lang_option
@click.option("--out", type=click.Path(path_type=Path), help="Folder of processed reports.  [default: data/processed]")
def find(text: str, inputs: tuple[str, ...], as_json: bool, out: Path | None) -> None:
    """Find TEXT, a number or words, in the tables, forms and prose of reports.

    5,636.87, 5636.87万元 and 56368700 are one amount; full-width characters, blanks and line
    breaks make no difference.  Without a report all processed ones are searched.  The exit
    status is 1 if it stands nowhere, or a report could not be read.
    """
    from jscore.run.commands.named_reports import find as named
    from jscore.schema import records_of
    from jscore.search import near

    sources, wrong = named(inputs, out)
    places: dict[str, pd.DataFrame] = {}
    meant: list[str] = []
    for source in sources:
        try:
            report = source.report()
            places[source.report_id] = report.find(text)
            if len(places) <= FEW and places[source.report_id].empty:
                meant += near(report.frames, text)
        except ReadError as error:
            wrong.append(str(error))
    for line in wrong:
        click.echo(one_line(f"jscore: {line}"), err=True)
    records = {name: records_of(rows) for name, rows in places.items()}
    count = sum(map(len, records.values()))
    if as_json:
        listed = [{"report_id": name, **row} for name, rows in records.items() for row in rows]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
    else:
        _show({name: rows for name, rows in records.items() if rows})
    if not count and places:
        searched = ", ".join(places) if len(places) <= FEW else f"{len(places)} reports"
        hint = f" (did you mean {' or '.join(list(dict.fromkeys(meant))[:FEW])}?)" if meant else ""
        click.echo(one_line(f"jscore: {text}: not in {searched}{hint}"), err=True)
    sys.exit(1 if wrong or not count else 0)


def _show(records: dict[str, list[dict[str, Any]]]) -> None:
    """A place in two lines: where it is and what, and under that what is printed."""
    for name, rows in records.items():
        click.echo(one_line(tr("{report}：{number}处", report=name, number=len(rows))))
        for row in rows:
            page = tr("第{pages}页", pages=row["page"])
            click.echo(one_line(f"  {page:<6} {row['where']} · {row['label']}"))
            click.echo(one_line(f"          {row['printed']}"))
