"""Install the course and some of its extras into the environment that runs this, and say so.

    .venv/bin/python .ci/install.py EXTRA [EXTRA ...]

pip is silent for minutes or writes four hundred lines; this prints one line a step: how many
packages were found, each big download, how many packages are unpacked. What pip wrote is shown
where it fails.
"""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIG = 20  # megabytes from which a download is worth a line
EVERY = 40  # packages found from one line to the next
PATIENCE = 10.0  # seconds without a word from pip after which the count of packages is shown
SHOWN = 40  # lines of pip's that are shown where it fails


def said(line: str, found: int) -> str | None:
    """What a line of pip's is worth to who waits, or None.

    Args:
        line: as pip writes it.
        found: the packages that pip has named so far, with this one.
    """
    if line.startswith("Collecting ") and found % EVERY == 0:
        return f"{found} packages found"
    if big := re.search(r"Downloading \S*?([\w.]+)-\d\S* \((\d+)(?:\.\d+)? MB\)", line):
        name, megabytes = big[1].replace("_", "-"), int(big[2])
        return f"downloading {name}, {megabytes} MB" if megabytes >= BIG else None
    if line.startswith("Installing collected packages: "):
        return f"unpacking {line.count(',') + 1} packages"
    return None


def installed() -> int:
    """The packages that stand in this environment by now."""
    return sum(1 for _ in Path(sysconfig.get_paths()["purelib"]).glob("*.dist-info"))


def lines_of(stream: Iterable[str]) -> Iterator[str | None]:
    """The lines as they come, and None whenever there was none for a while."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in stream:
            lines.put(line.strip())
        lines.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    while True:
        try:
            line = lines.get(timeout=PATIENCE)
        except queue.Empty:
            yield None
            continue
        if line is None:
            return
        yield line


def install(*words: str) -> int:
    """Run `pip install` and tell its steps; its exit status."""
    pip = subprocess.Popen(
        [sys.executable, "-m", "pip", "install", "--progress-bar", "off", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    heard: list[str] = []
    found = before = 0
    unpacking = False
    for line in lines_of(pip.stdout or ()):
        if line is None:
            if unpacking and (now := installed()) != before:
                print(f"  {now} packages are there", flush=True)
                before = now
            continue
        heard.append(line)
        found += line.startswith("Collecting ")
        unpacking = unpacking or line.startswith("Installing collected")
        if step := said(line, found):
            print(f"  {step}", flush=True)
    status = pip.wait()
    if status:
        print("\n".join(heard[-SHOWN:]), file=sys.stderr)
    return status


def main(extras: list[str]) -> int:
    """Install pip's newest version, then the course at the versions of constraints.txt."""
    if not extras:
        print(__doc__, file=sys.stderr)
        return 2
    begun = time.monotonic()
    asked = ",".join(extras)
    print(f"Installing the course with [{asked}] into {sys.prefix}: minutes at first", flush=True)
    status = install("--upgrade", "pip") or install(
        "--constraint", "constraints.txt", "--editable", f".[{asked}]"
    )
    if status:
        print("Nothing is ready yet: pip's last words are above. Mend it, then run make again.")
    else:
        print(f"{installed()} packages are installed, {time.monotonic() - begun:.0f} s")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
