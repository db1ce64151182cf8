package drill

import (
	"regexp"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// instant are the functions over a window to which one new sample in it can
// make all the difference; to all others, such as rate and avg_over_time, what
// is new has its whole weight only when it fills the window.
var instant = []string{
	"changes", "delta", "idelta", "increase", "irate", "last_over_time", "max_over_time", "present_over_time", "resets",
}

// ranges finds the windows in LogQL, which Prometheus' parser does not know.
var ranges = regexp.MustCompile(`\[([0-9a-z]+)\]`)

// window is the longest window in a rule's expression that has to fill until
// its value is that of the fault.
func window(way, query string) time.Duration {
	if way == WayLoki {
		longest := time.Duration(0)
		for _, m := range ranges.FindAllStringSubmatch(query, -1) {
			if d, err := model.ParseDuration(m[1]); err == nil {
				longest = max(longest, time.Duration(d))
			}
		}
		return longest
	}
	expr, err := parser.ParseExpr(query)
	if err != nil {
		return 0 // no PromQL, as the words by which inbox describes its rules
	}
	longest := time.Duration(0)
	parser.Inspect(expr, func(node parser.Node, above []parser.Node) error {
		switch n := node.(type) {
		case *parser.MatrixSelector:
			if !isInstant(above) {
				longest = max(longest, n.Range)
			}
		case *parser.SubqueryExpr:
			if !isInstant(above) {
				longest = max(longest, n.Range)
			}
		}
		return nil
	})
	return longest
}

// isInstant tells whether the innermost function around a window is one of instant.
func isInstant(above []parser.Node) bool {
	for _, node := range slices.Backward(above) {
		if call, isCall := node.(*parser.Call); isCall {
			return slices.Contains(instant, call.Func.Name)
		}
	}
	return false
}
