"""The move that is killed: it dies at the line that it is told to.

Run as a module it imports once and then forks a move for each line of JSON on its input; it
answers with the lines that the move passed. The move knows nothing of this.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from bot.store import files, move
from bot.store.postgres import backup, copying
from bot.store.postgres import move as moving

#: Where the lines stand that are counted.
_FILES = {str(one.__file__) for one in (moving, backup, copying, files)}
#: Functions whose lines follow the rows, or decide nothing.
_PASSED = {
    "_in_file",
    "_on_server",
    "_counted",
    "<genexpr>",
    "unlink",
    "part_of",
    "part_path",
    "_sync",
}
_Trace = Callable[[FrameType, str, Any], Any]


def _killed_at(fatal: int, passed: int) -> _Trace:
    """Return a trace function that writes the lines down and kills at the one with a number."""
    number = 0

    def line(frame: FrameType, event: str, _: Any) -> _Trace:
        nonlocal number
        if event == "line":
            number += 1
            name = f"{Path(frame.f_code.co_filename).stem}:{frame.f_lineno}"
            os.write(passed, f"{name}\n".encode())
            if number == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
        return line

    def call(frame: FrameType, _event: str, _: Any) -> _Trace | None:
        code = frame.f_code
        return line if code.co_filename in _FILES and code.co_name not in _PASSED else None

    return call


def main() -> None:
    """Fork a move for each line of input."""
    for words in sys.stdin:
        source, target, fatal = json.loads(words)
        read, write = os.pipe()
        if not os.fork():
            os.close(read)
            sys.settrace(_killed_at(fatal, write))
            try:
                move(source, target)
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as lines:
            passed = lines.read().split()
        os.wait()
        print(json.dumps(passed), flush=True)  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
