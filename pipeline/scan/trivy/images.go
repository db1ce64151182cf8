package trivy

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"firedrill/pipeline/scan/finding"
)

// Database is where vulnerabilities are looked up.
type Database struct {
	// Dir holds the database: a folder db with trivy.db and metadata.json.
	Dir string
	// Repository is where it is downloaded from instead, such as
	// registry.example.com/trivy-db:2.
	Repository string
}

// Given tells whether there is one.
func (d Database) Given() bool { return d != Database{} }

// ParseDatabase reads --vuln-db: a folder that is there, or a repository.
func ParseDatabase(text string) (Database, error) {
	if text == "" {
		return Database{}, nil
	}
	info, err := os.Stat(text)
	switch {
	case err == nil && !info.IsDir():
		return Database{}, fmt.Errorf("--vuln-db %s is a file: wanted a folder with db/trivy.db, or a repository such as registry.example.com/trivy-db:2", text)
	case err == nil:
		if _, err := os.Stat(filepath.Join(text, "db", "trivy.db")); err != nil {
			return Database{}, fmt.Errorf("--vuln-db %s holds no database: wanted db/trivy.db and db/metadata.json in it: %w", text, err)
		}
		return Database{Dir: text}, nil
	case strings.HasPrefix(text, ".") || filepath.IsAbs(text) || !strings.Contains(text, "/"):
		return Database{}, fmt.Errorf("--vuln-db %s: there is no such folder, and a repository is written as registry.example.com/trivy-db:2", text)
	}
	return Database{Repository: text}, nil
}

func (d Database) args() []string {
	if d.Repository != "" {
		return []string{"--db-repository", d.Repository}
	}
	return []string{"--skip-db-update", "--skip-java-db-update"}
}

// Image looks for secrets and, with a database, for vulnerabilities in an image
// that lies in dir as an OCI layout of its own, and writes what is in it to sbom:
// base.cdx.json and base.spdx.json.
func (t Trivy) Image(ctx context.Context, name, dir string, db Database, sbom string) ([]finding.Finding, error) {
	scanners := "secret"
	if db.Given() {
		scanners = "secret,vuln"
	}
	argv := append([]string{"image", "--input", dir, "--scanners", scanners, "--list-all-pkgs", "--format", "json"}, db.args()...)
	out, err := t.run(ctx, argv...)
	if err != nil {
		return nil, fmt.Errorf("check the image %s with Trivy: %w", name, err)
	}
	a, err := parse(out)
	if err != nil {
		return nil, fmt.Errorf("check the image %s: %w", name, err)
	}
	report := sbom + ".trivy.json"
	if err := os.WriteFile(report, out, 0o600); err != nil {
		return nil, fmt.Errorf("keep what is in the image %s: %w", name, err)
	}
	defer os.Remove(report) //nolint:errcheck // It lies in a folder of ours, which is removed as a whole later.
	for format, ending := range map[string]string{"cyclonedx": ".cdx.json", "spdx-json": ".spdx.json"} {
		if err := t.convert(ctx, report, format, sbom+ending); err != nil {
			return nil, fmt.Errorf("list what is in the image %s: %w", name, err)
		}
	}
	return a.inImage(name)
}

// convert makes an SBOM of the report; one that is no JSON object is refused.
func (t Trivy) convert(ctx context.Context, report, format, to string) error {
	out, err := t.run(ctx, "convert", "--format", format, report)
	if err != nil {
		return err
	}
	var object map[string]any
	if err := json.Unmarshal(out, &object); err != nil {
		return fmt.Errorf("trivy's SBOM is no JSON (%w): %q", err, clip(out))
	}
	return os.WriteFile(to, out, 0o644) //nolint:gosec // For everybody, as the report is.
}

// inImage are the findings of an image.
func (a answer) inImage(name string) ([]finding.Finding, error) {
	object := finding.Object{Kind: "Image", Name: name}
	var all []finding.Finding
	for _, r := range a.Results {
		for _, s := range r.Secrets {
			f, err := s.finding()
			if err != nil {
				return nil, err
			}
			f.Object, f.Detail = object, r.Target
			f.Message += " in " + r.Target
			all = append(all, f)
		}
		for _, v := range r.Vulnerabilities {
			f, err := v.finding()
			if err != nil {
				return nil, err
			}
			f.Object = object
			all = append(all, f)
		}
	}
	return all, nil
}

func (v vulnerability) finding() (finding.Finding, error) {
	severity, err := finding.ParseSeverity(v.Severity)
	if err != nil {
		return finding.Finding{}, fmt.Errorf("trivy's %s: %w", v.VulnerabilityID, err)
	}
	f := finding.Finding{
		Weakness: v.VulnerabilityID, Severity: severity, Title: v.Title, Detail: v.PkgName,
		Message: fmt.Sprintf("%s %s has %s: %s", v.PkgName, v.InstalledVersion, v.VulnerabilityID, v.Title),
		Found:   []finding.Check{{Scanner: Name, ID: v.VulnerabilityID, URL: v.PrimaryURL}},
	}
	if v.FixedVersion != "" {
		f.Fix = "Take version " + v.FixedVersion + "."
	}
	return f, nil
}
