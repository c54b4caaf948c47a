"""The sample shop's catalogue and settings as Magento's REST replies.

Source of the shapes: Adobe Commerce 2.4.8's Swagger file. Keys whose value is null are left out, as Magento
does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dovetail.demo.catalogue import CATEGORIES, MATERIALS, Product
from dovetail.demo.money import plain

Json = dict[str, object]

STORE = "en"


@dataclass(frozen=True, slots=True)
class Shapes:
    """Builds replies. `base` is the shop's address with a slash; `opened` the moment that ages count from (UTC)."""

    base: str
    opened: datetime

    def store_configs(self) -> Sequence[Json]:
        """`/V1/store/storeConfigs`."""
        places = {
            "base_url": self.base,
            "base_link_url": self.base,
            "base_static_url": f"{self.base}static/",
            "base_media_url": f"{self.base}media/",
        }
        plain: Json = {
            "id": 1,
            "code": STORE,
            "website_id": 1,
            "locale": "en_IE",
            "base_currency_code": "EUR",
            "default_display_currency_code": "EUR",
            "timezone": "Europe/Amsterdam",
            "weight_unit": "kgs",
        }
        return [{**plain, **places, **{f"secure_{name}": value for name, value in places.items()}}]

    def product(self, product: Product, *, single: bool) -> Json:
        """A product; only a single one comes with its stock."""
        extension: Json = {
            "website_ids": [1],
            "category_links": [{"position": 0, "category_id": str(product.category)}],
        }
        if single:
            extension["stock_item"] = self.stock(product)
        attributes: Json = {
            "image": product.file,
            "small_image": product.file,
            "thumbnail": product.file,
            "url_key": product.url_key,
            "description": product.text,
            "short_description": product.short,
            "tax_class_id": "2",
            "category_ids": [str(product.category)],
            "material": product.material,
        }
        if product.special_price is not None:
            attributes["special_price"] = f"{product.special_price:.6f}"
        return {
            "id": product.id,
            "sku": product.sku,
            "name": product.name,
            "attribute_set_id": 4,
            "price": plain(product.price),
            "status": 1,
            "visibility": 4,
            "type_id": "simple",
            "created_at": moment(self.opened, 400 - product.id % 50),
            "updated_at": moment(self.opened, 30 - product.id % 20),
            "extension_attributes": extension,
            "product_links": [],
            "options": [],
            "media_gallery_entries": self.media(product),
            "tier_prices": [],
            "custom_attributes": [{"attribute_code": code, "value": value} for code, value in attributes.items()],
        }

    def media(self, product: Product) -> Sequence[Json]:
        """`/V1/products/{sku}/media`."""
        kinds = ["image", "small_image", "thumbnail"]
        return [
            {
                "id": product.id,
                "media_type": "image",
                "label": product.name,
                "position": 1,
                "disabled": False,
                "types": kinds,
                "file": product.file,
            }
        ]

    def stock(self, product: Product) -> Json:
        """`/V1/stockItems/{sku}`."""
        return {
            "item_id": product.id,
            "product_id": product.id,
            "stock_id": 1,
            "qty": product.stock,
            "is_in_stock": product.stock > 0,
            "is_qty_decimal": False,
            "min_qty": 0,
            "min_sale_qty": 1,
            "max_sale_qty": 10000,
            "backorders": 0,
            "manage_stock": True,
            "low_stock_date": None,
        }

    def render_info(self, product: Product) -> Json:
        """One item of `/V1/products-render-info`: what a shopper sees."""
        return {
            "price_info": {
                "final_price": plain(product.final_price),
                "max_price": plain(product.final_price),
                "minimal_price": plain(product.final_price),
                "regular_price": plain(product.price),
                "max_regular_price": plain(product.price),
                "minimal_regular_price": plain(product.price),
                "special_price": product.special_price,
            },
            "images": [
                {
                    "url": f"{self.base}media/catalog/product{product.file}",
                    "code": "recently_viewed_products_grid_content_widget",
                    "height": 480,
                    "width": 480,
                    "label": product.name,
                    "resized_width": 480,
                    "resized_height": 480,
                }
            ],
            "url": f"{self.base}{product.url_key}.html",
            "id": product.id,
            "name": product.name,
            "type": "simple",
            "is_salable": "1",
            "store_id": 1,
            "currency_code": "EUR",
        }


def material_attribute() -> Json:
    """`/V1/products/attributes/material`."""
    return {
        "attribute_id": 140,
        "attribute_code": "material",
        "frontend_input": "select",
        "entity_type_id": "4",
        "scope": "global",
        "is_required": False,
        "is_user_defined": True,
        "default_frontend_label": "Material",
        "frontend_labels": [],
        "backend_type": "int",
        "options": material_options(),
    }


def material_options() -> Sequence[Json]:
    """`/V1/products/attributes/material/options`."""
    choices = {"": " ", **MATERIALS}  # Magento's first option is the empty choice
    return [{"label": label, "value": key} for key, label in choices.items()]


def category(number: int) -> Json:
    """`/V1/categories/{id}`."""
    return {
        "id": number,
        "parent_id": 2,
        "name": CATEGORIES[number],
        "is_active": True,
        "position": number,
        "level": 2,
        "children": "",
        "path": f"1/2/{number}",
        "include_in_menu": True,
    }


def moment(opened: datetime, age: float) -> str:
    """A moment `age` days before `opened`, as Magento writes it."""
    return (opened - timedelta(days=age)).strftime("%Y-%m-%d %H:%M:%S")
