package ready

import (
	"fmt"
	"strings"
)

// NotReady is the error of Wait: which objects are not ready and all that the
// cluster says about the cause.
type NotReady struct {
	// Why Wait gave up: the deadline, or a state that does not heal.
	Why    string  `json:"why"`
	Ready  int     `json:"ready"`
	Total  int     `json:"total"`
	Faults []Fault `json:"faults"`
}

// Fault is one object that is not ready.
type Fault struct {
	Object string `json:"object"`
	State  string `json:"state"`
	// Because is what other objects say of the cause.
	Because []string `json:"because,omitempty"`
	// Pods are the first of its pods that are not ready, and MorePods how many
	// there are beside them: replicas are usually ill of the same thing.
	Pods     []PodFault `json:"pods,omitempty"`
	MorePods int        `json:"more_pods,omitempty"`
	Events   []string   `json:"events,omitempty"`
}

// PodFault is a pod that keeps its object from being ready.
type PodFault struct {
	Name       string           `json:"name"`
	State      string           `json:"state"`
	Containers []ContainerFault `json:"containers,omitempty"`
	Claims     []ClaimFault     `json:"claims,omitempty"`
	Events     []string         `json:"events,omitempty"`
}

// ClaimFault is a volume claim of a pod that has no volume.
type ClaimFault struct {
	Name   string   `json:"name"`
	State  string   `json:"state"`
	Events []string `json:"events,omitempty"`
}

// ContainerFault is a container that keeps its pod from being ready.
type ContainerFault struct {
	Name  string `json:"name"`
	State string `json:"state"`
	// Log and Previous are the last lines of the container's log and of the one
	// that ran before it.
	Log      []string `json:"log,omitempty"`
	Previous []string `json:"previous,omitempty"`
}

// Error tells the whole story, a line for each thing known.
func (n *NotReady) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d objects are ready: %s", n.Ready, n.Total, n.Why)
	for _, f := range n.Faults {
		fmt.Fprintf(&b, "\n%s: %s", f.Object, f.State)
		for _, line := range f.Because {
			fmt.Fprintf(&b, "\n  %s", line)
		}
		for _, pod := range f.Pods {
			pod.write(&b)
		}
		if f.MorePods > 0 {
			fmt.Fprintf(&b, "\n  %d more of its pods are not ready", f.MorePods)
		}
		lines(&b, "  ", "events of the object", f.Events)
	}
	return b.String()
}

func (p PodFault) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n  pod %s: %s", p.Name, p.State)
	for _, c := range p.Containers {
		fmt.Fprintf(b, "\n    container %s: %s", c.Name, c.State)
		lines(b, "      ", "last lines of its log", c.Log)
		lines(b, "      ", "last lines of the log before its restart", c.Previous)
	}
	for _, c := range p.Claims {
		fmt.Fprintf(b, "\n    volume claim %s: %s", c.Name, c.State)
		lines(b, "      ", "events", c.Events)
	}
	lines(b, "    ", "events", p.Events)
}

func lines(b *strings.Builder, indent, title string, text []string) {
	if len(text) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s%s:", indent, title)
	for _, line := range text {
		fmt.Fprintf(b, "\n%s  %s", indent, line)
	}
}
