"""The database's notes by name: small facts, each kept until it is written anew or taken away."""

from __future__ import annotations

from enum import StrEnum


class Note(StrEnum):
    """What a note is about. Names stand in databases: none is changed, none given twice."""

    #: Random, made with the database: whose Stripe orders are this shop's.
    SHOP_ID = "shop_id"
    #: Where the shop has moved, or that it is on its way, as JSON.
    MOVE = "move"
    #: When the database last took a write of the watch, seconds UTC.
    WRITTEN = "written_at"
    #: When the owners were last to be told that the database takes writes again, seconds UTC, and
    #: by which process.
    BACK_TOLD = "database_back_told"
    #: "closed" while nobody can check out, and the owner's words about it.
    CHECKOUT_CLOSED = "till"
    CHECKOUT_WORDS = "till_words"
    #: The id of the last event that was fetched.
    EVENTS_CURSOR = "events_cursor"
    #: When this database first looked for events, seconds UTC: where there was none to go on from,
    #: a restored back-up begins here and not at its own start.
    EVENTS_SINCE = "events_since"
    #: Why the key may not read events, as owners were told.
    EVENTS_DENIED = "events_denied"
    #: How far the clock was off, as owners were told, in seconds; until it is right again.
    CLOCK_OFF = "clock_off"
    #: When the owners were told that the key seems to be another account's, seconds UTC.
    KEY_FOREIGN = "key_seems_foreign"
    #: The day of the last summary, as ``2026-11-30``.
    SUMMARY_DAY = "summary_day"
    #: Until when carts were looked through for those to be reminded of, seconds UTC.
    CARTS_RECALLED = "carts_recalled_until"
    #: The mark of the prices that owners were asked about, and how many they are; 0: a currency.
    PRICES_ASKED = "prices_asked"
    #: Marks of the catalog's warnings that owners were told.
    CATALOG_WARNED = "catalog_warned"

    #: `of` a chat: the catalog's file that an owner has sent: digest and text, as JSON.
    CATALOG_OFFERED = "catalog_offered"
    #: `of` a chat: the table that its owner was asked about: digest, name and content, as JSON.
    TABLE_ASKED = "table_asked"
    #: `of` a chat: the question whose answer is waited for, as JSON.
    ASKED = "asked"
    #: `of` a chat: what it has open and since when, as JSON; written where several processes serve.
    OPENED = "opened"
    #: `of` a chat: which units of an order its owner has picked, as JSON.
    PICKED = "picked"
    #: `of` a chat: when its first message to the owners of this hour came, and how many did.
    SUPPORT = "support"
    #: `of` a chat: its latest messages that were carried to somebody, as JSON.
    CARRIED = "carried"
    #: `of` a chat: its latest words that were no search, ready to be carried to the owners.
    KEPT_WORDS = "kept_words"
    #: `of` a chat: the lines last taken out of its cart, so that they can be put back, as JSON.
    REMOVED = "removed"
    #: `of` a person: by chat, what they were to pay for when asked where it goes, as JSON.
    WISHED = "wished"
    #: `of` a group: the new id, while an unpaid order stays behind.
    MOVED = "moved"
    #: `of` an order: whether Stripe did not know its session.
    SESSION_UNKNOWN = "session_unknown"
    #: `of` an order: the payment of its bank debit, by which Stripe knows it without its session.
    DEBIT = "debit"
    #: `of` a question to Stripe: why it was refused, as owners were told.
    REFUSED = "refused"
    #: `of` a credit note's number: when owners heard that its refund failed, seconds UTC.
    CREDIT_NOTE_WRONG = "credit_note_wrong"
    #: `of` a code, and the product it is about: when owners last heard that Stripe took no order
    #: for it, seconds UTC.
    CREATE_REFUSED = "create_refused"
    #: `of` a stock id: steps of its count, before and after, that add units and are no new count.
    RESTOCK = "restock"
    #: `of` "bot", "account" or "mode": whom the database belongs to.
    BELONGS_TO = "belongs_to"

    def of(self, whose: object) -> str:
        """Return the name of the note that each of several has."""
        return f"{self}_{whose}"


#: What a person leaves behind in notes, by their private chat.
PERSONAL_NOTES = (
    Note.ASKED,
    Note.OPENED,
    Note.PICKED,
    Note.SUPPORT,
    Note.CARRIED,
    Note.KEPT_WORDS,
    Note.WISHED,
    Note.REMOVED,
    Note.CATALOG_OFFERED,
    Note.TABLE_ASKED,
)
