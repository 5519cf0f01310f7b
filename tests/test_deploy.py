"""The image's recipe, as far as it goes without an engine, and what the repository must not say."""

from __future__ import annotations

import asyncio
import fnmatch
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.kit import open_kit

ROOT = Path(__file__).parent.parent
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


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


def _pinned() -> dict[str, Requirement]:
    """Return every pinned requirement by its canonical name; each has hashes."""
    joined = re.sub(
        r"\\\n\s*", " ", re.sub(r"^\s*#.*\n", "", _read("requirements.txt"), flags=re.MULTILINE)
    )
    pinned: dict[str, Requirement] = {}
    for line in joined.splitlines():
        if not line.strip():
            continue
        requirement = Requirement(line.partition(" --hash")[0].strip())
        assert _HASH.search(line), f"{requirement.name} has no hash"
        assert [one.operator for one in requirement.specifier] == ["=="], requirement
        pinned[canonicalize_name(requirement.name)] = requirement
    return pinned


def test_every_dependency_is_pinned_at_a_version_that_the_project_takes() -> None:
    """What pyproject.toml asks for, build backend included, stands in requirements.txt."""
    project = tomllib.loads(_read("pyproject.toml"))
    wanted = project["project"]["dependencies"] + project["build-system"]["requires"]
    pinned = _pinned()
    for requirement in map(Requirement, wanted):
        found = pinned[canonicalize_name(requirement.name)]
        version = next(iter(found.specifier)).version
        assert requirement.specifier.contains(version), requirement


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
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["bot"]
    kinds = {path.suffix for path in (ROOT / "bot").rglob("*")}

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


def _tracked() -> list[PurePosixPath]:
    """Return the repository's files; none where this is no repository."""
    found = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - whatever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return [PurePosixPath(name) for name in found.stdout.split("\0") if name]


def test_no_file_names_a_package_registry_or_a_place_on_a_machine() -> None:
    """What is tracked works for everybody: no index address, nobody's home folder."""
    places = re.compile(
        r"pypi\.(?:org|python)|pythonhosted|--(?:extra-)?index-url|--find-links[ =]"
        r"|/(?:home|Users)/\w|/root/"
    )
    told = []
    for name in _tracked():
        path = ROOT / name
        if name.suffix in {".jpg", ".png"} or path == Path(__file__) or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if places.search(line):
                told.append(f"{name}:{number}: {line.strip()[:80]}")

    assert told == []
