package ci_test

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/cli"
)

// target is a line of the Makefile that says how something is made.
var target = regexp.MustCompile(`(?m)^([a-z0-9-]+):`)

// Parameters of a job, as a command of the shell has them: one value is quoted, and
// one that may be any number of words is not.
var (
	oneValue = regexp.MustCompile(`"\$[A-Z_]+"`)
	anyWords = regexp.MustCompile(`\$[A-Z_]+`)
)

// minutes are a time limit of timeout(1).
var minutes = regexp.MustCompile(`^([0-9]+)m$`)

// checkCommand finds fault with a command that a CI system is told to run. It
// may call make, firedrill, a function of the Dagger module, or apt for what the
// machine lacks, and give one of them so many minutes; anything else is logic that nobody could repeat at a shell.
func checkCommand(t *testing.T, command string) error {
	t.Helper()
	if strings.ContainsAny(command, "|&;<>`\n(") {
		return fmt.Errorf("%q is more than one command: that belongs into the Makefile", command)
	}
	// What a person may give is not known here; docs/jenkins.md names some of it.
	known := anyWords.ReplaceAllString(oneValue.ReplaceAllString(command, "value"), "")
	words := strings.Fields(strings.ReplaceAll(known, `"`, ""))
	switch words[0] {
	case "make":
		return checkTargets(t, words[1:])
	case "bin/firedrill":
		if err := cli.Run(t.Context(), append(words[1:], "--help"), io.Discard, io.Discard); err != nil {
			return fmt.Errorf("%q: %w", command, err)
		}
		return nil
	case "dagger":
		return checkCall(t, words[1:])
	case "timeout":
		if len(words) > 2 && minutes.MatchString(words[1]) {
			return checkCommand(t, strings.Join(words[2:], " "))
		}
		return fmt.Errorf("%q: wanted timeout MINUTESm COMMAND", command)
	case "sudo":
		if len(words) > 2 && words[1] == "apt-get" {
			return nil
		}
	}
	return fmt.Errorf("%q is neither make nor firedrill: docs/ci.md says why", command)
}

func checkTargets(t *testing.T, wanted []string) error {
	t.Helper()
	text, err := os.ReadFile("../Makefile")
	require.NoError(t, err)
	known := []string{"bin/firedrill"}
	for _, match := range target.FindAllStringSubmatch(string(text), -1) {
		known = append(known, match[1])
	}
	for _, name := range wanted {
		if !slices.Contains(known, name) {
			return fmt.Errorf("the Makefile has no target %q", name)
		}
	}
	return nil
}

func TestCommandsThatWouldFailAreFound(t *testing.T) {
	for command, fault := range map[string]string{
		"make lint":                               "",
		"make bin/firedrill":                      "",
		"bin/firedrill doctor --fix $ARGUMENTS":   "",
		`bin/firedrill drill --namespace "$N" $D`: "",
		`bin/firedrill drill --loudly "$N"`:       "unknown flag: --loudly",
		"sudo apt-get update":                     "",
		"dagger call --name n drill --keep-going": "",
		"dagger call --name n dance":              `no function "dance"`,
		"dagger call drill --loudly":              `drill has no argument "loudly"`,
		"dagger query":                            "wanted dagger call",
		"timeout 5m make lint":                    "",
		"timeout 5m make lunch":                   `no target "lunch"`,
		"timeout 5 make lint":                     "wanted timeout MINUTESm COMMAND",
		"timeout 5m":                              "wanted timeout MINUTESm COMMAND",
		"make lunch":                              `no target "lunch"`,
		"make lint && make test":                  "more than one command",
		"bin/firedrill dance":                     `unknown command "dance"`,
		"bin/firedrill deploy-and-test --loudly":  "unknown flag: --loudly",
		"sudo rm -rf /":                           "neither make nor firedrill",
		"curl -fsSL https://firedrill.example/in": "neither make nor firedrill",
	} {
		err := checkCommand(t, command)
		if fault == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, fault)
	}
}
