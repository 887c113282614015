"""What a warm process and its forks do alike: speak in lines of JSON, and keep few descriptors."""

from __future__ import annotations

import json
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from course_utils.errors import GradingError

__all__ = ["hear", "keep_only", "offer_to_be_ended_first", "tell"]


def tell(door: socket.socket, message: dict[str, Any]) -> None:
    """Send one line of JSON."""
    door.sendall(json.dumps(message).encode() + b"\n")


def hear(door: socket.socket) -> dict[str, Any]:
    """One line of JSON from trusted code.

    Raises:
        GradingError: the other end is closed.
    """
    text = b""
    while not text.endswith(b"\n"):
        piece = door.recv(1)
        if not piece:
            raise GradingError("it closed its end")
        text += piece
    told: dict[str, Any] = json.loads(text)
    return told


def keep_only(kept: set[int]) -> None:
    """Close every descriptor but these and the standard ones, which lead nowhere."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    borders = sorted({2, *kept})
    for low, high in zip(borders, [*borders[1:], 1 << 16], strict=True):
        os.closerange(low + 1, high)


def offer_to_be_ended_first() -> None:
    """Where the whole machine runs out of memory, the kernel ends what is graded and no judge."""
    with suppress(OSError):  # only Linux knows the file
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
