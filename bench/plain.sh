#!/usr/bin/env bash
# The plain way: what firedrill does in a warm run, written by hand as one
# command of kind, helm and kubectl after the other. `go run ./bench` prepares
# what it reads and takes the times that it prints; docs/performance.md says
# how the two compare.
#
# Standard output is one line for each part of the work: STEP PART SECONDS,
# where the step `latency` is what a drill measured.
#
# CLUSTER          name of the cluster
# NODE_IMAGE       image of its node, which the container engine has
# KUBECONFIG       file to write
# WORK             folder with kind.yaml, images/*.tar and the lists releases
#                  (NAME NAMESPACE CHART VALUES...) and
#                  drills (NAME RULE NAMESPACE DEPLOYMENT REPLICAS QUERY)
# PROMETHEUS INBOX their paths in the Kubernetes API
set -euo pipefail
export LC_ALL=C # a point in $EPOCHREALTIME

patience=300 # how often something is asked for before the script gives up

now() { echo "${EPOCHREALTIME/./}"; } # in microseconds

since() { # START: seconds that have passed
  local passed=$(($(now) - $1))
  printf '%d.%06d' $((passed / 1000000)) $((passed % 1000000))
}

timed() { # STEP PART COMMAND...
  local step=$1 part=$2 start
  start=$(now)
  shift 2
  echo "+ $*" >&2
  "$@" >&2
  echo "$step $part $(since "$start")"
}

await() { # PATH TEXT...: until every text is in the API's answer
  local path=$1 answer= text i
  shift
  for ((i = 0; i < patience; i++)); do
    answer=$(kubectl get --raw "$path" 2>&1) || true
    for text; do
      if [[ $answer != *"$text"* ]]; then
        sleep 1
        continue 2
      fi
    done
    return
  done
  echo "gave up waiting for $* in the answer of $path; last answer: $answer" >&2
  return 1
}

load_images() {
  local archive
  for archive in "$WORK"/images/*.tar; do
    kind load image-archive --name "$CLUSTER" "$archive"
  done
}

install() { # NAME NAMESPACE CHART VALUES...
  local name=$1 namespace=$2 chart=$3 values=() file
  shift 3
  for file; do values+=(--values "$file"); done
  helm upgrade --install "$name" "$chart" --namespace "$namespace" --create-namespace \
    --wait --timeout 5m "${values[@]}"
}

hold_drill() { # NAME RULE NAMESPACE DEPLOYMENT REPLICAS QUERY
  local name=$1 rule=$2 namespace=$3 deployment=$4 replicas=$5 query=$6 before start
  # A drill proves nothing before the servers have seen the healthy state.
  await "$PROMETHEUS/api/v1/query?query=$query" '"value":'
  await "$PROMETHEUS/api/v1/rules?rule_name[]=$rule" '"health":"ok"' '"state":"inactive"'
  kubectl delete --raw "$INBOX/api/v1/notifications" >&2
  before=$(kubectl --namespace "$namespace" get deployment "$deployment" --output 'jsonpath={.spec.replicas}')

  start=$(now)
  kubectl --namespace "$namespace" scale deployment "$deployment" --replicas "$replicas" >&2
  await "$INBOX/api/v1/notifications" '"status":"firing"' "\"alertname\":\"$rule\""
  echo "latency $name/fault_to_notification $(since "$start")" >&3

  start=$(now)
  kubectl --namespace "$namespace" scale deployment "$deployment" --replicas "$before" >&2
  await "$INBOX/api/v1/notifications" '"status":"resolved"' "\"alertname\":\"$rule\""
  echo "latency $name/repair_to_resolved $(since "$start")" >&3
  kubectl --namespace "$namespace" rollout status deployment "$deployment" --timeout 2m >&2
}

exec 3>&1 # hold_drill prints times while timed sends its output away
trap 'kind delete cluster --name "$CLUSTER" >&2' EXIT

timed cluster create kind create cluster --name "$CLUSTER" --image "$NODE_IMAGE" --config "$WORK/kind.yaml" --wait 5m
timed cluster images load_images
while read -r -u 4 -a release; do
  timed deploy "${release[0]}" install "${release[@]}"
done 4<"$WORK/releases"
while read -r -u 4 -a drill; do
  timed drill "${drill[0]}" hold_drill "${drill[@]}"
done 4<"$WORK/drills"
trap - EXIT
timed teardown delete kind delete cluster --name "$CLUSTER"
