package kubescape

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Frameworks are those that a cluster is checked by, as their files name them.
var Frameworks = []string{"NSA", "MITRE", "cis-v1.23-t1.0.1"}

// object is JSON of which most is handed on unread.
type object = map[string]any

// Assemble puts together, out of the files of Kubescape's policies in dir, what
// Kubescape reads, and writes it into a folder: frameworks with their controls,
// and those with their rules.
func Assemble(dir, into string) error {
	rules, err := readRules(filepath.Join(dir, "rules"))
	if err != nil {
		return err
	}
	controls, err := readControls(filepath.Join(dir, "controls"), rules)
	if err != nil {
		return err
	}
	frameworks, err := readAll(filepath.Join(dir, "frameworks"))
	if err != nil {
		return err
	}
	for _, name := range Frameworks {
		i := slices.IndexFunc(frameworks, func(f object) bool { return f["name"] == name })
		if i < 0 {
			return fmt.Errorf("%s/frameworks has no framework %s", dir, name)
		}
		framework, err := whole(frameworks[i], controls)
		if err != nil {
			return fmt.Errorf("framework %s: %w", name, err)
		}
		if err := write(filepath.Join(into, strings.ToLower(name)+".json"), framework); err != nil {
			return err
		}
	}
	inputs, err := readInputs(filepath.Join(dir, "default-config-inputs.json"))
	if err != nil {
		return err
	}
	// No exceptions of Kubescape's own: ours are in policies/exceptions.yaml.
	return errors.Join(
		write(filepath.Join(into, "controls-inputs.json"), inputs),
		write(filepath.Join(into, "exceptions.json"), []any{}),
		write(filepath.Join(into, "attack-tracks.json"), []any{}),
	)
}

// whole puts the controls into a framework, with what it changes of them.
func whole(framework object, controls map[string]object) (object, error) {
	active, _ := framework["activeControls"].([]any)
	var chosen []any
	var ids []string
	for _, one := range active {
		entry, _ := one.(object)
		id, _ := entry["controlID"].(string)
		control, there := controls[id]
		if !there {
			return nil, fmt.Errorf("no control %q", id)
		}
		patched := object{}
		for _, layer := range []any{control, entry["patch"]} {
			changes, _ := layer.(object)
			for key, value := range changes {
				patched[key] = value
			}
		}
		chosen, ids = append(chosen, patched), append(ids, id)
	}
	delete(framework, "activeControls")
	framework["controls"], framework["ControlsIDs"] = chosen, ids
	return framework, nil
}

// readControls reads every control, with the rules that it names.
func readControls(dir string, rules map[string]object) (map[string]object, error) {
	all, err := readAll(dir)
	if err != nil {
		return nil, err
	}
	controls := map[string]object{}
	for _, control := range all {
		names, _ := control["rulesNames"].([]any)
		mine := []any{}
		for _, name := range names {
			rule, there := rules[fmt.Sprint(name)]
			if !there {
				return nil, fmt.Errorf("control %v names the rule %v, which is not there", control["controlID"], name)
			}
			mine = append(mine, rule)
		}
		delete(control, "rulesNames")
		control["rules"] = mine
		controls[fmt.Sprint(control["controlID"])] = control
	}
	return controls, nil
}

// readRules reads every rule: what it is about, and its text in Rego.
func readRules(dir string) (map[string]object, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "rule.metadata.json"))
	if err != nil || len(files) == 0 {
		return nil, errors.Join(err, fmt.Errorf("%s has no rules", dir))
	}
	rules := map[string]object{}
	for _, file := range files {
		rule, err := read(file)
		if err != nil {
			return nil, err
		}
		text, err := os.ReadFile(filepath.Join(filepath.Dir(file), "raw.rego"))
		if err != nil {
			return nil, fmt.Errorf("read the text of a rule: %w", err)
		}
		rule["rule"] = string(text)
		filter, err := os.ReadFile(filepath.Join(filepath.Dir(file), "filter.rego"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err == nil {
			rule["resourceEnumerator"] = string(filter)
		}
		rules[fmt.Sprint(rule["name"])] = rule
	}
	return rules, nil
}

// readInputs are the words that rules look for, such as names of capabilities.
func readInputs(file string) (any, error) {
	whole, err := read(file)
	if err != nil {
		return nil, err
	}
	settings, _ := whole["settings"].(object)
	inputs, ok := settings["postureControlInputs"].(object)
	if !ok {
		return nil, fmt.Errorf("%s has no settings.postureControlInputs", file)
	}
	return inputs, nil
}

func readAll(dir string) ([]object, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		return nil, errors.Join(err, fmt.Errorf("%s has no policies", dir))
	}
	var all []object
	for _, file := range files {
		one, err := read(file)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func read(file string) (object, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read Kubescape's policies: %w", err)
	}
	var one object
	if err := json.Unmarshal(text, &one); err != nil {
		return nil, fmt.Errorf("the policy %s is damaged: %w", file, err)
	}
	return one, nil
}

func write(file string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("write Kubescape's policies: %w", err)
	}
	return os.WriteFile(file, text, 0o644)
}
