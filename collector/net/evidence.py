"""An answer as it came: the only thing that parsing ever reads."""

import hashlib
import zlib

import msgspec


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of the network, kept whole."""

    url: str  # as asked
    final_url: str  # as answered, after redirects
    chain: tuple[str, ...] = ()  # every address on the way, the first included
    fetched_at: str  # ISO 8601, UTC
    status: int
    headers: dict[str, str] = {}
    body: bytes = b""  # after Content-Encoding was undone
    attempts: int = 1  # requests it took

    @property
    def body_hash(self) -> str:
        """SHA-256 of the body, hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def charset(self) -> str | None:
        """The charset that Content-Type declares."""
        for part in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = part.strip().partition("=")
            if name.lower() == "charset" and value:
                return value.strip("\"' ")
        return None


def pack(body: bytes) -> bytes:
    """A body compressed for keeping (zlib)."""
    return zlib.compress(body, 6)


def unpack(packed: bytes) -> bytes:
    """A kept body as it was."""
    return zlib.decompress(packed)
