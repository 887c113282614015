"""The secret that cases are drawn from: what follows from it, and where it is kept."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from course_utils.errors import GradingError
from course_utils.grading.judge.version import course_version

__all__ = ["key_of", "read_secret", "seed_for"]

_SHORTEST = 16  # bytes


def read_secret(path: Path) -> bytes:
    """The secret in a file; where there is none, a new one is made and kept for its owner alone.

    Raises:
        GradingError: it cannot be read or written, or is too short to be a secret.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
            with os.fdopen(os.open(path, flags, 0o600), "w") as file:
                file.write(secrets.token_hex(32) + "\n")
        secret = path.read_bytes().strip()
    except OSError as error:
        raise GradingError(f"The secret {path} cannot be used: {error.strerror}.") from error
    if len(secret) < _SHORTEST:
        raise GradingError(
            f"The secret {path} has {len(secret)} bytes; {_SHORTEST} are the least. Delete the "
            "file to get a new one, or write a longer one. A new one draws new cases for everyone."
        )
    return secret


def seed_for(secret: bytes, student: str, exercise: str, notebook: bytes) -> int:
    """The seed of the cases: HMAC(secret, student, exercise, SHA-256 of the notebook).

    A regrade of the same file draws the same cases. Another hand-in, even one more space in it,
    draws others: what one of them saw of its cases is of no use to the next.
    """
    digest = hashlib.sha256(notebook).hexdigest()
    return int.from_bytes(_mac(secret, "cases", student, exercise, digest)[:16], "big")


def key_of(secret: bytes, student: str, chapter: str, notebook: bytes) -> str:
    """What a graded submission is filed under: another notebook, course or secret, another key."""
    digest = hashlib.sha256(notebook).hexdigest()
    return _mac(secret, "verdict", student, chapter, digest, course_version()).hex()


def _mac(secret: bytes, *words: str) -> bytes:
    message = b"".join(len(each).to_bytes(8, "big") + each for each in map(str.encode, words))
    return hmac.new(secret, message, hashlib.sha256).digest()
