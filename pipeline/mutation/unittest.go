package mutation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"firedrill/pipeline/command"
)

// Promtool runs the unit tests of rules: of a file of rules, those of the same
// name in the folder tests beside it.
type Promtool struct {
	Runner command.Runner
	// Path of the program, or its name.
	Path string
}

// Tested is what the unit tests of its rule's file say of a mutant.
type Tested struct {
	// Failed is the test that a mutant fails, and so is killed by.
	Failed bool
	// Because is which; or that there are none.
	Because string
}

// Test asks the unit tests of every mutant, by its name. Tests that fail with the
// rules as they are prove nothing and are an error. Say is told of each file.
func (p Promtool) Test(ctx context.Context, mutants []Mutant, say func(string)) (map[string]Tested, error) {
	all := map[string]Tested{}
	for _, file := range filesOf(mutants) {
		of := slices.DeleteFunc(slices.Clone(mutants), func(m Mutant) bool { return m.File != file })
		tests := filepath.Join(filepath.Dir(file), "tests", filepath.Base(file))
		if _, err := os.Stat(tests); errors.Is(err, os.ErrNotExist) {
			for _, m := range of {
				all[m.Name] = Tested{Because: "its rule has no unit test"}
			}
			continue
		}
		say(fmt.Sprintf("%s: %d mutants", tests, len(of)))
		if err := p.testFile(ctx, file, tests, of, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func filesOf(mutants []Mutant) []string {
	var files []string
	for _, m := range mutants {
		files = append(files, m.File)
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// testFile asks the tests of a file, first of the rules as they are.
func (p Promtool) testFile(ctx context.Context, file, tests string, mutants []Mutant, all map[string]Tested) (err error) {
	rules, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the rules for their unit tests: %w", err)
	}
	dir, err := beside(tests)
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err != nil {
		return fmt.Errorf("make a copy of unit tests: %w", err)
	}
	test := func(rules []byte) (string, error) {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), rules, 0o600); err != nil {
			return "", fmt.Errorf("write a mutant: %w", err)
		}
		return p.run(ctx, filepath.Join(dir, "tests", filepath.Base(tests)))
	}
	switch failed, err := test(rules); {
	case err != nil:
		return err
	case failed != "":
		return fmt.Errorf("%s fails with the rules as they are (%s); mend that first: a mutant that fails it would prove nothing", tests, failed)
	}
	for _, m := range mutants {
		mutated, err := m.in(rules)
		if err != nil {
			return err
		}
		failed, err := test(mutated)
		if err != nil {
			return err
		}
		all[m.Name] = Tested{Failed: failed != "", Because: cmp.Or(failed, "its unit tests pass")}
	}
	return nil
}

// beside makes a folder in which the tests are where they expect to be, below
// that of the rules. It is there to be removed also with an error.
func beside(tests string) (dir string, err error) {
	text, err := os.ReadFile(tests)
	if err != nil {
		return "", err
	}
	if dir, err = os.MkdirTemp("", "firedrill-mutants-"); err != nil {
		return "", err
	}
	if err := os.Mkdir(filepath.Join(dir, "tests"), 0o700); err != nil {
		return dir, err
	}
	return dir, os.WriteFile(filepath.Join(dir, "tests", filepath.Base(tests)), text, 0o600)
}

// failedTest is how promtool names the test that failed.
var failedTest = regexp.MustCompile(`(?m)^\s+(?:name: (.*?),?|(expr: .*?), time: .*)$`)

// run gives the name of the first test that fails, "" when all pass.
func (p Promtool) run(ctx context.Context, tests string) (failed string, err error) {
	var said strings.Builder
	_, err = p.Runner.Run(ctx, command.Command{Argv: []string{p.Path, "test", "rules", tests}, Stderr: &said, Bound: true})
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case err == nil:
		return "", nil
	case command.NotFound(err):
		return "", fmt.Errorf("%w; `make promtool` builds it, and --promtool names it", err)
	}
	m := failedTest.FindStringSubmatch(said.String())
	if m == nil { // the tests did not come to judge
		return "", err
	}
	return "unit test: " + m[1] + m[2], nil
}

// in is the rule file with the mutant in place of its rule.
func (m Mutant) in(rules []byte) ([]byte, error) {
	var file map[string]any
	if err := yaml.Unmarshal(rules, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", m.File, err)
	}
	groups, _ := file["groups"].([]any)
	for _, g := range groups {
		group, _ := g.(map[string]any)
		list, _ := group["rules"].([]any)
		i := slices.IndexFunc(list, func(r any) bool {
			rule, _ := r.(map[string]any)
			return rule["alert"] == m.Rule && rule["expr"] == m.rule.Expr
		})
		switch {
		case i < 0:
			continue
		case m.Expr == "":
			group["rules"] = slices.Delete(list, i, i+1)
		default:
			list[i].(map[string]any)["expr"] = m.Expr
		}
		return yaml.Marshal(file)
	}
	return nil, fmt.Errorf("%s:%d: rule %s is not there any more", m.File, m.Line, m.Rule)
}
