"""What holds for the whole run of the tests."""

from __future__ import annotations

import pytest

from tests.shared import forget


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        forget()
