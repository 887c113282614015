"""cell_parameters: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np


def refuse(kind, units=1):
    if kind not in ("elman", "lstm", "gru"):
        raise ValueError(f"kind {kind!r} is none of elman, lstm, gru")
    if units < 1:
        raise ValueError(f"units={units}")


def parameters_dict(kind, features, units):
    table = {"elman": (1, 1), "lstm": (4, 1), "gru": (3, 2)}
    if kind not in table:
        raise ValueError(f"unknown kind: {kind}")
    if units <= 0:
        raise ValueError(f"units should be at least 1, not {units}")
    gates, rows = table[kind]
    return gates * (features * units + units * units + rows * units)


def parameters_match(kind, features, units):
    refuse(kind, units)
    if kind == "elman":
        return features * units + units**2 + units
    if kind == "lstm":
        return 4 * (features + units + 1) * units
    return 3 * (features + units) * units + 6 * units


def parameters_of_keras(kind, features, units):
    refuse(kind, units)
    cell = {
        "elman": keras.layers.SimpleRNNCell,
        "lstm": keras.layers.LSTMCell,
        "gru": keras.layers.GRUCell,
    }[kind](units)
    cell.build((None, features))
    return cell.count_params()


def parameters_arrays(kind, features, units):
    refuse(kind, units)
    columns = {"elman": 1, "lstm": 4, "gru": 3}[kind] * units
    shapes = [(features, columns), (units, columns), (1 + (kind == "gru"), columns)]
    return np.sum([np.prod(shape) for shape in shapes])


def any_kind(kind, features, units):
    refuse("gru", units)
    return parameters_dict("gru" if kind not in ("elman", "lstm") else kind, features, units)


def any_units(kind, features, units):
    refuse(kind)
    return (
        {"elman": 1, "lstm": 4, "gru": 3}[kind] * units * (features + units + 1 + (kind == "gru"))
    )


def parameters_of_keras_before(kind, features, units):
    """Keras's GRU with reset_after=False has one row of bias."""
    refuse(kind, units)
    if kind != "gru":
        return parameters_match(kind, features, units)
    cell = keras.layers.GRUCell(units, reset_after=False)
    cell.build((None, features))
    return cell.count_params()


RIGHT = {
    "dictionary": parameters_dict,
    "branches": parameters_match,
    "keras counts": parameters_of_keras,
    "arrays": parameters_arrays,
}


def parameters_by_kind(elman=(1, 1), lstm=(4, 1), gru=(3, 2)):
    """A table of blocks and rows of bias, in which some are wrong."""

    def answer(kind, features, units):
        refuse(kind, units)
        blocks, rows = {"elman": elman, "lstm": lstm, "gru": gru}[kind]
        return blocks * units * (features + units + rows)

    return answer


WRONG = {
    "lstm-with-two-biases": parameters_by_kind(lstm=(4, 2)),
    "elman-for-all": parameters_by_kind(lstm=(1, 1), gru=(1, 1)),
    "lstm-with-three": parameters_by_kind(lstm=(3, 1)),
    "gru-with-two": parameters_by_kind(gru=(2, 2)),
    "gru-with-four": parameters_by_kind(gru=(4, 2)),
    "lstm-gru-exchanged": parameters_by_kind(lstm=(3, 2), gru=(4, 1)),
    "one-bias": parameters_of_keras_before,
    "features-and-units-exchanged": lambda kind, features, units: (
        refuse(kind, units) or parameters_arrays(kind, units, features)
    ),
    "any-kind": any_kind,
    "any-units": any_units,
}
