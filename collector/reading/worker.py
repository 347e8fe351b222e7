"""A worker process: reads one answer after another, within limits that the system enforces.

Frames on the socket are a length (four bytes, network order) and MessagePack.
"""

import resource
import signal
import socket
import struct
import sys

import msgspec

from ..errors import Unreadable
from ..memory import give_back
from ..net.evidence import Evidence
from .answers import Content, read

LENGTH = struct.Struct("!I")


class Task(msgspec.Struct):
    """An answer to read."""

    source: str
    evidence: Evidence


class Result(msgspec.Struct):
    """The content, or why there is none."""

    content: Content | None = None
    fault: str | None = None


def read_safely(source: str, evidence: Evidence) -> Content:
    """``read``, except that whatever goes wrong is raised as Unreadable with a message of one line."""
    try:
        return read(source, evidence)
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable("takes more memory to read than is allowed") from None
    except Exception as error:  # a bug in a reader must not end a pass
        words = " ".join(str(error).encode("utf-8", "replace").decode().split())[:200]
        raise Unreadable(f"cannot be read: {type(error).__name__}: {words}") from None


def serve(number: int, seconds: float, wall: float, memory: int) -> None:
    """Answers tasks on socket ``number`` until its other end is closed.

    Limits: ``memory`` bytes of address space; for each task ``seconds`` of processor time and ``wall`` seconds by the clock.
    A task over its time ends the process by signals (SIGPROF, SIGALRM) that work whatever the interpreter is doing, so
    that nothing keeps running where the parent was killed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _warm()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with socket.socket(fileno=number) as link:
        send(link, b"")
        while (task := receive(link)) is not None:
            signal.setitimer(signal.ITIMER_PROF, seconds)
            signal.setitimer(signal.ITIMER_REAL, wall)
            result = _result(task)
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.setitimer(signal.ITIMER_PROF, 0)
            send(link, result)
            del task, result
            give_back()


def _result(task: bytes) -> bytes:
    """The encoded result of an encoded task."""
    asked = msgspec.msgpack.decode(task, type=Task)
    try:
        return msgspec.msgpack.encode(Result(content=read_safely(asked.source, asked.evidence)))
    except Unreadable as error:
        return msgspec.msgpack.encode(Result(fault=str(error)))
    except (MemoryError, OverflowError, ValueError) as error:  # the result cannot be encoded
        return msgspec.msgpack.encode(Result(fault=f"what it says cannot be kept: {type(error).__name__}"))


def _warm() -> None:
    """Loads the libraries before the first task's time runs."""
    page = b"<html><body><p>It rained all day, said Anna Berg, and nobody in the town went out.</p></body></html>"
    read("web", Evidence(url="", final_url="", fetched_at="", status=200, body=page))


def send(link: socket.socket, message: bytes) -> None:
    """Sends a frame."""
    link.sendall(LENGTH.pack(len(message)) + message)


def receive(link: socket.socket) -> bytes | None:
    """The next frame; None where the other end was closed."""
    head = _exactly(link, LENGTH.size)
    return None if head is None else _exactly(link, LENGTH.unpack(head)[0])


def _exactly(link: socket.socket, size: int) -> bytes | None:
    """The next ``size`` bytes; None where the other end was closed before."""
    parts = bytearray()
    while len(parts) < size:
        part = link.recv(min(size - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)


if __name__ == "__main__":
    serve(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
