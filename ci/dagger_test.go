package ci_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/cli"
)

// daggerCommands are the commands that functions of the Dagger module run.
var daggerCommands = map[string]string{
	"DeployAndTest":   "deploy-and-test",
	"Nightly":         "nightly",
	"Drill":           "drill",
	"Images":          "images build",
	"DashboardsCheck": "dashboards check",
}

// daggerTargets are the targets of make that functions run.
var daggerTargets = map[string]string{"Build": "bin/firedrill", "Lint": "lint", "Test": "unit-test"}

// notInDagger are commands without a function, with the reason.
var notInDagger = map[string]string{
	"completion":        "of a shell",
	"dashboards export": "writes into the checkout, which a container has a copy of",
	"dashboards import": "for the Grafana of a cluster that stands; deploy does it too",
	"dashboards lint":   "deploy-and-test does it before anything else",
	"deploy":            "a step of drill and shell: no cluster outlives a function",
	"doctor":            "part of each function that needs a machine",
	"down":              "part of each function that makes a cluster",
	"help":              "is --help",
	"images list":       "images returns the store",
	"images load":       "into a cluster that stands",
	"images prune":      "`dagger core engine local-cache prune` drops cache volumes",
	"images push":       "images returns the store",
	"open":              "in the terminal of shell, or on a machine with a browser",
	"report":            "each run returns its report",
	"up":                "a step of drill and shell: no cluster outlives a function",
	"version":           "of the checkout",
}

// daggerFlags are flags that the module knows by another name, or not at all,
// with the reason. The rest has one name in both.
var daggerFlags = map[string]string{
	"cache":            "the option of the same name is the cache volume",
	"engine":           "Podman in the container, or --docker",
	"kubeconfig-merge": "the container is nobody's home",
	"keep":             "a cluster ends with its container",
	"list":             "the drills are files in smoketests",
	"out":              "the report is returned",
	"var":              "vars: the word is taken in Go",
	"help":             "is Dagger's",
}

// daggerArguments are arguments that the program has no flag for, with the reason.
var daggerArguments = map[string]string{
	"source": "the checkout", "base": "the container", "base-archive": "the container",
	"storage": "a cache volume", "store": "what the cache volume begins with", "docker": "in place of --engine",
	"registry-user":     "the program reads Docker's config.json",
	"registry-password": "the program reads Docker's config.json",
	"keep-going":        "an error has no results in Dagger",
	"names":             "the arguments of drill",
	"vars":              "var",
	"grafana-token":     "the environment variable GRAFANA_TOKEN",
	"nodes":             "of the cluster that is made for the command",
}

// function is a function of the module as Dagger shows it.
type function struct {
	Arguments []string
	Pragmas   string
	Doc       string
	undocumented []string
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
		comments := ast.NewCommentMap(token.NewFileSet(), tree, tree.Comments)
		_ = comments
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
	read := function{Doc: f.Doc.Text()}
	for _, p := range f.Type.Params.List {
		for _, name := range p.Names {
			if name.Name == "ctx" {
				continue
			}
			read.Arguments = append(read.Arguments, kebab(name.Name))
			// What documents a parameter stands right before it.
			if !slices.ContainsFunc(comments, func(c *ast.CommentGroup) bool {
				return c.End() < p.Pos() && p.Pos()-c.End() < 4 && !strings.HasPrefix(c.Text(), "+")
			}) {
				read.undocumented = append(read.undocumented, name.Name)
			}
		}
	}
	slices.Sort(read.Arguments)
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

func without(names []string, known map[string]string) []string {
	rest := slices.DeleteFunc(slices.Clone(names), func(name string) bool { _, found := known[name]; return found })
	slices.Sort(rest)
	return rest
}

func TestDaggerAndTheCommandLineKnowTheSameOptions(t *testing.T) {
	functions := daggerFunctions(t)
	_, own, global := helpOf(t, "deploy-and-test")
	require.NotEmpty(t, own)
	require.Equal(t, without(global, daggerFlags), without(functions["New"].Arguments, daggerArguments))
	for name, command := range daggerCommands {
		_, own, _ := helpOf(t, command)
		require.Equal(t, without(own, daggerFlags), without(functions[name].Arguments, without1(daggerArguments, own)), name)
	}
}

// without1 are the exceptions but those which this command has as a flag.
func without1(known map[string]string, flags []string) map[string]string {
	rest := maps.Clone(known)
	maps.DeleteFunc(rest, func(name, _ string) bool { return slices.Contains(flags, name) })
	return rest
}
