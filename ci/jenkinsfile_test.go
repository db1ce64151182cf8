package ci_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func jenkinsfile(t *testing.T) (string, *block) {
	t.Helper()
	text, err := os.ReadFile("../Jenkinsfile")
	require.NoError(t, err)
	root, err := readBlocks(string(text))
	require.NoError(t, err)
	return string(text), root
}

// parts are what Jenkins allows in the blocks of a declarative pipeline. What
// is not named here, such as steps, is free.
var parts = map[string][]string{
	"pipeline": strings.Fields("agent environment libraries options parameters post stages tools triggers"),
	"stages":   {"stage"},
	"stage":    strings.Fields("agent environment input options parallel post stages steps tools when"),
	"post":     strings.Fields("aborted always changed cleanup failure fixed regression success unstable unsuccessful"),
	"parallel": {"stage"},
}

// checkPipeline finds fault with the structure of a declarative pipeline, as
// Jenkins would before it starts anything.
func checkPipeline(root *block) error {
	pipeline := root.find("pipeline")
	if pipeline == nil {
		return fmt.Errorf("there is no block pipeline")
	}
	if pipeline.find("stages") == nil {
		return fmt.Errorf("pipeline has no stages")
	}
	var faults []error
	pipeline.all(func(b *block) {
		allowed, known := parts[b.name()]
		for _, inner := range b.blocks {
			if known && !slices.Contains(allowed, inner.name()) {
				faults = append(faults, fmt.Errorf("%s must not have %s", b.head, inner.head))
			}
		}
		if b.name() != "stage" {
			return
		}
		does := 0
		for _, name := range []string{"parallel", "stages", "steps"} {
			if b.find(name) != nil {
				does++
			}
		}
		if does != 1 {
			faults = append(faults, fmt.Errorf("%s: wanted one of steps, stages and parallel, found %d", b.head, does))
		}
	})
	return errors.Join(faults...)
}

func TestJenkinsfileIsADeclarativePipeline(t *testing.T) {
	_, root := jenkinsfile(t)
	require.NoError(t, checkPipeline(root))
}

func TestStructureThatJenkinsRefusesIsFound(t *testing.T) {
	for source, fault := range map[string]string{
		"node { sh 'make' }":                                                    "no block pipeline",
		"pipeline { agent any }":                                                "no stages",
		"pipeline { stages { s {} } }":                                          "stages must not have s",
		"pipeline { stages { stage('a') { step { sh 'make' } } } }":             "stage('a') must not have step",
		"pipeline { stages { stage('a') { when { x } } } }":                     "stage('a'): wanted one of steps, stages and parallel, found 0",
		"pipeline { stages { stage('a') { steps { x } \n stages { } } } }":      "found 2",
		"pipeline { stages { stage('a') { steps { x } } }\n post { ever {} } }": "post must not have ever",
	} {
		root, err := readBlocks(source)
		require.NoError(t, err)
		require.ErrorContains(t, checkPipeline(root), fault, source)
	}
}

// shell is a step that runs a command.
var shell = regexp.MustCompile(`^sh (.)(.*)(.)$`)

// shellCommands are what a Jenkinsfile has run, in its order.
func shellCommands(t *testing.T, root *block) []string {
	t.Helper()
	var all []string
	root.all(func(b *block) {
		for _, line := range b.lines {
			if !strings.HasPrefix(line, "sh") {
				continue
			}
			match := shell.FindStringSubmatch(line)
			require.NotNil(t, match, "%s: wanted sh 'COMMAND'", line)
			// In other quotes Groovy would put the values of parameters into the command.
			require.Equal(t, "'", match[1], line)
			all = append(all, match[2])
		}
	})
	return all
}

func TestJenkinsfileCallsWhatThereIs(t *testing.T) {
	_, root := jenkinsfile(t)
	commands := shellCommands(t, root)
	for _, command := range commands {
		require.NoError(t, checkCommand(t, command))
	}
	does := strings.Join(commands, "\n")
	for _, wanted := range []string{"make lint", "make dagger-check", "make test", "bin/firedrill deploy-and-test", "bin/firedrill nightly"} {
		require.Contains(t, does, wanted)
	}
}

// A stage with an agent has a work tree of its own: what is not published from
// there is lost with it.
func TestEveryAgentsResultsArePublished(t *testing.T) {
	_, root := jenkinsfile(t)
	agents := 0
	root.find("pipeline").find("stages").all(func(b *block) {
		if b.name() != "stage" || b.find("agent") == nil {
			return
		}
		agents++
		require.NotNil(t, b.find("post"), b.head)
		require.Equal(t, []string{"publish()"}, b.find("post").find("always").lines, b.head)
	})
	require.Equal(t, 3, agents)
}

// No agent remembers the build before: each begins with what that one handed on,
// and leaves how it ended where the next one finds it.
func TestEveryAgentKnowsHowTheLastRunEnded(t *testing.T) {
	_, root := jenkinsfile(t)
	root.find("pipeline").find("stages").all(func(b *block) {
		if b.name() != "stage" || b.find("agent") == nil {
			return
		}
		first := b
		if stages := b.find("stages"); stages != nil {
			first = stages.find("stage")
		}
		require.Equal(t, "begin()", first.find("steps").lines[0], b.head)
	})
	// The last build may have ended before it had an agent, and has nothing to hand on.
	i := slices.IndexFunc(root.blocks, func(b *block) bool { return b.head == "void begin()" })
	require.GreaterOrEqual(t, i, 0)
	require.Contains(t, strings.Join(root.blocks[i].lines, "\n"), "selector: lastWithArtifacts(), filter: 'history/**'")
	told := 0
	for _, command := range shellCommands(t, root) {
		const kept = " --notify-state history"
		if strings.Contains(command, "bin/firedrill ") && checkCommand(t, command+kept) == nil {
			require.Contains(t, command, kept)
			told++
		}
	}
	require.NotZero(t, told)
}

// A night breaks things, which on a cluster that others use too nobody has asked for.
func TestOnItsOwnClusterThereAreNoNights(t *testing.T) {
	_, root := jenkinsfile(t)
	stage := stageOf(t, root, "own-cluster")
	require.Equal(t, []string{"agentKind() == 'own-cluster' && !nightly()"}, stage.find("when").find("expression").lines)
	clock := root.find("pipeline").find("triggers").lines
	require.Len(t, clock, 1)
	require.Contains(t, clock[0], "&& env.FIREDRILL_AGENT != 'own-cluster' ? 'H 2 * * *' : ''")
}

// stageOf is the stage that such an agent does.
func stageOf(t *testing.T, root *block, agent string) *block {
	t.Helper()
	var found *block
	root.find("pipeline").find("stages").all(func(b *block) {
		if when := b.find("when"); when != nil && b.find("agent") != nil &&
			strings.Contains(when.find("expression").lines[0], "'"+agent+"'") {
			found = b
		}
	})
	require.NotNil(t, found, agent)
	return found
}

// defaulted is a parameter that is more than nothing unless somebody says so.
var defaulted = regexp.MustCompile(`(?m)^\s*string\(name: '(\w+)', defaultValue: '[^']`)

// The shell of a job's first build knows no parameter, and takes each for empty.
func TestTheFirstBuildHasTheDefaultsOfParameters(t *testing.T) {
	text, root := jenkinsfile(t)
	stage := stageOf(t, root, "own-cluster")
	needed := 0
	for _, match := range defaulted.FindAllStringSubmatch(text, -1) {
		name := match[1]
		if !slices.ContainsFunc(shellCommands(t, root), func(command string) bool {
			return slices.Contains(anyWords.FindAllString(command, -1), "$"+name)
		}) {
			continue // Groovy asks for it
		}
		needed++
		require.Contains(t, stage.find("environment").lines, name+` = "${params.`+name+`}"`)
	}
	require.Equal(t, 2, needed)
}

// An agent may keep its work tree: of a build that came to no run, the report of the
// one before would be published.
func TestNoBuildPublishesTheReportOfAnother(t *testing.T) {
	_, root := jenkinsfile(t)
	i := slices.IndexFunc(root.blocks, func(b *block) bool { return b.head == "void begin()" })
	require.GreaterOrEqual(t, i, 0)
	out := root.blocks[i].find("dir")
	require.NotNil(t, out)
	require.Equal(t, "dir('out')", out.head)
	require.Equal(t, []string{"deleteDir()"}, out.lines)
}

var (
	parameter = regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\|(.*)$")
	example   = regexp.MustCompile("`(--[^`]+)`")
)

// examples are the flags that docs/jenkins.md gives for a parameter, by its name.
func examples(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../docs/jenkins.md")
	require.NoError(t, err)
	all := map[string][]string{}
	for _, row := range parameter.FindAllStringSubmatch(string(text), -1) {
		all[row[1]] = []string{}
		for _, match := range example.FindAllStringSubmatch(row[2], -1) {
			all[row[1]] = append(all[row[1]], match[1])
		}
	}
	return all
}

// A flag that one of a parameter's commands does not know would end the build there.
func TestFlagsThatTheDocsNameAreKnownWhereTheyGo(t *testing.T) {
	_, root := jenkinsfile(t)
	named, tried := examples(t), map[string]bool{}
	for _, command := range shellCommands(t, root) {
		for _, name := range anyWords.FindAllString(oneValue.ReplaceAllString(command, ""), -1) {
			name = name[1:]
			require.Contains(t, named, name, "docs/jenkins.md has no row for the parameter of %q", command)
			for _, flags := range named[name] {
				require.NoError(t, checkCommand(t, command+" "+flags))
				tried[name] = true
			}
		}
	}
	require.Equal(t, map[string]bool{"ARGUMENTS": true, "RUN_ARGUMENTS": true}, tried)
}
