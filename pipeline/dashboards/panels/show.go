package panels

import (
	"fmt"
	"math"
	"strings"
)

// show makes of frames what a panel of a type shows.
func show(kind string, frames []frame) Data {
	var d Data
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
	for _, s := range found {
		d.Series = append(d.Series, s.Series)
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

// logs takes the lines, which Loki's frames have in a column Line, and newer ones
// in body.
func (d *Data) logs(frames []frame) {
	for _, f := range frames {
		times, texts := f.times(), f.values(f.column("string", "Line", "body"))
		sets := f.values(f.column("other", "labels"))
		d.Samples += len(texts)
		for i, text := range texts {
			if i >= len(times) {
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
