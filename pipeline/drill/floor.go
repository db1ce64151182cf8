package drill

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// jobMatcher finds the values of job="…" and job=~"…" in PromQL.
var jobMatcher = regexp.MustCompile(`\bjob\s*=(~?)\s*"([^"]*)"`)

// readFloor reads from the live servers how long they are configured to wait:
// the scrape interval from Prometheus' targets, which Grafana's rules read too,
// the evaluation interval and `for` from the rule, group_wait from the
// Alertmanager's configuration, of the routes to the receivers that it names
// for the alarm. The floor is a
// yardstick and proves nothing: if it cannot be read, it stays null.
func (w *way) readFloor(ctx context.Context) {
	scrape, err := w.prometheus.ScrapeInterval(ctx, w.jobs())
	if err != nil {
		w.progress("the floor stays unknown: %v", err)
		return
	}
	groupWait, err := w.alertmanager.GroupWait(ctx, w.arrived.Receivers)
	if err != nil {
		w.progress("the floor stays unknown: %v", err)
		return
	}
	interval := w.seen.rule.Interval
	f := Floor{
		Scrape:     scrape.Seconds(),
		Evaluation: interval.Seconds(),
		For:        roundUp(w.seen.rule.For, interval).Seconds(),
		GroupWait:  groupWait.Seconds(),
	}
	sum := f.Scrape + f.Evaluation + f.For + f.GroupWait
	w.result.Floor, w.result.FloorSeconds = &f, &sum
}

// jobs matches the jobs whose series the rule reads: those that its expression
// names; if it names none, the alarm's own label; if it has none, every job.
func (w *way) jobs() *regexp.Regexp {
	var patterns []string
	for _, m := range jobMatcher.FindAllStringSubmatch(w.seen.rule.Query, -1) {
		if pattern := m[2]; m[1] == "~" {
			patterns = append(patterns, "(?:"+pattern+")")
		} else {
			patterns = append(patterns, regexp.QuoteMeta(pattern))
		}
	}
	if job := w.arrived.Labels["job"]; len(patterns) == 0 && job != "" {
		patterns = append(patterns, regexp.QuoteMeta(job))
	}
	jobs, err := regexp.Compile(fmt.Sprintf("^(?:%s)$", strings.Join(patterns, "|")))
	if len(patterns) == 0 || err != nil {
		return regexp.MustCompile("")
	}
	return jobs
}

// roundUp rounds d up to a multiple of step.
func roundUp(d, step time.Duration) time.Duration {
	if step <= 0 {
		return d
	}
	return (d + step - 1).Truncate(step)
}
