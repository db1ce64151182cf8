package ci_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// without are the names that are no exceptions.
func without(names []string, exceptions map[string]string) []string {
	rest := map[string]bool{}
	for _, name := range names {
		if _, found := exceptions[name]; !found {
			rest[name] = true
		}
	}
	return slices.Sorted(maps.Keys(rest))
}

func TestDaggerAndTheCommandLineKnowTheSameOptions(t *testing.T) {
	functions := daggerFunctions(t)
	_, _, global := helpOf(t, "deploy-and-test")
	require.Equal(t, without(global, daggerFlags), without(functions["New"].arguments, daggerArguments))
	for name, command := range daggerCommands {
		_, own, _ := helpOf(t, command)
		// What is a flag of this command is no exception here.
		exceptions := maps.Clone(daggerArguments)
		maps.DeleteFunc(exceptions, func(name, _ string) bool { return slices.Contains(own, name) })
		require.Equal(t, without(own, daggerFlags), without(functions[name].arguments, exceptions), name)
	}
}

func TestEveryCommandHasAFunctionOrAReasonForNone(t *testing.T) {
	commands := slices.Collect(maps.Values(daggerCommands))
	known := slices.Sorted(maps.Keys(notInDagger))
	known = append(known, commands...)
	slices.Sort(known)
	top, _, _ := helpOf(t, "")
	var all []string
	for _, name := range top {
		// These two are cobra's own.
		if inner, _, _ := helpOf(t, name); len(inner) > 0 && name != "completion" && name != "help" {
			for _, sub := range inner {
				all = append(all, name+" "+sub)
			}
			continue
		}
		all = append(all, name)
	}
	slices.Sort(all)
	require.Equal(t, all, known)
}

func TestEveryFunctionRunsACommandOrATarget(t *testing.T) {
	for name, f := range daggerFunctions(t) {
		require.NotEmpty(t, f.doc, name)
		require.Empty(t, f.undocumented, name)
		switch {
		case name == "New", name == "Shell": // options of all; up, deploy and down around a terminal
		case daggerTargets[name] != "":
			require.NoError(t, checkTargets(t, []string{daggerTargets[name]}))
		default:
			require.Contains(t, daggerCommands, name)
		}
	}
}

var method = regexp.MustCompile(`(?m)^func \(\w+ (\*(?:Run|Firedrill))\) ([A-Z]\w*)\(`)

// The generated code is written by an engine, which is not there whenever somebody
// adds a function.
func TestTheGeneratedCodeCallsEveryFunction(t *testing.T) {
	generated, err := os.ReadFile("../.dagger/dagger.gen.go")
	require.NoError(t, err)
	files, err := filepath.Glob("../.dagger/[a-z]*.go")
	require.NoError(t, err)
	found := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, ".gen.go") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, f := range method.FindAllStringSubmatch(string(text), -1) {
			found[f[2]] = true
			require.Contains(t, string(generated), "("+f[1]+")."+f[2]+"(&parent", file)
		}
	}
	require.Subset(t, slices.Collect(maps.Keys(found)), []string{"Junit", "Sarif", "DeployAndTest"})
}

// What breaks something must break it again whenever it is asked to.
func TestNothingThatMustBeFreshIsCached(t *testing.T) {
	for name, f := range daggerFunctions(t) {
		cached := slices.Contains([]string{"New", "Build", "Lint", "Test", "Images"}, name)
		require.Equal(t, !cached, strings.Contains(f.doc, `+cache="never"`), name)
	}
}

func TestDaggerUsesTheImageThatJenkinsUses(t *testing.T) {
	text, err := os.ReadFile("../.dagger/plan/base.go")
	require.NoError(t, err)
	image := regexp.MustCompile(`const Image = "(.*)"`).FindStringSubmatch(string(text))
	require.NotNil(t, image)
	jenkins, _ := jenkinsfile(t)
	require.Contains(t, jenkins, "image: "+image[1]+"\n")
}

func TestDaggersConfiguration(t *testing.T) {
	text, err := os.ReadFile("../dagger.json")
	require.NoError(t, err)
	var config struct {
		Name, EngineVersion, Source string
		Codegen                     struct{ AutomaticGitignore *bool }
	}
	require.NoError(t, json.Unmarshal(text, &config))
	require.Equal(t, "firedrill", config.Name)
	require.Equal(t, ".dagger", config.Source)
	// Else the engine would have git ignore the code by which .dagger builds without one.
	require.False(t, *config.Codegen.AutomaticGitignore)
	module, err := os.ReadFile("../.dagger/go.mod")
	require.NoError(t, err)
	require.Contains(t, string(module), "module dagger/firedrill\n")
}
