"""What is taken from camelot is where it was, and takes what it is given."""

from __future__ import annotations

import inspect

import pytest

from jscore.pdf import camelot_functions


@pytest.mark.parametrize("name", camelot_functions.TAKEN)
def test_camelot_has_what_is_taken_from_it(name: str) -> None:
    module, parameters = camelot_functions.TAKEN[name]
    has = inspect.signature(camelot_functions.taken(name)).parameters
    assert set(parameters) <= set(has), f"camelot has changed {module}.{name}: it takes {list(has)}"


def test_a_moved_function_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(camelot_functions.TAKEN, "gone", ("camelot.image_processing", ()))
    with pytest.raises(ImportError, match=r"no camelot\.image_processing\.gone: install"):
        camelot_functions.taken("gone")
