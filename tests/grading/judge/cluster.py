"""A real Dask cluster on the loopback: a scheduler and worker processes, ended with the block."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cluster", "cluster"]

_ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Cluster:
    """A running cluster.

    Attributes:
        address: the scheduler's.
        workers: the workers' processes.
    """

    address: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def cluster(folder: Path, workers: int = 2, **environment: str) -> Iterator[Cluster]:
    """Start a scheduler and workers of one thread each.

    Args:
        folder: where Dask may write.
        workers: how many; they have no nanny, so one that is killed stays away.
        environment: what the workers' environment holds beside this one's.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    around = {**os.environ, **environment, "PYTHONPATH": str(_ROOT)}
    started: list[subprocess.Popen[bytes]] = []

    def start(module: str, *words: str) -> None:
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *words, "--no-dashboard"],
                env=around,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    try:
        start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port))
        for _ in range(workers):
            words = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
            start("dask_worker", address, "--host", "127.0.0.1", *words)
        _wait(address, workers)
        yield Cluster(address, started[1:])
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(address: str, workers: int) -> None:
    """Until the scheduler has seen its workers."""
    from distributed import Client

    end = time.monotonic() + 60
    while True:
        try:
            with Client(address, timeout=5, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=60)
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
