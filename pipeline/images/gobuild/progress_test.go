package gobuild

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCounterSaysWhereTheBuildStands(t *testing.T) {
	var said []string
	clock := time.Unix(0, 0)
	c := &counter{
		say: func(m string) { said = append(said, m) },
		now: func() time.Time { clock = clock.Add(progressEvery); return clock },
	}
	for _, text := range []string{"go: downloading k8s.io/api v0.36.4\ninter", "nal/cpu\nfmt\n", "# fmt\n./a.go:1:2: broken\n"} {
		_, err := fmt.Fprint(c, text)
		require.NoError(t, err)
	}
	require.Equal(t, []string{
		"downloading k8s.io/api v0.36.4", "packages compiled: 1, last internal/cpu", "packages compiled: 2, last fmt",
	}, said)
}

func TestCounterIsNotChatty(t *testing.T) {
	said := 0
	c := &counter{say: func(string) { said++ }, now: func() time.Time { return time.Unix(100, 0) }}
	for i := range 1000 {
		_, err := fmt.Fprintf(c, "package%d\n", i)
		require.NoError(t, err)
	}
	require.Equal(t, 1, said)
}
