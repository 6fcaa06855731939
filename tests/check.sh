#!/bin/sh
# Everything that can be said about the code without running it, one step after the other: the Protobuf files,
# what is generated from them, format, lint, imports, migrations, types. The first step that fails ends it.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/node_modules/.bin:$PATH"

step() {
  printf '%s … ' "$1"
  shift
  # Not as the condition of an if: there, a function's failing commands would not end it, but for the last.
  set +e
  output=$(set -e; "$@" 2>&1)
  status=$?
  set -e
  if [ "$status" -ne 0 ]; then
    echo FAILED
    printf '%s\n' "$output"
    exit 1
  fi
  echo ok
}

# Generates into an empty folder and compares: generated code is committed, and must be what the protos say.
generated_code_is_current() {
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  buf generate --output "$folder"
  buf generate --output "$folder" --template tests/wire/buf.gen.yaml
  diff -r "$folder/proto/gen" proto/gen
  diff -r "$folder/tests/wire/gen" tests/wire/gen
}

# The kernels as well: what is committed must be what the compiler makes of their source.
kernels_are_current() {
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  node services/numerics/assembly/compile.mjs "$folder/kernels.ts"
  cmp "$folder/kernels.ts" services/numerics/src/gen/kernels.ts
}

# Compares with main, or on main itself with the commit before.
nothing_breaks_a_client() {
  base=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD)
  if [ "$base" = "$(git rev-parse HEAD)" ]; then
    base=$(git rev-parse --verify --quiet HEAD~1) || return 0
  fi
  buf breaking --against ".git#ref=$base,subdir=proto" proto
}

# Generates onto a copy: where a schema says more than its migrations do, a new one would appear.
migrations_are_current() {
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  for schema in services/*/src/schema.ts; do
    service=${schema#services/}
    service=${service%%/*}
    cp -r "services/$service/migrations" "$folder/$service"
    drizzle-kit generate --dialect mysql --schema "$schema" --out "$folder/$service"
    diff -r "services/$service/migrations" "$folder/$service"
  done
}

step "proto: lint" buf lint
step "proto: format" buf format --diff --exit-code
step "proto: generated code is current" generated_code_is_current
step "proto: nothing breaks a client" nothing_breaks_a_client
step "kernels: generated code is current" kernels_are_current
step "format and lint" biome check --error-on-warnings .
step "who imports whom" depcruise --config .dependency-cruiser.cjs services proto tests
step "migrations" migrations_are_current
step "types" npm run --silent typecheck
