"""Connections to servers on loopback: kept where they are of use, encrypted, shared by requests over HTTP/2."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived

from storywake.collector.errors import FetchError
from storywake.collector.net.fetch import Fetcher
from storywake.collector.settings import Settings

LARGE = b"x" * 3_000_000


class Server:
    """Counts its connections. ``/close`` ends one after its answer, ``/large`` is larger than what the collector takes."""

    def __init__(self) -> None:
        self.connections = 0
        self.port = 0
        self.speaking: list[asyncio.Task[None]] = []

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speaks HTTP/2 where the client chose that as it connected, else HTTP/1.1."""
        self.connections += 1
        task = asyncio.current_task()
        assert task
        self.speaking.append(task)
        encrypted = writer.get_extra_info("ssl_object")
        speak = self.http2 if encrypted and encrypted.selected_alpn_protocol() == "h2" else self.http
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await speak(reader, writer)
        writer.close()

    async def http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            body = LARGE if head.startswith(b"GET /large") else b"words"
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
            if head.startswith(b"GET /close"):
                break

    async def http2(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        speech = H2Connection(H2Configuration(client_side=False))
        speech.initiate_connection()
        writer.write(speech.data_to_send())
        while data := await reader.read(65_536):
            for event in speech.receive_data(data):
                if isinstance(event, RequestReceived):
                    speech.send_headers(event.stream_id, [(":status", "200")])
                    speech.send_data(event.stream_id, b"words", end_stream=True)
            writer.write(speech.data_to_send())


def served(
    settings: Settings, work: Callable[[Fetcher, Server], Awaitable[None]], context: ssl.SSLContext | None = None
) -> Server:
    """A server on all addresses of the loopback range, after ``work``; encrypted where a context is given."""
    server = Server()

    async def run() -> None:
        listening = await asyncio.start_server(server.speak, "0.0.0.0", 0, ssl=context)
        server.port = listening.sockets[0].getsockname()[1]
        async with Fetcher(settings.model_copy(update={"host_concurrency": 8})) as fetcher:
            await work(fetcher, server)
        listening.close()
        await asyncio.gather(*server.speaking)

    asyncio.run(run())
    return server


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of TLS for 127.0.0.1, which the collector trusts."""
    key, name, at = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, at, at + timedelta(days=1))
        .add_extension(address, critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_host_is_asked_over_one_connection_however_many_others_are_open(settings: Settings) -> None:
    async def work(fetcher: Fetcher, server: Server) -> None:
        for turn in range(2):
            await asyncio.gather(*(fetcher.get(f"http://127.0.0.{n}:{server.port}/{turn}") for n in range(1, 31)))

    assert served(settings, work).connections == 30


def test_a_connection_that_the_server_closed_is_not_used_again(settings: Settings) -> None:
    async def work(fetcher: Fetcher, server: Server) -> None:
        for _ in range(3):
            evidence = await fetcher.get(f"http://127.0.0.1:{server.port}/close", robots=False)
            assert (evidence.body, evidence.attempts) == (b"words", 1)
            await asyncio.sleep(0)

    assert served(settings, work).connections == 3


def test_an_answer_left_unread_costs_its_connection_alone(settings: Settings) -> None:
    async def work(fetcher: Fetcher, server: Server) -> None:
        here = f"http://127.0.0.1:{server.port}"
        with pytest.raises(FetchError, match="larger than"):
            await fetcher.get(f"{here}/large", robots=False)
        assert (await fetcher.get(f"{here}/small", robots=False)).body == b"words"

    assert served(settings.model_copy(update={"max_bytes": 1_000_000}), work).connections == 2


@pytest.mark.parametrize(("speech", "connections"), [("http/1.1", range(2, 5)), ("h2", range(1, 2))])
def test_requests_share_a_connection_over_http_2(
    settings: Settings, certified: ssl.SSLContext, speech: str, connections: range
) -> None:
    certified.set_alpn_protocols([speech])

    async def work(fetcher: Fetcher, server: Server) -> None:
        here = f"https://127.0.0.1:{server.port}"
        found = await asyncio.gather(*(fetcher.get(f"{here}/{n}", robots=False) for n in range(4)))
        found.append(await fetcher.get(f"{here}/again", robots=False))
        assert [one.body for one in found] == [b"words"] * 5

    assert served(settings, work, certified).connections in connections


def test_a_certificate_for_another_name_is_refused(settings: Settings, certified: ssl.SSLContext) -> None:
    async def work(fetcher: Fetcher, server: Server) -> None:
        with pytest.raises(FetchError, match="certificate verify failed"):
            await fetcher.get(f"https://127.0.0.2:{server.port}/", robots=False)

    served(settings, work, certified)
