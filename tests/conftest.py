"""What holds for the whole run of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from jscore.run import workers
from jscore.show.execution import Executor, without_grammar
from tests.shared import forget

without_grammar()  # for nbformat, which every worker imports


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        forget()


@pytest.fixture(scope="session")
def idle_workers() -> Iterator[list[workers.Worker]]:
    """Processes that wait for reports: to start one takes longer than to read a small report."""
    kept: list[workers.Worker] = []
    yield kept
    workers.kill_all(kept)


@pytest.fixture(scope="session")
def executor() -> Iterator[Executor]:
    """A process that has imported what notebooks need, which takes four seconds."""
    with Executor(2) as one:
        yield one


@pytest.fixture(scope="module")
def kept_workers(idle_workers: list[workers.Worker]) -> Iterator[None]:
    """The runs of a module are done by processes that are there already, and stay."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "run", partial(workers.run, kept=idle_workers))
        yield
