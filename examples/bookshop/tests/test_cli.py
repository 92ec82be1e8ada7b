from bookshop.cli import seed
from bookshop.extensions import db
from bookshop.models import Book, find_user


def count_books():
    return db.session.scalar(db.select(db.func.count(Book.id)))


def test_seed(app, runner):
    result = runner.invoke(args=["seed", "--admin", "chief", "--password", "opensesame"])
    assert result.exit_code == 0, result.output
    assert result.output == "Added 6 books.\nAdded the admin chief.\n"
    with app.app_context():
        assert count_books() == 13
        assert find_user("chief").check_password("opensesame")


def test_seed_twice(runner):
    runner.invoke(args=["seed"])
    assert runner.invoke(args=["seed"]).output == "Added 0 books.\n"


def test_seed_some_books(runner):
    result = runner.invoke(seed, ["--books", "10"])
    assert result.output.startswith("Added 4 books.")


def test_wrong_option(runner):
    result = runner.invoke(args=["seed", "--books", "many"])
    assert result.exit_code == 2
    assert "'many' is not a valid integer" in result.output
