package deploy

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chartutil"
	"k8s.io/apimachinery/pkg/util/validation"

	"firedrill/pipeline/strict"
)

// report takes a mistake and where it stands, as a YAML path.
type report func(at, format string, args ...any)

// Validate records in f every mistake that can be found in the releases without
// a cluster: names, needs, files, charts that do not render, values that a
// chart's schema forbids. at is where the list stands in f; relative paths
// start from f's folder.
func Validate(f *strict.File, at string, releases []Release) {
	check(filepath.Dir(f.Path), at, releases, f.Errorf)
}

// validate is Validate for releases that come from no file.
func validate(dir string, releases []Release) error {
	var errs []error
	check(dir, "releases", releases, func(at, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
	})
	return errors.Join(errs...)
}

func check(dir, at string, releases []Release, mistake report) {
	checkNames(at, releases, mistake)
	checkNeeds(at, releases, mistake)
	checkLater(at, releases, mistake)
	for i, r := range releases {
		here := fmt.Sprintf("%s[%d]", at, i)
		if problem := r.Timeout.Problem(); r.Timeout.Given() && problem != "" {
			mistake(here+".timeout", "%s", problem)
		}
		if r.Module != nil && r.Module.failed {
			continue // Fetch has said so
		}
		if checkFiles(dir, here, r, mistake) {
			checkRender(dir, here, r, mistake)
		}
	}
}

func checkNames(at string, releases []Release, mistake report) {
	first := map[string]int{}
	for i, r := range releases {
		here := fmt.Sprintf("%s[%d]", at, i)
		if err := chartutil.ValidateReleaseName(r.Name); err != nil {
			mistake(here+".name", "%q cannot be a release's name: at most 53 lower case letters, digits and hyphens", r.Name)
		}
		if j, twice := first[r.Name]; twice {
			mistake(here+".name", "%q is the name of %s[%d] already; each release needs a name of its own", r.Name, at, j)
		} else {
			first[r.Name] = i
		}
		if wrong := validation.IsDNS1123Label(r.Namespace); len(wrong) > 0 {
			mistake(here+".namespace", "%q cannot be a namespace: at most 63 lower case letters, digits and hyphens", r.Namespace)
		}
	}
}

func checkNeeds(at string, releases []Release, mistake report) {
	g := graphOf(releases)
	for i, r := range releases {
		for j, need := range r.Needs {
			if !slices.Contains(g.names, need) {
				mistake(fmt.Sprintf("%s[%d].needs[%d]", at, i, j), "no release %q; there are: %s", need, strings.Join(g.names, ", "))
			}
		}
	}
	if circle := g.cycle(); circle != nil {
		i := slices.Index(g.names, circle[0])
		j := slices.Index(releases[i].Needs, circle[1])
		mistake(fmt.Sprintf("%s[%d].needs[%d]", at, i, j), "releases need each other in a circle: %s; take one of these needs out", strings.Join(circle, " needs "))
	}
}

// checkFiles tells whether all files of the release can be read.
func checkFiles(dir, here string, r Release, mistake report) bool {
	good := true
	if _, err := loadChart(dir, r); err != nil {
		mistake(here+".chart", "%v", err)
		good = false
	}
	for i, path := range r.Values {
		if _, err := readValues(within(dir, path)); err != nil {
			mistake(fmt.Sprintf("%s.values[%d]", here, i), "%v", err)
			good = false
		}
	}
	return good
}

// checkRender renders the chart; the values that its schema forbids are
// reported one by one, where each was set.
func checkRender(dir, here string, r Release, mistake report) {
	_, err := Render(dir, r)
	if err == nil {
		return
	}
	violations := violations(err)
	if len(violations) == 0 {
		mistake(here+".chart", "%v", err)
	}
	for _, v := range violations {
		at, where := origin(dir, here, r, v.pointer)
		mistake(at, "%schart %s does not allow this value: at %s: %s", where, r.ChartSource(), v.at(), v.message)
	}
}
