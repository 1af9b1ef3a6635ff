"""A run on the workers of a Dask cluster: each is given a report at a time, and reads it as a run on one machine does.

A Dask worker reads no report in its own process: it has processes for that, as ``workers`` has, with their limits of
time and memory, so that a report that takes one along costs a line.  A Dask worker that is lost takes along nothing but
time: the scheduler gives its report to another.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from multiprocessing import current_process, util
from pathlib import Path
from posixpath import relpath
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any

from jscore._version import __version__
from jscore.errors import ReadError, first_line
from jscore.files import addresses
from jscore.library import store
from jscore.run import workers
from jscore.run.one_report import Options, Outcome, failure, has_pages, is_of
from jscore.show.execution import Executor

#: Reports that are with the scheduler at once: it holds those only, however many there are.
AT_ONCE = 2000
#: Seconds that a scheduler has to answer, and a first worker to be there.
PATIENCE = 30
#: Seconds after which the processes of a worker that has no report end.
IDLE = 60

Notebooks = Mapping[str, bytes]


def run(todo: Sequence[Path], options: Options, scheduler: str) -> Iterator[Outcome]:
    """Each report's outcome, as it is reached, from the workers of the Dask scheduler at this address.

    PDFs and ``options.out`` are addresses, or folders that all workers have under the same name.  Raises ReadError, with
    one line for the user, if the scheduler does not answer or has no worker.
    """
    with _client(scheduler) as client:
        from distributed import as_completed

        name = uuid.uuid4().hex[:8]
        # What a lost worker held is computed again: the scheduler keeps what it is computed from.
        notebooks = client.submit(dict, _contents(options.notebooks), key=f"jscore-notebooks-{name}")
        asked = (addresses.named(options.out), replace(options, out=Path(), notebooks=None), __version__, notebooks)
        waiting = iter(enumerate(todo))
        pdfs: dict[str, Path] = {}

        def submit(number: int, pdf: Path) -> Any:
            future = client.submit(
                work, addresses.named(pdf), *asked, key=f"jscore-{name}-{number}-{pdf.stem}", pure=False
            )
            pdfs[future.key] = pdf
            return future

        pending = as_completed([submit(*each) for each in islice(waiting, AT_ONCE)], loop=client.loop)
        for future in pending:
            pdf = pdfs.pop(future.key)
            yield _outcome(future, pdf, scheduler)
            future.release()
            for each in islice(waiting, 1):
                pending.add(submit(*each))


@contextmanager
def _client(scheduler: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise ReadError("--scheduler: Dask is not installed; pip install 'jscore[cluster]'") from None
    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = first_line(error, type(error).__name__)
        raise ReadError(
            f"{scheduler}: no Dask scheduler answers ({reason}); start one, or leave out --scheduler"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, PATIENCE)
        except TimeoutError:
            raise ReadError(f"{scheduler}: has no worker; start one with `dask worker {scheduler}`") from None
        yield client


@contextmanager
def alone(out: Path, scheduler: str) -> Iterator[None]:
    """Hold a lock of ``out``, so that of the runs of one scheduler one at a time writes what stands beside the reports."""
    with _client(scheduler) as client:
        from distributed import Lock

        with client.as_current(), Lock(f"jscore {out}"):
            yield


def _contents(notebooks: Path | None) -> Notebooks:
    return {path.name: path.read_bytes() for path in sorted(notebooks.glob("*.ipynb"))} if notebooks else {}


def _outcome(future: Any, pdf: Path, scheduler: str) -> Outcome:
    """What came of ``pdf``; that a worker could not do its work is the report's failure."""
    from distributed import KilledWorker

    try:
        outcome: Outcome = future.result()
    except KilledWorker:
        reason = f"several workers of {scheduler} ended while they had it; see their logs, or leave it out"
        return Outcome(pdf, "failed", f"{pdf}: {reason}")
    except Exception as error:
        reason = f"{type(error).__name__}: {first_line(error)}"
        way_out = f"install jscore {__version__} where {scheduler} and its workers run"
        return Outcome(pdf, "failed", f"{pdf}: {reason}; {way_out}")
    return replace(outcome, pdf=pdf, message=outcome.message.replace(addresses.named(pdf), str(pdf)))


# --- in a worker of the cluster ----------------------------------------------------------


def work(name: str, out: str, options: Options, version: str, notebooks: Notebooks) -> Outcome:
    """Process the PDF called ``name`` into ``out``, in a worker of the cluster: as ``workers.run`` does, whatever the address."""
    pdf = Path(name)
    try:
        pdf, options = addresses.path_of(name), replace(options, out=addresses.path_of(out))
        if version != __version__:
            raise ReadError(f"{pdf}: a worker has jscore {__version__}, the run {version}; install the same there")
        with TemporaryDirectory(prefix="jscore-", ignore_cleanup_errors=True) as scratch:
            options = replace(options, notebooks=_laid_out(notebooks, Path(scratch)))
            return replace(_work(pdf, options, Path(scratch)), pdf=Path(name))
    except Exception as error:
        return failure(pdf, error, options.out)


def _laid_out(notebooks: Notebooks, scratch: Path) -> Path | None:
    """The folder of the run's notebooks, in ``scratch``."""
    if not notebooks:
        return None
    folder = scratch / "notebooks"
    folder.mkdir()
    for name, content in notebooks.items():
        (folder / name).write_bytes(content)
    return folder


def _work(pdf: Path, options: Options, scratch: Path) -> Outcome:
    if addresses.is_here(pdf):
        copy = pdf
        if not pdf.exists():
            raise ReadError(f"{pdf}: not there for a worker; put it where all workers have it, or name an address")
    else:
        copy = scratch / "raw" / pdf.name
        addresses.fetch(pdf, copy)
        options = replace(options, source=_source(pdf, options.out))
    if addresses.is_here(options.out):
        outcome = _read(copy, options)
    else:
        from distributed import Lock

        with Lock(f"jscore {options.out / pdf.stem}"):  # a worker that is lost lets go of it after a while
            outcome = _read_and_store(copy, options, scratch / "processed")
    return replace(outcome, message=outcome.message.replace(str(copy), str(pdf)))


def _source(pdf: Path, out: Path) -> str:
    """What report.json says of where the PDF is: the way there from the report's folder, where both are in one store."""
    if addresses.is_here(out) or getattr(pdf, "protocol", "") != getattr(out, "protocol", ""):
        return str(pdf)
    return relpath(pdf.path, (out / pdf.stem).path)  # type: ignore[attr-defined]


def _read_and_store(pdf: Path, options: Options, scratch: Path) -> Outcome:
    """Process ``pdf`` into an address: what is there is fetched, brought up to date here, and stored whole."""
    target, folder = options.out / pdf.stem, scratch / pdf.stem
    there = addresses.sizes(target)
    if store.INFO in there:
        addresses.fetch(target, folder, [store.INFO])
        info = store.read_info(folder)
        if info and not options.force and is_of(pdf, info, options, lambda: there) and has_pages(info, options):
            return Outcome(pdf, "unchanged", info=info)
        addresses.fetch(target, folder, list(there))
    outcome = _read(pdf, replace(options, out=scratch))
    if outcome.status == "done":
        addresses.store_whole(folder, target, store.INFO)
    return outcome


@dataclass(eq=False)
class _Processes:
    """The processes of a worker that read a report, and execute its notebooks; they wait for the next one."""

    executor: Executor
    reading: list[workers.Worker] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.end = util.Finalize(None, self._end, exitpriority=10)  # at the latest when the worker ends

    def _end(self) -> None:
        workers.kill_all(self.reading)
        self.executor.__exit__()


_WAITING: list[_Processes] = []


def _read(pdf: Path, options: Options) -> Outcome:
    """Process ``pdf`` from a folder into a folder, in processes of their own."""
    processes = _taken(options)
    (outcome,) = workers.run([pdf], options, processes.executor, lambda *_: None, processes.reading)
    _WAITING.append(processes)
    end = Timer(IDLE, _end_if_waiting, [processes])
    end.daemon = True
    end.start()
    return outcome


def _taken(options: Options) -> _Processes:
    for processes in list(_WAITING):
        with suppress(ValueError):  # another thread took it
            _WAITING.remove(processes)
            if (processes.executor.jobs, processes.executor.password) == (options.jobs, options.password):
                return processes
            processes.end()
    # Dask starts its workers as daemons, which may have no processes; ours end with the worker by themselves.
    current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    return _Processes(Executor(options.jobs, options.password))


def _end_if_waiting(processes: _Processes) -> None:
    with suppress(ValueError):
        _WAITING.remove(processes)
        processes.end()
