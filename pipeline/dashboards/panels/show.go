package panels

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// What a panel's data is cut to. Nobody reads more of it in a report.
const (
	mostSeries = 20
	mostPoints = 300
	mostRows   = 50
	mostLines  = 50
)

// show makes of frames what a panel of a type shows.
func show(kind string, frames []frame) Data {
	d := Data{Frames: len(frames)}
	if kind == "logs" {
		d.logs(frames)
		return d
	}
	found := series(frames)
	for _, s := range found {
		for _, v := range s.Values {
			if !math.IsNaN(v) {
				d.Samples++
			}
		}
	}
	if kind == "table" && len(found) > 0 {
		d.Table = tabulate(found)
		return d
	}
	for _, s := range found[:min(len(found), mostSeries)] {
		d.Series = append(d.Series, thin(s.Series))
	}
	if len(found) == 0 {
		d.plain(frames)
	}
	return d
}

func number(v any) float64 {
	if n, ok := v.(float64); ok {
		return n
	}
	return math.NaN()
}

// thin keeps every n-th point, and the last one.
func thin(s Series) Series {
	n := (len(s.Values) + mostPoints - 1) / mostPoints
	if n < 2 {
		return s
	}
	thinned := Series{Name: s.Name}
	for i := (len(s.Values) - 1) % n; i < len(s.Values); i += n {
		thinned.Times = append(thinned.Times, s.Times[i])
		thinned.Values = append(thinned.Values, s.Values[i])
	}
	return thinned
}

// tabulate makes a row of each set of labels, with the last value of each query
// that has such a series.
func tabulate(found []labelled) *Table {
	names, ids := map[string]bool{}, map[string]bool{}
	for _, s := range found {
		ids[s.refID] = true
		for name := range s.byName {
			names[name] = name != "__name__"
		}
	}
	maps.DeleteFunc(names, func(_ string, shown bool) bool { return !shown })
	columns := slices.Sorted(maps.Keys(names))
	queries := slices.Sorted(maps.Keys(ids))
	rows := map[string][]any{}
	var keys []string
	for _, s := range found {
		row, known := rows[s.labels]
		if !known {
			row = make([]any, len(columns)+len(queries))
			for i, name := range columns {
				row[i] = s.byName[name]
			}
			rows[s.labels] = row
			keys = append(keys, s.labels)
		}
		if last := s.Values[len(s.Values)-1]; !math.IsNaN(last) {
			row[len(columns)+slices.Index(queries, s.refID)] = last
		}
	}
	t := &Table{Columns: columns}
	for _, id := range queries {
		name := "Value"
		if len(queries) > 1 {
			name = "Value #" + id
		}
		t.Columns = append(t.Columns, name)
	}
	for _, key := range keys[:min(len(keys), mostRows)] {
		t.Rows = append(t.Rows, rows[key])
	}
	return t
}

// plain takes a frame that is no series as it is.
func (d *Data) plain(frames []frame) {
	for _, f := range frames {
		d.Samples += f.rows()
		if d.Table != nil || f.rows() == 0 {
			continue
		}
		d.Table = &Table{}
		for _, one := range f.Schema.Fields {
			d.Table.Columns = append(d.Table.Columns, one.Name)
		}
		for r := range min(f.rows(), mostRows) {
			row := make([]any, len(d.Table.Columns))
			for i := range row {
				if values := f.values(i); r < len(values) {
					row[i] = cell(values[r])
				}
			}
			d.Table.Rows = append(d.Table.Rows, row)
		}
	}
}

func cell(v any) any {
	switch v := v.(type) {
	case nil, string, float64:
		return v
	}
	return fmt.Sprint(v)
}

// logs takes the lines, which Loki's frames have in a column Line, and newer ones
// in body.
func (d *Data) logs(frames []frame) {
	for _, f := range frames {
		times, texts := f.times(), f.values(f.column("string", "Line", "body"))
		sets := f.values(f.column("other", "labels"))
		d.Samples += len(texts)
		for i, text := range texts {
			if len(d.Lines) == mostLines || i >= len(times) {
				break
			}
			line := Line{Time: times[i], Text: strings.TrimRight(fmt.Sprint(text), "\n")}
			if i < len(sets) {
				line.Level = level(sets[i])
			}
			d.Lines = append(d.Lines, line)
		}
	}
}

func level(labels any) string {
	set, _ := labels.(map[string]any)
	for _, name := range []string{"level", "detected_level", "severity_text"} {
		if text, _ := set[name].(string); text != "" {
			return text
		}
	}
	return ""
}
