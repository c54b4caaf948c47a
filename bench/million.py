"""A mailing to a million recipients: mails a second, memory, and what a second worker brings.

    python bench/million.py                  10³ to 10⁶ order confirmations (W2), 10³ to 10⁵ newsletters (W1)
    python bench/million.py --most 10000     no more recipients than that
    python bench/million.py --pairs 5        runs with one worker and with two, in turn (3)

It runs `dovetail mail … --format parquet --workers N` as its users do, start of the processes included, on recipients
in Parquet that are made once (bench/build/million). Afterwards the rows of all partitions are counted, some mails are
compared with a plain render, and the partitions are deleted. Needs `dovetail-mail[parquet]` and Linux's /proc.

Prints tables and, last, one JSON line. Exits with 1 when a mail is missing or wrong, or memory grows with the number
of recipients.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as arrow
import pyarrow.compute as compute
import pyarrow.parquet as files

ROOT = Path(__file__).parents[1]
HOME = ROOT / "bench" / "build" / "million"
LARGEST = {"w2": 1_000_000, "w1": 100_000}
SMALLEST = 1_000
FILE = 50_000
GROUP = 5_000
SAMPLE = 997
"""Every so many-th mail is compared with a plain render."""

FILLED = 100_000
"""From here on all buffers of a worker are full early in a run, and memory must stay as it is."""

GROWTH = 1.15
"""What a peak may be of the one after a quarter of the run, or of the peak of a run with fewer recipients."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One run. `…_cpu`: CPU seconds of all workers, and of the parent.

    `worker_mb`, `parent_mb`: peaks of resident memory; `early_mb`: that of the workers after a quarter of the time.
    """

    workload: str
    recipients: int
    workers: int
    seconds: float
    worker_cpu: float
    parent_cpu: float
    worker_mb: float
    parent_mb: float
    early_mb: float
    mails_mb: float
    parquet_mb: float

    @property
    def speed(self) -> float:
        """Mails a second of wall time."""
        return self.recipients / self.seconds

    @property
    def alone(self) -> float:
        """The seconds that it would take where each worker has a core of its own: the parent's work comes first."""
        return self.parent_cpu + self.worker_cpu / self.workers


@dataclass(slots=True)
class Watched:
    """What the system says of a running command: peaks of resident memory, and the parent's CPU seconds."""

    parent_kb: int = 0
    worker_kb: int = 0
    worker_peaks: list[int] = field(default_factory=lambda: [0])
    parent_cpu: float = 0.0


class Wrong(Exception):
    """Mails are missing, or not those of a plain render."""


def prepare() -> None:
    """The templates, with the recipient as a profile, and the variables that all mails share."""
    from bench.workloads.build import sources
    from bench.workloads.data import generated

    made = generated()
    HOME.mkdir(parents=True, exist_ok=True)
    for name, text in sources("smarty").items():
        (HOME / f"{name}.tpl").write_text(text.replace("$recipient", "$profile"), encoding="utf-8")
    shared = {"w2": {"mailing": made["mailing"]}, "w1": {"mailing": made["mailing"], "products": made["products"]}}
    for name, variables in shared.items():
        (HOME / f"{name}.json").write_text(json.dumps(variables), encoding="utf-8")


def people(count: int) -> Path:
    """A folder with so many recipients, the same on every machine; made once."""
    from bench.workloads.data import _Maker

    folder = HOME / f"people-{count}"
    if folder.exists():
        return folder
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    maker = _Maker()
    schema: arrow.Schema | None = None
    for start in range(0, count, FILE):
        writer: files.ParquetWriter | None = None
        for at in range(start, min(start + FILE, count), GROUP):
            rows = [maker.recipient(number) for number in range(at, min(at + GROUP, count))]
            table = arrow.Table.from_pylist(rows, schema)
            schema = table.schema
            writer = writer or files.ParquetWriter(part / f"{start // FILE:03d}.parquet", schema, compression="zstd")
            writer.write_table(table)
        if writer is not None:
            writer.close()
    part.rename(folder)
    return folder


def run(workload: str, count: int, workers: int) -> Figures:
    """One mailing, measured, verified and deleted.

    Raises:
        Wrong: what it wrote is not what a plain render gives.
    """
    recipients = people(count)
    out = HOME / "out"
    shutil.rmtree(out, ignore_errors=True)
    # So that all workers have something to do also when there are few recipients.
    size = max(1, min(GROUP, count // (workers * 8)))
    command = [sys.executable, "-m", "dovetail", "mail", str(HOME / f"{workload}.tpl"), "--format", "parquet"]
    command += ["--recipients", str(recipients), "--shared", str(HOME / f"{workload}.json"), "--out", str(out)]
    command += ["--workers", str(workers), "--partition", str(size)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with process, watching(process.pid) as watched:
        said, complained = process.communicate()
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0 or f"{count} written to" not in said:
        raise Wrong(f"{workload} {count}: exit code {process.returncode}\n{said}{complained}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    parquet = sum(path.stat().st_size for path in out.glob("*.parquet"))
    mails = verify(workload, count, recipients, out)
    shutil.rmtree(out)
    return Figures(
        workload,
        count,
        workers,
        seconds,
        cpu - watched.parent_cpu,
        watched.parent_cpu,
        watched.worker_kb / 1024,
        watched.parent_kb / 1024,
        watched.worker_peaks[len(watched.worker_peaks) // 4] / 1024,
        mails / 1e6,
        parquet / 1e6,
    )


@contextlib.contextmanager
def watching(parent: int) -> Iterator[Watched]:
    """Follows a command and its workers as long as the context lasts."""
    seen = Watched()
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.05):
            with contextlib.suppress(OSError, IndexError):
                seen.parent_kb = max(seen.parent_kb, peak(parent))
                ticks = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[11:13]
                seen.parent_cpu = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
                for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
                    if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                        seen.worker_kb = max(seen.worker_kb, peak(int(child)))
                seen.worker_peaks.append(seen.worker_kb)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def peak(process: int) -> int:
    """The most resident memory (kB) that a process had so far."""
    for text in Path(f"/proc/{process}/status").read_text().splitlines():
        if text.startswith("VmHWM:"):
            return int(text.split()[1])
    return 0


def verify(workload: str, count: int, recipients: Path, out: Path) -> int:
    """Every row is there once, in order and without an error, and the sample is right; the bytes of all mails.

    Each partition is deleted once it is verified.
    """
    expected = dict(sample(workload, recipients))
    row = 1
    size = 0
    for path in sorted(out.glob("*.parquet")):
        table = files.read_table(path)
        numbers: list[int] = table["row"].to_pylist()
        if numbers != list(range(row, row + len(numbers))):
            raise Wrong(f"{path.name}: its rows are not {row} and those after it")
        if table["body"].null_count or table["error"].null_count != len(numbers):
            raise Wrong(f"{path.name}: it has rows without a mail")
        size += compute.sum(compute.binary_length(table["body"])).as_py()
        for number in range(row, row + len(numbers)):
            if number in expected and digest(table["body"][number - row].as_py()) != expected.pop(number):
                raise Wrong(f"{path.name}: the mail of row {number} is not that of a plain render")
        row += len(numbers)
        path.unlink()
    if row != count + 1 or expected:
        raise Wrong(f"{out}: there are {row - 1} mails for {count} recipients")
    return size


def sample(workload: str, recipients: Path) -> Iterator[tuple[int, str]]:
    """Some rows with the digest of their mails, rendered one by one."""
    from dovetail import Environment, FolderLoader

    template = Environment(loader=FolderLoader(HOME)).get_template(f"{workload}.tpl")
    shared = json.loads((HOME / f"{workload}.json").read_text(encoding="utf-8"))
    row = 1
    for path in sorted(recipients.glob("*.parquet")):
        for batch in files.ParquetFile(path).iter_batches(GROUP):
            for at in range(-row % SAMPLE, batch.num_rows, SAMPLE):
                (profile,) = batch.slice(at, 1).to_pylist()
                yield row + at, digest(template.render({**shared, "profile": profile}))
            row += batch.num_rows


def digest(mail: str) -> str:
    """The SHA-256 of a mail."""
    return hashlib.sha256(mail.encode("utf-8")).hexdigest()


HEAD = (
    f"{'':<4}{'recipients':>11}{'workers':>8}{'seconds':>9}{'mails/s':>9}{'CPU µs/mail':>13}{'parent MB':>11}"
    f"{'early MB':>10}{'worker MB':>11}{'mails MB':>10}{'zstd MB':>9}"
)


def line(item: Figures) -> str:
    """A row of the table."""
    return (
        f"{item.workload:<4}{item.recipients:>11,}{item.workers:>8}{item.seconds:>9.1f}{item.speed:>9,.0f}"
        f"{item.worker_cpu / item.recipients * 1e6:>13.1f}{item.parent_mb:>11.0f}"
        f"{item.early_mb:>10.0f}{item.worker_mb:>11.0f}{item.mails_mb:>10,.0f}{item.parquet_mb:>9,.1f}"
    )


def two_against_one(workload: str, count: int, pairs: int) -> dict[str, float]:
    """How many times as fast two workers are as one: medians of the pairs' ratios.

    `wall` is what a clock shows, whatever else the cores are busy with; `cpu` is what it would show, by the CPU seconds
    that were used, where each worker has a core of its own (`Figures.alone`).
    """
    wall: list[float] = []
    cpu: list[float] = []
    for pair in range(pairs):
        both = {workers: run(workload, count, workers) for workers in ((1, 2) if pair % 2 == 0 else (2, 1))}
        for item in both.values():
            print(line(item), flush=True)
        wall.append(both[1].seconds / both[2].seconds)
        cpu.append(both[1].alone / both[2].alone)
    return {"wall": round(statistics.median(wall), 3), "cpu": round(statistics.median(cpu), 3)}


def growing(runs: list[Figures]) -> list[str]:
    """What there is to say against memory that is to be flat, in runs with more and more recipients."""
    found: list[str] = []
    for item in runs:
        name = f"{item.workload}, {item.recipients:,} recipients"
        if item.worker_mb > item.early_mb * GROWTH:
            found.append(f"{name}: a worker grows from {item.early_mb:.0f} to {item.worker_mb:.0f} MB")
        if item.worker_mb > runs[0].worker_mb * GROWTH or item.parent_mb > runs[0].parent_mb * GROWTH:
            found.append(f"{name}: more memory than with {runs[0].recipients:,}")
    return found


def main() -> int:
    """Measure."""
    sys.path.insert(0, str(ROOT))  # run as a file: `bench` and `dovetail` lie beside it
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--most", type=int, default=max(LARGEST.values()), help="no more recipients than that")
    parser.add_argument("--pairs", type=int, default=3, help="runs with one worker and with two (3)")
    parser.add_argument("--only", choices=sorted(LARGEST), help="one workload")
    given = parser.parse_args()
    prepare()
    workloads = [given.only] if given.only else list(LARGEST)
    curve: list[Figures] = []
    ratios: dict[str, dict[str, float]] = {}
    grown: list[str] = []
    print(HEAD)
    try:
        for workload in workloads:
            count = SMALLEST
            while count <= min(given.most, LARGEST[workload]):
                curve.append(run(workload, count, 2))
                print(line(curve[-1]), flush=True)
                count *= 10
        for workload in workloads:
            count = min(given.most, LARGEST[workload])
            print(f"\none worker and two, {workload}, {count:,} recipients\n{HEAD}")
            ratios[workload] = two_against_one(workload, count, given.pairs)
            print(
                f"two workers / one: {ratios[workload]['wall']} by the clock, {ratios[workload]['cpu']} by CPU seconds"
            )
    except Wrong as wrong:
        print(f"WRONG {wrong}")
        return 1
    for workload in workloads:
        grown += growing([item for item in curve if item.workload == workload and item.recipients >= FILLED])
    for complaint in grown:
        print(complaint)
    print(json.dumps({"curve": [asdict(item) for item in curve], "two_against_one": ratios}))
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
