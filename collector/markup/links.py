"""Addresses that are written out in a text."""

import re

ADDRESS = re.compile(r"https?://[^\s<>\"'”»)\]]+")
URL = re.compile(rf"{ADDRESS.pattern}|(?<![\w/.])pic\.twitter\.com/\w+")


def find_links(text: str) -> tuple[str, ...]:
    """The http(s) addresses written out in a post's text, in order, each once."""
    if "://" not in text and "pic.twitter" not in text:
        return ()
    links = [found.rstrip(".,;:!?…") for found in URL.findall(text)]
    return tuple(dict.fromkeys(f"https://{link}" if link.startswith("pic.") else link for link in links))
