package deadline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/settings"
	"firedrill/apps/tool/deadline"
)

func TestContext(t *testing.T) {
	set := settings.New("tool")
	until := deadline.Setting(set)
	require.NoError(t, set.Parse([]string{"-until=1900000000"}, func(string) (string, bool) { return "", false }))
	ctx, cancel := deadline.Context(t.Context(), *until)
	defer cancel()
	end, ok := ctx.Deadline()
	require.True(t, ok)
	require.True(t, end.Equal(time.Unix(1900000000, 0)))

	ctx, cancel = deadline.Context(t.Context(), 0)
	defer cancel()
	<-ctx.Done() // one that is not given is long over
}
