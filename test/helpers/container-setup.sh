#!/usr/bin/env bash
# What the container tests need on Debian 12, once per machine, where neither an engine nor a registry of images is at hand:
# stand-ins of the images that the Dockerfile starts from (a Debian made by debootstrap, the same with Node and npm), and
# settings under which podman runs in a container or a small virtual machine. Never push these images.
# Prints the folder. About 700 MB on disk, 45 s.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=${EPH_IMAGES:-${TMPDIR:-/tmp}/ephemeral-port-exporter-images}
mkdir -p "$folder/shim"

cat >"$folder/storage.conf" <<CONF
[storage]
driver = "vfs"
runroot = "$folder/run"
graphroot = "$folder/graph"
CONF
cat >"$folder/containers.conf" <<CONF
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[engine.runtimes]
runc = ["$folder/shim/runc"]
CONF
# runc sets limits that podman asks for and that nobody may set without CAP_SYS_RESOURCE.
cat >"$folder/shim/runc" <<'PYTHON'
#!/usr/bin/env python3
import json, os, sys
for flag, name, keys in (('--bundle', 'config.json', ['process']), ('--process', '', [])):
    if flag in sys.argv:
        path = os.path.join(sys.argv[sys.argv.index(flag) + 1], name).rstrip('/')
        with open(path) as file:
            config = json.load(file)
        process = config
        for key in keys:
            process = process[key]
        process.pop('rlimits', None)
        with open(path, 'w') as file:
            json.dump(config, file)
os.execv('/usr/sbin/runc', ['/usr/sbin/runc', *sys.argv[1:]])
PYTHON
chmod +x "$folder/shim/runc"

export BUILDAH_ISOLATION=chroot CONTAINERS_STORAGE_CONF="$folder/storage.conf"
image_of() { sed -n "s/^ARG $1=//p" Dockerfile; }
node_image=$(image_of NODE)
debian_image=$(image_of DEBIAN)

if ! buildah inspect --type image "$debian_image" >/dev/null 2>&1; then
  work=$(mktemp -d "$folder/work-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | head -n 1)
  debootstrap --variant=minbase trixie "$work/rootfs" "$mirror" >"$folder/debootstrap.log"
  tar -C "$work/rootfs" --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' -cf "$work/rootfs.tar" .
  container=$(buildah from scratch)
  buildah add -q "$container" "$work/rootfs.tar" / >/dev/null
  buildah commit -q --rm "$container" "$debian_image" >/dev/null
fi

if ! buildah inspect --type image "$node_image" >/dev/null 2>&1; then
  node=$(node scripts/foreign-parts.js node-24-linux-x64)
  container=$(buildah from --pull-never "$debian_image")
  buildah add -q "$container" "$node/bin/node" /usr/local/bin/node >/dev/null
  buildah add -q "$container" "$(npm root -g)/npm" /usr/local/lib/node_modules/npm >/dev/null
  buildah run "$container" -- sh -c 'chmod +x /usr/local/bin/node; ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm'
  # Where the way to the registry of packages goes through a certificate of this machine's own.
  buildah add -q "$container" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt >/dev/null
  buildah config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$container"
  buildah commit -q --rm "$container" "$node_image" >/dev/null
fi

echo "$folder"
