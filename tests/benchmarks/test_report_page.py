import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import cattrs
import pytest
from corpus_samples import app, suite
from hdrh.histogram import HdrHistogram

from benchmarks.bill.bill import Item
from benchmarks.bill.runner import Billed, BillResult
from benchmarks.blocking.meter import Reading
from benchmarks.blocking.runner import BlockingResult
from benchmarks.blocking.scenarios import ENDPOINTS, configurations
from benchmarks.cli import main
from benchmarks.codemod.ratio import CodemodResult, Round
from benchmarks.evidence.results import Counts, EvidenceResult
from benchmarks.extensions.results import ExtensionResult, Patched
from benchmarks.load import Capacity, Latencies
from benchmarks.reports.plots import Axis, Bar, Series, bars, decades, lines
from benchmarks.shims.ratio import ShimResult
from benchmarks.tables import markdown, parse
from benchmarks.users.runner import CASES, Crowd, UsersResult

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")


def latencies():
    histogram = HdrHistogram(1, 60_000_000, 3)
    for value in range(1000, 90_000, 1000):
        histogram.record_value(value)
    return Latencies(100, 99, 0, 1, 1.0, 2.0, 3.0, 4.0, histogram.encode().decode())


def blocking():
    reading = Reading(tuple((n / 10, float(n % 7)) for n in range(30)), 0, 9, 9, 0.5, 2**20)
    return [
        BlockingResult(
            way,
            ENDPOINTS[0],
            latencies(),
            latencies(),
            reading,
            Capacity(64, 2.0, 100, 0),
            reading,
            1.0,
            (),
            None,
            None,
            "",
        )
        for way in configurations(6)
    ]


def extension():
    whole = app(suite(a="passed"), suite(a="passed"))
    patched = Patched(suite(a="failed"), whole.quart.comparison)
    return ExtensionResult("flask-x", "extension", "", whole.baseline, whole.quart, patched, "")


RESULTS = {
    "apps": [app(suite(a="passed"), suite(a="failed", b="passed"))],
    "extensions": [extension()],
    "blocking": blocking(),
    "evidence": [
        EvidenceResult(
            "flaskr", "", Counts(4, 3, 2, 2), Counts(1, 1, 1, 1), ("a",), (), 2, 2, (), ""
        )
    ],
    "codemod": [CodemodResult("httpbin", 8, 3000, 12.0, (Round(0.1, 1.0, 1.0, 9),) * 3, ())],
    "shims": [
        ShimResult("hops", "anyio <&> others", (0.2, 0.3), (0.1, 0.1)),
        ShimResult("lag", "companion: sync view", (12.0, 14.0, 13.0), (9.0, 8.0, 9.0)),
    ],
    "users": [
        UsersResult("uvicorn", CASES[1], Crowd(9, 1.0), 5, 3, 0, 0, 0, {"tasks": 1}, 2.0, (), "")
    ],
    "run": [
        BillResult(
            "app:app",
            "quart",
            1,
            {"200": 3},
            20.0,
            (Billed(Item("/a.py", 3, "view", "<sleep>", (), 3, 1.0, 9.0, 9.0, 1.0), ""),),
        )
    ],
}


@pytest.fixture
def files(tmp_path):
    paths = []
    for kind, results in RESULTS.items():
        content = {"kind": kind, "environment": {"python": "3.11"}}
        content["results"] = cattrs.unstructure(results)
        path = tmp_path / f"{kind}.json"
        path.write_text(json.dumps(content))
        paths.append(str(path))
    return paths


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_the_page_needs_nothing_but_itself(files, tmp_path):
    assert main(["report", *files, "--html", str(tmp_path / "page.html")]) == 0
    page = Page((tmp_path / "page.html").read_text())
    assert not [tag for tag, _ in page.tags if tag in {"script", "link", "img", "iframe"}]
    assert not [attrs for _, attrs in page.tags if "src" in attrs]
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    sections = [attrs["id"] for tag, attrs in page.tags if tag == "section"]
    assert links == [f"#{key}" for key in sections]
    assert set(sections) == {*RESULTS, "limits"}


def test_every_plot_has_its_figures_in_words(files, tmp_path):
    main(["report", *files, "--html", str(tmp_path / "page.html")])
    page = Page((tmp_path / "page.html").read_text())
    plots = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert len(plots) > 8
    assert all(plot["role"] == "img" and len(plot["aria-label"]) > 20 for plot in plots)


def test_what_users_wrote_is_escaped(files, tmp_path):
    main(["report", *files, "--html", str(tmp_path / "page.html")])
    text = (tmp_path / "page.html").read_text()
    assert "anyio &lt;&amp;&gt; others" in text
    assert "&lt;sleep&gt;" in text


def test_all_forms_are_written_and_the_summary_of_a_github_job(files, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    forms = ("html", "markdown", "results", "junit", "pytest-benchmark", "smaller", "bigger")
    options = [word for form in forms for word in (f"--{form}", str(tmp_path / form))]
    assert main(["report", *files, *options]) == 0
    assert ET.parse(tmp_path / "junit").getroot().tag == "testsuite"
    assert json.loads((tmp_path / "pytest-benchmark").read_text())["benchmarks"]
    assert {one["unit"] for one in json.loads((tmp_path / "smaller").read_text())}
    assert json.loads((tmp_path / "bigger").read_text())
    figures = {
        one["name"]: one for one in json.loads((tmp_path / "results").read_text())["figures"]
    }
    plan = figures["codemod/httpbin/plan over parse"]
    assert (plan["samples"], plan["interval"]) == ([10.0] * 3, {"low": 10.0, "high": 10.0})
    assert "## Limits" in (tmp_path / "summary.md").read_text()
    assert "# Apps" in (tmp_path / "markdown").read_text()


def test_the_scoreboard_of_a_readme_is_filled_in_between_its_marks(files, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# Title\n<!-- scoreboard -->\noutdated\n<!-- /scoreboard -->\nend\n")
    assert main(["report", *files, "--readme", str(readme)]) == 0
    text = readme.read_text()
    assert "| flaskr |" in text
    assert "Extensions: 1 of 1 (100.0%) tests that pass on Flask pass on Quart." in text
    assert "outdated" not in text
    assert text.startswith("# Title\n")
    assert text.endswith("<!-- /scoreboard -->\nend\n")


def test_a_readme_without_marks_is_wrong_usage(files, tmp_path, capsys):
    (tmp_path / "README.md").write_text("# Title\n")
    assert main(["report", *files, "--readme", str(tmp_path / "README.md")]) == 2
    assert "holds no <!-- scoreboard -->" in capsys.readouterr().err


def test_bars_are_as_long_as_their_values():
    svg = str(bars("t", [Bar("a", 2.0, "2"), Bar("b", 1.0, "1")]))
    widths = [
        float(rect.get("width"))
        for rect in ET.fromstring(svg).iter("rect")
        if rect.get("class") != "track"
    ]
    assert widths == [360.0, 180.0]


def test_lines_stay_within_their_axes():
    x, y = Axis("x", ((0.0, "0"), (10.0, "10"))), decades("ms", [1.0, 50.0])
    svg = str(lines("t", [Series("a", ((0.0, 1.0), (10.0, 50.0), (99.0, 9999.0)))], x, y))
    (line,) = ET.fromstring(svg).iter("polyline")
    points = [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]
    assert all(44 <= at <= 348 and 10 <= value <= 196 for at, value in points)
    assert points[0][0] < points[1][0]
    assert points[0][1] > points[1][1]


def test_a_table_is_read_back_as_it_was_written():
    rows = [["a|b", "1"], ["c", "2"]]
    assert parse(f"words\n\n{markdown(('x', 'y'), rows)}\n\n| other |\n") == (["x", "y"], rows)


PROBE = """<script>
for (const summary of document.querySelectorAll("details:not([open]) > summary")) summary.click();
const opened = document.querySelectorAll("details[open]").length;
const links = [...document.querySelectorAll("nav a")];
const reached = links.filter(link => {
  link.click();
  return document.querySelector(":target")?.id === link.hash.slice(1);
}).length;
const cut = [...document.querySelectorAll("svg")].filter(svg => {
  const all = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].some(text => {
    const box = text.getBoundingClientRect();
    return box.left < all.left - 1 || box.right > all.right + 1 || box.bottom > all.bottom + 1;
  });
}).map(svg => svg.querySelector("title").textContent);
const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
  && a.top < b.bottom - 1 && b.top < a.bottom - 1;
const boxes = things => [...things].map(one => one.getBoundingClientRect());
const anyMeet = all => all.some((a, i) => all.slice(i + 1).some(b => meet(a, b)));
const overlap = [...document.querySelectorAll("svg")]
  .filter(svg => anyMeet(boxes(svg.querySelectorAll("text"))))
  .map(svg => svg.querySelector("title").textContent);
const figures = anyMeet(boxes(document.querySelectorAll("figure, details, h2")));
const narrow = [...document.querySelectorAll("svg")].every(svg => svg.clientWidth > 250);
const wide = document.documentElement.scrollWidth - innerWidth;
const found = {opened, links: links.length, reached, cut, overlap, figures, narrow, wide};
parent.document.title = JSON.stringify({...found, width: innerWidth});
</script>"""


def in_a_browser(page, folder, width):
    """Open a page in a frame of that width, narrower than Chromium's own windows may be."""
    page.write_text(page.read_text().replace("</body>", f"{PROBE}</body>"))
    frame = folder / "frame.html"
    frame.write_text(f'<iframe src="{page.as_uri()}" width="{width}" height="900"></iframe>')
    finished = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--allow-file-access-from-files",
            f"--user-data-dir={folder / 'profile'}",
            "--dump-dom",
            frame.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(finished.stdout.partition("<title>")[2].partition("</title>")[0])


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser_everything_opens_and_nothing_overlaps(files, tmp_path, width):
    page = tmp_path / "page.html"
    main(["report", *files, "--html", str(page)])
    found = in_a_browser(page, tmp_path, width)
    assert found["width"] == width
    assert found["opened"] >= len(RESULTS)
    assert found["reached"] == found["links"] == len(RESULTS) + 1
    assert found["cut"] == found["overlap"] == []
    assert not found["figures"]
    assert found["narrow"]
    assert found["wide"] <= 0
