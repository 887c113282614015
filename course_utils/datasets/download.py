"""The one downloader: pooch fetches, verifies and moves; here its failures become advice."""

from __future__ import annotations

import errno
import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pooch
import requests
from tqdm import tqdm
from urllib3.exceptions import ReadTimeoutError

from course_utils.datasets.embedded import is_intact
from course_utils.datasets.registry import Entry
from course_utils.errors import CorruptFileError, DownloadError

__all__ = ["download"]

_ATTEMPTS = 3
_TIMEOUT = (10.0, 30.0)  # seconds until connected, seconds without a byte
_PAUSE = 1.0  # seconds before the second attempt; twice that before the third
_WORTH_ANOTHER_TRY = {408, 429, 500, 502, 503, 504}


def download(
    entry: Entry,
    folder: Path,
    *,
    progress: bool = True,
    timeout: tuple[float, float] = _TIMEOUT,
    pause: float = _PAUSE,
) -> Path:
    """The file of `entry` in `folder`; fetched only where it is not there with the right bytes.

    The bytes go to a temporary file in `folder`, which takes the real name once its SHA-256 is
    right: under that name there is never half a file.

    Args:
        entry: what to fetch; it has a url.
        folder: the cache folder; made where it does not exist.
        progress: show a progress bar on stderr.
        timeout: seconds to wait for the connection, and for the next bytes.
        pause: seconds before the second attempt; the wait grows by as much each time.

    Returns:
        `folder / entry.file`.

    Raises:
        DownloadError: the address did not deliver, or the folder cannot hold the file.
        CorruptFileError: the address delivered other bytes than promised.
    """
    path = folder / entry.file
    attempt = 0
    while True:
        attempt += 1
        try:
            return _retrieve(entry, path, progress, timeout, attempt)
        except requests.RequestException as error:
            if attempt == _ATTEMPTS or not _transient(error):
                why = _network_words(error, entry, timeout)
                raise DownloadError(_advice(entry, path, why)) from error
            time.sleep(attempt * pause)
        except OSError as error:
            why = _disk_words(error, entry, folder)
            raise DownloadError(_advice(entry, path, why)) from error
        except ValueError as error:  # pooch: the SHA-256 differs
            why = (
                "the address sent other bytes than the promised ones. A login page of the "
                "network or a proxy does that; else the file there has changed."
            )
            raise CorruptFileError(_advice(entry, path, why)) from error


def _retrieve(
    entry: Entry, path: Path, progress: bool, timeout: tuple[float, float], attempt: int
) -> Path:
    """One attempt. pooch does nothing where the file is there with the right SHA-256."""

    def stream(url: str, output_file: str, pooch_: Any) -> None:
        again = f" (attempt {attempt} of {_ATTEMPTS})" if attempt > 1 else ""
        with tqdm(
            total=entry.bytes,
            desc=entry.file + again,
            unit="B",
            unit_scale=True,
            disable=not progress,
        ) as bar:
            get = pooch.HTTPDownloader(
                progressbar=bar if progress else False,
                chunk_size=1 << 14,
                timeout=timeout,
                headers={"Accept-Encoding": "identity"},  # or the bar counts packed bytes
            )
            get(url, output_file, pooch_)
        # Made private by the temporary file; a class may share one folder, and a share without
        # permissions has none to open.
        with suppress(OSError):
            Path(output_file).chmod(0o644)

    with _quiet_pooch():
        found = pooch.retrieve(
            entry.url, f"sha256:{entry.sha256}", path.name, path.parent, downloader=stream
        )
    return Path(found)


@contextmanager
def _quiet_pooch() -> Iterator[None]:
    """Without pooch's log lines: the progress bar says the same."""
    logger = pooch.get_logger()
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)


def _transient(error: requests.RequestException) -> bool:
    """Whether another attempt may go better."""
    if isinstance(error, requests.HTTPError):
        return error.response is not None and error.response.status_code in _WORTH_ANOTHER_TRY
    passing = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
    return isinstance(error, passing)


def _network_words(
    error: requests.RequestException, entry: Entry, timeout: tuple[float, float]
) -> str:
    cause = error.args[0] if error.args else None
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code} {error.response.reason}."
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off before the end of the file."
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {timeout[0]:g} s."
    if isinstance(error, requests.ReadTimeout) or isinstance(cause, ReadTimeoutError):
        return f"the server sent nothing for {timeout[1]:g} s."
    if isinstance(error, requests.ConnectionError):
        return f"no connection to {urlsplit(entry.url).hostname}. Is this machine offline?"
    return f"the address cannot be used: {error}"


def _disk_words(error: OSError, entry: Entry, folder: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(next(at for at in (folder, *folder.parents) if at.exists())).free
        return f"the disk of {folder} is full: {free:,} bytes are free, {entry.bytes:,} are needed."
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return f"nothing may be written to the folder {folder}."
    return f"the file cannot be stored: {error}"


def _advice(entry: Entry, path: Path, why: str) -> str:
    """The whole message: what went wrong, and every way on from there."""
    lines = [
        f"{entry.file} could not be downloaded: {why}",
        f"  address:     {entry.url}",
        f"  by hand:     save what is at that address as {path}",
        f"               ({entry.bytes:,} bytes, SHA-256 {entry.sha256})",
        "  elsewhere:   set UNROLLED_DATA to a folder that has room or holds the file already;",
        "               in a notebook: %env UNROLLED_DATA=/path/to/folder",
        f"  without it:  {entry.default}",
    ]
    if path.is_file() and not is_intact(entry, path):
        size = path.stat().st_size
        lines.insert(1, f"  there now:   a file of {size:,} bytes that is not the right one")
    return "\n".join(lines)
