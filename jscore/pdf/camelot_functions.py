"""All that is taken from camelot: some of it is not its public interface, and a new release may move it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

#: Function, the module it is in, and the parameters that are passed to it.
TAKEN = {
    "coalesce_collinear_lines": ("camelot.image_processing", ("lines", "direction", "tol")),
    "find_joints_from_lines": ("camelot.image_processing", ("horizontal_lines", "vertical_lines")),
    "adaptive_threshold": ("camelot.image_processing", ("imagename",)),
    "find_lines": ("camelot.image_processing", ("threshold", "direction", "line_scale")),
}


def taken(name: str) -> Callable[..., Any]:
    """The function of camelot's that is called ``name``; imported when it is needed, and without the rest of camelot.

    Raises ImportError, saying what to install, if camelot has moved it.
    """
    module = TAKEN[name][0]
    function: Callable[..., Any] | None = getattr(_module(module), name, None)
    if function is None:
        raise ImportError(
            f"this release of camelot has no {module}.{name}: install the camelot-py that requirements.lock names"
        )
    return function


@cache
def _module(name: str) -> ModuleType:
    """A module of camelot's by itself: the package would start its readers, and pandas' plots, for half a second."""
    package, _, submodule = name.partition(".")
    package_spec = find_spec(package)
    places = package_spec.submodule_search_locations if package_spec else None
    spec = PathFinder.find_spec(submodule, places) if places else None
    if name in sys.modules or spec is None or spec.loader is None:
        return import_module(name)
    module = module_from_spec(spec)
    try:
        with _without_parser():
            spec.loader.exec_module(module)
    except ImportError:  # it needs the package
        return import_module(name)
    return module


@contextmanager
def _without_parser() -> Iterator[None]:
    """A stand-in for playa's names, by which camelot tells what playa read, not what it is given here: it takes long to start."""
    name = "playa.miner"
    if name in sys.modules:
        yield
        return
    stand_in: Any = ModuleType(name)
    stand_in.__getattr__ = lambda _: type(None)
    sys.modules[name] = stand_in
    try:
        yield
    finally:
        del sys.modules[name]
