"""Products, prices, shipping rates and line items, as Stripe's objects."""

from __future__ import annotations

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.errors import ApiError, missing
from shop_sandbox.stripe.params import url
from shop_sandbox.stripe.world import Book, new_id


def make_price(book: Book, line: Json, param: str) -> Json:
    """Return the price of a line: the one named, or a new one from ``price_data``.

    Raises:
        ApiError: neither, both, or an unknown one is named.
    """
    if ("price" in line) == ("price_data" in line):
        raise ApiError(
            f"You must specify one of `price` or `price_data` in `{param}`.",
            code="parameter_missing",
            param=f"{param}[price]",
        )
    if "price" in line:
        return book.prices.find(line["price"], param=f"{param}[price]", status=400)
    data = line["price_data"]
    param = f"{param}[price_data]"
    if "unit_amount" not in data:
        name = f"{param}[unit_amount]"
        raise ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name)
    price: Json = {
        "id": new_id("price_"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": book.world.now(),
        "currency": data["currency"],
        "custom_unit_amount": None,
        "livemode": book.livemode,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": _product(book, data, param)["id"],
        "recurring": None,
        "tax_behavior": data.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": data["unit_amount"],
        "unit_amount_decimal": str(data["unit_amount"]),
    }
    return book.prices.add(price)


def _product(book: Book, data: Json, param: str) -> Json:
    if ("product" in data) == ("product_data" in data):
        name = f"{param}[product_data]"
        raise ApiError(
            f"You must specify either `product` or `product_data` in `{param}`.",
            code="parameter_missing",
            param=name,
        )
    if "product" in data:
        return book.products.find(data["product"], param=f"{param}[product]", status=400)
    wanted = data["product_data"]
    for at, image in enumerate(wanted.get("images", [])):
        url(image, f"{param}[product_data][images][{at}]", secure=book.livemode)
    product: Json = {
        "id": new_id("prod_", 14),
        "object": "product",
        "active": False,
        "created": book.world.now(),
        "default_price": None,
        "description": wanted.get("description"),
        "images": wanted.get("images", []),
        "livemode": book.livemode,
        "marketing_features": [],
        "metadata": wanted.get("metadata", {}),
        "name": wanted["name"],
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": wanted.get("tax_code"),
        "unit_label": wanted.get("unit_label"),
        "updated": book.world.now(),
        "url": None,
    }
    return book.products.add(product)


def make_item(book: Book, line: Json, param: str) -> Json:
    """Return a line item; its amounts are filled in when the session is reckoned.

    Raises:
        ApiError: its price or its quantity is missing or unknown.
    """
    price = make_price(book, line, param)
    if "quantity" not in line:
        name = f"{param}[quantity]"
        raise ApiError(
            f"Quantity is required. Add `quantity` to `{param}`",
            code="parameter_missing",
            param=name,
        )
    item: Json = {
        "id": new_id("li_"),
        "object": "item",
        "adjustable_quantity": line.get("adjustable_quantity"),
        "amount_discount": 0,
        "amount_subtotal": 0,
        "amount_tax": 0,
        "amount_total": 0,
        "currency": price["currency"],
        "description": book.products.find(price["product"])["name"],
        "metadata": line.get("metadata", {}),
        "price": price,
        "quantity": line["quantity"],
    }
    return item


def make_rate(book: Book, option: Json, currency: str, param: str) -> Json:
    """Return the shipping rate of an option: the one named, or a new one.

    Raises:
        ApiError: neither, both or an unknown one is named, or its currency is another.
    """
    if ("shipping_rate" in option) == ("shipping_rate_data" in option):
        raise ApiError(
            f"You must specify one of `shipping_rate` or `shipping_rate_data` in `{param}`.",
            code="parameter_missing",
            param=f"{param}[shipping_rate]",
        )
    if "shipping_rate" in option:
        name = option["shipping_rate"]
        if name not in book.rates:
            raise missing("shipping rate", name, param=f"{param}[shipping_rate]")
        return book.rates.find(name)
    data = option["shipping_rate_data"]
    param = f"{param}[shipping_rate_data]"
    if "fixed_amount" not in data:
        name = f"{param}[fixed_amount]"
        raise ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if data["fixed_amount"]["currency"] != currency:
        raise ApiError(
            "The currency of the shipping rate must be the currency of the line items "
            f"({currency}).",
            param=f"{param}[fixed_amount][currency]",
        )
    estimate = data.get("delivery_estimate")
    rate: Json = {
        "id": new_id("shr_"),
        "object": "shipping_rate",
        "active": True,
        "created": book.world.now(),
        "delivery_estimate": estimate
        and {"maximum": estimate.get("maximum"), "minimum": estimate.get("minimum")},
        "display_name": data["display_name"],
        "fixed_amount": data["fixed_amount"],
        "livemode": book.livemode,
        "metadata": data.get("metadata", {}),
        "tax_behavior": data.get("tax_behavior", "unspecified"),
        "tax_code": data.get("tax_code"),
        "type": "fixed_amount",
    }
    return book.rates.add(rate)
