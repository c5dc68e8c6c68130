# Locks and elections: held by one, waited for by another, given up by an interrupt, a command's end, or a lease's.
[[ $ETCDCTL_WRITE_OUT == simple ]] || exit 0 # they know one format
etcdctl lock l true
etcdctl lock l -- sh -c 'echo "$ETCD_LOCK_KEY $ETCD_LOCK_REV"'
etcdctl lock l -- sh -c 'exit 7'
etcdctl lock l --ttl=30 echo held

queued() { [[ $(quiet get "$1" --prefix --keys-only | grep -c .) == "$2" ]]; }

start first lock l --ttl=5
heard first 1
start second lock l echo second
until_true queued l/ 2
etcdctl get l/ --prefix --keys-only
stop -INT first
heard second 1
wait "${started[second]}"
cat second
etcdctl get l/ --prefix --keys-only
start dead lock l --ttl=2
heard dead 1
stop -KILL dead
etcdctl lock l echo 'after the lease of the dead'

start listener elect e --listen
start leader elect e one
heard leader 2
heard listener 2
start follower elect e two
until_true queued e/ 2
etcdctl get e/ --prefix --print-value-only | sort
stop -INT leader
heard follower 2
heard listener 4
stop -TERM follower
until_true queued e/ 0
stop -INT listener
etcdctl get e --prefix
