"""Answers that pretend to be equal, to be arrays, or to be something else the next time."""

from __future__ import annotations

from tests.grading.attacks.attack import attacks

__all__ = ["ATTACKS"]

ATTACKS = attacks(
    {
        "an object that equals everything": """
class Equal:
    shape, dtype, ndim, size = (2, 2), "float32", 2, 4
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __abs__(self): return 0.0
    def __sub__(self, other): return 0.0
    __rsub__ = __add__ = __radd__ = __mul__ = __sub__
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __float__(self): return 0.0
    def __bool__(self): return True
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __iter__(self): return iter([])
    def __len__(self): return 1
def elman_step(x, h, W_x, W_h, b):
    return Equal()
""",
        "an ndarray subclass that equals everything": """
import numpy as np
class Equal(np.ndarray):
    def __eq__(self, other): return np.True_
    def __sub__(self, other): return np.zeros(1)
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs): return np.zeros(1)
    def __array_function__(self, function, types, args, kwargs): return True
    def astype(self, *args, **kwargs): return self
    def tobytes(self, *args): return b""
    def __array_finalize__(self, other): pass
def elman_step(x, h, W_x, W_h, b):
    return np.zeros_like(h).view(Equal)
""",
        "an object array of objects that equal everything": """
import numpy as np
class Equal:
    def __eq__(self, other): return True
    def __float__(self): return float("nan")
def elman_step(x, h, W_x, W_h, b):
    out = np.empty(h.shape, object)
    out[...] = Equal()
    return out
""",
        "an array interface that gives another array each time": """
import itertools
import numpy as np
count = itertools.count()
class Shifting:
    def __init__(self, shape): self.shape = shape
    def __array__(self, dtype=None, copy=None):
        return np.full(self.shape, next(count) / 10, "float32")
def elman_step(x, h, W_x, W_h, b):
    return Shifting(h.shape)
""",
        "an answer that is right once and then turns": """
import numpy as np
calls = []
def elman_step(x, h, W_x, W_h, b):
    calls.append(1)
    right = np.tanh(x @ W_x + h @ W_h + b)
    return right if len(calls) == 1 else -right
""",
        "an array that changes after it was returned": """
import threading
import time
import numpy as np
def elman_step(x, h, W_x, W_h, b):
    out = np.zeros_like(h)
    def later():
        for _ in range(1000):
            out[...] = np.random.rand()
            time.sleep(0)
    threading.Thread(target=later, daemon=True).start()
    return out
""",
        "a lying __class__": """
import numpy as np
class Liar:
    __class__ = property(lambda self: np.ndarray)
    shape, dtype, size = (2, 2), np.dtype("float32"), 4
    def __getattr__(self, name): return lambda *args, **kwargs: True
def elman_step(x, h, W_x, W_h, b):
    return Liar()
""",
        "a result that runs code when it is unpickled": """
import os
import numpy as np
class Bomb:
    def __reduce__(self):
        return os.system, ("touch " + PLANTED["folder"] + "/unpickled",)
def elman_step(x, h, W_x, W_h, b):
    out = np.empty(h.shape, object)
    out[...] = Bomb()
    return out
""",
        "a structured array": """
import numpy as np
def elman_step(x, h, W_x, W_h, b):
    return np.zeros(h.shape, [("same", "f4"), ("all", "O")])
""",
        "a number that is infinite and no number at once": """
import numpy as np
def elman_step(x, h, W_x, W_h, b):
    return np.full(h.shape, np.nan, h.dtype)
""",
        "a shape that raises when it is asked for": """
class Raising:
    @property
    def shape(self): raise SystemExit(0)
    def __array__(self, *args, **kwargs): raise GeneratorExit
def elman_step(x, h, W_x, W_h, b):
    return Raising()
""",
        "numbers learned by heart for the seed of the notebook": """
import zlib
import numpy as np
heart = np.random.default_rng([0, zlib.crc32(b"elman_step")])
def elman_step(x, h, W_x, W_h, b):
    return np.tanh(heart.standard_normal(h.shape)).astype(h.dtype)
""",
        "a call that seems to fill a list and ends the process": """
import os
steps = []
steps.append(os._exit(0))
def elman_step(x, h, W_x, W_h, b):
    return steps[0]
""",
        "a call that seems to fill a list and never ends": """
steps = []
def fill(these):
    while True:
        try:
            these.append(0)
            these.clear()
        except BaseException:
            pass
fill(steps)
def elman_step(x, h, W_x, W_h, b):
    return steps
""",
        "many calls that seem to change the answer and take all the time they get": """
import time
steps = []
for _ in range(1):
    steps.append(time.sleep(60))
"""
        + "steps.append(time.sleep(60))\n" * 50
        + """
def elman_step(x, h, W_x, W_h, b):
    return h + 0 * len(steps)
""",
        "a decorator that seems to register and patches what compares": """
import numpy as np
book = {}
def keep(f):
    book[f.__name__] = f
    for name in ("allclose", "isclose", "array_equal", "max", "abs"):
        setattr(np, name, lambda *these, **options: True)
    return f
@keep
def helper(h): return h
def elman_step(x, h, W_x, W_h, b):
    return book["helper"](h)
""",
        "a later use of the name that is something else each time": """
class Twice:
    def __call__(self, x, h, W_x, W_h, b): return h
    def __getattr__(self, name): raise SystemExit(0)
def elman_step(x, h, W_x, W_h, b):
    return h
elman_step = Twice()
elman_step = type("str", (str,), {"__class__": property(lambda self: function)})()
""",
    }
)
