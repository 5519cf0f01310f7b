"""Files in memory: by file_id, bounded, with the same bytes kept once."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.pictures import mime_of, size_of

PHOTO_BYTES = 10_485_760
UPLOAD_BYTES = 50 * 1024 * 1024
DOWNLOAD_BYTES = 20 * 1024 * 1024
_SIDES = 10_000
_RATIO = 20
_THUMBNAIL = 90


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a file_id stands for."""

    file_id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    digest: str
    size: int

    @property
    def path(self) -> str:
        """Return the file_path that getFile names."""
        extension = self.name.rpartition(".")[2] if "." in self.name else "bin"
        return f"{self.kind}s/file_{self.unique_id[-12:]}.{extension}"


class FileStore:
    """The files of one embedded Telegram."""

    def __init__(self, *, limit_bytes: int = 256 * 1024 * 1024) -> None:
        self._limit = limit_bytes
        self._held = 0
        self._blobs: OrderedDict[str, bytes] = OrderedDict()
        self._files: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._shown: dict[str, tuple[str, Any]] = {}
        self._numbers = itertools.count(1)

    def keep(self, data: bytes, *, kind: str, name: str, mime: str) -> StoredFile:
        """Store bytes under a new file_id; the oldest give way when memory is full."""
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._blobs:
            self._blobs[digest] = data
            self._held += len(data)
        self._blobs.move_to_end(digest)
        while self._held > self._limit and len(self._blobs) > 1:
            _, dropped = self._blobs.popitem(last=False)
            self._held -= len(dropped)
        seed = hashlib.sha256(f"{next(self._numbers)}:{kind}:{digest}".encode()).digest()
        prefix = {"photo": "AgACAgIAAxkBAAI", "document": "BQACAgIAAxkBAAI"}.get(
            kind, "AwACAgIAAxk"
        )
        unique = "AQAD" + base64.urlsafe_b64encode(seed[:12]).decode()
        file_id = prefix + base64.urlsafe_b64encode(seed * 2).decode().rstrip("=")
        stored = StoredFile(file_id, unique, kind, name, mime, digest, len(data))
        self._files[file_id] = stored
        self._by_path[stored.path] = stored
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        """Return what is stored under a file_id."""
        return self._files.get(file_id)

    def at_path(self, path: str) -> StoredFile | None:
        """Return what getFile named with this path."""
        return self._by_path.get(path)

    def data(self, stored: StoredFile) -> bytes | None:
        """Return a file's bytes; None where they gave way to newer ones."""
        blob = self._blobs.get(stored.digest)
        if blob is not None:
            self._blobs.move_to_end(stored.digest)
        return blob

    def photo(self, data: bytes, name: str = "photo.jpg") -> list[Json]:
        """Store a picture; return its sizes as a message shows them, the largest last.

        Raises:
            ApiError: 400, too big, of impossible dimensions, or no picture.
        """
        if len(data) > PHOTO_BYTES:
            raise bad_request(
                f"file of size {len(data)} bytes is too big for a photo; "
                f"the maximum size is {PHOTO_BYTES} bytes"
            )
        sides = size_of(data)
        if sides is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height = sides
        if min(sides) <= 0 or width + height > _SIDES or max(sides) > _RATIO * min(sides):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        mime = mime_of(data)
        full = self.keep(data, kind="photo", name=name, mime=mime)
        sizes = [_photo_size(full, width, height)]
        if max(sides) > _THUMBNAIL:
            scale = _THUMBNAIL / max(sides)
            small = self.keep(data, kind="photo", name=name, mime=mime)
            sizes.insert(
                0, _photo_size(small, max(1, round(width * scale)), max(1, round(height * scale)))
            )
        self._shown.update({size["file_id"]: ("photo", sizes) for size in sizes})
        return sizes

    def document(self, data: bytes, name: str, mime: str) -> Json:
        """Store a document; return it as a message shows it."""
        stored = self.keep(data, kind="document", name=name, mime=mime)
        shown = {
            "file_id": stored.file_id,
            "file_unique_id": stored.unique_id,
            "file_name": name,
            "mime_type": mime,
            "file_size": len(data),
        }
        self._shown[stored.file_id] = ("document", shown)
        return shown

    def again(self, file_id: str, kind: str) -> Any:
        """Return how a message shows a file that was sent before, by its file_id.

        Raises:
            ApiError: 400, unknown here, or of another kind.
        """
        found = self._shown.get(file_id)
        if found is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if found[0] != kind:
            raise bad_request(f"can't use file of type {found[0].title()} as {kind.title()}")
        return found[1]


def _photo_size(stored: StoredFile, width: int, height: int) -> Json:
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "width": width,
        "height": height,
        "file_size": stored.size,
    }
