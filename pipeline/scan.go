package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/runs"
	"firedrill/pipeline/scan"
	"firedrill/pipeline/scan/kubescape"
	"firedrill/pipeline/scan/policy"
	"firedrill/pipeline/scan/rbac"
	"firedrill/pipeline/scan/sarif"
	"firedrill/pipeline/scan/trivy"
)

// Scanning says what Scan looks at.
type Scanning struct {
	// Scans are policy.Manifests, policy.Images, policy.Cluster, policy.RBAC.
	Scans []string
	// VulnDB is a folder, or a repository, with a database of vulnerabilities; ""
	// for none.
	VulnDB string
}

// needsCluster tells whether one of the scans asks a cluster.
func (s Scanning) needsCluster() bool {
	return slices.Contains(s.Scans, policy.Cluster) || slices.Contains(s.Scans, policy.RBAC)
}

// Scan gets the scanners and looks for weaknesses. What was found comes back also
// with an error.
func Scan(ctx context.Context, o Options, what Scanning) (scan.Report, error) {
	s, err := loadedState(ctx, o)
	if err != nil {
		return scan.Report{}, err
	}
	work, err := s.scanning(what)
	if err != nil || o.CheckOnly {
		return scan.Report{}, err
	}
	s.run = &runs.Run{Name: "scan"}
	look := work.do
	if what.needsCluster() {
		look = s.sharing(look)
		if err := s.findCluster(ctx); err != nil {
			return scan.Report{}, err
		}
	}
	if err := s.record(); err != nil {
		return scan.Report{}, err
	}
	err = s.whole(ctx, func() error { return s.play(ctx, []step{{"images", work.ensure}, {"scan", look}}) })
	return work.report, err
}

// scanning is one run of scans.
type scanning struct {
	*state
	what       Scanning
	gates      policy.Gates
	exceptions policy.Exceptions
	matrix     rbac.Matrix
	database   trivy.Database
	scanners   images.Specs
	report     scan.Report
}

// stepScan is the step of a whole run that scans.
const stepScan = "scan"

// scanStack looks at the manifests and at the cluster before anything is broken.
func (s *state) scanStack(ctx context.Context, sink event.Sink) error {
	if why := s.unscanned(); why != "" {
		return skipped(why)
	}
	return s.stack.do(ctx, sink)
}

// unscanned is why a whole run scans nothing; "" if something is.
func (s *state) unscanned() string {
	switch {
	case len(s.specs.ForHost()) == 0:
		return "no image of " + s.content.Images + " is a scanner's"
	case policyFile(s.content, "gates.yaml") == "":
		return "no gates.yaml says what may be found; `firedrill scan` looks without one"
	}
	return ""
}

func (s *state) whatOfStack() Scanning {
	what := Scanning{Scans: []string{policy.Manifests, policy.Cluster}}
	if policyFile(s.content, "rbac.yaml") != "" {
		what.Scans = append(what.Scans, policy.RBAC)
	}
	return what
}

// prepareScans finds what is wrong with the policies of scans before a cluster is
// made.
func (s *state) prepareScans() (err error) {
	if s.unscanned() == "" {
		s.scanners = true
		s.stack, err = s.scanning(s.whatOfStack())
	}
	return err
}

// scanning reads and checks all policies, before anything is done.
func (s *state) scanning(what Scanning) (*scanning, error) {
	w := &scanning{state: s, what: what}
	var errs [5]error
	if policies := s.content.Policies; policies != "" {
		w.gates, errs[0] = policy.LoadGates(filepath.Join(policies, "gates.yaml"), kubescape.Frameworks)
		w.exceptions, errs[1] = policy.LoadExceptions(filepath.Join(policies, "exceptions.yaml"), time.Now())
	}
	if slices.Contains(what.Scans, policy.RBAC) {
		w.matrix, errs[2] = s.matrix()
	}
	w.database, errs[3] = trivy.ParseDatabase(what.VulnDB)
	w.scanners, errs[4] = scannersOf(what.Scans, s.specs)
	return w, errors.Join(errs[:]...)
}

// matrix reads who may do what.
func (s *state) matrix() (rbac.Matrix, error) {
	if s.content.Policies == "" {
		return rbac.Matrix{}, fmt.Errorf("%s names no policies: the scan rbac needs a rbac.yaml in them", s.options.Content)
	}
	return rbac.Load(filepath.Join(s.content.Policies, "rbac.yaml"))
}

// ensure gets the scanners that are wanted into the store, and the images that
// are to be scanned.
func (w *scanning) ensure(ctx context.Context, sink event.Sink) error {
	wanted := w.scanners
	if len(wanted) == 0 {
		return skipped("no scanner is wanted")
	}
	if slices.Contains(w.what.Scans, policy.Images) {
		wanted = w.specs // as they are looked at
	}
	source, err := images.ParseSource(w.options.source())
	if err != nil {
		return err
	}
	w.store = images.Open(w.options.Cache)
	_, err = images.Ensure(ctx, images.Options{
		Specs: wanted, Store: w.store, Source: source, Mirror: w.options.Mirror, Pins: w.pins, Sink: sink,
	})
	return err
}

// do scans, and writes what was found, also if that fails the run.
func (w *scanning) do(ctx context.Context, sink event.Sink) error {
	parts, done, err := w.parts(sink)
	if err != nil {
		return err
	}
	defer done()
	file := w.beforeFile()
	before, err := scan.LoadBefore(file)
	if err != nil {
		return err
	}
	var found error
	w.report, found = scan.Run(ctx, scan.Options{Parts: parts, Gates: w.gates, Exceptions: w.exceptions, Before: before, Sink: sink})
	w.result = findings(w.report)
	return errors.Join(found, sarif.Write(filepath.Join(w.options.Out, sarifFile), w.report.Findings), before.Save(file, w.report))
}

// scanDir is where scanners, and what they keep, lie.
func (w *scanning) scanDir(parts ...string) string {
	return filepath.Join(slices.Concat([]string{w.options.Cache, "scan"}, parts)...)
}
