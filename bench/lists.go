package main

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"firedrill/pipeline/deploy"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/drill/fault"
)

// releaseLines are the releases as plain.sh reads them, each after those that
// it needs. Inline values go into a file, which write makes of them.
func releaseLines(releases []deploy.Release, write func(name string, values map[string]any) (string, error)) (string, error) {
	var lines strings.Builder
	for _, r := range inOrder(releases) {
		words := append([]string{r.Name, r.Namespace, chartOf(r)}, r.Values...)
		if len(r.Set) > 0 {
			file, err := write(r.Name, r.Set)
			if err != nil {
				return "", err
			}
			words = append(words, file)
		}
		if err := addLine(&lines, words); err != nil {
			return "", fmt.Errorf("release %s: %w", r.Name, err)
		}
	}
	return lines.String(), nil
}

// chartOf is the chart as plain.sh, which goes to the content's folder, finds it.
func chartOf(r deploy.Release) string {
	if r.Module != nil {
		return r.ChartFolder("")
	}
	return r.Chart
}

// inOrder sorts releases by their needs, which content.Load has found to be
// without a circle.
func inOrder(releases []deploy.Release) []deploy.Release {
	byName := map[string]deploy.Release{}
	for _, r := range releases {
		byName[r.Name] = r
	}
	done := map[string]bool{}
	var all []deploy.Release
	var add func(r deploy.Release)
	add = func(r deploy.Release) {
		if done[r.Name] {
			return
		}
		done[r.Name] = true
		for _, need := range r.Needs {
			add(byName[need])
		}
		all = append(all, r)
	}
	for _, r := range releases {
		add(r)
	}
	return all
}

// drillLines are the drills as plain.sh reads them, and those that it does not
// know how to hold.
func drillLines(drills []drill.Drill) (string, []LeftOut, error) {
	var lines strings.Builder
	var left []LeftOut
	for _, d := range drills {
		scale := onlyScale(d)
		if scale == nil {
			left = append(left, LeftOut{What: "drill " + d.Name, Why: "plain.sh knows no fault but one scale of a Deployment"})
			continue
		}
		err := addLine(&lines, []string{d.Name, d.Rule, scale.Namespace, scale.Deployment, replicas(scale), query(d)})
		if err != nil {
			return "", nil, fmt.Errorf("drill %s: %w", d.Name, err)
		}
	}
	return lines.String(), left, nil
}

// onlyScale is the fault of a drill that consists of nothing else, else nil.
func onlyScale(d drill.Drill) *fault.Scale {
	if len(d.Faults) != 1 || len(d.Setup)+len(d.During) > 0 || d.Faults[0].Scale == nil || d.Faults[0].Scale.Deployment == "" {
		return nil
	}
	return d.Faults[0].Scale
}

func replicas(s *fault.Scale) string { return strconv.Itoa(int(*s.Replicas)) }

// query is what Prometheus must have data of before the drill, as a part of a
// URL: the graph's, as firedrill itself asks for, or else anything.
func query(d drill.Drill) string {
	if d.Graph == nil {
		return "vector(1)"
	}
	return url.QueryEscape(d.Graph.Query)
}

// addLine writes words that the shell reads apart again.
func addLine(lines *strings.Builder, words []string) error {
	for _, word := range words {
		if word == "" || strings.ContainsAny(word, " \t\n\\") {
			return fmt.Errorf("%q cannot stand in a list of words for plain.sh: wanted no spaces or backslashes", word)
		}
	}
	lines.WriteString(strings.Join(words, " ") + "\n")
	return nil
}
