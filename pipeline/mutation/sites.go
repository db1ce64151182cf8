package mutation

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// site is a place in an expression where it can be changed, and the change.
type site struct {
	kind, what string
	apply      func()
}

// turned are the comparisons and their opposites.
var turned = map[parser.ItemType]parser.ItemType{
	parser.GTR: parser.LSS, parser.LSS: parser.GTR,
	parser.GTE: parser.LTE, parser.LTE: parser.GTE,
	parser.EQLC: parser.NEQ, parser.NEQ: parser.EQLC,
}

// sites walks the tree in the order in which the expression is read.
func sites(expr parser.Expr) []site {
	var all []site
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.BinaryExpr:
			if opposite, compares := turned[n.Op]; compares {
				all = append(all, thresholds(n)...)
				all = append(all, site{
					kind: "comparison", what: fmt.Sprintf("%s instead of %s", opposite, n.Op),
					apply: func() { n.Op = opposite },
				})
			}
		case *parser.VectorSelector:
			if i := nameMatcher(n); i >= 0 {
				all = append(all, renamed(n, i))
			}
			for i, m := range n.LabelMatchers {
				if m.Name != model.MetricNameLabel {
					all = append(all, relabelled(n, i))
				}
			}
		}
		return nil
	})
	return all
}

// thresholds moves the number that something is compared with.
func thresholds(n *parser.BinaryExpr) []site {
	number := literal(n.RHS)
	if number == nil {
		number = literal(n.LHS)
	}
	if number == nil {
		return nil
	}
	value := number.Val
	half, double := value/2, value*2
	if value == 0 { // which has neither
		half, double = -1, 1
	}
	move := func(kind string, to float64) site {
		return site{
			kind: kind, what: fmt.Sprintf("%s instead of %s", short(to), short(value)),
			apply: func() { number.Val = to },
		}
	}
	return []site{move("threshold_lower", min(half, double)), move("threshold_higher", max(half, double))}
}

// literal is a number, also one in brackets, nil for anything else. One with a
// sign is a number too: the parser joins them.
func literal(expr parser.Expr) *parser.NumberLiteral {
	switch e := expr.(type) {
	case *parser.NumberLiteral:
		return e
	case *parser.ParenExpr:
		return literal(e.Expr)
	case *parser.StepInvariantExpr:
		return literal(e.Expr)
	}
	return nil
}

func short(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// nameMatcher is where among the matchers the metric's name stands, -1 for
// nowhere.
func nameMatcher(v *parser.VectorSelector) int {
	return slices.IndexFunc(v.LabelMatchers, func(m *labels.Matcher) bool {
		return m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual
	})
}

// renamed reads a metric that does not exist. The name stands before the braces,
// or among the matchers.
func renamed(v *parser.VectorSelector, i int) site {
	name := v.LabelMatchers[i].Value
	other := name + "_renamed"
	return site{
		kind: "metric", what: fmt.Sprintf("%s instead of %s", other, name),
		apply: func() {
			if v.Name != "" {
				v.Name = other
			}
			v.LabelMatchers[i] = labels.MustNewMatcher(labels.MatchEqual, model.MetricNameLabel, other)
		},
	}
}

// relabelled matches another value, which no series has.
func relabelled(v *parser.VectorSelector, i int) site {
	m := v.LabelMatchers[i]
	value := m.Value + "_other"
	if m.Type == labels.MatchRegexp || m.Type == labels.MatchNotRegexp {
		value = "(?:" + m.Value + ")_other"
	}
	other := labels.MustNewMatcher(m.Type, m.Name, value)
	return site{
		kind: "label", what: fmt.Sprintf("%s instead of %s", other, m),
		apply: func() { v.LabelMatchers[i] = other },
	}
}
