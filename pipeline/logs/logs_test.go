package logs_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
	"firedrill/pipeline/logs"
)

func TestALineIsFound(t *testing.T) {
	w := newWorld()
	w.after = 1
	o := w.options(t)
	o.Deadline = time.Minute
	var events []event.Event
	o.Sink = func(e event.Event) { events = append(events, e) }
	result, err := logs.Prove(t.Context(), o)
	require.NoError(t, err)
	require.Regexp(t, `^\{app="website", container="website", namespace="demo"\} \|= "firedrill-[a-z2-7]{20,}"$`, result.Query)
	require.Equal(t, right(), result.Labels)
	require.Equal(t, w.line(), result.Line)
	require.Positive(t, result.Seconds)
	require.Len(t, w.queries, 2, "asked again after the first answer, and no more after the line")

	last := events[len(events)-1]
	require.Equal(t, event.Passed, last.State)
	require.Equal(t, "demo/website", last.Item)
	require.Equal(t, result, last.Result)
}

func TestEveryRequestHasATokenOfItsOwn(t *testing.T) {
	w := newWorld()
	o := w.options(t)
	o.Deadline = time.Minute
	_, err := logs.Prove(t.Context(), o)
	require.NoError(t, err)
	first := w.token
	require.Regexp(t, `^[A-Za-z0-9._-]{10,64}$`, first, "what our website takes for a token")
	_, err = logs.Prove(t.Context(), o)
	require.NoError(t, err)
	require.NotEqual(t, first, w.token)
}

// What was lost, and where: the message says the hop.
func TestALineThatIsNotFound(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*world)
		want   []string
	}{
		"not logged": {func(w *world) { w.mute, w.labels = true, nil }, []string{
			"none of the pods of Service demo/website:8080 (website-1, website-2) has logged the token firedrill-",
			"last answer: no line",
		}},
		"not shipped": {func(w *world) { w.labels = nil }, []string{
			"seen: container website of pod website-2 has logged it\n", "look at: the log of the collector",
		}},
		"other labels": {func(w *world) { w.labels["app"] = "unknown"; delete(w.labels, "container"); delete(w.labels, "pod") }, []string{
			`Loki has it, but: label app is "unknown", wanted "website"; label container is missing, wanted "website"; label pod is missing, wanted one of website-1, website-2`,
			`the line has {app="unknown", detected_level="info", namespace="demo"}`,
		}},
		"error of Loki":   {func(w *world) { w.broken = `{"status":"error","error":"too many"}` }, []string{`last answer: Service monitoring/loki:3100: GET /loki/api/v1/query_range: status "error", not success`}},
		"metrics":         {func(w *world) { w.broken = `{"status":"success","data":{"resultType":"matrix","result":[]}}` }, []string{`resultType "matrix", not streams`}},
		"a line of parts": {func(w *world) { w.broken = streamsWith(`["1"]`) }, []string{"a value of 1 parts, not of a time and a line"}},
		"a number":        {func(w *world) { w.broken = streamsWith(`[1, "line"]`) }, []string{"the time of a line: json: cannot unmarshal number"}},
		"no time":         {func(w *world) { w.broken = streamsWith(`["now", "line"]`) }, []string{`the time of a line: strconv.ParseInt: parsing "now"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each waits for its deadline
			w := newWorld()
			c.change(w)
			_, err := logs.Prove(t.Context(), w.options(t))
			var missing *logs.NotFound
			require.ErrorAs(t, err, &missing)
			require.ErrorContains(t, err, `the line was not found within 2s by {app="website", `)
			for _, want := range c.want {
				require.ErrorContains(t, err, want)
			}
			require.NotContains(t, err.Error(), `"loki"`, "Loki's own log of the query is not the line")
		})
	}
}

func streamsWith(value string) string {
	return `{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[` + value + `]}]}}`
}

func TestALineOfAnotherPod(t *testing.T) {
	w := newWorld()
	w.labels["pod"] = "website-of-yesterday"
	_, err := logs.Prove(t.Context(), w.options(t))
	require.ErrorContains(t, err, `label pod is "website-of-yesterday", wanted one of website-1, website-2`)
	require.ErrorContains(t, err, `the line found by {app="website"`)
}

func TestAWebsiteThatDoesNotAnswer(t *testing.T) {
	w := newWorld()
	w.status = http.StatusServiceUnavailable
	_, err := logs.Prove(t.Context(), w.options(t))
	require.ErrorContains(t, err, "send the request whose line in the log is looked for: Service demo/website:8080: GET /: 503 Service Unavailable")
	require.Empty(t, w.queries)
}

func TestInterrupted(t *testing.T) {
	w := newWorld()
	w.after = 1000
	o := w.options(t)
	o.Deadline = time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	o.Sink = func(e event.Event) {
		if e.Message == "Service monitoring/loki:3100 answers: no line" {
			cancel()
		}
	}
	_, err := logs.Prove(ctx, o)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "interrupted")
}
