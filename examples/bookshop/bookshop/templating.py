"""What every template knows."""

from datetime import date

from flask import current_app, request
from markupsafe import Markup

from . import basket
from .params import SORTS, sort_key


def init_app(app):
    app.context_processor(shop)
    app.add_template_filter(money)
    app.add_template_filter(stars, "stars")
    app.add_template_test(is_new, "new_book")


def shop():
    return {
        "shop_name": current_app.config["SHOP_NAME"],
        "basket_count": basket.count(),
        "here": request.path,
        "sorts": SORTS,
        "sort": sort_key(),
    }


def money(amount):
    return f"€ {amount:.2f}"


def stars(rating):
    """Draw a rating from 1 to 5, or say that there is none."""
    if rating is None:
        return "not rated yet"
    full = round(rating)
    text = "★" * full + "☆" * (5 - full)
    return Markup('<span class="stars" title="{:.1f}">{}</span>').format(rating, text)


def is_new(book):
    return book.year >= date.today().year - 1
