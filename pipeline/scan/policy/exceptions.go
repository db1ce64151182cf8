package policy

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"firedrill/pipeline/scan/finding"
	"firedrill/pipeline/strict"
)

// Exceptions is policies/exceptions.yaml.
type Exceptions struct {
	Exceptions []Exception `yaml:"exceptions" jsonschema_description:"Findings that are known and stay for a while."`

	path string
}

// Exception lets findings be.
type Exception struct {
	ID     string   `yaml:"id" jsonschema:"minLength=1" jsonschema_description:"Id of a scanner's check, such as KSV-0023, C-0048, POP-106 or CVE-2026-1234, or our name of the weakness, such as host-path."`
	Scans  []string `yaml:"scans" jsonschema:"minItems=1,enum=manifests,enum=images,enum=cluster" jsonschema_description:"Scans that find it: manifests, images, cluster."`
	Where  []string `yaml:"where" jsonschema:"minItems=1" jsonschema_description:"Globs of a file, such as charts/monitoring/templates/node-exporter/*, or of an object, such as monitoring/DaemonSet/node-exporter; * does not cross a /."`
	Reason string   `yaml:"reason" jsonschema:"minLength=1" jsonschema_description:"Why it has to be so."`
	Owner  string   `yaml:"owner" jsonschema:"minLength=1" jsonschema_description:"Role that answers for it, such as platform."`
	Until  string   `yaml:"until" jsonschema:"pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}$" jsonschema_description:"Last day on which it holds, such as 2027-06-30."`
}

// checkID is how scanners write the ids of their checks.
var checkID = regexp.MustCompile(`^(KSV-\d{4,5}|KCV-\d{4}|DS-\d{4}|C-\d{4}|POP-\d{3,4}|CVE-\d{4}-\d+|GHSA(-[0-9a-z]{4}){3}|secret-[a-z0-9-]+)$`)

// LoadExceptions reads the file. Without one there are none.
func LoadExceptions(file string, now time.Time) (Exceptions, error) {
	e := Exceptions{path: file}
	f, err := strict.LoadIfThere(file, &e)
	if f == nil {
		return e, err
	}
	for i, x := range e.Exceptions {
		x.check(f, fmt.Sprintf("exceptions[%d]", i), now)
	}
	return e, f.Err()
}

func (x Exception) check(f *strict.File, at string, now time.Time) {
	known := finding.Weaknesses()
	if !checkID.MatchString(x.ID) && !slices.Contains(known, x.ID) {
		f.Errorf(at+".id", "no scanner has a check %q: wanted an id such as KSV-0023, C-0048, POP-106 or CVE-2026-1234, or one of: %s%s",
			x.ID, strings.Join(known, ", "), strict.DidYouMean(x.ID, known))
	}
	scans := []string{Manifests, Images, Cluster}
	if len(x.Scans) == 0 {
		f.Errorf(at+".scans", "is missing; name the scans that find it: %s", strings.Join(scans, ", "))
	}
	for i, scan := range x.Scans {
		if !slices.Contains(scans, scan) {
			f.Errorf(fmt.Sprintf("%s.scans[%d]", at, i), "there is no scan %q; there are: %s", scan, strings.Join(scans, ", "))
		}
	}
	if len(x.Where) == 0 {
		f.Errorf(at+".where", "is missing; name files or objects, such as monitoring/DaemonSet/node-exporter")
	}
	for i, glob := range x.Where {
		if _, err := path.Match(glob, ""); err != nil {
			f.Errorf(fmt.Sprintf("%s.where[%d]", at, i), "%q is no glob: %v", glob, err)
		}
	}
	for _, part := range []struct{ key, text string }{{"reason", x.Reason}, {"owner", x.Owner}} {
		if part.text == "" {
			f.Errorf(at+"."+part.key, "is missing")
		}
	}
	until, err := time.Parse(time.DateOnly, x.Until)
	switch {
	case err != nil:
		f.Errorf(at+".until", "%q is no day; write it as 2027-06-30", x.Until)
	case now.After(until.AddDate(0, 0, 1)):
		f.Errorf(at+".until", "the exception of %s expired on %s: repair what it is about, or decide again and write a later day", x.ID, x.Until)
	}
}

// Apply marks the findings that an exception is about, and returns those that
// were of no use: all the scans that they name were done and found nothing.
func (e Exceptions) Apply(findings []finding.Finding, done []string) (unused []error) {
	for i, x := range e.Exceptions {
		used := false
		for j := range findings {
			if x.about(findings[j]) {
				used = true
				findings[j].Exception = x.Reason
			}
		}
		all := !slices.ContainsFunc(x.Scans, func(scan string) bool { return !slices.Contains(done, scan) })
		if !used && all {
			unused = append(unused, fmt.Errorf("%s: exceptions[%d]: nothing has %s at %s any more: take the exception out",
				e.path, i, x.ID, strings.Join(x.Where, ", ")))
		}
	}
	return unused
}

func (x Exception) about(f finding.Finding) bool {
	named := x.ID == f.Weakness || slices.ContainsFunc(f.Found, func(c finding.Check) bool { return c.ID == x.ID })
	scanned := slices.ContainsFunc(x.Scans, func(scan string) bool { return slices.Contains(f.Scans, scan) })
	return named && scanned && slices.ContainsFunc(x.Where, func(glob string) bool {
		for _, at := range []string{f.Place.File, f.Object.String()} {
			if fits, err := path.Match(glob, at); err == nil && fits {
				return true
			}
		}
		return false
	})
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
