package rules

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/drill/logql"
)

// explains says why a panel cannot explain the rule's alarms, "" if it reads
// something of what the rule reads; recorded are what recording rules record. A
// rule that reads nothing, which is always true or never, is explained by any
// panel. What another panel asks is not known here, and so not judged.
func explains(rule drill.Rule, recorded map[string][]string, p dashboards.Panel) string {
	kind := "prometheus"
	if rule.By == drill.ByLoki {
		kind = "loki"
	}
	wanted, _ := reads(kind, rule.Expr, recorded) // found right when it was read
	if len(wanted) == 0 || p.Borrows() {
		return ""
	}
	unread := ""
	for _, t := range p.Targets {
		expr, _ := t["expr"].(string)
		// A variable or a name does not tell the kind.
		if source, _ := p.SourceOf(t); expr == "" || source != "" && source != kind {
			continue
		}
		shown, err := reads(kind, filledIn(expr), recorded)
		if err != nil {
			unread = cmp.Or(unread, fmt.Sprintf("query %s of panel %q cannot be read, so it is not known what it shows: %v", t.RefID(), p.Title, err))
		}
		if slices.ContainsFunc(wanted, func(w matchers) bool { return slices.ContainsFunc(shown, w.meets) }) {
			return ""
		}
	}
	return cmp.Or(unread, fmt.Sprintf("dashboard_url leads to panel %q, which shows nothing of what the rule reads: %s", p.Title, some(wanted)))
}

// matchers select series, or streams of a log.
type matchers []*labels.Matcher

// reads is what an expression selects. Of a metric that is recorded it is that
// and what the recording rules select.
func reads(kind, expr string, recorded map[string][]string) ([]matchers, error) {
	if kind == "loki" {
		return logStreams(expr)
	}
	found, err := vectors(expr)
	if err != nil {
		return nil, err
	}
	var all []matchers
	for seen := map[string]bool{}; len(found) > 0; found = found[1:] {
		all = append(all, found[0].LabelMatchers)
		metric := metricOf(found[0])
		if seen[metric] {
			continue
		}
		seen[metric] = true
		for _, behind := range recorded[metric] {
			more, err := vectors(behind)
			if err != nil {
				return nil, fmt.Errorf("what is recorded as %s: %w", metric, err)
			}
			found = append(found, more...)
		}
	}
	return all, nil
}

// logStreams are the stream selectors of an expression in LogQL, which are written
// as in PromQL.
func logStreams(expr string) ([]matchers, error) {
	found, err := logql.Selectors(expr)
	if err != nil {
		return nil, fmt.Errorf("not LogQL: %w", err)
	}
	var all []matchers
	for _, text := range found {
		m, err := parser.ParseMetricSelector(text)
		if err != nil {
			return nil, fmt.Errorf("stream selector %s: %w", text, err)
		}
		all = append(all, m)
	}
	return all, nil
}

// meets tells whether both may select the same: they speak of a label in common,
// as which the metric's name counts, and contradict each other in none.
func (m matchers) meets(other matchers) bool {
	common := false
	for _, a := range m {
		for _, b := range other {
			if a.Name != b.Name {
				continue
			}
			common = true
			if a.Type == labels.MatchEqual && !b.Matches(a.Value) || b.Type == labels.MatchEqual && !a.Matches(b.Value) {
				return false
			}
		}
	}
	return common
}

// String is part of fmt.Stringer.
func (m matchers) String() string {
	v := parser.VectorSelector{LabelMatchers: m}
	v.Name = metricOf(&v)
	return v.String()
}

// some lists selectors, each once.
func some(all []matchers) string {
	var texts []string
	for _, m := range all {
		texts = append(texts, m.String())
	}
	slices.Sort(texts)
	return strings.Join(slices.Compact(texts), ", ")
}

// condition is what a matcher asks of a label.
var condition = regexp.MustCompile(`(?:=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*"`)

// filledIn is a query of a panel as a data source could get it: a matcher with a
// variable in it matches anything, and elsewhere that stands for a number or a time.
func filledIn(query string) string {
	number := func(_, _, _ string) string { return "1" }
	open := condition.ReplaceAllStringFunc(query, func(asked string) string {
		if dashboards.Expand(asked, number) == asked {
			return asked
		}
		return `=~".+"`
	})
	return dashboards.Expand(open, number)
}
