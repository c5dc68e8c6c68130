# Sourced by the other scripts: where the project is, and how a missing tool is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

host_rid() { case $(uname -m) in aarch64) echo linux-arm64 ;; *) echo linux-x64 ;; esac; }

# need COMMAND PACKAGE...: installs the Debian packages when COMMAND is not there, and says so.
need() {
  command -v "$1" >/dev/null 2>&1 && return
  local command=$1; shift
  echo "$(basename "$0"): '$command' is missing; installing $*" >&2
  local sudo=; [[ $(id -u) == 0 ]] || sudo=sudo
  [[ -n ${apt_updated:-} ]] || { $sudo apt-get update -qq && apt_updated=1; }
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

need_dotnet() {
  command -v dotnet >/dev/null 2>&1 && return
  echo "$(basename "$0"): the .NET 10 SDK is missing; install it (https://dotnet.microsoft.com/download) and run this again" >&2
  exit 1
}
