package drill

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"firedrill/pipeline/server"
)

// parameters are what Grafana knows in a dashboard's address besides
// variables; it passes over anything else.
var parameters = []string{"from", "kiosk", "orgId", "refresh", "theme", "timezone", "to", "tz", "viewPanel"}

// checkVariables wants that every var-x of a link is a variable of its
// dashboard, and has the value of the alarm's label x if the alarm has one:
// else it shows the panel of something else.
func checkVariables(query url.Values, board server.Dashboard, labels map[string]string) error {
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(query)) {
		name, isVariable := strings.CutPrefix(key, "var-")
		if !isVariable {
			if !slices.Contains(parameters, key) {
				errs = append(errs, fmt.Errorf("Grafana knows no parameter %q; a variable's begins with var-", key))
			}
			continue
		}
		if !slices.Contains(board.Variables, name) {
			errs = append(errs, fmt.Errorf("dashboard %q has no variable %s; it has %s",
				board.Title, name, joined(board.Variables, "none")))
			continue
		}
		if want, labelled := labels[name]; labelled && !slices.Equal(query[key], []string{want}) {
			errs = append(errs, fmt.Errorf("variable %s is %s, but the alarm's label is %q",
				name, quoted(query[key]), want))
		}
	}
	return errors.Join(errs...)
}

// variables are the values that a link chooses, by the variables' names.
func variables(query url.Values) map[string][]string {
	chosen := map[string][]string{}
	for key, values := range query {
		if name, isVariable := strings.CutPrefix(key, "var-"); isVariable {
			chosen[name] = values
		}
	}
	return chosen
}

func quoted(values []string) string {
	return strings.Trim(fmt.Sprintf("%q", values), "[]")
}
