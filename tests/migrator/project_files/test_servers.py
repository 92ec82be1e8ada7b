"""Server commands and environment files."""

import pytest

from migrator.project_files.kinds import Needs
from migrator.project_files.plan import plan_project_files

NEEDS = Needs(keeps_tests=False, uses_shims=False)


def planned(root, path, text):
    (root / path).write_bytes(text.encode())
    plans, findings = plan_project_files(root, NEEDS)
    return {plan.path: plan.after.decode() for plan in plans}, findings


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "web: gunicorn app:app --log-file -\r\nworker: rq worker\r\n",
            (
                "web: hypercorn --workers ${WEB_CONCURRENCY:-1} --bind 0.0.0.0:$PORT app:app"
                " --error-logfile -\r\nworker: rq worker\r\n"
            ),
        ),
        (
            "web: newrelic-admin run-program gunicorn -w4 --bind=0.0.0.0:$PORT 'app:create_app()'",
            (
                "web: newrelic-admin run-program hypercorn --workers 4 --bind 0.0.0.0:$PORT"
                " 'app:create_app()'"
            ),
        ),
        (
            "web: cd src && gunicorn -k gevent --threads 4 -t 30 -b :80 -w 2 wsgi && echo",
            "web: cd src && hypercorn --bind :80 --workers 2 wsgi:application && echo",
        ),
        ("web: flask run -p $PORT\n", "web: quart run -p $PORT\n"),
        (
            "web: flask run --with-threads --cert c.pem --key=k.pem --no-reload\n",
            "web: quart run --cert c.pem --key=k.pem --no-reload\n",
        ),
        (
            "web: gunicorn --certfile c.pem --keyfile k.pem --ca-certs=all.pem app:app -b :443",
            (
                "web: hypercorn --workers ${WEB_CONCURRENCY:-1} --certfile c.pem --keyfile k.pem"
                " --ca-certs all.pem app:app --bind :443"
            ),
        ),
    ],
)
def test_a_procfile(tmp_path, before, after):
    assert planned(tmp_path, "Procfile", before) == ({"Procfile": after}, ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'FROM python\nENV FLASK_APP=app.py\nCMD ["gunicorn", "-b", "0.0.0.0:80", "app:app"]\n',
            (
                "FROM python\nENV FLASK_APP=app.py\nENV QUART_APP=app.py\n"
                'CMD ["hypercorn", "--bind", "0.0.0.0:80", "app:app"]\n'
            ),
        ),
        ("cmd exec gunicorn app:app\n", "cmd exec hypercorn app:app\n"),
        ("ENTRYPOINT flask --app x run", "ENTRYPOINT quart --app x run"),
        ("ENV FLASK_DEBUG 1", "ENV FLASK_DEBUG 1\nENV QUART_DEBUG 1"),
    ],
)
def test_a_dockerfile(tmp_path, before, after):
    assert planned(tmp_path, "Dockerfile", before) == ({"Dockerfile": after}, ())


@pytest.mark.parametrize(
    "text",
    [
        "RUN pip install gunicorn\n",
        'CMD ["python", "app.py"]\n',
        "CMD []",
        "ENV FLASK_APP=app.py\nENV QUART_APP=app.py\n",
    ],
)
def test_other_instructions_stay(tmp_path, text):
    assert planned(tmp_path, "Dockerfile", text) == ({}, ())


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("gunicorn --chdir src app:app", "option --chdir has no counterpart"),
        ("gunicorn -c conf.py app:app", "option -c has no counterpart"),
        ("flask db upgrade", "`flask db upgrade` stays"),
    ],
)
def test_what_cannot_be_translated_is_left(tmp_path, command, message):
    texts, findings = planned(tmp_path, "Procfile", f"web: python app.py\nweb: {command}\n")
    assert texts == {}
    assert message in findings[0].message
    assert str(findings[0].location) == "Procfile:2"


def test_settings_of_gunicorn_are_left(tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("workers = 3\n")
    texts, findings = planned(tmp_path, "Procfile", "web: gunicorn app:app\n")
    assert texts == {}
    assert findings[0].location.path == "gunicorn.conf.py"


def test_flaskenv_gets_a_companion(tmp_path):
    text = "# dev\nFLASK_APP=shop\nexport FLASK_DEBUG = 1\nFLASK_ENV=x\nKEY=1\n"
    after = "# dev\nQUART_APP=shop\nexport QUART_DEBUG = 1\nFLASK_ENV=x\nKEY=1\n"
    assert planned(tmp_path, ".flaskenv", text) == ({".quartenv": after}, ())


def test_a_quartenv_that_is_there_stays(tmp_path):
    (tmp_path / ".quartenv").write_text("QUART_APP=mine\n")
    assert planned(tmp_path, ".flaskenv", "FLASK_APP=shop\n") == ({}, ())


@pytest.mark.parametrize("option", ["--cert=adhoc", "--cert adhoc", "--extra-files a.yaml"])
def test_an_option_that_quart_run_lacks_is_left(tmp_path, option):
    texts, (finding,) = planned(tmp_path, "Procfile", f"web: flask run {option}\n")
    assert texts == {}
    assert "`quart run` has no such option" in finding.why
