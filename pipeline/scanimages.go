package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"firedrill/pipeline/images"
	"firedrill/pipeline/scan"
	"firedrill/pipeline/scan/trivy"
)

// storedImages checks every image of the store, and lists what is in it.
func (w *scanning) storedImages(ctx context.Context, progress func(string)) (found scan.Found, err error) {
	list, err := w.store.List()
	if err != nil {
		return found, err
	}
	checker, err := w.trivy("images")
	if err != nil {
		return found, err
	}
	dir := filepath.Join(w.options.Out, sbomFolder)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return found, fmt.Errorf("make room for lists of what is in images: %w", err)
	}
	found.Vulnerabilities = w.database.Given()
	looked := 0
	var errs []error
	for _, image := range list {
		if image.Within != "" {
			continue // it is looked at with the image that it is a part of
		}
		progress(fmt.Sprintf("%d: %s", looked+1, image.Name))
		lists := filepath.Join(dir, fileName(image.Name))
		some, err := checker.Image(ctx, image.Name, w.layout(image), w.database, lists)
		if err == nil {
			err = w.attach(image, lists)
		}
		if errs = append(errs, err); err == nil {
			looked++
		}
		found.Findings = append(found.Findings, some...)
		if ctx.Err() != nil {
			return found, context.Cause(ctx)
		}
	}
	if looked == 0 {
		errs = append(errs, errors.New("no image was looked at: the store has none"))
	}
	found.Looked = fmt.Sprintf("%d images, %d findings", looked, len(found.Findings))
	return found, errors.Join(errs...)
}

// attach keeps the lists of what is in an image beside it in the store.
func (w *scanning) attach(image images.Image, lists string) error {
	for _, form := range trivy.SBOMs {
		text, err := os.ReadFile(lists + form.Ending)
		if err != nil {
			return err
		}
		if err := w.store.Attach(image, form.MediaType, text); err != nil {
			return err
		}
	}
	return nil
}

// layout is the store's folder, with the digest that Trivy is to look at.
func (w *scanning) layout(i images.Image) string {
	return filepath.Join(w.options.Cache, "images") + "@" + i.Digest
}

// fileName makes a file's name of an image's.
func fileName(image string) string { return strings.NewReplacer("/", "_", ":", "_").Replace(image) }
