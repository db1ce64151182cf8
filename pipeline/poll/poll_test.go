package poll_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/poll"
)

func TestUntilItIsSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, asked := time.Now(), 0
		require.NoError(t, poll.Until(t.Context(), time.Minute, func() bool { asked++; return asked == 3 }))
		require.Equal(t, 3, asked)
		require.Equal(t, 2*time.Minute, time.Since(start), "the first time at once")
	})
}

func TestUntilTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second)
		defer cancel()
		asked := 0
		require.ErrorIs(t, poll.Until(ctx, time.Minute, func() bool { asked++; return false }), context.DeadlineExceeded)
		require.Equal(t, 3, asked)
	})
}

func TestChanges(t *testing.T) {
	var said []string
	say := poll.Changes(func(text string) { said = append(said, text) })
	for _, text := range []string{"a", "a", "b", "b", "a"} {
		say(text)
	}
	require.Equal(t, []string{"a", "b", "a"}, said)
}
