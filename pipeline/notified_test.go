package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

// chat keeps what it is told.
func chat(t *testing.T, status *int) (url string, told *[]map[string]any) {
	t.Helper()
	told = &[]map[string]any{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var message map[string]any
		_ = json.Unmarshal(body, &message)
		*told = append(*told, message)
		w.WriteHeader(*status)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/s3cr3t", told
}

func TestFailureAndRecoveryAreTold(t *testing.T) {
	status := http.StatusOK
	url, messages := chat(t, &status)
	o, _ := site(t)
	o.Name, o.Notify = "one", Notify{URL: url, Format: "generic", Command: "nightly"}
	run := func(last step) error { return session(t.Context(), o, withSteps(holding("one"), last)) }

	require.NoError(t, run(step{"deploy", succeeds}))
	require.Empty(t, *messages, "all is well: no news")
	require.Error(t, run(step{"deploy", fails}))
	require.Error(t, run(step{"deploy", fails}))
	require.NoError(t, run(step{"deploy", succeeds}))
	require.NoError(t, run(step{"deploy", succeeds}))
	var events []string
	for _, m := range *messages {
		events = append(events, m["event"].(string))
		require.Equal(t, "nightly", m["command"])
		require.Equal(t, "one", m["run"])
	}
	require.Equal(t, []string{"failed", "still failing", "recovered"}, events)
	require.Equal(t, []any{"deploy"}, (*messages)[0]["failed"])
	require.Contains(t, (*messages)[0]["verdict"], "deploy failed after")
	require.NotContains(t, (*messages)[0], "out of luck", "the text of an error goes to no chat")
	require.Empty(t, (*messages)[2]["failed"])

	o.Notify.Command = "drill"
	require.NoError(t, run(step{"deploy", succeeds}))
	require.Len(t, *messages, 3, "one command recovers of nothing that another one has")
}

// TestRecoveryIsToldOnAnotherMachine, which has nothing of the first but the
// folder that was handed on.
func TestRecoveryIsToldOnAnotherMachine(t *testing.T) {
	status := http.StatusOK
	url, messages := chat(t, &status)
	content, err := filepath.Abs(filepath.Join("testdata", "site"))
	require.NoError(t, err)
	handedOn := filepath.Join(t.TempDir(), "history")
	run := func(last step) error {
		o, _ := site(t)
		o.Name, o.Notify = "one", Notify{URL: url, Format: "generic", Command: "nightly", State: handedOn}
		checkout := filepath.Join(t.TempDir(), "checkout")
		require.NoError(t, os.CopyFS(checkout, os.DirFS(content)))
		t.Chdir(checkout)
		o.Content = "firedrill.yaml"
		return session(t.Context(), o, withSteps(holding("one"), last))
	}
	require.Error(t, run(step{"deploy", fails}))
	require.NoError(t, run(step{"deploy", succeeds}))
	require.Len(t, *messages, 2)
	require.Equal(t, "recovered", (*messages)[1]["event"])
}

// eventsOf are what was told, in order.
func eventsOf(messages []map[string]any) []string {
	var events []string
	for _, m := range messages {
		events = append(events, m["event"].(string)+" "+m["command"].(string))
	}
	return events
}

// TestAFailureBeforeTheRunIsTold too: a mistake in the content, or a run in the way.
func TestAFailureBeforeTheRunIsTold(t *testing.T) {
	status := http.StatusOK
	url, messages := chat(t, &status)
	o, _ := site(t)
	o.Name, o.Notify = "kept", Notify{URL: url, Format: "generic", Command: "nightly"}
	leave(t, o, "kept")
	require.NoError(t, o.runs().Open("kept").Keep())
	require.ErrorContains(t, Nightly(t.Context(), NightlyOptions{Options: o}), "exists and was kept")
	require.Equal(t, []string{"failed nightly"}, eventsOf(*messages))
	require.Equal(t, "kept", (*messages)[0]["run"])
	require.NotContains(t, (*messages)[0]["verdict"], "exists", "the text of an error goes to no chat")

	o.Content, o.Notify.Command = "none.yaml", "deploy-and-test"
	require.ErrorContains(t, DeployAndTest(t.Context(), o), "none.yaml")
	o.Notify.Command = "up"
	require.ErrorContains(t, Up(t.Context(), o), "none.yaml")
	o.Notify.Command = "deploy"
	require.ErrorContains(t, Deploy(t.Context(), o), "none.yaml")
	require.Equal(t, []string{"failed nightly", "failed deploy-and-test", "failed up", "failed deploy"}, eventsOf(*messages))

	o.CheckOnly = true
	require.ErrorContains(t, Deploy(t.Context(), o), "none.yaml")
	o.Content = "testdata/site/firedrill.yaml"
	require.NoError(t, Deploy(t.Context(), o))
	require.Equal(t, "still failing deploy", eventsOf(*messages)[4], "the check was for a run")
	require.Len(t, *messages, 5, "that nothing is wrong yet is no news")
}

// endedBy is a context, and a step in the middle of which it ends for that cause.
func endedBy(t *testing.T, cause error) (context.Context, step) {
	t.Helper()
	ctx, end := context.WithCancelCause(t.Context())
	return ctx, step{"deploy", func(ctx context.Context, _ event.Sink) error {
		end(cause)
		return context.Cause(ctx)
	}}
}

// TestARunThatIsEndedFromOutsideIsTold, be it under way or not yet; whoever presses
// Ctrl-C knows it already.
func TestARunThatIsEndedFromOutsideIsTold(t *testing.T) {
	status := http.StatusOK
	url, messages := chat(t, &status)
	o, _ := site(t)
	o.Name, o.Notify = "one", Notify{URL: url, Format: "generic", Command: "nightly"}
	interrupt, terminate := errors.New("interrupt signal received"), Ended{errors.New("terminated signal received")}
	for _, cause := range []error{interrupt, terminate} {
		ctx, stop := endedBy(t, cause)
		require.ErrorIs(t, session(ctx, o, withSteps(holding("one"), stop)), cause)
	}
	require.Equal(t, []string{"failed nightly"}, eventsOf(*messages))
	require.Contains(t, (*messages)[0]["verdict"], " It was ended from outside: terminated signal received.")

	o.Notify.Command = "deploy"
	for _, cause := range []error{interrupt, terminate} {
		ctx, before := endedBy(t, cause)
		require.ErrorIs(t, o.attempt(ctx, func() error { return before.do(ctx, nil) }), cause)
	}
	require.Equal(t, []string{"failed nightly", "failed deploy"}, eventsOf(*messages))

	o.Notify.Command = "nightly"
	require.NoError(t, session(t.Context(), o, withSteps(holding("one"), step{"deploy", succeeds})))
	require.Equal(t, "recovered nightly", eventsOf(*messages)[2], "how it ended was kept")
}

// TestARunIsToldOfOnce: what whole has told, attempt does not repeat.
func TestARunIsToldOfOnce(t *testing.T) {
	status := http.StatusOK
	url, messages := chat(t, &status)
	o, _ := site(t)
	o.Name, o.Notify = "one", Notify{URL: url, Format: "generic", Command: "nightly"}
	require.Error(t, o.attempt(t.Context(), func() error {
		return session(t.Context(), o, withSteps(holding("one"), step{"deploy", fails}))
	}))
	require.Equal(t, []string{"failed nightly"}, eventsOf(*messages))
}

// TestARecoveryThatNobodyHeardOfIsToldByTheNextRun, and then no more.
func TestARecoveryThatNobodyHeardOfIsToldByTheNextRun(t *testing.T) {
	status := http.StatusOK
	url, messages := chat(t, &status)
	o, _ := site(t)
	o.Name, o.Notify = "one", Notify{URL: url, Format: "generic", Command: "nightly"}
	run := func(last step) error { return session(t.Context(), o, withSteps(holding("one"), last)) }
	require.Error(t, run(step{"deploy", fails}))
	status = http.StatusServiceUnavailable
	require.NoError(t, run(step{"deploy", succeeds}))
	status = http.StatusOK
	require.NoError(t, run(step{"deploy", succeeds}))
	require.NoError(t, run(step{"deploy", succeeds}))
	require.Equal(t, []string{"failed nightly", "recovered nightly", "recovered nightly"}, eventsOf(*messages), "the first one was not heard")
}

// TestEachThingThatIsDrilledHasItsOwnNews: no part of it recovers for the whole.
func TestEachThingThatIsDrilledHasItsOwnNews(t *testing.T) {
	status := http.StatusOK
	url, messages := chat(t, &status)
	o, _ := site(t)
	o.Notify = Notify{URL: url, Format: "generic", Command: "drill"}
	// There is no cluster: each fails for that.
	_, err := HoldDrillsAs(t.Context(), o, Drilling{})
	require.ErrorContains(t, err, "no cluster")
	require.ErrorContains(t, RecoverDrills(t.Context(), o, Drilling{}), "no cluster")
	o.Drills = []string{"web-down"}
	_, err = HoldDrillsAs(t.Context(), o, Drilling{})
	require.ErrorContains(t, err, "no cluster")
	_, err = HoldDrillsAs(t.Context(), o, Drilling{Against: "shop"})
	require.ErrorContains(t, err, "--namespace is missing")
	require.Equal(t, []string{"failed drill", "failed drill --recover", "failed drill web-down", "failed drill --against shop web-down"}, eventsOf(*messages))
}

// TestAFailedNotificationIsAWarning in the progress and in the report, and
// changes nothing of the run.
func TestAFailedNotificationIsAWarning(t *testing.T) {
	status := http.StatusForbidden
	url, _ := chat(t, &status)
	o, events := site(t)
	o.Name, o.Notify = "one", Notify{URL: url, Format: "auto", Command: "nightly"}
	err := session(t.Context(), o, withSteps(holding("one"), step{"deploy", fails}))
	require.EqualError(t, err, "deploy: out of luck")
	host := strings.TrimSuffix(url, "/s3cr3t")
	require.Contains(t, strings.Join(events.lines, "\n"), "notify: skipped: warning: notify "+host+": it answered 403 Forbidden")
	for _, file := range []string{"report.html", "events.jsonl", "summary.json", "junit.xml"} {
		text, err := os.ReadFile(filepath.Join(o.Out, file))
		require.NoError(t, err)
		require.NotContains(t, string(text), "s3cr3t")
		if file == "report.html" {
			require.Contains(t, string(text), "it answered 403 Forbidden")
		}
	}
	require.Equal(t, "run: failed: deploy: out of luck", events.lines[len(events.lines)-1])
}
