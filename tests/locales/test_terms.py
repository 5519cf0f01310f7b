"""Terms: one word for one thing in each language, and the right way to call a person.

Whoever writes a new text finds here which word the language has for a thing. What people may type
(questions, days, greetings) is left out: there every word that somebody may use is welcome.
"""

from __future__ import annotations

import re
from itertools import chain

import pytest

from tests.locales.test_translations import ENGLISH, LANGUAGES, entries, every_language

#: What people type, not what they read.
_TYPED = ("question.words_", "question.country_", "typed.", "search.hellos", "search.help",
          "search.thanks", "days.")  # fmt: skip
#: Placeholders, tags, commands, and what stands in straight quotes or belongs to a program.
_NO_WORDS = re.compile(
    r"\{[a-z_0-9]+\}|<[^<>]*>|\"[^\"]*\"|--[a-z-]+|/[a-z]+|python -m bot \w+|[\w/]+\.json"
    r"|\b[A-Z]{2,}[A-Z_]*\b"
)
#: A thing, as English names it, and the beginning of its word in each other language.
WORDS = {
    "carts?": ("warenk[oö]rb", "carrito", "carrinho", "panier", "корзин", "سل[ةتا]"),
    "receipts?": ("beleg", "recibo", "recibo", "reçu", "чек", "إيصال"),
    "payment links?": (
        "zahlungslink", "enlaces? de pago", "ligaç(?:ão|ões) de pagamento", "liens? de paiement",
        r"ссылк\w+ на оплату", "(?:رابط|روابط) (?:ال)?دفع",
    ),
    "payment pages?": (
        "bezahlseite", "páginas? de pago", "páginas? de pagamento", "pages? de paiement",
        r"страниц\w* оплаты", r"صفح\w+ (?:ال)?دفع",
    ),
    "refund(?:s|ed|ing)?": ("erstatt", "reemb[oó]l", "reembol", "rembours", "возвра|верн", "ر[ُ]?د"),
    "delivery": ("versand|liefer", "envío", "envio|entrega", "livraison", "доставк", "توصيل"),
    "pick-up": (
        "abhol|abgeholt", "reco[gj]", "levanta", "retir|retrait",
        "самовывоз|забир|забра|получен|ждёт", "استلام|يُستلم|تستلم",
    ),
    "sold out": ("ausverkauft", "agota", "esgota", "épuisé", "нет|закончил", "نفد"),
    "variants?": ("variante", "variante", "variante", "variante", "вариант", "بديل|بدائل"),
    "options?": ("option", "opci", "opç", "option", "опци", "خيار"),
    "rates?": ("versandart", "tarifa", "tarifa", "tarif", "тариф", "تعرف"),
    "reminders?": ("erinner", "recordatorio", "lembrete", "rappel", "напом", "تذكير"),
    "categor(?:y|ies)": ("kategorie", "categoría", "categoria", "catégorie", "категори", "فئ"),
    "catalog": ("katalog", "catálogo", "catálogo", "catalogue", "каталог", "كتالوج"),
    "disputes?": ("anfecht|angefoch", "disputa", "contesta", "contest", "спор|оспар", "عتر[ا]?ض"),
    "standby": ("standby", "de reserva", "de reserva", "de secours", "резервн", "حتياطي"),
    "backup": ("sicherung", "copia", "cópia", "sauvegarde", "резервн", "نسخة احتياطية"),
    "database": ("datenbank", "base de datos", "base de dados", "base", r"баз\w+ данных", "قاعد"),
    "bank": ("bank|lastschrift", "banc", "banc", "banque|bancaire", "банк", "بنك"),
}  # fmt: skip
_ORDER = ("de", "es", "pt", "fr", "ru", "ar")
#: Texts that may name a thing otherwise, or leave it out, each for its reason.
APART = {
    ("de", "button.in_cart"), ("es", "button.in_cart"), ("pt", "button.in_cart"),
    ("fr", "button.in_cart"), ("ru", "button.in_cart"), ("de", "button.cart"),  # a sign of a cart
    ("de", "button.accept"), ("es", "button.accept"), ("pt", "button.accept"),
    ("fr", "button.accept"), ("ru", "button.accept"),  # the button stands in the cart
    ("de", "command.checkout"),  # "zur Kasse gehen"
    ("de", "cli.move.alike"),  # its "backup" is a command
}  # fmt: skip
#: Other words for the same things, given up here, and wrong ways to call a person.
OTHERS = {
    "en": r"\b(?:basket|shelf|till|back-up|stand-by|mend(?:ed)?|anew|telephone)\b"
    r"|\bNoted as",
    "de": r"\b(?:Korb|Quittung|Regal|kostenlos|verborgen|verbergen|Log|notiert als)\b|Bezahllink"
    r"|Zahlungsanfechtung|Rückerstattung|diesen TELEGRAM_BOT_TOKEN|\b[A-ZÄÖÜ]\w+en Sie\b",
    "es": r"\b(?:cestas?|estantes?|dueñ[oa]s?|máquina|[Aa]notado como|versión buena|Stars)\b"
    r"|\b(?:Escriba|Ponga|Póngales|Corrija|Elija|Dé)\b",
    "pt": r"\b(?:prateleira|don[oa]s?|links?|conversa|disputas?|máquina|versão boa|Stars)\b"
    r"|\b(?:[oO]|do|ao|no|pelo) Stripe\b|\b(?:teu|tua|teus|tuas|contigo)\b"
    r"|\b(?:Verifica|Guarda|Corrige|Formata|Esvazia|Altera|Divide|Põe|Escolhe)\b",
    "fr": r"\b(?:rayons?|conversation|discussions?|litiges?|identifiants?|Stars)\b|\{n\} fautes?"
    r"|d’essai|\b(?:ton|ta|tes|toi)\b|\b(?:Mets|Vérifie|Corrige|Écris|Choisis)\b",
    "ru": r"\b(?:полк[аиеу]|раздела?(?! «)|примечани\w+|распродан\w*|машин[аеы])\b|Dashboard"
    r"|учётн\w+ запис|\b(?:открой|напиши|нажми|отправь|твой|тебе)\b",
    "ar": r"العميل|العملاء|تيليغرام|الرفّ?\b|رفوف|الدردشة|مصرف|نزاع|معرّف|البضائع|لوحة Stripe|حاسوب"
    r"|(?:يقول|يعرف|يرفض|يقبل|يلغي|يؤكد) Stripe",
}


def read_texts(code: str) -> list[tuple[str, str]]:
    """Return what a person reads in a language, with its key, every form of a plural."""
    return [
        (key, _NO_WORDS.sub(" ", wording))
        for key, entry in entries(code).items()
        if not key.startswith(_TYPED)
        for wording in entry.wordings
    ]


@every_language
def test_a_thing_is_called_by_its_word(code: str) -> None:
    """Where English speaks of the cart, the text in another language has that language's word."""
    theirs = entries(code)
    english = [(key, words) for key, words in read_texts(ENGLISH) if not key.startswith("table.")]
    nameless = set()
    for thing, stems in WORDS.items():
        stem = re.compile(stems[_ORDER.index(code)], re.IGNORECASE)
        for key, words in english:
            said = " ".join(chain(theirs[key].wordings)) if key in theirs else ""
            if re.search(rf"\b{thing}\b", words, re.IGNORECASE) and not stem.search(said):
                nameless.add((thing, key))
    assert {(thing, key) for thing, key in nameless if (code, key) not in APART} == set()


@pytest.mark.parametrize("code", LANGUAGES.codes)
def test_a_thing_has_no_second_word(code: str) -> None:
    """No text has one of the words that were given up for another."""
    other = re.compile(OTHERS[code])
    assert [
        (key, found[0]) for key, words in read_texts(code) if (found := other.search(words))
    ] == []
