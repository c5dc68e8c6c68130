# Three members: what every endpoint tells, and leadership that moves.
etcdctl put a 1
etcdctl endpoint health | sort
etcdctl endpoint health --cluster | sort
etcdctl endpoint status --cluster | numberless | sort
etcdctl endpoint hashkv --cluster | sort
etcdctl defrag --cluster | sort
[[ $ETCDCTL_WRITE_OUT == json ]] || etcdctl member list | sed -E 's/\b[0-9a-f]{13,16}\b/ID/; s/m[123]/mN/' | sort
[[ $ETCDCTL_WRITE_OUT == simple ]] || exit 0

# status FIELD YES: a field of the member whose field "is leader" is YES. etcdctl 3.6 has four more fields before it than 3.5.
status() { quiet endpoint status --cluster | awk -F', ' -v is="$2" -v field="$1" '(NF > 12 ? $9 : $5) == is { print $field; exit }'; }
from=$(status 2 true) to=$(status 2 false)
etcdctl move-leader "$to"
leads() { [[ $(status 2 true) == "$1" ]]; }
until_true leads "$to"
ETCDCTL_ENDPOINTS=$(status 1 false) etcdctl move-leader "$from"
etcdctl move-leader 1
start waiting watch a
follower=$(status 1 false)
until_true sh -c '"$ETCDCTL" put a 2 >/dev/null 2>&1; test -s waiting'
ETCDCTL_ENDPOINTS=$follower etcdctl get a
stop -TERM waiting | sed -n 1,4p

# What only the leader can judge, asked of a follower.
ask() { ETCDCTL_ENDPOINTS=$follower etcdctl "$@"; }
ask move-leader "$from"
ask member add m4 --peer-urls=nonsense
add() { ETCDCTL_ENDPOINTS=$follower quiet member add m4 --learner --peer-urls=http://127.0.0.1:1 >added; }
until_true add # which it refuses until all have been connected for five seconds
head -n 1 added
ask member add m5 --peer-urls="$(quiet member list | awk -F', ' '$6 == "false" { print $4; exit }')"
learner=$(quiet member list | awk -F', ' '$6 == "true" { print $1 }')
ask member add m5 --learner --peer-urls=http://127.0.0.1:2
ask member promote "$learner"
ask member promote "$from"
ask member promote 1
etcdctl move-leader "$learner"
ask member update 1 --peer-urls=http://127.0.0.1:3
ask member remove "$learner"
ask member remove "$learner"
ask member promote "$learner"
