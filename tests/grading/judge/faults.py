"""Notebooks that fail: what is in their cells, and the sentence that the student must read."""

from __future__ import annotations

from dataclasses import dataclass

from tests.grading.attacks.attack import HONEST
from tests.grading.handing import notebook

__all__ = ["FAULTS", "RIGHT", "SHORT", "Fault"]

SHORT = 3  # seconds for an answer that would wait for ever
_STEP = "def elman_step(x, h, W_x, W_h, b):\n"
_SOLVED = HONEST["elman_step"]


@dataclass(frozen=True)
class Fault:
    """One notebook in which `elman_step` fails and `readout` does not.

    Attributes:
        name: what fails.
        cells: the code cells beside the solved `readout`.
        kind: of the finding.
        says: words of the message.
        waits: whether it lasts as long as it is let: it is graded with little time.
    """

    name: str
    cells: tuple[str, ...]
    kind: str
    says: str
    waits: bool = False

    def notebook(self) -> bytes:
        """The submission: a solved exercise before and after the failing cells."""
        return notebook(HONEST["readout"], *self.cells, HONEST["stream"])


def _body(name: str, code: str, kind: str, says: str, waits: bool = False) -> Fault:
    lines = "".join(f"    {line}\n" for line in code.strip().splitlines())
    return Fault(name, (_STEP + lines,), kind, says, waits)


_RAN_OUT = "took more memory|Unable to allocate|MemoryError|ended by the system|made Python abort"

FAULTS = [
    # time
    _body(
        "an endless loop",
        "while True: pass",
        "stopped",
        f"had not finished after {SHORT} s",
        waits=True,
    ),
    _body(
        "an endless loop that is deaf",
        """
import signal
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
while True:
    try:
        while True: pass
    except BaseException: pass
""",
        "stopped",
        "still running after .* seconds, and did not heed",
        waits=True,
    ),
    _body(
        "an endless loop in native code",
        "import re\nre.match(r'(x+x+)+y', 'x' * 60)",
        "stopped",
        "not finished|still running",
        waits=True,
    ),
    _body(
        "a long sleep", "import time; time.sleep(1000)", "stopped", "had not finished", waits=True
    ),
    # memory, processes, disk
    _body("a huge array", "import numpy as np\nreturn np.ones(10 ** 12)", "exception", _RAN_OUT),
    _body(
        "arrays without an end",
        "import numpy as np\nkept = []\nwhile True: kept.append(np.ones(10 ** 6))",
        "memory|exception|crashed",
        _RAN_OUT,
    ),
    _body(
        "a list without an end",
        "kept = [0]\nwhile True: kept += kept",
        "memory|exception|crashed",
        _RAN_OUT,
    ),
    _body(
        "memory of many small processes",
        """
import os, time
for _ in range(100):
    if os.fork() == 0:
        kept = bytearray(os.urandom(1 << 20) * 40)
        time.sleep(60)
        os._exit(0)
time.sleep(60)
""",
        "memory",
        "more memory than an exercise may have",
    ),
    _body(
        "memory that is shared",
        """
import mmap, os, time
kept = []
while True:
    kept.append(mmap.mmap(-1, 1 << 26))
    kept[-1].write(b"x" * (1 << 26))
""",
        "exception",
        "PermissionError",  # memory that would be counted for nobody
    ),
    _body(
        "a disk that fills",
        "for k in range(1000): open(f'/tmp/{k}', 'wb').write(b'x' * (8 << 20))",
        "exception",
        "No space left on device",
    ),
    _body(
        "a huge file",
        "open('/tmp/x', 'wb').write(b'x' * (33 << 20))",
        "exception|crashed",
        "File too large|larger file than is allowed",
    ),
    # ends
    _body("os._exit", "import os; os._exit(0)", "crashed", r"ended its own process.*exit code 0"),
    _body("sys.exit", "import sys; sys.exit('bye')", "exception", "SystemExit at line 2: bye"),
    _body("quit()", "quit()", "exception", "NameError|SystemExit"),
    _body(
        "a segmentation fault",
        "import ctypes; ctypes.string_at(0)",
        "crashed",
        "crashed Python itself",
    ),
    _body("an abort", "import os; os.abort()", "crashed", r"os\.abort"),
    _body("a recursion", "return elman_step(x, h, W_x, W_h, b)", "exception", "RecursionError"),
    _body(
        "a recursion with its limit raised",
        "import sys\nsys.setrecursionlimit(10 ** 9)\n"
        "def f(g): return sorted([0, 1], key=lambda k: f(g))\nf(0)",
        "crashed|exception|memory",
        "segmentation fault|RecursionError|more memory",
    ),
    _body("its own kill", "import os; os.kill(os.getpid(), 9)\nreturn h", "crashed", r"os\.kill"),
    # outputs
    _body("None", "x @ W_x", "none", "is None"),
    _body("a ragged list", "return [[1.0], [1.0, 2.0]]", "type", "should be one array"),
    _body("a giant array", "import numpy as np\nreturn np.zeros(60_000_000, bool)", "shape", "far"),
    _body("objects", "import numpy as np\nreturn np.array([None, h], object)", "type", "numbers"),
    _body("NaN", "return h * float('nan')", "not-finite", "every number should be finite"),
    _body("complex numbers", "return h + 1j", "type", "its dtype is complex"),
    _body("strings", "return h.astype(str)", "type", "should hold numbers"),
    _body(
        "printing", "for _ in range(50): print('x' * 10 ** 6)\nreturn h", "values", "handed back"
    ),
    _body(
        "an error without words",
        "class E(Exception):\n    def __str__(self): raise RuntimeError\nraise E",
        "exception",
        "could not be shown",
    ),
    _body("input()", "return input('h?')", "exception", "nobody to answer input"),
    _body("closed descriptors", "import os; os.closerange(0, 100)\nreturn h", "crashed", "ended"),
    # the cell
    Fault("a syntax error", (_STEP + "    return x @@ h\n",), "exception", "is no Python in code"),
    Fault("no answer", ("x = 1",), "missing", "defines no `elman_step`"),
    Fault(
        "another name",
        (_SOLVED.replace("elman_step", "elman_step2"),),
        "missing",
        "There is `elman_step2`: is that it",
    ),
    Fault("other letters", (_SOLVED.replace("elman_step", "ElmanStep"),), "missing", "`ElmanStep`"),
    Fault("a stub", (_STEP + "    raise NotImplementedError()\n",), "not-written", "not written"),
    Fault("a class", ("class elman_step: pass",), "wrong-kind", "should be a function"),
    Fault("a shell cell", ("%%bash\ndef elman_step(): pass",), "missing", "first line, %%bash"),
    Fault(
        "an import that fails and is needed",
        ("import no_such_package\n" + _STEP + "    return no_such_package.step(x, h)\n",),
        "exception",
        "NameError|ModuleNotFoundError",
    ),
    Fault(
        "a needed line that raises",
        ("scale = 1 / 0\n" + _STEP + "    return scale * h\n",),
        "exception",
        "needs raised ZeroDivisionError in code cell 2, line 1",
    ),
    Fault(
        "a needed line that takes too long",
        ("import time\nscale = time.sleep(100)\n" + _STEP + "    return scale * h\n",),
        "stopped",
        "Take what is slow, such as training, out",
        waits=True,
    ),
    Fault(
        "a right answer, and then a wrong one",
        (_SOLVED, _STEP + "    return h\n"),
        "values",
        "handed back",
    ),
    # last, for they take the processors from the others
    _body(
        "a fork bomb",
        "import os\nwhile True: os.fork()",
        "exception|memory|crashed|stopped",
        "Resource temporarily unavailable|more memory|ended its own process|not finished|no answer",
        waits=True,
    ),
    _body(
        "a thread bomb",
        "import threading, time\n"
        "while True: threading.Thread(target=time.sleep, args=(50,), daemon=True).start()",
        "exception|crashed",
        "can't start new thread|made Python abort|more memory",
    ),
]

#: Notebooks whose `elman_step` is right, whatever stands around it.
RIGHT: dict[str, tuple[str, ...]] = {
    "the state of everything changed": (
        "import numpy as np, random, warnings, os, locale, decimal, signal, gc, sys\n"
        "import keras, tensorflow as tf\n" + _STEP + "    keras.config.set_floatx('float16')\n"
        "    np.seterr(all='raise'); np.random.seed(3); random.seed(4)\n"
        "    warnings.simplefilter('error'); os.umask(0o777); os.chdir('/dev/shm')\n"
        "    tf.config.run_functions_eagerly(True); sys.setrecursionlimit(200); gc.disable()\n"
        "    np.set_printoptions(precision=1); os.environ.clear(); sys.stdout = None\n"
        "    return np.tanh(x @ W_x + h @ W_h + b)\n",
    ),
    "magics and shell lines": (
        "%matplotlib inline\n!pip install x\nfiles = !ls\nimport numpy as np\n%load_ext x\n",
        "%%time\n" + _SOLVED + "\n?elman_step\nelman_step?\n%timeit elman_step",
    ),
    "a bash cell and one of another language": ("%%bash\nls", "%%html\n<b>", _SOLVED),
    "a syntax error elsewhere": ("def broken(:\n    pass", _SOLVED, "x = = 1"),
    "an import that fails and is not needed": ("import no_such_package\n" + _SOLVED,),
    "Colab's import": (
        "from google.colab import drive\ndrive.mount('/content/drive')\n"
        "from google.colab import files\n" + _SOLVED,
    ),
    "a missing import of a type": (
        "from no_such import Array\nimport numpy as np\n"
        "def elman_step(x, h, W_x, W_h, b):\n    return np.tanh(x @ W_x + h @ W_h + b)\n",
    ),
    "cells in another order": (
        "def elman_step(x, h, W_x, W_h, b):\n    return squash(x @ W_x + h @ W_h + b)\n",
        "def squash(z):\n    return np.tanh(z)",
        "import numpy as np",
    ),
    "the same cell three times": (_SOLVED, _SOLVED, _SOLVED),
    "a stub after the answer": (
        _SOLVED,
        _STEP + '    """Doc."""\n    raise NotImplementedError()\n',
    ),
    "a wrong answer, and then a right one": (_STEP + "    return h\n", _SOLVED),
    "a decorator": (
        "import functools, numpy as np\ndef twice(f):\n    @functools.wraps(f)\n"
        "    def inner(*a):\n        f(*a)\n        return f(*a)\n    return inner\n",
        "@twice\ndef elman_step(x, h, W_x, W_h, b):\n    return np.tanh(x @ W_x + h @ W_h + b)\n",
    ),
    "a partial": (
        "import numpy as np\nfrom functools import partial\ndef step(f, x, h, W_x, W_h, b):\n"
        "    return f(x @ W_x + h @ W_h + b)\nelman_step = partial(step, np.tanh)",
    ),
    "a lambda": (
        "import numpy as np\nelman_step = lambda x, h, U, V, b: np.tanh(x @ U + h @ V + b)",
    ),
    "an assignment": (
        "import numpy as np\ndef mine(x, h, W_x, W_h, b):\n"
        "    return np.tanh(x @ W_x + h @ W_h + b)\nelman_step = mine",
    ),
    "a compiled function": (
        "import tensorflow as tf\n@tf.function\ndef elman_step(x, h, W_x, W_h, b):\n"
        "    return tf.tanh(x @ W_x + h @ W_h + b)\n",
    ),
    "an object that is called": (
        "import numpy as np\nclass Step:\n    def __call__(self, x, h, W_x, W_h, b):\n"
        "        return np.tanh(x @ W_x + h @ W_h + b)\nelman_step = Step()",
    ),
    "a star import": (
        "from numpy import *\n" + _STEP + "    return tanh(x @ W_x + h @ W_h + b)\n",
    ),
    "the future": ("from __future__ import annotations\n" + _SOLVED,),
    "an if and a try": (
        "import numpy as np\ntry:\n    import no_such\n    squash = no_such.f\n"
        "except ImportError:\n    squash = np.tanh\nif squash:\n"
        "    def elman_step(x, h, W_x, W_h, b):\n        return squash(x @ W_x + h @ W_h + b)\n"
        "else:\n    elman_step = None",
    ),
    "a global": (
        "import numpy as np\ncalls = 0\ndef elman_step(x, h, W_x, W_h, b):\n    global calls\n"
        "    calls += 1\n    return np.tanh(x @ W_x + h @ W_h + b)",
    ),
    "a helper that a method call fills": (
        "import numpy as np\nsteps = []\nsteps.append(np.tanh)\n"
        "def elman_step(x, h, W_x, W_h, b):\n    return steps[0](x @ W_x + h @ W_h + b)",
    ),
    "training in the same cell": (
        _SOLVED + "import time\ntime.sleep(1000)\nmodel = time.sleep(1000)\n"
        "history = [time.sleep(1000) for _ in range(9)]\nfor k in range(9): time.sleep(1000)\n",
    ),
    "a top-level await": ("import asyncio\nawait asyncio.sleep(0)\n" + _SOLVED,),
    "strange signs in strings": ('bell = "\x0c\x1c\u2028\x85"\n' + _SOLVED,),
    "a name that is deleted at the end": (
        "import numpy as np\nscale = 1.0\ndef elman_step(x, h, W_x, W_h, b):\n"
        "    return scale * np.tanh(x @ W_x + h @ W_h + b)",
        "del scale, elman_step",
    ),
    "lines that end as in Windows": (_SOLVED.replace("\n", "\r\n"),),
    "tabs, comments and a docstring": (
        "# one\nimport numpy as np\ndef elman_step(x, h, W_x, W_h, b):\n\t'''\n!x\n%y'''\n"
        "\t# comment\n\treturn np.tanh(\n\t\tx @ W_x + h @ W_h + b)",
    ),
}
