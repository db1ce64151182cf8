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
// the scrape interval from Prometheus' targets, the evaluation interval and
// `for` from its rules, group_wait from Alertmanager's configuration, of the
// routes to the receivers that it names for the alarm. The floor is a
// yardstick and proves nothing: if it cannot be read, it stays null.
func (r *run) readFloor(ctx context.Context) {
	scrape, err := r.Prometheus.ScrapeInterval(ctx, r.jobs())
	if err != nil {
		r.task.Progress("the floor stays unknown: " + err.Error())
		return
	}
	groupWait, err := r.Alertmanager.GroupWait(ctx, r.arrived.Receivers)
	if err != nil {
		r.task.Progress("the floor stays unknown: " + err.Error())
		return
	}
	interval := r.seen.rule.Interval
	f := Floor{
		Scrape:     scrape.Seconds(),
		Evaluation: interval.Seconds(),
		For:        roundUp(r.seen.rule.For, interval).Seconds(),
		GroupWait:  groupWait.Seconds(),
	}
	sum := f.Scrape + f.Evaluation + f.For + f.GroupWait
	r.result.Floor, r.result.FloorSeconds = &f, &sum
}

// jobs matches the jobs whose series the rule reads: those that its expression
// names; if it names none, the alarm's own label; if it has none, every job.
func (r *run) jobs() *regexp.Regexp {
	var patterns []string
	for _, m := range jobMatcher.FindAllStringSubmatch(r.seen.rule.Query, -1) {
		if pattern := m[2]; m[1] == "~" {
			patterns = append(patterns, "(?:"+pattern+")")
		} else {
			patterns = append(patterns, regexp.QuoteMeta(pattern))
		}
	}
	if job := r.arrived.Labels["job"]; len(patterns) == 0 && job != "" {
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
