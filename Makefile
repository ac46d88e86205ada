# Every target is complete in itself: it installs what it needs, then does its work.
SHELL := /bin/bash
.DEFAULT_GOAL := help

JOBS         ?= $(shell nproc)
PREFIX       ?= /usr/local
FUZZ_SECONDS ?= 30

# Lets two clones share what ccache holds.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

help: ## what there is to make
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

demo: build ## everything from nothing to a hashed and scanned sample store
	@scripts/demo build/release/assay build/demo

test: deps ## everything from nothing to all tests
	@scripts/setup test
	@scripts/build release all $(JOBS)
	ctest --preset release

build: deps ## the release build: build/release/assay
	@scripts/build release assay $(JOBS)

bench: deps ## Google Benchmark, then whole commands beside their peers
	@scripts/setup bench
	@scripts/build release assay $(JOBS)
	@scripts/build release assay_bench $(JOBS)
	build/release/bench/assay_bench
	bench/compare
	bench/compare_pickle
	bench/compare_tensors
	bench/compare_sign
	bench/compare_stores
	bench/compare_archives
	bench/compare_images

lint: deps ## formatting of the sources, shellcheck of the scripts
	@scripts/lint

format: deps ## rewrites the sources as make lint wants them
	@scripts/lint --fix

check: deps ## address, undefined-behaviour and thread sanitizers, clang-tidy
	@scripts/setup check test
	@scripts/build asan all $(JOBS)
	ctest --preset asan
	@scripts/tsan-tbb build/tsan-tbb
	@scripts/build tsan all $(JOBS)
	ctest --preset tsan
	@scripts/tidy $(JOBS)

fuzz: deps ## every fuzz target for FUZZ_SECONDS (30) each
	@scripts/setup check
	@scripts/build fuzz fuzzers $(JOBS)
	@scripts/fuzz build/fuzz $(FUZZ_SECONDS)

install: build ## into PREFIX (/usr/local), under DESTDIR if set
	@scripts/build release assay_scanners $(JOBS)
	cmake --install build/release --prefix $(PREFIX)

peers: deps ## the real tools that tests compare with, as far as they can be had
	@scripts/setup peers
	@scripts/peers build/peers

package: build ## Debian packages in build/release
	@scripts/setup package
	@scripts/build release assay_scanners $(JOBS)
	@scripts/package build/release

deps: ## the Debian packages of the build
	@scripts/setup build

clean: ## removes build/
	rm -rf build

.PHONY: help demo test build bench lint format check fuzz install peers package deps clean
