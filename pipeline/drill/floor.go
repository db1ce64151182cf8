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

// readScrape reads how long series are waited for, from Prometheus' targets,
// which Grafana's rules read too. The rules of Loki and inbox read none. The
// floor is a yardstick and proves nothing: what cannot be read stays unknown.
func (w *way) readScrape(ctx context.Context) {
	interval := time.Duration(0)
	if w.result.Way == WayPrometheus || w.result.Way == WayGrafana {
		var err error
		if interval, err = w.prometheus.ScrapeInterval(ctx, w.jobs()); err != nil {
			if w.scrape == nil {
				w.progress("the floor stays unknown: %v", err)
			}
			return
		}
	}
	w.scrape = &interval
}

// readFloor adds up how long the servers are configured to wait: the
// evaluation interval, `for` and the window of the expression from the rule,
// group_wait from the Alertmanager's configuration, of the routes to the
// receivers that it names for the alarm.
func (w *way) readFloor(ctx context.Context) {
	w.readScrape(ctx) // now the alarm's own job is known, if Prometheus still answers
	if w.scrape == nil {
		return
	}
	groupWait := time.Duration(0)
	if w.alertmanager != nil {
		var err error
		if groupWait, err = w.alertmanager.GroupWait(ctx, w.arrived.Receivers); err != nil {
			w.progress("the floor stays unknown: %v", err)
			return
		}
	}
	interval := w.seen.rule.Interval
	f := Floor{
		Scrape:     w.scrape.Seconds(),
		Range:      window(w.result.Way, w.seen.rule.Query).Seconds(),
		Evaluation: interval.Seconds(),
		For:        roundUp(w.seen.rule.For, interval).Seconds(),
		GroupWait:  groupWait.Seconds(),
	}
	if o := w.drill.Onset; o != nil {
		f.Onset = o.Takes.Seconds()
	}
	sum := f.Onset + f.Scrape + f.Range + f.Evaluation + f.For + f.GroupWait
	w.result.Floor, w.result.FloorSeconds = &f, &sum
}

// delayed adds to the floor that the fault had its effect only then. An alarm that
// was pending earlier tells of an earlier effect: nobody knows of which moment, so it
// is the one from which all that the floor counts until then has passed.
func (w *way) delayed(effect time.Time) {
	t, f := w.result.Times, w.result.Floor
	if f == nil || t.Fault == nil || !effect.After(*t.Fault) {
		return
	}
	f.Effect = effect.Sub(*t.Fault).Seconds()
	if t.Pending != nil && t.Pending.Before(effect) {
		f.Effect = max(0, t.Pending.Sub(*t.Fault).Seconds()-f.Onset-f.Scrape-f.Range-f.Evaluation)
	}
	sum := *w.result.FloorSeconds + f.Effect
	w.result.FloorSeconds = &sum
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
