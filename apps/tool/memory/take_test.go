package memory

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestTakeGoesByTheFasterPages(t *testing.T) {
	for name, c := range map[string]struct {
		last  pace
		large bool
	}{
		"nothing is known":    {pace{}, false},
		"only small is known": {pace{small: 1}, true},
		"small was faster":    {pace{small: 1, large: 2}, false},
		"large was faster":    {pace{small: 2, large: 1}, true},
	} {
		t.Run(name, func(t *testing.T) {
			now := c.last
			piece, err := now.take(4 * page)
			require.NoError(t, err)
			defer func() { require.NoError(t, unix.Munmap(piece)) }()
			require.Equal(t, c.large, now.large != c.last.large, "the time of large pages is measured again")
			require.Equal(t, !c.large, now.small != c.last.small)
		})
	}
}
