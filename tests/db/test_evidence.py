"""What was fetched is remembered, also where it had no content."""

from sqlalchemy import Engine

from storywake.collector.net.evidence import Evidence
from storywake.db.evidence import Validators, drop_content, save_evidence, validators

LINK, PAGE = "https://short.example/1", "https://paper.example/bridge"


def fetched(body: bytes) -> Evidence:
    return Evidence(
        url=LINK, final_url=PAGE, fetched_at="2024-03-03T10:00:00Z", status=200, headers={"etag": "e"}, body=body
    )


def test_where_an_address_led_is_known_without_content_and_nothing_is_asked_by_it(engine: Engine) -> None:
    with engine.begin() as connection:
        save_evidence(connection, None, "web", fetched(b""))
        assert validators(connection, LINK) == Validators(None, None, None, PAGE)
        kept = save_evidence(connection, None, "web", fetched(b"words"))
        assert validators(connection, LINK)[:1] == ("e",)
        drop_content(connection, kept)
        assert validators(connection, LINK) == Validators(None, None, None, PAGE)
