package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// calm is how long the machine is watched before a run. It also gives what
// the run before has left to the kernel the time to end.
const calm = 3 * time.Second

// thisMachine describes the machine. What its kernel does not tell stays 0.
func thisMachine() Machine {
	m := Machine{Cores: runtime.NumCPU()}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		_, _ = fmt.Sscan(string(text), &m.LoadAverage)
	}
	return m
}

// busyCores watches for a while how many cores others keep busy; bench itself
// does nothing meanwhile. Without /proc/stat there is nothing to watch.
func busyCores(ctx context.Context, watch time.Duration) float64 {
	busy, all := jiffies()
	select {
	case <-time.After(watch):
	case <-ctx.Done():
	}
	busyLater, allLater := jiffies()
	if allLater == all {
		return 0
	}
	return float64(busyLater-busy) / float64(allLater-all) * float64(runtime.NumCPU())
}

// jiffies is the time that all cores together have been busy, and in all.
func jiffies() (busy, all int64) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0
	}
	return parseJiffies(string(text))
}

// parseJiffies reads the first line of /proc/stat: cpu, then the time spent
// in user, nice, system, idle, iowait and other states.
func parseJiffies(stat string) (busy, all int64) {
	const idle, iowait, guest = 4, 5, 9
	line, _, _ := strings.Cut(stat, "\n")
	for i, field := range strings.Fields(line) {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil || i >= guest { // a guest's time is in user already
			continue
		}
		all += n
		if i != idle && i != iowait {
			busy += n
		}
	}
	return busy, all
}
