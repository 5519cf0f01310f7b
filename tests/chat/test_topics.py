"""Where an answer belongs: topics of forums, rights to one kind of content, who is left to tell."""

from __future__ import annotations

from pathlib import Path

from bot.domain.order import ChatId, Order, OrderState
from kit import Kit
from shop_sandbox.telegram import Person, Shown
from tests.chat.market import open_market
from tests.chat.owner_steps import notice


def _in(person: Person, chat: int, topic: int | None) -> list[Shown]:
    """Return what the bot shows in a topic; None is General."""
    shown = [one for one in person.messages(chat) if one.from_bot]
    assert all("is_topic_message" in one.raw for one in shown if "message_thread_id" in one.raw)
    return [one for one in shown if one.raw.get("message_thread_id") == topic]


async def _order_in(kit: Kit, person: Person, chat: int, topic: int | None) -> Order:
    await person.send(chat, "/start p_cup", thread=topic)
    cup = await person.wait_for("€14.00", chat=chat)
    await person.tap(cup, "Add to cart")
    await person.wait_for(lambda seen: "1 in cart" in str(seen.rows), chat=chat)
    await person.send(chat, "/checkout", thread=topic)
    await person.wait_for("Order 10", chat=chat)
    (order,) = await kit.shop.orders.latest(ChatId(chat))
    return order


async def _paid(kit: Kit, order: Order) -> None:
    await kit.stripe.pay(str(order.session_id))
    found = await kit.shop.settlement.by_token(order.token)
    assert found is not None
    assert found.state is OrderState.PAID
    await kit.drain()


async def test_an_order_stays_in_its_topic(tmp_path: Path) -> None:
    """Screens, new messages, receipt, news and the owner's words: all where it was placed."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        forum = kit.telegram.add_forum("Lab", [ann])
        topic = kit.telegram.open_topic(forum, "Coffee")
        order = await _order_in(kit, ann, forum.id, topic)
        await _paid(kit, order)
        await ann.wait_for("✅ Paid. Thank you!", chat=forum.id, since=0)
        await ann.send(forum.id, "/paysupport Where is it?", thread=topic)
        await ann.wait_for("Your message is on its way", chat=forum.id)
        came = await notice(kit, marta, "Where is it?")
        await marta.tap(came, "Answer")
        await marta.wait_for("What should I tell")
        await marta.write("On the boat.")
        await ann.wait_for("The shop writes: On the boat.", chat=forum.id, since=0)
        receipt = await ann.wait_for("✅ Paid. Thank you!", chat=forum.id, since=0)
        await ann.tap(receipt, "‹ Shop")
        await ann.wait_for("Corner & Co", chat=forum.id)
        assert _in(ann, forum.id, None) == []
        assert len(_in(ann, forum.id, topic)) == 6  # the receipt stays


async def test_a_reply_in_an_ordinary_supergroup_is_in_no_topic(tmp_path: Path) -> None:
    """Its thread is no place to write to."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        grown = kit.telegram.migrate(group.id)
        first = await ann.send(grown.id, "/help")
        await ann.wait_for("How this shop works", chat=grown.id)
        await ann.send(grown.id, "/cart", reply_to=first.id)
        await ann.wait_for("Our cart", chat=grown.id)


async def test_a_closed_topic_is_no_closed_chat(tmp_path: Path) -> None:
    """What is told there goes to General, then to the buyer; nobody is written off."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        forum = kit.telegram.add_forum("Lab", [ann])
        topic = kit.telegram.open_topic(forum, "Coffee")
        order = await _order_in(kit, ann, forum.id, topic)
        forum.topics[topic] = True
        await ann.send(forum.id, "/help", thread=topic)
        await ann.wait_for("How this shop works", chat=forum.id)
        await _paid(kit, order)
        await ann.wait_for("✅ Paid. Thank you!", chat=forum.id, since=0)
        assert len(_in(ann, forum.id, None)) == 2
        del forum.topics[topic]
        forum.topics[None] = True
        await ann.start()
        await ann.wait_for("Corner")
        await kit.shop.shipping.shipped(order.id, None)
        await kit.drain()
        told = await ann.wait_for("is on its way", since=0)
        assert told.text.startswith("I could not write to the group, so this comes to you:")
        assert len(_in(ann, forum.id, None)) == 2
        chat = await kit.shop.people.get(ChatId(forum.id))
        assert chat is not None
        assert chat.reachable
        await ann.tap(told, "This order")
        await ann.wait_for("Ordered on")


async def test_a_right_to_photos_is_not_the_right_to_the_chat(tmp_path: Path) -> None:
    """The product comes as text, by command and by tap; the chat is not written off."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        group.denied = {"photos", "documents", "polls"}
        await ann.send(group.id, "/start p_blend")
        blend = await ann.wait_for("Size: 250 g", chat=group.id)
        assert not blend.has_photo
        await ann.tap(blend, "‹ ☕ Coffee")
        coffee = await ann.wait_for("Choose something", chat=group.id)
        await ann.tap(coffee, "Blend")
        again = await ann.wait_for("Size: 250 g", chat=group.id)
        assert (again.id, again.has_photo) == (blend.id, False)
        chat = await kit.shop.people.get(ChatId(group.id))
        assert chat is not None
        assert chat.reachable
        group.denied = set()
        await ann.send(group.id, "/start p_blend")  # the control
        assert (await ann.wait_for("Size: 250 g", chat=group.id)).has_photo


async def test_where_no_text_may_be_written_the_buyer_hears_of_the_order(tmp_path: Path) -> None:
    """The group forbids words to its members, the bot among them."""
    async with open_market(tmp_path) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        await ann.start()
        await ann.wait_for("Corner")
        order = await _order_in(kit, ann, group.id, None)
        group.denied = {"text messages"}
        await _paid(kit, order)
        await ann.wait_for("✅ Paid. Thank you!", since=0)
        chat = await kit.shop.people.get(ChatId(group.id))
        assert chat is not None
        assert chat.reachable
