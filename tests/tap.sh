# shellcheck shell=sh
# A few words of TAP for the shell tests: expect STATUS COMMAND..., says, plan.
n=0
out=$(mktemp) || exit 99
trap 'rm -f "$out" "$out".*' EXIT

# result STATUS NAME: one test line.
result() {
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        sed 's/^/# /' "$out"
    fi
}

# expect STATUS NAME COMMAND...: runs COMMAND, its stdout and stderr go to $out.
expect() {
    want=$1
    name=$2
    shift 2
    "$@" >"$out" 2>&1 </dev/null
    got=$?
    [ "$got" -eq "$want" ] || echo "exit status $got instead of $want" >>"$out"
    [ "$got" -eq "$want" ]
    result $? "$name"
}

# says TEXT: the output of the last expect has a line that contains TEXT.
says() {
    grep -qF -e "$1" "$out"
    result $? "... and says: $1"
}

# background COMMAND...: starts it as process $pid, its stdout and stderr go to $out.
background() {
    : >"$out" # before await looks there
    "$@" >"$out" 2>&1 &
    # shellcheck disable=SC2034 # its caller's
    pid=$!
}

# within COMMAND...: waits until COMMAND succeeds, half a minute at most.
within() {
    waits=0
    until "$@"; do
        [ "$waits" -lt 300 ] || return 1
        sleep 0.1
        waits=$((waits + 1))
    done
}

# await TEXT: until a program in the background has said TEXT in $out.
await() { within grep -qF -e "$1" "$out"; }

plan() { echo "1..$n"; }

# skip_all REASON: the test cannot run here. (The TAP driver wants status 0.)
skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}
