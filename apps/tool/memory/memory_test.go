package memory

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"firedrill/apps/tool/meminfo"
)

func TestMissing(t *testing.T) {
	read := func() (meminfo.Machine, error) { return meminfo.Machine{Total: 1000, Available: 400}, nil }
	for _, c := range []struct{ percent, held, want int }{
		{90, 0, 300}, {90, 100, 400}, {60, 0, 0}, {50, 0, 0}, {50, 70, 70}, // what is held is not given back before the end
	} {
		got, err := missing(read, c.percent, c.held)
		require.NoError(t, err)
		require.Equal(t, c.want, got, c)
	}
}

func TestHold(t *testing.T) {
	for name, c := range map[string]struct{ goal, most, want int }{
		"amount":  {5*page + 7, 0, 5 * page},
		"bounded": {5 * page, 2 * page, 2 * page},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				var log bytes.Buffer
				held := 0
				pieces, err := hold(ctx, slog.New(slog.NewTextHandler(&log, nil)), func() (int, error) { return c.goal, nil }, c.most, &held)
				require.NoError(t, err)
				require.Equal(t, c.want, held)
				require.Len(t, pieces, 1)
				for i := 0; i < c.want; i += page {
					require.EqualValues(t, 1, pieces[0][i], "written, so used")
				}
				require.NoError(t, unix.Munmap(pieces[0]))
				require.Contains(t, log.String(), "msg=holding")
			})
		})
	}
}
