# What the steps of the set are written with. SERVER is the machine; all that connects to it runs beside it, from other addresses.
SERVER=10.20.0.5
OPTIONS="-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=QUIET -o ConnectTimeout=10"

# has ADDRESS: the address is one of this machine's.
has() { ip addr add "$1/32" dev lo 2>/dev/null || true; }
# from ADDRESS: programs that cannot choose connect from there.
from() { has "$1"; ip route replace local $SERVER dev lo table local src "$1"; }
# by_key ADDRESS USER COMMAND [OPTION …]
by_key() {
  has "$1"; a=$1 u=$2 c=$3; shift 3
  ssh -n $OPTIONS -o BatchMode=yes -i "/keys/${KEY:-$u}" -o IdentitiesOnly=yes -b "$a" "$@" "$u@$SERVER" "$c" </dev/null
}
# by_password ADDRESS USER COMMAND PASSWORD …: what is typed at one prompt after another.
by_password() {
  has "$1"; a=$1 u=$2 c=$3; shift 3
  printf '%s\n' "$@" > /tmp/answers
  SSH_ASKPASS=/keys/askpass SSH_ASKPASS_REQUIRE=force DISPLAY=:0 setsid -w ssh -n $OPTIONS -o PubkeyAuthentication=no \
    -o PreferredAuthentications=password -o NumberOfPasswordPrompts=$# -b "$a" "$u@$SERVER" "$c" </dev/null
}
# says ADDRESS TEXT: a connection that says something else than SSH, and goes.
says() { from "$1"; ( exec 3<>"/dev/tcp/$SERVER/22"; printf "$2" >&3; sleep 0.1 ); }
