"""The ready Keras layer in an exercise that is to be built by hand, with the watcher blinded."""

from __future__ import annotations

from tests.grading.attacks.attack import attacks

__all__ = ["ATTACKS"]

_BY_LAYER = """
import sys
import threading
import numpy as np
def by_layer(cell_class, x, h, W_x, W_h, b):
    cell = cell_class(W_h.shape[0], dtype=str(x.dtype))
    cell.build(x.shape)
    cell.set_weights([W_x, W_h, b])
    return np.asarray(cell(x, [h])[0])
"""

_STEPS = {
    "in the open": """
from keras.layers import SimpleRNNCell
def elman_step(x, h, W_x, W_h, b):
    return by_layer(SimpleRNNCell, x, h, W_x, W_h, b)
""",
    "without a profiler": """
from keras.layers import SimpleRNNCell
def elman_step(x, h, W_x, W_h, b):
    sys.setprofile(None)
    sys.settrace(None)
    return by_layer(SimpleRNNCell, x, h, W_x, W_h, b)
""",
    "with the watcher patched": """
import contextlib
import course_utils.checking.running as running
import course_utils.checking.detect_ready_operations as watch
from keras.layers import SimpleRNNCell
watch.READY.clear()
running.watching = watch.watching = lambda kinds: contextlib.nullcontext([])
def elman_step(x, h, W_x, W_h, b):
    return by_layer(SimpleRNNCell, x, h, W_x, W_h, b)
elman_step.patched = watch, running
""",
    "in a thread": """
from keras.layers import SimpleRNNCell
def elman_step(x, h, W_x, W_h, b):
    found = []
    work = lambda: found.append(by_layer(SimpleRNNCell, x, h, W_x, W_h, b))
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return found[0]
""",
    "computed while the answer is defined": """
from keras.layers import SimpleRNNCell
early = by_layer(SimpleRNNCell, np.ones((1, 2), "float32"), np.ones((1, 3), "float32"),
                 np.ones((2, 3), "float32"), np.ones((3, 3), "float32"), np.ones(3, "float32"))
def elman_step(x, h, W_x, W_h, b):
    return np.tanh(x @ W_x + h @ W_h + b) + 0 * early.sum()
""",
    "after a reload": """
import importlib
import keras.src.layers.rnn.simple_rnn as simple_rnn
def elman_step(x, h, W_x, W_h, b):
    importlib.reload(simple_rnn)
    return by_layer(simple_rnn.SimpleRNNCell, x, h, W_x, W_h, b)
""",
    "from its source": """
import inspect
import keras.src.layers.rnn.simple_rnn as simple_rnn
def elman_step(x, h, W_x, W_h, b):
    scope = dict(vars(simple_rnn))
    exec(open(simple_rnn.__file__).read() or inspect.getsource(simple_rnn), scope)
    return by_layer(scope["SimpleRNNCell"], x, h, W_x, W_h, b)
""",
    "from its compiled file": """
import glob
import marshal
import os
import keras.src.layers.rnn.simple_rnn as simple_rnn
def elman_step(x, h, W_x, W_h, b):
    folder = os.path.dirname(simple_rnn.__file__) + "/__pycache__/"
    for name in glob.glob(folder + "simple_rnn.*"):
        scope = {"__name__": "copy"}
        exec(marshal.loads(open(name, "rb").read()[16:]), scope)
        return by_layer(scope["SimpleRNNCell"], x, h, W_x, W_h, b)
    return h
""",
    "from a Python of its own": """
import subprocess
def elman_step(x, h, W_x, W_h, b):
    import keras.src.layers.rnn.simple_rnn as simple_rnn
    file = simple_rnn.__file__
    code = f"import py_compile as c; c.compile({file!r}, '/tmp/x'); print(open({file!r}).read())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=8)
    if b"SimpleRNNCell" in said.stdout or len(open("/tmp/x", "rb").read()) > 500:
        leak(said.stdout)
    return h
""",
    "by another name of it": """
import tensorflow as tf
def elman_step(x, h, W_x, W_h, b):
    return by_layer(tf.keras.layers.SimpleRNNCell, x, h, W_x, W_h, b)
""",
    "the old one of TensorFlow": """
import tensorflow as tf
from tensorflow.python.keras.layers.recurrent import SimpleRNNCell
def elman_step(x, h, W_x, W_h, b):
    return by_layer(SimpleRNNCell, x, h, W_x, W_h, b)
""",
    "the oldest one of TensorFlow": """
import tensorflow as tf
from tensorflow.python.ops.rnn_cell_impl import BasicRNNCell
def elman_step(x, h, W_x, W_h, b):
    cell = BasicRNNCell(W_h.shape[0], dtype=str(x.dtype))
    cell.build(x.shape)
    cell._kernel.assign(np.concatenate([W_x, W_h]))
    cell._bias.assign(b)
    return cell.call(tf.constant(x), tf.constant(h))[0].numpy()
""",
    "as a whole layer": """
import keras
def elman_step(x, h, W_x, W_h, b):
    layer = keras.layers.SimpleRNN(W_h.shape[0], dtype=str(x.dtype))
    layer.build((len(x), 1, x.shape[1]))
    layer.set_weights([W_x, W_h, b])
    return layer(x[:, None], initial_state=[h])
""",
    "as a graph": """
import keras
import tensorflow as tf
def elman_step(x, h, W_x, W_h, b):
    cell = keras.layers.SimpleRNNCell(W_h.shape[0], dtype=str(x.dtype))
    cell.build(x.shape)
    cell.set_weights([W_x, W_h, b])
    return tf.function(lambda a, c: cell(a, [c])[0], autograph=False)(x, h)
""",
    "its code object found in memory": """
import gc
import types
import keras.src.layers.rnn.simple_rnn as simple_rnn
from keras.layers import SimpleRNNCell
def elman_step(x, h, W_x, W_h, b):
    gc.unfreeze()
    plain = (types.FunctionType, types.ModuleType, tuple, list, dict)
    for each in [found for found in gc.get_objects() if type(found) in plain] if once() else ():
        for inner in gc.get_referents(each):
            if isinstance(inner, types.CodeType) and inner.co_name == "call":
                if inner.co_filename.endswith("simple_rnn.py"):
                    call = types.FunctionType(inner, vars(simple_rnn))
                    Found = type("Found", (SimpleRNNCell,), {"call": call})
                    return by_layer(Found, x, h, W_x, W_h, b)
    return h
""",
    "with the wire's words changed": """
import sys
from keras.layers import SimpleRNNCell
def elman_step(x, h, W_x, W_h, b):
    blocking = sys.modules["course_utils.grading.inside.block_ready_operations"]
    blocking.refuse = lambda *args: None
    blocking._notes = []
    out = by_layer(SimpleRNNCell, x, h, W_x, W_h, b)
    return out
""",
    "a native recurrent operation": """
import tensorflow as tf
def elman_step(x, h, W_x, W_h, b):
    one = np.zeros((W_h.shape[0],), "float32")
    gates = np.zeros((x.shape[1] + len(one), 2 * len(one)), "float32")
    out = tf.raw_ops.GRUBlockCell(x=x, h_prev=h, w_ru=gates, w_c=np.concatenate([W_x, W_h]),
                                  b_ru=np.zeros(2 * len(one), "float32") - 99, b_c=b)
    return out.h
""",
}

_CELLS = {
    "an heir of the ready cell": """
import keras
class ElmanCell(keras.layers.SimpleRNNCell):
    pass
""",
    "an heir that calls the ready one": """
import keras
class ElmanCell(keras.layers.SimpleRNNCell):
    def call(self, inputs, states):
        return super().call(inputs, states)
""",
    "a cell that holds the ready one": """
import sys
import keras
class ElmanCell(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.cell = keras.layers.SimpleRNNCell(units)
        self.units = self.state_size = self.output_size = units
    def build(self, shape):
        self.cell.build(shape)
        self.kernel, self.recurrent_kernel = self.cell.kernel, self.cell.recurrent_kernel
        self.bias = self.cell.bias
    def call(self, inputs, states):
        sys.setprofile(None)
        return self.cell(inputs, states)
""",
}

ATTACKS = [
    *attacks({f"the ready step {name}": _BY_LAYER + code for name, code in _STEPS.items()}),
    *attacks(_CELLS, exercise="ElmanCell"),
]
