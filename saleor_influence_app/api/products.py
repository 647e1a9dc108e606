"""How a product spread among customers."""

from typing import Annotated

from fastapi import APIRouter, Depends

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import People, ProductIdInPath
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.queries import cascade
from saleor_influence_app.queries.cascade import Cascade

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]


@router.get("/api/products/{product_id}/cascade")
def read_cascade(
    product_id: ProductIdInPath, member: Member, session: RequestSession, *, limit: People = 200
) -> Cascade:
    """Who bought a product first and who followed whom to it; at most `limit` people."""
    return cascade.cascade(session, member.shop_id, product_id, most=limit)
