package deploy

import (
	"context"
	"fmt"
	"path/filepath"

	"firedrill/pipeline/deploy/modulechart"
	"firedrill/pipeline/strict"
)

// Fetch lays out the charts that lie in pinned Go modules, which are downloaded if
// need be, and records in f every one that cannot be. at is where the releases
// stand in f; relative paths start from f's folder.
func Fetch(ctx context.Context, layer modulechart.Layer, f *strict.File, at string, releases []Release) {
	dir := filepath.Dir(f.Path)
	for i := range releases {
		r := &releases[i]
		if r.Module == nil {
			continue
		}
		here := fmt.Sprintf("%s[%d].module", at, i)
		if r.Module.failed = !checkModule(here, *r, f); r.Module.failed {
			continue
		}
		folder, err := layer.Lay(ctx, modulechart.Chart{
			Module: r.Module.Path, Pins: within(dir, r.Module.Pins), Folder: r.Chart, CRDs: r.Module.CRDs,
		})
		if err != nil {
			f.Errorf(here, "%v", err)
			r.Module.failed = true
			continue
		}
		r.Module.dir = folder
	}
}

// checkModule tells whether paths are given, and stay inside the module.
func checkModule(here string, r Release, f *strict.File) bool {
	good := true
	mistake := func(at, format string, args ...any) {
		f.Errorf(at, format, args...)
		good = false
	}
	if r.Module.Path == "" {
		mistake(here+".path", "is missing; name the module, such as github.com/cert-manager/cert-manager")
	}
	if r.Module.Pins == "" {
		mistake(here+".pins", "is missing; name the folder whose go.mod pins the module, such as images/cert-manager")
	}
	if r.Chart != "" && !filepath.IsLocal(r.Chart) {
		mistake(here, "the chart %s is not inside the module; give its folder there, such as deploy/charts/cert-manager", r.Chart)
	}
	if r.Module.CRDs != "" && !filepath.IsLocal(r.Module.CRDs) {
		mistake(here+".crds", "%s is not inside the module; give a folder there, such as deploy/crds", r.Module.CRDs)
	}
	return good
}
