// Package kubescape runs Kubescape on a cluster and reads what it says: what is
// wrong with which object, and how well the cluster keeps to each framework.
package kubescape

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"firedrill/pipeline/command"
	"firedrill/pipeline/scan/finding"
)

// Name is how findings name the scanner.
const Name = "kubescape"

// Kubescape is the program, and what it works with.
type Kubescape struct {
	Program string
	Runner  command.Runner
	// Policies is the folder that Assemble has written.
	Policies string
	// Home is a folder in place of the user's: Kubescape keeps files there.
	Home       string
	Kubeconfig string
	// Namespaces are those of the releases; findings elsewhere are not ours.
	Namespaces []string
}

// Score is how many percent of a framework's controls the cluster keeps to. Those
// that Kubescape could not look at count neither for nor against it; Kubescape
// itself takes them for failed, and those of nodes can never be looked at from
// outside.
type Score struct {
	Framework string
	// Controls is how many the framework has.
	Controls int
	// Passed is how much of each control that was looked at, in percent by its id.
	Passed map[string]float64
}

// Scan checks the cluster by all frameworks.
func (k Kubescape) Scan(ctx context.Context) ([]finding.Finding, []Score, error) {
	file := filepath.Join(k.Home, "kubescape.json")
	if err := os.RemoveAll(file); err != nil {
		return nil, nil, err
	}
	argv := []string{
		k.Program, "scan", "framework", strings.ToLower(strings.Join(Frameworks, ",")), "--use-artifacts-from", k.Policies, "--keep-local",
		"--format", "json", "--format-version", "v2", "--output", file, "--cache-dir", k.Home, "--logger", "error",
		"--include-namespaces", strings.Join(k.Namespaces, ","),
	}
	_, err := k.Runner.Run(ctx, command.Command{
		Argv: argv, Bound: true, Env: []string{"KUBECONFIG=" + k.Kubeconfig, "HOME=" + k.Home, "KS_SKIP_UPDATE_CHECK=true"},
	})
	if err != nil {
		return nil, nil, fmt.Errorf("check the cluster with Kubescape: %w", err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, fmt.Errorf("kubescape ended well and wrote no report: %w", err)
	}
	return parse(text)
}

type answer struct {
	SummaryDetails struct {
		Frameworks []framework
	}
	Results []struct {
		ResourceID string
		Controls   []control
	}
}

type framework struct {
	Name     string
	Controls map[string]struct {
		ComplianceScore float64
		StatusInfo      struct{ Status string }
	}
}

func (f framework) score() Score {
	s := Score{Framework: f.Name, Controls: len(f.Controls), Passed: map[string]float64{}}
	for id, c := range f.Controls {
		if c.StatusInfo.Status != "skipped" {
			s.Passed[id] = c.ComplianceScore
		}
	}
	return s
}

type control struct {
	ControlID, Name, Severity string

	Status struct{ Status string }
	Rules  []struct {
		Paths []struct {
			FailedPath string
			FixPath    struct{ Path, Value string }
		}
	}
}

func parse(text []byte) ([]finding.Finding, []Score, error) {
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		return nil, nil, fmt.Errorf("kubescape's report is no JSON: %w", err)
	}
	if len(a.SummaryDetails.Frameworks) == 0 || len(a.Results) == 0 {
		return nil, nil, fmt.Errorf("kubescape checked nothing: its report has %d frameworks and %d objects", len(a.SummaryDetails.Frameworks), len(a.Results))
	}
	var scores []Score
	for _, f := range a.SummaryDetails.Frameworks {
		scores = append(scores, f.score())
	}
	slices.SortFunc(scores, func(a, b Score) int { return strings.Compare(a.Framework, b.Framework) })
	var all []finding.Finding
	for _, r := range a.Results {
		for _, c := range r.Controls {
			if c.Status.Status != "failed" {
				continue
			}
			f, err := c.finding()
			if err != nil {
				return nil, nil, fmt.Errorf("kubescape's control %s: %w", c.ControlID, err)
			}
			f.Object = objectOf(r.ResourceID)
			all = append(all, f)
		}
	}
	return all, scores, nil
}

func (c control) finding() (finding.Finding, error) {
	severity, err := finding.ParseSeverity(c.Severity)
	var places []string
	for _, r := range c.Rules {
		for _, p := range r.Paths {
			switch {
			case p.FailedPath != "":
				places = append(places, p.FailedPath)
			case p.FixPath.Path != "":
				places = append(places, p.FixPath.Path+" should be "+p.FixPath.Value)
			}
		}
	}
	slices.Sort(places)
	message := c.Name
	if places = slices.Compact(places); len(places) > 0 {
		message += ": " + strings.Join(places, ", ")
	}
	return finding.Finding{
		Weakness: finding.Weakness(c.ControlID), Severity: severity, Title: c.Name, Message: message,
		Found: []finding.Check{{Scanner: Name, ID: c.ControlID, URL: "https://hub.armosec.io/docs/" + strings.ToLower(c.ControlID)}},
	}, err
}

// objectOf reads Kubescape's id of an object: group/version/namespace/kind/name,
// where namespace is empty for what has none. An id of rights is several in a row,
// that of a subject, its role and the binding between them: the role is meant.
func objectOf(id string) finding.Object {
	parts := strings.Split(id, "/")
	if len(parts) < 4 {
		return finding.Object{Kind: "cluster", Name: id}
	}
	kind := len(parts) - 2
	if i := slices.IndexFunc(parts, func(p string) bool { return p == "ClusterRole" || p == "Role" }); i > 0 && i < kind {
		kind = i
	}
	return finding.Object{Kind: parts[kind], Namespace: parts[kind-1], Name: parts[kind+1]}
}
