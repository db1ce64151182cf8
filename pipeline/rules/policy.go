package rules

import (
	"cmp"
	"fmt"
	"slices"

	"firedrill/pipeline/drill"
	"firedrill/pipeline/strict"
)

// Policy is policies/rules.yaml.
type Policy struct {
	Absent []Absence `yaml:"absent" jsonschema_description:"Metrics that rules read and that are there only while something is broken."`
}

// Absence lets a metric, or the series of it that a rule selects, be missing
// while all is well.
type Absence struct {
	Metric string `yaml:"metric" jsonschema:"minLength=1" jsonschema_description:"Name of the metric, or a selector as firedrill rules check writes it, which lets no other series of the metric be missing."`
	Reason string `yaml:"reason" jsonschema:"minLength=1" jsonschema_description:"When it is there, and why that is right."`
}

// CoveragePolicy is policies/coverage.yaml.
type CoveragePolicy struct {
	Alarms    float64     `yaml:"alarms" jsonschema:"minimum=0,maximum=100" jsonschema_description:"Percent of the rules that drills must see firing and ending."`
	Ratio     float64     `yaml:"ratio,omitempty" jsonschema:"minimum=0" jsonschema_description:"How many times the floor a way may take without being named below the table of alarms; none is named when 0 or not given, and none fails the run."`
	Otherwise []Otherwise `yaml:"otherwise,omitempty" jsonschema_description:"Rules that are proven without a drill of their own."`

	path string
}

// Otherwise is a rule that no drill of its own can prove.
type Otherwise struct {
	Rule   string `yaml:"rule" jsonschema:"minLength=1" jsonschema_description:"Name of the rule."`
	Reason string `yaml:"reason" jsonschema:"minLength=1" jsonschema_description:"Why it has no drill, and what proves it instead."`
}

// LoadPolicy reads the file and makes sure that some rule reads each of its
// metrics. Without a file there are no exceptions.
func LoadPolicy(path string, rules []drill.Rule) (Policy, error) {
	var p Policy
	file, err := strict.LoadIfThere(path, &p)
	if file == nil {
		return p, err
	}
	var read []string
	for _, r := range rules {
		for _, s := range selectors(r) {
			read = append(read, s.metric, s.text)
		}
	}
	first := map[string]int{}
	for i, a := range p.Absent {
		at := fmt.Sprintf("absent[%d]", i)
		checkReason(file, at, a.Reason)
		if !slices.Contains(read, a.Metric) {
			file.Errorf(at+".metric", "no rule reads %q; take the entry out%s", a.Metric, strict.DidYouMean(a.Metric, read))
		}
		if other, twice := first[a.Metric]; twice {
			file.Errorf(at+".metric", "absent[%d] names it already", other)
		}
		first[a.Metric] = i
	}
	return p, file.Err()
}

// LoadCoverage reads the file and makes sure that the rules it names are there.
// Without a file no share is wanted.
func LoadCoverage(path string, rules []drill.Rule) (CoveragePolicy, error) {
	p := CoveragePolicy{path: path}
	file, err := strict.LoadIfThere(path, &p)
	if file == nil {
		return p, err
	}
	if p.Alarms < 0 || p.Alarms > 100 {
		file.Errorf("alarms", "%v is no share in percent; write 0 to 100", p.Alarms)
	}
	if p.Ratio < 0 {
		file.Errorf("ratio", "%v is nothing that a drill can take; write how many times the floor, such as 1.25", p.Ratio)
	}
	var names []string
	for _, r := range rules {
		names = append(names, r.Name)
	}
	for i, o := range p.Otherwise {
		at := fmt.Sprintf("otherwise[%d]", i)
		checkReason(file, at, o.Reason)
		if !slices.Contains(names, o.Rule) {
			file.Errorf(at+".rule", "there is no rule %s; take the entry out%s", o.Rule, strict.DidYouMean(o.Rule, names))
		}
	}
	return p, file.Err()
}

func checkReason(file *strict.File, at, reason string) {
	if reason == "" {
		file.Errorf(at+".reason", "is missing; say why that is right")
	}
}

func (p CoveragePolicy) reason(rule string) string {
	for _, o := range p.Otherwise {
		if o.Rule == rule {
			return o.Reason
		}
	}
	return ""
}

func (p CoveragePolicy) where() string { return cmp.Or(p.path, "by the policy") }

// allows tells whether what a rule reads may be missing.
func (p Policy) allows(s selector) bool {
	return slices.ContainsFunc(p.Absent, func(a Absence) bool { return a.Metric == s.metric || a.Metric == s.text })
}
