package rules

import (
	"context"
	"fmt"

	"firedrill/pipeline/drill"
)

// Prometheus is what is asked of the server that evaluates rules.
type Prometheus interface {
	Values(ctx context.Context, query string) ([]float64, error)
}

// Loki is what is asked of the server whose ruler evaluates rules.
type Loki interface {
	// Streams counts the streams that a selector finds.
	Streams(ctx context.Context, selector string) (int, error)
}

// Live finds out whether what the rules read is there: a metric that does not
// exist gives no alarm and no error, ever. It adds to the report of Static. Loki
// may be nil; then its rules are not asked about.
func Live(ctx context.Context, rules []drill.Rule, policy Policy, prometheus Prometheus, loki Loki, r *Report) {
	for _, rule := range rules {
		switch {
		case rule.By == drill.ByInbox:
			r.Unasked = append(r.Unasked, rule.Name+": inbox judges what it has received, there is no series to look for")
			continue
		case rule.By == drill.ByLoki && loki == nil:
			r.Unasked = append(r.Unasked, rule.Name+": firedrill.yaml names no Loki (key logs)")
			continue
		}
		for _, s := range selectors(rule) {
			r.Selectors++
			r.add(rule, CheckData, lack(ctx, rule, s, policy, prometheus, loki))
		}
	}
	r.sort()
}

// lack says what a rule reads in vain, "" if there is data.
func lack(ctx context.Context, rule drill.Rule, s selector, policy Policy, prometheus Prometheus, loki Loki) string {
	if policy.allows(s) {
		return ""
	}
	if rule.By == drill.ByLoki {
		n, err := loki.Streams(ctx, s.text)
		switch {
		case err != nil:
			return fmt.Sprintf("%s %v: %v", s.text, errRefused, err)
		case n == 0:
			return fmt.Sprintf("Loki has no stream %s", s.text)
		}
		return ""
	}
	there, err := counts(ctx, prometheus, s.text)
	if err != nil || there {
		return refused(s.text, err)
	}
	if s.metric == "" {
		return fmt.Sprintf("Prometheus has no series %s", s.text)
	}
	there, err = counts(ctx, prometheus, s.whole())
	switch {
	case err != nil:
		return refused(s.metric, err)
	case there:
		return fmt.Sprintf("Prometheus has %s, but no series of it is %s", s.metric, s.text)
	}
	return fmt.Sprintf("Prometheus has no metric %s; if it is there only while something is broken, name it in policies/rules.yaml", s.metric)
}

func counts(ctx context.Context, prometheus Prometheus, selector string) (bool, error) {
	values, err := prometheus.Values(ctx, "count("+selector+")")
	return len(values) > 0, err
}

func refused(what string, err error) string {
	if err == nil {
		return ""
	}
	return fmt.Sprintf("%s %v: %v", what, errRefused, err)
}
