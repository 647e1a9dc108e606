"""Rows of consents and ties in plain SQL, as somebody at the database would write them."""

REF = (
    "(SELECT sha256(salt || convert_to(customer_id, 'UTF8')) FROM consent_subjects WHERE customer_id = '{}')"
)
ROW = {
    "number": "max(number) + 1",
    "customer_ref": REF.format("tess"),
    "purpose": "'score'",
    "network": "'mastodon'",
    "action": "'given'",
    "wording": "'I agree.'",
    "wording_version": "'1'",
    "language": "'en'",
    "proof": "'Saleor session'",
    "age_ok": "true",
    "at": "now()",
    "previous_hash": "(array_agg(hash ORDER BY number DESC))[1]",
    "hash": "sha256('x')",
}


def consent(**changed: str) -> str:
    """A row of the ledger as the app would store it, but for its hash, and for what is changed."""
    values = ROW | changed
    names, said = ", ".join(values), ", ".join(values.values())
    return f"INSERT INTO consents (shop_id, {names}) SELECT 1, {said} FROM consents"


def tie(source: str, target: str, kind: str, origin: str) -> str:
    return (
        "INSERT INTO ties (shop_id, source_id, target_id, kind, origin, valid_from) "
        f"VALUES (1, '{source}', '{target}', '{kind}', '{origin}', now())"
    )


WITHDRAWN = {
    "action": "'withdrawn'",
    "wording": "''",
    "wording_version": "''",
    "language": "''",
    "age_ok": "false",
}
