package pipeline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"firedrill/pipeline/scan/trivy"
)

// What scans write beside the report: their findings, and a folder of lists of what
// is in images.
const (
	sarifFile  = "scan.sarif"
	sbomFolder = "sbom"
)

// forgetScans removes what the scans of an earlier run have written to the folder of
// the report: it must not pass for this run's, which may fail before it scans. What
// else lies there stays.
func forgetScans(out string) error {
	folder := filepath.Join(out, sbomFolder)
	lists, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("look for the scans of an earlier run: %w", err)
	}
	files := []string{filepath.Join(out, sarifFile)}
	for _, list := range lists {
		if isSBOM(list.Name()) {
			files = append(files, filepath.Join(folder, list.Name()))
		}
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove the scans of an earlier run: %w", err)
		}
	}
	if len(files) > 1 {
		_ = os.Remove(folder) // unless something else is in it
	}
	return nil
}

func isSBOM(name string) bool {
	return slices.ContainsFunc(trivy.SBOMs, func(form trivy.SBOM) bool { return strings.HasSuffix(name, form.Ending) })
}
