#!/bin/sh
# npm start: sets this clone up, then becomes the server. npm run train: the same, and then the trainer.
set -eu
cd "$(dirname "$0")/../.."
case "${1:-}" in
  --help | -h) ;;
  *) node services/all/setup.mjs start ;;
esac
# glibc keeps what argon2 frees, 19 MiB a password, unless it is told to give it back.
export MALLOC_TRIM_THRESHOLD_=131072
# The compile cache makes later starts faster and smaller. A small young generation and a heap that grows by little
# at a time halve the resident memory under load, one thread is enough to clear 4 MiB, one for what V8 does in the
# background leaves the cores to the calls, and what calls allocate is not taken for old; docs/performance.md says what
# they cost.
export NODE_COMPILE_CACHE="${CRAIC_DATA_DIR:-.craic}/compile-cache"
set -- node_modules/.bin/node --max-semi-space-size=4 --heap-growing-percent=40 --no-parallel-scavenge --v8-pool-size=1 --no-allocation-site-pretenuring dist/craic.mjs "$@"
# The kernel ends the server when npm is killed, so that nothing is left running that nobody sees.
if command -v setpriv >/dev/null 2>&1; then
  exec setpriv --pdeathsig TERM "$@"
fi
exec "$@"
