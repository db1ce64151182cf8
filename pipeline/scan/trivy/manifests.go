package trivy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"firedrill/pipeline/scan/finding"
	"firedrill/pipeline/scan/render"
)

// Manifests checks the documents that were laid out in dir, a full path. That Trivy has looked
// at every one that runs pods is part of the answer: it says nothing of what it
// could not read.
func (t Trivy) Manifests(ctx context.Context, dir string, documents []render.Document) ([]finding.Finding, error) {
	out, err := t.scan(ctx, "filesystem", "--scanners", "misconfig,secret", "--misconfig-scanners", "kubernetes,dockerfile",
		"--skip-check-update", "--include-non-failures", "--format", "json", dir)
	if err != nil {
		return nil, fmt.Errorf("check %d manifests with Trivy: %w", len(documents), err)
	}
	a, err := parse(out)
	if err != nil {
		return nil, err
	}
	if missing := a.unread(documents); len(missing) > 0 {
		return nil, fmt.Errorf("trivy read %d of %d manifests; it left out %s", len(documents)-len(missing), len(documents), strings.Join(missing, ", "))
	}
	var all []finding.Finding
	for _, r := range a.Results {
		i := slices.IndexFunc(documents, func(d render.Document) bool { return d.File == r.Target })
		if i < 0 {
			return nil, fmt.Errorf("trivy speaks of the file %q, which it was not given", r.Target)
		}
		found, err := r.inManifest(documents[i])
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// unread lists the documents with pods, and Dockerfiles, that are not in the answer.
func (a answer) unread(documents []render.Document) []string {
	var missing []string
	for _, d := range documents {
		if !slices.Contains([]string{"CronJob", "DaemonSet", "Deployment", "Job", "Pod", "StatefulSet", render.Dockerfile}, d.Object.Kind) {
			continue
		}
		if !slices.ContainsFunc(a.Results, func(r result) bool { return r.Class == "config" && r.Target == d.File }) {
			missing = append(missing, fmt.Sprintf("%s (%s)", d.Source, d.Object))
		}
	}
	return missing
}

// inManifest are the findings of one document.
func (r result) inManifest(d render.Document) ([]finding.Finding, error) {
	var all []finding.Finding
	for _, m := range r.Misconfigurations {
		if m.Status != "FAIL" {
			continue
		}
		f, err := m.finding()
		if err != nil {
			return nil, fmt.Errorf("trivy's check %s: %w", m.ID, err)
		}
		f.Object, f.Place, f.With = d.Object, d.Place(m.line(d)), d.Values
		all = append(all, f)
	}
	for _, s := range r.Secrets {
		f, err := s.finding()
		if err != nil {
			return nil, err
		}
		f.Object, f.Place, f.With = d.Object, d.Place(s.StartLine), d.Values
		all = append(all, f)
	}
	return all, nil
}

// finding tells of a secret without showing it.
func (s secret) finding() (finding.Finding, error) {
	severity, err := finding.ParseSeverity(s.Severity)
	if err != nil {
		return finding.Finding{}, fmt.Errorf("trivy's rule %s: %w", s.RuleID, err)
	}
	return finding.Finding{
		Weakness: "secret-" + s.RuleID, Severity: severity, Title: "Secret: " + s.Title,
		Message: "This looks like a secret: " + s.Title, Fix: "Take it out, and change it: what was in git or an image is known.",
		Found: []finding.Check{{Scanner: Name, ID: s.RuleID}},
	}, nil
}
