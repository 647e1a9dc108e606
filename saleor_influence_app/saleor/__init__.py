"""Outbound boundary: everything that is said to a Saleor API."""
