package logs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// explainTimeout bounds what is asked of the cluster after the search: whose
// the line is, or why there is none.
const explainTimeout = 15 * time.Second

// NotFound is the error for a line that did not arrive in time.
type NotFound struct {
	Query    string
	Deadline time.Duration
	// Last is what Loki answered last.
	Last error
	// Seen says how far the line came, and Look what to look at.
	Seen, Look string
}

// Error says it in a few lines.
func (e *NotFound) Error() string {
	return fmt.Sprintf("the line was not found within %s by %s\n  last answer: %v\n  seen: %s\n  look at: %s",
		e.Deadline, e.Query, e.Last, e.Seen, e.Look)
}

// Unwrap gives the last answer, when that was an error.
func (e *NotFound) Unwrap() error { return e.Last }

// explain follows the line from the pod that should have written it, hop by
// hop, to say where it was lost.
func (s *search) explain(ctx context.Context, last error) error {
	ctx, cancel := context.WithTimeout(ctx, explainTimeout)
	defer cancel()
	e := &NotFound{Query: s.query, Deadline: s.deadline, Last: last}
	website := s.config.Website
	pods, err := s.cluster.pods(ctx)
	var pod, container string
	if err == nil {
		pod, container, err = s.cluster.writer(ctx, pods, s.token, s.sent)
	}
	switch {
	case err != nil:
		e.Seen = err.Error()
		e.Look = "the logs of the website's pods"
		return e
	case pod == "":
		e.Seen = fmt.Sprintf("none of the pods of %s (%s) has logged the token %s", website.Endpoint, strings.Join(names(pods), ", "), s.token)
		e.Look = "what the website logs of a request: its query's token must be in it"
		return e
	}
	e.Seen = fmt.Sprintf("container %s of pod %s has logged it", container, pod)
	e.Look = "the log of the collector on that pod's node, and Loki's"
	if lines := s.elsewhere(ctx, names(pods)); len(lines) > 0 {
		wrong := append(differences(s.config.Labels, lines[0].Labels), checkedPod(names(pods), lines[0].Labels)...)
		e.Seen += ", and Loki has it, but: " + strings.Join(wrong, "; ")
		e.Look = fmt.Sprintf("the labels that the collector gives; the line has %s", show(lines[0].Labels))
	}
	return e
}

// elsewhere looks for the line under any labels. Loki logs the queries that it
// is asked, with the token in them, so a line counts only if at least one of
// its labels is right.
func (s *search) elsewhere(ctx context.Context, pods []string) []Line {
	known, err := s.loki.labels(ctx, s.sent)
	if err != nil {
		return nil // what Loki answers to a query is in the error already
	}
	for _, name := range known {
		lines, err := s.loki.find(ctx, fmt.Sprintf("{%s=~\".+\"} |= %q", name, s.token), s.sent)
		if err != nil {
			continue
		}
		lines = slices.DeleteFunc(lines, func(l Line) bool {
			return len(differences(s.config.Labels, l.Labels)) == len(s.config.Labels) && !slices.Contains(pods, l.Labels[podLabel])
		})
		if len(lines) > 0 {
			return lines
		}
	}
	return nil
}

// checkPod wants the found line to name a pod of the website.
func (s *search) checkPod(ctx context.Context, found Line) error {
	ctx, cancel := context.WithTimeout(ctx, explainTimeout)
	defer cancel()
	pods, err := s.cluster.pods(ctx)
	if err != nil {
		return err
	}
	if wrong := checkedPod(names(pods), found.Labels); wrong != nil {
		return errors.New("the line found by " + s.query + ": " + strings.Join(wrong, "; ") +
			"; look at the labels that the collector gives; the line has " + show(found.Labels))
	}
	return nil
}

func show(labels map[string]string) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		pairs = append(pairs, fmt.Sprintf("%s=%q", name, labels[name]))
	}
	return "{" + strings.Join(pairs, ", ") + "}"
}
