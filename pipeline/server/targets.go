package server

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"time"

	"github.com/prometheus/common/model"
)

// ScrapeInterval returns the longest interval at which targets are scraped
// whose job matches the pattern, all of whose text must match.
func (p *Prometheus) ScrapeInterval(ctx context.Context, jobs *regexp.Regexp) (time.Duration, error) {
	// The Go client of Prometheus leaves a target's scrapeInterval out.
	var answer struct {
		Data struct {
			ActiveTargets []struct {
				Labels         map[string]string `json:"labels"`
				ScrapeInterval string            `json:"scrapeInterval"`
			} `json:"activeTargets"`
		} `json:"data"`
	}
	if err := p.proxy.get(ctx, "/api/v1/targets", url.Values{"state": {"active"}}, &answer); err != nil {
		return 0, err
	}
	longest := time.Duration(0)
	for _, t := range answer.Data.ActiveTargets {
		if !jobs.MatchString(t.Labels["job"]) {
			continue
		}
		d, err := model.ParseDuration(t.ScrapeInterval)
		if err != nil {
			return 0, fmt.Errorf("%s: scrape interval of a target of job %s: %w", p.proxy.name, t.Labels["job"], err)
		}
		longest = max(longest, time.Duration(d))
	}
	if longest == 0 {
		return 0, fmt.Errorf("%s: no active target's job matches %s", p.proxy.name, jobs)
	}
	return longest, nil
}
