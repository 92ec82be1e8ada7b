"""What a book costs, as the wholesaler's price list says.

The list is a file on a slow disk, so it is opened once an app context and closed with it.
"""

import json
import time
from decimal import Decimal
from pathlib import Path

from flask import current_app, g

PRICES = Path(__file__).with_name("prices.json")
SEEK_TIME = 0.01


def get_price_list():
    if "price_list" not in g:
        g.price_list = PRICES.open(encoding="utf-8")
    return g.price_list


def close_price_list(exc=None):
    price_list = g.pop("price_list", None)
    if price_list is not None:
        price_list.close()


def price_of(isbn):
    """The price of a book, or the standard price when the list does not have it."""
    price_list = get_price_list()
    price_list.seek(0)
    time.sleep(SEEK_TIME)
    prices = json.load(price_list)
    if isbn not in prices["books"]:
        current_app.logger.info("No price for %s, using the standard price.", isbn)
    return Decimal(prices["books"].get(isbn, prices["standard"]))
