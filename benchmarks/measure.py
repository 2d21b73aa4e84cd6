"""Figures and the tables they are told in, and processes that are measured from outside."""

from __future__ import annotations

import asyncio
import math
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MIB = 1 << 20


class Process:
    """A process of its own; `says` waits for a line of its output with these words, and when it came."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.started = time.perf_counter()
        self.lines: list[str] = []
        self._more = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.lines.append(line.decode().rstrip())
            self._more.set()
        self.lines.append("(it ended)")
        self._more.set()

    async def says(self, words: str, seconds: float = 120) -> tuple[str, float]:
        """The line, and how many seconds after the start it came."""
        seen = 0
        async with asyncio.timeout(seconds):
            while True:
                self._more.clear()
                for line in self.lines[seen:]:
                    if words in line:
                        return line, time.perf_counter() - self.started
                    if line == "(it ended)":
                        raise RuntimeError("the process ended:\n" + "\n".join(self.lines[-20:]))
                seen = len(self.lines)
                await self._more.wait()

    async def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        await self._process.stdin.drain()

    @property
    def rss(self) -> float:
        """Resident memory now, in MiB (Linux: /proc/<pid>/statm)."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / MIB

    @property
    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def end(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._reading


@asynccontextmanager
async def process(*arguments: str, environment: Mapping[str, str]) -> AsyncIterator[Process]:
    """`python -m <arguments>`, which does not outlive the block."""
    running = Process(
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *arguments,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    )
    try:
        yield running
    finally:
        await running.end()


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(values: Sequence[float], digits: int = 0) -> list[str]:
    """Least, median, 99th percentile and greatest, and of how many."""
    told = (min(values), statistics.median(values), quantile(values, 0.99), max(values))
    return [*(f"{value:.{digits}f}" for value in told), str(len(values))]


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    print(f"\n{title}\n")
    for number, row in enumerate(cells):
        first, *others = (
            cell.ljust(w) if n == 0 else cell.rjust(w)
            for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        print("  " + "  ".join([first, *others]).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))
    sys.stdout.flush()
