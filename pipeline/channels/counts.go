package channels

import (
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// Alertmanager's counters of single attempts: those of whole notifications count
// one before it is known whether it arrives.
const (
	attempts = "alertmanager_notification_requests_total"
	failures = "alertmanager_notification_requests_failed_total"
)

// counts are the attempts of one integration, and those that failed.
type counts struct{ attempts, failures float64 }

func (c counts) minus(before counts) counts {
	return counts{c.attempts - before.attempts, c.failures - before.failures}
}

// countsOf reads /metrics. Alertmanager counts by receiver only with its feature
// receiver-name-in-metrics; else, what other receivers do counts as well.
func countsOf(metrics, receiver, integration string) (c counts) {
	for line := range strings.Lines(metrics) {
		line = strings.TrimSpace(line)
		i := strings.LastIndexByte(line, ' ')
		if !strings.HasPrefix(line, attempts) && !strings.HasPrefix(line, failures) || i < 0 {
			continue
		}
		set, err := parser.ParseMetric(line[:i])
		value, wrong := strconv.ParseFloat(line[i+1:], 64)
		if err != nil || wrong != nil || set.Get("integration") != integration {
			continue
		}
		if name := set.Get("receiver_name"); name != "" && name != receiver {
			continue
		}
		if set.Get("__name__") == attempts {
			c.attempts += value
		} else {
			c.failures += value
		}
	}
	return c
}
