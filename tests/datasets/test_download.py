"""The downloader against a real server that misbehaves in every way a real one does."""

from __future__ import annotations

import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course_utils import datasets
from course_utils.datasets import registry
from course_utils.datasets.download import download
from course_utils.errors import CorruptFileError, DataError, DownloadError

if TYPE_CHECKING:
    from tests.datasets.conftest import Server


def get(entry: datasets.Entry, cache: Path, seconds: float = 5.0) -> Path:
    """One download without waiting between its attempts."""
    return download(entry, cache, progress=False, timeout=(seconds, seconds), pause=0)


def says_what_to_do(error: DataError, entry: datasets.Entry, cache: Path) -> None:
    """Hold the message to its promise: file, address, where to put it by hand, the default."""
    message = str(error)
    assert message.startswith(f"{entry.file} could not be downloaded: ")
    for part in (
        entry.url,
        str(cache / entry.file),
        f"{entry.bytes:,} bytes",
        entry.sha256,
        "UNROLLED_DATA",
        entry.default,
    ):
        assert part in message


def left(cache: Path) -> list[str]:
    """The names of all that lies in the cache folder."""
    return [path.name for path in cache.iterdir()] if cache.exists() else []


def test_a_good_file_arrives_whole_in_a_folder_made_for_it(
    server: Server, small: datasets.Entry, cache: Path, body: bytes
) -> None:
    server.send(body)
    path = get(small, cache)
    assert path == cache / "letters.txt"
    assert path.read_bytes() == body
    assert left(cache) == ["letters.txt"]
    assert server.asked == ["/folder/letters.txt"]


def test_a_second_fetch_makes_no_request(
    server: Server, small: datasets.Entry, cache: Path, body: bytes
) -> None:
    server.send(body)
    assert get(small, cache) == get(small, cache)
    assert len(server.asked) == 1


def test_a_file_put_there_by_hand_is_taken_without_a_request(
    server: Server, small: datasets.Entry, cache: Path, body: bytes
) -> None:
    cache.mkdir()
    (cache / small.file).write_bytes(body)
    assert get(small, cache).read_bytes() == body
    assert server.asked == []


def test_other_users_may_read_a_shared_cache(
    server: Server, small: datasets.Entry, cache: Path, body: bytes
) -> None:
    server.send(body)
    assert get(small, cache).stat().st_mode & stat.S_IROTH


def test_a_damaged_cached_file_is_fetched_again(
    server: Server, small: datasets.Entry, cache: Path, body: bytes
) -> None:
    server.send(body)
    get(small, cache).write_bytes(body[:-1] + b"!")
    assert get(small, cache).read_bytes() == body
    assert len(server.asked) == 2


def test_a_damaged_cached_file_and_no_server_is_told_apart_from_no_file(
    small: datasets.Entry, cache: Path
) -> None:
    cache.mkdir()
    (cache / small.file).write_bytes(b"not it")
    offline = replace(small, url=f"http://127.0.0.1:{unused_port()}/letters.txt")
    with pytest.raises(DownloadError, match="a file of 6 bytes that is not the") as caught:
        get(offline, cache)
    says_what_to_do(caught.value, offline, cache)
    assert (cache / small.file).read_bytes() == b"not it"


def test_a_body_shorter_than_its_header_promises_is_refused_and_tried_again(
    server: Server, small: datasets.Entry, cache: Path, body: bytes
) -> None:
    server.send(body[:70_000], promised=len(body))
    with pytest.raises(DownloadError, match="broke off before the end") as caught:
        get(small, cache)
    says_what_to_do(caught.value, small, cache)
    assert left(cache) == []
    assert len(server.asked) == 3


def test_a_truncated_file_with_a_header_to_match_is_corrupt(
    server: Server, small: datasets.Entry, cache: Path, body: bytes
) -> None:
    server.send(body[:-1])
    with pytest.raises(CorruptFileError, match="other bytes than the promised") as caught:
        get(small, cache)
    says_what_to_do(caught.value, small, cache)
    assert left(cache) == []


def test_a_login_page_instead_of_the_file_is_corrupt_and_asked_for_once(
    server: Server, small: datasets.Entry, cache: Path
) -> None:
    server.send(b"<html>Welcome to the campus network, please log in</html>")
    with pytest.raises(CorruptFileError, match="login page") as caught:
        get(small, cache)
    says_what_to_do(caught.value, small, cache)
    assert left(cache) == []
    assert len(server.asked) == 1


def test_the_same_number_of_wrong_bytes_is_corrupt(
    server: Server, small: datasets.Entry, cache: Path, body: bytes
) -> None:
    server.send(body[::-1])
    with pytest.raises(CorruptFileError) as caught:
        get(small, cache)
    says_what_to_do(caught.value, small, cache)
    assert left(cache) == []


def unused_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_refused_connection_asks_whether_the_machine_is_offline(
    small: datasets.Entry, cache: Path
) -> None:
    offline = replace(small, url=f"http://127.0.0.1:{unused_port()}/letters.txt")
    with pytest.raises(DownloadError, match=r"no connection to 127\.0\.0\.1.*offline") as caught:
        get(offline, cache)
    says_what_to_do(caught.value, offline, cache)
    assert left(cache) == []


def test_a_name_that_no_server_has_asks_whether_the_machine_is_offline(
    small: datasets.Entry, cache: Path
) -> None:
    nowhere = replace(small, url="http://nothing.invalid/letters.txt")
    with pytest.raises(DownloadError, match=r"nothing\.invalid.*offline") as caught:
        get(nowhere, cache)
    says_what_to_do(caught.value, nowhere, cache)


@pytest.mark.parametrize(("status", "requests"), [(404, 1), (403, 1), (500, 3), (503, 3)])
def test_an_error_of_the_server_is_named_and_retried_only_where_it_may_pass(
    server: Server, small: datasets.Entry, cache: Path, status: int, requests: int
) -> None:
    server.send(b"sorry", status=status)
    with pytest.raises(DownloadError, match=f"the server answered {status}") as caught:
        get(small, cache)
    says_what_to_do(caught.value, small, cache)
    assert left(cache) == []
    assert len(server.asked) == requests


def test_a_server_that_fails_once_is_forgiven(
    server: Server, small: datasets.Entry, cache: Path, body: bytes
) -> None:
    def first_fail(handler: BaseHTTPRequestHandler) -> None:
        server.send(body)
        handler.send_error(503)

    server.answer = first_fail
    assert get(small, cache).read_bytes() == body
    assert len(server.asked) == 2


def test_a_server_that_never_answers_is_given_up_in_the_time_set(
    server: Server, small: datasets.Entry, cache: Path
) -> None:
    server.hang()
    with pytest.raises(DownloadError, match=r"sent nothing for 0\.2 s") as caught:
        get(small, cache, seconds=0.2)
    says_what_to_do(caught.value, small, cache)
    assert left(cache) == []


def test_a_server_that_stops_in_the_middle_is_given_up_in_the_time_set(
    server: Server, small: datasets.Entry, cache: Path, body: bytes
) -> None:
    server.hang(body[:70_000], promised=len(body))
    with pytest.raises(DownloadError, match=r"sent nothing for 0\.2 s") as caught:
        get(small, cache, seconds=0.2)
    says_what_to_do(caught.value, small, cache)
    assert left(cache) == []


def test_a_cache_that_is_a_file_is_told_so(
    server: Server, small: datasets.Entry, cache: Path, body: bytes
) -> None:
    server.send(body)
    cache.write_text("in the way")
    with pytest.raises(DownloadError, match="cannot be stored") as caught:
        get(small, cache)
    says_what_to_do(caught.value, small, cache)
    assert cache.read_text() == "in the way"


def test_an_address_that_is_none_is_told_so(small: datasets.Entry, cache: Path) -> None:
    wrong = replace(small, url="letters.txt")
    with pytest.raises(DownloadError, match="the address cannot be used") as caught:
        get(wrong, cache)
    says_what_to_do(caught.value, wrong, cache)


def test_two_downloads_at_once_leave_one_whole_file(
    server: Server, small: datasets.Entry, cache: Path, body: bytes
) -> None:
    server.send(body)
    with ThreadPoolExecutor(4) as pool:
        paths = set(pool.map(lambda _: get(small, cache), range(4)))
    assert paths == {cache / small.file}
    assert (cache / small.file).read_bytes() == body
    assert left(cache) == [small.file]


def test_the_progress_bar_names_the_file_and_ends_full(
    server: Server,
    small: datasets.Entry,
    cache: Path,
    body: bytes,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.send(body)
    download(small, cache, progress=True)
    shown = capsys.readouterr()
    assert "letters.txt: 100%" in shown.err
    assert "200k/200k" in shown.err
    assert shown.out == ""


def test_nothing_is_shown_without_progress_or_without_a_download(
    server: Server,
    small: datasets.Entry,
    cache: Path,
    body: bytes,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.send(body)
    get(small, cache)
    download(small, cache, progress=True)
    assert capsys.readouterr() == ("", "")


def test_the_status_follows_the_file_through_its_life(
    server: Server,
    small: datasets.Entry,
    cache: Path,
    body: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "_registry", lambda: {small.name: small})
    server.send(body)
    assert datasets.status("letters") == "not there"
    path = datasets.fetch("letters", progress=False)
    assert path.parent == cache == datasets.cache_folder()
    assert datasets.status("letters") == "cached"
    path.write_bytes(body[:-1])
    assert datasets.status("letters") == "corrupt"
    path.unlink()
    assert datasets.status("letters") == "not there"


def test_the_cache_is_the_users_own_where_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNROLLED_DATA", raising=False)
    assert "unrolled" in datasets.cache_folder().parts
    monkeypatch.setenv("UNROLLED_DATA", "~/sets")
    assert datasets.cache_folder() == Path.home() / "sets"


REAL = Path(__file__).parents[3] / "shared" / "data" / "tinyshakespeare.txt"


@pytest.mark.skipif(not REAL.is_file(), reason="the real Tiny Shakespeare is not on this machine")
def test_tiny_shakespeare_is_the_promised_file(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = registry.entry("shakespeare")
    served = replace(real, url=f"{server.address}/input.txt")
    monkeypatch.setattr(registry, "_registry", lambda: {"shakespeare": served})
    server.send(REAL.read_bytes())
    text = datasets.shakespeare(progress=False)
    assert len(text) == 1_115_394
    assert text.startswith("First Citizen:\nBefore we proceed any further, hear me speak.\n")
    assert text.count("\n") == 40_000
    assert datasets.status("shakespeare") == "cached"
