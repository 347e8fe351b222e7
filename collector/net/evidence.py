"""An answer as it was received: the only input of all readers."""

import hashlib
import zlib

import msgspec


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, kept whole."""

    url: str  # as requested
    final_url: str  # after redirects
    chain: tuple[str, ...] = ()  # every address of the redirects, the first included
    fetched_at: str  # ISO 8601, UTC
    status: int
    headers: dict[str, str] = {}
    body: bytes = b""  # after Content-Encoding was undone
    attempts: int = 1  # requests that it took

    @property
    def body_hash(self) -> str:
        """SHA-256 of the body, hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def charset(self) -> str | None:
        """The charset that Content-Type declares; None where it declares none."""
        for part in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = part.strip().partition("=")
            if name.lower() == "charset" and value:
                return value.strip("\"' ")
        return None


def pack(body: bytes) -> bytes:
    """A body compressed for storage (zlib)."""
    return zlib.compress(body, 6)


def unpack(packed: bytes) -> bytes:
    """A stored body, decompressed."""
    return zlib.decompress(packed)
