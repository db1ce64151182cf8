package programtest_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/program"
	"firedrill/apps/program/programtest"
	"firedrill/apps/settings"
)

func TestStartReturnsTheAddresses(t *testing.T) {
	ended := false
	t.Run("program", func(t *testing.T) {
		addresses := programtest.Start(t, "box", func(*settings.Set) program.Start {
			return func(ctx context.Context, log *slog.Logger) error {
				log.Info("serving SMTP", "address", "127.0.0.1:25")
				log.Info("no address")
				log.Info("serving HTTP", "address", "127.0.0.1:80")
				<-ctx.Done()
				ended = true
				return nil
			}
		}, nil, "serving HTTP", "serving SMTP")
		require.Equal(t, []string{"127.0.0.1:80", "127.0.0.1:25"}, addresses)
	})
	require.True(t, ended, "the program must have ended with its test")
}
