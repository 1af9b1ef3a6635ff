"""The folder of processed reports as a Frictionless data package: datapackage.json, made from ``schema``.

A resource is one frame of one report: the standard's readers read a resource of several parquet files only up to the
end of the first.  Its name is ``<report_id>.<frame>``, with a short hash where the standard allows no such name;
``report_id``, ``year``, ``department`` and ``frame`` stand in it as well, so that a reader can pick and join them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jscore._version import __version__
from jscore.files.whole import whole_file
from jscore.library.partitions import KEYS, processed_reports
from jscore.library.store import INFO

if TYPE_CHECKING:
    from jscore.schema import Column, Frame

FILE = "datapackage.json"
#: The descriptor's format; counted up when this module writes something else, so that old files are written anew.
FORMAT = 2
#: Of more reports no package is made: it would be written anew for each that is added, at 55 KB a report; the library serves them.
MOST = 200
TYPES = {"text": "string", "number": "number", "integer": "integer"}


def write(processed: Path) -> bool:
    """Bring ``processed``/datapackage.json up to date with the reports there; whether it had to be written.

    Written whole or not at all; without a report, and of more than ``MOST``, it is removed.  The same reports give the
    same bytes.
    """
    path = processed / FILE
    reports = _reports(processed) if sum(1 for _ in processed.glob(f"*/{INFO}")) <= MOST else []
    if not reports:
        path.unlink(missing_ok=True)
        return False
    mark = _fingerprint(reports)
    if _written_fingerprint(path) == mark:
        return False
    text = json.dumps(descriptor(reports, mark), ensure_ascii=False, indent=1) + "\n"
    whole_file(path, text.encode())
    return True


def descriptor(reports: Sequence[tuple[Mapping[str, Any], Sequence[str]]], mark: str) -> dict[str, Any]:
    """The content of datapackage.json: ``reports`` are the report.json and the names of the frames of each report."""
    from jscore import schema

    return {
        "fingerprint": mark,
        "profile": "data-package",
        "name": "jscore",
        "title": "部门决算",
        "description": (
            "Final accounts (部门决算) read from the departments' PDF reports: one resource a report and frame. "
            "Amounts are in 万元; rates, shares and completion are fractions; codes are text."
        ),
        "version": __version__,
        "resources": [
            _resource(info, schema.FRAMES[name], frames)
            for info, frames in reports
            for name in frames
            if name in schema.FRAMES
        ],
    }


def _resource(info: Mapping[str, Any], frame: Frame, frames: Sequence[str]) -> dict[str, Any]:
    who = " ".join(str(info[key]) for key in ("department", "year") if info[key])
    return {
        "name": _name(info["report_id"], frame.name),
        "type": "table",
        "title": f"{who}：{frame.label}" if who else frame.label,
        "description": f"One row is {frame.row_is}.",
        "path": f"{info['report_id']}/{frame.name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "report_id": info["report_id"],
        "year": info["year"],
        "department": info["department"],
        "frame": frame.name,
        "schema": _schema(str(info["report_id"]), frame, frames),
    }


def _name(report_id: str, frame: str) -> str:
    """The name of a resource: small Latin letters, figures, ``-``, ``_`` and ``.`` only, as the standard has it."""
    fits = re.fullmatch(r"[-a-z0-9._]+", report_id)
    return f"{report_id if fits else 'report-' + sha256(report_id.encode()).hexdigest()[:10]}.{frame}"


def _schema(report_id: str, frame: Frame, frames: Sequence[str]) -> dict[str, Any]:
    described: dict[str, Any] = {"fields": [_field(column) for column in frame.columns]}
    if frame.primary_key:
        described["primaryKey"] = list(frame.primary_key)
    keys = [
        {"fields": list(fields), "reference": {"resource": _name(report_id, other), "fields": list(fields)}}
        for other, fields in frame.foreign_keys.items()
        if other in frames
    ]
    return described | ({"foreignKeys": keys} if keys else {})


def _field(column: Column) -> dict[str, Any]:
    unit = f"; unit: {column.unit}" if column.unit else ""
    field: dict[str, Any] = {
        "name": column.name,
        "type": TYPES[column.kind],
        "title": column.label,
        "description": column.meaning + unit,
    }
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.values:
        constraints["enum"] = list(column.values)
    return field | ({"constraints": constraints} if constraints else {})


def _reports(processed: Path) -> list[tuple[dict[str, Any], list[str]]]:
    """What the descriptor says of every report, and the names of its frames."""
    return [
        (
            {key: info[key] for key in KEYS},
            sorted(path.stem for path in folder.glob("*.parquet")),
        )
        for folder, info in processed_reports(processed)
    ]


def _fingerprint(reports: Sequence[tuple[Mapping[str, Any], Sequence[str]]]) -> str:
    """What the descriptor is made from, in short."""
    return sha256(json.dumps([FORMAT, __version__, reports], ensure_ascii=False).encode()).hexdigest()[:16]


def _written_fingerprint(path: Path) -> str:
    """The fingerprint at the beginning of a datapackage.json; "" where there is none."""
    try:
        with path.open("rb") as file:
            head = file.read(60).decode("utf-8", "replace")
    except OSError:
        return ""
    return head.partition('"fingerprint": "')[2].partition('"')[0]
