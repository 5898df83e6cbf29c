# Sourced by ./run and ./check: puts uv, the Python environment and the press's fonts in place, all inside this checkout.
# Needs python3 (3.11 or newer) and a network to PyPI and Debian's packages; no right to install anything.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }

# A machine without pip: Debian's own wheel of it, unpacked and never installed.
pip_without_install() {
  local scratch
  scratch=$(mktemp -d)
  mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
  local apt=(apt-get -q -o "Dir::State::lists=$scratch/lists" -o "Dir::Cache=$scratch/cache" -o APT::Sandbox::User= -o Debug::NoLocking=1)
  "${apt[@]}" update >&2
  (cd "$scratch" && "${apt[@]}" download python3-pip-whl >&2 && dpkg-deb -x python3-pip-whl_*.deb .)
  PYTHONPATH=$(echo "$scratch"/usr/share/python-wheels/pip-*.whl) python3 -m pip "$@"
  rm -rf "$scratch"
}

ensure_uv() {
  uv=$(command -v uv || true)
  [ -n "$uv" ] && return
  uv="$PWD/.tools/uv/bin/uv"
  [ -x "$uv" ] && return
  say '準備: uv を入れています'
  local install=(install --quiet --disable-pip-version-check --root-user-action ignore --target .tools/uv uv)
  if python3 -m pip --version >/dev/null 2>&1; then python3 -m pip "${install[@]}" >&2; else pip_without_install "${install[@]}"; fi
}

# $@: what `uv sync` is to install.
ensure_environment() {
  export UV_PROJECT_ENVIRONMENT="$PWD/.venv"
  ensure_uv
  say '準備: Python の環境を整えています'
  "$uv" sync --quiet --frozen "$@" >&2
  say '準備: フォントを確かめています'
  .venv/bin/python tools/fonts.py >/dev/null
  export TEWATASHI_FONTS="$PWD/.tools/fonts"
}
