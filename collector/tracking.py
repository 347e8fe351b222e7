"""Which parts of an address do not name a page, by the rules in ``tracking.toml``."""

import base64
import re
import tomllib
from fnmatch import translate
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

NAMED_BY_QUERY = re.compile(r"/(?:index|default)?$|\.(?:php\d?|aspx?|jsp|cgi|pl|cfm|do|dll|exe)$", re.I)
"""Paths that do not name a page by themselves: the root, and scripts."""
LOOKS_LIKE_NAME = re.compile(r"\A(?:\d+\Z|(?:\D*\d){2}|(?=[^A-Z]*[A-Z])\D*\d)")
"""Numbers, and values with two digits, or with a digit and a capital."""
WORDS_WITH_HYPHENS = re.compile(r"\A[a-z]++(?:-[a-z\d]++)++\Z", re.I)
"""What names a part or a document: ``part-a``, ``breaking-news``."""
OF_POST = re.compile(r"sf\d{5,}")
"""The mark of a post that Sprinklr sent."""
SITE = re.compile(r"\A(?:[a-z\d-]+\.)+[a-z]{2,24}", re.I)
WORDS = re.compile(r"[a-z]+")
BASE64_OF_HTTP = "aHR0c"
PROOFPOINT = re.compile("https?-3A__")
"""How an address begins that has - for % and _ for / (Proofpoint's second form)."""
TRANSLATED = ".translate.goog"
"""How the hosts end on which Google shows pages translated: before it stands the page's own host, with - for . and -- for -."""


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("tracking.toml").read_text("utf-8"))


class Names(NamedTuple):
    """Names of parameters: in full, and how they may begin."""

    exact: frozenset[str]
    begins: tuple[str, ...]

    def has(self, name: str) -> bool:
        """Whether a name is one of them."""
        return name in self.exact or name.startswith(self.begins)


def _names(words: str) -> Names:
    listed = words.split()
    exact = frozenset(word for word in listed if not word.endswith("*"))
    return Names(exact, tuple(word[:-1] for word in listed if word.endswith("*")))


@cache
def _everywhere() -> Names:
    return _names(_rules()["marks"])


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_rules()[name].split())


@lru_cache(maxsize=1024)
def _of_site(table: str, host: str) -> Names:
    """The names that a table gives for a host or one above it."""
    sites = _rules()[table]
    labels = host.split(".")
    above = (".".join(labels[start:]) for start in range(len(labels)))
    found = next((sites[name] for name in above if name in sites), "")
    return _names(found)


def is_amp(path: str, name: str, value: str) -> bool:
    """Whether a parameter asks for a page in its form for AMP or telephones."""
    if value.lower() in _rules()["amp"].get(name.lower(), ()):
        return True
    return value == "1" and name.lower() == "m" and not NAMED_BY_QUERY.search(path)


def is_mark(host: str, path: str, name: str, value: str) -> bool:
    """Whether a parameter tells where a reader came from, not which page it is. ``host`` is without ``www.``."""
    name = name.lower()
    if _of_site("exceptions", host).has(name):
        return False
    if _everywhere().has(name) or _of_site("sites", host).has(name) or OF_POST.fullmatch(name):
        return True
    by_path = not NAMED_BY_QUERY.search(path)
    said = set(WORDS.findall(value.lower()))
    if name in _words("mostly") or name in _words("named"):
        if SITE.fullmatch(value) or said & (_words("channels") | _words("places")):
            return True
        if name in _words("mostly"):
            named = LOOKS_LIKE_NAME.search(value) or (name == "ref" and WORDS_WITH_HYPHENS.search(value))
            return by_path and not named
    if name in _words("only") and by_path and said and said <= _words("channels"):
        return True
    form = _rules()["forms"].get(name)
    return by_path and form is not None and re.fullmatch(form, value) is not None


def without_labels(host: str) -> str:
    """A host without first labels for telephones, AMP or one of several servers, where what remains is a site's own."""
    labels = host.split(".")
    while len(labels) > 2:
        rest = labels[1:]
        if len(rest) == 2 and rest[0] in _own("registries") and len(rest[1]) == 2:
            break
        if labels[0] in _own("labels") or re.fullmatch(r"www\d{0,3}", labels[0]):
            labels = rest
        elif labels[0].startswith("amp-") and len(labels[0]) > 4:
            labels[0] = labels[0][4:]
        else:
            break
    return ".".join(labels)


@cache
def _own(name: str) -> frozenset[str]:
    return frozenset(_rules()["hosts"][name].split())


@cache
def _wrappers() -> tuple[re.Pattern[str], list[list[str]]]:
    """One pattern for all places of wrappers, a group each, and the parameters of each."""
    table = _rules()["wrappers"]
    return re.compile("|".join(f"({translate(place)})" for place in table)), [names.split() for names in table.values()]


def wrapped(host: str, path: str, query: str) -> str | None:
    """The address in the query of a redirect wrapper or a login wall, as written there; None where it is neither."""
    if "/" not in query and "%2F" not in query.upper() and BASE64_OF_HTTP not in query and "-3A__" not in query:
        return None
    places, names = _wrappers()
    found = places.fullmatch(f"{host}{path or '/'}")
    if found is None or found.lastindex is None:
        return None
    values = dict(parse_qsl(query)) | {"?": query}
    kept = next((values[name] for name in names[found.lastindex - 1] if name in values), None)
    if kept and PROOFPOINT.match(kept):
        return unquote(kept.replace("-", "%").replace("_", "/"))
    return _unpacked(kept) if kept and BASE64_OF_HTTP in kept[:10] else kept


def _unpacked(value: str) -> str | None:
    """The address in Base64, behind two signs for its version (Bing's); None where it is none."""
    packed = value[value.index(BASE64_OF_HTTP) :]
    try:
        return base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except ValueError:
        return None


ADDRESS = re.compile(r"(?:https?:/{1,2})?[\w-]{1,63}(?:\.[\w-]{1,63}){1,20}(?::\d{1,5})?(?:[/?#].*)?", re.I | re.S)
"""An address as others' hosts write it in their paths: perhaps without its scheme, or with one slash after it."""


@cache
def _inside() -> dict[str, re.Pattern[str]]:
    return {host: re.compile(form, re.S) for hosts, form in _rules()["inside"].items() for host in hosts.split()}


def shows_others(host: str) -> bool:
    """Whether a host shows pages of other hosts, whose addresses stand in its paths. ``host`` is without ``www.``."""
    return host in _inside() or host.endswith(TRANSLATED)


def shown(host: str, path: str, query: str) -> str | None:
    """The address of the page of another host that an archive or a reader shows there, or that is translated; None where it is none."""
    asked = f"?{query}" if query else ""
    if host.endswith(TRANSLATED):
        label = host.removesuffix(TRANSLATED)
        origin = label.replace("--", "\0").replace("-", ".").replace("\0", "-")
        return f"https://{origin}{path}{asked}" if "." in origin and not {".", "xn--"} & {label[:4], *label} else None
    form = _inside().get(host)
    found = form.fullmatch(path + asked) if form else None
    if found is None or found.lastindex is None:
        return None
    target = found[found.lastindex]
    target = unquote(target) if re.match(r"https?%3a", target, re.I) else target
    if not ADDRESS.fullmatch(target) or target.endswith("*"):
        return None
    return re.sub(r"\A(?:(https?):/+)?", lambda scheme: f"{scheme[1] or 'http'}://", target, flags=re.I)
