package inputs

import (
	"slices"

	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/spec"
)

// Unit is an image to be keyed: that of an image.yaml or one of its parts.
type Unit struct {
	Name  string
	Spec  spec.Spec // where its paths are relative to
	Build spec.Build
}

// Units are the image itself, last, and its parts.
func Units(s spec.Spec) []Unit {
	var units []Unit
	for _, p := range s.Contains {
		units = append(units, Unit{Name: p.Name, Spec: s, Build: p.Build})
	}
	return append(units, Unit{Name: s.Name, Spec: s, Build: s.Build})
}

// layerGroups are the programs of a layer, those that are run to make a file
// or to generate code among them, one by one.
func layerGroups(s spec.Spec, l spec.Layer) []gobuild.Group {
	var groups []gobuild.Group
	for _, p := range l.Go {
		group := Program(s, p)
		groups = append(groups, group)
		for _, patch := range group.Patches {
			for _, g := range patch.Generate {
				groups = append(groups, gobuild.Group{Dir: g.Module, Packages: []string{g.Package}})
			}
		}
	}
	for _, f := range l.Files {
		if f.Output != nil {
			groups = append(groups, Output(s, *f.Output))
		}
	}
	return groups
}

// Program is the build of one program alone.
func Program(s spec.Spec, p spec.Program) gobuild.Group {
	return gobuild.Group{
		Dir: s.Path(p.Module), Packages: []string{p.Package}, Tags: p.Tags, Ldflags: p.Ldflags, Env: p.Env,
		Cgo: p.Cgo, Patches: patches(s, p.Patches),
	}
}

// patches are those of a program with the folders of the generators' modules.
func patches(s spec.Spec, wanted []spec.Patch) []spec.Patch {
	found := slices.Clone(wanted)
	for i := range found {
		found[i].Generate = slices.Clone(found[i].Generate)
		for j, g := range found[i].Generate {
			found[i].Generate[j].Module = s.Path(g.Module)
		}
	}
	return found
}

// Output is the build of a program that is run to make a file.
func Output(s spec.Spec, o spec.Output) gobuild.Group {
	return gobuild.Group{Dir: s.Path(o.Module), Packages: []string{o.Package}}
}
