package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseJiffies(t *testing.T) {
	// user nice system idle iowait irq softirq steal guest guest_nice
	busy, all := parseJiffies("cpu  100 10 50 800 40 1 2 3 90 9\ncpu0 50 5 25 400 20 0 1 1 45 4\n")
	require.Equal(t, int64(100+10+50+1+2+3), busy)
	require.Equal(t, int64(100+10+50+800+40+1+2+3), all)
}

func TestParseJiffiesOfAnotherSystem(t *testing.T) {
	busy, all := parseJiffies("")
	require.Zero(t, busy)
	require.Zero(t, all)
}
