package drill

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// Rule is an alerting rule as a rule file ships it.
type Rule struct {
	Name string
	// File and Line are where the rule's name stands.
	File string
	Line int
	// For is how long the expression must hold, as written; "" for none.
	For         string
	Annotations map[string]string
}

// Rules reads the alerting rules out of the Prometheus rule files that the
// globs match, ordered by file and line. Recording rules are left out. What
// Prometheus would refuse is an error with file and line, of all files at once.
// So is a glob that matches nothing: it would make every drill's rule unknown.
func Rules(globs ...string) ([]Rule, error) {
	var files []string
	for _, g := range globs {
		matches, err := filepath.Glob(g)
		if err != nil {
			return nil, fmt.Errorf("glob of rule files %q: %w", g, err)
		}
		if len(matches) == 0 {
			return nil, fmt.Errorf("no rule file matches %s", g)
		}
		files = append(files, matches...)
	}
	slices.Sort(files)
	var rules []Rule
	var errs []error
	for _, file := range slices.Compact(files) {
		more, err := rulesOf(file)
		errs = append(errs, err)
		rules = append(rules, more...)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return rules, nil
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

func rulesOf(file string) ([]Rule, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read rule file: %w", err)
	}
	content, err := readRuleFile(file, text)
	if err != nil {
		return nil, err
	}
	var rules []Rule
	for _, g := range content.Groups {
		for _, r := range g.Rules {
			if r.Alert.text != "" {
				rules = append(rules, Rule{
					Name: r.Alert.text, File: file, Line: r.Alert.line,
					For: string(r.For), Annotations: texts(r.Annotations),
				})
			}
		}
	}
	return rules, nil
}
