package ci_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

// workflow is what the tests look at in a workflow; actionlint, in `make lint`,
// knows the rest.
type workflow struct {
	Permissions map[string]string
	Concurrency struct{ Group string }
	Jobs        map[string]struct {
		TimeoutMinutes int `yaml:"timeout-minutes"`
		Permissions    map[string]string
		Steps          []step
	}
}

type step struct {
	Uses, Run, If  string
	TimeoutMinutes int  `yaml:"timeout-minutes"`
	MayFail        bool `yaml:"continue-on-error"`
	With           map[string]any
}

// workflows are all of them, by the name of the file.
func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	files, err := filepath.Glob("../.github/workflows/*.yml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string]workflow{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var w workflow
		require.NoError(t, yaml.Unmarshal(text, &w), file)
		all[filepath.Base(file)] = w
	}
	return all
}

// forEachStep runs test for every step of every workflow.
func forEachStep(t *testing.T, test func(t *testing.T, s step)) {
	for file, w := range workflows(t) {
		for name, job := range w.Jobs {
			t.Run(file+"/"+name, func(t *testing.T) {
				for _, s := range job.Steps {
					test(t, s)
				}
			})
		}
	}
}

func TestWorkflowsMayDoLittle(t *testing.T) {
	for file, w := range workflows(t) {
		require.Equal(t, map[string]string{"contents": "read"}, w.Permissions, file)
		require.NotEmpty(t, w.Concurrency.Group, file)
		for name, job := range w.Jobs {
			require.Empty(t, job.Permissions, "%s: %s", file, name)
			require.NotZero(t, job.TimeoutMinutes, "%s: %s may hang for six hours", file, name)
		}
	}
}

// At the limit of a job nothing of it is done any more: a step that takes long must
// come to its own before, or nobody has its report.
func TestAReportIsKeptOfWhatTakesTooLong(t *testing.T) {
	kept := 0
	for file, w := range workflows(t) {
		for name, job := range w.Jobs {
			i := slices.IndexFunc(job.Steps, func(s step) bool { return strings.Contains(s.If, "!cancelled()") })
			if i < 0 {
				continue
			}
			kept++
			limits := 0
			for _, s := range job.Steps {
				limits += s.TimeoutMinutes
			}
			require.NotZero(t, job.Steps[i-1].TimeoutMinutes, "%s: %s: the step before what is done unless cancelled", file, name)
			require.LessOrEqual(t, limits, job.TimeoutMinutes-10, "%s: %s: the rest takes time too", file, name)
		}
	}
	require.NotZero(t, kept)
}

// A night has the time to tell that it was ended at its limit: it ends some minutes
// before the CI system ends the step, or the build.
func TestANightEndsBeforeItsJobDoes(t *testing.T) {
	check := func(t *testing.T, command string, limit int) bool {
		if !strings.Contains(command, "bin/firedrill nightly") {
			return false
		}
		match := minutes.FindStringSubmatch(strings.Fields(command)[1])
		require.NotNil(t, match, command)
		own, err := strconv.Atoi(match[1])
		require.NoError(t, err)
		require.LessOrEqual(t, own, limit-10, command)
		return true
	}
	nights := 0
	forEachStep(t, func(t *testing.T, s step) {
		if check(t, s.Run, s.TimeoutMinutes) {
			nights++
		}
	})
	require.Equal(t, 1, nights)

	text, root := jenkinsfile(t)
	require.Contains(t, text, "timeout(time: 2, unit: 'HOURS')")
	require.True(t, slices.ContainsFunc(shellCommands(t, root), func(command string) bool { return check(t, command, 120) }))
}

// What the machine lacks, the night tells somebody; a step before it tells nobody.
func TestOfAMachineThatLacksSomethingTheNightTells(t *testing.T) {
	doctors := 0
	for _, s := range workflows(t)["nightly.yml"].Jobs["nightly"].Steps {
		if strings.Contains(s.Run, "firedrill doctor") {
			doctors++
			require.True(t, s.MayFail, s.Run)
		}
	}
	require.Equal(t, 1, doctors)

	_, root := jenkinsfile(t)
	i := slices.IndexFunc(root.blocks, func(b *block) bool { return b.head == "void wholeRun()" })
	require.GreaterOrEqual(t, i, 0)
	forgiven := root.blocks[i].find("if").find("catchError")
	require.NotNil(t, forgiven)
	require.Equal(t, []string{"sh 'bin/firedrill doctor --fix $ARGUMENTS'"}, forgiven.lines)
	require.NotContains(t, strings.Join(root.blocks[i].lines, "\n"), "doctor", "before it is known whether this is a night")
}

func TestWorkflowsCallWhatThereIs(t *testing.T) {
	forEachStep(t, func(t *testing.T, s step) {
		if s.Run != "" {
			require.NoError(t, checkCommand(t, s.Run))
		}
	})
}

// What .ci/run checks before it builds anything, and what is weak in it, which a
// cluster that does not come up must not hide.
func TestWhatIsWrittenIsChecked(t *testing.T) {
	checked := map[string]bool{}
	forEachStep(t, func(_ *testing.T, s step) { checked[s.Run] = true })
	for _, wanted := range []string{"make lint", "make dagger-check", "make jenkins-check", "bin/firedrill scan manifests"} {
		require.True(t, checked[wanted], wanted)
	}
}

func TestNoTokenStaysInTheWorkTree(t *testing.T) {
	forEachStep(t, func(t *testing.T, s step) {
		if strings.HasPrefix(s.Uses, "actions/checkout@") {
			require.Equal(t, false, s.With["persist-credentials"])
		}
	})
}

var (
	uses   = regexp.MustCompile(`(?m)^\s*(?:- )?uses:.*$`)
	pinned = regexp.MustCompile(`uses: ([\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$`)
)

// A tag can be moved to other code, a commit cannot. One action, one version:
// whoever updates one of them must not forget the others.
func TestActionsArePinnedByCommit(t *testing.T) {
	versions := map[string]string{}
	for file := range workflows(t) {
		text, err := os.ReadFile(filepath.Join("../.github/workflows", file))
		require.NoError(t, err)
		for _, line := range uses.FindAllString(string(text), -1) {
			match := pinned.FindStringSubmatch(line)
			require.NotNil(t, match, "%s: %s: wanted owner/name@COMMIT # vX.Y.Z", file, line)
			owner := strings.Join(strings.Split(match[1], "/")[:2], "/")
			if versions[owner] == "" {
				versions[owner] = match[2] + match[3]
			}
			require.Equal(t, versions[owner], match[2]+match[3], "%s: %s", file, line)
		}
	}
	require.NotEmpty(t, versions)
}

var hashed = regexp.MustCompile(`'([^']+)'`)

// A key that misses a file keeps the images of before for good: what was restored by
// its very key is not saved again.
func TestTheCacheOfImagesIsKeyedByAllThatTheyAreMadeFrom(t *testing.T) {
	// Its constant says that the builder makes other bytes of the same files.
	files := []string{"go.mod", "go.sum", "pipeline/images/inputs/inputs.go"}
	for _, dir := range []string{"images", "apps"} {
		require.NoError(t, filepath.WalkDir(filepath.Join("..", dir), func(path string, entry os.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				files = append(files, strings.TrimPrefix(path, "../"))
			}
			return err
		}))
	}
	keys := map[string]bool{}
	forEachStep(t, func(t *testing.T, s step) {
		if path, _ := s.With["path"].(string); !strings.Contains(path, "firedrill/images") {
			return
		}
		key, _ := s.With["key"].(string)
		keys[key] = true
		require.Contains(t, key, "steps.go.outputs.go-version")
		for _, file := range files {
			require.True(t, slices.ContainsFunc(hashed.FindAllStringSubmatch(key, -1), func(pattern []string) bool {
				folder, whole := strings.CutSuffix(pattern[1], "**")
				return whole && strings.HasPrefix(file, folder) || file == pattern[1]
			}), "%s goes into images, but not into the key", file)
		}
	})
	require.Len(t, keys, 1, "one job reads what another one writes")
}
