package deploy

import (
	"slices"
	"strings"
)

// FirstCertificate is how long it took until the first certificate was issued,
// from the start of the first of all releases that had to be there for it.
type FirstCertificate struct {
	// Object is kind/name, such as Certificate/website.
	Object  string
	Seconds float64
	// Parts are the releases that had to be ready one after the other, up to the
	// one with the certificate. They add up to Seconds.
	Parts []Part
}

// Part is what a release adds, from the end of the one before.
type Part struct {
	Release string
	Seconds float64
}

// First finds the certificate that was ready first; it is nil if none was
// waited for.
func First(releases []Release, results []Result) *FirstCertificate {
	var first *FirstCertificate
	at := 0.0
	for _, r := range results {
		for _, o := range r.Ready {
			if moment := r.started() + o.Seconds; strings.HasPrefix(o.Object, "Certificate/") && (first == nil || moment < at) {
				first, at = firstOf(releases, results, r, o), moment
			}
		}
	}
	return first
}

func firstOf(releases []Release, results []Result, r Result, o Ready) *FirstCertificate {
	end := r.started() + o.Seconds
	f := &FirstCertificate{Object: o.Object}
	for {
		before := lastNeeded(releases, results, r.Name)
		part := Part{Release: r.Name, Seconds: end - r.started()}
		if before != nil {
			part.Seconds = end - before.At
		}
		f.Parts = append(f.Parts, part)
		f.Seconds += part.Seconds
		if before == nil {
			slices.Reverse(f.Parts)
			return f
		}
		r, end = *before, before.At
	}
}

// lastNeeded is the result of the release that the named one had to wait for
// the longest.
func lastNeeded(releases []Release, results []Result, name string) (last *Result) {
	i := slices.IndexFunc(releases, func(r Release) bool { return r.Name == name })
	for _, r := range results {
		if slices.Contains(releases[i].Needs, r.Name) && (last == nil || r.At > last.At) {
			last = &r
		}
	}
	return last
}

// started is when the work on the release began, as At counts.
func (r Result) started() float64 { return r.At - r.Seconds }
