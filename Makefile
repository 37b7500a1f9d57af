.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check fix lock bench messages

PYTHON ?= python3
BIN := .venv/bin
t ?=

help: ## Show these verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.venv/run.stamp: requirements-run.txt
	@$(PYTHON) tests/preflight.py
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what ICP runs on (once; a minute or two)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-run.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	@echo "Installing the tools for tests and checks (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.venv/bench.stamp: requirements-bench.txt .venv/dev.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

setup: .venv/run.stamp ## Make .venv and install what ICP runs on

setup-dev: .venv/dev.stamp

run: setup ## Start ICP with an invented town and stand-ins for the outside (PORT=, SANDBOX_PORT=, ICP_DATA_DIR=)
	@$(BIN)/python -m sandbox.demo

test: setup-dev ## Run every test that this machine can (make test t=messaging/tests/test_claiming.py)
	@$(BIN)/python -m tests.everything $(t)

check: setup-dev ## Everything CI checks, without the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --check --lint --quiet
	ICP_SECRET_KEY=check $(BIN)/mypy .
	$(BIN)/lint-imports
	ICP_SECRET_KEY=check $(BIN)/python manage.py makemigrations --check --dry-run --skip-checks

fix: setup-dev ## Let the formatters tidy up
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	git ls-files '*.html' | xargs $(BIN)/djade --target-version 5.2
	$(BIN)/djlint templates --reformat --quiet

messages: setup-dev ## Gather translatable texts into locale/pl and compile them
	$(BIN)/python -m tests.catalogue

lock: setup-dev ## Re-pin the requirements, with hashes
	for name in requirements requirements-run requirements-dev requirements-bench requirements-audio; do \
	  $(BIN)/uv pip compile --quiet --no-header --generate-hashes --no-emit-index-url \
	    --python-version 3.11 $$name.in -o $$name.txt; done

bench: .venv/bench.stamp ## Measure the ratios of docs/speed.md into benchmarks/results.md (a quarter of an hour)
	$(BIN)/python -m benchmarks
