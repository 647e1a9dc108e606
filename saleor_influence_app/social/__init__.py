"""The outbound boundary to the social networks: official APIs, asked at their pace, failing in words.

Reading order: `network` (what the app may ask of any of them), `answers` (how asking fails),
`networks/mastodon` (one of them), `wire` and `pace` (how a request leaves), `walk` and `reduction` (follower
lists, which nobody keeps).
Nothing is stored here: no table, no file, and no log line with an identity in it.
"""
