package trivy

import (
	"context"
	"encoding/json"
	"errors"
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

// place puts the database where Trivy looks for it, as a link. One that an
// earlier call has put there goes, or a download would write into it.
func (d Database) place(cache string) error {
	link := filepath.Join(cache, "db")
	if info, err := os.Lstat(link); err == nil && info.Mode()&os.ModeSymlink != 0 {
		if err := os.Remove(link); err != nil {
			return fmt.Errorf("take the database of before away: %w", err)
		}
	}
	if d.Dir == "" {
		return nil
	}
	dir, err := filepath.Abs(filepath.Join(d.Dir, "db"))
	if err != nil {
		return err
	}
	// What Trivy has downloaded itself, it can download again.
	if err := errors.Join(os.RemoveAll(link), os.MkdirAll(cache, 0o755), os.Symlink(dir, link)); err != nil {
		return fmt.Errorf("hand the database %s to Trivy: %w", d.Dir, err)
	}
	return nil
}

// SBOM is a form of the list of what is in an image.
type SBOM struct {
	// MediaType is by what others know the form, and Ending that of its files.
	MediaType, Ending string
	format            string // as Trivy calls it
}

// SBOMs are the forms that Image writes.
var SBOMs = []SBOM{
	{"application/vnd.cyclonedx+json", ".cdx.json", "cyclonedx"},
	{"application/spdx+json", ".spdx.json", "spdx-json"},
}

// Image looks for secrets and, with a database, for vulnerabilities in an image
// that lies in dir as an OCI layout of its own, and writes what is in it to files
// that begin with sbom, one for each of SBOMs.
func (t Trivy) Image(ctx context.Context, name, dir string, db Database, sbom string) ([]finding.Finding, error) {
	scanners := "secret"
	if db.Given() {
		scanners = "secret,vuln"
	}
	if err := db.place(t.Cache); err != nil {
		return nil, err
	}
	argv := append([]string{"--input", dir, "--scanners", scanners, "--list-all-pkgs", "--format", "json"}, db.args()...)
	out, err := t.scan(ctx, "image", argv...)
	if err != nil {
		return nil, fmt.Errorf("check the image %s with Trivy: %w", name, err)
	}
	a, err := parse(out)
	if err != nil {
		return nil, fmt.Errorf("check the image %s: %w", name, err)
	}
	if err := t.list(ctx, name, out, sbom); err != nil {
		return nil, fmt.Errorf("list what is in the image %s: %w", name, err)
	}
	return a.inImage(name)
}

// list makes the SBOMs of a report. In that the image is called by where it lies,
// which means nothing elsewhere.
func (t Trivy) list(ctx context.Context, name string, out []byte, sbom string) error {
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(out, &whole); err != nil {
		return err
	}
	whole["ArtifactName"], _ = json.Marshal(name) // a text can always be written
	text, err := json.Marshal(whole)
	if err != nil {
		return err
	}
	report := filepath.Join(t.Cache, "report.json")
	if err := os.WriteFile(report, text, 0o600); err != nil {
		return err
	}
	for _, form := range SBOMs {
		if err := t.convert(ctx, report, form.format, sbom+form.Ending); err != nil {
			return err
		}
	}
	return os.Remove(report)
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
