"""The public keys by which anybody checks a receipt of a consent, or a signed head of the ledger."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from saleor_influence_app import db
from saleor_influence_app.api.auth import URL_LIMIT, transactions
from saleor_influence_app.consent import signing

router = APIRouter()


class PublicKey(BaseModel):
    """A JSON Web Key (RFC 8037): Ed25519, named by its thumbprint."""

    model_config = ConfigDict(frozen=True)

    kty: str
    crv: str
    x: str
    kid: str
    use: str


class PublicKeys(BaseModel):
    """A JSON Web Key Set."""

    model_config = ConfigDict(frozen=True)

    keys: list[PublicKey]


@router.get("/api/consent-keys")
def read_consent_keys(
    transaction: Annotated[db.Transaction, Depends(transactions)],
    shop: Annotated[str | None, Query(max_length=URL_LIMIT, description="A shop's API URL.")] = None,
) -> PublicKeys:
    """Return the signer's public keys, and the key of the shop's receipts where one is named."""
    with transaction() as session:
        return PublicKeys.model_validate(signing.public_keys(session, shop))
