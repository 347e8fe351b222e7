"""Web sites on loopback, well-behaved and hostile."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit


class Asked(NamedTuple):
    """A request that a site got."""

    at: float  # monotonic seconds
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


class Reply(NamedTuple):
    """What a site answers."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = {}


class Site:
    """A site whose ``routes`` are functions of the request; a page given as text carries an ETag and honours it."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        self.routes: dict[str, Callable[[Asked], Reply]] = {}
        self.posts: dict[str, Callable[[Asked, bytes], Reply]] = {}  # what is answered to POST, by path
        self.log: list[Asked] = []
        self._lock = threading.Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                asked = Asked(
                    time.monotonic(), parts.path, parse_qs(parts.query), {k.lower(): v for k, v in self.headers.items()}
                )
                with site._lock:
                    site.log.append(asked)
                route = site.routes.get(parts.path)
                self._send(route(asked) if route else Reply(b"not here", 404))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(time.monotonic(), self.path, {}, {k.lower(): v for k, v in self.headers.items()})
                route = site.posts.get(self.path)
                self._send(route(asked, body) if route else Reply(b"not here", 404))

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if reply.status != 304:
                    self.wfile.write(reply.body)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 128

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # a client that was killed

        self._server = Server((address, port), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{address}:{self._server.server_port}"

    def page(self, path: str, html: str) -> None:
        """Serves a page, answering 304 to whoever has this version."""
        tag = f'"{hash(html)}"'
        body = html.encode()

        def answer(asked: Asked) -> Reply:
            if asked.headers.get("if-none-match") == tag:
                return Reply(status=304, headers={"ETag": tag})
            return Reply(body, headers={"ETag": tag, "Content-Type": "text/html; charset=utf-8"})

        self.routes[path] = answer

    def asked(self, path: str) -> list[Asked]:
        """The requests for a path so far."""
        with self._lock:
            return [a for a in self.log if a.path == path]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def raw_server(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that answers each connection, after its request's head, with whatever ``speak`` sends; robots.txt is 404."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopping = threading.Event()

    def serve() -> None:
        while not stopping.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    def handle(connection: socket.socket) -> None:
        with connection:
            try:
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = connection.recv(4096)
                    if not piece:
                        return
                    head += piece
                if b"GET /robots.txt" in head:
                    connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                else:
                    speak(connection)
            except OSError:
                pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopping.set()
        listener.close()


def silence(connection: socket.socket) -> None:
    """For ``raw_server``: reads whatever comes (a body may follow its head late) and answers nothing until the client hangs up."""
    while connection.recv(4096):
        pass
