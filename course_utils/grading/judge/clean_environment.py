"""The environment of the warm process and its children: nothing of the instructor's own."""

from __future__ import annotations

import os
import site
import stat
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

__all__ = ["clean_environment"]


def clean_environment() -> dict[str, str]:
    """What the server and its children are told: nothing of the instructor's own environment."""
    package = Path(__file__).resolve().parents[3]
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": os.devnull,  # from a home that others may write, Python would import their code
        "KERAS_HOME": f"{os.devnull}/keras",  # nobody else's settings, and none written
        "MPLCONFIGDIR": _own_folder(),
        "PYTHONPATH": str(package),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        **({"PYTHONUSERBASE": site.getuserbase()} if site.ENABLE_USER_SITE else {}),
        **{
            name: os.environ[name]
            for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
            if name in os.environ
        },
    }


@cache
def _own_folder() -> str:
    """Where Matplotlib keeps its list of fonts: a folder that nobody else can have prepared."""
    folder = f"{tempfile.gettempdir()}/unrolled-fonts-{os.getuid()}"
    with suppress(OSError):
        os.makedirs(folder, mode=0o700, exist_ok=True)
        found = os.lstat(folder)
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o22:
            return folder
    return tempfile.mkdtemp(prefix="unrolled-fonts-")
