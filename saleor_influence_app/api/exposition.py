"""What `/metrics` says, in Prometheus's text format."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from redis import Redis, RedisError

from saleor_influence_app import db, log, pools, telemetry
from saleor_influence_app.api.requests import LATENCY, SECONDS
from saleor_influence_app.queries import figures

logger = log.get(__name__)
COUNTERS = {
    "influence_saleor_requests": (
        ("shop", "outcome"),
        "Requests to the shop's Saleor, by what came of them.",
    ),
    "influence_http_requests": (("method", "route", "status"), "Requests answered, by template of address."),
    "influence_tasks": (("task", "outcome"), "Tasks that workers ended, by how."),
}
SEEN = {
    "beat": ("influence_beat_last_tick_timestamp_seconds", "When beat last looked at its clock.", ()),
    "worker": ("influence_worker_last_seen_timestamp_seconds", "When the worker last listened.", ("worker",)),
    "queue": ("influence_queue_last_task_timestamp_seconds", "When a task of it last ended.", ("queue",)),
    "start": ("influence_process_start_timestamp_seconds", "When it last started.", ("process",)),
}


def text(transaction: db.Transaction, connect: Callable[[], "Redis"]) -> bytes:
    """Return every figure; what cannot be read is missing, and `influence_figures_read` says so."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(list(_families(transaction, connect))))
    return generate_latest(registry)


class _Figures(Collector):
    """Families that have been read already."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _families(transaction: db.Transaction, connect: Callable[[], "Redis"]) -> Iterator[Metric]:
    read = GaugeMetricFamily(
        "influence_figures_read",
        "Whether these figures could be read; if not, they are missing.",
        labels=["figures"],
    )
    for reading in figures.READINGS:
        gauges = figures.read(transaction, reading)
        read.add_metric([reading.name], float(gauges is not None))
        for gauge in gauges or reading.empty():
            yield _gauge(gauge)
    readings = _readings(connect)
    read.add_metric(["redis"], float(readings is not None))
    yield read
    readings = readings or telemetry.Readings({}, {}, {}, 0)
    yield from _queues(readings)
    yield from _last_seen(readings.seen)
    yield from _counters(readings.counts, dict(figures.shop_ids(transaction)))
    yield _latency(readings.counts)


def _readings(connect: Callable[[], "Redis"]) -> telemetry.Readings | None:
    try:
        with connect() as client:
            return telemetry.read(client, pools.QUEUES)
    except (RedisError, OSError) as error:
        logger.warning("figures.not_read", figures="redis", error=type(error).__name__)
        return None


def _gauge(gauge: figures.Gauge) -> Metric:
    family = GaugeMetricFamily(gauge.name, gauge.meaning, labels=gauge.labels)
    for labels, value in gauge.values:
        family.add_metric(labels, value)
    return family


def _queues(readings: telemetry.Readings) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("influence_queue_messages", "Messages for workers.", labels=["queue"])
    for queue, length in readings.waiting.items():
        waiting.add_metric([queue], length)
    yield waiting
    yield GaugeMetricFamily(
        "influence_queue_unacknowledged", "Messages that workers hold.", value=readings.unacknowledged
    )


def _last_seen(seen: Mapping[str, float]) -> Iterator[Metric]:
    """Give a family for each kind of process; a sign's name is its kind, a colon, and which one."""
    for kind, (name, meaning, labels) in SEEN.items():
        family = GaugeMetricFamily(name, meaning, labels=labels)
        for who, moment in seen.items():
            known, _, one = who.partition(":")
            if known == kind:
                family.add_metric([one] if labels else [], moment)
        yield family


def _counters(counts: Mapping[telemetry.Key, float], shops: Mapping[str, str]) -> Iterator[Metric]:
    for name, (labels, meaning) in COUNTERS.items():
        family = CounterMetricFamily(name, meaning, labels=labels)
        for (known, *values), value in counts.items():
            if known != name or len(values) != len(labels):
                continue
            if labels[0] != "shop":
                family.add_metric(values, value)
            elif values[0] in shops:  # counted by address, and told by id
                family.add_metric([shops[values[0]], *values[1:]], value)
        yield family


def _latency(counts: Mapping[telemetry.Key, float]) -> Metric:
    family = HistogramMetricFamily(LATENCY, "Time until an answer begins.", labels=["method", "route"])
    routes: dict[tuple[str, str], dict[str, float]] = {}
    for (known, *values), value in counts.items():
        if known == LATENCY and len(values) == 3:  # noqa: PLR2004 - method, route, class
            routes.setdefault((values[0], values[1]), {})[values[2]] = value
    for labels, classes in routes.items():
        total, buckets = 0.0, []
        for bound in (*map(str, SECONDS), "+Inf"):
            total += classes.get(bound, 0.0)
            buckets.append((bound, total))
        family.add_metric(labels, buckets=buckets, sum_value=classes.get("sum", 0.0))
    return family
