"""A machine to install a shop on: this one's files, seen through a layer that is thrown away.

What is written goes to memory, in a mount namespace of its own; the network is this machine's.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kit.patience import PATIENCE

#: Plays what the documents call and is not there: `sudo` by setpriv, and managers by their notes.
TOOLS: Final = {
    "sudo": """#!/bin/sh
if [ "$1" = -u ]; then user=$2; shift 2
    exec setpriv --reuid="$user" --regid="$user" --init-groups env HOME=/nowhere "$@"; fi
exec "$@"
""",
    "sudoedit": """#!/bin/sh
if [ -e /staged/$(basename "$1") ]; then cat /staged/$(basename "$1") >"$1"; fi
""",
    "systemctl": """#!/bin/sh
echo "systemctl $*" >>/staged/called
""",
    "docker": """#!/bin/sh
echo "docker $*" >>/staged/called
shift
case "$1" in run | exec) ;; *) exit 0 ;; esac
while [ "$1" != shop ]; do shift; done
shift
exec /staged/container "$@"
""",
}
#: The container as compose.yaml and the Dockerfile have it: a root that is read-only, user 10001.
_CONTAINER: Final = """#!/bin/sh
exec unshare --mount sh -c '
for place in catalog data backups; do mkdir -p /shop/$place; done
mount --bind shop /shop/catalog
mount --bind /staged/data /shop/data
mount --bind backups /shop/backups
mount -t tmpfs none /tmp
mount -o remount,bind,ro /
cd /shop
exec env -i $(cat /staged/env) setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs \\
    --bounding-set=-all --inh-caps=-all "$@"' container "$@"
"""


class Machine:
    """A staged machine; what runs on it runs as root unless it says otherwise."""

    def __init__(self, keeper: int, root: str) -> None:
        self._enter = ["nsenter", f"--mount=/proc/{keeper}/ns/mnt", "chroot", root]

    def command(self, script: str, folder: str = "/") -> list[str]:
        """Return the command that runs a shell's lines there."""
        lines = f"set -eu\numask 022\ncd {shlex.quote(folder)}\n{script}"
        path = "PATH=/staged/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return [*self._enter, "env", "-i", path, "LANG=C.UTF-8", "sh", "-c", lines]

    def run(self, script: str, folder: str = "/", *, code: int = 0) -> str:
        """Run a shell's lines, and return what they print; they must end as expected."""
        ended = subprocess.run(  # noqa: S603 - tests run their own words
            self.command(script, folder),
            capture_output=True,
            text=True,
            check=False,
            timeout=5 * PATIENCE,
        )
        assert ended.returncode == code, f"{script}\n{ended.stdout}{ended.stderr}"
        return ended.stdout

    async def ask(self, script: str, folder: str = "/", *, code: int = 0) -> str:
        """Run a shell's lines while this loop goes on."""
        return await asyncio.to_thread(self.run, script, folder, code=code)

    def write(self, path: str, content: str, mode: str = "644") -> None:
        """Write a file there."""
        place = shlex.quote(path)
        self.run(f"cat >{place} <<'END OF FILE'\n{content}\nEND OF FILE\nchmod {mode} {place}")

    def confined(self, unit: Mapping[str, str], program: str) -> str:
        """Return the line that runs a program under a unit's restrictions, but for system calls."""
        folder, user = unit["WorkingDirectory"], unit["User"]
        given = " ".join(filter(None, (unit.get("Environment"), "PATH=/usr/bin:/bin")))
        assert (unit["ProtectSystem"], unit["CapabilityBoundingSet"]) == ("strict", "")
        assert unit["NoNewPrivileges"] == unit["PrivateTmp"] == "yes"
        steps = f"""mount --bind {folder} {folder}
mount -t tmpfs -o mode=1777 none /tmp
mount -o remount,bind,ro /
cd {folder}
umask {unit["UMask"]}
exec env -i {given} setpriv --reuid={user} --regid={user} --init-groups --no-new-privs \
--bounding-set=-all --inh-caps=-all {program}"""
        return f"exec unshare --mount sh -euc {shlex.quote(steps)}"


def trouble() -> str | None:
    """Return why there can be no staged machine here, None where there can."""
    if os.geteuid() != 0:
        return "only root can be somebody else and mount things"
    tools = [
        name for name in ("unshare", "nsenter", "setpriv", "useradd") if not shutil.which(name)
    ]
    return f"{', '.join(tools)} missing" if tools else None


@contextmanager
def staged_machine() -> Iterator[Machine]:
    """Open a machine; raises `OSError` where this system does not allow one."""
    with tempfile.TemporaryDirectory() as stage:
        root = f"{stage}/root"
        steps = f"""mount -t tmpfs none {stage} && cd {stage} && mkdir upper work root &&
mount -t overlay none -o lowerdir=/,upperdir={stage}/upper,workdir={stage}/work {root} &&
mount --rbind /proc {root}/proc && mount --rbind /dev {root}/dev &&
mkdir -p {root}/staged/bin {root}/staged/data && echo ready && exec sleep infinity"""
        keeper = subprocess.Popen(  # noqa: S603 - every word of it stands here
            ["unshare", "--mount", "sh", "-c", steps],  # noqa: S607
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            assert keeper.stdout
            assert keeper.stderr
            if keeper.stdout.readline() != b"ready\n":
                raise OSError(keeper.stderr.read().decode().strip())
            machine = Machine(keeper.pid, root)
            for name, content in {**TOOLS, "../container": _CONTAINER}.items():
                machine.write(f"/staged/bin/{name}", content, "755")
            yield machine
        finally:
            keeper.kill()
            keeper.communicate()


def settings_of_unit(path: Path) -> dict[str, str]:
    """Return what a unit sets; where it does so twice, the first."""
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, is_setting, value = line.partition("=")
        if is_setting and not line.startswith("#"):
            found.setdefault(name, value)
    return found
