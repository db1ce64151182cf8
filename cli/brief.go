package cli

import (
	"errors"
	"fmt"

	"firedrill/pipeline"
)

// brief takes out of an error what the progress has shown already, and puts
// where to look for it instead.
func brief(err error, where string) error {
	//nolint:errorlint // Not what is inside an error counts here but what it is: a joined one is taken apart, so that none of its parts is lost.
	switch e := err.(type) {
	case *pipeline.Failure:
		if e.Step == "" {
			return fmt.Errorf("failed; %s", where)
		}
		return fmt.Errorf("step %s failed; %s", e.Step, where)
	case interface{ Unwrap() []error }:
		var parts []error
		for _, part := range e.Unwrap() {
			parts = append(parts, brief(part, where))
		}
		return errors.Join(parts...)
	}
	return err
}
