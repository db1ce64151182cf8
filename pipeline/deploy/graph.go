package deploy

import (
	"errors"
	"slices"
	"sync"
)

// graph holds names and, for each, the names that must come before.
type graph struct {
	names []string
	needs map[string][]string
}

func graphOf(releases []Release) graph {
	g := graph{needs: map[string][]string{}}
	for _, r := range releases {
		g.names = append(g.names, r.Name)
		g.needs[r.Name] = r.Needs
	}
	return g
}

// cycle returns names that need each other in a circle, the first one again at
// the end, or nil if there is no circle. Needs that name nothing are passed by.
func (g graph) cycle() []string {
	done := map[string]bool{}
	var path []string
	var visit func(name string) []string
	visit = func(name string) []string {
		if at := slices.Index(path, name); at >= 0 {
			return append(slices.Clone(path[at:]), name)
		}
		if done[name] {
			return nil
		}
		path = append(path, name)
		for _, need := range g.needs[name] {
			if circle := visit(need); circle != nil {
				return circle
			}
		}
		path = path[:len(path)-1]
		done[name] = true
		return nil
	}
	for _, name := range g.names {
		if circle := visit(name); circle != nil {
			return circle
		}
	}
	return nil
}

// errSkipped stands for a name that was left out because of one it needs.
var errSkipped = errors.New("skipped")

// walk calls work for every name once all that it needs have ended well, at
// most parallel at a time, and skip for a name one of whose needs has not. It
// returns every error of work, in the order of the names.
func (g graph) walk(parallel int, work func(name string) error, skip func(name, need string)) error {
	slots := make(chan struct{}, parallel)
	ended := map[string]chan struct{}{}
	for _, name := range g.names {
		ended[name] = make(chan struct{})
	}
	errs := make([]error, len(g.names))
	var all sync.WaitGroup
	for i, name := range g.names {
		all.Go(func() {
			defer close(ended[name])
			for _, need := range g.needs[name] {
				<-ended[need]
				if errs[slices.Index(g.names, need)] != nil {
					errs[i] = errSkipped
					skip(name, need)
					return
				}
			}
			slots <- struct{}{}
			defer func() { <-slots }()
			errs[i] = work(name)
		})
	}
	all.Wait()
	return errors.Join(slices.DeleteFunc(errs, func(err error) bool { return errors.Is(err, errSkipped) })...)
}
