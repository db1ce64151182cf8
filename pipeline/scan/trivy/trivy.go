// Package trivy runs Trivy on manifests and images and reads what it says.
package trivy

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"

	"firedrill/pipeline/command"
	"firedrill/pipeline/scan/finding"
)

// Name is how findings name the scanner.
const Name = "trivy"

// Trivy is the program, and how it is started.
type Trivy struct {
	Program string
	Runner  command.Runner
	// Cache is a folder of its own, by its full path: two runs at once must not
	// share one.
	Cache string
}

// scan starts Trivy so that it asks nobody outside.
func (t Trivy) scan(ctx context.Context, what string, argv ...string) ([]byte, error) {
	return t.run(ctx, append([]string{what, "--offline-scan", "--skip-version-check", "--disable-telemetry"}, argv...)...)
}

// run starts Trivy in its cache: what it would read in the working folder, such
// as .trivyignore, would make findings disappear that no policy speaks of.
func (t Trivy) run(ctx context.Context, argv ...string) ([]byte, error) {
	if err := os.MkdirAll(t.Cache, 0o755); err != nil {
		return nil, fmt.Errorf("make room for Trivy: %w", err)
	}
	argv = append([]string{t.Program, argv[0], "--quiet", "--cache-dir", t.Cache}, argv[1:]...)
	return t.Runner.Run(ctx, command.Command{Argv: argv, Dir: t.Cache, Bound: true})
}

// answer is Trivy's report, as far as it is of use.
type answer struct {
	SchemaVersion int
	Results       []result
}

type result struct {
	Target            string
	Class             string
	Misconfigurations []misconfiguration
	Secrets           []secret
	Vulnerabilities   []vulnerability
}

type misconfiguration struct {
	ID, Title, Message, Resolution, Severity, Status, PrimaryURL string

	CauseMetadata struct{ StartLine, EndLine int }
}

type secret struct {
	RuleID, Category, Severity, Title string

	StartLine int
}

type vulnerability struct {
	VulnerabilityID, PkgName, InstalledVersion, FixedVersion, Severity, Title, PrimaryURL string
}

// parse refuses what is no report of Trivy's: half an answer is none.
func parse(text []byte) (answer, error) {
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		return a, fmt.Errorf("trivy's answer is no JSON (%w): %q", err, clip(text))
	}
	if a.SchemaVersion != 2 {
		return a, fmt.Errorf("trivy's answer has schema version %d, wanted 2: %q", a.SchemaVersion, clip(text))
	}
	return a, nil
}

// clip is the beginning of a text, to be shown in an error.
func clip(text []byte) string {
	const enough = 200
	if len(text) > enough {
		return string(text[:enough]) + "…"
	}
	return string(text)
}

// shortID is how older versions write an id: KSV001 for KSV-0001.
var shortID = regexp.MustCompile(`^([A-Z]{3})(\d{3})$`)

// id writes the id of a check as Trivy does today.
func id(text string) string {
	text = strings.TrimPrefix(text, "AVD-")
	if m := shortID.FindStringSubmatch(text); m != nil {
		return m[1] + "-0" + m[2]
	}
	return text
}

// finding makes ours of Trivy's. A severity that is none of ours is said.
func (m misconfiguration) finding() (finding.Finding, error) {
	severity, err := finding.ParseSeverity(m.Severity)
	check := finding.Check{Scanner: Name, ID: id(m.ID), URL: m.PrimaryURL}
	return finding.Finding{
		Weakness: finding.Weakness(check.ID), Severity: severity, Title: m.Title, Message: m.Message, Fix: m.Resolution,
		Found: []finding.Check{check},
	}, err
}
