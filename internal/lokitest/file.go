// Package lokitest tests alerting rules on logs, which no program of Loki's does:
// the log lines of a test file are replayed through the ruler of a real Loki,
// which notifies a receiver of ours in Alertmanager's place.
//
// Nothing is sped up, and nobody waits for minutes. A moment of a test is a
// tenant of Loki, whose lines are so far in the past that the moment is now. An
// alarm with a `for` is asked about at several moments of it, each a tenant, and
// fires if it is there at all of them.
package lokitest

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/prometheus/common/model"

	"firedrill/pipeline/strict"
)

// File is a test file.
type File struct {
	// RuleFiles are relative to the test file.
	RuleFiles []string `yaml:"rule_files"`
	Tests     []Test   `yaml:"tests"`
}

// Test is a story of lines, and what is to be heard of it.
type Test struct {
	Name   string   `yaml:"name"`
	Lines  []Lines  `yaml:"lines"`
	Alarms []Expect `yaml:"alarms"`
}

// Lines are the same line again and again.
type Lines struct {
	// At is when the first one is written, after the beginning of the test.
	At Duration `yaml:"at"`
	// Every and Until repeat it; without them there is one.
	Every  Duration          `yaml:"every"`
	Until  Duration          `yaml:"until"`
	Labels map[string]string `yaml:"labels"`
	Line   string            `yaml:"line"`
}

// Expect are all alarms of a rule at a moment, none if there are no Firing.
type Expect struct {
	At     Duration `yaml:"at"`
	Rule   string   `yaml:"rule"`
	Firing []Alarm  `yaml:"firing"`
}

// Alarm is an alarm as Alertmanager gets it. A test need not name all of its
// annotations.
type Alarm struct {
	Labels      map[string]string `yaml:"labels" json:"labels"`
	Annotations map[string]string `yaml:"annotations" json:"annotations"`
}

// Duration is written as Prometheus does: 1m30s.
type Duration time.Duration

// UnmarshalText reads a duration.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := model.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

// Load reads a test file, whose rule files become paths.
func Load(path string) (File, error) {
	var f File
	source, err := strict.Load(path, &f)
	if err != nil {
		return File{}, err
	}
	for i, name := range f.RuleFiles {
		f.RuleFiles[i] = filepath.Join(filepath.Dir(path), name)
	}
	if len(f.RuleFiles) == 0 || len(f.Tests) == 0 {
		source.Errorf("tests", "rule_files and tests are both needed")
	}
	for i, test := range f.Tests {
		for j, lines := range test.Lines {
			if len(lines.Labels) == 0 || lines.Line == "" {
				source.Errorf(fmt.Sprintf("tests[%d].lines[%d]", i, j), "labels and line are both needed")
			}
		}
	}
	return f, source.Err()
}

// until are the times of the lines that are written by a moment.
func (l Lines) until(moment time.Duration) []time.Duration {
	var all []time.Duration
	last := min(moment, max(time.Duration(l.Until), time.Duration(l.At)))
	for at := time.Duration(l.At); at <= last; at += time.Duration(l.Every) {
		all = append(all, at)
		if l.Every == 0 {
			break
		}
	}
	return all
}
