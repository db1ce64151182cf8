package charts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

// The part of a README between these lines is written from values.yaml.
const (
	valuesBegin = "<!-- From values.yaml, by `make golden`. -->\n"
	valuesEnd   = "<!-- End of the values. -->\n"
)

// What values.yaml says about a value is all that there is to read about it: a
// table that somebody keeps by hand would tell something else before long.
func TestReadmesListTheValues(t *testing.T) {
	for _, folder := range folders(t) {
		t.Run(folder, func(t *testing.T) {
			path := filepath.Join(folder, "README.md")
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			before, rest, ok := strings.Cut(string(text), valuesBegin)
			require.True(t, ok, "%s has no line %s", path, valuesBegin)
			_, after, ok := strings.Cut(rest, valuesEnd)
			require.True(t, ok, "%s has no line %s", path, valuesEnd)
			golden.Equal(t, path, before+valuesBegin+valuesTable(t, filepath.Join(folder, "values.yaml"))+valuesEnd+after)
		})
	}
}

// valuesTable lists the values of a file with their defaults and comments.
func valuesTable(t *testing.T, path string) string {
	t.Helper()
	file, err := parser.ParseFile(path, parser.ParseComments)
	require.NoError(t, err)
	rows := valueRows("", file.Docs[0].Body)
	require.NotEmpty(t, rows)
	return "| key | default | meaning |\n| --- | --- | --- |\n" + strings.Join(rows, "")
}

// valueRows are the rows of a mapping and of the mappings in it, except those
// in braces: these are one value to whoever reads the file.
func valueRows(prefix string, node ast.Node) []string {
	var rows []string
	for _, pair := range node.(*ast.MappingNode).Values {
		key := prefix + pair.Key.String()
		inner, isMapping := pair.Value.(*ast.MappingNode)
		nested := isMapping && !inner.IsFlowStyle
		meaning := comment(pair)
		if !nested || meaning != "" {
			rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |\n", key, defaultOf(pair.Value, nested), meaning))
		}
		if nested {
			rows = append(rows, valueRows(key+".", inner)...)
		}
	}
	return rows
}

// comment is what is written right above a key, as one line; a paragraph of its
// own before that is about more than the key.
func comment(pair *ast.MappingValueNode) string {
	group := pair.GetComment()
	if group == nil {
		return ""
	}
	var words []string
	for i, line := range group.Comments {
		if i > 0 && line.Token.Position.Line > group.Comments[i-1].Token.Position.Line+1 {
			words = nil
		}
		words = append(words, strings.Fields(strings.TrimPrefix(line.Token.Value, "#"))...)
	}
	return strings.NewReplacer("|", `\|`, "<", `\<`).Replace(strings.Join(words, " "))
}

func defaultOf(value ast.Node, nested bool) string {
	if nested {
		return ""
	}
	if sequence, ok := value.(*ast.SequenceNode); ok && !sequence.IsFlowStyle {
		return "see values.yaml"
	}
	return "`" + strings.ReplaceAll(value.String(), "|", `\|`) + "`"
}
