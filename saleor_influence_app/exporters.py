"""Traces by OpenTelemetry and faults to Sentry, where the environment names a place to send them to.

What leaves is chosen here, field by field, and nothing else does: names of routes, tasks and kinds of errors,
ids of our own, and where in our code a fault was. No address, body, query, header, variable, statement, nor
the text of an error: any of them may name a customer. Both libraries are imported only where they are used.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from saleor_influence_app import correlation, log, settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span as OtelSpan
    from opentelemetry.trace import Tracer
    from sentry_sdk.types import Event, Hint

logger = log.get(__name__)
SpanKind = Literal["server", "client", "consumer"]
FRAME = ("filename", "function", "module", "lineno", "in_app")
SENT = ("event_id", "timestamp", "platform", "level", "release", "environment", "tags", "sdk")
SERVICE = "influence"


class Span:
    """What is told of a piece of work; nothing where traces are not sent."""

    def __init__(self, span: "OtelSpan | None" = None) -> None:
        self._span = span

    def name(self, name: str) -> None:
        """Call the work so."""
        if self._span is not None:
            self._span.update_name(name)

    def set_attributes(self, **attributes: str | int) -> None:
        """Add attributes; ids and names of ours alone."""
        if self._span is not None:
            self._span.set_attributes(attributes)


class Exporters:
    """What this process sends to, once `begin` was called in it."""

    def __init__(self) -> None:
        self._provider: TracerProvider | None = None
        self._tracer: Tracer | None = None
        self._sentry = False
        self._lock = threading.Lock()

    def begin(self, process: str) -> None:
        """Send from this process from now on, if the settings name a place; call it after a fork."""
        given = settings.get()
        with self._lock:
            if given.otel_exporter_otlp_endpoint and self._provider is None:
                self._provider = _provider(given, process)
                self._tracer = self._provider.get_tracer(SERVICE)
            if given.sentry_dsn and not self._sentry:
                _sentry(given)
                self._sentry = True

    @contextmanager
    def span(self, name: str, *, kind: SpanKind) -> Iterator[Span]:
        """Time the block as a piece of work; an exception is told by its type."""
        if self._tracer is None:
            yield Span()
            return
        from opentelemetry.trace import SpanKind, Status, StatusCode

        with self._tracer.start_as_current_span(
            name, kind=SpanKind[kind.upper()], record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield Span(span)
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR))
                span.set_attribute("error.type", type(error).__name__)
                raise
            finally:
                if ids := correlation.current():
                    span.set_attribute("influence.correlation_ids", ids)

    def report(self, error: BaseException, **tags: str | int) -> None:
        """Tell Sentry of a fault in our code: its type and where it was."""
        if not self._sentry:
            return
        import sentry_sdk

        with sentry_sdk.new_scope() as scope:
            for name, value in tags.items():
                scope.set_tag(name, str(value))
            if ids := correlation.current():
                scope.set_tag("correlation_id", ids[0])
            scope.capture_exception(error)

    def end(self) -> None:
        """Send what waits."""
        if self._provider is not None:
            self._provider.force_flush(3_000)
        if self._sentry:
            import sentry_sdk

            sentry_sdk.flush(timeout=3.0)


def _provider(given: settings.Settings, process: str) -> "TracerProvider":
    """Return a provider of our own: through the process's, FastAPI would tell of addresses and queries."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource({"service.name": SERVICE, "service.namespace": SERVICE, "influence.process": process})
    provider = TracerProvider(resource=resource, shutdown_on_exit=True)
    endpoint = f"{str(given.otel_exporter_otlp_endpoint).rstrip('/')}/v1/traces"
    exporter = OTLPSpanExporter(endpoint=endpoint, headers=given.otlp_headers, timeout=5)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    logger.info("exporters.begun", to="opentelemetry", process=process)
    return provider


def _sentry(given: settings.Settings) -> None:
    import sentry_sdk

    assert given.sentry_dsn is not None  # noqa: S101 - as its caller saw
    sentry_sdk.init(
        dsn=given.sentry_dsn.get_secret_value(),
        before_send=only_what_may_be_told,
        before_breadcrumb=lambda *_: None,
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        send_default_pii=False,
        send_client_reports=False,
        auto_session_tracking=False,
        server_name="",
        max_request_body_size="never",
        shutdown_timeout=3,
    )
    logger.info("exporters.begun", to="sentry")


def only_what_may_be_told(event: "Event", _hint: "Hint") -> "Event":
    """Return the event with the fields of our list alone."""
    given: Mapping[str, Any] = event
    sent: dict[str, Any] = {name: given[name] for name in SENT if name in given}
    values = (given.get("exception") or {}).get("values") or ()
    sent["exception"] = {"values": [_exception(one) for one in values]}
    return sent  # type: ignore[return-value] # a part of what it was


def _exception(given: Mapping[str, Any]) -> dict[str, Any]:
    frames = (given.get("stacktrace") or {}).get("frames") or ()
    return {
        "type": given.get("type"),
        "module": given.get("module"),
        "value": "",  # an error's text quotes what it was about
        "stacktrace": {"frames": [{key: frame.get(key) for key in FRAME} for frame in frames]},
    }


OURS = Exporters()
"""This process's."""
begin = OURS.begin
span = OURS.span
report = OURS.report
end = OURS.end
