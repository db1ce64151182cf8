package scan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"firedrill/pipeline/scan/finding"
)

// Before are the fingerprints of what earlier scans found, by scan.
type Before map[string][]string

// LoadBefore reads what Save wrote. Without a file there was no scan before.
func LoadBefore(file string) (Before, error) {
	b := Before{}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what the scan before found: %w", err)
	}
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, fmt.Errorf("%s, what the scan before found, is damaged (%w): remove it; nothing will be called new then", file, err)
	}
	return b, nil
}

// Save keeps, for the next run, what the scans found that came to their end; of
// the others it keeps what was found before.
func (b Before) Save(file string, r Report) error {
	next := Before{}
	for scan, prints := range b {
		next[scan] = prints
	}
	for _, scan := range r.Done {
		next[scan] = []string{}
		for _, f := range r.Findings {
			if slices.Contains(f.Scans, scan) {
				next[scan] = append(next[scan], f.Fingerprint())
			}
		}
		slices.Sort(next[scan])
	}
	text, err := json.Marshal(next)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("keep what was found for the next scan: %w", err)
	}
	// In one step, since another run may read it.
	work := fmt.Sprintf("%s.%d", file, os.Getpid())
	if err := os.WriteFile(work, text, 0o600); err != nil {
		return fmt.Errorf("keep what was found for the next scan: %w", err)
	}
	return os.Rename(work, file)
}

// mark says which findings are new: a scan that was done before did not have
// them.
func (b Before) mark(findings []finding.Finding) {
	for i := range findings {
		f := &findings[i]
		known, compared := false, false
		for _, scan := range f.Scans {
			prints, there := b[scan]
			compared = compared || there
			known = known || slices.Contains(prints, f.Fingerprint())
		}
		f.New = compared && !known
	}
}
