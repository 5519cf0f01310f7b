"""Row 24: secrets through every log level, error, repr, message and backup."""

from __future__ import annotations

from pathlib import Path

from kit.faults.canaries import (
    CANARIES,
    leaks,
    of_errors,
    of_purchases,
    of_servers,
    of_two_processes,
)
from kit.faults.nursery import open_nursery
from kit.faults.pages import SECRET
from kit.postgres import PostgresServer
from shop_sandbox.stripe.post import sign


async def test_no_secret_is_in_any_log_message_database_or_backup(tmp_path: Path) -> None:
    """Purchases at every log level, whole and killed, show no token, key, secret or e-mail."""
    async with open_nursery() as nursery:
        found, read = await of_purchases(nursery, tmp_path)

    assert found == []
    assert read > 25


async def test_no_password_is_in_what_two_processes_on_a_server_say(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """A purchase at debug, one process killed amid it: no secret, nor the server's password."""
    async with open_nursery() as mortal, open_nursery() as survivor:
        url = postgres_server.new_schema()
        found, read = await of_two_processes((mortal, survivor), tmp_path, url)

    assert found == []
    assert read > 6


async def test_no_password_is_in_what_is_said_of_a_server(postgres_server: PostgresServer) -> None:
    """Away, unknown, refusing, misspelt: each error and its whole trace are without it."""
    found, read = await of_servers(postgres_server.new_schema())

    assert found == []
    assert read == 20


async def test_no_secret_is_in_any_error_or_representation() -> None:
    """Refusals that quote the key, bad settings, time-outs: none of them shows a secret."""
    found, read = await of_errors()

    assert found == []
    assert read > 10


def test_control_a_secret_that_is_there_is_found() -> None:
    """CONTROL: the search finds each canary in a text that has it."""
    for secret in CANARIES.values():
        assert leaks("here", f"before {secret} after")
    assert leaks("here", sign(b"", SECRET, 1)) == []
