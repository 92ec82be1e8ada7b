"""Plots as inline SVG: small, without scripts, with their figures in words beside them.

They are as wide as a phone; on a wide screen the page sets several side by side.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 360

# Okabe and Ito's palette, which colour-blind readers tell apart; darker where it is too pale.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#b3558a", "#8a6d00", "#777777", "#2f7fb8", "#7a4fb0")
_DASHES = ("", "6 3", "2 3", "8 3 2 3")

_ROW, _BAR = 38, 12
_LEFT, _RIGHT, _TOP, _BOTTOM, _HEIGHT = 44, 12, 10, 34, 230


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length, and its figure in words."""

    label: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and its points."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: its title, the values and the words of its ticks, and whether it is logarithmic."""

    title: str
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def at(self, value: float) -> float:
        """Return where a value lies between the first tick (0) and the last (1)."""
        low, high = self._scaled(self.ticks[0][0]), self._scaled(self.ticks[-1][0])
        share = (self._scaled(value) - low) / ((high - low) or 1)
        return min(1.0, max(0.0, share))

    def _scaled(self, value: float) -> float:
        return math.log10(max(value, 1e-9)) if self.log else value


def bars(title: str, rows: Sequence[Bar], whole: float | None = None) -> Markup:
    """Return horizontal bars, each below its label; a full one is `whole`, or else the longest."""
    longest = whole or max((row.value for row in rows), default=0.0) or 1.0
    parts = [_bar(row, index, longest) for index, row in enumerate(rows)]
    words = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return _svg(title, words, len(rows) * _ROW + 4, parts)


def lines(title: str, series: Sequence[Series], x: Axis, y: Axis) -> Markup:
    """Return lines over two axes, with a legend below."""
    legend = [_legend(one, index) for index, one in enumerate(series)]
    parts = [*_grid(x, y), *(_line(one, index, x, y) for index, one in enumerate(series)), *legend]
    words = "; ".join(f"{one.name}: up to {max(_ys(one), default=0):.3g}" for one in series)
    height = _HEIGHT + 18 * math.ceil(len(series) / 2) + 12
    return _svg(title, f"{y.title} by {x.title}. {words}", height, parts)


def decades(title: str, values: Sequence[float]) -> Axis:
    """Return a logarithmic axis in powers of ten around `values`."""
    low = math.floor(math.log10(max(min(values, default=1.0), 0.1)))
    high = max(low + 1, math.ceil(math.log10(max(max(values, default=10.0), 1.0))))
    return Axis(title, tuple((10.0**n, f"{10.0**n:g}") for n in range(low, high + 1)), log=True)


def _ys(series: Series) -> list[float]:
    return [y for _, y in series.points]


def _svg(title: str, words: str, height: int, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">'
        "<title>{title}</title>{parts}</svg>"
    ).format(
        width=WIDTH,
        height=height,
        label=f"{title}. {words}",
        title=title,
        parts=Markup("").join(parts),
    )


def _bar(row: Bar, index: int, longest: float) -> Markup:
    top = index * _ROW
    return Markup(
        '<text x="0" y="{label_y}">{label}</text>'
        '<text x="{width}" y="{label_y}" text-anchor="end" class="figure">{text}</text>'
        '<rect x="0" y="{y}" width="{width}" height="{high}" class="track"/>'
        '<rect x="0" y="{y}" width="{length:.1f}" height="{high}" fill="{color}"/>'
    ).format(
        label_y=top + 13,
        label=row.label,
        text=row.text,
        width=WIDTH,
        y=top + 19,
        length=row.value / longest * WIDTH,
        high=_BAR,
        color=COLORS[0],
    )


def _x(axis: Axis, value: float) -> float:
    return _LEFT + axis.at(value) * (WIDTH - _LEFT - _RIGHT)


def _y(axis: Axis, value: float) -> float:
    return _HEIGHT - _BOTTOM - axis.at(value) * (_HEIGHT - _TOP - _BOTTOM)


def _grid(x: Axis, y: Axis) -> list[Markup]:
    bottom = _HEIGHT - _BOTTOM
    across = [
        Markup(
            '<path d="M{left} {at:.1f}H{right}" class="grid"/>'
            '<text x="{before}" y="{below:.1f}" text-anchor="end" class="tick">{word}</text>'
        ).format(
            left=_LEFT,
            right=WIDTH - _RIGHT,
            at=_y(y, value),
            before=_LEFT - 5,
            below=_y(y, value) + 4,
            word=word,
        )
        for value, word in y.ticks
    ]
    down = [
        Markup('<text x="{at:.1f}" y="{y}" text-anchor="middle" class="tick">{word}</text>').format(
            at=_x(x, value), y=bottom + 15, word=word
        )
        for value, word in x.ticks
    ]
    title = Markup('<text x="{at}" y="{y}" text-anchor="middle" class="tick">{title}</text>')
    return [*across, *down, title.format(at=WIDTH / 2, y=bottom + 30, title=x.title)]


def _line(series: Series, index: int, x: Axis, y: Axis) -> Markup:
    points = " ".join(f"{_x(x, at):.1f},{_y(y, value):.1f}" for at, value in series.points)
    return Markup('<polyline points="{points}" {style}/>').format(
        points=points, style=_style(index)
    )


def _legend(series: Series, index: int) -> Markup:
    left, top = index % 2 * (WIDTH / 2), _HEIGHT + 12 + index // 2 * 18
    return Markup(
        '<path d="M{left:.0f} {top}h22" {style}/><text x="{after:.0f}" y="{below}">{name}</text>'
    ).format(
        left=left + 2,
        top=top,
        style=_style(index),
        after=left + 28,
        below=top + 4,
        name=series.name,
    )


def _style(index: int) -> Markup:
    color, dash = COLORS[index % len(COLORS)], _DASHES[index % len(_DASHES)]
    return Markup('fill="none" stroke="{}" stroke-width="2" stroke-dasharray="{}"').format(
        escape(color), dash
    )
