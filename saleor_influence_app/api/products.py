"""How a product spread among customers."""

from typing import Annotated

from fastapi import APIRouter, Depends

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import People, ProductIdInPath
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.queries import cascade, products, spread
from saleor_influence_app.queries.cascade import Cascade
from saleor_influence_app.queries.products import ProductSpreads
from saleor_influence_app.queries.spread import Period, Spread

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]


@router.get("/api/products/{product_id}/cascade")
def read_cascade(
    product_id: ProductIdInPath, member: Member, session: RequestSession, *, limit: People = 200
) -> Cascade:
    """Who bought a product first and who followed whom to it; at most `limit` people."""
    return cascade.cascade(session, member.shop_id, product_id, most=limit)


@router.get("/api/products/{product_id}/spread")
def read_spread(
    product_id: ProductIdInPath, member: Member, session: RequestSession, *, period: Period = "all"
) -> Spread:
    """How a product sold in time, tied and untied apart, and what of it would have sold anyway."""
    return spread.spread(session, member.shop_id, product_id, period=period)


@router.get("/api/products")
def list_products(member: Member, session: RequestSession) -> ProductSpreads:
    """Return the products that spread most, by the last run."""
    return products.most_spread(session, member.shop_id)
