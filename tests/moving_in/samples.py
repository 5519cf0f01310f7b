"""Small made-up tables of each form, and what reads them."""

from __future__ import annotations

from typing import Any

from bot.catalog_file.parse import parse
from bot.moving_in.reading import TableOptions, Taken, take
from bot.ports.catalog import Fault, TableAnswers

SHOPIFY = """\
Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,\
SKU,Barcode,Option1 name,Option1 value,Option2 name,Option2 value,Price,Compare-at price,\
Inventory tracker,Inventory quantity,Continue selling when out of stock,Weight value (grams),\
Product image URL,Variant image URL,Gift card
Fox Tee,fox-tee,"<p>Soft &amp; heavy.</p><ul><li>Organic</li><li>Made in Porto</li></ul>",Lume,\
Apparel > Shirts,T-shirts,"new, warm",TRUE,Active,FOX-M-R,'4006381333931,Size,M,Colour,Red,19.00,\
24.00,shopify,4,DENY,180,https://cdn.example.com/fox.jpg,https://cdn.example.com/red.jpg,FALSE
,fox-tee,,,,,,,,FOX-L-R,,,L,,Red,19.00,,shopify,0,DENY,190,https://cdn.example.com/back.jpg,,
,fox-tee,,,,,,,,FOX-L-B,,,L,,Blue,21.00,,shopify,-2,DENY,190,,,
Mug,mug,Just a mug,Lume,,,,TRUE,Draft,MUG,,Title,Default Title,,,12.00,,,,,300,,,FALSE
Voucher,voucher,,Lume,,,,TRUE,Active,,,Title,Default Title,,,25.00,,,,,,,,TRUE
"""

SHOPIFY_BEFORE = """\
Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Variant SKU,\
Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,\
Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Status
tea,Green tea,<b>Sencha</b>,Lume,Tea,true,Title,Default Title,TEA,100,shopify,7,deny,9.50,8.00,,\
https://cdn.example.com/tea.jpg,active
"""

WOOCOMMERCE = """\
ID,Typ,Artikelnummer,"GTIN, UPC, EAN oder ISBN",Name,Veröffentlicht,Ist hervorgehoben?,\
Sichtbarkeit im Katalog,Kurzbeschreibung,Beschreibung,"Datum, an dem Angebotspreis beginnt",\
"Datum, an dem Angebotspreis endet",Steuerstatus,Steuerklasse,Vorrätig?,Lager,\
Geringe Lagermenge,Lieferrückstande erlaubt?,Nur einzeln verkaufen?,Gewicht (kg),Länge (cm),\
Breite (cm),Höhe (cm),Kundenbewertungen erlauben?,Hinweis zum Kauf,Angebotspreis,\
Regulärer Preis,Kategorien,Schlagwörter,Versandklasse,Bilder,Downloadlimit,\
Ablauftage des Downloads,Übergeordnetes Produkt,Gruppierte Produkte,Zusatzverkäufe,\
Cross-Sells (Querverkäufe),Externe URL,Button-Text,Position,Attribut 1 Name,Attribut 1 Wert(e),\
Attribut 1 Sichtbar,Attribut 1 Global
10,variable,TEE,,Fuchs-Shirt,1,0,visible,,Weich\\nGut,,,taxable,,1,7,,0,0,0.2,,,,1,,,,\
"Kleidung > T-Shirts, Neu",,,"https://x.example/a.jpg, https://x.example/b.jpg",,,,,,,,,0,Größe,\
"M, L",1,1
11,variation,TEE-M,4006381333931,Fuchs-Shirt - M,1,0,visible,,,,,taxable,parent,1,,,0,0,,,,,0,,\
"15,00","19,00",,,,,,,id:10,,,,,,1,Größe,M,,1
12,variation,TEE-L,,Fuchs-Shirt - L,1,0,visible,,,,,taxable,parent,1,3,,0,0,,,,,0,,,"19,00",\
,,,,,,TEE,,,,,,2,Größe,L,,1
13,simple,CUP,,Becher,0,0,visible,,Aus Ton,,,taxable,,0,,,0,0,"0,35",,,,0,,,"9,50",Küche\
,,,,,,,,,,,,3,,,,
14,external,LINK,,Anderswo,1,0,visible,,,,,taxable,,1,,,0,0,,,,,0,,,"5,00",Küche,,,,,,,,,,,,4,,,,
"""

GOOGLE = """\
id\ttitle\tdescription\tlink\timage_link\tavailability\tprice\tsale_price\tbrand\tgtin\t\
item_group_id\tcolor\tsize\tshipping_weight
1\tTee red\tSoft\thttps://x.example/1\thttps://x.example/1.jpg\tin_stock\t19.00 EUR\t15.00 EUR\t\
Lume\t4006381333931\tG1\tred\tM\t0.2 kg
2\tTee blue\tSoft\thttps://x.example/2\thttps://x.example/2.jpg\tout_of_stock\t19.00 EUR\t\tLume\t\
4006381333948\tG1\tblue\tM\t200 g
3\tMug\tA mug\thttps://x.example/3\thttps://x.example/3.jpg\tpreorder\t9.00 EUR\t\tLume\t\t\t\t\t
"""


def brought(
    table: str | bytes, present: str | None = None, answers: TableAnswers | None = None, **how: Any
) -> Taken:
    """Take a table into a file, which is new where none is given; in euros, with goods."""
    content = table if isinstance(table, bytes) else table.encode()
    wanted = TableOptions(**{"currency": "eur", "shop": "Lume", "category": "Goods"} | how)
    if answers is not None:
        wanted = TableOptions(**{"currency": "eur", "category": "Goods"} | how, answers=answers)
    return take(content, "goods.csv", None if present is None else present.encode(), wanted)


def data_of(taken: Taken) -> Any:
    """Return what a file says."""
    return parse(taken.source.decode()).data


def products_of(taken: Taken) -> dict[str, Any]:
    """Return a file's products by id."""
    return {one["id"]: one for one in data_of(taken)["products"]}


def told(faults: tuple[Fault, ...]) -> list[tuple[int, str]]:
    """Return the line and the kind of each."""
    return [(one.line, one.kind) for one in faults]
