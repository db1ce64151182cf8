// Package behave lets the demo's programs misbehave on demand: slow answers,
// errors, and lines of level error in the log. It is switched on and off by an
// admin port of its own, which no Service leads to.
package behave

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Where the admin port is and what it answers.
const (
	Port = 8081
	Path = "/behaviour"
)

const (
	// maxLatency keeps below the time that the server gives a request.
	maxLatency = 10 * time.Second
	// maxLogErrors is more than enough for an alarm, and little for a disk.
	maxLogErrors = 1000
)

// Behaviour is how a program misbehaves; the zero value is to behave well.
type Behaviour struct {
	// Latency is how much longer each answer takes.
	Latency time.Duration
	// Errors is the share of requests that are answered 500.
	Errors float64
	// LogErrors is how many lines of level error are logged each second.
	LogErrors float64
}

// written is a Behaviour as JSON.
type written struct {
	Latency   string  `json:"latency,omitempty"`
	Errors    float64 `json:"errors,omitempty"`
	LogErrors float64 `json:"log_errors,omitempty"`
}

// Parse reads a Behaviour and names everything that cannot be.
func Parse(text []byte) (Behaviour, error) {
	var w written
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&w); err != nil {
		return Behaviour{}, fmt.Errorf("no behaviour in JSON such as {\"latency\":\"2s\",\"errors\":1.0,\"log_errors\":50}: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Behaviour{}, errors.New("something stands behind the behaviour; send one JSON object alone")
	}
	b := Behaviour{Errors: w.Errors, LogErrors: w.LogErrors}
	var errs []error
	if w.Latency != "" {
		var err error
		if b.Latency, err = time.ParseDuration(w.Latency); err != nil {
			errs = append(errs, fmt.Errorf("latency %q is not a duration such as 2s or 500ms", w.Latency))
		}
	}
	if b.Latency < 0 || b.Latency > maxLatency {
		errs = append(errs, fmt.Errorf("latency %s is not between 0s and %s", b.Latency, maxLatency))
	}
	if b.Errors < 0 || b.Errors > 1 {
		errs = append(errs, fmt.Errorf("errors %v is not a share between 0 and 1", b.Errors))
	}
	if b.LogErrors < 0 || b.LogErrors > maxLogErrors {
		errs = append(errs, fmt.Errorf("log_errors %v is not between 0 and %d lines a second", b.LogErrors, maxLogErrors))
	}
	return b, errors.Join(errs...)
}

// MarshalJSON writes what Parse reads.
func (b Behaviour) MarshalJSON() ([]byte, error) {
	w := written{Errors: b.Errors, LogErrors: b.LogErrors}
	if b.Latency > 0 {
		w.Latency = b.Latency.String()
	}
	return json.Marshal(w)
}
