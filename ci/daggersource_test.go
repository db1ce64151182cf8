package ci_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/cli"
)

// function is a function of the module as Dagger shows it.
type function struct {
	doc                     string
	arguments, undocumented []string
}

var upper = regexp.MustCompile(`[A-Z]`)

// kebab is how Dagger writes a name of Go on the command line.
func kebab(name string) string {
	return strings.TrimPrefix(strings.ToLower(upper.ReplaceAllString(name, "-$0")), "-")
}

// daggerFunctions reads the functions of the module's main type out of its
// source; "New" holds the options of all of them.
func daggerFunctions(t *testing.T) map[string]function {
	t.Helper()
	files, err := filepath.Glob("../.dagger/*.go")
	require.NoError(t, err)
	all := map[string]function{}
	for _, file := range files {
		if strings.HasSuffix(file, ".gen.go") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, d := range tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && isFunction(f) {
				all[f.Name.Name] = readFunction(f, tree.Comments)
			}
		}
	}
	return all
}

// isFunction tells the constructor and the exported methods of Firedrill.
func isFunction(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return f.Name.Name == "New"
	}
	star, ok := f.Recv.List[0].Type.(*ast.StarExpr)
	return ok && f.Name.IsExported() && star.X.(*ast.Ident).Name == "Firedrill"
}

func readFunction(f *ast.FuncDecl, comments []*ast.CommentGroup) function {
	read := function{doc: f.Doc.Text()}
	for _, p := range f.Type.Params.List {
		for _, name := range p.Names {
			if name.Name == "ctx" {
				continue
			}
			read.arguments = append(read.arguments, kebab(name.Name))
			// What documents a parameter stands right before it.
			if !slices.ContainsFunc(comments, func(c *ast.CommentGroup) bool {
				return c.End() < p.Pos() && p.Pos()-c.End() < 4 && !strings.HasPrefix(c.Text(), "+")
			}) {
				read.undocumented = append(read.undocumented, name.Name)
			}
		}
	}
	slices.Sort(read.arguments)
	return read
}

// helpOf are the subcommands that a command's help names, and its flags, own
// and global.
func helpOf(t *testing.T, command string) (commands, own, global []string) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, cli.Run(t.Context(), append(strings.Fields(command), "--help"), &out, &out))
	section := ""
	for line := range strings.Lines(out.String()) {
		if !strings.HasPrefix(line, " ") {
			section = strings.TrimSpace(line)
			continue
		}
		word := strings.Fields(line)[0]
		if section == "Available Commands:" {
			commands = append(commands, word)
		}
		if _, flag, found := strings.Cut(line, "--"); found && strings.HasSuffix(section, "lags:") {
			flag = strings.Fields(flag)[0]
			if section == "Global Flags:" {
				global = append(global, flag)
			} else {
				own = append(own, flag)
			}
		}
	}
	return commands, own, global
}
