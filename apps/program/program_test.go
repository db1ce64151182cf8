package program_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/program"
	"firedrill/apps/settings"
)

// run runs a program with one setting, which logs that setting and ends with
// the given error.
func run(end error, args ...string) (code int, stdout, stderr string) {
	var out, errs strings.Builder
	configure := func(set *settings.Set) program.Start {
		keep := set.Int("keep", 1, 1, 9, "how many to keep")
		return func(_ context.Context, log *slog.Logger) error {
			log.Info("started", "keep", *keep)
			return end
		}
	}
	code = program.Run(context.Background(), "box", configure, program.Process{
		Args:   args,
		Env:    func(string) (string, bool) { return "", false },
		Stdout: &out,
		Stderr: &errs,
	})
	return code, out.String(), errs.String()
}

func TestRun(t *testing.T) {
	code, stdout, stderr := run(nil, "-keep=7")
	require.Equal(t, program.ExitOK, code)
	require.Contains(t, stdout, `"msg":"started","program":"box","keep":7}`)
	require.Contains(t, stdout, `"msg":"ended"`)
	require.Empty(t, stderr)
}

func TestRunReportsTheError(t *testing.T) {
	code, stdout, _ := run(errors.New("the port is taken"))
	require.Equal(t, program.ExitFailed, code)
	require.Contains(t, stdout, `"error":"the port is taken"`)
}

func TestRunRefusesBadSettings(t *testing.T) {
	code, stdout, stderr := run(nil, "-keep=0")
	require.Equal(t, program.ExitUsage, code)
	require.Empty(t, stdout, "a program with wrong settings must not start")
	require.Equal(t, "box: invalid value \"0\" for flag -keep: not between 1 and 9; see box -h\n", stderr)
}

func TestRunHelps(t *testing.T) {
	code, stdout, _ := run(nil, "-help")
	require.Equal(t, program.ExitOK, code)
	require.Contains(t, stdout, "BOX_KEEP")
	require.Contains(t, stdout, "BOX_LOG_LEVEL")
}

func TestLogLevel(t *testing.T) {
	_, stdout, _ := run(nil, "-log-level=error")
	require.Empty(t, stdout)
}
