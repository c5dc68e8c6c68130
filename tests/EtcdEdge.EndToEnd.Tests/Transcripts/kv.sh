# Keys: put, get, del, compaction, with every flag of theirs.
etcdctl put a 1
etcdctl put a 2 --prev-kv
etcdctl put b 'x y'
etcdctl put c ''
echo -n 'from stdin' | etcdctl put d
etcdctl put -- -e -5
etcdctl put l v --lease=1234
etcdctl put a --ignore-value
etcdctl put nothing --ignore-value
etcdctl put a 3 --ignore-lease --prev-kv
etcdctl put nothing 3 --ignore-lease
etcdctl put '' empty
etcdctl get a
etcdctl get a c
etcdctl get c a
etcdctl get nothing
etcdctl get a --rev=2
etcdctl get a --rev=99
etcdctl get '' --prefix
etcdctl get '' --from-key --keys-only
etcdctl get b --from-key --limit=1
[[ $ETCDCTL_WRITE_OUT == fields ]] && etcdctl get '' --prefix --count-only
etcdctl get a --hex
etcdctl get '' --prefix --limit=2 --keys-only
for by in CREATE KEY MODIFY VALUE VERSION; do etcdctl get '' --prefix --sort-by=$by --order=DESCEND; done
etcdctl get '' --prefix --order=DESCEND --limit=2
etcdctl get a --consistency=s
etcdctl del a --prev-kv
etcdctl del zz
etcdctl del b d
etcdctl del b c --range
etcdctl put p/1 1
etcdctl put p/2 2
etcdctl del p/ --prefix --prev-kv
etcdctl del d --from-key --prev-kv
etcdctl del '' --prefix
etcdctl compaction 4
etcdctl compaction 4
etcdctl compaction 400
etcdctl get a --rev=2
etcdctl compaction 5 --physical
etcdctl get a --rev=5
[[ $ETCDCTL_WRITE_OUT != simple ]] || etcdctl get a --rev=6 --print-value-only
head -c 3000000 /dev/zero | tr '\0' x | etcdctl put large
