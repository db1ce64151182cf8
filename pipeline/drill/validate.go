package drill

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"firedrill/pipeline/strict"
)

var (
	drillName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
)

// links are the annotations that every notification must carry as absolute
// URLs; summary must be there too.
var links = []string{"runbook_url", "dashboard_url"}

// Validate checks drills that Load returned against each other and against
// the rules that are shipped. Every mistake of every file is reported at once.
func Validate(drills []Drill, rules []Rule) error {
	var errs []error
	first := map[string]string{}
	for _, d := range drills {
		c := checker{File: *d.file}
		c.head(d, first, rules)
		c.fault(d.Fault)
		c.expectations(d)
		errs = append(errs, c.Err())
	}
	return errors.Join(errs...)
}

// WithoutGrafana is to be asked where there is no Grafana: it reports every
// drill that watches Grafana's alerting.
func WithoutGrafana(drills []Drill) error {
	var errs []error
	for _, d := range drills {
		if d.Grafana == nil {
			continue
		}
		const problem = "the drill watches Grafana's alerting, but firedrill.yaml names no grafana; name it there, or leave this key out"
		if d.file == nil {
			errs = append(errs, errors.New(problem))
			continue
		}
		c := checker{File: *d.file}
		c.Errorf("grafana", problem)
		errs = append(errs, c.Err())
	}
	return errors.Join(errs...)
}

// checker collects the mistakes of one drill. It has a copy of the file, so
// that a drill can be validated more than once.
type checker struct{ strict.File }

func (c *checker) head(d Drill, first map[string]string, rules []Rule) {
	switch other, taken := first[d.Name]; {
	case d.Name == "":
		c.Errorf("name", "is missing; name the drill, such as website-down")
	case !drillName.MatchString(d.Name):
		c.Errorf("name", "%q is no name of a drill; use lower-case letters, digits and dashes, such as website-down", d.Name)
	case taken:
		c.Errorf("name", "%s is the name of the drill in %s already; choose another", d.Name, other)
	default:
		first[d.Name] = c.Path
	}
	if d.Rule == "" {
		c.Errorf("rule", "is missing; name the rule whose alarm is expected")
		return
	}
	c.rule(d.Rule, rules)
}

// rule checks that the rule is shipped, and with everything that its
// notification must say: there is no need to break anything to find a lack.
func (c *checker) rule(name string, rules []Rule) {
	var names, files []string
	found := false
	for _, r := range rules {
		names, files = append(names, r.Name), append(files, r.File)
		if r.Name != name {
			continue
		}
		found = true
		for _, a := range append([]string{"summary"}, links...) {
			if strings.TrimSpace(r.Annotations[a]) == "" {
				c.Errorf("rule", "rule %s (%s:%d) has no annotation %s, which its notification must carry; add it there",
					name, r.File, r.Line, a)
			}
		}
	}
	if !found {
		slices.Sort(files)
		c.Errorf("rule", "no rule %s in %s%s", name, orNone(slices.Compact(files)), strict.DidYouMean(name, names))
	}
}

func orNone(files []string) string {
	if len(files) == 0 {
		return "the rule files, which hold none"
	}
	return strings.Join(files, ", ")
}
