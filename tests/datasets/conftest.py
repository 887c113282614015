"""A real HTTP server on the loopback, and one small file with its registry entry."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from course_utils.datasets import Entry

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """Answers every GET with `answer`, and remembers how often it was asked."""

    address: str
    answer: Answer | None = None
    asked: list[str] = field(default_factory=list)
    closing: Event = field(default_factory=Event)  # set at the end, so that hangs end too

    def send(self, body: bytes, *, promised: int | None = None, status: int = 200) -> None:
        """Answer with `body`; its header promises `promised` bytes."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Length", str(len(body) if promised is None else promised))
            handler.end_headers()
            handler.wfile.write(body)

        self.answer = answer

    def hang(self, body: bytes = b"", *, promised: int = 0) -> None:
        """Answer with `body` if there is one, then with nothing, and keep the line open."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            if body:
                handler.send_response(200)
                handler.send_header("Content-Length", str(promised))
                handler.end_headers()
                handler.wfile.write(body)
                handler.wfile.flush()
            self.closing.wait(30)

        self.answer = answer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on 127.0.0.1 with a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            if served.answer is None:
                self.send_error(404)
            else:
                served.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        served = Server(f"http://127.0.0.1:{listening.server_port}")
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield served
        served.closing.set()
        listening.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def body() -> bytes:
    """200,000 bytes of text that no compressor makes small, the same in every run."""
    letters = random.Random(7).choices("abcdefghijklmnopqrstuvwxyz \n", k=200_000)
    return "".join(letters).encode()


@pytest.fixture
def small(server: Server, body: bytes) -> Entry:
    """The registry entry of `body`, to be had from `server`."""
    return Entry(
        name="letters",
        about="random letters",
        file="letters.txt",
        bytes=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        licence="public domain",
        source="the tests",
        citation="none",
        default="The alphabet, which everyone knows by heart.",
        url=f"{server.address}/folder/letters.txt",
    )


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, which `UNROLLED_DATA` names; not made yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("UNROLLED_DATA", str(folder))
    return folder
