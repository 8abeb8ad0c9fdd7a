"""The checks in Prometheus' text form: numbers only, worked out anew for each reading."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from reminders.health import Check

GOOD = "1 if the check holds, 0 if not"
HELP = {
    "seconds": "Seconds since a part's last round, that the oldest has waited, or that clocks are apart",
    "count": "How many there are of what the check counts",
}


class Checks(Collector):
    """Hands the results of the checks to the library."""

    def __init__(self, results: Iterable[Check]) -> None:
        self.results = list(results)

    def collect(self) -> Iterator[Metric]:
        good = GaugeMetricFamily("advocacy_check_good", GOOD, labels=["check"])
        families = {
            unit: GaugeMetricFamily(f"advocacy_check_{unit}", words, labels=["check"])
            for unit, words in HELP.items()
        }
        for check in self.results:
            good.add_metric([check.name], float(check.good))
            if check.value is not None:
                families[check.unit].add_metric([check.name], check.value)
        yield from (good, *families.values())


def text_of(results: Iterable[Check]) -> bytes:
    """Return the page that Prometheus reads."""
    registry = CollectorRegistry()
    registry.register(Checks(results))
    return generate_latest(registry)
