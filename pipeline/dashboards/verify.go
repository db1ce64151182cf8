package dashboards

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Verify makes sure that an export would give the very files again: for every
// dashboard of the folder, what Grafana holds is what stands in the file.
func Verify(ctx context.Context, o Options) error {
	found, err := Load(o.Dir)
	if err != nil {
		return err
	}
	g, err := newGrafana(o)
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range found {
		errs = append(errs, g.verify(ctx, d))
	}
	return errors.Join(errs...)
}

func (g *grafana) verify(ctx context.Context, d Dashboard) error {
	have, err := g.get(ctx, d.UID)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", d.File, err)
	case have.text == nil:
		return fmt.Errorf("%s: Grafana at %s has no dashboard with the uid %q; import it", d.File, g.url, d.UID)
	}
	normal, err := Normalise(have.text)
	if err != nil || bytes.Equal(normal, d.Text) {
		return err
	}
	at, inFile, inGrafana, err := difference(d.Text, normal)
	if err != nil {
		return fmt.Errorf("%s: %w", d.File, err)
	}
	f := newFindings(d.File, d.Text)
	f.mistake(at, "%s is %s in the file and %s in Grafana at %s", at, inFile, inGrafana, g.url)
	return errors.Join(f.errors()...)
}

// difference finds the first path at which two JSON texts differ.
func difference(a, b []byte) (path, inA, inB string, err error) {
	var x, y any
	if err := errors.Join(json.Unmarshal(a, &x), json.Unmarshal(b, &y)); err != nil {
		return "", "", "", err
	}
	path, x, y = differ("", x, y)
	return path, short(x), short(y), nil
}

func differ(at string, a, b any) (path string, inA, inB any) {
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			return differInKeys(at, x, y)
		}
	case []any:
		if y, ok := b.([]any); ok && len(x) == len(y) {
			return differInItems(at, x, y)
		}
	}
	return at, a, b
}

func differInKeys(at string, x, y map[string]any) (path string, inX, inY any) {
	keys := slices.Concat(slices.Collect(maps.Keys(x)), slices.Collect(maps.Keys(y)))
	slices.Sort(keys)
	for _, key := range keys {
		inner := key
		if at != "" {
			inner = at + "." + key
		}
		a, thereX := x[key]
		b, thereY := y[key]
		switch {
		case thereX != thereY:
			return inner, presence(a, thereX), presence(b, thereY)
		case !reflect.DeepEqual(a, b):
			return differ(inner, a, b)
		}
	}
	return at, x, y
}

func differInItems(at string, x, y []any) (path string, inX, inY any) {
	for i := range x {
		if !reflect.DeepEqual(x[i], y[i]) {
			return differ(fmt.Sprintf("%s[%d]", at, i), x[i], y[i])
		}
	}
	return at, x, y
}

// missing stands for a value that is not there.
type missing struct{}

func presence(value any, there bool) any {
	if !there {
		return missing{}
	}
	return value
}

// short shows a value, or what of it fits a line.
func short(value any) string {
	const most = 60
	if _, none := value.(missing); none {
		return "missing"
	}
	text, err := json.Marshal(value)
	if runes := []rune(string(text)); err == nil && len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(text)
}
