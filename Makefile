# Everything a person types: `make demo`, `make test`, `make check`. Needs Python >= 3.11, Node >= 20 and make.
.DEFAULT_GOAL := help
.PHONY: help install spark panel demo test test-all minimum e2e check format fix openapi environment run clean
SHELL := bash
# Only interpreters that are here: uv must not fetch one of its own.
export UV_PYTHON_PREFERENCE := only-system
# Else each of the many processes that tests and demo start compiles its libraries anew.
unexport PYTHONDONTWRITEBYTECODE
# Scoring asks OpenBLAS for tiny things: its threads would wait for each other, a fifth of a small ledger's time.
export OPENBLAS_NUM_THREADS := 1
UV := $(shell command -v uv || echo .tools/bin/uv)
RUN := .venv/bin/python

help: ## Show this list
	@grep -E '^[a-z0-9-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

.tools/bin/uv:
	python3 -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9'

.venv/.synced: pyproject.toml uv.lock | $(filter .tools/bin/uv,$(UV))
	$(UV) sync --locked --no-progress --quiet
	@touch $@

dashboard_ui/node_modules/.synced: dashboard_ui/package-lock.json
	cd dashboard_ui && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

dashboard_ui/dist/shopper/page.js: dashboard_ui/node_modules/.synced dashboard_ui/openapi.json $(shell find dashboard_ui/src dashboard_ui/*.html dashboard_ui/*.ts -type f 2>/dev/null)
	cd dashboard_ui && npm run --silent build

install: .venv/.synced dashboard_ui/node_modules/.synced ## Install the locked Python and Node packages

spark: .venv/.synced ## Install PySpark too (434 MB; needs Java 17), for `./influence score --spark` and its tests
	$(UV) sync --locked --no-progress --quiet --group spark

panel: dashboard_ui/dist/shopper/page.js ## Build the panel and the shopper's page

demo: .venv/.synced panel ## A pocket Saleor, the app, a generated shop: the whole way once (ARGS=--help for sizes)
	@$(RUN) -m sandbox.demo $(ARGS)

TESTS := $(RUN) -m pytest -n auto --dist worksteal --durations=20 --durations-min=1
test: .venv/.synced panel ## All tests but those in a browser; of kills, long simulations and laws a sample
	$(TESTS) -m 'not e2e and not exhaustive' $(ARGS)
	cd dashboard_ui && npm run --silent test

test-all: export HYPOTHESIS_PROFILE ?= ci
test-all: .venv/.synced panel ## The same without sampling: what CI runs (HYPOTHESIS_PROFILE=nightly for more)
	$(TESTS) -m 'not e2e' $(ARGS)
	cd dashboard_ui && npm run --silent test

minimum: .venv/.synced panel ## The tests that speak to the database, on PostgreSQL 15 (Debian's package)
	.ci/minimum $(ARGS)

e2e: .venv/.synced panel ## The panel in a real Chromium (Debian's `chromium-headless-shell`, or CHROMIUM=/path)
	$(RUN) -m pytest -m e2e -n 2 --dist loadfile --durations=20 --durations-min=5 $(ARGS)

check: .venv/.synced dashboard_ui/node_modules/.synced ## Format, lint, types, layers, API drift: what CI demands
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(RUN) -m pytest -q -p no:cacheprovider tests/architecture/test_uncalled.py
	$(RUN) -m saleor_influence_app.cli openapi | diff - dashboard_ui/openapi.json
	cd dashboard_ui && npm run --silent check

format: .venv/.synced dashboard_ui/node_modules/.synced ## Format all code as `make check` demands
	.venv/bin/ruff format .
	cd dashboard_ui && npm run --silent format

fix: .venv/.synced dashboard_ui/node_modules/.synced ## Format, and mend what the linters can mend by themselves
	.venv/bin/ruff check --fix .
	$(MAKE) --no-print-directory format

openapi: .venv/.synced dashboard_ui/node_modules/.synced ## Write the API's description and the panel's client from it
	$(RUN) -m saleor_influence_app.cli openapi > dashboard_ui/openapi.json
	cd dashboard_ui && npm run --silent generate

environment: .venv/.synced ## Write the table of settings in docs/operate.md from settings.py
	$(RUN) -m saleor_influence_app.cli environment > .environment.md
	sed -i -e '/^<!-- `make environment`/,/^<!-- end of the table/{//!d}' -e '/^<!-- `make environment`/r .environment.md' docs/operate.md
	@rm .environment.md

run: .venv/.synced ## Run one of the app's commands: make run ARGS="doctor"
	@$(RUN) -m saleor_influence_app.cli $(ARGS)

clean: ## Remove what was installed and built
	rm -rf .venv .tools .demo dashboard_ui/node_modules dashboard_ui/dist
