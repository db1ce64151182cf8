package wait_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/settings"
	"firedrill/apps/tool/wait"
)

func waitFor(ctx context.Context, t *testing.T, args ...string) error {
	t.Helper()
	set := settings.New("tool")
	start := wait.Configure(set)
	require.NoError(t, set.Parse(args, func(string) (string, bool) { return "", false }))
	return start(ctx, slog.New(slog.DiscardHandler))
}

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		require.NoError(t, waitFor(t.Context(), t, "-for=3s"))
		require.Equal(t, 3*time.Second, time.Since(begin))
		require.ErrorContains(t, waitFor(t.Context(), t, "-for=2s", "-fail=1"), "failing on purpose after 2s")
		require.ErrorContains(t, waitFor(t.Context(), t, "-fail=1"), "failing on purpose after 0s")

		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		require.NoError(t, waitFor(ctx, t))
		require.Error(t, ctx.Err(), "only the end of the program ended it")
	})
}
