"""fit_autoregression: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import scipy.linalg
import tensorflow as tf
from keras import ops
from sklearn.linear_model import LinearRegression


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


def all_in_weights(inputs, targets):
    columns = np.c_[inputs, np.ones(len(inputs))]
    solution = np.linalg.lstsq(columns, targets, rcond=None)[0]
    return solution, solution[-1]


def all_in_weights_ones_first(inputs, targets):
    columns = np.c_[np.ones(len(inputs)), inputs]
    solution = np.linalg.lstsq(columns, targets, rcond=None)[0]
    return solution, solution[0]


def origin_and_mean(inputs, targets):
    return np.linalg.pinv(inputs) @ targets, np.mean(targets)


def wrong_sign(inputs, targets):
    weights, intercept = line_centred(inputs, targets)
    return weights, -intercept


def other_wrong_split(inputs, targets):
    columns = np.c_[inputs, np.ones(len(inputs))]
    solution = np.linalg.lstsq(columns, targets, rcond=None)[0]
    return solution[1:], solution[0]


def wrong_split(inputs, targets):
    columns = np.c_[np.ones(len(inputs)), inputs]
    solution = np.linalg.lstsq(columns, targets, rcond=None)[0]
    return solution[:-1], solution[-1]


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


RIGHT = {
    "lstsq": line_lstsq,
    "pinv": line_pinv,
    "centred": line_centred,
    "normal equations with pinv": line_normal_pinv,
    "scikit-learn": line_sklearn,
    "SciPy": line_scipy,
    "keras.ops": line_keras_ops,
    "TensorFlow": line_tensorflow,
}

WRONG = {
    "no-intercept": through_zero,
    "intercept-is-mean-target": mean_target,
    "origin-and-mean-target": origin_and_mean,
    "intercept-negated": wrong_sign,
    "solution-split-at-first": other_wrong_split,
    "intercept-kept-in-weights": all_in_weights,
    "intercept-first-in-weights": all_in_weights_ones_first,
    "solution-split-at-wrong-end": wrong_split,
    "weights-as-column": column_of_weights,
    "one-weight-at-a-time": separate_slopes,
    "fails-on-collinear-inputs": normal_equations,
}
