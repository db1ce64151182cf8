package assemble

import (
	"encoding/json"
	"sync"
	"time"

	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/inputs"
	"firedrill/pipeline/images/spec"
	"firedrill/pipeline/images/store"
)

// unit is an image, or a part of one, that is built.
type unit struct {
	inputs.Unit
	owner string // the image that it is or belongs to
	keys  inputs.Keys
}

func (u unit) prefix() string {
	if u.Name == u.owner {
		return ""
	}
	return u.Name + ": "
}

// plan is all that one call of Build makes. Programs of one module that are
// built the same way are made by one go build, whichever images want them: two
// calls side by side would compile the packages that they share twice.
type plan struct {
	work        string
	units       map[string][]unit // by owner; parts come before the image
	builds      map[string]*build
	filesystems map[string]*filesystem
	known       map[string]finished // layers that the store had, by key
	slots       chan struct{}       // held while a program compiles

	mu    sync.Mutex
	begun map[string]time.Time // when the first work for an image began
}

func (b Builder) plan(specs []spec.Spec, keys map[string]inputs.Keys, work string) (*plan, error) {
	p := &plan{
		work: work, begun: map[string]time.Time{}, units: map[string][]unit{},
		builds: map[string]*build{}, filesystems: map[string]*filesystem{}, known: map[string]finished{},
		slots: make(chan struct{}, b.Limits.Builds),
	}
	for _, s := range specs {
		units, err := b.wanted(s, keys)
		if err != nil {
			return nil, err
		}
		p.units[s.Name] = units
		for _, u := range units {
			if err := b.planUnit(p, u); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// wanted are the parts of an image that must be built, and the image.
func (b Builder) wanted(s spec.Spec, keys map[string]inputs.Keys) ([]unit, error) {
	entries, err := b.Store.List()
	if err != nil {
		return nil, err
	}
	present := map[string]store.Entry{}
	for _, e := range entries {
		present[e.Name] = e
	}
	needed := map[string]bool{s.Name: true}
	for i, l := range s.Build.Layers {
		if l.Images == nil {
			continue
		}
		known, _, err := b.Store.Layer(keys[s.Name].Layers[i])
		if err != nil {
			return nil, err
		}
		for _, name := range l.Images.Names {
			e, there := present[name]
			outdated := known == nil && e.Key != keys[name].Image
			needed[name] = needed[name] || outdated || there && !Vouched(b.Store, e)
		}
	}
	var units []unit
	for _, u := range inputs.Units(s) {
		if needed[u.Name] {
			units = append(units, unit{Unit: u, owner: s.Name, keys: keys[u.Name]})
		}
	}
	return units, nil
}

// planUnit orders the programs and file systems of the layers that are not in
// the store.
func (b Builder) planUnit(p *plan, u unit) error {
	for i, l := range u.Build.Layers {
		key := u.keys.Layers[i]
		known, annotations, err := b.Store.Layer(key)
		if err != nil {
			return err
		}
		if known != nil {
			// Kept here, because the image that has it may be replaced meanwhile.
			p.known[key] = finished{Layer: known, annotations: annotations}
			continue
		}
		if l.Debian != nil {
			p.addFilesystem(key, *l.Debian, u.owner)
		}
		for _, program := range l.Go {
			p.addProgram(inputs.Program(u.Spec, program), u.owner)
		}
	}
	return nil
}

func (p *plan) addFilesystem(key string, d spec.Debian, owner string) {
	if p.filesystems[key] == nil {
		p.filesystems[key] = &filesystem{spec: d, done: make(chan struct{})}
	}
	p.filesystems[key].addOwner(owner)
}

func (p *plan) addProgram(group gobuild.Group, owner string) {
	key, pkg := groupKey(group), group.Packages[0]
	if p.builds[key] == nil {
		group.Packages = nil
		p.builds[key] = &build{group: group, done: make(chan struct{})}
	}
	p.builds[key].add(pkg, owner)
}

// groupKey is the same for programs that one go build can make.
func groupKey(g gobuild.Group) string {
	g.Packages = nil
	text, _ := json.Marshal(g)
	return string(text)
}
