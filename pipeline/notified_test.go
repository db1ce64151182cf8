package pipeline

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
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
