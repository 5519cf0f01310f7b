"""The image's recipe, as far as it goes without an engine, and what the repository must not say."""

from __future__ import annotations

import asyncio
import fnmatch
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from tests.kit import open_kit

ROOT = Path(__file__).parent.parent
_LOCKS = ("constraints.txt", "requirements.txt")
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


def _pins(name: str) -> list[Requirement]:
    """Return what a file of versions pins, in its order: one version each, maybe for one Python."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^\s*#.*\n", "", _read(name), flags=re.MULTILINE))
    pins = [
        Requirement(line.partition(" --hash")[0].strip())
        for line in joined.splitlines()
        if line.strip()
    ]
    assert [one for one in pins if [s.operator for s in one.specifier] != ["=="]] == []
    return pins


def _pinned(name: str = "requirements.txt") -> dict[NormalizedName, Requirement]:
    """Return what is pinned for this Python, by canonical name."""
    return {
        canonicalize_name(one.name): one
        for one in _pins(name)
        if one.marker is None or one.marker.evaluate()
    }


def test_the_image_has_the_versions_that_everybody_has() -> None:
    """Both files come from one resolution: what one pins, the other pins alike, hashes apart."""
    everybody, image = ({str(one) for one in _pins(name)} for name in _LOCKS)

    assert len(image) > 40
    assert sorted(image - everybody) == []


def test_every_pin_of_the_image_has_hashes() -> None:
    """What the image installs is what was resolved, to the byte."""
    pins = re.split(r"^(?=[a-z0-9])", _read("requirements.txt"), flags=re.MULTILINE)[1:]

    assert len(pins) == len(_pins("requirements.txt"))
    assert [pin.split()[0] for pin in pins if not _HASH.search(pin)] == []


def test_every_extra_is_pinned_at_a_version_that_the_project_takes() -> None:
    """What pyproject.toml asks for, in any extra, stands in constraints.txt."""
    pinned = _pinned("constraints.txt")
    project = tomllib.loads(_read("pyproject.toml"))["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    for requirement in map(Requirement, [*project["dependencies"], *extras]):
        version = next(iter(pinned[canonicalize_name(requirement.name)].specifier)).version
        assert requirement.specifier.contains(version), requirement


def test_the_build_backend_is_one_version() -> None:
    """Constraints do not reach where a wheel is built, so its version stands there itself."""
    (backend,) = tomllib.loads(_read("pyproject.toml"))["build-system"]["requires"]

    assert [str(one) for one in _pins("requirements.in")] == [backend]
    assert backend in {str(one) for one in _pins("constraints.txt")}


def _wanted() -> list[Requirement]:
    """Return what the image needs: dependencies, the charts and the build backend."""
    project = tomllib.loads(_read("pyproject.toml"))
    return [
        Requirement(one)
        for one in (
            *project["project"]["dependencies"],
            *project["project"]["optional-dependencies"]["charts"],
            *project["build-system"]["requires"],
        )
    ]


def test_every_dependency_is_pinned_at_a_version_that_the_project_takes() -> None:
    """What pyproject.toml asks for, build backend included, stands in requirements.txt."""
    pinned = _pinned()
    for requirement in _wanted():
        found = pinned[canonicalize_name(requirement.name)]
        version = next(iter(found.specifier)).version
        assert requirement.specifier.contains(version), requirement


def _closure() -> dict[NormalizedName, list[Requirement]]:
    """Return what the installed program stands on, by canonical name, and what each part wants."""
    needs: dict[NormalizedName, list[Requirement]] = {}
    todo = [one for one in _wanted() if one.name != "hatchling"]
    while todo:
        part = todo.pop()
        name = canonicalize_name(part.name)
        if name in needs or (part.marker and not part.marker.evaluate({"extra": ""})):
            continue
        asked = [Requirement(text) for text in metadata.requires(name) or []]
        needs[name] = [
            one
            for one in asked
            if one.marker is None
            or any(one.marker.evaluate({"extra": extra}) for extra in ("", *part.extras))
        ]
        todo += [Requirement(str(one).partition(";")[0]) for one in needs[name]]
    return needs


def test_what_the_dependencies_need_is_pinned_too() -> None:
    """All that is installed stands there, each at a version that whoever needs it takes.

    What is installed here at another version than the pinned one may want other versions itself.
    """
    pinned, needs = _pinned(), _closure()
    assert len(needs) > 30
    assert sorted(needs.keys() - pinned.keys()) == []
    for name, wanted in needs.items():
        as_pinned = pinned[name].specifier.contains(metadata.version(name))
        for one in wanted if as_pinned else ():
            found = next(iter(pinned[canonicalize_name(one.name)].specifier)).version
            assert one.specifier.contains(found), f"{name} wants {one}, pinned is {found}"


def test_every_package_has_its_licence_listed() -> None:
    """LICENCES.md names what requirements.txt pins, at that version, with a licence each.

    Whatever is installed here at the pinned version is listed as its own metadata says.
    """
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (.+) \|$", _read("LICENCES.md"), re.MULTILINE)[1:]
    listed = {canonicalize_name(name): (version, licence) for name, version, licence in rows}
    pins = {name: next(iter(one.specifier)).version for name, one in _pinned().items()}

    assert [(name, version) for name, version, _ in rows] == [
        (one.name, next(iter(one.specifier)).version) for one in _pins("requirements.txt")
    ]
    assert [name for name, (_, licence) in listed.items() if licence in {"", "not said"}] == []
    script = runpy.run_path(str(ROOT / "deploy" / "licences.py"))
    installed = {name for name in _closure() if metadata.version(name) == pins[name]}
    assert len(installed) > 20
    assert {name: listed[name][1] for name in installed} == {
        name: script["licence"](name) for name in installed
    }


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
    grace = re.search(r"^    stop_grace_period: (\d+)s$", _read("compose.yaml"), re.MULTILINE)

    assert stop
    assert grace
    assert min(int(stop[1]), int(grace[1])) > 10
    assert "KillSignal=SIGTERM" in unit
    assert re.search(r"^ExecStart=\S+/python -m bot run$", unit, re.MULTILINE)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_every_line_of_the_unit(tmp_path: Path) -> None:
    """Its own checker finds nothing, once the program is where the unit says."""
    unit = tmp_path / "telegram-shop.service"
    text = _read("deploy/telegram-shop.service")
    program = "/opt/telegram-shop/.venv/bin/python"
    unit.write_text(text.replace(program, sys.executable), encoding="utf-8")
    checked = subprocess.run(  # noqa: S603 - the unit is ours
        ["systemd-analyze", "verify", str(unit)],  # noqa: S607 - whichever systemd there is
        capture_output=True,
        text=True,
        check=False,
    )

    assert "telegram-shop.service" not in checked.stderr


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
