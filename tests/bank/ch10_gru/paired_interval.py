"""paired_interval: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf


def refuse(confidence):
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")


def interval_scipy(a, b, confidence=0.95):
    from scipy import stats

    refuse(confidence)
    d = a - b
    m, se = d.mean(), stats.sem(d)
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * se
    return m, m - half, m + half


def interval_two_sided(a, b, confidence=0.95):
    from scipy import stats

    refuse(confidence)
    d = np.subtract(a, b, dtype="float64")
    se = np.sqrt(np.sum((d - d.mean()) ** 2) / (d.size - 1) / d.size)
    q = stats.t.isf((1 - confidence) / 2, d.size - 1)
    return [np.mean(d), np.mean(d) - q * se, np.mean(d) + q * se]


def interval_by_test(a, b, confidence=0.95):
    """SciPy's own paired test."""
    from scipy import stats

    refuse(confidence)
    low, high = stats.ttest_rel(a.astype("float64"), b).confidence_interval(confidence)
    return (a.astype("float64") - b).mean(), low, high


def interval_special(a, b, confidence=0.95):
    from scipy.special import stdtrit

    refuse(confidence)
    n = len(a)
    d = tf.constant(a, tf.float64) - tf.constant(b, tf.float64)
    m = tf.reduce_mean(d)
    s = tf.sqrt(tf.reduce_sum((d - m) ** 2) / (n - 1))
    half = stdtrit(n - 1, 0.5 + confidence / 2) * s / np.sqrt(n)
    return m, m - half, m + half


def interval_own_quantile(a, b, confidence=0.95):
    """The quantile by halving an interval on the numerically integrated density."""
    from scipy.integrate import quad

    refuse(confidence)
    d = [float(x) - float(y) for x, y in zip(a, b)]
    n = len(d)
    m = sum(d) / n
    s = (sum((v - m) ** 2 for v in d) / (n - 1)) ** 0.5
    k = n - 1
    c = math.exp(math.lgamma((k + 1) / 2) - math.lgamma(k / 2)) / math.sqrt(k * math.pi)

    def inside(q):
        return 2 * quad(lambda t: c * (1 + t * t / k) ** (-(k + 1) / 2), 0, q, epsabs=1e-12)[0]

    low, high = 0.0, 1.0
    while inside(high) < confidence:
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if inside(middle) < confidence else (low, middle)
    return m, m - low * s / n**0.5, m + low * s / n**0.5


def interval_normal(a, b, confidence=0.95):
    from scipy import stats

    refuse(confidence)
    d = a - b
    low, high = stats.norm.interval(confidence, loc=d.mean(), scale=stats.sem(d))
    return d.mean(), low, high


def interval_of_two_samples(a, b, confidence=0.95):
    """SciPy's own test of two separate samples."""
    from scipy import stats

    refuse(confidence)
    low, high = stats.ttest_ind(a, b).confidence_interval(confidence)
    return a.mean() - b.mean(), low, high


def interval_of_variance(a, b, confidence=0.95):
    """The root is forgotten: the sum of squares over n − 1 is the variance."""
    from scipy.special import stdtrit

    refuse(confidence)
    d = a - b
    half = stdtrit(len(d) - 1, 0.5 + confidence / 2) * np.var(d, ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


def interval_around_zero(a, b, confidence=0.95):
    mean, low, high = interval_scipy(a, b, confidence)
    return mean, low - mean, high - mean


def any_confidence(a, b, confidence=0.95):
    return interval_scipy(a, b, confidence if 0 < confidence < 1 else 0.95)


RIGHT = {
    "scipy.stats": interval_scipy,
    "isf, a list": interval_two_sided,
    "scipy's test": interval_by_test,
    "scipy.special, tensorflow": interval_special,
    "own quantile": interval_own_quantile,
}


def interval_with(freedom=None, runs=None, order=np.array):
    """A whole interval with some of its numbers to choose."""
    from scipy.special import stdtrit

    def answer(a, b, confidence=0.95):
        refuse(confidence)
        d = order(a) - order(b)
        n = len(d)
        t = stdtrit((freedom or (lambda n: n - 1))(n), (1 + confidence) / 2)
        half = t * d.std(ddof=1) / (runs or (lambda n: n))(n) ** 0.5
        return d.mean(), d.mean() - half, d.mean() + half

    return answer


def interval_from_below(a, b, confidence=0.95):
    """The quantile of the lower tail is negative."""
    from scipy.special import stdtrit

    refuse(confidence)
    d = a - b
    half = stdtrit(len(d) - 1, (1 - confidence) / 2) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


WRONG = {
    "ends-exchanged": interval_from_below,
    "degrees-of-two-samples": interval_with(freedom=lambda n: 2 * n - 2),
    "one-less-twice": interval_with(runs=lambda n: n - 1),
    "sorted-first": interval_with(order=np.sort),
    "normal-quantile": interval_normal,
    "not-paired": interval_of_two_samples,
    "variance": interval_of_variance,
    "b-minus-a": lambda a, b, confidence=0.95: interval_scipy(b, a, confidence),
    "ends-first": lambda a, b, confidence=0.95: sorted(interval_scipy(a, b, confidence)),
    "around-zero": interval_around_zero,
    "any-confidence": any_confidence,
}
