"""Canonical addresses: every way of writing one page's address folds to one string."""

import re
from contextlib import suppress
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from .tracking import is_amp, is_mark, shown, shows_others, without_labels, wrapped
from .values import clean

DEFAULT_PORTS = {"http": 80, "https": 443}
UNRESERVED = "!$&'()*+,;=:@-._~/"
SHORTENERS = frozenset((
    "t.co", "bit.ly", "buff.ly", "ow.ly", "goo.gl", "tinyurl.com", "is.gd", "dlvr.it", "lnkd.in", "fb.me",
    "trib.al", "ift.tt", "wp.me", "nyti.ms", "wapo.st", "reut.rs", "bbc.in", "cnn.it", "gu.com", "ti.me",
    "on.ft.com", "econ.st", "politi.co", "apne.ws", "yhoo.it", "amzn.to", "youtu.be", "redd.it", "flip.it",
    "shorturl.at", "rebrand.ly", "cutt.ly", "t.ly", "rb.gy", "eurone.ws", "hill.cm", "nbcnews.to", "cbsn.ws",
    "dw.com.p", "huff.to", "search.app", "share.google",
))  # fmt: skip


MAX_ADDRESS_LENGTH = 16_384
"""Characters: twice what servers and browsers accept. Longer strings are not read as addresses."""


def split(text: str | None) -> SplitResult | None:
    """The parts of an address; None where it cannot be parsed, host and port included. Never raises."""
    if not text or len(text) > MAX_ADDRESS_LENGTH:
        return None
    try:
        parts = urlsplit(text)
        _ = parts.hostname, parts.port  # urllib checks them only here
    except ValueError:
        return None
    return parts


def join(base: str, href: str) -> str | None:
    """``href`` resolved against ``base``; None where either cannot be parsed. Never raises."""
    if max(len(base), len(href)) > MAX_ADDRESS_LENGTH:
        return None
    try:
        joined = urljoin(base, href)
    except ValueError:
        return None
    return joined if split(joined) else None


def is_web_address(text: str) -> bool:
    """Whether ``text`` is an absolute http(s) address with a host."""
    parts = split(text)
    return parts is not None and parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0


NAMES_OF_KEYS = r"(?:api[_-]?key|key|access[_-]?token|auth[_-]?token|token|auth|password|passwd|pwd|client[_-]?secret|secret|sslpassword)"
SCHEME = r"\b[a-z][a-z0-9+.-]{0,30}://"
USERINFO = re.compile(r"^(\s*[a-z][a-z0-9+.-]{0,30}://)[^/?#\s@]*@(?:[^/?#\s@]*@)*", re.I)
SECRETS = re.compile(
    rf"(?P<at>(?!https?:|wss?:){SCHEME}[^:/\s@]*:)[^@\s]{{0,4000}}@|(?P<user>{SCHEME})[^/?#\s@]*@(?:[^/?#\s@]*@)*"
    rf"|(?P<name>[?&;]{NAMES_OF_KEYS}=)[^&;#\s]+",
    re.I,
)
SECRET_PARAMETER = re.compile(rf"[?&;]{NAMES_OF_KEYS}=([^&;#\s]+)", re.I)


def without_credentials(url: str) -> str:
    """An address as it may be stored: without user and password before the host (RFC 3986, 3.2.1).

    Everything else stays, since it may be part of the page's name.
    """
    return USERINFO.sub(r"\1", url) if "@" in url else url


def without_secrets(text: str) -> str:
    """A text to show, with ``***`` for the users, passwords and keys (``?key=``, ``?password=``) in its addresses.

    A database's password ends at the first ``@``, as SQLAlchemy reads it.
    """
    return SECRETS.sub(lambda f: f["name"] + "***" if f["name"] else (f["at"] or f["user"]) + "***@", text)


def keys_in(url: str) -> list[str]:
    """The values of the keys and tokens in an address's query."""
    return SECRET_PARAMETER.findall(url)


MAX_KEPT_BYTES = 2000
"""Bytes of an address or id that is stored; PostgreSQL's indexes take at most 2,704."""


def is_keepable(text: str | None) -> bool:
    """Whether an address or id is short enough to be stored; None is."""
    return text is None or len(text) * 4 <= MAX_KEPT_BYTES or len(text.encode("utf-8", "replace")) <= MAX_KEPT_BYTES


def is_shortened(url: str) -> bool:
    """Whether the address belongs to a link shortener, so that only a request shows where it leads."""
    return host_of(url) in SHORTENERS


def host_of(url: str) -> str:
    """The host in lower case, without ``www.``; "" where there is none."""
    parts = split(url)
    return ((parts.hostname if parts else None) or "").rstrip(".").removeprefix("www.")


PLAIN_ABSOLUTE = re.compile(r"\Ahttps?://[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+(?:[/?#][^\s\\]*[^\s\\#?])?$")
PLAIN_PATH = re.compile(r"\A/(?:[^/\s\\#?]|[^/\s\\][^\s\\]*[^\s\\#?])?$")


@lru_cache(maxsize=64)
def _origin(base: str) -> str | None:
    """Scheme, host and port of a plainly written web address; None for any other."""
    found = re.match(r"https?://[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+(?::\d+)?(?=[/?#]|$)", base)
    return found[0] if found else None


def resolve(base: str | None, href: str) -> str | None:
    """``href`` resolved against ``base``, as an absolute http(s) address; None where it is not one."""
    href = clean(href)
    if "/." not in href and len(href) <= MAX_ADDRESS_LENGTH:
        if PLAIN_ABSOLUTE.match(href):
            return href
        if base and href[:1] == "/" and PLAIN_PATH.match(href):
            origin = _origin(base)
            if origin:
                return origin + href
    absolute = join(base or "", href.strip())
    return absolute if absolute and is_web_address(absolute) else None


BLANKS = " \t\n\r\f\v\u00a0\u200b\u2060\ufeff"
"""Around an address that was pasted."""
SESSION = re.compile(r";(?:jsessionid|phpsessid|aspsessionid\w{0,20})=[^/;]*", re.I)
"""A reader's session, in a path."""
ESCAPED_AMPERSAND = re.compile(r"(\?)(?:amp;)+|&(?:amp;|#0{0,5}38;|#x0{0,5}26;)+", re.I)
AMP_CACHES = (".cdn.ampproject.org", ".bing-amp.com")
"""How the hosts end that show pages of other hosts."""
MAX_WRAPPERS = 20
"""Redirect wrappers inside one another; an address with more is left alone."""


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """The one address under which a page is stored.

    Folds scheme, case, default ports, ``www`` and mobile hosts, AMP forms and caches, redirect wrappers and
    login walls, marks of sharing, dot segments, fragments and trailing slashes (``tracking.toml``). Makes no request: a
    shortener's address stays as it is. Idempotent. What is not a web address is returned unchanged, save for
    characters that databases refuse.
    """
    url = clean(url)
    here = url.strip(BLANKS)
    for _ in range(MAX_WRAPPERS):
        folded = _fold(here)
        if folded is None:
            return url
        if folded == here:
            return here
        here = folded
    return url


def _fold(url: str) -> str | None:
    """One step of ``canonical``: the target of a redirect wrapper, or the address with all its parts folded; None for no web address."""
    url = ESCAPED_AMPERSAND.sub(lambda found: found[1] or "&", url) if "&" in url or "?amp;" in url else url
    parts = split(url)
    if parts is None or not is_web_address(url):
        return None
    host = _fold_host(parts.hostname or "")
    unwrapped = _unwrap(parts.hostname or "", host, parts.path, parts.query)
    if unwrapped:
        return unwrapped
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    path = _fold_path(parts.path)
    return urlunsplit(
        ("https", host + port, path, _fold_query(host, path, parts.query), _fold_fragment(path, parts.fragment))
    )


def _unwrap(written: str, host: str, path: str, query: str) -> str | None:
    """The address inside an AMP cache's, a web archive's, a redirect wrapper's or a login wall's; None where it is none of them."""
    if f".{host}".endswith(AMP_CACHES) or (host.startswith("google.") and path.startswith("/amp/")):
        inner = re.match(r"/(?:[a-z]{1,2}/|amp/)+(s/)?(.+)", path)
        if inner and "." in inner[2].split("/")[0]:
            return f"http{'s' if inner[1] else ''}://{inner[2]}" + (f"?{query}" if query else "")
    if target := shown(host, path, query):
        return target if is_web_address(target) and len(target) < MAX_ADDRESS_LENGTH else None
    for named in dict.fromkeys((written.lower().removeprefix("www."), host)):
        target = wrapped(named, path, query)
        if target:
            absolute = f"https://{host}{target}" if re.match(r"/[^/\\]", target) else target
            return absolute if is_web_address(absolute) and len(absolute) < MAX_ADDRESS_LENGTH else None
    return None


PLAIN_HOST = re.compile(r"https?://([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?=[/?#]|\Z)")


def plain_host(url: str) -> str | None:
    """The host of ``canonical(url)``, where that can be told without folding all of it; None where it cannot."""
    found = PLAIN_HOST.match(url)
    if found is None or not url.isprintable():
        return None
    query = url.partition("?")[2]
    return None if query and ("/" in query or "%2f" in query.lower()) else _own_host(found[1])


@lru_cache(maxsize=16_384)
def _own_host(host: str) -> str | None:
    """A host as it is folded; None where its pages' addresses may name another in their paths."""
    while (folded := _fold_host(host)) != host:
        host = folded
    return None if f".{host}".endswith(AMP_CACHES) or host.startswith("google.") or shows_others(host) else host


@lru_cache(maxsize=1024)
def _fold_host(host: str) -> str:
    """The host in lower case and ASCII (IDNA), without ``www`` and mobile prefixes."""
    host = host.lower().rstrip(".")
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    if ":" in host:
        return f"[{host}]"
    return re.sub(r"^([a-z-]+)\.m\.(wik\w+\.org)$", r"\1.\2", without_labels(host))


def _fold_path(path: str) -> str:
    """The path with one way of quoting, without dot segments, AMP marks, index pages and a trailing slash."""
    pieces = re.split("%2f", path, flags=re.I)
    path = "%2F".join(
        quote(unquote(p, errors="surrogateescape"), safe=UNRESERVED, errors="surrogateescape") for p in pieces
    )
    path = re.sub(r"/{2,}", "/", _without_dots(SESSION.sub("", path)))
    path = re.sub(r"/(?:index|default)\.(?:html?|php|aspx?)$", "/", path)
    path = re.sub(r"\.amp(?:\.html)?$|(?<=.)/amp(?:\.html)?/?$", lambda m: ".html" if m[0] == ".amp.html" else "", path)
    path = re.sub(r"^/amp/(?=.)", "/", path)
    return path.rstrip("/") or "/"


def _without_dots(path: str) -> str:
    """A path without the segments ``.`` and ``..`` (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept) + ("/" if segments[-1] in (".", "..") else "")


def _fold_query(host: str, path: str, query: str) -> str:
    """The parameters sorted, without those that only tell where a reader came from."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = [(n, v) for n, v in pairs if not is_amp(path, n, v) and not is_mark(host, path, n, v)]
    return urlencode(sorted(kept), errors="surrogateescape")


def _fold_fragment(path: str, fragment: str) -> str:
    """ "" for a place in a page; the ``#!`` routes of older sites stay, and ``#/`` behind a bare host, since they name the page."""
    names = fragment.startswith("!") or (path == "/" and fragment.startswith("/"))
    return fragment if names and fragment.strip("!/") else ""
