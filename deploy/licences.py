"""Write LICENCES.md: every package that the image installs, with its version and its licence."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ \\;]+)", re.MULTILINE)


def pinned() -> list[tuple[str, str]]:
    """Return name and version of what requirements.txt pins, in its order."""
    return sorted(_PINNED.findall((ROOT / "requirements.txt").read_text(encoding="utf-8")))


def licence(name: str) -> str:
    """Return a package's licence as its metadata says, an SPDX expression where there is one."""
    about = metadata.metadata(name)
    said = about.get("License-Expression") or ""
    classified = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    free_text = (about.get("License") or "").strip().splitlines()
    return said or ", ".join(classified) or (free_text[0] if free_text else "not said")


def table() -> str:
    """Return the list as Markdown."""
    rows = [f"| {name} | {version} | {licence(name)} |" for name, version in pinned()]
    head = [
        "# Licences of what the shop stands on",
        "",
        "Made by `python deploy/licences.py` from the installed packages' own metadata.",
        "",
        "| package | version | licence |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


if __name__ == "__main__":
    (ROOT / "LICENCES.md").write_text(table(), encoding="utf-8")
