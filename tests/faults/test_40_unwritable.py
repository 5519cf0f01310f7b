"""Row 40: the catalog or its pictures cannot be written, and whoever changes them hears why."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from kit import ROOT, Kit, RunningClock, open_kit
from kit.patience import PATIENCE
from tests.chat.market import entries, open_market, write
from tests.cli.doctor_kit import examined, faults

WORDS = {
    errno.EACCES: "who is not allowed to. On its machine, run: sudo chown -R",
    errno.EPERM: "who is not allowed to. On its machine, run: sudo chown -R",
    errno.EROFS: "read-only for the shop",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "has used up its share",
    errno.EIO: os.strerror(errno.EIO),
}


@contextmanager
def refusing(number: int) -> Iterator[None]:
    """Let the system refuse every new file beside the catalog and its pictures."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "mkstemp", refuse)
        yield


async def _count(kit: Kit) -> int | None:
    level = await kit.running.store.read(lambda tx: tx.stock.levels(["mug"]))  # type: ignore[list-item]
    return level["mug"].counted  # type: ignore[index]


@pytest.mark.parametrize("number", WORDS, ids=errno.errorcode.get)
async def test_every_way_to_change_the_goods_says_that_they_cannot_be_written(
    tmp_path: Path, number: int
) -> None:
    """Price, stock, hiding, a picture and a whole file: told why, changed nothing, then works."""
    words = WORDS[number]
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        before = kit.settings.catalog.read_bytes()
        pictures = set((tmp_path / "photos").iterdir())
        picture = (ROOT / "photos" / "house-blend.jpg").read_bytes()
        catalog = entries()
        catalog["products"][1]["price"] = "16.00"
        await marta.upload(json.dumps(catalog).encode(), "catalog.json", mime="application/json")
        offered = await marta.wait_for("The file you sent is fine.")
        await marta.write("/goods cup")
        cup = await marta.wait_for("always available")
        with refusing(number):
            for command in ("/price cup 15", "/stock mug +5", "/stock mug 9"):
                await marta.write(command)
                assert "catalog.json" in (await marta.wait_for(words)).text
            for shown, button in ((cup, "Hide"), (offered, "Replace the catalog")):
                toast = await (await marta.tap(shown, button)).answer()
                assert words in (toast.text or (await marta.wait_for(words)).text)
            await marta.upload(picture, "cup.jpg", kind="photo", mime="image/jpeg", caption="cup")
            await marta.wait_for(words)
        assert kit.settings.catalog.read_bytes() == before
        assert set((tmp_path / "photos").iterdir()) == pictures
        assert await _count(kit) == 2
        await marta.write("/price cup 15")
        await marta.wait_for("1 price changed")


async def test_the_doctor_says_that_the_catalog_cannot_be_written(tmp_path: Path) -> None:
    """A fault with what to do; gone as soon as it is mended."""
    async with open_market(tmp_path) as (kit, _):
        await kit.person("Marta").start()
        kit.settings.catalog.chmod(0o444)
        sound, lines = await examined(kit.settings)
        kit.settings.catalog.chmod(0o644)
        mended, _lines = await examined(kit.settings)

    (told,) = faults(lines)
    assert told == (
        "Changes from the chat cannot be saved. catalog.json cannot be written: the shop runs as"
        f" user {os.geteuid()}, who is not allowed to. On its machine, run:"
        f" sudo chmod u+w {kit.settings.catalog}"
    )
    assert (sound, mended) == (False, True)


_TRY = """
import json, sys
from pathlib import Path
from bot.catalog_file.folder import CatalogFolder
from bot.domain.errors import RefusedError
folder, told = CatalogFolder(Path(sys.argv[1])), []
for work in (
    folder.try_writing,
    lambda: folder.write_source(bytes(9000)),
    lambda: folder.write_picture("photos/a.jpg", bytes(9000)),
):
    try:
        work()
    except RefusedError as error:
        told.append(error.key)
    else:
        told.append("written")
print(json.dumps(told))
"""


def _as_the_shops_user(steps: str, program: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Run a program about a file as user 10001, where only it sees what was mounted."""
    become = "exec setpriv --reuid=10001 --regid=10001 --clear-groups"
    asked = shlex.join([sys.executable, "-c", program, str(path)])
    ended = subprocess.run(  # noqa: S603 - every word of it stands here
        ["unshare", "--mount", "sh", "-c", f"{steps}; {become} {asked}"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if "unshare failed" in ended.stderr or "Permission denied" in ended.stderr:
        pytest.skip(f"this root may not: {ended.stderr.strip()}")
    return ended


_OWN = "chown -R 10001 {0} && "
_READ_ONLY = "mount --bind {0} {0} && mount -o remount,bind,ro {0}"
_FULL = "mount -t tmpfs -o size=16k,mode=777 none {0} && echo >{1} && cat /dev/zero >{0}/rest"
_MOUNTED = "mount -t tmpfs none /mnt && cp {1} /mnt/one && mount --bind /mnt/one {1}"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else and mount things")
@pytest.mark.parametrize(
    ("arranged", "told"),
    [
        ("chown -R 10001 {0}", ["written", "written", "written"]),
        ("chown 10001 {0}", ["denied", "written", "denied"]),
        ("chown 10001 {0}/photos", ["denied", "denied", "written"]),
        (f"{_OWN}{_READ_ONLY}", ["read_only", "read_only", "read_only"]),
        (f"{_OWN}{_FULL}", ["full", "full", "full"]),
        (f"{_OWN}{_MOUNTED}", ["mounted", "mounted", "written"]),
    ],
    ids=["its own", "pictures not its own", "root's", "read-only", "full", "mounted on its own"],
)
def test_a_real_system_refuses_and_is_understood(arranged: str, told: list[str]) -> None:
    """Rights, a read-only disk, a full one, a file mounted on its own: as the kernel says it."""
    with tempfile.TemporaryDirectory() as place:  # pytest's own folders let nobody else in
        Path(place).chmod(0o755)
        folder = Path(place) / "shop"
        folder.mkdir()
        path = write(folder)
        steps = arranged.format(shlex.quote(str(folder)), shlex.quote(str(path)))
        ended = _as_the_shops_user(f"{steps} 2>/dev/null", _TRY, path)
        left = [one.name for one in folder.iterdir() if one.name.startswith(".")]

    assert (ended.stderr, left) == ("", [])
    assert [one.removeprefix("unwritable.") for one in json.loads(ended.stdout)] == told


_TRY_DATABASE = """
import sys
from bot.catalog_file.writing import try_writing
from bot.domain.errors import RefusedError
from bot.store import database_at
try:
    for file in database_at(sys.argv[1]).files():
        try_writing(file)
except RefusedError as error:
    print(error.key, error.params["file"])
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else and mount things")
@pytest.mark.parametrize(
    ("arranged", "told"),
    [
        ("chown -R 10001 {0}", ""),
        ("chown 10001 {0}", "unwritable.denied shop.sqlite3"),
        ("chown -R 10001 {0} && chown 0 {1}-wal", "unwritable.denied shop.sqlite3-wal"),
        ("chown 10001 {1}*", "unwritable.denied shop.sqlite3"),
        (f"{_OWN}{_READ_ONLY}", "unwritable.read_only shop.sqlite3"),
        (f"{_FULL} 2>/dev/null; {_OWN}true", "unwritable.full shop.sqlite3"),
    ],
    ids=["its own", "root's", "its log root's", "its folder root's", "read-only", "full"],
)
def test_a_database_that_cannot_be_written_is_found(arranged: str, told: str) -> None:
    """The file, its log beside it, its folder and the room on its disk, as the shop's user."""
    with tempfile.TemporaryDirectory() as place:  # pytest's own folders let nobody else in
        Path(place).chmod(0o755)
        folder = Path(place) / "shop"
        folder.mkdir()
        path = folder / "shop.sqlite3"
        for name in ("", "-wal"):
            path.with_name(path.name + name).touch(0o600)
        steps = arranged.format(shlex.quote(str(folder)), shlex.quote(str(path)))
        ended = _as_the_shops_user(f"{steps} 2>/dev/null", _TRY_DATABASE, path)

    assert (ended.stderr, ended.stdout.strip()) == ("", told)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 8 MB of its own, where this process may."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(folder)]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:  # noqa: S603 - ours
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 - ours


async def test_a_shop_on_a_full_disk_is_not_ready_until_there_is_room(disk: Path) -> None:
    """A real disk is filled up under a real shop: `/readyz` says so, and recovers by itself."""
    async with open_kit(disk, clock=RunningClock()) as kit:  # the probe writes another time

        async def turns(status: int) -> None:
            async with asyncio.timeout(PATIENCE):
                while (await kit.get(f"{kit.running.web_url}/readyz"))[0] != status:  # noqa: ASYNC110 - a page
                    await asyncio.sleep(0.1)

        await turns(200)
        with suppress(OSError), (disk / "rest").open("wb", buffering=0) as rest:
            while rest.write(bytes(4096)):
                pass
        await turns(503)
        (told,) = [line for line in faults((await examined(kit.settings))[1]) if "sold" in line]
        assert told == (
            "Nothing can be sold: the shop cannot write to its database. shop.sqlite3 cannot be"
            " written: the disk is full, or the shop has used up its share. Free up space where"
            f" {disk} is, then try again."
        )
        (disk / "rest").unlink()
        await turns(200)
