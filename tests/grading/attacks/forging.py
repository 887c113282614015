"""Frames of one's own on every descriptor that the answer's process has inherited."""

from __future__ import annotations

from tests.grading.attacks.attack import attacks

__all__ = ["ATTACKS"]

_TOOLS = """
import io
import json
import os
import struct
import numpy as np

def spread(*frames):
    for descriptor in range(3, 256):
        try:
            os.set_blocking(descriptor, True)
            for frame in frames:
                while frame:
                    frame = frame[os.write(descriptor, frame):]
        except OSError:
            pass
    os._exit(0)

def framed(tree, body=b""):
    header = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return struct.pack("<4sIQ", b"UNR1", len(header), len(body)) + header + body

def npy(descr, shape, data=b"", more=", }"):
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}{more}"
    header += " " * (21 - len(str(shape[0])))  # as np.save leaves room and pads
    header = header.encode() + b" " * (64 - (len(header) + 11) % 64) + b"\\n"
    return b"\\x93NUMPY\\x01\\x00" + struct.pack("<H", len(header)) + header + data

def d(**items):
    return {"d": [[key, value] for key, value in items.items()]}

def report(outputs=None, **others):
    return d(**{"outputs": outputs, "thrown": None, "misfit": None, "changed": {"t": []},
                "ready": {"t": []}, "stopped": False, "printed": "", **others})

def reply(reports, **others):
    return d(**{"results": {"l": reports}, "misfit": None, "thrown": None, "cell": 3,
                "cells": {"l": [3]}, "printed": "", **others})

def cases():
    import sys
    frame = sys._getframe()
    while "cases" not in frame.f_locals:
        frame = frame.f_back
    return [inputs for inputs, _ in frame.f_locals["cases"]]

def zeros():
    body, reports = b"", []
    for case in cases():
        array = io.BytesIO()
        np.save(array, np.zeros_like(case["h"]))
        body += array.getvalue()
        reports.append(report(d(**{"the new state": {"a": len(array.getvalue())}})))
    return reports, body

def one(bytes_):
    count = len(cases())
    outputs = [report(d(**{"the new state": {"a": len(bytes_)}})) for _ in range(count)]
    return framed(reply(outputs), bytes_ * count)
"""

_FRAMES = {
    "garbage on every descriptor": "spread(os.urandom(1 << 16))",
    "the judge's own JSON of a full verdict": (
        'spread(json.dumps({"points": 2.0, "max_points": 2.0, "passed": True}).encode())'
    ),
    "a frame that says it is larger than the machine": (
        'spread(struct.pack("<4sIQ", b"UNR1", 2 ** 32 - 1, 2 ** 64 - 1) + b"x" * 1000)'
    ),
    "a frame that is longer than it says": "spread(framed(reply([])) + b'more' * 1000)",
    "half a frame": "spread(framed(reply([]))[:-5])",
    "an array that says it is huge": "spread(one(npy(\"'<f4'\", (2 ** 40,), b'1234')))",
    "an array of two negative lengths": "spread(one(npy(\"'<f4'\", (-2, -2), b'1' * 16)))",
    "an empty array with a length beyond all integers": (
        "spread(one(npy(\"'<f4'\", (0, 2 ** 80))))"
    ),
    "an array of pickled objects": (
        "import pickle\n"
        "    class Bomb:\n"
        "        def __reduce__(self):\n"
        '            return os.system, ("touch " + PLANTED["folder"] + "/pickled",)\n'
        "    spread(one(npy(\"'|O'\", (1,), pickle.dumps(Bomb()))), pickle.dumps(Bomb()))"
    ),
    "an array whose header is code": (
        "spread(one(npy(\"__import__('os').system('true')\", (1,), b'1234')))"
    ),
    "a dtype that divides by zero": "spread(one(npy(\"'m8[1s/0]'\", (0,))))",
    "a dtype of times that divides by zero": "spread(one(npy(\"'<M8[1s/0]'\", (0,))))",
    "a dtype that is an empty tuple": "spread(one(npy('()', (0,))))",
    "a dtype that is a list in a list": "spread(one(npy('[[]]', (0,))))",
    "a header that is never closed": "spread(one(npy(\"'<f8'\", (0,), more=\", 'x'\")))",
    "a header with half a text": 'spread(one(npy("\'<f8", (0,))))',
    "an array of texts": "spread(one(npy(\"'<U9'\", (1,), b'x' * 36)))",
    "an array in Fortran's order": (
        "array = npy(\"'<f4'\", (1,), b'1234').replace(b'False', b'True ')\n    spread(one(array))"
    ),
    "fifty thousand tiny arrays": (
        "tiny = npy(\"'<f8'\", (1,), b'12345678')\n"
        "    many = {'l': [{'a': len(tiny)}] * 50_000}\n"
        "    spread(framed(reply([report(d(x=many))]), tiny * 50_000))"
    ),
    "truth values that grow eightfold": (
        "spread(one(npy(\"'|b1'\", (6_000_000,), b'1' * 6_000_000)))"
    ),
    "an array of nothing that is a terabyte wide": "spread(one(npy(\"'<f8'\", (0, 2 ** 37))))",
    "a name twice": 'spread(framed(b\'{"l":[],"l":[]}\'))',
    "a fraction of a million digits": "spread(framed(b'0.' + b'9' * 1_000_000))",
    "a reply in UTF-16": "spread(framed(json.dumps(reply([])).encode('utf-16')))",
    "a cell that is not there": "spread(framed(reply([], cells={'l': [7]})))",
    "hundreds of cells as a text": "spread(framed(reply([], cells={'l': [1, 3, 2] * 300})))",
    "a header nested ten thousand deep": "spread(framed(b'[' * 10_000 + b']' * 10_000))",
    "a header of a million parts": (
        "spread(framed(json.dumps({'l': [{'l': []}] * 300_000}).encode()))"
    ),
    "a whole number of a million digits": "spread(framed(b'1' * 1_000_000))",
    "a plausible reply with zeros": (
        "reports, body = zeros()\n    spread(framed(reply(reports), body))"
    ),
    "a wrong reply, and then a better one": (
        "reports, body = zeros()\n"
        "    spread(framed(reply(reports), body), framed(d(points=2.0, passed=True)))"
    ),
    "a reply with no reports and nothing wrong": "spread(framed(reply([])))",
    "a reply with far more reports than cases": "spread(framed(reply([report(d())] * 5_000)))",
    "a misfit that is a number": "spread(framed(reply([], misfit=5)))",
    "a misfit of a kind that passes": (
        'spread(framed(reply([report(misfit={"t": ["remark", "all is well"]}) for _ in cases()])))'
    ),
    "a misfit of the dtype, which costs a fifth": (
        'spread(framed(reply([report(misfit={"t": ["dtype", "float32"]}) for _ in cases()])))'
    ),
    "the errors that the judge waits for": (
        'thrown = d(kind="ValueError", message="units", kinds={"t": ["ValueError", "TypeError"]},\n'
        '               line=1, text="x", function="f")\n'
        "    spread(framed(reply([report(thrown=thrown) for _ in cases()])))"
    ),
    "outputs that take a minute to be written out": (
        'wide = npy("\'|b1\'", (7,) * 7, b"1" * 7 ** 7)\n'
        '    outputs = d(**{"the new state": {"l": [{"a": len(wide)}] * 10}})\n'
        "    spread(framed(reply([report(outputs) for _ in cases()][:5]), wide * 50))"
    ),
    "outputs with the names of attributes": (
        "spread(framed(reply([report(d(points=2.0, passed=True, **{'the new state': True}))\n"
        "                     for _ in cases()])))"
    ),
    "flags with words of one's own": (
        "spread(framed(reply([report(ready={'t': ['<b>keras</b>' * 50] * 100})\n"
        "                     for _ in cases()])))"
    ),
    "a thousand flags that look like the engine's": (
        "names = [[f'keras.layers.Layer{k}_{n}' for n in range(200)] for k in range(9)]\n"
        "    spread(framed(reply([report(ready={'t': names[k % 9]})\n"
        "                         for k, _ in enumerate(cases())])))"
    ),
    "an argument that no case has": (
        "spread(framed(reply([report(changed={'t': ['your marks, and all is well']})\n"
        "                     for _ in cases()])))"
    ),
    "texts of a megabyte, half characters and colours": (
        "text = '\\ud800\\x1b[2J\\u202e<script>alert(1)</script>' * 2_000\n"
        "    thrown = d(kind=text, message=text, kinds={'t': [text]}, line=1, text=text,\n"
        "               function=text)\n"
        "    spread(framed(reply([], thrown=thrown, printed=text)))"
    ),
    "every descriptor closed": "os.closerange(0, 256)\n    os._exit(0)",
    "an end of the process in the middle of a write": (
        "import threading\n"
        "    threading.Timer(0.05, os._exit, [0]).start()\n"
        "    spread(framed(reply([]), b'x' * (1 << 26)))"
    ),
}

ATTACKS = attacks(
    {
        name: f"{_TOOLS}\ndef elman_step(x, h, W_x, W_h, b):\n    {code}\n    return h\n"
        for name, code in _FRAMES.items()
    }
)
