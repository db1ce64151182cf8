package panels

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

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
	for _, key := range keys {
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
		for r := range f.rows() {
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
