package inputs

import (
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
// among them, one by one.
func layerGroups(s spec.Spec, l spec.Layer) []gobuild.Group {
	var groups []gobuild.Group
	for _, p := range l.Go {
		groups = append(groups, Program(s, p))
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
	return gobuild.Group{Dir: s.Path(p.Module), Packages: []string{p.Package}, Tags: p.Tags, Ldflags: p.Ldflags, Env: p.Env}
}

// Output is the build of a program that is run to make a file.
func Output(s spec.Spec, o spec.Output) gobuild.Group {
	return gobuild.Group{Dir: s.Path(o.Module), Packages: []string{o.Package}}
}
