package panels

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Answer is what a query gave.
type Answer struct {
	Error  string  `json:"error"`
	Frames []frame `json:"frames"`
}

// frame is Grafana's form of data: columns, each with a name, a type and labels.
type frame struct {
	Schema struct {
		RefID  string  `json:"refId"`
		Name   string  `json:"name"`
		Fields []field `json:"fields"`
	} `json:"schema"`
	Data struct {
		Values [][]any `json:"values"`
	} `json:"data"`
}

type field struct {
	Name   string            `json:"name"`
	Type   string            `json:"type"`
	Labels map[string]string `json:"labels"`
	Config struct {
		DisplayNameFromDS string `json:"displayNameFromDS"`
		DisplayName       string `json:"displayName"`
	} `json:"config"`
}

// column is the first one of a type, or of one of the names if there are any; -1
// if there is none.
func (f frame) column(kind string, names ...string) int {
	return slices.IndexFunc(f.Schema.Fields, func(one field) bool {
		return one.Type == kind && (len(names) == 0 || slices.Contains(names, one.Name))
	})
}

func (f frame) values(column int) []any {
	if column < 0 || column >= len(f.Data.Values) {
		return nil
	}
	return f.Data.Values[column]
}

// rows counts the rows.
func (f frame) rows() int {
	most := 0
	for _, column := range f.Data.Values {
		most = max(most, len(column))
	}
	return most
}

// times are milliseconds since 1970.
func (f frame) times() []time.Time {
	var all []time.Time
	for _, v := range f.values(f.column("time")) {
		ms, _ := v.(float64)
		all = append(all, time.UnixMilli(int64(ms)).UTC())
	}
	return all
}

// labelled is a series with the labels it comes from.
type labelled struct {
	Series
	refID, labels string
	byName        map[string]string
}

// series takes every column of numbers that stands beside one of times.
func series(frames []frame) []labelled {
	var all []labelled
	for _, f := range frames {
		times := f.times()
		for i, one := range f.Schema.Fields {
			values := f.values(i)
			if one.Type != "number" || len(values) == 0 || len(values) != len(times) {
				continue
			}
			s := labelled{refID: f.Schema.RefID, labels: labels(one), byName: one.Labels}
			s.Name = f.name(one, s.labels)
			s.Times = times
			for _, v := range values {
				s.Values = append(s.Values, number(v))
			}
			all = append(all, s)
		}
	}
	return all
}

func (f frame) name(one field, labels string) string {
	for _, name := range []string{one.Config.DisplayNameFromDS, one.Config.DisplayName, f.Schema.Name} {
		if name != "" {
			return name
		}
	}
	if labels == "{}" {
		return one.Name
	}
	return labels
}

// labels writes labels as PromQL does.
func labels(one field) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(one.Labels)) {
		if key != "__name__" {
			parts = append(parts, fmt.Sprintf("%s=%q", key, one.Labels[key]))
		}
	}
	return one.Labels["__name__"] + "{" + strings.Join(parts, ", ") + "}"
}
