package apiserver

import (
	"fmt"
	"strings"

	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
)

// nodeDir is where the control plane's node has the folder.
const nodeDir = "/etc/kubernetes/firedrill"

// AuditLog is the file on the control plane's node, in a folder that has
// nothing else.
const (
	AuditDir = "/var/log/kubernetes/audit"
	AuditLog = AuditDir + "/audit.log"
)

// Mount shows the folder to the control plane's node.
func Mount(dir string) v1alpha4.Mount {
	return v1alpha4.Mount{HostPath: dir, ContainerPath: nodeDir, Readonly: true}
}

// Volumes shows it to the API server in its pod, which also writes the log of
// what is done there.
const Volumes = `kind: ClusterConfiguration
apiServer:
  extraVolumes:
    - {name: firedrill, hostPath: ` + nodeDir + `, mountPath: ` + nodeDir + `, readOnly: true, pathType: Directory}
    - {name: audit, hostPath: ` + AuditDir + `, mountPath: ` + AuditDir + `, pathType: DirectoryOrCreate}
`

// argument is one of a program of the control plane.
type argument struct{ name, value string }

// suites are all those of TLS 1.3. Go leaves no choice among them; scanners
// want them named.
const suites = "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,TLS_CHACHA20_POLY1305_SHA256"

// arguments of the API server beside kubeadm's own.
var arguments = []argument{
	{"encryption-provider-config", nodeDir + "/" + encryptionFile},
	// A new key needs no restart.
	{"encryption-provider-config-automatic-reload", "true"},
	{"authentication-config", nodeDir + "/" + authenticationFile},
	{"audit-policy-file", nodeDir + "/" + auditPolicyFile},
	{"audit-log-path", AuditLog},
	// Days, files and megabytes. The policy leaves so little that a day of drills
	// does not fill one file.
	{"audit-log-maxage", "30"},
	{"audit-log-maxbackup", "10"},
	{"audit-log-maxsize", "100"},
	{"profiling", "false"},
	{"tls-min-version", "VersionTLS13"},
	{"tls-cipher-suites", suites},
	// A token is good for as long as it says. By default those that every pod gets
	// are good for a year.
	{"service-account-extend-token-expiration", "false"},
}

// Arguments adds them to those that kind has in the same list.
func Arguments() v1alpha4.PatchJSON6902 {
	var patch strings.Builder
	for _, a := range arguments {
		fmt.Fprintf(&patch, "- {op: add, path: /apiServer/extraArgs/-, value: {name: %s, value: %q}}\n", a.name, a.value)
	}
	return v1alpha4.PatchJSON6902{Group: "kubeadm.k8s.io", Version: "v1beta4", Kind: "ClusterConfiguration", Patch: patch.String()}
}
