"""ipykernel where there is no network: on sockets that were open before the kernel was locked in.

A Jupyter client connects to five local sockets by their paths. Inside the sandbox these paths do
not exist, and nothing that is writable there is read by the client: the kernel is handed the five
sockets, bound and listening already, as descriptors.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import zmq
from ipykernel import kernelapp
from ipykernel.heartbeat import Heartbeat
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp
from zmq.eventloop.zmqstream import ZMQStream

from course_utils.grading.jupyter.client import PORTS

__all__ = ["KernelApp", "ready_kernel"]


def _listen(socket: Any, ip: str, port: int, descriptor: int) -> None:
    socket.setsockopt(zmq.USE_FD, descriptor)  # zmq_setsockopt(3): instead of a new socket
    socket.bind(f"ipc://{ip}-{port}")


class _Beat(Heartbeat):
    """The heartbeat on a socket that is open."""

    descriptor = -1

    def _try_bind_socket(self) -> None:
        _listen(self.socket, self.ip, self.port, self.descriptor)


class _Publisher(IOPubThread):
    """Output, whose way from the kernel's forks is a local socket instead of one of the network.

    libzmq, asked for an address of the network where the sandbox refuses them, would abort.
    """

    def _setup_pipe_in(self) -> None:
        self._pipe_uuid = os.urandom(16)
        self._pipe_place = f"ipc://{tempfile.mkdtemp()}/output"
        pipe = self.socket.context.socket(zmq.PULL)
        pipe.linger = 0
        pipe.bind(self._pipe_place)
        self._pipe_in = ZMQStream(pipe, self.io_loop)
        self._pipe_in.on_recv(self._handle_pipe_msg)

    def _setup_pipe_out(self) -> tuple[Any, Any]:
        context = zmq.Context()
        pipe = context.socket(zmq.PUSH)
        pipe.linger = 3000  # milliseconds, as ipykernel's own
        pipe.connect(self._pipe_place)
        return context, pipe


class KernelApp(IPKernelApp):
    """ipykernel's application; `IPKernelApp.…` configures it as ever."""

    name = "ipython-kernel"
    #: port → the descriptor of its listening socket.
    listening: dict[int, int] = {}  # noqa: RUF012 - a trait-less class attribute, set before use

    def _try_bind_socket(self, s: Any, port: int) -> int:
        _listen(s, self.ip, port, self.listening[port])
        return port

    def init_control(self, context: Any) -> None:
        """Leave out the debugger's own way to the shell: it leads to a path that is not here."""
        super().init_control(context)
        self.debug_shell_socket.disconnect(self.shell_socket.getsockopt(zmq.LAST_ENDPOINT))

    def init_iopub(self, context: Any) -> None:
        """Publish through the class above."""
        kernelapp.IOPubThread = _Publisher
        super().init_iopub(context)

    def init_heartbeat(self) -> None:
        """Beat on a context of its own, as ipykernel does, but on the socket that is open."""
        beat = _Beat(zmq.Context(), (self.transport, self.ip, self.hb_port))
        beat.descriptor = self.listening[self.hb_port]
        self.heartbeat = beat
        beat.start()


def ready_kernel(
    connection: Mapping[str, Any], listening: Sequence[int], folder: str, words: Sequence[str]
) -> KernelApp:
    """A kernel that can be started.

    Args:
        connection: what a connection file says.
        listening: the descriptors of the sockets, in the order of `PORTS`.
        folder: where this process may write.
        words: the kernel's command line, after the connection file.
    """
    file = Path(folder) / "kernel.json"
    file.write_text(json.dumps(connection), "ascii")
    sys.argv = ["ipykernel_launcher.py", "-f", str(file)]
    app: KernelApp = KernelApp.instance()
    app.listening = {connection[name]: each for name, each in zip(PORTS, listening, strict=True)}
    app.initialize(["-f", str(file), *words])
    # Matplotlib was imported before ipykernel chose how it draws: say what it would have read.
    import_module("matplotlib").rcParams["backend"] = os.environ["MPLBACKEND"]
    return app
