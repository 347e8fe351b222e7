"""Hands over a signed message to an address that an operator gave, as Standard Webhooks has it (standardwebhooks.com)."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from typing import NamedTuple

import httpx

from ..groups import NetSettings
from ..urls import is_web_address, without_secrets
from .guard import PrivateAddress, guarded_transport

MAX_SECONDS = 10.0
"""In which the whole request must be answered; the body of the answer is not read."""
PREFIX = "whsec_"
SECRET_BYTES = 32


class Handed(NamedTuple):
    """How handing over went: whether it was taken, and why not."""

    taken: bool
    note: str | None


def new_secret() -> str:
    """A random secret as the receiver's library takes it: ``whsec_`` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, identity: str, seconds: int, body: bytes) -> str:
    """The header ``webhook-signature``: ``v1,`` and base64 of the HMAC-SHA256 of ``identity.seconds.body``."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{identity}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def hand_over(settings: NetSettings, url: str, secret: str, identity: str, seconds: int, body: bytes) -> Handed:
    """Posts a message of JSON, once. Never raises for what the other side does.

    It was taken where the answer is a 2xx. Redirects are not followed, private addresses are refused
    (``STORYWAKE_ALLOW_PRIVATE`` allows them). ``seconds`` is the time of the attempt (Unix); ``identity`` is the same at
    every attempt, so that a receiver takes a message once.
    """
    if not is_web_address(url):
        return Handed(False, "no web address")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": settings.user_agent,
        "webhook-id": identity,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signature(secret, identity, seconds, body),
    }
    return asyncio.run(_post(settings, url, headers, body))


async def _post(settings: NetSettings, url: str, headers: dict[str, str], body: bytes) -> Handed:
    transport = guarded_transport(allow_private=settings.allow_private)
    limit = min(settings.timeout, MAX_SECONDS)
    try:
        async with (
            asyncio.timeout(limit),
            httpx.AsyncClient(transport=transport, timeout=limit, follow_redirects=False) as client,
            client.stream("POST", url, headers=headers, content=body) as answer,
        ):
            if answer.is_success:
                return Handed(True, None)
            reason = "redirects, which is not followed" if answer.is_redirect else "answered"
            return Handed(False, f"{reason}: {answer.status_code}")
    except (TimeoutError, httpx.TimeoutException):
        return Handed(False, f"no answer within {limit:g} s")
    except PrivateAddress as error:
        return Handed(False, str(error))
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
        words = " ".join(str(error).split())[:200]
        return Handed(False, without_secrets(words) or type(error).__name__)
