"""Addresses of servers: what the shop adds to one, what of it may be shown, and what is secret."""

from __future__ import annotations

import os
import re
import socket
from contextlib import suppress
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bot.domain.errors import UnfitError
from bot.store.sqlite.schema import migrations

#: What holds on every connection: a machine that vanishes must not hold rows, and a statement
#: that hangs must not hold the shop.
_OPTIONS = (
    "-c default_transaction_isolation=serializable -c idle_in_transaction_session_timeout=10s"
    " -c statement_timeout=15s -c lock_timeout=5s -c tcp_keepalives_idle=10"
    " -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
)
#: In which words values are told, which the database, the role or the address may set otherwise:
#: a time with the name of its zone is read as another one.
_FORMS = "-c DateStyle=ISO -c TimeZone=UTC -c IntervalStyle=postgres"
_ENCODING = "utf8"
_DEFAULTS = {
    "connect_timeout": "5",
    "target_session_attrs": "read-write",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    # Milliseconds; keep-alives are silent while a question is under way, and TCP asks for minutes.
    "tcp_user_timeout": "20000",
}
_SCHEMA = re.compile(r"\(schema (\d+)\)$")
#: After the sign that ends name and password another one comes, or one before it that ends a host.
_MISREAD = re.compile(r"\w+://(?:[^@/]*@[^@?]*@|[^@/]*/[^?]*@)")
#: What an address says of it among the server's other options; a blank in it has a backslash.
_PATH = re.compile(r"(?:-c\s*|--)search_path=((?:\\.|[^\s\\])+)")
_WRITTEN = re.compile(r"\w+://[^@:/]*:([^@/]+)@")


def conninfo(url: str) -> str:
    """Return an address with what the shop wants of every connection; what it says itself stays.

    Raises:
        UnfitError: it cannot be read.
    """
    given = _parts(url)
    ours = {**_DEFAULTS, "application_name": _name()}
    ours_last = {
        "client_encoding": _ENCODING,
        "options": " ".join(filter(None, (_OPTIONS, given.get("options"), _FORMS))),
    }
    return make_conninfo("", **{**ours, **given, **ours_last})


def _parts(url: str) -> dict[str, str]:
    """Return what an address says, by libpq's names."""
    # With a bare @ or / in it, half a password would be a host, which is told.
    with suppress(psycopg.ProgrammingError, UnicodeDecodeError):  # its words may quote a password
        if not _MISREAD.match(url):
            return {name: str(value) for name, value in conninfo_to_dict(url).items()}
    raise UnfitError(
        "the address in DATABASE cannot be read; in a password, signs such as @ / : %"
        " are written as %40 %2F %3A %25"
    )


def passwords(url: str) -> set[str]:
    """Return what of an address is secret, as it stands there and as it is meant."""
    try:
        given = _parts(url)
    except UnfitError:
        return set()
    meant = {given[name] for name in ("password", "sslpassword") if name in given}
    return meant | {quote(one, safe="") for one in meant} | set(_WRITTEN.findall(url))


def of_schema(name: str) -> int:
    """Return the last migration that a process knows, by its connection's name; 0: nobody says."""
    said = _SCHEMA.search(name)
    return int(said[1]) if said else 0


def _name() -> str:
    """Return this process's name, which the server cuts after 63 bytes."""
    host = socket.gethostname()[:24]
    return f"shop process {os.getpid()} on {host} (schema {len(migrations())})"


def without_password(url: str) -> str:
    """Return an address as it may be shown: hosts, ports and schema, neither name nor password."""
    given = _parts(url)
    hosts = [
        f"[{host}]" if ":" in host else quote(host, safe="")  # a socket's folder has slashes
        for host in str(given.get("host") or "").split(",")
    ]
    ports = str(given.get("port") or "").split(",")
    if len(ports) == 1:
        ports *= len(hosts)
    where = (f"{host}:{port}" if port else host for host, port in zip(hosts, ports, strict=False))
    # Of two shops in a database, the schema alone tells which.
    schema = _PATH.findall(given.get("options") or "")
    path = f"?options={quote(f'-c search_path={schema[-1]}', safe='')}" if schema else ""
    return f"postgresql://{','.join(where)}/{given.get('dbname') or ''}{path}"
