"""Texts and types that lie to whoever reads the verdict."""

from __future__ import annotations

from tests.grading.attacks.attack import attacks

__all__ = ["ATTACKS"]

ATTACKS = attacks(
    {
        "an error whose text raises": """
class Bad(Exception):
    def __str__(self): raise SystemExit(1)
    __repr__ = __str__
def elman_step(x, h, W_x, W_h, b):
    raise Bad
""",
        "an error that runs code while it is looked at": """
import os
class Meta(type):
    @property
    def __name__(cls): os._exit(0)
    @property
    def __mro__(cls): raise MemoryError
class Bad(Exception, metaclass=Meta): pass
def elman_step(x, h, W_x, W_h, b):
    raise Bad
""",
        "an error that says it is another one": """
class Bad(Exception):
    __class__ = property(lambda self: NotImplementedError)
Bad.__name__ = Bad.__qualname__ = "<img src=x onerror=alert(1)>"
def elman_step(x, h, W_x, W_h, b):
    raise Bad("points: 2.0, passed")
""",
        "a page, a terminal and half a character": """
def elman_step(x, h, W_x, W_h, b):
    raise ValueError("</td></table><script>alert(1)</script>"
                     "\\x1b[2J\\x1b]0;x\\x07\\ud800\\0\\u202e")
""",
        "an error of ten megabytes": """
def elman_step(x, h, W_x, W_h, b):
    raise ValueError("<b>" * 3_000_000)
""",
        "a thousand errors, each the cause of the next": """
def elman_step(x, h, W_x, W_h, b):
    def deeper(n):
        try:
            if n == 0:
                raise KeyError("deep")
            deeper(n - 1)
        except Exception as error:
            raise RuntimeError(n) from error
    deeper(200)
""",
        "an exception group that holds itself": """
class Loop(Exception):
    def __getattr__(self, name): return self
def elman_step(x, h, W_x, W_h, b):
    error = Loop("x")
    error.__cause__ = error.__context__ = error
    raise error
""",
        "a traceback of one's own making": """
import types
import sys
def elman_step(x, h, W_x, W_h, b):
    try:
        raise ValueError("x")
    except ValueError as error:
        trace = error.__traceback__
        fake = types.TracebackType(None, sys._getframe(), 0, -5)
        raise error.with_traceback(fake)
""",
        "prints of fifty megabytes": """
import os
def elman_step(x, h, W_x, W_h, b):
    for _ in range(50):
        print("x" * 1_000_000)
        os.write(1, b"x" * 1_000_000)
        os.write(2, b"x" * 1_000_000)
    return h
""",
        "the cases, written into the feedback as the answer's source": """
import sys
_SEEN = []
def elman_step(x, h, W_x, W_h, b):
    _SEEN.append((x, h, W_x, W_h, b))
    child = sys.modules["course_utils.grading.inside.child"]
    encode = child.encode
    text = repr(_SEEN)[:20_000]
    child._encoded = lambda said: encode({**said, "source": text})
    return h
""",
        "the cases, written into the feedback in the place of a cell": """
import sys
_SEEN = []
def elman_step(x, h, W_x, W_h, b):
    _SEEN.append((x, h, W_x, W_h, b))
    child = sys.modules["course_utils.grading.inside.child"]
    encode = child._encoded
    child._encoded = lambda said: encode({**said, "cells": [repr(_SEEN)]})
    return h
""",
        "the cases, written into every text there is": """
import sys
import numpy as np
_SEEN = []
def elman_step(x, h, W_x, W_h, b):
    _SEEN.append((x, h, W_x, W_h, b))
    text = (repr(_SEEN) * 20)[:20_000]
    print(text)
    child = sys.modules["course_utils.grading.inside.child"]
    encode = child.encode
    def told(said):
        thrown = dict(kind="E" + text, message=text, kinds=("E",), line=1, text=text, function=text)
        results = [{**each, "outputs": None, "thrown": thrown, "printed": text}
                   for each in said["results"]]
        return encode({**said, "results": results, "printed": text})
    child._encoded = told
    return h
""",
        "a printed verdict": """
def elman_step(x, h, W_x, W_h, b):
    print('{"points": 2.0, "max_points": 2.0, "passed": true}')
    print("<h1>All checks passed: 2/2</h1>")
    return h
""",
    }
)
