package main

import (
	"strings"
	"text/template"
)

// node is what kind has to be told about the node.
type node struct {
	CgroupV1    bool // kubelet must accept it
	RestrictOOM bool // containerd cannot lower OOM scores
	OwnNetwork  bool // the image has a CNI template instead of kindnet
}

// kindTemplate is what a person would write for kind, with the same settings
// as the package cluster gives to its library.
var kindTemplate = template.Must(template.New("kind.yaml").Parse(`kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
networking:
  podSubnet: 10.244.0.0/16
  disableDefaultCNI: {{.OwnNetwork}}
nodes:
  - role: control-plane
{{- if .CgroupV1}}
kubeadmConfigPatches:
  - |
    kind: KubeletConfiguration
    failCgroupV1: false
{{- end}}
{{- if or .RestrictOOM .OwnNetwork}}
containerdConfigPatches:
{{- if .RestrictOOM}}
  - |
    [plugins."io.containerd.grpc.v1.cri"]
      restrict_oom_score_adj = true
{{- end}}
{{- if .OwnNetwork}}
  - |
    [plugins."io.containerd.grpc.v1.cri".cni]
      conf_template = "/etc/containerd/cni.conflist.tmpl"
{{- end}}
{{- end}}
`))

func (n node) kindConfig() string {
	var text strings.Builder
	_ = kindTemplate.Execute(&text, n) // neither the builder nor booleans fail
	return text.String()
}
