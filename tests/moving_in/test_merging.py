"""A table put into the present file: what it tells changes, and every other byte stays."""

from __future__ import annotations

from typing import Any

import pytest

from bot.moving_in.reading import TableOptions, take
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.samples import GOOD, read
from tests.moving_in.samples import SHOPIFY, brought, data_of, products_of, told

LISTED = """{
  "shop": {"name": "Lume", "currency": "eur"},
  "categories": [{"id": "shirts", "name": {"en": "T-shirts", "de": "T-Shirts"}}],
  "products": [
    {
      "id": "fox", "category": "shirts", "comment": "bestseller", "name": "Fox Tee", "price": 19,
      "options": [
        {"id": "size", "name": "Size", "values": [{"id": "med", "name": "M"}]},
        {"id": "color", "name": "Colour", "values": [{"id": "r", "name": {"en": "Red"}}]}
      ],
      "variants": [
        {"options": {"size": "med", "color": "r"}, "sku": "FOX-M-R", "stock": 9, "was": "20.00"}
      ]
    }
  ]
}
"""


def _changed(table: str, present: str = GOOD, **how: Any) -> str:
    """Return the present file with a table in it."""
    return brought(table, present, **how).source.decode()


def test_only_the_cell_that_differs_changes() -> None:
    """Order, indentation and comments of the owner's file stay."""
    assert _changed("id;price;stock\ncup;9,50;7\n") == GOOD.replace('"stock": 0', '"stock": 7')


def test_comments_on_details_and_a_sale_make_no_difference() -> None:
    """They are the owner's, and no table has them."""
    noted = GOOD.replace(
        '"price": 9.5,',
        '"price": 9.5, "details": [{"label": "Size", "text": "L", "comment": "check"}],'
        ' "sale": {"price": "8.00", "comment": "spring"},',
    )
    table = "id;price;sale_price;detail_label1;detail1\ncup;9,50;8,00;Size;{}\n"

    assert _changed(table.format("L"), noted) == noted
    assert '"text": "XL"' in _changed(table.format("XL"), noted)


def test_a_lower_was_beside_a_sale_stays() -> None:
    """The lowest price of 30 days, where a table tells nothing of old prices; not without it."""
    text = GOOD.replace('"price": 9.5,', '"price": 9.5, "was": "8.00", "sale": {"price": "6.00"},')

    assert _changed("id;price\ncup;9,50\n", text) == text
    assert '"was": "8.00"' in _changed("id;price\ncup;10,50\n", text)
    ended = products_of(brought("id;price;sale_price\ncup;9,50;\n", text))["cup"]
    assert {"was", "sale"}.isdisjoint(ended)


def test_a_price_that_is_a_number_stays_one() -> None:
    """As a quick edit does it."""
    assert _changed("id;price\ncup;8,00\n") == GOOD.replace('"price": 9.5', '"price": 8.00')


def test_a_file_that_says_it_all_keeps_every_byte() -> None:
    """With Windows line ends and a byte order mark too."""
    windows = "\ufeff" + GOOD.replace("\n", "\r\n")

    assert _changed("id;name;price\ncup;Cup <blue> ☕;9,5\n", windows) == windows


def test_an_emptied_cell_takes_its_value_away() -> None:
    """A column that is not there says nothing; an empty cell of one that is says "none"."""
    changed = _changed("id;price;stock\ncup;9,50;\n")

    assert "stock" not in changed.splitlines()[28]
    assert read(changed).catalog.product("cup").stock is None  # type: ignore[arg-type, union-attr]


def test_new_products_are_written_as_the_others_are() -> None:
    """Behind the last; a category of a known name is that category."""
    changed = _changed("id;name;category;price\ntray;Tray;Gear;5\n")
    tray = '    {"id": "tray", "category": "gear", "name": "Tray", "price": "5.00"}'

    assert changed == GOOD.replace('"stock": 0}\n', f'"stock": 0}},\n{tray}\n')


def test_a_product_is_known_by_its_sku_and_its_choices_by_their_names() -> None:
    """The owner's own ids stay, and with them carts, orders and old buttons."""
    taken = brought(SHOPIFY.partition("Mug")[0], LISTED)
    fox = products_of(taken)["fox"]

    assert list(products_of(taken)) == ["fox"]
    assert fox["comment"] == "bestseller"
    assert [one["options"] for one in fox["variants"]] == [
        {"size": "med", "color": "r"},
        {"size": "l", "color": "r"},
        {"size": "l", "color": "blue"},
    ]
    assert [one["id"] for one in fox["options"][0]["values"]] == ["med", "l"]
    assert (fox["variants"][0]["stock"], fox["variants"][0]["was"]) == (4, "24.00")
    assert data_of(taken)["categories"] == [
        {"id": "shirts", "name": {"en": "T-shirts", "de": "T-Shirts"}}
    ]
    assert read(taken.source).warnings == ()


FEED = "id\ttitle\tprice\tmpn\tavailability\n"


def test_a_feeds_id_is_the_number_that_the_file_knows_a_product_by() -> None:
    """Its sku here is the id there; the maker's number is told, and changes nothing of that."""
    known = GOOD.replace('"id": "cup",', '"id": "cup", "sku": "PB-7",')
    feed = FEED + "PB-7\tCup\t11.00 EUR\tMAKER-1\tin_stock\n"
    taken = brought(feed, known)

    assert list(products_of(taken)) == ["house-blend", "cup"]
    cup = products_of(taken)["cup"]
    assert (str(cup["price"]), cup["sku"]) == ("11.00", "PB-7")
    assert [(one.line, one.kind, one.params.get("written")) for one in taken.remarks] == [
        (2, "table_left_sku", "MAKER-1"),
        (2, "table_available", None),
    ]


def test_a_feeds_id_names_a_variant_too() -> None:
    """One row of a product that the file has with choices; CONTROL: an unknown id is a product."""
    row = "FOX-M-R\tFox Tee\t18.00 EUR\t\tin_stock\n"
    taken = brought(FEED + row, LISTED, update=True)
    other = brought(FEED + row.replace("FOX-M-R", "FOX-X"), LISTED)

    (red,) = products_of(taken)["fox"]["variants"]
    assert (red["price"], taken.remarks) == ("18.00", ())
    assert list(products_of(other)) == ["fox", "fox-x"]


def test_a_fault_of_our_own_is_not_taken_for_one_of_the_file() -> None:
    """CONTROL: of a file that has another shape than ours its reader tells, and this does not."""

    class Broken(dict[str, str]):
        def get(self, *_: object) -> str:
            raise KeyError("ours")

    table = "id;price;photo1\ncup;9;photos/cup.jpg\n"
    options = TableOptions("eur", update=True, pictures=Broken(there="is one"))
    with pytest.raises(KeyError, match="ours"):
        take(table.encode(), "goods.csv", GOOD.encode(), options)
    faulty = GOOD.replace('"name": "Beans & Co"', '"name": 5')
    taken = take(table.encode(), "goods.csv", faulty.encode(), options)
    assert '"price": 9.00' in taken.source.decode()


def test_a_row_may_name_a_variant_by_its_sku_alone() -> None:
    """A list of counts from a till needs no more."""
    taken = brought("sku;stock\nFOX-M-R;3\n", LISTED, update=True)

    assert taken.source.decode() == LISTED.replace('"stock": 9', '"stock": 3')
    assert taken.remarks == ()


def test_an_update_changes_prices_and_stock_alone() -> None:
    """No name, no new product; an old price that is not above the new one goes."""
    table = "id;name;price;stock\ncup;Mug;15;3\nnew;New;1;1\n"
    taken = brought(table, GOOD.replace('"price": 9.5', '"price": 9.5, "was": 12'), update=True)
    cup = products_of(taken)["cup"]

    assert (cup["name"], cup["price"], cup["stock"]) == ("Cup <blue> ☕", 15, 3)
    assert "was" not in cup
    assert told(taken.remarks) == [(1, "table_update_only"), (3, "table_unknown")]
    assert taken.remarks[0].params["columns"] == "name"


def test_options_with_values_of_their_own_take_what_they_can_hold() -> None:
    """A value's price and count change where all rows of the value agree."""
    rows = [
        f"house-blend;{size};{grind};{price};{stock}"
        for size, price, stock in (("250g", "12,50", 18), ("1kg", "41,00", 5))
        for grind in ("beans", "filter")
    ]
    table = "\n".join(["id;value1_id;value2_id;price;stock", *rows])
    product = products_of(brought(table, GOOD))["house-blend"]

    assert product["stock"] == 18
    assert product["options"][0]["values"][1] == {
        "id": "1kg",
        "name": "1 kg",
        "price": "41.00",
        "stock": 5,
    }


SALE = """{
  "shop": {"name": "Lume", "currency": "eur"},
  "categories": [{"id": "shirts", "name": "T-shirts"}],
  "products": [
    {
      "id": "fox", "category": "shirts", "name": "Fox Tee", "price": 19, "sku": "FOX",
      "sale": {"price": "15.00", "from": "2026-12-04 12:00"},
      "options": [
        {"id": "size", "name": "Size", "values": [
          {"id": "s", "name": "S"}, {"id": "m", "name": "M"}, {"id": "l", "name": "L"}
        ]}
      ],
      "variants": [
        {"options": {"size": "s"}}, {"options": {"size": "m"}},
        {"options": {"size": "l"}, "price": "21.00"}
      ]
    }
  ]
}
"""


def test_a_new_price_of_a_product_on_sale_is_the_products() -> None:
    """Prices of the variants' own would end the sale in silence."""
    table = "id;value1_id;price\nfox;s;20,00\nfox;m;20,00\nfox;l;21,00\n"

    assert _changed(table, SALE) == SALE.replace('"price": 19', '"price": 20.00')


def test_a_sale_price_that_is_the_price_keeps_a_row_out_of_the_sale() -> None:
    """It gets a price of its own, which no sale lowers."""
    table = (
        "id;value1_id;price;sale_price;sale_from\n"
        "fox;s;19,00;15,00;4.12.2026 12:00\nfox;m;19,00;19,00;\nfox;l;21,00;;\n"
    )
    own = SALE.replace('{"size": "m"}}', '{"size": "m"}, "price": "19.00"}')

    assert _changed(table, SALE) == own


def test_a_sale_of_what_has_its_own_price_in_the_file_is_told() -> None:
    """The file stays, and no line of it is passed over in silence."""
    table = (
        "id;value1_id;price;sale_price;sale_from\n"
        "fox;s;19,00;;\nfox;m;19,00;;\nfox;l;21,00;15,00;2026-12-04 12:00\n"
    )
    taken = brought(table, SALE)

    assert taken.source.decode() == SALE
    assert told(taken.remarks) == [
        (2, "table_left_empty"),
        (3, "table_left_empty"),
        (4, "table_left_none"),
        (4, "table_left_none"),
    ]


def test_a_row_on_sale_at_another_price_than_the_sales_is_told() -> None:
    """A product has one price that its sale lowers: never two in silence."""
    table = (
        "id;name;option1;value1;price;sale_price\n"
        "a;A;Size;S;19,00;15,00\na;A;Size;M;19,00;15,00\na;A;Size;L;21,00;15,00\n"
    )
    taken = brought(table)
    (product,) = read(taken.source).catalog.products

    assert [one.sale is not None for one in product.variants()] == [True, True, False]
    assert told(taken.remarks) == [(4, "table_sale")]


def test_what_options_cannot_hold_is_told_and_left() -> None:
    """Two counts for one value: neither is taken."""
    table = (
        "id;value1_id;value2_id;price;stock\n"
        "house-blend;1kg;beans;39;5\nhouse-blend;1kg;filter;39;6\n"
    )
    taken = brought(table, GOOD)

    assert taken.source.decode() == GOOD
    assert told(taken.remarks) == [(2, "table_choices")]


@pytest.mark.parametrize("name", ["Kaffee", "coffee", "COFFEE"])
def test_a_category_is_known_in_any_of_its_languages(name: str) -> None:
    """No second shelf of the same name is made."""
    data = data_of(brought(f"id;name;category;price\nx;X;{name};5\n", GOOD))

    assert len(data["categories"]) == 2
    assert data["products"][-1]["category"] == "coffee"


def test_a_text_in_several_languages_is_not_replaced_by_one() -> None:
    """A vendor's name in one language would drop the others."""
    table = "id;name;category_name;category;price\nx;X;Kaffeesachen;coffee;5\n"
    taken = brought(table, GOOD)

    assert data_of(taken)["categories"][0]["name"] == {"en": "Coffee", "de": "Kaffee"}
    assert [one.kind for one in taken.remarks] == ["table_languages"]


SHARED = """{
  "shop": {"name": "Lume", "currency": "eur"},
  "categories": [{"id": "shirts", "name": "T-shirts"}],
  "products": [
    {
      "id": "fox", "category": "shirts", "name": "Fox Tee", "price": "19.00", "stock": 7,
      "description": "Soft.",
      "options": [
        {"id": "size", "name": "Size", "values": [
          {"id": "s", "name": "S"}, {"id": "m", "name": "M"}
        ]}
      ],
      "variants": [{"options": {"size": "s"}, "sku": "FOX-S"}, {"options": {"size": "m"}}]
    }
  ]
}
"""


def test_a_count_that_rows_share_is_put_in_once() -> None:
    """Two rows tell of one number: written twice, 9 would be 99 to be sold."""
    table = "id;value1_id;stock;shared_stock\nfox;s;9;product\nfox;m;9;product\n"

    assert _changed(table, SHARED) == SHARED.replace('"stock": 7', '"stock": 9')


def test_counts_of_rows_that_share_one_must_agree() -> None:
    """No one of the two is taken."""
    table = "id;value1_id;stock;shared_stock\nfox;s;9;product\nfox;m;8;product\n"
    with pytest.raises(CatalogFaultsError) as caught:
        brought(table, SHARED)

    assert told(caught.value.faults) == [(3, "table_disagree")]


def test_options_without_a_price_have_the_products() -> None:
    """A product with none gets some; what the table does not tell stays."""
    cup = products_of(brought("id;option1;value1;stock\ncup;Size;M;3\n", GOOD))["cup"]

    assert cup["price"] == 9.5
    assert cup["variants"] == [{"options": {"size": "m"}, "stock": 3}]
    assert "stock" not in cup


def test_a_number_moves_with_what_is_sold_by_it() -> None:
    """It would stand twice, at the product and at its variant."""
    present = GOOD.replace('"stock": 0', '"stock": 0, "sku": "CUP"')
    taken = brought("id;price;sku;option1;value1\ncup;9,50;CUP;Size;M\n", present)

    assert products_of(taken)["cup"]["variants"] == [{"options": {"size": "m"}, "sku": "CUP"}]
    assert read(taken.source).warnings == ()


def test_a_row_of_another_id_changes_its_variant_alone() -> None:
    """It is known by its number; what stands in the product's other rows is not taken away."""
    table = (
        "id;sku;name;description;value1_id;price\nfox;;Fox Tee;Soft.;m;19,00\nfix;FOX-S;;;s;21,00\n"
    )
    taken = brought(table, SHARED)

    assert taken.source.decode() == SHARED.replace(
        '"sku": "FOX-S"', '"price": "21.00", "sku": "FOX-S"'
    )


@pytest.mark.parametrize("update", [False, True])
def test_goods_that_are_in_stock_elsewhere_and_none_here_are_told(update: bool) -> None:
    """A feed has no numbers: what it brought as sold out would stay so in silence."""
    head = "id,title,price,availability,link,item_group_id,size\n"
    row = "{id},Tee {size},9.00 EUR,{word},https://x.example,tee,{size}\n"
    gone = head + "".join(row.format(id=n, size=n, word="out_of_stock") for n in "SM")
    gone += "mug,Mug,9.00 EUR,out_of_stock,https://x.example,,\n"
    back = gone.replace("out_of_stock", "in_stock").replace(
        "Tee M,9.00 EUR,in", "Tee M,9.00 EUR,out_of"
    )
    first = brought(gone)
    present = first.source.decode()

    assert told(first.remarks) == []
    again = brought(back, present, update=update)
    assert again.source == first.source
    assert told(again.remarks) == [(2, "table_available"), (4, "table_available")]
    assert told(brought(back, present.replace('"stock": 0', '"stock": 4')).remarks) == []


def test_an_old_price_of_one_choice_is_not_shown_with_another() -> None:
    """Simple options have it of their product: it would be struck through where it never was."""
    text = GOOD.replace(
        '"stock": 0}',
        '"options": [{"id": "size", "name": "Size", "values": [{"id": "s", "name": "S"},'
        ' {"id": "l", "name": "L", "price": "40.00"}]}]}',
    )
    table = (
        "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Compare At Price\n"
        "cup,Cup,Size,S,9.50,{}\ncup,,,L,40.00,45.00\n"
    )
    one, both = (brought(table.format(was), text) for was in ("", "45.00"))

    assert "was" not in products_of(one)["cup"]
    assert (3, "table_columns") in told(one.remarks)
    assert products_of(both)["cup"]["was"] == "45.00"
