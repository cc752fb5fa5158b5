"""How fast a check is, and how it grows: rows a second and peak memory beside plain frictionless, in one run.

python tests/bench/check.py [OBSERVATIONS ...]
"""

from __future__ import annotations

import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from large import large_ward

from wards import ROOT, write

SIZES = (100, 10_000, 1_000_000)
OURS = [sys.executable, str(ROOT / "scripts" / "build.py"), "check", "--package"]
PLAIN = [sys.executable, "-m", "frictionless", "validate"]


def measure(command: list[str]) -> tuple[float, float]:
    """Run a command; return its processor seconds and its peak memory in MB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)}: exit status {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def best_of(command: list[str], runs: int) -> tuple[float, float]:
    """Return the median processor time and the largest peak of several runs."""
    done = sorted(measure(command) for _ in range(runs))
    return done[len(done) // 2][0], max(memory for _, memory in done)


def main(sizes: list[int]) -> None:
    """Print a row for each size, and the exponent of growth from each to the next."""
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
    )
    heads = ("observations", "check s", "rows/s", "MB", "plain s", "MB", "ratio", "growth")
    print(" ".join(f"{head:>{width}}" for head, width in zip(heads, (12, 8, 8, 6, 8, 6, 6, 7), strict=True)))
    before: tuple[int, float] | None = None
    for size in sizes:
        years = 100 if size > 100 else 10
        with tempfile.TemporaryDirectory() as folder:
            write(large_ward(size // years, years), Path(folder))
            runs = 3 if size < 100_000 else 1
            ours, memory = best_of([*OURS, folder], runs)
            plain, plain_memory = best_of([*PLAIN, f"{folder}/datapackage.json"], runs)
        growth = f"{math.log(ours / before[1]) / math.log(size / before[0]):7.2f}" if before else ""
        print(
            f"{size:12,} {ours:8.2f} {size / ours:8,.0f} {memory:6.0f} {plain:8.2f} {plain_memory:6.0f}"
            f" {ours / plain:6.2f} {growth}",
            flush=True,
        )
        before = size, ours


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
