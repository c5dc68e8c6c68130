# Endpoints, alarms, defragmentation, snapshots, checks, and what only a cluster can do.
for command in 'put a 1' 'put a 2' 'put b 1' 'del b'; do quiet $command >/dev/null; done
etcdctl endpoint health
etcdctl endpoint health --cluster
etcdctl endpoint status | numberless
etcdctl endpoint status --cluster | numberless
etcdctl endpoint hashkv
etcdctl endpoint hashkv --rev=3
etcdctl endpoint hashkv --rev=99
etcdctl endpoint hashkv --cluster
(endpoints=$ETCDCTL_ENDPOINTS,$OTHER && unset ETCDCTL_ENDPOINTS && etcdctl --endpoints="$endpoints" endpoint hashkv)
ETCDCTL_ENDPOINTS=127.0.0.1:1 etcdctl endpoint health --command-timeout=300ms --dial-timeout=200ms
etcdctl alarm list
[[ $ETCDCTL_WRITE_OUT == fields ]] || etcdctl alarm disarm # etcdctl panics over that format
etcdctl defrag
etcdctl defrag --cluster
etcdctl move-leader 8e9e05c52164694d
etcdctl move-leader 1
etcdctl snapshot save snapshot.db
[[ $ETCDCTL_WRITE_OUT != simple ]] || etcdctl snapshot status snapshot.db | cut -d, -f2 # what else it tells is bbolt's
etcdctl snapshot restore snapshot.db --data-dir=restored | grep '^exit'
ls restored/member
[[ $ETCDCTL_WRITE_OUT == simple ]] || exit 0 # the rest knows no formats
etcdctl check datascale --load=s --prefix=/scale/ --auto-compact --auto-defrag | tr '\r' '\n' | sed -E '/^ *[0-9]+ \//d; s/used : [0-9.]+/used : N/'
etcdctl get /scale/ --prefix --limit=1
etcdctl put after scale
