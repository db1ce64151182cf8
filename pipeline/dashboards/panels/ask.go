package panels

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"firedrill/pipeline/dashboards"
)

var calls = regexp.MustCompile(`^\s*(label_values|label_names|metrics|query_result)\s*\((?s:(.*))\)\s*$`)

// ask asks the data source for the options of a variable.
func (s *scope) ask(ctx context.Context, v dashboards.Variable) ([]string, error) {
	kind, uid := dashboards.SourceOf(v.Datasource)
	uid, err := s.text(uid, "")
	if err != nil {
		return nil, err
	}
	kind = cmp.Or(kind, s.kind(uid))
	query, err := s.text(queryText(v.Query), kind)
	if err != nil {
		return nil, err
	}
	m := calls.FindStringSubmatch(query)
	if m == nil {
		return nil, fmt.Errorf("query %q: wanted label_values(…), label_names(), metrics(…) or query_result(…)", query)
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	if m[1] == "query_result" {
		return s.results(ctx, kind, uid, m[2])
	}
	path, parameters, keep, err := s.labels(kind, m[1], m[2])
	if err != nil {
		return nil, err
	}
	text, err := s.o.Querier.Resource(ctx, uid, path, parameters)
	if err != nil {
		return nil, err
	}
	var answer struct{ Data []string }
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, fmt.Errorf("the answer to %s is no list of texts: %w", path, err)
	}
	return slices.DeleteFunc(answer.Data, func(v string) bool { return keep != nil && !keep.MatchString(v) }), nil
}

// labels is where a data source is asked for labels and their values.
func (s *scope) labels(kind, call, argument string) (path string, parameters map[string]string, keep *regexp.Regexp, err error) {
	prefix, selector := "api/v1/", "match[]"
	parameters = map[string]string{"start": strconv.FormatInt(s.span.from.Unix(), 10), "end": strconv.FormatInt(s.span.to.Unix(), 10)}
	if kind == "loki" {
		prefix, selector = "", "query"
		parameters = map[string]string{"start": strconv.FormatInt(s.span.from.UnixNano(), 10), "end": strconv.FormatInt(s.span.to.UnixNano(), 10)}
	}
	switch call {
	case "label_names":
		return prefix + "labels", parameters, nil, nil
	case "metrics":
		keep, err = regexp.Compile(strings.TrimSpace(argument))
		return prefix + "label/__name__/values", parameters, keep, err
	}
	of, label := "", strings.TrimSpace(argument)
	if i := strings.LastIndexByte(argument, ','); i >= 0 {
		of, label = strings.TrimSpace(argument[:i]), strings.TrimSpace(argument[i+1:])
	}
	if label == "" || strings.ContainsAny(label, "{}()\"'=") {
		return "", nil, nil, fmt.Errorf("label_values(%s): wanted label_values(label) or label_values(selector, label)", argument)
	}
	if of != "" {
		parameters[selector] = of
	}
	return prefix + "label/" + label + "/values", parameters, nil, nil
}

// results are the series of a query, as text.
func (s *scope) results(ctx context.Context, kind, uid, query string) ([]string, error) {
	answers, err := s.o.Querier.Query(ctx, Request{
		From: milliseconds(s.span.from), To: milliseconds(s.span.to),
		Queries: []map[string]any{{
			"refId": "A", "expr": query, "instant": true, "range": false, "queryType": "instant", "format": "time_series",
			"datasource": map[string]any{"type": kind, "uid": uid}, "intervalMs": 1000, "maxDataPoints": points,
		}},
	})
	if err != nil {
		return nil, err
	}
	if said := answers["A"].Error; said != "" {
		return nil, errors.New(said)
	}
	var lines []string
	for _, one := range series(answers["A"].Frames) {
		last := len(one.Values) - 1
		lines = append(lines, fmt.Sprintf("%s %v %d", one.labels, one.Values[last], one.Times[last].UnixMilli()))
	}
	return lines, nil
}
