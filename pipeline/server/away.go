package server

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// ReceiverLabel leads a test of the channels to its receiver: the configuration has
// a route for each value of it, which comes first. No alarm of a rule has it.
const ReceiverLabel = "firedrill_receiver"

// matcher is one condition of a route.
type matcher struct{ label, operator, value string }

// matcherForm is `label = "value"` with any of the four operators.
var matcherForm = regexp.MustCompile(`^\s*"?([^"=!~\s]+)"?\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*$`)

// Away returns an error unless a route that wants the label takes every alarm
// with these labels away from all others: it stands before all that might take
// it, and does not pass it on. An alarm may have more labels than are known.
func (a *Alertmanager) Away(ctx context.Context, label string, labels map[string]string) error {
	config, err := a.config(ctx)
	if err != nil {
		return err
	}
	if err := config.away(label, labels); err != nil {
		return fmt.Errorf("%s: its configuration: %w", a.name, err)
	}
	return nil
}

// away is Away for the routes below r.
func (r route) away(label string, labels map[string]string) error {
	for _, child := range r.Routes {
		conditions, err := child.conditions()
		if err != nil {
			return fmt.Errorf("the route to %s: %w", child.Receiver, err)
		}
		wants, may := false, true
		for _, m := range conditions {
			wants = wants || m.label == label
			may = may && m.may(labels)
		}
		switch {
		case !may:
		case !wants:
			return fmt.Errorf("the route to %s comes before any that wants %s=%q, and may take the drill's alarms", child.Receiver, label, labels[label])
		case child.Continue:
			return fmt.Errorf("the route to %s takes %s=%q but passes it on (continue: true)", child.Receiver, label, labels[label])
		default:
			return nil
		}
	}
	return fmt.Errorf("no route wants %s=%q", label, labels[label])
}

// conditions are the matchers of a route, in all the forms that Alertmanager and
// Grafana take.
func (r route) conditions() ([]matcher, error) {
	var all []matcher
	for label, value := range r.Match {
		all = append(all, matcher{label, "=", value})
	}
	for label, value := range r.MatchRE {
		all = append(all, matcher{label, "=~", value})
	}
	for _, m := range r.ObjectMatchers {
		all = append(all, matcher{m[0], m[1], m[2]})
	}
	for _, text := range r.Matchers {
		for _, one := range strings.Split(strings.Trim(strings.TrimSpace(text), "{}"), ",") {
			m := matcherForm.FindStringSubmatch(one)
			if m == nil {
				return nil, fmt.Errorf("its matcher %q cannot be read", text)
			}
			all = append(all, matcher{m[1], m[2], m[3]})
		}
	}
	return all, nil
}

// may tells whether an alarm that has at least these labels can match.
func (m matcher) may(labels map[string]string) bool {
	value, known := labels[m.label]
	if !known && m.label != ReceiverLabel {
		return true
	}
	switch m.operator {
	case "=":
		return value == m.value
	case "!=":
		return value != m.value
	}
	pattern, err := regexp.Compile("^(?:" + m.value + ")$")
	if err != nil {
		return true
	}
	return pattern.MatchString(value) == (m.operator == "=~")
}

// config is what Alertmanager runs with.
func (a *Alertmanager) config(ctx context.Context) (route, error) {
	var status struct {
		Config struct {
			Original string `json:"original"`
		} `json:"config"`
	}
	if err := a.get(ctx, "/api/v2/status", nil, &status); err != nil {
		return route{}, err
	}
	var config struct {
		Route route `yaml:"route"`
	}
	if err := yaml.Unmarshal([]byte(status.Config.Original), &config); err != nil {
		return route{}, fmt.Errorf("%s: its configuration: %w", a.name, err)
	}
	return config.Route, nil
}
