"""The rooms of the package stand on floors: imports go down only, also those inside functions."""

from __future__ import annotations

import ast
from pathlib import Path

import jscore

PACKAGE = Path(jscore.__file__).parent
#: From the ground up; a room may import itself and what stands before it.
FLOORS = (
    "_version", "errors", "language", "limits", "fonts", "files", "text", "schema", "pdf", "ocr", "tables", "narrative", "scoring", "relations",
    "findings", "summary", "excel", "search", "report", "reading", "library", "show", "app", "run", "cli", "__init__", "__main__",
)  # fmt: skip


def room(module: str) -> str:
    """``jscore.pdf.grids`` → ``pdf``; the package itself is ``__init__``."""
    return (module.split(".") + ["__init__"])[1]


def imported(path: Path) -> set[str]:
    """The modules of jscore that a file imports anywhere, annotations' imports left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    found = set()
    for node in ast.walk(tree):
        if node in typing:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "jscore":
            found |= {f"{node.module}.{name.name}" if node.module == "jscore" else node.module for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names if name.name.split(".")[0] == "jscore"}
    return found


def test_every_module_has_a_floor() -> None:
    assert {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()} == set(
        FLOORS
    )


def test_imports_go_down() -> None:
    up = []
    for path in PACKAGE.rglob("*.py"):
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        rooms = {room(module) for module in imported(path)}
        rooms = {"__init__" if name not in FLOORS else name for name in rooms}
        up += [f"{path.relative_to(PACKAGE)} -> {to}" for to in rooms if FLOORS.index(to) > FLOORS.index(own)]
    assert not up, "\n".join(sorted(up))
