"""Hosts that break every rule: each answers a connection with something that costs time, memory or sense."""

import gzip
import json
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Speak = Callable[[socket.socket], None]
PATIENCE = 600.0
"""Seconds that a silent host holds a connection."""
_END = threading.Event()


def _http(
    connection: socket.socket, body: bytes, kind: str = "text/html", status: str = "200 OK", more: str = ""
) -> None:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    )
    connection.sendall(head.encode() + body)


def _page(markup: str, kind: str = "text/html; charset=utf-8") -> Speak:
    return lambda connection: _http(connection, markup.encode("utf-8", "surrogatepass"), kind)


def _redirect(target: str) -> Speak:
    return lambda connection: _http(connection, b"", status="302 Found", more=f"Location: {target}\r\n")


def _raw(words: bytes) -> Speak:
    return lambda connection: connection.sendall(words)


def _then(words: bytes, following: Speak) -> Speak:
    def speak(connection: socket.socket) -> None:
        connection.sendall(words)
        following(connection)

    return speak


def _endless(head: bytes, piece: bytes) -> Speak:
    def speak(connection: socket.socket) -> None:
        connection.sendall(head)
        while not _END.is_set():
            connection.sendall(piece)

    return speak


def _drip(head: bytes, piece: bytes = b".", every: float = 1.0) -> Speak:
    def speak(connection: socket.socket) -> None:
        connection.sendall(head)
        while not _END.wait(every):
            connection.sendall(piece)

    return speak


def _bomb(encoding: str, wbits: int) -> Speak:
    def speak(connection: socket.socket) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
        connection.sendall(f"{OK.decode()}Content-Encoding: {encoding}\r\n\r\n".encode())
        for _ in range(200):
            connection.sendall(packer.compress(bytes(10_000_000)))

    return speak


def _silent(connection: socket.socket) -> None:
    _END.wait(PATIENCE)


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _nested_json(depth: int) -> str:
    return '{"@graph":[' * depth + "]}" * depth


def _double_zip(connection: socket.socket) -> None:
    body = gzip.compress(gzip.compress(b"<p>a</p>" * 100_000))
    _http(connection, body, more="Content-Encoding: gzip, gzip\r\n")


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_MEGA = 1_000_000
_ARTICLE = "<html><head><title>T</title></head><body><article>"
HOSTILE: dict[str, Speak] = {
    "gzip-bomb": _bomb("gzip", 31),
    "deflate-bomb": _bomb("deflate", 15),
    "double-gzip": _double_zip,
    "endless-body": _endless(OK + b"\r\n", b"x" * 65_536),
    "endless-chunks": _endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 5000),
    "endless-headers": _endless(OK, b"X-More: " + b"y" * 1000 + b"\r\n"),
    "endless-interim": _endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 500),
    "drip-body": _drip(OK + b"\r\n"),
    "drip-headers": _drip(OK, b"X"),
    "drip-status": _drip(b"HTTP/1.1 2", b"0"),
    "silent": _silent,
    "silent-after-head": _then(OK + b"Content-Length: 50\r\n\r\n", _silent),
    "reset": _reset,
    "reset-midway": _then(OK + b"Content-Length: 50\r\n\r\nabc", _reset),
    "closed": lambda connection: None,
    "short-body": _raw(OK + b"Content-Length: 5000\r\n\r\n<p>short"),
    "long-body": _raw(OK + b"Content-Length: 5\r\n\r\n" + b"<p>longer than it said</p>" * 1000),
    "negative-length": _raw(OK + b"Content-Length: -5\r\n\r\nabc"),
    "huge-length": _raw(OK + b"Content-Length: 99999999999999999999\r\n\r\nabc"),
    "two-lengths": _raw(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"),
    "http-0.9": _raw(b"<html><title>old</title><p>HTTP 0.9 knows no head.</p></html>"),
    "garbage": _raw(b"\x16\x03\x01 nonsense \xff\xfe\r\n:::\r\n\r\n" + bytes(range(256)) * 50),
    "header-bomb": _raw(OK + b"".join(b"X-%d: %s\r\n" % (i, b"z" * 4000) for i in range(2000)) + b"\r\n"),
    "cookie-bomb": _raw(OK + b"Set-Cookie: a=" + b"c" * _MEGA + b"\r\nContent-Length: 0\r\n\r\n"),
    "redirect-loop": _redirect("/again"),
    "redirect-bracket": _redirect("http://["),
    "redirect-port": _redirect("http://127.0.0.1:99999999/"),
    "redirect-scheme": _redirect("file:///etc/passwd"),
    "redirect-long": _redirect("http://127.0.0.1/" + "a" * 60_000),
    "redirect-nul": _redirect("http://127.0.0.1\\\x01\udc80/".encode("ascii", "replace").decode()),
    "divs": _page(_ARTICLE + "<div>" * 2_000_000),  # 10 MB
    "nested-markup": _page(_ARTICLE + "<b><i><table><tr><td>" * 40_000),
    "links": _page(_ARTICLE + "".join(f'<p><a href="/{i}">link number {i}</a></p>' for i in range(30_000))),
    "anchors": _page(_ARTICLE + "<a>" * (_MEGA // 3)),
    "unclosed-links": _page(_ARTICLE + '<a href="' * (_MEGA // 9)),
    "attributes": _page(_ARTICLE + "<p " + " ".join(f"a{i}=1" for i in range(150_000)) + ">words</p>"),
    "punycode": lambda connection: _http(connection, b"a-" * (_MEGA // 2), "text/html; charset=punycode"),
    "charset-idna": lambda connection: _http(connection, b"xn--" * (_MEGA // 4), "text/html; charset=idna"),
    "charset-zip": lambda connection: _http(connection, zlib.compress(bytes(_MEGA)), "text/html; charset=zlib_codec"),
    "json-ld-deep": _page(f'<script type="application/ld+json">{_nested_json(100_000)}</script>{_ARTICLE}<p>words</p>'),
    "json-ld-integer": _page(
        f'<script type="application/ld+json">{{"@type":"NewsArticle","commentCount":{"9" * _MEGA}}}</script>{_ARTICLE}'
    ),
    "json-ld-many": _page(
        f'<script type="application/ld+json">{json.dumps([{"@type": "NewsArticle", "headline": "h"}] * 30_000)}</script>{_ARTICLE}'
    ),
    "entities": _page(_ARTICLE + "<p>" + "&#99999999999;&nbsp&amp" * 80_000),
    "spaces": _page(_ARTICLE + "<p>a" + " \n" * (_MEGA // 2) + "b</p>"),
    "long-word": _page(_ARTICLE + "<p>" + "@" * _MEGA + "</p><p>" + "A" * _MEGA + "</p>"),
    "surrogates": _page(_ARTICLE + "<title>\ud800\udfff</title><p>words \x00 \ud800</p>"),
}
HOSTILE_ROBOTS: dict[str, Speak] = {
    "robots-endless": _endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", b"Disallow: /x\n" * 5000),
    "robots-drip": _drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"),
    "robots-wild": lambda connection: _http(
        connection, b"User-agent: *\n" + b"Disallow: /" + b"*a" * 100_000 + b"$\n", "text/plain"
    ),
}
"""What robots.txt is on hosts whose pages are good."""


def _head_of(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < 65_536:
        piece = connection.recv(4096)
        if not piece:
            return b""
        head += piece
    return head


@contextmanager
def hostile_hosts(good: bytes) -> Iterator[list[str]]:
    """A host for each, at an address of its own. Yields the addresses of their pages, in the order of their names."""
    listeners = []
    urls = []
    _END.clear()

    def handle(connection: socket.socket, page: Speak, robots: Speak | None) -> None:
        with connection, suppress(OSError):
            head = _head_of(connection)
            if b" /robots.txt" not in head.split(b"\r\n", 1)[0]:
                page(connection)
            elif robots:
                robots(connection)
            else:
                _http(connection, b"", "text/plain", "404 Not Found")

    def serve(listener: socket.socket, page: Speak, robots: Speak | None) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(connection, page, robots), daemon=True).start()

    every: dict[str, tuple[Speak, Speak | None]] = {name: (speak, None) for name, speak in HOSTILE.items()}
    every |= {name: (lambda c: _http(c, good), robots) for name, robots in HOSTILE_ROBOTS.items()}
    for number, (name, (page, robots)) in enumerate(every.items(), 1):
        listener = socket.create_server((f"127.0.2.{number}", 0), backlog=64)
        listeners.append(listener)
        urls.append(f"http://127.0.2.{number}:{listener.getsockname()[1]}/{name}")
        threading.Thread(target=serve, args=(listener, page, robots), daemon=True).start()
    try:
        yield urls
    finally:
        _END.set()
        for listener in listeners:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
