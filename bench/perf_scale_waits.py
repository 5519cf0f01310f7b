"""What is waited for where two processes run, by the clock on the wall and the real command."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from bench.perf_goods import FIRST_CHAT
from bench.perf_rivals import TOKEN, Scene, environment, prepare, tap_update, word_update
from bench.perf_rounds import Outside
from bot.store.postgres.connection import PostgresConnection
from bot.web.webhooks import PATH, update_secret
from kit import free_port
from kit.postgres import PostgresServer

_PATIENCE = 60.0
_PUBLIC = "https://bench.example"
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a name
_HEAD = "SELECT fingerprint FROM catalogs ORDER BY id DESC LIMIT 1"
_SHOP = "SELECT value FROM notes WHERE name = 'shop_id'"
_POLLER = "SELECT count(*) FROM leases WHERE name = 'poller'"


def waits(services: Outside, server: PostgresServer, *, quick: bool) -> dict[str, Any]:
    """Time a second process's start, a new price in it, and a stand-by that takes over.

    The last takes a dozen seconds, and a quick look does without.
    """
    with tempfile.TemporaryDirectory(prefix="shop-bench-") as folder:
        scene = Scene("shop", services.telegram, services.stripe, Path(folder), chats=10)
        scene = replace(scene, server=server.new_schema())
        asyncio.run(prepare(scene))
        found = _behind_one_address(services, scene)
        return found if quick else found | {"takeover_s": _stand_by(services, scene)}


def _behind_one_address(services: Outside, scene: Scene) -> dict[str, Any]:
    """Start two that are sent updates; the second knows the catalog by the first alone."""
    there = scene.folder / "there"
    there.mkdir()
    path = scene.folder / "catalog.json"
    (there / path.name).write_bytes(path.read_bytes())
    with ExitStack() as stack:
        first, _ = stack.enter_context(_command(scene, PUBLIC_URL=_PUBLIC))
        _until(lambda: _taps(first, scene))
        other, began = stack.enter_context(
            _command(replace(scene, folder=there), PUBLIC_URL=_PUBLIC)
        )
        _until(lambda: _taps(other, scene))
        serves = time.monotonic() - began
        services.control(watch=1)
        head = _value(scene, _HEAD)
        part = path.with_suffix(".part")
        part.write_text(re.sub(r'"6\.50"', '"7.25"', path.read_text("utf-8")), encoding="utf-8")
        saved = time.monotonic()
        part.replace(path)
        _until(lambda: _value(scene, _HEAD) != head)
        adopted = time.monotonic()
        _until(lambda: _shows(services, other, scene, "7.25"))
        return {
            "second_serves_s": serves,
            "file_adopted_s": adopted - saved,
            "other_hears_s": time.monotonic() - adopted,
        }


def _stand_by(services: Outside, scene: Scene) -> float:
    """Kill the process that fetches updates, and return until the other one answers."""
    with ExitStack() as stack:
        first, _ = stack.enter_context(_command(scene))
        _until(lambda: _alive(first) and _value(scene, _POLLER) == "1")
        other, _ = stack.enter_context(_command(scene))
        _until(lambda: _alive(other))
        services.control(watch=1)
        killed = time.monotonic()
        first.process.kill()
        first.process.wait()  # an update that it was given would be gone
        update = word_update(next(_numbers), FIRST_CHAT, "/cart")
        services.control(update=json.dumps(update))
        _until(lambda: str(FIRST_CHAT) in services.control()["shown"])
        return time.monotonic() - killed


#: Of updates: each above all before.
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class _Running:
    process: subprocess.Popen[bytes]
    port: int


@contextmanager
def _command(scene: Scene, **more: str) -> Iterator[tuple[_Running, float]]:
    """Run the shop; give it and the moment of its start."""
    port, began = free_port(), time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        env={**environment(scene), "PATH": os.environ["PATH"], **more, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield _Running(process, port), began
        finally:
            process.terminate()


def _taps(shop: _Running, scene: Scene) -> bool:
    """Send a tap as Telegram does; return whether it was served."""
    secret = update_secret(TOKEN, _value(scene, _SHOP))
    body = json.dumps(tap_update(next(_numbers), FIRST_CHAT, "1p:p1")).encode()
    headers = {"Content-Type": "application/json", _SECRET_HEADER: secret}
    return _answers(shop, Request(f"http://127.0.0.1:{shop.port}{PATH}", body, headers))


def _alive(shop: _Running) -> bool:
    return _answers(shop, Request(f"http://127.0.0.1:{shop.port}/healthz"))


def _answers(shop: _Running, request: Request) -> bool:
    if shop.process.poll() is not None:
        raise RuntimeError(f"the shop ended with {shop.process.returncode}")
    try:
        with urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False


def _shows(services: Outside, shop: _Running, scene: Scene, price: str) -> bool:
    _taps(shop, scene)
    return price in services.control()["texts"][str(FIRST_CHAT)][-1]


def _value(scene: Scene, words: str) -> Any:
    with closing(PostgresConnection(scene.server)) as connection:
        return connection.command(words)


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE
    while not true():
        if time.monotonic() > until:
            raise TimeoutError("it did not come")
        time.sleep(0.01)
