"""Lines of JSON over a socket, between processes that trust each other."""

from __future__ import annotations

import json
import socket
from typing import Any

from course_utils.errors import GradingError

__all__ = ["receive_line", "send_line"]


def send_line(channel: socket.socket, message: dict[str, Any]) -> None:
    """Send one line of JSON."""
    channel.sendall(json.dumps(message).encode() + b"\n")


def receive_line(channel: socket.socket) -> dict[str, Any]:
    """One line of JSON from trusted code.

    Raises:
        GradingError: the other end is closed.
    """
    text = b""
    while not text.endswith(b"\n"):
        piece = channel.recv(1)
        if not piece:
            raise GradingError("the other process closed its end")
        text += piece
    told: dict[str, Any] = json.loads(text)
    return told
