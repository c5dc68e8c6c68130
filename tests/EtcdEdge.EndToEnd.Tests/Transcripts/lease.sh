# Leases: granted, listed, asked, kept alive, revoked, ended.
granted() { quiet lease grant "$1" | cut -d' ' -f2; }

etcdctl lease list
etcdctl lease grant 1000
etcdctl lease grant 0
etcdctl lease grant 9000000001
id=$(granted 500)
etcdctl lease timetolive "$id"
etcdctl put l/1 v --lease="$id"
etcdctl lease timetolive "$id" --keys
etcdctl put l/2 v --lease="$id"
etcdctl get l/1
etcdctl put l/1 w --ignore-lease
etcdctl put l/2 --ignore-value
etcdctl lease timetolive --keys "$id"
etcdctl lease keep-alive --once "$id"
if [[ $ETCDCTL_WRITE_OUT == simple ]]; then
  start kept lease keep-alive "$id"
  heard kept 1
  stop -INT kept
fi
etcdctl lease revoke "$id"
etcdctl lease timetolive "$id"
etcdctl lease keep-alive "$id"
etcdctl lease keep-alive --once "$id"
etcdctl lease revoke "$id"
etcdctl lease timetolive 1234 --keys
etcdctl get l/ --prefix
[[ $ETCDCTL_WRITE_OUT == simple ]] || exit 0
id=$(granted 1)
etcdctl put short v --lease="$id"
gone() { [[ -z $(quiet get short) ]]; }
until_true gone
etcdctl get short
etcdctl lease timetolive "$id"
