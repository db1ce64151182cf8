package pipeline

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"firedrill/pipeline/images"
	"firedrill/pipeline/images/spec"
	"firedrill/pipeline/scan/policy"
)

// The scanners, by the last part of their images' names.
const (
	trivyImage     = "trivy"
	kubescapeImage = "kubescape-cli"
	policiesImage  = "kubescape-policies"
	popeyeImage    = "popeye"
)

// imagesOf are the images that each scan needs.
var imagesOf = map[string][]string{
	policy.Manifests: {trivyImage},
	policy.Images:    {trivyImage},
	policy.Cluster:   {kubescapeImage, policiesImage, popeyeImage},
}

// scannersOf are the images of the scanners that the scans need.
func scannersOf(scans []string, specs images.Specs) (images.Specs, error) {
	var wanted images.Specs
	var errs []error
	for _, scan := range scans {
		for _, base := range imagesOf[scan] {
			scanner, ok := scannerNamed(base, specs)
			switch {
			case !ok:
				errs = append(errs, fmt.Errorf("scan %s needs the image %s, and no image.yaml with `host: true` has it: copy its folder from firedrill's own images", scan, base))
			case !slices.ContainsFunc(wanted, func(s spec.Spec) bool { return s.Name == scanner.Name }):
				wanted = append(wanted, scanner)
			}
		}
	}
	return wanted, errors.Join(errs...)
}

// scannerNamed is the image for this machine whose name, without folders and
// tag, is base.
func scannerNamed(base string, specs images.Specs) (spec.Spec, bool) {
	for _, s := range specs {
		if name, _, _ := strings.Cut(path.Base(s.Name), ":"); s.Host && name == base {
			return s, true
		}
	}
	return spec.Spec{}, false
}

// program takes a scanner out of its image.
func (w *scanning) program(base string) (string, error) {
	dir := w.scanDir("programs", base)
	// scannersOf has made sure that there is one.
	scanner, _ := scannerNamed(base, w.scanners)
	file, err := w.store.Program(scanner.Name, dir)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(dir, file)
	if err != nil {
		return "", err
	}
	digest, _, _ := strings.Cut(rel, string(filepath.Separator))
	return file, onlyThis(dir, digest)
}

// policyFiles takes Kubescape's policies out of their image.
func (w *scanning) policyFiles() (string, error) {
	dir := w.scanDir("programs", policiesImage)
	scanner, _ := scannerNamed(policiesImage, w.scanners)
	// The rules' own tests are of no use here.
	folder, err := w.store.Unpack(scanner.Name, dir, func(file string) bool { return !strings.Contains(file, "/test/") })
	if err != nil {
		return "", err
	}
	return folder, onlyThis(dir, filepath.Base(folder))
}

// unpacking is how long nobody takes to unpack an image: what is half done for longer
// is of a process that was killed.
const unpacking = time.Hour

// onlyThis removes what was unpacked of images of before. A program that is
// running goes on.
func onlyThis(dir, name string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == name || underWay(e) {
			continue
		}
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

// underWay tells whether another process may be unpacking into the folder at this
// moment.
func underWay(e os.DirEntry) bool {
	info, err := e.Info()
	return strings.HasPrefix(e.Name(), "unpack-") && err == nil && time.Since(info.ModTime()) < unpacking
}
