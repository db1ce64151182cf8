package spec

import "slices"

// HasC tells whether a program of the image, or of one within it, has C code.
func (s Spec) HasC() bool {
	return s.Build.hasC() || slices.ContainsFunc(s.Contains, func(p Part) bool { return p.Build.hasC() })
}

func (b Build) hasC() bool {
	return slices.ContainsFunc(b.Layers, func(l Layer) bool {
		return slices.ContainsFunc(l.Go, func(p Program) bool { return p.Cgo })
	})
}

// Kind is the name of the layer's kind, empty unless there is exactly one.
func (l Layer) Kind() string {
	if kinds := l.kinds(); len(kinds) == 1 {
		return kinds[0]
	}
	return ""
}

func (l Layer) kinds() []string {
	var kinds []string
	for _, k := range []struct {
		name  string
		given bool
	}{{"go", l.Go != nil}, {"debian", l.Debian != nil}, {"files", l.Files != nil}, {"images", l.Images != nil}} {
		if k.given {
			kinds = append(kinds, k.name)
		}
	}
	return kinds
}

// Kind is the name of what the file is made from, empty unless there is exactly
// one.
func (f File) Kind() string {
	if kinds := f.kinds(); len(kinds) == 1 {
		return kinds[0]
	}
	return ""
}

func (f File) kinds() []string {
	var kinds []string
	for _, k := range []struct {
		name  string
		given bool
	}{
		{"content", f.Content != nil},
		{"from", f.From != ""},
		{"source", f.Source != ""},
		{"link", f.Link != ""},
		{"output", f.Output != nil},
		{"dir", f.Dir},
	} {
		if k.given {
			kinds = append(kinds, k.name)
		}
	}
	return kinds
}
