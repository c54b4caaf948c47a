"""A running `dovetail mail`, and a Dask cluster of processes: to be killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as files

from tests.cli.dovetail_process import ROOT, CommandLine

PATIENCE = 60.0


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / ".cache"), "PYTHONUTF8": "1"}


def until(wanted: Callable[[], object]) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + PATIENCE
    while not wanted():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


@contextlib.contextmanager
def running(dovetail: CommandLine, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command, in a process group of its own, which is ended with the context."""
    with subprocess.Popen(
        [sys.executable, "-m", "dovetail", *arguments],
        cwd=dovetail.folder,
        env=environment(dovetail.folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The ids of a command's worker processes."""
    found: list[int] = []
    # A thread other than the first may have started them.
    for children in Path(f"/proc/{process.pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [child for child in map(int, children.read_text().split()) if _is_worker(child)]
    return found


def _is_worker(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def is_running(pid: int) -> bool:
    """Whether there is such a process that has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def accounts(out: Path) -> list[Path]:
    """The accounts of the partitions that are done."""
    return sorted((out / ".dovetail").glob("part-*.json"))


def at_work(out: Path, partition: str = "part-") -> bool:
    """Whether something is being written for a partition."""
    return any((out / ".dovetail" / "work").glob(f"{partition}*"))


def mails_in_parquet(out: Path) -> list[dict[str, object]]:
    """All rows of all parts in the order of their names."""
    rows: list[dict[str, object]] = []
    for path in sorted(out.glob("*.parquet")):
        rows += files.read_table(path).to_pylist()
    return rows


def mails_in_files(out: Path) -> dict[str, str]:
    """Name of the file, without the partition's folder → mail; no name may stand in two partitions here."""
    paths = sorted(path for path in out.rglob("*") if path.is_file() and ".dovetail" not in path.parts)
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    assert len(texts) == len(paths)
    return texts


def left_over(out: Path) -> list[str]:
    """What a run leaves in a folder besides mails and accounts."""
    return [
        path.relative_to(out).as_posix()
        for path in out.rglob("*")
        if path.is_file()
        and not path.match("part-*/*")
        and not path.match("part-*.parquet")
        and not path.match(".dovetail/part-*.json")
    ]


ONLY_OURS = [".dovetail/lock", ".dovetail/run.json"]


@contextlib.contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler on loopback and its workers, each a process; the address, and the workers."""
    contact = folder / "scheduler.json"
    base = [sys.executable, "-m"]
    quiet = ["--no-dashboard"]
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> subprocess.Popen[bytes]:
        with (folder / f"dask-{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [*base, *words, *quiet], cwd=folder, env=environment(folder), stdout=log, stderr=log
            )
        started.append(process)
        return process

    try:
        start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(contact))
        until(contact.exists)
        address: str = json.loads(contact.read_text())["address"]
        hands = [
            start("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
            for _ in range(workers)
        ]
        yield address, hands
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()
