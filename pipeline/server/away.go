package server

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

// ReceiverLabel leads a test of the channels to its receiver: the configuration has
// a route for each value of it, which comes first. No alarm of a rule has it.
const ReceiverLabel = "firedrill_receiver"

// matcher is one condition of a route.
type matcher struct{ label, operator, value string }

// matcherForm is `label = "value"` with any of the four operators, up to the comma
// behind it: one within quotes is the value's.
var matcherForm = regexp.MustCompile(`^\s*("(?:[^"\\]|\\.)*"|[^"=!~,\s]+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^",]*?)\s*(?:,\s*|$)`)

// Away returns an error unless a route that wants the label takes every alarm
// with these labels away from all others: it stands before all that might take
// it, asks for nothing that is not known, and does not pass it on. An alarm may
// have more labels than are known.
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
		g, err := child.grip(label, labels)
		switch {
		case err != nil:
			return err
		case !g.may:
			continue
		case !g.wants:
			return fmt.Errorf("the route to %s comes before any that takes all with %s=%q, and may take the drill's alarms", child.Receiver, label, labels[label])
		case child.Receiver == "":
			return fmt.Errorf("a route wants %s=%q but names no receiver, and so tells whom the one above it tells", label, labels[label])
		}
		if err := child.keeps(label, labels); err != nil {
			return err
		}
		switch {
		case !g.must: // it leads only some away
		case child.Continue:
			return fmt.Errorf("the route to %s takes %s=%q but passes it on (continue: true)", child.Receiver, label, labels[label])
		default:
			return nil
		}
	}
	return fmt.Errorf("no route takes all with %s=%q", label, labels[label])
}

// keeps returns an error if a route below r may lead an alarm with these labels
// to another receiver.
func (r route) keeps(label string, labels map[string]string) error {
	for _, child := range r.Routes {
		g, err := child.grip(label, labels)
		switch {
		case err != nil:
			return err
		case !g.may:
			continue
		case child.Receiver != "" && child.Receiver != r.Receiver:
			return fmt.Errorf("below the route to %s, that to %s may take alarms with %s=%q", r.Receiver, child.Receiver, label, labels[label])
		}
		child.Receiver = r.Receiver
		if err := child.keeps(label, labels); err != nil {
			return err
		}
	}
	return nil
}

// grip is how a route has hold of alarms: whether it wants the label, whether it
// may match one, and whether it must.
type grip struct{ wants, may, must bool }

// grip is that of the route on alarms with at least these labels.
func (r route) grip(label string, labels map[string]string) (grip, error) {
	conditions, err := r.conditions()
	if err != nil {
		return grip{}, fmt.Errorf("the route to %s: %w", r.Receiver, err)
	}
	g := grip{may: true, must: true}
	for _, m := range conditions {
		g.wants = g.wants || m.label == label
		g.may = g.may && m.may(labels)
		g.must = g.must && m.known(labels)
	}
	return g, nil
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
		some, err := readMatchers(text)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// readMatchers reads one matcher or several. What cannot be read is an error: to
// guess may be to page somebody.
func readMatchers(text string) ([]matcher, error) {
	var all []matcher
	rest := strings.Trim(strings.TrimSpace(text), "{}")
	for len(all) == 0 || rest != "" {
		m := matcherForm.FindStringSubmatch(rest)
		if m == nil {
			return nil, fmt.Errorf("its matcher %q cannot be read", text)
		}
		label, errLabel := unquote(m[1])
		value, errValue := unquote(m[3])
		if err := errors.Join(errLabel, errValue); err != nil {
			return nil, fmt.Errorf("its matcher %q cannot be read: %w", text, err)
		}
		all = append(all, matcher{label, m[2], value})
		rest = rest[len(m[0]):]
	}
	return all, nil
}

// unquote reads a label or a value, which Alertmanager quotes when it tells its
// configuration, with a backslash before each backslash and quote.
func unquote(text string) (string, error) {
	if !strings.HasPrefix(text, `"`) {
		return text, nil
	}
	return strconv.Unquote(text)
}

// known tells whether these labels, which are not all that an alarm has, decide
// if it matches.
func (m matcher) known(labels map[string]string) bool {
	_, known := labels[m.label]
	return known || m.label == ReceiverLabel
}

// may tells whether an alarm that has at least these labels can match.
func (m matcher) may(labels map[string]string) bool {
	if !m.known(labels) {
		return true
	}
	value := labels[m.label]
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
