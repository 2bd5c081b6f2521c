#!/usr/bin/env bash
# A whole worker in shell and curl, written from docs/protocol.md: it does jobs of the handler "echo", whose result is
# their payload, one at a time until it is told to stop. To read, and to show that no agent is needed.
#   GPUPOOL_URL=https://pool.example.org/gpupool/v1 GPUPOOL_TOKEN=... GPUPOOL_WORKER_NAME=box-1 worker.sh
set -u
: "${GPUPOOL_URL:?}" "${GPUPOOL_TOKEN:?}" "${GPUPOOL_WORKER_NAME:?}"
provider=${GPUPOOL_PROVIDER:-onprem} account=${GPUPOOL_ACCOUNT:-}
state=$(mktemp -d) && began=$SECONDS stop='' session='' token='' beater=''

get() { # a field of the JSON object on stdin, as JSON unless it is text; nothing for null
    python3 -c 'import json, sys
value = json.load(sys.stdin).get(sys.argv[1])
print("" if value is None else value if isinstance(value, str) else json.dumps(value))' "$1" 2>/dev/null
}

object() { # NAME=TEXT and NAME:=JSON to one JSON object
    python3 -c 'import json, sys
pairs = [argument.partition("=") for argument in sys.argv[1:]]
print(json.dumps({name.rstrip(":"): json.loads(text) if name[-1:] == ":" else text for name, _, text in pairs}))' "$@"
}

result() { # the body of "complete" for the lease on stdin: what this worker does
    python3 -c 'import json, sys
lease = json.load(sys.stdin)
print(json.dumps({"jobId": lease["jobId"], "attempt": lease["attempt"], "result": lease["payload"], "ranSeconds": 0}))'
}

once() { # PATH TOKEN BODY FILE: one try; the answer goes to the file, the status to stdout. The token is in no argument
    curl -sS -m 45 -o "$4" -w '%{http_code}' -D "$4.head" -X POST "$GPUPOOL_URL$1" -H 'Content-Type: application/json' \
        -H 'Gpupool-Protocol: 1' -H 'Gpupool-Agent: curl-worker/1' --data-binary @- \
        -K <(printf 'header = "Authorization: Bearer %s"\n' "$2") <<<"$3" 2>/dev/null
}

ask() { # PATH TOKEN BODY: repeats until the pool has answered; the answer is in $answer, the status in $status
    local wait=1 after='' file=$state/answer.$BASHPID
    while :; do
        status=$(once "$1" "$2" "$3" "$file") && answer=$(<"$file") || status=000
        # an answer without these is not the pool's, but a proxy's or a dead tunnel's
        [[ $status == 000 || $status == 429 || $status == 5* || -z $(get serverTime <<<"$answer")$(get type <<<"$answer") ]] ||
            break
        after=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]*\).*/\1/p' "$file.head" 2>/dev/null)
        sleep "$((${after:-0} + RANDOM % (wait + 1)))"
        wait=$((wait < 30 ? wait * 2 : 60))
    done
    case $(get directives <<<"$answer") in
        *'"REGISTER_AGAIN"'*) again=yes ;;
        *'"DRAIN"'* | *'"STOP"'*) stop=yes ;;
    esac
}

register() { # INSTANCE
    instance=$1
    ask /sessions "$GPUPOOL_TOKEN" "$(object worker:="$(object name="$GPUPOOL_WORKER_NAME" instanceId="$instance")" \
        provider="$provider" ${account:+account="$account"} handlers:='["echo"]' sessionAgeSeconds:=$((SECONDS - began)))"
    [[ $status == 2* ]] || { echo "refused: $answer" >&2; exit 1; }
    session=$(get sessionId <<<"$answer") token=$(get sessionToken <<<"$answer") again=''
    [[ -z $beater ]] || kill "$beater"
    beat "$(get heartbeatSeconds <<<"$answer")" & beater=$!
    echo "registered as $GPUPOOL_WORKER_NAME, session $session"
}

beat() { # INTERVAL: what runs, by a process that no job holds up. Its orders come again with the next claim
    local seq=$((SECONDS * 1000)) lease # above all before, also of a renewed session
    while sleep "$1" && kill -0 $$ 2>/dev/null; do # not beyond the worker itself
        seq=$((seq + 1)) lease=$(cat "$state/lease" 2>/dev/null)
        once "/sessions/$session/heartbeat" "$token" "$(object seq:=$seq sessionAgeSeconds:=$((SECONDS - began)) \
            leases:="[$lease]")" "$state/beat" >/dev/null
    done
}

leave() {
    [[ -z $beater ]] || kill "$beater"
    once "/sessions/$session/bye" "$token" "$(object reason=DONE sessionAgeSeconds:=$((SECONDS - began)))" \
        "$state/bye" >/dev/null
    rm -rf "$state"
    exit 0
}

trap leave INT TERM
register "$(</proc/sys/kernel/random/uuid)"
while [[ -z $stop ]]; do
    wish=${wish:-$(</proc/sys/kernel/random/uuid)}
    ask "/sessions/$session/claim" "$token" "$(object claimId="$wish" waitSeconds:=25)"
    case $status in
        401) register "$instance" && continue ;;
        404) again=yes ;;
        2*) wish='' ;;
    esac
    [[ -z $again ]] || { register "$(</proc/sys/kernel/random/uuid)" && continue; }
    lease=$(get lease <<<"$answer")
    [[ $status == 2* && -n $lease ]] || { [[ $status == 2* ]] || sleep 5; continue; }
    id=$(get leaseId <<<"$lease") job=$(get jobId <<<"$lease")
    object jobId="$job" attempt:="$(get attempt <<<"$lease")" leaseId="$id" >"$state/lease"
    ask "/leases/$id/complete" "$token" "$(result <<<"$lease")"
    rm "$state/lease"
    echo "job $job: $([[ $status == 2* ]] && echo done || echo "$answer")"
done
leave
