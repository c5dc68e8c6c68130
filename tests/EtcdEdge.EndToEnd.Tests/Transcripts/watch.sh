# Watches of a key, a prefix, a range, from the past, typed in, and with a command to run.
for command in 'put w/1 a' 'put w/1 b' 'put w/2 c' 'del w/1'; do quiet $command >/dev/null; done

# watched COUNT ARGUMENTS...: until that many lines have come, and a moment longer.
watched() {
  local lines=$1; shift
  start said watch "$@"
  heard said "$lines"
  sleep 0.1
  stop -TERM said
}

[[ $ETCDCTL_WRITE_OUT == simple ]] || exit 0 # the lines are counted
watched 9 w/1 --rev=2
watched 12 w/ --prefix --rev=2 --prev-kv
watched 9 w/1 w/2 --rev=2
watched 6 w/ --prefix --rev=4
watched 4 w/2 --rev=2 -- sh -c 'echo "$ETCD_WATCH_REVISION $ETCD_WATCH_EVENT_TYPE $ETCD_WATCH_KEY $ETCD_WATCH_VALUE"'

# typed COUNT LINE: what is typed in, and a pause, because the input's end would end the watch.
mkfifo typing
typed() {
  echo "< $2"
  : >said
  "$ETCDCTL" watch --interactive <typing >said 2>&1 &
  started[said]=$!
  exec 3>typing
  echo "$2" >&3
  heard said "$1"
  stop -TERM said
  exec 3>&-
}

typed 9 'watch w/1 --rev=2'
typed 12 'watch w/ --prefix --prev-kv --rev=2'
typed 4 'watch w/2 --rev=2 -- echo told'
typed 1 'put w/1 x'
etcdctl watch -i <<< 'get w/1'

# What is written while it waits. The period of --progress-notify is the server's and long.
start said watch w/3 $(! knows watch --progress-notify || echo --progress-notify)
until_true sh -c '"$ETCDCTL" put w/3 new >/dev/null 2>&1; test -s said'
stop -TERM said | sed -n 1,4p
quiet compaction 5 >/dev/null
etcdctl watch w/1 --rev=2
