package cluster

import (
	"strconv"

	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
)

// Reserved is the key of the label and the taint of nodes that are kept free
// for drills; the value is "true".
const Reserved = "firedrill.io/reserved"

// reservedNode is a worker on which nothing runs that does not tolerate it, so
// that a drill can pause it or fill it without hitting the monitoring.
func reservedNode() v1alpha4.Node {
	return v1alpha4.Node{
		Role:   v1alpha4.WorkerRole,
		Labels: map[string]string{Reserved: "true"},
		KubeadmConfigPatches: []string{`kind: JoinConfiguration
nodeRegistration:
  taints: [{key: ` + Reserved + `, value: "true", effect: NoSchedule}]
`},
	}
}

// reservedNames are the names that kind gives to the reserved nodes: it counts
// workers from 1 and leaves the 1 out.
func reservedNames(cfg Config) []string {
	var names []string
	for i := range cfg.Reserved {
		name := cfg.Name + "-worker"
		if n := cfg.Nodes + i; n > 1 {
			name += strconv.Itoa(n)
		}
		names = append(names, name)
	}
	return names
}

// takesPods leaves the control plane without its taint. Where there is no other
// node kind takes it away by itself, and fails if there is none.
const takesPods = `kind: InitConfiguration
nodeRegistration:
  taints: []
`

// kubeletPatches shorten the kubelet's waits: a drill's length is made of them.
// Kubernetes' own values are in brackets.
func kubeletPatches(cfg Config) []string {
	patches := []string{
		strictKubelet,
		// How often volumes are measured (1m).
		"kind: KubeletConfiguration\nvolumeStatsAggPeriod: 5s\n",
		// How often a node says that it lives, and how it is (10s). A lease is
		// renewed four times while it lasts (40s).
		"kind: KubeletConfiguration\nnodeStatusUpdateFrequency: 2s\nnodeLeaseDurationSeconds: 8\n",
		// How long a node goes on calling itself full when it no longer is (5m).
		"kind: KubeletConfiguration\nevictionPressureTransitionPeriod: 5s\n",
	}
	if cfg.CgroupV1 {
		patches = append(patches, "kind: KubeletConfiguration\nfailCgroupV1: false\n")
	}
	return patches
}

// oftenMeasured has the kubelet measure containers every 5 s (10s), so that the
// rates of a short drill are made of more than one value. It is an argument, in
// a list where kind has some of its own.
func oftenMeasured() []v1alpha4.PatchJSON6902 {
	var patches []v1alpha4.PatchJSON6902
	for _, kind := range []string{"InitConfiguration", "JoinConfiguration"} {
		patches = append(patches, v1alpha4.PatchJSON6902{
			Group: "kubeadm.k8s.io", Version: "v1beta4", Kind: kind,
			Patch: "- {op: add, path: /nodeRegistration/kubeletExtraArgs/-, value: {name: housekeeping-interval, value: 5s}}",
		})
	}
	return patches
}

// strictKubelet lets nobody in without a name, asks the API server who may do
// what, and confines the system calls of pods that say nothing of them. The first
// are what kubeadm does by itself, written down so that nobody has to know it.
const strictKubelet = `kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
authorization: {mode: Webhook}
readOnlyPort: 0
tlsMinVersion: VersionTLS13
seccompDefault: true
`

// openControlPlane has the scheduler, the controller manager and etcd answer
// Prometheus too: by default they answer their own node only, and a rule that
// watches them would call them dead. Of strangers the first two want a token, as
// the API server does; etcd shows figures there, and nothing else.
const openControlPlane = `kind: ClusterConfiguration
scheduler:
  extraArgs:
    - {name: bind-address, value: 0.0.0.0}
    - {name: profiling, value: "false"}
    - {name: tls-min-version, value: VersionTLS13}
etcd:
  local:
    extraArgs:
      - {name: listen-metrics-urls, value: "http://0.0.0.0:2381"}
      - {name: tls-min-version, value: TLS1.3}
`

// hastyControllerManager takes a node that has been silent for 10 s for lost,
// five of the kubelet's reports, instead of 50 s, and looks every second (5s).
// Its arguments are added: kind has some of its own in the same list. It shows
// no profiles.
var hastyControllerManager = v1alpha4.PatchJSON6902{
	Group: "kubeadm.k8s.io", Version: "v1beta4", Kind: "ClusterConfiguration",
	Patch: `
- {op: add, path: /controllerManager/extraArgs/-, value: {name: bind-address, value: 0.0.0.0}}
- {op: add, path: /controllerManager/extraArgs/-, value: {name: node-monitor-grace-period, value: 10s}}
- {op: add, path: /controllerManager/extraArgs/-, value: {name: node-monitor-period, value: 1s}}
- {op: add, path: /controllerManager/extraArgs/-, value: {name: profiling, value: "false"}}
- {op: add, path: /controllerManager/extraArgs/-, value: {name: tls-min-version, value: VersionTLS13}}
`,
}
