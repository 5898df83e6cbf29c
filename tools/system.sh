#!/usr/bin/env bash
# Installs the programs that tests run against, where this account may install; else says which tests will be skipped.
set -euo pipefail

# program or file -> Debian package
wanted=(
  age=age qpdf=qpdf pdftotext=poppler-utils gs=ghostscript chromium=chromium ippeveprinter=cups-ipp-utils
  dbus-daemon=dbus-daemon flock=util-linux xorriso=xorriso isoinfo=genisoimage 7z=p7zip-full
  javac=default-jdk-headless
  /usr/lib/postgresql/15/bin/initdb=postgresql
)
missing=()
for pair in "${wanted[@]}"; do
  command -v "${pair%%=*}" >/dev/null 2>&1 || [ -x "/usr/sbin/${pair%%=*}" ] || missing+=("${pair#*=}")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "入れる権限がないため、次がないテストは飛ばします: ${missing[*]}" >&2
  exit 0
fi
echo "準備: 試験に使うプログラムを入れています: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >&2
apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
