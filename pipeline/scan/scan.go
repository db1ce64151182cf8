// Package scan looks for what is weak: in charts and manifests, in images, in the
// running cluster and in who may do what there. Scanners are programs; each is
// run and read by a package of its own. This one runs them side by side, makes
// one list of what they find, and judges it by policies.
package scan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"firedrill/pipeline/event"
	"firedrill/pipeline/scan/finding"
	"firedrill/pipeline/scan/policy"
)

// Part is the work of one scanner.
type Part struct {
	// Scan is what it belongs to: policy.Manifests and so on.
	Scan    string
	Scanner string
	Do      func(ctx context.Context, progress func(string)) (Found, error)
}

// Name is how the report calls it.
func (p Part) Name() string { return p.Scan + ": " + p.Scanner }

// Found is what a part gives.
type Found struct {
	Findings []finding.Finding
	// Looked says in a few words what it has looked at: "214 manifests".
	Looked  string
	Scores  map[string]policy.Score
	Hygiene *int
	// Vulnerabilities says that there was a database to look into.
	Vulnerabilities bool
}

// Options say what is scanned and how it is judged.
type Options struct {
	Parts      []Part
	Gates      policy.Gates
	Exceptions policy.Exceptions
	// Before are the fingerprints of the scans before this one, by scan.
	Before Before
	Sink   event.Sink
}

// Report is what all parts together found.
type Report struct {
	Findings []finding.Finding       `json:"findings"`
	Verdicts []policy.Verdict        `json:"gates"`
	Scores   map[string]policy.Score `json:"scores,omitempty"`
	Hygiene  *int                    `json:"hygiene,omitempty"`
	// Done are the scans that came to their end.
	Done []string `json:"done"`
}

// Run does all parts side by side. One that fails does not keep the others from
// being done, nor their findings from being told.
func Run(ctx context.Context, o Options) (Report, error) {
	founds, failed := do(ctx, o)
	r := Report{Scores: map[string]policy.Score{}}
	facts := policy.Facts{}
	for i, part := range o.Parts {
		for _, f := range founds[i].Findings {
			f.Scans = []string{part.Scan}
			r.Findings = append(r.Findings, f)
		}
		maps.Copy(r.Scores, founds[i].Scores)
		r.Hygiene = cmp.Or(r.Hygiene, founds[i].Hygiene)
		facts.Looked = facts.Looked || founds[i].Vulnerabilities
	}
	r.Findings = finding.Merge(r.Findings)
	r.Done = finished(o.Parts, failed)
	o.Before.mark(r.Findings)
	unused := o.Exceptions.Apply(r.Findings, r.Done)
	for name, score := range r.Scores {
		r.Scores[name] = score.Besides(r.Findings)
	}
	facts.Done, facts.Findings, facts.Scores, facts.Hygiene = r.Done, r.Findings, r.Scores, r.Hygiene
	r.Verdicts = o.Gates.Judge(scans(o.Parts), facts)
	return r, errors.Join(slices.Concat(failed, tell(o.Sink, r), unused)...)
}

// do runs the parts; the errors are in their order, nil for those that did well.
func do(ctx context.Context, o Options) ([]Found, []error) {
	founds, failed := make([]Found, len(o.Parts)), make([]error, len(o.Parts))
	var all errgroup.Group
	for i, part := range o.Parts {
		all.Go(func() error {
			founds[i], failed[i] = part.do(ctx, o.Sink)
			return nil // one that fails does not end the others
		})
	}
	_ = all.Wait()
	return founds, failed
}

func (p Part) do(ctx context.Context, sink event.Sink) (Found, error) {
	task := sink.Start(p.Name())
	found, err := p.Do(ctx, task.Progress)
	if err == nil && found.Looked != "" {
		task.Progress(found.Looked)
	}
	if err = task.End(err, nil); err != nil {
		err = fmt.Errorf("%s: %w", p.Name(), err)
	}
	return found, err
}

// tell ends an item for each gate, as CI systems show tests.
func tell(sink event.Sink, r Report) []error {
	var errs []error
	for _, v := range r.Verdicts {
		task := sink.Start("gate " + v.Gate)
		switch v.Outcome {
		case policy.NotChecked:
			task.Skip("not checked: " + v.Found)
		case policy.Failed:
			errs = append(errs, task.End(fmt.Errorf("gate %s: found %s%s", v.Gate, v.Found, r.gravest(v)), nil))
		default:
			_ = task.End(nil, nil)
		}
	}
	return errs
}

// gravest names the first findings that made a gate fail.
func (r Report) gravest(v policy.Verdict) string {
	const enough = 3
	var names []string
	for _, f := range r.Findings {
		if f.Exception == "" && slices.ContainsFunc(f.Scans, func(s string) bool { return strings.HasPrefix(v.Gate, s+":") }) &&
			strings.HasSuffix(v.Gate, " "+f.Severity.String()) && len(names) < enough {
			names = append(names, fmt.Sprintf("%s at %s", f.Weakness, f.Where()))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ", such as " + strings.Join(names, "; ")
}

// scans are those of the parts, in their order.
func scans(parts []Part) []string {
	var all []string
	for _, p := range parts {
		if !slices.Contains(all, p.Scan) {
			all = append(all, p.Scan)
		}
	}
	return all
}

// finished are the scans of which no part failed.
func finished(parts []Part, failed []error) []string {
	done := scans(parts)
	for i, p := range parts {
		if failed[i] != nil {
			done = slices.DeleteFunc(done, func(scan string) bool { return scan == p.Scan })
		}
	}
	return done
}
