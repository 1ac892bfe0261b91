PEERS := .build-peers
# What a room imports it must have declared.
CHECKED := --explicit-target-dependency-import-check error
export FLEETAUDIT_PEERS := $(CURDIR)/$(PEERS)
# What `make install` installs, and where.
PROGRAM ?= .build-static/fleetaudit
PREFIX ?= /usr/local
export PREFIX DESTDIR

.PHONY: help audit build test test-peers format lint fuzz bench release install uninstall clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 14

audit: build ## audit the lab fleet on this machine, and write its reports
	@Inventory/lab/audit .build/release/fleetaudit

build: ## install what is missing, build in release mode
	@.ci/packages build
	swift build -c release --product fleetaudit $(CHECKED)

test: ## install what is missing, run every test
	@.ci/packages test
	@Tests/Peers/setup $(PEERS)
	swift build --build-tests $(CHECKED)
	@Tests/run

test-peers: ## as test, only what needs heavy peers: Chromium and LibreOffice
	@.ci/packages peers
	@Tests/Peers/setup $(PEERS)
	swift build --build-tests $(CHECKED)
	@FLEETAUDIT_REQUIRE_HEAVY_PEERS=1 swift test --skip-build --filter 'SpreadsheetTests|HTMLBrowserTests'

format: ## lay out the sources
	swift format -i -r -p Package.swift Sources Tests Benchmarks

lint: ## check format and style
	swift format lint -r -p --strict Package.swift Sources Tests Benchmarks

fuzz: ## fuzz the readers, a minute each
	@Tests/Fuzz/run 60

release: ## build a program that runs without Swift, and its tarball
	@.ci/packages build
	packaging/release

install: ## put what `make release` built in place (PREFIX, DESTDIR)
	packaging/install $(PROGRAM)

uninstall: ## take it away again
	packaging/install --remove

clean: ## remove what was built; reports stay
	rm -rf .build .build-*
