"""Checks that a text is one mail address, fit for a header and an envelope."""

import re
from email.errors import MessageError
from email.headerregistry import Address

from .errors import BadInput

LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
HOST_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


def mail_address(text: str) -> str:
    """One address (RFC 5322's addr-spec with a dot-atom and a host name), its domain in lower case and ASCII.

    Raises BadInput, quoting the text, for anything else: a list, a name beside the address, a control character, "".
    """
    local, _, domain = text.partition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
        spec = Address(addr_spec=f"{local}@{domain}").addr_spec
    except (MessageError, ValueError, IndexError):
        spec = ""
    if (
        spec != f"{local}@{domain}"
        or len(spec) > 254
        or not LOCAL_PART.fullmatch(local)
        or not all(HOST_LABEL.fullmatch(label) for label in domain.split("."))
    ):
        raise BadInput(f"{text[:80]!r} is not one mail address")
    return spec
