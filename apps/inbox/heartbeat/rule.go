package heartbeat

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/common/model"
)

// Watchdog is the alarm whose notifications are heartbeats, if nobody names another.
const Watchdog = "Watchdog"

// Orders say which heartbeat is watched and what is raised when it stops.
type Orders struct {
	// Receiver is the last part of the webhook's path at which heartbeats come.
	Receiver string `yaml:"receiver"`
	// Alert is the alarm that always fires; Watchdog when not given.
	Alert string `yaml:"alert"`
	// Forward are the URLs that get the notifications besides the inbox.
	Forward []string `yaml:"forward"`
	Rule    Rule     `yaml:"rule"`
}

// Rule is the alerting rule that the inbox judges by itself, with the keys of
// one of Prometheus.
type Rule struct {
	Alert string `yaml:"alert"`
	// Expr is for readers; no program evaluates it.
	Expr string `yaml:"expr"`
	// For is how long no heartbeat may come.
	For         string            `yaml:"for"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`

	timeout time.Duration
}

// Load reads orders from a YAML file.
func Load(path string) (Orders, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Orders{}, fmt.Errorf("read what heartbeat to watch: %w", err)
	}
	var o Orders
	if err := yaml.UnmarshalWithOptions(text, &o, yaml.Strict()); err != nil {
		return Orders{}, fmt.Errorf("%s: %w", path, err)
	}
	if err := o.check(); err != nil {
		return Orders{}, fmt.Errorf("%s: %w", path, err)
	}
	return o, nil
}

// check refuses what could not be judged or said, and reads the timeout.
func (o *Orders) check() error {
	timeout, err := model.ParseDuration(o.Rule.For)
	switch {
	case o.Receiver == "":
		return fmt.Errorf("receiver is missing: the last part of the path of POST /webhook/<receiver>")
	case o.Rule.Alert == "":
		return fmt.Errorf("rule.alert is missing: the name of the alarm")
	case err != nil:
		return fmt.Errorf("rule.for: %w", err)
	case timeout <= 0:
		return fmt.Errorf("rule.for is %q: a heartbeat needs some time to come", o.Rule.For)
	}
	o.Rule.timeout = time.Duration(timeout)
	o.Alert = cmp.Or(o.Alert, Watchdog)
	for _, texts := range []map[string]string{o.Rule.Labels, o.Rule.Annotations} {
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			if strings.Contains(texts[key], "{{") {
				return fmt.Errorf("rule: %s is %q: there are no series whose labels or value could be filled in; write plain text", key, texts[key])
			}
		}
	}
	for _, address := range o.Forward {
		if u, err := url.Parse(address); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return fmt.Errorf("forward: %q is no http or https URL", address)
		}
	}
	return nil
}

// labels are the rule's with its name, as an alarm carries them.
func (r Rule) labels() map[string]string {
	all := map[string]string{"alertname": r.Alert}
	maps.Copy(all, r.Labels)
	return all
}
