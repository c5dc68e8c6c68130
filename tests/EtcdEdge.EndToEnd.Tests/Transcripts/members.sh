# One member: the commands that change members, as far as nobody else is there to answer.
# In another order than by ids, of which one is drawn.
list() { etcdctl member list "$@" | sort -t, -k2; }
me=$(quiet member list | cut -d, -f1)
list
etcdctl member add m2 --peer-urls=nonsense
add() { etcdctl member add m2 --learner --peer-urls=http://127.0.0.1:1; }
case $ETCDCTL_WRITE_OUT in json) add >/dev/null ;; *) add | grep -v INITIAL_CLUSTER= ;; esac
new=$(quiet member list | grep -v "$me" | cut -d, -f1)
[[ $ETCDCTL_WRITE_OUT != simple ]] || list --hex
[[ $ETCDCTL_WRITE_OUT == json ]] || list
etcdctl member add m3 --learner --peer-urls=http://127.0.0.1:2
etcdctl member add m4 --peer-urls="$(quiet member list | grep "$me" | cut -d, -f4 | tr -d ' ')"
etcdctl member promote "$new"
etcdctl member promote 1
etcdctl member promote "$me"
etcdctl move-leader "$new"
etcdctl member remove 1
etcdctl member update 1 --peer-urls=http://127.0.0.1:4
quiet member update "$new" --peer-urls=http://127.0.0.1:3 | awk '{ print $1, $3 }' # whereupon etcd forgets that m2 is a learner
etcdctl member remove "$new"
etcdctl member remove "$new"
list
etcdctl move-leader "$me"
