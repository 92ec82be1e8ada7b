"""The statistics of lanes, for Prometheus; needs ``prometheus-client``."""

from collections.abc import Iterable

import quart

from compat_shims.usage import stats

try:
    from prometheus_client import REGISTRY, CollectorRegistry
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
    from prometheus_client.registry import Collector
except ImportError as error:
    msg = "compat_shims.prometheus needs prometheus-client: pip install prometheus-client"
    raise ImportError(msg) from error

__all__ = ["export_stats"]

_GAUGES = ("max_threads", "threads", "leased", "waiting")
_COUNTERS = ("leases", "refused", "jobs", "hops", "wait_seconds", "run_seconds")


class _LaneCollector(Collector):
    def __init__(self, app: quart.Quart) -> None:
        self._app = app

    def collect(self) -> Iterable[Metric]:
        now = stats(self._app)
        for name in _GAUGES:
            text = f"compat_shims.Stats.{name}"
            yield GaugeMetricFamily(f"lane_{name}", text, value=getattr(now, name))
        for name in _COUNTERS:
            text = f"compat_shims.Stats.{name}"
            yield CounterMetricFamily(f"lane_{name}", text, value=getattr(now, name))


def export_stats(app: quart.Quart, registry: CollectorRegistry = REGISTRY) -> None:
    """Have *registry* collect what `compat_shims.stats` tells of *app*, as ``lane_*``."""
    registry.register(_LaneCollector(app))
