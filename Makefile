# The two commands: `make run` starts SIEA, `make test` passes every check.
# Each step is skipped when nothing it depends on has changed, so the second time is quick.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& command -v $$p && break; done)
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --require-hashes
PANEL_SOURCES = $(shell find dashboard/src dashboard/public dashboard/*.ts dashboard/*.mjs dashboard/package.json -type f 2>/dev/null)
export NEXT_TELEMETRY_DISABLED := 1

.PHONY: help run test lint types arrows panel-test bench lock clean
help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: .venv/.base dashboard/out/.built ## Set everything up and start SIEA
	@exec $(BIN)/siea up

test: .venv/.dev dashboard/node_modules/.installed dashboard/out/.built lint types arrows panel-test ## Set up and pass every check
	@bash scripts/prueba_navegador.sh
	@echo "== Python tests"
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

lint: .venv/.dev
	@echo "== ruff"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

types: .venv/.dev
	@echo "== mypy"
	@$(BIN)/mypy

arrows: .venv/.dev
	@echo "== architecture arrows"
	@$(BIN)/lint-imports --no-cache | tail -n 8

panel-test: dashboard/node_modules/.installed
	@echo "== dashboard: lint, types, unit tests"
	@cd dashboard && npm run --silent lint && npm test --silent

bench: .venv/.dev .venv-pares/.installed dashboard/out/.built ## Measure ours beside its peers, as ratios in one run
	@$(BIN)/python -m benchmarks --par .venv-pares/bin/python

lock: .venv/.uv ## Resolve the dependencies anew
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --generate-hashes --no-annotate --no-header \
		--upgrade --extra build -o requirements.lock pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --generate-hashes --no-annotate --no-header \
		--extra build --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## Remove what was built (the data under var/ stay)
	@rm -rf .venv .venv-pares dashboard/node_modules dashboard/.next dashboard/out

.venv/.uv: requirements-uv.lock
	@[ -n "$(PYTHON)" ] || { echo "SIEA needs Python 3.11 or newer, and none was found on the PATH." >&2; exit 1; }
	@echo "== environment: $$($(PYTHON) --version) in .venv"
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing (on Debian: apt install python3-venv)." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.lock
	@touch $@

.venv/.base: requirements.lock pyproject.toml | .venv/.uv
	@echo "== Python dependencies from the lock"
	@$(UV) -r requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml | .venv/.uv
	@echo "== Python dependencies from the lock, with the test tools"
	@$(UV) -r requirements-dev.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@ .venv/.base

.venv-pares/.installed: benchmarks/pares/requirements.lock | .venv/.uv
	@$(PYTHON) -m venv .venv-pares
	@$(UV) --python .venv-pares/bin/python -r benchmarks/pares/requirements.lock
	@touch $@

dashboard/node_modules/.installed: dashboard/package-lock.json
	@command -v npm >/dev/null || { echo "SIEA needs Node 20 or newer to build the dashboard, and npm was not found." >&2; exit 1; }
	@echo "== dashboard dependencies from the lock"
	@cd dashboard && npm ci --silent --no-audit --no-fund
	@touch $@

dashboard/out/.built: dashboard/node_modules/.installed $(PANEL_SOURCES)
	@echo "== dashboard build"
	@cd dashboard && npm run --silent build > .build.log 2>&1 || { cat .build.log; exit 1; }
	@touch $@
