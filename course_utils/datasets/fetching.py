"""Where a data set is on this machine, and the door through which it comes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from course_utils.datasets.embedded import embedded_path, is_intact
from course_utils.datasets.registry import data_folder, entry

__all__ = ["Status", "cache_folder", "fetch", "status"]

Status = Literal["embedded", "cached", "not there", "corrupt"]


def cache_folder() -> Path:
    """Where downloads are kept: `UNROLLED_DATA` where it is set, else the user's cache folder."""
    if chosen := os.environ.get("UNROLLED_DATA"):
        return Path(chosen).expanduser().absolute()
    import pooch

    return Path(pooch.os_cache("unrolled"))


def status(name: str) -> Status:
    """Whether a data set is at hand; looks at the disk only, byte for byte.

    Returns:
        "embedded" (travels with the course), "cached" (downloaded before), "not there", or
        "corrupt" (a file is there, but its bytes are not the promised ones).

    Raises:
        UnknownNameError: there is no such data set.
    """
    wanted = entry(name)
    path = (data_folder() if wanted.embedded else cache_folder()) / wanted.file
    if not path.exists():
        return "not there"
    if not is_intact(wanted, path):
        return "corrupt"
    return "embedded" if wanted.embedded else "cached"


def fetch(name: str, progress: bool = True) -> Path:
    """The file of a data set, verified; downloaded on the first call where it is not embedded.

    Args:
        name: as in `entries()`.
        progress: show a progress bar on stderr while it is downloaded.

    Returns:
        Where the file lies. Do not change it.

    Raises:
        UnknownNameError: there is no such data set.
        DownloadError: it cannot be fetched or stored; the message says what to do.
        CorruptFileError: the address sends, or the course's folder holds, other bytes.
    """
    wanted = entry(name)
    if wanted.embedded:
        return embedded_path(wanted)
    from course_utils.datasets.download import download

    return download(wanted, cache_folder(), progress=progress)
