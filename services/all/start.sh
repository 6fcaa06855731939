#!/bin/sh
# npm start: sets this clone up, then becomes the server.
set -eu
cd "$(dirname "$0")/../.."
case "${1:-}" in
  --help | -h) ;;
  *) node services/all/setup.mjs start ;;
esac
# glibc keeps what argon2 frees, 19 MiB a password, unless it is told to give it back.
export MALLOC_TRIM_THRESHOLD_=131072
# The compile cache makes later starts faster and smaller; a small young generation halves the resident memory.
export NODE_COMPILE_CACHE="${CRAIC_DATA_DIR:-.craic}/compile-cache"
set -- node_modules/.bin/node --max-semi-space-size=2 dist/craic.mjs "$@"
# The kernel ends the server when npm is killed, so that nothing is left running that nobody sees.
if command -v setpriv >/dev/null 2>&1; then
  exec setpriv --pdeathsig TERM "$@"
fi
exec "$@"
