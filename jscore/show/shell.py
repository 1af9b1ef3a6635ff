"""IPython as a kernel has it, without the kernel: what cells print and display is kept as outputs of a notebook.

Imported where notebooks are executed only: IPython and matplotlib take long to start.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import TextIOBase
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.backends.backend_agg import FigureCanvasAgg
from nbformat.v4 import new_output
from traitlets import Type
from traitlets.config import Config

#: The outputs of the cell that is run; a process has one shell.
_OUTPUTS: list[Any] = []


def new_shell(folder: str) -> Shell:
    """The shell of this process, which keeps what it has to in ``folder``."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InlineBackend.figure_formats = {"retina"}
    setattr(FigureCanvasAgg, "draw_idle", _not_yet)  # noqa: B010  a figure is drawn once, when it is shown
    shell: Shell = Shell.instance(config=config, ipython_dir=folder)
    shell.enable_matplotlib("inline")
    return shell


def _not_yet(canvas: object) -> None:
    """What stands for drawing a figure after each cell that made one."""


def _shown(kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any] | None, **more: Any) -> Any:
    text = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value for name, value in data.items()
    }
    return new_output(kind, text, metadata=dict(metadata or {}), **more)


class _Publisher(DisplayPublisher):  # type: ignore[misc]
    by_id: dict[str, Any] = {}

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **more: Any) -> None:
        output = _shown("display_data", data, metadata)
        name = (more.get("transient") or {}).get("display_id")
        if more.get("update"):
            if name in self.by_id:
                self.by_id[name].update(data=output.data, metadata=output.metadata)
            return
        _OUTPUTS.append(output)
        if name:
            self.by_id[name] = output

    def clear_output(self, wait: bool = False) -> None:
        _OUTPUTS.clear()


class _Hook(DisplayHook):  # type: ignore[misc]
    def start_displayhook(self) -> None: ...
    def write_output_prompt(self) -> None: ...
    def finish_displayhook(self) -> None: ...

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        _OUTPUTS.append(_shown("execute_result", format_dict, md_dict, execution_count=self.prompt_count))


class Shell(InteractiveShell):  # type: ignore[misc]
    """IPython whose cells leave their outputs."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def enable_gui(self, gui: Any = None) -> None: ...

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        _OUTPUTS.append(new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb)))

    def outputs_of(self, source: str) -> tuple[list[Any], int]:
        """The outputs of a cell, and its number."""
        _OUTPUTS.clear()
        count = self.execution_count
        with redirect_stdout(_Stream("stdout")), redirect_stderr(_Stream("stderr")):
            self.run_cell(source, store_history=True)
        return list(_OUTPUTS), count


class _Stream(TextIOBase):
    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, text: str) -> int:
        last = _OUTPUTS[-1] if _OUTPUTS else None
        if last is not None and last.output_type == "stream" and last.name == self.name:
            last.text += text
        elif text:
            _OUTPUTS.append(new_output("stream", name=self.name, text=text))
        return len(text)
