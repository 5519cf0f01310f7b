"""What the shop says about itself, what it is asked, and what it says by itself."""

from __future__ import annotations

from walk import Walk

from walks import changes
from walks.buying import add
from walks.orders import bought, to_pay

_BUSINESS = {
    "name": "Lume Lda",
    "address": "Rua do Lume 7\n1200-387 Lisboa\nPortugal",
    "vat_id": "PT514000000",
    "registration": "Conservatória do Registo Comercial de Lisboa, 514 000 000",
}
_ASKED = {
    "en": ("where is my order?", "do you deliver to France?", "I want my money back",
           "cancel my order", "can I talk to a person?"),
    "de": ("wo ist meine Bestellung?", "liefert ihr nach Frankreich?", "ich will mein Geld zurück",
           "Bestellung stornieren", "kann ich mit jemandem sprechen?"),
    "ar": ("أين طلبي؟", "هل توصلون إلى فرنسا؟", "أريد استرداد نقودي", "إلغاء الطلب",
           "أريد التحدث مع شخص"),
}  # fmt: skip


def about(walk: Walk) -> None:
    """What the shop says about itself."""
    with walk.shop(changes.shop(business=_BUSINESS, remind_cart_hours=24)):
        me = walk.buyer
        me.start()
        for command, screen, key, caption in (
            ("help", "info.help_", "help.q.data", "Help"),
            ("language", "info.languages", "language.choose", "Languages"),
            ("reminders", "reminders.reminders", "remind.on", "Reminders"),
            ("paysupport", "info.paysupport", "button.write_to_shop", "Help with a payment"),
            ("terms", "info.terms", "terms.title", "Terms"),
            ("imprint", "info.imprint", "imprint.title", "Imprint"),
            ("privacy", "info.privacy", "button.delete", "Privacy"),
            ("delete", "info.sure_delete", "delete.ask", "Delete my data?"),
        ):
            me.write(f"/{command}")
            walk.see(screen, key, caption)
        walk.tap("button.delete_sure")
        walk.see("info.kind", "delete.done", "Forgotten")


def questions(walk: Walk) -> None:
    """Questions in plain words, and the owner's answer."""
    with walk.shop():
        me, owner = walk.buyer, walk.owner
        me.start()
        bought(walk, "lume-cup", way="button.pickup")
        order, delivery, refund, cancel, somebody = _ASKED[walk.language]
        for asked, screen, key, caption in (
            (order, "questions.orders", "question.orders", "Where is my order?"),
            (delivery, "questions.delivery", "question.delivers_to", "Do you deliver there?"),
            (refund, "questions.refund", "question.refund", "My money back"),
            (cancel, "questions.cancel", "question.nothing_to_cancel", "Cancel it"),
            (somebody, "questions.owner", "question.owner", "Is anybody there?"),
        ):
            me.write(asked)
            walk.see(screen, key, caption)
        walk.tap("button.send_words")
        walk.see("info.kind", "support.carried", "Sent on")
        walk.see("owner_steps.support", "owner.support", "The owner reads it", owner)
        walk.tap("button.owner_answer", owner)
        walk.see("owner_steps.ask_words", "owner.ask_words", "The owner answers", owner)
        owner.write({"en": "Gladly: what is it?", "de": "Gern: Worum geht es?",
                     "ar": "بكل سرور: ما الأمر؟"}[walk.language])  # fmt: skip
        walk.see("news.support", "news.support", "The answer")
        me.write("qwertz asdfg?")
        walk.see("search.nothing", "button.send_words", "What may be a question")


def by_itself(walk: Walk) -> None:
    """What the shop says by itself."""
    with walk.shop(changes.shop(remind_cart_hours=1), changes.of("coffee-tin", stock=0)):
        me, owner = walk.buyer, walk.owner
        me.start()
        me.write("/start p_coffee-tin")
        walk.tap("button.tell_me")
        walk.shows("button.tell_me_not")
        owner.write("/stock coffee-tin 5")
        walk.shows("owner.edited", owner)
        walk.see("news.back_in_stock", "news.back_in_stock", "Back in stock")
        add(walk, "lume-cup")
        to_pay(walk, "button.pickup").close()
        walk.ask("POST", "/demo/time", seconds=2700)
        walk.see("reminders.link", "remind.link", "The link will end")
        me.write("/cancel")
        walk.shows("cancel.done")
        walk.ask("POST", "/demo/time", seconds=2 * 3600)
        walk.see("reminders.cart", "remind.cart", "A cart left behind")
        me.write("/reminders")
        walk.tap("button.reminders_off")
        walk.see("reminders.reminders", "remind.off", "No reminders")


def together(walk: Walk) -> None:
    """In a group, and in any chat."""
    with walk.shop():
        me = walk.buyer
        me.start()
        me.be("Alice", "Flat 4B")
        me.write("/start")
        walk.see("shop.home", "shop.choose", "The shop in a group")
        for who, what in (("Alice Hart", "lume-cup"), ("Jonas Weber", "azulejo-coasters")):
            me.page.get_by_label(me.says["who_in_group"]).select_option(label=who)
            me.write(f"/start p_{what}")
            walk.tap("button.add")
            walk.shows("button.in_cart")
        me.write("/cart")
        walk.see("cart.cart", "cart.title_group", "One cart, each one's sum")
        me.write("/start p_geisha-lot-27")
        walk.tap("button.tell_me")
        walk.see("info.kind", "button.only_you", "What only one of them sees")
        me.page.get_by_label(me.says["who_in_group"]).select_option(label="Alice Hart")
        to_pay(walk, "button.pickup").locator("button[data-pay]").click()
        walk.shows("receipt.title")
        walk.tap("button.receipt")
        walk.see("orders.papers", "button.open_receipt", "Stripe's receipt, for its buyer")
        field = me.page.locator("#active").get_by_role("textbox", name=me.says["message"])
        field.fill("@sandbox_shop_bot lume")
        me.page.locator("#active .option-result").first.wait_for()
        walk.look(me.page, "Goods, shown in any chat")
