package assemble

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/spec"
)

// build is one go build and who waits for it.
type build struct {
	group  gobuild.Group
	owners []string
	done   chan struct{}
	files  map[string]string // by package, once done
	err    error
}

func (j *build) add(pkg, owner string) {
	if !slices.Contains(j.group.Packages, pkg) {
		j.group.Packages = append(j.group.Packages, pkg)
	}
	if !slices.Contains(j.owners, owner) {
		j.owners = append(j.owners, owner)
	}
}

// weight guesses how long the build takes: the more modules it has to do with,
// the longer.
func (j *build) weight() int {
	info, err := os.Stat(filepath.Join(j.group.Dir, "go.mod"))
	if err != nil {
		return 0
	}
	return int(info.Size())
}

func (j *build) run(ctx context.Context, b Builder, p *plan, hooks Hooks) {
	defer close(j.done)
	p.begin(j.owners)
	say := func(message string) {
		for _, owner := range j.owners {
			hooks.Progress(owner, message)
		}
	}
	say("building " + strings.Join(j.group.Packages, ", "))
	out := filepath.Join(p.work, path.Base(j.group.Dir)+"-"+shortHash(groupKey(j.group)))
	j.files, j.err = b.Go.Build(ctx, j.group, out, b.Limits.Compiler, say)
}

func (j *build) wait(ctx context.Context) (map[string]string, error) {
	select {
	case <-j.done:
		return j.files, j.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// filesystem is one Debian layer and who waits for it.
type filesystem struct {
	spec   spec.Debian
	owners []string
	done   chan struct{}
	layer  finished
	err    error
}

func (j *filesystem) addOwner(owner string) {
	if !slices.Contains(j.owners, owner) {
		j.owners = append(j.owners, owner)
	}
}

// PackagesAnnotation lists, on a Debian layer, what is installed.
const PackagesAnnotation = "firedrill.debian.packages"

func (j *filesystem) run(ctx context.Context, b Builder, p *plan, hooks Hooks) {
	defer close(j.done)
	p.begin(j.owners)
	for _, owner := range j.owners {
		hooks.Progress(owner, fmt.Sprintf("installing Debian %s with %d named packages", j.spec.Suite, len(j.spec.Packages)))
	}
	result, err := b.Rootfs.Make(ctx, j.spec, p.work)
	if err != nil {
		j.err = err
		return
	}
	adopted, err := b.Store.Adopt(result.Layer)
	j.layer, j.err = finished{Layer: adopted, annotations: map[string]string{PackagesAnnotation: strings.Join(result.Packages, " ")}}, err
}

func (j *filesystem) wait(ctx context.Context) (finished, error) {
	select {
	case <-j.done:
		return j.layer, j.err
	case <-ctx.Done():
		return finished{}, context.Cause(ctx)
	}
}
