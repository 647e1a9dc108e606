"""Influence-weighted customer value for Saleor: the product, composed of `webhooks` and `scoring`."""
