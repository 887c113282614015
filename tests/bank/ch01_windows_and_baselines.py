"""Chapter 1: right answers in other styles, and one wrong answer for each known mistake.

Written apart from the oracle, as students write: in NumPy, loops, scikit-learn, keras.ops,
TensorFlow.
"""

from __future__ import annotations

import collections
import itertools
import math

import keras
import numpy as np
import scipy.linalg
import tensorflow as tf
from keras import layers, ops
from sklearn.linear_model import LinearRegression

# --- make_windows --------------------------------------------------------------------------------


def must_fit(series, width, horizon):
    if width < 1:
        raise ValueError(f"width must be at least 1, not {width}")
    if horizon < 1:
        raise ValueError(f"horizon must be at least 1, not {horizon}")
    n = len(series) - width - horizon + 1
    if n < 1:
        raise ValueError(f"no window of width {width} fits into a series of {len(series)} values")
    return n


def windows_index_array(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    where = np.arange(n)[:, None] + np.arange(width)[None, :]
    return series[where], series[width + horizon - 1 :]


def windows_append(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    inputs, targets = [], []
    for i in range(n):
        inputs.append(series[i : i + width])
        targets.append(series[i + width + horizon - 1])
    return [np.array(inputs), np.array(targets)]


def windows_sliding_view(series, width, horizon=1):
    must_fit(series, width, horizon)
    views = np.lib.stride_tricks.sliding_window_view(series[:-horizon], width, axis=0)
    if series.ndim == 2:
        views = views.transpose(0, 2, 1)
    return views, series[width + horizon - 1 :]


def windows_stack_of_lags(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    lags = [series[j : j + n] for j in range(width)]
    return np.stack(lags, axis=1), series[-n:]


def windows_plain_python(series, width, horizon=1):
    must_fit(series, width, horizon)
    rows = series.tolist()
    window, inputs = collections.deque(maxlen=width), []
    for value in rows[: len(rows) - horizon]:
        window.append(value)
        if len(window) == width:
            inputs.append(list(window))
    return np.array(inputs, dtype=float), np.array(rows[width + horizon - 1 :], dtype=float)


def windows_keras_ops(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    where = ops.expand_dims(ops.arange(n), 1) + ops.arange(width)
    return ops.take(series, where, axis=0), ops.convert_to_tensor(series)[width + horizon - 1 :]


def windows_tensorflow(series, width, horizon=1):
    must_fit(series, width, horizon)
    series = tf.constant(series)
    inputs = tf.signal.frame(series[: series.shape[0] - horizon], width, 1, axis=0)
    return inputs, series[width + horizon - 1 :]


def early_targets(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    x = np.array([series[i : i + width] for i in range(n)])
    y = np.array([series[i + width + horizon - 2] for i in range(n)])
    return x, y


def horizon_from_zero(series, width, horizon=1):
    must_fit(series, width, horizon)
    n = len(series) - width - (horizon - 1) + 1
    x = np.array([series[i : i + width] for i in range(n)])
    y = np.array([series[i + width + (horizon - 1) - 1] for i in range(n)])
    return x, y


def late_targets(series, width, horizon=1):
    must_fit(series, width, horizon)
    n = len(series) - width - horizon
    if n < 1:
        raise ValueError("series too short")
    x = np.array([series[i : i + width] for i in range(n)])
    y = np.array([series[i + width + horizon] for i in range(n)])
    return x, y


def one_window_short(series, width, horizon=1):
    must_fit(series, width, horizon)
    n = len(series) - width - horizon
    x = np.stack([series[i : i + width] for i in range(n)])
    return x, np.stack([series[i + width + horizon - 1] for i in range(n)])


def always_next(series, width, horizon=1):
    must_fit(series, width, horizon)
    n = len(series) - width
    return np.stack([series[i : i + width] for i in range(n)]), series[width:]


def next_value_as_target(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    x = np.stack([series[i : i + width] for i in range(n)])
    return x, series[width : width + n]


def side_by_side(series, width, horizon=1):
    must_fit(series, width, horizon)
    x, y = [], []
    i = 0
    while i + width + horizon <= len(series):
        x.append(series[i : i + width])
        y.append(series[i + width + horizon - 1])
        i += width
    return np.array(x), np.array(y)


def newest_first(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    x = [[series[i + width - 1 - j] for j in range(width)] for i in range(n)]
    return np.array(x), series[width + horizon - 1 :]


def lags_in_rows(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    return np.stack([series[j : j + n] for j in range(width)]), series[width + horizon - 1 :]


def view_left_as_it_is(series, width, horizon=1):
    must_fit(series, width, horizon)
    views = np.lib.stride_tricks.sliding_window_view(series, width, axis=0)
    return views[:-horizon], series[width + horizon - 1 :]


def flat_windows(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    x = np.array([series[i : i + width].ravel() for i in range(n)])
    return x, series[width + horizon - 1 :]


def column_targets(series, width, horizon=1):
    x, y = windows_index_array(series, width, horizon)
    return x, y.reshape(len(y), -1)


def target_slices(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    x = np.array([series[i : i + width] for i in range(n)])
    y = np.array([series[i + width : i + width + horizon] for i in range(n)])
    return x, y


def swapped_windows(series, width, horizon=1):
    x, y = windows_append(series, width, horizon)
    return y, x


def changes_as_targets(series, width, horizon=1):
    x, y = windows_append(series, width, horizon)
    return x, y - x[:, -1]


def centred_windows(series, width, horizon=1):
    x, y = windows_append(series, width, horizon)
    return x - x.mean(axis=1, keepdims=True), y


def careless_about_width(series, width, horizon=1):
    if horizon < 1 or len(series) < width + horizon:
        raise ValueError("horizon too small or series too short")
    n = len(series) - width - horizon + 1
    where = np.arange(n)[:, None] + np.arange(max(width, 0))[None, :]
    return series[where % len(series)], series[width + horizon - 1 :]


def careless_about_horizon(series, width, horizon=1):
    if width < 1 or len(series) < width + horizon:
        raise ValueError("width too small or series too short")
    n = len(series) - width - horizon + 1
    where = np.arange(n)[:, None] + np.arange(width)[None, :]
    return np.take(series, where, axis=0, mode="clip"), series[width + horizon - 1 :]


def only_counts_windows(series, width, horizon=1):
    n = len(series) - width - horizon + 1
    if n < 1:
        raise ValueError("no window fits")
    where = np.arange(n)[:, None] + np.arange(max(width, 0))[None, :]
    return np.take(series, where, axis=0, mode="clip"), series[width + horizon - 1 :]


def empty_where_too_short(series, width, horizon=1):
    if width < 1:
        raise ValueError("width must be 1 or more")
    if horizon < 1:
        raise ValueError("horizon must be 1 or more")
    n = max(0, len(series) - width - horizon + 1)
    where = np.arange(n)[:, None] + np.arange(width)[None, :]
    return series[where], series[width + horizon - 1 :]


def never_refuses(series, width, horizon=1):
    n = max(0, len(series) - width - horizon + 1)
    where = np.arange(n)[:, None] + np.arange(max(width, 0))[None, :]
    return np.take(series, where, axis=0, mode="clip"), series[width + horizon - 1 :]


# --- seasonal_naive ------------------------------------------------------------------------------


def must_have_season(history, season, steps):
    if season < 1 or season > len(history):
        raise ValueError(f"season is {season}, but the history has {len(history)} values")
    if steps < 1:
        raise ValueError(f"steps is {steps}; it must be at least 1")


def season_resize(history, season, steps):
    must_have_season(history, season, steps)
    return np.resize(history[-season:], steps)


def season_tile(history, season, steps):
    must_have_season(history, season, steps)
    return np.tile(history[-season:], math.ceil(steps / season))[:steps]


def season_modulo(history, season, steps):
    if season > len(history):
        raise ValueError("season")
    if steps < 1:
        raise ValueError("steps")
    return history[len(history) - season + np.arange(steps) % season]


def season_cycle(history, season, steps):
    must_have_season(history, season, steps)
    last = itertools.cycle(history[-season:].tolist())
    return np.array([next(last) for _ in range(steps)], dtype=float)


def season_growing(history, season, steps):
    must_have_season(history, season, steps)
    out = np.empty(steps, history.dtype)
    for k in range(steps):
        out[k] = history[len(history) - season + k] if k < season else out[k - season]
    return out


def season_keras_ops(history, season, steps):
    must_have_season(history, season, steps)
    return ops.take(history, len(history) - season + ops.mod(ops.arange(steps), season))


def season_tensorflow(history, season, steps):
    must_have_season(history, season, steps)
    return tf.gather(tf.constant(history), len(history) - season + tf.range(steps) % season)


def plain_naive(history, season, steps):
    must_have_season(history, season, steps)
    return np.repeat(history[-1], steps)


def oldest_season(history, season, steps):
    must_have_season(history, season, steps)
    return np.resize(history[:season], steps)


def season_late(history, season, steps):
    must_have_season(history, season, steps)
    last = history[-season:]
    return np.array([last[(k + 1) % season] for k in range(steps)])


def season_early(history, season, steps):
    must_have_season(history, season, steps)
    last = list(history[-season:])
    return np.array([last[k % season - 1] for k in range(steps)])


def season_backwards(history, season, steps):
    must_have_season(history, season, steps)
    return np.resize(history[::-1][:season], steps)


def season_absolute(history, season, steps):
    must_have_season(history, season, steps)
    t = len(history)
    return np.array([history[t - season + (t + k) % season] for k in range(steps)])


def season_average(history, season, steps):
    must_have_season(history, season, steps)
    return np.ones(steps) * np.mean(history[-season:])


def climatology(history, season, steps):
    must_have_season(history, season, steps)
    t = len(history)
    means = [
        np.mean([history[j] for j in range(t) if (t - j) % season == (season - k) % season])
        for k in range(season)
    ]
    return np.resize(means, steps)


def one_season_at_most(history, season, steps):
    must_have_season(history, season, steps)
    return history[-season:][: min(steps, season)]


def season_alone(history, season, steps):
    must_have_season(history, season, steps)
    return np.array(history[-season:])


def last_steps(history, season, steps):
    must_have_season(history, season, steps)
    return history[-steps:]


def long_season_wraps(history, season, steps):
    if steps < 1:
        raise ValueError("steps must be 1 or more")
    return np.array([history[-season % len(history) + k % season - season] for k in range(steps)])


def no_look_at_season(history, season, steps):
    if steps < 1:
        raise ValueError("steps must be 1 or more")
    return np.take(history, [len(history) - season + k % season for k in range(steps)], mode="wrap")


def no_look_at_steps(history, season, steps):
    if season > len(history) or season < 1:
        raise ValueError("season too long")
    return np.array([history[len(history) - season + k % season] for k in range(steps)])


def no_look_at_all(history, season, steps):
    return np.take(history, [len(history) - season + k % season for k in range(steps)], mode="wrap")


# --- fit_autoregression --------------------------------------------------------------------------


def line_lstsq(inputs, targets):
    columns = np.c_[inputs, np.ones(len(inputs))]
    solution, *_ = np.linalg.lstsq(columns, targets, rcond=None)
    return solution[:-1], solution[-1]


def line_pinv(inputs, targets):
    columns = np.hstack([np.ones((len(inputs), 1)), inputs])
    solution = np.linalg.pinv(columns) @ targets
    return [solution[1:], float(solution[0])]


def line_centred(inputs, targets):
    x, y = inputs.mean(axis=0), targets.mean()
    weights = np.linalg.lstsq(inputs - x, targets - y, rcond=None)[0]
    return weights, y - x @ weights


def line_normal_pinv(inputs, targets):
    columns = np.column_stack([inputs, np.ones(len(inputs))])
    solution = np.linalg.pinv(columns.T @ columns, hermitian=True) @ (columns.T @ targets)
    return solution[:-1], solution[-1]


def line_sklearn(inputs, targets):
    model = LinearRegression().fit(inputs, targets)
    return model.coef_, float(model.intercept_)


def line_scipy(inputs, targets):
    columns = np.column_stack([inputs, np.ones(len(inputs))])
    solution = scipy.linalg.lstsq(columns, targets, lapack_driver="gelsy")[0]
    return solution[:-1], solution[-1]


def line_keras_ops(inputs, targets):
    inputs, targets = np.asarray(inputs), np.asarray(targets)
    dtype = inputs.dtype if inputs.dtype.kind == "f" else "float64"
    columns = np.column_stack([inputs, np.ones(len(inputs))]).astype(dtype)
    left, sizes, right = ops.svd(columns, full_matrices=False)
    small = ops.max(sizes) * 1e-6 if dtype == "float32" else ops.max(sizes) * 1e-12
    inverse = ops.where(sizes > small, 1 / ops.maximum(sizes, small), 0)
    solution = ops.matmul(
        ops.transpose(right), inverse * ops.matmul(ops.transpose(left), targets.astype(dtype))
    )
    return solution[:-1], solution[-1]


def line_tensorflow(inputs, targets):
    columns = tf.concat([inputs, tf.ones_like(inputs[:, :1])], axis=1)
    if columns.dtype.is_integer:
        columns = tf.cast(columns, tf.float64)
    targets = tf.cast(targets[:, None], columns.dtype)
    solution = tf.matmul(tf.linalg.pinv(columns), targets)[:, 0]
    return solution[:-1], solution[-1]


def through_zero(inputs, targets):
    return np.linalg.pinv(inputs) @ targets, 0.0


def mean_target(inputs, targets):
    weights = np.linalg.pinv(inputs - inputs.mean(axis=0)) @ (targets - targets.mean())
    return weights, np.mean(targets)


def mean_residual(inputs, targets):
    weights, *_ = np.linalg.lstsq(inputs, targets, rcond=None)
    return weights, np.mean(targets - inputs @ weights)


def lags_from_newest(inputs, targets):
    weights, intercept = line_lstsq(inputs, targets)
    return np.flip(weights), intercept


def all_in_weights(inputs, targets):
    columns = np.c_[inputs, np.ones(len(inputs))]
    solution = np.linalg.lstsq(columns, targets, rcond=None)[0]
    return solution, solution[-1]


def all_in_weights_ones_first(inputs, targets):
    columns = np.c_[np.ones(len(inputs)), inputs]
    solution = np.linalg.lstsq(columns, targets, rcond=None)[0]
    return solution, solution[0]


def wrong_split(inputs, targets):
    columns = np.c_[np.ones(len(inputs)), inputs]
    solution = np.linalg.lstsq(columns, targets, rcond=None)[0]
    return solution[:-1], solution[-1]


def intercept_first(inputs, targets):
    weights, intercept = line_centred(inputs, targets)
    return intercept, weights


def column_of_weights(inputs, targets):
    columns = np.c_[inputs, np.ones(len(inputs))]
    solution = np.linalg.lstsq(columns, targets[:, None], rcond=None)[0]
    return solution[:-1], solution[-1, 0]


def separate_slopes(inputs, targets):
    weights = []
    for column in inputs.T:
        x = column - column.mean()
        weights.append(np.sum(x * targets) / np.sum(x * x))
    weights = np.array(weights)
    return weights, np.mean(targets) - np.sum(inputs.mean(axis=0) * weights)


def normal_equations(inputs, targets):
    columns = np.c_[inputs, np.ones(len(inputs))]
    solution = np.linalg.inv(columns.T @ columns) @ columns.T @ targets
    return solution[:-1], solution[-1]


# --- count_parameters ----------------------------------------------------------------------------


def must_be_counts(steps, units):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, not {steps}")
    if units < 1:
        raise ValueError(f"units must be at least 1, not {units}")


def count_expanded(steps, features, units):
    must_be_counts(steps, units)
    return steps * features * units + units, features * units + units**2 + units


def count_keras_layers(steps, features, units):
    must_be_counts(steps, units)
    dense = keras.Sequential(
        [keras.Input((steps, features)), layers.Flatten(), layers.Dense(units)]
    )
    recurrent = layers.SimpleRNN(units)
    recurrent.build((None, steps, features))
    return dense.count_params(), recurrent.count_params()


def count_arrays(steps, features, units):
    must_be_counts(steps, units)
    dense = [np.zeros((steps * features, units)), np.zeros(units)]
    recurrent = [np.zeros((features, units)), np.zeros((units, units)), np.zeros(units)]
    return [sum(each.size for each in dense), sum(each.size for each in recurrent)]


def count_by_unit(steps, features, units):
    must_be_counts(steps, units)
    dense = recurrent = 0
    for _ in range(units):
        dense += steps * features + 1
        recurrent += features + units + 1
    return dense, recurrent


def count_tensorflow(steps, features, units):
    must_be_counts(steps, units)
    dense = tf.reduce_prod([steps * features, units]) + units
    return dense, tf.constant(features * units + units * units + units)


def count_keras_ops(steps, features, units):
    must_be_counts(steps, units)
    return ops.prod(np.array([steps * features + 1, units])), ops.convert_to_tensor(
        (features + units + 1) * units
    )


def kernels_only(steps, features, units):
    must_be_counts(steps, units)
    return steps * features * units, (features + units) * units


def dense_kernel_only(steps, features, units):
    must_be_counts(steps, units)
    return steps * features * units, (features + units + 1) * units


def recurrent_kernels_only(steps, features, units):
    must_be_counts(steps, units)
    return (steps * features + 1) * units, (features + units) * units


def no_feedback(steps, features, units):
    must_be_counts(steps, units)
    return (steps * features + 1) * units, (features + 1) * units


def vector_feedback(steps, features, units):
    must_be_counts(steps, units)
    return (steps * features + 1) * units, (features + 2) * units


def unshared(steps, features, units):
    must_be_counts(steps, units)
    return (steps * features + 1) * units, sum((features + units + 1) * units for _ in range(steps))


def last_step_only(steps, features, units):
    must_be_counts(steps, units)
    return (features + 1) * units, (features + units + 1) * units


def time_distributed(steps, features, units):
    must_be_counts(steps, units)
    return (features + 1) * units * steps, (features + units + 1) * units


def one_feature(steps, features, units):
    must_be_counts(steps, units)
    return (steps + 1) * units, (features + units + 1) * units


def scalar_biases(steps, features, units):
    must_be_counts(steps, units)
    return steps * features * units + 1, (features + units) * units + 1


def sum_of_sizes(steps, features, units):
    must_be_counts(steps, units)
    return (steps + features + 1) * units, (features + units + 1) * units


def state_only(steps, features, units):
    must_be_counts(steps, units)
    return (steps * features + 1) * units, units * units + units


def torch_biases(steps, features, units):
    must_be_counts(steps, units)
    return (steps * features + 1) * units, (features + units + 2) * units


def recurrent_first(steps, features, units):
    dense, recurrent = count_expanded(steps, features, units)
    return recurrent, dense


def bias_per_input(steps, features, units):
    must_be_counts(steps, units)
    return steps * features * (units + 1), (features + units + 1) * units


def lstm_count(steps, features, units):
    must_be_counts(steps, units)
    return (steps * features + 1) * units, 4 * (features + units + 1) * units


def any_steps(steps, features, units):
    if units < 1:
        raise ValueError("units must be positive")
    return (steps * features + 1) * units, (features + units + 1) * units


def any_units(steps, features, units):
    if steps < 1:
        raise ValueError("steps must be positive")
    return (steps * features + 1) * units, (features + units + 1) * units


def any_counts(steps, features, units):
    return (steps * features + 1) * units, (features + units + 1) * units


# --- window_mlp ----------------------------------------------------------------------------------


def must_be_sizes(width, units):
    if width < 1:
        raise ValueError(f"width must be at least 1, not {width}")
    if units < 1:
        raise ValueError(f"units must be at least 1, not {units}")


def mlp_functional(width, units):
    must_be_sizes(width, units)
    window = keras.Input((width,))
    hidden = layers.Dense(units, activation="relu")(window)
    return keras.Model(window, layers.Dense(1)(hidden))


def mlp_separate_relu(width, units):
    must_be_sizes(width, units)
    model = keras.Sequential()
    model.add(layers.InputLayer(shape=(width,)))
    model.add(layers.Dense(units, kernel_initializer="he_normal"))
    model.add(layers.ReLU())
    model.add(layers.Dense(1))
    return model


def mlp_built_later(width, units):
    must_be_sizes(width, units)
    model = keras.Sequential([layers.Dense(units, activation=tf.nn.relu), layers.Dense(1)])
    model.build((None, width))
    return model


class Net(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.last = layers.Dense(1)
        self.hidden = layers.Dense(units)

    def call(self, x):
        return self.last(ops.maximum(self.hidden(x), 0))


def mlp_subclass(width, units):
    must_be_sizes(width, units)
    model = Net(units)
    model(np.zeros((1, width), "float32"))
    return model


class TensorNet(keras.Model):
    def __init__(self, width, units):
        super().__init__()
        self.w = self.add_weight(shape=(width, units), initializer="random_normal")
        self.b = self.add_weight(shape=(units,), initializer="zeros")
        self.v = self.add_weight(shape=(units, 1), initializer="random_normal")
        self.c = self.add_weight(shape=(1,), initializer="zeros")
        self.built = True

    def call(self, inputs):
        return tf.nn.relu(inputs @ self.w + self.b) @ self.v + self.c


def mlp_tensorflow(width, units):
    must_be_sizes(width, units)
    return TensorNet(width, units)


def mlp_lecun(width, units):
    must_be_sizes(width, units)
    window = layers.Input(shape=[width], dtype="float32", name="window")
    dense = layers.Dense(units, kernel_initializer="lecun_uniform", name="hidden")
    hidden = layers.Activation("relu")(dense(window))
    return keras.models.Model(inputs=window, outputs=layers.Dense(units=1, name="out")(hidden))


def build(width, *stack):
    return keras.Sequential([keras.Input((width,)), *stack])


def net_linear(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units), layers.Dense(1))


def net_tanh(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units, "tanh"), layers.Dense(1))


def net_sigmoid(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units, "sigmoid"), layers.Dense(1))


def net_relu_twice(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units, "relu"), layers.Dense(1, "relu"))


def net_relu_last(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units), layers.Dense(1, "relu"))


def net_deep(width, units):
    must_be_sizes(width, units)
    hidden = [layers.Dense(units, "relu") for _ in range(2)]
    return build(width, *hidden, layers.Dense(1))


def net_single(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(1))


def net_headless(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units, "relu"))


def net_width_wide(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(width, "relu"), layers.Dense(1))


def net_per_step(width, units):
    must_be_sizes(width, units)
    return keras.Sequential([keras.Input((width, 1)), layers.Dense(units, "relu"), layers.Dense(1)])


def net_unbiased(width, units):
    must_be_sizes(width, units)
    return build(
        width, layers.Dense(units, "relu", use_bias=False), layers.Dense(1, use_bias=False)
    )


def net_compiled(width, units):
    model = mlp_functional(width, units)
    model.compile("adam", "mse")
    return model


def net_unbuilt(width, units):
    must_be_sizes(width, units)
    return keras.Sequential([layers.Dense(units, "relu"), layers.Dense(1)])


def net_flat_output(width, units):
    must_be_sizes(width, units)
    window = keras.Input((width,))
    out = layers.Dense(1)(layers.Dense(units, "relu")(window))
    return keras.Model(window, ops.squeeze(out, axis=1))


def net_gelu(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units, "gelu"), layers.Dense(1))


def net_from_zero(width, units):
    must_be_sizes(width, units)
    zero = {"kernel_initializer": "zeros"}
    return build(width, layers.Dense(units, "relu", **zero), layers.Dense(1, **zero))


def net_any_width(width, units):
    if units < 1:
        raise ValueError("units must be positive")
    return build(max(width, 0), layers.Dense(units, "relu"), layers.Dense(1))


def net_any_units(width, units):
    if width < 1:
        raise ValueError("width must be positive")
    return build(width, layers.Dense(max(units, 1), "relu"), layers.Dense(1))


def net_any_size(width, units):
    return build(max(width, 1), layers.Dense(max(units, 1), "relu"), layers.Dense(1))


RIGHT = {
    "make_windows": {
        "index array": windows_index_array,
        "append in a loop": windows_append,
        "sliding_window_view": windows_sliding_view,
        "stack of lags": windows_stack_of_lags,
        "plain Python": windows_plain_python,
        "keras.ops": windows_keras_ops,
        "TensorFlow": windows_tensorflow,
    },
    "seasonal_naive": {
        "np.resize": season_resize,
        "np.tile": season_tile,
        "modulo": season_modulo,
        "itertools.cycle": season_cycle,
        "growing": season_growing,
        "keras.ops": season_keras_ops,
        "TensorFlow": season_tensorflow,
    },
    "fit_autoregression": {
        "lstsq": line_lstsq,
        "pinv": line_pinv,
        "centred": line_centred,
        "normal equations with pinv": line_normal_pinv,
        "scikit-learn": line_sklearn,
        "SciPy": line_scipy,
        "keras.ops": line_keras_ops,
        "TensorFlow": line_tensorflow,
    },
    "count_parameters": {
        "expanded": count_expanded,
        "Keras layers": count_keras_layers,
        "arrays": count_arrays,
        "unit by unit": count_by_unit,
        "TensorFlow": count_tensorflow,
        "keras.ops": count_keras_ops,
    },
    "window_mlp": {
        "functional": mlp_functional,
        "separate ReLU": mlp_separate_relu,
        "built later": mlp_built_later,
        "subclass": mlp_subclass,
        "TensorFlow": mlp_tensorflow,
        "named layers": mlp_lecun,
    },
}

WRONG = {
    "make_windows": {
        "target-one-early": early_targets,
        "horizon-counted-from-zero": horizon_from_zero,
        "target-one-late": late_targets,
        "last-window-dropped": one_window_short,
        "horizon-ignored": always_next,
        "target-right-after-window": next_value_as_target,
        "windows-do-not-overlap": side_by_side,
        "window-reversed": newest_first,
        "windows-in-columns": lags_in_rows,
        "features-before-steps": view_left_as_it_is,
        "features-flattened": flat_windows,
        "targets-as-column": column_targets,
        "targets-hold-whole-horizon": target_slices,
        "targets-first": swapped_windows,
        "only-targets-wrong": changes_as_targets,
        "only-inputs-wrong": centred_windows,
        "width-below-one-accepted": careless_about_width,
        "horizon-below-one-accepted": careless_about_horizon,
        "width-and-horizon-below-one-accepted": only_counts_windows,
        "short-series-accepted": empty_where_too_short,
        "no-error-at-all": never_refuses,
    },
    "seasonal_naive": {
        "last-value-repeated": plain_naive,
        "first-season": oldest_season,
        "one-phase-late": season_late,
        "one-phase-early": season_early,
        "season-reversed": season_backwards,
        "phase-from-start": season_absolute,
        "mean-of-last-season": season_average,
        "mean-over-seasons": climatology,
        "not-repeated": one_season_at_most,
        "whole-season-returned": season_alone,
        "steps-taken-for-season": last_steps,
        "long-season-accepted": no_look_at_season,
        "no-steps-accepted": no_look_at_steps,
        "no-error-at-all": no_look_at_all,
    },
    "fit_autoregression": {
        "no-intercept": through_zero,
        "intercept-is-mean-target": mean_target,
        "intercept-fitted-afterwards": mean_residual,
        "weights-reversed": lags_from_newest,
        "intercept-kept-in-weights": all_in_weights,
        "intercept-first-in-weights": all_in_weights_ones_first,
        "solution-split-at-wrong-end": wrong_split,
        "results-swapped": intercept_first,
        "weights-as-column": column_of_weights,
        "one-weight-at-a-time": separate_slopes,
        "fails-on-collinear-inputs": normal_equations,
    },
    "count_parameters": {
        "no-biases": kernels_only,
        "dense-without-bias": dense_kernel_only,
        "recurrent-without-bias": recurrent_kernels_only,
        "no-recurrent-kernel": no_feedback,
        "state-feeds-itself-only": vector_feedback,
        "recurrent-times-steps": unshared,
        "dense-on-one-step": last_step_only,
        "dense-bias-per-step": time_distributed,
        "features-forgotten": one_feature,
        "one-bias-per-layer": scalar_biases,
        "steps-and-features-added": sum_of_sizes,
        "input-kernel-forgotten": state_only,
        "two-biases": torch_biases,
        "counts-swapped": recurrent_first,
        "only-dense-wrong": bias_per_input,
        "only-recurrent-wrong": lstm_count,
        "no-steps-accepted": any_steps,
        "no-units-accepted": any_units,
        "no-error-at-all": any_counts,
    },
    "window_mlp": {
        "no-activation": net_linear,
        "tanh-instead-of-relu": net_tanh,
        "sigmoid-instead-of-relu": net_sigmoid,
        "relu-on-the-output-too": net_relu_twice,
        "relu-on-the-output-only": net_relu_last,
        "two-hidden-layers": net_deep,
        "no-hidden-layer": net_single,
        "no-output-layer": net_headless,
        "width-for-units": net_width_wide,
        "window-as-sequence": net_per_step,
        "no-biases": net_unbiased,
        "compiled": net_compiled,
        "not-built": net_unbuilt,
        "output-squeezed": net_flat_output,
        "only-function-wrong": net_gelu,
        "starts-at-zero": net_from_zero,
        "width-below-one-accepted": net_any_width,
        "units-below-one-accepted": net_any_units,
        "no-error-at-all": net_any_size,
    },
}
