"""How fast the site is built, and how that grows: python tests/bench/build.py [INDICATORS ...].

For each number of indicators (times five years) a ward is made from a seed and built in a new copy of the project: from
nothing, again with nothing changed, and again after one value changed; what the last gives must be what a build from
nothing gives. Beside it MkDocs alone builds the same Markdown of both languages, one after the other, as anyone would
who has these two configurations. The builds of a size are repeated in turn and the medians printed: seconds by the
clock on all cores, the ratios that count, the growth from each size to the next (1 is linear), the most memory, and
what the first view of a page costs a reader.

No copy is deleted before all is measured: where many files were deleted a moment ago, ext4 without a journal looks
eight times as long for a place for each new one, and whoever writes more files would pay more.
"""

from __future__ import annotations

import compileall
import contextlib
import math
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2] / "scripts")]

from first_view import visit_each
from large import large_ward

from conftest import copy_project
from test_same_bytes import first_difference
from wardbook.package import Package
from wards import read_rows, with_rows, write

SIZES = (70, 700, 3500)
YEARS = 5

# how often each size is built: by then the median stays where it is
RUNS = {70: 5, 700: 3}

ENVIRONMENT = {**os.environ, "SITE_URL": "https://ward.example/", "NO_MKDOCS_2_WARNING": "1"}
CONFIGS = ("mkdocs.yml", "mkdocs.en.yml")

# in seconds: how often memory is looked at; more often would slow down what is measured
LOOK = 0.25

_PSS = re.compile(r"^Pss:\s+(\d+)", re.MULTILINE)

WAYS = ("cold", "bare", "same", "one")
RATIOS = (("cold", "bare"), ("same", "cold"), ("one", "cold"))
KINDS = ("overview", "topic", "indicator")


def run(*command: str) -> float:
    """Run a command to its end, and return its seconds by the clock; a failure ends the bench."""
    begun = time.monotonic()
    end(command, begin(command))
    return time.monotonic() - begun


def most_memory(*command: str) -> float:
    """Run a command to its end, and return the most memory that its processes had at one time, in MB.

    That is a run of its own: to look at the memory of several large processes takes 5 to 8 % of one processor.
    """
    used, ended, process = [0.0], threading.Event(), begin(command)

    def look() -> None:
        while not ended.wait(LOOK):
            used.append(memory(process.pid))

    watch = threading.Thread(target=look)
    watch.start()
    end(command, process)
    ended.set()
    watch.join()
    return max(used)


def begin(command: tuple[str, ...]) -> subprocess.Popen:
    """Begin a command in a session of its own."""
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENVIRONMENT, start_new_session=True
    )


def end(command: tuple[str, ...], process: subprocess.Popen) -> None:
    """Wait for a command to end; a failure ends the bench."""
    said = process.communicate()[0].decode("utf-8", "replace")
    if process.returncode:
        sys.exit(f"{' '.join(command)}: exit status {process.returncode}\n{said}")


def memory(session: int) -> float:
    """Return what memory the processes of a session have now, in MB; what several share counts once (Linux: Pss)."""
    kilobytes = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended since
            if os.getsid(int(process.name)) == session:
                kilobytes += sum(map(int, _PSS.findall((process / "smaps_rollup").read_text(encoding="ascii"))))
    return kilobytes / 1000


def site(project: Path) -> tuple[str, ...]:
    """Return the command that builds our site."""
    return sys.executable, str(project / "scripts" / "build.py"), "site"


def bare(project: Path, folder: Path) -> float:
    """Build the same Markdown with MkDocs alone, one language after the other; return the seconds of both."""
    return sum(
        run(sys.executable, "-m", "mkdocs", "build", "-f", str(project / config), "-d", str(folder / config))
        for config in CONFIGS
    )


def new_project(program: Path, package: Package, project: Path) -> Path:
    """Copy the program, with its compiled code, to where nothing has been built yet, and give it a package."""
    shutil.copytree(program, project)
    put(package, project)
    return project


def put(package: Package, project: Path) -> None:
    """Put a package in the place of the project's."""
    shutil.rmtree(project / "datapackage")
    write(package, project / "datapackage")


def one_value_changed(package: Package) -> Package:
    """Return the package with another value of the last year in the middle row."""
    rows = read_rows(package, "observations")
    row = rows[len(rows) // 2 // YEARS * YEARS + YEARS - 1]
    value = f"{float(row['value']) * 1.01:.2f}"
    row["as_printed"] = row["as_printed"].replace(row["value"].replace(".", ","), value.replace(".", ","))
    row["value"] = value
    return with_rows(package, "observations", rows)


@dataclass(frozen=True)
class Found:
    """What was measured of one size: seconds of every run by way, MB of a build from nothing, bytes of first views."""

    seconds: dict[str, list[float]]
    memory: float
    views: dict[str, int]


def measure(package: Package, runs: int, folder: Path) -> Found:
    """Build a package in each way, and weigh its pages.

    The ways take turns, so that a change of the machine's speed falls on all alike.
    """
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    program, changed = copy_project(folder / "program"), one_value_changed(package)
    compileall.compile_dir(program / "scripts", rx=re.compile("templates"), quiet=1)
    for number in range(runs):
        project = new_project(program, package, folder / f"project {number}")
        seconds["cold"].append(run(*site(project)))
        seconds["bare"].append(bare(project, folder / f"bare {number}"))
        seconds["same"].append(run(*site(project)))
        put(changed, project)
        seconds["one"].append(run(*site(project)))
    clean = new_project(program, changed, folder / "clean")
    used = most_memory(*site(clean))
    if difference := first_difference(clean / "site", project / "site"):
        sys.exit(f"after one changed value the site is not that of a build from nothing: {difference}")
    visits = visit_each(clean / "site", KINDS, runs=1)
    return Found(seconds, used, {kind: first.size for (kind, _), (first,) in visits.items()})


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median of the ratios, run by run."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def main(sizes: list[int], folder: Path) -> None:
    """Print a table with a row for each size; `folder` is where to build."""
    machine = (platform.machine(), f"{os.cpu_count()} cores", f"Python {platform.python_version()}")
    print(*machine, time.strftime("%Y-%m-%d"), sep=", ")
    print("cold: from nothing; bare: MkDocs alone; same: nothing changed; one: one value changed; kB of a first view")
    heads = ("indicators", "runs", *(f"{way} s" for way in WAYS), "cold/bare", "same/cold", "one/cold", "growth", "MB")
    print(" ".join(f"{head:>10}" for head in (*heads, *KINDS)), flush=True)
    before: tuple[int, float] | None = None
    for size in sizes:
        found = measure(large_ward(size, YEARS), RUNS.get(size, 1), folder / str(size))
        seconds = {way: statistics.median(found.seconds[way]) for way in WAYS}
        growth = math.log(seconds["cold"] / before[1]) / math.log(size / before[0]) if before else math.nan
        ratios = [ratio(found.seconds[one], found.seconds[other]) for one, other in RATIOS]
        cells = [f"{size:>10,}", f"{len(found.seconds['cold']):>10}", *(f"{seconds[way]:>10.1f}" for way in WAYS)]
        cells += [*(f"{number:>10.2f}" for number in (*ratios, growth)), f"{found.memory:>10.0f}"]
        print(" ".join([*cells, *(f"{found.views[kind] / 1000:>10.1f}" for kind in KINDS)]), flush=True)
        before = size, seconds["cold"]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        main([int(size) for size in sys.argv[1:]] or list(SIZES), Path(name))
