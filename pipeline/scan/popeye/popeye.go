// Package popeye runs Popeye on a cluster and reads what it says: what is left
// over, missing or at odds.
package popeye

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"firedrill/pipeline/command"
	"firedrill/pipeline/scan/finding"
)

// Name is how findings name the scanner.
const Name = "popeye"

// sections are the kinds that are looked at. Pods and ReplicaSets are left out:
// what they have, they have from their workloads, whose names do not change.
var sections = []string{"cm", "cr", "crb", "cronjob", "dp", "ds", "hpa", "ing", "job", "np", "ns", "pdb", "pv", "pvc", "ro", "rb", "sa", "sec", "sts", "svc"}

// Popeye is the program, and what it works with.
type Popeye struct {
	Program string
	Runner  command.Runner
	// Home is a folder in place of the user's, for its log.
	Home       string
	Kubeconfig string
	Namespaces []string
}

// Scan looks at the cluster. The score is that of all it looked at, from 0 to
// 100.
func (p Popeye) Scan(ctx context.Context) ([]finding.Finding, int, error) {
	out, err := p.Runner.Run(ctx, command.Command{
		Argv: []string{
			p.Program, "--kubeconfig", p.Kubeconfig, "--all-namespaces", "--sections", strings.Join(sections, ","),
			"--out", "json", "--force-exit-zero=true", "--logs", p.Home + "/popeye.log",
		},
		Env: []string{"HOME=" + p.Home, "XDG_STATE_HOME=" + p.Home, "XDG_CONFIG_HOME=" + p.Home, "POPEYE_REPORT_DIR=" + p.Home}, Bound: true,
	})
	if err != nil {
		return nil, 0, fmt.Errorf("look at the cluster with Popeye: %w", err)
	}
	return parse(out, p.Namespaces)
}

type answer struct {
	Popeye struct {
		Score    int
		Sections []struct {
			Linter, GVR string
			Issues      map[string][]issue
		}
		Errors []string
	}
}

type issue struct {
	Group   string
	GVR     string
	Level   int
	Message string
}

func parse(text []byte, namespaces []string) ([]finding.Finding, int, error) {
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		return nil, 0, fmt.Errorf("popeye's report is no JSON: %w", err)
	}
	if len(a.Popeye.Sections) == 0 {
		return nil, 0, fmt.Errorf("popeye looked at nothing: its report has no sections; its errors: %q", a.Popeye.Errors)
	}
	var all []finding.Finding
	for _, s := range a.Popeye.Sections {
		for _, name := range slices.Sorted(maps.Keys(s.Issues)) {
			object := objectOf(s.GVR, name)
			if object.Namespace != "" && !slices.Contains(namespaces, object.Namespace) {
				continue
			}
			for _, i := range s.Issues[name] {
				// Below a warning it only tells what it has looked at.
				if i.Level >= levelWarning {
					all = append(all, i.finding(object))
				}
			}
		}
	}
	return all, a.Popeye.Score, nil
}

const levelWarning, levelError = 2, 3

// code is what a message begins with.
var code = regexp.MustCompile(`^\[(POP-\d+)\]\s*`)

// finding takes hygiene for less grave than a hole: an error is medium.
func (i issue) finding(object finding.Object) finding.Finding {
	id, message := "POP", i.Message
	if m := code.FindStringSubmatch(i.Message); m != nil {
		id, message = m[1], i.Message[len(m[0]):]
	}
	severity := finding.Low
	if i.Level >= levelError {
		severity = finding.Medium
	}
	f := finding.Finding{
		Weakness: finding.Weakness(id), Severity: severity, Title: message, Message: message, Object: object,
		Found: []finding.Check{{Scanner: Name, ID: id, URL: "https://popeyecli.io"}},
	}
	if i.Group != "__root__" {
		f.Message = "container " + i.Group + ": " + message
	}
	return f
}

// kinds are those of the resources that it writes.
var kinds = map[string]string{
	"configmaps": "ConfigMap", "clusterroles": "ClusterRole", "clusterrolebindings": "ClusterRoleBinding", "cronjobs": "CronJob",
	"deployments": "Deployment", "daemonsets": "DaemonSet", "horizontalpodautoscalers": "HorizontalPodAutoscaler", "ingresses": "Ingress",
	"jobs": "Job", "networkpolicies": "NetworkPolicy", "namespaces": "Namespace", "poddisruptionbudgets": "PodDisruptionBudget",
	"persistentvolumes": "PersistentVolume", "persistentvolumeclaims": "PersistentVolumeClaim", "roles": "Role", "rolebindings": "RoleBinding",
	"serviceaccounts": "ServiceAccount", "secrets": "Secret", "statefulsets": "StatefulSet", "services": "Service",
}

func objectOf(gvr, name string) finding.Object {
	resource := gvr[strings.LastIndex(gvr, "/")+1:]
	kind, known := kinds[resource]
	if !known {
		kind = resource
	}
	namespace, last, found := strings.Cut(name, "/")
	if !found {
		namespace, last = "", name
	}
	return finding.Object{Kind: kind, Namespace: namespace, Name: last}
}
