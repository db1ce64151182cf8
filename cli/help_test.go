package cli

import (
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

func TestHelpOfEveryCommand(t *testing.T) {
	forEveryCommand(command(io.Discard, io.Discard), func(c *cobra.Command) {
		t.Run(c.CommandPath(), func(t *testing.T) {
			args := slices.Concat(strings.Fields(c.CommandPath())[1:], []string{"--help"})
			out, progress, err := firedrill(t, args...)
			require.NoError(t, err)
			require.Empty(t, progress)
			golden.Equal(t, filepath.Join(testdata, "help/"+strings.ReplaceAll(c.CommandPath(), " ", "-")+".txt"), out)
		})
	})
}

// TestEveryCommandRefusesWhatItDoesNotKnow, each with an error of one line.
func TestEveryCommandRefusesWhatItDoesNotKnow(t *testing.T) {
	forEveryCommand(command(io.Discard, io.Discard), func(c *cobra.Command) {
		t.Run(c.CommandPath(), func(t *testing.T) {
			content := inEmptyFolder(t)
			words := strings.Fields(c.CommandPath())[1:]
			for _, wrong := range [][]string{{"--colour"}, {"one-argument", "too-many"}} {
				out, progress, err := firedrill(t, slices.Concat(words, []string{"--content", content}, wrong)...)
				require.Error(t, err, wrong)
				require.Empty(t, out)
				require.Empty(t, progress)
			}
			require.Empty(t, whatIsHere(t))
		})
	})
}

func forEveryCommand(c *cobra.Command, do func(*cobra.Command)) {
	do(c)
	for _, sub := range c.Commands() {
		forEveryCommand(sub, do)
	}
}
