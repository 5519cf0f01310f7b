"""The locked versions: one set for everybody, complete for every system, with its licences.

These tests want the locked versions installed, as the README's lines do; a run with other versions
leaves them out.
"""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.lock_rules import Environment, applies, environments, findings, pins, version

ROOT = Path(__file__).parent.parent
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
every_system = pytest.mark.parametrize(
    "there",
    list(environments()),
    ids=lambda one: "-".join(
        one[k] for k in ("python_version", "sys_platform", "platform_machine")
    ),
)


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


EVERYBODY = pins(_read("constraints.txt"))
IMAGE = pins(_read("requirements.txt"))


def _wanted(*, tests: bool) -> list[Requirement]:
    """Return what the project asks for: dependencies, extras and the build backend."""
    project = tomllib.loads(_read("pyproject.toml"))
    extras = project["project"]["optional-dependencies"]
    return [
        *map(Requirement, project["project"]["dependencies"]),
        *map(Requirement, project["build-system"]["requires"]),
        *(Requirement(one) for name in extras if tests or name != "test" for one in extras[name]),
    ]


@every_system
def test_all_that_the_project_needs_is_locked_and_no_more(there: Environment) -> None:
    """Each package once, at a version that whoever needs it takes, on every system."""
    assert findings(EVERYBODY, _wanted(tests=True), there) == []
    assert findings(IMAGE, _wanted(tests=False), there) == []


@every_system
def test_the_image_has_the_versions_that_everybody_has(there: Environment) -> None:
    """Both files come from one resolution: what one pins, the other pins alike."""
    everybody, image = (
        {one.name: version(one) for one in file if applies(one, there)}
        for file in (EVERYBODY, IMAGE)
    )

    assert len(image) > 40
    assert image == {name: everybody.get(name) for name in image}


@every_system
def test_a_lock_that_is_not_whole_is_found(there: Environment) -> None:
    """The control: a pin taken away, moved, doubled or added is told, each by its name."""
    wanted = _wanted(tests=False)

    def found(*changed: Requirement, without: str = "") -> list[str]:
        kept = [one for one in IMAGE if one.name != without]
        return findings([*kept, *changed], wanted, there)

    twice = next(one for one in IMAGE if one.name == "anyio")
    asked = next(one for one in wanted if one.name == "structlog")
    assert found() == []
    assert found(without="structlog") == ["structlog, which the project needs, is not pinned"]
    assert "yarl, which aiohttp needs, is not pinned" in found(without="yarl")
    assert found(Requirement("structlog==1.0"), without="structlog") == [
        f"the project takes {asked}, pinned is 1.0"
    ]
    assert found(twice) == ["anyio is pinned twice"]
    assert found(Requirement("left-over==1.0")) == ["nothing needs left-over"]


def test_a_pin_for_one_python_alone_is_missed_on_the_others() -> None:
    """The control of the systems: what is pinned for 3.11 only is told for the later ones."""
    one_alone = [one for one in IMAGE if "numpy" not in str(one)]
    number = version(next(one for one in IMAGE if one.name == "numpy"))
    one_alone.append(Requirement(f"numpy=={number}; python_full_version < '3.12'"))
    told = {
        there["python_version"]: findings(one_alone, _wanted(tests=False), there)
        for there in environments()
    }

    assert told["3.11"] == []
    assert [bool(told[one]) for one in ("3.12", "3.13", "3.14")] == [True] * 3
    assert "numpy, which matplotlib needs, is not pinned" in told["3.14"]


def test_the_systems_are_those_that_the_project_promises() -> None:
    """Every Python from the oldest that pyproject.toml takes, on both systems, both machines."""
    takes = SpecifierSet(tomllib.loads(_read("pyproject.toml"))["project"]["requires-python"])
    versions = {one["python_version"] for one in environments()}

    assert sorted(versions) == ["3.11", "3.12", "3.13", "3.14"]
    assert all(takes.contains(one) for one in versions)
    assert not takes.contains("3.10")
    assert len(list(environments())) == 16


def test_every_pin_of_the_image_has_hashes() -> None:
    """What the image installs is what was resolved, to the byte."""
    entries = re.split(r"^(?=[a-z0-9])", _read("requirements.txt"), flags=re.MULTILINE)[1:]

    assert len(entries) == len(IMAGE)
    assert [entry.split()[0] for entry in entries if not _HASH.search(entry)] == []


def test_the_build_backend_is_one_version() -> None:
    """Constraints do not reach where a wheel is built, so its version stands there itself."""
    (backend,) = tomllib.loads(_read("pyproject.toml"))["build-system"]["requires"]

    assert [str(one) for one in pins(_read("requirements.in"))] == [backend]
    assert backend in {str(one) for one in EVERYBODY}
    assert version(Requirement(backend))


def test_the_list_of_licences_is_that_of_the_locked_packages() -> None:
    """LICENCES.md is what its program makes of the lock, with a licence for each package."""
    made = runpy.run_path(str(ROOT / "deploy" / "licences.py"))["table"]()
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (.*) \|$", _read("LICENCES.md"), re.MULTILINE)[1:]

    assert made == _read("LICENCES.md")
    assert [(name, number) for name, number, _ in rows] == [
        (one.name, version(one)) for one in IMAGE
    ]
    assert [name for name, _, licence in rows if licence in {"", "not said"}] == []


def test_nobody_is_told_to_fetch_the_shop_by_its_name() -> None:
    """No index has it: whoever put a package of that name there would run on an owner's machine."""
    by_name = re.compile(r"install [^\n`]*telegram-shop\[")
    told = [
        f"{file.relative_to(ROOT)}: {found[0]}"
        for folder in ("bot", "deploy", "docs")
        for file in [*(ROOT / folder).rglob("*"), *ROOT.glob("*.md")]
        if file.suffix in {".py", ".md", ".po", ".service"}
        and (found := by_name.search(file.read_text(encoding="utf-8")))
    ]
    assert told == []
    assert by_name.search("pip install 'telegram-shop[postgres]'")  # the control
