"""Bytes over a socket between processes that trust each other: a length, then so many bytes."""

from __future__ import annotations

import socket
import struct

__all__ = ["receive_frame", "send_frame"]

_LENGTH = struct.Struct("<Q")


def send_frame(channel: socket.socket, content: bytes) -> None:
    """Send one piece."""
    channel.sendall(_LENGTH.pack(len(content)) + content)


def receive_frame(channel: socket.socket) -> bytes | None:
    """One piece; None where the other end is closed, at its end or in the middle."""
    head = _receive(channel, _LENGTH.size)
    return None if head is None else _receive(channel, *_LENGTH.unpack(head))


def _receive(channel: socket.socket, size: int) -> bytes | None:
    content = bytearray()
    while len(content) < size:
        piece = channel.recv(min(1 << 20, size - len(content)))
        if not piece:
            return None
        content += piece
    return bytes(content)
