package rules

import (
	"fmt"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"firedrill/pipeline/drill"
	"firedrill/pipeline/drill/logql"
)

// selector is what an expression reads: series of a metric, or streams.
type selector struct {
	// metric is the metric's name, "" where matchers alone select; of Loki, the
	// whole stream selector.
	metric string
	// text is the selector without ranges and offsets.
	text string
}

// selectors are what a rule reads, each once. What inbox judges reads no
// database; the rule files were found right when they were read.
func selectors(r drill.Rule) []selector {
	var all []selector
	seen := map[string]bool{}
	add := func(s selector) {
		if !seen[s.text] {
			seen[s.text] = true
			all = append(all, s)
		}
	}
	switch r.By {
	case drill.ByInbox:
	case drill.ByLoki:
		found, _ := logql.Selectors(r.Expr)
		for _, text := range found {
			add(selector{metric: text, text: text})
		}
	default:
		found, _ := vectors(r.Expr)
		for _, v := range found {
			add(selector{metric: metricOf(v), text: plain(v)})
		}
	}
	return all
}

// vectors are the selectors of an expression in PromQL.
func vectors(text string) (all []*parser.VectorSelector, err error) {
	expr, err := parser.ParseExpr(text)
	if err != nil {
		return nil, fmt.Errorf("not PromQL: %w", err)
	}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if v, is := node.(*parser.VectorSelector); is {
			all = append(all, v)
		}
		return nil
	})
	return all, nil
}

func metricOf(v *parser.VectorSelector) string {
	for _, m := range v.LabelMatchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			return m.Value
		}
	}
	return ""
}

// plain writes a selector without offset and @.
func plain(v *parser.VectorSelector) string {
	bare := parser.VectorSelector{Name: v.Name, LabelMatchers: v.LabelMatchers}
	return bare.String()
}

// whole selects all series of the selector's metric.
func (s selector) whole() string { return fmt.Sprintf("{%s=%q}", model.MetricNameLabel, s.metric) }
