"""The wheel: the same to the byte whoever builds it, with the sample shop, and what the image has.

No test reaches a registry: a wheel is installed without its dependencies into an environment that
finds those where these tests found them. `.ci/run` tries `uvx` and `pipx`, which need one.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import aiohttp
import pytest

from kit.patience import PATIENCE
from tests.cli.demo import address, demo, shop_screen
from tests.tracked import tracked

ROOT = Path(__file__).parent.parent
_BUILD = ("-m", "hatchling", "build", "-t", "wheel", "-d")


def _check_out(folder: Path, umask: int = 0o022) -> Path:
    """Copy what is tracked into a folder, as a checkout under this umask has it."""
    for name in tracked():
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target, follow_symlinks=False)
        if not target.is_symlink():
            executable = source.stat().st_mode & 0o100
            target.chmod((0o777 if executable else 0o666) & ~umask)
    return folder


def _build(folder: Path, target: Path, **env: str) -> Path:
    subprocess.run(  # noqa: S603 - every word of it stands here
        [sys.executable, *_BUILD, str(target)],
        cwd=folder,
        env={"PATH": os.environ["PATH"]} | env,
        check=True,
        capture_output=True,
    )
    (wheel,) = target.iterdir()
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of what is tracked."""
    folder = tmp_path_factory.mktemp("wheel")
    return _build(_check_out(folder / "checkout"), folder / "dist")


def _install(wheel: Path, folder: Path) -> Path:
    """Install a wheel, with these tests' own dependencies; return its environment's programs."""
    venv.create(folder, symlinks=True)
    programs = folder / "bin"
    subprocess.run(  # noqa: S603 - every word of it stands here
        [
            *(sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps", "--quiet"),
            *("--python", str(programs / "python"), str(wheel)),
        ],
        check=True,
    )
    (packages,) = (folder / "lib").glob("python*/site-packages")
    # Their folder alone, not the editable install that a file in it leads to.
    found = sysconfig.get_path("purelib")
    (packages / "dependencies.pth").write_text(f"{found}\n", encoding="utf-8")
    return programs


def test_two_builds_are_the_same_to_the_byte(wheel: Path, tmp_path: Path) -> None:
    """Another folder, another umask, another time: the same wheel; another text: another."""
    checkout = _check_out(tmp_path / "elsewhere" / "shop", umask=0o077)
    for path in checkout.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000), follow_symlinks=False)
    same = _build(checkout, tmp_path / "same", HOME=str(tmp_path), TZ="Asia/Tokyo", LANG="C")
    with (checkout / "bot" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write("#\n")
    other = _build(checkout, tmp_path / "other")

    assert same.name == wheel.name
    assert same.read_bytes() == wheel.read_bytes()
    assert other.read_bytes() != wheel.read_bytes()


def test_the_wheel_holds_the_program_and_the_sample_shop_and_nothing_else(wheel: Path) -> None:
    """Both packages whole, the catalog with its schema and pictures, not what those come from."""
    sample = ["catalog.json", "catalog.schema.json"]
    sample += [f"photos/{path.name}" for path in (ROOT / "photos").glob("*.jpg")]
    code = [name for name in tracked() if name.startswith(("bot/", "shop_sandbox/"))]
    links = {"bot/sample/catalog.json", "bot/sample/catalog.schema.json", "bot/sample/photos"}
    assert links < set(code)
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]

        assert len(sample) > 20
        assert sorted(names) == sorted({*code} - links | {f"bot/sample/{name}" for name in sample})
        assert [
            name
            for name in sample
            if archive.read(f"bot/sample/{name}") != (ROOT / name).read_bytes()
        ] == []


async def test_an_installed_wheel_opens_the_demo_in_an_empty_folder(
    wheel: Path, tmp_path: Path
) -> None:
    """The console script sells the sample's copy from there, and leaves the folder empty."""
    programs = _install(wheel, tmp_path / "environment")
    empty, temporary = tmp_path / "empty", tmp_path / "temporary"
    empty.mkdir()
    temporary.mkdir()
    env = {"TMPDIR": str(temporary)}
    async with (
        demo([programs / "telegram-shop"], empty, env) as process,
        aiohttp.ClientSession() as session,
    ):
        screen = await shop_screen(session, await address(process))
        (folder,) = temporary.iterdir()
        copied = {path.name for path in folder.iterdir()}
        process.terminate()
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()

    assert screen.startswith("Café Lume\n")
    assert {"catalog.json", "catalog.schema.json", "photos"} <= copied
    assert f"Edit {folder / 'catalog.json'} " in out.decode()
    assert (process.returncode, err.decode()) == (0, "")
    assert [*empty.iterdir(), *temporary.iterdir()] == []


async def test_an_installed_wheel_sells_the_catalog_of_the_folder(
    wheel: Path, tmp_path: Path
) -> None:
    """Where a catalog.json lies, it is that one and not the sample."""
    programs = _install(wheel, tmp_path / "environment")
    own = tmp_path / "own"
    own.mkdir()
    (own / "catalog.json").write_text(
        '{"shop": {"name": "Kaffee Nord", "currency": "eur"},'
        ' "categories": [{"id": "c", "name": "Coffee"}],'
        ' "products": [{"id": "p", "category": "c", "name": "Beans", "price": "9.50"}]}',
        encoding="utf-8",
    )
    async with demo([programs / "telegram-shop"], own, {}) as process:
        await address(process)
        async with asyncio.timeout(PATIENCE):
            process.terminate()
            out, err = await process.communicate()

    assert "Edit catalog.json and watch" in out.decode()
    assert (process.returncode, err.decode()) == (0, "")
    assert [path.name for path in own.iterdir()] == ["catalog.json"]


def test_the_image_is_built_from_what_it_copies_and_says_that_it_has_no_demo(
    tmp_path: Path,
) -> None:
    """The Dockerfile's own lines give the build all it needs; its `demo` says in a line why not."""
    checkout, context = _check_out(tmp_path / "checkout"), tmp_path / "src"
    context.mkdir()
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    build = text.split("\nFROM ")[1]
    for sources, target in re.findall(r"^COPY (.+) (/src/\S*)$", build, re.MULTILINE):
        for source in sources.split():
            _copy(checkout / source, context / target.removeprefix("/src/"))
    programs = _install(_build(context, tmp_path / "dist"), tmp_path / "environment")
    empty = tmp_path / "empty"
    empty.mkdir()

    def call(*words: str) -> tuple[int, str]:
        ended = subprocess.run(  # noqa: S603 - the program is ours
            [programs / "telegram-shop", *words],
            cwd=empty,
            env={"LANG": "en_GB.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return ended.returncode, ended.stdout

    code, said = call("demo", "--no-browser")
    assert code == 1
    assert re.fullmatch(r"The demo needs the package shop_sandbox, .*\.\n", said)
    (sample,) = (tmp_path / "environment" / "lib").glob("python*/site-packages/bot/sample")
    code, said = call("check", str(sample / "catalog.json"))
    assert (code, "Café Lume" in said) == (0, True)


def _copy(source: Path, target: Path) -> None:
    """Copy as COPY does: a folder's inside, or a file into a folder; links stay links."""
    if source.is_dir():
        left_out = shutil.ignore_patterns("source") if source.name == "photos" else None
        shutil.copytree(source, target, symlinks=True, ignore=left_out, dirs_exist_ok=True)
    else:
        shutil.copyfile(source, target / source.name)
