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

// longestName leaves room for what is put before it in names of objects.
const longestName = 50

// links are the annotations that every notification must carry as absolute
// URLs; summary must be there too.
var links = []string{"runbook_url", "dashboard_url"}

// Validate checks drills that Load returned against each other and against
// the rules that are shipped. Every mistake of every file is reported at once.
func Validate(drills []Drill, rules []Rule) error {
	var errs []error
	first := map[string]string{}
	for _, d := range drills {
		c := checker{File: *d.file, rules: rules}
		c.head(d, first)
		c.faults("faults", d.Faults)
		c.faults("setup", d.Setup)
		c.faults("during", d.During)
		c.visits(d)
		c.expectations(d)
		errs = append(errs, c.Err())
	}
	return errors.Join(errs...)
}

// checker collects the mistakes of one drill. It has a copy of the file, so
// that a drill can be validated more than once.
type checker struct {
	strict.File
	rules []Rule
}

func (c *checker) head(d Drill, first map[string]string) {
	switch other, taken := first[d.Name]; {
	case d.Name == "":
		c.Errorf("name", "is missing; name the drill, such as website-down")
	case !drillName.MatchString(d.Name):
		c.Errorf("name", "%q is no name of a drill; use lower-case letters, digits and dashes, such as website-down", d.Name)
	case len(d.Name) > longestName:
		c.Errorf("name", "%q is too long; use at most %d letters", d.Name, longestName)
	case taken:
		c.Errorf("name", "%s is the name of the drill in %s already; choose another", d.Name, other)
	default:
		first[d.Name] = c.Path
	}
	if d.Rule == "" {
		if d.Visits == nil {
			c.Errorf("rule", "is missing; name the rule whose alarm is expected, or give visits for a drill that nobody must notice")
		}
	} else if c.rule("rule", d.Rule) {
		c.annotations(d.Rule)
	}
}

// rule checks that the rule is shipped.
func (c *checker) rule(at, name string) bool {
	var names, files []string
	for _, r := range c.rules {
		if r.Name == name {
			return true
		}
		names, files = append(names, r.Name), append(files, r.File)
	}
	slices.Sort(files)
	c.Errorf(at, "no rule %s in %s%s", name, orNone(slices.Compact(files)), strict.DidYouMean(name, names))
	return false
}

// annotations wants everything that the rule's notification must say: there is
// no need to break anything to find a lack.
func (c *checker) annotations(rule string) {
	for _, r := range c.rules {
		if r.Name != rule {
			continue
		}
		for _, a := range append([]string{"summary"}, links...) {
			if strings.TrimSpace(r.Annotations[a]) == "" {
				c.Errorf("rule", "rule %s (%s:%d) has no annotation %s, which its notification must carry; add it there",
					rule, r.File, r.Line, a)
			}
		}
	}
}

func orNone(files []string) string {
	if len(files) == 0 {
		return "the rule files, which hold none"
	}
	return strings.Join(files, ", ")
}
