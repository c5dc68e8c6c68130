# Sourced by each script of this folder. The scripts talk to a server through a real etcdctl; their output must be the same for EtcdEdge
# and etcd. ETCDCTL names the program, ETCDCTL_ENDPOINTS the server, ETCDCTL_WRITE_OUT the format, OTHER a second server.
set -m # a background command gets its interrupts
cd "$(mktemp -d)" || exit
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$PWD"' EXIT

# Prints the command, what it says, and a failure's exit code.
etcdctl() {
  local status=0
  printf '$ etcdctl%s\n' "$(printf ' %s' "$@")"
  timeout 20 "$ETCDCTL" "$@" 2>&1 || status=$?
  [[ $status == 0 ]] || echo "exit code $status"
}

# knows COMMAND FLAG: whether this version of etcdctl does.
knows() { "$ETCDCTL" help "$1" | grep -q -e "$2\b"; }

# Always in the simple format, without the command.
quiet() { env -u ETCDCTL_WRITE_OUT "$ETCDCTL" "$@" 2>&1 </dev/null; }

# until COMMAND...: waits, within bounds, until it succeeds.
until_true() {
  local i
  for ((i = 0; i < 500; i++)); do ! "$@" || return 0; sleep 0.02; done
  echo "in vain: $*"
}

# start FILE ARGUMENTS...: etcdctl in the background, its words go to FILE.
declare -A started
start() {
  local file=$1; shift
  printf '$ etcdctl%s &\n' "$(printf ' %s' "$@")"
  : >"$file"
  env --default-signal=INT "$ETCDCTL" "$@" >"$file" 2>&1 & # whoever runs the tests in the background passes on that interrupts are ignored
  started[$file]=$!
}

has_lines() { [[ $(wc -l <"$1") -ge $2 ]]; }

# heard FILE COUNT: waits until FILE has that many lines.
heard() { until_true has_lines "$1" "$2"; }

# stop SIGNAL FILE: ends a background command; what it said.
stop() {
  local status=0
  kill "$1" "${started[$2]}"
  wait "${started[$2]}" 2>/dev/null || status=$?
  printf '> %s\n%s\nexit code %s\n' "$2" "$(cat "$2")" "$status"
}

# For what is sizes, versions and indexes throughout, however wide they are.
numberless() { sed -E 's/[0-9a-f]{13,16}/ID/g; s/[0-9]+(\.[0-9]+)*/N/g; s/N [kM]?B/SIZE/; s/ +/ /g'; }
