# make demo: transcribe the example; make test: every test; make lint: the format check.
.PHONY: packages build demo test lint

packages:
	@scripts/install-packages

build: packages
	swift build -c release

test: packages
	swift build -c release --build-tests
	swift test -c release --skip-build

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Plugins Tests
