# Sourced by every script: where things are and how to speak. Not meant to be run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps="${REGARD_DEPS:-$root/build/deps}"
jobs=$(nproc)

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf 'regard: %s\n' "$*" >&2; exit 1; }

# as_root COMMAND...: runs COMMAND with root's rights, through sudo when we are not root already.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo "$@"
  else die "installing Debian packages needs root: run as root, or install sudo (wanted to run: $*)"; fi
}

# The compiler's cache recognises the same source in another folder (a second clone, CI).
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
