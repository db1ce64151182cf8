package report

import (
	"encoding/json"
	"fmt"

	"firedrill/pipeline/event"
)

// newResult gives an empty value of the type that belongs to a step ("" for
// its item) or to the items of a step, nil if the report has no use for it.
func newResult(step, item string) any {
	if item == "" {
		switch step {
		case stepRun:
			return &Run{}
		case stepDeploy:
			return &FirstCertificate{}
		case stepDrill:
			return &Coverage{}
		case stepLogs:
			return &LogProof{}
		case stepPanels:
			return &Usage{}
		case stepScan:
			return &Findings{}
		case stepDrift:
			return &Drift{}
		case stepHistory:
			return &Trend{}
		}
		return nil
	}
	switch step {
	case stepMachine:
		return &Check{}
	case stepImages:
		return &Image{}
	case stepDeploy, stepReady:
		return &Release{}
	case stepLogs:
		return &LogProof{}
	case stepAddresses:
		return &Address{}
	case stepDrill:
		return &Drill{}
	case stepPanels:
		return &Dashboard{}
	}
	return nil
}

// line is an event as it is read back: the result is still JSON.
type line struct {
	event.Event
	Result json.RawMessage `json:"result,omitempty"`
}

// event checks a line and gives its result the type of its step.
func (l line) event() (event.Event, error) {
	e := l.Event
	if e.Step == "" {
		return e, fmt.Errorf(`an event without "step"`)
	}
	switch e.State {
	case event.Started, event.Progress, event.Passed, event.Failed, event.Skipped:
	default:
		return e, fmt.Errorf("step %s: unknown state %q: want started, progress, passed, failed or skipped", e.Step, e.State)
	}
	result, err := decodeResult(e.Step, e.Item, l.Result)
	e.Result = result
	return e, err
}

// decodeResult gives nil for a result the report has no use for.
func decodeResult(step, item string, raw json.RawMessage) (any, error) {
	value := newResult(step, item)
	if value == nil || len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	if err := json.Unmarshal(raw, value); err != nil {
		return nil, fmt.Errorf("result of step %q, item %q, is no %T: %w", step, item, value, err)
	}
	return value, nil
}

// roundTrip takes a result through JSON, as if it had been read back.
func roundTrip(e event.Event) (event.Event, error) {
	if e.Result == nil {
		return e, nil
	}
	raw, err := json.Marshal(e.Result)
	if err != nil {
		e.Result = nil
		return e, fmt.Errorf("result of step %q, item %q, cannot be written as JSON: %w", e.Step, e.Item, err)
	}
	e.Result, err = decodeResult(e.Step, e.Item, raw)
	return e, err
}
