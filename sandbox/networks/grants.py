"""The OAuth of a pocket Mastodon: apps, codes, tokens, PKCE, and the page where a person says yes."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from sandbox.networks.people import People

CODE_SECONDS = 600
INVALID_GRANT = (
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI "
    "used in the authorization request, or was issued to another client."
)


@dataclass(frozen=True)
class App:
    """A registered app."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str]


@dataclass(frozen=True)
class Code:
    """A code that waits to be exchanged."""

    client_id: str
    redirect_uri: str
    person: int
    scope: str
    challenge: str
    expires: float


@dataclass(frozen=True)
class Grant:
    """What a token stands for."""

    client_id: str
    person: int
    scopes: frozenset[str]


@dataclass
class Grants:
    """All apps, codes and tokens of one server."""

    people: People
    apps: dict[str, App] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)

    async def register(self, request: Request) -> Response:
        """POST /api/v1/apps, with a form or JSON."""
        if request.headers.get("content-type", "").startswith("application/json"):
            wanted = await request.json()
        else:
            wanted = dict(await request.form())
        uris = wanted.get("redirect_uris", "")
        uris = tuple(uris.split()) if isinstance(uris, str) else tuple(uris)
        if not wanted.get("client_name") or not uris:
            return JSONResponse({"error": "Validation failed: Application name can't be blank"}, 422)
        scopes = frozenset(str(wanted.get("scopes", "read")).split())
        app = App(secrets.token_urlsafe(32), secrets.token_urlsafe(32), uris, scopes)
        self.apps[app.client_id] = app
        return JSONResponse(
            {
                "id": str(len(self.apps)),
                "name": wanted["client_name"],
                "website": wanted.get("website"),
                "scopes": sorted(scopes),
                "redirect_uri": "\n".join(uris),
                "redirect_uris": list(uris),
                "client_id": app.client_id,
                "client_secret": app.client_secret,
                "client_secret_expires_at": 0,
            }
        )

    async def authorise(self, request: Request) -> Response:
        """GET shows the page, POST is their answer; a wrong redirect address is never redirected to."""
        asked = dict(request.query_params)
        app = self.apps.get(asked.get("client_id", ""))
        if app is None or asked.get("redirect_uri") not in app.redirect_uris:
            return HTMLResponse("<h1>The redirect URI included is not valid.</h1>", 400)
        if not frozenset(asked.get("scope", "read").split()) <= app.scopes:
            return self._back(asked, error="invalid_scope")
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            return self._back(asked, error="invalid_code_challenge_method")
        if request.method == "GET":
            return HTMLResponse(self._page(asked))
        form = await request.form()
        person = self.people.named(str(form.get("account", "")))
        if form.get("answer") != "yes" or person is None:
            return self._back(asked, error="access_denied")
        code = secrets.token_urlsafe(32)
        self.codes[code] = Code(
            app.client_id,
            asked["redirect_uri"],
            person.number,
            asked.get("scope", "read"),
            asked.get("code_challenge", ""),
            time.time() + CODE_SECONDS,
        )
        return self._back(asked, code=code)

    async def token(self, request: Request) -> Response:
        """POST /oauth/token: a code, once, from the app it was given to, with the right verifier."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        app = self._client(form)
        if app is None:
            return JSONResponse(
                {"error": "invalid_client", "error_description": "Client authentication failed"}, 401
            )
        code = self.codes.pop(form.get("code", ""), None)
        if code is None or not self._fits(code, app, form):
            return JSONResponse({"error": "invalid_grant", "error_description": INVALID_GRANT}, 400)
        token = secrets.token_urlsafe(32)
        self.tokens[token] = Grant(app.client_id, code.person, frozenset(code.scope.split()))
        answer = {"access_token": token, "token_type": "Bearer", "scope": code.scope}
        return JSONResponse({**answer, "created_at": int(time.time())})

    async def revoke(self, request: Request) -> Response:
        """POST /oauth/revoke: idempotent; another app's token is refused."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        app, grant = self._client(form), self.tokens.get(form.get("token", ""))
        if app is None or (grant is not None and grant.client_id != app.client_id):
            text = "You are not authorized to revoke this token"
            return JSONResponse({"error": "unauthorized_client", "error_description": text}, 403)
        self.tokens.pop(form.get("token", ""), None)
        return JSONResponse({})

    def of(self, request: Request) -> Grant | None:
        """What the request's token stands for."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return self.tokens.get(token) if kind == "Bearer" else None

    def _client(self, form: dict[str, str]) -> App | None:
        app = self.apps.get(form.get("client_id", ""))
        if app is None or not secrets.compare_digest(app.client_secret, form.get("client_secret", "")):
            return None
        return app

    @staticmethod
    def _fits(code: Code, app: App, form: dict[str, str]) -> bool:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return (
            form.get("grant_type") == "authorization_code"
            and code.client_id == app.client_id
            and code.redirect_uri == form.get("redirect_uri")
            and time.time() < code.expires
            and (not code.challenge or code.challenge == challenge)
        )

    @staticmethod
    def _back(asked: dict[str, str], **answer: str) -> Response:
        if "state" in asked:
            answer["state"] = asked["state"]
        joint = "&" if "?" in asked["redirect_uri"] else "?"
        return RedirectResponse(f"{asked['redirect_uri']}{joint}{urlencode(answer)}", 302)

    def _page(self, asked: dict[str, str]) -> str:
        names = sorted(person.name for person in self.people.by_number.values() if not person.suspended)
        options = "".join(f"<option>{escape(name)}</option>" for name in names)
        return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Authorise</title>
<main><h1>Authorisation required</h1><p>The app would like to: {escape(asked.get("scope", "read"))}</p>
<form method="post" action="?{escape(urlencode(asked))}">
<label>Account <select name="account">{options}</select></label>
<button name="answer" value="yes">Authorise</button>
<button name="answer" value="no">Deny</button></form></main></html>"""
