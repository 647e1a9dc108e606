"""Pocket social networks for the demo and the tests: they speak Mastodon's and Bluesky's wire formats.

Reading order: `people` (who is there), `mastodon` and `bluesky` (what is answered), `faults` (what goes wrong
on demand), `server` (put together on loopback).
"""
