"""The clients of the social networks: official APIs only, within their rate limits.

Reading order: `network` (the interface of all networks), `failures` (how requests fail), `networks/mastodon`
(one network), `oauth_client`, `api_client`, `http_client` and `rate_limiter` (how a request is sent),
`pagination` and `reduction` (follower lists, of which only consenting customers are kept).
Nothing is stored here: no table, no file, and no log line that identifies a person. It imports neither the
database nor another package of the app.
"""
