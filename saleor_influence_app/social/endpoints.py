"""Where a network with one place for everybody is found, and the line to it as a shop's own app."""

import hashlib
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from saleor_influence_app.social.line import Judge, Line
from saleor_influence_app.social.network import Credentials
from saleor_influence_app.social.pace import Lane
from saleor_influence_app.social.wire import Wire


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoints:
    """The addresses of one network; all of them can be others, for tests and proxies."""

    authorise: str
    token: str
    revoke: str
    api: str

    def moved(self, base_url: str) -> "Endpoints":
        """Return the same at another origin, such as a proxy's or a test's; empty: these."""
        if not base_url:
            return self
        moved = {}
        for name, url in asdict(self).items():
            parts = urlsplit(url)
            moved[name] = f"{base_url}{parts.path}" if parts.netloc else url
        return Endpoints(**moved)


def line_to(  # noqa: PLR0913, PLR0917 - one call a network, every part of it differs
    wire: Wire,
    name: str,
    app: Credentials,
    endpoints: Endpoints,
    *,
    per_second: float,
    burst: int,
    judge: Judge,
) -> Line:
    """Return the line to a network; its limits go by the app, so each shop's app has its own lane."""
    whose = hashlib.sha256(f"{endpoints.api}\0{app.client_id}".encode()).hexdigest()[:16]
    lane = Lane(key=f"{name.lower()}:{whose}", per_second=per_second, burst=burst)
    return Line(wire=wire, name=name, lane=lane, judge=judge)
