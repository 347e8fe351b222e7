"""What `docker-compose.yml` starts: nothing waits for the mail, and every setting reaches the services."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from storywake.cli import PLACES
from storywake.collector.settings import Settings, listed

FILE = Path(__file__).parents[1] / "docker-compose.yml"
OURS = ("migrate", "scheduler", "worker", "web")


@pytest.fixture(scope="module")
def services() -> Any:
    return yaml.safe_load(FILE.read_text())["services"]


def test_the_migration_waits_for_the_database_alone(services: Any) -> None:
    assert set(services["migrate"]["depends_on"]) == {"postgres"}
    assert services["migrate"]["command"] == ["stories"], "doctor fails where the mail server does not answer"
    for name in OURS:
        assert services[name]["command"][0] in PLACES
        assert "mail" not in services[name].get("depends_on", ())


def test_every_setting_reaches_the_services(services: Any) -> None:
    wanted = {f"STORYWAKE_{name.upper()}" for name, _ in listed()}
    for name in OURS:
        assert set(services[name]["environment"]) == wanted | {"PGPASSWORD"}


def test_no_password_stands_in_an_address(services: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = services["web"]["environment"]
    assert environment["PGPASSWORD"] == "${STORYWAKE_DB_PASSWORD:-storywake}"
    for name, value in environment.items():
        if value is not None and "${" not in str(value):
            monkeypatch.setenv(name, str(value))
    assert Settings(_env_file=None).db == "postgresql://storywake@postgres/storywake"
