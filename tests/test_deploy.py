"""The image's recipe, as far as it goes without an engine, and what runs the shop elsewhere."""

from __future__ import annotations

import asyncio
import fnmatch
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from aiohttp import ClientSession

from bot.settings import Settings
from bot.store.postgres import open_store
from bot.web.guard import BODY_LIMIT
from kit import KEY, TOKEN, free_port, open_kit
from kit.patience import PATIENCE
from kit.postgres import PostgresServer, binaries
from kit.samples import busy_shop

ROOT = Path(__file__).parent.parent
_KEYS = {"TELEGRAM_BOT_TOKEN": TOKEN, "STRIPE_API_KEY": KEY}


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _steps() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with their arguments, lines joined."""
    text = re.sub(r"^#.*\n", "", _read("Dockerfile"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines if line.strip()]


def _stage(number: int) -> list[tuple[str, str]]:
    starts = [place for place, (name, _) in enumerate(_steps()) if name == "FROM"]
    ends = [*starts[1:], len(_steps())]
    return _steps()[starts[number] : ends[number]]


def _copied() -> list[str]:
    """Return what the Dockerfile copies out of the repository."""
    sources = []
    for name, argument in _steps():
        if name == "COPY" and "--from=" not in argument:
            sources += [part for part in argument.split()[:-1] if not part.startswith("--")]
    return sources


def test_known_weaknesses_are_looked_for_by_a_written_command() -> None:
    """SECURITY.md tells how to hold the pinned packages to the public list of weaknesses."""
    assert "pip-audit --require-hashes -r requirements.txt" in _read("SECURITY.md")


def test_the_workflow_runs_what_is_run_here() -> None:
    """GitHub checks a change by the same script, with no rights beyond reading."""
    workflow = _read(".github/workflows/ci.yml")

    assert re.search(r"^      - run: .* \.ci/run$", workflow, re.MULTILINE)
    assert "permissions:\n  contents: read\n" in workflow
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_service_managers_wait_longer_than_the_shop_takes_to_stop() -> None:
    """The shop ends within ten seconds; nobody kills it before."""
    unit = _read("deploy/telegram-shop.service")
    stop = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)

    assert stop
    assert int(stop[1]) > 10
    assert "KillSignal=SIGTERM" in unit
    assert re.search(r"^ExecStart=\S+/telegram-shop run$", unit, re.MULTILINE)


def test_the_unit_does_not_start_again_what_only_a_person_can_mend() -> None:
    """Statuses of a wrong option (Typer's) and of settings that do not fit (sysexits.h)."""
    unit = _read("deploy/telegram-shop.service")
    final = re.search(r"^RestartPreventExitStatus=(.+)$", unit, re.MULTILINE)

    assert final
    assert final[1].split() == ["2", str(os.EX_CONFIG)]
    assert "Restart=on-failure\n" in unit


@pytest.mark.parametrize("file", ["Caddyfile", "Caddyfile.scale"])
def test_the_proxy_takes_as_large_a_body_as_the_shop_does(file: str) -> None:
    """What the shop takes is let through, and what it does not is refused by 413 before it."""
    rules = _read(f"deploy/{file}")
    announced = re.search(r"Content-Length}\) > (\d+)`", rules)
    streamed = re.search(r"max_size (\d+)KiB", rules)

    assert announced
    assert streamed
    assert (int(announced[1]), int(streamed[1]) * 1024) == (BODY_LIMIT, BODY_LIMIT)
    assert "respond @large 413" in rules


def test_two_shops_run_as_one_does_but_for_their_port() -> None:
    """The unit of several processes differs from the one by that alone."""
    one, many = (_read(f"deploy/telegram-shop{at}.service") for at in ("", "@"))
    same = many.replace("LOG_FORMAT=json PORT=%i", "LOG_FORMAT=json").replace(" on port %i", "")

    assert same.partition("[Unit]")[2] == one.partition("[Unit]")[2]


@pytest.mark.parametrize("name", ["compose.yaml", "compose.scale.yaml"])
def test_a_composition_names_only_what_there_is(name: str) -> None:
    """Settings that the shop knows, services and volumes of its own, files of the repository."""
    composed = yaml.safe_load(_read(name))
    services = composed["services"]
    folders = {"./shop", "./backups"}  # docs/operating.md has them made

    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert ("build" in service) != ("image" in service)
        assert service["restart"] == "unless-stopped"
        for mounted in service.get("volumes", ()):
            source = mounted.partition(":")[0]
            if source.startswith("./") and source not in folders:
                assert (ROOT / source).is_file()
            elif not source.startswith("./"):
                assert source in composed["volumes"]
    for shop in _shops(services):
        assert {name.lower() for name in shop["environment"]} <= set(Settings.model_fields)
        assert Settings.load(_KEYS | shop["environment"], env_file=None).port == 8080
        assert int(shop["stop_grace_period"].removesuffix("s")) > 10  # the shop's own ten


def test_two_shops_in_containers_share_a_database_that_is_ready() -> None:
    """Both are the same, wait for it, name it by its service, and stand behind one proxy."""
    services = yaml.safe_load(_read("compose.scale.yaml"))["services"]
    first, second = _shops(services)
    address = urlsplit(re.sub(r"\$\{[^}]*\}", "password", first["environment"]["DATABASE"]))
    database = services[address.hostname]

    assert first == second
    assert first["depends_on"] == {address.hostname: {"condition": "service_healthy"}}
    assert database["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert database["environment"]["POSTGRES_USER"] == address.username
    assert database["environment"]["POSTGRES_DB"] == address.path[1:]
    assert database["environment"]["POSTGRES_PASSWORD"].startswith("${SHOP_DATABASE_PASSWORD:?")
    assert "ports" not in database
    assert "reverse_proxy shop-1:8080 shop-2:8080 {" in _read("deploy/Caddyfile.scale")
    mounted = services["proxy"]["volumes"]
    assert "./deploy/Caddyfile.scale:/etc/caddy/Caddyfile:ro" in mounted


async def test_the_compositions_back_up_brings_a_shop_back_as_the_document_says(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Its own lines make a whole copy under a whole name; the document's lines restore it."""
    services = yaml.safe_load(_read("compose.scale.yaml"))["services"]
    backup, there = services["backup"], urlsplit(postgres_server.url)
    assert backup["volumes"] == ["./backups:/backups"]
    assert backup["image"] == services["database"]["image"]
    known = {name: backup["environment"][name] for name in ("PGHOST", "PGUSER", "PGDATABASE")}
    assert known == {"PGHOST": "database", "PGUSER": "shop", "PGDATABASE": "shop"}
    env = {
        **os.environ, **known, "PGHOST": str(there.hostname), "PGPORT": str(there.port),
        "PATH": f"{binaries()}:{os.environ['PATH']}",
    }  # fmt: skip
    restoring = [
        line.partition(" database ")[2]
        for line in _read("docs/operating.md").splitlines()
        if line.startswith("docker compose -f compose.scale.yaml exec -T database ")
    ]
    url = postgres_server.url.replace("/postgres", "/shop")
    postgres_server.command("CREATE DATABASE shop")
    try:
        async with await open_store(url) as store:
            await busy_shop(store)
        (script,) = backup["command"]
        script = script.replace("$$", "$").replace("/backups", str(tmp_path))
        copy = await _copied_by(script.replace("sleep 3600", "exit"), env, tmp_path)
        async with await open_store(url) as store:
            await store.write(lambda tx: tx.notes.set("lost", "yes"))
        assert len(restoring) == 3
        for line in restoring:
            words = line.replace("backups/shop-20260301T120000Z.dump", str(copy))
            subprocess.run(["bash", "-ec", words], check=True, env=env)  # noqa: ASYNC221, S603, S607
        async with await open_store(url) as store:
            assert await store.read(lambda tx: tx.notes.get("lost")) is None
            assert await store.read(lambda tx: tx.orders.next_id()) == 1006
            assert await store.findings() == ()
    finally:
        for name in ("shop", "shop_before"):
            postgres_server.command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def _copied_by(script: str, env: dict[str, str], folder: Path) -> Path:
    process = await asyncio.create_subprocess_exec("bash", "-c", script, env=env)
    async with asyncio.timeout(PATIENCE):
        await process.wait()
    (copy,) = await asyncio.to_thread(lambda: list(folder.iterdir()))
    assert re.fullmatch(r"shop-\d{8}T\d{6}Z\.dump", copy.name)
    assert copy.stat().st_mode & 0o777 == 0o600
    return copy


def _shops(services: dict[str, Any]) -> list[dict[str, Any]]:
    shops = [service for name, service in services.items() if name.startswith("shop")]
    assert shops
    return shops


@pytest.mark.skipif(shutil.which("caddy") is None, reason="no Caddy here")
def test_caddy_understands_the_rules_for_two_shops() -> None:
    """Its own checker takes the file."""
    checked = subprocess.run(
        ["caddy", "validate", "--config", "deploy/Caddyfile.scale", "--adapter", "caddyfile"],  # noqa: S607 - Debian's
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": "/nowhere", "SHOP_DOMAIN": "shop.example"},
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(shutil.which("caddy") is None, reason="no Caddy here")
async def test_a_large_body_is_refused_by_the_proxy_as_the_shop_would(tmp_path: Path) -> None:
    """Caddy itself, by our file: announced or streamed, one byte too many is 413 and never 502."""
    port = free_port()
    async with (
        open_kit(tmp_path, stripe_webhook_secret="whsec_0123456789abcdef0123456789abcdef") as kit,
        ClientSession() as client,
    ):
        rules = _read("deploy/Caddyfile").replace("{$SHOP_DOMAIN}", f":{port}")
        shop = kit.running.web_url.partition("//")[2]
        (tmp_path / "Caddyfile").write_text(
            "{\n\tadmin off\n}\n" + rules.replace("shop:8080", shop), encoding="utf-8"
        )
        proxy = await asyncio.create_subprocess_exec(
            *("caddy", "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"),
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            assert proxy.stderr
            async with asyncio.timeout(PATIENCE):
                while b"serving initial configuration" not in await proxy.stderr.readline():
                    assert proxy.returncode is None
            url = f"http://127.0.0.1:{port}"
            answers = []
            for size in (BODY_LIMIT, BODY_LIMIT + 1, 12 * BODY_LIMIT):
                for body in (io.BytesIO(bytes(size)), _streamed(size)):
                    async with client.post(f"{url}/stripe/webhook", data=body) as answer:
                        answers.append(answer.status)
            async with client.get(f"{url}/healthz") as answer:
                healthy = answer.status
            async with client.get(f"{url}/readyz") as answer:
                inside = answer.status
        finally:
            proxy.terminate()
            await proxy.wait()

    assert answers == [400, 400, 413, 413, 413, 413]
    assert (healthy, inside) == (200, 404)


async def _streamed(size: int) -> AsyncIterator[bytes]:
    """Yield a body in parts, so that its length is not announced."""
    for start in range(0, size, 50_000):
        yield bytes(min(50_000, size - start))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_every_line_of_the_units(tmp_path: Path) -> None:
    """Its own checker finds nothing, once the program is where the units say."""
    units = sorted((ROOT / "deploy").glob("telegram-shop*"))
    for unit in units:
        text = unit.read_text(encoding="utf-8")
        program = "/opt/telegram-shop/.venv/bin/telegram-shop"
        (tmp_path / unit.name).write_text(text.replace(program, sys.executable), encoding="utf-8")
    checked = subprocess.run(  # noqa: S603 - the units are ours
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in units)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(units) == 4
    assert "telegram-shop" not in checked.stderr


def test_what_is_copied_into_the_image_exists_and_is_let_through() -> None:
    """No COPY fails for a file that is missing or kept out by .dockerignore."""
    rules = [line for line in _read(".dockerignore").splitlines() if line.strip()]
    for source in _copied():
        assert (ROOT / source).exists(), source
        let = [rule for rule in rules if fnmatch.fnmatch(source, rule.removeprefix("!"))]
        assert let, source
        assert let[-1].startswith("!"), source


def test_nothing_else_reaches_the_image() -> None:
    """Everything is kept out but what is named: no .env, no database, no history."""
    rules = [line for line in _read(".dockerignore").splitlines() if line.strip()]
    named = {rule.removeprefix("!").partition("/")[0] for rule in rules if rule.startswith("!")}

    assert rules[0] == "*"
    assert named == {PurePosixPath(source).parts[0] for source in _copied()}


def test_the_package_holds_every_file_that_the_program_reads() -> None:
    """Texts, templates, migrations and pages lie inside ``bot``, which the wheel takes whole."""
    project = tomllib.loads(_read("pyproject.toml"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert packages == ["bot", "shop_sandbox"]
    kinds = {path.suffix for folder in packages for path in (ROOT / folder).rglob("*")}

    assert {".py", ".po", ".sql", ".html", ".css", ".js", ".svg", ".json"} <= kinds


def test_the_shop_runs_as_nobody_special_and_hears_the_stop_signal() -> None:
    """The last stage ends as an unprivileged user, and its program is the shop itself."""
    stage = _stage(-1)
    users = [argument for name, argument in stage if name == "USER"]
    steps = dict(stage)

    assert users == ["shop"]
    assert any("useradd" in argument for name, argument in stage if name == "RUN")
    assert steps["STOPSIGNAL"] == "SIGTERM"
    assert json.loads(steps["CMD"]) == ["python", "-m", "bot", "run"]


def test_only_hashed_wheels_are_installed() -> None:
    """No step fetches a package that is not pinned."""
    installs = [argument for name, argument in _steps() if name == "RUN" and "pip " in argument]

    assert [("--require-hashes" in one or "--no-deps" in one) for one in installs] == [True, True]
    assert "--no-build-isolation" in installs[1]


async def test_the_health_check_asks_a_page_that_the_shop_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very program of HEALTHCHECK ends well beside an open shop, and badly beside none."""
    check = dict(_stage(-1))["HEALTHCHECK"]
    _, _, code = json.loads(check[check.index("[") :])
    async with open_kit(tmp_path) as kit:
        monkeypatch.setenv("PORT", kit.running.web_url.rpartition(":")[2])
        open_shop = await _python(code)
    closed = await _python(code)

    assert (open_shop, closed) == (0, 1)


async def _python(code: str) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stderr=asyncio.subprocess.DEVNULL
    )
    return await process.wait()
