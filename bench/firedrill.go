package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"firedrill/pipeline/report"
)

// firedrill runs the program once and reads what it says about itself.
func (s *site) firedrill(ctx context.Context, dir string) (Run, error) {
	_, seconds, err := program{
		argv: []string{
			s.options.firedrill, "deploy-and-test", "--name", s.run.Name + oursSuffix, "--nodes", "1",
			"--content", s.options.content, "--cache", s.options.cache, "--out", dir,
		},
		dir: s.content.Dir,
		log: filepath.Join(dir, "log"),
	}.run(ctx)
	if err != nil {
		return Run{}, err
	}
	summary, err := readSummary(filepath.Join(dir, "summary.json"))
	if err != nil {
		return Run{}, err
	}
	run := fromSummary(summary)
	run.Seconds = seconds
	return run, nil
}

func readSummary(path string) (report.Summary, error) {
	var summary report.Summary
	text, err := os.ReadFile(path)
	if err != nil {
		return summary, fmt.Errorf("read the run's summary: %w", err)
	}
	if err := json.Unmarshal(text, &summary); err != nil {
		return summary, fmt.Errorf("read the run's summary %s: %w", path, err)
	}
	if summary.Schema != report.SummaryVersion {
		return summary, fmt.Errorf("read the run's summary %s: it has version %d, wanted %d: build firedrill again",
			path, summary.Schema, report.SummaryVersion)
	}
	return summary, nil
}

// fromSummary takes the steps that were done and the latencies that were
// measured.
func fromSummary(s report.Summary) Run {
	var run Run
	for _, step := range s.Steps {
		if step.Seconds != nil {
			run.Steps = append(run.Steps, Part{Name: step.Name, Seconds: *step.Seconds})
		}
	}
	for _, d := range s.Drills {
		if d.Way != nil && *d.Way == wayOfScript {
			run.Latencies = append(run.Latencies, latencies(d.Name, d.Seconds)...)
		}
	}
	return run
}

// wayOfScript is the only way that plain.sh knows, and so the one to compare.
const wayOfScript = "prometheus"

func latencies(drill string, l report.Latencies) []Part {
	var list []Part
	for _, part := range []struct {
		name    string
		seconds *float64
	}{
		{"fault_to_pending", l.FaultToPending},
		{"fault_to_firing", l.FaultToFiring},
		{"fault_to_notification", l.FaultToNotification},
		{"repair_to_resolved", l.RepairToResolved},
	} {
		if part.seconds != nil {
			list = append(list, Part{Name: drill + "/" + part.name, Seconds: *part.seconds})
		}
	}
	return list
}
