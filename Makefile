# Truceline: `make demo` shows it, `make test` proves it. `make help` lists the rest.
# Needs git, make and Python >= 3.11 with venv; nothing else (Node comes from PyPI when the machine has none).

PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
PREPARE := $(PYTHON) tools/prepare.py

.DEFAULT_GOAL := help
.PHONY: help install install-dev console warm demo test test-long check docs bench bench-picture bench-coverage lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install:  ## set up: environment, hash-locked packages, console, kernels; then use .venv/bin/truceline
	@$(PREPARE) core console warm
	@echo "truceline: ready: $(BIN)/truceline --help"

install-dev:  ## the same with all that tests, checks and docs need
	@$(PREPARE) dev console warm

console:  ## build the web console into the package (only when its sources changed)
	@$(PREPARE) core console

warm:  ## compile the numeric kernels into their cache
	@$(PREPARE) core warm

demo: install  ## the rehearsal of Karabakh 2020 with its console, until Ctrl-C
	@$(BIN)/truceline demo

test: install-dev  ## all tests but the long ones (WORKERS=1 for one process)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not browser and not long"
	@$(BIN)/python -m pytest tests/browser -m "browser and not long"
	@$(BIN)/python -m pytest --ignore tests/browser -m "browser and not long"

test-long: install-dev  ## fuzzing, kills, forks, the digest on another processor
	@$(BIN)/python -m pytest -m long -n $(WORKERS) --dist loadfile --timeout 1200 || { code=$$?; \
	  if [ $$code -eq 5 ]; then echo "truceline: no test is marked long"; else exit $$code; fi; }

check: install-dev  ## style, types, floors, console lint
	@echo "truceline: ruff";          $(BIN)/ruff check && $(BIN)/ruff format --check
	@echo "truceline: mypy --strict"; $(BIN)/mypy
	@echo "truceline: floors";        $(BIN)/lint-imports --no-logo
	@$(PREPARE) check-console

docs: install-dev  ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet && echo "truceline: site/index.html"

bench: install-dev  ## measure: one table with the conditions it was taken under
	@$(BIN)/python -m bench

bench-picture: install-dev  ## measure the picture against its goals (half an hour); ARGS="--case NAME --quick --stone-soup"
	@mkdir -p build && $(BIN)/python -m bench.picture_table --out build/picture.json $(ARGS)
	@$(BIN)/python -m bench.picture_page build/picture.json

bench-coverage: install-dev  ## measure coverage against its goals, beside GDAL and exact rays; siting; predicted against realised
	@for part in terrain siting reliability; do \
	  if [ -f bench/coverage_$$part.py ]; then $(BIN)/python -m bench.coverage_$$part || exit $$?; fi; done

lock:  ## resolve the dependencies anew (needs the network; read the difference before committing)
	@$(PREPARE) dev && $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(RESOLVE) --group build pyproject.toml -o requirements.lock
	$(RESOLVE) --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(RESOLVE) --group pyproject.toml:node -o requirements-node.lock

# One version on every Python and processor, at least ten days old, no index address in the file.
RESOLVE = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-header --exclude-newer P10D

clean:  ## remove everything that make made
	rm -rf .venv site dist build console/node_modules src/truceline/desk/static
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
