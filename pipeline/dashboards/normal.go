package dashboards

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Normalise gives a dashboard the form in which it is kept in git: keys in
// order, two blanks a level, and without what Grafana makes up or fills in by
// itself, so that a difference is something that a person changed.
func Normalise(text []byte) ([]byte, error) {
	normal, _, err := normalise(text)
	return normal, err
}

// normalise also returns the paths of what has been left out.
func normalise(text []byte) (normal []byte, dropped []string, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var top map[string]any
	if err := decoder.Decode(&top); err != nil {
		return nil, nil, fmt.Errorf("not a JSON object: %w", err)
	}
	// Numbers and links of the one Grafana that the dashboard comes from.
	dropped = drop(top, "", "id", "version", "iteration", "meta", "gnetId")
	if templating, ok := top["templating"].(map[string]any); ok {
		variables, _ := templating["list"].([]any)
		for i, v := range variables {
			if variable, ok := v.(map[string]any); ok {
				dropped = append(dropped, dropChoices(variable, fmt.Sprintf("templating.list[%d].", i))...)
			}
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(numbersAsJavaScript(top))
	return out.Bytes(), dropped, err
}

// dropChoices leaves out of a variable what Grafana finds out by itself: the
// options it has. Its value stays: Grafana changes it in a dashboard only for
// whoever saves it with "update default variable values".
func dropChoices(variable map[string]any, at string) (dropped []string) {
	switch variable["type"] {
	case "constant":
		return drop(variable, at, "current", "options")
	case "query", "datasource", "custom", "textbox":
		dropped = drop(variable, at, "options")
	}
	current, _ := variable["current"].(map[string]any)
	dropped = append(dropped, drop(current, at+"current.", "selected")...)
	if value := current["value"]; value == nil || value == "" {
		dropped = append(dropped, drop(variable, at, "current")...)
	}
	options, _ := variable["options"].([]any)
	for i, o := range options {
		if option, ok := o.(map[string]any); ok {
			dropped = append(dropped, drop(option, fmt.Sprintf("%soptions[%d].", at, i), "selected")...)
		}
	}
	return dropped
}

func drop(from map[string]any, at string, keys ...string) (dropped []string) {
	for _, key := range keys {
		if _, there := from[key]; there {
			delete(from, key)
			dropped = append(dropped, at+key)
		}
	}
	return dropped
}

// numbersAsJavaScript writes 1.0 as 1: a browser that saves the dashboard does
// so too. Whole numbers stay as they are, also beyond what a float can hold.
func numbersAsJavaScript(value any) any {
	switch v := value.(type) {
	case json.Number:
		if f, err := v.Float64(); err == nil && strings.ContainsAny(v.String(), ".eE") {
			return f
		}
	case []any:
		for i := range v {
			v[i] = numbersAsJavaScript(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = numbersAsJavaScript(v[key])
		}
	}
	return value
}

// checkNormal names what is to be left out, or else the first line that differs.
func checkNormal(text []byte, f *findings) {
	const remedy = "`firedrill dashboards lint --fix` rewrites the file"
	normal, dropped, err := normalise(text)
	if err != nil || bytes.Equal(normal, text) {
		return // what is no JSON has been reported
	}
	for _, path := range dropped {
		f.mistake(path, "%s is Grafana's own and changes by itself; %s", path, remedy)
	}
	if len(dropped) > 0 {
		return
	}
	have, want := slices.Collect(bytes.Lines(text)), slices.Collect(bytes.Lines(normal))
	offset := 0
	for i, line := range want {
		if i >= len(have) || !bytes.Equal(have[i], line) {
			f.found = append(f.found, finding{int64(offset), fmt.Sprintf("not in normal form (sorted keys, two blanks a level): wanted %q here; %s", bytes.TrimSpace(line), remedy)})
			return
		}
		offset += len(have[i])
	}
	f.found = append(f.found, finding{int64(offset), "not in normal form: the file goes on behind its end; " + remedy})
}
