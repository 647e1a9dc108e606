# The app for production: the panel built, the locked packages, run from the tree (see README, decisions).
FROM node:22-slim AS panel
WORKDIR /build/dashboard_ui
COPY dashboard_ui/package.json dashboard_ui/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY dashboard_ui ./
RUN npm run build

FROM python:3.12-slim
RUN pip install --no-cache-dir 'uv>=0.9' && useradd --create-home influence
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-default-groups --no-cache
COPY manifest.json influence README.md ./
COPY saleor_influence_app ./saleor_influence_app
COPY webhooks ./webhooks
COPY scoring ./scoring
COPY --from=panel /build/dashboard_ui/dist ./dashboard_ui/dist
USER influence
EXPOSE 8080
ENTRYPOINT ["./influence"]
CMD ["serve"]
