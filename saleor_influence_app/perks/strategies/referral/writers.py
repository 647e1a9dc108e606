"""How a sender's gift card comes to be in Saleor."""

from sqlalchemy import func
from sqlalchemy.orm import Session

from saleor_influence_app.fields import Json
from saleor_influence_app.models import PerkGrant, PerkProgramme, PerkReward, Refusal, RewardState
from saleor_influence_app.perks.strategies.gift_card import writers as gift_cards
from saleor_influence_app.perks.strategies.referral.terms import ReferralTerms
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.writeback.saleor_writes import Write

REWARD = "referral_reward"


class RewardWriter:
    """A card is assigned to the sender."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return the card, while it is wanted; a sender who has left since gets none."""
        reward = session.get_one(PerkReward, write.payload["reward_id"], with_for_update=True)
        if reward.state != RewardState.STAGED:
            return None
        sender = session.get_one(PerkGrant, reward.grant_id).customer_id
        if sender is None:
            reward.state, reward.refusal, reward.changed_at = (
                RewardState.REFUSED,
                Refusal.EXPIRED,
                func.now(),
            )
            return None
        programme = session.get_one(PerkProgramme, reward.programme_id)
        terms = ReferralTerms.model_validate(programme.terms).card
        return gift_cards.card_of(programme, terms, customer_id=sender, name=f"reward-{reward.id}")

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:
        """Make the card, unless an attempt before made it."""
        return {"card_id": gift_cards.make(client, wanted, is_repeated=write.is_repeated)}

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """The sender has the card."""
        reward = session.get_one(PerkReward, write.payload["reward_id"], with_for_update=True)
        reward.external_id, reward.error = result["card_id"], None
        reward.state, reward.changed_at = RewardState.GIVEN, func.now()

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """The sender has nothing, for Saleor's reason."""
        reward = session.get_one(PerkReward, write.payload["reward_id"], with_for_update=True)
        if reward.state == RewardState.STAGED:
            reward.state, reward.error, reward.changed_at = RewardState.FAILED, reason, func.now()
