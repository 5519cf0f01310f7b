"""What holds of a file of locked versions, for each system that the shop runs on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import metadata
from itertools import product
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

Environment = dict[str, str]

_MACHINES: Final = {"linux": ("x86_64", "aarch64"), "darwin": ("x86_64", "arm64")}
_VERSIONS: Final = ("3.11", "3.12", "3.13", "3.14")


def environments() -> Iterator[Environment]:
    """Yield what markers can ask of each Python, system and architecture that is promised."""
    for (system, machines), version in product(_MACHINES.items(), _VERSIONS):
        for machine in machines:
            yield {
                "implementation_name": "cpython",
                "implementation_version": f"{version}.2",
                "os_name": "posix",
                "platform_machine": machine,
                "platform_python_implementation": "CPython",
                "platform_release": "",
                "platform_system": system.capitalize(),
                "platform_version": "",
                "python_full_version": f"{version}.2",
                "python_version": version,
                "sys_platform": system,
                "extra": "",
            }


def pins(text: str) -> list[Requirement]:
    """Return what a file of versions pins, in its order, hashes and comments left out."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    lines = (line.partition(" --hash")[0].strip() for line in joined.splitlines())
    return [Requirement(line) for line in lines if line]


def version(pin: Requirement) -> str:
    """Return the one version that a pin allows."""
    (one,) = pin.specifier
    assert one.operator == "==", pin
    return one.version


def applies(one: Requirement, environment: Environment, extras: Sequence[str] = ()) -> bool:
    """Return whether a requirement counts there, for any of the extras that are asked for."""
    marker = one.marker
    return marker is None or any(
        marker.evaluate({**environment, "extra": extra}) for extra in ("", *extras)
    )


@cache
def _installed(name: str) -> tuple[str, list[Requirement]]:
    """Return a package's version here, and what it asks for by its own metadata."""
    return metadata.version(name), [Requirement(text) for text in metadata.requires(name) or []]


def findings(
    pinned: Sequence[Requirement], wanted: Sequence[Requirement], environment: Environment
) -> list[str]:
    """Return what is wrong with a lock there: twice, missing, at a version not taken, not needed.

    What a package needs in turn its installed version says. Where another version is pinned for
    that system, what it needs is taken to be the same packages, at whatever versions.
    """
    there: dict[NormalizedName, str] = {}
    wrong: list[str] = []
    for pin in pinned:
        name = canonicalize_name(pin.name)
        if applies(pin, environment):
            wrong += [f"{name} is pinned twice"] if name in there else []
            there[name] = version(pin)
    seen: set[tuple[NormalizedName, str]] = set()
    todo = [(one, "the project", True) for one in wanted if applies(one, environment)]
    while todo:
        one, who, exact = todo.pop()
        name = canonicalize_name(one.name)
        if name not in there:
            wrong.append(f"{name}, which {who} needs, is not pinned")
            continue
        if exact and not one.specifier.contains(there[name], prereleases=True):
            wrong.append(f"{who} takes {one}, pinned is {there[name]}")
        for extra in ("", *one.extras):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            here, needs = _installed(name)
            as_pinned = here == there[name]
            todo += [
                (need, name, as_pinned) for need in needs if applies(need, environment, [extra])
            ]
    needed = {name for name, _ in seen}
    return sorted({*wrong, *(f"nothing needs {name}" for name in there.keys() - needed)})
