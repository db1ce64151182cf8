package logs

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// podLabel is the label that names the pod which wrote a line.
const podLabel = "pod"

// logQL selects the lines with all the labels that contain the token.
func logQL(labels map[string]string, token string) string {
	var matchers []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		matchers = append(matchers, fmt.Sprintf("%s=%q", name, labels[name]))
	}
	return fmt.Sprintf("{%s} |= %q", strings.Join(matchers, ", "), token)
}

// differences says of each wanted label that is missing or wrong what it is.
func differences(wanted, got map[string]string) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		switch value, there := got[name]; {
		case !there:
			all = append(all, fmt.Sprintf("label %s is missing, wanted %q", name, wanted[name]))
		case value != wanted[name]:
			all = append(all, fmt.Sprintf("label %s is %q, wanted %q", name, value, wanted[name]))
		}
	}
	return all
}

// checkedPod says what is wrong with the label pod, which must name one of pods.
func checkedPod(pods []string, got map[string]string) []string {
	switch pod, there := got[podLabel]; {
	case !there:
		return []string{fmt.Sprintf("label %s is missing, wanted one of %s", podLabel, strings.Join(pods, ", "))}
	case !slices.Contains(pods, pod):
		return []string{fmt.Sprintf("label %s is %q, wanted one of %s", podLabel, pod, strings.Join(pods, ", "))}
	}
	return nil
}
