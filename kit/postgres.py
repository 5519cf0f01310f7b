"""A real PostgreSQL for the tests: Debian's binaries, on loopback, in a temporary folder.

PostgreSQL refuses to run as root: there the server runs as `nobody`. ``SHOP_TEST_POSTGRES`` names a
server that runs already, such as one of a newer version; tests that stop theirs make one all the
same.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from kit.patience import PATIENCE

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "max_pred_locks_per_transaction": "256",
    "max_pred_locks_per_page": "64",
    # The server's machine does not lose its power; a server that dies is what the tests are about.
    "wal_sync_method": "fdatasync",
}


def binaries() -> Path | None:
    """Return the folder of the newest server's programs; None where none is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and (elsewhere := shutil.which("initdb")):  # such as Homebrew's
        found = [Path(elsewhere).resolve()]
    return found[-1].parent if found else None


class Schemas:
    """Schemas on a server, each for one test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._names = (f"test_{os.getpid()}_{number}" for number in count(1))
        self._made: list[str] = []

    def new_schema(self) -> str:
        """Return the address of a schema that nobody has used."""
        self._made.append(next(self._names))
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {self._made[-1]}")
        return f"{self.url}?options=-c%20search_path%3D{self._made[-1]}"

    def drop(self) -> None:
        """Leave nothing of them."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for name in self._made:
                connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")


class PostgresServer(Schemas):
    """A server in a folder of its own; can be killed and started again.

    Args:
        folder: Empty, and the server's own.
        follows: The server that it is a stand-by of, which runs.
    """

    def __init__(self, folder: Path, follows: PostgresServer | None = None) -> None:
        there = binaries()
        assert there is not None
        self._binaries, self._data = there, folder / "data"
        self._log = folder / "log"
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if self._user:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        with closing(socket.create_server(("127.0.0.1", 0))) as taken:
            self.port: int = taken.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        super().__init__(f"postgresql://shop@127.0.0.1:{self.port}/postgres")
        if follows:
            source = f"host=127.0.0.1 port={follows.port} user=shop application_name=standby"
            self._run(
                "pg_basebackup", f"--dbname={source}", f"--pgdata={self._data}",
                "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
            )  # fmt: skip
            return
        self._run(
            "initdb", "--pgdata", str(self._data), "--username=shop", "--auth=trust", "--no-sync",
            "--encoding=UTF8", "--locale=C.UTF-8", "--lc-collate=C",
        )  # fmt: skip

    @property
    def pid(self) -> int | None:
        """Its first process, the parent of all its others; None where it is stopped."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it, and return once it answers."""
        settings = {**_SETTINGS, "port": str(self.port)}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - Debian's program, our words
                [
                    str(self._binaries / "postgres"), "-D", str(self._data),
                    *(f"--{name}={value}" for name, value in settings.items()),
                ],
                stdout=log, stderr=log, cwd="/", **self._as_user(),
            )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                assert time.monotonic() < until, self._log.read_text(errors="replace")
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT hangs up on everybody, SIGQUIT is a crash."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None

    def command(self, words: str) -> Any:
        """Run words on it, and return the first value that they give."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(words.encode())
            return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(  # noqa: S603 - Debian's program, our words
            [str(self._binaries / program), *words],
            check=True, capture_output=True, cwd="/", **self._as_user(),
        )  # fmt: skip

    def _as_user(self) -> dict[str, Any]:
        if not self._user:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}


@contextmanager
def running_server(follows: PostgresServer | None = None) -> Iterator[PostgresServer]:
    """Make a server, start it, and leave nothing of it."""
    folder = Path(tempfile.mkdtemp(prefix="shop-postgres-"))
    try:
        server = PostgresServer(folder, follows)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class CuttingProxy:
    """Stands before a server; hangs up on the next question, or lets nothing through, when told to.

    Args:
        port: The server's.

    Attributes:
        cut: ``before``: the server never hears of it; ``after``: its answer is lost; ``late``: that
            is held, with all that comes after it; ``swallow``: its connection goes on taking in,
            and nothing comes of it.
        what: What the question that this is done to has in it.
        asks: Set while questions pass; held ones pass when it is set again, as TCP sends anew.
        answers: The same of answers.
    """

    def __init__(self, port: int) -> None:
        self._server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cut: str | None = None
        self.what = b"COMMIT"
        self.asks, self.answers = threading.Event(), threading.Event()
        self.pass_all()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections, and hold nothing."""
        self._listener.close()
        self.pass_all()

    def pass_all(self) -> None:
        """Let everything through, what was held too."""
        self.asks.set()
        self.answers.set()

    def swallow(self) -> None:
        """Go on taking in what is asked on the connections that stand, and do nothing with it."""
        self.asks.clear()
        self.asks = threading.Event()
        self.asks.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                try:
                    server = socket.create_connection(("127.0.0.1", self._server))
                except OSError:
                    client.close()
                    continue
                for ends in ((client, server, self.asks), (server, client, None)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(
        self, source: socket.socket, target: socket.socket, asks: threading.Event | None
    ) -> None:
        with suppress(OSError):
            while words := source.recv(65536):
                (asks or self.answers).wait()
                if asks and self.cut == "swallow" and self.what in words:
                    self.cut = None
                    while source.recv(65536):
                        pass
                elif asks and self.cut == "late" and self.what in words:
                    self.cut = None
                    self.answers.clear()
                elif asks and self.cut and self.what in words:
                    after, self.cut = self.cut == "after", None
                    # Nothing of the answer passes: the way back is closed before the question.
                    source.shutdown(socket.SHUT_RDWR)
                    if after:
                        target.sendall(words)
                    break
                target.sendall(words)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_WR if end is target else socket.SHUT_RDWR)
            if end is source:
                end.close()
