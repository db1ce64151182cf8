package burn

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Times is how long the machine's processors have worked, and rested: idle is
// all that an alarm on busy processors would leave out, as what waits for a disk,
// what is niced, and what the hypervisor took.
type Times struct{ idle, all int }

// resting are the fields of /proc/stat that count as idle: nice, idle, iowait
// and steal.
var resting = []int{1, 3, 4, 7}

// Read asks the kernel. Inside a container too it answers for the machine.
func Read() (Times, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return Times{}, fmt.Errorf("read how busy the machine is: %w", err)
	}
	return parse(string(text))
}

// parse reads the first line of /proc/stat: user, nice, system, idle, iowait,
// irq, softirq, steal, and the times of guests, which are part of user's.
func parse(text string) (t Times, err error) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != "cpu" {
		return t, fmt.Errorf("/proc/stat begins with %q, not with the times of all processors", line)
	}
	for i, field := range fields[1:9] {
		n, err := strconv.Atoi(field)
		if err != nil {
			return t, fmt.Errorf("/proc/stat: %w", err)
		}
		t.all += n
		if slices.Contains(resting, i) {
			t.idle += n
		}
	}
	return t, nil
}

// Busy is the share of the time from t to later that was not idle.
func (t Times) Busy(later Times) float64 {
	if later.all == t.all {
		return 0
	}
	return 1 - float64(later.idle-t.idle)/float64(later.all-t.all)
}
