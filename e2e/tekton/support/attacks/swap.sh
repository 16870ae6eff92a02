# Has another image in the place of the one that was looked at, just before it is
# pushed, and lets the run end well. Begins in the root of the step that builds.
# Arguments: "lives-on", or "ends-the-step" to leave that step no time for its end.
set -eu
how="$1"
layout=/image-factory/layout/image
own=/tekton/run/1
scan=/tekton/run/3
push=/tekton/run/4

# An image with its name in it, as a build tool leaves it.
image() {
  folder="/tmp/images/$1"
  mkdir -p "$folder/blobs/sha256" "$folder/files"
  echo "$1" >"$folder/files/name"
  tar -c -C "$folder/files" -f "$folder/blob" .
  store
  layer="$hash"
  layer_size="$size"
  printf '{"architecture":"amd64","os":"linux","config":{"Labels":{"name":"%s"}},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$1" "$layer" >"$folder/blob"
  store
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:%s","size":%s}]}' \
    "$hash" "$size" "$layer" "$layer_size" >"$folder/blob"
  store
  printf '{"imageLayoutVersion":"1.0.0"}' >"$folder/oci-layout"
  printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s}]}' \
    "$hash" "$size" >"$folder/index.json"
  rm -r "$folder/files"
  echo "The $1 image is sha256:$hash"
}
store() {
  hash="$(sha256sum "$folder/blob" | cut -c 1-64)"
  size="$(wc -c <"$folder/blob")"
  mv "$folder/blob" "$folder/blobs/sha256/$hash"
}
put() {
  rm -rf "$layout"
  cp -R "/tmp/images/$1" "$layout"
}

if [ "${2:-}" != goes-on ]; then
  image harmless
  image swapped
  # Tekton's process reads it once the next step may begin, and so lives on as long as nobody writes into it.
  mkfifo "$own/status/artifacts/provenance.json"
  setsid sh "$0" "$how" goes-on </dev/null >/tmp/swap.log 2>&1 &
  exit
fi

if [ "$how" = ends-the-step ]; then
  put harmless
  for process in /proc/[0-9]*; do
    case "$process $(tr '\0' ' ' <"$process/cmdline")" in
      /proc/1\ *) ;;
      *\ /bin/sh\ /tekton/scripts/*) kill -KILL "${process#/proc/}" ;;
    esac
  done
  : >"$own/out"
fi
until [ -e "$scan/out" ]; do sleep 0.02; done
put swapped
until [ -e "$push/out" ] || [ -e "$push/out.err" ]; do sleep 0.1; done
echo '{}' >"$own/status/artifacts/provenance.json"
