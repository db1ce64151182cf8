package channels

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"firedrill/pipeline/server"
)

// receiver is one of Alertmanager's configuration.
type receiver struct {
	name string
	// integrations counts the configurations of each, such as two webhooks.
	integrations map[string]int
	// routed tells whether a route leads tests to it.
	routed bool
}

// receiversOf reads them out of the configuration, in its order.
func receiversOf(original string) ([]receiver, error) {
	var config struct {
		Route struct {
			Routes []struct {
				Receiver string   `yaml:"receiver"`
				Matchers []string `yaml:"matchers"`
			} `yaml:"routes"`
		} `yaml:"route"`
		Receivers []map[string]any `yaml:"receivers"`
	}
	if err := yaml.Unmarshal([]byte(original), &config); err != nil {
		return nil, fmt.Errorf("read the configuration of Alertmanager: %w", err)
	}
	var all []receiver
	for _, entry := range config.Receivers {
		r := receiver{integrations: map[string]int{}}
		r.name, _ = entry["name"].(string)
		for key, value := range entry {
			if name, is := strings.CutSuffix(key, "_configs"); is {
				list, _ := value.([]any)
				r.integrations[name] = len(list)
			}
		}
		wanted := fmt.Sprintf("%s=%q", server.ReceiverLabel, r.name)
		for _, route := range config.Route.Routes {
			r.routed = r.routed || route.Receiver == r.name && slices.Contains(route.Matchers, wanted)
		}
		all = append(all, r)
	}
	return all, nil
}
