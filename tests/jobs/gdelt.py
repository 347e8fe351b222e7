"""A GDELT on loopback: its files of every quarter of an hour as it documents them, and its faults."""

import io
import zipfile
from datetime import datetime, timedelta
from hashlib import md5

from ..loopback import Asked, Reply, Site


def row(url: str, title: str, *, links: str = "", names: str = "", translated: str = "") -> bytes:
    """A row of the Global Knowledge Graph."""
    cells = [""] * 27
    cells[0], cells[1], cells[2], cells[4], cells[23], cells[25] = (
        "20240303100000-1",
        "20240303100000",
        "1",
        url,
        names,
        translated,
    )
    cells[26] = (
        f"<PAGE_LINKS>{links}</PAGE_LINKS><PAGE_PRECISEPUBTIMESTAMP>20240303094500</PAGE_PRECISEPUBTIMESTAMP>"
        f"<PAGE_TITLE>{title}</PAGE_TITLE>"
    )
    return "\t".join(cells).encode()


def packed(rows: list[bytes]) -> bytes:
    """A file as GDELT packs it: one member."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.gkg.csv", b"".join(line + b"\n" for line in rows))
    return held.getvalue()


class Gdelt:
    """The files of a series by their number; ``lastupdate.txt`` names the last that was added."""

    def __init__(self, site: Site, kind: str = ".gkg.csv.zip", listing: str = "lastupdate.txt") -> None:
        self.site, self.kind = site, kind
        self.last = ""
        site.routes[f"/gdeltv2/{listing}"] = self._listing

    def add(self, at: datetime, rows: list[bytes], *, body: bytes | None = None) -> str:
        """Adds the file of a time; ``body`` is sent in its place. Returns its path."""
        whole = packed(rows)
        path = f"/gdeltv2/{at:%Y%m%d%H%M%S}{self.kind}"
        self.site.routes[path] = lambda asked: Reply(whole if body is None else body)
        self.last = "".join(
            f"{len(whole)} {md5(whole, usedforsecurity=False).hexdigest()} http://data.gdeltproject.org/gdeltv2/{at:%Y%m%d%H%M%S}{kind}\n"
            for kind in (".export.CSV.zip", ".mentions.CSV.zip", self.kind)
        )
        return path

    def until(self, start: datetime, hours: float) -> list[str]:
        """Adds empty files of every quarter of an hour after ``start``. Returns their paths."""
        steps = int(hours * 4)
        return [self.add(start + timedelta(minutes=15 * (n + 1)), []) for n in range(steps)]

    def _listing(self, asked: Asked) -> Reply:
        return Reply(self.last.encode())
