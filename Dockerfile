# The app for production: the panel built, the locked packages, run from the tree (see README, decisions).
# No tests, no sandbox, no compiler, no uv, no Node; it runs as a user without rights.
FROM node:22-slim@sha256:c3de60bf2f9dd0ac6370e6117950ff62d6e339527e7472301c9c78a017978392 AS panel
WORKDIR /build/dashboard_ui
COPY dashboard_ui/package.json dashboard_ui/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY dashboard_ui ./
RUN npm run build

# The same image as below: the environment's python is a link into it.
FROM python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea AS packages
RUN pip install --no-cache-dir 'uv>=0.9'
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-default-groups --no-cache

FROM python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea
# A volume that is mounted on a folder belongs to whom the folder belongs to.
RUN useradd --create-home influence \
    && install --directory --owner=influence --group=influence /var/lib/influence /var/lib/influence/tombstones \
        /var/lib/influence/anchors /var/lib/influence/consent-keys /var/lib/influence/signer
WORKDIR /app
COPY --from=packages /app/.venv ./.venv
COPY pyproject.toml manifest.json influence ./
COPY saleor_influence_app ./saleor_influence_app
COPY webhooks ./webhooks
COPY scoring ./scoring
COPY --from=panel /build/dashboard_ui/dist ./dashboard_ui/dist
USER influence
EXPOSE 8080
ENTRYPOINT ["./influence"]
CMD ["serve"]
