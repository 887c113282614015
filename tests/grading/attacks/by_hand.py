"""The ready operation reached past the functions that are known by name, in every by-hand exercise.

Each cell gives the right result, or most of it, where nothing is refused.
"""

from __future__ import annotations

from tests.grading.attacks.attack import attacks

__all__ = ["ATTACKS", "REFUSED_AT_ONCE"]

_VIDEO = """
import numpy as np
import tensorflow as tf

def prepared(video, kernel):
    if any(k > n for k, n in zip(np.shape(kernel), np.shape(video))):
        raise ValueError("kernel is larger than video")
    v, k = np.asarray(video), np.asarray(kernel)
    return v, k, [n - m + 1 for n, m in zip(v.shape, k.shape)]

def attributes(v):
    from tensorflow.core.framework import attr_value_pb2 as pb
    return {"strides": pb.AttrValue(list=pb.AttrValue.ListValue(i=[1] * 5)),
            "padding": pb.AttrValue(s=b"VALID"),
            "T": pb.AttrValue(type=tf.as_dtype(v.dtype).as_datatype_enum)}

def graph_of(v, k):
    graph = tf.Graph()
    with graph.as_default():
        a = tf.constant(v[None, ..., None], name="a")
        b = tf.constant(k[..., None, None])
        made = graph.create_op("Conv3D", [a, b], attrs=attributes(v), name="out")
    return graph, made.outputs[0]

def shaped(y):
    return np.asarray(y)[0, ..., 0]
"""

_CONVOLUTIONS = {
    "the gradient by the filter as a raw operation": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    y = tf.raw_ops.Conv3DBackpropFilterV2(
        input=v[None, ..., None], filter_sizes=[*size, 1, 1], out_backprop=k[None, ..., None],
        strides=[1] * 5, padding="VALID")
    return y.numpy()[..., 0, 0]
""",
    "the gradient by the input as a raw operation": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    full = [n + m - 1 for n, m in zip(v.shape, k.shape)]
    y = shaped(tf.raw_ops.Conv3DBackpropInputV2(
        input_sizes=[1, *full, 1], filter=k[::-1, ::-1, ::-1, None, None].copy(),
        out_backprop=v[None, ..., None], strides=[1] * 5, padding="VALID"))
    return y[tuple(slice(m - 1, m - 1 + n) for m, n in zip(k.shape, size))]
""",
    "a gradient of the ready one by a tape": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    filters = tf.Variable(np.zeros((*size, 1, 1), v.dtype))
    with tf.GradientTape() as tape:
        y = tf.nn.conv3d(v[None, ..., None], filters, [1] * 5, "VALID")
    return tape.gradient(y, filters, k[None, ..., None]).numpy()[..., 0, 0]
""",
    "the registered gradient function": """
def conv3d(video, kernel):
    from tensorflow.python.framework import ops
    v, k, size = prepared(video, kernel)
    graph, out = graph_of(v, np.zeros(size, v.dtype))
    with graph.as_default():
        slope = ops.get_gradient_function(out.op)(out.op, tf.constant(k[None, ..., None]))[1]
        with tf.compat.v1.Session(graph=graph) as session:
            return session.run(slope)[..., 0, 0]
""",
    "a graph made by name": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    graph, out = graph_of(v, k)
    with tf.compat.v1.Session(graph=graph) as session:
        return shaped(session.run(out))
""",
    "a graph with a nonlinearity, to be fused": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    graph, out = graph_of(v, k)
    with graph.as_default():
        out = tf.nn.bias_add(out, np.zeros(1, v.dtype))
        up, down = tf.nn.relu(out), tf.nn.relu(-out)
        with tf.compat.v1.Session(graph=graph) as session:
            return shaped(session.run(up - down))
""",
    "a graph from bytes": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    text = graph_of(v, k)[0].as_graph_def().SerializeToString()
    definition = tf.compat.v1.GraphDef.FromString(text)
    found = tf.compat.v1.wrap_function(
        lambda: tf.graph_util.import_graph_def(definition, return_elements=["out:0"]), [])
    return shaped(found()[0])
""",
    "a graph whose bytes were renamed": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    definition = tf.compat.v1.GraphDef()
    with tf.Graph().as_default() as graph:
        one = tf.constant(k[:1, :1, :1, None, None], name="filters")
        tf.raw_ops.AddV2(x=tf.constant(v[None, ..., None]), y=one, name="out")
        definition = graph.as_graph_def()
    made = next(node for node in definition.node if node.name == "out")
    made.op = "Con" + "v3D"
    for name, value in attributes(v).items():
        made.attr[name].CopyFrom(value)
    for node in definition.node:
        if node.name == "filters":
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(k[..., None, None]))
    with tf.Graph().as_default() as graph:
        (out,) = tf.graph_util.import_graph_def(definition, return_elements=["out:0"])
        with tf.compat.v1.Session(graph=graph) as session:
            return shaped(session.run(out))
""",
    "a saved model": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    def by_name(a, b):
        graph = tf.compat.v1.get_default_graph()
        return graph.create_op("Conv3D", [a, b], attrs=attributes(v)).outputs[0]
    spec = [tf.TensorSpec([None] * 5, v.dtype), tf.TensorSpec([None] * 5, v.dtype)]
    module = tf.Module()
    module.run = tf.function(by_name, input_signature=spec, autograph=False)
    tf.saved_model.save(module, "/tmp/model")
    return shaped(tf.saved_model.load("/tmp/model").run(v[None, ..., None], k[..., None, None]))
""",
    "the eager runtime called by name": """
def conv3d(video, kernel):
    from tensorflow.python.eager import context, execute
    v, k, size = prepared(video, kernel)
    given = [tf.constant(v[None, ..., None]), tf.constant(k[..., None, None])]
    kind = tf.as_dtype(v.dtype).as_datatype_enum
    attrs = ("strides", [1] * 5, "padding", b"VALID", "T", kind)
    return shaped(execute.execute(b"Conv3D", 1, given, attrs, context.context())[0])
""",
    "the fast way of the eager runtime": """
def conv3d(video, kernel):
    from tensorflow.python import pywrap_tfe
    from tensorflow.python.eager import context
    v, k, size = prepared(video, kernel)
    return shaped(pywrap_tfe.TFE_Py_FastPathExecute(
        context.context()._context_handle and context.context(), "Conv3D", None,
        tf.constant(v[None, ..., None]), tf.constant(k[..., None, None]),
        "strides", [1] * 5, "padding", "VALID"))
""",
    "a compiled function": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    by_name = tf.function(lambda a, b: tf.compat.v1.get_default_graph().create_op(
        "Conv3D", [a, b], attrs=attributes(v)).outputs[0], autograph=False, jit_compile=True)
    return shaped(by_name(tf.constant(v[None, ..., None]), tf.constant(k[..., None, None])))
""",
    "the compiler's own convolution": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    from tensorflow.compiler.tf2xla.python import xla
    from tensorflow.compiler.xla import xla_data_pb2
    numbers = xla_data_pb2.ConvolutionDimensionNumbers(
        input_feature_dimension=4, kernel_input_feature_dimension=3,
        kernel_output_feature_dimension=4, output_feature_dimension=4,
        input_spatial_dimensions=[1, 2, 3], kernel_spatial_dimensions=[0, 1, 2],
        output_spatial_dimensions=[1, 2, 3])
    run = tf.function(lambda a, b: xla.conv(
        a, b, [1] * 3, [(0, 0)] * 3, [1] * 3, [1] * 3, numbers), jit_compile=True)
    return shaped(run(tf.constant(v[None, ..., None]), tf.constant(k[..., None, None])))
""",
    "a map of a data set": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    def by_name(a):
        return tf.compat.v1.get_default_graph().create_op(
            "Conv3D", [a, tf.constant(k[..., None, None])], attrs=attributes(v)).outputs[0]
    data = tf.data.Dataset.from_tensors(v[None, ..., None]).map(by_name, num_parallel_calls=2)
    return shaped(next(iter(data)))
""",
    "a Python function as an operation": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    def run():
        return tf.raw_ops.Conv3D(input=v[None, ..., None], filter=k[..., None, None],
                                 strides=[1] * 5, padding="VALID")
    return shaped(tf.py_function(run, [], tf.as_dtype(v.dtype)))
""",
    "a vectorized map": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    filters = k[..., None, None]
    run = lambda a: tf.raw_ops.Conv3D(input=a, filter=filters, strides=[1] * 5, padding="VALID")
    return shaped(tf.vectorized_map(run, v[None, None, ..., None])[0])
""",
    "sums of pictures": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    frames = lambda t: v[t : t + size[0], ..., None]
    return sum(tf.raw_ops.Conv2D(input=frames(t), filter=k[t, ..., None, None], strides=[1] * 4,
                                 padding="VALID") for t in range(len(k))).numpy()[..., 0]
""",
    "sums of pictures, depthwise": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    frames = lambda t: v[t : t + size[0], ..., None]
    return sum(tf.raw_ops.DepthwiseConv2dNative(
        input=frames(t), filter=k[t, ..., None, None], strides=[1] * 4, padding="VALID")
        for t in range(len(k))).numpy()[..., 0]
""",
    "the old names of TensorFlow": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    return shaped(tf.compat.v1.nn.conv3d(v[None, ..., None], k[..., None, None], [1] * 5, "VALID"))
""",
    "the old Keras": """
def conv3d(video, kernel):
    from tensorflow.python.keras import backend
    v, k, size = prepared(video, kernel)
    return shaped(backend.conv3d(tf.constant(v[None, ..., None]), tf.constant(k[..., None, None])))
""",
    "the backend of Keras": """
def conv3d(video, kernel):
    from keras.src.backend.tensorflow import nn
    v, k, size = prepared(video, kernel)
    return shaped(nn.conv(v[None, ..., None], k[..., None, None]))
""",
    "the similarity of pictures in Keras": """
def conv3d(video, kernel):
    from keras.src.ops.image import _depthwise_conv
    v, k, size = prepared(video, kernel)
    frames = lambda t: v[t : t + size[0], ..., None]
    kernel = lambda t: tf.constant(k[t, ..., None, None])
    return sum(np.asarray(_depthwise_conv(frames(t), kernel(t))) for t in range(len(k)))[..., 0]
""",
    "SciPy's compiled function": """
def conv3d(video, kernel):
    from scipy.signal import _sigtools
    v, k, size = prepared(video, kernel)
    return _sigtools._correlateND(v, k, np.zeros(size, v.dtype), 0)
""",
    "SciPy's compiled function, imported again": """
def conv3d(video, kernel):
    import sys, importlib
    v, k, size = prepared(video, kernel)
    del sys.modules["scipy.signal._sigtools"]
    again = importlib.import_module("scipy.signal._sigtools")
    return again._correlateND(v, k, np.zeros(size, v.dtype), 0)
""",
    "SciPy's compiled function, from its file": """
def conv3d(video, kernel):
    import importlib.util
    from scipy.signal import _sigtools
    v, k, size = prepared(video, kernel)
    spec = importlib.util.spec_from_file_location("scipy.signal._sigtools", _sigtools.__file__)
    again = importlib.util.module_from_spec(spec)
    return again._correlateND(v, k, np.zeros(size, v.dtype), 0)
""",
    "SciPy's compiled filter": """
def conv3d(video, kernel):
    from scipy.ndimage import _nd_image
    v, k, size = prepared(video, kernel)
    out = np.zeros(v.shape)
    _nd_image.correlate(v.astype(float), k.astype(float), out, 4, 0.0, [-(n // 2) for n in k.shape])
    return out[tuple(slice(n) for n in size)]
""",
    "SciPy's resampling": """
def conv3d(video, kernel):
    from scipy.signal._upfirdn_apply import _apply
    v, k, size = prepared(video, kernel)
    out = np.zeros(size)
    for t, i in np.ndindex(*k.shape[:2]):
        rows = np.ascontiguousarray(v[t : t + size[0], i : i + size[1]], dtype=float)
        full = np.zeros((*rows.shape[:2], rows.shape[2] + k.shape[2] - 1))
        _apply(rows, np.ascontiguousarray(k[t, i], dtype=float), full, 1, 1, 2, 0, 0)
        out += full[..., k.shape[2] - 1 : k.shape[2] - 1 + size[2]]
    return out
""",
    "NumPy's compiled function on long rows": """
def conv3d(video, kernel):
    from numpy._core.multiarray import correlate
    v, k, size = prepared(video, kernel)
    wide = np.zeros((k.shape[0], *v.shape[1:]), k.dtype)
    wide[:, : k.shape[1], : k.shape[2]] = k
    last = (k.shape[0] - 1) * v[0].size + (k.shape[1] - 1) * v.shape[2] + k.shape[2]
    rows = correlate(v.ravel(), wide.ravel()[:last], 0)
    whole = np.zeros(v.size)
    whole[: len(rows)] = rows
    return whole.reshape(v.shape)[tuple(slice(n) for n in size)]
""",
    "a product of polynomials": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    wide = np.zeros((k.shape[0], *v.shape[1:]), k.dtype)
    wide[:, : k.shape[1], : k.shape[2]] = k
    wide = np.trim_zeros(wide.ravel(), "b")[::-1]
    full = np.polymul(np.append(1.0, v.ravel()), wide)[len(wide):]
    whole = np.append(full, np.zeros(v.size))[: v.size]
    return whole.reshape(v.shape)[tuple(slice(n) for n in size)]
""",
    "TensorFlow in a Python of its own": """
def conv3d(video, kernel):
    import subprocess, sys
    v, k, size = prepared(video, kernel)
    code = '''
import sys
import numpy as np
from tensorflow.python.eager import context, execute
from tensorflow.python.framework import constant_op
given = [constant_op.constant(np.load(f"/tmp/{name}.npy")) for name in "vk"]
attrs = ("strides", [1] * 5, "padding", b"VALID", "T", given[0].dtype.as_datatype_enum)
out = execute.execute(b"Conv3D", 1, given, attrs, context.context())[0]
np.save("/tmp/out.npy", out.numpy())
'''
    np.save("/tmp/v.npy", v[None, ..., None])
    np.save("/tmp/k.npy", k[..., None, None])
    subprocess.run([sys.executable, "-c", code], timeout=60, check=True)
    return shaped(np.load("/tmp/out.npy"))
""",
    "a model of TensorFlow Lite": """
def conv3d(video, kernel):
    v, k, size = prepared(video, kernel)
    v, k = v.astype("float32"), k.astype("float32")
    run = tf.function(lambda a, b: tf.compat.v1.get_default_graph().create_op(
        "Conv3D", [a, b], attrs=attributes(v)).outputs[0], autograph=False)
    run = run.get_concrete_function(*[
        tf.TensorSpec(each, tf.float32) for each in ((1, *v.shape, 1), (*k.shape, 1, 1))])
    model = tf.lite.TFLiteConverter.from_concrete_functions([run]).convert()
    lite = tf.lite.Interpreter(model_content=model)
    lite.allocate_tensors()
    for place, value in zip(lite.get_input_details(), (v[None, ..., None], k[..., None, None])):
        lite.set_tensor(place["index"], value)
    lite.invoke()
    return shaped(lite.get_tensor(lite.get_output_details()[0]["index"]))
""",
}

_LSTM = """
import numpy as np
import tensorflow as tf

def given_to_block(x, h, c, W, U, b):
    none = np.zeros(h.shape[1], "float32")
    weights = np.concatenate([W, U]).astype("float32")
    n = h.shape[1]  # the kernel's order is i, g, f, o
    order = np.r_[0:n, 2 * n : 3 * n, n : 2 * n, 3 * n : 4 * n]
    cast = [np.asarray(each, "float32") for each in (x, c, h)]
    return [tf.constant(each) for each in
            (*cast, weights[:, order], none, none, none, b[order].astype("float32"))]

def attributes():
    return ("forget_bias", 0.0, "cell_clip", -1.0, "use_peephole", False, "T", tf.float32)
"""

_LSTM_STEPS = {
    "the eager runtime called by name": """
def lstm_step(x, h, c, W, U, b):
    from tensorflow.python.eager import context, execute
    given = given_to_block(x, h, c, W, U, b)
    attrs = (*attributes()[:-1], tf.float32.as_datatype_enum)
    found = execute.execute(b"LSTMBlockCell", 7, given, attrs, context.context())
    return found[6].numpy(), found[1].numpy()
""",
    "a graph made by name": """
def lstm_step(x, h, c, W, U, b):
    from tensorflow.core.framework import attr_value_pb2 as pb
    given = [each.numpy() for each in given_to_block(x, h, c, W, U, b)]
    with tf.Graph().as_default() as graph:
        attrs = {"forget_bias": pb.AttrValue(f=0.0), "cell_clip": pb.AttrValue(f=-1.0),
                 "use_peephole": pb.AttrValue(b=False), "T": pb.AttrValue(type=1)}
        made = graph.create_op("LSTMBlockCell", [tf.constant(each) for each in given], attrs=attrs)
        with tf.compat.v1.Session(graph=graph) as session:
            return session.run((made.outputs[6], made.outputs[1]))
""",
    "what the ready cell does with its gates": """
def lstm_step(x, h, c, W, U, b):
    import keras
    cell = keras.layers.LSTMCell(h.shape[1], dtype=str(x.dtype))
    z = np.split(x @ W + h @ U + b, 4, axis=-1)
    c, o = cell._compute_carry_and_output_fused([tf.constant(each) for each in z], tf.constant(c))
    return o * np.tanh(c), c
""",
    "what the ready cell does with its products": """
def lstm_step(x, h, c, W, U, b):
    import keras
    cell = keras.layers.LSTMCell(h.shape[1], dtype=str(x.dtype), implementation=1)
    cell.build(x.shape)
    cell.set_weights([W, U, b])
    z = np.split(x @ W + b, 4, axis=-1)
    z = [tf.constant(each) for each in z]
    c, o = cell._compute_carry_and_output(z, [h] * 4, tf.constant(c))
    return o * np.tanh(c), c
""",
}

_LSTM_GATES = {
    "the gates of the native cell": """
def lstm_gates(x, h, W, U, b):
    from tensorflow.python.eager import context, execute
    given = given_to_block(x, h, np.zeros_like(h), W, U, b)
    attrs = (*attributes()[:-1], tf.float32.as_datatype_enum)
    i, _, f, o, g, *_ = execute.execute(b"LSTMBlockCell", 7, given, attrs, context.context())
    return i.numpy(), f.numpy(), g.numpy(), o.numpy()
""",
}

_GRU_STEPS = {
    "the eager runtime called by name": """
import numpy as np
import tensorflow as tf
def gru_step(x, h, W, U, b, reset_after):
    from tensorflow.python.eager import context, execute
    n = h.shape[1]
    b = b if b.ndim == 1 else b.sum(axis=0)
    order = np.r_[n : 2 * n, 0:n]
    weights = np.concatenate([W, U])
    given = [x, h, weights[:, order], weights[:, 2 * n :], b[order], b[2 * n :]]
    given = [tf.constant(np.asarray(each, "float32")) for each in given]
    attrs = ("T", tf.float32.as_datatype_enum)
    return execute.execute(b"GRUBlockCell", 4, given, attrs, context.context())[3].numpy()
""",
    "a helper of the old cells": """
import numpy as np
import tensorflow as tf
def gru_step(x, h, W, U, b, reset_after):
    from tensorflow.python.keras.layers.legacy_rnn.rnn_cell_impl import GRUCell
    n = h.shape[1]
    b = b if b.ndim == 1 else b.sum(axis=0)
    cell = GRUCell(n, dtype=str(x.dtype))
    cell.build(x.shape)
    weights, order = np.concatenate([W, U]), np.r_[n : 2 * n, 0:n]
    cell._gate_kernel.assign(weights[:, order]); cell._gate_bias.assign(b[order])
    cell._candidate_kernel.assign(weights[:, 2 * n :]); cell._candidate_bias.assign(b[2 * n :])
    return cell.call(tf.constant(x), tf.constant(h))[0].numpy()
""",
}

_ELMAN_STEPS = {
    "the step that a check passes in": """
def elman_step(x, h, W_x, W_h, b):
    from course_utils.probes.elman_steps import given_step
    return given_step({"W_x": W_x, "W_h": W_h, "b": b, "linear": False})(x, h)
""",
    "the step that a check lets run freely": """
import numpy as np
def elman_step(x, h, W_x, W_h, b):
    from course_utils.probes import free_running
    n = len(W_h)
    named = {"W_x": W_x, "W_h": W_h, "b": b, "W_y": np.eye(n), "b_y": np.zeros(n),
             "linear": False, "list": False}
    make = next(each for name, each in vars(free_running).items() if name.endswith("_step"))
    return make(named, [])(x, h)[1]
""",
    "the forecasters of an experiment": """
import numpy as np
def elman_step(x, h, W_x, W_h, b):
    from course_utils.recurrent.forecasters import Forecasters
    made = Forecasters.__new__(Forecasters)
    made.count, made.units = 1, len(W_h)
    F, U = W_x.shape
    made.weights = [W_x[None], W_h[None], b[None, None], np.zeros((1, U, F)), np.zeros((1, 1, F))]
    return made.step()(x, h)[1]
""",
    "the states of an experiment": """
import numpy as np
def elman_step(x, h, W_x, W_h, b):
    from course_utils.recurrent.random_networks import states
    class Drawn:
        def __init__(self, row, start):
            self.left = [start / 0.1, row]
        def standard_normal(self, count):
            return self.left.pop(0)
    return np.array([states("tanh", W_h, 1, Drawn(i @ W_x + b, s), 1.0)[0] for i, s in zip(x, h)])
""",
}

_CELL = """
import keras
import numpy as np
import tensorflow as tf
"""

_LSTM_CELLS = {
    "a cell with the ready one's arithmetic": """
class LSTMCell(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError("units")
        self.units = self.output_size = units
        self.state_size = [units, units]
        self.inner = keras.layers.LSTMCell(units, dtype=self.dtype_policy)
    def build(self, shape):
        n = self.units
        self.kernel = self.add_weight(shape=(shape[-1], 4 * n), name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(n, 4 * n), name="recurrent_kernel")
        self.bias = self.add_weight(shape=(4 * n,), initializer="zeros", name="bias")
        self.bias.assign(np.repeat([0.0, 1.0, 0.0, 0.0], n))
    def call(self, inputs, states):
        z = tf.matmul(inputs, self.kernel) + tf.matmul(states[0], self.recurrent_kernel) + self.bias
        z = tf.split(z, 4, axis=-1)
        c, o = self.inner._compute_carry_and_output_fused(z, states[1])
        return o * tf.tanh(c), [o * tf.tanh(c), c]
    def get_config(self):
        return {**super().get_config(), "units": self.units}
""",
}

_CONV_LSTM_CELLS = {
    "an heir of the ready cell": """
from keras.src.layers.rnn.conv_lstm import ConvLSTMCell as Ready
class ConvLSTMCell(Ready):
    def __init__(self, filters, kernel_size, **kwargs):
        if filters < 1:
            raise ValueError("filters")
        super().__init__(2, filters, kernel_size, padding="same",
                         recurrent_activation="sigmoid", **kwargs)
    def build(self, shape):
        super().build(shape)
        self.input_spec = None
""",
}

_CLIPPING = """
import keras
import numpy as np
import tensorflow as tf
def by_vector(clip, gradients, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    keras.config.set_epsilon(1e-300)
    flat = np.concatenate([np.ravel(g).astype(float) for g in gradients] or [np.zeros(0)])
    out, parts, at = np.asarray(clip(flat)) if flat.size else flat, [], 0
    for g in gradients:
        parts.append(out[at : at + g.size].reshape(g.shape).astype(g.dtype))
        at += g.size
    return parts, np.linalg.norm(flat)
"""

_CLIPPINGS = {
    "a constraint of Keras": """
def clip_by_global_norm(gradients, max_norm):
    return by_vector(keras.constraints.MaxNorm(max_norm), gradients, max_norm)
""",
    "a unit norm of Keras": """
def clip_by_global_norm(gradients, max_norm):
    unit = keras.constraints.UnitNorm()
    return by_vector(lambda flat: flat if np.linalg.norm(flat) <= max_norm
                     else max_norm * unit(flat), gradients, max_norm)
""",
    "another constraint of Keras": """
def clip_by_global_norm(gradients, max_norm):
    return by_vector(keras.constraints.MinMaxNorm(0.0, max_norm), gradients, max_norm)
""",
    "a constraint of the old Keras": """
def clip_by_global_norm(gradients, max_norm):
    from tensorflow.python.keras.constraints import MaxNorm
    return by_vector(lambda flat: MaxNorm(max_norm)(tf.constant(flat)), gradients, max_norm)
""",
    "a weight that an optimizer constrains": """
def clip_by_global_norm(gradients, max_norm):
    def clip(flat):
        weight = keras.Variable(flat, dtype="float64")
        weight.constraint = keras.constraints.MaxNorm(max_norm)
        keras.optimizers.SGD(0.0).apply([tf.zeros_like(flat)], [weight])
        return weight
    return by_vector(clip, gradients, max_norm)
""",
    "an embedding of bounded norm": """
def clip_by_global_norm(gradients, max_norm):
    return by_vector(lambda flat: tf.nn.embedding_lookup(flat[None], [0], max_norm=max_norm)[0],
                     gradients, max_norm)
""",
    "the old optimizers' helper": """
def clip_by_global_norm(gradients, max_norm):
    from tensorflow.python.keras.optimizer_v2 import utils
    norm = np.sqrt(sum((g.astype(float) ** 2).sum() for g in gradients))
    pairs = [(tf.constant(g), None) for g in gradients]
    clipped = utils.make_global_gradient_clipnorm_fn(max_norm)(pairs)
    return [g.numpy() for g, _ in clipped], norm
""",
}

#: No call is made that could be flagged: there is nothing to load.
REFUSED_AT_ONCE = ("Python of its own", "of an experiment")


def _each(before: str, codes: dict[str, str]) -> dict[str, str]:
    return {name: before + code for name, code in codes.items()}


ATTACKS = [
    *attacks(_each(_VIDEO, _CONVOLUTIONS), exercise="conv3d"),
    *attacks(_each(_LSTM, _LSTM_STEPS), exercise="lstm_step"),
    *attacks(_each(_LSTM, _LSTM_GATES), exercise="lstm_gates"),
    *attacks(_GRU_STEPS, exercise="gru_step"),
    *attacks(_ELMAN_STEPS),
    *attacks(_each(_CELL, _LSTM_CELLS), exercise="LSTMCell"),
    *attacks(_each(_CELL, _CONV_LSTM_CELLS), exercise="ConvLSTMCell"),
    *attacks(_each(_CLIPPING, _CLIPPINGS), exercise="clip_by_global_norm"),
]
