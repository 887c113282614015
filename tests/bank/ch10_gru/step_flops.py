"""step_flops: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

from tests.bank.ch10_gru.cell_parameters import parameters_dict, refuse


def flops_match(kind, features, units):
    refuse(kind, units)
    if kind == "elman":
        return 2 * features * units + 2 * units * units
    return (8 if kind == "lstm" else 6) * (features + units) * units


def flops_dict(kind, features, units):
    refuse(kind, units)
    return 2 * dict(elman=1, lstm=4, gru=3)[kind] * units * (features + units)


def flops_from_parameters(kind, features, units):
    biases = {"elman": 1, "lstm": 4, "gru": 6}.get(kind, 0) * units
    return 2 * (parameters_dict(kind, features, units) - biases)


def flops_counted(kind, features, units):
    """The products' sizes, from the weights of Keras's own cells."""
    refuse(kind, units)
    blocks = {"elman": 1, "lstm": 4, "gru": 3}[kind]
    products = [(features, blocks * units), (units, blocks * units)]
    return float(sum(2 * rows * columns for rows, columns in products))


def flops_any_kind(kind, features, units):
    refuse("gru", units)
    return flops_dict(kind if kind in ("elman", "lstm") else "gru", features, units)


def flops_any_units(kind, features, units):
    refuse(kind)
    return 2 * {"elman": 1, "lstm": 4, "gru": 3}[kind] * units * (features + units)


def flops_exact(kind, features, units):
    """A sum of n products takes n multiplications and n − 1 additions."""
    refuse(kind, units)
    return {"elman": 1, "lstm": 4, "gru": 3}[kind] * units * (2 * features - 1 + 2 * units - 1)


RIGHT = {
    "branches": flops_match,
    "dictionary": flops_dict,
    "from parameters": flops_from_parameters,
    "float": flops_counted,
}


def flops_of(elman=1, lstm=4, gru=3, besides=0):
    """Products by kind, and other operations for each unit of each block."""

    def answer(kind, features, units):
        refuse(kind, units)
        blocks = {"elman": elman, "lstm": lstm, "gru": gru}[kind]
        return blocks * units * (2 * (features + units) + besides)

    return answer


WRONG = {
    "gru-with-four": flops_of(gru=4),
    "gru-with-two": flops_of(gru=2),
    "lstm-with-three": flops_of(lstm=3),
    "one-more-for-each-sum": flops_of(besides=1),
    "biases-too": lambda kind, features, units: 2 * parameters_dict(kind, features, units),
    "parameters": parameters_dict,
    "one-addition-less": flops_exact,
    "any-kind": flops_any_kind,
    "any-units": flops_any_units,
}
