package drill

import (
	"errors"
	"os"
	"syscall"
)

// holder is a process, told from all others as far as that goes.
type holder struct {
	Host string `json:"host,omitempty"`
	// Space is the space of process numbers: containers of one host have their own.
	Space string `json:"space,omitempty"`
	PID   int    `json:"pid,omitempty"`
}

func thisProcess() holder {
	host, _ := os.Hostname()
	space, _ := os.Readlink("/proc/self/ns/pid") // there is none but on Linux
	return holder{Host: host, Space: space, PID: os.Getpid()}
}

// gone tells whether the process is known not to live: it has given up, or ran
// where this process can see that it does not run any more.
func (h holder) gone() bool {
	here := thisProcess()
	switch {
	case h == holder{}:
		return true
	case h.Host != here.Host || h.Space != here.Space || h.PID == here.PID:
		return false
	}
	return errors.Is(syscall.Kill(h.PID, 0), syscall.ESRCH)
}
