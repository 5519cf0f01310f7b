"""Who is measured: the whole shop, and barer and barer programs that make the same two calls.

Each rival runs in a process of its own and does rounds when it is told to through a pipe.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, ContextTypes

from bench.perf_goods import fill, fill_server, write_catalog
from bot.app import RunningShop, running_shop
from bot.chat.telegram.transport import AiohttpRequest
from bot.settings import Settings
from bot.store import database_at

TOKEN: Final = "7104882315:AAbench-no-real-bot-has-this-token-0000"  # noqa: S105 - nobody's
KEY: Final = "sk_test_bench4NobodyAtAll000000"

SendTap = Callable[[Mapping[str, Any]], Awaitable[None]]
#: What went wrong with the calls of the tap that this task serves.
REFUSALS: Final[ContextVar[list[str]]] = ContextVar("refusals")
#: What the shop logs where a call did not go well.
_SAID: Final = frozenset({"tap not answered", "screen not shown", "screen refused"})
#: What a cart of three lines looks like; every rival shows a screen of this size.
TEXT: Final = (
    "<b>🛒 Your cart</b>\n\n<b>Good thing 1, Small</b>\n5 × €6.50 = €32.50\n\n"
    "<b>Good thing 2, Small</b>\n5 × €7.50 = €37.50\n\n<b>Good thing 3, Small</b>\n"
    "5 × €8.50 = €42.50\n\nTotal: <b>€112.50</b>"
)
BUTTONS: Final = (
    *(
        (("−", f"1kd:p{n}:s"), (f"5 × Good thing {n}, Small", f"1l:p{n}:s"), ("+", f"1ku:p{n}:s"))
        for n in (1, 2, 3)
    ),
    (("Check out · €112.50", "1o"),),
    (("Shop", "1h"), ("Clear cart", "1x")),
)
_KEYBOARD = {
    "inline_keyboard": [[{"text": t, "callback_data": d} for t, d in row] for row in BUTTONS]
}


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a rival plays.

    Attributes:
        kind: ``shop``, ``ours`` (bare PTB on our transport), ``default`` (on PTB's own) or
            ``loop`` (no PTB at all).
        telegram: Base address of the light Telegram.
        stripe: The same of Stripe.
        folder: For the shop's files.
        uvloop: Whether the loop is uvloop, as the shop's is; PTB's own way is asyncio's.
        server: Address of the shop's database; by default it is a file.
        ready: Whether the catalog file and the database are there already.
        variants: Whether each product lists six variants (see `write_catalog`).
        numbers: Of updates: the first and the step, where another process takes those between.
    """

    kind: str
    telegram: str
    stripe: str
    folder: Path
    uvloop: bool = True
    chats: int = 1000
    products: int = 10
    orders: int = 0
    carts: int = 0
    stock: int = 1_000_000
    server: str = ""
    ready: bool = False
    variants: bool = False
    numbers: tuple[int, int] = (1, 1)

    @property
    def database(self) -> str:
        """The shop's database."""
        return self.server or str(self.folder / "shop.sqlite3")

    @property
    def bot_url(self) -> str:
        """The address of calls."""
        return f"{self.telegram}/bot{TOKEN}"


def environment(scene: Scene) -> dict[str, str]:
    """Return the settings that the shop runs with."""
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "STRIPE_API_KEY": KEY,
        "TELEGRAM_API_URL": scene.telegram,
        "STRIPE_API_URL": f"{scene.stripe}/stripe",
        "OWNER_IDS": "999",
        "CATALOG": str(scene.folder / "catalog.json"),
        "DATABASE": scene.database,
        "PORT": "0",
        "LOG_LEVEL": "error",
    }


async def prepare(scene: Scene) -> None:
    """Make the shop's files."""
    write_catalog(scene.folder, scene.products, scene.stock, variants=scene.variants)
    store = await database_at(scene.database).open()
    await store.close()
    if scene.server:
        fill_server(scene.server, chats=scene.chats)
    else:
        fill(
            Path(scene.database),
            orders=scene.orders,
            carts=scene.carts,
            chats=scene.chats,
            variant="red.s" if scene.variants else "s",
        )


@asynccontextmanager
async def opened(scene: Scene, **more: str) -> AsyncIterator[RunningShop]:
    """Open the shop on a scene that is prepared."""
    settings = Settings.load(environment(scene) | more, env_file=None)
    async with running_shop(settings) as running:
        yield running


@asynccontextmanager
async def rival(scene: Scene) -> AsyncIterator[tuple[SendTap, Callable[[], int]]]:
    """Open a rival, on a scene that is prepared.

    Gives what serves one update to its end, and what counts works done again for another one.
    """
    match scene.kind:
        case "shop":
            async with opened(scene) as running:
                yield running.chat.process, lambda: running.store.replays
        case "loop":
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=128)) as session:
                yield lambda update: _two_calls(session, scene.bot_url, update), lambda: 0
        case _:
            async with _bare(scene) as tap:
                yield tap, lambda: 0


@asynccontextmanager
async def _bare(scene: Scene) -> AsyncIterator[SendTap]:
    """A bot of one handler that answers, edits, and keeps nothing."""
    builder: Any = ApplicationBuilder().token(TOKEN).base_url(f"{scene.telegram}/bot")
    builder = builder.concurrent_updates(4096).job_queue(None).updater(None)
    if scene.kind == "ours":
        builder = builder.request(AiohttpRequest())
    application = builder.build()
    application.add_handler(CallbackQueryHandler(_answer_and_edit))
    application.add_error_handler(_note_error)

    async def tap(update: Mapping[str, Any]) -> None:
        read = Update.de_json(dict(update), application.bot)
        await application.update_processor.process_update(read, application.process_update(read))

    async with application:
        await application.start()
        yield tap
        await application.stop()


async def _note_error(_: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    _note(str(context.error))


def _note(refusal: str) -> None:
    refusals = REFUSALS.get(None)
    if refusals is not None:
        refusals.append(refusal)


def note_log(_: object, __: str, event: MutableMapping[str, Any]) -> str:
    """Note what the shop logs of calls that did not go well; a processor of structlog's."""
    if event.get("event") in _SAID:
        _note(str(event["event"]))
    raise structlog.DropEvent


async def _answer_and_edit(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    if query is None:
        return
    rows = [[InlineKeyboardButton(t, callback_data=d) for t, d in row] for row in BUTTONS]
    await asyncio.gather(
        query.answer(),
        query.edit_message_text(TEXT, parse_mode="HTML", reply_markup=InlineKeyboardMarkup(rows)),
    )


async def _two_calls(session: aiohttp.ClientSession, url: str, update: Mapping[str, Any]) -> None:
    query = update["callback_query"]
    edit = {
        "chat_id": query["message"]["chat"]["id"],
        "message_id": query["message"]["message_id"],
        "text": TEXT,
        "parse_mode": "HTML",
        "reply_markup": _KEYBOARD,
    }
    calls = (("answerCallbackQuery", {"callback_query_id": query["id"]}), ("editMessageText", edit))

    async def call(name: str, body: Mapping[str, Any]) -> None:
        async with session.post(f"{url}/{name}", json=body) as answer:
            await answer.read()

    await asyncio.gather(*(call(name, body) for name, body in calls))


_UPDATE = json.dumps(
    {
        "update_id": 1,
        "callback_query": {
            "id": "q2",
            "from": {"id": 3, "is_bot": False, "first_name": "Ada", "language_code": "en"},
            "chat_instance": "1",
            "data": "DATA",
            "message": {
                "message_id": 7,
                "from": {"id": 7104882315, "is_bot": True, "first_name": "Bench"},
                "chat": {"id": 3, "type": "private", "first_name": "Ada"},
                "date": 1790000000,
                "text": "Your cart\n\nGood thing 1, Small\n5 × €6.50 = €32.50",
                "entities": [{"offset": 0, "length": 9, "type": "bold"}],
                "reply_markup": _KEYBOARD,
            },
        },
    }
)


def tap_update(number: int, chat: int, data: str) -> dict[str, Any]:
    """Return a tap as Telegram delivers it, read from JSON as a delivery is."""
    update: dict[str, Any] = json.loads(_UPDATE)
    update["update_id"] = number
    query = update["callback_query"]
    query["id"], query["data"] = f"q{chat}", data
    query["from"]["id"] = query["message"]["chat"]["id"] = chat
    return update


def word_update(number: int, chat: int, text: str) -> dict[str, Any]:
    """Return a command as Telegram delivers it."""
    return {
        "update_id": number,
        "message": {
            "message_id": 6,
            "from": {"id": chat, "is_bot": False, "first_name": "Ada", "language_code": "en"},
            "chat": {"id": chat, "type": "private", "first_name": "Ada"},
            "date": 1790000000,
            "text": text,
            "entities": [{"offset": 0, "length": len(text), "type": "bot_command"}],
        },
    }
