"""Tables of other shops become entries of our file; what could not be taken is told by line."""

from __future__ import annotations

import pytest

from bot.moving_in.reading import TableForm
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.samples import GOOD, read
from tests.moving_in.samples import (
    GOOGLE,
    SHOPIFY,
    SHOPIFY_BEFORE,
    WOOCOMMERCE,
    brought,
    data_of,
    products_of,
    told,
)


def test_shopifys_products_keep_their_variants_stock_and_old_prices() -> None:
    """Rows of one handle are one product; a count below nothing is nothing."""
    taken = brought(SHOPIFY)
    fox = products_of(taken)["fox-tee"]

    assert taken.form is TableForm.SHOPIFY
    assert fox["description"] == "Soft & heavy.\n\n• Organic\n• Made in Porto"
    assert fox["photos"] == ["https://cdn.example.com/fox.jpg", "https://cdn.example.com/back.jpg"]
    assert [one["id"] for one in fox["options"]] == ["size", "colour"]
    assert [one.get("stock") for one in fox["variants"]] == [4, 0, 0]
    assert fox["variants"][0] == {
        "options": {"size": "m", "colour": "red"},
        "was": "24.00",
        "photo": "https://cdn.example.com/red.jpg",
        "stock": 4,
        "sku": "FOX-M-R",
        "barcode": "4006381333931",
        "weight": 180,
    }
    assert fox["price"] == "19.00"
    assert fox["variants"][2]["price"] == "21.00"


def test_shopifys_drafts_are_hidden_and_an_option_that_is_none_is_left_out() -> None:
    """``Title`` with ``Default Title`` stands for no option."""
    mug = products_of(brought(SHOPIFY))["mug"]

    assert mug["hidden"] is True
    assert mug["price"] == "12.00"
    assert "options" not in mug
    assert "stock" not in mug


def test_what_shopify_has_and_we_do_not_is_told() -> None:
    """Tags have no place, nor a second category; a gift card must not be sold here."""
    taken = brought(SHOPIFY)

    assert told(taken.remarks) == [(1, "table_columns"), (6, "table_gift_card")]
    assert taken.remarks[0].params["columns"] == "Product category, Tags"
    assert "voucher" not in products_of(taken)


def test_shopifys_earlier_header_is_known() -> None:
    """Files of years ago are still everywhere; an old price that is not above is none."""
    tea = products_of(brought(SHOPIFY_BEFORE))["tea"]

    assert (tea["name"], tea["description"], tea["stock"]) == ("Green tea", "Sencha", 7)
    assert "was" not in tea


def test_woocommerces_header_is_known_in_any_language() -> None:
    """Its columns are found by their order; prices are read as the site writes them."""
    taken = brought(WOOCOMMERCE)
    tee = products_of(taken)["fuchs-shirt"]

    assert taken.form is TableForm.WOOCOMMERCE
    assert tee["description"] == "Weich\nGut"
    assert (tee["price"], tee["stock"], tee["weight"]) == ("15.00", 7, 200)
    assert tee["variants"] == [
        {
            "options": {"grosse": "m"},
            "was": "19.00",
            "sku": "TEE-M",
            "barcode": "4006381333931",
        },
        {"options": {"grosse": "l"}, "price": "19.00", "stock": 3, "sku": "TEE-L"},
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Type,SKU,Name,Regular price,Stock,Weight (kg),Parent",
        "Typ,Artikelnummer,Name,Regulärer Preis,Lager,Gewicht (kg),Übergeordnetes Produkt",
        "Tipo,SKU,Nombre,Precio normal,Inventario,Peso (kg),Superior",
        "Type,UGS,Nom,Tarif régulier,Stock,Poids (kg),Parent",
        "Tipo,SKU,Nome,Preço,Estoque,Peso (kg),Ascendente",
        "Tipo,REF,Nome,Preço normal,Stock,Peso (kg),Pai",
        "Тип,Артикул,Имя,Базовая цена,Запасы,Вес (кг),Родительский",
        "النوع,رمز المنتج (SKU),الاسم,السعر الافتراضي,المخزون,الوزن (كيلوجرام),الأب",
    ],
)
def test_woocommerces_chosen_columns_are_known_by_their_names(header: str) -> None:
    """Few of the columns, in no fixed place: by what each language calls them."""
    taken = brought(f"{header}\nsimple,CUP,Cup,9.50,3,0.35,\n")

    assert taken.form is TableForm.WOOCOMMERCE
    cup = products_of(taken)["cup"]
    assert (cup["price"], cup["stock"], cup["weight"], cup["sku"]) == ("9.50", 3, 350, "CUP")
    assert taken.remarks == ()


def test_woocommerces_units_are_known_in_the_sites_language() -> None:
    """They tell where the columns are, and what a weight is in."""
    header, rest = WOOCOMMERCE.split("\n10,", 1)
    for ours, theirs in (("(kg)", "(كيلوجرام)"), ("(cm)", "(سنتيميتر)")):
        header = header.replace(ours, theirs)
    taken = brought(f"{header}\n10,{rest}")

    assert products_of(taken) == products_of(brought(WOOCOMMERCE))


def test_woocommerces_hidden_and_sold_out_product() -> None:
    """Not published is hidden; not in stock is none left."""
    cup = products_of(brought(WOOCOMMERCE))["becher"]

    assert (cup["hidden"], cup["stock"], cup["category"]) == (True, 0, "kuche")


@pytest.mark.parametrize(("alone", "most"), [("1", 1), ("0", None)])
def test_woocommerces_sold_individually_is_one_an_order(alone: str, most: int | None) -> None:
    """Which column that is, its place tells beside the weight's in every language."""
    taken = brought(WOOCOMMERCE.replace(',0,0,"0,35"', f',0,{alone},"0,35"'))

    assert products_of(taken)["becher"].get("max_per_order") == most
    assert "Nur einzeln verkaufen?" not in str([one.params for one in taken.remarks])


def test_columns_that_are_not_taken_are_named_whole_and_the_others_counted() -> None:
    """No name is cut in the middle; CONTROL: a few short ones are all named."""
    names = [f"A column whose name is long {n}" for n in range(10)]
    long, few = (
        brought(f"id,name,price,{','.join(some)}\na,A,1{',x' * len(some)}\n").remarks[0].params
        for some in (names, ["One", "Two"])
    )

    assert long == {"columns": ", ".join(names[:3]), "more": 7}
    assert few == {"columns": "One, Two"}


DESCRIBED = (
    "Type,SKU,Name,Regular price,Parent,Download 1 ID,Download 1 URL,Attribute 1 name,"
    "Attribute 1 value(s),Attribute 1 visible,Attribute 1 global,Attribute 2 name,"
    "Attribute 2 value(s),Attribute 2 visible,Attribute 2 global,Meta: _track1,Brands\n"
    'simple,CUP,Cup,9,,,,Material,"Clay, Cork",1,0,Supplier,Rossi,0,0,x,Lume\n'
    'variable,TEE,Tee,,,,,Size,"M, L",1,1,Material,"Cotton\\, organic",1,1,,\n'
    "variation,TEE-M,,19,TEE,,,Size,M,,1,,,,,,\n"
    "variation,TEE-L,,19,TEE,,,Size,L,,1,,,,,,\n"
    '"simple, downloadable",PDF,Pattern,5,,7,https://x.example/p.pdf,,,,,,,,,,\n'
)


def test_woocommerces_attributes_that_nobody_chooses_by_are_details() -> None:
    """As its customers see them; columns of downloads and other data are no attributes."""
    taken = brought(DESCRIBED)
    made = products_of(taken)

    assert made["cup"]["details"] == [{"label": "Material", "text": "Clay, Cork"}]
    assert made["cup"]["brand"] == "Lume"
    assert made["tee"]["details"] == [{"label": "Material", "text": "Cotton, organic"}]
    assert [one["options"] for one in made["tee"]["variants"]] == [{"size": "m"}, {"size": "l"}]
    assert [(one.line, one.kind, one.params.get("columns")) for one in taken.remarks] == [
        (1, "table_columns", "Download 1 ID, Download 1 URL, Meta: _track1"),
        (2, "table_columns", "Supplier"),
        (3, "table_columns", "SKU"),
        (6, "table_kind", None),
    ]


def test_another_shops_details_do_not_replace_the_owners_own() -> None:
    """Those of the same label change where they stand; CONTROL: the same table changes nothing."""
    first = brought(DESCRIBED).source.decode()
    own = '{"label": "Care", "text": "By hand"}, {"label": "Material", "text": "Clay"}'
    noted = first.replace('{"label": "Material", "text": "Clay, Cork"}', own)
    again = products_of(brought(DESCRIBED, noted))["cup"]["details"]

    assert again == [
        {"label": "Care", "text": "By hand"},
        {"label": "Material", "text": "Clay, Cork"},
    ]
    assert brought(DESCRIBED, first).source.decode() == first


def test_rows_without_a_number_do_not_take_each_others_place() -> None:
    """A table made by hand in WooCommerce's form has neither ID nor SKU."""
    table = "Type,Name,Regular price,Weight (kg)\nsimple,Cup,9,\nsimple,Jug,12,\nsimple,Cup,8,\n"

    assert [one["price"] for one in products_of(brought(table)).values()] == [
        "9.00",
        "12.00",
        "8.00",
    ]


def test_values_that_a_sign_tells_apart_have_ids_of_their_own() -> None:
    """Lenses of +1.00 and -1.00; CONTROL: a hyphen within a word is none, and stays apart."""
    rows = "".join(
        f",lens,,,{one},9\n" for one in ("+1.00", "-1.00", "−0.50", "1.00", "T-2", "A+", "A")
    )
    table = "Title,URL handle,Vendor,Option1 name,Option1 value,Price\nLens,lens,Lume,Power,0,9\n"
    (option,) = products_of(brought(table + rows))["lens"]["options"]

    assert [one["id"] for one in option["values"]] == [
        "0", "plus-1-00", "minus-1-00", "minus-0-50", "1-00", "t-2", "a-plus", "a",
    ]  # fmt: skip


def test_woocommerces_links_to_other_shops_are_told() -> None:
    """A product of a kind that we have not is listed with its line, and the rest is taken."""
    remarks = brought(WOOCOMMERCE).remarks
    kinds = told(remarks)

    assert (6, "table_kind") in kinds
    assert {"word": "external", "name": "Anderswo"} in [one.params for one in remarks]
    assert (2, "table_categories") in kinds


def test_what_a_woocommerce_variation_cannot_keep_is_told_by_line() -> None:
    """Its own text and a second picture; its product's number, as each variation has its own."""
    table = (
        "Type,SKU,Name,Regular price,Description,Images,Weight (kg),Parent,"
        "Attribute 1 name,Attribute 1 value(s)\n"
        "variable,TEE,Tee,,Soft,,,,Size,M\n"
        "variation,TEE-M,,9,Slim fit,https://x.example/a.jpg,,TEE,Size,M\n"
        'variation,TEE-L,,9,,"https://x.example/b.jpg, https://x.example/c.jpg",,TEE,Size,L\n'
    )
    taken = brought(table)

    assert [(one.line, one.params["columns"]) for one in taken.remarks] == [
        (2, "SKU"),
        (3, "Description"),
        (4, "Images"),
    ]
    assert len(products_of(taken)["tee"]["variants"]) == 2


def test_what_later_rows_of_googles_group_have_of_their_own_is_told_by_line() -> None:
    """A product has one text, one brand and one row of pictures; CONTROL: the same are not told."""
    table = (
        "id,title,description,brand,additional_image_link,price,item_group_id,size,link\n"
        "1,Tee,Soft,Lume,https://x.example/1.jpg,9 EUR,G,S,\n"
        "2,Tee,Soft,Lume,https://x.example/1.jpg,9 EUR,G,M,\n"
        "3,Tee,Softer,Other,https://x.example/3.jpg,9 EUR,G,L,\n"
    )

    assert [(one.line, one.params["columns"]) for one in brought(table).remarks] == [
        (4, "description, brand, additional_image_link")
    ]


def test_what_googles_goods_have_alike_is_a_detail() -> None:
    """Nobody chooses by it, and customers read it; CONTROL: what differs is an option."""
    table = (
        "id,title,price,item_group_id,size,color,material,link\n"
        "1,Tee,9 EUR,G,S,red,cotton,\n2,Tee,9 EUR,G,M,red,cotton,\n3,Mug,5 EUR,,,blue,,\n"
    )
    made = products_of(brought(table))

    assert made["g"]["details"] == [
        {"label": "Color", "text": "red"},
        {"label": "Material", "text": "cotton"},
    ]
    assert [one["name"] for one in made["g"]["options"]] == ["Size"]
    assert made["3"]["details"] == [{"label": "Color", "text": "blue"}]


@pytest.mark.parametrize(("cell", "told_of"), [("0", []), ("FALSE", []), ("1", ["Is featured?"])])
def test_a_column_that_a_shop_makes_no_use_of_is_not_told(cell: str, told_of: list[str]) -> None:
    """It would stand among those that say something, of every product that there is."""
    table = f"Type,SKU,Name,Regular price,Is featured?\nsimple,A,Cup,9,{cell}\n"

    assert [one.params["columns"] for one in brought(table).remarks] == told_of


def test_prices_that_are_not_taken_are_named_first() -> None:
    """Names beyond some are only counted, and a price of another market is no small thing."""
    more = ",".join(f"A column whose name is long {n}" for n in range(9))
    table = f"Title,URL handle,Price,{more},Price / Japan\nMug,mug,9{',x' * 9},1500\n"

    (told_of,) = brought(table).remarks
    assert str(told_of.params["columns"]).startswith("Price / Japan, ")


def test_googles_rows_of_one_group_are_one_product() -> None:
    """What differs among them is what there is to choose; a code, and their ids, are variants'."""
    taken = brought(GOOGLE.encode("utf-16"))
    tee = products_of(taken)["g1"]

    assert (tee["name"], [one["name"] for one in tee["options"]]) == ("Tee", ["Color"])
    assert tee["variants"][0]["barcode"] == "4006381333931"
    assert [one["sku"] for one in tee["variants"]] == ["1", "2"]
    assert (tee["price"], tee["variants"][0]["was"]) == ("15.00", "19.00")
    assert tee["variants"][1]["stock"] == 0
    assert told(taken.remarks) == [(4, "table_awaited")]


def test_a_price_of_some_days_is_a_sale() -> None:
    """Google's and WooCommerce's days are the sale's, as the shop's clocks have them."""
    days = "2026-12-01T00:00+0100/2026-12-24T23:59+0100"
    feed = f"id,title,price,sale_price,sale_price_effective_date,link\n1,A,9 EUR,7 EUR,{days},\n"
    shop = WOOCOMMERCE.replace(",,taxable,,0,,", "2026-12-01,2026-12-24,taxable,,0,,").replace(
        '0,,,"9,50"', '0,,"8,00","9,50"'
    )

    assert products_of(brought(feed))["1"]["sale"] == {
        "price": "7.00",
        "from": "2026-12-01",
        "until": "2026-12-24",
    }
    cup = products_of(brought(shop))["becher"]
    assert (cup["price"], cup["sale"]["until"]) == ("9.50", "2026-12-24")


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("2026-12-24T23:59+0100", "2026-12-24"),
        ("2026-12-24 23:59:59", "2026-12-24"),
        ("2026-12-24", "2026-12-24"),
        ("2026-12-25T00:00:00Z", "2026-12-24"),
        ("2026-12-25 0:00:00", "2026-12-24"),
        ("2026-12-24T18:30", "2026-12-24T18:30"),
    ],
)
def test_a_sale_ends_with_its_last_day(written: str, last: str) -> None:
    """As people say it: a day's last minute is no time of day, and midnight begins no other day."""
    feed = (
        "id,title,price,sale_price,sale_price_effective_date,link\n"
        f"1,A,9 EUR,7 EUR,2026-12-01T00:00/{written},\n"
    )
    shop = WOOCOMMERCE.replace(",,taxable,,0,,", f"2026-12-01,{written},taxable,,0,,").replace(
        '0,,,"9,50"', '0,,"8,00","9,50"'
    )

    sales = (products_of(brought(feed))["1"]["sale"], products_of(brought(shop))["becher"]["sale"])
    assert [(one["from"], one["until"]) for one in sales] == [("2026-12-01", last)] * 2


_DAYS = "2026-12-01T00:00/2026-12-24T23:59"


@pytest.mark.parametrize(
    ("large", "own", "lines"),
    [
        (f"9 EUR,7 EUR,{_DAYS}", [None, None], []),
        ("9 EUR,,", [None, "9.00"], []),
        ("12 EUR,,", [None, "12.00"], []),
        (f"12 EUR,7 EUR,{_DAYS}", [None, "12.00"], [2, 3]),
        (f"9 EUR,6 EUR,{_DAYS}", [None, None], [2, 3]),
        ("9 EUR,7 EUR,2026-12-02/2026-12-24", [None, None], [2, 3]),
    ],
)
def test_a_sale_that_variants_have_in_common_is_their_products(
    large: str, own: list[str | None], lines: list[int]
) -> None:
    """Those that are not in it keep prices of their own; two sales of one product are told."""
    header = "id,title,item_group_id,size,price,sale_price,sale_price_effective_date,link\n"
    feed = f"{header}1,A,G,S,9 EUR,7 EUR,{_DAYS},\n2,A,G,L,{large},\n"
    taken = brought(feed)
    group = products_of(taken)["g"]
    sale = {"price": "7.00", "from": "2026-12-01", "until": "2026-12-24"}

    assert group.get("sale") == (None if lines else sale)
    assert [one.get("price") for one in group["variants"]] == own
    assert told(taken.remarks) == [(line, "table_sale") for line in lines]


def test_woocommerces_variations_on_sale_for_the_same_days_are_one_sale() -> None:
    """As a simple product's days are; CONTROL: without days it is an old price."""
    table = (
        "Type,SKU,Name,Regular price,Sale price,Date sale price starts,Date sale price ends,"
        "Parent,Attribute 1 name,Attribute 1 value(s)\n"
        "variable,TEE,Tee,,,,,,Size,M\n"
        "variation,TEE-M,,9,7,2026-12-01,2026-12-24,TEE,Size,M\n"
        "variation,TEE-L,,9,7,2026-12-01,2026-12-24,TEE,Size,L\n"
    )
    dated = products_of(brought(table))["tee"]
    lasting = products_of(brought(table.replace(",2026-12-01,2026-12-24", ",,")))["tee"]

    assert (dated["price"], dated["sale"]) == (
        "9.00",
        {"price": "7.00", "from": "2026-12-01", "until": "2026-12-24"},
    )
    assert (lasting["price"], lasting["was"], lasting.get("sale")) == ("7.00", "9.00", None)


def test_a_sale_that_costs_no_less_is_none() -> None:
    """The usual price is the price."""
    feed = "id,title,price,sale_price,link\n1,A,9 EUR,9 EUR,\n"

    assert products_of(brought(feed))["1"] == {
        "id": "1",
        "category": "goods",
        "name": "A",
        "price": "9.00",
    }


def test_googles_prices_in_another_currency_are_refused() -> None:
    """A price is never taken for another currency's."""
    with pytest.raises(CatalogFaultsError) as caught:
        brought(GOOGLE.replace("\t9.00 EUR", "\t9.00 USD"))

    assert told(caught.value.faults) == [(4, "table_currency")]


@pytest.mark.parametrize("table", [SHOPIFY, SHOPIFY_BEFORE, WOOCOMMERCE, GOOGLE])
def test_the_file_that_is_written_is_sound(table: str) -> None:
    """What comes of a table passes every rule of our file."""
    reading = read(brought(table).source)

    assert [one.kind for one in reading.warnings] == []
    assert len(reading.catalog.products) >= 1


def test_a_long_handle_is_shortened_and_always_alike() -> None:
    """An id fits our buttons, and the same handle has the same id in every import."""
    handle = "the-very-long-handle-of-a-shirt-that-somebody-named-in-full"
    longer = SHOPIFY.replace("fox-tee", handle)
    tables = (longer, longer + "\n", longer.replace("in-full", "in-part"))
    once, again, other = (next(iter(products_of(brought(one)))) for one in tables)

    assert once == again == "the-very-long-handle-of-a-afc7c"
    assert other != once
    assert len(once) <= 32


def test_names_of_other_letters_get_ids_of_their_own() -> None:
    """Values that differ only in letters that no id has are still two."""
    russian = SHOPIFY.replace(",M,Colour", ",10 см,Colour").replace(",L,,", ",10 дм,,")
    values = products_of(brought(russian))["fox-tee"]["options"][0]["values"]

    assert [one["name"] for one in values] == ["10 см", "10 дм"]
    assert len({one["id"] for one in values}) == 2


def test_a_long_description_ends_at_a_sentence_and_is_told() -> None:
    """Nothing is cut in silence."""
    long = SHOPIFY.replace("Just a mug", "A sentence of a mug. " * 50)
    taken = brought(long)
    text = products_of(taken)["mug"]["description"]

    assert len(text) <= 700
    assert text.endswith("mug. …")
    assert (5, "table_shortened") in told(taken.remarks)


@pytest.mark.parametrize("present", [None, GOOD])
@pytest.mark.parametrize(
    ("table", "faults"),
    [
        ("id;name;price\n", [(1, "table_nothing")]),
        (
            "id;name;price\na;A;\nb;B;0\n",
            [(1, "table_nothing"), (2, "table_no_price"), (3, "table_free")],
        ),
    ],
)
def test_a_table_of_which_nothing_can_be_taken_is_refused(
    table: str, faults: list[tuple[int, str]], present: str | None
) -> None:
    """No file without products is written: what keeps each out is told by line."""
    with pytest.raises(CatalogFaultsError) as caught:
        brought(table, present)

    assert told(caught.value.faults) == faults


def test_a_table_of_nobody_is_refused() -> None:
    """Columns of which none is known: said, with what there must be."""
    with pytest.raises(CatalogFaultsError) as caught:
        brought("foo;bar\n1;2\n")

    assert told(caught.value.faults) == [(1, "table_form")]


@pytest.mark.parametrize("table", [SHOPIFY, WOOCOMMERCE])
def test_a_table_that_is_another_shops_than_was_said_is_refused(table: str) -> None:
    """It would make a file without goods; the columns are named."""
    with pytest.raises(CatalogFaultsError) as caught:
        brought(table, form=TableForm.GOOGLE)

    assert told(caught.value.faults) == [(1, "table_form")]


def test_a_new_file_has_the_categories_that_are_used() -> None:
    """Each is there once, in the table's order; what has none gets the one that is named."""
    categories = data_of(brought(SHOPIFY))["categories"]

    assert categories == [{"id": "t-shirts", "name": "T-shirts"}, {"id": "goods", "name": "Goods"}]


def test_rows_that_choose_otherwise_than_their_product_are_told() -> None:
    """The first row says what there is to choose; another row is left out by its line."""
    lacks = SHOPIFY.replace(",L,,Blue,21.00", ",L,,,21.00")
    first = SHOPIFY.replace("Size,M,Colour,Red", "Title,Default Title,,")
    twice = SHOPIFY.replace("Size,M,Colour,Red", "Size,M,size,Red")

    assert (4, "table_options") in told(brought(lacks).remarks)
    assert len(products_of(brought(lacks))["fox-tee"]["variants"]) == 2
    assert "variants" not in products_of(brought(first))["fox-tee"]
    assert told(brought(twice).remarks)[1:4] == [(line, "table_options") for line in (2, 3, 4)]
    assert "fox-tee" not in products_of(brought(twice))


def test_more_than_three_options_are_told() -> None:
    """A feed's four at once: none of them is dropped in silence."""
    head = "id,title,price,link,item_group_id,size,color,material,pattern\n"
    row = "{n},Tee,9.00 EUR,https://x.example,G,S{n},C{n},M{n},P{n}\n"
    rows = "".join(row.format(n=n) for n in (1, 2))
    with pytest.raises(CatalogFaultsError) as caught:
        brought(head + rows)

    assert told(caught.value.faults) == [
        (1, "table_nothing"),
        *((n, "table_options") for n in (2, 3)),
    ]


@pytest.mark.parametrize("table", [WOOCOMMERCE, GOOGLE])
def test_goods_on_sale_for_nothing_are_left_out_and_told(table: str) -> None:
    """They are sold for no other price, and the rest is taken."""
    free = table.replace('"15,00","19,00"', '"0,00","19,00"').replace("15.00 EUR", "0 EUR")

    assert "table_free" in [kind for _, kind in told(brought(free).remarks)]
    (line,) = [line for line, kind in told(brought(free).remarks) if kind == "table_free"]
    assert line == (3 if table is WOOCOMMERCE else 2)


def test_a_product_whose_variations_are_all_drafts_is_hidden() -> None:
    """Its own row may be published all the same; one of ours has to show a variant."""
    drafts = WOOCOMMERCE.replace("Fuchs-Shirt - M,1", "Fuchs-Shirt - M,0")
    drafts = drafts.replace("Fuchs-Shirt - L,1", "Fuchs-Shirt - L,-1")
    taken = brought(drafts)

    assert products_of(taken)["fuchs-shirt"]["hidden"] is True
    assert read(taken.source.decode()).catalog.products
