"""warm_up_and_forecast: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops

from tests.bank.ch12_teacher_forcing.free_run import free_keras, free_list, steps_fit


def _warm_fits(history, steps):
    steps_fit(steps)
    if history.shape[1] == 0:
        raise ValueError("history needs at least one step, got none")


def _guarded(run):
    def answer(step, state, history, steps):
        _warm_fits(history, steps)
        return run(step, state, history, steps)

    return answer


def warm_one_loop(step, state, history, steps):
    _warm_fits(history, steps)
    T, ys = history.shape[1], []
    for t in range(T + steps - 1):
        x = history[:, t] if t < T else ys[-1]
        y, state = step(x, state)
        ys.append(y)
    return np.stack(ys[T - 1 :], axis=1)


def warm_two_loops(step, state, history, steps):
    _warm_fits(history, steps)
    for t in range(history.shape[1]):
        y, state = step(history[:, t], state)
    forecast = [y]
    for _ in range(1, steps):
        y, state = step(y, state)
        forecast.append(y)
    return np.array(forecast).transpose(1, 0, 2)


def warm_queue(step, state, history, steps):
    _warm_fits(history, steps)
    waiting = list(np.moveaxis(history, 1, 0))
    result = np.zeros((len(history), steps, history.shape[2]))
    done = -len(waiting)
    while done < steps - 1:
        y, state = step(waiting.pop(0), state)
        done += 1
        if not waiting:
            result[:, done] = y
            waiting.append(y)
    return result


def warm_tensorflow(step, state, history, steps):
    _warm_fits(history, steps)
    for x in tf.unstack(tf.constant(history), axis=1):
        y, state = step(x, state)
    ys = [y]
    for _ in range(steps - 1):
        y, state = step(y, state)
        ys.append(y)
    return tf.stack(ys, axis=1)


def warm_keras(step, state, history, steps):
    _warm_fits(history, steps)
    for x in ops.unstack(history, axis=1):
        y, state = step(x, state)
    if steps == 1:
        return ops.expand_dims(y, 1)
    rest = free_keras(step, state, y, steps - 1)
    return ops.concatenate([ops.expand_dims(y, 1), rest], axis=1)


def warm_graph(step, state, history, steps):
    _warm_fits(history, steps)
    T = history.shape[1]

    @tf.function
    def run(history, state):
        y = history[:, 0]
        ys = tf.TensorArray(history.dtype, size=T + steps - 1, element_shape=y.shape)
        for t in tf.range(T + steps - 1):
            x = history[:, t] if t < T else y
            y, state = step(x, state)
            ys = ys.write(t, y)
        return ys.stack()[T - 1 :]

    tensors = tf.nest.map_structure(tf.convert_to_tensor, state)
    return tf.transpose(run(tf.constant(history), tensors), (1, 0, 2))


def _through(step, state, history):
    ys = []
    for t in range(history.shape[1]):
        y, state = step(history[:, t], state)
        ys.append(y)
    return ys, state


def _again(step, state, history, steps):
    _, state = _through(step, state, history)
    return free_list(step, state, history[:, -1], steps)


def _lost(step, state, history, steps):
    ys, state = _through(step, state, history)
    return free_list(step, state, ys[-1], steps)


def _unused(step, state, history, steps):
    ys, state = _through(step, state, history[:, :-1])
    return free_list(step, state, ys[-1], steps)


def _anew(step, state, history, steps):
    ys, _ = _through(step, state, history)
    forecast = [ys[-1]]
    for _ in range(steps - 1):
        y, state = step(forecast[-1], state)
        forecast.append(y)
    return np.stack(forecast, axis=1)


def _from_first(step, state, history, steps):
    T = history.shape[1]
    return free_list(step, state, history[:, 0], T + steps - 1)[:, -steps:]


def _never_carried(step, state, history, steps):
    y, _ = step(history[:, -1], state)
    for t in range(history.shape[1] - 1):
        step(history[:, t], state)
    forecast = [y]
    for _ in range(steps - 1):
        y, _ = step(y, state)
        forecast.append(y)
    return np.stack(forecast, axis=1)


def _wasteful(step, state, history, steps):
    ys, state = _through(step, state, history)
    y, forecast = ys[-1], []
    for _ in range(steps):
        forecast.append(y)
        y, state = step(y, state)
    return np.stack(forecast, axis=1)


def _first_skipped(step, state, history, steps):
    for t in range(1, history.shape[1]):
        y, state = step(history[:, t], state)
    return _free_from(step, state, y, steps)


def _first_skipped_but_kept(step, state, history, steps):
    y = history[:, 0]
    for t in range(1, history.shape[1]):
        y, state = step(history[:, t], state)
    return _free_from(step, state, y, steps)


def _free_from(step, state, y, steps):
    ys = [y]
    for _ in range(steps - 1):
        y, state = step(y, state)
        ys.append(y)
    return np.stack(ys, axis=1)


def _over_the_batch(step, state, history, steps):
    for x in history:
        y, state = step(x, state)
    return _free_from(step, state, y, steps)


def _state_still(step, state, history, steps):
    ys, state = _through(step, state, history)
    forecast = [ys[-1]]
    while len(forecast) < steps:
        forecast.append(step(forecast[-1], state)[0])
    return np.stack(forecast, axis=1)


def _history_in_front(step, state, history, steps):
    ys, state = _through(step, state, history)
    free = _free_from(step, state, ys[-1], steps)
    return np.concatenate([history[:, -1:], free], axis=1)[:, :steps]


def _warm_any(step, state, history, steps):
    if steps < 1 or history.shape[1] < 1:
        return np.zeros((len(history), 0, history.shape[2]))
    return warm_one_loop(step, state, history, steps)


def _warm_any_steps(step, state, history, steps):
    if history.shape[1] < 1:
        raise ValueError("history is empty")
    return _warm_any(step, state, history, steps)


def _warm_any_history(step, state, history, steps):
    steps_fit(steps)
    return _warm_any(step, state, history, steps)


RIGHT = {
    "one loop": warm_one_loop,
    "two loops": warm_two_loops,
    "queue": warm_queue,
    "tensorflow": warm_tensorflow,
    "keras.ops": warm_keras,
    "tf.function": warm_graph,
}

WRONG = {
    "last-value-twice": _guarded(_again),
    "first-forecast-lost": _guarded(_lost),
    "last-value-unused": _guarded(_unused),
    "state-reset": _guarded(_anew),
    "free-from-the-start": _guarded(_from_first),
    "first-value-unused": _guarded(_first_skipped),
    "first-value-unused/kept": _guarded(_first_skipped_but_kept),
    "batch-for-time": _guarded(_over_the_batch),
    "state-stands-still": _guarded(_state_still),
    "history-in-front": _guarded(_history_in_front),
    "state-not-carried": _guarded(_never_carried),
    "one-call-too-many": _guarded(_wasteful),
    "anything-goes": _warm_any,
    "any-steps": _warm_any_steps,
    "any-history": _warm_any_history,
}
