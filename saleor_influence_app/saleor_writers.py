"""Every kind of write to Saleor beside those into customer records, with what does it."""

from saleor_influence_app.perks import strategies
from saleor_influence_app.surveys import links
from saleor_influence_app.writeback.saleor_writes import Writers

WRITERS: Writers = {**strategies.WRITERS, **links.WRITERS}
