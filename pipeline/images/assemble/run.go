package assemble

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/inputs"
	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/images/spec"
)

// start begins all builds and file systems. stop waits for their end.
func (p *plan) start(ctx context.Context, b Builder, hooks Hooks) (stop func()) {
	var running sync.WaitGroup
	queue := make(chan *build, len(p.builds))
	for _, j := range p.byWeight() {
		queue <- j
	}
	close(queue)
	for range b.Limits.Builds {
		running.Go(func() {
			for j := range queue {
				if err := p.acquire(ctx); err != nil {
					j.err = err
					close(j.done)
					continue
				}
				j.run(ctx, b, p, hooks)
				p.release()
			}
		})
	}
	// Installing packages waits for the network; it takes no builder's place.
	running.Go(func() {
		for _, key := range slices.Sorted(maps.Keys(p.filesystems)) {
			p.filesystems[key].run(ctx, b, p, hooks)
		}
	})
	return running.Wait
}

// programs waits for the programs of a layer.
func (p *plan) programs(ctx context.Context, s spec.Spec, wanted []spec.Program) ([]layer.Entry, error) {
	var entries []layer.Entry
	for _, program := range wanted {
		files, err := p.builds[groupKey(inputs.Program(s, program))].wait(ctx)
		if err != nil {
			return nil, err
		}
		entries = append(entries, layer.Entry{Path: program.To, Mode: 0o755, File: files[program.Package]})
	}
	return entries, nil
}

// output runs a program that makes a file, one compiling at a time with the
// others.
func (p *plan) output(ctx context.Context, b Builder, group gobuild.Group, args []string) ([]byte, error) {
	dir, err := os.MkdirTemp(p.work, "output-")
	if err != nil {
		return nil, fmt.Errorf("make room for a program: %w", err)
	}
	if err := p.acquire(ctx); err != nil {
		return nil, err
	}
	defer p.release()
	return b.Go.Output(ctx, group, args, dir)
}

func (p *plan) acquire(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (p *plan) release() { <-p.slots }

// begin notes that work for the images begins, unless it has begun before.
func (p *plan) begin(owners []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, owner := range owners {
		if _, known := p.begun[owner]; !known {
			p.begun[owner] = time.Now()
		}
	}
}

// seconds is how long an image has been worked at, without its wait for others
// before.
func (p *plan) seconds(owner string) float64 {
	p.begin([]string{owner})
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Since(p.begun[owner]).Seconds()
}

// byWeight puts long builds first, so that none of them runs alone at the end.
func (p *plan) byWeight() []*build {
	var all []*build
	for _, b := range p.builds {
		all = append(all, b)
	}
	slices.SortFunc(all, func(x, y *build) int {
		if d := y.weight() - x.weight(); d != 0 {
			return d
		}
		return strings.Compare(groupKey(x.group), groupKey(y.group))
	})
	return all
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}
