"""All that is taken from camelot: some of it is not its public interface, and a new release may move it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

#: Function, the module it is in, and the parameters that are passed to it.
TAKEN = {
    "coalesce_collinear_lines": ("camelot.image_processing", ("lines", "direction", "tol")),
    "find_joints_from_lines": ("camelot.image_processing", ("horizontal_lines", "vertical_lines")),
    "adaptive_threshold": ("camelot.image_processing", ("imagename",)),
    "find_lines": ("camelot.image_processing", ("threshold", "direction", "line_scale")),
    "merge_close_lines": ("camelot.utils", ("ar", "line_tol")),
}


def taken(name: str) -> Callable[..., Any]:
    """The function of camelot's that is called ``name``; imported when it is needed, for camelot is slow to start.

    Raises ImportError, saying what to install, if camelot has moved it.
    """
    module = TAKEN[name][0]
    function: Callable[..., Any] | None = getattr(import_module(module), name, None)
    if function is None:
        raise ImportError(
            f"this release of camelot has no {module}.{name}: install the camelot-py that requirements.lock names"
        )
    return function
