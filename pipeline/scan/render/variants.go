package render

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"firedrill/pipeline/deploy"
)

// variant is a chart with one choice of values.
type variant struct {
	release deploy.Release
	// values is the choice in words: the name of the file.
	values string
}

// variants are, of each chart, its own values.yaml alone, each other values file
// on top of it, and what each release chooses.
func variants(o Options, charts []string) []variant {
	var all []variant
	for _, r := range o.Releases {
		if r.Module != nil {
			// What a project ships beside its chart is no choice of ours.
			all = append(all, variant{release: r, values: "release " + r.Name})
		}
	}
	for _, chart := range charts {
		release := releaseOf(chart, o)
		for _, r := range o.Releases {
			if r.Module == nil && filepath.Clean(r.Chart) == chart {
				all = append(all, variant{release: r, values: "release " + r.Name})
			}
		}
		release.Values, release.Set = nil, nil
		all = append(all, variant{release: release, values: path.Join(chart, "values.yaml")})
		for _, pattern := range []string{"values-*.yaml", "ci/*.yaml"} {
			// A pattern of ours is never malformed.
			files, _ := filepath.Glob(filepath.Join(o.Dir, chart, pattern))
			for _, file := range files {
				release.Values = []string{relative(o.Dir, file)}
				all = append(all, variant{release: release, values: release.Values[0]})
			}
		}
	}
	return all
}

// releaseOf gives a chart the name and namespace of the first release that has
// it, or the chart's own.
func releaseOf(chart string, o Options) deploy.Release {
	for _, r := range o.Releases {
		if r.Module == nil && filepath.Clean(r.Chart) == chart {
			return r
		}
	}
	return deploy.Release{Name: filepath.Base(chart), Namespace: filepath.Base(chart), Chart: chart}
}

// find looks for charts, and for files with manifests outside of them.
func find(dir string, skip []string) (charts, files []string, err error) {
	err = filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := relative(dir, file)
		switch {
		case name == ".":
			return nil
		case skipped(name, skip):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case !entry.IsDir():
			if isManifest(name) {
				files = append(files, name)
			}
		case isChart(file):
			charts = append(charts, name)
			return fs.SkipDir
		}
		return nil
	})
	return charts, files, err
}

func isChart(dir string) bool {
	found, err := filepath.Glob(filepath.Join(dir, "Chart.yaml"))
	return err == nil && len(found) > 0
}

// skipped tells whether a glob fits the path or its last part.
func skipped(name string, globs []string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool {
		whole, err := path.Match(glob, name)
		last, lastErr := path.Match(glob, path.Base(name))
		return errors.Join(err, lastErr) == nil && (whole || last)
	})
}

// relative is a path below dir as seen from there.
func relative(dir, file string) string {
	if rel, err := filepath.Rel(dir, join(dir, file)); err == nil {
		return rel
	}
	return file
}

func join(dir, file string) string {
	if filepath.IsAbs(file) || strings.HasPrefix(file, dir+string(filepath.Separator)) {
		return file
	}
	return filepath.Join(dir, file)
}
