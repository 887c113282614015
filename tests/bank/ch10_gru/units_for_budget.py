"""units_for_budget: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import math
from itertools import count

import numpy as np

from tests.bank.ch10_gru.cell_parameters import parameters_dict, refuse


def units_loop(kind, features, parameters):
    refuse(kind)
    units = 0
    while parameters_dict(kind, features, units + 1) <= parameters:
        units += 1
    return units


def units_count(kind, features, parameters):
    refuse(kind)
    return next(u for u in count() if parameters_dict(kind, features, u + 1) > parameters)


def units_bisect(kind, features, parameters):
    refuse(kind)
    low, high = 0, 1
    while parameters_dict(kind, features, high) <= parameters:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        if parameters_dict(kind, features, middle) <= parameters:
            low = middle
        else:
            high = middle
    return low


def units_quadratic(kind, features, parameters):
    refuse(kind)
    g, rows = {"elman": (1, 1), "lstm": (4, 1), "gru": (3, 2)}[kind]
    k = features + rows
    units = int((-k + math.sqrt(k * k + 4 * parameters / g)) / 2) + 2
    while units > 0 and g * units * (k + units) > parameters:
        units -= 1
    return units


def units_array(kind, features, parameters):
    refuse(kind)
    u = np.arange(1, int(math.sqrt(parameters)) + 2)
    g, rows = {"elman": (1, 1), "lstm": (4, 1), "gru": (3, 2)}[kind]
    return np.count_nonzero(g * u * (features + u + rows) <= parameters)


def units_nearest(kind, features, parameters):
    refuse(kind)
    u = np.arange(0, 2000)
    g, rows = {"elman": (1, 1), "lstm": (4, 1), "gru": (3, 2)}[kind]
    return int(np.argmin(np.abs(g * u * (features + u + rows) - parameters)))


def units_any_kind(kind, features, parameters):
    return units_loop(kind if kind in ("elman", "lstm") else "gru", features, parameters)


def units_error(kind, features, parameters):
    units = units_loop(kind, features, parameters)
    if units == 0:
        raise ValueError(f"no cell has {parameters} parameters")
    return units


def units_above(kind, features, parameters):
    refuse(kind)
    return next(u for u in count(1) if parameters_dict(kind, features, u) > parameters)


def units_from_one(kind, features, parameters):
    units = 1
    while parameters_dict(kind, features, units + 1) <= parameters:
        units += 1
    return units


RIGHT = {
    "loop": units_loop,
    "count": units_count,
    "bisection": units_bisect,
    "quadratic": units_quadratic,
    "array": units_array,
}


def units_rounded(kind, features, parameters):
    refuse(kind)
    g, rows = {"elman": (1, 1), "lstm": (4, 1), "gru": (3, 2)}[kind]
    k = features + rows
    return round((-k + math.sqrt(k * k + 4 * parameters / g)) / 2)


def units_root(kind, features, parameters):
    refuse(kind)
    g, rows = {"elman": (1, 1), "lstm": (4, 1), "gru": (3, 2)}[kind]
    return max(np.roots([g, g * (features + rows), -parameters]).real)


WRONG = {
    "nearest/rounded root": units_rounded,
    "not-rounded": units_root,
    "first-above": units_above,
    "nearest": units_nearest,
    "at-least-one": units_from_one,
    "lstm-for-all": lambda kind, features, parameters: (
        refuse(kind) or units_bisect("lstm", features, parameters)
    ),
    "any-kind": units_any_kind,
    "error-for-zero": units_error,
}
