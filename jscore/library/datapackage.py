"""A report's folder as a Frictionless data package: datapackage.json, made from ``schema``.

A resource is one frame; ``report_id``, ``year``, ``department`` stand in the descriptor as well.  There is a package a report,
not one of all: the standard has no package of packages, and one list of every file is written anew whenever a report is added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jscore._version import __version__
from jscore.files.whole import whole_file
from jscore.library.partitions import KEYS

if TYPE_CHECKING:
    from jscore.schema import Column, Frame

FILE = "datapackage.json"
TYPES = {"text": "string", "number": "number", "integer": "integer"}


def write(folder: Path, info: Mapping[str, Any]) -> None:
    """Write the datapackage.json of a report's ``folder``, whose report.json is ``info``; the same report gives the same bytes."""
    frames = sorted(path.stem for path in folder.glob("*.parquet"))
    text = json.dumps(descriptor(info, frames), ensure_ascii=False, indent=1) + "\n"
    whole_file(folder / FILE, text.encode())


def descriptor(info: Mapping[str, Any], frames: Iterable[str]) -> dict[str, Any]:
    """The content of the datapackage.json of a report with this report.json and these frames."""
    from jscore import schema

    there = [schema.FRAMES[name] for name in frames if name in schema.FRAMES]
    return {
        "profile": "data-package",
        "name": _name(str(info["report_id"])),
        "title": " ".join(str(info[key]) for key in ("department", "year") if info.get(key)) or str(info["report_id"]),
        "description": (
            "Final accounts (部门决算) read from the department's PDF report: one resource a frame. "
            "Amounts are in 万元; rates, shares and completion are fractions; codes are text."
        ),
        "version": __version__,
        **{key: info.get(key) for key in KEYS},
        "resources": [_resource(frame, {each.name for each in there}) for frame in there],
    }


def _resource(frame: Frame, there: set[str]) -> dict[str, Any]:
    return {
        "name": frame.name,
        "type": "table",
        "title": frame.label,
        "description": f"One row is {frame.row_is}.",
        "path": f"{frame.name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": _schema(frame, there),
    }


def _name(report_id: str) -> str:
    """The name of a package: small Latin letters, figures, ``-``, ``_`` and ``.`` only, as the standard has it."""
    fits = re.fullmatch(r"[-a-z0-9._]+", report_id)
    return report_id if fits else f"report-{sha256(report_id.encode()).hexdigest()[:10]}"


def _schema(frame: Frame, there: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"fields": [_field(column) for column in frame.columns]}
    if frame.primary_key:
        found["primaryKey"] = list(frame.primary_key)
    keys = [
        {"fields": list(fields), "reference": {"resource": other, "fields": list(fields)}}
        for other, fields in frame.foreign_keys.items()
        if other in there
    ]
    return found | ({"foreignKeys": keys} if keys else {})


def _field(column: Column) -> dict[str, Any]:
    unit = f"; unit: {column.unit}" if column.unit else ""
    found: dict[str, Any] = {
        "name": column.name,
        "type": TYPES[column.kind],
        "title": column.label,
        "description": column.meaning + unit,
    }
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.values:
        constraints["enum"] = list(column.values)
    return found | ({"constraints": constraints} if constraints else {})
