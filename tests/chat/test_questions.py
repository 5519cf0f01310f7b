"""Questions are not searches: they lead to orders, delivery, refunds, cancelling and the owner."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat.handlers.questions import Topic, country_in, topic_of
from bot.domain.order import OrderState
from bot.locales import Languages
from tests.chat.market import entries, open_market
from tests.chat.owner_steps import labels, notice, sold
from tests.shop.journeys import order_something

LANGUAGES = Languages.load()
_O, _D, _R, _C, _H = Topic.ORDERS, Topic.DELIVERY, Topic.REFUND, Topic.CANCEL, Topic.OWNER
#: What people write, in each language.
ASKED: dict[str, dict[str, Topic]] = {
    "en": {
        "where is my order?": _O,
        "Where's my parcel": _O,
        "it has not arrived yet": _O,
        "I never received my package": _O,
        "did you get my payment?": _O,
        "the cup is broken": _R,
        "wrong item": _R,
        "can I pick it up?": _D,
        "support": _H,
        "do you ship to Austria?": _D,
        "how much is delivery": _D,
        "refund": _R,
        "I want my money back!": _R,
        "cancel": _C,
        "please cancel my order": _C,
        "human": _H,
        "can I talk to someone?": _H,
    },
    "de": {
        "Wo ist meine Bestellung?": _O,
        "wo bleibt das Paket": _O,
        "Sendungsnummer?": _O,
        "Ware nie angekommen": _O,
        "Tasse kam kaputt an": _R,
        "kann ich abholen": _D,
        "Liefert ihr nach Österreich?": _D,
        "was kostet der Versand": _D,
        "Rückerstattung": _R,
        "ich will mein Geld zurück": _R,
        "stornieren": _C,
        "Mensch": _H,
        "Kann ich mit jemandem sprechen?": _H,
    },
    "es": {
        "¿Dónde está mi pedido?": _O,
        "¿Enviáis a Austria?": _D,
        "gastos de envío": _D,
        "no he recibido nada": _O,
        "llegó rota": _R,
        "¿puedo recoger en tienda?": _D,
        "reembolso": _R,
        "quiero devolver la taza": _R,
        "cancelar": _C,
        "humano": _H,
        "quiero hablar con alguien": _H,
    },
    "pt": {
        "Onde está a minha encomenda?": _O,
        "Enviam para a Áustria?": _D,
        "código de rastreio": _O,
        "chegou partido": _R,
        "reembolso": _R,
        "quero o dinheiro de volta": _R,
        "cancelar": _C,
        "posso falar com alguém?": _H,
    },
    "fr": {
        "Où est ma commande ?": _O,
        "Livrez-vous en Autriche ?": _D,
        "remboursement": _R,
        "colis perdu": _O,
        "la tasse est arrivée cassée": _R,
        "retrait en boutique ?": _D,
        "annuler": _C,
        "humain": _H,
        "je veux parler à quelqu’un": _H,
    },
    "ru": {
        "Где мой заказ?": _O,
        "Доставляете в Австрию?": _D,
        "возврат": _R,
        "трек-номер": _O,
        "пришло разбитое": _R,
        "самовывоз есть?": _D,
        "верните деньги": _R,
        "отменить заказ": _C,
        "живой человек": _H,
    },
    "ar": {
        "أين طلبي؟": _O,
        "هل توصلون إلى النمسا؟": _D,
        "استرداد المبلغ": _R,
        "رقم التتبع": _O,
        "وصلت مكسورة": _R,
        "إلغاء الطلب": _C,
        "أريد التحدث مع موظف": _H,
    },
}
CASES = [(words, topic) for asked in ASKED.values() for words, topic in asked.items()]


@pytest.mark.parametrize(("words", "topic"), CASES)
def test_a_question_is_known_by_its_words(words: str, topic: Topic) -> None:
    """Whatever the language that the shop speaks with whoever asks."""
    found = topic_of(words, LANGUAGES)
    assert found is not None
    assert found[0] is topic


@pytest.mark.parametrize(
    "words",
    ["coffee", "dark roast", "Чашка", "taza azul", "200 g", "tasse", "casserole", "треккинг"],
)
def test_what_names_goods_is_no_question(words: str) -> None:
    """A search stays one."""
    assert topic_of(words, LANGUAGES) is None


@pytest.mark.parametrize(
    "words",
    [
        "do you ship to Austria?",
        "Liefert ihr nach Österreich?",
        "Livrez-vous en Autriche ?",
        "Доставляете в Австрию?",
        "هل توصلون إلى النمسا؟",
        "¿Enviáis a Austria?",
        "Enviam para a Áustria?",
    ],
)
def test_a_country_is_known_in_every_language(words: str) -> None:
    """In the case that the sentence puts it in, too."""
    assert country_in(words, LANGUAGES) == "AT"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("do you ship to the UK?", "GB"),
        ("Do you deliver to Northern Ireland?", "GB"),
        ("shipping to the USA", "US"),
        ("shipping to US?", "US"),
        ("can you ship to us?", None),
        ("Versand nach Holland", "NL"),
        ("Liefert ihr in die Tschechei?", "CZ"),
        ("Liefert ihr nach Großbritannien?", "GB"),
        ("¿Hacéis envíos a Inglaterra?", "GB"),
        ("¿Envían a EE.UU.?", "US"),
        ("Enviam para a Holanda?", "NL"),
        ("Vous livrez en Angleterre ?", "GB"),
        ("livraison d'eau", None),
        ("livraison aux EAU", "AE"),
        ("Доставляете в Англию?", "GB"),
        ("доставка в США", "US"),
        ("доставка в Голландию", "NL"),
        ("هل توصلون إلى بريطانيا؟", "GB"),
        ("هل الشحن إلى أمريكا ممكن؟", "US"),
    ],
)
def test_a_country_is_known_by_what_people_call_it(words: str, code: str | None) -> None:
    """By its short names, of which some count only where they are typed in capitals."""
    assert country_in(words, LANGUAGES) == code


async def test_each_question_leads_where_it_is_answered(tmp_path: Path) -> None:
    """Orders, countries with prices, refunds and cancelling, with the words ready to be sent."""
    catalog = entries()
    rate = {"name": "Post", "price": "4.90"}
    catalog["checkout"] = {"shipping": {"countries": ["PT", "AT"], "rates": [rate]}}
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        order = await sold(kit, ann, "cup")
        await ann.write("where is my order?")
        shown = await ann.wait_for("Here are your orders.")
        assert f"#{order.id}" in labels(shown)[0]
        await ann.write("do you ship to Austria?")
        shown = await ann.wait_for("Austria? Yes, we deliver there.")
        assert "To Portugal and Austria:\nPost: €4.90" in shown.text
        await ann.write("do you ship to Japan?")
        await ann.wait_for("Japan? Sorry, we don’t deliver there.")
        await ann.write("cancel")
        await ann.wait_for("You have no unpaid order to cancel.")
        await ann.write("I want a refund, the cup is broken")
        shown = await ann.wait_for("For a refund, tell the shop")
        assert "the cup is broken" in shown.text
        await ann.tap(shown, "✉️ Send my words to the shop")
        await ann.wait_for("Your message is on its way")
        await notice(kit, kit.person("Marta"), "I want a refund, the cup is broken")
        await ann.tap(shown, "✉️ Send my words to the shop")
        await ann.wait_for("Write your question as your next message")


async def test_the_word_cancel_cancels_nothing_by_itself(tmp_path: Path) -> None:
    """It shows the unpaid order with the button that does."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        order = await order_something(kit, ann, "cup")
        await ann.write("cancel my order please")
        shown = await ann.wait_for("The button below cancels it.")
        assert (await kit.order(ann)).state is OrderState.OPEN
        await ann.tap(shown, "Cancel this order")
        await ann.wait_for(f"Order {order.id} is cancelled.")


async def test_words_go_along_with_the_way_to_cancel(tmp_path: Path) -> None:
    """They may be about another order than the unpaid one: the owner can have them."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await order_something(kit, ann, "cup")
        await ann.write("cancel the order I paid yesterday")
        shown = await ann.wait_for("The button below cancels it.")
        assert "the order I paid yesterday" in shown.text
        await ann.tap(shown, "✉️ Send my words to the shop")
        await notice(kit, kit.person("Marta"), "the order I paid yesterday")


async def test_a_question_that_meets_nothing_is_carried_as_it_was_typed(tmp_path: Path) -> None:
    """By one tap, like those that are known; words without a question mark stay a search."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.write("vegan?")
        shown = await ann.wait_for("Nothing found: vegan?")
        await ann.tap(shown, "✉️ Send my words to the shop")
        await ann.wait_for("Your message is on its way")
        await notice(kit, kit.person("Marta"), "vegan?")
        await ann.write("vegan")
        shown = await ann.wait_for("Nothing found: vegan")
        assert "Write to the shop" in labels(shown)


@pytest.mark.parametrize("words", ["help", "Hilfe!", "ayuda", "ajuda", "aide", "помощь", "مساعدة"])
async def test_a_call_for_help_is_no_search(tmp_path: Path, words: str) -> None:
    """It is answered as the command is."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.write(words)
        await ann.wait_for("How this shop works")


async def test_a_product_that_is_called_so_is_found(tmp_path: Path) -> None:
    """A book named The Refund is found by its name; a whole question still is one."""
    catalog = entries()
    catalog["products"][1]["name"] = "The Refund"
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        for words in ("refund", "the refund"):
            await ann.write(words)
            await ann.wait_for("€14.00")
        await ann.write("how do I get a refund")
        await ann.wait_for("For a refund, tell the shop")


async def test_whoever_wants_a_person_gets_one_in_one_tap(tmp_path: Path) -> None:
    """In German too, and the owner reads the very words."""
    async with open_market(tmp_path) as (kit, _):
        jonas = kit.person("Jonas")
        await jonas.write("Kann ich mit einem Menschen reden? Die Tasse leckt <sehr>.")
        shown = await jonas.wait_for("Soll ich das an den Shop weitergeben?")
        await jonas.tap(shown, "✉️ Das an den Shop schicken")
        await notice(kit, kit.person("Marta"), "Die Tasse leckt <sehr>.")
