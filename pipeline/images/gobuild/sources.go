package gobuild

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
)

// Sources is what a program of a local module is built from.
type Sources struct {
	// Modules are the modules fixed by go.sum, as path@version.
	Modules []string
	// Files are the source files that nothing fixes.
	Files []string
}

// listed is the part of go list's answer that is asked for.
type listed struct {
	Dir      string
	Standard bool
	Module   *module

	GoFiles, CgoFiles, CFiles, SFiles, HFiles, EmbedFiles []string
}

type module struct {
	Path, Version string
	Replace       *module
}

const listFields = "-json=Dir,Standard,Module,GoFiles,CgoFiles,CFiles,SFiles,HFiles,EmbedFiles"

// Sources lists what the group's packages are built from.
func (g Go) Sources(ctx context.Context, group Group) (Sources, error) {
	args := append([]string{"list", "-deps", listFields, "-mod=readonly"}, group.tags()...)
	out, err := g.run(ctx, group.Dir, group.environment(), append(args, group.Packages...)...)
	if err != nil {
		return Sources{}, err
	}
	var s Sources
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Sources{}, fmt.Errorf("read go list's answer in %s: %w", group.Dir, err)
		}
		s.add(p)
	}
	slices.Sort(s.Files)
	slices.Sort(s.Modules)
	s.Modules = slices.Compact(s.Modules)
	return s, nil
}

func (s *Sources) add(p listed) {
	if p.Standard {
		return
	}
	if pin := p.Module.pin(); pin != "" {
		s.Modules = append(s.Modules, pin)
		return
	}
	for _, name := range slices.Concat(p.GoFiles, p.CgoFiles, p.CFiles, p.SFiles, p.HFiles, p.EmbedFiles) {
		s.Files = append(s.Files, filepath.Join(p.Dir, name))
	}
}

// pin is path@version of a module that go.sum fixes, empty for a local one.
func (m *module) pin() string {
	if m == nil {
		return ""
	}
	if m.Replace != nil {
		m = m.Replace
	}
	if m.Version == "" {
		return ""
	}
	return m.Path + "@" + m.Version
}
