"""Lists that the file is held against: Stripe's currencies and countries, and digital goods.

A currency that is not listed has no known exponent, so it cannot be taken on trust.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from operator import itemgetter


def _codes(written: str) -> frozenset[str]:
    return frozenset(written.split())


#: Lower-case ISO 4217; Stripe's page "Supported currencies", and its three-decimal ones.
CURRENCIES = _codes(
    """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd
    cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel ghs gip gmd gnf
    gtq gyd hkd hnl hrk htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp
    lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab
    pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs
    tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw
    """
)

#: Upper-case ISO 3166 alpha-2; `shipping_address_collection.allowed_countries` of Stripe's API.
COUNTRIES = _codes(
    """
    AC AD AE AF AG AI AL AM AO AQ AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG EH ER
    ES ET FI FJ FK FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HN HR HT HU ID
    IE IL IM IN IO IQ IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV
    LY MA MC MD ME MF MG MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NU
    NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL
    SM SN SO SR SS ST SV SX SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA
    VC VE VG VN VU WF WS XK YE YT ZA ZM ZW ZZ
    """
)

#: What people write for a country, where it is not the code.
COUNTRY_HABITS = {"UK": "GB", "EN": "GB", "EL": "GR", "USA": "US", "GER": "DE"}

#: Names that sound like digital goods, which Telegram lets bots sell for Telegram Stars only
#: (Telegram's Bot Developer Terms, 6.2). A word proves nothing, so this only ever warns. These are
#: looked for in names alone: descriptions mention downloads and books for good reasons.
_DIGITAL = (
    # English, and what other languages took from it
    "e-book", "ebook", "e-books", "ebooks", "audiobook", "mp3", "pdf", "software", "download",
    "downloads", "downloadable", "licence key", "license key", "activation key",
    "activation code", "product key", "game key", "steam key", "game code", "in-game", "robux",
    "v-bucks", "online course", "video course", "vpn", "nft", "premium account",
    "webinar", "webinars", "preset", "presets", "printable", "printables", "top-up", "top up",
    "membership", "memberships", "audiobooks", "audio book", "audio books",
    "telegram premium", "telegram stars", "digital download", "digital edition",
    # German, Spanish, Portuguese, French
    "lizenzschlüssel", "aktivierungscode", "online-kurs", "onlinekurs", "videokurs",
    "libro electrónico", "libro digital", "curso en línea", "curso online", "descarga digital",
    "clave de activación", "livro digital", "livro eletrónico", "livro eletrônico",
    "chave de ativação", "livre numérique", "cours en ligne", "téléchargement",
    "clé d'activation", "mitgliedschaft", "audiolibro", "membresía", "audiolivro", "webinário",
    "webinaire", "livre audio",
    # Russian, Arabic
    "сертификат", "электронная книга", "аудиокнига", "онлайн-курс", "видеокурс", "ключ активации",
    "вебинар", "пресеты", "كتاب إلكتروني", "كتاب صوتي", "دورة إلكترونية", "مفتاح تفعيل",
)  # fmt: skip
#: Vouchers, as patterns, since some languages join and bend their words: looked for in
#: descriptions and categories too. Each begins with a plain letter.
_VOUCHERS = (
    # English
    r"vouchers?", r"e-vouchers?", r"gift ?cards?", r"digital gift ?cards?",
    r"gift[ -]certificates?", r"store credit",
    # German
    r"geschenkkarten?",
    # Spanish, Portuguese, French
    r"cheques? (?:de )?regalo", r"vales? (?:de )?regalo", r"bonos? (?:de )?regalo",
    r"tarjetas? (?:de )?regalo", r"vales?[ -](?:presente|prenda)s?",
    r"c(?:heques?|art(?:ão|ões))[ -](?:presente|prenda)s?", r"cart(?:ão|ões) de oferta",
    r"c(?:artes?|h[èe]ques?)[ -]cadeaux?", r"bons?[ -]cadeaux?", r"bons? d['’]achat",
    # Russian, Arabic
    r"подарочн\w+ сертификат\w*", r"подарочн\w+ карт\w*", r"ваучер\w*",
    r"قس(?:يمة|ائم)", r"القس(?:يمة|ائم)",
    r"بطاق(?:ة|ات) (?:ال)?هد(?:ية|ايا)", r"البطاق(?:ة|ات) (?:ال)?هد(?:ية|ايا)",
)  # fmt: skip


def _any_of(*patterns: str) -> re.Pattern[str]:
    """Return what finds whole words, tried by their first letters: in a third of the time."""
    by_letter = groupby(sorted(patterns), key=itemgetter(0))
    each = (f"{letter}(?:{'|'.join(one[1:] for one in some)})" for letter, some in by_letter)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)")


_DIGITAL_NAME = _any_of(*_VOUCHERS, *map(re.escape, _DIGITAL))
_VOUCHER = _any_of(*_VOUCHERS)
#: German joins it to the word before.
_JOINED = re.compile(r"\w*gutschein(?:e[ns]?|s|codes?|karten?)?(?!\w)")


@lru_cache(1024)  # colours and sizes stand on many products
def digital_word(name: str) -> str | None:
    """Return the word of a name that sounds like digital goods, or None."""
    return _found(_DIGITAL_NAME, name)


def voucher_word(text: str) -> str | None:
    """Return the word of a text that is a voucher's, or None."""
    return _found(_VOUCHER, text)


def _found(words: re.Pattern[str], text: str) -> str | None:
    # In small letters: a search that minds neither takes three times as long.
    small = text.lower()
    found = words.search(small)
    if "gutschein" in small and (joined := _JOINED.search(small)):
        found = min(found or joined, joined, key=re.Match.start)
    return text[found.start() : found.end()] if found else None
