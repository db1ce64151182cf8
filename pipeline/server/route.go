package server

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/common/model"
)

// defaultGroupWait is what Alertmanager takes when no route says otherwise.
const defaultGroupWait = 30 * time.Second

// route is the part of a route that tells what it takes and how long it waits;
// Grafana's are like Alertmanager's, but for what they take.
type route struct {
	Receiver  string            `yaml:"receiver" json:"receiver"`
	GroupWait string            `yaml:"group_wait" json:"group_wait"`
	Match     map[string]string `yaml:"match" json:"-"`
	MatchRE   map[string]string `yaml:"match_re" json:"-"`
	Matchers  []string          `yaml:"matchers" json:"-"`
	Continue  bool              `yaml:"continue" json:"continue"`
	Routes    []route           `yaml:"routes" json:"routes"`
	// ObjectMatchers are Grafana's: label, operator and value each.
	ObjectMatchers [][3]string `yaml:"-" json:"object_matchers"`
}

// longest returns the longest group_wait among the routes, r and those below
// it, that lead to one of the receivers.
func (r route) longest(receivers []string) (time.Duration, error) {
	wait, found, err := r.groupWait(receivers, "", defaultGroupWait)
	if err == nil && !found {
		err = fmt.Errorf("no route leads to receiver %v", receivers)
	}
	return wait, err
}

// groupWait looks for receivers in r and below it. A route without a receiver
// or a group_wait of its own has its parent's.
func (r route) groupWait(receivers []string, receiver string, wait time.Duration) (longest time.Duration, found bool, err error) {
	if r.Receiver != "" {
		receiver = r.Receiver
	}
	if r.GroupWait != "" {
		d, err := model.ParseDuration(r.GroupWait)
		if err != nil {
			return 0, false, fmt.Errorf("group_wait of the route to %s: %w", receiver, err)
		}
		wait = time.Duration(d)
	}
	if slices.Contains(receivers, receiver) {
		longest, found = wait, true
	}
	for _, child := range r.Routes {
		w, ok, err := child.groupWait(receivers, receiver, wait)
		if err != nil {
			return 0, false, err
		}
		longest, found = max(longest, w), found || ok
	}
	return longest, found, nil
}
