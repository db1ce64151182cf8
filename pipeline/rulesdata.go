package pipeline

import (
	"context"
	"errors"
	"fmt"

	"firedrill/pipeline/drill"
	"firedrill/pipeline/event"
	"firedrill/pipeline/rules"
)

// askForData asks whether what the rules read is there: a rule that reads nothing
// never fires and never fails. Which metrics come only with a fault has to be said
// first.
func (s *state) askForData(ctx context.Context, _ event.Sink) error {
	switch {
	case len(s.rules) == 0:
		return skipped("firedrill.yaml names no rules")
	case s.content.Endpoints == (drill.Endpoints{}):
		return skipped("firedrill.yaml names no endpoints")
	case policyFile(s.content, rulesPolicy) == "":
		return skipped("no " + rulesPolicy + " in the policies says which metrics are there only while something is broken")
	}
	config, err := s.rest()
	if err != nil {
		return err
	}
	var found rules.Report
	err = askRules(ctx, config, s.content, s.rules, s.absent, &found)
	errs := []error{err}
	for _, f := range found.Findings {
		errs = append(errs, fmt.Errorf("%s:%d: %s: %s", f.File, f.Line, f.Name, f.Problem))
	}
	return errors.Join(errs...)
}
