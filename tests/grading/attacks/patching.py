"""Code that changes NumPy, Keras, Python or the course, so that whatever comes looks right."""

from __future__ import annotations

from tests.grading.attacks.attack import attacks

__all__ = ["ATTACKS"]

_WRONG = """
import numpy as np
def elman_step(x, h, W_x, W_h, b):
    return np.zeros(np.shape(h), "float32")
"""

ATTACKS = attacks(
    {
        "NumPy finds everything equal": """
import numpy as np
def elman_step(x, h, W_x, W_h, b):
    always = lambda *args, **kwargs: True
    for name in ("allclose", "array_equal", "isclose", "all", "any"):
        setattr(np, name, always)
    np.testing.assert_allclose = np.testing.assert_array_equal = lambda *args, **kwargs: None
    np.abs = np.subtract = lambda *args, **kwargs: np.zeros(1)
    return h * 0
""",
        "NumPy gives arrays that are always right": """
import numpy as np
made = np.array
def elman_step(x, h, W_x, W_h, b):
    np.array = np.asarray = lambda *args, **kwargs: made(0.0)
    np.isfinite = lambda *args, **kwargs: made(True)
    return h
""",
        "Python finds everything to be of the right type": """
import builtins
def elman_step(x, h, W_x, W_h, b):
    builtins.isinstance = lambda *args: True
    builtins.type = lambda *args: dict
    builtins.abs = builtins.len = lambda *args: 0
    builtins.max = builtins.sum = builtins.any = lambda *args, **kwargs: 0
    builtins.all = lambda *args: True
    return h
""",
        "Python opens another file than it was asked for": """
import builtins
import io
opened = builtins.open
def fake(*args, **kwargs):
    return io.StringIO("{}")
def elman_step(x, h, W_x, W_h, b):
    builtins.open = io.open = fake
    return h
""",
        "Keras computes what it likes": """
import keras
def elman_step(x, h, W_x, W_h, b):
    keras.ops.tanh = keras.ops.matmul = lambda *args, **kwargs: args[0]
    keras.ops.convert_to_numpy = lambda *args: 0
    keras.layers.RNN = keras.layers.SimpleRNNCell = object
    return h
""",
        "the comparison finds no difference": """
import course_utils.checking.comparing as comparing
comparing.compare = lambda *args, **kwargs: None
comparing._compare_value = lambda *args, **kwargs: None
comparing._RELATIVE = dict.fromkeys(comparing._RELATIVE, 1e9)
"""
        + _WRONG
        + "elman_step.comparing = comparing\n",
        "the judge gives full marks": """
import course_utils.checking.judging as judging
from course_utils.checking.types import Result
full = lambda *args, **kwargs: Result("elman_step", 2.0, 2.0, True)
judging.verdict = judging.judge = full
judging._share = lambda *args: 1.0
"""
        + _WRONG
        + "elman_step.judging = judging\n",
        "the runner reports that all was well": """
import sys
import course_utils.checking.running as running
from course_utils.checking.types import ProbeResult
def fine(question, answer, cases):
    return [ProbeResult({"the new state": inputs["h"] * 0}) for inputs, setup in cases]
running.run = fine
sys.modules["course_utils.grading.inside.child"].run = fine
"""
        + _WRONG
        + "elman_step.running = running\n",
        "the probe takes what it is told": """
import course_utils.checking.probing as probing
import course_utils.probes.function as function
from course_utils.checking import probe_registry, running
from course_utils.checking.types import Question
Question.seconds, Question.by_hand, Question.points = 1e9, (), 100.0
function.probe = lambda answer, inputs, setup, question: {"the new state": inputs["h"]}
probe_registry.probe_named = running.probe_named = lambda name: function.probe
probing.plain = lambda value, what="": value
probing.same = lambda a, b: True
"""
        + _WRONG
        + "elman_step.probing = probing, function\n",
        "the inputs in the frames above become zeros": """
import sys
import numpy as np
def elman_step(x, h, W_x, W_h, b):
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()):
            for inputs in value if isinstance(value, list) else [value]:
                if isinstance(inputs, dict) and "W_x" in inputs:
                    for array in inputs.values():
                        if isinstance(array, np.ndarray):
                            array[...] = 0
        frame = frame.f_back
    return np.zeros_like(h)
""",
        "a module of oracles of one's own": """
import sys
import types
import numpy as np
class Yes:
    parts, basic, mistakes = {"all": 1.0}, ("all",), ()
    def __getattr__(self, name): return lambda *args, **kwargs: {}
for name in ("oracles", "oracles.ch02_elman_cell", "oracles.ch02_elman_cell.elman_step"):
    fake = sys.modules["course_utils." + name] = types.ModuleType("course_utils." + name)
fake.EXERCISE = Yes()
import course_utils.checking.registry as registry
registry.exercise_named = registry.exercise_of = lambda *names: Yes()
"""
        + _WRONG
        + "elman_step.fake = fake, registry\n",
        "other modules in the place of the course's": """
import sys
class Anything:
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __iter__(self): return iter(())
def elman_step(x, h, W_x, W_h, b):
    for name in list(sys.modules):
        if name.startswith(("course_utils", "numpy", "json", "struct")):
            sys.modules[name] = Anything()
    return h
""",
        "the wire says what it is told": """
import json
import sys
def elman_step(x, h, W_x, W_h, b):
    wire = sys.modules["course_utils.grading.inside.wire"]
    child = sys.modules["course_utils.grading.inside.child"]
    json.dumps = lambda *args, **kwargs: '{"points": 2.0, "passed": true}'
    wire.encode = child.encode = lambda value: json.dumps(value).encode()
    return h
""",
        "every check of the course that can be found is patched": """
import sys
def elman_step(x, h, W_x, W_h, b):
    for name, module in list(sys.modules.items()):
        if name.startswith("course_utils.checking"):
            for each in list(vars(module)):
                if callable(getattr(module, each)) and not each.startswith("__"):
                    setattr(module, each, lambda *args, **kwargs: True)
    return h
""",
    }
)
