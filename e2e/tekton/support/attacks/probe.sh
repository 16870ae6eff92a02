# Looks for what a build should not find, and tries what it should not be able
# to. Arguments: where the root of the file system is from here, and the mark
# that stands in the logins. Prints "<what> yes" or "<what> no".
root="$1"
mark="$2"
b=/bin/busybox

tell() {
  what="$1"
  shift
  if "$@" >/out 2>&1; then echo "$what yes"; else echo "$what no"; fi
}

# Where a build unpacks images there is a proc once more, whose files have no end.
holds() {
  $b find "$root/workspace" "$root/tekton" \
    "$root/image-factory" "$root/run" "$root/var/run" "$root/etc" \
    "$root/root" "$root/home" "$root/tmp" "$root"/proc/[0-9]*/environ \
    '(' -name proc -o -name sys ')' -prune -o \
    -type f -exec $b grep -l -s -F -e "$1" '{}' + | $b grep .
}
for login in git push victim pull; do
  tell "reads the login $login" holds "$login-mark-$mark"
done
echo "planted-$mark" >"$root/tmp/planted"
tell 'reads what it has planted' holds "planted-$mark"

has_token() {
  $b find "$root/run" "$root/var/run" "$root/var/lib/kubelet" -name token | $b grep .
}
tell 'finds a token' has_token

tell 'sees a file of the host' [ -e "$root/tmp/host-mark-$mark" ]
device() {
  numbers="$($b sed -n 's/^[0-9]* [0-9]* \([0-9]*:[0-9]*\) .* - \(ext4\|xfs\) .*/\1/p' "$root/proc/self/mountinfo" | $b head -n 1)"
  $b mknod /device b "${numbers%:*}" "${numbers#*:}" && $b head -c 1 /device
}
tell 'opens a disk of the host' device

opens() {
  printf '' >>"$1"
}
# Whoever has a dev of its own can put a file there.
memory() {
  [ -c "$root/dev/mem" ] && opens "$root/dev/mem"
}
tell 'writes dev/mem' memory
for file in proc/sys/kernel/core_pattern proc/sysrq-trigger \
  sys/kernel/uevent_helper sys/fs/cgroup/cpu/release_agent \
  tekton/bin/entrypoint tekton/scripts/new tekton/steps/new tekton/run/0/new \
  tekton/run/2/out image-factory/source/tree/Dockerfile; do
  tell "writes $file" opens "$root/$file"
done
fresh_proc() {
  $b mkdir -p /mnt
  $b unshare -U -r -m -p -f $b sh -c "$b mount -t proc proc /mnt && printf '' >>/mnt/sys/kernel/core_pattern"
}
tell 'gets a proc of its own' fresh_proc

for result in IMAGE_URL IMAGE_DIGEST CHAINS-GIT_URL CHAINS-GIT_COMMIT; do
  for place in results run/1/status/results; do
    echo forged 2>/out >"$root/tekton/$place/$result"
  done
  entries="${entries:+$entries,}{\"key\":\"$result\",\"value\":\"forged\",\"type\":1},{\"key\":\"$result\",\"value\":\"forged\",\"type\":4}"
done
echo "[$entries]" 2>/out >"$root/tekton/termination"

for process in "$root"/proc/[0-9]*; do
  echo "process $($b tr '\0' ' ' <"$process/cmdline" | $b head -c 200)"
done 2>/out
