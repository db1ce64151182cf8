package deploy

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// violation is one value that a chart's schema forbids.
type violation struct {
	// pointer leads from the top of the values to the value.
	pointer []string
	message string
}

func (v violation) at() string {
	if len(v.pointer) == 0 {
		return "the top"
	}
	return strings.Join(v.pointer, ".")
}

var (
	violationLine = regexp.MustCompile(`(?m)^\s*- at '([^']*)': (.*)$`)
	unknownKey    = regexp.MustCompile(`additional properties '([^']+)'`)
)

// violations reads the lines in which Helm lists what breaks a schema. It has
// them as text only. Of an unknown key, the pointer leads to the key itself.
// That a value breaks the schema because one inside it does, which stands on a
// line of its own, is left out.
func violations(err error) []violation {
	var all []violation
	for _, match := range violationLine.FindAllStringSubmatch(err.Error(), -1) {
		v := violation{message: match[2]}
		if v.message == "validation failed" {
			continue
		}
		for key := range strings.SplitSeq(strings.TrimPrefix(match[1], "/"), "/") {
			if key != "" {
				v.pointer = append(v.pointer, strings.NewReplacer("~1", "/", "~0", "~").Replace(key))
			}
		}
		if key := unknownKey.FindStringSubmatch(match[2]); key != nil {
			v.pointer = append(v.pointer, key[1])
		}
		all = append(all, v)
	}
	return all
}

// origin finds where the release sets the value that pointer leads to: inline,
// else in the last values file that has it, else the chart's own values.yaml
// is meant. where is the place inside a values file, for the message.
func origin(dir, here string, r Release, pointer []string) (at, where string) {
	if len(pointer) == 0 {
		return here, ""
	}
	if _, found := lookup(r.Set, pointer); found {
		return here + ".set" + strings.TrimPrefix(yamlPath(pointer), "$"), ""
	}
	for i, path := range slices.Backward(r.Values) {
		if line, column := position(within(dir, path), pointer); line > 0 {
			return fmt.Sprintf("%s.values[%d]", here, i), fmt.Sprintf("%s:%d:%d: ", path, line, column)
		}
	}
	return here + ".chart", ""
}

// lookup follows pointer into a value.
func lookup(value any, pointer []string) (any, bool) {
	for _, key := range pointer {
		switch v := value.(type) {
		case map[string]any:
			inner, found := v[key]
			if !found {
				return nil, false
			}
			value = inner
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			value = v[i]
		default:
			return nil, false
		}
	}
	return value, true
}

// position returns the line and column of a value in a YAML file, 0 if the
// file does not have it.
func position(file string, pointer []string) (line, column int) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, 0
	}
	doc, err := parser.ParseBytes(text, 0)
	if err != nil {
		return 0, 0
	}
	path, err := yaml.PathString(yamlPath(pointer))
	if err != nil {
		return 0, 0
	}
	node, err := path.FilterFile(doc)
	if err != nil || node == nil {
		return 0, 0
	}
	at := node.GetToken().Position
	return at.Line, at.Column
}

func yamlPath(pointer []string) string {
	path := "$"
	for _, key := range pointer {
		switch _, err := strconv.Atoi(key); {
		case err == nil:
			path += "[" + key + "]"
		case strings.ContainsAny(key, ".[]'* "):
			path += ".'" + key + "'"
		default:
			path += "." + key
		}
	}
	return path
}
