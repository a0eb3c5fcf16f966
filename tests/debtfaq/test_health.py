"""What proxies and watchmen are told."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from debtfaq import views

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _not_looked_at_yet():
    views._hold_against_migrations.cache_clear()
    yield
    views._hold_against_migrations.cache_clear()


def test_a_process_that_can_work(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


def test_a_process_without_its_database(client, monkeypatch):
    def fail() -> None:
        raise OperationalError("secret details")

    monkeypatch.setattr(connection, "ensure_connection", fail)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"database")


def test_a_process_whose_migrations_have_not_run_yet(client, monkeypatch):
    with monkeypatch.context() as early:
        early.setattr(MigrationExecutor, "migration_plan", lambda *_: ["0002"])
        answer = client.get("/healthz")
        assert (answer.status_code, answer.content) == (503, b"migrations")
    assert client.get("/healthz").status_code == 200
