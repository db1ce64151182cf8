// Package sarif writes findings in the form that code scanning services read.
package sarif

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"firedrill/pipeline/scan/finding"
)

// fingerprint is the key of our fingerprint; the number grows when what it is made of
// changes.
const fingerprint = "firedrill/v1"

// Write writes the file. Findings with an exception are in it, suppressed.
func Write(file string, findings []finding.Finding) error {
	whole := report.NewV210Report()
	run := sarif.NewRunWithInformationURI("firedrill", "https://github.com/firedrill/firedrill")
	for _, f := range findings {
		rule := run.AddRule(f.Weakness).WithName(f.Weakness).WithDescription(f.Title)
		rule.WithShortDescription(sarif.NewMultiformatMessageString().WithText(f.Title))
		if f.Fix != "" {
			rule.WithHelp(sarif.NewMultiformatMessageString().WithText(f.Fix))
		}
		if url := urlOf(f); url != "" {
			rule.WithHelpURI(url)
		}
		rule.WithProperties(sarif.NewPropertyBag().Add("security-severity", score(f.Severity)))
		run.AddResult(result(f))
	}
	whole.AddRun(run)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	if err := whole.WriteFile(file); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}

func result(f finding.Finding) *sarif.Result {
	names := strings.Join(f.By(), " and ")
	r := sarif.NewRuleResult(f.Weakness).WithLevel(level(f.Severity)).WithKind("fail").
		WithMessage(sarif.NewTextMessage(fmt.Sprintf("%s: %s (found by %s)", f.Object, f.Message, names))).
		WithPartialFingerprints(map[string]string{fingerprint: f.Fingerprint()}).AddLocation(location(f))
	if f.Exception != "" {
		r.AddSuppression(sarif.NewSuppression().WithKind("external").WithStatus("accepted").WithJustification(f.Exception))
	}
	if f.New {
		r.WithBaselineState("new")
	}
	return r
}

// elsewhere is the file that what has none is shown at: code scanning services
// refuse a result without.
const elsewhere = "firedrill.yaml"

func location(f finding.Finding) *sarif.Location {
	file, line := f.Place.File, max(f.Place.Line, 1)
	if file == "" {
		file, line = elsewhere, 1
	}
	place := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(file)).WithRegion(sarif.NewSimpleRegion(line, line))
	object := sarif.NewLogicalLocation().WithName(f.Object.Name).WithFullyQualifiedName(f.Object.String()).WithKind("resource")
	return sarif.NewLocationWithPhysicalLocation(place).AddLogicalLocation(object)
}

func level(s finding.Severity) string {
	switch s {
	case finding.Critical, finding.High:
		return "error"
	case finding.Medium:
		return "warning"
	}
	return "note"
}

// score is what GitHub makes its words of.
func score(s finding.Severity) string {
	return map[finding.Severity]string{finding.Critical: "9.5", finding.High: "8.0", finding.Medium: "5.5", finding.Low: "2.0"}[s]
}

func urlOf(f finding.Finding) string {
	i := slices.IndexFunc(f.Found, func(c finding.Check) bool { return c.URL != "" })
	if i < 0 {
		return ""
	}
	return f.Found[i].URL
}
