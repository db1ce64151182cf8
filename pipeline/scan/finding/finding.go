// Package finding is what scanners find, in one form whoever found it: what is
// weak, of which object, where that is written.
package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Finding is one weakness of one object.
type Finding struct {
	// Weakness is our own name of it where we have one, see weaknesses.yaml, else
	// the first scanner's.
	Weakness string   `json:"weakness"`
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`
	// Message says what is wrong with this very object.
	Message string `json:"message"`
	// Fix says what to do; "" if the scanner does not.
	Fix string `json:"fix,omitempty"`
	// Object has the weakness.
	Object Object `json:"object"`
	// Detail tells two findings of the same weakness and object apart: the
	// package with a vulnerability, the file with a secret.
	Detail string `json:"detail,omitempty"`
	// Place is where it is written; empty for what only the cluster has.
	Place Place `json:"place,omitzero"`
	// With are the values files with which a chart has the weakness.
	With []string `json:"with,omitempty"`
	// Found is who found it, each scanner once or more.
	Found []Check `json:"found"`
	// Scans are those it was found by: manifests, images, cluster.
	Scans []string `json:"scans"`
	// Exception is why it is no reason to fail; "" for most.
	Exception string `json:"exception,omitempty"`
	// New says that the scan before did not find it.
	New bool `json:"new"`
}

// Object is what has a weakness: an object of Kubernetes, or an image.
type Object struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
}

// String is such as "monitoring/Deployment/grafana".
func (o Object) String() string {
	parts := slices.DeleteFunc([]string{o.Namespace, o.Kind, o.Name}, func(s string) bool { return s == "" })
	return strings.Join(parts, "/")
}

// Place is a line of a file, relative to the content's folder.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// String is file:line.
func (p Place) String() string {
	if p.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.File, max(p.Line, 1))
}

// Check is a scanner's check.
type Check struct {
	Scanner string `json:"scanner"`
	ID      string `json:"id"`
	URL     string `json:"url,omitempty"`
}

// Fingerprint is the same as long as the weakness is: it does not depend on
// lines, messages, severities or who found it.
func (f Finding) Fingerprint() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{f.Weakness, f.Object.Kind, f.Object.Namespace, f.Object.Name, f.Detail}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// Where is where to look: the file, or else the object.
func (f Finding) Where() string { return cmp.Or(f.Place.String(), f.Object.String()) }

// By names the scanners that found it, each once.
func (f Finding) By() []string {
	var names []string
	for _, c := range f.Found {
		names = append(names, c.Scanner)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Merge makes one of findings with the same fingerprint: it is as severe as the
// severest of them, and tells everybody who found it. The result is in order.
func Merge(all []Finding) []Finding {
	at := map[string]int{}
	var merged []Finding
	for _, f := range all {
		same := f.Fingerprint()
		i, twice := at[same]
		if !twice {
			at[same] = len(merged)
			merged = append(merged, f)
			continue
		}
		merged[i] = merged[i].and(f)
	}
	slices.SortFunc(merged, order)
	return merged
}

// and adds what another finding of the same weakness knows.
func (f Finding) and(other Finding) Finding {
	if other.Severity > f.Severity {
		f.Severity = other.Severity
	}
	// Who knows the file knows best how to say it.
	if f.Place.File == "" && other.Place.File != "" {
		f.Place, f.Message, f.Title, f.Fix = other.Place, other.Message, other.Title, cmp.Or(other.Fix, f.Fix)
	}
	f.Found = sorted(f.Found, other.Found, func(a, b Check) int {
		return cmp.Or(strings.Compare(a.Scanner, b.Scanner), strings.Compare(a.ID, b.ID), strings.Compare(a.URL, b.URL))
	})
	f.With = sorted(f.With, other.With, strings.Compare)
	f.Scans = sorted(f.Scans, other.Scans, strings.Compare)
	return f
}

func sorted[T comparable](a, b []T, compare func(a, b T) int) []T {
	all := slices.Concat(a, b)
	slices.SortFunc(all, compare)
	return slices.Compact(all)
}

// order puts the gravest first.
func order(a, b Finding) int {
	return cmp.Or(cmp.Compare(b.Severity, a.Severity), strings.Compare(a.Weakness, b.Weakness), strings.Compare(a.Place.File, b.Place.File),
		cmp.Compare(a.Place.Line, b.Place.Line), strings.Compare(a.Object.String(), b.Object.String()), strings.Compare(a.Detail, b.Detail))
}
