package drill

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"

	"firedrill/pipeline/drill/logql"
	"firedrill/pipeline/strict"
)

// ruleFile is a Prometheus rule file: all of its keys, so that a misspelt one
// is found.
type ruleFile struct {
	Groups []struct {
		Name        scalar            `yaml:"name"`
		Interval    scalar            `yaml:"interval"`
		QueryOffset scalar            `yaml:"query_offset"`
		Limit       int               `yaml:"limit"`
		Labels      map[string]scalar `yaml:"labels"`
		Rules       []ruleText        `yaml:"rules"`
	} `yaml:"groups"`
}

// ruleText is a rule as it is written.
type ruleText struct {
	Record        scalar            `yaml:"record"`
	Alert         placed            `yaml:"alert"`
	Expr          scalar            `yaml:"expr"`
	For           scalar            `yaml:"for"`
	KeepFiringFor scalar            `yaml:"keep_firing_for"`
	Labels        map[string]scalar `yaml:"labels"`
	Annotations   map[string]scalar `yaml:"annotations"`
}

// scalar is a text that, as in Prometheus, may look like a number.
type scalar string

// UnmarshalYAML takes whatever is no list and no mapping.
func (s *scalar) UnmarshalYAML(unmarshal func(any) error) error {
	var v any
	if err := unmarshal(&v); err != nil {
		return err
	}
	switch v.(type) {
	case nil:
		return nil
	case []any, map[string]any:
		return errors.New("wanted a text")
	}
	*s = scalar(fmt.Sprint(v))
	return nil
}

// readRuleFile reports with file and line what would keep its evaluator from
// loading the file: its pod says so minutes later, and in its log only.
func readRuleFile(path, by string, text []byte) (ruleFile, error) {
	var f ruleFile
	file, err := strict.Parse(path, text, &f)
	if err != nil {
		return f, err
	}
	if len(f.Groups) == 0 {
		file.Errorf("", "it has no groups; is it a Prometheus rule file?")
	}
	first := map[scalar]int{}
	for i, g := range f.Groups {
		at := fmt.Sprintf("groups[%d]", i)
		if j, twice := first[g.Name]; twice {
			file.Errorf(at+".name", "%q is the name of groups[%d] already; choose another", g.Name, j)
		} else {
			first[g.Name] = i
		}
		checkDurations(file, at, map[string]scalar{"interval": g.Interval, "query_offset": g.QueryOffset})
		for j, r := range g.Rules {
			r.check(file, fmt.Sprintf("%s.rules[%d]", at, j), by)
		}
	}
	if err := file.Err(); err != nil {
		return f, err
	}
	if by == ByLoki { // whose expressions Prometheus does not know
		return f, nil
	}
	// Prometheus has the last word on what is left, such as names of labels.
	_, errs := rulefmt.Parse(text, false, model.UTF8Validation)
	for _, err := range errs {
		file.Errorf("", "Prometheus would not load it: %v", err)
	}
	return f, file.Err()
}

// check records what Prometheus' own check finds, where it stands. LogQL is
// checked as far as it can be without Loki, and the rest of the rule as if it
// were Prometheus'.
func (r ruleText) check(file *strict.File, at, by string) {
	checkDurations(file, at, map[string]scalar{"for": r.For, "keep_firing_for": r.KeepFiringFor})
	rule := rulefmt.Rule{
		Record: string(r.Record), Alert: r.Alert.text, Expr: string(r.Expr),
		Labels: texts(r.Labels), Annotations: texts(r.Annotations),
	}
	if by == ByLoki && rule.Expr != "" {
		if _, err := logql.Selectors(rule.Expr); err != nil {
			file.Errorf(at+".expr", "rule %s: not LogQL: %v", cmp.Or(rule.Alert, rule.Record, "without a name"), err)
		}
		rule.Expr = "1"
	}
	messages := []string{}
	for _, found := range rule.Validate(rulefmt.RuleNode{}, model.UTF8Validation) {
		messages = append(messages, found.Unwrap().Error())
	}
	slices.Sort(messages) // they come in the order of a map
	for _, message := range messages {
		key, message := located(message)
		file.Errorf(at+key, "rule %s: %s", cmp.Or(rule.Alert, rule.Record, "without a name"), message)
	}
}

func checkDurations(file *strict.File, at string, all map[string]scalar) {
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if text := string(all[key]); text != "" {
			if _, err := model.ParseDuration(text); err != nil {
				file.Errorf(at+"."+key, "%q is not a time; write a number and its unit, such as 30s or 1m", text)
			}
		}
	}
}

var (
	inExpression = regexp.MustCompile(`^could not parse expression: (?:(\d+:\d+): )?(?:parse error: )?`)
	inTemplate   = regexp.MustCompile(`^(label|annotation) "([^"]+)": (?:template: \S+ )?(?:parse template: )?`)
)

// located returns the rule's key that a message of Prometheus is about, "" for
// the rule as a whole, and the message without what the key tells already.
func located(message string) (key, what string) {
	if m := inExpression.FindStringSubmatch(message); m != nil {
		return ".expr", fmt.Sprintf("not PromQL: %s, at %s of the expression", message[len(m[0]):], cmp.Or(m[1], "1:1"))
	}
	if m := inTemplate.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf(".%ss.%s", m[1], m[2]), "not a template: " + message[len(m[0]):]
	}
	return "", message
}

func texts(from map[string]scalar) map[string]string {
	to := map[string]string{}
	for key, value := range from {
		to[key] = string(value)
	}
	return to
}
