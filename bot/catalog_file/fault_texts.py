"""The English wording of every fault of the catalog file, by its message key."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ENGLISH: Mapping[str, str] = MappingProxyType({
    # The file as a whole
    "catalog.fault.empty": "The file is empty. Put your catalog back, or start from the example.",
    "catalog.fault.too_large":
        "The file has {size} MB; the shop reads at most {limit} MB. Pictures belong in files of "
        "their own.",
    "catalog.fault.utf16":
        "The file is saved as UTF-16. Save it with the encoding UTF-8.",
    "catalog.fault.not_utf8":
        "Here stands a character that is not UTF-8 (byte {byte}). Save the file with the "
        "encoding UTF-8.",
    "catalog.fault.too_deep":
        "Brackets are nested more than {limit} deep here. A catalog never needs that; is a "
        "closing bracket missing above?",
    "catalog.fault.file_missing": "There is no such file. Is the path right?",
    "catalog.fault.file_unreadable": "The file cannot be read: {reason}.",
    # JSON itself
    "catalog.fault.missing_comma": "A comma is missing here, before the next entry.",
    "catalog.fault.trailing_comma":
        "Nothing follows this comma. Remove it; the last entry has none.",
    "catalog.fault.extra_comma": "Here is one comma too many. Remove it.",
    "catalog.fault.comment":
        'JSON knows no comments. Remove it, or keep your note as "comment": "…" in the entry.',
    "catalog.fault.missing_colon":
        'A colon is missing after "{key}". Write "{key}": and then the value.',
    "catalog.fault.missing_value": '"{key}" has no value. Write one, or remove the entry.',
    "catalog.fault.unclosed_text":
        'The text "{written}" is not closed. Put a straight quote " at its end.',
    "catalog.fault.line_break":
        "A text must stand on one line. Write \\n where a new line should begin.",
    "catalog.fault.inner_quotes": 'A quote inside a text is written \\" or “like this”.',
    "catalog.fault.wrong_quotes":
        'Texts stand in straight double quotes, not in {found}. Write "…".',
    "catalog.fault.bad_escape":
        "{written} means nothing in a text. Write two backslashes for one.",
    "catalog.fault.control":
        "Here is a control character inside a text. Write {right}, or a space.",
    "catalog.fault.odd_space":
        "Here is a special space ({found}) between entries. Replace it with a normal one.",
    "catalog.fault.unquoted_key": 'Names stand in quotes. Write "{key}".',
    "catalog.fault.unquoted_text": 'Texts stand in quotes. Write "{written}".',
    "catalog.fault.bad_word": "{written} is written {right} in JSON.",
    "catalog.fault.bad_number":
        "{written} is no number of JSON. Write it like 12.50, or as a text in quotes.",
    "catalog.fault.decimal_comma": "{written} has a decimal comma. Write {right}.",
    "catalog.fault.unclosed":
        "The file ends, but {opened} from line {opened_line} is not closed. Put {right} where it "
        "ends.",
    "catalog.fault.wrong_bracket":
        "Here stands {found}, but {opened} from line {opened_line} is closed by {right}.",
    "catalog.fault.extra_bracket": "Here is one {found} too many. Remove it.",
    "catalog.fault.after_end":
        "The catalog ended before {found}. Is a closing bracket above in the wrong place?",
    "catalog.fault.unexpected":
        "{found} cannot stand here. Look at the brackets and quotes before it.",
    # Shape
    "catalog.fault.missing": '"{key}" is missing. Add it.',
    "catalog.fault.unknown_key_near": 'The shop does not know "{key}". Did you mean "{right}"?',
    "catalog.fault.unknown_key":
        'The shop does not know "{key}". Here it knows: {known}.',
    "catalog.fault.repeated_key":
        '"{key}" stands twice in one entry; the first is on line {other_line}. Keep one.',
    "catalog.fault.object_type": "Here belongs an entry in curly brackets.",
    "catalog.fault.list_type": "Here belongs a list in square brackets.",
    "catalog.fault.string_type": "Here belongs a text in quotes.",
    "catalog.fault.text_type":
        "Here belongs a text in quotes, or one for each language in curly brackets.",
    "catalog.fault.whole_type":
        "Here belongs a whole number such as 20, without quotes and decimals.",
    "catalog.fault.bool_type": "Here belongs true or false, without quotes.",
    "catalog.fault.too_small": "This is too small; at least {minimum}.",
    "catalog.fault.too_big": "This is too big; at most {maximum}.",
    "catalog.fault.hold_minutes":
        "Stripe keeps a payment link for more than 30 minutes and less than a day. Write a number "
        "from {minimum} to {maximum}.",
    "catalog.fault.value": "The shop cannot use this value: {message}.",
    # Texts and names
    "catalog.fault.blank": "This text is empty. Write something, or remove the entry.",
    "catalog.fault.too_long":
        "This text has {length} characters; at most {limit} fit into Telegram's and Stripe's "
        "screens.",
    "catalog.fault.one_line": "This text must stand on one line. Remove the \\n.",
    "catalog.fault.invisible":
        "This text holds an invisible control character. Type the text anew.",
    "catalog.fault.broken_text":
        "This text holds half a character (a lone \\ud… code). Type the text anew.",
    "catalog.fault.no_language": 'Here is no wording. Write at least one, such as "en": "…".',
    "catalog.fault.language":
        '"{written}" is no language code. Write one such as en, de or pt-BR.',
    "catalog.fault.id_form":
        '"{written}" cannot be an id: only small letters a–z, digits and hyphens, beginning '
        'with a letter or digit. Write "{right}".',
    "catalog.fault.id_letters":
        '"{written}" cannot be an id: only small letters a–z, digits and hyphens, beginning '
        'with a letter or digit. Write something like "tea-2".',
    "catalog.fault.id_length":
        "This id has {length} characters; at most {limit} fit into Telegram's buttons.",
    "catalog.fault.variant_length":
        "The longest choice \"{id}\" has {length} characters; at most {limit} fit into Telegram's "
        "buttons. Shorten the ids of the values.",
    # Money
    "catalog.fault.price_type": 'Here belongs an amount such as "12.50".',
    "catalog.fault.price_form": '{written} is no amount. Write one such as "12.50".',
    "catalog.fault.price_comma":
        "{written} has a comma. Decimals follow a point, thousands follow nothing: write "
        '"{right}".',
    "catalog.fault.price_marks":
        'Write the amount alone, "{right}" instead of {written}; the currency stands under '
        '"shop".',
    "catalog.fault.price_negative": "{written} is less than nothing. Write an amount above 0.",
    "catalog.fault.price_zero": "A price must be at least {minimum}.",
    "catalog.fault.price_maximum":
        "This is more than Stripe takes with most payment methods: at most {maximum}.",
    "catalog.fault.price_decimals":
        '{written} is too fine: {currency} has at most {decimals} decimals. Write "{below}" or '
        '"{above}".',
    "catalog.fault.price_whole":
        "{written} is too fine: amounts in {currency} have no decimals at Stripe. Write "
        '"{below}" or "{above}".',
    "catalog.fault.price_minimum":
        "Stripe charges at least {minimum}; an order of {price} alone will be refused.",
    "catalog.fault.was_not_above":
        "The old price {was} is not above the price {price}. Remove it, or correct one of them.",
    "catalog.fault.currency_near": 'Stripe takes no currency "{written}". Did you mean {right}?',
    "catalog.fault.currency":
        'Stripe takes no currency "{written}". Write a three-letter code such as eur.',
    # Things that belong together
    "catalog.fault.repeated_category":
        'Two categories have the id "{id}"; the first is on line {other_line}. Change one.',
    "catalog.fault.repeated_product":
        'Two products have the id "{id}"; the first is on line {other_line}. Change one.',
    "catalog.fault.repeated_option":
        'Two options of this product have the id "{id}"; the first is on line {other_line}. '
        "Change one.",
    "catalog.fault.repeated_value":
        'Two values of this option have the id "{id}"; the first is on line {other_line}. '
        "Change one.",
    "catalog.fault.repeated_question":
        'Two questions have the id "{id}"; the first is on line {other_line}. Change one.',
    "catalog.fault.repeated_country":
        "{code} is listed twice; the first is on line {other_line}. Remove one.",
    "catalog.fault.unknown_category_near":
        'There is no category "{id}". Did you mean "{right}"?',
    "catalog.fault.unknown_category":
        'There is no category "{id}". Add it under "categories", or use one of: {known}.',
    "catalog.fault.no_categories": "The shop needs at least one category.",
    "catalog.fault.no_products": "The shop has nothing to sell: no product, or all are hidden.",
    "catalog.fault.empty_category": 'No product is in the category "{id}".',
    "catalog.fault.many_options": "This product has {count} options; at most {limit}.",
    "catalog.fault.many_values": "This option has {count} values; at most {limit}.",
    "catalog.fault.no_values": "This option has nothing to choose. Add values, or remove it.",
    "catalog.fault.many_variants":
        "The options make {count} combinations; at most {limit}. Make several products of it.",
    "catalog.fault.two_options_price":
        "Only one option of a product can have prices, since a price replaces the product's. "
        "Another has one on line {other_line}. Keep one, or make several products of it.",
    "catalog.fault.two_options_stock":
        "Only one option of a product can be counted. Another has a stock on line {other_line}. "
        "Keep one, or make several products of it.",
    # Pictures
    "catalog.fault.picture_missing":
        "There is no picture \"{file}\" in the catalog's folder. Is it spelt exactly so, small "
        "and capital letters too?",
    "catalog.fault.picture_outside":
        "The picture \"{file}\" lies outside the catalog's folder. Put it inside.",
    "catalog.fault.picture_format":
        '"{file}" is no picture that Telegram shows. Save it as JPEG or PNG.',
    "catalog.fault.picture_size":
        'The picture "{file}" has {size} MB; Telegram takes at most {limit} MB. Save it smaller.',
    "catalog.fault.picture_sides":
        'The picture "{file}" has {width} × {height} pixels; Telegram takes at most {limit} for '
        "width and height together. Make it smaller.",
    "catalog.fault.picture_ratio":
        'The picture "{file}" has {width} × {height} pixels; Telegram takes one side at most '
        "{limit} times the other. Crop it.",
    "catalog.fault.picture_path":
        "Write where the picture lies inside the catalog's folder, such as photos/tea.jpg.",
    "catalog.fault.picture_backslash": 'Write the path with slashes: "{right}".',
    "catalog.fault.picture_https":
        "An address of a picture begins with https://, so that Telegram and Stripe fetch it.",
    "catalog.fault.picture_address": "This is no address of a picture. Copy it anew.",
    "catalog.fault.photo_and_photos":
        '"photo" and "photos" stand side by side. Put all pictures into "photos".',
    "catalog.fault.many_photos":
        "This product has {count} pictures; Telegram shows at most {limit}.",
    # Checkout and the shop's habits
    "catalog.fault.many_rates": "There are {count} shipping rates; Stripe takes at most {limit}.",
    "catalog.fault.no_rates":
        "Shipping needs at least one rate. Write one with the price 0 if sending is free.",
    "catalog.fault.no_countries":
        'Shipping needs at least one country, such as "PT".',
    "catalog.fault.country_near": '"{written}" is no country code. Write "{right}".',
    "catalog.fault.country":
        '"{written}" is no country that Stripe sends to. Write a two-letter code such as PT.',
    "catalog.fault.days":
        "Write the fewest and the most days, such as [2, 4], the smaller number first.",
    "catalog.fault.many_questions": "There are {count} questions; Stripe takes at most {limit}.",
    "catalog.fault.timezone":
        '"{written}" is no time zone. Write one such as Europe/Lisbon or UTC.',
    "catalog.fault.digital_goods":
        '"{word}" sounds like digital goods. Telegram lets bots sell those for Telegram Stars '
        "only (its Bot Developer Terms, 6.2); this shop is for physical goods and services.",
})  # fmt: skip
