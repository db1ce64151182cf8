// Package render lays out what a scanner of manifests is to look at: every
// chart with every values file, and the manifests that are files, one document
// a file, each with where it was written.
package render

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"firedrill/pipeline/deploy"
	"firedrill/pipeline/scan/finding"
)

// Document is one object as a scanner sees it.
type Document struct {
	// File is its file in the folder that the scanner is given.
	File   string
	Object finding.Object
	// Source is the template or the file that it was written in, relative to the
	// content's folder.
	Source string
	// Values are the values files with which the chart gives it so; empty for what
	// is no chart's.
	Values []string
	text   string
	// lines are, for each line of File, that of Source.
	lines []int
}

// Place is where a line of the document's file was written.
func (d Document) Place(line int) finding.Place {
	p := finding.Place{File: d.Source, Line: 1}
	if len(d.lines) > 0 {
		p.Line = d.lines[min(max(line, 1), len(d.lines))-1]
	}
	return p
}

// Find is the first line of the document, from 1, between two lines, that has the
// word; without an end up to the last one. It is 0 if there is none.
func (d Document) Find(word string, from, to int) int {
	for i, line := range splitLines(d.text) {
		if i+1 >= from && (to == 0 || i+1 <= to) && strings.Contains(line, word) {
			return i + 1
		}
	}
	return 0
}

// Options say what there is to lay out.
type Options struct {
	// Dir is the content's folder, where all relative paths start.
	Dir string
	// Releases give their charts names, namespaces and values.
	Releases []deploy.Release
	// Skip are globs of paths that are no content of ours, such as testdata.
	Skip []string
	// Into is an empty folder.
	Into string
}

// Lay writes every document. A chart that does not render with some values file
// is an error that names both; the other charts are laid out all the same.
func Lay(o Options) ([]Document, error) {
	charts, files, err := find(o.Dir, o.Skip)
	if err != nil {
		return nil, err
	}
	l := &layer{options: o}
	var errs []error
	for _, v := range variants(o, charts) {
		errs = append(errs, l.variant(v))
	}
	for _, file := range files {
		errs = append(errs, l.file(file))
	}
	errs = append(errs, l.write())
	if len(l.documents) == 0 {
		errs = append(errs, fmt.Errorf("%s has no chart and no manifest: there is nothing to scan", o.Dir))
	}
	return l.documents, errors.Join(errs...)
}

// layer collects documents. The same text out of the same template is one
// document, whichever values files give it.
type layer struct {
	options   Options
	documents []Document
}

// variant renders a chart with one choice of values.
func (l *layer) variant(v variant) error {
	rendered, err := deploy.Documents(l.options.Dir, v.release)
	if err != nil {
		return fmt.Errorf("with %s: %w", v.values, err)
	}
	chart, folder := v.release.ChartSource(), v.release.ChartFolder(l.options.Dir)
	byTemplate := map[string][]string{}
	for _, d := range rendered {
		byTemplate[d.Template] = append(byTemplate[d.Template], d.Text)
	}
	for _, template := range sortedKeys(byTemplate) {
		source := filepath.Join(chart, template)
		text, err := os.ReadFile(filepath.Join(folder, template))
		if err != nil {
			return fmt.Errorf("read the template of what chart %s renders: %w", chart, err)
		}
		for _, d := range aligned(byTemplate[template], string(text)) {
			d.Source, d.Values = relative(l.options.Dir, source), []string{v.values}
			if err := l.add(d, v.release.Namespace); err != nil {
				return fmt.Errorf("chart %s with %s: %s: %w", chart, v.values, template, err)
			}
		}
	}
	return nil
}

// file takes the manifests of a file that is no chart's, or a Dockerfile.
func (l *layer) file(path string) error {
	text, err := os.ReadFile(filepath.Join(l.options.Dir, path))
	if err != nil {
		return err
	}
	for _, d := range documents(path, string(text)) {
		d.Source = path
		// Most YAML files are no manifests, which is no fault of theirs.
		if object, err := d.read(); err == nil && object.Kind != "" {
			if err := l.add(d, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *layer) add(d Document, namespace string) error {
	object, err := d.read()
	if err != nil || object.Kind == "" {
		return err
	}
	if object.Namespace == "" && !clusterWide(object.Kind) {
		object.Namespace = namespace
	}
	d.Object = object
	i := slices.IndexFunc(l.documents, func(other Document) bool { return other.Source == d.Source && other.text == d.text })
	if i < 0 {
		l.documents = append(l.documents, d)
		return nil
	}
	l.documents[i].Values = append(l.documents[i].Values, d.Values...)
	return nil
}

func (l *layer) write() error {
	for i := range l.documents {
		d := &l.documents[i]
		d.File = fmt.Sprintf("%04d-%s.yaml", i, strings.ToLower(d.Object.Kind))
		if d.Object.Kind == Dockerfile {
			d.File = fmt.Sprintf("%04d.%s", i, Dockerfile)
		}
		if err := os.WriteFile(filepath.Join(l.options.Into, d.File), []byte(d.text), 0o600); err != nil {
			return fmt.Errorf("lay out %s: %w", d.Source, err)
		}
	}
	return nil
}
