# Every target works as the first command in a fresh clone: it needs python3 (3.11 to 3.13) and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run demo check test soak load bench pictures docs words clean

help:            ## show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/'

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"wirewatch needs Python 3.11 to 3.13, this is {v[0]}.{v[1]}; name another: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt setuptools wheel
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation -c constraints.txt -e '.[dev]'
	@touch $@

demo: .venv/ready   ## wirewatch at work on an invented small web, on this machine alone (under a minute)
	$(BIN)/wirewatch demo --once

run: .venv/ready    ## the service: collects and tells until Ctrl-C
	$(BIN)/wirewatch run

check: .venv/ready  ## lint, types, layers, shape budget
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/house

test: .venv/ready   ## all tests but the soak
	$(BIN)/python -m pytest -m 'not soak' --numprocesses auto --maxprocesses 4 --dist worksteal

soak: .venv/ready   ## the long kill runs (about an hour), then the load of `make load`
	$(BIN)/python -m pytest -m soak --ignore tests/load
	$(MAKE) load

load: .venv/ready   ## a day of 500 sources, hostile ones among them, on SQLite and PostgreSQL (about an hour)
	$(BIN)/python -m pytest -m soak tests/load -s

bench: .venv/ready  ## time wirewatch against its peers, in an environment of their own
	$(BIN)/python -m benchmarks

pictures: .venv/ready  ## render the sample digests and every page of the desk into docs/pictures (needs chromium, pngquant)
	$(BIN)/python -m tests.pictures
	$(BIN)/python -m tests.desk_pictures

docs: .venv/ready   ## write docs/commands.md from the commands
	$(BIN)/python -m tests.commands_page

words: .venv/ready  ## bring the desk's catalogues (review/desk/locale) up to date with its words
	$(BIN)/python -m tests.words

clean:           ## remove what the targets built
	rm -rf .venv .venv-peers build *.egg-info
