"""What customers type about a line of the cart: its note, and how many they want.

In a private chat the next message answers the question, until the chat taps something else. In a
group, where the bot sees only replies to its own words, a reply does; what it answers is read from
the buttons of the message that it replies to. A bare number, typed right after somebody chose a
product or a line and opened it, needs no question.
"""

from __future__ import annotations

from bot.chat.actions import (
    AskCount,
    AskNote,
    DropNote,
    LeaveCount,
    LeaveNote,
    OpenLine,
    OpenProduct,
)
from bot.chat.errors import refusal_words
from bot.chat.handlers import browse, cart
from bot.chat.handlers.numbers import count_of
from bot.chat.request import ChatContext, ChatRequest, Incoming, Reply, Sort
from bot.chat.screens import cart as screens
from bot.chat.screens import info
from bot.domain.catalog.model import ProductId, VariantId
from bot.domain.errors import RefusedError
from bot.shop import View
from bot.shop.people.conversations import About


async def ask_note(context: ChatContext, request: ChatRequest, action: AskNote) -> Reply:
    """Ask for the words that go with a line."""
    return await _ask(context, request, action, About.NOTE)


async def ask_count(context: ChatContext, request: ChatRequest, action: AskCount) -> Reply:
    """Ask how many of a line are wanted."""
    return await _ask(context, request, action, About.COUNT)


async def leave(
    context: ChatContext, request: ChatRequest, action: LeaveNote | LeaveCount
) -> Reply:
    """Let the question go and show the line as it is."""
    if not request.group:
        await context.shop.conversations.over(request.chat.id)
    return await cart.line(context, request, OpenLine(*action.key))


async def drop_note(context: ChatContext, request: ChatRequest, action: DropNote) -> Reply:
    """Take a line's note away."""
    return await _note(context, request, OpenLine(*action.key), "")


async def sent(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply | None:
    """Take a message that answers a question about a line; None where it answers none."""
    seen = None if request.group else await context.shop.conversations.closed(request.chat.id)
    asked = _replied_to(incoming) or await _waiting(context, request)
    number = count_of(incoming.words) if incoming.sort is Sort.WORDS else None
    if asked is None:
        if seen is None or number is None:
            return None
        opened = OpenLine(*seen.key) if seen.in_cart else OpenProduct(*seen.key)
        return await _count(context, request, opened, number)
    line = OpenLine(*asked.key)
    if isinstance(asked, LeaveNote):
        if incoming.sort is not Sort.WORDS:
            return Reply(info.kind(request.texts.html("note.only_words"), request.texts))
        return await _note(context, request, line, incoming.words)
    if number is None:
        return Reply(info.kind(request.texts.html("count.only_number"), request.texts))
    return await _count(context, request, line, number)


def answers(incoming: Incoming) -> bool:
    """Return whether a message replies to a question about a line, as it must in a group."""
    return _replied_to(incoming) is not None


async def _ask(
    context: ChatContext, request: ChatRequest, action: AskNote | AskCount, about: About
) -> Reply:
    catalog = context.catalog
    view = await context.shop.carts.view(request.chat.id)
    held = view.line(action.key)
    if held is None:
        return await cart.line(context, request, OpenLine(*action.key))
    if not request.group:
        await context.shop.conversations.ask(request.chat.id, about, ":".join(action.key))
    ask = screens.ask_note if about is About.NOTE else screens.ask_count
    return Reply(ask(catalog, held, request.texts, group=request.group), fresh=True)


async def _waiting(context: ChatContext, request: ChatRequest) -> LeaveNote | LeaveCount | None:
    if request.group:
        return None
    question = await context.shop.conversations.waiting(request.chat.id)
    if question is None or question.about not in {About.NOTE, About.COUNT}:
        return None
    # A question that was asked before the last upgrade holds a button's data, as 1mn:cup:red.
    product, _, variant = question.subject.removeprefix("1mn:").removeprefix("1un:").partition(":")
    asked = LeaveNote if question.about is About.NOTE else LeaveCount
    return asked(ProductId(product), VariantId(variant))


def _replied_to(incoming: Incoming) -> LeaveNote | LeaveCount | None:
    found = (one for one in incoming.buttons if isinstance(one, (LeaveNote, LeaveCount)))
    return next(found, None)


async def _note(context: ChatContext, request: ChatRequest, line: OpenLine, words: str) -> Reply:
    texts = request.texts
    try:
        await context.shop.carts.note(request.chat.id, line.key, words)
    except RefusedError as refused:
        if refused.key == "note.too_long":  # the question stays: a shorter one may follow
            return Reply(info.kind(texts.html(refused.key, **refused.params), texts))
        return await _done(context, request, line, None)
    said = texts.text("toast.noted" if words.strip() else "toast.note_gone")
    return await _done(context, request, line, said)


async def _count(
    context: ChatContext, request: ChatRequest, seen: OpenProduct | OpenLine, quantity: int
) -> Reply:
    """Set how many are wanted, as a number says; bounds are explained beside what was open."""
    texts = request.texts
    key = seen.key
    variant = context.catalog.variant(key)
    said, view = texts.text("cart.gone"), None
    if variant is not None:
        title = variant.title(texts.language)
        try:
            view = await context.shop.carts.set_quantity(
                request.chat.id,
                key,
                quantity,
                by=request.by,
                once=request.update_id,
            )
            told = "toast.counted" if quantity else "toast.removed"
            said = texts.text(told, quantity=quantity, title=title)
        except RefusedError as refused:
            said = refusal_words(refused, texts)
    return await _done(context, request, seen, said, view)


async def _done(
    context: ChatContext,
    request: ChatRequest,
    seen: OpenProduct | OpenLine,
    said: str | None,
    view: View | None = None,
) -> Reply:
    """Show what was open as it is now, with what was done."""
    if not request.group:
        await context.shop.conversations.over(request.chat.id)
    if isinstance(seen, OpenProduct):
        reply = await browse.product(context, request, seen, view.removed if view else None)
    else:
        reply = await cart.line(context, request, seen, view)
    return Reply(reply.screen, said or reply.said)
