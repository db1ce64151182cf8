// Package meminfo reads how much memory a machine has and has left, from inside
// a container too.
package meminfo

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
)

// Machine is how much memory there is, in bytes.
type Machine struct {
	Total int
	// Available is what programs may still take without anything being swapped.
	Available int
}

// Read asks the kernel. Inside a container too it answers for the machine.
func Read() (Machine, error) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return Machine{}, fmt.Errorf("read how much memory there is: %w", err)
	}
	return Parse(string(text))
}

// Parse reads the text of /proc/meminfo.
func Parse(text string) (m Machine, err error) {
	if m.Total, err = field(text, "MemTotal"); err != nil {
		return m, err
	}
	m.Available, err = field(text, "MemAvailable")
	return m, err
}

func field(text, name string) (int, error) {
	found := regexp.MustCompile(`(?m)^` + name + `:\s+(\d+) kB$`).FindStringSubmatch(text)
	if found == nil {
		return 0, fmt.Errorf("/proc/meminfo has no line %s in kB", name)
	}
	n, err := strconv.Atoi(found[1])
	return n << 10, err
}
