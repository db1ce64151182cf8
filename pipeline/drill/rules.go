package drill

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// The evaluators of rules, as Rule.By names them.
const (
	// ByPrometheus is a rule that Prometheus evaluates and Grafana as well.
	ByPrometheus = "prometheus"
	// ByGrafana is one that Grafana alone evaluates.
	ByGrafana = "grafana"
	// ByLoki is one of Loki's ruler, whose expression is LogQL.
	ByLoki = "loki"
	// ByInbox is one that inbox judges by what it has received.
	ByInbox = "inbox"
)

// RuleFiles are the rule files by who evaluates them, as globs. All are in the
// format of Prometheus.
type RuleFiles struct {
	Prometheus []string `yaml:"prometheus,omitempty" jsonschema_description:"Globs of the rules that Prometheus evaluates, and Grafana, converted, as well."`
	Grafana    []string `yaml:"grafana,omitempty" jsonschema_description:"Globs of the rules that Grafana alone evaluates."`
	Loki       []string `yaml:"loki,omitempty" jsonschema_description:"Globs of the rules of Loki's ruler, whose expressions are LogQL."`
	Inbox      []string `yaml:"inbox,omitempty" jsonschema_description:"Globs of the rules by which inbox judges what it has received."`
}

// Evaluated are the globs of one evaluator.
type Evaluated struct {
	By    string
	Globs []string
}

// All gives the globs of every evaluator that has some, in a fixed order. They
// are those of f, not copies.
func (f RuleFiles) All() []Evaluated {
	all := []Evaluated{{ByPrometheus, f.Prometheus}, {ByGrafana, f.Grafana}, {ByLoki, f.Loki}, {ByInbox, f.Inbox}}
	return slices.DeleteFunc(all, func(e Evaluated) bool { return len(e.Globs) == 0 })
}

// Rule is an alerting rule as a rule file ships it.
type Rule struct {
	Name string
	// By is who evaluates it, one of the constants above.
	By string
	// File and Line are where the rule's name stands.
	File string
	Line int
	// Expr is the expression, as written.
	Expr string
	// For is how long the expression must hold, KeepFiringFor how long the alarm
	// outlives it, as written; "" for none.
	For, KeepFiringFor string
	Labels             map[string]string
	Annotations        map[string]string
}

// Rules reads the alerting rules out of the rule files that the globs match,
// ordered by file and line. Recording rules are no alarms; see Recorded. What its
// evaluator would refuse is an error with file and line, of all files at once. So
// is a glob that matches nothing: it would make every drill's rule unknown; and a
// file that two evaluators have.
func Rules(files RuleFiles) ([]Rule, error) {
	var rules []Rule
	err := files.read(func(file, by string, r ruleText) {
		if r.Alert.text != "" {
			rules = append(rules, Rule{
				Name: r.Alert.text, By: by, File: file, Line: r.Alert.line,
				Expr: string(r.Expr), For: string(r.For), KeepFiringFor: string(r.KeepFiringFor),
				Labels: texts(r.Labels), Annotations: texts(r.Annotations),
			})
		}
	})
	if err != nil {
		return nil, err
	}
	return rules, nil
}

// Recorded gives the expressions of the recording rules in these files, by the
// metric that they record. All are PromQL: what Loki records is left out.
func Recorded(files RuleFiles) (map[string][]string, error) {
	recorded := map[string][]string{}
	err := files.read(func(_, by string, r ruleText) {
		if metric := string(r.Record); metric != "" && by != ByLoki {
			recorded[metric] = append(recorded[metric], string(r.Expr))
		}
	})
	if err != nil {
		return nil, err
	}
	return recorded, nil
}

// read gives each rule of the files, with its file and who evaluates it, in the
// order of files and lines. Its error tells of all files.
func (f RuleFiles) read(take func(file, by string, r ruleText)) error {
	by, err := evaluators(f)
	if err != nil {
		return err
	}
	var errs []error
	for _, file := range slices.Sorted(maps.Keys(by)) {
		errs = append(errs, readFile(file, by[file], take))
	}
	return errors.Join(errs...)
}

func readFile(file, by string, take func(file, by string, r ruleText)) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read rule file: %w", err)
	}
	content, err := readRuleFile(file, by, text)
	if err != nil {
		return err
	}
	for _, g := range content.Groups {
		for _, r := range g.Rules {
			take(file, by, r)
		}
	}
	return nil
}

// evaluators tells of each file who evaluates it.
func evaluators(files RuleFiles) (map[string]string, error) {
	by := map[string]string{}
	for _, e := range files.All() {
		for _, g := range e.Globs {
			matches, err := filepath.Glob(g)
			if err != nil {
				return nil, fmt.Errorf("glob of rule files %q: %w", g, err)
			}
			if len(matches) == 0 {
				return nil, fmt.Errorf("no rule file matches %s", g)
			}
			for _, file := range matches {
				if other, taken := by[file]; taken && other != e.By {
					return nil, fmt.Errorf("%s: the file is named as one of %s and of %s: one of them evaluates its rules", file, other, e.By)
				}
				by[file] = e.By
			}
		}
	}
	return by, nil
}

// placed is a text that knows its line.
type placed struct {
	text string
	line int
}

// UnmarshalYAML remembers where the text stands.
func (p *placed) UnmarshalYAML(node ast.Node) error {
	token := node.GetToken()
	p.text, p.line = token.Value, token.Position.Line
	return nil
}
