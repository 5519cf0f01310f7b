"""docs/operating.md walked line by line, as the users it names, on a staged machine.

systemd and Docker are played: `systemctl` and `docker` note what they are told, units run under
their restrictions by setpriv and mounts, the container as user 10001 on a root that is read-only.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from kit.patience import PATIENCE
from kit.postgres import PostgresServer, binaries
from shop_sandbox.site import SandboxSite
from tests.cli.process import settings_for
from tests.staged import Machine, settings_of_unit, staged_machine, trouble

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
HOME, BIN = "/var/lib/telegram-shop", "/opt/telegram-shop/.venv/bin"
_SHOP = f"sudo -u telegram-shop env -C {HOME} {BIN}/telegram-shop"
#: The copy of the repository that the lines are called in.
_COPY = "/srv/telegram-shop"
#: The back-up that the guide brings back.
_NAMED = "shop-20260301T120000Z.sqlite3"
_SITE = f"$(echo {BIN}/../lib/python*/site-packages)"
#: Lines that fetch or build, and what stands in for them: no index of packages is asked by a test.
INSTEAD = {
    f"sudo {BIN}/pip install --require-hashes -r requirements.txt": (
        f"echo {sysconfig.get_path('purelib')} >{_SITE}/there.pth"
    ),
    f"sudo {BIN}/pip install --no-deps --no-build-isolation .": (
        f"cp -r bot shop_sandbox {_SITE}/\n"
        f"printf '#!{BIN}/python\\nfrom bot.__main__ import main\\nmain()\\n'"
        f" >{BIN}/telegram-shop\n"
        f"chmod 755 {BIN}/telegram-shop"
    ),
    f"sudo {BIN}/pip install --no-deps --no-build-isolation --force-reinstall .": (
        f"rm -r {_SITE}/bot\ncp -r bot {_SITE}/"
    ),
}
pytestmark = pytest.mark.skipif(trouble() is not None, reason=str(trouble()))


def blocks(heading: str, language: str = "sh") -> list[list[str]]:
    """Return the lines of each block of a section."""
    level = heading.partition(" ")[0]
    section = GUIDE[GUIDE.index(f"\n{heading}\n") + 1 :]
    end = re.search(rf"^#{{1,{len(level)}}} ", section[len(level) :], re.MULTILINE)
    section = section[: end.start() + len(level)] if end else section
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", section, re.MULTILINE | re.DOTALL)
    return [[line.strip() for line in one.splitlines() if line.strip()] for one in found]


def walked(lines: list[str]) -> str:
    """Return lines as they are run: verbatim but for those that fetch."""
    return "\n".join(INSTEAD.get(line, line) for line in lines)


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A machine with a copy of the repository, and a Python that everybody there may run."""
    try:
        with staged_machine() as one:
            one.run(
                f"mkdir -p {_COPY} && tar -C {ROOT} --exclude=.venv --exclude=.git -cf - "
                f"$(cd {ROOT} && ls) | tar -C {_COPY} -xf - && cp {ROOT}/.env.example {_COPY}"
            )
            ways = {*Path(sys.base_prefix).parents, *Path(sys.prefix).parents, *ROOT.parents}
            one.run(f"chmod a+rx {' '.join(map(str, ways))}")  # in the layer alone
            python = os.path.realpath(sys.executable)
            one.run(f"ln -sf {python} /staged/bin/python3\nln -sf {sys.executable} /staged/python")
            try:
                one.run(
                    f"setpriv --reuid=10001 --clear-groups {sys.executable} -c 'import bot'",
                    str(ROOT),
                )
            except AssertionError as error:
                pytest.skip(f"nobody else may run this Python: {error}")
            yield one
    except OSError as error:
        pytest.skip(f"this root may not: {error}")


def env_for(site: SandboxSite, **more: str) -> str:
    """Return the lines of a .env for a shop that talks to the sandbox."""
    settings = settings_for(site, Path("-"), **more)
    del settings["catalog"], settings["database"]
    return "\n".join(f"{name.upper()}={value}" for name, value in settings.items())


@asynccontextmanager
async def opened(
    machine: Machine, script: str, site: SandboxSite, folder: str = "/"
) -> AsyncIterator[None]:
    """Keep a shop running until it has answered its owner; it must end well on SIGTERM."""
    process = await asyncio.create_subprocess_exec(
        *machine.command(script, folder), stderr=asyncio.subprocess.PIPE
    )
    try:
        await site.telegram.person("Marta").start()
        answered = asyncio.create_task(
            site.telegram.person("Marta").wait_for("Café Lume", timeout=PATIENCE)
        )
        ended = asyncio.create_task(process.wait())
        await asyncio.wait({answered, ended}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            answered.cancel()
            _, said = await process.communicate()
            raise AssertionError(said.decode())
        await answered
        yield
    finally:
        if process.returncode is None:
            process.terminate()
            await process.communicate()
    assert process.returncode == 0


async def edits_from_the_chat(site: SandboxSite) -> None:
    """Change a price and a picture as the owner does."""
    marta = site.telegram.person("Marta")
    await marta.write("/price house-blend/250g 11.37")
    await marta.wait_for("1 price changed")
    picture = (ROOT / "photos" / "house-blend.jpg").read_bytes()
    await marta.upload(picture, "a.jpg", kind="photo", mime="image/jpeg", caption="house-blend")
    await marta.wait_for("1 product edited")


async def test_the_lines_for_systemd_make_a_shop_that_works(machine: Machine) -> None:
    """Installed, looked over, run under the unit's restrictions, backed up, restored, upgraded."""
    install, fill, start = blocks("### With systemd")
    unit = settings_of_unit(ROOT / "deploy" / "telegram-shop.service")
    copying = ROOT / "deploy" / "telegram-shop-backup.service"
    run = machine.confined(unit, unit["ExecStart"])
    async with SandboxSite() as site:
        await machine.ask(walked(install), _COPY)
        missing = await machine.ask(run, code=78)
        machine.write("/staged/.env", env_for(site))
        await machine.ask(walked(fill), _COPY)
        await site.telegram.person("Marta").start()
        looked = await machine.ask(walked(start), _COPY)
        async with opened(machine, run, site):
            await edits_from_the_chat(site)
            beside = await machine.ask(f"{_SHOP} doctor")
        old = f"{HOME}/backups/shop-20200101T000000Z.sqlite3"
        await machine.ask(f"touch -d '20 days ago' {old}")
        for line in re.findall(r"^ExecStart=(.*)$", copying.read_text("utf-8"), re.MULTILINE):
            await machine.ask(machine.confined(settings_of_unit(copying), line))
        (made,) = (await machine.ask(f"ls {HOME}/backups")).split()
        await machine.ask(f"mv {made} {_NAMED}", f"{HOME}/backups")
        await machine.ask(walked(blocks("### Bringing one back")[0]))
        upgrading = blocks("## Upgrades")[0]
        await machine.ask(walked(upgrading), _COPY)
        async with opened(machine, run, site):
            after = await machine.ask(f"{_SHOP} doctor")
    owned = machine.run(f"stat -c '%U %a %n' {HOME} {HOME}/.env {HOME}/shop.sqlite3")
    writable = machine.run("sudo -u telegram-shop find /opt/telegram-shop -writable ! -type l")
    prices = machine.run(f"grep -c '\"11.37\"' {HOME}/catalog.json")

    assert missing == ""
    assert "✗" not in looked + beside + after
    assert "All is well." in beside
    assert re.fullmatch(r"shop-\d{8}T\d{6}Z\.sqlite3", made)
    assert owned.splitlines() == [
        f"telegram-shop 700 {HOME}",
        f"telegram-shop 600 {HOME}/.env",
        f"telegram-shop 600 {HOME}/shop.sqlite3",
    ]
    assert (writable, prices) == ("", "1\n")
    assert machine.run("cat /staged/called").splitlines() == [
        "systemctl daemon-reload",
        "systemctl enable --now telegram-shop.service telegram-shop-backup.timer",
        "systemctl stop telegram-shop",
        "systemctl start telegram-shop",
        "systemctl restart telegram-shop",
    ]


async def test_the_lines_for_docker_make_a_shop_that_works(machine: Machine) -> None:
    """As user 10001 on a root that is read-only: looked over, edited, backed up and restored."""
    prepare, start = blocks("### With Docker")
    recipe = (ROOT / "Dockerfile").read_text("utf-8")
    env = re.findall(r"\b(CATALOG|DATABASE|HOST)=(\S+)", recipe)
    assert len(env) == 3
    cron = blocks("## Back-ups", "crontab")[1][0].split(maxsplit=5)[5]
    async with SandboxSite() as site:
        more = "\n".join(f"{name}={value}" for name, value in env)
        path = f"PATH={sysconfig.get_path('scripts')}:/usr/bin:/bin\nPYTHONPATH={ROOT}"
        machine.write("/staged/env", f"{env_for(site)}\n{more}\nLOG_FORMAT=json\n{path}")
        await machine.ask("chown 10001 /staged/data")
        await machine.ask(walked(prepare), _COPY)
        await site.telegram.person("Marta").start()
        looked = await machine.ask(walked(start), _COPY)
        async with opened(machine, "exec /staged/container python -m bot run", site, _COPY):
            await edits_from_the_chat(site)
            desk = "setpriv --reuid=1234 --regid=0 --clear-groups"
            await machine.ask(
                f"{desk} sh -c 'echo >>shop/catalog.json; touch shop/photos/x'", _COPY
            )
            await machine.ask("touch -d '20 days ago' backups/shop-20200101T000000Z.sqlite3", _COPY)
            await machine.ask(cron)
        (made,) = (await machine.ask("ls backups", _COPY)).split()
        await machine.ask(f"mv {made} {_NAMED}", f"{_COPY}/backups")
        await machine.ask(walked(blocks("### Bringing one back")[1]), _COPY)
        await machine.ask(walked(blocks("## Upgrades")[1]), _COPY)
        after = await machine.ask("docker compose exec shop python -m bot doctor", _COPY)

    assert "✗" not in looked + after
    assert re.fullmatch(r"shop-\d{8}T\d{6}Z\.sqlite3", made)
    assert machine.run("stat -c '%u %a' /staged/data/shop.sqlite3") == "10001 600\n"


async def test_goods_that_lay_with_the_program_move_by_the_guide(machine: Machine) -> None:
    """A shop of the earlier unit keeps its goods and settings, and its code becomes root's."""
    install = blocks("### With systemd")[0]
    moving = blocks("## Upgrades")[2]
    await machine.ask(walked(install), _COPY)
    machine.write("/opt/telegram-shop/catalog.json", '{"mine": true}')
    machine.write("/etc/telegram-shop.env", "STRIPE_API_KEY=mine", "600")
    await machine.ask(
        "mkdir -p /opt/telegram-shop/photos\nchown -R telegram-shop: /opt/telegram-shop"
    )
    await machine.ask(walked(moving), _COPY)

    seen = machine.run(f"sudo -u telegram-shop cat {HOME}/catalog.json {HOME}/.env")
    assert seen.split() == ['{"mine":', "true}", "STRIPE_API_KEY=mine"]
    assert machine.run("sudo -u telegram-shop find /opt/telegram-shop -writable ! -type l") == ""


def test_a_database_server_is_made_ready_by_the_guide(postgres_server: PostgresServer) -> None:
    """The role and the database, by PostgreSQL's own programs; the password is not typed here."""
    there = binaries()
    assert there is not None
    at = ["--host=127.0.0.1", f"--port={postgres_server.port}", "--username=shop"]
    (lines,) = blocks("## On PostgreSQL")
    for line in lines:
        said = line.replace("--pwprompt ", "").replace("shop", "guide").split()
        assert said[:3] == ["sudo", "-u", "postgres"]
        subprocess.run([there / said[3], *at, *said[4:]], check=True, capture_output=True)  # noqa: S603

    query = (
        "SELECT pg_encoding_to_char(encoding), datcollate, rolname FROM pg_database"
        " JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = 'guide'"
    )
    with psycopg.connect(postgres_server.url) as connection:
        assert connection.execute(query).fetchall() == [("UTF8", "C", "guide")]


def test_every_line_of_the_guide_is_walked() -> None:
    """No line of shell stands in the guide that no test runs."""
    told = re.findall(r"^ *```sh\n(.*?)^ *```", GUIDE, re.MULTILINE | re.DOTALL)
    lines = {line.strip() for one in told for line in one.splitlines() if line.strip()}
    sections = (
        "### With systemd", "### With Docker", "### Bringing one back", "## Upgrades",
        "## On PostgreSQL",
    )  # fmt: skip
    run = {line for one in sections for block in blocks(one) for line in block}
    back = {line for one in blocks("### Going back to the version before") for line in one}

    assert len(lines) > 30
    assert sorted(lines - run) == []
    assert INSTEAD.keys() <= lines
    assert len(back) == 2
