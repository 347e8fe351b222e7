"""Pictures that show a story's own are told from others, and words in pictures are read; hostile ones cost themselves alone."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from storywake.collector.errors import Unreadable
from storywake.collector.net.evidence import Evidence
from storywake.collector.pictures.likeness import MAX_DISTANCE, Sign
from storywake.collector.pictures.seeing import opened, sign_of
from storywake.collector.pictures.words import installed
from storywake.collector.reading.answers import PICTURE, WORDS
from storywake.collector.reading.workers import Readers

from ..painted import DONE, as_jpeg, chart, page, photograph, strangers


def sign(picture: Image.Image) -> Sign:
    return Sign(sign_of(opened(as_jpeg(picture))))


def answer(body: bytes) -> Evidence:
    return Evidence(url="https://pictures.example/1", final_url="", fetched_at="", status=200, body=body)


@pytest.mark.slow
def test_ten_pictures_among_two_hundred() -> None:
    lead = photograph(1)
    own = sign(lead)
    limit = own.limit()
    missed = [name for name, done in DONE.items() if own.distance(sign(done(lead))) > limit]
    invented = [place for place, other in enumerate(strangers()) if own.distance(sign(other)) <= limit]
    assert (missed, invented) == ([], [])


def test_plainer_pictures_must_be_nearer() -> None:
    assert sign(photograph(2)).limit() == MAX_DISTANCE
    for draw in (chart, page):
        one, other = sign(draw(4)), sign(draw(14))
        assert one.limit() < MAX_DISTANCE
        assert one.distance(other) > one.limit()
    assert sign(Image.linear_gradient("L").resize((480, 320))).limit() == 0
    plain = sign(Image.new("RGB", (480, 320), "navy"))
    assert plain.distance(plain) == 1, "nothing stands out of it"


@pytest.mark.slow
def test_a_picture_like_a_chart_is_known_again_in_other_sizes_and_colours() -> None:
    lead = photograph(31)  # whose blocks of colour are like bars
    own = sign(lead)
    small, dark = lead.resize((120, 80)), lead.point(lambda value: value * 0.45)
    grey, cut = lead.convert("L").convert("RGB"), lead.crop((108, 0, 360, 240))
    assert max(own.distance(sign(one)) for one in (small, dark, grey, cut)) <= own.limit() < 0.1
    assert [place for place, other in enumerate(strangers()) if own.distance(sign(other)) <= own.limit()] == []


def test_a_negative_and_a_stretched_one_are_found() -> None:
    lead = photograph(3)
    negative = lead.point(lambda value: 255 - value)
    assert sign(lead).distance(sign(negative)) < MAX_DISTANCE
    assert sign(lead).distance(sign(lead.resize((400, 400)))) < MAX_DISTANCE


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_what_is_no_picture_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable, match="picture"):
        opened(body)


@settings(max_examples=40)
@given(st.data())
def test_a_broken_picture_is_read_or_unreadable(data: st.DataObject) -> None:
    body = bytearray(as_jpeg(photograph(1).resize((96, 64))))
    for _ in range(data.draw(st.integers(1, 6))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(body)))
    with suppress(Unreadable):
        assert 0 <= Sign(sign_of(opened(bytes(body[:cut])))).distance(sign(chart(1))) <= 1


def bomb(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and holds next to nothing."""

    def chunk(name: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def test_a_picture_too_large_or_too_small_is_not_unpacked() -> None:
    for width, height in ((60_000, 60_000), (5_000, 4_000), (20, 500)):
        with pytest.raises(Unreadable, match="pixels"):
            opened(bomb(width, height))


def test_what_shines_through_is_white_as_pages_are() -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    file = BytesIO()
    clear.save(file, "PNG")
    assert opened(file.getvalue()).getextrema() == (255, 255)


@pytest.mark.slow
@pytest.mark.skipif("eng" not in installed(), reason="Debian's tesseract-ocr is not installed")
def test_words_in_a_picture_are_read_by_a_worker() -> None:
    shot = as_jpeg(page(1, headline="Norlund Lines sailed without a certificate"))
    with Readers(1) as readers:
        words = readers.read_now(f"{WORDS}:en", answer(shot)).words
        nothing = readers.read_now(f"{WORDS}:xx", answer(as_jpeg(photograph(1)))).words
        packed = readers.read_now(PICTURE, answer(shot)).sign
    assert words is not None and "Norlund Lines sailed without a certificate" in words
    assert "Norlund" not in (nothing or "")
    assert packed == sign_of(opened(shot))
