"""The words in a picture, read by Tesseract where Debian's package ``tesseract-ocr`` is installed.

It runs as a process of its own (tesseract-ocr.github.io/tessdoc/Command-Line-Usage.html, read 2026-11-27), on one processor, within
bounds of time and memory; without it no words are read.
"""

import os
import resource
import shutil
import subprocess
import tomllib
from functools import cache
from importlib import resources
from io import BytesIO

from PIL import Image

MAX_SECONDS, MAX_WAIT = 20, 45
"""Of processor time, and by the clock."""
MAX_MEMORY = 400_000_000
"""Bytes of address space, less than a worker that asks for it has itself."""
MIN_WIDTH, MAX_WIDTH = 1_000, 1_600
"""Pixels that a picture is brought to: smaller letters are not told apart, and larger ones cost time alone."""
MAX_LENGTH = 1_000
"""Characters that are kept: a screenshot says at its head what it is of."""
OTHERWISE = "eng"


@cache
def installed() -> frozenset[str]:
    """Tesseract's names of the languages that it can read here; empty where it is not installed, or does not run."""
    program = shutil.which("tesseract")
    if program is None:
        return frozenset()
    try:
        told = subprocess.run(  # noqa: S603 - the system's own program, with fixed words
            [program, "--list-langs"], capture_output=True, timeout=MAX_WAIT, check=True, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(line for line in told.stdout.split("\n")[1:] if line and line != "osd")


def words_in(picture: Image.Image, language: str | None) -> str | None:
    """The words in a grey picture, of which the language (ISO 639-1) is read that is installed, else English; None where there are none,
    where it takes too long, or where Tesseract is not here.
    """
    program, code = shutil.which("tesseract"), _codes().get(language or "", OTHERWISE)
    known = [name for name in (code, OTHERWISE) if name in installed()]
    if program is None or not known:
        return None
    given = BytesIO()
    _legible(picture).save(given, "PPM")
    try:
        told = subprocess.run(  # noqa: S603 - the system's own program; the picture is its input, never its arguments
            [program, "stdin", "stdout", "-l", known[0]],
            input=given.getvalue(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=MAX_WAIT, check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"}, preexec_fn=_bounded,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return " ".join(told.stdout.decode("utf-8", "replace").split())[:MAX_LENGTH] or None


def _legible(picture: Image.Image) -> Image.Image:
    width = min(max(picture.width, MIN_WIDTH), MAX_WIDTH)
    if width == picture.width:
        return picture
    height = max(1, min(round(picture.height * width / picture.width), 4 * MAX_WIDTH))
    return picture.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3)


def _bounded() -> None:
    """Sets the bounds of the process that reads."""
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


@cache
def _codes() -> dict[str, str]:
    """Tesseract's names of languages by ISO 639-1."""
    read: dict[str, str] = tomllib.loads((resources.files(__package__) / "languages.toml").read_text("utf-8"))
    return read
