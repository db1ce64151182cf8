package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/program"
)

func TestSubcommands(t *testing.T) {
	for name := range subcommands() {
		var stdout, stderr bytes.Buffer
		require.Equal(t, program.ExitOK, run(t.Context(), []string{name, "-h"}, &stdout, &stderr), name)
		require.Contains(t, stdout.String(), "Usage of tool_"+name)
	}
}

func TestUnknownSubcommand(t *testing.T) {
	for _, args := range [][]string{nil, {"memry"}} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, program.ExitUsage, run(t.Context(), args, &stdout, &stderr))
		require.Contains(t, stderr.String(), "there are: cpu, empty, fill, memory, wait")
	}
}
