"""What a request says, checked."""

from flask import abort, request

SORTS = ("title", "author", "year")


def page_number():
    return max(request.args.get("page", default=1, type=int), 1)


def search_words():
    return request.args.get("q", "").split()


def sort_key():
    """The column to sort by: asked for now, or remembered from the last time."""
    key = request.args.get("sort") or request.cookies.get("sort")
    return key if key in SORTS else SORTS[0]


def quantity():
    """How many copies the posted form asks for, from 1 to 10."""
    count = request.form.get("quantity", default=1, type=int)
    if not 1 <= count <= 10:
        abort(400, description="Buy between 1 and 10 copies.")
    return count


def review_from_json():
    """The stars and the text of the review in the request's JSON body."""
    data = request.get_json()
    if not isinstance(data, dict):
        abort(400, description="A review is a JSON object.")
    stars = data.get("stars")
    if stars not in range(1, 6):
        abort(400, description="stars must be a number from 1 to 5.")
    return stars, str(data.get("body", ""))


def wants_json():
    return request.path.startswith("/api/")
