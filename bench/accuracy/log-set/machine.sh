#!/bin/sh
# A machine of its own for the set of logs: private processes, names, addresses, and every file of this machine as a copy that is
# written over in memory. Nothing that happens in it is left behind but what it puts into the output folder.
#
# usage: machine.sh OUTPUT-FOLDER COMMAND [ARGUMENT …]      (root, Linux; the command runs within, the folder is /out there)
set -eu
out=$1
shift
work=$(mktemp -d)
trap 'rmdir "$work"' EXIT
export WORK="$work" OUT="$out"
unshare --mount --net --uts --pid --fork --kill-child --mount-proc sh -eu -c '
  mount -t tmpfs tmpfs "$WORK"
  mkdir "$WORK/upper" "$WORK/work" "$WORK/root"
  mount -t overlay overlay -o "lowerdir=/,upperdir=$WORK/upper,workdir=$WORK/work" "$WORK/root"
  cd "$WORK/root"
  mkdir -p out && mount --bind "$OUT" out
  mount -t proc proc proc
  mount -t tmpfs tmpfs run
  mount -t tmpfs tmpfs dev
  mkdir dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  mknod -m 666 dev/null c 1 3
  mknod -m 666 dev/zero c 1 5
  mknod -m 666 dev/random c 1 8
  mknod -m 666 dev/urandom c 1 9
  mknod -m 666 dev/tty c 5 0
  ln -s /proc/self/fd dev/fd
  hostname web1
  ip link set lo up
  exec chroot . "$@"
' machine "$@"
