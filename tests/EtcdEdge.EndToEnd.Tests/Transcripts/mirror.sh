# A mirror from this server to OTHER, with prefixes, and users at the destination.
other() { ETCDCTL_ENDPOINTS=$OTHER quiet "$@"; }
has() { [[ $(other get "$1" --prefix --keys-only | grep -c .) == "$2" ]]; }

# mirrored COUNT KEY make-mirror ARGUMENTS...: starts a mirror and waits until OTHER has that many keys from KEY on.
mirrored() {
  local count=$1 key=$2; shift 2
  start said "$@" "$OTHER"
  until_true has "$key" "$count"
  other get "$key" --prefix
}

for i in 1 2 3; do quiet put "k/$i" "v$i" >/dev/null; done
mirrored 3 k/ make-mirror --prefix=k/
etcdctl put k/4 v4
etcdctl put k/1 v5
etcdctl del k/2
until_true has k/4 1
until_true has k/2 0
other get k/ --prefix
stop -TERM said
mirrored 3 c/ make-mirror --prefix=k/ --dest-prefix=c/
stop -TERM said
mirrored 1 4 make-mirror --prefix=k/ --no-dest-prefix
stop -TERM said

for command in 'user add root:pw' 'role add root' 'user grant-role root root' 'auth enable'; do other $command; done
knows make-mirror --dest-user || exit 0
etcdctl make-mirror --prefix=k/ "$OTHER" --dest-user=root:wrong
start said make-mirror --prefix=k/ --dest-prefix=u/ --dest-user=root --dest-password=pw "$OTHER"
has_with_user() { [[ -n $(other --user=root:pw get u/4) ]]; }
until_true has_with_user
other --user=root:pw get u/ --prefix
stop -TERM said
other --user=root:pw auth disable
