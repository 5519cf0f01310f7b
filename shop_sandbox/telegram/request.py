"""Reading a Bot API request: query, form, multipart and JSON become strings and uploads.

The Bot API treats every parameter as a string, wherever it came from; objects are JSON in that
string. This module does the same, and knows no method.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from email.message import Message as Headers
from urllib.parse import parse_qsl

from shop_sandbox.telegram.errors import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    filename: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """A call's parameters as strings, and its files by part name."""

    params: dict[str, str]
    files: dict[str, Upload]


def decode(query: str, content_type: str, body: bytes) -> Request:
    """Read parameters and files of one request.

    Args:
        query: Raw query string.
        content_type: Header of the request, with its boundary.
        body: The request's raw bytes.

    Raises:
        ApiError: 400, the body cannot be read.
    """
    params = dict(parse_qsl(query, keep_blank_values=True))
    files: dict[str, Upload] = {}
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            params.update(_from_json(body))
        elif kind == "multipart/form-data":
            _from_multipart(content_type, body, params, files)
        elif kind == "application/x-www-form-urlencoded":
            params.update(parse_qsl(body.decode(), keep_blank_values=True))
    except (ValueError, RecursionError) as fault:
        raise bad_request("can't parse request body") from fault
    return Request(params, files)


def _from_json(body: bytes) -> dict[str, str]:
    if not body.strip():
        return {}
    parsed = json.loads(body)
    if not isinstance(parsed, dict):
        raise ValueError("object expected")  # noqa: TRY004 - one kind of fault for every body
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in parsed.items()
        if value is not None
    }


def _from_multipart(
    content_type: str, body: bytes, params: dict[str, str], files: dict[str, Upload]
) -> None:
    boundary = _header(content_type).get_param("boundary", header="content-type")
    if not isinstance(boundary, str) or not boundary:
        raise ValueError("no boundary")
    delimiter = b"\r\n--" + boundary.encode()
    for part in (b"\r\n" + body).split(delimiter)[1:]:
        if part.startswith(b"--"):
            return
        head, separator, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not separator:
            raise ValueError("a part without headers")
        name, filename, kind = _part_headers(head.decode())
        if filename is None:
            params[name] = data.decode()
        else:
            files[name] = Upload(filename, kind, data)
    raise ValueError("no closing boundary")


def _part_headers(head: str) -> tuple[str, str | None, str]:
    fields: dict[str, str] = {}
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    disposition = fields.get("content-disposition", "")
    part_name = _quoted(disposition, "name")
    if part_name is None:
        raise ValueError("a part without a name")
    kind = fields.get("content-type", "application/octet-stream")
    return part_name, _quoted(disposition, "filename"), kind


def _quoted(disposition: str, attribute: str) -> str | None:
    found = re.search(rf';\s*{attribute}="((?:[^"\\]|\\.)*)"', disposition)
    if found:
        return re.sub(r"\\(.)", r"\1", found[1]).replace("%22", '"')
    bare = re.search(rf";\s*{attribute}=([^;\s]+)", disposition)
    return bare[1] if bare else None


def _header(content_type: str) -> Headers:
    headers = Headers()
    headers["content-type"] = content_type
    return headers
