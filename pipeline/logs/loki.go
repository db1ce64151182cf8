package logs

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"firedrill/pipeline/server"
)

// margin is how far the clocks of this machine and of a node may differ.
const margin = 5 * time.Minute

// Line is a line of a log with its labels.
type Line struct {
	Time   time.Time
	Labels map[string]string
	Line   string
}

// loki asks a Loki by its HTTP API.
type loki struct{ proxy *server.Proxy }

// answer is what Loki says to a query. Whatever else is in it, what is used
// here must have its documented form.
type answer[T any] struct {
	Status string `json:"status"`
	Data   *T     `json:"data"`
}

// streams is the data of an answer to a log query.
type streams struct {
	ResultType string `json:"resultType"`
	Result     []struct {
		Stream map[string]string   `json:"stream"`
		Values [][]json.RawMessage `json:"values"` // [nanoseconds as a text, line, …]
	} `json:"result"`
}

// find returns the lines that a query selects of those written since then.
func (l loki) find(ctx context.Context, query string, since time.Time) ([]Line, error) {
	const path = "/loki/api/v1/query_range"
	data, err := ask[streams](ctx, l, path, url.Values{
		"query": {query},
		"start": {nanoseconds(since.Add(-margin))},
		"end":   {nanoseconds(time.Now().Add(margin))},
		"limit": {"10"},
	})
	if err != nil {
		return nil, err
	}
	if data.ResultType != "streams" {
		return nil, fmt.Errorf("%s: GET %s: resultType %q, not streams", l.proxy, path, data.ResultType)
	}
	var lines []Line
	for _, s := range data.Result {
		for _, value := range s.Values {
			line, err := newLine(s.Stream, value)
			if err != nil {
				return nil, fmt.Errorf("%s: GET %s: %w", l.proxy, path, err)
			}
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// labels returns the names of all labels that Loki knows.
func (l loki) labels(ctx context.Context, since time.Time) ([]string, error) {
	names, err := ask[[]string](ctx, l, "/loki/api/v1/labels", url.Values{"start": {nanoseconds(since.Add(-margin))}})
	if err != nil {
		return nil, err
	}
	return *names, nil
}

func ask[T any](ctx context.Context, l loki, path string, query url.Values) (*T, error) {
	var got answer[T]
	if err := l.proxy.JSON(ctx, path, query, &got); err != nil {
		return nil, err
	}
	if got.Status != "success" {
		return nil, fmt.Errorf("%s: GET %s: status %q, not success", l.proxy, path, got.Status)
	}
	if got.Data == nil {
		got.Data = new(T) // Loki leaves the list out when there is nothing in it
	}
	return got.Data, nil
}

func newLine(labels map[string]string, value []json.RawMessage) (Line, error) {
	if len(value) < 2 {
		return Line{}, fmt.Errorf("a value of %d parts, not of a time and a line", len(value))
	}
	var at, text string
	if err := json.Unmarshal(value[0], &at); err != nil {
		return Line{}, fmt.Errorf("the time of a line: %w", err)
	}
	if err := json.Unmarshal(value[1], &text); err != nil {
		return Line{}, fmt.Errorf("the text of a line: %w", err)
	}
	ns, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return Line{}, fmt.Errorf("the time of a line: %w", err)
	}
	return Line{Time: time.Unix(0, ns), Labels: labels, Line: strings.TrimRight(text, "\n")}, nil
}

func nanoseconds(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }
