"""What every test shares: where the checkout is, TensorFlow without chatter, no windows."""

from __future__ import annotations

import os
from pathlib import Path

import matplotlib
import pytest
from hypothesis import HealthCheck, settings

# No test depends on how busy the machine is.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

for name, value in {
    "CUDA_VISIBLE_DEVICES": "",  # no GPU changes the numbers
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "UNROLLED_QUIET": "1",
}.items():
    os.environ.setdefault(name, value)
os.environ.pop("MPLBACKEND", None)  # kernels that tests start draw inline

matplotlib.use("agg")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of pyproject.toml."""
    return Path(__file__).resolve().parents[1]
